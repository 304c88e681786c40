//! Proxy certificates below an end entity (RFC 3820 §4, and what Globus had before it): the rules
//! of each link, and what the whole chain of them stands for.

use crate::chain::budget::Budget;
use crate::chain::{Defect, Flaw, PoolCertificate, Question};
use crate::parse::cert::{
    Certificate, CertificateKind, DIGITAL_SIGNATURE, KEY_CERT_SIGN, PROXY_DRAFT, PROXY_RFC3820,
    ProxyKind,
};
use crate::parse::name::Name;
use crate::parse::oid;
use crate::parse::proxy::{Proxy, Rights};

/// What is wrong with a proxy in its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProxyFlaw {
    /// It has an extension that no proxy may have: its name.
    AlternativeName(String),
    /// It has an extension with which CAs bind those below them: its name.
    CaExtension(String),
    /// It may do more than the limited proxy that issued it.
    ExceedsLimited,
    /// It says that it is a CA.
    IsCa,
    /// A CA issued it.
    IssuedByCa,
    /// Its issuer is marked as a CA by this.
    IssuerMarkedAsCa(&'static str),
    /// Its issuer's key usage lacks digitalSignature.
    IssuerMayNotSign,
    /// It stands above a certificate that is no proxy.
    Misplaced,
    /// Its issuer is a proxy of this other family.
    Mixed(ProxyKind, ProxyKind),
    /// None is allowed here.
    NotAllowed,
    /// Its proxyCertInfo is not critical.
    NotCritical,
    /// A proxy below it says that it may be delegated as often as this one, or more often: what
    /// this one allows.
    PathLengthGrows(u32),
    /// More proxies below it than it allows: found, allowed.
    PathTooLong(usize, u32),
    /// Its subject is not its issuer's with one CN more.
    Subject,
    /// The same, though in slash form it is: an attribute's value has a slash in it.
    SubjectInSlashForm,
}

/// Whether it is a proxy, of whatever family.
pub fn is_proxy(known: &PoolCertificate) -> bool {
    known.certificate.is_proxy()
}

/// How many proxies stand at the start of `path`. The certificate behind them is the end entity
/// they stand for: no list of revoked certificates and no policy file speaks of what is before it.
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

/// What is wrong with the path length of a proxy that has `below` others below it, which claim a
/// length of `claimed` altogether.
///
/// RFC 3820 §4.1 lets the smallest length govern, whatever the others say. OpenSSL wants lengths
/// to fall from each proxy to the next below (`check_chain`: it copies a length that stands below).
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

/// What is wrong with a proxy for itself.
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
    // RFC 3820 §3.7 and §3.8; is_ca() would take version 1 into account, which says nothing here.
    let constraints = certificate.extensions.basic_constraints;
    if constraints.is_some_and(|constraints| constraints.ca) {
        found.push(Defect::Proxy(ProxyFlaw::IsCa));
    }
    let all = certificate.extensions.all.iter();
    // Critical or not, OpenSSL applies name constraints; the others nobody looks at.
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

/// nameConstraints: for CAs alone (RFC 5280 §4.2.1.10).
const NAME_CONSTRAINTS: &str = "2.5.29.30";

/// policyMappings, policyConstraints, inhibitAnyPolicy: no policy of a proxy is judged, so what is
/// critical of them would not be heeded.
const POLICY_CONSTRAINTS: &[&str] = &["2.5.29.33", "2.5.29.36", "2.5.29.54"];

/// subjectAltName and issuerAltName: RFC 3820 §3.2 and §3.5 forbid both.
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
    // globus_gsi_callback.c: below a limited proxy, limited or independent. JGlobus lets a full
    // one pass and treats it as limited, canl wants limited.
    if let (Some(Rights::Limited), Some(Rights::Full | Rights::Restricted)) =
        (rights(issuer), rights(proxy))
    {
        found.push(ProxyFlaw::ExceedsLimited);
    }
    found
}

/// By what OpenSSL takes a certificate that says nothing of the matter (no basicConstraints) for a
/// CA's all the same (`check_ca`): such a one may issue no proxy.
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

/// What a proxy may do, if it is one and says so.
fn rights(certificate: &Certificate) -> Option<Rights> {
    Some(Proxy::of(certificate)?.ok()?.rights())
}

/// A chain of proxies up to the end entity, as far as it is at hand: what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    path: &'a [PoolCertificate],
}

impl<'a> Chain<'a> {
    /// Takes a path, proxies first.
    pub fn new(path: &'a [PoolCertificate]) -> Self {
        Self { path }
    }

    pub fn proxies(&self) -> &'a [PoolCertificate] {
        self.path.get(..count(self.path)).unwrap_or_default()
    }

    /// The certificate they were made from.
    pub fn end_entity(&self) -> Option<&'a PoolCertificate> {
        self.path.get(count(self.path))
    }

    /// Whom services take it for: the end entity, or the independent proxy nearest to the leaf.
    pub fn identity(&self) -> Option<&'a Name> {
        let mut proxies = self.proxies().iter();
        let own = proxies.find(|known| rights(&known.certificate) == Some(Rights::Independent));
        if let Some(known) = own.or(self.end_entity()) {
            return Some(&known.certificate.subject);
        }
        self.proxies().last().map(|last| &last.certificate.issuer)
    }

    /// Whether the leaf has limited rights: a limited proxy stands in the chain, and none below it
    /// is independent.
    pub fn is_limited(&self) -> bool {
        let mut all = self.proxies().iter().filter_map(|known| rights(&known.certificate));
        let decides = |rights: &Rights| matches!(rights, Rights::Independent | Rights::Limited);
        all.find(decides) == Some(Rights::Limited)
    }

    /// How many more proxies may be delegated from the leaf; `None` is any number.
    pub fn path_length_left(&self) -> Option<usize> {
        let left = |(below, known): (usize, &PoolCertificate)| {
            let length = Proxy::of(&known.certificate)?.ok()?.path_length?;
            Some(usize::try_from(length).ok()?.saturating_sub(below))
        };
        self.proxies().iter().enumerate().filter_map(left).min()
    }
}

/// Certificates followed within one file. Delegations seen in the wild are below ten.
const MAX_LINKS: usize = 100;

/// The bits of netscapeCertType for CAs of TLS, S/MIME and objects (OpenSSL: `NS_ANY_CA`).
const NETSCAPE_CA: u8 = 0x07;

/// The chain that `leaf` has in its own file, leaf first: each certificate signed by the next, in
/// whatever order they stand there; as far as the budget goes.
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
