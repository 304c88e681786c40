//! VOMS attribute certificates: what was parsed are pieces of the value, one behind the other,
//! which parse to the same alone; an error says where; and cut short it is none.

#![no_main]

use certok::parse::cert::Certificate;
use certok::parse::voms;
use certok::parse::voms::AttributeCertificate;
use certok_fuzz::chain::GOOD;
use certok_fuzz::edit::Script;
use certok_fuzz::{der, edit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // DER as it is; anything else as edits on good DER.
    if bytes.first() != Some(&0x30) {
        let mut script = Script::new(bytes);
        let others = [GOOD.attributes.as_slice(), &GOOD.user];
        return holds(&edit::edited(&GOOD.attributes, &mut script, &others));
    }
    holds(bytes);
    let Ok(certificate) = Certificate::parse(bytes) else {
        return;
    };
    let mut all = certificate.extensions.all.iter();
    let found = all.find(|extension| extension.oid == voms::EXTENSION);
    assert_eq!(found.is_some(), voms::carried(&certificate).is_some());
    if let Some(extension) = found {
        holds(&extension.value);
    }
});

fn holds(value: &[u8]) {
    let found = match voms::parse(value) {
        Ok(found) => found,
        Err(error) => {
            assert!(error.at <= value.len(), "{error}");
            return;
        }
    };
    let all: Vec<u8> = found.iter().flat_map(|ac| ac.der().iter().copied()).collect();
    assert_eq!(der::wrap(0x30, &der::wrap(0x30, &all)), value, "something was passed over");
    for ac in &found {
        sound(ac);
    }
    for end in [value.len() - 1, value.len() / 2] {
        assert!(voms::parse(&value[..end]).is_err(), "cut at {end}");
    }
}

fn sound(ac: &AttributeCertificate) {
    let alone = der::wrap(0x30, &der::wrap(0x30, ac.der()));
    let again = voms::parse(&alone).expect("parsed before");
    let [again] = again.as_slice() else {
        panic!("one is {}", again.len());
    };
    assert_eq!(again.der(), ac.der());
    assert_eq!(again.signed(), ac.signed());
    assert_eq!(again.attributes, ac.attributes);

    let outer = der::children(ac.der(), 0..ac.der().len()).expect("DER").remove(0);
    let fields = der::children(ac.der(), outer.content).expect("DER");
    let [signed, algorithm, signature] = fields.as_slice() else {
        panic!("{} fields", fields.len());
    };
    assert_eq!(&ac.der()[signed.whole.clone()], ac.signed());
    assert_eq!(&ac.der()[signature.content.clone()][1..], ac.signature);
    if !ac.algorithm_differs {
        let twin = &ac.der()[algorithm.whole.clone()];
        assert!(ac.signed().windows(twin.len()).any(|window| window == twin));
    }

    let authority = ac.authority();
    let start = format!("{}://{}:", authority.vo, authority.host);
    assert!(authority.text.starts_with(&start), "{}", authority.text);
    assert!(!ac.vo().is_empty() && !ac.vo().contains('/'), "{}", ac.vo());
    assert!(!ac.attributes.fqans.is_empty());
    for fqan in &ac.attributes.fqans {
        let text = fqan.as_str();
        assert!(text.starts_with('/') && text.starts_with(fqan.group()), "{text}");
        assert!(!text.chars().any(char::is_control), "{text:?}");
        let own = format!("/{}", ac.vo());
        assert!(!fqan.is_of(ac.vo()) || text.starts_with(&own), "{text} of {}", ac.vo());
    }
    assert!(ac.serial_hex().len() <= 40);
}
