use super::*;

/// DER of `tag` around `parts`.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u8::try_from(body.len()).unwrap();
    assert!(length < 0x80);
    [&[tag, length], &*body].concat()
}

/// An encrypted key of 16 bytes with this key derivation and cipher.
fn envelope_of(kdf: &[u8], cipher: &[u8]) -> Vec<u8> {
    let pbes2 = tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"]);
    let parameters = tlv(0x30, &[kdf, cipher]);
    tlv(0x30, &[&tlv(0x30, &[&pbes2, &parameters]), &tlv(4, &[&[0; 16]])])
}

fn pbkdf2_of(iterations: &[u8], rest: &[u8]) -> Vec<u8> {
    let oid = tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"]);
    let fields = tlv(0x30, &[&tlv(4, &[b"salt"]), &tlv(2, &[iterations]), rest]);
    tlv(0x30, &[&oid, &fields])
}

fn scrypt_of(cost: &[u8], block_size: &[u8], parallel: &[u8]) -> Vec<u8> {
    let oid = tlv(6, &[b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"]);
    let numbers = [cost, block_size, parallel].map(|number| tlv(2, &[number])).concat();
    tlv(0x30, &[&oid, &tlv(0x30, &[&tlv(4, &[b"salt"]), &numbers])])
}

fn aes256(iv: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a"]), &tlv(4, &[iv])])
}

fn des3(iv: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x03\x07"]), &tlv(4, &[iv])])
}

fn refusal(kdf: &[u8], cipher: &[u8]) -> DecryptError {
    decrypt_pkcs8(&envelope_of(kdf, cipher), b"secret").unwrap_err()
}

#[test]
fn expensive_keys_are_refused() {
    let aes = aes256(&[0; 16]);
    for kdf in [
        pbkdf2_of(&[0x26, 0x25, 0xa1], &[]), // 2,500,001
        pbkdf2_of(&[0x7f; 8], &[]),
        scrypt_of(&[0x02, 0x00, 0x00], &[8], &[1]), // 128 MiB
        scrypt_of(&[0x40, 0x00], &[8], &[5]),       // 16 MiB, 5 times
        scrypt_of(&[0x40, 0, 0, 0, 0, 0, 0, 0], &[0x7f, 0xff], &[0x7f, 0xff]),
    ] {
        let got = refusal(&kdf, &aes);
        assert!(matches!(got, DecryptError::TooExpensive(_)), "{got:?}");
    }
}

#[test]
fn work_is_known_before_it_is_done() {
    let (aes, triple_des) = (aes256(&[0; 16]), des3(&[0; 8]));
    let sha256 = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d\x02\x09"])]);
    for (kdf, cipher, units) in [
        // HMAC-SHA1 makes 20 bytes at a time.
        (pbkdf2_of(&[0x26, 0x25, 0xa0], &[]), &aes, 1_000_000),
        (pbkdf2_of(&[0x26, 0x25, 0xa0], &[]), &triple_des, 1_000_000),
        (pbkdf2_of(&[0x26, 0x25, 0xa0], &sha256), &aes, 500_000),
        (pbkdf2_of(&[0x26, 0x25, 0xa1], &sha256), &aes, 0), // refused
        (scrypt_of(&[0x01, 0x00, 0x00], &[8], &[1]), &aes, 447_392),
        (scrypt_of(&[0x40, 0x00], &[8], &[4]), &aes, 447_392),
        (scrypt_of(&[0x40, 0x00], &[8], &[5]), &aes, 0), // refused
    ] {
        assert_eq!(derivation_units(&envelope_of(&kdf, cipher)), units, "{kdf:02x?}");
    }
    assert_eq!(derivation_units(b""), 0);
}

#[test]
fn odd_parameters_are_malformed() {
    let aes = aes256(&[0; 16]);
    let pbkdf2 = pbkdf2_of(&[1], &[]);
    for (kdf, cipher) in [
        (&pbkdf2, &aes256(&[0; 15])),
        (&pbkdf2, &des3(&[0; 7])),
        (&pbkdf2, &des3(&[])),
        (&pbkdf2_of(&[0], &[]), &aes),
        (&pbkdf2_of(&[0xff], &[]), &aes),
        (&pbkdf2_of(&[1], &tlv(2, &[&[16]])), &aes),
        (&scrypt_of(&[0], &[1], &[1]), &aes),
        (&scrypt_of(&[1], &[1], &[1]), &aes),
        (&scrypt_of(&[3], &[1], &[1]), &aes),
        (&scrypt_of(&[2], &[0], &[1]), &aes),
        (&scrypt_of(&[2], &[1], &[0]), &aes),
    ] {
        let got = refusal(kdf, cipher);
        assert!(matches!(got, DecryptError::Malformed(_)), "{kdf:02x?} {cipher:02x?} {got:?}");
    }
    assert_eq!(refusal(&pbkdf2, &aes), DecryptError::WrongPassphrase);
}

#[test]
fn encryption_is_named_as_far_as_it_can_be_read() {
    let aes = aes256(&[0; 16]);
    assert_eq!(encryption_name(b""), "unreadable");
    let name = encryption_name(&envelope_of(&pbkdf2_of(&[1], &[]), &aes));
    assert_eq!(name, "PBES2, PBKDF2-HMAC-SHA1, AES-256-CBC");
    let unknown = tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\x86\xf7\x0d"])]);
    assert_eq!(encryption_name(&envelope_of(&unknown, &aes)), "PBES2, 1.2.840.113549, AES-256-CBC");
    let unsupported = DecryptError::Unsupported("1.2.840.113549".to_owned());
    assert_eq!(refusal(&unknown, &aes), unsupported);
}
