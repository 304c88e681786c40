//! Signatures: subordinate CAs by their parents, roots by themselves.

use crate::check::ca_dir::Authority;
use crate::check::ca_dir::group::{GroupedFinding, listed};
use crate::check::ca_dir::rule::{PARENT_MISSING, PARENT_OTHER_KEY, SIGNATURE};
use crate::check::ca_dir::view::View;
use crate::crypto::verify::Refusal;
use crate::parse::cert::Certificate;

/// Every objection.
pub(super) fn check(view: &View<'_>) -> Vec<GroupedFinding> {
    let all = 0..view.inventory.authorities.len();
    all.filter(|at| view.is_alive(*at)).filter_map(|at| judge(view, at)).collect()
}

fn judge(view: &View<'_>, at: usize) -> Option<GroupedFinding> {
    let authority = &view.inventory.authorities[at];
    let certificate = &authority.certificate;
    let readable = |parent: &usize| view.copies(*parent).next().is_some();
    let signers = || authority.signers.iter().filter(|(by, _)| readable(by));
    let settled =
        |refusal: &Result<(), Refusal>| matches!(refusal, Ok(()) | Err(Refusal::Unsupported(_)));
    if signers().any(|(_, signed)| settled(signed)) || is_blocked(view, certificate) {
        return None;
    }
    let others: Vec<usize> = signers().map(|(by, _)| *by).filter(|by| *by != at).collect();
    if certificate.is_self_issued() && !is_by_another_key(certificate) {
        return Some(wrong_root(view, at));
    }
    Some(if others.is_empty() { missing(view, at) } else { other_key(view, at, &others) })
}

/// Whether a file with the parent's name holds no certificate. Another finding says so.
fn is_blocked(view: &View<'_>, certificate: &Certificate) -> bool {
    let issuer = &certificate.issuer;
    !certificate.is_self_issued()
        && [issuer.new_hash(), issuer.old_hash()]
            .iter()
            .any(|hash| view.blocked.contains(hash.as_str()))
}

/// Whether a self-issued certificate names another key as its signer's: the new key of the CA,
/// signed by the previous one (RFC 4210 §4.4).
fn is_by_another_key(certificate: &Certificate) -> bool {
    let extensions = &certificate.extensions;
    match (&extensions.authority_key_id, &extensions.subject_key_id) {
        (Some(signer), Some(own)) => signer != own,
        _ => false,
    }
}

fn wrong_root(view: &View<'_>, at: usize) -> GroupedFinding {
    let found = SIGNATURE
        .found(format!("the signature of the root CA {} is not by its own key", view.called(at)));
    let many = "root CAs have signatures that are not by their own keys";
    GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
}

fn missing(view: &View<'_>, at: usize) -> GroupedFinding {
    let certificate = &view.inventory.authorities[at].certificate;
    let hash = if view.inventory.candidate.bundle {
        String::new()
    } else {
        format!(" ({}.0)", certificate.issuer.new_hash())
    };
    let ca = view.called(at);
    let found = PARENT_MISSING.found(if certificate.is_self_issued() {
        format!("the CA {ca} is signed by another key of its own, which is not there{hash}")
    } else {
        let parent = certificate.issuer.common_name();
        format!("the CA {ca} is signed by '{parent}', which is not there{hash}")
    });
    let many = "subordinate CAs have parents that are not there";
    GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
}

fn other_key(view: &View<'_>, at: usize, others: &[usize]) -> GroupedFinding {
    let certificate = &view.inventory.authorities[at].certificate;
    let labels: Vec<String> = others.iter().map(|other| view.called(*other)).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let parents = listed(&labels);
    let named = |other: &&Authority| {
        let wanted = certificate.extensions.authority_key_id.as_ref();
        wanted.is_some() && other.certificate.extensions.subject_key_id.as_ref() == wanted
    };
    let mut all = others.iter().map(|other| &view.inventory.authorities[*other]);
    let ca = view.called(at);
    let (many, found) = if all.any(|other| named(&other)) {
        (
            "CAs have signatures that do not verify",
            SIGNATURE.found(format!(
                "the signature of the CA {ca} does not verify by the key that it names, that of \
                 {parents}"
            )),
        )
    } else {
        (
            "subordinate CAs are signed by another key than their parents have here",
            PARENT_OTHER_KEY
                .found(format!("the CA {ca} is signed by another key than {parents} has here")),
        )
    };
    GroupedFinding::new(view.label(at), many, found.at(view.place(at)))
}
