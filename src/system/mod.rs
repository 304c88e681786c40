//! The process and its terminal: environment, sandbox, signals, prompt, progress, threads, open files.

pub mod env;
pub mod open;
pub mod parallel;
pub mod progress;
pub mod prompt;
pub mod sandbox;
pub mod signals;
pub mod wait;
