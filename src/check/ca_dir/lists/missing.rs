//! CAs that have no revocation list and should have one.

use std::collections::HashSet;

use crate::check::ca_dir::lists::unusable::refresh;
use crate::check::ca_dir::lists::{Audit, Judged};
use crate::check::ca_dir::{Entry, Inventory};
use crate::check::chain::revocation as words;
use crate::parse::info::Info;
use crate::report::Place;

impl Audit<'_> {
    /// CAs without a list.
    pub(super) fn missing(&mut self, ca_crls: &[Judged<'_>]) {
        let directory = &self.inventory.candidate.path;
        let shown = directory.display();
        let advice = refresh(directory);
        if self.numbers.is_empty() {
            // Another finding is about lists with a wrong name.
            if self.inventory.is_grid() && !self.cas.all.is_empty() && ca_crls.is_empty() {
                let message = format!(
                    "there is no CRL in {shown}: software that reads this directory cannot know \
                     what was revoked"
                );
                let found = words::MISSING.found(message).as_note().advice(advice);
                self.groups.add("directories have no CRL", "", found.at(Place::file(directory)));
            }
            return;
        }
        let entries = self.inventory.entries.iter();
        let urls = entries.filter_map(|entry| url_of(self.inventory, entry));
        let published: HashSet<&str> = urls.collect();
        let there: HashSet<usize> = ca_crls.iter().map(|(ca_crl, _)| ca_crl.ca.number).collect();
        for ca in self.cas.all.iter().filter(|ca| ca.alive) {
            let named = |hash: &String| self.numbers.has(hash);
            if there.contains(&ca.number) || named(&ca.new_hash) || named(&ca.old_hash) {
                continue;
            }
            let found = words::MISSING.found(format!(
                "there is no CRL of the CA {} ({}.r0) in {shown}, which has those of others",
                ca.shown(),
                ca.new_hash
            ));
            let found = found.advice(advice.clone()).at(Place::file(directory));
            let certificates = ca.authorities.iter();
            let mut entries = certificates.flat_map(|a| self.inventory.names_of(a));
            let says_where = entries.any(|entry| published.contains(stem(&entry.name)));
            let (many, found) = if says_where {
                ("CAs have no CRL, although others have", found.as_warning())
            } else {
                // Nothing says that it publishes lists.
                ("CAs have no CRL, and nothing says where to get them", found.as_note())
            };
            self.groups.add(many, ca.shown(), found);
        }
    }
}

/// The beginning of the name, if a `.crl_url` or `.info` file says where the list is published.
/// fetch-crl reads both.
fn url_of<'a>(inventory: &'a Inventory, entry: &'a Entry) -> Option<&'a str> {
    let held = inventory.files.get(*entry.file.as_ref().ok()?)?;
    if let Some(name) = entry.name.strip_suffix(".crl_url") {
        return Some(name);
    }
    let name = entry.name.strip_suffix(".info")?;
    let text = held.content.as_ref().ok()?.text.as_ref()?;
    Info::parse(text).names_list.then_some(name)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
