//! Every fixture cut and bit-flipped: parsers return, they never panic. And no certificate of a
//! chain verifies once a bit of it has changed.
//!
//! Files in [`EVERY_BYTE`] and policies are taken at every byte, the others at [`POINTS`] places each, evenly
//! spread and shifted from file to file.

mod forge;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use certok::chain::budget::Budget;
use certok::chain::evidence::Evidence;
use certok::chain::permission::PolicyMode;
use certok::chain::revocation::{Bad, CrlFlaw, CrlMode, List};
use certok::chain::voms::{AcContext, LscFile, Servers};
use certok::chain::{Defect, PoolCertificate, Purpose, Question, build, voms};
use certok::parse::cert::Certificate;
use certok::parse::condor::exclude::Pattern;
use certok::parse::condor::key::SigningKey;
use certok::parse::condor::macros::{Macros, Origin};
use certok::parse::file::Contents;
use certok::parse::idtoken::file::TokenFile;
use certok::parse::idtoken::scope::Level;
use certok::parse::json::{Json, Object};
use certok::parse::kind::Kind;
use certok::parse::lsc::Lsc;
use certok::parse::policy::namespaces::Namespaces;
use certok::parse::policy::signing_policy::SigningPolicy;
use certok::parse::proxy::Proxy;
use certok::parse::{classad, condor, crl, key, pem, shape, value, voms as attributes};
use certok::text::time::{Seconds, UnixTime};
use forge::crl::{Crl, reason};
use forge::fixtures::Content;
use forge::key::Key;
use forge::{NOW, cert_pem, crl_pem, fixtures, pki};

/// A certificate and a key; the rest would take minutes in a debug build.
const EVERY_BYTE: &[&str] = &["crl/grid.pem", "cert/healthy.pem", "key/ed25519.pem"];

/// Places in each other file.
const POINTS: usize = 24;

/// Every file with its bytes.
fn files() -> Vec<(String, Vec<u8>)> {
    let testdata = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    fixtures::all()
        .iter()
        .filter_map(|fixture| match &fixture.content {
            Content::Bytes(bytes) => Some((fixture.path.clone(), bytes.clone())),
            Content::Input(_) => {
                let bytes = std::fs::read(testdata.join(&fixture.path)).expect("a fixture");
                Some((fixture.path.clone(), bytes))
            }
            Content::Link(_) => None,
        })
        .collect()
}

/// Where a file is changed.
fn places(number: usize, path: &str, length: usize) -> Vec<usize> {
    let stride = if EVERY_BYTE.contains(&path) || path.starts_with("policy/") {
        1
    } else {
        length.div_ceil(POINTS).max(1)
    };
    (number % stride..length).step_by(stride).collect()
}

/// The parsers of HTCondor's files.
fn parse_tokens(bytes: &[u8]) {
    let tokens = TokenFile::read(bytes);
    for (_, token) in tokens.tokens() {
        let _ = classad::evaluate("jti =?= \"x\" || exp < 3", token.claims(), UnixTime(NOW));
        let _ = (token.expires.instant(), token.scope.permits(Level::Write));
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = classad::evaluate(&text, &Object::default(), UnixTime(NOW));
    let _ = Json::parse(&text);
    let _ = Pattern::parse(&text).map(|pattern| pattern.matches("x.sh"));
    for statement in condor::statements(&text) {
        if let condor::ConfigKind::Assign(name, value) = statement.kind {
            let mut macros = Macros::default();
            macros.set(&name, &value, Origin::Default);
            let _ = macros.value(&name);
        }
    }
    let _ = SigningKey::of("POOL", bytes, true);
}

/// All parsers over one input.
fn parse_all(bytes: &[u8]) {
    let contents = Contents::read(bytes);
    for (_, certificate) in contents.readable() {
        let _ = Proxy::of(certificate);
    }
    let scanned = pem::scan(bytes);
    for block in scanned.blocks.iter().flatten() {
        let _ = key::parse(block);
        let _ = Certificate::parse(&block.bytes).map(|certificate| Proxy::of(&certificate));
        let _ = Certificate::parse_trusted(&block.bytes);
        let _ = attributes::parse(&block.bytes);
        let _ = crl::Crl::parse(block.bytes.to_vec()).map(|list| list.find(&[0x52, 4, 5, 6]));
    }
    let _ = Lsc::parse(bytes);
    for (_, certificate) in contents.readable() {
        let _ = attributes::carried(certificate);
    }
    let _ = pem::repair(bytes);
    let _ = shape::recognise(bytes);
    let _ = Kind::of(bytes);
    let _ = Certificate::parse(bytes);
    for input in crl::read(bytes.to_vec()) {
        let _ = input.parsed.map(|list| list.find(&[0x52, 4, 5, 6]));
    }
    let _ = crl::distribution_points(bytes);
    let _ = key::parse_der(bytes);
    let _ = value::look(OsStr::from_bytes(bytes));
    // The longest token file among the fixtures has a kilobyte.
    if bytes.len() < 2048 {
        parse_tokens(bytes);
    }
    let _ = SigningPolicy::parse(bytes);
    let namespaces = Namespaces::parse(bytes);
    for rule in namespaces.iter().flat_map(|namespaces| &namespaces.rules) {
        let _ = rule.pattern.as_ref().map(|pattern| pattern.matches("/dc=org/cn=x"));
    }
}

fn parses(path: &str, what: &str, at: usize, bytes: &[u8]) {
    let run = catch_unwind(AssertUnwindSafe(|| parse_all(bytes)));
    assert!(run.is_ok(), "{path}: panics when {what} at byte {at}");
}

#[test]
fn no_truncated_file_panics() {
    for (number, (path, bytes)) in files().iter().enumerate() {
        for at in places(number, path, bytes.len()) {
            parses(path, "cut", at, &bytes[..at]);
        }
    }
}

#[test]
fn no_flipped_file_panics() {
    for (number, (path, bytes)) in files().iter().enumerate() {
        let mut copy = bytes.clone();
        for at in places(number, path, bytes.len()) {
            copy[at] ^= 1 << (at % 8);
            parses(path, "flipped", at, &copy);
            copy[at] = bytes[at];
        }
    }
}

/// The DER inside PEM, where a flip is not caught by base64: every block, at strides.
#[test]
fn no_flipped_der_panics() {
    for (number, (path, bytes)) in files().iter().enumerate() {
        for block in pem::scan(bytes).blocks.iter().flatten() {
            let mut copy = block.bytes.clone();
            for at in places(number, path, copy.len()) {
                copy[at] ^= 1 << (at % 8);
                parses(path, "its DER is flipped", at, &copy);
                copy[at] = block.bytes[at];
            }
            for at in places(number + 1, path, copy.len()) {
                parses(path, "its DER is cut", at, &block.bytes[..at]);
            }
        }
    }
}

// --- no change is accepted

fn known(certificate: Certificate, trusted: bool) -> PoolCertificate {
    PoolCertificate { certificate: Arc::new(certificate), from: String::new(), block: 1, trusted }
}

fn parsed(der: &[u8], trusted: bool) -> PoolCertificate {
    known(Certificate::parse(der).expect("good DER"), trusted)
}

/// Any purpose, at an instant at which the flips of time fields matter little: what is not
/// refused for its signature must be seen.
const QUESTION: Question<'static> = Question {
    at: UnixTime(NOW),
    need: Seconds(0),
    purpose: Purpose::Any,
    partial_chain: false,
    max_depth: 20,
    crl: CrlMode::Off,
    crl_leaf_only: false,
    policy: PolicyMode::Off,
    proxies: false,
    evidence: &Evidence::NONE,
};

fn accepted(leaf: &PoolCertificate, pool: &[PoolCertificate]) -> bool {
    build::search(leaf, pool, &QUESTION).accepted()
}

/// Every byte of a leaf, for every family of signatures; with RSA each of its eight bits.
#[test]
fn no_flipped_leaf_is_accepted() {
    let signers = [
        pki::root(),
        pki::Authority::root("Certok Test P-256 CA", "ca-p256"),
        pki::Authority::root("Certok Test Ed25519 CA", "ca-ed25519"),
    ];
    for (number, issuer) in signers.iter().enumerate() {
        let pool = [parsed(&issuer.der, true)];
        let good = issuer.user(&pki::alice(), &Key::load("user")).issue(&issuer.key);
        assert!(accepted(&parsed(&good, false), &pool), "the good one");
        let mut copy = good.clone();
        for at in 0..good.len() {
            // All bits once; for the other signers one bit a byte.
            let bits = if number == 0 { 0..8 } else { at % 8..at % 8 + 1 };
            for bit in bits {
                copy[at] ^= 1 << bit;
                if let Ok(leaf) = Certificate::parse(&copy) {
                    let taken = accepted(&known(leaf, false), &pool);
                    assert!(!taken, "accepted with bit {bit} of byte {at} flipped");
                }
                copy[at] = good[at];
            }
        }
    }
}

/// A byte taken out, doubled, or replaced by 0 or 0xff.
#[test]
fn no_leaf_with_a_byte_more_or_less_is_accepted() {
    let issuer = pki::root();
    let pool = [parsed(&issuer.der, true)];
    let good = issuer.user(&pki::alice(), &Key::load("user")).issue(&issuer.key);
    for at in 0..good.len() {
        let (before, after) = good.split_at(at);
        let byte = after[0];
        for middle in [&[][..], &[byte, byte], &[0], &[0xff]] {
            let copy = [before, middle, &after[1..]].concat();
            if copy == good {
                continue;
            }
            if let Ok(leaf) = Certificate::parse(&copy) {
                let taken = accepted(&known(leaf, false), &pool);
                assert!(!taken, "accepted with byte {at} as {middle:?}");
            }
        }
    }
}

/// A flipped intermediate completes no path.
#[test]
fn no_flipped_intermediate_is_accepted() {
    let (root, grid) = (pki::root(), pki::grid());
    let anchor = parsed(&root.der, true);
    let leaf = grid.user(&pki::alice(), &Key::load("user")).issue(&grid.key);
    let leaf = parsed(&leaf, false);
    let good = grid.der;
    assert!(accepted(&leaf, &[anchor.clone(), parsed(&good, false)]));
    let mut copy = good.clone();
    for at in 0..good.len() {
        for bit in 0..8 {
            copy[at] ^= 1 << bit;
            if let Ok(helper) = Certificate::parse(&copy) {
                let pool = [anchor.clone(), known(helper, false)];
                assert!(!accepted(&leaf, &pool), "accepted with bit {bit} of byte {at} flipped");
            }
            copy[at] = good[at];
        }
    }
}

/// In PEM a flip may leave the certificate as it was, in a line break or in the text around it;
/// what is accepted is the certificate itself or nothing.
#[test]
fn flipped_pem_gives_the_same_certificate_or_none() {
    let (root, grid) = (pki::root(), pki::grid());
    let leaf = grid.user(&pki::alice(), &Key::load("user")).issue(&grid.key);
    let good = format!("a note\n{}{}", cert_pem(&leaf), cert_pem(&grid.der)).into_bytes();
    let anchor = parsed(&root.der, true);
    let mut copy = good.clone();
    for at in 0..good.len() {
        copy[at] ^= 1 << (at % 8);
        let contents = Contents::read(&copy);
        let known: Vec<PoolCertificate> = contents
            .readable()
            .map(|(_, certificate)| PoolCertificate {
                certificate: Arc::clone(certificate),
                ..anchor.clone()
            })
            .map(|known| PoolCertificate { trusted: false, ..known })
            .collect();
        if let Some((first, helpers)) = known.split_first() {
            let pool: Vec<PoolCertificate> = helpers.iter().chain([&anchor]).cloned().collect();
            if accepted(first, &pool) {
                let original = [&leaf, &grid.der];
                let same = original.iter().any(|der| first.certificate.der() == der.as_slice());
                assert!(same, "another certificate accepted, byte {at} flipped");
            }
        }
        copy[at] = good[at];
    }
}

// --- VOMS attributes

/// The value of the extension of the healthy proxy, and what it is held against.
fn attribute_value() -> (Vec<u8>, Certificate, Servers, Vec<PoolCertificate>) {
    let (user, server) = (forge::voms::user(), forge::voms::server());
    let ac = forge::voms::Attributes::new(&user, &server).issue(&server.key);
    let value = forge::voms::extension(&[ac]).value;
    let holder = Certificate::parse(&user.issue(&pki::grid().key)).expect("good DER");
    let lsc = "/DC=org/DC=certok/OU=Hosts/CN=voms.certok.test\n\
               /DC=org/DC=certok/CN=Certok Test Grid CA\n";
    let servers = Servers {
        lsc: LscFile::Read(Lsc::parse(lsc.as_bytes()).expect("two lines")),
        certificates: Vec::new(),
        limit: None,
    };
    let pool = vec![parsed(&pki::root().der, true), parsed(&pki::grid().der, true)];
    (value, holder, servers, pool)
}

/// Whether any attribute certificate in `value` is verified.
fn believed(
    value: &[u8],
    holder: &Certificate,
    servers: &Servers,
    pool: &[PoolCertificate],
) -> bool {
    let case = AcContext {
        holder,
        servers,
        pool,
        from: "",
        question: &QUESTION,
        budget: &Budget::default(),
    };
    let parsed = attributes::parse(value).unwrap_or_default();
    parsed.iter().any(|ac| voms::verify(ac, case).verified())
}

/// Every byte of an attribute certificate, its server's certificate included: one bit flipped,
/// the byte taken out or doubled, or all cut behind it.
#[test]
fn no_changed_attributes_are_believed() {
    let (value, holder, servers, pool) = attribute_value();
    assert!(believed(&value, &holder, &servers, &pool), "the good one");
    for at in 0..value.len() {
        let (before, after) = value.split_at(at);
        let (byte, rest) = (after[0], &after[1..]);
        for changed in [
            [before, &[byte ^ 1 << (at % 8)], rest].concat(),
            [before, rest].concat(),
            [before, &[byte, byte], rest].concat(),
            before.to_vec(),
        ] {
            let taken = believed(&changed, &holder, &servers, &pool);
            // Leaving out one of two equal bytes and doubling one make the same.
            assert!(!taken || changed == value, "believed with byte {at} changed");
        }
    }
}

/// Somebody else's attributes, and those of a server that the list does not have.
#[test]
fn no_foreign_attributes_are_believed() {
    let (value, holder, servers, pool) = attribute_value();
    let somebody = forge::voms::user().serial(&[0x42]);
    let somebody = Certificate::parse(&somebody.issue(&pki::grid().key)).expect("good DER");
    assert!(!believed(&value, &somebody, &servers, &pool));
    let nobody = Servers { lsc: LscFile::Absent, certificates: Vec::new(), limit: None };
    assert!(!believed(&value, &holder, &nobody, &pool));
    assert!(!believed(&value, &holder, &servers, &[]), "no CA");
}

// --- no change of a list is believed

/// What a search says of a leaf when this file stands where the list of its CA should.
fn with_list(
    leaf: &PoolCertificate,
    pool: &[PoolCertificate],
    file: Vec<u8>,
) -> (bool, Vec<Defect>) {
    let hash = leaf.certificate.issuer.new_hash();
    let inputs = crl::read(file).into_iter();
    let list = |input: crl::Input| {
        let content = input.parsed.map_err(Bad::Corrupt);
        List::new("r0".to_owned(), Some(hash.clone()), content)
    };
    let evidence = Evidence { lists: inputs.map(list).collect(), ..Evidence::default() };
    let question = Question { crl: CrlMode::Require, evidence: &evidence, ..QUESTION };
    let found = build::search(leaf, pool, &question);
    let defects = found.best.flaws.iter().map(|flaw| flaw.defect.clone());
    (found.accepted(), defects.collect())
}

/// A list of `issuer` with an entry of every kind before the one of `serial`.
fn full_list(issuer: &pki::Authority, serial: &[u8]) -> Crl {
    Crl::new(issuer, NOW - 86_400, NOW + 86_400)
        .revoke(&[0x51, 1, 2, 3], NOW)
        .revoke_with(&[0x52, 4], NOW, vec![reason(4)])
        .revoke_with(serial, NOW, vec![reason(1)])
}

fn is_revoked(defects: &[Defect]) -> bool {
    let revoked = |defect: &Defect| matches!(defect, Defect::Revocation(CrlFlaw::Revoked(..)));
    defects.iter().any(revoked)
}

/// Neither is a revoked certificate accepted once a bit of the list has changed, at any byte, nor
/// is a changed list that does not name it taken for a good one, nor one revoked by a changed
/// list: a list is believed as it was signed or not at all.
#[test]
fn no_flipped_list_is_believed() {
    let signers = [
        pki::root(),
        pki::Authority::root("Certok Test P-256 CA", "ca-p256"),
        pki::Authority::root("Certok Test Ed25519 CA", "ca-ed25519"),
    ];
    for (number, issuer) in signers.iter().enumerate() {
        let pool = [parsed(&issuer.der, true)];
        let user = issuer.user(&pki::alice(), &Key::load("user"));
        let leaf = parsed(&user.issue(&issuer.key), false);
        for names_it in [true, false] {
            let serial: &[u8] = if names_it { &user.serial } else { &[0x53] };
            let good = full_list(issuer, serial).issue(&issuer.key);
            let (accepted, defects) = with_list(&leaf, &pool, good.clone());
            assert_eq!((accepted, is_revoked(&defects)), (!names_it, names_it));
            let mut copy = good.clone();
            for at in 0..good.len() {
                let bits = if number == 0 { 0..8 } else { at % 8..at % 8 + 1 };
                for bit in bits {
                    copy[at] ^= 1 << bit;
                    let (accepted, defects) = with_list(&leaf, &pool, copy.clone());
                    assert!(!accepted, "accepted with bit {bit} of byte {at} flipped");
                    assert!(!is_revoked(&defects), "revoked by bit {bit} of byte {at}");
                    copy[at] = good[at];
                }
                let (accepted, _) = with_list(&leaf, &pool, good[..at].to_vec());
                assert!(!accepted, "accepted with the list cut at byte {at}");
            }
        }
    }
}

/// In PEM a flip may leave the list as it was; a revoked certificate stays refused in any case.
#[test]
fn no_flipped_pem_of_a_list_lifts_a_revocation() {
    let issuer = pki::root();
    let pool = [parsed(&issuer.der, true)];
    let user = issuer.user(&pki::alice(), &Key::load("user"));
    let leaf = parsed(&user.issue(&issuer.key), false);
    let list = crl_pem(&full_list(&issuer, &user.serial).issue(&issuer.key));
    for good in [list.clone(), format!("a note\n{list}")].map(String::into_bytes) {
        let mut copy = good.clone();
        for at in 0..good.len() {
            copy[at] ^= 1 << (at % 8);
            let (accepted, _) = with_list(&leaf, &pool, copy.clone());
            assert!(!accepted, "accepted with byte {at} flipped");
            let (accepted, _) = with_list(&leaf, &pool, good[..at].to_vec());
            assert!(!accepted, "accepted with the file cut at byte {at}");
            copy[at] = good[at];
        }
    }
}
