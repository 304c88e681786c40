//! Findings about the VOMS server list and its LSC files.

use std::path::Path;

use crate::chain::voms::{Unreadable, Verdict};
use crate::check::place::path::{NamedPath, odd_words};
use crate::check::voms::context::Context;
use crate::check::voms::{DIRECTORY, LSC_MALFORMED, LSC_MISMATCH, LSC_MISSING, LSC_UNREADABLE};
use crate::parse::lsc::{Difference, LscError};
use crate::report::{Finding, Place};
use crate::source::candidate::{Reason, SYSTEM_VOMS_DIR, VomsDirCandidate};
use crate::source::error::LoadError as Unread;
use crate::source::near::NearValue;
use crate::text::shell;

/// Why the VOMS server list cannot be read.
pub fn unusable(
    candidate: &VomsDirCandidate,
    trouble: &Unread,
    vos: &[&str],
    near: &NearValue,
) -> Finding {
    let path = candidate.path.display();
    let (variable, subject) = match candidate.reason {
        Reason::Variable(name) => (Some(name), name),
        Reason::Option(name) => (None, name),
        Reason::Default | Reason::Operand => (None, "the VOMS server list"),
    };
    let why = match trouble {
        _ if candidate.path.as_os_str().is_empty() => format!("{subject} is set, but empty"),
        Unread::Missing(_) if candidate.reason == Reason::Default => {
            format!("{SYSTEM_VOMS_DIR} does not exist, and X509_VOMS_DIR is not set")
        }
        Unread::Missing(_) | Unread::Dangling(..) => {
            let gone = || format!("points to {path}, which does not exist");
            format!("{subject} {}", odd_words(candidate.path.as_os_str()).unwrap_or_else(gone))
        }
        Unread::Special(_, what) => format!("{subject}: {path} is {what}, not a directory"),
        other => format!("{subject}: {path} cannot be read: {other}"),
    };
    let message = format!(
        "the VOMS attributes of {} cannot be verified: {why}, so no LSC file is found",
        vos.join(", ")
    );
    let value = candidate.path.as_os_str();
    let found = DIRECTORY.found(message);
    let found = match variable {
        Some(name) => NamedPath { name, value, near }.mended(found),
        None => found,
    };
    found.at(Place { file: Some(candidate.path.clone()), variable, ..Place::default() })
}

/// The directory of the VO.
pub(super) fn folder(lsc: &Path) -> &Path {
    lsc.parent().unwrap_or(lsc)
}

pub(super) fn missing(verdict: &Verdict, context: Context<'_>) -> Finding {
    let (vo, lsc) = (context.ac.vo(), context.lsc.display());
    let near = match context.others {
        None => format!("; {} has no folder {vo}", folder(folder(context.lsc)).display()),
        Some([]) => String::new(),
        Some(others) => format!("; there is {}", others.join(", ")),
    };
    let found = LSC_MISSING.found(format!(
        "cannot verify the VOMS attributes of {vo}: the LSC file {lsc} is missing{near}"
    ));
    let names = verdict.server.as_ref().map(|known| {
        let certificate = &known.certificate;
        (certificate.subject.slash(), certificate.issuer.slash())
    });
    let advice = match names {
        Some((subject, issuer)) => format!(
            "install the VO's LSC file, or after asking the VO's administrators whether that is \
             their server, create {lsc} with its DN and the DN of its CA, two lines: {subject} and \
             {issuer}"
        ),
        None => format!("create {lsc} with the server's DN and the DN of its CA, two lines"),
    };
    found.advice(advice).at(Place::line(context.lsc, None))
}

pub(super) fn differs(difference: &Difference, context: Context<'_>) -> Finding {
    let Difference { line, part, expected, found } = difference;
    let lsc = context.lsc.display();
    let message = match expected {
        Some(expected) => format!(
            "the LSC file {lsc} does not match the certificate that signed the VOMS attributes of \
             {}: line {line} has the {part} DN {expected}, the certificate has {found}",
            context.ac.vo()
        ),
        None => format!(
            "the LSC file {lsc} does not match the certificates that signed the VOMS attributes of \
             {}: it ends at line {line}, and lacks the DN of the certificate {found}",
            context.ac.vo()
        ),
    };
    let advice = format!(
        "if the VO's administrators say that this is their server, update {lsc}: line 1 is the \
         server's DN, line 2 that of its CA"
    );
    LSC_MISMATCH.found(message).advice(advice).at(Place::line(context.lsc, Some(*line)))
}

pub(super) fn broken(error: &LscError, context: Context<'_>) -> Finding {
    let message = unverified(&format!(": {error}"), context);
    LSC_MALFORMED.found(message).at(Place::line(context.lsc, Some(error.line)))
}

pub(super) fn unreadable(unread: &Unreadable, context: Context<'_>) -> Finding {
    let why = format!(" cannot be read: {}", unread.why);
    let found = LSC_UNREADABLE.found(unverified(&why, context));
    let found = match unread.denied {
        true => found.advice(format!(
            "have it made readable for everybody: chmod a+r {}, and a+rx on the folders above it",
            shell::path(context.lsc)
        )),
        false => found,
    };
    found.at(Place::line(context.lsc, None))
}

fn unverified(why: &str, context: Context<'_>) -> String {
    format!(
        "cannot verify the VOMS attributes of {}: the LSC file {}{why}",
        context.ac.vo(),
        context.lsc.display()
    )
}
