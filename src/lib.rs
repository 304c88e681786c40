//! certok says whether a grid credential will work, and if not, why not and what to type.
//!
//! ```text
//! run -> cli -> command -> gather -> locate -> load -> parse -> chain -+-> describe -+-> report -> render
//!                                                                      +-> check ----+
//! ```
//!
//! Data moves right only; effects live at the two ends, the middle is pure.
//!
//! | room | its one job |
//! |---|---|
//! | [`run`](mod@run) | one request from arguments to exit code |
//! | [`cli`] | the command line |
//! | [`command`] | one file a subcommand |
//! | [`gather`] | what a command must look at |
//! | [`locate`] | where credentials are looked for, and why there |
//! | [`load`] | the only reader of files |
//! | [`source`] | where is looked, what was read, what became of files: plain data |
//! | [`parse`] | bytes to types |
//! | [`chain`] | certificates, anchors and an instant to a path, or where it stopped |
//! | [`describe`] | types to facts |
//! | [`check`] | types to findings |
//! | [`consumer`] | what software takes or refuses credentials, as data |
//! | [`report`] | facts, findings, exit codes |
//! | [`render`] | report to bytes |
//! | [`make`] | new certificates and tokens, as bytes |
//! | [`store`] | the only writer and destroyer of files |
//! | [`crypto`] | the one room that names the crypto crates |
//! | [`text`] | time, the screen, the shell: values to text and back |
//! | [`system`] | the process and its terminal |

#![cfg_attr(
    not(test),
    deny(clippy::as_conversions, clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)
)]

pub mod chain;
pub mod check;
pub mod cli;
pub mod command;
pub mod consumer;
pub mod crypto;
pub mod describe;
pub mod gather;
pub mod load;
pub mod locate;
pub mod make;
pub mod parse;
pub mod render;
pub mod report;
pub mod run;
pub mod source;
pub mod store;
pub mod system;
pub mod text;

pub use crate::run::run;
