//! The exchange directory, which both sides see and others may write to.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::check::exchange as check;
use crate::load::exchange;
use crate::parse::exchange::digest::Code;
use crate::parse::exchange::request::RequestFile;
use crate::report::Finding;
use crate::store::place;

/// A request in the directory.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) file: RequestFile,
}

/// Both files may be read by everybody: nothing in them is secret.
pub(super) const MODE: u32 = 0o644;

/// Answers of one request that are looked at: the approver's, and what others put beside it.
const MAX_ANSWERS: usize = 100;

/// Names of passed-over files that are told.
const MAX_TOLD: usize = 3;

/// The requests of a directory, each once, and what was passed over.
pub(super) fn requests(directory: &Path) -> Result<(Vec<Found>, Option<Finding>), Box<Finding>> {
    let (paths, cut) = names(directory, exchange::REQUEST)?;
    let mut found: Vec<Found> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut ignored = Vec::new();
    for path in paths {
        let read = exchange::file(&path).map_err(|trouble| trouble.to_string());
        let read = read.and_then(|bytes| RequestFile::parse(&bytes).map_err(|why| why.to_string()));
        match read {
            Ok(file) if seen.insert(file.digest) => found.push(Found { path, file }),
            Ok(_) => {}
            Err(why) => ignored.push(format!("{}: {why}", path.display())),
        }
    }
    Ok((found, passed_over(directory, &ignored, cut)))
}

fn passed_over(directory: &Path, ignored: &[String], cut: bool) -> Option<Finding> {
    if ignored.is_empty() && !cut {
        return None;
    }
    let told: Vec<&str> = ignored.iter().take(MAX_TOLD).map(String::as_str).collect();
    let mut message = format!(
        "passed over in {}: {}",
        directory.display(),
        told.join("; ")
    );
    if ignored.len() > MAX_TOLD {
        message += &format!("; and {} more", ignored.len() - MAX_TOLD);
    }
    if cut {
        let most = exchange::MAX_NAMES;
        message += &format!(" (only {most} of the requests were looked at)");
    }
    Some(check::about(&check::FILE_IGNORED, directory, message))
}

/// Bytes of the answers that bear the id in their name.
pub(super) fn answers(directory: &Path, id: Code) -> Result<Vec<(PathBuf, Vec<u8>)>, Box<Finding>> {
    let (paths, _) = names(directory, exchange::ANSWER)?;
    let id = id.to_string();
    let named = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with(&id))
    };
    let candidates = paths.into_iter().filter(named).take(MAX_ANSWERS);
    let read = candidates.filter_map(|path| Some((path.clone(), exchange::file(&path).ok()?)));
    Ok(read.collect())
}

fn names(directory: &Path, suffix: &str) -> Result<(Vec<PathBuf>, bool), Box<Finding>> {
    exchange::names(directory, suffix).map_err(|trouble| {
        let message = format!("the exchange directory {}: {trouble}", directory.display());
        Box::new(check::about(&check::STATE, directory, message))
    })
}

/// Puts a request into the directory.
pub(super) fn put_request(directory: &Path, id: Code, text: &str) -> io::Result<PathBuf> {
    let path = directory.join(format!("{id}.{}", exchange::REQUEST));
    place::create(&path, text.as_bytes(), MODE).map(|()| path)
}

/// Puts an answer into the directory, under the next name if somebody took the first.
pub(super) fn put_answer(directory: &Path, id: Code, text: &str) -> io::Result<PathBuf> {
    let mut taken = io::ErrorKind::AlreadyExists.into();
    for number in 1..=MAX_ANSWERS {
        let name = match number {
            1 => format!("{id}.{}", exchange::ANSWER),
            _ => format!("{id}-{number}.{}", exchange::ANSWER),
        };
        let path = directory.join(name);
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
