use zeroize::Zeroizing;

use super::*;
use crate::crypto::decrypt::DecryptError;
use crate::crypto::key::{RsaParts, public_half};
use crate::crypto::pair::{Proof, Refused, prove};
use crate::crypto::{Curve, MlDsa, PublicKey, ml_dsa};

fn block(file: &str) -> Block {
    let path = format!("{}/testdata/crypto/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let pem = ::pem::parse(&text).unwrap();
    let pair = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    Block {
        label: pem.tag().to_owned(),
        line: 2,
        headers: pem.headers().iter().map(pair).collect(),
        bytes: pem.contents().to_vec().into(),
    }
}

fn open(file: &str) -> PrivateKey {
    match parse(&block(file)) {
        Ok(LockedKey::Open(key, _)) => key,
        other => panic!("{file}: {other:?}"),
    }
}

fn public(file: &str) -> PublicKey {
    public_key_der(&block(file).bytes).unwrap_or_else(|error| panic!("{file}: {error}"))
}

// Private key, its public key, container, description, bits.
const PAIRS: &[(&str, &str, &str, &str, usize)] = &[
    ("pkcs1-rsa-1024", "rsa-1024", "PKCS#1", "RSA-1024", 1024),
    ("pkcs1-rsa-2048", "rsa-2048", "PKCS#1", "RSA-2048", 2048),
    ("pkcs8-ec-p-256", "ec-p-256", "PKCS#8", "EC P-256", 256),
    ("pkcs8-ec-p-256-no-public", "ec-p-256", "PKCS#8", "EC P-256", 256),
    ("pkcs8-ec-p-384", "ec-p-384", "PKCS#8", "EC P-384", 384),
    ("pkcs8-ec-p-384", "ec-p-384-compressed", "PKCS#8", "EC P-384", 384),
    ("pkcs8-ec-p-521", "ec-p-521", "PKCS#8", "EC P-521", 521),
    ("pkcs8-ed25519", "ed25519", "PKCS#8", "Ed25519", 256),
    ("pkcs8-ed25519-v2", "ed25519", "PKCS#8", "Ed25519", 256),
    ("pkcs8-ed448", "ed448", "PKCS#8", "Ed448", 456),
    ("pkcs8-ml-dsa-44", "ml-dsa-44", "PKCS#8", "ML-DSA-44", 10_496),
    ("pkcs8-ml-dsa-65", "ml-dsa-65", "PKCS#8", "ML-DSA-65", 15_616),
    ("pkcs8-ml-dsa-87", "ml-dsa-87", "PKCS#8", "ML-DSA-87", 20_736),
    ("pkcs8-rsa-512", "rsa-512", "PKCS#8", "RSA-512", 512),
    ("pkcs8-rsa-1024", "rsa-1024", "PKCS#8", "RSA-1024", 1024),
    ("pkcs8-rsa-2047", "rsa-2047", "PKCS#8", "RSA-2047", 2047),
    ("pkcs8-rsa-2048", "rsa-2048", "PKCS#8", "RSA-2048", 2048),
    ("pkcs8-rsa-2048-e3", "rsa-2048-e3", "PKCS#8", "RSA-2048", 2048),
    ("pkcs8-rsa-2048-e64bit", "rsa-2048-e64bit", "PKCS#8", "RSA-2048", 2048),
    ("pkcs8-rsa-4096", "rsa-4096", "PKCS#8", "RSA-4096", 4096),
    ("pkcs8-rsa-8192", "rsa-8192", "PKCS#8", "RSA-8192", 8192),
    ("pkcs8-rsa-pss-2048", "rsa-pss-2048", "PKCS#8", "RSA-2048 (PSS only)", 2048),
    ("sec1-ec-p-256", "ec-p-256", "SEC1", "EC P-256", 256),
    ("sec1-ec-p-256-no-public", "ec-p-256", "SEC1", "EC P-256", 256),
    ("sec1-ec-p-384", "ec-p-384", "SEC1", "EC P-384", 384),
    ("sec1-ec-p-384-compressed", "ec-p-384", "SEC1", "EC P-384", 384),
    ("sec1-ec-p-521", "ec-p-521", "SEC1", "EC P-521", 521),
];

#[test]
fn pairs_are_proven_by_a_signature() {
    for (private, certified, container, name, bits) in PAIRS {
        let block = block(&format!("{private}.pem"));
        let certified = public(&format!("public-{certified}.pem"));
        assert_eq!(certified.describe(), *name);
        assert_eq!(certified.bits(), *bits, "{private}");
        let (Ok(LockedKey::Open(key, found)), Ok(LockedKey::Open(der_key, der_found))) =
            (parse(&block), parse_der(&block.bytes))
        else {
            panic!("{private}");
        };
        assert_eq!(found.to_string(), *container, "{private}");
        assert_eq!(der_found, found, "{private}");
        assert_eq!(public_half(&key), public_half(&der_key), "{private}");
        assert_eq!(prove(&key, &certified), Ok(Proof::Signed), "{private}");
    }
}

#[test]
fn other_keys_are_mismatches() {
    let certified = ["rsa-2048", "rsa-2048-e3", "ec-p-256", "ec-p-384", "ed25519"];
    for (private, own, ..) in PAIRS {
        let key = open(&format!("{private}.pem"));
        for other in certified.iter().filter(|other| !own.starts_with(**other)) {
            let got = prove(&key, &public(&format!("public-{other}.pem")));
            assert_eq!(got, Err(Refused::Mismatch), "{private} {other}");
        }
    }
}

type Damage = fn(&mut RsaParts);

#[test]
fn a_key_that_contradicts_itself_is_broken() {
    let certified = public("public-rsa-2048.pem");
    let damages: &[(Damage, &str)] = &[
        (|key| key.prime1[5] ^= 1, "the product of the primes is not the modulus"),
        (|key| key.modulus[9] ^= 1, "the product of the primes is not the modulus"),
        (|key| key.private_exponent[5] ^= 1, "the private exponent does not fit the public one"),
        (|key| key.exponent1[5] ^= 1, "the CRT values do not fit the private exponent"),
        (|key| key.coefficient[5] ^= 1, "the CRT values do not fit the private exponent"),
        (|key| key.exponent2.clear(), "the CRT values do not fit the private exponent"),
        (|key| *key.prime2 = vec![1], "the product of the primes is not the modulus"),
        (|key| *key.prime2 = vec![3; 5000], "a private value is longer than any modulus"),
        (|key| key.modulus = vec![3; 5000], "an RSA modulus of 39994 bits"),
    ];
    for (damage, want) in damages {
        let PrivateKey::Rsa(mut parts) = open("pkcs1-rsa-2048.pem") else { panic!() };
        damage(&mut parts);
        let got = prove(&PrivateKey::Rsa(parts), &certified);
        assert_eq!(got, Err(Refused::Broken((*want).to_owned())));
    }
    let PrivateKey::Ec { curve, scalar, mut public } = open("sec1-ec-p-256.pem") else { panic!() };
    public.as_mut().unwrap()[9] ^= 1;
    let stated = "the public key in the file is not that of the private key";
    let key = PrivateKey::Ec { curve, scalar, public };
    assert_eq!(public_half(&key).unwrap_err().to_string(), stated);
    let key = open("pkcs8-ed25519-v2-wrong-public.pem");
    assert_eq!(public_half(&key).unwrap_err().to_string(), stated);
    let scalar = Zeroizing::new(vec![0xff; 32]);
    let key = PrivateKey::Ec { curve: Curve::P256, scalar, public: None };
    let range = "the secret number is outside the range of the curve";
    assert_eq!(public_half(&key).unwrap_err().to_string(), range);
}

const PBES2: &str = "encrypted PKCS#8 (PBES2, ";

// File, container, certified key. All open with "secret".
const LOCKED: &[(&str, &str, &str)] = &[
    ("encrypted-rsa-2048", "PBKDF2-HMAC-SHA256, AES-256-CBC)", "rsa-2048"),
    ("encrypted-scrypt-aes256", "scrypt, AES-256-CBC)", "ec-p-256"),
    ("encrypted-sha1-aes256", "PBKDF2-HMAC-SHA1, AES-256-CBC)", "ec-p-256"),
    ("encrypted-sha224-aes256", "PBKDF2-HMAC-SHA224, AES-256-CBC)", "ec-p-256"),
    ("encrypted-sha256-aes128", "PBKDF2-HMAC-SHA256, AES-128-CBC)", "ec-p-256"),
    ("encrypted-sha256-aes192", "PBKDF2-HMAC-SHA256, AES-192-CBC)", "ec-p-256"),
    ("encrypted-sha256-aes256", "PBKDF2-HMAC-SHA256, AES-256-CBC)", "ec-p-256"),
    ("encrypted-sha256-des3", "PBKDF2-HMAC-SHA256, DES-EDE3-CBC)", "ec-p-256"),
    ("encrypted-sha384-aes256", "PBKDF2-HMAC-SHA384, AES-256-CBC)", "ec-p-256"),
    ("encrypted-sha512-aes256", "PBKDF2-HMAC-SHA512, AES-256-CBC)", "ec-p-256"),
    ("legacy-ec-aes256", "encrypted SEC1 (DEK-Info: AES-256-CBC)", "ec-p-384"),
    ("legacy-rsa-aes128", "encrypted PKCS#1 (DEK-Info: AES-128-CBC)", "rsa-1024"),
    ("legacy-rsa-aes192", "encrypted PKCS#1 (DEK-Info: AES-192-CBC)", "rsa-1024"),
    ("legacy-rsa-aes256", "encrypted PKCS#1 (DEK-Info: AES-256-CBC)", "rsa-1024"),
    ("legacy-rsa-des3", "encrypted PKCS#1 (DEK-Info: DES-EDE3-CBC)", "rsa-1024"),
];

fn locked(file: &str) -> Locked {
    match parse(&block(file)) {
        Ok(LockedKey::Locked(locked)) => locked,
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn locked_keys_open_with_their_passphrase_only() {
    for (file, container, certified) in LOCKED {
        let locked = locked(&format!("{file}.pem"));
        let name = locked.container().to_string();
        assert_eq!(name.strip_prefix(PBES2).unwrap_or(&name), *container);
        let key = locked.unlock(b"secret").unwrap_or_else(|error| panic!("{file}: {error}"));
        let certified = public(&format!("public-{certified}.pem"));
        assert_eq!(prove(&key, &certified), Ok(Proof::Signed), "{file}");
        for wrong in [&b""[..], b"Secret", b"secret\n", "se\u{e7}ret".as_bytes()] {
            let got = locked.unlock(wrong).unwrap_err();
            assert_eq!(got, DecryptError::WrongPassphrase, "{file}");
        }
    }
}

#[test]
fn unsupported_encryption_is_named() {
    for (file, want) in [
        ("encrypted-pbe-md5-des", "pbeWithMD5AndDES-CBC"),
        ("encrypted-pbe-sha1-3des", "pbeWithSHA1And3-KeyTripleDES-CBC"),
        ("encrypted-pbe-sha1-rc2-40", "pbeWithSHA1And40BitRC2-CBC"),
        ("encrypted-pbe-sha1-rc4-128", "pbeWithSHA1And128BitRC4"),
        ("encrypted-sha256-camellia256", "CAMELLIA-256-CBC"),
        ("encrypted-sha256-des", "DES-CBC"),
        ("encrypted-x25519", "X25519"),
        ("legacy-rsa-camellia128", "CAMELLIA-128-CBC"),
        ("legacy-rsa-des", "DES-CBC"),
        ("legacy-rsa-rc2", "RC2-CBC"),
    ] {
        let got = locked(&format!("{file}.pem")).unlock(b"secret").unwrap_err();
        assert_eq!(got, DecryptError::Unsupported(want.to_owned()), "{file}");
    }
}

/// The three forms of RFC 9881 §6, and what does not belong together.
#[test]
fn forms_of_ml_dsa_keys() {
    let tlv = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    };
    for (set, number) in [(MlDsa::Set44, 17), (MlDsa::Set65, 18), (MlDsa::Set87, 19)] {
        let (key, expanded) = ml_dsa::of_seed(set, &[7; 32]).unwrap();
        let certified = PublicKey::MlDsa { set, key };
        let seed = [&[0x04, 32][..], &[7; 32]].concat();
        let of = |inner: &[u8]| {
            let algorithm = [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, number];
            // The shortest form of a length is wanted.
            let octets = match u8::try_from(inner.len()) {
                Ok(length) if length < 0x80 => [&[0x04, length], inner].concat(),
                _ => tlv(0x04, inner),
            };
            let info = [&[2, 1, 0][..], &algorithm, &octets].concat();
            let der = match u8::try_from(info.len()) {
                Ok(length) if length < 0x80 => [&[0x30, length], &info[..]].concat(),
                _ => tlv(0x30, &info),
            };
            parse_der(&der).map(|locked| match locked {
                LockedKey::Open(key, _) => prove(&key, &certified),
                LockedKey::Locked(_) => panic!("locked"),
            })
        };
        let mut other = expanded.to_vec();
        other[200] ^= 1;
        let whole = tlv(0x04, &expanded);
        for (inner, expected) in [
            ([&[0x80, 32][..], &[7; 32]].concat(), Ok(Proof::Signed)),
            (whole.clone(), Ok(Proof::Derived)),
            (tlv(0x30, &[seed.clone(), whole].concat()), Ok(Proof::Signed)),
            ([&[0x80, 32][..], &[8; 32]].concat(), Err(Refused::Mismatch)),
        ] {
            assert_eq!(of(&inner), Ok(expected), "{set} {:02x?}", &inner[..4]);
        }
        for inner in [tlv(0x04, &other), tlv(0x30, &[seed, tlv(0x04, &other)].concat())] {
            let is_broken = matches!(of(&inner), Ok(Err(Refused::Broken(_))));
            assert!(is_broken, "{set} {:02x?}", &inner[..4]);
        }
        for inner in [&[0x80, 1, 7][..], &[5, 0], &[0x04, 1, 7]] {
            assert!(matches!(of(inner), Err(KeyError::Malformed(_))), "{set} {inner:02x?}");
        }
    }
}

#[test]
fn unsupported_keys_are_named() {
    for (file, want) in [
        ("dsa", "DSA"),
        ("openssh", "an OpenSSH private key"),
        ("pkcs1-rsa-multi-prime", "multi-prime RSA"),
        ("pkcs8-dsa", "DSA"),
        ("pkcs8-ec-brainpoolp256r1", "EC with curve brainpoolP256r1"),
        ("pkcs8-ec-secp224r1", "EC with curve secp224r1"),
        ("pkcs8-ec-secp256k1", "EC with curve secp256k1"),
        ("pkcs8-x25519", "X25519"),
        ("sec1-ec-p-256-explicit", "EC with explicit parameters"),
        ("sec1-ec-secp256k1", "EC with curve secp256k1"),
    ] {
        let got = parse(&block(&format!("{file}.pem"))).unwrap_err();
        assert_eq!(got, KeyError::Unsupported(want.to_owned()), "{file}");
    }
    for (file, want) in [
        ("dsa", "DSA"),
        ("ec-brainpoolp256r1", "EC with curve brainpoolP256r1"),
        ("ec-p-256-explicit", "EC with explicit parameters"),
        ("ec-secp256k1", "EC with curve secp256k1"),
        ("x25519", "X25519"),
    ] {
        let got = public_key_der(&block(&format!("public-{file}.pem")).bytes).unwrap_err();
        assert_eq!(got, KeyError::Unsupported(want.to_owned()), "{file}");
    }
}

#[test]
fn damaged_files_are_malformed_and_nothing_panics() {
    for file in [
        "encrypted-scrypt-aes256",
        "encrypted-sha256-aes256",
        "encrypted-sha256-des3",
        "legacy-ec-aes256",
        "pkcs1-rsa-1024",
        "pkcs8-ec-p-256",
        "pkcs8-ed25519-v2",
        "pkcs8-rsa-1024",
        "sec1-ec-p-521",
    ] {
        let whole = block(&format!("{file}.pem"));
        let is_legacy = !whole.headers.is_empty();
        let with = |bytes: Vec<u8>| Block { bytes: bytes.into(), ..whole.clone() };
        for end in 0..whole.bytes.len() {
            let got = parse(&with(whole.bytes[..end].to_vec()));
            let is_malformed = matches!(got, Err(KeyError::Malformed(_)));
            assert!(is_malformed || is_legacy, "{file} cut at {end}: {got:?}");
        }
        let longer = parse(&with([&whole.bytes[..], &[0]].concat()));
        assert!(longer.is_ok() || is_legacy, "{file}: what follows is passed over, as by OpenSSL");
        for at in 0..whole.bytes.len().min(120) {
            let mut bytes = whole.bytes.clone();
            bytes[at] ^= 0x41;
            let _ = parse_der(&bytes);
            match parse(&with(bytes.to_vec())) {
                // Deriving a key is slow; every fifth byte still meets every field.
                Ok(LockedKey::Locked(locked)) if at % 5 == 0 => drop(locked.unlock(b"secret")),
                Ok(LockedKey::Locked(_)) => {}
                Ok(LockedKey::Open(key, _)) => drop(public_half(&key)),
                Err(_) => {}
            }
        }
    }
}

#[test]
fn damaged_legacy_headers_are_named() {
    let whole = block("legacy-rsa-aes256.pem");
    for (value, want) in [
        ("AES-256-CBC", "DEK-Info initialisation vector"),
        ("AES-256-CBC,00", "DEK-Info initialisation vector"),
        ("AES-256-CBC,zz", "DEK-Info initialisation vector"),
        ("DES-EDE3-CBC,00112233445566778899aabbccddeeff", "DEK-Info initialisation vector"),
    ] {
        let mut block = whole.clone();
        block.headers[1].1 = value.to_owned();
        let Ok(LockedKey::Locked(locked)) = parse(&block) else { panic!("{value}") };
        let got = locked.unlock(b"secret").unwrap_err();
        assert_eq!(got, DecryptError::Malformed(want.to_owned()), "{value}");
    }
    let mut block = whole.clone();
    block.headers.truncate(1);
    assert!(matches!(parse(&block), Err(KeyError::Malformed(_))));
    let mut block = whole;
    block.bytes.pop();
    let Ok(LockedKey::Locked(locked)) = parse(&block) else { panic!() };
    assert!(matches!(locked.unlock(b"secret"), Err(DecryptError::Malformed(_))));
}

#[test]
fn debug_hides_keys() {
    let key = open("pkcs8-ed25519.pem");
    assert_eq!(format!("{key:?}"), "PrivateKey::Ed25519(hidden)");
    let locked = format!("{:?}", locked("legacy-rsa-des3.pem"));
    assert!(locked.starts_with("Locked { container: Legacy"), "{locked}");
    assert!(!locked.contains('['), "{locked}");
}

#[test]
fn private_labels() {
    for (label, want) in [
        ("PRIVATE KEY", true),
        ("RSA PRIVATE KEY", true),
        ("OPENSSH PRIVATE KEY", true),
        ("PUBLIC KEY", false),
        ("CERTIFICATE", false),
        ("EC PARAMETERS", false),
    ] {
        assert_eq!(is_private_label(label), want, "{label}");
    }
}
