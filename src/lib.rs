//! certok says whether a grid credential will work, and if not, why not and what to type.
//!
//! ```text
//! env -> locate -> load -> parse -> chain -+-> describe --+-> report -> render
//!                                          +-> check -----+
//! ```
//!
//! Data moves right only; effects live at the two ends, the middle is pure.
//!
//! | room | its one job |
//! |---|---|
//! | [`cli`] | flags and help text |
//! | [`command`] | one file a subcommand: gather, judge, report |
//! | [`env`](mod@env) | variables, ids, clock: a value read once |
//! | [`locate`] | where credentials are looked for, and why there |
//! | [`load`] | the only reader of files |
//! | [`source`] | what was read, as data |
//! | [`parse`] | bytes to types |
//! | [`chain`] | certificates, anchors and an instant to a path, or where it stopped |
//! | [`describe`] | types to facts |
//! | [`check`] | types to findings |
//! | [`report`] | facts, findings, exit codes |
//! | [`render`] | report to bytes |
//! | [`crypto`] | the one room that names the crypto crates |
//! | [`erase`] | the one room that destroys |
//! | [`prompt`] | asks on the terminal |
//! | [`sandbox`] | gives up what the process will not need |
//! | [`shell`] | text that a shell reads back |
//! | [`time`] | instants, durations, their texts |

#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

pub mod chain;
pub mod check;
pub mod cli;
pub mod command;
pub mod crypto;
pub mod describe;
pub mod env;
pub mod erase;
pub mod load;
pub mod locate;
pub mod parse;
pub mod prompt;
pub mod render;
pub mod report;
pub mod sandbox;
pub mod shell;
pub mod source;
pub mod time;
