//! `idtoken-request`, `idtoken-request-list`, `idtoken-approve`, `idtoken-receive`: tokens asked for
//! and given by files in a directory.

pub mod approve;
mod authenticate;
mod decide;
mod limits;
pub mod list;
pub mod receive;
pub mod request;
mod round;
mod show;
mod signer;
mod spool;
mod state;
mod wait;
mod word;
