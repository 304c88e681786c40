//! Wishes to bytes: certificates of new tokens. Pure: instants and randomness are passed in.

pub mod certificate;
pub mod token;
