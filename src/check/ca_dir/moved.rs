//! Links that were made for another place, as in a copy of a CA directory: they lead to nothing, and
//! a file of the name that they give lies beside them.

use crate::check::ca_dir::ca::Seats;
use crate::check::ca_dir::families::may_link;
use crate::check::ca_dir::group::GroupedFinding;
use crate::check::ca_dir::rule::LINK_MOVED;
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{Entry, Inventory};
use crate::check::ca_lookup::unusable_as_ca;
use crate::parse::ca_dir::EntryName;
use crate::report::Place;
use crate::source::error::LoadError;
use crate::text::time::UnixTime;

/// Such a link and the name of the file beside it.
pub(super) fn all<'a>(
    inventory: &'a Inventory,
    seats: &Seats<'a>,
    at: UnixTime,
) -> impl Iterator<Item = (&'a Entry, &'a Entry)> {
    let entries = inventory.entries.iter();
    entries.filter_map(move |entry| Some((entry, beside(inventory, seats, entry, at)?)))
}

/// Every one that a lookup comes to.
pub(super) fn check(view: &View<'_>, seats: &Seats<'_>) -> Vec<GroupedFinding> {
    let hit = |(entry, near): (&Entry, &Entry)| {
        let target = entry.link.as_deref().unwrap_or(&entry.path).display();
        let message = format!(
            "the link {} is dangling: its target {target} is missing, and {} lies beside the link",
            entry.name, near.name
        );
        let found = LINK_MOVED.found(message).at(Place::file(entry.path.clone()));
        GroupedFinding::new(
            format!("{} ({})", entry.name, near.name),
            "links are dangling, and the files that they name lie beside them",
            found,
        )
    };
    all(view.inventory, seats, view.at).map(hit).collect()
}

/// The file that a dangling link means, if it lies beside it and is what the link's name asks for.
pub(super) fn beside<'a>(
    inventory: &'a Inventory,
    seats: &Seats<'a>,
    entry: &Entry,
    at: UnixTime,
) -> Option<&'a Entry> {
    let Err(LoadError::Dangling(..)) = &entry.file else {
        return None;
    };
    let name = entry.link.as_deref()?.file_name()?.to_str()?;
    let near = seats.entry(name).filter(|near| near.name != entry.name)?;
    let fits = match &entry.kind {
        EntryName::Certificate { hash, .. } => is_ca_of(inventory, near, hash),
        EntryName::Crl { hash: stem, .. }
        | EntryName::SigningPolicy { stem }
        | EntryName::Namespaces { stem } => {
            seats.hashed(stem).any(|seat| seat.alive && may_link(inventory, seat, near, at))
        }
        _ => false,
    };
    fits.then_some(near)
}

/// Whether OpenSSL reads a CA of this hash there, and nothing speaks against a link to it.
fn is_ca_of(inventory: &Inventory, entry: &Entry, hash: &str) -> bool {
    let Ok(file) = entry.file else {
        return false;
    };
    let content = inventory.files.get(file).and_then(|held| held.content.as_ref().ok());
    let contents = content.and_then(|content| content.pem.as_ref());
    let is_of_hash = contents.filter(|pem| unusable_as_ca(pem).is_none()).is_some_and(|pem| {
        pem.readable().any(|(_, certificate)| {
            let subject = &certificate.subject;
            subject.new_hash() == hash || subject.old_hash() == hash
        })
    });
    is_of_hash && inventory.doubt(file).is_none()
}
