//! `idtoken-request`, `idtoken-request-list`, `idtoken-approve`, `idtoken-receive`: requests for
//! tokens and answers, as files in a directory.

pub mod approval;
pub mod approve;
mod authenticate;
mod case;
mod decide;
mod limits;
pub mod list;
pub mod receive;
pub mod request;
pub mod request_arguments;
mod round;
mod show;
mod signer;
mod spool;
mod state;
mod wait;
mod word;
