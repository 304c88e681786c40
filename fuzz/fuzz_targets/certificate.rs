//! DER certificates: parsing returns, and what was parsed can be written and asked.

#![no_main]

use certok::parse::cert::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    let Ok(certificate) = Certificate::parse(der) else {
        let _ = Certificate::parse_trusted(der);
        return;
    };
    assert_eq!(certificate.der(), der, "nothing is left over");
    let _ = (certificate.kind(), certificate.serial_hex());
    for name in [&certificate.subject, &certificate.issuer] {
        let _ = (name.rfc4514(), name.slash(), name.screen(), name.alien());
        let _ = (name.new_hash(), name.old_hash(), name.common_name());
    }
});
