//! OpenSSL's `X509_V_FLAG_X509_STRICT`: the rules of form of RFC 5280, for all certificates of a
//! path of two or more (`check_extensions`, before 4.0).

use crate::chain::PoolCertificate;
use crate::chain::acceptance::issuer::check_ca;
use crate::chain::acceptance::{Judge, Objection, Reason};
use crate::consumer::extension::{ALT_NAME, BASIC_CONSTRAINTS};
use crate::parse::cert::{CRL_SIGN, Certificate, Extension, KEY_CERT_SIGN};

pub(super) fn judge(judge: &Judge<'_>, path: &[PoolCertificate], found: &mut Vec<Objection>) {
    if !judge.profile.strict || path.len() < 2 {
        return;
    }
    for (step, known) in path.iter().enumerate() {
        let all = broken(&known.certificate, (step, step + 1 == path.len()));
        found.extend(all.map(|rule| Objection::new(step, Reason::Strict(rule.words))));
    }
}

/// A rule of form.
#[derive(Clone, Copy, Debug)]
pub struct FormRule {
    /// Which part of a certificate breaks it.
    pub words: &'static str,
    /// Whether it is about the names of issuer and subject.
    pub is_about_names: bool,
    breaks: fn(&Certificate, (usize, bool)) -> bool,
}

/// The rules that a certificate breaks at this step of a path. Some depend on whether it is the
/// last one.
pub fn broken(
    certificate: &Certificate,
    place: (usize, bool),
) -> impl Iterator<Item = &'static FormRule> {
    RULES.iter().filter(move |rule| (rule.breaks)(certificate, place))
}

const fn form(words: &'static str, breaks: fn(&Certificate, (usize, bool)) -> bool) -> FormRule {
    FormRule { words, is_about_names: false, breaks }
}

const fn name(words: &'static str, breaks: fn(&Certificate, (usize, bool)) -> bool) -> FormRule {
    FormRule { words, is_about_names: true, breaks }
}

/// All rules, in OpenSSL's order.
const RULES: &[FormRule] = &[
    form("it is marked as a CA without basicConstraints", |c, (step, is_last)| {
        (step == 0 || is_last) && check_ca(c) > 1
    }),
    form("it has a path length and is no CA", |c, _| length(c) && !is_ca(c)),
    form("it has a path length without keyCertSign", |c, _| {
        length(c) && is_ca(c) && !uses(c, KEY_CERT_SIGN)
    }),
    form("it has keyCertSign and is no CA", |c, _| uses(c, KEY_CERT_SIGN) && !is_ca(c)),
    name("it names no issuer", |c, _| c.issuer.is_empty()),
    name("it has no subject", |c, _| {
        let named = !c.extensions.alt_names.is_empty();
        c.subject.is_empty() && (is_ca(c) || uses(c, CRL_SIGN) || !named)
    }),
    form("its subjectAltName is empty", |c, _| {
        c.extensions.named(ALT_NAME).is_some() && c.extensions.alt_names.is_empty()
    }),
    name("its subjectAltName is not critical, and it has no subject", |c, _| {
        c.subject.is_empty() && is_lax(c.extensions.named(ALT_NAME))
    }),
    form("its basicConstraints are not critical", |c, _| {
        is_ca(c) && is_lax(c.extensions.named(BASIC_CONSTRAINTS))
    }),
    form("a CA has no subject key identifier (SKI)", |c, _| {
        c.version == 3 && is_ca(c) && c.extensions.subject_key_id.is_none()
    }),
    form("a CA has no key usage", |c, _| {
        c.version == 3 && is_ca(c) && c.extensions.key_usage.is_none()
    }),
    form("it has extensions before version 3", |c, _| {
        c.version < 3 && !c.extensions.all.is_empty()
    }),
    form("it has no authority key identifier (AKI)", |c, (_, is_last)| {
        c.version == 3 && !is_last && c.extensions.authority_key_id.is_none()
    }),
];

fn is_lax(extension: Option<&Extension>) -> bool {
    extension.is_some_and(|extension| !extension.critical)
}

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
