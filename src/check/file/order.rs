//! Is the first certificate readable, and is it the one that is meant?

use std::sync::Arc;

use crate::check::file::expected::at;
use crate::check::file::rewrite::with_rewrite;
use crate::check::file::rule::*;
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::name::Name;
use crate::report::{Finding, Made, NewText, Place};
use crate::source::Source;
use crate::text::time::UnixTime;

pub(super) fn damaged_certificates(source: &Source, contents: &Contents) -> Vec<Finding> {
    let from = &source.origin;
    let mut findings = Vec::new();
    for (position, slot) in contents.certificates.iter().enumerate() {
        let Err(error) = &slot.parsed else { continue };
        if contents.mislabelled.iter().any(|other| other.block == slot.block) {
            continue;
        }
        // DER has no blocks.
        let is_pem = slot.line > 0;
        let place = Place { block: is_pem.then_some(slot.block), ..at(source, slot.line) };
        let message = match is_pem {
            true => format!("{from}: certificate data in block {}: {error}", slot.block),
            false => format!("{from}: the certificate in it is damaged: {error}"),
        };
        if position > 0 {
            findings.push(LATER_DAMAGED.found(message).at(place));
            continue;
        }
        let better = contents.readable().next().map(|(slot, certificate)| {
            format!(
                "copy the file again; block {} holds a readable certificate, of {}",
                slot.block,
                certificate.subject.screen()
            )
        });
        let better = better.or_else(|| followed(source, is_pem));
        let found = CERT_DAMAGED.found(message).at(place);
        findings.push(better.map_or(found.clone(), |words| found.advice(words)));
    }
    findings
}

/// The advice for a DER file with a good certificate and more bytes behind it.
fn followed(source: &Source, is_pem: bool) -> Option<String> {
    let is_followed = !is_pem && Certificate::is_followed(&source.bytes);
    is_followed.then(|| "make PEM of it, which leaves out what follows the certificate".to_owned())
}

/// Whether a DER file has no certificate that could be converted.
pub(super) fn is_beyond_conversion(source: &Source, contents: &Contents) -> bool {
    let slot = contents.certificates.first();
    let is_bad = slot.is_some_and(|slot| slot.line == 0 && slot.parsed.is_err());
    is_bad && followed(source, false).is_none()
}

/// Whether the certificate that tools will use is the one that is meant.
pub(super) fn order(source: &Source, contents: &Contents, now: UnixTime) -> Option<Finding> {
    let first = contents.first()?;
    let from = &source.origin;
    let place = Place { block: Some(1), ..at(source, 0) };
    if let Some((block, own)) = own_behind_ca(contents, first) {
        let found = CA_FIRST.found(format!(
            "wrong order in {from}: the first certificate is the CA {}, your own ({}) is number {block}",
            first.subject.common_name(),
            own.subject.common_name()
        ));
        return Some(with_rewrite(found.at(place), source, Some(to_front(block))));
    }
    let renewed = contents.readable().skip(1).find(|(_, later)| {
        later.subject.same_as(&first.subject) && !later.is_ca() && later.validity.covers(now)
    });
    let (slot, later) = renewed.filter(|_| first.validity.not_after < now)?;
    let found = OLD_FIRST.found(format!(
        "{from} has two certificates for {}: the first, which all tools use, expired on {}; the \
         second (block {}) is valid until {}",
        first.subject.common_name(),
        first.validity.not_after.screen(),
        slot.block,
        later.validity.not_after.screen()
    ));
    Some(with_rewrite(found.at(place), source, Some(to_front(slot.block))))
}

/// The note that no certificate in the file helps the first one.
pub(super) fn others(source: &Source, contents: &Contents) -> Option<Finding> {
    let first = contents.first()?;
    let mut names = vec![&first.issuer];
    for _ in 0..MAX_HELPERS {
        let new = contents.readable().map(|(_, helper)| helper).find(|helper| {
            let is_known = |wanted: &Name| names.iter().any(|name| name.same_as(wanted));
            is_known(&helper.subject) && !is_known(&helper.issuer)
        });
        let Some(new) = new else { break };
        names.push(&new.issuer);
    }
    // A proxy of the first certificate is at the wrong place, and another finding says so.
    let is_own = |other: &Certificate| other.is_proxy() && other.issuer.same_as(&first.subject);
    let is_helper = |other: &Certificate| {
        is_own(other) || names.iter().any(|name| name.same_as(&other.subject))
    };
    let mut others = contents.readable().skip(1).filter(|(_, other)| !is_helper(other));
    let (slot, other) = others.next()?;
    let whose = other.subject.common_name();
    let more = match others.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "only the first certificate of {} is judged; that of {whose} (block {}){more} is no issuer \
         of it: --each judges all",
        source.origin, slot.block
    );
    let place = Place { block: Some(slot.block), ..at(source, slot.line) };
    Some(OTHERS_UNJUDGED.found(message).at(place))
}

/// Most issuers above a certificate in one file.
const MAX_HELPERS: usize = 10;

/// The end entity certificate behind a CA certificate that issued it.
fn own_behind_ca<'a>(
    contents: &'a Contents,
    first: &Certificate,
) -> Option<(usize, &'a Arc<Certificate>)> {
    let above = |own: &Certificate| {
        let in_file = |name| contents.readable().any(|(_, c)| c.is_ca() && c.subject.same_as(name));
        in_file(&own.issuer)
    };
    first.is_ca().then_some(())?;
    contents
        .readable()
        .skip(1)
        .find(|(_, own)| !own.is_ca() && above(own))
        .map(|(slot, own)| (slot.block, own))
}

/// Moves block `block` to the front.
pub fn to_front(block: usize) -> NewText {
    Made::Front(block).by(format!(
        "awk -v n={block} '/-----BEGIN /{{i++}} {{if (i==n) own=own $0 \"\\n\"; else rest=rest $0 \
         \"\\n\"}} END {{printf \"%s%s\", own, rest}}' \"$b\""
    ))
}
