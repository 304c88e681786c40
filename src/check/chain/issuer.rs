//! Findings about issuers: none was found, or only with another key.

use crate::check::chain::constraint::some;
use crate::check::chain::{BAD_SIGNATURE, CA_OTHER_KEY, Context, ISSUER_UNKNOWN};
use crate::parse::cert::Certificate;
use crate::parse::token::ALIEN_CA;
use crate::report::Finding;

/// No known certificate has the issuer's name.
pub(super) fn not_found(certificate: &Certificate, name: &str, context: Context<'_>) -> Finding {
    let issuer = &certificate.issuer;
    let wanted = match context.by_hash {
        true => format!(" (expected as {}.0)", issuer.new_hash()),
        false => String::new(),
    };
    let alien = issuer.values("O").first().is_some_and(|o| o.starts_with("AliEn"));
    let from = certificate.extensions.ca_issuers.first();
    let message =
        format!("the issuer {} of {name} is not in {}{wanted}", issuer.screen(), context.trust);
    let found = ISSUER_UNKNOWN.found(message);
    if context.token && alien && issuer.slash() != ALIEN_CA {
        return found.advice(format!(
            "JAliEn tokens are signed by {ALIEN_CA} today: get a new token, alien-token-init; if the new \
             one has the same issuer, ask those who run your JAliEn server for its CA certificate"
        ));
    }
    if context.token && alien {
        return found.advice(
            "this CA directory has no AliEn CA (a plain IGTF directory): export \
             X509_CERT_DIR=/cvmfs/alice.cern.ch/etc/grid-security/certificates, or fetch the CAs \
             of alisw/alien-cas with alien.py getCAcerts",
        );
    }
    match from {
        Some(url) => {
            let url = url.trim_start_matches("URI:");
            found.advice(format!(
                "install or update the CA bundle; the CA publishes its certificate at {url}"
            ))
        }
        None => found,
    }
}

/// No candidate's key has the type that the signature needs.
pub(super) fn other_key_type(
    certificate: &Certificate,
    name: &str,
    key: &str,
    candidates: &[String],
) -> Finding {
    let message = format!(
        "{name} is signed with {}, for which the key of its issuer {} ({}) is not: {key}",
        certificate.algorithm.name,
        certificate.issuer.common_name(),
        some(candidates)
    );
    BAD_SIGNATURE.found(message).advice(
        "another key signed it than the one that its issuer's certificate is for: ask the CA to issue \
         it again",
    )
}

/// No candidate's key verifies the signature.
pub(super) fn bad_signature(
    certificate: &Certificate,
    name: &str,
    candidates: &[String],
    same_key_id: bool,
    context: Context<'_>,
) -> Finding {
    let issuer = certificate.issuer.common_name();
    if certificate.is_proxy() {
        return BAD_SIGNATURE.found(format!(
            "the signature of {name} does not verify with the key of {issuer} in the same file: it \
             was damaged, or that certificate is not the one it was made from"
        ));
    }
    let files = some(candidates);
    let asks_for_a_key = certificate.extensions.authority_key_id.is_some();
    if same_key_id || !asks_for_a_key {
        return BAD_SIGNATURE.found(format!(
            "the signature of {name} does not verify with the key of the CA {issuer} ({files})"
        ));
    }
    CA_OTHER_KEY.found(format!(
        "the CA {issuer} in {files} has another key than the one that signed {name}: the CA was \
         re-keyed, or {} is out of date",
        context.trust
    ))
}
