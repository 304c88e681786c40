//! Decrypts private keys: PKCS#8 (PBES2) and the older form with `DEK-Info`.

mod cipher;
mod error;
mod legacy;
mod pbes2;

pub use crate::crypto::decrypt::error::DecryptError;
pub use crate::crypto::decrypt::legacy::decrypt_legacy;
pub use crate::crypto::decrypt::pbes2::{
    MAX_ITERATIONS, MAX_SCRYPT_BYTES, decrypt_pkcs8, derivation_units, encryption_name,
};
