//! A path that OpenSSL does not find: it takes a CA from the directory before it looks into the
//! user's file, and does not come back.

use crate::chain::Known;
use crate::chain::rules;
use crate::report::Finding;
use crate::report::Place;
use crate::report::Rule;

/// The directory has another certificate of a CA that the path takes from the file.
pub static TAKES_OTHER: Rule = Rule {
    id: "openssl-takes-other-ca",
    what: "the CA directory has another certificate of a CA that the path takes from the file",
    why: "OpenSSL takes the one from the directory first, and does not try the other one when it \
          leads nowhere; Go and certok try both",
    advice: "update the CA bundle, or have the old certificate of this CA removed from the directory",
    refused_by: &["OpenSSL (so XRootD, Globus and VOMS)"],
    source: "X509_V_FLAG_TRUSTED_FIRST, X509_verify_cert(3)",
    ..Rule::WARN
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[&TAKES_OTHER];

/// At most one finding a CA of the accepted `path`, out of `pool`.
pub fn check(path: &[Known], pool: &[Known]) -> Vec<Finding> {
    let pairs = path.iter().zip(path.iter().skip(1));
    pairs
        .filter(|(_, issuer)| !issuer.trusted)
        .filter_map(|(child, issuer)| {
            let other = pool
                .iter()
                .find(|known| comes_first(known, child, issuer))?;
            Some(finding(issuer, other))
        })
        .collect()
}

/// Whether OpenSSL would take `known` for the issuer of `child` before `issuer`: a trusted
/// certificate of that name, with the key identifier asked for. A copy of `issuer` is no harm.
fn comes_first(known: &Known, child: &Known, issuer: &Known) -> bool {
    known.trusted
        && known.certificate != issuer.certificate
        && known.certificate.subject.same_as(&child.certificate.issuer)
        && !rules::id_differs(&child.certificate, &known.certificate)
}

fn finding(issuer: &Known, other: &Known) -> Finding {
    let name = issuer.certificate.subject.common_name();
    let end = other.certificate.validity.not_after.screen();
    let place = Place {
        subject: Some(issuer.certificate.subject.screen()),
        ..Place::default()
    };
    let message = format!(
        "the path takes the CA {name} from {}; OpenSSL takes the one in {} (valid until {end}) and \
         fails",
        issuer.from, other.from
    );
    TAKES_OTHER.found(message).at(place)
}
