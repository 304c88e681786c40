//! `ca-info`, `ca-check`: the CA directory itself.

pub mod anchor;
pub mod audit;
pub mod environment;
pub mod find;
pub mod info;
pub mod matters;
pub mod permits;
pub mod row;
