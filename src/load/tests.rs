use std::os::unix::fs::symlink;

use rustix::fs::{FileType, Mode, mknodat};

use super::*;

/// What reading the name gives in the place of a credential, and of an operand.
const NAMES: &[(&str, &str, &str)] = &[
    ("dangling", "its target nowhere is missing", "its target nowhere is missing"),
    ("directory", "it is a directory", "it is a directory"),
    ("file", "content", "content"),
    ("full", "it is a device", "it is a device"),
    ("link", "content", "content"),
    ("loop", "a loop of links", "a loop of links"),
    ("missing", "it does not exist", "it does not exist"),
    ("null", "it is a device", "it is a device"),
    ("pipe", "it is a named pipe", "it is a pipe that no process writes to"),
    ("socket", "it is a socket", "it is a socket"),
    ("zero", "it is a device", "it is a device"),
];

#[test]
fn whatever_stands_at_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("file"), "content").unwrap();
    std::fs::create_dir(at("directory")).unwrap();
    for device in ["full", "null", "zero"] {
        symlink(format!("/dev/{device}"), at(device)).unwrap();
    }
    for (name, target) in [("dangling", "nowhere"), ("link", "file"), ("loop", "loop")] {
        symlink(target, at(name)).unwrap();
    }
    for (name, kind) in [("pipe", FileType::Fifo), ("socket", FileType::Socket)] {
        mknodat(CWD, at(name), kind, Mode::from_raw_mode(0o600), 0).unwrap();
    }
    for (name, located, operand) in NAMES {
        for (special, want) in [(false, located), (true, operand)] {
            let got = match file(&at(name), special) {
                Ok(source) => String::from_utf8(source.bytes.to_vec()).unwrap(),
                Err(trouble) => trouble.to_string(),
            };
            assert_eq!(got, **want, "{name}, {special}");
        }
        let looked =
            readable(&at(name)).map_or_else(|trouble| trouble.to_string(), |_| "content".into());
        assert_eq!(looked, **located, "{name}");
    }
}

/// It was a file when it was looked at.
#[test]
fn a_pipe_in_the_place_of_a_file_that_was_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("name");
    std::fs::write(&path, "content").unwrap();
    let before = file_facts(&path).unwrap();
    assert!(looked_at(&path, &before, 7).is_ok());
    std::fs::remove_file(&path).unwrap();
    mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let trouble = looked_at(&path, &before, 7).unwrap_err();
    assert_eq!(trouble.to_string(), "it is a named pipe");
}

/// The last size that is read, and the first that is not.
#[test]
fn a_file_is_read_up_to_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, vec![b'x'; 2048]).unwrap();
    let facts = file_facts(&path).unwrap();
    for (limit, want) in [(2048, true), (2047, false)] {
        assert_eq!(bounded(&path, false, limit).is_ok(), want, "{limit}");
        assert_eq!(looked_at(&path, &facts, limit).is_ok(), want, "{limit}");
    }
    // It states no length.
    let status = Path::new("/proc/self/status");
    if status.exists() {
        let trouble = bounded(status, false, 16).unwrap_err();
        assert_eq!(trouble, LoadError::TooLarge(status.to_path_buf(), 16));
        assert!(bounded(status, false, 1 << 20).is_ok());
    }
}
