//! Types to findings. One file for each question, with its rules beside it.

pub mod acceptance;
pub mod arguments;
pub mod bearer;
pub mod ca_dir;
pub mod ca_index;
pub mod ca_info;
pub mod ca_lookup;
pub mod chain;
pub mod consumers;
pub mod erase;
pub mod exchange;
pub mod file;
pub mod file_mode;
pub mod fix;
pub mod host_name;
pub mod idtoken;
pub mod key_match;
pub mod lifetime;
pub mod mint;
pub mod openssl_path;
pub mod place;
pub mod precedence;
pub mod proxy;
mod rules;
pub mod strength;
pub mod token;
pub mod voms;

use std::path::PathBuf;

use crate::chain::PoolCertificate;
pub(crate) use crate::check::rules::rules;
use crate::report::{Place, Rule};
use crate::source::Origin;

/// Every rule, for `explain`, docs/findings.md and tests.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let files: [&[&Rule]; 35] = [
        place::RULES,
        file::RULES,
        lifetime::RULES,
        key_match::RULES,
        file_mode::RULES,
        host_name::RULES,
        token::RULES,
        mint::RULES,
        proxy::RULES,
        strength::RULES,
        chain::RULES,
        chain::constraint::RULES,
        chain::permission::RULES,
        chain::profile::RULES,
        chain::proxy::RULES,
        chain::revocation::RULES,
        ca_lookup::RULES,
        ca_info::RULES,
        ca_dir::RULES,
        ca_dir::lists::RULES,
        ca_dir::old_hash::RULES,
        ca_dir::place::RULES,
        ca_dir::bundle::RULES,
        ca_dir::environment::RULES,
        openssl_path::RULES,
        acceptance::RULES,
        consumers::RULES,
        voms::RULES,
        bearer::RULES,
        idtoken::RULES,
        idtoken::issue::RULES,
        exchange::RULES,
        erase::RULES,
        fix::RULES,
        arguments::RULES,
    ];
    files.into_iter().flatten().copied()
}

/// The place of a finding about a certificate of a path.
pub fn place_in(known: &PoolCertificate) -> Place {
    let file = known.from.starts_with('/').then_some(&known.from);
    Place {
        file: file.map(PathBuf::from),
        block: Some(known.block),
        subject: Some(known.certificate.subject.screen()),
        ..Place::default()
    }
}

/// The place of a finding about content that was read from `origin`.
fn place_of(origin: &Origin) -> Place {
    match origin {
        Origin::File(path) => Place::file(path.clone()),
        Origin::Variable(name) => Place::variable(name),
        Origin::Stdin => Place::default(),
    }
}
