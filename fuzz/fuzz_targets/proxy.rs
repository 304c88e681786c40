//! proxyCertInfo of RFC 3820 and of the drafts, in a certificate that is otherwise good: what is
//! read can be written again, byte for byte, so that there is one encoding and nothing unread.

#![no_main]

use certok::parse::cert::{Certificate, CertificateKind, ProxyKind};
use certok::parse::proxy::{Proxy, Rights};
use certok_fuzz::chain::GOOD;
use certok_fuzz::edit::Script;
use certok_fuzz::{der, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let kind = if first & 1 == 0 { ProxyKind::Rfc3820 } else { ProxyKind::Draft };
    let value = if first & 2 == 0 { rest.to_vec() } else { edited(kind, rest) };
    let certificate = certificate(kind, &value);
    let certificate = Certificate::parse(&certificate).expect("good but for the value");
    assert_eq!(certificate.kind(), CertificateKind::Proxy(kind));
    let Ok(proxy) = Proxy::of(&certificate).expect("a proxy") else {
        return;
    };
    assert_eq!(proxy.kind, kind);
    assert!(proxy.critical);
    assert!(!proxy.type_name().is_empty());
    let full = proxy.language.oid() == "1.3.6.1.5.5.7.21.1" && !proxy.has_policy;
    assert_eq!(proxy.rights() == Rights::Full, full, "all rights");
    // Of a policy it is known that there is one, and of large numbers that they are large.
    let small = proxy.path_length.is_none_or(|length| length < u32::MAX);
    if proxy.has_policy || !small {
        return;
    }
    if let Some(language) = oid(proxy.language.oid()) {
        let written = |policy| info(kind, &language, policy, proxy.path_length);
        let ways = [None, Some(&[][..])].map(written);
        assert!(ways.contains(&value), "{value:02x?} is read as {proxy:?}");
    }
});

const PROXY_OIDS: [&[u8]; 2] = [
    // 1.3.6.1.5.5.7.1.14
    &[0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 1, 14],
    // 1.3.6.1.4.1.3536.1.222
    &[0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x9b, 0x50, 1, 0x81, 0x5e],
];

/// inheritAll, at most 3 below it; and what edits make of that.
fn edited(kind: ProxyKind, script: &[u8]) -> Vec<u8> {
    let language = oid("1.3.6.1.5.5.7.21.1").expect("short");
    let good = info(kind, &language, None, Some(3));
    edit::edited(&good, &mut Script::new(script), &[&good, PROXY_OIDS[0]])
}

/// A certificate of the user with this extension and no other.
fn certificate(kind: ProxyKind, value: &[u8]) -> Vec<u8> {
    let oid = PROXY_OIDS[usize::from(kind == ProxyKind::Draft)];
    let extension = [oid, &[1, 1, 0xff], &der::wrap(4, value)].concat();
    let extensions = der::wrap(0xa3, &der::wrap(0x30, &der::wrap(0x30, &extension)));
    let good = &GOOD.proxy;
    let outer = der::children(good, 0..good.len()).expect("DER").remove(0);
    let tbs = der::children(good, outer.content.clone()).expect("DER").remove(0);
    let fields = der::children(good, tbs.content.clone()).expect("DER");
    let old = fields.last().expect("the extensions").whole.clone();
    der::replaced(good, old, &extensions, &[outer, tbs])
}

fn info(kind: ProxyKind, language: &[u8], policy: Option<&[u8]>, length: Option<u32>) -> Vec<u8> {
    let policy = policy.map(|policy| der::wrap(4, policy)).unwrap_or_default();
    let policy = der::wrap(0x30, &[language, &policy].concat());
    let length = length.map(integer);
    let content = match kind {
        ProxyKind::Draft => {
            let length = length.map(|length| der::wrap(0xa1, &length));
            [policy, length.unwrap_or_default()].concat()
        }
        _ => [length.unwrap_or_default(), policy].concat(),
    };
    der::wrap(0x30, &content)
}

fn integer(number: u32) -> Vec<u8> {
    let bytes = [&[0][..], &number.to_be_bytes()].concat();
    let zeros = bytes.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80);
    der::wrap(2, &bytes[zeros.count()..])
}

/// An OBJECT IDENTIFIER from its dotted form, unless its numbers are huge.
fn oid(dotted: &str) -> Option<Vec<u8>> {
    let numbers: Vec<u64> = dotted.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let [first, second, rest @ ..] = numbers.as_slice() else {
        return None;
    };
    let mut content = Vec::new();
    for number in [first.checked_mul(40)?.checked_add(*second)?].iter().chain(rest) {
        let mut digits = vec![(number & 0x7f) as u8];
        let mut left = number >> 7;
        while left > 0 {
            digits.push((left & 0x7f) as u8 | 0x80);
            left >>= 7;
        }
        content.extend(digits.iter().rev());
    }
    Some(der::wrap(6, &content))
}
