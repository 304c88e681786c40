//! What an audit looks into beside links and certificates: revocation lists, policies, places,
//! the age of it all, the environment.

use crate::check::ca_dir::Inventory;
use crate::check::ca_dir::lists;
use crate::check::ca_dir::lists::Sheet;
use crate::check::ca_dir::policies;
use crate::check::ca_dir::seat::Seats;
use crate::check::ca_dir::tally::Tally;
use crate::check::ca_dir::tally::Told;
use crate::env::Env;
use crate::parallel;
use crate::report::Item;
use crate::report::Value;

/// Everything found, kind by kind.
pub fn look_into(inventory: &Inventory, env: &Env) -> Vec<Told> {
    let mut tally = Tally::default();
    let seats = Seats::of(inventory, env.now);
    let sheets = lists::sheets(inventory, &seats);
    let vouched = parallel::map(&sheets, Sheet::vouched);
    lists::check(inventory, &seats, &sheets, &vouched, env.now, &mut tally);
    policies::check(inventory, &seats, env.now, &mut tally);
    tally.told(&inventory.candidate.path)
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
