//! `ca-info`, `ca-check`: the CA directory itself.

pub mod audit;
pub mod environment;
pub mod inventory;
pub mod matters;
