//! Private keys, DER or PEM: parsing returns, and no key shows itself.

#![no_main]

use certok::parse::{key, pem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = key::parse_der(bytes);
    for block in pem::scan(bytes).blocks.iter().flatten() {
        let _ = key::parse(block);
    }
});
