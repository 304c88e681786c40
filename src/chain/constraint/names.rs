//! Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b), (c)).

use core::net::IpAddr;

use crate::chain::budget::Budget;
use crate::chain::constraint::{ConstraintFlaw, flaw};
use crate::chain::{Flaw, PoolCertificate};
use crate::parse::cert::{Certificate, GeneralName, NameConstraints, Subtree, is_host, mailbox};

/// Objections to the names of certificates below a CA with constraints. `end` is the step of the
/// end entity. Names of proxies count too: an excluded subtree may begin below the name of the
/// user, and OpenSSL applies constraints for hosts to the CNs of the leaf proxy. The anchor's
/// constraints count too, as in OpenSSL, Go and webpki.
pub(super) fn judge(path: &[PoolCertificate], end: usize, budget: &Budget) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (ca, known) in path.iter().enumerate().skip(end) {
        let Some(constraints) = &known.certificate.extensions.name_constraints else {
            continue;
        };
        // Hostile certificates could make us compare the same constraints for each of many paths.
        if !budget.compare(constraints.permitted.len() + constraints.excluded.len(), 1) {
            flaws.push(flaw(ca, ConstraintFlaw::TooManyNames));
            continue;
        }
        let bound = Bound::new(ca, constraints);
        let mut found = Vec::new();
        for (step, below) in path.iter().enumerate().take(ca).rev() {
            // §6.1.3 (b): a self-issued certificate is a new key of the same CA, so it is not
            // checked. This does not hold for the end entity.
            if step > end && below.certificate.is_self_issued() {
                continue;
            }
            let is_end = step == end || step == 0;
            let host_in_cn = if is_end { HostNames::Dotted } else { HostNames::None };
            let tested = Tested { subject: true, mail_in_subject: true, host_in_cn };
            let Some(trouble) = bound.objection(&below.certificate, tested, budget) else {
                continue;
            };
            found.push(flaw(step, trouble));
            // The name of a proxy begins with that of the end entity, so it would be refused for
            // the same reason again.
            if step <= end {
                break;
            }
        }
        flaws.extend(found.into_iter().rev());
    }
    flaws
}

/// Which names are checked, besides those in subjectAltName.
#[derive(Clone, Copy, Debug)]
pub struct Tested {
    /// The subject.
    pub subject: bool,
    /// emailAddress in the subject, as a mail address.
    pub mail_in_subject: bool,
    /// CNs that look like host names, if subjectAltName has no host name.
    pub host_in_cn: HostNames,
}

/// Which CNs look like host names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostNames {
    /// Also those of one label.
    Any,
    /// Those with a dot that are no IPv4 address.
    Dotted,
    /// Those with a dot, IPv4 addresses too.
    DottedOrAddress,
    /// None.
    None,
}

/// Objections of the constraints of the CA at step `ca` to the names of one certificate.
pub fn objection(
    (ca, constraints): (usize, &NameConstraints),
    certificate: &Certificate,
    tested: Tested,
    budget: &Budget,
) -> Option<ConstraintFlaw> {
    if !budget.compare(constraints.permitted.len() + constraints.excluded.len(), 1) {
        return Some(ConstraintFlaw::TooManyNames);
    }
    Bound::new(ca, constraints).objection(certificate, tested, budget)
}

/// The constraints of one CA, prepared to be compared.
struct Bound<'a> {
    ca: usize,
    permitted: Vec<Base<'a>>,
    excluded: Vec<Base<'a>>,
}

/// A subtree. For a directoryName, also its canonical form.
struct Base<'a> {
    subtree: &'a Subtree,
    canonical: Vec<u8>,
}

impl<'a> Bound<'a> {
    fn new(ca: usize, constraints: &'a NameConstraints) -> Self {
        let base = |subtree: &'a Subtree| Base {
            subtree,
            canonical: match subtree {
                Subtree::Directory(name) => name.canonical().to_vec(),
                _ => Vec::new(),
            },
        };
        Self {
            ca,
            permitted: constraints.permitted.iter().map(base).collect(),
            excluded: constraints.excluded.iter().map(base).collect(),
        }
    }

    /// The first objection to a name of `certificate`.
    fn objection(
        &self,
        certificate: &Certificate,
        tested: Tested,
        budget: &Budget,
    ) -> Option<ConstraintFlaw> {
        // Counted as OpenSSL does.
        let attributes: usize = certificate.subject.rdns().iter().map(Vec::len).sum();
        let names = attributes + certificate.extensions.alt_names.len();
        if !budget.compare(names, self.permitted.len() + self.excluded.len()) {
            return Some(ConstraintFlaw::TooManyNames);
        }
        let names = presented(certificate, tested);
        names.iter().find_map(|name| self.objection_to(name))
    }

    fn objection_to(&self, name: &Presented) -> Option<ConstraintFlaw> {
        let of_form = |base: &&Base<'_>| base.subtree.form() == name.form;
        let mut permitted = self.permitted.iter().filter(of_form).peekable();
        let mut excluded = self.excluded.iter().filter(of_form).peekable();
        if permitted.peek().is_none() && excluded.peek().is_none() {
            return None;
        }
        let (ca, text) = (self.ca, name.text.clone());
        match name.value {
            Comparable::Never => return Some(ConstraintFlaw::FormNotJudged { ca, name: text }),
            Comparable::Malformed => {
                return Some(ConstraintFlaw::NameNotReadable { ca, name: text });
            }
            _ => {}
        }
        if let Some(base) = excluded.find(|base| base.may_contain(&name.value)) {
            let subtree = base.subtree.to_string();
            let name = text;
            return Some(ConstraintFlaw::Excluded { ca, name, subtree });
        }
        let listed: Vec<&Base<'_>> = permitted.collect();
        let inside = listed.is_empty() || listed.iter().any(|base| base.contains(&name.value));
        (!inside).then(|| ConstraintFlaw::NotPermitted {
            ca,
            name: text,
            permitted: listed.iter().map(|base| base.subtree.to_string()).collect(),
        })
    }
}

impl Base<'_> {
    /// Whether everything that `value` stands for lies in the subtree.
    fn contains(&self, value: &Comparable) -> bool {
        match (self.subtree, value) {
            (Subtree::Directory(_), Comparable::Directory(name)) => {
                name.starts_with(&self.canonical)
            }
            (Subtree::Dns(base), Comparable::Host(host) | Comparable::AnyBelow(host)) => {
                base.is_empty() || host == base || is_below(host, base)
            }
            (Subtree::DnsDomain(base), Comparable::AnyBelow(host)) => {
                host == base || is_below(host, base)
            }
            (Subtree::DnsDomain(base), Comparable::Host(host)) => is_below(host, base),
            (Subtree::EmailHost(base), Comparable::Mailbox(_, host)) => host == base,
            (Subtree::EmailDomain(base), Comparable::Mailbox(_, host))
            | (Subtree::UriDomain(base), Comparable::UriHost(host)) => is_below(host, base),
            (Subtree::Mailbox(local, base), Comparable::Mailbox(name, host)) => {
                // RFC 5280 §7.5: the local part is compared exactly, the host without regard to
                // case.
                name == local && host == base
            }
            (Subtree::UriHost(base), Comparable::UriHost(host)) => host == base,
            (Subtree::Ip(base, bits), Comparable::Ip(address)) => {
                agree(*base, *address, u32::from(*bits))
            }
            _ => false,
        }
    }

    /// Whether something that `value` stands for may lie in the subtree. Only a wildcard stands for
    /// more than one name: `*.example.org` may be `bad.example.org` (CVE-2025-61727).
    fn may_contain(&self, value: &Comparable) -> bool {
        let in_place_of_the_star =
            |base: &str, host: &str| base.split_once('.').is_some_and(|(_, rest)| rest == host);
        match (self.subtree, value) {
            (Subtree::Dns(base), Comparable::AnyBelow(host)) => {
                self.contains(value) || in_place_of_the_star(base, host)
            }
            _ => self.contains(value),
        }
    }
}

/// A name of a certificate, prepared to be compared.
struct Presented {
    form: &'static str,
    text: String,
    value: Comparable,
}

/// The part of a name that is compared. Hosts are in lower case.
enum Comparable {
    /// All names one label below this host: `*.host`.
    AnyBelow(String),
    /// The canonical form of a directoryName.
    Directory(Vec<u8>),
    Host(String),
    Ip(IpAddr),
    Mailbox(String, String),
    /// The syntax is wrong for the form, so it cannot be compared.
    Malformed,
    /// There are no rules for this form.
    Never,
    UriHost(String),
}

/// The names that constraints apply to: the subject, its mail addresses, and subjectAltName.
fn presented(certificate: &Certificate, tested: Tested) -> Vec<Presented> {
    let subject = &certificate.subject;
    let alternatives = &certificate.extensions.alt_names;
    let mut names: Vec<Presented> = alternatives.iter().map(alternative).collect();
    if tested.subject && !subject.is_empty() {
        names.push(alternative(&GeneralName::Directory(Box::new(subject.clone()))));
    }
    // The RFC checks these only without a subjectAltName. OpenSSL, GnuTLS and certok always do.
    let mails = subject.values("emailAddress").into_iter().filter(|_| tested.mail_in_subject);
    names.extend(mails.map(|mail| alternative(&GeneralName::Email(mail))));
    // No RFC applies dNSName constraints to a CN. But if a CN is used as a host name, it must not
    // evade them. OpenSSL and GnuTLS check the CNs of an end entity without a dNSName.
    let has_host = alternatives.iter().any(|name| matches!(name, GeneralName::Dns(_)));
    if tested.host_in_cn != HostNames::None && !has_host {
        let hosts = subject
            .values("CN")
            .into_iter()
            // As OpenSSL, which ignores NULs at the end, because many readers stop there.
            .map(|cn| cn.trim_end_matches('\0').to_owned())
            .filter(|cn| looks_like_host(cn, tested.host_in_cn) || cn.contains('\0'));
        names.extend(hosts.map(|host| alternative(&GeneralName::Dns(host))));
    }
    names
}

/// Whether it is a host name of two labels or more, and no IPv4 address. A name that is cut at a
/// NUL may be any host, and OpenSSL refuses it below a CA with constraints.
fn looks_like_host(text: &str, how: HostNames) -> bool {
    let dotted = how == HostNames::Any || text.contains('.');
    let addresses = how == HostNames::DottedOrAddress;
    dotted && is_host(text) && (addresses || text.parse::<IpAddr>().is_err())
}

fn alternative(name: &GeneralName) -> Presented {
    let value = match name {
        GeneralName::Directory(name) => Some(Comparable::Directory(name.canonical().to_vec())),
        GeneralName::Dns(text) => host(text),
        GeneralName::Email(text) if !text.is_ascii() => None,
        GeneralName::Email(text) | GeneralName::SmtpUtf8(text) => mailbox(text)
            .map(|(local, host)| Comparable::Mailbox(local.to_owned(), host.to_ascii_lowercase())),
        GeneralName::Ip(bytes) => <[u8; 4]>::try_from(bytes.as_slice())
            .map(IpAddr::from)
            .or_else(|_| <[u8; 16]>::try_from(bytes.as_slice()).map(IpAddr::from))
            .map(Comparable::Ip)
            .ok(),
        GeneralName::Uri(text) => uri_host(text).map(Comparable::UriHost),
        GeneralName::EdiParty
        | GeneralName::Other(_)
        | GeneralName::RegisteredId(_)
        | GeneralName::X400 => Some(Comparable::Never),
    };
    Presented {
        form: name.form(),
        text: name.to_string(),
        value: value.unwrap_or(Comparable::Malformed),
    }
}

fn host(text: &str) -> Option<Comparable> {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix("*.") {
        Some(rest) => is_host(rest).then(|| Comparable::AnyBelow(rest.to_owned())),
        None => is_host(&lower).then_some(Comparable::Host(lower)),
    }
}

/// The host of a URI (RFC 3986 §3.2). A constraint refuses a URI without a host or with an address
/// as its host (RFC 5280 §4.2.1.10).
fn uri_host(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once("://")?;
    let of_scheme = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(of_scheme))
        .then_some(())?;
    let authority = rest.split(['/', '?', '#']).next()?;
    // If there is a second @, readers disagree about the host.
    let host = match authority.split_once('@') {
        Some((_, host)) => host,
        None => authority,
    };
    let host = match host.split_once(':') {
        Some((host, port)) => port.bytes().all(|b| b.is_ascii_digit()).then_some(host)?,
        None => host,
    };
    (is_host(host) && host.parse::<IpAddr>().is_err()).then(|| host.to_ascii_lowercase())
}

/// Whether `host` is `base` with more labels in front.
fn is_below(host: &str, base: &str) -> bool {
    let rest = host.strip_suffix(base);
    rest.is_some_and(|rest| rest.ends_with('.'))
}

/// Whether two addresses of the same family have the same first bits.
fn agree(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    let same = |differs: u128| bits == 0 || differs.leading_zeros() >= bits;
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u128::from(a.to_bits() ^ b.to_bits()) << 96),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits() ^ b.to_bits()),
        _ => false,
    }
}
