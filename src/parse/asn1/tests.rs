use super::*;
use crate::parse::cert::Certificate;
use crate::parse::pem;

fn fault(oid: &str, value: &[u8]) -> Option<String> {
    let component = extension::value(oid).expect("a known extension");
    let found = walk(component, value, value).err();
    found.map(|fault| fault.to_string())
}

/// Sound values and broken ones, in pairs.
#[test]
fn values_of_extensions() {
    let basic = "2.5.29.19";
    for (oid, value, expected) in [
        (basic, &[0x30, 0][..], None),
        (basic, &[0x30, 3, 1, 1, 0xff], None),
        // A DEFAULT that is written out: everybody reads it.
        (basic, &[0x30, 3, 1, 1, 0], None),
        (basic, &[0x30, 3, 1, 1, 1], Some("cA (byte 2): a BOOLEAN of 01, which DER writes as ff")),
        (basic, &[0x30, 3, 2, 1, 0x7f], None),
        (
            basic,
            &[0x30, 4, 2, 2, 0, 0x7f],
            Some(
                "pathLenConstraint (byte 2): an INTEGER with superfluous zero bytes in front, \
                 which OpenSSL refuses",
            ),
        ),
        (basic, &[0x30, 2, 2, 0], Some("pathLenConstraint (byte 2): an INTEGER without a byte")),
        (basic, &[0x30, 6, 2, 1, 0, 1, 1, 0xff], Some("byte 5: 3 bytes follow what belongs here")),
        (
            basic,
            &[0x10, 0],
            Some("byte 0: found a SEQUENCE marked as primitive where a SEQUENCE belongs"),
        ),
        (
            basic,
            &[0x30, 0x81, 0],
            Some("byte 0: its length is not in the shortest form, which is BER and not DER"),
        ),
        (
            basic,
            &[0x30, 0x80, 0, 0],
            Some("byte 0: its length is indefinite, which is BER and not DER"),
        ),
        (basic, &[0x30, 2], Some("byte 0: truncated: DER says 4 bytes, there are 2")),
        (basic, &[], Some("byte 0: missing")),
        ("2.5.29.15", &[3, 2, 1, 0x82], None),
        // Zero bits at the end of named bits: everybody reads them.
        ("2.5.29.15", &[3, 2, 0, 0x80], None),
        (
            "2.5.29.15",
            &[3, 2, 1, 0x81],
            Some("byte 0: a BIT STRING whose unused bits are not zero"),
        ),
        ("2.5.29.15", &[3, 1, 0], None),
        ("1.3.6.1.5.5.7.1.7", &[0x30, 8, 0x30, 6, 4, 2, 0, 1, 5, 0], None),
        (
            "1.3.6.1.5.5.7.1.7",
            &[0x30, 7, 0x30, 5, 4, 2, 0, 1, 5],
            Some("ipAddressChoice (byte 8): cut short"),
        ),
        ("1.3.6.1.5.5.7.1.8", &[0x30, 7, 0xa0, 5, 0x30, 3, 2, 1, 7], None),
        (
            "1.3.6.1.5.5.7.1.8",
            &[0x30, 4, 0xa2, 2, 5, 0],
            Some("byte 2: 4 bytes follow what belongs here"),
        ),
        ("2.5.29.15", &[3, 1, 1], Some("byte 0: an empty BIT STRING with unused bits")),
        (
            "2.5.29.37",
            &[0x30, 3, 6, 1, 0x80],
            Some("byte 2: an OBJECT IDENTIFIER with superfluous zero bits"),
        ),
        (
            "2.5.29.32",
            &[0x30, 8, 0x30, 6, 6, 2, 0x2a, 3, 5, 0],
            Some("byte 8: 2 bytes follow what belongs here"),
        ),
        (
            "2.5.29.14",
            &[0x24, 2, 4, 0],
            Some(
                "byte 0: found a constructed OCTET STRING, which is BER and not DER, where an \
                 OCTET STRING belongs",
            ),
        ),
        (
            "2.5.29.14",
            &[0x27, 0],
            Some("byte 0: found a value of the unknown tag 27 where an OCTET STRING belongs"),
        ),
        (basic, &[0x31, 0], Some("byte 0: found a SET where a SEQUENCE belongs")),
        ("2.5.29.35", &[0x30, 2, 0xa0, 0], Some("byte 2: 2 bytes follow what belongs here")),
    ] {
        assert_eq!(fault(oid, value).as_deref(), expected, "{oid} {value:02x?}");
    }
}

/// A number without its end, in an attribute type, an extension, an algorithm, a key.
#[test]
fn malformed_identifiers_are_refused_where_they_stand() {
    let file = include_bytes!("../../../testdata/cert/healthy.pem");
    let scanned = pem::scan(file);
    let good = &scanned.blocks[0].as_ref().unwrap().bytes;
    assert!(Certificate::parse(good).is_ok());
    for (identifier, field) in [
        // CN: in the issuer's name first.
        (&b"\x06\x03\x55\x04\x03"[..], "issuer.type"),
        // OU, which only the subject has.
        (b"\x06\x03\x55\x04\x0b", "subject.type"),
        // keyUsage.
        (b"\x06\x03\x55\x1d\x0f", "extensions.extnID"),
        // sha256WithRSAEncryption.
        (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", "signature.algorithm"),
        // rsaEncryption.
        (
            b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01",
            "subjectPublicKeyInfo.algorithm.algorithm",
        ),
    ] {
        let mut windows = good.windows(identifier.len());
        let at = windows.position(|window| window == identifier).unwrap();
        let mut copy = good.clone();
        copy[at + identifier.len() - 1] |= 0x80;
        let error = Certificate::parse(&copy).unwrap_err();
        let field = format!("tbsCertificate.{field}");
        assert_eq!((&error.field, error.at), (&field, at), "{error}");
    }
}

/// OpenSSL reads no name of more than a MiB.
#[test]
fn long_names() {
    for (bytes, good) in [(1 << 20, true), ((1 << 20) + 1, false)] {
        let value = vec![b'a'; bytes - 23];
        let element = |tag: u8, content: &[u8]| {
            let [_, length @ ..] = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x83], &length[..], content].concat()
        };
        let attribute = [&[6, 1, 0x2a], &*element(0x0c, &value)].concat();
        let name = element(0x30, &element(0x31, &element(0x30, &attribute)));
        assert_eq!(name.len(), bytes);
        let component = Component::new("", 0x30, certificate::NAME);
        assert_eq!(walk(&component, &name, &name).is_ok(), good, "{bytes}");
    }
}

/// In names: what OpenSSL decodes, and what it refuses.
#[test]
fn texts_of_names() {
    for (tag, content, good) in [
        (0x0c, "é".as_bytes(), true),
        (0x0c, b"\xe9", false),
        (0x0c, b"\xc3", false),
        (0x13, b"a_b@c", true),
        (0x1e, b"\0a", true),
        (0x1e, b"\0a\0", false),
        (0x1e, b"\xd8\0", false),
        (0x1c, b"\0\0\0a", true),
        (0x1c, b"\0\x11\0\0", false),
        (0x05, b"", false),
        (0x1a, b"a", false),
    ] {
        let length = |more: usize| u8::try_from(content.len() + more).unwrap();
        let attribute = [&[6, 1, 0x2a, tag, length(0)], content].concat();
        let name = [&[0x30, length(9), 0x31, length(7), 0x30, length(5)], &*attribute].concat();
        let component = Component::new("", 0x30, certificate::NAME);
        assert_eq!(walk(&component, &name, &name).is_ok(), good, "{tag:02x} {content:02x?}");
    }
}
