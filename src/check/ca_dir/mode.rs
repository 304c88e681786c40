//! The modes that a shell can mend.

use crate::check::ca_dir::entry::is_certificate;
use crate::check::ca_dir::mend::Step;
use crate::check::ca_dir::mend::quoted;
use crate::check::ca_dir::view::View;
use crate::parse::trust_dir::EntryName;
use crate::source::FileFacts;

/// Files that others may write, or may not read. Not those that hold a private key or could not be
/// looked into, and nothing outside of the directory.
pub(super) fn steps(view: &View<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let inventory = view.inventory;
    if let Some((_, facts)) = inventory.above.last() {
        let bits = mode_change(facts, 0o055, "a+rx");
        if let Some((cause, bits)) = bits {
            let cause = format!("{cause} the directory (mode {:04o})", facts.mode);
            steps.push((cause, vec![format!("chmod {bits} \"$d\"")]));
        }
    }
    for file in &inventory.files {
        let names = file.names.iter().map(|name| &inventory.entries[*name]);
        let mut own = names.filter(|entry| entry.link.is_none());
        let Some(entry) = own.next() else { continue };
        let keys = match &file.content {
            Ok(content) => content.pem.as_ref().is_some_and(|pem| !pem.keys.is_empty()),
            Err(_) => true,
        };
        let known = entry.kind != EntryName::Other || is_certificate(entry);
        let change = mode_change(&file.facts, 0o044, "a+r").filter(|_| known && !keys);
        if let (Some((cause, bits)), Some(name)) = (change, quoted(&entry.name)) {
            let cause = format!("{cause} {} (mode {:04o})", entry.name, file.facts.mode);
            steps.push((cause, vec![format!("chmod {bits} {name}")]));
        }
    }
    steps
}

fn mode_change(facts: &FileFacts, wanted: u32, readable: &str) -> Option<(String, String)> {
    // A group of the number of its only member is how many systems set users up; root's is root.
    let private = facts.group == 0 || facts.group == facts.owner;
    let writable = facts.mode & if private { 0o002 } else { 0o022 } != 0;
    match (writable, facts.mode & wanted == wanted) {
        (false, true) => None,
        (true, true) => Some(("others may write to".to_owned(), "go-w".to_owned())),
        (false, false) => Some(("not everybody may read".to_owned(), readable.to_owned())),
        (true, false) => Some((
            "others may write to, and not everybody may read,".to_owned(),
            format!("{readable},go-w"),
        )),
    }
}
