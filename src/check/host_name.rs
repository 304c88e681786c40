//! Is the certificate for the host that clients will ask for?

use crate::check::rules;
use crate::consumer::{BROWSERS, GO, OPENSSL, RUSTLS};
use crate::parse::cert::{Certificate, GeneralName};
use crate::parse::host_name::HostName;
use crate::report::Finding;

rules! {
    step: Name;
    /// It names other hosts.
    MISMATCH: ERROR, Mismatch {
        id: "host-name-mismatch",
        what: "the certificate is not for this host",
        why: "every client that checks the name of the server refuses it",
        advice: "ask your CA for a certificate with this name as dNSName",
        source: "RFC 6125 §6; RFC 9525 §6",
    }
    /// The name stands in the subject alone.
    ONLY_COMMON_NAME: WARN {
        id: "host-name-only-in-subject",
        what: "the host's name stands only in the subject, not in the subjectAltName",
        why: "the common name has been no place for it since RFC 2818; newer clients do not look \
              there",
        advice: "ask your CA for a certificate with this name as dNSName",
        refused_by: [BROWSERS, GO, RUSTLS],
        source: "RFC 6125 §6.4.4; RFC 9525 §2",
    }
    /// A server, and no client.
    SERVER_ONLY: WARN {
        id: "host-server-only",
        step: Chain,
        what: "the host certificate serves, but cannot act as client",
        why: "public CAs issue host certificates for servers alone; a service that connects to others \
              with it, as in third-party copies, is refused there",
        advice: "if the service connects to others with it, request a certificate with the extended \
                 key usage clientAuth too",
        refused_by: [OPENSSL.when("servers")],
        source: "RFC 5280 §4.2.1.12",
    }
}

/// The refusal of a good server certificate as a client's: nothing that a server minds.
pub fn server_only(refusal: &Finding) -> Finding {
    let found = SERVER_ONLY.found(format!("good for a server, but: {}", refusal.message));
    found.at(refusal.place.clone())
}

/// Whether `certificate` is for `name`; `subject` says what it is and where.
pub fn check(certificate: &Certificate, name: &HostName, subject: &str) -> Option<Finding> {
    let names = &certificate.extensions.alt_names;
    let stands_for = |known: &GeneralName| match known {
        GeneralName::Dns(pattern) => name.is_named_by(pattern),
        GeneralName::Ip(bytes) => name.is_address(bytes),
        _ => false,
    };
    if names.iter().any(stands_for) {
        return None;
    }
    let of_host = |known: &&GeneralName| matches!(known, GeneralName::Dns(_) | GeneralName::Ip(_));
    let hosts: Vec<String> = names.iter().filter(of_host).map(ToString::to_string).collect();
    let common = certificate.subject.values("CN");
    // Only where there is no dNSName at all (RFC 6125 §6.4.4). Globus writes `host/NAME`.
    let bare = |common: &String| {
        let name_part = common.rsplit_once('/').map_or(common.as_str(), |(_, name)| name);
        name.is_named_by(name_part) && !name_part.contains('*')
    };
    if hosts.is_empty() && common.iter().any(bare) {
        let words = format!("{subject} names {name} only as CN of its subject");
        return Some(ONLY_COMMON_NAME.found(words));
    }
    Some(match (name, hosts.as_slice()) {
        (HostName::Address(_), [_, ..]) if hosts.contains(&format!("DNS:{name}")) => MISMATCH
            .found(format!(
                "{subject} has the address {name} as dNSName, where no client looks for one"
            )),
        (_, []) => MISMATCH
            .found(format!("{subject} is not for {name}: it names no host{}", in_subject(&common))),
        (_, hosts) => {
            MISMATCH.found(format!("{subject} is not for {name}, but for {}", hosts.join(", ")))
        }
    })
}

fn in_subject(common: &[String]) -> String {
    match common.last() {
        Some(name) => format!(" but in its subject, CN={name}"),
        None => String::new(),
    }
}
