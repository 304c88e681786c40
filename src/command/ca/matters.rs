//! What an audit looks into beside links and certificates: revocation lists, policies, places,
//! the age of it all, the environment.

use crate::check::ca_dir::Inventory;
use crate::check::ca_dir::bundle;
use crate::check::ca_dir::bundle::Release;
use crate::check::ca_dir::environment as check_environment;
use crate::check::ca_dir::families;
use crate::check::ca_dir::lists;
use crate::check::ca_dir::lists::Sheet;
use crate::check::ca_dir::place;
use crate::check::ca_dir::policies;
use crate::check::ca_dir::seat::Seats;
use crate::check::ca_dir::tally::Tally;
use crate::check::ca_dir::tally::Told;
use crate::command::ca::environment;
use crate::env::Env;
use crate::parallel;
use crate::report::Item;
use crate::report::Value;

/// Everything found, kind by kind; and the release that the directory is of.
pub fn look_into(inventory: &Inventory, env: &Env) -> (Vec<Told>, Option<Release>) {
    let mut tally = Tally::default();
    let seats = Seats::of(inventory, env.now);
    let sheets = lists::sheets(inventory, &seats);
    let vouched = parallel::map(&sheets, Sheet::vouched);
    lists::check(inventory, &seats, &sheets, &vouched, env.now, &mut tally);
    policies::check(inventory, &seats, env.now, &mut tally);
    families::check(inventory, &seats, &mut tally);
    place::check(inventory, env.euid, &mut tally);
    let releases = bundle::releases(inventory);
    bundle::check(inventory, &releases, env.now, &mut tally);
    let settings = environment::settings(&inventory.candidate, env);
    check_environment::check(&settings, &mut tally);
    let told = tally.told(&inventory.candidate.path);
    (told, releases.into_iter().next().map(|(latest, _)| latest))
}

/// `1.133 (2025-02)`.
pub fn version(release: &Release) -> Value {
    Value::Text(match release.made {
        Some(made) => format!("{} ({})", release.version, made.month()),
        None => release.version.clone(),
    })
}

/// Who is struck by each finding that strikes several.
pub fn struck(told: &[Told]) -> Vec<Item> {
    let several = told.iter().filter(|told| told.names.len() > 1);
    several
        .map(|told| {
            let id = told.finding.rule.id;
            let mut item = Item::new("ca_struck", id);
            item.machine("finding", Value::Text(id.to_owned()));
            item.fact("names", "", Value::Texts(told.names.clone()));
            if !told.fixes.is_empty() {
                item.machine("fixes", Value::Texts(told.fixes.clone()));
            }
            item
        })
        .collect()
}
