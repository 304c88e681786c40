//! Names that lead nowhere, although the file that they mean is in the same directory: links that
//! were made for another place, or links that became text files. Both happen in copies of a CA
//! directory.

use crate::check::ca_dir::ca::Cas;
use crate::check::ca_dir::group::GroupedFinding;
use crate::check::ca_dir::old_hash::may_link;
use crate::check::ca_dir::rule::LINK_MOVED;
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{Entry, Inventory};
use crate::check::ca_index::LINK_AS_TEXT;
use crate::parse::ca_dir::EntryName;
use crate::report::Place;
use crate::text::time::UnixTime;

/// Such names, each with the name of the file that it means.
pub(super) fn all<'a>(
    inventory: &'a Inventory,
    cas: &Cas<'a>,
    at: UnixTime,
) -> impl Iterator<Item = (&'a Entry, &'a Entry)> {
    let entries = inventory.entries.iter();
    entries.filter_map(move |entry| Some((entry, beside(inventory, cas, entry, at)?)))
}

/// All of them that a lookup reads.
pub(super) fn check(view: &View<'_>, cas: &Cas<'_>) -> Vec<GroupedFinding> {
    let hit = |(entry, near): (&Entry, &Entry)| {
        let (name, near) = (&entry.name, &near.name);
        let (message, many) = match entry.link.as_deref().filter(|_| entry.file.is_err()) {
            Some(target) => (
                format!(
                    "the link {name} is dangling: its target {} is missing, and {near} is next \
                     to the link",
                    target.display()
                ),
                "links are dangling, and the files that they name are next to them",
            ),
            None => (
                format!("the file {name} is text that only names {near}: {LINK_AS_TEXT}"),
                "symbolic links were turned into files of text (Windows, Cygwin, a copy over SMB)",
            ),
        };
        let found = LINK_MOVED.found(message).at(Place::file(entry.path.clone()));
        GroupedFinding::new(format!("{name} ({near})"), many, found)
    };
    all(view.inventory, cas, view.at).map(hit).collect()
}

/// The file that such a name means, if it contains what the name asks for.
pub(super) fn beside<'a>(
    inventory: &'a Inventory,
    cas: &Cas<'_>,
    entry: &Entry,
    at: UnixTime,
) -> Option<&'a Entry> {
    let near = inventory.meant(entry)?;
    let fits = match &entry.kind {
        EntryName::Certificate { hash, .. } => inventory.may_be_linked(near, hash),
        EntryName::Crl { hash: stem, .. }
        | EntryName::SigningPolicy { stem }
        | EntryName::Namespaces { stem } => {
            cas.hashed(stem).any(|ca| ca.alive && may_link(inventory, ca, near, at))
        }
        _ => false,
    };
    fits.then_some(near)
}
