//! Which path a consumer builds: one by its rule to choose issuers, or all possible ones.

use crate::chain::acceptance::attempt::{Attempt, is_same_name};
use crate::chain::acceptance::{Anchor, Judge, Objection, Reason, certificate, proxies};
use crate::chain::budget::Work;
use crate::chain::link::may_be_self_signed;
use crate::chain::signature::{id_differs, names_another};
use crate::chain::{PoolCertificate, link};
use crate::consumer::profile::{KeyIds, OwnAnchor, Search, Store};
use crate::crypto::verify::Refusal;
use crate::parse::cert::{Certificate, KEY_CERT_SIGN};

/// Most paths that are judged for one consumer.
const MAX_PATHS: usize = 64;

/// The paths to judge, in the order in which the consumer tries them.
pub(super) fn find(judge: &Judge<'_>) -> Vec<Attempt> {
    let Some(leaf) = judge.sent.first() else {
        return Vec::new();
    };
    match judge.profile.search {
        Search::Every => {
            let mut found = Vec::new();
            every(judge, &mut vec![leaf.clone()], &mut found);
            found
        }
        Search::LastInDate | Search::LatestEnd | Search::LatestEndSigner => {
            vec![single(judge, leaf)]
        }
        Search::DirectIssuer => vec![direct(judge, leaf)],
    }
}

/// Certificates of the directory that the consumer reads.
fn store<'a>(judge: &'a Judge<'_>) -> impl Iterator<Item = &'a Anchor> {
    let reads = |anchor: &&Anchor| match judge.profile.store {
        Store::All => true,
        Store::FirstLink => anchor.index == Some(0) && anchor.is_alone,
        Store::Links => anchor.index.is_some(),
    };
    // Only OpenSSL's store reads a TRUSTED CERTIFICATE.
    let is_plain = |anchor: &&Anchor| judge.opens_ssl() || anchor.known.certificate.trust.is_none();
    judge.presented.anchors.iter().filter(reads).filter(is_plain)
}

fn is_stored(judge: &Judge<'_>, known: &PoolCertificate) -> bool {
    store(judge).any(|anchor| anchor.known.certificate == known.certificate)
}

/// Whether OpenSSL takes it for self-signed: by names, identifiers and type of key, without the
/// signature.
fn names_itself(certificate: &Certificate) -> bool {
    certificate.is_self_issued()
        && !id_differs(certificate, certificate)
        && may_be_self_signed(certificate)
}

/// Takes one issuer after the other, those of the directory first, and never goes back.
fn single(judge: &Judge<'_>, leaf: &PoolCertificate) -> Attempt {
    let mut path = vec![leaf.clone()];
    let mut is_trusted = false;
    while let Some(last) = path.last() {
        if let Some(reason) = certificate::unreadable(judge, last) {
            return Attempt::ended(path, reason);
        }
        let root = names_itself(&last.certificate);
        if (judge.profile.any_anchor || root) && is_stored(judge, last) {
            return Attempt::anchored(path);
        }
        if root {
            let reason = if path.len() == 1 { Reason::SelfSigned } else { Reason::IssuerNotFound };
            return Attempt::ended(path, reason);
        }
        if path.len() > judge.profile.max_depth + 1 {
            return Attempt::ended(path, Reason::TooMany(judge.profile.max_depth));
        }
        let ids = judge.profile.key_ids;
        let stored = store(judge).map(|anchor| &anchor.known);
        let stored = candidates(judge, &path, last, ids, stored);
        let next = chosen(judge, &stored).map(|known| (known, true)).or_else(|| {
            let sent = candidates(judge, &path, last, ids, judge.sent.iter());
            chosen(judge, &sent).filter(|_| !is_trusted).map(|known| (known, false))
        });
        let Some((next, from_store)) = next else {
            let reason = why_none(judge, last, is_trusted);
            return Attempt::ended(path, reason);
        };
        is_trusted |= from_store;
        path.push(next);
    }
    Attempt::anchored(path)
}

/// The certificates of `all` that could have issued `child`.
fn candidates<'a>(
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    child: &PoolCertificate,
    ids: KeyIds,
    all: impl Iterator<Item = &'a PoolCertificate>,
) -> Vec<&'a PoolCertificate> {
    let all: Vec<&PoolCertificate> = all.collect();
    // Hostile files hold thousands.
    let price = u64::try_from(all.len() / 32).unwrap_or(u64::MAX);
    if !judge.budget.spend(Work::Candidates, price) {
        return Vec::new();
    }
    // A self-signed one that is an anchor is its own issuer, for who knows anchors by name and key.
    let is_own = path.len() == 1 && judge.profile.leaf.anchor == OwnAnchor::Ignored;
    all.into_iter()
        .filter(|known| {
            let issuer = &known.certificate;
            let is_own = is_own && known.trusted;
            is_same_name(judge.profile.names, &child.certificate.issuer, &issuer.subject)
                && !key_id_differs(ids, &child.certificate, issuer)
                && (!judge.opens_ssl() || link::is_of_key_type(&child.certificate, issuer))
                && certificate::unreadable(judge, known).is_none()
                && (is_own || path.iter().all(|step| step.certificate != known.certificate))
        })
        .collect()
}

/// The candidate that is taken, by the profile's rule.
fn chosen(judge: &Judge<'_>, fitting: &[&PoolCertificate]) -> Option<PoolCertificate> {
    let search = judge.profile.search;
    let may_sign = |known: &&&PoolCertificate| {
        certificate::usage_bits(&known.certificate).is_none_or(|usage| usage & KEY_CERT_SIGN != 0)
    };
    let signers: Vec<&PoolCertificate> = match search {
        Search::LatestEndSigner => fitting.iter().filter(may_sign).copied().collect(),
        _ => Vec::new(),
    };
    let fitting = if signers.is_empty() { fitting } else { &signers };
    let at = judge.presented.at;
    let mut valid = fitting.iter().filter(|known| known.certificate.validity.covers(at));
    let (valid, other) = match search {
        Search::LastInDate => (valid.next_back(), fitting.first()),
        _ => {
            let all = fitting.iter().rev();
            (valid.next(), all.max_by_key(|known| known.certificate.validity.not_after))
        }
    };
    valid.or(other).map(|known| (*known).clone())
}

/// All possible paths; those that end at an anchor come first.
fn every(judge: &Judge<'_>, path: &mut Vec<PoolCertificate>, found: &mut Vec<Attempt>) {
    let Some(last) = path.last().cloned() else {
        return;
    };
    if path.len() == 1 && judge.profile.leaf.anchor != OwnAnchor::Ignored && is_stored(judge, &last)
    {
        found.push(Attempt::anchored(path.clone()));
        return;
    }
    let ids = judge.profile.key_ids;
    let anchors = store(judge).map(|anchor| &anchor.known);
    let anchors = candidates(judge, path, &last, ids, anchors);
    let mut why = end_at(&anchors, judge, path, found);
    if found.len() >= MAX_PATHS {
        return;
    }
    // A consumer that compares identifiers with anchors only accepts any issuer that was sent.
    let ids = match ids {
        KeyIds::Anchor | KeyIds::AnchorPresent => KeyIds::Any,
        ids => ids,
    };
    let sent = candidates(judge, path, &last, ids, judge.sent.iter());
    let sent: Vec<PoolCertificate> = sent.into_iter().cloned().collect();
    // Proxies are no CAs.
    let deep = path.len() > judge.profile.max_depth + proxies::count(path, judge.profile.proxies);
    let mut went_on = !anchors.is_empty();
    for issuer in sent {
        if found.len() >= MAX_PATHS {
            return;
        }
        if deep {
            why = Some(Reason::TooMany(judge.profile.max_depth));
            break;
        }
        match judge.budget.signature(&last.certificate, &issuer.certificate) {
            Ok(()) => {
                went_on = true;
                path.push(issuer);
                every(judge, path, found);
                path.pop();
            }
            Err(refusal) => why = Some(reason_of(refusal)),
        }
    }
    match why {
        Some(reason) => found.push(Attempt::ended(path.clone(), reason)),
        None if went_on => {}
        None => {
            let reason = why_none(judge, &last, false);
            found.push(Attempt::ended(path.clone(), reason));
        }
    }
}

/// The paths that end at one of `anchors`; or why an anchor was not taken.
fn end_at(
    anchors: &[&PoolCertificate],
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    found: &mut Vec<Attempt>,
) -> Option<Reason> {
    let last = path.last()?;
    let conflict = judge.profile.key_ids == KeyIds::AnchorPresent && anchors.len() > 1;
    let mut why = None;
    for anchor in anchors {
        if found.len() >= MAX_PATHS {
            break;
        }
        if let Err(refusal) = judge.budget.signature(&last.certificate, &anchor.certificate) {
            why = Some(reason_of(refusal));
            continue;
        }
        let whole = path.iter().cloned().chain([PoolCertificate::clone(anchor)]).collect();
        let mut attempt = Attempt::anchored(whole);
        attempt.end = conflict.then(|| Objection::new(path.len(), Reason::AnchorsConflict));
        found.push(attempt);
    }
    why
}

fn reason_of(refusal: Refusal) -> Reason {
    match refusal {
        Refusal::Unsupported(name) => {
            Reason::NotKnown(format!("certok cannot verify a signature of this kind: {name}"))
        }
        Refusal::BadSignature | Refusal::KeyMismatch => Reason::BadSignature,
    }
}

/// XRootD's path: the certificates that were sent, up to the end entity, and the CA in `<hash>.0`.
fn direct(judge: &Judge<'_>, leaf: &PoolCertificate) -> Attempt {
    let names = judge.profile.names;
    let mut path = vec![leaf.clone()];
    if proxies::is_marked_ca(&leaf.certificate) {
        return Attempt::ended(path, Reason::CaAsLeaf);
    }
    // The client cannot use a proxy file with a CA that does not follow from it.
    if proxies::is_xrootd_proxy(&leaf.certificate) && has_stray_ca(judge, leaf) {
        return Attempt::ended(path, Reason::NotInChain);
    }
    // XrdCryptosslX509ExportChain exports no CA.
    let rest = judge.sent.iter().skip(1).filter(|k| !proxies::is_marked_ca(&k.certificate));
    let mut rest: Vec<&PoolCertificate> = rest.collect();
    while let Some(last) = path.last() {
        let issues = |known: &&PoolCertificate| {
            is_same_name(names, &last.certificate.issuer, &known.certificate.subject)
        };
        let Some(at) = rest.iter().position(issues) else {
            break;
        };
        path.push(rest.remove(at).clone());
    }
    if !rest.is_empty() {
        return Attempt::ended(path, Reason::NotInChain);
    }
    let Some(last) = path.last() else {
        return Attempt::anchored(path);
    };
    let issuer = &last.certificate.issuer;
    let mut hashed = store(judge).map(|anchor| &anchor.known);
    let Some(ca) = hashed.find(|known| known.certificate.subject.same_as(issuer)) else {
        let reason = match last.certificate.is_self_issued() {
            true => Reason::SelfSigned,
            false => Reason::IssuerNotFound,
        };
        return Attempt::ended(path, reason);
    };
    if !is_same_name(names, issuer, &ca.certificate.subject) {
        return Attempt::ended(path, Reason::IssuerSpelling);
    }
    path.push(ca.clone());
    Attempt { anchored: true, is_own_anchor: false, path, end: None }
}

/// Whether a CA is sent that is not on the path of names that begins at `leaf`.
fn has_stray_ca(judge: &Judge<'_>, leaf: &PoolCertificate) -> bool {
    let mut rest: Vec<&PoolCertificate> = judge.sent.iter().skip(1).collect();
    let mut last = leaf;
    let issues = |last: &PoolCertificate, known: &PoolCertificate| {
        let (wanted, has) = (&last.certificate.issuer, &known.certificate.subject);
        is_same_name(judge.profile.names, wanted, has)
    };
    while let Some(at) = rest.iter().position(|known| issues(last, known)) {
        last = rest.remove(at);
    }
    rest.iter().any(|known| proxies::is_marked_ca(&known.certificate))
}

/// Whether the key identifiers say that `issuer` is not the issuer.
fn key_id_differs(ids: KeyIds, child: &Certificate, issuer: &Certificate) -> bool {
    let asked = &child.extensions;
    let has = issuer.extensions.subject_key_id.as_ref();
    let wanted = asked.authority_key_id.as_ref();
    match ids {
        KeyIds::Any => false,
        KeyIds::Whole => id_differs(child, issuer),
        KeyIds::KeyId => wanted.is_some_and(|wanted| has.is_some_and(|has| has != wanted)),
        KeyIds::Anchor => names_another(&asked.authority_key_id, &asked.authority_serial, issuer),
        KeyIds::AnchorPresent => match &asked.authority_serial {
            Some(serial) => *serial != issuer.serial,
            None => wanted.is_some_and(|wanted| has != Some(wanted)),
        },
    }
}

/// Why no issuer was found.
fn why_none(judge: &Judge<'_>, child: &PoolCertificate, is_trusted: bool) -> Reason {
    let certificate = &child.certificate;
    let stored = store(judge).map(|anchor| &anchor.known);
    let named: Vec<&PoolCertificate> = stored
        .chain(judge.sent.iter())
        .filter(|known| known.certificate != *certificate)
        .filter(|known| known.certificate.subject.same_as(&certificate.issuer))
        .collect();
    let exact: Vec<_> = named
        .iter()
        .filter(|known| {
            is_same_name(judge.profile.names, &certificate.issuer, &known.certificate.subject)
        })
        .collect();
    let ids = judge.profile.key_ids;
    let differs = |known: &&&&PoolCertificate| key_id_differs(ids, certificate, &known.certificate);
    let without = |known: &&&PoolCertificate| known.certificate.extensions.subject_key_id.is_none();
    if certificate.is_self_issued() && named.is_empty() {
        return Reason::SelfSigned;
    }
    match (named.is_empty(), exact.is_empty()) {
        (true, _) if is_trusted => Reason::IssuerNotRoot,
        (true, _) => Reason::IssuerNotFound,
        (false, true) => Reason::IssuerSpelling,
        _ if ids == KeyIds::AnchorPresent && exact.iter().any(without) => {
            Reason::AnchorWithoutKeyId
        }
        _ if exact.iter().all(|known| differs(&known)) => Reason::IssuerKeyId,
        _ => Reason::BadSignature,
    }
}
