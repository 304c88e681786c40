//! Reads the revocation lists of a CA name from the CA directory, or from a bundle.

use std::path::Path;

use crate::chain::revocation::Bad;
use crate::chain::revocation::List;
use crate::load::trust_dir;
use crate::load::trust_dir::Entry;
use crate::parse::crl;
use crate::parse::crl::Input;

/// Names without a file after which no more are tried. Tools that stop at the first leave a list
/// unread behind one that an administrator removed; a directory listing would take longer.
const MAX_GAP: usize = 10;

/// Files of one hash. A CA with a list for each of its keys has three.
const MAX_LISTS: usize = 100;

/// Every `<hash>.rN`.
pub fn read(directory: &Path, hash: &str) -> Vec<List> {
    let mut lists = Vec::new();
    let (mut number, mut files, mut missing) = (0, 0, 0);
    while missing < MAX_GAP && files < MAX_LISTS {
        match trust_dir::list(directory, &format!("{hash}.r{number}")) {
            Some(entry) => {
                missing = 0;
                files += 1;
                lists.extend(of_file(entry, hash));
            }
            None => missing += 1,
        }
        number += 1;
    }
    lists
}

/// The lists among the blocks of a bundle.
pub fn of_bundle(bytes: &[u8], from: &str) -> Vec<List> {
    let inputs = crl::blocks(bytes).into_iter();
    inputs.map(|input| list(input, from, None)).collect()
}

/// The lists of one file; at least one, good or bad.
pub fn of_bytes(bytes: Vec<u8>, from: &str, hash: Option<&str>) -> Vec<List> {
    let inputs = crl::read(bytes).into_iter();
    inputs.map(|input| list(input, from, hash)).collect()
}

fn of_file(entry: Entry, hash: &str) -> Vec<List> {
    let from = entry.path.display().to_string();
    let bad = match entry.outcome {
        Ok(mut source) => {
            // What anybody may read need not be wiped, and is held once.
            let bytes = std::mem::take(&mut *source.bytes);
            return of_bytes(bytes, &from, Some(hash));
        }
        Err(trouble) => Bad::Unreadable(trouble.to_string()),
    };
    vec![List::new(from, Some(hash.to_owned()), Err(bad))]
}

fn list(input: Input, from: &str, hash: Option<&str>) -> List {
    let content = input.parsed.map_err(Bad::Corrupt);
    let mut list = List::new(from.to_owned(), hash.map(str::to_owned), content);
    list.block = input.block;
    list.der = input.der;
    list
}
