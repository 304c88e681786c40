//! Random bytes, from the kernel.

use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use zeroize::Zeroize;

/// Random bytes that nobody can guess.
///
/// # Panics
///
/// If the kernel has none, which it has on every system that certok starts on.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Fills `bytes` anew.
pub(super) fn fill(bytes: &mut [u8]) {
    bytes.zeroize();
    SystemRandom::new()
        .fill(bytes)
        .expect("the kernel gives random bytes");
}
