//! LSC files: what is read stands in the line it is said to stand in, and what fits a chain names
//! every certificate of it.

#![no_main]

use std::sync::{Arc, LazyLock};

use certok::parse::cert::Certificate;
use certok::parse::lsc::Lsc;
use certok_fuzz::chain::GOOD;
use certok_fuzz::{chain, lines};
use libfuzzer_sys::fuzz_target;

/// User and CA, for want of a server.
static CERTIFICATES: LazyLock<Vec<Arc<Certificate>>> = LazyLock::new(|| {
    let ders = [&GOOD.user, &GOOD.grid];
    let known = ders.into_iter().filter_map(|der| chain::known(der, false));
    known.map(|known| known.certificate).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let lsc = match Lsc::parse(bytes) {
        Ok(lsc) => lsc,
        Err(error) => {
            assert!((1..=lines(bytes)).contains(&error.line), "{error}");
            return;
        }
    };
    let text = String::from_utf8_lossy(bytes);
    let all: Vec<&str> = text.split('\n').collect();
    let mut last = 0;
    for (subject, issuer) in lsc.chains().iter().flatten() {
        for line in [subject, issuer] {
            assert!(line.number > last, "line {} after {last}", line.number);
            last = line.number;
            assert!(line.name.starts_with('/'), "{}", line.name);
            assert!(all[last - 1].contains(&line.name), "line {last}");
        }
    }
    assert!(lsc.chains().iter().all(|chain| !chain.is_empty()));

    let more = [bytes, b"\n# a comment\n\n"].concat();
    assert_eq!(Lsc::parse(&more).as_ref(), Ok(&lsc), "a comment behind it");

    for count in 1..=CERTIFICATES.len() {
        let certificates = &CERTIFICATES[..count];
        match lsc.compare(certificates) {
            Ok(_) => {
                let plain = text.replace("/USERID=", "/UID=");
                for certificate in certificates {
                    assert!(plain.contains(&certificate.subject.slash()), "no subject");
                    assert!(plain.contains(&certificate.issuer.slash()), "no issuer");
                }
            }
            Err(difference) => {
                assert!((1..=last).contains(&difference.line));
                assert_ne!(difference.expected.as_ref(), Some(&difference.found));
            }
        }
    }
});
