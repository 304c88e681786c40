//! The facts of a path: one step per certificate, leaf first.

use crate::chain::Attempt;
use crate::chain::permission::Grant;
use crate::describe::name;
use crate::report::{Item, Value};

/// Another path that was tried, and why it was refused.
pub fn other(attempt: &Attempt, reasons: Vec<String>) -> Item {
    let mut item = Item::new("attempt", "also tried, and left");
    item.machine("anchored", attempt.anchored);
    item.fact("steps", "", steps(attempt, &[]));
    item.fact("reasons", "because", reasons);
    item
}

/// The path that was found, or the part of it that exists.
pub fn item(attempt: &Attempt, accepted: bool, grants: &[Grant]) -> Item {
    let title = match (accepted, attempt.anchored) {
        (true, _) => "path found",
        (false, true) => "path refused",
        (false, false) => "incomplete path",
    };
    let mut item = Item::new("path", title);
    item.machine("accepted", accepted);
    item.machine("anchored", attempt.anchored);
    item.fact("steps", "", steps(attempt, grants));
    item
}

fn steps(attempt: &Attempt, grants: &[Grant]) -> Value {
    let last = attempt.path.len().saturating_sub(1);
    let steps = attempt.path.iter().enumerate().map(|(step, known)| {
        let subject = &known.certificate.subject;
        let arrow = if step == 0 { "" } else { "signed by " };
        let anchor = if attempt.anchored && step == last { " (trust anchor)" } else { "" };
        let mut item = Item::new("step", format!("{arrow}{}{anchor}", subject.screen()));
        item.machine("subject", name(subject));
        item.fact("file", "from", known.from.clone());
        item.machine("trusted", known.trusted);
        item.detail("not_after", "valid until", known.certificate.validity.not_after);
        let permits = grants.iter().filter(|grant| grant.step == step);
        let permits: Vec<String> = permits.map(line).collect();
        // A root has no line, and a missing file neither.
        if permits.is_empty() {
            item.machine("permitted_by", permits);
        } else {
            item.detail("permitted_by", "permitted by", permits);
        }
        item
    });
    Value::Items(steps.collect())
}

/// `/ca/48e3c71f.signing_policy:4 "/DC=org/*"`.
fn line(grant: &Grant) -> String {
    let (path, entry) = (grant.file.path.display(), &grant.entry);
    format!("{path}:{} \"{}\"", entry.line, entry.text)
}
