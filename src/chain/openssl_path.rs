//! The one path that OpenSSL builds. `X509_verify_cert` chooses an issuer for each certificate,
//! trusted ones first, and never goes back. It verifies signatures only when the path is complete.

use crate::chain::budget::Budget;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::signature::{id_differs, signature};
use crate::chain::{Attempt, Defect, Flaw, PoolCertificate, Question, proxy, rules};
use crate::parse::cert::KEY_CERT_SIGN;

/// The path that OpenSSL builds for the leaf of an accepted path, if this is another one and is
/// refused.
pub fn refused(
    accepted: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'_>,
) -> Option<Attempt> {
    // A proxy has only one possible issuer. From the end entity on there may be a choice.
    let start = accepted.get(..=proxy::count(accepted))?;
    let (path, anchored) = follow(start, pool, question);
    let same = |(a, b): (&PoolCertificate, &PoolCertificate)| a.certificate == b.certificate;
    if path.len() == accepted.len() && path.iter().zip(accepted).all(same) {
        return None;
    }
    // OpenSSL by itself does not read policy files, and lists only if told so.
    let bare = Question { crl: CrlMode::Off, policy: PolicyMode::Off, ..*question };
    let mut flaws = rules::judge(&path, pool, &bare, &Budget::default());
    flaws.extend(broken(&path));
    if !anchored {
        flaws.push(Flaw { step: path.len() - 1, defect: Defect::IssuerNotFound });
    }
    let attempt = Attempt { path, anchored, flaws };
    (!attempt.flaws.is_empty()).then_some(attempt)
}

/// The path that begins with `start`, and whether it ends at an anchor.
fn follow(
    start: &[PoolCertificate],
    pool: &[PoolCertificate],
    question: &Question<'_>,
) -> (Vec<PoolCertificate>, bool) {
    let mut path = start.to_vec();
    while let Some(last) = path.last() {
        let certificate = &last.certificate;
        let names_itself = certificate.is_self_issued() && !id_differs(certificate, certificate);
        if last.trusted && (names_itself || question.partial_chain) {
            return (path, true);
        }
        let next = issuer(&path, last, pool, question);
        let Some(next) = next.filter(|_| !names_itself && path.len() <= question.max_depth + 1)
        else {
            break;
        };
        path.push(next.clone());
    }
    (path, false)
}

/// The issuer that OpenSSL chooses: a trusted one before others, and only trusted ones above a
/// trusted one. The first that is valid now; else the one that ends last.
fn issuer<'a>(
    path: &[PoolCertificate],
    child: &PoolCertificate,
    pool: &'a [PoolCertificate],
    question: &Question<'_>,
) -> Option<&'a PoolCertificate> {
    let fits = |known: &&PoolCertificate| {
        let (issuer, usage) = (&known.certificate, known.certificate.extensions.key_usage);
        issuer.subject.same_as(&child.certificate.issuer)
            && !id_differs(&child.certificate, issuer)
            && usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0)
            && path.iter().all(|step| step.certificate != *issuer)
    };
    let best = |trusted: bool| {
        let fitting = || pool.iter().filter(|k| k.trusted == trusted).filter(fits);
        let valid = fitting().find(|known| known.certificate.validity.covers(question.at));
        valid.or_else(|| fitting().max_by_key(|known| known.certificate.validity.not_after))
    };
    let only_trusted = path.iter().any(|step| step.trusted);
    best(true).or_else(|| if only_trusted { None } else { best(false) })
}

/// Each signature on the path that is wrong.
fn broken(path: &[PoolCertificate]) -> Vec<Flaw> {
    let pairs = path.iter().zip(path.iter().skip(1)).enumerate();
    let holds = |a: &PoolCertificate, b: &PoolCertificate| {
        signature(&a.certificate, &b.certificate).is_ok()
    };
    pairs
        .filter(|(_, (child, issuer))| !holds(child, issuer))
        .map(|(step, (_, issuer))| Flaw {
            step,
            defect: Defect::BadSignature {
                candidates: vec![issuer.from.clone()],
                same_key_id: false,
                key_for_other: None,
            },
        })
        .collect()
}
