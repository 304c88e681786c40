//! `idtoken-create`, and the way of a token through request, approval and receipt; with an attacker
//! on the way.

mod run;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use certok::crypto;
use certok::crypto::digest::sha256;
use certok::crypto::{PublicKey, seal, sign};
use certok::parse::exchange::Signature;
use certok::parse::exchange::answer::{Answer, AnswerFile, Decision, PURPOSE, signed_message};
use certok::parse::exchange::request::{Request, RequestFile};
use certok::parse::idtoken::IdToken;
use certok::parse::key::LockedKey;
use certok::parse::{key, pem};
use certok::text::time::UnixTime;
use run::{Home, NOW, Run, bytes, is_root};
use serde_json::Value;
use tempfile::TempDir;

/// A machine of the pool, where no configuration is read but the variables.
const POOL: &str = "$CONDOR_CONFIG=ONLY_ENV $_condor_SEC_TOKEN_DIRECTORY={home}/tokens.d \
                    $_condor_SEC_PASSWORD_DIRECTORY={home}/keys \
                    $X509_CERT_DIR={testdata}/ca/certificates \
                    $X509_USER_CERT={testdata}/cert/healthy.pem";

/// The central manager: it has the keys and knows its names.
const MANAGER: &str = "$_condor_TRUST_DOMAIN=pool.test $_condor_UID_DOMAIN=pool.test \
                       keys/POOL=idtoken/keys/POOL:600 keys/KEY2=idtoken/keys/KEY2:600 \
                       keys/EMPTY=idtoken/keys/EMPTY:600 keys/x.sh=idtoken/keys/POOL:600 \
                       keys/OPEN=idtoken/keys/POOL:640";

fn manager() -> Home {
    Home::new(&format!("{POOL} {MANAGER}"))
}

fn run_at(home: &Home, line: &str, at: i64) -> Run {
    home.run(&format!("{line} --no-input --at {at}"))
}

fn token(run: &Run) -> IdToken {
    let line = run.out.strip_suffix('\n').expect("a token ends its line");
    IdToken::parse(line.as_bytes()).unwrap_or_else(|e| panic!("{e}: {run:?}"))
}

// --- idtoken-create

/// Options, exit code, the id or a word of the message.
const CREATE: &[(&str, i32, &str)] = &[
    ("-identity bob@pool.test -authz READ -lifetime 60", 0, "ok: a token"),
    ("--identity bob@pool.test --authz READ --lifetime 60", 0, "ok: a token"),
    ("-identity bob@pool.test -authz read,WRITE -lifetime 12h", 0, "READ, WRITE"),
    ("-identity bob@pool.test -key KEY2 -authz READ -lifetime 1", 0, "ok: a token"),
    ("-identity bob@pool.test -lifetime 60", 0, "[idtoken-unrestricted]"),
    ("-identity bob@pool.test -authz READ", 0, "[idtoken-never-expires]"),
    ("-identity bob -authz READ -lifetime 60", 0, "[idtoken-no-domain]"),
    ("-identity bob@ -authz READ -lifetime 60", 0, "[idtoken-no-domain]"),
    ("-identity @x -authz READ -lifetime 60", 0, "[idtoken-no-domain]"),
    ("-identity \"bob@x\" -authz READ -lifetime 60", 0, "[idtoken-not-expanded]"),
    ("-identity ${USER}@x -authz READ -lifetime 60", 0, "[idtoken-not-expanded]"),
    ("-identity b@x -authz READ --trust-domain \"p.test\"", 0, "[idtoken-not-expanded]"),
    ("-identity b@x -authz READ --trust-domain ${HOST}", 0, "[idtoken-not-expanded]"),
    ("-identity condor@x -authz READ -lifetime 60", 0, "[idtoken-superuser]"),
    ("", 2, "--identity NAME@DOMAIN is needed"),
    ("-identity=", 2, "unexpected argument"),
    ("--identity=", 2, "is needed"),
    ("-identity bob\u{1} -authz READ", 2, "control characters"),
    ("-identity bob@pool.test -lifetime -5", 2, "not a duration"),
    ("-identity bob@pool.test -lifetime 0", 2, "would have expired"),
    ("-identity bob@pool.test -lifetime 12abc", 2, "not a duration"),
    ("-identity bob@pool.test -lifetime abc", 2, "not a duration"),
    ("-identity bob@pool.test -lifetime 9223372036854775807", 2, "not a duration"),
    ("-identity bob@pool.test -lifetime 4294967295", 0, "ok: a token"),
    ("-identity bob@pool.test -lifetime 90000d", 2, "2262-04-11"),
    ("-identity bob@pool.test -authz NOSUCH", 2, "no authorization"),
    ("-identity bob@pool.test -authz", 2, "a value is required"),
    ("-identity bob@pool.test -key ../keys/POOL", 2, "no name of a signing key"),
    ("-identity bob@pool.test -key .", 2, "no name of a signing key"),
    ("-identity bob@pool.test -key x.sh", 2, "ignores files named like"),
    ("-identity bob@pool.test -key GONE", 3, "[signing-key-missing]"),
    ("-identity bob@pool.test -key EMPTY", 4, "[signing-key-empty]"),
    ("-identity bob@pool.test -key OPEN", 16, "[signing-key-unsafe]"),
    ("-identity bob@pool.test -token x.sh", 2, "ignores files named like"),
    ("-identity bob@pool.test -token .hidden", 2, "ignores files named like"),
    ("-identity bob@pool.test -token a/b", 2, "no plain file name"),
    ("-identity bob@pool.test -token a -file b", 2, "two places"),
    ("-identity bob@pool.test --trust-domain a,b", 2, "blanks or commas"),
    ("-identity bob@pool.test -nonsense", 2, "unexpected argument"),
];

#[test]
fn what_create_takes_and_what_it_refuses() {
    let home = manager();
    for (options, exit, word) in CREATE {
        let run = run_at(&home, &format!("idtoken-create {options}"), NOW);
        assert_eq!(run.code, *exit, "{options}: {run:?}");
        assert!(run.err.contains(word), "{options}: {run:?}");
        // Standard output is for the token alone.
        assert_eq!(run.out.lines().count(), usize::from(*exit == 0), "{options}: {run:?}");
        if *exit == 0 {
            assert_eq!(token(&run).issued, certok::parse::idtoken::Moment::Integer(NOW));
        }
    }
}

#[test]
fn a_token_is_known_by_its_key() {
    let home = manager();
    for (key, options) in [("POOL", ""), ("KEY2", "-key KEY2")] {
        let line =
            format!("idtoken-create -identity bob@pool.test -authz READ -lifetime 60 {options}");
        let run = run_at(&home, &format!("{line} -file {{home}}/t"), NOW);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
        let verified = run_at(&home, "idtoken-verify {home}/t", NOW);
        assert!(verified.out.contains("signature    good"), "{key}: {verified:?}");
        let expired = run_at(&home, "idtoken-verify {home}/t", NOW + 61);
        assert_eq!(expired.code, 11, "{expired:?}");
    }
    let json = run_at(&home, "idtoken-create -identity bob@pool.test -json", NOW);
    let printed = json.json()["results"][0]["token"].as_str().unwrap().to_owned();
    IdToken::parse(printed.as_bytes()).unwrap();
}

/// Of a token, and of one that no pool takes because of it.
#[test]
fn quotes_and_variables_in_names_are_named() {
    let home = manager();
    for (options, verify, word) in [
        ("-identity 'bob@x'", "", "the quotes are part of it"),
        ("-identity $USER@x", "", "which was not expanded"),
        ("-identity bob@", "", "without a domain"),
        ("-identity @x", "", "without a name"),
        ("-identity b@x --trust-domain \"p\"", "--trust-domain p", "the quotes are part of it"),
        ("-identity b@x --trust-domain ${P}", "--trust-domain p", "which was not expanded"),
    ] {
        let line = format!("idtoken-create {options} -authz READ -file {{home}}/t --force");
        assert_eq!(run_at(&home, &line, NOW).code, 0, "{options}");
        let run = run_at(&home, &format!("idtoken-verify {verify} {{home}}/t"), NOW);
        assert!(run.out.contains(word), "{options}: {run:?}");
        assert_eq!(run.code, if verify.is_empty() { 0 } else { 15 }, "{options}: {run:?}");
    }
}

#[test]
fn a_trust_domain_is_never_guessed() {
    let home = Home::new(&format!("{POOL} keys/POOL=idtoken/keys/POOL:600"));
    let line = "idtoken-create -identity bob@pool.test -authz READ -lifetime 60";
    let run = run_at(&home, line, NOW);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.err.contains("[trust-domain-unknown]"), "{run:?}");
    let run = run_at(&home, &format!("{line} --trust-domain pool.test"), NOW);
    assert_eq!(token(&run).issuer.as_deref(), Some("pool.test"));
}

#[test]
fn files_of_tokens_are_whole_and_for_their_owner() {
    let home = manager();
    let make = |place: &str| {
        let line = "idtoken-create -identity bob@pool.test -authz READ -lifetime 60";
        run_at(&home, &format!("{line} {place}"), NOW)
    };
    let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o7777;
    // The directory is made, and nobody else may look into it.
    assert_eq!(make("-token new").code, 0);
    assert_eq!((mode("tokens.d"), mode("tokens.d/new")), (0o700, 0o600));
    // A file that was open is closed; HTCondor leaves it as it was.
    let old = bytes("idtoken/healthy.token");
    home.write("tokens.d/open", &old, 0o644);
    let run = make("-token open --force");
    assert_eq!((run.code, mode("tokens.d/open")), (0, 0o600), "{run:?}");
    assert!(run.err.contains("[idtoken-was-open]"), "{run:?}");
    assert_ne!(fs::read(home.path("tokens.d/open")).unwrap(), old);
    // What is no token is not overwritten; a link is not followed.
    home.write("precious", b"text", 0o600);
    // One token takes the place of one; several are not lost for it.
    home.write("tokens.d/two", &old.repeat(2), 0o600);
    home.link("tokens.d/link", home.path("precious"));
    home.link("tokens.d/dangling", home.path("made"));
    fs::create_dir(home.path("tokens.d/folder")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        home.path("tokens.d/fifo"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    for place in [
        "-file {home}/precious",
        "-token two",
        "-token link",
        "-token dangling",
        "-token folder",
        "-token fifo",
        "-file {home}/nowhere/t",
        "-file {home}/",
    ] {
        let before = home.tree();
        let run = make(place);
        assert_eq!((run.code, run.out.as_str()), (6, ""), "{place}: {run:?}");
        assert!(run.err.contains("[idtoken-not-written]"), "{place}: {run:?}");
        assert_eq!(home.tree(), before, "{place}");
    }
}

// --- request, approve, receive

/// Two users, and a directory between them.
struct Pair {
    requester: Home,
    approver: Home,
    shared: TempDir,
}

impl Pair {
    fn new() -> Self {
        let shared = tempfile::tempdir().unwrap();
        let between = format!("$BETWEEN={}", shared.path().display());
        let approver = Home::new(&format!("{POOL} {MANAGER} {between}"));
        let requester = Home::new(&format!(
            "{POOL} {between} $X509_USER_KEY={{home}}/userkey.pem userkey.pem=key/rsa-pkcs1.pem:400 \
             proxy=proxy/rfc3820.pem"
        ));
        let private = bytes("key/ed25519.pem");
        approver.write("approver.pem", &private, 0o600);
        requester.write("approver.pub", public_of(&private).as_bytes(), 0o644);
        Self { requester, approver, shared }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.shared.path().join(name)
    }

    fn fill(&self, line: &str) -> String {
        line.replace("{x}", self.shared.path().to_str().unwrap())
    }

    fn request(&self, options: &str) -> Run {
        let line = self.fill(&format!("idtoken-request {options} {{x}}/r.request"));
        run_at(&self.requester, &line, NOW)
    }

    fn approve(&self, options: &str) -> Run {
        let line = self.fill(&format!("idtoken-approve {{x}}/r.request {options} {{x}}/r.answer"));
        run_at(&self.approver, &line, NOW)
    }

    fn receive(&self, options: &str) -> Run {
        let line = self.fill(&format!("idtoken-receive {{x}}/r.answer {options}"));
        run_at(&self.requester, &line, NOW)
    }

    /// A request, written and read.
    fn asked(&self, options: &str) -> RequestFile {
        let run = self.request(options);
        assert_eq!(run.code, 0, "{options}: {run:?}");
        self.read_request("r.request")
    }

    fn read_request(&self, name: &str) -> RequestFile {
        RequestFile::parse(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    fn read_answer(&self) -> AnswerFile {
        AnswerFile::parse(&fs::read(self.path("r.answer")).unwrap()).unwrap()
    }

    fn code(&self) -> String {
        self.read_answer().digest.code().to_string()
    }

    /// A request that has been approved with the approver's key; its id.
    fn approved(&self, options: &str) -> String {
        let id = self.asked(options).digest.id().to_string();
        let run = self.approve(&format!("--yes {id} --approver-key {{home}}/approver.pem"));
        assert_eq!(run.code, 0, "{options}: {run:?}");
        id
    }

    /// Requests that wait for their answer.
    fn waiting(&self) -> usize {
        let directory = self.requester.path(".local/state/certok/idtoken-requests");
        fs::read_dir(directory).map_or(0, Iterator::count)
    }

    fn has_token(&self) -> bool {
        self.requester.path("tokens.d/t").exists()
    }
}

/// The public half of a private key, in PEM.
fn public_of(private: &[u8]) -> String {
    let PublicKey::Ed25519(public) = crypto::key::public_half(&opened(private)).unwrap() else {
        panic!("the approver's key is Ed25519");
    };
    // RFC 8410 §4: the SubjectPublicKeyInfo but for the key.
    let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    pem::encode("PUBLIC KEY", &[&head[..], &public].concat())
}

fn opened(private: &[u8]) -> crypto::key::PrivateKey {
    let block = pem::scan(private).blocks.remove(0).unwrap();
    match key::parse(&block).unwrap() {
        LockedKey::Open(key, _) => key,
        LockedKey::Locked(_) => panic!("a key without a passphrase"),
    }
}

const ASK: &str = "-identity alice@pool.test -authz READ -lifetime 3600 -token t";

/// What is asked, how it is approved, how it is received: options, exit code and a word each. `ID`
/// and `CODE` are the right ones; an empty word ends the row.
type Row<'a> = [(&'a str, i32, &'a str); 3];

const WAYS: &[Row<'_>] = &[
    [
        (ASK, 0, "ok: the request"),
        ("--yes ID", 0, "answer code"),
        ("--code CODE", 0, "ok: a token for alice@pool.test is in"),
    ],
    [
        (ASK, 0, ""),
        ("--yes ID --approver-key {home}/approver.pem", 0, "answer code"),
        ("--approver-key {home}/approver.pub", 0, "signed with the approver's key"),
    ],
    [
        (
            "-identity alice@pool.test -authz READ -token t --approver-key {home}/approver.pub",
            0,
            "",
        ),
        ("--yes ID --approver-key {home}/approver.pem", 0, ""),
        ("", 0, "signed with the approver's key"),
    ],
    [
        // A label is no certificate.
        (
            "-identity alice@pool.test -authz READ -token t -name cm.pool.test -pool p -type SCHEDD",
            0,
            "SCHEDD",
        ),
        ("--yes ID --approver-key {home}/approver.pem", 0, "cm.pool.test"),
        ("", 13, "[answer-unauthenticated]"),
    ],
    [
        ("-identity alice@pool.test -authz READ -token t -name alice.certok.test", 0, ""),
        (
            "--yes ID --approver-cert {testdata}/cert/every-san.pem --approver-key {testdata}/keys/user.pem",
            0,
            "",
        ),
        ("", 0, "signed by /DC=org/DC=certok/OU=People/CN=Alice Adams"),
    ],
    [
        ("-identity alice@pool.test -authz READ -token t -name other.certok.test", 0, ""),
        (
            "--yes ID --approver-cert {testdata}/cert/every-san.pem --approver-key {testdata}/keys/user.pem",
            0,
            "",
        ),
        ("", 13, "not the host other.certok.test"),
    ],
    [
        (ASK, 0, ""),
        (
            "--yes ID --approver-cert {testdata}/cert/healthy.pem --approver-key {testdata}/keys/user.pem",
            0,
            "",
        ),
        // Some certificate is nobody's in particular.
        ("", 13, "[answer-unauthenticated]"),
    ],
    [
        (ASK, 0, ""),
        (
            "--yes ID --approver-cert {testdata}/cert/healthy.pem --approver-key {testdata}/keys/user.pem",
            0,
            "",
        ),
        ("--approver-dn /DC=org/DC=certok/OU=People/CN=Alice", 13, "[answer-signature]"),
    ],
    [
        (ASK, 0, ""),
        (
            "--yes ID --approver-cert {testdata}/cert/self-signed.pem --approver-key {testdata}/keys/user.pem",
            0,
            "",
        ),
        ("--approver-dn /CN=x", 13, "does not verify"),
    ],
    [
        (ASK, 0, ""),
        ("--yes ID --approver-key {home}/approver.pem", 0, ""),
        ("--code ID", 2, "is the id of a request"),
    ],
    [(ASK, 0, ""), ("--yes ID", 0, ""), ("--code 0000-0000-0000-0000", 13, "[answer-code-wrong]")],
    [(ASK, 0, ""), ("--yes ID", 0, ""), ("--code 0000", 2, "no answer code")],
    [(ASK, 0, ""), ("--yes ID", 0, ""), ("", 13, "[answer-unauthenticated]")],
    [
        (ASK, 0, ""),
        ("--yes ID", 0, ""),
        ("--approver-key {home}/approver.pub --code CODE", 13, "is not signed"),
    ],
    [
        (ASK, 0, ""),
        ("--yes ID", 0, ""),
        ("--code CODE --trust-domain other.test", 15, "[answer-not-as-asked]"),
    ],
    [
        (ASK, 0, ""),
        ("--deny --reason no --yes ID", 0, "denied"),
        ("--code CODE", 6, "was denied: no [token-request-denied]"),
    ],
    [(ASK, 0, ""), ("", 6, "[token-request-not-approved]"), ("", 0, "")],
    [
        (ASK, 0, ""),
        ("--yes 0000-0000-0000-0000-0000-0000", 15, "[token-request-other-id]"),
        ("", 0, ""),
    ],
    [(ASK, 0, ""), ("--yes 0000-0000-0000-0000", 2, "not the whole id"), ("", 0, "")],
    [(ASK, 0, ""), ("--again", 3, "[token-request-not-decided]"), ("", 0, "")],
    [(ASK, 0, ""), ("--yes ID --key GONE", 3, "[signing-key-missing]"), ("", 0, "")],
    // Who is asked for.
    [("-authz READ", 0, "superuser"), ("--yes ID", 6, "[token-request-superuser]"), ("", 0, "")],
    [
        ("-authz READ -token t", 0, ""),
        ("--yes ID --allow-superuser", 0, "condor@pool.test"),
        ("--code CODE", 0, "condor@pool.test"),
    ],
    [
        ("-identity root@pool.test -authz READ", 0, ""),
        ("--yes ID", 6, "[token-request-superuser]"),
        ("", 0, ""),
    ],
    [
        ("-identity bob -authz READ -token t", 0, ""),
        ("--yes ID", 0, "bob@pool.test"),
        ("--code CODE", 0, "bob@pool.test"),
    ],
    // For what, for how long.
    [("-identity a@b", 0, ""), ("--yes ID", 6, "[token-request-unrestricted]"), ("", 0, "")],
    [
        ("-identity a@b -token t", 0, ""),
        ("--yes ID --allow-unrestricted", 0, "[idtoken-unrestricted]"),
        ("--code CODE", 0, "everything"),
    ],
    [
        ("-identity a@b -authz READ -token t", 0, ""),
        ("--yes ID", 0, "2026-07-01 12:00:00 UTC (in 30 days)"),
        ("--code CODE", 0, "in 30 days"),
    ],
    [
        ("-identity a@b -authz READ -lifetime 31d -token t", 0, ""),
        ("--yes ID", 0, "[token-request-limited]"),
        ("--code CODE", 0, "in 30 days"),
    ],
    [
        ("-identity a@b -authz READ -lifetime 31d -token t", 0, ""),
        ("--yes ID --no-expiry", 0, "in 31 days"),
        ("--code CODE", 0, "in 31 days"),
    ],
    [
        ("-identity a@b -authz READ -token t", 0, ""),
        ("--yes ID --no-expiry", 0, "[idtoken-never-expires]"),
        ("--code CODE", 0, "never"),
    ],
    // Who asks.
    [
        ("-identity alice@pool.test -authz READ -token t --sign cert", 0, ""),
        ("--yes ID", 0, "signed by    /DC=org/DC=certok/OU=People/CN=Alice Adams"),
        ("--code CODE", 0, ""),
    ],
    [
        ("-identity alice@pool.test -authz READ -token t --sign proxy", 0, ""),
        ("--yes ID", 0, "signed by    /DC=org/DC=certok/OU=People/CN=Alice Adams\n"),
        ("--code CODE", 0, ""),
    ],
    [
        ("-identity alice@pool.test -authz READ --sign cert", 0, ""),
        ("--yes ID --map {home}/map", 0, ""),
        ("--code CODE", 0, ""),
    ],
    [
        ("-identity bob@pool.test -authz READ --sign cert", 0, ""),
        ("--yes ID --map {home}/map", 15, "[token-request-not-mapped]"),
        ("", 0, ""),
    ],
    [
        ("-identity alice@pool.test -authz READ", 0, ""),
        ("--yes ID --map {home}/map", 15, "is not signed"),
        ("", 0, ""),
    ],
    [
        ("-identity alice@pool.test -authz READ --sign cert", 0, ""),
        ("--yes ID --ca-dir {home}", 13, "[token-request-signature]"),
        ("", 0, ""),
    ],
    // Arguments.
    [(ASK, 0, ""), ("{x}/third", 2, "an operand too much"), ("", 0, "")],
    [("-identity a\u{1}b", 2, "printable ASCII"), ("", 0, ""), ("", 0, "")],
    [("-identity a@b -lifetime 0", 2, "would have expired"), ("", 0, ""), ("", 0, "")],
    [("-identity a@b -token x.sh", 2, "ignores files"), ("", 0, ""), ("", 0, "")],
    [("-identity a@b --wait", 2, "--exchange DIR"), ("", 0, ""), ("", 0, "")],
    [("-identity a@b --valid-for 31d", 2, "30 days at most"), ("", 0, ""), ("", 0, "")],
    [
        ("-identity a@b --approver-key {home}/userkey.pem", 4, "PUBLIC KEY"),
        ("", 0, ""),
        ("", 0, ""),
    ],
];

#[test]
fn ways_of_a_request() {
    for row in WAYS {
        let pair = Pair::new();
        let map = "\"/DC=org/DC=certok/OU=People/CN=Alice Adams\" alice\n";
        pair.approver.write("map", map.as_bytes(), 0o644);
        let (mut id, mut code) = (String::new(), String::new());
        for (step, (options, exit, word)) in row.iter().enumerate() {
            let options = options.replace("ID", &id).replace("CODE", &code);
            let run = match step {
                0 => pair.request(&options),
                1 => pair.approve(&options),
                _ => pair.receive(&options),
            };
            let shown = format!("step {step} of {row:?}\n{}{}", run.out, run.err);
            assert_eq!(run.code, *exit, "{shown}");
            assert!(format!("{}{}", run.out, run.err).contains(word), "no `{word}`: {shown}");
            if *exit != 0 {
                assert!(!pair.has_token(), "{shown}");
                break;
            }
            match step {
                0 => id = pair.read_request("r.request").digest.id().to_string(),
                1 => code = pair.code(),
                _ => assert_eq!(pair.waiting(), 0, "{shown}"),
            }
        }
    }
}

#[test]
fn the_site_limits_what_is_granted() {
    for (setting, options, exit, word) in [
        ("SEC_TOKEN_REQUEST_LIMITS=WRITE,DAEMON", "-authz READ", 6, "[token-request-limits]"),
        ("SEC_TOKEN_REQUEST_LIMITS=READ,DAEMON", "-authz READ,WRITE", 0, "[token-request-limited]"),
        ("SEC_TOKEN_REQUEST_LIMITS=READ", "", 0, "READ"),
        (
            "SEC_TOKEN_REQUEST_LIMITS=$(FULL_HOSTNAME)",
            "-authz READ",
            5,
            "[token-request-limits-unknown]",
        ),
        ("SEC_ISSUED_TOKEN_EXPIRATION=60", "-authz READ -lifetime 61", 0, "lasts 1 minute"),
        ("SEC_ISSUED_TOKEN_EXPIRATION=60", "-authz READ", 0, "in 1 minute"),
        ("SEC_ISSUED_TOKEN_EXPIRATION=1h", "-authz READ", 5, "[token-request-limits-unknown]"),
        ("UID_DOMAIN=$(FULL_HOSTNAME)", "-authz READ", 0, "alice@pool.test"),
    ] {
        let mut pair = Pair::new();
        let (name, value) = setting.split_once('=').unwrap();
        pair.approver.set(&format!("_condor_{name}"), value);
        let id = pair.asked(&format!("-identity alice@pool.test {options}")).digest.id();
        let run = pair.approve(&format!("--yes {id} --no-expiry"));
        let said = format!("{}{}", run.out, run.err).replace("is to last", "lasts");
        assert_eq!(run.code, exit, "{setting} {options}: {run:?}");
        assert!(said.contains(word), "{setting} {options}: {run:?}");
    }
}

#[test]
fn a_request_is_decided_once_and_in_time() {
    let pair = Pair::new();
    let id = pair.asked(&format!("{ASK} --valid-for 1h")).digest.id();
    let line = pair.fill(&format!("idtoken-approve {{x}}/r.request {{x}}/late.answer --yes {id}"));
    let late = run_at(&pair.approver, &line, NOW + 3601);
    assert_eq!(late.code, 11, "{late:?}");
    assert!(late.out.contains("[token-request-expired]"), "{late:?}");
    // The last good second.
    let run = run_at(&pair.approver, &line.replace("late", "r"), NOW + 3600);
    assert_eq!(run.code, 0, "{run:?}");
    for options in ["", "--deny"] {
        let twice = pair.approve(&format!("--yes {id} {options}"));
        assert_eq!(twice.code, 6, "{twice:?}");
        assert!(twice.out.contains("[token-request-decided]"), "{twice:?}");
    }
    let early = Pair::new();
    let id = early.asked(ASK).digest.id();
    let line = early.fill(&format!("idtoken-approve {{x}}/r.request --yes {id}"));
    let run = run_at(&early.approver, &line, NOW - 301);
    assert!(run.out.contains("[token-request-from-future]"), "{run:?}");
}

// --- an attacker on the way

type Change = fn(&mut Request);

#[test]
fn who_changes_a_request_changes_its_id() {
    let pair = Pair::new();
    let file = pair.asked(ASK);
    let id = file.digest.id();
    let mallory = seal::PrivateKey::generate();
    let changes: [(&str, Change); 4] = [
        ("identity", |r| r.identity = Some("mallory@pool.test".into())),
        ("levels", |r| r.levels.clear()),
        ("lifetime", |r| r.lifetime = None),
        ("labels", |r| r.pool = Some("other".into())),
    ];
    let swap = |r: &mut Request| r.reply_key = mallory.public();
    let mut forged: Vec<(&str, Request)> = Vec::new();
    for (what, change) in changes {
        let mut request = file.request.clone();
        change(&mut request);
        forged.push((what, request));
    }
    let mut swapped = file.request.clone();
    swap(&mut swapped);
    forged.push(("reply key", swapped));
    for (what, request) in forged {
        fs::write(pair.path("r.request"), request.armored(None)).unwrap();
        let run = pair.approve(&format!("--yes {id} --allow-unrestricted"));
        assert_eq!(run.code, 15, "{what}: {run:?}");
        assert!(run.out.contains("[token-request-other-id]"), "{what}: {run:?}");
        assert!(!pair.path("r.answer").exists(), "{what}");
    }
}

/// Limited proxies go with jobs: who finds one on a worker node gets no token by it.
#[test]
fn a_limited_proxy_asks_for_nobody() {
    let pair = Pair::new();
    let limited = bytes("proxy/rfc3820-limited.pem");
    pair.requester.write("proxy", &limited, 0o600);
    let file = pair.asked("-identity alice@pool.test -authz READ --sign proxy");
    let run = pair.approve(&format!("--yes {}", file.digest.id()));
    assert_eq!(run.code, 13, "{run:?}");
    assert!(run.out.contains("[token-request-signature]"), "{run:?}");
    assert!(run.out.contains("a limited proxy of"), "{run:?}");
    assert!(!pair.path("r.answer").exists());
}

/// `OU=7/CN=root` would be `/OU=7/CN=root` in a map, as if it were root's.
#[test]
fn a_name_that_reads_as_anothers_is_nobodys() {
    for (job, exit) in [("7", 0), ("7/CN=root", 13), ("7/1.2.3=x", 13)] {
        let mut pair = Pair::new();
        pair.requester = Home::new(&format!(
            "{POOL} $X509_USER_CERT={{home}}/c.pem $X509_USER_KEY={{home}}/k.pem"
        ));
        fs::create_dir(pair.requester.path("made")).unwrap();
        let line = format!(
            "token-init -t job -u alice -jobid {job} --out-dir {{home}}/made \
             --ca-cert {{testdata}}/ca/certificates/AliEn2-CA.pem \
             --ca-key {{testdata}}/keys/alien2.pem"
        );
        let run = run_at(&pair.requester, &line, NOW);
        assert_eq!(run.code, 0, "{run:?}");
        for entry in fs::read_dir(pair.requester.path("made")).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            let short = if name.starts_with("tokencert") { "c.pem" } else { "k.pem" };
            fs::rename(entry.path(), pair.requester.path(short)).unwrap();
        }
        let file = pair.asked("-identity alice@pool.test -authz READ --sign cert");
        let run = pair.approve(&format!("--yes {}", file.digest.id()));
        assert_eq!(run.code, exit, "{job}: {run:?}");
        assert_eq!(run.out.contains("can be read as another name"), exit != 0, "{run:?}");
    }
}

/// HTCondor's access lists do not mind the case: `CONDOR@` is an administrator as `condor@` is.
#[test]
fn the_superuser_is_known_however_spelled() {
    for identity in ["CONDOR@pool.test", "Condor", "rOOt@x", "submit-side@matchsession"] {
        let pair = Pair::new();
        let file = pair.asked(&format!("-identity {identity} -authz READ"));
        let run = pair.approve(&format!("--yes {}", file.digest.id()));
        assert_eq!(run.code, 6, "{identity}: {run:?}");
        assert!(run.out.contains("[token-request-superuser]"), "{run:?}");
        assert!(!pair.path("r.answer").exists());
    }
}

#[test]
fn a_dash_is_standard_output() {
    let pair = Pair::new();
    let line = "idtoken-request -identity alice@pool.test -authz READ -";
    let run = run_at(&pair.requester, line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    RequestFile::parse(run.out.as_bytes()).unwrap();
    assert!(!Path::new("-").exists() && !pair.requester.path("-").exists());
}

#[test]
fn a_signature_is_of_one_request() {
    let pair = Pair::new();
    let file = pair.asked("-identity alice@pool.test -authz READ --sign cert");
    let signed = file.signed.unwrap();
    let ders: Vec<Vec<u8>> = signed.certificates.iter().map(|c| c.der().to_vec()).collect();
    let part = Signature { signature: &signed.signature, certificates: &ders };
    let mut request = file.request.clone();
    request.reply_key = seal::PrivateKey::generate().public();
    fs::write(pair.path("r.request"), request.armored(Some(&part))).unwrap();
    let id = request.digest().id();
    let run = pair.approve(&format!("--yes {id}"));
    assert_eq!(run.code, 13, "{run:?}");
    assert!(run.out.contains("[token-request-signature]"), "{run:?}");
}

#[test]
fn a_planted_answer_is_not_installed() {
    let pair = Pair::new();
    let other = Pair::new();
    let file = pair.asked(&format!("{ASK} --approver-key {{home}}/approver.pub"));
    let id = file.digest.id();
    // Mallory has a pool of his own, and its key.
    fs::copy(pair.path("r.request"), other.path("r.request")).unwrap();
    let mallory = bytes("keys/ca-ed25519.pem");
    other.approver.write("mallory.pem", &mallory, 0o600);
    for key in ["", "--approver-key {home}/mallory.pem"] {
        let ledger = if key.is_empty() { "a" } else { "b" };
        let run = other.approve(&format!("--yes {id} --ledger {{home}}/{ledger} {key}"));
        assert_eq!(run.code, 0, "{run:?}");
        fs::rename(other.path("r.answer"), pair.path("r.answer")).unwrap();
        let run = pair.receive("");
        assert_eq!(run.code, 13, "{key}: {run:?}");
        assert!(run.err.contains("[answer-signature]"), "{key}: {run:?}");
        assert!(!pair.has_token() && pair.waiting() == 1);
        fs::remove_file(pair.path("r.answer")).unwrap();
    }
    // The true one still comes in.
    let run = pair.approve(&format!("--yes {id} --approver-key {{home}}/approver.pem"));
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(pair.receive("").code, 0);
    assert!(pair.has_token());
}

/// Every byte of an answer counts: changed, it is refused, whatever it is authenticated by.
#[test]
fn a_changed_answer_is_refused() {
    let pair = Pair::new();
    pair.approved(&format!("{ASK} --approver-key {{home}}/approver.pub"));
    let code = pair.code();
    let answer = pair.read_answer();
    let Decision::Granted(sealed) = &answer.answer.decision else {
        panic!("granted");
    };
    let signed = answer.signed.unwrap();
    let part = Signature { signature: &signed.signature, certificates: &[] };
    let mut changed = Vec::new();
    let other = |decision| Answer { decision, ..answer.answer.clone() };
    changed.push(other(Decision::Denied(None)));
    for at in [0, sealed.text.len() - 1] {
        let mut sealed = sealed.clone();
        sealed.text[at] ^= 1;
        changed.push(other(Decision::Granted(sealed)));
    }
    let mut sealed = sealed.clone();
    sealed.key[0] ^= 1;
    changed.push(other(Decision::Granted(sealed)));
    changed.push(Answer { created: UnixTime(NOW + 1), ..answer.answer.clone() });
    for answer in changed {
        fs::write(pair.path("r.answer"), answer.armored(Some(&part))).unwrap();
        for options in ["", &format!("--code {code}")] {
            let run = pair.receive(options);
            assert_eq!(run.code, 13, "{answer:?} {options}: {run:?}");
        }
    }
    assert!(!pair.has_token() && pair.waiting() == 1);
}

/// Even the approver's own key does not make an answer to one request one to another.
#[test]
fn an_answer_is_to_one_request() {
    let pair = Pair::new();
    pair.approved(&format!("{ASK} --approver-key {{home}}/approver.pub"));
    let sealed = pair.read_answer().answer;
    fs::rename(pair.path("r.request"), pair.path("first.request")).unwrap();
    let second = pair.asked(&format!("{ASK} --approver-key {{home}}/approver.pub"));
    assert_eq!(pair.waiting(), 2);
    let sign = |answer: &Answer| {
        let message = signed_message(None, answer.digest());
        let signature = sign::sign(&opened(&bytes("key/ed25519.pem")), &message).unwrap();
        let part = Signature { signature: &signature, certificates: &[] };
        fs::write(pair.path("r.answer"), answer.armored(Some(&part))).unwrap();
    };
    let moved = Answer { request: second.digest, ..sealed.clone() };
    sign(&moved);
    let run = pair.receive("");
    assert_eq!(run.code, 13, "{run:?}");
    assert!(run.err.contains("[answer-not-opened]"), "{run:?}");
    // Sealed anew, but with a token for another.
    let line = "idtoken-create -identity bob@pool.test -authz READ -lifetime 60";
    let token = run_at(&pair.approver, line, NOW).out;
    let to = &second.request.reply_key;
    for (text, id, exit) in [
        (token.trim(), "[answer-not-as-asked]", 15),
        ("no token", "[answer-not-opened]", 13),
        (token.as_str(), "[answer-not-opened]", 13),
    ] {
        let sealed = seal::seal(to, PURPOSE, &second.digest.0, text.as_bytes()).unwrap();
        sign(&Answer { decision: Decision::Granted(sealed), ..moved.clone() });
        let run = pair.receive("");
        assert_eq!(run.code, exit, "{text}: {run:?}");
        assert!(run.err.contains(id), "{text}: {run:?}");
    }
    assert!(!pair.has_token());
    sign(&sealed);
    assert_eq!(pair.receive("").code, 0);
    assert_eq!(pair.waiting(), 1);
    // Once received, it is nobody's.
    fs::remove_dir_all(pair.requester.path("tokens.d")).unwrap();
    let again = pair.receive("");
    assert_eq!(again.code, 6, "{again:?}");
    assert!(again.err.contains("[answer-received]"), "{again:?}");
    assert!(!pair.has_token());
}

/// The answer in the exchange directory that is under no name that could be foreseen.
fn answer_beside(pair: &Pair, id: &str) -> PathBuf {
    let entries = fs::read_dir(pair.path("")).unwrap().flatten();
    let mut paths = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let is = |name: &str| name.starts_with(&format!("{id}-")) && name.ends_with(".answer");
    let found = paths.find(|entry| is(entry.file_name().to_str().unwrap()));
    found.expect("an answer").path()
}

/// A request in the exchange directory and its answer there; id and answer code.
fn exchanged(pair: &Pair, ask: &str, options: &str) -> (String, String) {
    let line = pair.fill(&format!("idtoken-request {ask} --exchange {{x}}"));
    let run = run_at(&pair.requester, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    let id = appearing(pair).digest.id();
    let line =
        pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id} --json {options}"));
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    let code = run.json()["items"][0]["answer_code"].as_str().unwrap().to_owned();
    (id.to_string(), code)
}

fn taken(pair: &Pair, options: &str) -> Run {
    let line = pair.fill(&format!("idtoken-receive --exchange {{x}} {options}"));
    run_at(&pair.requester, &line, NOW)
}

/// Neither junk nor answers of others hide the approver's, however many there are.
#[test]
fn a_crowd_of_answers_hides_none() {
    let key = "--approver-key {home}/approver.pub";
    for (kind, with_code) in [("junk", true), ("answers", true), ("answers", false)] {
        let pair = Pair::new();
        let ask = if with_code { ASK.to_owned() } else { format!("{ASK} {key}") };
        let (id, code) = exchanged(&pair, &ask, "--approver-key {home}/approver.pem");
        let request = appearing(&pair).digest;
        for number in 100..300 {
            let answer = Answer {
                request,
                decision: Decision::Denied(Some(number.to_string())),
                created: UnixTime(NOW),
            };
            let text = match kind {
                "junk" => "junk".to_owned(),
                _ => answer.armored(None),
            };
            fs::write(pair.path(&format!("{id}-{number}.answer")), text).unwrap();
        }
        let without = taken(&pair, "--code 0000-0000-0000-0000");
        assert_eq!(without.code, 13, "{kind}: {without:?}");
        let said = without.err.contains("200 more answers to the request are not accepted");
        assert_eq!(said, kind != "junk", "{kind}: {without:?}");
        let options = if with_code { format!("--code {code}") } else { String::new() };
        let run = taken(&pair, &options);
        assert_eq!(run.code, 0, "{kind}: {run:?}");
        assert!(pair.has_token(), "{kind}");
        let said = run.err.contains("and 197 more [exchange-file-ignored]");
        assert_eq!(said, kind == "junk", "{kind}: {run:?}");
    }
}

/// What may lie under the name of an answer, and what is said of it.
#[test]
fn what_is_no_answer_in_the_directory_is_said() {
    type Plant = fn(&Pair, &str);
    let plants: &[(&str, &str, Plant)] = &[
        ("junk", "no block", |pair, id| {
            fs::write(pair.path(&format!("{id}-0.answer")), "x").unwrap();
        }),
        ("huge", "larger than 64 KiB", |pair, id| {
            fs::write(pair.path(&format!("{id}-0.answer")), vec![b'x'; 1 << 20]).unwrap();
        }),
        ("directory", "it is a directory", |pair, id| {
            fs::create_dir(pair.path(&format!("{id}-0.answer"))).unwrap();
        }),
        ("link", "it is a link", |pair, id| {
            symlink("nowhere", pair.path(&format!("{id}-0.answer"))).unwrap();
        }),
        ("hard link", "more than one name", |pair, id| {
            let name = pair.path(&format!("{id}-0.answer"));
            fs::hard_link(pair.requester.path("userkey.pem"), name).unwrap();
        }),
        ("another's", "answers another request", |pair, id| {
            let other = Pair::new();
            other.approved(ASK);
            let name = pair.path(&format!("{id}-0.answer"));
            fs::copy(other.path("r.answer"), name).unwrap();
        }),
    ];
    for (what, why, plant) in plants {
        let pair = Pair::new();
        let (id, code) = exchanged(&pair, ASK, "");
        plant(&pair, &id);
        // A memory stick may change the case of letters.
        let (upper, lower) = (format!("{id}.answer"), format!("{id}.ANSWER").to_lowercase());
        fs::rename(pair.path(&upper), pair.path(&lower)).unwrap();
        let run = taken(&pair, &format!("--code {code}"));
        assert_eq!(run.code, 0, "{what}: {run:?}");
        assert!(run.err.contains("[exchange-file-ignored]"), "{what}: {run:?}");
        assert!(run.err.contains(why), "{what}: {run:?}");
    }
    // Where there is nothing else, too.
    let pair = Pair::new();
    let line = pair.fill(&format!("idtoken-request {ASK} --exchange {{x}}"));
    assert_eq!(run_at(&pair.requester, &line, NOW).code, 0);
    let id = appearing(&pair).digest.id();
    fs::write(pair.path(&format!("{id}.answer")), "x").unwrap();
    let run = taken(&pair, "");
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("no block"), "{run:?}");
    let list = run_at(&pair.approver, &pair.fill("idtoken-request-list {x}"), NOW);
    assert!(list.out.contains("no block"), "{list:?}");
    // The approver's answer is put beside what has its name, even if all numbers are taken.
    for number in 2..=100 {
        fs::write(pair.path(&format!("{id}-{number}.answer")), "x").unwrap();
    }
    let line = pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id}"));
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn an_id_that_is_not_there_is_said() {
    let pair = Pair::new();
    pair.asked(ASK);
    let line = pair.fill("idtoken-approve --exchange {x} 0000-0000-0000-0000-0000-0000");
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("[token-request-missing]"), "{run:?}");
    let line = pair.fill("idtoken-approve {x}/missing.request");
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.out.contains("[token-request-missing]"), "{run:?}");
    assert!(!run.out.contains("made anew"), "{run:?}");
}

/// What was in time but did not prove whose it was is received with its code.
#[test]
fn who_waited_is_told_how_to_receive_what_came() {
    let pair = Pair::new();
    let line = "idtoken-request -identity alice@pool.test -authz READ -token t --exchange {x} --wait \
                --timeout 5s --name cm.pool.test";
    let child = start(&pair.requester, &pair.fill(line));
    let id = appearing(&pair).digest.id();
    let line = pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id} --json"));
    let run = run_at(&pair.approver, &line, NOW);
    let code = run.json()["items"][0]["answer_code"].as_str().unwrap().to_owned();
    let done = child.wait_with_output().unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(6), "{err}");
    let end = &err[err.find("not-done:").unwrap()..];
    assert!(end.contains("was answered, but"), "{err}");
    assert!(!end.contains("nobody answered"), "{err}");
    let (_, line) = end.split_once("certok idtoken-receive").unwrap();
    let line = line.lines().next().unwrap().replace("CODE", &code);
    let run = run_at(&pair.requester, &format!("idtoken-receive{line}"), NOW);
    assert_eq!(run.code, 0, "{line}: {run:?}");
}

#[test]
fn an_answer_that_was_received_is_said_to_be() {
    let pair = Pair::new();
    let (id, code) = exchanged(&pair, ASK, "");
    assert_eq!(taken(&pair, &format!("--code {code}")).code, 0);
    let file = format!("idtoken-receive {{x}}/{id}.answer --code {code}");
    for line in [file, format!("idtoken-receive --exchange {{x}} --code {code}")] {
        let run = run_at(&pair.requester, &pair.fill(&line), NOW);
        assert_eq!(run.code, 6, "{line}: {run:?}");
        assert!(run.err.contains("was received already"), "{line}: {run:?}");
        assert!(run.err.contains("tokens.d/t"), "{line}: {run:?}");
    }
    // Whatever else lies there: an answer to another request that waits.
    let _ = fs::remove_file(pair.path(&format!("{id}.request")));
    let (other, _) = exchanged(&pair, "-identity robot@pool.test -authz READ -token u", "");
    let run = taken(&pair, &format!("--code {code}"));
    assert!(run.err.contains("was received already"), "{run:?}");
    assert!(run.err.contains(&id.to_string()), "{run:?}");
    let wrong = taken(&pair, "--code 0000-0000-0000-0000");
    assert!(wrong.err.contains(&other.to_string()), "{wrong:?}");
    // A denial, too.
    let pair = Pair::new();
    let (_, code) = exchanged(&pair, ASK, "--deny");
    assert_eq!(taken(&pair, &format!("--code {code}")).code, 6);
    let run = taken(&pair, &format!("--code {code}"));
    assert!(run.err.contains(", a denial, was received already"), "{run:?}");
}

#[test]
fn a_token_for_another_is_not_replaced_in_silence() {
    for (old, said) in [
        ("-identity alice@pool.test", false),
        ("-identity robot@pool.test", true),
        ("-identity alice@pool.test --trust-domain other.test", true),
    ] {
        let pair = Pair::new();
        let line = format!("idtoken-create {old} -authz READ -lifetime 60 -token t");
        fs::create_dir(pair.requester.path("tokens.d")).unwrap();
        let run = run_at(&pair.approver, &line, NOW);
        assert_eq!(run.code, 0, "{run:?}");
        let (from, to) = (pair.approver.path("tokens.d/t"), pair.requester.path("tokens.d/t"));
        fs::copy(from, to).unwrap();
        let (_, code) = exchanged(&pair, ASK, "");
        let before = fs::read(pair.requester.path("tokens.d/t")).unwrap();
        // Whoever waits is told before anything is requested, if the identity is another one.
        if old.contains("robot") {
            let line = "idtoken-request -identity alice@pool.test -authz READ -token t --exchange {x} \
                        --wait --timeout 1s --name host.test --no-input";
            let run = run_at(&pair.requester, &line.replace("{x}", "never"), NOW);
            assert_eq!(run.code, 6, "{run:?}");
            assert!(run.err.contains("nothing was requested"), "{run:?}");
            assert!(!run.err.contains("enqueued"), "{run:?}");
        }
        if said {
            let run = taken(&pair, &format!("--code {code} --no-input"));
            assert_eq!(run.code, 6, "{old}: {run:?}");
            assert!(run.err.contains("[idtoken-of-another]"), "{old}: {run:?}");
            assert_eq!(fs::read(pair.requester.path("tokens.d/t")).unwrap(), before, "{old}");
        }
        let run = taken(&pair, &format!("--code {code} {}", if said { "--force" } else { "" }));
        assert_eq!(run.code, 0, "{old}: {run:?}");
        assert_eq!(run.err.contains("[idtoken-replaced]"), said, "{old}: {run:?}");
        assert_ne!(fs::read(pair.requester.path("tokens.d/t")).unwrap(), before, "{old}");
    }
}

/// Who may rename what is above the ledger may put an older one in its place.
#[test]
fn the_way_to_the_ledger_is_looked_at() {
    let pair = Pair::new();
    let id = pair.asked(ASK).digest.id();
    let state = ".local/state/certok";
    fs::create_dir_all(pair.approver.path(state)).unwrap();
    let chmod = |name: &str, mode: u32| {
        fs::set_permissions(pair.approver.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    let approve = |word: &str| {
        let run = pair.approve(&format!("--yes {id}"));
        assert_eq!(run.code, 6, "{word}: {run:?}");
        assert!(run.out.contains("[ledger-unusable]"), "{word}: {run:?}");
        assert!(run.out.contains(word), "{word}: {run:?}");
        assert!(!pair.path("r.answer").exists(), "{word}");
    };
    for name in [".local", ".local/state", state] {
        for mode in [0o777, 0o770] {
            chmod(name, mode);
            approve(&format!("{name} (mode 0{mode:o})"));
        }
        chmod(name, 0o755);
    }
    // The way through a link is looked at on both sides.
    fs::create_dir(pair.approver.path("open")).unwrap();
    symlink("../.local", pair.approver.path("open/link")).unwrap();
    chmod("open", 0o777);
    let through = format!("--yes {id} --ledger {{home}}/open/link/state/certok/l");
    let run = pair.approve(&through);
    assert_eq!(run.code, 6, "{run:?}");
    assert!(run.out.contains("open (mode 0777)"), "{run:?}");
    chmod("open", 0o755);
    chmod(".local/state", 0o777);
    let run = pair.approve(&through);
    assert!(run.out.contains(".local/state (mode 0777)"), "{run:?}");
    chmod(".local/state", 0o755);
    if is_root() {
        let owned = pair.approver.path(".local/state");
        std::os::unix::fs::chown(&owned, Some(12_345), None).unwrap();
        approve("belongs to uid 12345");
        std::os::unix::fs::chown(&owned, Some(0), None).unwrap();
    }
    // In a sticky directory nobody else renames; another name of the ledger is one too many.
    chmod(state, 0o1777);
    let run = pair.approve(&format!("--yes {id}"));
    assert_eq!(run.code, 0, "{run:?}");
    let ledger = pair.approver.path(".local/state/certok/idtoken-ledger.jsonl");
    fs::hard_link(&ledger, pair.approver.path("second")).unwrap();
    fs::remove_file(pair.path("r.answer")).unwrap();
    approve("more than one name");
}

/// Cut off or changed anywhere, a file is no request, or another one, or the same one with other
/// words around it.
#[test]
fn every_byte_of_a_request_counts() {
    let pair = Pair::new();
    let file = pair.asked("-identity alice@pool.test -authz READ --sign cert");
    let whole = fs::read(pair.path("r.request")).unwrap();
    for length in 0..whole.len() - 1 {
        let cut = RequestFile::parse(&whole[..length]);
        let unsigned = cut.is_ok_and(|cut| cut.digest == file.digest && cut.signed.is_some());
        assert!(!unsigned, "cut at {length}");
    }
    let text = String::from_utf8(whole.clone()).unwrap();
    let body = text.find("-----BEGIN").unwrap()..text.find("-----END").unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        if let Ok(other) = RequestFile::parse(&changed) {
            let same = other.digest == file.digest;
            assert!(!same || !body.contains(&at), "{at}");
        }
    }
}

#[test]
fn what_is_no_answer_is_said() {
    let pair = Pair::new();
    pair.approved(ASK);
    for text in [
        "",
        "x",
        "-----BEGIN CERTOK IDTOKEN ANSWER-----\nAA==\n-----END CERTOK IDTOKEN ANSWER-----\n",
    ] {
        fs::write(pair.path("r.answer"), text).unwrap();
        let run = pair.receive("--code 0000-0000-0000-0000");
        assert_eq!(run.code, 4, "{run:?}");
        assert!(run.err.contains("[answer-malformed]"), "{run:?}");
    }
}

#[test]
fn hostile_directories_do_no_harm() {
    let pair = Pair::new();
    let line = pair.fill("idtoken-request -identity a@b -authz READ --exchange {x}");
    assert_eq!(run_at(&pair.requester, &line, NOW).code, 0);
    let name = fs::read_dir(pair.path("")).unwrap().next().unwrap().unwrap().file_name();
    let own = pair.path(name.to_str().unwrap());
    let id = pair.read_request(name.to_str().unwrap()).digest.id().to_string();
    pair.approver.write("secret", b"secret text", 0o600);
    symlink(pair.approver.path("secret"), pair.path("link.request")).unwrap();
    symlink("/dev/zero", pair.path("zero.request")).unwrap();
    symlink(&own, pair.path("again.request")).unwrap();
    fs::hard_link(pair.approver.path("secret"), pair.path("hard.request")).unwrap();
    fs::create_dir(pair.path("folder.request")).unwrap();
    fs::write(pair.path("huge.request"), vec![b'x'; 1 << 20]).unwrap();
    fs::copy(&own, pair.path("copy.request")).unwrap();
    fs::write(pair.path("\u{1b}[31m.request"), "x").unwrap();
    for name in ["pipe.request", &format!("{id}.answer")] {
        rustix::fs::mknodat(
            rustix::fs::CWD,
            pair.path(name),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o666),
            0,
        )
        .unwrap();
    }
    symlink(pair.approver.path("secret"), pair.path(&format!("{id}-2.answer"))).unwrap();
    let list = run_at(&pair.approver, &pair.fill("idtoken-request-list {x}"), NOW);
    assert_eq!(list.code, 0, "{list:?}");
    assert!(list.out.starts_with("ok: 1 request in "), "{list:?}");
    assert!(list.out.contains("[exchange-file-ignored]"), "{list:?}");
    assert!(!list.out.contains("secret text") && !list.out.contains('\u{1b}'), "{list:?}");
    // The answer goes where nothing is, and through no link.
    let line = pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id}"));
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(fs::read(pair.approver.path("secret")).unwrap(), b"secret text");
    let answer = answer_beside(&pair, &id);
    let code = AnswerFile::parse(&fs::read(answer).unwrap()).unwrap().digest.code();
    let line = pair.fill(&format!("idtoken-receive --exchange {{x}} --code {code}"));
    let run = run_at(&pair.requester, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(token(&run).subject.as_deref(), Some("a@b"));
    assert_eq!(pair.waiting(), 0, "printed, the key has served its purpose");
}

#[test]
fn a_crowd_of_requests_takes_a_moment() {
    let pair = Pair::new();
    let plant = |from: u32, to: u32| {
        for number in from..to {
            let request = Request {
                identity: Some(format!("u{number}@pool.test")),
                levels: Vec::new(),
                lifetime: None,
                pool: None,
                name: None,
                daemon_type: None,
                created: UnixTime(NOW),
                expires: UnixTime(NOW + 60),
                reply_key: sha256(&number.to_be_bytes()),
            };
            fs::write(pair.path(&format!("{number}.request")), request.armored(None)).unwrap();
        }
    };
    let list = |expected: usize| {
        let begun = Instant::now();
        let run = run_at(&pair.approver, &pair.fill("idtoken-request-list {x} --json"), NOW);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(run.json()["items"].as_array().unwrap().len(), expected);
        begun.elapsed()
    };
    plant(0, 500);
    let few = list(500);
    plant(500, 4000);
    let many = list(4000);
    // Eight times as many; forty times as long would be quadratic, with room for a busy machine.
    assert!(many < few * 40 + Duration::from_secs(5), "{few:?} {many:?}");
}

// --- what a crash leaves

#[test]
fn a_lost_answer_is_written_again() {
    let pair = Pair::new();
    let id = pair.approved(ASK);
    let first = fs::read(pair.path("r.answer")).unwrap();
    fs::remove_file(pair.path("r.answer")).unwrap();
    let run = pair.approve("--again");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(fs::read(pair.path("r.answer")).unwrap(), first);
    assert!(run.out.contains(&pair.code()), "{run:?}");
    // What is there is not overwritten.
    let run = pair.approve("--again");
    assert_eq!(run.code, 6, "{run:?}");
    assert!(run.out.contains("[answer-not-written]"), "{id}: {run:?}");
}

/// What a damaged line decided could be approved again: nothing is, until somebody looked at it.
#[test]
fn a_damaged_ledger_stops_approval() {
    let pair = Pair::new();
    let id = pair.approved(ASK);
    let ledger = pair.approver.path(".local/state/certok/idtoken-ledger.jsonl");
    let whole = fs::read(&ledger).unwrap();
    fs::remove_file(pair.path("r.answer")).unwrap();
    fs::rename(pair.path("r.request"), pair.path("first.request")).unwrap();
    let second = pair.asked(ASK).digest.id();
    let text = String::from_utf8(whole.clone()).unwrap();
    let digest = RequestFile::parse(&fs::read(pair.path("first.request")).unwrap());
    let digest = digest.unwrap().digest.hex();
    for (what, bytes, line) in [
        ("cut short", [&whole[..], &whole[..40]].concat(), "line 2"),
        ("without its end", whole[..whole.len() - 1].to_vec(), "line 1"),
        ("other words", [b"x\n", &whole[..]].concat(), "line 1"),
        ("another digest", text.replacen(&digest, &"0".repeat(64), 1).into_bytes(), "line 1"),
    ] {
        fs::write(&ledger, &bytes).unwrap();
        for options in ["", "--deny"] {
            let run = pair.approve(&format!("--yes {second} {options}"));
            assert_eq!(run.code, 6, "{what}: {run:?}");
            assert!(run.out.contains("[ledger-damaged]"), "{what}: {run:?}");
            assert!(run.out.contains(&format!("jsonl: not records: {line}")), "{what}: {run:?}");
            assert!(!pair.path("r.answer").exists(), "{what}");
        }
        assert_eq!(fs::read(&ledger).unwrap(), bytes, "{what}");
        let list = run_at(&pair.approver, &pair.fill("idtoken-request-list {x}"), NOW);
        assert_eq!(list.code, 0, "{what}: {list:?}");
        assert!(list.out.contains("warning: "), "{what}: {list:?}");
        assert!(list.out.contains("[ledger-damaged]"), "{what}: {list:?}");
        assert!(list.out.contains("the ledger does not say which"), "{what}: {list:?}");
    }
    // What is whole is known all the same, and can be written again.
    fs::write(&ledger, [&whole[..], &whole[..40]].concat()).unwrap();
    let line = pair.fill("idtoken-approve {x}/first.request {x}/first.answer");
    let run = run_at(&pair.approver, &format!("{line} --yes {id}"), NOW);
    assert!(run.out.contains("[token-request-decided]"), "{run:?}");
    let run = run_at(&pair.approver, &format!("{line} --again"), NOW);
    assert_eq!(run.code, 0, "{run:?}");
    // Whoever takes a line away allows what it decided a second time: no command is printed for that.
    let run = pair.approve(&format!("--yes {second} --json"));
    assert!(run.json()["findings"][0]["fix"].is_null(), "{run:?}");
    fs::write(&ledger, &whole).unwrap();
    let run = pair.approve(&format!("--yes {second}"));
    assert_eq!(run.code, 0, "{run:?}");
    // A great many lines that are none are not all told.
    fs::write(&ledger, b"{}\n".repeat(1000)).unwrap();
    let run = pair.approve(&format!("--yes {second}"));
    assert!(run.out.contains("line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 990 more"), "{run:?}");
    // Others could have removed lines.
    fs::set_permissions(&ledger, fs::Permissions::from_mode(0o666)).unwrap();
    let run = pair.approve(&format!("--yes {second}"));
    assert!(run.out.contains("[ledger-unusable]"), "{run:?}");
    assert_eq!(run.code, 6, "{run:?}");
    let list = run_at(&pair.approver, &pair.fill("idtoken-request-list {x}"), NOW);
    assert_eq!(list.code, 0, "{list:?}");
    assert!(list.out.contains("[ledger-unusable]"), "{list:?}");
}

#[test]
fn places_that_do_not_exist_are_not_found() {
    let home = Home::new("");
    for (command, id) in [
        ("idtoken-receive {home}/nope.answer", "answer-missing"),
        ("idtoken-request-list {home}/nope", "exchange-dir-missing"),
    ] {
        let run = home.run(command);
        assert_eq!(run.code, 3, "{command}: {run:?}");
        let is_said = [&run.out, &run.err].iter().any(|text| text.contains(&format!("[{id}]")));
        assert!(is_said, "{command}: {run:?}");
    }
}

#[test]
fn a_key_that_others_could_read_opens_nothing() {
    let pair = Pair::new();
    pair.approved(ASK);
    let code = pair.code();
    let directory = pair.requester.path(".local/state/certok/idtoken-requests");
    let kept = fs::read_dir(&directory).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap();
    let run = pair.receive(&format!("--code {code}"));
    assert_eq!(run.code, 6, "{run:?}");
    assert!(run.err.contains("[state-unusable]"), "{run:?}");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
    // No place for the token: nothing is lost.
    fs::create_dir(pair.requester.path("tokens.d")).unwrap();
    symlink("elsewhere", pair.requester.path("tokens.d/t")).unwrap();
    let run = pair.receive(&format!("--code {code}"));
    assert_eq!((run.code, pair.waiting()), (6, 1), "{run:?}");
    let run = pair.receive(&format!("--code {code} -token u"));
    assert_eq!((run.code, pair.waiting()), (0, 0), "{run:?}");
}

/// Killed at any moment, a receiver leaves the token whole or not at all, and can be run again.
#[test]
fn killed_on_the_way() {
    let mut finished = 0;
    for round in 0..30_u64 {
        let pair = Pair::new();
        pair.approved(ASK);
        let line = pair.fill(&format!("idtoken-receive {{x}}/r.answer --code {}", pair.code()));
        let mut child = start(&pair.requester, &line);
        thread::sleep(Duration::from_micros(round * 700));
        child.kill().unwrap();
        child.wait().unwrap();
        let place = pair.requester.path("tokens.d/t");
        if let Ok(text) = fs::read_to_string(&place) {
            IdToken::parse(text.trim_end().as_bytes()).unwrap();
            finished += 1;
        }
        if pair.waiting() > 0 {
            let run = pair.receive(&format!("--code {}", pair.code()));
            assert_eq!(run.code, 0, "{round}: {run:?}");
        }
        assert!(pair.has_token(), "{round}");
        let verified = run_at(&pair.requester, "idtoken-info", NOW);
        assert_eq!(verified.code, 0, "{round}: {verified:?}");
    }
    println!("{finished} of 30 had finished");
}

/// What cannot be printed is not lost.
#[test]
fn a_closed_pipe_loses_nothing() {
    let pair = Pair::new();
    pair.approved("-identity alice@pool.test -authz READ");
    let line = pair.fill(&format!(
        "idtoken-receive {{x}}/r.answer --no-input --code {} --at {NOW}",
        pair.code()
    ));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = pair.requester.certok();
    command.args(line.split_whitespace()).stdout(full);
    let done = command.output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{done:?}");
    assert_eq!(pair.waiting(), 1);
    let run = pair.receive(&format!("--code {}", pair.code()));
    assert_eq!((run.code, pair.waiting()), (0, 0), "{run:?}");
}

// --- waiting

fn start(home: &Home, line: &str) -> Child {
    let mut command = home.certok();
    let words = format!("{line} --no-input --at {NOW}");
    let words = words.split_whitespace().map(|word| home.fill(word));
    command.args(words.collect::<Vec<_>>());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The request that appears in the directory.
fn appearing(pair: &Pair) -> RequestFile {
    for _ in 0..600 {
        let entries = fs::read_dir(pair.path("")).unwrap().flatten();
        let mut names = entries.map(|entry| entry.file_name().into_string().unwrap());
        if let Some(name) = names.find(|name| !name.starts_with('.') && name.ends_with(".request"))
        {
            return pair.read_request(&name);
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("no request");
}

#[test]
fn who_waits_gets_the_token_the_refusal_or_nothing() {
    for (options, exit, word) in [
        ("--approver-key {home}/approver.pem", 0, "ok: a token for alice@pool.test"),
        ("--deny --reason busy --approver-key {home}/approver.pem", 6, "was denied: busy"),
        // Not authentic, so still waited for.
        ("--deny", 6, "[token-request-timed-out]"),
    ] {
        let pair = Pair::new();
        let timeout = if word.contains("timed-out") { "4s" } else { "120s" };
        let line = pair.fill(&format!(
            "idtoken-request -identity alice@pool.test -authz READ --exchange {{x}} --wait \
             --timeout {timeout} --approver-key {{home}}/approver.pub"
        ));
        let child = start(&pair.requester, &line);
        let id = appearing(&pair).digest.id();
        let line =
            pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id} {options}"));
        let run = run_at(&pair.approver, &line, NOW);
        assert_eq!(run.code, 0, "{options}: {run:?}");
        let done = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&done.stdout), text(&done.stderr));
        assert_eq!(done.status.code(), Some(exit), "{options}: {out}{err}");
        assert!(err.contains(word), "{options}: {out}{err}");
        // At once, and not in front of the token, as condor_token_request has it.
        let told = format!(
            "certok: Token request enqueued. Ask an administrator to please approve request {id}."
        );
        assert!(err.starts_with(&told), "{options}: {err}");
        assert_eq!(out.lines().count(), usize::from(exit == 0), "{options}: {out}");
    }
}

/// That an answer is there and waits for its code is told at once; who receives it elsewhere ends the
/// waiting.
#[test]
fn who_waits_is_told_of_an_answer_at_once() {
    let pair = Pair::new();
    let line = pair.fill(
        "idtoken-request -identity alice@pool.test -authz READ -token t --exchange {x} --wait \
         --timeout 300s --name cm.pool.test",
    );
    let begun = Instant::now();
    let child = start(&pair.requester, &line);
    let id = appearing(&pair).digest.id();
    let line = pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id} --json"));
    let run = run_at(&pair.approver, &line, NOW);
    let code = run.json()["items"][0]["answer_code"].as_str().unwrap().to_owned();
    // Time for one look.
    thread::sleep(Duration::from_secs(4));
    let run = taken(&pair, &format!("--code {code}"));
    assert_eq!(run.code, 0, "{run:?}");
    let done = child.wait_with_output().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(200));
    assert_eq!(done.status.code(), Some(6), "{done:?}");
    let err = String::from_utf8(done.stderr).unwrap();
    assert!(err.contains("still waiting: the answer in "), "{err}");
    assert!(err.contains("certok idtoken-receive --exchange "), "{err}");
    let all = err + &String::from_utf8(done.stdout).unwrap();
    assert!(all.contains("[answer-received]"), "{all}");
}

#[test]
fn a_token_that_was_waited_for_is_for_its_owner() {
    let pair = Pair::new();
    let line = pair.fill(
        "idtoken-request -identity alice@pool.test -authz READ --exchange {x} --wait --timeout 120s \
         --approver-key {home}/approver.pub --output {home}/out",
    );
    let child = start(&pair.requester, &line);
    let id = appearing(&pair).digest.id();
    let line = pair.fill(&format!(
        "idtoken-approve --exchange {{x}} {id} --yes {id} --approver-key {{home}}/approver.pem"
    ));
    assert_eq!(run_at(&pair.approver, &line, NOW).code, 0);
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let path = pair.requester.path("out");
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600);
    let text = fs::read_to_string(path).unwrap();
    IdToken::parse(text.trim_end().as_bytes()).unwrap();
}

/// At the terminal, `yes` and nothing less approves. The question throws away what was typed before
/// it, so the word is typed until it is heard.
#[test]
fn the_word_at_the_terminal() {
    if !run::is_installed("script") {
        println!("skipped: script is not installed");
        return;
    }
    for (word, approved) in [("yes", true), ("y", false), ("YES", false), ("no", false)] {
        let pair = Pair::new();
        pair.asked(ASK);
        let certok = format!("certok idtoken-approve {{x}}/r.request --at {NOW}");
        let script =
            format!("(while sleep 0.3; do echo {word}; done) | script -qec '{certok}' /dev/null");
        let run = pair.approver.shell("bash", &pair.fill(&script), b"").unwrap();
        assert_eq!(pair.path("r.answer").exists(), approved, "{word}: {run:?}");
        assert!(run.out.contains("identity asked for  alice@pool.test"), "{word}: {run:?}");
        assert!(run.out.contains("To approve, please type 'yes': "), "{word}: {run:?}");
    }
}

#[test]
fn another_user_reads_neither_token_nor_key() {
    if !is_root() {
        return;
    }
    let mut pair = Pair::new();
    pair.requester.belongs_to(12_345);
    fs::set_permissions(pair.path(""), fs::Permissions::from_mode(0o1777)).unwrap();
    let line =
        pair.fill("idtoken-request -identity alice@pool.test -authz READ -token t --exchange {x}");
    let run = run_at(&pair.requester, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    let id = appearing(&pair).digest.id();
    let line = pair.fill(&format!("idtoken-approve --exchange {{x}} {id} --yes {id} --json"));
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    let report: Value = run.json();
    let code = report["items"][0]["answer_code"].as_str().unwrap();
    let line = pair.fill(&format!("idtoken-receive --exchange {{x}} --code {code}"));
    // Root is not the requester: the key is not in root's own state directory.
    let run = run_at(&pair.approver, &line, NOW);
    assert_eq!(run.code, 3, "{run:?}");
    let run = run_at(&pair.requester, &line, NOW);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(pair.has_token());
}
