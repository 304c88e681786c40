//! Is the CA directory set up right? An audit of everything in it.

mod anchor;
pub mod bundle;
pub mod ca;
mod duplicate;
mod entry;
pub mod environment;
pub mod group;
mod issuer;
mod link;
pub mod lists;
mod mode;
mod moved_link;
pub mod old_hash;
pub mod place;
pub mod policies;
mod policy_content;
mod rule;
pub mod script;
mod settings;
mod view;
mod whole;

use crate::check::ca_dir::ca::Cas;
pub use crate::check::ca_dir::duplicate::expired_first;
use crate::check::ca_dir::group::Groups;
pub use crate::check::ca_dir::rule::*;
use crate::check::ca_dir::view::View;
pub use crate::check::ca_dir::whole::empty;
pub use crate::check::ca_index::inventory::{Authority, CaFile, Content, Entry, Folder, Inventory};
pub use crate::check::ca_index::{Copy, reach};
use crate::report::{Exit, Finding, Severity};
use crate::source::near::NearCas;
use crate::text::time::{Seconds, UnixTime};

/// How long CAs and CRLs must last.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// `--for`: a CA that ends before is an error, a CRL a warning.
    pub need: Seconds,
    /// `--warn`: what ends before is a warning.
    pub warn: Option<Seconds>,
}

impl Wanted {
    /// Nothing is asked.
    pub const NOTHING: Self = Self { need: Seconds(0), warn: None };
}

/// That not everything was looked at, if so.
pub fn left_out(inventory: &Inventory) -> Option<Finding> {
    let limit = inventory.exhausted.as_ref()?;
    let path = inventory.candidate.path.display();
    Some(
        rule::WORK
            .found(format!("{path}: not every file and signature in it was looked at: {limit}")),
    )
}

/// The CAs that somebody put out of use, as notes.
pub fn put_aside(inventory: &Inventory, at: UnixTime) -> Vec<Finding> {
    let hits = link::put_aside(&View::new(inventory, at), true);
    Groups::of(hits).findings(&inventory.candidate.path)
}

/// Everything that is wrong with the certificates and their names. `alice` says that JAliEn tokens
/// are in use here.
pub fn check(
    inventory: &Inventory,
    alice: bool,
    wanted: Wanted,
    near: &NearCas,
    at: UnixTime,
) -> Vec<Finding> {
    let view = &View::new(inventory, at);
    let mut hits = if inventory.candidate.bundle {
        whole::bundle(view)
    } else {
        let cas = &Cas::of(inventory, at);
        let mut hits = entry::check(view, cas);
        hits.extend(moved_link::check(view, cas));
        hits.extend(link::check(view));
        hits.extend(duplicate::duplicates(view));
        hits
    };
    hits.extend(entry::private_keys(view));
    hits.extend(anchor::check(view, wanted));
    hits.extend(issuer::check(view));
    hits.extend(duplicate::keys(view));
    hits.extend(duplicate::expired(view));
    let mut findings = Groups::of(hits).findings(&inventory.candidate.path);
    if whole::readable(view) == 0 {
        // Nothing can be looked up at all: there is no evidence.
        let errors = findings.iter_mut().filter(|f| f.severity == Severity::Error);
        errors.for_each(|finding| finding.exit = Exit::Undecided);
    }
    let errors = findings.iter().any(|f| f.severity == Severity::Error);
    findings.extend(whole::check(view, alice, errors, near));
    findings
}
