//! Findings about certificates that may not be used for their purpose.

use crate::chain::rules::{ANY_USAGE, NETSCAPE_TYPE};
use crate::chain::{Attempt, Defect, Flaw, Purpose};
use crate::check::chain::rule::*;
use crate::check::chain::{Context, below};
use crate::parse::cert::Certificate;
use crate::parse::oid;
use crate::report::Finding;

/// The finding for the flaw, if it is about a purpose.
pub(super) fn explain(
    flaw: &Flaw,
    certificate: &Certificate,
    name: &str,
    attempt: &Attempt,
    context: Context<'_>,
) -> Option<Finding> {
    let ca = certificate.subject.common_name();
    let usages = || certificate.key_usage_names().unwrap_or_default().join(", ");
    Some(match &flaw.defect {
        Defect::NotCa => NOT_CA.found(format!(
            "the issuer {ca} is not a CA (CA:FALSE or no basicConstraints): it may not issue \
             certificates"
        )),
        Defect::NoCertSign => NO_CERT_SIGN
            .found(format!("the key usage of the CA {ca} lacks keyCertSign: {}", usages())),
        Defect::NoDigitalSignature => {
            KEY_USAGE.found(format!("{name}: the key usage lacks digitalSignature: {}", usages()))
        }
        Defect::PathTooLong(found, allowed) => PATH_LENGTH.found(format!(
            "path length exceeded: {ca} (pathlen {allowed}) may have {allowed} CAs below it, there \
             are {found}: {}",
            below(attempt, flaw.step)
        )),
        Defect::PurposeNotAllowed(usages) => {
            let found = purpose(usages, name, context);
            match context.question.purpose {
                _ if certificate.is_ca() && flaw.step > 0 => found.advice(CA_PURPOSE),
                Purpose::Server => found.advice(SERVER_PURPOSE),
                _ => found,
            }
        }
        _ => return None,
    })
}

fn purpose(usages: &[String], name: &str, context: Context<'_>) -> Finding {
    let allowed: Vec<&str> = usages.iter().map(|usage| oid::name(usage)).collect();
    let purpose = context.question.purpose.name();
    if usages == [NETSCAPE_TYPE] {
        return PURPOSE.found(format!(
            "{name} may not be used as {purpose}: its {NETSCAPE_TYPE} does not allow it"
        ));
    }
    PURPOSE.found(format!(
        "{name} may not be used as {purpose} ({purpose}Auth): its extended key usage (EKU) allows \
         {}{}",
        allowed.join(", "),
        match usages.iter().any(|usage| usage == ANY_USAGE) {
            true => "; OpenSSL and rustls want the purpose by name there",
            false => "",
        }
    ))
}

/// The advice if a CA of the path has the wrong usages.
const CA_PURPOSE: &str = "request a certificate from a CA whose own extended key usage names the \
                          purpose, or that has none; or ask the CA to have its certificate issued \
                          again";

/// The advice if a server needs its own certificate.
const SERVER_PURPOSE: &str = "request a host certificate: one with the extended key usage \
                              serverAuth and the host's names; a user certificate is for clients";
