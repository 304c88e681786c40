//! Makes certificates of new tokens. Pure: instants and random bytes are parameters.

pub mod certificate;
pub mod token;
