//! The lines of `status` about the CA directory: how many CAs, how their revocation lists do.

use crate::chain::budget::{Budget, Reserve, UNITS_OF_ONE};
use crate::chain::revocation::{Health, Unusable};
use crate::check::ca_dir::{Authority, Inventory};
use crate::check::{ca_dir, ca_lookup};
use crate::command::ca::anchor::Shelves;
use crate::command::ca::audit;
use crate::gather::cas::Trust;
use crate::gather::inventory::Extent;
use crate::gather::options::TrustOptions;
use crate::gather::{inventory, shares};
use crate::load::LoadError;
use crate::locate::CaSearch;
use crate::report::{Finding, Item, Severity, Value};
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// The row; in `findings` why there is nothing to count, or what `ca-check` calls an error.
pub fn row(
    options: &TrustOptions,
    exit_only: bool,
    env: &Env,
    findings: &mut Vec<Finding>,
) -> Item {
    let trust = Trust::open(options, CaSearch::Globus, env);
    let candidate = &trust.candidate;
    let mut item = Item::new("ca_directory", "CA certificates");
    item.fact("from", "from", Value::Text(trust.shown()));
    let read = || inventory::read(candidate.clone(), Extent::Audit, env.euid);
    let inventory = trust.trouble.clone().map_or_else(read, Err);
    let (state, count, lists) = match inventory {
        Err(trouble @ LoadError::NoCertificate(..)) => {
            findings.push(ca_lookup::unusable(candidate, &trouble));
            ("empty".to_owned(), 0, Lists::default())
        }
        Err(trouble) => {
            findings.push(ca_lookup::unusable(candidate, &trouble));
            ("unusable".to_owned(), 0, Lists::default())
        }
        Ok(inventory) if inventory.cas().next().is_none() => {
            findings.push(ca_dir::empty(&inventory));
            ("empty".to_owned(), 0, Lists::default())
        }
        Ok(inventory) => {
            let count = inventory.cas().count();
            if !exit_only {
                // What is lost here is what a credential may need tomorrow.
                let (audit, _) = audit::judged(&inventory, env);
                let errors = audit.into_iter().filter(|f| f.severity == Severity::Error);
                findings.extend(errors.map(Finding::as_warning));
            }
            // Whoever wants the exit code alone does not wait for what does not change it.
            let lists = match exit_only {
                true => Lists::default(),
                false => Lists::of(&inventory, env.now),
            };
            (cas(&inventory, env.now), count, lists)
        }
    };
    item.fact("state", "state", Value::Text(state));
    item.machine("count", whole(count));
    lists.add(&mut item);
    item
}

/// `83 CAs, 7 expired`.
fn cas(inventory: &Inventory, now: UnixTime) -> String {
    let expired = inventory.cas().filter(|(_, a)| a.certificate.validity.not_after < now).count();
    let count = inventory.cas().count();
    let cas = if count == 1 { "CA" } else { "CAs" };
    match expired {
        0 => format!("{count} {cas}"),
        _ => format!("{count} {cas}, {expired} expired"),
    }
}

/// CAs by what their revocation lists are like, those that have expired left out.
#[derive(Debug, Default)]
struct Lists {
    fresh: usize,
    expired: usize,
    bad: usize,
    none: usize,
    /// When the first of the fresh ones runs out.
    first_end: Option<UnixTime>,
}

impl Lists {
    fn of(inventory: &Inventory, now: UnixTime) -> Self {
        let shelves = Shelves::of(inventory);
        let authorities = inventory.cas().map(|(_, authority)| authority);
        let alive: Vec<_> = authorities
            .filter(|authority| authority.certificate.validity.not_after >= now)
            .collect();
        let mut lists = Self::default();
        let reserve = &mut Reserve::of_directory();
        let health = |authority: &&Authority, budget: &Budget| shelves.list(authority, now, budget);
        for health in shares::map(&alive, |_| UNITS_OF_ONE, reserve, health) {
            lists.count(health);
        }
        lists
    }

    fn count(&mut self, health: Option<Health<'_>>) {
        let Some(Health { list, trouble }) = health else {
            self.none += 1;
            return;
        };
        match trouble {
            Some(Unusable::Expired(_)) => self.expired += 1,
            Some(_) => self.bad += 1,
            None => {
                self.fresh += 1;
                let end = list.content.as_ref().ok().and_then(|crl| crl.next_update);
                let ends = self.first_end.into_iter().chain(end);
                self.first_end = ends.min();
            }
        }
    }

    /// `75 fresh, 3 expired, 2 CAs without`, and when the first of the fresh ones ends.
    fn add(&self, item: &mut Item) {
        let has_any = self.fresh + self.expired + self.bad > 0;
        let counts = [
            (self.fresh, "fresh"),
            (self.expired, "expired"),
            (self.bad, "bad"),
            (self.none, if self.none == 1 { "CA without" } else { "CAs without" }),
        ];
        let said = counts.iter().filter(|(count, _)| *count > 0);
        let said: Vec<String> = said.map(|(count, what)| format!("{count} {what}")).collect();
        if has_any {
            let text = said.join(", ");
            item.fact("crls", "CRLs", Value::Text(text));
        } else if self.none > 0 {
            item.fact("crls", "CRLs", Value::Text("none".to_owned()));
        } else {
            item.machine("crls", Value::Unknown);
        }
        for (key, count) in [
            ("crls_fresh", self.fresh),
            ("crls_expired", self.expired),
            ("crls_bad", self.bad),
            ("crls_none", self.none),
        ] {
            item.machine(key, whole(count));
        }
        match self.first_end {
            Some(end) => item.fact("crl_next_update", "first ends", Value::Time(end)),
            None => item.machine("crl_next_update", Value::Unknown),
        }
    }
}

fn whole(count: usize) -> Value {
    i64::try_from(count).map_or(Value::Unknown, Value::Int)
}
