//! Changed certificates, keys and lists: what OpenSSL 3 loads is loaded here, and nothing else.
//!
//! Every input has its number, so a run is always the same one. `CERTOK_LOADING` says how many are
//! taken. `openssl` on the PATH is the judge, or a program that `CERTOK_LOADING_JUDGE` names
//! (`tests/peers/load_verdict.c`), which asks the library as Python, XRootD, Globus and curl do.
//! Skipped where there is no `openssl`.

mod changes;
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use certok::check::file::{certificates, keys};
use certok::crypto::decrypt::DecryptError;
use certok::locate::Role;
use certok::parse::cert::{Certificate, PROXY_RFC3820};
use certok::parse::file::Contents;
use certok::parse::key::{KeyError, LockedKey};
use certok::parse::proxy::Proxy;
use certok::parse::shape::{Meaning, Shape};
use certok::parse::{crl, pem};
use certok::report::Exit;
use certok::source::{Origin, Source};
use certok::text::time::UnixTime;
use forge::NOW;

/// Inputs, unless the variable says otherwise.
const INPUTS: usize = 2000;

/// What the fixtures' keys are encrypted with.
const PASSPHRASE: &str = "correct horse";

/// What is asked of a file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Content {
    Certificate,
    Key,
    List,
    /// Not loaded, but named.
    Pkcs12,
    /// The same.
    Pkcs7,
}

/// What was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    /// Loaded, and its extensions can be used.
    Good,
    /// A certificate that is loaded and then refused by every check, for an extension of it.
    Unusable,
    /// Not loaded.
    Refused,
    /// By certok alone: it does not compute with this algorithm.
    Undecided,
}

struct Input {
    asked: Content,
    what: String,
    bytes: Vec<u8>,
}

/// Where the two differ: what is asked, our verdict, theirs, a part of either's reason, and why.
type Row = (Content, Verdict, &'static [Verdict], &'static str, &'static str);

const LOADED: &[Verdict] = &[Verdict::Good, Verdict::Unusable];
const REFUSED: &[Verdict] = &[Verdict::Refused];

const EXPLAINED: &[Row] = &[
    // --- archives
    (Content::Pkcs12, Verdict::Good, REFUSED, "", DAMAGED_ARCHIVE),
    (Content::Pkcs7, Verdict::Good, REFUSED, "", DAMAGED_ARCHIVE),
    // --- certificates
    (Content::Certificate, Verdict::Refused, LOADED, "malformed UTCTime", NO_TIME),
    (Content::Certificate, Verdict::Refused, LOADED, "malformed GeneralizedTime", NO_TIME),
    (Content::Certificate, Verdict::Refused, LOADED, "certificate (byte", AUX),
    (Content::Certificate, Verdict::Refused, LOADED, "InvalidVersion", VERSION),
    (Content::Certificate, Verdict::Refused, LOADED, "is not a version of X.509", VERSION),
    (Content::Certificate, Verdict::Unusable, LOADED, "of version 1, which cannot have", VERSION),
    (Content::Certificate, Verdict::Unusable, LOADED, "of version 2, which cannot have", VERSION),
    (Content::Certificate, Verdict::Refused, LOADED, "where a text belongs", SEQUENCE_VALUE),
    (Content::Certificate, Verdict::Refused, LOADED, "marked as primitive where", PRIMITIVE),
    (Content::Certificate, Verdict::Unusable, LOADED, "marked as primitive where", PRIMITIVE),
    (Content::Certificate, Verdict::Unusable, LOADED, "found a primitive [0]", PRIMITIVE),
    (Content::Certificate, Verdict::Refused, LOADED, "occurs twice", TWICE),
    (
        Content::Certificate,
        Verdict::Refused,
        LOADED,
        "parameters (byte",
        "the parameters of an \
      algorithm: OpenSSL keeps them unread; nothing that is verified has such",
    ),
    (Content::Certificate, Verdict::Unusable, LOADED, "2.5.29.33 does not", POLICIES),
    (Content::Certificate, Verdict::Unusable, LOADED, "2.5.29.36 does not", POLICIES),
    (Content::Certificate, Verdict::Unusable, LOADED, "2.5.29.54 does not", POLICIES),
    (Content::Certificate, Verdict::Unusable, LOADED, "too many", PROXY),
    (Content::Certificate, Verdict::Unusable, LOADED, "not strict DER", PROXY),
    (Content::Certificate, Verdict::Refused, LOADED, "unused bits", UNUSED_BITS),
    (Content::Certificate, Verdict::Refused, LOADED, "hyphens before", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "invisible characters", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "text before BEGIN", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "BEGIN and the body share", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "BEGIN or END is indented", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "text after BEGIN", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "must be in capitals", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "share a line", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "closes the BEGIN", FIRST),
    (Content::Certificate, Verdict::Refused, LOADED, "where lines should end", FIRST),
    (
        Content::Certificate,
        Verdict::Refused,
        LOADED,
        "unknown tag 1f",
        "a tag written in the form of \
      many bytes",
    ),
    (Content::Certificate, Verdict::Refused, LOADED, "text after END", BEHIND),
    (Content::Certificate, Verdict::Refused, LOADED, "in column", BEHIND),
    (Content::Certificate, Verdict::Refused, LOADED, "PRIVATE KEY without END", BEHIND),
    (Content::Certificate, Verdict::Refused, LOADED, "bad end line", BEHIND),
    (Content::Certificate, Verdict::Refused, LOADED, "without END CERTIFICATE", CUT),
    (Content::Certificate, Verdict::Refused, LOADED, "`-` is not base64", CUT),
    // --- keys
    (Content::Key, Verdict::Good, REFUSED, "pkcs8-ml-dsa-", "OpenSSL knows ML-DSA from 3.5 on"),
    (
        Content::Key,
        Verdict::Good,
        REFUSED,
        "/30[0]/30[1]/30[0]/30[1]/30[2]/30[1]/05 as 0a",
        "an empty \
      ENUMERATED as the parameter of PBKDF2's digest, which has none",
    ),
    (
        Content::Key,
        Verdict::Good,
        REFUSED,
        "rsa-pss-bound.pem /30[1]",
        "the parameters of RSASSA-PSS, \
      read loosely: the pair is proven by signing as they say",
    ),
    (Content::Key, Verdict::Refused, LOADED, "RSA exponent is even or 1", NUMBERS),
    (Content::Key, Verdict::Refused, LOADED, "RSA modulus is even", NUMBERS),
    (Content::Key, Verdict::Refused, LOADED, "longer than its curve", NUMBERS),
    (Content::Key, Verdict::Refused, LOADED, "INTEGER at DER byte", KEY_VERSION),
    (Content::Key, Verdict::Refused, LOADED, "Key version", KEY_VERSION),
    (Content::Key, Verdict::Refused, LOADED, "CONTEXT-SPECIFIC [1]", KEY_VERSION),
    (
        Content::Key,
        Verdict::Refused,
        LOADED,
        "DEK-Info initialisation vector",
        "the vector is cut off \
      behind its digits: a key in an encryption that is not to be guessed at is refused",
    ),
    (Content::Key, Verdict::Refused, LOADED, "INTEGER not canonically encoded", KEY_VERSION),
    (
        Content::Key,
        Verdict::Refused,
        LOADED,
        "PrivateKeyInfo: unknown/unsupported ASN.1 DER tag",
        "the \
      parameters of rsaEncryption, which OpenSSL does not look at",
    ),
    (
        Content::Key,
        Verdict::Good,
        REFUSED,
        "null is wrong length",
        "the parameters of the PRF, which say \
      nothing",
    ),
    (
        Content::Key,
        Verdict::Good,
        REFUSED,
        "ed25519-v2",
        "the public half beside an Ed25519 key is compared \
      when the pair is proven",
    ),
    (Content::Key, Verdict::Refused, LOADED, "is damaged: line", NEXT_KEY),
    (Content::Key, Verdict::Refused, LOADED, "is truncated: line", NEXT_KEY),
    (
        Content::Key,
        Verdict::Refused,
        LOADED,
        "RSAPrivateKey: ASN.1 DER message is incomplete",
        NEXT_KEY,
    ),
    // --- lists
    (Content::List, Verdict::Refused, LOADED, "malformed UTCTime", NO_TIME),
    (Content::List, Verdict::Refused, LOADED, "malformed GeneralizedTime", NO_TIME),
    (Content::List, Verdict::Refused, LOADED, "BER and not DER", LIST_IN_BER),
    (Content::List, Verdict::Refused, LOADED, "entries: Malformed", LIST_IN_BER),
    (Content::List, Verdict::Refused, LOADED, "found a constructed OCTET STRING", LIST_IN_BER),
    (Content::List, Verdict::Refused, LOADED, "a BOOLEAN of", LIST_IN_BER),
    (Content::List, Verdict::Refused, LOADED, "differs from the algorithm outside", LIST_UNUSABLE),
    (Content::List, Verdict::Refused, LOADED, "is malformed", LIST_UNUSABLE),
    (Content::List, Verdict::Refused, LOADED, "occurs twice", LIST_UNUSABLE),
    (Content::List, Verdict::Refused, LOADED, "neither left out nor", LIST_UNUSABLE),
    (Content::List, Verdict::Refused, LOADED, "stand in a list of version 1", LIST_UNUSABLE),
    (Content::List, Verdict::Refused, LOADED, "unused bits", UNUSED_BITS),
    (Content::List, Verdict::Refused, LOADED, "where a text belongs", SEQUENCE_VALUE),
    (Content::List, Verdict::Refused, LOADED, "marked as primitive where", PRIMITIVE),
    (
        Content::List,
        Verdict::Refused,
        LOADED,
        "certificateList (byte",
        "bytes behind a list: nobody \
      signed them, and GnuTLS, Go and Java refuse",
    ),
    (Content::List, Verdict::Refused, LOADED, "damaged: line", FIRST),
];

const DAMAGED_ARCHIVE: &str =
    "certok opens no archive: it names one by its outline, damaged or not";
const NO_TIME: &str = "OpenSSL loads it and refuses it at every check: the field is no time \
                       (X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD and its like)";
const AUX: &str = "bytes behind the certificate: PEM_read_bio_X509_AUX, by which Python and curl load \
                   (SSL_CTX_use_certificate_chain_file), takes them for trust settings and refuses";
const VERSION: &str = "RFC 5280 4.1.2.1 and 4.1.2.9: OpenSSL looks at the version with -x509_strict \
                       alone; Go, GnuTLS and rustls refuse";
const SEQUENCE_VALUE: &str = "a SEQUENCE as the value of a name's attribute, which OpenSSL keeps \
                              unread, is no name that could be compared";
const PRIMITIVE: &str = "a SEQUENCE OF or SET OF without the bit of what is constructed: no BER \
                         either, only OpenSSL's templates do not look";
const TWICE: &str = "RFC 5280 4.2 forbids a second extension of one type; OpenSSL finds it unusable \
                     where it uses the extension, others refuse to load it";
const PROXY: &str = "proxyCertInfo is read in DER and to its end";
const POLICIES: &str = "RFC 5280 6.1 cannot be followed without it; OpenSSL reads it with -policy_check, \
                        and refuses then";
const UNUSED_BITS: &str =
    "the signature, which has whole bytes: OpenSSL refuses it when it verifies";
const FIRST: &str = "OpenSSL does not see this block and loads the one behind it, which is another: \
                     the first is the one in question";
const CUT: &str = "OpenSSL takes a hyphen for the end of the base64, and passes over all up to the END, \
                   another block too: what is lost is said";
const BEHIND: &str = "a private key behind it is damaged: the file is refused for that";
const NUMBERS: &str = "OpenSSL does not look at the numbers when it loads a key; what they sign does \
                       not verify";
const KEY_VERSION: &str =
    "OpenSSL does not look at the version of a key, nor at what belongs to it";
const NEXT_KEY: &str = "OpenSSL goes on behind a damaged key, to another";
const LIST_IN_BER: &str = "lists are read in DER alone: they are read as they come, however long";
const LIST_UNUSABLE: &str = "OpenSSL loads it and refuses it where it is used";

#[test]
fn what_openssl_loads_is_loaded_and_nothing_else() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: there is no openssl");
        return;
    }
    let wanted = std::env::var("CERTOK_LOADING").ok();
    let wanted = wanted.map_or(INPUTS, |count| count.parse().expect("a number"));
    let inputs = inputs(wanted);
    let directory = tempfile::tempdir().expect("a directory");
    let theirs = judge(&inputs, directory.path());
    let mut differences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut counts = [0; 3];
    for (input, (theirs, why)) in inputs.iter().zip(theirs) {
        let (ours, reason) = certok(input);
        counts[theirs as usize] += 1;
        let reasons = format!("{}: {reason} | {why}", input.what);
        let explained = EXPLAINED.iter().any(|(asked, our, their, part, _)| {
            (*asked, *our) == (input.asked, ours)
                && their.contains(&theirs)
                && reasons.contains(part)
        });
        if ours != theirs && ours != Verdict::Undecided && !explained {
            let kind = format!("{:?}: {ours:?}, OpenSSL {theirs:?}: {reason} | {why}", input.asked);
            differences.entry(without_numbers(&kind)).or_default().push(input.what.clone());
        }
    }
    println!("{} inputs; good, unusable, refused by OpenSSL: {counts:?}", inputs.len());
    let lines = differences.iter().map(|(kind, all)| {
        format!("{:6} {kind}: {}", all.len(), all[..all.len().min(4)].join(" ; "))
    });
    let lines: Vec<String> = lines.collect();
    assert!(lines.is_empty(), "unexplained differences:\n{}", lines.join("\n"));
}

/// A reason, without what differs from case to case.
fn without_numbers(reason: &str) -> String {
    let mut out: String =
        reason.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).take(300).collect();
    while out.contains("99") {
        out = out.replace("99", "9");
    }
    out
}

// --- certok

fn certok(input: &Input) -> (Verdict, String) {
    let source = Source {
        origin: Origin::File(PathBuf::from("/x.pem")),
        bytes: input.bytes.clone().into(),
        file: None,
        user_files_absent: false,
        part: None,
    };
    let refused = |why: String| (Verdict::Refused, why);
    if matches!(input.asked, Content::Pkcs12 | Content::Pkcs7) {
        let contents = Contents::read(&input.bytes);
        let in_pem = |shape: &Shape| contents.mislabelled.iter().any(|found| found.shape == *shape);
        let is_pkcs7 = || {
            contents.others.iter().any(|other| other.meaning == Meaning::Pkcs7)
                || in_pem(&Shape::Pkcs7)
        };
        let is_named = match input.asked {
            Content::Pkcs12 => matches!(contents.shape, Some(Shape::Pkcs12 { .. })),
            _ => is_pkcs7(),
        };
        return match is_named {
            true => (Verdict::Good, String::new()),
            false => refused(format!("{:?}", contents.shape)),
        };
    }
    if input.asked == Content::List {
        let first = crl::read(input.bytes.clone()).into_iter().next();
        return match first.map(|first| (first.der, first.parsed)) {
            Some((false, Ok(list))) => match list.find(&[0x7f; 30]) {
                Ok(_) => (Verdict::Good, String::new()),
                Err(why) => refused(format!("entries: {why:?}")),
            },
            Some((_, Err(why))) => refused(why),
            _ => refused("no list".to_owned()),
        };
    }
    let contents = Contents::read(&input.bytes);
    let located = Some(Role::UserCert);
    let findings = match input.asked {
        Content::Key => keys(&source, &contents, located),
        _ => certificates(&source, &contents, located, UnixTime(NOW)),
    };
    if let Some(finding) = findings.iter().find(|finding| finding.exit == Exit::Unreadable) {
        return refused(finding.message.clone());
    }
    if input.asked == Content::Key {
        return match &contents.keys[0].parsed {
            // What certok does not compute with is no fault of the file.
            Err(KeyError::Unsupported(_)) => (Verdict::Undecided, String::new()),
            Err(why) => refused(why.to_string()),
            Ok(LockedKey::Open(..)) => (Verdict::Good, String::new()),
            Ok(LockedKey::Locked(locked)) => match locked.unlock(PASSPHRASE.as_bytes()) {
                Ok(_) => (Verdict::Good, String::new()),
                Err(DecryptError::Unsupported(_)) => (Verdict::Undecided, String::new()),
                Err(why) => refused(why.to_string()),
            },
        };
    }
    let Some(first) = contents.first() else { return refused("no first".to_owned()) };
    match unusable(first) {
        Some(why) => (Verdict::Unusable, why),
        None => (Verdict::Good, String::new()),
    }
}

/// What makes OpenSSL refuse a certificate whatever it is asked about it.
fn unusable(certificate: &Certificate) -> Option<String> {
    let malformed = certificate.extensions.malformed.first();
    let malformed = malformed.map(|(oid, why)| format!("{oid} {why}"));
    let has = |oid: &str| certificate.extensions.all.iter().any(|extension| extension.oid == oid);
    let is_proxy = has(PROXY_RFC3820);
    let proxy = Proxy::of(certificate).filter(|_| is_proxy).and_then(Result::err);
    let other = is_proxy && (certificate.is_ca() || has("2.5.29.17") || has("2.5.29.18"));
    malformed.or(proxy).or(other.then(|| "a proxy with an alternative name or cA".to_owned()))
}

// --- OpenSSL

fn judge(inputs: &[Input], directory: &Path) -> Vec<(Verdict, String)> {
    let paths: Vec<PathBuf> = (0..inputs.len()).map(|at| directory.join(format!("{at}"))).collect();
    for (input, path) in inputs.iter().zip(&paths) {
        fs::write(path, &input.bytes).expect("written");
    }
    match std::env::var_os("CERTOK_LOADING_JUDGE") {
        Some(program) => by_library(Path::new(&program), inputs, &paths),
        None => by_command(inputs, &paths),
    }
}

/// One process for each input, on all processors.
fn by_command(inputs: &[Input], paths: &[PathBuf]) -> Vec<(Verdict, String)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(at) else { return found };
            let mut command = Command::new("openssl");
            match input.asked {
                Content::Certificate => command.args(["x509", "-noout", "-purpose"]),
                Content::Key => {
                    command.args(["pkey", "-noout", "-passin"]).arg(format!("pass:{PASSPHRASE}"))
                }
                Content::List => command.args(["crl", "-noout"]),
                Content::Pkcs12 => command.args(["pkcs12", "-noout", "-passin", "pass:test"]),
                Content::Pkcs7 => command.args(["pkcs7", "-noout"]),
            };
            if input.asked != Content::Pkcs12 {
                command.args(["-inform", "PEM"]);
            }
            command.arg("-in").arg(&paths[at]).stdin(Stdio::null());
            let out = command.output().expect("openssl runs");
            let text = String::from_utf8_lossy(&out.stdout);
            let verdict = match out.status.success() {
                false => Verdict::Refused,
                true if text.contains("code=-1") => Verdict::Unusable,
                true => Verdict::Good,
            };
            found.push((at, (verdict, String::new())));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, verdict)| verdict).collect()
}

/// One process for all: it reads `KIND PATH` lines and answers each with a word and a reason.
fn by_library(program: &Path, inputs: &[Input], paths: &[PathBuf]) -> Vec<(Verdict, String)> {
    let mut command = Command::new(program);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the judge runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let lines = inputs.iter().zip(paths);
    let lines: String =
        lines.map(|(input, path)| format!("{:?} {}\n", input.asked, path.display())).collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let out = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let all: Vec<_> = text
        .lines()
        .map(|line| {
            let (word, why) = line.split_once(' ').unwrap_or((line, ""));
            let verdict = match word {
                "good" => Verdict::Good,
                "unusable" => Verdict::Unusable,
                _ => Verdict::Refused,
            };
            (verdict, why.to_owned())
        })
        .collect();
    assert_eq!(all.len(), inputs.len(), "one answer for each");
    all
}

// --- inputs

/// `wanted` inputs, evenly taken of all fixtures: each as it is, changes of the DER in its first
/// block, changes of its text.
fn inputs(wanted: usize) -> Vec<Input> {
    let seeds = seeds();
    let each = wanted.div_ceil(seeds.len());
    let mut out = Vec::new();
    for (number, (asked, name, text)) in seeds.iter().enumerate() {
        let mut add = |what: String, bytes: Vec<u8>| {
            out.push(Input { asked: *asked, what: format!("{name} {what}"), bytes });
        };
        add("as it is".to_owned(), text.clone());
        let of_text = if *asked == Content::Pkcs12 { 0 } else { each / 3 };
        let mut random = Random(number as u64 + 1);
        for _ in 0..of_text {
            let (what, bytes) = changed_text(text, &mut random);
            add(what, bytes);
        }
        if *asked == Content::Pkcs12 {
            let all = changes::changes(text);
            let step = all.len().div_ceil(each - of_text).max(1);
            all.into_iter().step_by(step).for_each(|(what, der)| add(what, der));
            continue;
        }
        let blocks = pem::scan(text).blocks;
        let first = blocks.iter().position(|block| {
            block.as_ref().is_ok_and(|block| {
                block.bytes.first() == Some(&0x30) && is_asked(*asked, &block.label)
            })
        });
        let Some(Ok(block)) = first.map(|at| &blocks[at]) else { continue };
        if !block.headers.is_empty() {
            continue;
        }
        let all = changes::changes(&block.bytes);
        let of_der = each - of_text - 1;
        let step = all.len().div_ceil(of_der.max(1)).max(1);
        for (what, der) in all.into_iter().skip(number % step).step_by(step) {
            add(what, pem_text(&block.label, &der));
        }
    }
    out
}

fn is_asked(asked: Content, label: &str) -> bool {
    match asked {
        Content::Certificate => label.ends_with("CERTIFICATE"),
        Content::Key => label.ends_with("PRIVATE KEY"),
        Content::List => label.ends_with("CRL"),
        Content::Pkcs12 | Content::Pkcs7 => label == "PKCS7",
    }
}

fn pem_text(label: &str, der: &[u8]) -> Vec<u8> {
    pem::encode(label, der).into_bytes()
}

/// The fixtures that are PEM, and what is asked of each.
fn seeds() -> Vec<(Content, String, Vec<u8>)> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut out = Vec::new();
    for (folder, asked) in [
        ("cert", Content::Certificate),
        ("ca", Content::Certificate),
        ("proxy", Content::Certificate),
        ("voms", Content::Certificate),
        ("host", Content::Certificate),
        ("token", Content::Certificate),
        ("file", Content::Certificate),
        ("crl", Content::List),
        ("key", Content::Key),
        ("keys", Content::Key),
        ("crypto", Content::Key),
    ] {
        let entries = fs::read_dir(testdata.join(folder)).expect("a folder");
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "pem")) {
            let mut bytes = fs::read(path).expect("a fixture");
            if asked == Content::Certificate {
                bytes.truncate(end_of_first(&bytes));
            }
            let name = path.strip_prefix(&testdata).expect("below it").display().to_string();
            out.push((asked, name, bytes));
        }
    }
    for (name, asked) in [
        ("file/user.p12", Content::Pkcs12),
        ("file/user-rc2.p12", Content::Pkcs12),
        ("file/pkcs7.pem", Content::Pkcs7),
    ] {
        out.push((asked, name.to_owned(), fs::read(testdata.join(name)).expect("a fixture")));
    }
    out
}

/// Where the first certificate ends: OpenSSL would go on to the next one behind what is damaged.
fn end_of_first(text: &[u8]) -> usize {
    let mut end = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.starts_with(b"-----END") && line.trim_ascii_end().ends_with(b"CERTIFICATE-----") {
            break;
        }
    }
    end
}

/// A generator of numbers that are always the same (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).expect("below a usize")
    }
}

/// One or two changes of a text.
fn changed_text(text: &[u8], random: &mut Random) -> (String, Vec<u8>) {
    let (mut what, mut bytes) = (String::new(), text.to_vec());
    for _ in 0..=usize::from(random.below(4) == 0) {
        let (how, changed) = one_change(&bytes, random);
        what = format!("{what} {how}");
        bytes = changed;
    }
    (what, bytes)
}

fn one_change(text: &[u8], random: &mut Random) -> (String, Vec<u8>) {
    let piece = PIECES[random.below(PIECES.len())];
    let shown = piece.escape_ascii();
    let mut lines: Vec<Vec<u8>> =
        text.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    // Marks are few among the lines: half of the changes are about them.
    let marks: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].starts_with(b"-----")).collect();
    let line = match random.below(2) {
        0 if !marks.is_empty() => marks[random.below(marks.len())],
        _ => random.below(lines.len()),
    };
    let Some(current) = lines.get(line).cloned() else {
        return ("as it is".to_owned(), text.to_vec());
    };
    let end = current.len() - usize::from(current.ends_with(b"\n"));
    let joined = |lines: &[Vec<u8>]| lines.concat();
    let how = match random.below(12) {
        0 => {
            lines[line].splice(0..0, piece.iter().copied());
            format!("{shown} before line {line}")
        }
        1 => {
            lines[line].splice(end..end, piece.iter().copied());
            format!("{shown} after line {line}")
        }
        2 => {
            let at = random.below(end + 1);
            lines[line].splice(at..at, piece.iter().copied());
            format!("{shown} in line {line} at {at}")
        }
        3 => {
            let at = random.below(end);
            if let Some(byte) = lines[line].get_mut(at) {
                *byte = piece[0];
            }
            format!("{shown} for a byte of line {line} at {at}")
        }
        4 => {
            lines.remove(line);
            format!("line {line} removed")
        }
        5 => {
            lines.insert(line, current);
            format!("line {line} twice")
        }
        6 => {
            lines[line].truncate(end);
            format!("line {line} joined with the next")
        }
        7 => {
            let at = random.below(end + 1);
            lines[line].insert(at, b'\n');
            format!("line {line} broken at {at}")
        }
        8 => {
            lines.insert(line, [piece, b"\n"].concat());
            format!("a line {shown} before line {line}")
        }
        9 => {
            let at = random.below(end);
            if at < lines[line].len() {
                lines[line].remove(at);
            }
            format!("a byte of line {line} removed at {at}")
        }
        10 => {
            let other = random.below(lines.len());
            lines.swap(line, other);
            format!("lines {line} and {other} swapped")
        }
        _ => {
            let whole = match random.below(6) {
                0 => text
                    .iter()
                    .flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] })
                    .collect(),
                1 => text.iter().map(|b| if *b == b'\n' { b'\r' } else { *b }).collect(),
                2 => [b"\xef\xbb\xbf", text].concat(),
                3 => [piece, text].concat(),
                4 => text.to_ascii_lowercase(),
                _ => text[..random.below(text.len())].to_vec(),
            };
            return (format!("as a whole, {shown}"), whole);
        }
    };
    (how, joined(&lines))
}

/// What editors, mail programs and copying put into texts.
const PIECES: &[&[u8]] = &[
    b" ",
    b"\t",
    b"\r",
    b"\n",
    b"\0",
    b"-",
    b"=",
    b"==",
    b"A",
    b"+",
    b"/",
    b"_",
    b"*",
    b":",
    b",",
    b"#",
    b"\"",
    b"\\n",
    b"> ",
    b"\x0c",
    b"\x1a",
    b"\x7f",
    b"\x80",
    b"\xa0",
    b"\xff",
    b"\xc2\xa0",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x8b",
    b"-----",
    b"text",
    b"Name: value",
    b"Proc-Type: 4,ENCRYPTED",
    b"-----BEGIN CERTIFICATE-----",
    b"-----END CERTIFICATE-----",
    b"-----BEGIN X-----\nAAAA\n-----END X-----",
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    b"   ",
    b"\n\n",
    b"X509 ",
    b"TRUSTED ",
    b"RSA ",
    b"EC ",
];
