//! The parts of an answer, each by itself: `cargo bench --bench parts`.
//!
//! Inputs are from `testdata/`, in memory where the part reads no file. Whole processes, side by
//! side with other tools: `benches/processes.sh`.

#[path = "../tests/forge/mod.rs"]
mod forge;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use certok::chain::evidence::Evidence;
use certok::chain::permission::PolicyMode;
use certok::chain::revocation::CrlMode;
use certok::chain::{MAX_DEPTH, PoolCertificate, Purpose, Question, build};
use certok::crypto::key::public_half;
use certok::crypto::verify::verify;
use certok::crypto::{Hash, PublicKey, RsaUse, Scheme, digest, generate, pair};
use certok::gather::cas::Trust;
use certok::gather::options::TrustOptions;
use certok::locate::{CaOptions, CaSearch};
use certok::parse::cert::Certificate;
use certok::parse::file::Contents;
use certok::parse::key::LockedKey;
use certok::parse::{crl, pem};
use certok::system::env::Env;
use certok::system::sandbox::Sandbox;
use certok::text::time::{Seconds, UnixTime};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// The clock of the test data: 2026-06-01T12:00:00Z.
const NOW: UnixTime = UnixTime(1_780_315_200);

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(testdata(name)).expect("test data is there")
}

fn certificates(name: &str) -> Vec<Arc<Certificate>> {
    let contents = Contents::read(&bytes(name));
    contents.readable().map(|(_, it)| Arc::clone(it)).collect()
}

fn known(certificate: &Arc<Certificate>, trusted: bool) -> PoolCertificate {
    PoolCertificate { certificate: Arc::clone(certificate), from: String::new(), block: 1, trusted }
}

/// DER to the owned fields. Linear in the size of the certificate: extensions and names.
fn parse_certificate(c: &mut Criterion) {
    let der = certificates("cert/healthy.pem")[0].der().to_vec();
    c.bench_function("parse one certificate", |b| b.iter(|| Certificate::parse(black_box(&der))));
}

/// Text to decoded blocks, for a bundle the size of a small CA store. Linear in bytes.
fn scan_pem(c: &mut Criterion) {
    let one = bytes("ca/certificates/Grid.pem");
    let bundle = one.repeat(100);
    let mut group = c.benchmark_group("scan PEM");
    group.throughput(Throughput::Bytes(u64::try_from(bundle.len()).expect("fits")));
    group.bench_function("bundle of 100", |b| b.iter(|| pem::scan(black_box(&bundle))));
    group.finish();
}

/// Search and judgement of leaf, CA and root, all in memory: one signature verification a link,
/// which is nearly all of it. Linear in the links; candidates of the same name multiply.
fn build_path(c: &mut Criterion) {
    let leaf = known(&certificates("cert/healthy.pem")[0], false);
    let pool = ["ca/certificates/Grid.pem", "ca/certificates/Root.pem"]
        .map(|name| known(&certificates(name)[0], true));
    let question = Question {
        at: NOW,
        need: Seconds(0),
        purpose: Purpose::Client,
        partial_chain: false,
        max_depth: MAX_DEPTH,
        crl: CrlMode::Off,
        crl_leaf_only: false,
        policy: PolicyMode::Off,
        proxies: false,
        evidence: &Evidence::NONE,
    };
    assert!(build::search(&leaf, &pool, &question).accepted(), "the healthy chain is accepted");
    c.bench_function("path of 3 certificates", |b| {
        b.iter(|| build::search(black_box(&leaf), black_box(&pool), &question))
    });
}

/// A name to the name of its file in a CA directory: canonical form and digest. Linear in the
/// length of the name.
fn hash_name(c: &mut Criterion) {
    let name = certificates("cert/healthy.pem")[0].issuer.clone();
    c.bench_function("name hash, OpenSSL 1.0 and later", |b| {
        b.iter(|| black_box(&name).new_hash())
    });
    c.bench_function("name hash, OpenSSL before 1.0", |b| b.iter(|| black_box(&name).old_hash()));
}

/// Does the key belong to the certificate: the equations of the key, a signature, its
/// verification. Cubic in the bits of an RSA key: RSA-4096 takes some six times RSA-2048.
fn match_key(c: &mut Criterion) {
    let pairs = [
        ("RSA-2048", "cert/healthy.pem", "keys/user.pem"),
        ("RSA-4096", "cert/rsa-4096.pem", "keys/rsa-4096.pem"),
        ("P-256", "cert/ec-p256.pem", "keys/p256.pem"),
        ("P-521", "ca/ca-p521.pem", "keys/ca-p521.pem"),
        ("Ed25519", "cert/ed25519.pem", "keys/ed25519.pem"),
    ];
    let mut group = c.benchmark_group("key match");
    for (name, certificate, key) in pairs {
        let certificate = &certificates(certificate)[0];
        let public = certificate.key.as_ref().expect("a key certok computes with");
        let contents = Contents::read(&bytes(key));
        let Ok(LockedKey::Open(private, _)) = &contents.keys[0].parsed else {
            panic!("{key} is open");
        };
        assert!(pair::prove(private, public).is_ok(), "{key} matches");
        group.bench_function(name, |b| {
            b.iter(|| pair::prove(black_box(private), black_box(public)))
        });
    }
    group.finish();
}

/// One signature that does not hold, which takes as long as one that does: the prices of
/// `src/crypto/price.rs` are made of this. A unit there is a microsecond here.
fn verify_signature(c: &mut Criterion) {
    let public = |name: &str| {
        let contents = Contents::read(&bytes(&format!("keys/{name}.pem")));
        let Ok(LockedKey::Open(private, _)) = &contents.keys[0].parsed else {
            panic!("{name} is open");
        };
        public_half(private).expect("a sound key")
    };
    let rsa = |bits: usize, exponent: &[u8]| PublicKey::Rsa {
        usage: RsaUse::Any,
        modulus: vec![0xa5; bits / 8],
        exponent: exponent.to_vec(),
    };
    let (f4, sha256) = (&[1, 0, 1], Scheme::RsaPkcs1(Hash::Sha256));
    let mut group = c.benchmark_group("verify");
    for (name, scheme, key, bits) in [
        ("P-256 by ring", Scheme::Ecdsa(Hash::Sha256), public("p256"), 256),
        ("P-384 by ring", Scheme::Ecdsa(Hash::Sha384), public("p384"), 384),
        ("P-256", Scheme::Ecdsa(Hash::Sha512), public("p256"), 256),
        ("P-384", Scheme::Ecdsa(Hash::Sha512), public("p384"), 384),
        ("P-521", Scheme::Ecdsa(Hash::Sha512), public("p521"), 521),
        ("Ed25519 by ring", Scheme::Ed25519, public("ed25519"), 0),
        ("RSA-2048 by ring", sha256, rsa(2048, f4), 2048),
        ("RSA-8192 by ring", sha256, rsa(8192, f4), 8192),
        ("RSA-2048", Scheme::RsaPkcs1(Hash::Sha224), rsa(2048, f4), 2048),
        ("RSA-3072, exponent of 256 bits", sha256, rsa(3072, &[0xff; 32]), 3072),
        ("RSA-16384", sha256, rsa(16_384, f4), 16_384),
    ] {
        let signature = match scheme {
            Scheme::Ecdsa(_) => {
                let integer = forge::der::integer(&vec![0x5a; bits / 8 - 1]);
                forge::der::sequence(&[&integer, &integer])
            }
            Scheme::Ed25519 => [[0x58; 32], [1; 32]].concat(),
            _ => vec![0x5a; bits / 8],
        };
        assert!(verify(scheme, &key, b"", &signature).is_err(), "{name}");
        group.bench_function(name, |b| {
            b.iter(|| verify(scheme, black_box(&key), b"", black_box(&signature)))
        });
    }
    group.finish();
}

/// All of `certok token-init` that takes time: two primes of 1024 bits, and how long they are searched
/// for is luck.
fn make_key(c: &mut Criterion) {
    let mut group = c.benchmark_group("make a key");
    group.sample_size(30);
    group.bench_function("RSA-2048", |b| {
        b.iter(|| generate::rsa_2048().expect("the system has randomness"))
    });
    group.finish();
}

/// All of `certok token-info -q` but the start of the process: command line, reading two files,
/// parsing, judging.
fn token_info(c: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    for (from, to) in [("user.pem", "tokencert"), ("user-key.pem", "tokenkey")] {
        let to = directory.path().join(format!("{to}_1000.pem"));
        fs::write(&to, bytes(&format!("token/{from}"))).expect("scratch space");
    }
    let place = directory.path().to_str().expect("a plain path");
    let env = Env::new(&[("TMPDIR", place), ("HOME", place)], NOW);
    for (name, quiet) in
        [("run token-info -q in-process", true), ("run token-info in-process", false)]
    {
        let mut words = vec!["certok".into(), "token-info".into()];
        words.extend(quiet.then(|| "-q".into()));
        let run = || certok::run(&words, &env, &Sandbox::Denied, &mut Vec::new(), &mut Vec::new());
        c.bench_function(name, |b| b.iter(run));
    }
    c.bench_function("parse the command line", |b| {
        let words = ["certok", "token-info", "-q"].map(Into::into);
        b.iter(|| certok::cli::parse(black_box(&words), NOW))
    });
}

/// Looking up the issuers of a certificate in a CA directory by hash. Opens the files on the path
/// and one missing name a CA, whatever the size of the directory; explaining a failure reads all.
fn look_up(c: &mut Criterion) {
    let leaf = known(&certificates("cert/healthy.pem")[0], false);
    let env = Env::new(&[], NOW);
    let mut group = c.benchmark_group("CA directory");
    for size in [0, 1000] {
        let directory = tempfile::tempdir().expect("a scratch directory");
        for entry in fs::read_dir(testdata("ca/certificates")).expect("test data is there") {
            let entry = entry.expect("test data is there");
            let to = directory.path().join(entry.file_name());
            fs::copy(entry.path(), to).expect("scratch space");
        }
        let mut name = String::new();
        for other in 0..size {
            name.clear();
            write!(name, "{other:08x}.signing_policy").expect("a String takes all");
            fs::write(directory.path().join(&name), "").expect("scratch space");
        }
        let options = TrustOptions {
            ca: CaOptions { directory: Some(directory.path().to_path_buf()), file: None },
            ..TrustOptions::default()
        };
        group.bench_function(format!("look up 2 issuers among {size} others"), |b| {
            b.iter_batched(
                || Trust::open(&options, CaSearch::Globus, &env),
                |mut trust| trust.gather(&leaf, &[], false),
                BatchSize::SmallInput,
            )
        });
    }
    group.finish();
}

/// A revocation list of a million entries, of which each second has a reason: 38 MB, by the Grid CA.
fn large_list() -> Vec<u8> {
    let grid = forge::pki::grid();
    let mut list = forge::crl::Crl::new(&grid, NOW.0 - 1000, NOW.0 + 1000);
    for number in 0..1_000_000_u32 {
        let serial = forge::serial_of(&[&number.to_be_bytes()], 16);
        let reason = (number % 2 == 0).then(|| forge::crl::reason(4));
        list = list.revoke_with(&serial, NOW.0 - 5000, reason.into_iter().collect());
    }
    list.issue(&grid.key)
}

/// A serial number looked up in a large list, beside SHA-256 over the same bytes, which no
/// verifier of its signature can do without: all together must be no more than half as long
/// again. Linear in bytes; nothing is kept of the entries.
fn look_up_serial(c: &mut Criterion) {
    let der = large_list();
    let text = forge::crl_pem(&der).into_bytes();
    let issuer = &certificates("ca/certificates/Grid.pem")[0];
    let serial = certificates("cert/healthy.pem")[0].serial.clone();
    let whole = |bytes: Vec<u8>| {
        let list = crl::read(bytes).remove(0).parsed.expect("a list");
        let scheme = list.algorithm.scheme.expect("a known algorithm");
        let key = issuer.key.as_ref().expect("a known key");
        verify(scheme, key, list.tbs(), &list.signature).expect("its signature");
        list.find(&serial).expect("readable entries")
    };
    assert_eq!(whole(text.clone()), None, "the healthy certificate is not on it");
    let list = crl::Crl::parse(der.clone()).expect("a list");
    let mut group = c.benchmark_group("CRL of 10^6 entries");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(u64::try_from(der.len()).expect("fits")));
    group.bench_function("SHA-256 over it", |b| b.iter(|| digest::sha256(black_box(&der))));
    group.bench_function("look-up", |b| b.iter(|| list.find(black_box(&serial))));
    for (name, bytes) in [("DER", &der), ("PEM", &text)] {
        group.bench_function(format!("read {name}"), |b| {
            b.iter_batched(|| bytes.clone(), crl::read, BatchSize::PerIteration)
        });
        group.bench_function(format!("read {name}, verify, look up"), |b| {
            b.iter_batched(|| bytes.clone(), &whole, BatchSize::PerIteration)
        });
    }
    group.finish();
}

criterion_group!(
    parts,
    parse_certificate,
    scan_pem,
    build_path,
    hash_name,
    match_key,
    verify_signature,
    make_key,
    token_info,
    look_up,
    look_up_serial
);
criterion_main!(parts);
