//! What OpenSSL reads from a file in a CA directory.

use crate::chain::Purpose;
use crate::parse::cert::TrustSettings;
use crate::parse::file::Contents;
use crate::parse::pem::{Damage, Quirk};
use crate::parse::shape::Meaning;
use crate::parse::{oid, shape};

/// Why OpenSSL reads no certificate from the file, as a phrase. `None` if it reads one. It reads
/// PEM from the top, and stops at what it cannot read.
pub fn unusable_as_ca(contents: &Contents) -> Option<String> {
    if contents.mended {
        let what = match (contents.damage.first(), &contents.shape) {
            (Some(damage), _) => format!("damaged: {damage}"),
            (None, Some(shape)) => shape.to_string(),
            (None, None) => "damaged".to_owned(),
        };
        return Some(format!("not usable PEM but {what}"));
    }
    let is_certificate = |damage: &&Damage| {
        let meaning = shape::meaning(&damage.label);
        matches!(meaning, Meaning::Certificate | Meaning::TrustedCertificate)
    };
    let first = contents.certificates.first();
    let above = |damage: &&Damage| first.is_none_or(|slot| damage.line < slot.line);
    // OpenSSL also reads blocks before the certificate, of any kind, and stops if it cannot.
    let stops = |damage: &&Damage| is_certificate(damage) || damage.kind.stops_reading();
    let damage = contents.damage.iter().filter(stops).find(above);
    if let (Some(refused), None) = (first.and_then(|slot| refused(contents, slot.line)), damage) {
        return Some(format!("damaged: {refused}"));
    }
    match (first, damage, contents.damage.first(), &contents.shape) {
        (_, Some(damage), ..) => Some(format!("damaged: {damage}")),
        (Some(slot), ..) => {
            let error = slot.parsed.as_ref().err()?;
            Some(format!("damaged: {error}"))
        }
        (None, None, Some(damage), _) => Some(format!("damaged: {damage}")),
        (None, None, None, Some(shape)) => Some(format!("{shape}, not a certificate")),
        (None, None, None, None) if contents.holds_key() => {
            Some("a private key, not a certificate".to_owned())
        }
        (None, None, None, None) => Some("not a certificate".to_owned()),
    }
}

/// Why OpenSSL refuses the block at `line`, or one before it.
fn refused(contents: &Contents, line: usize) -> Option<Quirk> {
    let certificates = contents.certificates.iter().map(|slot| slot.line);
    let keys = contents.keys.iter().map(|slot| slot.line);
    let others = contents.others.iter().map(|other| other.line);
    let damage = contents.damage.iter().map(|damage| damage.line);
    let lines = certificates.chain(keys).chain(others).chain(damage);
    let next = lines.filter(|other| *other > line).min();
    let quirks = contents.quirks.iter().copied();
    let mut refused = quirks.filter(Quirk::is_refused);
    refused.find(|quirk| next.is_none_or(|next| quirk.line() < next))
}

/// The first usage that the trust settings of a certificate reject, or do not list among the trusted
/// ones: of clients and servers.
pub fn refused_usage(settings: &TrustSettings) -> Option<&'static str> {
    let wanted = [Purpose::Client, Purpose::Server];
    let usages = wanted.iter().filter_map(|purpose| purpose.usage());
    let among = |list: &[String], usage: &str| {
        list.iter().any(|id| id == usage || oid::name(id) == "anyExtendedKeyUsage")
    };
    let mut refused = usages.filter(|usage| {
        let limited = !settings.trusted.is_empty() && !among(&settings.trusted, usage);
        limited || among(&settings.rejected, usage)
    });
    refused.next().map(oid::name)
}
