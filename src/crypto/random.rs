//! Random bytes, from the kernel.

use std::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroize;

/// Random bytes from the kernel.
///
/// # Panics
///
/// If the kernel has none. This happens on no system on which certok starts.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Fills `bytes` with random bytes.
pub(super) fn fill(bytes: &mut [u8]) {
    bytes.zeroize();
    SystemRandom::new().fill(bytes).expect("the kernel gives random bytes");
}

/// The same source, in the form that the RustCrypto crates need.
pub(super) struct Kernel;

impl TryRng for Kernel {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes(bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes(bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Kernel {}
