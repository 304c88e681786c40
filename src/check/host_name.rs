//! Is the certificate for the host name that clients use?

use crate::check::rules;
use crate::consumer::{BROWSERS, GO, RUSTLS};
use crate::parse::cert::{Certificate, GeneralName};
use crate::parse::host_name::HostName;
use crate::report::Finding;

rules! {
    step: Name;
    MISMATCH: ERROR, Mismatch {
        id: "host-name-mismatch",
        what: "the certificate is not for this host",
        why: "every client that checks the name of the server refuses it",
        advice: "ask your CA for a certificate with this name as dNSName",
        source: "RFC 6125 §6; RFC 9525 §6",
    }
    ONLY_COMMON_NAME: WARN {
        id: "host-name-only-in-subject",
        what: "the host's name is only in the subject, not in the subjectAltName",
        why: "the common name has been no place for it since RFC 2818; newer clients do not look \
              there",
        advice: "ask your CA for a certificate with this name as dNSName",
        refused_by: [BROWSERS, GO, RUSTLS],
        source: "RFC 6125 §6.4.4; RFC 9525 §2",
    }
}

/// Whether `certificate` is for `name`. `subject` says in a sentence what it is and where.
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
    // The CN counts only if there is no dNSName (RFC 6125 §6.4.4). Globus writes `host/NAME`.
    let bare = |common: &String| {
        let name_part = common.rsplit_once('/').map_or(common.as_str(), |(_, name)| name);
        name.is_named_by(name_part) && !name_part.contains('*')
    };
    if hosts.is_empty() && common.iter().any(bare) {
        let words = format!("{subject} names {name} only as CN of its subject");
        return Some(ONLY_COMMON_NAME.found(words));
    }
    let found = match (name, hosts.as_slice()) {
        (HostName::Address(_), [_, ..]) if hosts.contains(&format!("DNS:{name}")) => MISMATCH
            .found(format!(
                "{subject} has the address {name} as dNSName, where no client looks for one"
            )),
        (_, []) => MISMATCH
            .found(format!("{subject} is not for {name}: it names no host{}", in_subject(&common))),
        (_, hosts) => {
            let own = common.iter().find(|common| bare(common));
            let beside = own.map_or_else(String::new, |own| {
                format!("; its CN {own} does not count beside a subjectAltName")
            });
            let hosts = hosts.join(", ");
            MISMATCH.found(format!("{subject} is not for {name}, but for {hosts}{beside}"))
        }
    };
    Some(match name {
        HostName::Address(_) => {
            found.advice("ask your CA for a certificate with this address as iPAddress")
        }
        _ => found,
    })
}

fn in_subject(common: &[String]) -> String {
    match common.last() {
        Some(name) => format!(" but in its subject, CN={name}"),
        None => String::new(),
    }
}
