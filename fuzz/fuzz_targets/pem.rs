//! PEM: scanning returns, every block begins within the text, a mended text scans without damage.

#![no_main]

use certok::parse::pem;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let pem = pem::scan(bytes);
    let lines = 1 + bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
    for block in pem.blocks.iter().flatten() {
        assert!((1..=lines).contains(&block.line), "line {}", block.line);
    }
    if let Some(mended) = pem::repair(bytes) {
        let again = pem::scan(&mended);
        assert!(again.blocks.iter().all(Result::is_ok), "mended, yet damaged");
        assert!(!again.blocks.is_empty(), "mended away");
    }
});
