//! Each CA certificate alone: its dates, whether it may sign, its key, its extensions.

use std::sync::Arc;

use crate::chain::budget::Budget;
use crate::chain::evidence::Evidence;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::rules::ANY_USAGE;
use crate::chain::{Attempt, Defect, Flaw, PoolCertificate, Purpose, Question, rules};
use crate::check::ca_dir::group::GroupedFinding;
use crate::check::ca_dir::rule::{EXPIRES_SOON, NO_AUTHORITY, VERSION_1};
use crate::check::ca_dir::view::{View, hit};
use crate::check::ca_dir::{Wanted, settings};
use crate::check::{chain, lifetime, strength};
use crate::crypto::{Hash, PublicKey, Scheme};
use crate::parse::cert::KEY_CERT_SIGN;
use crate::text::time::Seconds;

/// How long before its end a CA is reported. The IGTF releases every month or two, and sites update
/// later.
const SOON: Seconds = Seconds(90 * 86_400);

/// Every objection.
pub(super) fn check(view: &View<'_>, wanted: Wanted) -> Vec<GroupedFinding> {
    let mut hits = Vec::new();
    let alive = any_alive(view);
    for at in 0..view.inventory.authorities.len() {
        if view.copies(at).next().is_none() {
            continue;
        }
        let time = time(view, at, alive, wanted);
        let expired = time.as_ref().is_some_and(|hit| hit.finding.is(&chain::CA_EXPIRED));
        hits.extend(time);
        if expired || is_superseded(view, at) {
            continue;
        }
        hits.extend(authority(view, at));
        if view.is_alive(at) {
            hits.extend(strength(view, at));
            hits.extend(form(view, at));
        }
    }
    hits.extend(settings::check(view));
    // CAs that have expired come before those that will.
    hits.sort_by_key(|hit| !hit.finding.is(&chain::CA_EXPIRED));
    hits
}

/// Whether it has expired, and another certificate with its name replaces it.
fn is_superseded(view: &View<'_>, at: usize) -> bool {
    let certificate = &view.inventory.authorities[at].certificate;
    let mut twins = view.inventory.named(&certificate.subject);
    let succeeds = |other: usize| other != at && view.is_alive(other);
    certificate.validity.not_after < view.at && twins.any(|(other, _)| succeeds(other))
}

/// Whether any CA has not expired.
fn any_alive(view: &View<'_>) -> bool {
    let authorities = view.inventory.authorities.iter();
    let mut cas = authorities.filter(|a| a.certificate.is_ca());
    cas.any(|a| view.at <= a.certificate.validity.not_after)
}

fn time(view: &View<'_>, at: usize, alive: bool, wanted: Wanted) -> Option<GroupedFinding> {
    let certificate = &view.inventory.authorities[at].certificate;
    let (validity, ca) = (certificate.validity, view.called(at));
    if !certificate.is_ca() || is_superseded(view, at) {
        return None;
    }
    let end =
        || format!("{} ({})", validity.not_after.screen(), validity.not_after.relative_to(view.at));
    if view.at > validity.not_after {
        let found = chain::CA_EXPIRED.found(format!("the CA {ca} expired on {}", end()));
        let found = found.advice(if view.is_grid() { UPDATE_GRID } else { UPDATE_WEB });
        // If all have expired, nothing verifies.
        let found = if alive { found.as_warning() } else { found.as_stale() };
        return Some(hit(view, at, "CAs have expired", found));
    }
    if view.at < validity.not_before {
        let start = validity.not_before;
        let found = chain::CA_NOT_YET_VALID.found(format!(
            "the CA {ca} is not valid before {} ({})",
            start.screen(),
            start.relative_to(view.at)
        ));
        return Some(hit(view, at, "CAs are not valid yet", found.as_warning()));
    }
    let left = validity.remaining(view.at);
    if left < wanted.need {
        let need = wanted.need;
        let short =
            format!("the CA {ca} ends on {}, which is less than the {need} asked for", end());
        let found = lifetime::TOO_SHORT.found(short).advice(RENEWED);
        return Some(hit(view, at, "CAs end before the time asked for", found));
    }
    if let Some(warn) = wanted.warn {
        return (left < warn).then(|| {
            let soon = format!("the CA {ca} ends on {}, within the {warn} of --warn", end());
            let found = lifetime::ENDS_SOON.found(soon).advice(RENEWED);
            hit(view, at, "CAs end within the time of --warn", found)
        });
    }
    (left < SOON).then(|| {
        let found = EXPIRES_SOON.found(format!("the CA {ca} expires on {}", end()));
        let found = if view.is_grid() { found } else { found.advice(RENEWED) };
        hit(view, at, "CAs expire within 90 days", found)
    })
}

const RENEWED: &str = "update the package that brings it once the CA has renewed";
const UPDATE_GRID: &str = "update the CA bundle: the distribution's packages (ca-policy-egi-core, osg-ca-certs, igtf-policy), \
     alien.py getCAcerts, or the one on /cvmfs; only certificates of these CAs are refused";
const UPDATE_WEB: &str = "update the package that brings it (ca-certificates); only certificates of these CAs are refused";

/// Whether it may issue certificates at all.
fn authority(view: &View<'_>, at: usize) -> Option<GroupedFinding> {
    let certificate = &view.inventory.authorities[at].certificate;
    let ca = view.called(at);
    let root = certificate.is_self_issued();
    if !certificate.is_ca() {
        let usage = certificate.extensions.key_usage;
        let signs = usage.is_some_and(|usage| usage & KEY_CERT_SIGN != 0);
        let silent = certificate.extensions.basic_constraints.is_none();
        if silent && (signs || certificate.version == 1) {
            let found = chain::NOT_CA.found(format!(
                "the certificate {ca} does not say that it is a CA's (no basicConstraints), although \
                 its key usage is a CA's"
            ));
            return Some(hit(view, at, "CAs do not say that they are CAs", found));
        }
        let found = NO_AUTHORITY.found(format!(
            "the certificate {ca} is no CA's ({})",
            if silent { "no basicConstraints" } else { "CA:FALSE" }
        ));
        let many = "certificates are no CA's";
        return Some(hit(view, at, many, found));
    }
    let usage = certificate.extensions.key_usage;
    if usage.is_some_and(|usage| usage & KEY_CERT_SIGN == 0) {
        let usages = certificate.key_usage_names().unwrap_or_default();
        let found = chain::NO_CERT_SIGN.found(format!(
            "the key usage of the CA {ca} lacks keyCertSign: {}",
            usages.join(", ")
        ));
        let many = "CAs have a key usage without keyCertSign";
        return Some(hit(view, at, many, found));
    }
    (root && certificate.version == 1).then(|| {
        let found = VERSION_1.found(format!("the root CA {ca} has a certificate of version 1"));
        hit(view, at, "root CAs have certificates of version 1", found)
    })
}

/// Findings about the key, and about the signature if it is not a root.
fn strength(view: &View<'_>, at: usize) -> Vec<GroupedFinding> {
    let certificate = &view.inventory.authorities[at].certificate;
    let (ca, mut hits) = (view.called(at), Vec::new());
    if let Err(what) = &certificate.key
        && what.contains(chain::EXPLICIT)
    {
        let found = chain::EXPLICIT_CURVE
            .found(format!("the CA {ca} has a key on an EC curve with explicit parameters"));
        hits.push(hit(view, at, "CAs have EC keys with explicit parameters", found.as_stale()));
    }
    if let Ok(key @ PublicKey::Rsa { .. }) = &certificate.key {
        let bits = key.bits();
        if (SMALLEST_RSA_BITS..2048).contains(&bits) {
            let found = strength::SMALL_CA_KEY
                .found(format!("the CA {ca} has a key of only {bits} bits"))
                .advice("nothing to do here: only the CA can make a larger key");
            hits.push(hit(view, at, "CAs have RSA keys of fewer than 2048 bits", found));
        }
    }
    let usages = certificate.extensions.extended_key_usage.as_ref();
    let (any, client) = (ANY_USAGE.to_owned(), Purpose::Client.usage().unwrap_or_default());
    if usages.is_some_and(|all| all.contains(&any) && !all.iter().any(|usage| usage == client)) {
        let found = strength::ANY_USAGE
            .found(format!(
                "the extended key usage of the CA {ca} has anyExtendedKeyUsage and not clientAuth: \
                 OpenSSL and rustls refuse clients below it"
            ))
            .advice("nothing to do here: only the CA can have its certificate issued again");
        let many = "CAs have anyExtendedKeyUsage and not clientAuth";
        hits.push(hit(view, at, many, found));
    }
    if let Some(why) = strength::passed_over(certificate) {
        let found = strength::PASSED_OVER.found(format!("the CA {ca}: {why}"));
        hits.push(hit(view, at, "CAs have an extension that does not parse", found));
    }
    let sha1 = certificate.algorithm.scheme == Some(Scheme::RsaPkcs1(Hash::Sha1));
    if sha1 && !certificate.is_self_issued() {
        let found = strength::SHA1
            .found(format!(
                "the subordinate CA {ca} is signed with SHA-1 ({})",
                certificate.algorithm.name
            ))
            .advice("only the CA can have it signed anew; see whether a newer CA bundle has it");
        hits.push(hit(view, at, "subordinate CAs are signed with SHA-1", found));
    }
    hits
}

/// Smaller keys are refused. `chain/rules.rs` says so.
const SMALLEST_RSA_BITS: usize = 1024;

/// What path validation refuses in the certificate itself.
fn form(view: &View<'_>, at: usize) -> Vec<GroupedFinding> {
    let authority = &view.inventory.authorities[at];
    let from = view.entry(at).map_or_else(String::new, |entry| entry.name.clone());
    let known = PoolCertificate {
        certificate: Arc::clone(&authority.certificate),
        from,
        block: 1,
        trusted: true,
    };
    let evidence = Evidence::default();
    let question = Question {
        at: view.at,
        need: Seconds(0),
        purpose: Purpose::Any,
        partial_chain: true,
        max_depth: 0,
        crl: CrlMode::Off,
        crl_leaf_only: true,
        policy: PolicyMode::Off,
        proxies: false,
        evidence: &evidence,
    };
    let path = vec![known];
    let flaws = rules::judge(&path, &path, &question, &Budget::default());
    let (many, flaws): (Vec<&'static str>, Vec<Flaw>) =
        flaws.into_iter().filter_map(|flaw| Some((many(&flaw.defect)?, flaw))).unzip();
    let attempt = Attempt { path, anchored: true, flaws };
    let context = chain::Context {
        noun: "the CA",
        token: false,
        question: &question,
        trust: "",
        by_hash: true,
    };
    let found = chain::check(&attempt, context);
    let pairs = many.into_iter().zip(found);
    pairs.map(|(many, found)| hit(view, at, many, found)).collect()
}

/// The plural of a defect. None for defects that do not matter here, or that another finding says.
fn many(defect: &Defect) -> Option<&'static str> {
    Some(match defect {
        Defect::AlgorithmDiffers => "CAs have another signature algorithm inside than outside",
        Defect::AlgorithmForbidden => "subordinate CAs are signed with a broken algorithm",
        Defect::AlgorithmUnsupported(_) => {
            "subordinate CAs are signed with an algorithm that certok cannot verify"
        }
        Defect::KeyTooSmall(..) => "CAs have keys that are refused as too small",
        Defect::MalformedExtension(..) => "CAs have a malformed extension",
        Defect::UnknownCritical(_) => "CAs have an unknown critical extension",
        Defect::UnknownQualifier(_) => "CAs have an unknown qualifier in critical policies",
        Defect::WronglyCritical(_) => "CAs have an extension that must not be critical and is",
        _ => return None,
    })
}
