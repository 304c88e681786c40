//! Values to text and back: time, the screen, the shell.

pub mod screen;
pub mod shell;
pub mod time;
