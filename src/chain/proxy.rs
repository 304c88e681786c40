//! Proxy certificates below an end entity (RFC 3820 §4, and the older rules of Globus): rules for
//! each one, and what the whole chain stands for.

use crate::chain::budget::Budget;
use crate::chain::{Defect, Flaw, PoolCertificate, Question};
use crate::parse::cert::{
    Certificate, CertificateKind, DIGITAL_SIGNATURE, KEY_CERT_SIGN, PROXY_DRAFT, PROXY_RFC3820,
    ProxyKind,
};
use crate::parse::name::Name;
use crate::parse::oid;
use crate::parse::proxy::{Proxy, Rights};

/// What is wrong with a proxy at its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProxyFlaw {
    /// It has a name extension that no proxy may have: which one.
    AlternativeName(String),
    /// It has an extension by which CAs restrict certificates below: which one.
    CaExtension(String),
    /// It has more rights than the limited proxy that issued it.
    ExceedsLimited,
    /// It says that it is a CA.
    IsCa,
    /// Its issuer is a CA.
    IssuedByCa,
    /// This field marks its issuer as a CA.
    IssuerMarkedAsCa(&'static str),
    /// Its issuer's key usage lacks digitalSignature.
    IssuerMayNotSign,
    /// It is above a certificate that is no proxy.
    Misplaced,
    /// It and its issuer are proxies of different types: its own, the issuer's.
    Mixed(ProxyKind, ProxyKind),
    /// No proxies are allowed here.
    NotAllowed,
    /// Its proxyCertInfo is not critical.
    NotCritical,
    /// A proxy below it has a path length that is not smaller than its own. Its own path length.
    PathLengthGrows(u32),
    /// More proxies are below it than it allows: number found, number allowed.
    PathTooLong(usize, u32),
    /// Its subject is not the name of its issuer with one more CN.
    Subject,
    /// The same; but in slash form it looks right, because a value contains a slash.
    SubjectInSlashForm,
}

/// Whether it is a proxy, of any type.
pub fn is_proxy(known: &PoolCertificate) -> bool {
    known.certificate.is_proxy()
}

/// How many proxies are at the start of `path`. The next certificate is the end entity. Revocation
/// lists and policy files do not apply to proxies.
pub fn count(path: &[PoolCertificate]) -> usize {
    path.iter().take_while(|known| is_proxy(known)).count()
}

/// Every objection to the proxies of `path`.
pub fn judge(path: &[PoolCertificate], question: &Question<'_>) -> Vec<Flaw> {
    let proxies = count(path);
    let flaw = |step, trouble| Flaw { step, defect: Defect::Proxy(trouble) };
    let behind = path.iter().enumerate().skip(proxies);
    let misplaced = behind.filter(|(_, known)| is_proxy(known));
    let mut flaws: Vec<Flaw> =
        misplaced.map(|(step, _)| flaw(step, ProxyFlaw::Misplaced)).collect();
    if proxies > 0 && !question.proxies {
        flaws.push(flaw(0, ProxyFlaw::NotAllowed));
        return flaws;
    }
    let mut claimed = 0;
    for (step, known) in path.iter().enumerate().take(proxies) {
        let certificate = &known.certificate;
        let mut found = alone(certificate);
        let length = path_length(certificate, step, &mut claimed);
        found.extend(length.map(Defect::Proxy));
        if let Some(issuer) = path.get(step + 1) {
            let troubles = between(certificate, &issuer.certificate);
            found.extend(troubles.into_iter().map(Defect::Proxy));
        }
        flaws.extend(found.into_iter().map(|defect| Flaw { step, defect }));
    }
    flaws
}

/// What is wrong with the path length of a proxy with `below` proxies below it, whose path lengths
/// claim `claimed` altogether.
///
/// By RFC 3820 §4.1 the smallest length governs. OpenSSL requires that lengths become smaller from
/// each proxy to the next one below (`check_chain`: a length below replaces the one above).
fn path_length(certificate: &Certificate, below: usize, claimed: &mut usize) -> Option<ProxyFlaw> {
    let proxy = Proxy::of(certificate).and_then(Result::ok);
    let stated = proxy.and_then(|proxy| proxy.path_length);
    let limit = stated.and_then(|length| usize::try_from(length).ok());
    let (found, is_exceeded) = (*claimed, limit.is_some_and(|limit| *claimed > limit));
    *claimed = limit.unwrap_or(found).saturating_add(1);
    let (limit, stated) = (limit?, stated?);
    if below > limit {
        return Some(ProxyFlaw::PathTooLong(below, stated));
    }
    is_exceeded.then_some(ProxyFlaw::PathLengthGrows(stated))
}

/// What is wrong with a proxy, apart from its issuer.
fn alone(certificate: &Certificate) -> Vec<Defect> {
    let mut found = Vec::new();
    match Proxy::of(certificate) {
        Some(Err(reason)) => {
            let oid = match certificate.kind() {
                CertificateKind::Proxy(ProxyKind::Draft) => PROXY_DRAFT,
                _ => PROXY_RFC3820,
            };
            found.push(Defect::MalformedExtension(oid.to_owned(), reason));
        }
        Some(Ok(proxy)) if proxy.kind != ProxyKind::Legacy && !proxy.critical => {
            found.push(Defect::Proxy(ProxyFlaw::NotCritical));
        }
        _ => {}
    }
    // RFC 3820 §3.7 and §3.8. is_ca() is not used, because it depends on the version.
    let constraints = certificate.extensions.basic_constraints;
    if constraints.is_some_and(|constraints| constraints.ca) {
        found.push(Defect::Proxy(ProxyFlaw::IsCa));
    }
    let all = certificate.extensions.all.iter();
    // OpenSSL applies name constraints, critical or not. Nobody applies the other extensions to
    // proxies.
    let binds = all.clone().filter(|extension| {
        let oid = extension.oid.as_str();
        oid == NAME_CONSTRAINTS || (extension.critical && POLICY_CONSTRAINTS.contains(&oid))
    });
    found.extend(binds.map(|extension| {
        let name = oid::name(&extension.oid).to_owned();
        Defect::Proxy(ProxyFlaw::CaExtension(name))
    }));
    let names = all.filter(|extension| NAMES.contains(&extension.oid.as_str()));
    found.extend(names.map(|extension| {
        let name = oid::name(&extension.oid).to_owned();
        Defect::Proxy(ProxyFlaw::AlternativeName(name))
    }));
    found
}

/// nameConstraints, which only CAs may have (RFC 5280 §4.2.1.10).
const NAME_CONSTRAINTS: &str = "2.5.29.30";

/// policyMappings, policyConstraints, inhibitAnyPolicy. Policies of proxies are not checked, so a
/// critical one of these would be ignored.
const POLICY_CONSTRAINTS: &[&str] = &["2.5.29.33", "2.5.29.36", "2.5.29.54"];

/// subjectAltName and issuerAltName, which RFC 3820 §3.2 and §3.5 forbid.
const NAMES: &[&str] = &["2.5.29.17", "2.5.29.18"];

/// What is wrong between a proxy and its issuer.
fn between(proxy: &Certificate, issuer: &Certificate) -> Vec<ProxyFlaw> {
    let mut found = Vec::new();
    if !proxy.subject.is_one_cn_below(&issuer.subject) {
        let above = issuer.subject.slash() + "/CN=";
        let attributes = |name: &Name| name.rdns().iter().map(Vec::len).sum::<usize>();
        let has_joined = attributes(&proxy.subject) <= attributes(&issuer.subject);
        found.push(match has_joined && proxy.subject.slash().starts_with(&above) {
            true => ProxyFlaw::SubjectInSlashForm,
            false => ProxyFlaw::Subject,
        });
    }
    if let (CertificateKind::Proxy(below), CertificateKind::Proxy(above)) =
        (proxy.kind(), issuer.kind())
    {
        if below != above {
            found.push(ProxyFlaw::Mixed(below, above));
        }
    } else if issuer.is_ca() {
        found.push(ProxyFlaw::IssuedByCa);
        return found;
    }
    found.extend(ca_mark(issuer).map(ProxyFlaw::IssuerMarkedAsCa));
    let usage = issuer.extensions.key_usage;
    if usage.is_some_and(|usage| usage & DIGITAL_SIGNATURE == 0) {
        found.push(ProxyFlaw::IssuerMayNotSign);
    }
    // globus_gsi_callback.c: below a limited proxy only limited or independent ones. JGlobus
    // accepts a full one and treats it as limited. canl requires limited.
    if let (Some(Rights::Limited), Some(Rights::Full | Rights::Restricted)) =
        (rights(issuer), rights(proxy))
    {
        found.push(ProxyFlaw::ExceedsLimited);
    }
    found
}

/// Why OpenSSL takes a certificate without basicConstraints for a CA (`check_ca`). Such a
/// certificate must not issue a proxy.
fn ca_mark(certificate: &Certificate) -> Option<&'static str> {
    let extensions = &certificate.extensions;
    if extensions.basic_constraints.is_some() {
        return None;
    }
    match extensions.key_usage {
        Some(usage) if usage & KEY_CERT_SIGN != 0 => Some("keyCertSign in its key usage"),
        None if extensions.netscape_type.is_some_and(|bits| bits & NETSCAPE_CA != 0) => {
            Some("its netscapeCertType")
        }
        _ => None,
    }
}

/// The rights of a proxy. None if it is no proxy or does not say.
fn rights(certificate: &Certificate) -> Option<Rights> {
    Some(Proxy::of(certificate)?.ok()?.rights())
}

/// A chain of proxies up to the end entity, as far as it is known, and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    path: &'a [PoolCertificate],
}

impl<'a> Chain<'a> {
    /// Takes a path that starts with the leaf.
    pub fn new(path: &'a [PoolCertificate]) -> Self {
        Self { path }
    }

    pub fn proxies(&self) -> &'a [PoolCertificate] {
        self.path.get(..count(self.path)).unwrap_or_default()
    }

    /// The end entity certificate that issued the proxies.
    pub fn end_entity(&self) -> Option<&'a PoolCertificate> {
        self.path.get(count(self.path))
    }

    /// The identity that services see: the end entity, or the independent proxy nearest to the
    /// leaf.
    pub fn identity(&self) -> Option<&'a Name> {
        let mut proxies = self.proxies().iter();
        let own = proxies.find(|known| rights(&known.certificate) == Some(Rights::Independent));
        if let Some(known) = own.or(self.end_entity()) {
            return Some(&known.certificate.subject);
        }
        self.proxies().last().map(|last| &last.certificate.issuer)
    }

    /// Whether the leaf has limited rights: a limited proxy is in the chain, and no independent one
    /// below it.
    pub fn is_limited(&self) -> bool {
        let mut all = self.proxies().iter().filter_map(|known| rights(&known.certificate));
        let decides = |rights: &Rights| matches!(rights, Rights::Independent | Rights::Limited);
        all.find(decides) == Some(Rights::Limited)
    }

    /// How many more proxies may be issued below the leaf. `None` means any number.
    pub fn path_length_left(&self) -> Option<usize> {
        let left = |(below, known): (usize, &PoolCertificate)| {
            let length = Proxy::of(&known.certificate)?.ok()?.path_length?;
            Some(usize::try_from(length).ok()?.saturating_sub(below))
        };
        self.proxies().iter().enumerate().filter_map(left).min()
    }
}

/// Most certificates of a chain in one file. In practice there are less than ten.
const MAX_LINKS: usize = 100;

/// The CA bits of netscapeCertType: SSL, S/MIME, object signing (OpenSSL: `NS_ANY_CA`).
const NETSCAPE_CA: u8 = 0x07;

/// The chain of `leaf` in its own file, leaf first. Each certificate is signed by the next. Their
/// order in the file does not matter. Ends early if the budget does not suffice.
pub fn within(
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    budget: &Budget,
) -> Vec<PoolCertificate> {
    let mut path = vec![leaf.clone()];
    while path.len() < MAX_LINKS {
        let Some(last) = path.last().map(|known| &known.certificate) else {
            break;
        };
        if last.is_self_issued() {
            break;
        }
        let signed = |known: &&PoolCertificate| {
            last.issuer.same_as(&known.certificate.subject)
                && budget.signature(last, &known.certificate).is_ok()
        };
        let Some(issuer) = helpers.iter().find(signed) else {
            break;
        };
        path.push(issuer.clone());
    }
    path
}
