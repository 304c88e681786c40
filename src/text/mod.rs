//! Values to text and back: time, the screen, the shell.

pub mod base64;
pub mod cksum;
pub mod hex;
pub mod screen;
pub mod shell;
pub mod time;
pub mod utf16;
pub mod wrap;
