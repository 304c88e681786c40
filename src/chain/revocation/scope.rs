//! Which certificates a list covers, and for which reasons (RFC 5280 §6.3.3 (b), (d)).

use crate::chain::budget::{Budget, Work};
use crate::consumer::extension;
use crate::parse::cert::Certificate;
use crate::parse::crl::{
    Crl, DistributionPoint, IssuingPoint, OnlyContains, PointKeys, PointName, ReasonFlags,
    distribution_points,
};
use crate::parse::name::Name;

/// A certificate with its distribution points.
pub(super) struct Points<'a> {
    certificate: &'a Certificate,
    points: Result<Vec<DistributionPoint>, &'static str>,
    /// Length of the extension in bytes.
    bytes: usize,
}

impl<'a> Points<'a> {
    pub(super) fn of(certificate: &'a Certificate) -> Self {
        let value = points_of(certificate);
        let points = value.map(distribution_points);
        let points = points.unwrap_or_else(|| Some(Vec::new()));
        Self {
            certificate,
            points: points.ok_or("the certificate's distribution points are malformed"),
            bytes: value.map_or(0, <[u8]>::len),
        }
    }

    /// The CRL issuers of the certificate: its issuer, and those that its distribution points name.
    pub(super) fn crl_issuers(&self) -> impl Iterator<Item = &Name> {
        let points = self.points.iter().flatten();
        let others = points.filter_map(|point| point.crl_issuer.as_ref()).flatten();
        std::iter::once(&self.certificate.issuer).chain(others)
    }

    /// The reasons that `list` covers for the certificate. One of [`Points::crl_issuers`] made the
    /// list.
    ///
    /// # Errors
    ///
    /// Why the list is not about the certificate.
    pub(super) fn reasons(&self, list: &Crl, budget: &Budget) -> Result<ReasonFlags, &'static str> {
        match self.reasons_in_common(list, budget)? {
            ReasonFlags::NONE => Err("it is about other reasons than its distribution point"),
            some => Ok(some),
        }
    }

    fn reasons_in_common(&self, list: &Crl, budget: &Budget) -> Result<ReasonFlags, &'static str> {
        let everything = IssuingPoint::default();
        let scope = list.extensions.scope.as_ref().unwrap_or(&everything);
        self.is_of_kind(scope.only)?;
        let of_scope = scope.reasons.unwrap_or(ReasonFlags::ALL);
        let own = list.issuer.same_as(&self.certificate.issuer);
        if own && scope.name.is_none() {
            return Ok(of_scope);
        }
        self.pay(scope.name.as_ref(), budget)?;
        let name = scope.name.as_ref().map(|name| name.keys(&list.issuer));
        // The distribution point that RFC 5280 assumes if a certificate has none.
        let issuer = &self.certificate.issuer;
        if own && name.as_ref().is_some_and(|name| name.holds_directory(issuer)) {
            return Ok(of_scope);
        }
        let points = self.points.as_ref().map_err(|why| *why)?;
        let here = points.iter().filter(|point| {
            self.is_made_for(point, list, scope) && is_published_at(point, name.as_ref(), issuer)
        });
        let of_points = here.map(|point| point.reasons.unwrap_or(ReasonFlags::ALL));
        let of_points = of_points.reduce(ReasonFlags::or).ok_or(match points.as_slice() {
            [] => "it is published at a distribution point, and the certificate names none",
            _ => "it is not published where the certificate says its CRL is",
        })?;
        Ok(of_scope.and(of_points))
    }

    /// Whether the certificate is of the kind that the list contains.
    fn is_of_kind(&self, only: Option<OnlyContains>) -> Result<(), &'static str> {
        let is_ca = self.certificate.is_ca();
        match only {
            None => Ok(()),
            Some(OnlyContains::AttributeCerts) => Err("it is about attribute certificates only"),
            // §5.2.5: a certificate before version 3 cannot say whether it is a CA.
            Some(_) if self.certificate.version < 3 => {
                Err("it is about one kind of certificates, and one of version 1 is of no kind")
            }
            Some(OnlyContains::UserCerts) if is_ca => Err("it is about end entities only"),
            Some(OnlyContains::CaCerts) if !is_ca => Err("it is about CAs only"),
            Some(OnlyContains::UserCerts | OnlyContains::CaCerts) => Ok(()),
        }
    }

    /// §6.3.3 (b) (1).
    fn is_made_for(&self, point: &DistributionPoint, list: &Crl, scope: &IssuingPoint) -> bool {
        match &point.crl_issuer {
            None => list.issuer.same_as(&self.certificate.issuer),
            Some(names) => scope.indirect && names.iter().any(|name| name.same_as(&list.issuer)),
        }
    }

    /// Pays for reading the names on both sides, which happens again for each list and path.
    fn pay(&self, name: Option<&PointName>, budget: &Budget) -> Result<(), &'static str> {
        let bytes = name.map_or(0, PointName::size_bytes).saturating_add(self.bytes);
        let price = u64::try_from(bytes).unwrap_or(u64::MAX) / NAMED_BYTES;
        match budget.spend(Work::Lists, price) {
            true => Ok(()),
            false => Err("it has more distribution points than the budget suffices for"),
        }
    }
}

/// §6.3.3 (b) (2) (i). `name` is in the list, `issuer` is the issuer of the certificate.
fn is_published_at(point: &DistributionPoint, name: Option<&PointKeys<'_>>, issuer: &Name) -> bool {
    let Some(name) = name else {
        return true;
    };
    let crl_issuers = point.crl_issuer.as_deref();
    match &point.name {
        Some(its) => {
            let base = crl_issuers.and_then(<[Name]>::first).unwrap_or(issuer);
            its.keys(base).meet(name)
        }
        None => crl_issuers.into_iter().flatten().any(|issuer| name.holds_directory(issuer)),
    }
}

/// The cRLDistributionPoints of the certificate.
pub fn points_of(certificate: &Certificate) -> Option<&[u8]> {
    let found = certificate.extensions.named(extension::CRL_POINTS);
    found.map(|extension| extension.value.as_slice())
}

/// CRL issuers of `certificate`, apart from its issuer: those that its distribution points name.
pub fn other_crl_issuers(certificate: &Certificate) -> Vec<Name> {
    let points = points_of(certificate).and_then(distribution_points).unwrap_or_default();
    let names = points.into_iter().filter_map(|point| point.crl_issuer).flatten();
    names.filter(|name| !name.same_as(&certificate.issuer)).collect()
}

/// Bytes of distribution points that are parsed and compared in one unit of work.
const NAMED_BYTES: u64 = 12;
