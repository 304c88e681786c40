//! What an audit checks besides links and certificates: revocation lists, policies, places, age,
//! environment.

use crate::chain::budget::{SharedBudget, UNITS_OF_ONE};
use crate::check::ca_dir::bundle::Release;
use crate::check::ca_dir::ca::Cas;
use crate::check::ca_dir::group::Groups;
use crate::check::ca_dir::lists::CaCrl;
use crate::check::ca_dir::{
    Inventory, Wanted, bundle, environment as check_environment, lists, old_hash, place, policies,
};
use crate::command::ca::environment;
use crate::gather::shares;
use crate::report::{Finding, Value};
use crate::system::env::Env;

/// Everything found, kind by kind; and the release that the directory is of.
pub fn run(inventory: &Inventory, wanted: Wanted, env: &Env) -> (Vec<Finding>, Option<Release>) {
    let mut groups = Groups::default();
    let cas = Cas::of(inventory, env.now);
    let ca_crls = lists::ca_crls(inventory, &cas);
    let vouched =
        shares::map(&ca_crls, |_| UNITS_OF_ONE, &mut SharedBudget::of_directory(), CaCrl::vouched);
    lists::check(inventory, &cas, &ca_crls, &vouched, wanted, env.now, &mut groups);
    policies::check(inventory, &cas, env.now, &mut groups);
    old_hash::check(inventory, &cas, env.now, &mut groups);
    place::check(inventory, env.euid, &mut groups);
    let releases = bundle::releases(inventory);
    bundle::check(inventory, &releases, env.now, &mut groups);
    let settings = environment::settings(&inventory.candidate, env);
    check_environment::check(&settings, &mut groups);
    let findings = groups.findings(&inventory.candidate.path);
    (findings, releases.into_iter().next().map(|(latest, _)| latest))
}

/// `1.133 (2025-02)`.
pub fn version(release: &Release) -> Value {
    Value::Text(match release.made {
        Some(made) => format!("{} ({})", release.version, made.month()),
        None => release.version.clone(),
    })
}
