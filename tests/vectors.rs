//! Chain cases as records: anchors, helpers, leaf, instant, what must come of it, and why.
//!
//! Each runs in several orders of the pool: a verdict must not depend on where a certificate
//! stands. `webpki` is asked the same; where it answers otherwise, [`DIFFERENCES`] says why.

mod forge;
#[path = "vectors/name_constraint.rs"]
mod name_constraint;
#[path = "vectors/name_form.rs"]
mod name_form;
#[path = "vectors/policy.rs"]
mod policy;
#[path = "vectors/profile.rs"]
mod profile;
mod question;
#[path = "vectors/rank.rs"]
mod rank;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use certok::chain::{Outcome, PoolCertificate, Purpose, Question, build};
use certok::parse::cert::Certificate;
use certok::parse::file::Contents;
use certok::text::time::{Seconds, UnixTime};
use forge::extension::Extension;
use forge::key::Key;
use forge::name::{Name, Text};
use forge::pki::Authority;
use forge::sign::{Hash, Sign};
use forge::{Cert, NOW, der, extension as ext, pki};
use question::QUESTION;
use rustls_pki_types::CertificateDer;

/// One case.
struct Vector {
    name: String,
    /// What rule it is about.
    why: &'static str,
    /// Trusted certificates.
    anchors: Vec<Vec<u8>>,
    /// Untrusted ones.
    helpers: Vec<Vec<u8>>,
    leaf: Vec<u8>,
    ask: Question<'static>,
    /// `ok`; or each flaw as `STEP Defect`, joined by a comma; or `exhausted`; or `unparsed` when
    /// the leaf must not even parse.
    want: String,
}

impl Vector {
    fn new(name: &str, why: &'static str, want: &str) -> Self {
        Self {
            name: name.to_owned(),
            why,
            anchors: Vec::new(),
            helpers: Vec::new(),
            leaf: Vec::new(),
            ask: QUESTION,
            want: want.to_owned(),
        }
    }

    fn anchor(mut self, der: &[u8]) -> Self {
        self.anchors.push(der.to_vec());
        self
    }

    fn helper(mut self, der: &[u8]) -> Self {
        self.helpers.push(der.to_vec());
        self
    }

    fn leaf(mut self, der: Vec<u8>) -> Self {
        self.leaf = der;
        self
    }

    /// A healthy user of `issuer` as the leaf.
    fn user_of(self, issuer: &Authority) -> Self {
        let leaf = user(issuer).issue(&issuer.key);
        self.leaf(leaf)
    }

    fn ask(mut self, change: impl FnOnce(&mut Question<'static>)) -> Self {
        change(&mut self.ask);
        self
    }
}

fn user(issuer: &Authority) -> Cert {
    issuer.user(&pki::alice(), &Key::load("user"))
}

fn root() -> Authority {
    pki::root()
}

fn grid() -> Authority {
    pki::grid()
}

/// A vector under the usual two CAs, the root trusted, with this leaf.
fn plain(name: &str, why: &'static str, want: &str, leaf: Cert) -> Vector {
    Vector::new(name, why, want)
        .anchor(&root().der)
        .helper(&grid().der)
        .leaf(leaf.issue(&grid().key))
}

/// A vector with the Grid CA's certificate changed.
fn changed_ca(
    name: &str,
    why: &'static str,
    want: &str,
    change: impl FnOnce(Cert) -> Cert,
) -> Vector {
    let ca = grid().with_cert(&root().key, change);
    Vector::new(name, why, want).anchor(&root().der).helper(&ca.der).user_of(&ca)
}

/// A vector with the root's own certificate changed.
fn changed_root(
    name: &str,
    why: &'static str,
    want: &str,
    change: impl FnOnce(Cert) -> Cert,
) -> Vector {
    let anchor = root().with_cert(&root().key, change);
    Vector::new(name, why, want).anchor(&anchor.der).helper(&grid().der).user_of(&grid())
}

/// `cert` with bytes of its signed part exchanged, then signed by `key`.
fn reissued(cert: &Cert, key: &Key, from: &[u8], to: &[u8]) -> Vec<u8> {
    let tbs = exchanged(&cert.tbs(), from, to);
    let signature = key.sign(cert.sign, &tbs);
    let algorithm = cert.outer_algorithm.clone();
    let algorithm = algorithm.unwrap_or_else(|| cert.sign.algorithm());
    der::sequence(&[&tbs, &algorithm, &der::bit_string(&signature)])
}

/// The first occurrence of `from` replaced; both are of one length.
fn exchanged(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.expect("the bytes to exchange");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// All of them, signed once.
static VECTORS: LazyLock<Vec<Vector>> = LazyLock::new(vectors);

fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    all.extend(signatures());
    all.extend(pss_keys());
    all.extend(outer());
    all.extend(times());
    all.extend(authorities());
    all.extend(path_lengths());
    all.extend(usages());
    all.extend(extensions());
    all.extend(malformed());
    all.extend(candidates());
    all.extend(depths());
    all.extend(anchors());
    all.extend(names());
    all.extend(name_constraint::vectors());
    all.extend(name_form::vectors());
    all.extend(policy::vectors());
    all.extend(profile::vectors());
    all.extend(rank::vectors());
    all.extend(key_sizes());
    all
}

/// Keys for RSASSA-PSS alone, bound to a digest or not.
fn pss_keys() -> Vec<Vector> {
    use Hash::{Sha256, Sha384};
    const WHY: &str =
        "RFC 4055 §1.2, §3.3: such a key signs by RSASSA-PSS, with what it is bound to";
    let below = |name: &str, want: &str, bound: Option<Hash>, sign: Sign| {
        let ca = grid().with_cert(&root().key, |mut cert| {
            cert.spki = grid().key.pss_spki(bound);
            cert
        });
        let leaf = user(&ca).sign(sign).issue(&ca.key);
        Vector::new(name, WHY, want).anchor(&root().der).helper(&ca.der).leaf(leaf)
    };
    let root_by = |name: &str, want: &str, sign: Sign| {
        changed_root(name, WHY, want, |mut cert| {
            cert.spki = root().key.pss_spki(None);
            cert.sign(sign)
        })
    };
    let bound =
        |name: &str, want: &str, hash: Hash, sign: Sign| below(name, want, Some(hash), sign);
    let bad = "0 BadSignature";
    vec![
        below("PSS key: PSS", "ok", None, Sign::Pss(Sha256)),
        below("PSS key: PKCS#1", bad, None, Sign::Pkcs1(Sha256)),
        bound("PSS key of SHA-256: PSS", "ok", Sha256, Sign::Pss(Sha256)),
        bound("PSS key of SHA-256: PKCS#1", bad, Sha256, Sign::Pkcs1(Sha256)),
        bound("PSS key of SHA-256: SHA-384", bad, Sha256, Sign::Pss(Sha384)),
        bound("PSS key of SHA-384: SHA-256", bad, Sha384, Sign::Pss(Sha256)),
        plain("PSS key: of the user", WHY, "ok", {
            let mut cert = user(&grid());
            cert.spki = Key::load("user").pss_spki(None);
            cert
        }),
        root_by("PSS key: root by PKCS#1", "1 BadSignature", Sign::Pkcs1(Sha256)),
    ]
}

// --- signatures

fn signatures() -> Vec<Vector> {
    use Hash::{Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
    const WHY: &str = "RFC 5280 §6.1.3 (a)(1): every algorithm pairing that grid CAs use";
    let rsa = [
        (Sign::Pkcs1(Md5), false),
        (Sign::Pkcs1(Sha1), true),
        (Sign::Pkcs1(Sha224), true),
        (Sign::Pkcs1(Sha256), true),
        (Sign::Pkcs1(Sha384), true),
        (Sign::Pkcs1(Sha512), true),
        (Sign::Pss(Sha1), false),
        (Sign::Pss(Sha224), true),
        (Sign::Pss(Sha256), true),
        (Sign::Pss(Sha384), true),
        (Sign::Pss(Sha512), true),
    ];
    let ecdsa = [
        (Sign::Ecdsa(Sha1), false),
        (Sign::Ecdsa(Sha224), true),
        (Sign::Ecdsa(Sha256), true),
        (Sign::Ecdsa(Sha384), true),
        (Sign::Ecdsa(Sha512), true),
    ];
    let mut all = Vec::new();
    let mut put = |key: &str, pairs: &[(Sign, bool)]| {
        let issuer = Authority::root("Signer", key);
        for (sign, good) in pairs {
            let want = if *good { "ok" } else { "0 AlgorithmForbidden" };
            let name = format!("signed by {key} {sign:?}");
            let leaf = user(&issuer).sign(*sign);
            all.push(
                Vector::new(&name, WHY, want)
                    .anchor(&issuer.der)
                    .leaf(leaf.clone().issue(&issuer.key)),
            );
            let name = format!("{name}, one bit flipped");
            let broken = leaf.corrupt().issue(&issuer.key);
            let want =
                if *good { "0 BadSignature" } else { "0 AlgorithmForbidden, 0 BadSignature" };
            all.push(
                Vector::new(&name, "RFC 5280 §6.1.3 (a)(1)", want).anchor(&issuer.der).leaf(broken),
            );
        }
    };
    put("root", &rsa);
    put("rsa-4096", &[(Sign::Pkcs1(Sha256), true)]);
    put(
        "rsa-1024",
        &[
            (Sign::Pkcs1(Sha1), true),
            (Sign::Pkcs1(Sha256), true),
            (Sign::Pkcs1(Sha384), true),
            (Sign::Pkcs1(Sha512), true),
        ],
    );
    put("ca-p256", &ecdsa);
    put("ca-p384", &ecdsa);
    put("ca-p521", &[(Sign::Ecdsa(Sha256), true), (Sign::Ecdsa(Sha512), true)]);
    put("ca-ed25519", &[(Sign::Ed25519, true)]);
    all
}

/// What stands outside the signed part is nobody's word: one encoding of it and no other.
fn outer() -> Vec<Vector> {
    const WHY: &str = "X.690 §10.1, RFC 5280 §4.1.1: DER has one encoding; the outer fields are \
                       unsigned, and anybody may change them";
    let cert = user(&grid());
    let tbs = cert.tbs();
    let signature = grid().key.sign(cert.sign, &tbs);
    let algorithm = cert.sign.algorithm();
    let bits = der::bit_string(&signature);
    let long = |tag: u8, content: &[u8]| {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [&[tag, 0x84][..], &length, content].concat()
    };
    let with_unused = {
        let mut bits = bits.clone();
        let at = bits.len() - signature.len() - 1;
        bits[at] = 1;
        bits
    };
    let indefinite = [&[0x30, 0x80][..], &tbs, &algorithm, &bits, &[0, 0]].concat();
    let other = Sign::Pkcs1(Hash::Sha384).algorithm();
    let no_null = der::sequence(&[&der::oid("1.2.840.113549.1.1.11")]);
    [
        ("as it should be", der::sequence(&[&tbs, &algorithm, &bits]), "ok"),
        (
            "certificate with a length of four bytes",
            long(0x30, &[&tbs[..], &algorithm, &bits].concat()),
            "ok",
        ),
        (
            "signature with a length of four bytes",
            der::sequence(&[&tbs, &algorithm, &long(3, &bits[bits.len() - signature.len() - 1..])]),
            "ok",
        ),
        (
            "unused bits in the signature",
            der::sequence(&[&tbs, &algorithm, &with_unused]),
            "unparsed",
        ),
        ("indefinite length", indefinite, "ok"),
        ("a fourth field", der::sequence(&[&tbs, &algorithm, &bits, &der::null()]), "unparsed"),
        ("bytes behind", [der::sequence(&[&tbs, &algorithm, &bits]), vec![0]].concat(), "unparsed"),
        (
            "another algorithm outside",
            der::sequence(&[&tbs, &other, &bits]),
            "0 AlgorithmDiffers, 0 BadSignature",
        ),
        (
            "parameters left out outside",
            der::sequence(&[&tbs, &no_null, &bits]),
            "0 AlgorithmDiffers",
        ),
        (
            "an empty signature",
            der::sequence(&[&tbs, &algorithm, &der::bit_string(&[])]),
            "0 BadSignature",
        ),
        (
            "a zero before the signature",
            der::sequence(&[&tbs, &algorithm, &der::bit_string(&[&[0], &signature[..]].concat())]),
            "0 BadSignature",
        ),
    ]
    .into_iter()
    .map(|(name, leaf, want)| {
        Vector::new(&format!("outer: {name}"), WHY, want)
            .anchor(&root().der)
            .helper(&grid().der)
            .leaf(leaf)
    })
    .collect()
}

// --- times

fn times() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.1.2.5: both ends are inclusive, for every certificate";
    let (begin, end) = (NOW - 1000, NOW + 1000);
    let short = |cert: Cert| cert.valid_between(begin, end);
    let mut all = Vec::new();
    for (step, link) in ["leaf", "CA", "root"].into_iter().enumerate() {
        let chain = || match step {
            0 => plain("", WHY, "", short(user(&grid()))),
            1 => changed_ca("", WHY, "", short),
            _ => changed_root("", WHY, "", short),
        };
        for (at, defect) in [
            (begin - 1, Some("NotYetValid")),
            (begin, None),
            (end, None),
            (end + 1, Some("Expired")),
        ] {
            let mut vector = chain().ask(|ask| ask.at = UnixTime(at));
            vector.name = format!("time: {link} at {:+}", at - NOW);
            vector.want = defect.map_or("ok".to_owned(), |defect| format!("{step} {defect}"));
            all.push(vector);
        }
        for (need, defect) in [(1000, None), (1001, Some("TooShort"))] {
            let mut vector = chain().ask(|ask| ask.need = Seconds(need));
            vector.name = format!("time: {link} for {need} s");
            vector.want = defect.map_or("ok".to_owned(), |defect| format!("{step} {defect}"));
            all.push(vector);
        }
    }
    let inverted = user(&grid()).valid_between(end, begin);
    all.push(plain("time: ends before it begins", WHY, "0 NeverValid", inverted));
    let mut far = user(&grid());
    far.not_after = der::generalized_time("99991231235959Z");
    all.push(plain(
        "time: no end (RFC 5280 §4.1.2.5)",
        "99991231235959Z says that there is no end",
        "ok",
        far,
    ));
    for (name, not_after) in [
        ("without seconds", der::utc_time("2701010000Z")),
        ("with an offset", der::utc_time("270101000000+0100")),
        ("with a fraction", der::generalized_time("20270101000000.5Z")),
        ("on 30 February", der::utc_time("270230000000Z")),
        ("at 24:00:00", der::utc_time("270101240000Z")),
        ("without zone", der::generalized_time("20270101000000")),
        ("as a string", der::utf8("270101000000Z")),
        ("empty", der::utc_time("")),
        ("with a sign", der::utc_time("27-101000000Z")),
    ] {
        let mut cert = user(&grid());
        cert.not_after = not_after;
        all.push(plain(
            &format!("time: an end {name}"),
            "RFC 5280 §4.1.2.5.1 and §4.1.2.5.2: YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ",
            "unparsed",
            cert,
        ));
    }
    let mut three = user(&grid());
    three.not_after = [three.not_after.clone(), der::utc_time("350101000000Z")].concat();
    all.push(plain(
        "time: three times",
        "RFC 5280 §4.1.2.5: Validity has two fields",
        "unparsed",
        three,
    ));
    all
}

// --- what makes a CA

fn authorities() -> Vec<Vector> {
    const BC: &str = "2.5.29.19";
    const WHY: &str = "RFC 5280 §6.1.4 (k): an issuer is a CA by basicConstraints";
    let no_ku = |cert: Cert| cert.without("2.5.29.15");
    let v1 = |mut cert: Cert| {
        cert.version = None;
        cert.extensions.clear();
        cert
    };
    let mut v1_self_issued = Authority::root("Certok Test Grid CA", "grid-rekeyed");
    v1_self_issued.cert.sign = grid().key.usual_sign();
    let v1_self_issued = v1_self_issued.with_cert(&grid().key, v1);
    let v1_leaf = v1(user(&grid()));
    vec![
        changed_ca("CA: healthy", WHY, "ok", |cert| cert),
        changed_ca("CA: without basicConstraints", WHY, "1 NotCa", |cert| cert.without(BC)),
        changed_ca("CA: cA FALSE", WHY, "1 NotCa", |cert| cert.replace(Extension::not_ca())),
        changed_ca(
            "CA: basicConstraints not critical",
            "RFC 5280 §4.2.1.9 binds CAs, not validators: OpenSSL takes it too",
            "ok",
            |cert| {
                let mut ca = Extension::ca(Some(0));
                ca.critical = false;
                cert.replace(ca)
            },
        ),
        changed_ca("CA: version 1", "RFC 5280 §6.1.4 (k): version 1 cannot say it", "1 NotCa", v1),
        changed_root(
            "CA: a root of version 1",
            "RFC 5280 §6.1.1 (d): an anchor is trusted by choice; OpenSSL takes them",
            "ok",
            v1,
        ),
        Vector::new(
            "CA: self-issued, version 1, not trusted",
            "RFC 5280 §6.1.4 (k): only an anchor may be a CA without saying so",
            "1 NotCa",
        )
        .anchor(&root().der)
        .helper(&grid().with_cert(&root().key, |c| c.replace(Extension::ca(None))).der)
        .helper(&v1_self_issued.der)
        .user_of(&v1_self_issued),
        plain(
            "leaf of version 1",
            "X.509 (1988): no extensions, so no usages to break; OpenSSL takes it",
            "ok",
            v1_leaf,
        ),
        plain(
            "extensions in version 1",
            "RFC 5280 §4.1.2.9: extensions only in version 3",
            "0 MalformedExtension",
            {
                let mut cert = user(&grid());
                cert.version = None;
                cert
            },
        ),
        plain("version 7", "RFC 5280 §4.1.2.1", "unparsed", {
            let mut cert = user(&grid());
            cert.version = Some(6);
            cert
        }),
        changed_ca(
            "CA: key usage without keyCertSign",
            "RFC 5280 §6.1.4 (n)",
            "1 NoCertSign",
            |cert| cert.replace(Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::CRL_SIGN])),
        ),
        changed_ca(
            "CA: empty key usage",
            "RFC 5280 §4.2.1.3: at least one bit; none allows nothing",
            "1 MalformedExtension",
            |cert| cert.replace(Extension::key_usage(&[])),
        ),
        changed_ca("CA: no key usage", "RFC 5280 §6.1.4 (n): judged if present", "ok", no_ku),
        changed_root(
            "root: key usage without keyCertSign",
            "anchors are judged as every CA is; OpenSSL does so too",
            "2 NoCertSign",
            |cert| cert.replace(Extension::key_usage(&[ext::CRL_SIGN])),
        ),
        changed_root(
            "root: cA FALSE",
            "anchors are judged: OpenSSL says \"invalid CA certificate\"",
            "2 NotCa",
            |cert| cert.replace(Extension::not_ca()),
        ),
        changed_root(
            "root: version 3 without basicConstraints",
            "anchors are judged: only version 1 is excused",
            "2 NotCa",
            |cert| cert.without(BC),
        ),
        Vector::new("issuer is an end entity", WHY, "1 NotCa, 1 NoCertSign, 2 PathTooLong")
            .anchor(&root().der)
            .helper(&grid().der)
            .helper(&not_ca().der)
            .user_of(&not_ca()),
    ]
}

fn not_ca() -> Authority {
    let (name, key) = (pki::grid_name("box.certok.test"), Key::load("not-ca"));
    let cert = grid().user(&name, &key);
    let der = cert.issue(&grid().key);
    Authority { name, key, cert, der }
}

// --- path length

fn path_lengths() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §6.1.4 (l), (m): CAs between this one and the leaf, not counting \
                       self-issued ones";
    let keys = ["grid", "sub", "issuing3", "issuing4"];
    let mut all = Vec::new();
    for below in 0..4_usize {
        for limit in 0..4_u64 {
            let anchor =
                root().with_cert(&root().key, |cert| cert.replace(Extension::ca(Some(limit))));
            let allowed = u64::try_from(below).expect("small") <= limit;
            let want = if allowed { "ok".to_owned() } else { format!("{} PathTooLong", below + 1) };
            let name = format!("path length {limit} of the root, {below} CAs below");
            let mut vector = Vector::new(&name, WHY, &want).anchor(&anchor.der);
            let mut last = anchor;
            for key in &keys[..below] {
                last = last.below(&format!("CA {key}"), key, None);
                vector = vector.helper(&last.der);
            }
            all.push(vector.user_of(&last));
        }
    }
    // The same CA under a new key, certified by its old one, between it and the leaf.
    let limited = |limit| {
        let ca = grid().with_cert(&root().key, |cert| cert.replace(Extension::ca(Some(limit))));
        let rolled = ca.below("Certok Test Grid CA", "grid-rekeyed", Some(limit));
        (ca, rolled)
    };
    let (ca, rolled) = limited(0);
    all.push(
        Vector::new("path length 0 and a self-issued CA below", WHY, "ok")
            .anchor(&root().der)
            .helper(&ca.der)
            .helper(&rolled.der)
            .user_of(&rolled),
    );
    let sub = rolled.below("Certok Sub CA", "sub", None);
    all.push(
        Vector::new(
            "path length 0, a self-issued CA and another below",
            WHY,
            "2 PathTooLong, 3 PathTooLong",
        )
        .anchor(&root().der)
        .helper(&ca.der)
        .helper(&rolled.der)
        .helper(&sub.der)
        .user_of(&sub),
    );
    let leaf = grid().below("Certok Leaf CA", "sub", None);
    all.push(
        Vector::new(
            "path length 0 above a CA as the leaf",
            "RFC 5280 §4.2.1.9: the last certificate does not count",
            "ok",
        )
        .anchor(&root().der)
        .helper(&grid().der)
        .leaf(leaf.der)
        .ask(|ask| ask.purpose = Purpose::Any),
    );
    all
}

// --- usages

fn usages() -> Vec<Vector> {
    const EKU: &str = "RFC 5280 §4.2.1.12; down the chain as OpenSSL, NSS and webpki read it";
    const KU: &str = "RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2: TLS clients sign";
    const ANY: &str = "2.5.29.37.0";
    let eku = |list: &[&str]| Extension::extended_key_usage(list);
    let leaf_with = |list: &[&str]| user(&grid()).replace(eku(list));
    let ku = |bits: &[u8]| user(&grid()).replace(Extension::key_usage(bits));
    let (client, server, mail) = (ext::CLIENT_AUTH, ext::SERVER_AUTH, ext::EMAIL_PROTECTION);
    let as_server = |vector: Vector| vector.ask(|ask| ask.purpose = Purpose::Server);
    let as_any = |vector: Vector| vector.ask(|ask| ask.purpose = Purpose::Any);
    let netscape = |bits: &[u8]| {
        let kind = Extension::raw("2.16.840.1.113730.1.1", der::named_bits(bits));
        user(&grid()).with(kind)
    };
    vec![
        plain("EKU: absent", EKU, "ok", user(&grid()).without("2.5.29.37")),
        plain("EKU: client among others", EKU, "ok", leaf_with(&[mail, client])),
        plain("EKU: server alone, as client", EKU, "0 PurposeNotAllowed", leaf_with(&[server])),
        as_server(plain("EKU: server alone, as server", EKU, "ok", leaf_with(&[server]))),
        as_server(plain(
            "EKU: client alone, as server",
            EKU,
            "0 PurposeNotAllowed",
            leaf_with(&[client]),
        )),
        as_any(plain("EKU: mail alone, as anything", EKU, "ok", leaf_with(&[mail]))),
        plain("EKU: mail alone, as client", EKU, "0 PurposeNotAllowed", leaf_with(&[mail])),
        plain("EKU: any", "RFC 5280 §4.2.1.12: anyExtendedKeyUsage", "ok", leaf_with(&[ANY])),
        plain(
            "EKU: empty list",
            "RFC 5280 §4.2.1.12: SIZE (1..MAX); nothing is allowed by nothing",
            "0 PurposeNotAllowed",
            leaf_with(&[]),
        ),
        changed_ca("EKU: CA for clients", EKU, "ok", |cert| cert.with(eku(&[client]))),
        changed_ca("EKU: CA for servers", EKU, "1 PurposeNotAllowed", |cert| {
            cert.with(eku(&[server]))
        }),
        changed_ca("EKU: CA for any", EKU, "1 PurposeNotAllowed", |cert| cert.with(eku(&[ANY]))),
        changed_ca("EKU: CA for any and clients", EKU, "ok", |cert| cert.with(eku(&[ANY, client]))),
        changed_root("EKU: root for any", EKU, "2 PurposeNotAllowed", |cert| {
            cert.with(eku(&[ANY]))
        }),
        changed_root("EKU: root for servers", EKU, "2 PurposeNotAllowed", |cert| {
            cert.with(eku(&[server]))
        }),
        plain("KU: absent", KU, "ok", user(&grid()).without("2.5.29.15")),
        plain("KU: digitalSignature", KU, "ok", ku(&[ext::DIGITAL_SIGNATURE])),
        plain("KU: keyEncipherment", KU, "0 NoDigitalSignature", ku(&[ext::KEY_ENCIPHERMENT])),
        plain("KU: nonRepudiation", KU, "0 NoDigitalSignature", ku(&[ext::NON_REPUDIATION])),
        plain("KU: no bit", KU, "0 MalformedExtension", ku(&[])),
        as_server(plain(
            "KU: keyEncipherment, as server",
            "RSA key transport",
            "ok",
            ku(&[ext::KEY_ENCIPHERMENT]).replace(eku(&[server])),
        )),
        as_any(plain("KU: keyEncipherment, as anything", KU, "ok", ku(&[ext::KEY_ENCIPHERMENT]))),
        plain(
            "Netscape type: client",
            "Netscape certificate types, as OpenSSL reads them",
            "ok",
            netscape(&[0]),
        ),
        plain(
            "Netscape type: server",
            "Netscape certificate types, as OpenSSL reads them",
            "0 PurposeNotAllowed",
            netscape(&[1]),
        ),
        as_any(plain(
            "Netscape type: server, as anything",
            "any purpose is asked",
            "ok",
            netscape(&[1]),
        )),
        Vector::new(
            "a CA as client",
            "RFC 5280 §4.2.1.3: a CA's key usage does not let it sign in TLS",
            "0 NoDigitalSignature",
        )
        .anchor(&root().der)
        .leaf(grid().der),
        as_any(
            Vector::new("a CA as anything", "usages are not judged", "ok")
                .anchor(&root().der)
                .leaf(grid().der),
        ),
    ]
}

// --- extensions

fn extensions() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.2: unknown and critical is refused, wherever it stands";
    let unknown = || Extension::unknown_critical();
    let not_critical = || Extension::raw("1.2.3.4.5", der::null());
    let alone = |oid: &str, value: Vec<u8>| Extension::raw(oid, value).critical();
    let mut all = vec![
        plain("unknown critical: leaf", WHY, "0 UnknownCritical", user(&grid()).with(unknown())),
        plain("unknown, not critical: leaf", WHY, "ok", user(&grid()).with(not_critical())),
        changed_ca("unknown critical: CA", WHY, "1 UnknownCritical", |cert| cert.with(unknown())),
        changed_ca("unknown, not critical: CA", WHY, "ok", |cert| cert.with(not_critical())),
        changed_root("unknown critical: root", WHY, "2 UnknownCritical", |cert| {
            cert.with(unknown())
        }),
        plain(
            "known critical: subjectAltName",
            "RFC 5280 §4.2.1.6: critical where the subject is empty",
            "ok",
            user(&grid())
                .replace(Extension::subject_alt_name(&[ext::email("a@b.test")]).critical()),
        ),
        plain(
            "known critical: extKeyUsage",
            "RFC 5280 §4.2.1.12 allows it",
            "ok",
            user(&grid()).replace(Extension::extended_key_usage(&[ext::CLIENT_AUTH]).critical()),
        ),
        plain(
            "known critical: certificatePolicies",
            "RFC 5280 §4.2.1.4: no policy is asked for, so any will do",
            "ok",
            user(&grid()).replace(Extension::policies(&["1.2.3.4"]).critical()),
        ),
        plain(
            "proxyCertInfo in the leaf",
            "RFC 3820: a proxy, which is refused here",
            "0 Proxy",
            user(&grid()).with(Extension::proxy(ext::INHERIT_ALL, None)),
        ),
    ];
    for oid in ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.37", "1.2.3.4.5"] {
        let cert = user(&grid()).with(not_critical());
        let copy = cert.extensions.iter().find(|e| e.oid == oid).cloned();
        all.push(plain(
            &format!("{oid} twice"),
            "RFC 5280 §4.2: no more than one instance of an extension",
            "unparsed",
            cert.with(copy.expect("there")),
        ));
    }
    all.push(plain(
        "critical as BOOLEAN 1",
        "X.690 §11.1 wants 0xff; BER readers take any but 0 for TRUE, so critical it is",
        "0 UnknownCritical",
        user(&grid()),
    ));
    let cert = user(&grid()).with(unknown());
    let mut flag = der::oid("1.2.3.4.5");
    flag.extend([1, 1, 0xff]);
    let mut lax = flag.clone();
    *lax.last_mut().expect("not empty") = 1;
    all.last_mut().expect("just pushed").leaf = reissued(&cert, &grid().key, &flag, &lax);
    all.push(plain(
        "issuerAltName, critical and empty",
        "RFC 5280 §4.2.1.7: a known extension that does not parse; critical, OpenSSL knows none",
        "0 UnknownCritical",
        user(&grid()).with(alone("2.5.29.18", der::null())),
    ));
    all
}

/// PoolCertificate extensions whose content is not what it should be.
fn malformed() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.2: what an extension says must be known to be judged";
    let constraints = |value: Vec<u8>| Extension::raw("2.5.29.19", value).critical();
    let (yes, no) = (der::boolean(true), der::boolean(false));
    let ca = |parts: &[&[u8]]| constraints(der::sequence(parts));
    let trailing = |extension: Extension| Extension {
        value: [extension.value, vec![5, 0]].concat(),
        ..extension
    };
    let mut all = Vec::new();
    // What cannot be read is not cA TRUE either.
    let both = "1 MalformedExtension, 1 NotCa";
    for (name, want, extension) in [
        ("a negative path length", both, ca(&[&yes, &der::integer(&[0xff])])),
        (
            "a path length of five bytes", // more than anybody counts
            "ok",
            ca(&[&yes, &der::integer(&[1, 0, 0, 0, 0])]),
        ),
        ("a path length of no bytes", both, ca(&[&yes, &der::integer(&[])])),
        ("three fields", both, ca(&[&yes, &der::number(0), &der::number(0)])),
        ("the fields in the wrong order", both, ca(&[&der::number(0), &yes])),
        ("no SEQUENCE", both, constraints(yes.clone())),
        ("nothing at all", both, constraints(Vec::new())),
        ("bytes behind it", "ok", trailing(Extension::ca(Some(0)))),
        ("a string for cA", both, ca(&[&der::utf8("yes")])),
        ("a BOOLEAN of two bytes", both, ca(&[&der::tlv(1, &[0xff, 0xff])])),
    ] {
        all.push(changed_ca(&format!("basicConstraints of the CA: {name}"), WHY, want, |cert| {
            cert.replace(extension)
        }));
    }
    all.push(plain(
        "basicConstraints of the leaf: cA FALSE written out",
        "X.690 §11.5 leaves defaults out, but CAs have written it for 30 years",
        "ok",
        user(&grid()).replace(ca(&[&no])),
    ));
    all.push(plain(
        "basicConstraints of the leaf: cA FALSE with a path length",
        "RFC 5280 §4.2.1.9: only with cA TRUE; it constrains nothing here",
        "ok",
        user(&grid()).replace(ca(&[&der::number(0)])),
    ));
    for (name, extension) in [
        ("keyUsage: no BIT STRING", Extension::raw("2.5.29.15", der::null()).critical()),
        ("keyUsage: nothing at all", Extension::raw("2.5.29.15", Vec::new())),
        (
            "keyUsage: eight unused bits",
            Extension::raw("2.5.29.15", der::tlv(3, &[8, 0x80])).critical(),
        ),
        (
            "extKeyUsage: a string in it",
            Extension::raw(
                "2.5.29.37",
                der::sequence(&[&der::oid(ext::CLIENT_AUTH), &der::utf8("x")]),
            ),
        ),
        ("subjectKeyIdentifier: no OCTET STRING", Extension::raw("2.5.29.14", der::null())),
        ("subjectAltName: no SEQUENCE", Extension::raw("2.5.29.17", der::null())),
        ("authorityKeyIdentifier: no SEQUENCE", Extension::raw("2.5.29.35", der::null())),
    ] {
        let cert = user(&grid()).without(&extension.oid).with(extension);
        all.push(plain(name, WHY, "0 MalformedExtension", cert));
    }
    let passed_over = "OpenSSL passes over it";
    for (name, extension) in [
        ("keyUsage: bytes behind it", trailing(Extension::key_usage(&[ext::DIGITAL_SIGNATURE]))),
        (
            "extKeyUsage: bytes behind it",
            trailing(Extension::extended_key_usage(&[ext::CLIENT_AUTH])),
        ),
        ("subjectKeyIdentifier: bytes behind it", trailing(Extension::subject_key_id(&[1]))),
        (
            "authorityInfoAccess: bytes behind it",
            trailing(Extension::ca_issuers("http://ca.certok.test/")),
        ),
        (
            "netscapeComment: not ASCII",
            Extension::raw("2.16.840.1.113730.1.13", der::tlv(0x16, b"\xe9")),
        ),
        (
            "signedCertificateTimestamps: no OCTET STRING",
            Extension::raw("1.3.6.1.4.1.11129.2.4.2", der::null()),
        ),
    ] {
        let cert = user(&grid()).without(&extension.oid).with(extension);
        all.push(plain(name, passed_over, "ok", cert));
    }
    for (name, above, want) in
        [("its own", root().name, "ok"), ("another", pki::alice(), "0 IssuerIdDiffers")]
    {
        let serial = grid().cert.serial;
        let id = Extension::authority_key_id_full(&grid().key.id(), &above, &serial);
        let name = format!("authorityCertIssuer: the issuer has {name}");
        let why = "X509_check_akid: the name of the issuer's issuer";
        all.push(plain(&name, why, want, user(&grid()).replace(id)));
    }
    all
}

// --- several candidates

fn candidates() -> Vec<Vector> {
    const WHY: &str = "RFC 4158 §2.4: every way is tried, in any order of the pool";
    let rekeyed = root().below("Certok Test Grid CA", "grid-rekeyed", Some(0));
    let expired = grid()
        .with_cert(&root().key, |cert| cert.serial(&[9]).valid("150101000000Z", "250101000000Z"));
    let cross_root = Authority::root("Certok Cross Root", "cross-root");
    let cross = cross_root.below("Certok Test Grid CA", "grid", Some(0));
    let old_root = root()
        .with_cert(&root().key, |cert| cert.serial(&[8]).valid("100101000000Z", "250101000000Z"));
    let no_ids = |cert: Cert| cert.without("2.5.29.35").without("2.5.29.14");
    let blind =
        |authority: &Authority, issuer: &Authority| authority.with_cert(&issuer.key, no_ids);
    let loop_a = Authority::root("Loop A", "sub");
    let loop_b = loop_a.below("Loop B", "issuing3", None);
    let loop_a = loop_b.below("Loop A", "sub", None);
    let limited = grid().with_cert(&root().key, |cert| {
        cert.serial(&[7]).with(Extension::extended_key_usage(&[ext::SERVER_AUTH]))
    });
    vec![
        Vector::new("the CA and its re-keyed twin", WHY, "ok")
            .anchor(&root().der)
            .helper(&rekeyed.der)
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new("the CA and its re-keyed twin, without key identifiers", WHY, "ok")
            .anchor(&blind(&root(), &root()).der)
            .helper(&blind(&rekeyed, &root()).der)
            .helper(&blind(&grid(), &root()).der)
            .leaf(no_ids(user(&grid())).issue(&grid().key)),
        Vector::new("only the re-keyed twin", "RFC 5280 §6.1.3: another key", "0 BadSignature")
            .anchor(&root().der)
            .helper(&rekeyed.der)
            .user_of(&grid()),
        Vector::new("the CA and its expired twin", WHY, "ok")
            .anchor(&root().der)
            .helper(&expired.der)
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new("the CA and its expired twin, both trusted", WHY, "ok")
            .anchor(&root().der)
            .anchor(&expired.der)
            .anchor(&grid().der)
            .user_of(&grid()),
        Vector::new("only the expired twin", "RFC 5280 §6.1.3 (a)(2)", "1 Expired")
            .anchor(&root().der)
            .helper(&expired.der)
            .user_of(&grid()),
        Vector::new("expired in the directory, good in the file", WHY, "ok")
            .anchor(&root().der)
            .anchor(&expired.der)
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new("the root and its expired twin", WHY, "ok")
            .anchor(&old_root.der)
            .anchor(&root().der)
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new("only the expired root", "RFC 5280 §6.1.3 (a)(2); anchors too", "2 Expired")
            .anchor(&old_root.der)
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new(
            "the expired root trusted, its renewed twin in the file",
            "trust is not renewed by a helper",
            "2 Expired",
        )
        .anchor(&old_root.der)
        .helper(&root().der)
        .helper(&grid().der)
        .user_of(&grid()),
        Vector::new("cross-signed, both roots trusted", WHY, "ok")
            .anchor(&root().der)
            .anchor(&cross_root.der)
            .helper(&grid().der)
            .helper(&cross.der)
            .user_of(&grid()),
        Vector::new("cross-signed, the other root trusted", WHY, "ok")
            .anchor(&cross_root.der)
            .helper(&grid().der)
            .helper(&cross.der)
            .helper(&root().der)
            .user_of(&grid()),
        Vector::new(
            "cross-signed, neither root trusted",
            "RFC 5280 §6.1.1 (d)",
            "1 IssuerNotFound",
        )
        .helper(&grid().der)
        .helper(&cross.der)
        .user_of(&grid()),
        Vector::new("cross-signed, the first root expired", WHY, "ok")
            .anchor(&old_root.der)
            .anchor(&cross_root.der)
            .helper(&grid().der)
            .helper(&cross.der)
            .user_of(&grid()),
        Vector::new(
            "a loop of two CAs",
            "RFC 4158 §5.2: a CA stands on a path once",
            "2 IssuerNotFound",
        )
        .anchor(&root().der)
        .helper(&loop_a.der)
        .helper(&loop_b.der)
        .user_of(&loop_a),
        Vector::new(
            "a limited copy in the directory, a free one in the file",
            "what an administrator installed goes before what a file brings",
            "1 PurposeNotAllowed",
        )
        .anchor(&root().der)
        .anchor(&limited.der)
        .helper(&grid().der)
        .user_of(&grid()),
        Vector::new("the root only in the file", "RFC 5280 §6.1.1 (d)", "2 SelfSigned")
            .helper(&grid().der)
            .helper(&root().der)
            .user_of(&grid()),
        Vector::new("nothing but the leaf", "RFC 5280 §6.1", "0 IssuerNotFound").user_of(&grid()),
        Vector::new("a self-signed leaf", "RFC 5280 §6.1", "0 SelfSigned")
            .anchor(&root().der)
            .leaf({
                let key = Key::load("user");
                Cert::new(&pki::alice(), &key, &pki::alice(), key.usual_sign()).issue(&key)
            }),
        Vector::new("a self-signed leaf with the root's name", "a name is no key", "0 SelfSigned")
            .anchor(&root().der)
            .leaf(Authority::root("Certok Test Root", "other").der)
            .ask(|ask| ask.purpose = Purpose::Any),
        Vector::new(
            "an impostor of the root in the file",
            "a name is no key",
            "0 IssuerIdDiffers, 2 SelfSigned",
        )
        .anchor(&root().der)
        .helper(&Authority::root("Certok Test Root", "other").der)
        .helper(
            &Authority::root("Certok Test Root", "other")
                .below("Certok Test Grid CA", "sub", None)
                .der,
        )
        .leaf(user(&grid()).issue(&Key::load("sub"))),
    ]
}

// --- depth

/// A chain of `count` CAs between leaf and root.
fn long_chain(name: &str, count: usize, want: &str) -> Vector {
    let keys = ["grid", "sub", "issuing3"];
    let mut vector = Vector::new(name, "--max-depth counts CAs between leaf and anchor", want)
        .anchor(&root().der);
    let mut last = root();
    for at in 0..count {
        last = last.below(&format!("CA {at}"), keys[at % keys.len()], None);
        vector = vector.helper(&last.der);
    }
    vector.user_of(&last)
}

fn depths() -> Vec<Vector> {
    let depth = |vector: Vector, depth| vector.ask(|ask: &mut Question| ask.max_depth = depth);
    vec![
        long_chain("depth: 20 of 20", 20, "ok"),
        long_chain("depth: 21 of 20", 21, "21 TooDeep"),
        depth(long_chain("depth: 1 of 1", 1, "ok"), 1),
        depth(long_chain("depth: 2 of 1", 2, "2 TooDeep"), 1),
        depth(long_chain("depth: 0 of 0", 0, "ok"), 0),
        depth(long_chain("depth: 1 of 0", 1, "1 TooDeep"), 0),
    ]
}

// --- anchors

/// `TRUSTED CERTIFICATE` content: a certificate and OpenSSL's settings.
fn trusting(der: &[u8], trusted: &[&str], rejected: &[&str]) -> Vec<u8> {
    let oids = |list: &[&str]| list.iter().flat_map(|oid| der::oid(oid)).collect::<Vec<_>>();
    let trusted = match trusted {
        [] => Vec::new(),
        list => der::tlv(der::SEQUENCE, &oids(list)),
    };
    let rejected = match rejected {
        [] => Vec::new(),
        list => der::context(0, &oids(list)),
    };
    [der, &der::sequence(&[&trusted, &rejected])].concat()
}

fn anchors() -> Vec<Vector> {
    const SETTINGS: &str = "X509_check_trust(3): settings of a TRUSTED CERTIFICATE";
    const ONLY_ROOTS: &str = "OpenSSL: without -partial_chain a path ends at a self-issued CA";
    let with = |name: &str, want: &str, trusted: &[&str], rejected: &[&str]| {
        Vector::new(name, SETTINGS, want)
            .anchor(&trusting(&root().der, trusted, rejected))
            .helper(&grid().der)
            .user_of(&grid())
    };
    let partial = |vector: Vector| vector.ask(|ask| ask.partial_chain = true);
    let any = |vector: Vector| vector.ask(|ask| ask.purpose = Purpose::Any);
    let weak = |sign: Sign| root().with_cert(&root().key, |cert| cert.sign(sign));
    let broken = root().with_cert(&root().key, Cert::corrupt);
    let (client, server) = (ext::CLIENT_AUTH, ext::SERVER_AUTH);
    vec![
        with("settings: trusts clients", "ok", &[client], &[]),
        with("settings: trusts servers", "2 TrustRejected", &[server], &[]),
        with("settings: rejects clients", "2 TrustRejected", &[], &[client]),
        with("settings: rejects servers", "ok", &[], &[server]),
        with("settings: trusts and rejects clients", "2 TrustRejected", &[client], &[client]),
        with("settings: trusts any", "ok", &["2.5.29.37.0"], &[]),
        with("settings: rejects any", "2 TrustRejected", &[], &["2.5.29.37.0"]),
        with("settings: none", "ok", &[], &[]),
        any(Vector::new(
            "settings: a root that rejects any is the leaf",
            SETTINGS,
            "0 TrustRejected",
        )
        .anchor(&trusting(&root().der, &[], &["2.5.29.37.0"]))
        .leaf(root().der)),
        Vector::new("settings: on an intermediate in the directory", SETTINGS, "1 TrustRejected")
            .anchor(&root().der)
            .anchor(&trusting(&grid().der, &[], &[client]))
            .helper(&grid().der)
            .user_of(&grid()),
        Vector::new("only the subordinate CA is trusted", ONLY_ROOTS, "1 IssuerNotFound")
            .anchor(&grid().der)
            .user_of(&grid()),
        partial(
            Vector::new(
                "only the subordinate CA is trusted, partial chain",
                "-partial_chain",
                "ok",
            )
            .anchor(&grid().der)
            .user_of(&grid()),
        ),
        partial(
            Vector::new(
                "partial chain: the expired subordinate CA is judged",
                "anchors are judged",
                "1 Expired",
            )
            .anchor(
                &grid()
                    .with_cert(&root().key, |cert| cert.valid("150101000000Z", "250101000000Z"))
                    .der,
            )
            .user_of(&grid()),
        ),
        partial(
            Vector::new(
                "partial chain: the leaf itself is trusted",
                "-partial_chain: any trusted certificate",
                "ok",
            )
            .anchor(&user(&grid()).issue(&grid().key))
            .user_of(&grid()),
        ),
        Vector::new("the leaf itself is trusted", ONLY_ROOTS, "0 IssuerNotFound")
            .anchor(&user(&grid()).issue(&grid().key))
            .user_of(&grid()),
        any(Vector::new("the root itself is the leaf", "a trusted root is its own path", "ok")
            .anchor(&root().der)
            .leaf(root().der)),
        any(Vector::new("an untrusted root is the leaf", "RFC 5280 §6.1.1 (d)", "0 SelfSigned")
            .anchor(&Authority::root("Another", "other").der)
            .leaf(root().der)),
        Vector::new("a root signed with MD5", "a root's own signature proves nothing", "ok")
            .anchor(&weak(Sign::Pkcs1(Hash::Md5)).der)
            .helper(&grid().der)
            .user_of(&grid()),
        any(Vector::new(
            "a root signed with MD5 is the leaf",
            "a root's own signature proves nothing",
            "ok",
        )
        .anchor(&weak(Sign::Pkcs1(Hash::Md5)).der)
        .leaf(weak(Sign::Pkcs1(Hash::Md5)).der)),
        Vector::new(
            "a root whose own signature is wrong",
            "RFC 5280 §6.1.1 (d): trusted by choice",
            "ok",
        )
        .anchor(&broken.der)
        .helper(&grid().der)
        .user_of(&grid()),
        changed_ca("a CA signed with SHA-1", "only warned of", "ok", |cert| {
            cert.sign(Sign::Pkcs1(Hash::Sha1))
        }),
        changed_ca("a CA signed with MD5", "RFC 6151", "1 AlgorithmForbidden", |cert| {
            cert.sign(Sign::Pkcs1(Hash::Md5))
        }),
        plain(
            "an algorithm nobody knows",
            "RFC 5280 §6.1.3 (a)(1)",
            "0 AlgorithmUnsupported, 0 AlgorithmUnsupported",
            user(&grid()),
        )
        .leaf(unknown_algorithm()),
    ]
}

/// The healthy leaf, with an algorithm OID that is nobody's, inside and outside.
fn unknown_algorithm() -> Vec<u8> {
    let mut cert = user(&grid());
    let known = cert.sign.algorithm();
    let mut unknown = known.clone();
    unknown[12] = 0x63;
    cert.outer_algorithm = Some(unknown.clone());
    reissued(&cert, &grid().key, &known, &unknown)
}

// --- names

fn names() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §7.1: string type, ASCII case and runs of spaces do not count";
    let spelt = |issuer: Name| {
        let mut cert = user(&grid());
        cert.issuer = issuer.der();
        cert
    };
    let base = || Name::slash("/DC=org/DC=certok");
    let short = || Name::slash("/DC=org");
    let mut all = vec![
        plain("name: upper case", WHY, "ok", spelt(base().with("CN", "CERTOK TEST GRID CA"))),
        plain("name: spaces", WHY, "ok", spelt(base().with("CN", "  Certok  Test   Grid CA "))),
        plain(
            "name: another letter",
            WHY,
            "0 IssuerNotFound",
            spelt(base().with("CN", "Certok Test Grid CB")),
        ),
        plain(
            "name: no space",
            WHY,
            "0 IssuerNotFound",
            spelt(base().with("CN", "Certok TestGrid CA")),
        ),
        plain(
            "name: another attribute",
            WHY,
            "0 IssuerNotFound",
            spelt(base().with("OU", "Certok Test Grid CA")),
        ),
        plain(
            "name: another order",
            "RFC 5280 §7.1: RDNs are ordered",
            "0 IssuerNotFound",
            spelt(Name::slash("/DC=certok/DC=org").with("CN", "Certok Test Grid CA")),
        ),
        plain(
            "name: an RDN less",
            WHY,
            "0 IssuerNotFound",
            spelt(short().with("CN", "Certok Test Grid CA")),
        ),
        plain(
            "name: one RDN of two attributes",
            "RFC 5280 §7.1: RDN by RDN",
            "0 IssuerNotFound",
            spelt(short().with_several(&[("DC", "certok"), ("CN", "Certok Test Grid CA")])),
        ),
        plain(
            "name: empty issuer",
            "RFC 5280 §4.1.2.4: not empty",
            "0 IssuerNotFound",
            spelt(Name::default()),
        ),
    ];
    for text in [Text::Bmp, Text::Ia5, Text::Printable, Text::T61, Text::Universal] {
        all.push(plain(
            &format!("name: as {text:?}"),
            WHY,
            "ok",
            spelt(base().with_text("CN", text, "Certok Test Grid CA")),
        ));
    }
    let empty = {
        let key = Key::load("other");
        let name = Name::default();
        Cert::new(&name, &key, &name, key.usual_sign()).with(Extension::ca(None)).issue(&key)
    };
    let mut child = user(&grid());
    child.issuer = Name::default().der();
    all.push(
        Vector::new("name: an untrusted CA without a name", "RFC 5280 §4.1.2.6", "1 SelfSigned")
            .anchor(&root().der)
            .helper(&empty)
            .leaf(child.issue(&Key::load("other"))),
    );
    all
}

// --- keys

fn key_sizes() -> Vec<Vector> {
    const LEAF: &str = "SSL_CTX_set_security_level(3): level 2 wants RSA of 2048 bits";
    let with_key = |name: &str| grid().user(&pki::alice(), &Key::load(name));
    let weak_ca = root().below("Weak CA", "rsa-1024", None);
    vec![
        plain("key: RSA 1024", LEAF, "0 KeyTooSmall", with_key("rsa-1024")),
        plain("key: RSA 4096", LEAF, "ok", with_key("rsa-4096")),
        plain("key: P-256", LEAF, "ok", with_key("p256")),
        plain("key: P-384", LEAF, "ok", with_key("p384")),
        plain("key: P-521", LEAF, "ok", with_key("p521")),
        plain("key: Ed25519", LEAF, "ok", with_key("ed25519")),
        plain(
            "key: RSA 1024, marked as CA",
            "cA TRUE does not make a user's key stronger",
            "0 KeyTooSmall",
            with_key("rsa-1024").replace(Extension::ca(None)),
        ),
        Vector::new("key: RSA 1024 of a CA", "only warned of", "ok")
            .anchor(&root().der)
            .helper(&weak_ca.der)
            .user_of(&weak_ca),
    ]
}

// --- running them

/// The pool in one order of its certificates, or `None` if one does not parse.
fn pool(vector: &Vector, order: usize) -> Vec<PoolCertificate> {
    let anchors = vector.anchors.iter().map(|der| known(der, true));
    let helpers = vector.helpers.iter().map(|der| known(der, false));
    let mut all: Vec<PoolCertificate> = anchors.chain(helpers).collect();
    match order {
        0 => {}
        1 => all.reverse(),
        n => {
            let by = n % all.len().max(1);
            all.rotate_left(by);
        }
    }
    all
}

fn known(der: &[u8], trusted: bool) -> PoolCertificate {
    let certificate = Certificate::parse_trusted(der).unwrap_or_else(|e| panic!("{e}"));
    PoolCertificate {
        certificate: Arc::new(certificate),
        from: if trusted { "directory" } else { "file" }.to_owned(),
        block: 1,
        trusted,
    }
}

fn outcome(vector: &Vector, order: usize) -> Option<Outcome> {
    let certificate = Certificate::parse(&vector.leaf).ok()?;
    let leaf = PoolCertificate {
        certificate: Arc::new(certificate),
        from: "leaf".to_owned(),
        block: 1,
        trusted: false,
    };
    Some(build::search(&leaf, &pool(vector, order), &vector.ask))
}

fn in_words(outcome: Option<&Outcome>) -> String {
    let Some(outcome) = outcome else {
        return "unparsed".to_owned();
    };
    if outcome.exhausted.is_some() {
        assert!(!outcome.accepted(), "exhausted is never accepted");
        return "exhausted".to_owned();
    }
    if outcome.accepted() {
        return "ok".to_owned();
    }
    let flaws = outcome.best.flaws.iter().map(|flaw| {
        let defect = format!("{:?}", flaw.defect);
        let end = defect.find(|c: char| !c.is_ascii_alphanumeric());
        format!("{} {}", flaw.step, &defect[..end.unwrap_or(defect.len())])
    });
    flaws.collect::<Vec<_>>().join(", ")
}

#[test]
fn each_vector_gives_what_it_must() {
    let mut wrong = Vec::new();
    for vector in VECTORS.iter() {
        let got = in_words(outcome(vector, 0).as_ref());
        if got != vector.want {
            wrong.push(format!(
                "{}: wanted `{}`, got `{got}`; {}",
                vector.name, vector.want, vector.why
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_order_of_the_pool_does_not_decide() {
    for vector in VECTORS.iter() {
        let size = vector.anchors.len() + vector.helpers.len();
        for order in 1..size.clamp(2, 5) {
            let outcome = outcome(vector, order);
            let accepted = outcome.as_ref().is_some_and(Outcome::accepted);
            assert_eq!(accepted, vector.want == "ok", "{}, order {order}", vector.name);
        }
    }
}

#[test]
fn names_of_vectors_are_unique() {
    let mut seen = BTreeMap::new();
    for vector in VECTORS.iter() {
        *seen.entry(&vector.name).or_insert(0) += 1;
    }
    let twice: Vec<_> = seen.into_iter().filter(|(_, count)| *count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

// --- limits

/// Thousands of CAs of one name end the search soon, with its limit named, and with no verdict.
#[test]
fn many_cas_of_one_name_exhaust_the_search() {
    const COUNT: usize = 5000;
    let ca = root().below("Certok Test Grid CA", "grid-rekeyed", Some(0));
    let cert = ca.cert.clone().without("2.5.29.35").without("2.5.29.14");
    let imposters: Vec<Vec<u8>> = (0..COUNT)
        .map(|at| {
            let tbs = cert.clone().serial(&der::unsigned(&at.to_be_bytes())).tbs();
            // Nobody looks at a signature before the one below it holds.
            der::sequence(&[&tbs, &cert.sign.algorithm(), &der::bit_string(&[0; 256])])
        })
        .collect();
    for trusted in [false, true] {
        let mut vector = Vector::new("many", "RFC 4158 §5", "exhausted").user_of(&grid());
        let place = if trusted { &mut vector.anchors } else { &mut vector.helpers };
        place.clone_from(&imposters);
        let pool = pool(&vector, 0);
        let leaf = known(&vector.leaf, false);
        let start = Instant::now();
        let outcome = build::search(&leaf, &pool, &vector.ask);
        let took = start.elapsed();
        assert_eq!(in_words(Some(&outcome)), "exhausted");
        assert!(took < Duration::from_secs(30), "{took:?}");
    }
}

/// With the right key identifier it is found among them.
#[test]
fn the_key_identifier_finds_the_ca_among_many() {
    let ca = root().below("Certok Test Grid CA", "grid-rekeyed", Some(0));
    let mut vector =
        Vector::new("many", "RFC 4158 §3.5.12", "ok").anchor(&root().der).user_of(&grid());
    for at in 0..1000_usize {
        let tbs = ca.cert.clone().serial(&der::unsigned(&at.to_be_bytes())).tbs();
        let der = der::sequence(&[&tbs, &ca.cert.sign.algorithm(), &der::bit_string(&[0; 256])]);
        vector.helpers.push(der);
    }
    vector.helpers.push(grid().der);
    assert_eq!(in_words(outcome(&vector, 0).as_ref()), "ok");
}

/// None is looked for among all before it.
#[test]
fn many_extensions_are_soon_read() {
    let mut cert = grid().user(&pki::alice(), &Key::load("user"));
    let other = |at: u32| Extension::raw(&format!("1.2.3.{at}"), vec![5, 0]);
    cert.extensions.extend((0..100_000).map(other));
    let der = cert.issue(&grid().key);
    let start = Instant::now();
    let parsed = Certificate::parse(&der).expect("good DER");
    let took = start.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!(parsed.extensions.all.len() > 100_000);
    // One of them twice is still found.
    cert.extensions.push(other(0));
    let twice = Certificate::parse(&cert.issue(&grid().key)).expect_err("refused");
    assert!(twice.to_string().contains("occurs twice"), "{twice}");
}

/// CAs that all certify each other: the number of paths explodes, the search does not.
#[test]
fn a_mesh_of_cas_exhausts_the_search() {
    let keys = ["grid", "sub", "issuing3", "issuing4", "no-sign", "not-ca"];
    let names: Vec<String> = (0..24).map(|at| format!("Mesh {at}")).collect();
    let members: Vec<Authority> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Authority::root(name, keys[at % keys.len()]))
        .collect();
    let mut vector = Vector::new("mesh", "RFC 4158 §2.3", "exhausted").anchor(&root().der);
    for (at, name) in names.iter().enumerate() {
        for issuer in members.iter().filter(|issuer| issuer.name != members[at].name) {
            vector.helpers.push(issuer.below(name, keys[at % keys.len()], None).der);
        }
    }
    let vector = vector.user_of(&members[0]);
    let start = Instant::now();
    let outcome = outcome(&vector, 0).expect("parses");
    assert_eq!(in_words(Some(&outcome)), "exhausted");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

// --- the second opinion

/// What webpki says: `ok`, or the name of its error.
fn webpki_says(anchors: &[&[u8]], helpers: &[&[u8]], leaf: &[u8], ask: &Question) -> String {
    let ders: Vec<CertificateDer<'_>> =
        anchors.iter().map(|der| CertificateDer::from(*der)).collect();
    let anchors: Vec<_> =
        ders.iter().filter_map(|der| webpki::anchor_from_trusted_cert(der).ok()).collect();
    let helpers: Vec<CertificateDer<'_>> =
        helpers.iter().map(|der| CertificateDer::from(*der)).collect();
    let leaf = CertificateDer::from(leaf);
    let usage = match ask.purpose {
        Purpose::Server => webpki::KeyUsage::server_auth(),
        Purpose::Any | Purpose::Client => webpki::KeyUsage::client_auth(),
    };
    let seconds = u64::try_from(ask.at.0).expect("after 1970");
    let time = rustls_pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let verdict = webpki::EndEntityCert::try_from(&leaf).and_then(|leaf| {
        let algorithms = webpki::ALL_VERIFICATION_ALGS;
        leaf.verify_for_usage(algorithms, &anchors, &helpers, time, usage, None, None).map(|_| ())
    });
    match verdict {
        Ok(()) => "ok".to_owned(),
        Err(error) => {
            let text = format!("{error:?}");
            let end = text.find(|c: char| !c.is_ascii_alphanumeric());
            text[..end.unwrap_or(text.len())].to_owned()
        }
    }
}

/// The certificate without trust settings, which webpki does not know.
fn bare(der: &[u8]) -> Vec<u8> {
    known(der, false).certificate.der().to_vec()
}

/// What webpki says to a vector: self-issued trusted certificates are its anchors (all of them for
/// a partial chain), all else may stand between.
fn second_opinion(vector: &Vector) -> String {
    let trusted: Vec<Vec<u8>> = vector.anchors.iter().map(|der| bare(der)).collect();
    let ends =
        |der: &&Vec<u8>| vector.ask.partial_chain || known(der, true).certificate.is_self_issued();
    let anchors: Vec<&[u8]> = trusted.iter().filter(ends).map(Vec::as_slice).collect();
    let between = trusted.iter().chain(&vector.helpers);
    let helpers: Vec<&[u8]> = between.map(Vec::as_slice).collect();
    webpki_says(&anchors, &helpers, &vector.leaf, &vector.ask)
}

/// Every PEM file of `cert/` and `token/` that holds no proxy, under the healthy directory and all
/// the anchors of `ca/`, with what certok and webpki say of it.
fn fixtures() -> Vec<(String, String, String)> {
    let testdata = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let read = |path: &str| Contents::read(&fs::read(testdata.join(path)).expect("a fixture"));
    let mut pool = Vec::new();
    for path in ANCHOR_FILES {
        for (_, certificate) in read(path).readable() {
            pool.push(known(certificate.der(), true));
        }
    }
    let mut files: Vec<String> = Vec::new();
    for folder in ["cert", "token"] {
        for entry in fs::read_dir(testdata.join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            files.push(format!("{folder}/{}", name.to_str().expect("plain")));
        }
    }
    files.sort();
    files.retain(|path| !path.contains("proxy") && !path.ends_with("-key.pem"));
    files
        .into_iter()
        .map(|path| {
            let contents = read(&path);
            let Some(first) = contents.first() else {
                return (path, "unparsed".to_owned(), "unparsed".to_owned());
            };
            let leaf = known(first.der(), false);
            let helpers: Vec<PoolCertificate> = contents
                .readable()
                .skip(1)
                .map(|(_, certificate)| known(certificate.der(), false))
                .collect();
            let all: Vec<PoolCertificate> = pool.iter().chain(&helpers).cloned().collect();
            let ours = in_words(Some(&build::search(&leaf, &all, &QUESTION)));
            let anchors: Vec<&[u8]> = pool
                .iter()
                .filter(|known| known.certificate.is_self_issued())
                .map(|known| known.certificate.der())
                .collect();
            let between: Vec<&[u8]> = all.iter().map(|known| known.certificate.der()).collect();
            let theirs = webpki_says(&anchors, &between, first.der(), &QUESTION);
            (path, ours, theirs)
        })
        .collect()
}

/// The healthy directory, and the anchors kept out of it.
const ANCHOR_FILES: &[&str] = &[
    "ca/certificates/Root.pem",
    "ca/certificates/Grid.pem",
    "ca/certificates/Ecc.pem",
    "ca/certificates/AliEn2-CA.pem",
    "ca/old-root.pem",
    "ca/cross-root.pem",
    "ca/ca-p256.pem",
    "ca/ca-p521.pem",
    "ca/ca-ed25519.pem",
    "ca/web-root.pem",
    "ca/alien-old.pem",
];

/// webpki agrees on every vector and fixture but those listed, and each of those still differs.
#[test]
fn webpki_agrees_but_for_the_differences_listed() {
    let mut found: Vec<(String, String, String)> = VECTORS
        .iter()
        .map(|vector| (vector.name.clone(), vector.want.clone(), second_opinion(vector)))
        .collect();
    found.extend(fixtures());
    found.retain(|(_, ours, theirs)| (ours == "ok") != (theirs == "ok"));
    let listed: Vec<_> = [
        DIFFERENCES,
        name_constraint::DIFFERENCES,
        name_form::DIFFERENCES,
        policy::DIFFERENCES,
        profile::DIFFERENCES,
    ]
    .concat();
    let differs = |(name, _, theirs): &&(String, String, String)| {
        !listed.iter().any(|(listed, error, _)| listed == name && error == theirs)
    };
    let unlisted: Vec<_> = found.iter().filter(differs).collect();
    let gone: Vec<_> = listed
        .iter()
        .filter(|(name, error, _)| !found.iter().any(|row| row.0 == *name && row.2 == *error))
        .collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "unlisted: {unlisted:#?}\nno longer: {gone:#?}"
    );
}

/// Vector or fixture, what webpki says, and why it differs.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("signed by root Pkcs1(Sha1)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by root Pkcs1(Sha224)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by root Pss(Sha224)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by rsa-1024 Pkcs1(Sha1)", "InvalidSignatureForPublicKey", SHORT_KEY),
    ("signed by rsa-1024 Pkcs1(Sha256)", "InvalidSignatureForPublicKey", SHORT_KEY),
    ("signed by rsa-1024 Pkcs1(Sha384)", "InvalidSignatureForPublicKey", SHORT_KEY),
    ("signed by rsa-1024 Pkcs1(Sha512)", "InvalidSignatureForPublicKey", SHORT_KEY),
    ("signed by ca-p256 Ecdsa(Sha224)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by ca-p256 Ecdsa(Sha512)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by ca-p384 Ecdsa(Sha224)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("signed by ca-p384 Ecdsa(Sha512)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    (
        "signed by ca-p521 Ecdsa(Sha256)",
        "UnsupportedSignatureAlgorithmForPublicKeyContext",
        ALGORITHM,
    ),
    ("signed by ca-p521 Ecdsa(Sha512)", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("time: leaf for 1001 s", "ok", NEED),
    ("time: CA for 1001 s", "ok", NEED),
    ("time: root at -1001", "ok", ANCHOR),
    ("time: root at +1001", "ok", ANCHOR),
    ("time: root for 1001 s", "ok", NEED),
    ("leaf of version 1", "UnsupportedCertVersion", VERSION_1),
    ("CA: key usage without keyCertSign", "ok", CERT_SIGN),
    ("CA: empty key usage", "ok", CERT_SIGN),
    ("root: key usage without keyCertSign", "ok", ANCHOR),
    ("root: cA FALSE", "ok", ANCHOR),
    ("root: version 3 without basicConstraints", "ok", ANCHOR),
    ("path length 0 of the root, 1 CAs below", "ok", ANCHOR),
    ("path length 0 of the root, 2 CAs below", "ok", ANCHOR),
    ("path length 1 of the root, 2 CAs below", "ok", ANCHOR),
    ("path length 0 of the root, 3 CAs below", "ok", ANCHOR),
    ("path length 1 of the root, 3 CAs below", "ok", ANCHOR),
    ("path length 2 of the root, 3 CAs below", "ok", ANCHOR),
    ("path length 0 and a self-issued CA below", "InvalidSignatureForPublicKey", SELF_ISSUED),
    ("path length 0 above a CA as the leaf", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("EKU: mail alone, as anything", "RequiredEkuNotFoundContext", ANY_USAGE),
    ("EKU: any", "RequiredEkuNotFoundContext", ANY_USAGE),
    ("EKU: root for servers", "ok", ANCHOR),
    ("EKU: root for any", "ok", ANCHOR),
    ("names: a proxy of who is permitted", "UnsupportedCriticalExtension", PROXY),
    ("PSS key: PSS", PSS_KEY, ALGORITHM),
    ("PSS key of SHA-256: PSS", PSS_KEY, ALGORITHM),
    ("KU: keyEncipherment", "ok", LEAF_USAGE),
    ("KU: nonRepudiation", "ok", LEAF_USAGE),
    ("KU: no bit", "ok", LEAF_USAGE),
    ("Netscape type: server", "ok", NETSCAPE),
    ("a CA as anything", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("unknown critical: root", "ok", ANCHOR),
    ("known critical: certificatePolicies", "UnsupportedCriticalExtension", POLICIES),
    ("2.5.29.14 twice", "ok", TWICE),
    ("1.2.3.4.5 twice", "ok", TWICE),
    ("basicConstraints of the CA: a path length of five bytes", "BadDer", "OpenSSL and Go read it"),
    ("authorityCertIssuer: the issuer has another", "ok", "webpki looks at names and keys alone"),
    ("outer: certificate with a length of four bytes", "TrailingData", LOADED),
    ("outer: signature with a length of four bytes", "TrailingData", LOADED),
    ("outer: indefinite length", "TrailingData", LOADED),
    ("basicConstraints of the CA: bytes behind it", "BadDer", LOADED),
    ("extKeyUsage: bytes behind it", "BadDer", LOADED),
    ("names: constraints with bytes behind it", "BadDer", LOADED),
    ("names: constraints with a subtree of length in two bytes", "BadDer", LOADED),
    ("policy: policies, bytes behind them", "UnsupportedCriticalExtension", LOADED),
    ("cert/not-der.pem", "TrailingData", LOADED),
    ("keyUsage: no BIT STRING", "ok", PASSED_OVER),
    ("keyUsage: nothing at all", "ok", PASSED_OVER),
    ("keyUsage: eight unused bits", "ok", PASSED_OVER),
    ("extKeyUsage: a string in it", "ok", PASSED_OVER),
    ("subjectKeyIdentifier: no OCTET STRING", "ok", PASSED_OVER),
    ("authorityKeyIdentifier: no SEQUENCE", "ok", PASSED_OVER),
    (
        "signedCertificateTimestamps: no OCTET STRING",
        "BadDer",
        "OpenSSL and Go pass over what they do not use",
    ),
    ("only the expired root", "ok", ANCHOR),
    ("the expired root trusted, its renewed twin in the file", "ok", ANCHOR),
    ("a limited copy in the directory, a free one in the file", "ok", COPY),
    ("depth: 20 of 20", "MaximumPathDepthExceeded", DEPTH),
    ("depth: 2 of 1", "ok", OWN_DEPTH),
    ("depth: 1 of 0", "ok", OWN_DEPTH),
    ("settings: trusts servers", "ok", SETTINGS),
    ("settings: rejects clients", "ok", SETTINGS),
    ("settings: trusts and rejects clients", "ok", SETTINGS),
    ("settings: rejects any", "ok", SETTINGS),
    ("settings: on an intermediate in the directory", "ok", SETTINGS),
    ("partial chain: the expired subordinate CA is judged", "ok", ANCHOR),
    ("partial chain: the leaf itself is trusted", "UnknownIssuer", LEAF_AS_ANCHOR),
    ("the root itself is the leaf", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("a root signed with MD5 is the leaf", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("a CA signed with SHA-1", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("name: upper case", "UnknownIssuer", SPELLING),
    ("name: spaces", "UnknownIssuer", SPELLING),
    ("name: as Bmp", "UnknownIssuer", SPELLING),
    ("name: as Ia5", "UnknownIssuer", SPELLING),
    ("name: as Printable", "UnknownIssuer", SPELLING),
    ("name: as T61", "UnknownIssuer", SPELLING),
    ("name: as Universal", "UnknownIssuer", SPELLING),
    ("key: RSA 1024", "ok", LEAF_KEY),
    ("key: RSA 1024 of a CA", "InvalidSignatureForPublicKey", SHORT_KEY),
    ("cert/issued-by-expired-ca.pem", "ok", ANCHOR),
    ("cert/issued-by-no-sign.pem", "ok", CERT_SIGN),
    ("cert/issuer-id-differs.pem", "ok", ISSUER_ID),
    ("cert/marked-as-ca.pem", "CaUsedAsEndEntity", CA_AS_LEAF),
    ("cert/no-digital-signature.pem", "ok", LEAF_USAGE),
    ("cert/rsa-1024.pem", "ok", LEAF_KEY),
    ("cert/sha1-signature.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("cert/signed-by-p256-sha224.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("cert/signed-by-p256-sha512.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("cert/signed-by-p384-sha512.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    (
        "cert/signed-by-p521-sha256.pem",
        "UnsupportedSignatureAlgorithmForPublicKeyContext",
        ALGORITHM,
    ),
    (
        "cert/signed-by-p521-sha384.pem",
        "UnsupportedSignatureAlgorithmForPublicKeyContext",
        ALGORITHM,
    ),
    ("cert/signed-by-p521-sha512.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("cert/signed-by-rsa-sha224.pem", "UnsupportedSignatureAlgorithmContext", ALGORITHM),
    ("cert/utf8-vs-printable-issuer.pem", "UnknownIssuer", SPELLING),
    ("cert/v1.pem", "UnsupportedCertVersion", VERSION_1),
    ("token/from-old-ca.pem", "InvalidSignatureForPublicKey", SHORT_KEY),
];

const ALGORITHM: &str =
    "it has no SHA-1, no SHA-224, no P-521, and SHA-512 not with P-256 and P-384";
const ANCHOR: &str =
    "it takes of an anchor the name, the key and the name constraints, and nothing else";
const PROXY: &str = "it knows no proxies";
const PSS_KEY: &str = "UnsupportedSignatureAlgorithmForPublicKeyContext";
const ANY_USAGE: &str =
    "it does not take anyExtendedKeyUsage, or any purpose, for the one asked for";
const CA_AS_LEAF: &str =
    "it takes no CA for an end entity; certok warns, or was asked about the CA";
const CERT_SIGN: &str = "it does not look at the key usage of CAs";
const COPY: &str = "it takes the copy that suits; the administrator's limits count here";
const DEPTH: &str = "six intermediates are its limit";
const ISSUER_ID: &str = "it has no use for key identifiers; OpenSSL takes no other issuer";
const LEAF_AS_ANCHOR: &str =
    "an anchor must be an issuer there; OpenSSL's partial chain may end at the leaf";
const LEAF_KEY: &str = "it does not judge the leaf's key";
const LEAF_USAGE: &str = "it does not look at the key usage of the leaf";
const NEED: &str = "it judges one instant";
const NETSCAPE: &str = "it passes over Netscape types";
const OWN_DEPTH: &str = "the limit was set lower than its own";
const LOADED: &str = "OpenSSL reads BER, and passes over what follows a value: a warning here";
const PASSED_OVER: &str =
    "it passes over extensions that it has no use for, and over what stands behind an OID";
const POLICIES: &str = "it does not know certificatePolicies, and they are critical here";
const SELF_ISSUED: &str =
    "it counts self-issued certificates, and refuses this path; RFC 5280 §6.1.4 (l) does not";
const SETTINGS: &str = "it does not know OpenSSL's trust settings";
const SHORT_KEY: &str = "it verifies RSA from 2048 bits on";
const SPELLING: &str = "it compares names byte by byte; RFC 5280 §7.1 does not";
const TWICE: &str = "it passes over a second instance of what it has no use for";
const VERSION_1: &str = "it reads version 3 alone";
