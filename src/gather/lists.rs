//! Reads the revocation lists of a CA name from the CA directory, or from a bundle.

use std::path::Path;

use crate::chain::revocation::{Bad, List};
use crate::load;
use crate::load::ca_dir::ReadEntry;
use crate::load::{LoadError, ca_dir};
use crate::parse::crl;
use crate::parse::crl::Input;

/// Stops after this many missing numbers. Tools that stop at the first one miss a list behind one
/// that an administrator removed. Listing the directory would take longer.
const MAX_GAP: usize = 10;

/// Most files with one hash. A CA with a list for each of its keys has three.
const MAX_LISTS: usize = 100;

/// Most bytes of lists that one run reads from a CA directory, and of all files in an audit: four
/// of the largest. All lists of grid CAs together have a tenth of it.
pub const MAX_TOTAL_BYTES: u64 = 4 * load::MAX_FILE_BYTES;

/// Reads lists, up to the limit of one run.
#[derive(Debug)]
pub struct Reader {
    left: u64,
}

impl Default for Reader {
    fn default() -> Self {
        Self { left: MAX_TOTAL_BYTES }
    }
}

impl Reader {
    /// Reads every `<hash>.rN`. Returns the limit at which some were not read; any of these may
    /// revoke.
    pub fn read(&mut self, directory: &Path, hash: &str) -> (Vec<List>, Option<String>) {
        let (mut lists, mut limit) = (Vec::new(), None);
        let (mut number, mut files, mut missing) = (0, 0, 0);
        while missing < MAX_GAP {
            let name = format!("{hash}.r{number}");
            number += 1;
            if !ca_dir::is_there(directory, &name) {
                missing += 1;
                continue;
            }
            missing = 0;
            if files == MAX_LISTS {
                let reached = format!("the limit of {MAX_LISTS} CRL files of one CA ({hash}.rN)");
                return (lists, limit.or(Some(reached)));
            }
            files += 1;
            let entry = ca_dir::list(directory, &name, self.left);
            match &entry.outcome {
                Ok(source) => self.pay(source.bytes.len()),
                Err(LoadError::TooLarge(_, most)) if *most == load::MAX_FILE_BYTES => {
                    limit = Some(format!("the limit of {} for a CRL file ({name})", mib(*most)));
                }
                Err(LoadError::TooLarge(..)) => {
                    return (lists, Some(total_limit("CRL files", &name)));
                }
                Err(_) => {}
            }
            lists.extend(of_file(entry, hash));
        }
        (lists, limit)
    }

    fn pay(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(bytes);
    }
}

/// The words for: `name` was not read because of the limit for all.
pub fn total_limit(what: &str, name: &str) -> String {
    format!("the limit of {} for all {what} of a run ({name})", mib(MAX_TOTAL_BYTES))
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// The lists in a bundle.
pub fn of_bundle(bytes: &[u8], from: &str) -> Vec<List> {
    let inputs = crl::blocks(bytes).into_iter();
    inputs.map(|input| list(input, from, None)).collect()
}

/// The lists in a file. At least one entry, good or bad.
pub fn of_bytes(bytes: Vec<u8>, from: &str, hash: Option<&str>) -> Vec<List> {
    let inputs = crl::read(bytes).into_iter();
    inputs.map(|input| list(input, from, hash)).collect()
}

fn of_file(entry: ReadEntry, hash: &str) -> Vec<List> {
    let from = entry.path.display().to_string();
    let bad = match entry.outcome {
        Ok(mut source) => {
            // A list is public, so it need not be wiped, and the bytes need not be copied.
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

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "01234567";

    /// Lists and limit of a directory with these files of zeros but for their beginnings, all of
    /// one size, for a run that may read so many bytes.
    fn read(heads: &[&[u8]], size: u64, left: u64) -> (usize, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (number, head) in heads.iter().enumerate() {
            let path = folder.path().join(format!("{HASH}.r{number}"));
            std::fs::write(&path, head).unwrap();
            let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len(size).unwrap();
        }
        let (lists, limit) = Reader { left }.read(folder.path(), HASH);
        (lists.len(), limit)
    }

    #[test]
    fn a_run_reads_so_many_bytes() {
        const SIZE: u64 = 1 << 20;
        let der: &[u8] = &[0x30, 0x83];
        let pem: &[u8] = b"\0\n-----BEGIN X509 CRL-----\n";
        for head in [der, pem] {
            let both = [head, head];
            assert_eq!(read(&both, SIZE, 2 * SIZE), (2, None));
            let (lists, limit) = read(&both, SIZE, 2 * SIZE - 1);
            let limit = limit.expect("a limit");
            assert!(lists == 1 && limit.contains("256 MiB") && limit.contains(".r1"), "{limit}");
        }
    }

    /// Of zeros only the beginning is read.
    #[test]
    fn what_is_no_list_costs_little() {
        const SIZE: u64 = 63 << 20;
        let nothing: [&[u8]; 40] = [b""; 40];
        assert_eq!(read(&nothing, SIZE, SIZE + (3 << 20)), (40, None));
    }
}
