//! The rooms of `src` use each other in one direction, and effects and crates stay in theirs.
//!
//! A room is a file or folder right below `src`; the map is in `src/lib.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use certok::command::Command;

/// Each room and the rooms that it may use: only such as stand above it, so there is no cycle.
const ROOMS: &[(&str, &[&str])] = &[
    ("crypto", &[]),
    ("source", &[]),
    ("text", &[]),
    ("system", &["text"]),
    ("consumer", &[]),
    ("report", &["consumer", "text"]),
    // What is destroyed must still be the file that was looked at.
    ("store", &["source", "system"]),
    ("locate", &["source", "system"]),
    // A key of a certificate is of a type that crypto computes on.
    ("parse", &["crypto", "text"]),
    ("make", &["crypto", "text"]),
    // Whether a variable holds a path or the credential itself is a question of its bytes.
    ("load", &["locate", "parse", "source", "system", "text"]),
    ("chain", &["consumer", "crypto", "parse", "text"]),
    ("describe", &["chain", "crypto", "parse", "report", "source", "text"]),
    ("check", &["chain", "consumer", "crypto", "parse", "report", "source", "text"]),
    // Of check a bound that the answer to another tool needs.
    ("render", &["check", "report", "text"]),
    (
        "gather",
        &[
            "chain", "check", "crypto", "describe", "load", "locate", "parse", "report", "source",
            "system", "text",
        ],
    ),
    (
        "command",
        &[
            "chain", "check", "consumer", "crypto", "describe", "gather", "load", "locate", "make",
            "parse", "report", "source", "store", "system", "text",
        ],
    ),
    ("cli", &["command", "render", "report", "text"]),
    ("run", &["check", "cli", "command", "locate", "render", "report", "store", "system", "text"]),
];

/// Words that may stand in these rooms only: effects first, then crates.
const KEPT: &[(&str, &[&str])] = &[
    ("std::env", &["system", "main"]),
    ("Instant::now", &["store", "system"]),
    ("SystemTime::now", &["system"]),
    (".exists()", &["load", "store", "system"]),
    (".is_dir()", &["load", "store", "system"]),
    (".is_file()", &["load", "store", "system"]),
    ("std::fs", &["load", "store", "system"]),
    ("rustix::fs", &["load", "store", "system"]),
    ("rustix::stdio", &["system", "text"]),
    ("eprint!", &[]),
    ("eprintln!", &[]),
    ("print!", &[]),
    ("println!", &[]),
    ("aes::", &["crypto"]),
    ("cbc::", &["crypto"]),
    ("clap::", &["cli", "command"]),
    ("des::", &["crypto"]),
    ("hpke::", &["crypto"]),
    ("linux_raw_sys::", &["system"]),
    ("md5::", &["crypto"]),
    ("num_bigint_dig::", &["crypto"]),
    ("p256::", &["crypto"]),
    ("p384::", &["crypto"]),
    ("p521::", &["crypto"]),
    ("pkcs8::", &["crypto", "parse"]),
    ("regex_lite::", &["parse"]),
    ("ring::", &["crypto"]),
    ("rsa::", &["crypto"]),
    ("seccompiler::", &["system"]),
    ("serde::", &["render"]),
    ("serde_json::", &["render"]),
    ("sha1::", &["crypto"]),
    ("sha2::", &["crypto"]),
    ("signal_hook::", &["system"]),
    ("webpki::", &["chain"]),
    ("x509_cert::", &["make"]),
    ("x509_parser::", &["parse"]),
];

#[test]
fn rooms_stand_below_what_they_use() {
    for (row, (room, uses)) in ROOMS.iter().enumerate() {
        for used in *uses {
            let above = ROOMS[..row].iter().any(|(name, _)| name == used);
            assert!(above, "{room} may not use {used}, which stands below it");
        }
    }
    let rooms: BTreeSet<_> = sources().into_iter().map(|file| file.room).collect();
    let listed = ROOMS.iter().map(|(room, _)| (*room).to_owned());
    let listed: BTreeSet<_> = listed.chain(["lib".into(), "main".into()]).collect();
    assert_eq!(rooms, listed, "each room of src has a row");
}

#[test]
fn rooms_use_what_they_may() {
    for file in sources().iter().filter(|file| file.room != "lib") {
        let row = ROOMS.iter().find(|(room, _)| *room == file.room);
        let allowed = row.map_or(&[][..], |(_, uses)| uses);
        for (number, line) in &file.code() {
            let at = format!("{}:{number}: {line}", file.path.display());
            for after in line.split("crate::").skip(1) {
                let length = after.find(|c: char| !c.is_alphanumeric() && c != '_');
                let used = &after[..length.unwrap_or(after.len())];
                assert!(used == file.room || allowed.contains(&used), "{at}");
            }
            assert!(!file.is_root || !has_word(line, "super::"), "{at}");
        }
    }
}

#[test]
fn effects_and_crates_stay_in_their_rooms() {
    for file in sources() {
        for (number, line) in &file.code() {
            for (word, rooms) in KEPT {
                let kept = rooms.contains(&file.room.as_str()) || !has_word(line, word);
                assert!(kept, "{}:{number}: {word}", file.path.display());
            }
        }
    }
}

/// A name that is also a word for something else is only sought where commands are told apart.
#[test]
fn a_command_is_named_in_its_definition_alone() {
    let files = sources();
    for name in Command::ALL.iter().map(|entry| entry.name) {
        let (literal, definition) = (format!("\"{name}\""), format!("name: \"{name}\","));
        let mut definitions = 0;
        for file in &files {
            let is_sought = name.contains('-') || ["cli", "run"].contains(&file.room.as_str());
            for (number, line) in &file.code() {
                let at = format!("{}:{number}: {line}", file.path.display());
                if line.trim() == definition && file.room == "command" {
                    definitions += 1;
                } else {
                    assert!(!is_sought || !line.contains(&literal), "{at}");
                    assert!(!line.contains(&format!("Report::new({literal}")), "{at}");
                }
            }
        }
        assert_eq!(definitions, 1, "{name}");
    }
}

/// What opens a file for reading in another way than `open::for_reading`, and may wait for a pipe.
const OPENS: &[&str] = &[
    "fs::read(",
    "fs::read_to_string(",
    "fs::open(",
    "fs::openat(",
    "File::open",
    "File::options",
    "OpenOptions::new",
];

/// Where that is done: for writing, or on the terminal.
const OPENED_ELSEWHERE: &[(&str, &str)] = &[
    ("store/erase/directory_entry.rs", "fs::open("),
    ("store/erase/directory_entry.rs", "fs::openat("),
    ("store/erase/rewrite.rs", "fs::openat("),
    ("system/prompt.rs", "OpenOptions::new"),
    ("store/ledger.rs", "OpenOptions::new"),
    ("store/mod.rs", "OpenOptions::new"),
    ("store/pair.rs", "fs::openat("),
    ("store/replacement.rs", "OpenOptions::new"),
];

#[test]
fn one_function_opens_for_reading() {
    let mut seen = BTreeSet::new();
    for file in sources() {
        let (path, is_opener) =
            (file.path.to_string_lossy(), file.path.ends_with("system/open.rs"));
        for (number, line) in file.code().iter().filter(|_| !is_opener) {
            for word in OPENS.iter().filter(|word| line.contains(**word)) {
                let row = OPENED_ELSEWHERE.iter().find(|row| **row == (&*path, *word));
                seen.insert(*row.unwrap_or_else(|| panic!("{path}:{number}: {line}")));
            }
            let reads = ["OFlags::RDONLY", "OFlags::RDWR"];
            let reads = reads.iter().any(|word| line.contains(word));
            // The file of a lock, of which nothing is read.
            assert!(!reads || path == "store/pair.rs", "{path}:{number}: {line}");
        }
    }
    let listed: BTreeSet<_> = OPENED_ELSEWHERE.iter().copied().collect();
    assert_eq!(seen, listed, "each row is needed");
}

/// Circles that are meant, with the folder they are in: the certificate that signs a list is judged
/// as any other; text that is spelled as numbers is searched as any other.
const RECURSIONS: &[(&str, [&str; 2])] = &[
    ("chain", ["revocation", "rules"]),
    ("chain/revocation", ["lookup", "signer"]),
    ("check/idtoken", ["claims", "scope"]),
    ("text/screen", ["secret", "spelled"]),
];

/// Of two files or folders that stand in one folder, at most one uses the other, be it through others.
#[test]
fn neighbours_use_each_other_in_one_direction() {
    let sources = sources();
    let modules: BTreeSet<Vec<String>> = sources.iter().map(Source::module).collect();
    let mut uses: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in &sources {
        let own = file.module();
        for (_, line) in file.code() {
            for after in line.split("crate::").skip(1) {
                let words = after.split(|c: char| !c.is_alphanumeric() && !"_:".contains(c)).next();
                let path: Vec<String> =
                    words.unwrap_or_default().split("::").map(str::to_owned).collect();
                let known = (1..=path.len()).rev().map(|end| &path[..end]);
                let Some(used) = known.into_iter().find(|path| modules.contains(*path)) else {
                    continue;
                };
                let shared = own.iter().zip(used).take_while(|(a, b)| a == b).count();
                if let (Some(from), Some(to)) = (own.get(shared), used.get(shared)) {
                    let folder = uses.entry(own[..shared].to_vec()).or_default();
                    folder.entry(from.clone()).or_default().insert(to.clone());
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (folder, uses) in &uses {
        let folder = folder.join("/");
        for from in uses.keys() {
            for to in reached(from, uses).iter().filter(|to| from < *to) {
                if !reached(to, uses).contains(from) {
                    continue;
                }
                let is_meant = |row: &&(&str, [&str; 2])| row.0 == folder && row.1 == [from, to];
                let row = RECURSIONS.iter().find(is_meant);
                seen.insert(
                    row.unwrap_or_else(|| panic!("{folder}: {from} and {to} use each other")),
                );
            }
        }
    }
    assert_eq!(seen.len(), RECURSIONS.len(), "each row is needed");
}

/// All that `from` uses, and what that uses.
fn reached(from: &str, uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(one) = next.pop() {
        for used in uses.get(one).into_iter().flatten() {
            if reached.insert(used.clone()) {
                next.push(used);
            }
        }
    }
    reached
}

/// A file of `src`.
struct Source {
    path: PathBuf,
    room: String,
    /// `super` is the crate here.
    is_root: bool,
    text: String,
}

impl Source {
    /// Its path of modules.
    fn module(&self) -> Vec<String> {
        let path = self.path.with_extension("");
        let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
        parts.filter(|part| part != "mod").collect()
    }

    /// Numbered lines without comments, up to the unit tests. An import of several things stands as
    /// one line for each.
    fn code(&self) -> Vec<(usize, String)> {
        let lines = self.text.lines().map(str::trim).enumerate();
        let mut lines = lines
            .take_while(|(_, line)| *line != "mod tests {")
            .filter(|(_, line)| !line.starts_with("//"))
            .map(|(index, line)| (index + 1, line));
        let mut code = Vec::new();
        while let Some((number, line)) = lines.next() {
            let mut whole = line.to_owned();
            if let Some(at) = line.find("use ").filter(|_| is_import(line)) {
                while !whole.ends_with(';') {
                    whole += lines.next().map_or(";", |(_, line)| line);
                }
                let paths = imported(whole[at + 4..].trim_end_matches(';'));
                code.extend(paths.into_iter().map(|path| (number, format!("use {path};"))));
                continue;
            }
            code.push((number, whole));
        }
        code
    }
}

fn is_import(line: &str) -> bool {
    let line = line.strip_prefix("pub").unwrap_or(line).trim_start();
    let line = match line.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim_start(),
        None => line,
    };
    let path = line.strip_prefix("use ").and_then(|path| path.split_once("::"));
    path.is_some_and(|(root, _)| root.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// The paths of `a::{b, c::{d, e}}`, each whole.
fn imported(tree: &str) -> Vec<String> {
    let Some((start, inside)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inside = inside.trim_end().strip_suffix('}').expect("a closing brace");
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in inside.chars() {
        match c {
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        parts.last_mut().expect("one").push(c);
    }
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(|part| imported(&format!("{}{part}", start.trim_start()))).collect()
}

#[test]
fn imports_are_read_one_by_one() {
    let paths = imported("crate::{a, b::{c, d::{e,},}, f as g}");
    assert_eq!(paths, ["crate::a", "crate::b::c", "crate::b::d::e", "crate::f as g"]);
    for (line, expected) in [
        ("use crate::a;", true),
        ("pub use crate::a;", true),
        ("pub(super) use crate::a::{", true),
        ("let use_it = 1;", false),
        ("use another::", true),
        ("use O=AliEn2,", false),
    ] {
        assert_eq!(is_import(line), expected, "{line}");
    }
}

/// Whether `word` stands in `line`, and not as the end of a longer one; a method after anything, an
/// associated function after any path.
fn has_word(line: &str, word: &str) -> bool {
    if word.starts_with('.') || word.ends_with("::now") {
        return line.contains(word);
    }
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"_:".contains(c))
    })
}

fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of src") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // Unit tests may do what they must.
            if path.ends_with("tests.rs") {
                continue;
            }
            let below = path.strip_prefix(&top).expect("a path below src");
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            found.push(Source {
                room: parts[0].trim_end_matches(".rs").to_owned(),
                is_root: parts.len() == 1 || (parts.len() == 2 && parts[1] == "mod.rs"),
                text: fs::read_to_string(&path).expect("Rust source"),
                path: below.to_path_buf(),
            });
        }
    }
    found
}
