//! `idtoken-request`, `idtoken-request-list`, `idtoken-approve`, `idtoken-receive`: requests for
//! tokens and answers, as files in a directory.

mod answer_check;
mod answer_search;
pub mod approval;
pub mod approve;
mod authenticate;
mod confirmation;
mod decide;
mod limits;
pub mod list;
pub mod receive;
pub mod request;
pub mod request_arguments;
mod show;
mod signer;
mod spool;
mod state;
mod wait;
