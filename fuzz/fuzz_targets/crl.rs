//! Revocation lists: whole or not at all; each entry that another reader sees is found, no other
//! is, and what is cut off names nobody new.

#![no_main]

use certok::parse::crl;
use certok::parse::crl::Crl;
use certok::parse::name::Name;
use libfuzzer_sys::fuzz_target;
use x509_parser::prelude::{FromDer, GeneralName, SubjectAlternativeName};
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = Crl::parse(bytes.to_vec()) {
        assert_eq!(list.der(), bytes, "nothing is left over");
        for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(Crl::parse(bytes[..end].to_vec()).is_err(), "cut at {end}");
        }
        holds(&list);
    }
    let inputs = crl::read(bytes.to_vec());
    assert!(!inputs.is_empty(), "a file without a list is an input, too");
    for list in inputs.iter().filter_map(|input| input.parsed.as_ref().ok()) {
        holds(list);
    }
    if inputs.iter().all(|input| input.parsed.is_ok()) {
        let known: Vec<_> = inputs.iter().flat_map(|input| &input.parsed).map(Crl::der).collect();
        for end in [bytes.len() / 3, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            for list in crl::read(bytes[..end].to_vec()).iter().flat_map(|input| &input.parsed) {
                assert!(known.contains(&list.der()), "a list of its own when cut at {end}");
            }
        }
    }
    let _ = crl::distribution_points(bytes);
});

fn holds(list: &Crl) {
    let der = list.der();
    let start = list.tbs().as_ptr().addr() - der.as_ptr().addr();
    assert!(start < 8 && start + list.tbs().len() < der.len(), "the signed part");
    assert!(list.version == 1 || list.version == 2);
    assert!(!list.is_delta() || list.version == 2, "extensions in version 1");

    // 22 bytes that are nowhere in it.
    let absent = [0x5a; 22];
    let is_absent = !list.tbs().windows(absent.len()).any(|window| window == absent);
    let usable = list.find(&absent);
    assert!(!is_absent || !matches!(usable, Ok(Some(_))), "found what is not there");

    let Ok((_, other)) = CertificateRevocationList::from_der(der) else {
        return;
    };
    assert_eq!(other.tbs_cert_list.as_ref(), list.tbs(), "the signed part");
    assert_eq!(other.last_update().timestamp(), list.this_update.0, "thisUpdate");
    let next = other.next_update().map(|time| time.timestamp());
    assert_eq!(next, list.next_update.map(|time| time.0), "nextUpdate");
    let index = list.index();
    assert_eq!(index.as_ref().err(), usable.as_ref().err(), "the table reads every entry");
    // Whose certificates the entries are about (certificateIssuer).
    let mut issuers = vec![list.issuer.clone()];
    for entry in other.iter_revoked_certificates().take(64) {
        let serial = entry.raw_serial();
        if let Some(names) = certificate_issuer(entry) {
            issuers = names;
        }
        let Some(issuer) = issuers.first() else {
            return;
        };
        let found = list.find_issued_by(issuer, serial);
        // It reads every entry whatever is asked for, so that it cannot be told whom to pass over.
        assert_eq!(found.as_ref().err(), usable.as_ref().err(), "depends on the number");
        if let Ok(found) = found {
            assert!(found.is_some(), "another reader sees it");
            let index = index.as_ref().expect("as above");
            assert_eq!(list.find_in(index, issuer, serial), found, "the table says the same");
        }
    }
}

/// The names in an entry's certificateIssuer, as another reader sees them.
fn certificate_issuer(entry: &RevokedCertificate<'_>) -> Option<Vec<Name>> {
    let mut all = entry.extensions().iter();
    let extension = all.find(|extension| extension.oid.to_id_string() == "2.5.29.29")?;
    let (_, names) = SubjectAlternativeName::from_der(extension.value).ok()?;
    let directory = |name: &GeneralName<'_>| match name {
        GeneralName::DirectoryName(name) => Some(Name::new(name)),
        _ => None,
    };
    Some(names.general_names.iter().filter_map(directory).collect())
}
