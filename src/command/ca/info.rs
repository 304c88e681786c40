//! `ca-info`: lists the CAs of the directory, one line each.

use crate::chain::budget::{Budget, SharedBudget, UNITS_OF_ONE};
use crate::check::ca_dir::{Authority, Entry, Inventory};
use crate::check::{ca_dir, ca_info, ca_lookup};
use crate::command::Call;
use crate::command::arguments::{Argument, Given, NamedValue, Value, arguments, flag, option};
use crate::command::ca::anchor::FilesByCa;
use crate::command::ca::audit::candidate;
use crate::command::ca::row::place;
use crate::command::ca::{CaDirArguments, find};
use crate::command::definition::{Definition, Group};
use crate::crypto::PublicKey;
use crate::describe;
use crate::gather::inventory::Extent;
use crate::gather::{inventory, shares};
use crate::load::near_cas;
use crate::locate::CaSearch;
use crate::parse::ca_dir::EntryName;
use crate::parse::file::Contents;
use crate::report::Report;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// `--sort`: the order of the lines.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sort {
    /// By file name.
    #[default]
    Alias,
    /// By what expires first.
    Expiry,
    /// By kind and size of the key, the weakest first.
    Key,
    /// By subject.
    Subject,
}

impl NamedValue for Sort {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("alias", Self::Alias),
        ("subject", Self::Subject),
        ("expiry", Self::Expiry),
        ("key", Self::Key),
    ];
}

/// What to search for, if anything.
#[derive(Clone, Debug, Default)]
pub struct Sought(Option<String>);

impl Value for Sought {
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let find: Option<String> = given.one(argument.name);
        match find.as_deref().map(str::trim) {
            Some("") => {
                Err("--find needs a name, a hash, a fingerprint or a file; it is empty".to_owned())
            }
            _ => Ok(Self(find)),
        }
    }
}

/// `ca-info`.
pub const INFO: Definition<Args> = Definition {
    name: "ca-info",
    group: Group::More,
    about: "The CAs of the CA directory, a line each; or which of them signed a certificate",
    example: "certok ca-info --expiring 52w",
    ..Definition::reporting(|args, call| Ok(run(args, call)))
};

arguments! {
    /// Arguments of `ca-info`.
    pub struct Args {
        place: CaDirArguments,
        wanted: Wanted,
    }
}

arguments! {
    /// Which CAs are listed, and in which order.
    #[derive(Default)]
    pub struct Wanted {
        sort: Sort = option("sort", "ORDER", "Order of the lines; alias unless given"),
        expired: bool = flag("expired", "Only those that have expired"),
        expiring: Option<Seconds> = option("expiring", "DURATION",
            "Only those that expire within that time: 90d, 52w"),
        find: Sought = option("find", "WHAT",
            "Only what has this subject (or a part of it), hash or fingerprint; with a \
             certificate's file, the CAs that signed it, up to the root"),
    }
}

/// Lists the CAs of `place`.
pub(in crate::command) fn of(place: CaDirArguments, call: &Call<'_>) -> Report {
    run(&Args { place, wanted: Wanted::default() }, call)
}

/// Lists the CAs of the directory in use, or of the one named.
fn run(args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let env = call.env;
    let candidate = candidate(&args.place, env);
    let inventory = match inventory::read(candidate.clone(), Extent::Audit, env.euid) {
        Ok(inventory) => inventory,
        Err(trouble) => {
            let near = near_cas::look(&candidate, CaSearch::Globus, env);
            report.findings.push(ca_lookup::unusable(&candidate, &trouble, &near));
            return report;
        }
    };
    let cas: Vec<usize> = inventory.cas().map(|(at, _)| at).collect();
    if cas.is_empty() {
        let near = near_cas::look(&candidate, CaSearch::Globus, env);
        report.findings.push(ca_dir::empty(&inventory, &near));
    }
    report.findings.extend(ca_dir::put_aside(&inventory, env.now));
    report.findings.extend(ca_info::not_listed(&skipped(&inventory)));
    report.findings.extend(ca_dir::left_out(&inventory));
    let files_by_ca = FilesByCa::of(&inventory);
    let wanted = &args.wanted;
    let found = wanted.find.0.as_ref().map(|text| find::run(text, &inventory, &files_by_ca, env));
    let mut listed = found.as_ref().map_or_else(|| cas.clone(), |found| found.listed.clone());
    listed.retain(|at| is_wanted(&inventory.authorities[*at], wanted, env));
    // A path keeps its own order.
    if !found.as_ref().is_some_and(|found| found.is_path) {
        sort(&mut listed, wanted.sort, &inventory, &files_by_ca);
    }
    report.good = match found {
        Some(found) => {
            report.findings.extend(found.findings);
            let (all, left) = (found.listed.len(), listed.len());
            match all == left {
                true => found.good,
                false => format!("{}; {left} of them listed", found.good),
            }
        }
        None => good(&inventory, &cas, &listed, wanted, env),
    };
    if !call.exit_only {
        report.columns = describe::ca::COLUMNS;
        let item = |at: &usize, budget: &Budget| {
            describe::ca::item(&files_by_ca.facts(*at, env.now, budget), env.now)
        };
        let shared_budget = &mut SharedBudget::of_directory();
        report.items = shares::map(&listed, |_| UNITS_OF_ONE, shared_budget, item);
    }
    report
}

fn is_wanted(authority: &Authority, wanted: &Wanted, env: &Env) -> bool {
    let left = authority.certificate.validity.remaining(env.now);
    let expired = left < Seconds(0);
    match (wanted.expired, wanted.expiring) {
        (false, None) => true,
        (either, within) => {
            expired && either || !expired && within.is_some_and(|within| left <= within)
        }
    }
}

fn sort(listed: &mut [usize], sort: Sort, inventory: &Inventory, files_by_ca: &FilesByCa<'_>) {
    let certificate = |at: usize| &inventory.authorities[at].certificate;
    let alias = |at: usize| {
        let name = &files_by_ca.aliases[at].name;
        (name.to_lowercase(), name.clone())
    };
    match sort {
        Sort::Alias => listed.sort_by_cached_key(|at| alias(*at)),
        Sort::Expiry => {
            listed.sort_by_cached_key(|at| (certificate(*at).validity.not_after, alias(*at)));
        }
        Sort::Key => listed.sort_by_cached_key(|at| {
            let key = certificate(*at).key.as_ref().ok();
            let strength = key.map(|key| (family(key), key.bits()));
            (strength, alias(*at))
        }),
        Sort::Subject => {
            listed.sort_by_cached_key(|at| {
                (certificate(*at).subject.screen().to_lowercase(), alias(*at))
            });
        }
    }
}

/// Sizes are compared only within one family of keys.
fn family(key: &PublicKey) -> u8 {
    match key {
        PublicKey::Rsa { .. } => 0,
        PublicKey::Ec { .. } => 1,
        PublicKey::Ed25519(_) => 2,
        PublicKey::Ed448(_) => 3,
        PublicKey::MlDsa { .. } => 4,
    }
}

/// `83 CAs in /tmp/igtf (argument): 54 roots, 29 below them; 2 have expired`.
fn good(
    inventory: &Inventory,
    cas: &[usize],
    listed: &[usize],
    wanted: &Wanted,
    env: &Env,
) -> String {
    let authorities = || cas.iter().map(|at| &inventory.authorities[*at]);
    let all = cas.len();
    let place = place(inventory);
    let cas = if all == 1 { "CA" } else { "CAs" };
    let part = |verbs: [&str; 2], rest: &str| match listed.len() {
        0 => format!("none of the {all} {cas} in {place} {}{rest}", verbs[0]),
        1 => format!("1 of {all} {cas} in {place} {}{rest}", verbs[0]),
        n => format!("{n} of {all} {cas} in {place} {}{rest}", verbs[1]),
    };
    match (wanted.expired, wanted.expiring) {
        (true, None) => part(["has expired", "have expired"], ""),
        (false, Some(span)) => part(["expires", "expire"], &format!(" within {span}")),
        (true, Some(span)) => {
            let verbs = ["has expired or expires", "have expired or expire"];
            part(verbs, &format!(" within {span}"))
        }
        (false, None) => {
            let roots = authorities().filter(|a| is_root(a)).count();
            let expired = |a: &&Authority| a.certificate.validity.not_after < env.now;
            let expired = authorities().filter(expired).count();
            let end = match expired {
                0 => String::new(),
                1 => "; 1 has expired".to_owned(),
                n => format!("; {n} have expired"),
            };
            let roots = match roots {
                1 => "1 root".to_owned(),
                n => format!("{n} roots"),
            };
            format!("{all} {cas} in {place}, {roots} among them{end}")
        }
    }
}

/// Whether its own key signed it.
pub(super) fn is_root(authority: &Authority) -> bool {
    authority.certificate.is_self_issued()
}

/// File names that should contain a CA certificate, and why none is listed.
fn skipped(inventory: &Inventory) -> Vec<(&str, String)> {
    let why = |entry: &Entry| -> Option<String> {
        let suffix = entry.name.rsplit_once('.').map(|(_, suffix)| suffix);
        let promises = match entry.kind {
            EntryName::Certificate { .. } => true,
            EntryName::Other => {
                inventory.candidate.bundle || matches!(suffix, Some("cer" | "crt" | "pem"))
            }
            _ => false,
        };
        promises.then_some(())?;
        let content = match &entry.file {
            Ok(file) => inventory.files[*file].content.as_ref(),
            Err(trouble) => Err(trouble),
        };
        match content {
            Err(trouble) => Some(trouble.to_string()),
            Ok(content) => content.pem.as_ref().and_then(fault),
        }
    };
    let entries = inventory.entries.iter();
    entries.filter_map(|entry| Some((entry.name.as_str(), why(entry)?))).collect()
}

/// Why a file contains no certificate that can be read, or some that cannot.
fn fault(contents: &Contents) -> Option<String> {
    let unread = contents.certificates.iter().find_map(|slot| slot.parsed.as_ref().err());
    if let Some(error) = unread {
        return Some(format!("damaged: {error}"));
    }
    if contents.readable().next().is_some() {
        return None;
    }
    Some(match (contents.damage.first(), &contents.shape) {
        (Some(damage), _) => format!("damaged: {damage}"),
        (None, Some(shape)) => format!("it is {shape}"),
        (None, None) => "it holds no certificate".to_owned(),
    })
}
