//! The exchange directory. Both sides read it, and others may write to it.
//!
//! Whoever can write there may put any number of files under any name, and change or remove them at
//! any time. So a file is read once, and its content counts, not its name. Files that are ignored
//! are reported with the reason.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::crypto::random;
use crate::load::{LoadError, exchange};
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::{Digest, Id};
use crate::parse::exchange::request::RequestFile;
use crate::report::Finding;
use crate::store::place;
use crate::text::hex::hex;

/// A request in the directory.
#[derive(Debug)]
pub(super) struct SpooledRequest {
    pub(super) path: PathBuf,
    pub(super) file: RequestFile,
}

/// Both kinds of file may be readable for everybody. They contain no secret.
pub(super) const MODE: u32 = 0o644;

/// How much of a directory is read.
#[derive(Clone, Copy)]
struct Most {
    /// Most files of the kind that is searched.
    found: usize,
    /// Most bytes of all files.
    bytes: usize,
}

const MOST: Most = Most { found: exchange::MAX_FOUND, bytes: exchange::MAX_TOTAL_BYTES };

/// Most names of ignored files that are listed.
const MAX_LISTED: usize = 3;

/// The requests of a directory, each once, and the ignored files. Those with `id` in their names
/// come first, so that other files cannot push them out.
pub(super) fn requests(
    directory: &Path,
    id: Option<Id>,
) -> Result<(Vec<SpooledRequest>, Option<Finding>), Box<Finding>> {
    let (mut paths, mut cut) = (Vec::new(), false);
    for start in id.map(|id| id.to_string()).into_iter().chain([String::new()]) {
        let (more, is_cut) = names(directory, &start, exchange::REQUEST)?;
        paths.extend(more);
        cut |= is_cut;
    }
    let mut seen = HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    let parse = |bytes: &[u8]| RequestFile::parse(bytes).map_err(|why| why.to_string());
    let (found, ignored) = read(directory, paths, cut, MOST, parse);
    let found = found.into_iter().map(|(path, file)| SpooledRequest { path, file });
    let mut seen = HashSet::new();
    let found = found.filter(|found| seen.insert(found.file.digest));
    Ok((found.collect(), ignored))
}

/// Answers with their files, and the finding about ignored files.
type Answers = (Vec<(PathBuf, AnswerFile)>, Option<Finding>);

/// The answers to the request with this digest that have its id in their names, and the ignored
/// files. Who made them is not checked here.
pub(super) fn answers(directory: &Path, request: Digest) -> Result<Answers, Box<Finding>> {
    let (paths, cut) = names(directory, &request.id().to_string(), exchange::ANSWER)?;
    let parse = |bytes: &[u8]| match AnswerFile::parse(bytes) {
        Ok(file) if file.answer.request == request => Ok(file),
        Ok(_) => Err("it answers another request".to_owned()),
        Err(why) => Err(why.to_string()),
    };
    Ok(read(directory, paths, cut, MOST, parse))
}

/// All answers in the directory, to any request, within the limits.
pub(super) fn all_answers(directory: &Path) -> Result<Answers, Box<Finding>> {
    let (paths, cut) = names(directory, "", exchange::ANSWER)?;
    let parse = |bytes: &[u8]| AnswerFile::parse(bytes).map_err(|why| why.to_string());
    Ok(read(directory, paths, cut, MOST, parse))
}

/// Reads files up to the limits. Returns what was ignored.
fn read<T>(
    directory: &Path,
    paths: Vec<PathBuf>,
    mut cut: bool,
    most: Most,
    parse: impl Fn(&[u8]) -> Result<T, String>,
) -> (Vec<(PathBuf, T)>, Option<Finding>) {
    let mut found = Vec::new();
    let (mut listed, mut ignored) = (Vec::new(), 0_usize);
    let mut left = most.bytes;
    for path in paths {
        if left == 0 || found.len() == most.found {
            cut = true;
            break;
        }
        let bytes = exchange::file(&path).map_err(|trouble| trouble.to_string());
        left = left.saturating_sub(bytes.as_ref().map_or(0, Vec::len));
        match bytes.and_then(|bytes| parse(&bytes)) {
            Ok(one) => found.push((path, one)),
            Err(why) => {
                ignored += 1;
                if listed.len() < MAX_LISTED {
                    listed.push(format!("{}: {why}", path.display()));
                }
            }
        }
    }
    let mut parts = listed;
    match ignored.saturating_sub(parts.len()) {
        0 => {}
        more => parts.push(format!("and {more} more")),
    }
    if cut {
        parts.push(format!(
            "all beyond {} names, {} files or {} MiB, which is the most that is looked at",
            exchange::MAX_ENTRIES,
            most.found,
            most.bytes >> 20
        ));
    }
    let message = format!("ignored in {}: {}", directory.display(), parts.join("; "));
    let finding = check::about(&check::FILE_IGNORED, directory, message);
    (found, (!parts.is_empty()).then_some(finding))
}

fn names(
    directory: &Path,
    start: &str,
    suffix: &str,
) -> Result<(Vec<PathBuf>, bool), Box<Finding>> {
    exchange::names(directory, start, suffix).map_err(|trouble| {
        let message = format!("the exchange directory {}: {trouble}", directory.display());
        let rule = match trouble {
            LoadError::Missing(_) | LoadError::Dangling(..) => &check::DIRECTORY_MISSING,
            _ => &check::STATE,
        };
        Box::new(check::about(rule, directory, message))
    })
}

/// Writes a request to the directory.
pub(super) fn put_request(directory: &Path, id: Id, text: &str) -> io::Result<PathBuf> {
    let path = directory.join(format!("{id}.{}", exchange::REQUEST));
    place::create(&path, text.as_bytes(), MODE).map(|()| path)
}

/// Writes an answer to the directory. If somebody took its name, under a name that cannot be
/// guessed.
pub(super) fn put_answer(directory: &Path, id: Id, text: &str) -> io::Result<PathBuf> {
    let names = [String::new(), format!("-{}", hex(&random::bytes::<8>()))];
    let mut taken = io::ErrorKind::AlreadyExists.into();
    for name in names {
        let path = directory.join(format!("{id}{name}.{}", exchange::ANSWER));
        match place::create(&path, text.as_bytes(), MODE) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if exchange::file(&path).is_ok_and(|there| there == text.as_bytes()) {
                    return Ok(path);
                }
                taken = error;
            }
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

/// The only request with an id. If there are two, one of them is a forgery, and the id cannot say
/// which.
pub(super) fn only(
    found: Vec<SpooledRequest>,
    id: Id,
    directory: &Path,
) -> Result<Option<SpooledRequest>, Box<Finding>> {
    let mut same = found.into_iter().filter(|found| found.file.digest.id() == id);
    match (same.next(), same.next()) {
        (Some(first), Some(second)) => {
            Err(Box::new(two(directory, id, &[first.path, second.path])))
        }
        (first, _) => Ok(first),
    }
}

/// The finding that two requests have one id.
pub(super) fn two(directory: &Path, id: Id, paths: &[PathBuf]) -> Finding {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let message = format!(
        "different requests have the id {id}: {}; none of them is decided",
        paths.join(", ")
    );
    check::about(&check::TWO_OF_ONE_ID, directory, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::exchange::request::Request;
    use crate::text::time::UnixTime;

    #[test]
    fn what_is_beyond_a_limit_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path();
        for name in ["a", "b", "c", "d"] {
            std::fs::write(directory.join(name), name).unwrap();
        }
        let paths = || ["a", "b", "c", "d"].map(|name| directory.join(name)).to_vec();
        let junk = |bytes: &[u8]| match bytes {
            b"a" | b"b" => Err("junk".to_owned()),
            _ => Ok(()),
        };
        let all = |_: &[u8]| Ok(());
        let seen = |found, bytes, parse: &dyn Fn(&[u8]) -> Result<(), String>| {
            let (files, ignored) = read(directory, paths(), false, Most { found, bytes }, parse);
            let said = ignored.is_some_and(|finding| finding.message.contains("all beyond"));
            (files.len(), said)
        };
        assert_eq!(seen(4, 5, &all), (4, false));
        assert_eq!(seen(3, 5, &all), (3, true));
        // Junk does not count, but is read.
        assert_eq!(seen(2, 5, &junk), (2, false));
        assert_eq!(seen(1, 5, &junk), (1, true));
        assert_eq!(seen(4, 3, &junk), (1, true));
        let (_, ignored) = read(directory, Vec::new(), true, MOST, all);
        assert!(ignored.unwrap().message.contains("all beyond 200000 names"));
    }

    /// Nobody can make two requests of one id; so their digests are changed.
    #[test]
    fn two_requests_of_one_id_are_neither() {
        let request = |digest: [u8; 32], path: &str| SpooledRequest {
            path: path.into(),
            file: RequestFile {
                request: Request {
                    identity: None,
                    levels: Vec::new(),
                    lifetime: None,
                    pool: None,
                    name: None,
                    daemon_type: None,
                    created: UnixTime(0),
                    expires: UnixTime(1),
                    reply_key: [0; 32],
                },
                digest: Digest(digest),
                signed: None,
            },
        };
        let (first, mut second, mut third) = ([1; 32], [1; 32], [1; 32]);
        second[15] = 2;
        third[14] = 2;
        let id = Digest(first).id();
        let all = || vec![request(first, "a"), request(third, "c")];
        let one = only(all(), id, Path::new("x")).unwrap().unwrap();
        assert_eq!(one.path, Path::new("a"));
        let mut with_second = all();
        with_second.push(request(second, "b"));
        let finding = only(with_second, id, Path::new("x")).unwrap_err();
        assert_eq!(finding.rule.id, "token-request-two-of-one-id");
        assert!(finding.message.contains("a, b"), "{}", finding.message);
        assert!(only(Vec::new(), id, Path::new("x")).unwrap().is_none());
    }
}
