//! The software that accepts or refuses credentials, as data.

pub mod client;
pub mod extension;
mod grid;
mod library;
mod openssl;
pub mod profile;
pub mod selection;
pub mod token;
mod tool;

pub use crate::consumer::grid::GLOBUS_KNOWN;
pub use crate::consumer::openssl::KNOWN as OPENSSL_KNOWN;
use crate::consumer::profile::Profile;
pub use crate::consumer::tool::*;

/// All profiles of consumers of certificates, in the order in which they are shown.
pub fn profiles() -> impl Iterator<Item = &'static Profile> {
    const GRID: &[Profile] = &[
        grid::GLOBUS_GSS,
        grid::XROOTD_GSI_5,
        grid::XROOTD_GSI_6,
        openssl::XROOTD_HTTP,
        grid::CANL,
        grid::CANL_NO_CRL,
        grid::CANL_STRICT,
    ];
    const LIBRARIES: &[Profile] = &[
        library::GO_TLS,
        library::RUSTLS_RING,
        library::RUSTLS_CRL,
        library::GNUTLS_SERVER,
        library::GNUTLS_CRL,
        library::JAVA_PKIX,
    ];
    [GRID, openssl::PROFILES, LIBRARIES].into_iter().flatten()
}
