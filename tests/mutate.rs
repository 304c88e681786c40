//! Every fixture cut and bit-flipped: parsers return, they never panic. And no certificate of a
//! chain verifies once a bit of it has changed.
//!
//! Files in [`EVERY_BYTE`] and policies are taken at every byte, the others at [`POINTS`] places each, evenly
//! spread and shifted from file to file.

mod forge;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

use certok::chain::Known;
use certok::chain::Purpose;
use certok::chain::Question;
use certok::chain::build;
use certok::chain::evidence::Evidence;
use certok::chain::permission::PolicyMode;
use certok::chain::revocation::CrlMode;
use certok::parse::cert::Certificate;
use certok::parse::file::Contents;
use certok::parse::key;
use certok::parse::pem;
use certok::parse::policy::namespaces::Namespaces;
use certok::parse::policy::signing_policy::SigningPolicy;
use certok::parse::shape;
use certok::parse::value;
use certok::time::Seconds;
use certok::time::UnixTime;

use forge::NOW;
use forge::cert_pem;
use forge::fixtures;
use forge::fixtures::Content;
use forge::key::Key;
use forge::pki;

/// A certificate and a key; the rest would take minutes in a debug build.
const EVERY_BYTE: &[&str] = &["cert/healthy.pem", "key/ed25519.pem"];

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

/// All parsers over one input.
fn parse_all(bytes: &[u8]) {
    let contents = Contents::read(bytes);
    let _ = contents.readable().count();
    let scanned = pem::scan(bytes);
    for block in scanned.blocks.iter().flatten() {
        let _ = key::parse(block);
        let _ = Certificate::parse(&block.bytes);
        let _ = Certificate::parse_trusted(&block.bytes);
    }
    let _ = pem::repair(bytes);
    let _ = shape::recognise(bytes);
    let _ = Certificate::parse(bytes);
    let _ = key::parse_der(bytes);
    let _ = value::look(OsStr::from_bytes(bytes));
    let _ = SigningPolicy::parse(bytes);
    let namespaces = Namespaces::parse(bytes);
    for rule in namespaces.iter().flat_map(|namespaces| &namespaces.rules) {
        let _ = rule
            .pattern
            .as_ref()
            .map(|pattern| pattern.matches("/dc=org/cn=x"));
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

fn known(certificate: Certificate, trusted: bool) -> Known {
    Known {
        certificate: Arc::new(certificate),
        from: String::new(),
        block: 1,
        trusted,
    }
}

fn parsed(der: &[u8], trusted: bool) -> Known {
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

fn accepted(leaf: &Known, pool: &[Known]) -> bool {
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
        let good = issuer
            .user(&pki::alice(), &Key::load("user"))
            .issue(&issuer.key);
        assert!(accepted(&parsed(&good, false), &pool), "the good one");
        let mut copy = good.clone();
        for at in 0..good.len() {
            // All bits once; for the other signers one bit a byte.
            let bits = if number == 0 {
                0..8
            } else {
                at % 8..at % 8 + 1
            };
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
    let good = issuer
        .user(&pki::alice(), &Key::load("user"))
        .issue(&issuer.key);
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
    let leaf = grid
        .user(&pki::alice(), &Key::load("user"))
        .issue(&grid.key);
    let leaf = parsed(&leaf, false);
    let good = grid.der;
    assert!(accepted(&leaf, &[anchor.clone(), parsed(&good, false)]));
    let mut copy = good.clone();
    for at in 0..good.len() {
        for bit in 0..8 {
            copy[at] ^= 1 << bit;
            if let Ok(helper) = Certificate::parse(&copy) {
                let pool = [anchor.clone(), known(helper, false)];
                assert!(
                    !accepted(&leaf, &pool),
                    "accepted with bit {bit} of byte {at} flipped"
                );
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
    let leaf = grid
        .user(&pki::alice(), &Key::load("user"))
        .issue(&grid.key);
    let good = format!("a note\n{}{}", cert_pem(&leaf), cert_pem(&grid.der)).into_bytes();
    let anchor = parsed(&root.der, true);
    let mut copy = good.clone();
    for at in 0..good.len() {
        copy[at] ^= 1 << (at % 8);
        let contents = Contents::read(&copy);
        let known: Vec<Known> = contents
            .readable()
            .map(|(_, certificate)| Known {
                certificate: Arc::clone(certificate),
                ..anchor.clone()
            })
            .map(|known| Known {
                trusted: false,
                ..known
            })
            .collect();
        if let Some((first, helpers)) = known.split_first() {
            let pool: Vec<Known> = helpers.iter().chain([&anchor]).cloned().collect();
            if accepted(first, &pool) {
                let original = [&leaf, &grid.der];
                let same = original
                    .iter()
                    .any(|der| first.certificate.der() == der.as_slice());
                assert!(same, "another certificate accepted, byte {at} flipped");
            }
        }
        copy[at] = good[at];
    }
}
