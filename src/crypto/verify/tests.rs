use std::collections::HashMap;

use super::*;
use crate::crypto::{MlDsa, RsaUse};

const TABLE: &str = include_str!("../../../testdata/crypto/signatures.txt");
const MESSAGE: &[u8] = b"certok test message";

struct SignatureVector {
    name: String,
    key: PublicKey,
    scheme: Scheme,
    signature: Vec<u8>,
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hash(name: &str) -> Hash {
    match name {
        "md5" => Hash::Md5,
        "sha1" => Hash::Sha1,
        "sha224" => Hash::Sha224,
        "sha256" => Hash::Sha256,
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        "sha3-224" => Hash::Sha3_224,
        "sha3-256" => Hash::Sha3_256,
        "sha3-384" => Hash::Sha3_384,
        "sha3-512" => Hash::Sha3_512,
        other => panic!("{other}"),
    }
}

fn set(number: &str) -> MlDsa {
    match number {
        "44" => MlDsa::Set44,
        "65" => MlDsa::Set65,
        "87" => MlDsa::Set87,
        other => panic!("{other}"),
    }
}

fn scheme(text: &str) -> Scheme {
    match text.split(':').collect::<Vec<_>>()[..] {
        ["pkcs1", name] => Scheme::RsaPkcs1(hash(name)),
        ["pss", name, mask, salt] => {
            Scheme::RsaPss { hash: hash(name), mask: hash(mask), salt_bytes: salt.parse().unwrap() }
        }
        ["ecdsa", name] => Scheme::Ecdsa(hash(name)),
        ["ed25519"] => Scheme::Ed25519,
        ["ed448"] => Scheme::Ed448,
        ["ml-dsa", name] => Scheme::MlDsa(set(name)),
        _ => panic!("{text}"),
    }
}

fn cases() -> Vec<SignatureVector> {
    let mut keys = HashMap::new();
    let mut cases = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["rsa", name, n, e] => {
                let key =
                    PublicKey::Rsa { modulus: bytes(n), exponent: bytes(e), usage: RsaUse::Any };
                keys.insert(name, key);
            }
            ["ec", name, curve, point] => {
                let curve = match curve {
                    "P256" => Curve::P256,
                    "P384" => Curve::P384,
                    _ => Curve::P521,
                };
                keys.insert(name, PublicKey::Ec { curve, point: bytes(point) });
            }
            ["ed25519", name, key] => {
                keys.insert(name, PublicKey::Ed25519(bytes(key)));
            }
            ["ed448", name, key] => {
                keys.insert(name, PublicKey::Ed448(bytes(key)));
            }
            ["ml-dsa", name, number, key] => {
                keys.insert(name, PublicKey::MlDsa { set: set(number), key: bytes(key) });
            }
            ["sig", name, how, signature] => cases.push(SignatureVector {
                name: format!("{name} {how}"),
                key: keys[name].clone(),
                scheme: scheme(how),
                signature: bytes(signature),
            }),
            _ => panic!("{line}"),
        }
    }
    cases
}

#[test]
fn openssl_signatures_hold_and_flipped_ones_do_not() {
    for SignatureVector { name, key, scheme, mut signature } in cases() {
        assert_eq!(verify(scheme, &key, MESSAGE, &signature), Ok(()), "{name}");
        let bad = Err(Refusal::BadSignature);
        assert_eq!(verify(scheme, &key, b"another message", &signature), bad, "{name}");
        assert_eq!(verify(scheme, &key, MESSAGE, &signature[1..]), bad, "{name}: cut");
        assert_eq!(verify(scheme, &key, MESSAGE, &[]), bad, "{name}: empty");
        *signature.last_mut().unwrap() ^= 1;
        assert_eq!(verify(scheme, &key, MESSAGE, &signature), bad, "{name}: flipped");
    }
}

#[test]
fn table_covers_every_pairing() {
    let names: Vec<String> = cases().into_iter().map(|case| case.name).collect();
    let has = |name: String| assert!(names.contains(&name), "{name}");
    for hash in ["sha1", "sha224", "sha256", "sha384", "sha512"] {
        for bits in ["1024", "1536", "2048", "3072", "4096"] {
            has(format!("rsa-{bits} pkcs1:{hash}"));
        }
        for curve in ["256", "384", "521"] {
            has(format!("ec-P-{curve} ecdsa:{hash}"));
            has(format!("ec-P-{curve}-compressed ecdsa:{hash}"));
        }
        for mask in ["sha1", "sha224", "sha256", "sha384", "sha512"] {
            let salt = super::tests::hash(hash).size_bytes();
            has(format!("rsa-2048 pss:{hash}:{mask}:{salt}"));
        }
    }
    for hash in ["sha3-224", "sha3-256", "sha3-384", "sha3-512"] {
        has(format!("rsa-2048 pkcs1:{hash}"));
        has(format!("rsa-2048 pss:{hash}:{hash}:{}", super::tests::hash(hash).size_bytes()));
        for curve in ["256", "384", "521"] {
            has(format!("ec-P-{curve} ecdsa:{hash}"));
        }
    }
    for set in ["44", "65", "87"] {
        has(format!("ml-dsa-{set} ml-dsa:{set}"));
    }
}

#[test]
fn pss_salt_length_and_digests_are_part_of_the_scheme() {
    let case = cases().into_iter().find(|case| case.name == "rsa-2048 pss:sha256:sha256:32");
    let SignatureVector { key, signature, .. } = case.unwrap();
    let sha256 = Hash::Sha256;
    for (hash, mask, salt_bytes) in [
        (sha256, sha256, 31),
        (sha256, sha256, 33),
        (sha256, sha256, 0),
        (sha256, sha256, usize::MAX),
        (sha256, Hash::Sha1, 32),
        (Hash::Sha384, Hash::Sha384, 32),
    ] {
        let scheme = Scheme::RsaPss { hash, mask, salt_bytes };
        let got = verify(scheme, &key, MESSAGE, &signature);
        assert_eq!(got, Err(Refusal::BadSignature), "{scheme:?}");
    }
}

#[test]
fn a_key_for_pss_binds_what_its_signatures_use() {
    let with = |hash, mask, min_salt_bytes| RsaUse::PssWith { hash, mask, min_salt_bytes };
    let (sha256, sha384) = (Hash::Sha256, Hash::Sha384);
    for (name, usage, holds) in [
        ("pkcs1:sha256", RsaUse::Any, true),
        ("pkcs1:sha256", RsaUse::Pss, false),
        ("pkcs1:sha256", with(sha256, sha256, 32), false),
        ("pss:sha256:sha256:32", RsaUse::Any, true),
        ("pss:sha256:sha256:32", RsaUse::Pss, true),
        ("pss:sha256:sha256:32", with(sha256, sha256, 0), true),
        ("pss:sha256:sha256:32", with(sha256, sha256, 32), true),
        ("pss:sha256:sha256:32", with(sha256, sha256, 33), false),
        ("pss:sha256:sha256:32", with(sha256, sha384, 32), false),
        ("pss:sha256:sha256:32", with(sha384, sha256, 32), false),
    ] {
        let name = format!("rsa-2048 {name}");
        let case = cases().into_iter().find(|case| case.name == name).unwrap();
        let PublicKey::Rsa { modulus, exponent, .. } = case.key else {
            panic!("{name}");
        };
        let key = PublicKey::Rsa { modulus, exponent, usage };
        let want = if holds { Ok(()) } else { Err(Refusal::KeyMismatch) };
        let got = verify(case.scheme, &key, MESSAGE, &case.signature);
        assert_eq!(got, want, "{name} {usage:?}");
    }
}

#[test]
fn unsupported_is_named() {
    let rsa = |bits: usize, exponent: &[u8]| {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        modulus[0] >>= (8 - bits % 8) % 8;
        PublicKey::Rsa { modulus, exponent: exponent.to_vec(), usage: RsaUse::Any }
    };
    let f4: &[u8] = &[1, 0, 1];
    let pss = Scheme::RsaPss { hash: Hash::Md5, mask: Hash::Md5, salt_bytes: 16 };
    let odd_mask = Scheme::RsaPss { hash: Hash::Sha256, mask: Hash::Md5, salt_bytes: 32 };
    let ec = PublicKey::Ec { curve: Curve::P256, point: vec![] };
    let pkcs1 = Scheme::RsaPkcs1(Hash::Sha256);
    for (scheme, key, want) in [
        (pss, rsa(2048, f4), "RSA-PSS with MD5"),
        (odd_mask, rsa(2048, f4), "RSA-PSS with SHA-256 and MGF1 with MD5"),
        (Scheme::Ecdsa(Hash::Md5), ec, "ECDSA with MD5"),
        (pkcs1, rsa(511, f4), "RSA with a modulus of 511 bits"),
        (pkcs1, rsa(16_385, f4), "RSA with a modulus of 16385 bits"),
        (pkcs1, rsa(4096, &[1; 9]), "RSA-4096 with an exponent of 65 bits"),
        (pkcs1, rsa(2048, &[1; 33]), "RSA-2048 with an exponent of 257 bits"),
        (pkcs1, rsa(2048, &[2]), "RSA-2048 with an impossible modulus or exponent"),
        (pkcs1, rsa(2048, &[1]), "RSA-2048 with an impossible modulus or exponent"),
        (pkcs1, rsa(8, f4), "RSA with a modulus of 8 bits"),
    ] {
        let got = verify(scheme, &key, MESSAGE, &[0; 256]);
        assert_eq!(got, Err(Refusal::Unsupported(want.to_owned())));
    }
}

#[test]
fn scheme_must_fit_the_key() {
    let ed25519 = PublicKey::Ed25519(vec![0; 32]);
    let ec = PublicKey::Ec { curve: Curve::P521, point: vec![4; 133] };
    let rsa = PublicKey::Rsa { modulus: vec![0xff; 256], exponent: vec![3], usage: RsaUse::Any };
    for (scheme, key) in [
        (Scheme::Ed25519, &rsa),
        (Scheme::Ed25519, &ec),
        (Scheme::Ecdsa(Hash::Sha256), &ed25519),
        (Scheme::Ecdsa(Hash::Sha256), &rsa),
        (Scheme::RsaPkcs1(Hash::Sha256), &ec),
    ] {
        assert_eq!(verify(scheme, key, MESSAGE, &[]), Err(Refusal::KeyMismatch));
    }
    // Right type, but garbage inside.
    for (scheme, key) in
        [(Scheme::Ed25519, PublicKey::Ed25519(vec![1; 5])), (Scheme::Ecdsa(Hash::Sha256), ec)]
    {
        assert_eq!(verify(scheme, &key, MESSAGE, &[]), Err(Refusal::BadSignature));
    }
}
