//! `testdata/` is what the forge makes: byte for byte, each file described, each file used.
//!
//! `cargo test --test testdata -- --ignored make_testdata` writes it anew.

mod forge;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use forge::fixtures::{
    Content, Fixture, {self},
};

#[test]
fn committed_bytes_are_what_the_forge_makes() {
    for fixture in fixtures::all() {
        let path = testdata().join(&fixture.path);
        match &fixture.content {
            Content::Bytes(bytes) => {
                let committed = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", fixture.path));
                assert!(committed == *bytes, "{} differs from what the forge makes", fixture.path);
            }
            Content::Link(target) => {
                let committed =
                    fs::read_link(&path).unwrap_or_else(|e| panic!("{}: {e}", fixture.path));
                assert_eq!(committed, Path::new(target), "{}", fixture.path);
            }
            Content::Input(_) => assert!(path.is_file(), "{} is missing", fixture.path),
        }
    }
}

/// A file made once from a certificate that has changed since would mislead.
#[test]
fn text_dump_holds_the_healthy_certificate() {
    let read = |path: &str| fs::read_to_string(testdata().join(path)).unwrap();
    let healthy = read("cert/healthy.pem");
    let block = &healthy[healthy.find("-----BEGIN").unwrap()..];
    assert!(read("file/text-dump.pem").ends_with(block));
}

#[test]
#[ignore = "writes testdata/"]
fn make_testdata() {
    for folder in FOLDERS {
        fs::create_dir_all(testdata().join(folder)).unwrap();
    }
    for fixture in fixtures::all() {
        let path = testdata().join(&fixture.path);
        match &fixture.content {
            Content::Bytes(bytes) => fs::write(&path, bytes).unwrap(),
            Content::Link(target) => {
                let _ = fs::remove_file(&path);
                symlink(target, &path).unwrap();
            }
            Content::Input(_) => {}
        }
    }
    let readme = testdata().join("README.md");
    let text = fs::read_to_string(&readme).unwrap();
    let (before, _, after) = around_table(&text);
    fs::write(&readme, format!("{before}{}{after}", table())).unwrap();
}

#[test]
fn readme_has_a_row_for_each_file() {
    let text = fs::read_to_string(testdata().join("README.md")).unwrap();
    let (_, rows, _) = around_table(&text);
    assert!(rows == table(), "run make_testdata to write the tables of testdata/README.md anew");
}

#[test]
fn each_file_is_made_here_and_each_made_file_exists() {
    let mut found = BTreeSet::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(testdata().join(folder)).unwrap().map(Result::unwrap) {
            if entry.path().is_symlink() || entry.path().is_file() {
                found.insert(format!("{folder}/{}", entry.file_name().to_str().unwrap()));
            }
        }
    }
    let made: BTreeSet<_> = fixtures::all().iter().map(|fixture| fixture.path.clone()).collect();
    let odd: Vec<_> = found.symmetric_difference(&made).collect();
    assert!(odd.is_empty(), "without a maker, or not made: {odd:?}");
}

/// A fixture nobody mentions tests nothing.
#[test]
fn each_file_is_used() {
    let mut sources = Vec::new();
    for folder in ["src", "tests", "benches"] {
        read_sources(&root().join(folder), &mut sources);
    }
    let unused: Vec<_> = fixtures::all()
        .iter()
        .filter(|fixture| must_be_mentioned(fixture))
        .map(|fixture| fixture.path.clone())
        .filter(|path| !sources.iter().any(|text| mentions(text, path)))
        .collect();
    assert!(unused.is_empty(), "not used by any test: {unused:#?}");
}

/// The CA directory and the VOMS server list are used as a whole, the keys by the forge.
fn must_be_mentioned(fixture: &Fixture) -> bool {
    let whole = ["ca/certificates/", "keys/", "voms/vomsdir/"];
    !whole.iter().any(|folder| fixture.path.starts_with(folder))
}

/// `folder/name.pem`; or `"name.pem"` in a source that names the folder.
fn mentions(text: &str, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap();
    let names_folder =
        || text.contains(&format!("{folder}/")) || text.contains(&format!("\"{folder}\""));
    text.contains(path) || text.contains(&format!("\"{name}\"")) && names_folder()
}

fn read_sources(folder: &Path, sources: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let makes_them = path.ends_with("tests/forge") || path.ends_with("tests/testdata.rs");
        if path.is_dir() && !makes_them {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|end| end == "rs") && !makes_them {
            sources.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The part of README.md that is made here, and what stands around it.
fn around_table(text: &str) -> (&str, &str, &str) {
    let begin = text.find(TABLE_BEGIN).expect("the mark before the tables") + TABLE_BEGIN.len();
    let end = text.find(TABLE_END).expect("the mark after the tables");
    (&text[..begin], &text[begin..end], &text[end..])
}

fn table() -> String {
    let mut text = String::new();
    for folder in FOLDERS {
        text += &format!(
            "\n### {folder}/\n\n| file | what | how made | expected |\n|---|---|---|---|\n"
        );
        for fixture in fixtures::all() {
            let Some((_, name)) = fixture.path.rsplit_once('/').filter(|(in_, _)| in_ == folder)
            else {
                continue;
            };
            let made = match &fixture.content {
                Content::Bytes(_) => "forge".to_owned(),
                Content::Input(command) => format!("`{command}`"),
                Content::Link(_) => "link".to_owned(),
            };
            text += &format!("| `{name}` | {} | {made} | {} |\n", fixture.what, fixture.expected);
        }
    }
    text + "\n"
}

fn testdata() -> PathBuf {
    root().join("testdata")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folders that the forge answers for.
const FOLDERS: &[&str] = &[
    "ca",
    "ca/certificates",
    "cert",
    "crl",
    "file",
    "host",
    "bearer",
    "idtoken",
    "idtoken/keys",
    "key",
    "keys",
    "policy",
    "proxy",
    "token",
    "voms",
    "voms/server",
    "voms/vomsdir/alice",
    "voms/vomsdir/shire.test",
];

const TABLE_BEGIN: &str = "<!-- tables: written by make_testdata -->\n";
const TABLE_END: &str = "<!-- end of tables -->";
