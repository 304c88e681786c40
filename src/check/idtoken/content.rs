//! Lines of a token file that are no tokens.

use crate::check::file::rewrite;
use crate::check::idtoken::{FoundToken, access, claims, rule};
use crate::parse::idtoken::file::{Foreign, NoToken};
use crate::report::{Finding, Fix, Made, NewText};

/// Most findings of one kind that are listed for one file.
const MAX_TOLD: usize = 3;

/// What is wrong with the lines of a file.
pub(super) fn check(found: &FoundToken) -> Vec<Finding> {
    let Ok(file) = &found.content else {
        return Vec::new();
    };
    if let Some(foreign) = file.foreign {
        return vec![foreign_file(found, foreign)];
    }
    let mut findings: Vec<Finding> = file
        .wrapped
        .iter()
        .take(MAX_TOLD)
        .map(|(first, last)| wrapped(found, *first, *last))
        .collect();
    let others: Vec<_> = file.others().collect();
    let malformed = others.iter().filter(|(_, why)| **why != NoToken::RequestText);
    let told = malformed.clone().take(MAX_TOLD);
    findings.extend(told.map(|(line, why)| malformed_line(found, *line, why)));
    let more = malformed.count().saturating_sub(MAX_TOLD);
    if more > 0 {
        let message = format!("{more} more lines of {} are no tokens", found.shown());
        findings.push(rule::MALFORMED.found(message).at(found.place(None)));
    }
    findings.extend(request_text(found));
    findings
}

/// The finding that a file holds the printed text of `condor_token_request`.
pub(super) fn request_text(found: &FoundToken) -> Option<Finding> {
    let file = found.content.as_ref().ok()?;
    let (line, _) = file.others().find(|(_, why)| **why == NoToken::RequestText)?;
    let shown = found.shown();
    let has_token = file.tokens().next().is_some();
    let rest = match has_token {
        true => {
            "the token is below it: HTCondor's client ignores the message, whatever else \
             reads the file takes it for the token"
        }
        false => "the token itself is not there: the request waits for an administrator to approve",
    };
    let message = format!(
        "line {line} of {shown} is not a token but the message of condor_token_request ('Token \
         request enqueued'); {rest}"
    );
    let finding = rule::REQUEST_TEXT.found(message).at(found.place(Some(line)));
    Some(match commented_out(found, line).filter(|_| has_token) {
        Some(fix) => finding.fix(fix),
        None => finding,
    })
}

/// Makes the line a comment. So nothing is lost, and HTCondor ignores it.
pub(super) fn commented_out(found: &FoundToken, line: usize) -> Option<Fix> {
    rewritten(found, Made::Commented(line).by(format!("sed '{line}s/^/# /' \"$b\"")))
}

/// A fix that writes the file anew; HTCondor passes over the copy that is kept.
fn rewritten(found: &FoundToken, text: NewText) -> Option<Fix> {
    let read = found.facts.as_ref().zip(found.checksum)?;
    rewrite(&found.path, &access::hidden_path(found), read, text)
}

fn wrapped(found: &FoundToken, first: usize, last: usize) -> Finding {
    let shown = found.shown();
    let message = format!(
        "the token in {shown} is broken over several lines, {first} to {last}: HTCondor expects one \
         token in a line"
    );
    let finding = rule::LINE_WRAPPED.found(message).at(found.place(Some(first)));
    let within = format!("NR>={first} && NR<={last}");
    let joined = format!(
        "awk '{within} && /^[ \\t\\r]*(#|$)/ {{next}} {within} {{gsub(/[ \\t\\r]/, \"\"); printf \"%s\", $0; \
         if (NR=={last}) print \"\"; next}} {{print}}' \"$b\""
    );
    match rewritten(found, Made::Joined(first, last).by(joined)) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

/// There is no fix, because the file belongs to another program.
fn foreign_file(found: &FoundToken, foreign: Foreign) -> Finding {
    let message = format!("{} is not a token (JWT): {foreign}", found.shown());
    let advice = match foreign {
        Foreign::PythonBytes => "take away what is around the token: b' in front and ' at the end",
        Foreign::Utf16 => "write it anew in ASCII: iconv -f UTF-16 -t ASCII OLD > NEW",
        Foreign::Binary | Foreign::Json | Foreign::Markup | Foreign::Pem | Foreign::Text => {
            "move it out of the token directory: HTCondor takes every file there for tokens"
        }
    };
    rule::MALFORMED.found(message).advice(advice).at(found.place(None))
}

fn malformed_line(found: &FoundToken, line: usize, why: &NoToken) -> Finding {
    let message = format!("line {line} of {} is not a token (JWT): {why}", found.shown());
    let finding = rule::MALFORMED.found(message).at(found.place(Some(line)));
    finding.advice(claims::renewal(found))
}
