//! Which certificates of its issuer a list is about (RFC 5280 §6.3.3 (b)).

use crate::chain::budget::{Budget, Work};
use crate::parse::cert::Certificate;
use crate::parse::crl::{Crl, DistributionPoint, PointName, distribution_points};

/// Whether a list is about a certificate.
pub(super) enum Cover {
    /// It is, for every reason there is.
    All,
    /// It is not, or only for some reasons.
    Not(&'static str),
}

/// Whether `list` is about `certificate`, which is of the same issuer.
pub(super) fn cover(list: &Crl, certificate: &Certificate, budget: &Budget) -> Cover {
    let Some(scope) = &list.extensions.scope else {
        return Cover::All;
    };
    let is_ca = certificate.is_ca();
    if scope.only_attributes {
        return Cover::Not("it is about attribute certificates only");
    }
    if scope.only_users && is_ca {
        return Cover::Not("it is about end entities only");
    }
    if scope.only_cas && !is_ca {
        return Cover::Not("it is about CAs only");
    }
    if scope.some_reasons {
        return Cover::Not("it is about some reasons only");
    }
    match &scope.name {
        Some(name) => published_at(name, list, certificate, budget),
        None => Cover::All,
    }
}

/// Whether `list`, which is published at `name`, is about `certificate`, by its distribution points.
/// For one that names no point RFC 5280 assumes one with its issuer's name.
fn published_at(name: &PointName, list: &Crl, certificate: &Certificate, budget: &Budget) -> Cover {
    let all = certificate.extensions.all.iter();
    let mut points = all.filter(|extension| extension.oid == DISTRIBUTION_POINTS);
    let extension = points.next();
    // The names on both sides are read anew for each list and path.
    let points_bytes = extension.map_or(0, |extension| extension.value.len());
    let bytes = name.size_bytes().saturating_add(points_bytes);
    let price = u64::try_from(bytes).unwrap_or(u64::MAX) / NAMED_BYTES;
    if !budget.spend(Work::Lists, price) {
        return Cover::Not("it has more distribution points than the budget suffices for");
    }
    let Some(extension) = extension else {
        return match name.keys().holds_directory(&list.issuer) {
            true => Cover::All,
            false => Cover::Not(
                "it is published at a distribution point, and the certificate names none",
            ),
        };
    };
    let Some(points) = distribution_points(&extension.value) else {
        return Cover::Not("the certificate's distribution points are malformed");
    };
    let published = name.keys();
    let here = |point: &&DistributionPoint| {
        let its = point.name.as_ref();
        !point.other_issuer && its.is_some_and(|its| its.keys().meet(&published))
    };
    match points.iter().filter(here).map(|point| point.some_reasons).min() {
        Some(false) => Cover::All,
        Some(true) => Cover::Not("it is about some reasons only"),
        None => Cover::Not("it is not published where the certificate says its CRL is"),
    }
}

/// Bytes of distribution points that are read and compared in one unit of work.
const NAMED_BYTES: u64 = 12;

/// cRLDistributionPoints.
const DISTRIBUTION_POINTS: &str = "2.5.29.31";
