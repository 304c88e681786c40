//! Whole files, whatever they hold: what they are is recognised, what is in them is parsed.

#![no_main]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use certok::parse::file::Contents;
use certok::parse::kind::Kind;
use certok::parse::{shape, value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let contents = Contents::read(bytes);
    let _ = contents.readable().count();
    let _ = shape::recognise(bytes);
    let _ = Kind::of(bytes);
    let _ = value::look(OsStr::from_bytes(bytes));
});
