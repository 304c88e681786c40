//! `ca-info`, `ca-check`: the CA directory itself.

pub mod anchor;
pub mod audit;
pub mod environment;
pub mod find;
pub mod info;
pub mod other_checks;
pub mod permits;
pub mod row;

use std::path::PathBuf;

use crate::command::arguments::{arguments, operand};
use crate::locate::CaOptions;

arguments! {
    /// The directory to use.
    pub struct CaDirArguments {
        directories: Vec<PathBuf> = operand("files", "DIR",
            "The directory (or file) of CA certificates instead of the one in use")
        .with(|arg| arg.num_args(0..=1)),
        ca: CaOptions,
    }
}
