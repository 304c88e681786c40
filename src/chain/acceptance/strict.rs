//! OpenSSL's `X509_V_FLAG_X509_STRICT`: RFC 5280's rules of form, on every certificate of a path of
//! two or more (`check_extensions`, before 4.0).

use crate::chain::PoolCertificate;
use crate::chain::acceptance::certificate::find;
use crate::chain::acceptance::issuer::check_ca;
use crate::chain::acceptance::{Judge, Objection, Reason};
use crate::parse::cert::{CRL_SIGN, Certificate, KEY_CERT_SIGN};

pub(super) fn judge(judge: &Judge<'_>, path: &[PoolCertificate], found: &mut Vec<Objection>) {
    if !judge.profile.strict || path.len() < 2 {
        return;
    }
    for (step, known) in path.iter().enumerate() {
        let is_last = step + 1 == path.len();
        let certificate = &known.certificate;
        let marks = check_ca(certificate);
        let form = match step {
            0 => marks > 1,
            _ => is_last && marks > 1,
        };
        let broken =
            RULES.iter().filter(|(_, breaks)| breaks(certificate)).map(|(words, _)| *words);
        let key_id = certificate.extensions.authority_key_id.is_none();
        let key_id = (certificate.version == 3 && !is_last && key_id)
            .then_some("it has no authority key identifier");
        let marked = form.then_some("it is marked as a CA without basicConstraints");
        let all = marked.into_iter().chain(broken).chain(key_id);
        found.extend(all.map(|words| Objection::new(step, Reason::Strict(words))));
    }
}

type Rule = (&'static str, fn(&Certificate) -> bool);

/// In OpenSSL's order.
const RULES: &[Rule] = &[
    ("it has a path length and is no CA", |c| length(c) && !is_ca(c)),
    ("it has a path length without keyCertSign", |c| {
        length(c) && is_ca(c) && !uses(c, KEY_CERT_SIGN)
    }),
    ("it has keyCertSign and is no CA", |c| uses(c, KEY_CERT_SIGN) && !is_ca(c)),
    ("it names no issuer", |c| c.issuer.is_empty()),
    ("it has no subject", |c| {
        let named = !c.extensions.alt_names.is_empty();
        c.subject.is_empty() && (is_ca(c) || uses(c, CRL_SIGN) || !named)
    }),
    ("its subjectAltName is empty", |c| {
        find(c, "2.5.29.17").is_some() && c.extensions.alt_names.is_empty()
    }),
    ("its subjectAltName is not critical, and it has no subject", |c| {
        c.subject.is_empty() && find(c, "2.5.29.17").is_some_and(|e| !e.critical)
    }),
    ("its basicConstraints are not critical", |c| {
        is_ca(c) && find(c, "2.5.29.19").is_some_and(|e| !e.critical)
    }),
    ("a CA has no subject key identifier", |c| {
        c.version == 3 && is_ca(c) && c.extensions.subject_key_id.is_none()
    }),
    ("a CA has no key usage", |c| c.version == 3 && is_ca(c) && c.extensions.key_usage.is_none()),
    ("it has extensions before version 3", |c| c.version < 3 && !c.extensions.all.is_empty()),
];

fn is_ca(certificate: &Certificate) -> bool {
    certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
}

fn length(certificate: &Certificate) -> bool {
    let constraints = certificate.extensions.basic_constraints;
    constraints.is_some_and(|constraints| constraints.path_length.is_some())
}

fn uses(certificate: &Certificate, bit: u16) -> bool {
    certificate.extensions.key_usage.is_some_and(|usage| usage & bit != 0)
}
