//! HTCondor's configuration: statements stand in order where they are said to stand, and values
//! come to an end.

#![no_main]

use std::collections::HashMap;

use certok::parse::condor::exclude::Pattern;
use certok::parse::condor::macros::{Macros, Origin};
use certok::parse::condor::{ConfigKind, statements};
use certok_fuzz::lines;
use libfuzzer_sys::fuzz_target;

/// No value may grow beyond this.
const MAX_VALUE: usize = 1 << 17;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut macros = Macros::new(HashMap::from([("HOME".to_owned(), "/h".to_owned())]));
    let mut names = Vec::new();
    let mut last = 0;
    for statement in statements(&text) {
        assert!(statement.line > last, "line {} after {last}", statement.line);
        last = statement.line;
        if let ConfigKind::Assign(name, value) = statement.kind {
            assert!(!name.is_empty());
            macros.set(&name, &value, Origin::Default);
            names.push(name);
        }
    }
    assert!(last <= lines(bytes).max(1));
    for name in names {
        assert!(macros.get(&name).is_some(), "{name}");
        if let Ok(Some(value)) = macros.value(&name) {
            assert!(value.len() <= MAX_VALUE, "{name}");
        }
    }
    for line in text.lines().take(20) {
        if let Some(pattern) = Pattern::parse(line) {
            let _ = pattern.matches("friend.token");
        }
    }
});
