//! Blocks in OpenSSL's own form, `TRUSTED CERTIFICATE`: which programs do not read them, and what
//! they forbid.

use std::collections::HashMap;

use crate::check::ca_dir::group::GroupedFinding;
use crate::check::ca_dir::rule::TRUSTED_LABEL;
use crate::check::ca_dir::view::{View, hit};
use crate::check::ca_index::usable::refused_usage;
use crate::check::chain;
use crate::parse::cert::TrustSettings;
use crate::parse::file::Contents;

/// Every objection.
pub(super) fn check(view: &View<'_>) -> Vec<GroupedFinding> {
    let all = 0..view.inventory.authorities.len();
    let alive = all.filter(|at| view.is_alive(*at));
    let copies = alive.flat_map(|at| view.copies(at).map(move |copy| (copy, at)));
    // Trust settings belong to the block, not to the certificate.
    let authorities: HashMap<(usize, usize), usize> = copies.collect();
    let mut hits = Vec::new();
    for (file, held) in view.inventory.files.iter().enumerate() {
        let pem = held.content.iter().filter_map(|c| c.pem.as_ref());
        for (slot, certificate) in pem.flat_map(Contents::readable) {
            let at = authorities.get(&(file, slot.block));
            if let (Some(at), Some(settings)) = (at, &certificate.trust) {
                let name = held.names.first();
                let name = name.map(|name| view.inventory.entries[*name].name.as_str());
                hits.push(settings_hit(view, *at, name.unwrap_or_default(), settings));
            }
        }
    }
    hits
}

fn settings_hit(
    view: &View<'_>,
    at: usize,
    file: &str,
    settings: &TrustSettings,
) -> GroupedFinding {
    let ca =
        format!("'{}' ({file})", view.inventory.authorities[at].certificate.subject.common_name());
    if let Some(usage) = refused_usage(settings) {
        let found = chain::TRUST_REJECTED.found(format!(
            "the CA {ca} is a TRUSTED CERTIFICATE whose trust settings reject {usage}"
        ));
        let many = "CAs have trust settings that reject clients or servers";
        return hit(view, at, many, found);
    }
    let found = TRUSTED_LABEL.found(format!("the CA {ca} is in a TRUSTED CERTIFICATE block"));
    hit(view, at, "CAs are in TRUSTED CERTIFICATE blocks", found)
}

#[cfg(test)]
mod tests {
    use crate::check::ca_index::usable::refused_usage;
    use crate::parse::cert::TrustSettings;

    #[test]
    fn settings() {
        let (client, server) = ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1");
        let list = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        for (trusted, rejected, expected) in [
            (vec![], vec![], None),
            (vec![client, server], vec![], None),
            (vec!["2.5.29.37.0"], vec![], None),
            (vec![server], vec![], Some("clientAuth")),
            (vec![client], vec![], Some("serverAuth")),
            (vec![], vec![server], Some("serverAuth")),
            (vec![], vec!["2.5.29.37.0"], Some("clientAuth")),
        ] {
            let settings = TrustSettings { trusted: list(&trusted), rejected: list(&rejected) };
            assert_eq!(refused_usage(&settings), expected, "{trusted:?} {rejected:?}");
        }
    }
}
