//! The value of a variable is neither a good path nor good PEM.

use crate::check::file::UNPERCENT;
use crate::check::place::failed::FailedRead;
use crate::check::place::rule::*;
use crate::parse::shape::Shape;
use crate::parse::value;
use crate::parse::value::ValueShape;
use crate::report::Finding;
use crate::source::candidate::{Location, Role};

pub(super) fn value(failed: FailedRead<'_>) -> Finding {
    let (role, name) = (failed.role, failed.role.variable());
    let shape = match &failed.candidate.location {
        Location::Value(text) => value::look(text),
        _ => ValueShape::Empty,
    };
    match &shape {
        ValueShape::Empty => empty(failed),
        ValueShape::NullWord(word) => null_word(word, failed),
        ValueShape::Json { has_token } => json(*has_token, role),
        ValueShape::Base64(inside) => {
            let found =
                VARIABLE_BASE64.found(format!("{name} holds base64 without BEGIN and END lines"));
            match decode(inside) {
                Some(decode) => found.fix(replaced(name, decode)),
                None => found,
            }
        }
        ValueShape::InlineOneLine => VARIABLE_NEWLINES_LOST
            .found(format!("{name} holds an inline PEM whose newlines were turned into spaces"))
            .advice(format!(
                "keep the double quotes where it is set: export {name}=\"$(cat FILE)\""
            ))
            .fix(refold(name)),
        ValueShape::InlineLiteralNewlines => VARIABLE_LITERAL_NEWLINES
            .found(format!(
                "{name} holds an inline PEM with the characters \\n instead of newlines"
            ))
            .fix(format!("export {name}=\"$(printf '%b' \"${name}\" | tr -d '\"')\"")),
        ValueShape::InlinePercent => VARIABLE_INLINE_DAMAGED
            .found(format!("{name} holds an inline PEM that was URL-encoded (%0A, %20)"))
            .advice("decode it")
            .fix(replaced(name, &format!("tr -d '\"' | {UNPERCENT}"))),
        ValueShape::InlineQuoted => VARIABLE_INLINE_QUOTED
            .found(format!("{name} has a quote character before -----BEGIN"))
            .fix(format!("export {name}=\"$(printf '%b' \"${name}\" | tr -d \"\\\"'\")\"")),
        shape => damaged(name, shape),
    }
}

fn empty(failed: FailedRead<'_>) -> Finding {
    let name = failed.role.variable();
    let found = VARIABLE_EMPTY.found(format!("{name} is set, but empty"));
    match &failed.near.value.default {
        Some(default) => found
            .advice(format!("unset it, and {} is used", default.display()))
            .fix(format!("unset {name}")),
        None => found,
    }
}

fn null_word(word: &str, failed: FailedRead<'_>) -> Finding {
    let (name, is_token) = (failed.role.variable(), failed.role.is_token());
    let why = match is_token {
        true => "the token command returned no token when the jq recipe ran",
        false => "whatever set it had nothing to put there",
    };
    let found = VARIABLE_NULL.found(format!("{name} is the word \"{word}\": {why}"));
    let found = if is_token { found } else { found.advice("unset it, or set it to a path") };
    match failed.near.value.default {
        Some(_) => found.fix(format!("unset {}", failed.role.variables())),
        None => found,
    }
}

fn json(has_token: bool, role: Role) -> Finding {
    let name = role.variable();
    let field = if role.is_key() { "tokenkey" } else { "tokencert" };
    if !has_token && !role.is_token() {
        let found = VARIABLE_JSON.found(format!("{name} holds JSON, it must be a path"));
        return found.advice(format!("set {name} to the path of the file"));
    }
    let found = VARIABLE_JSON
        .found(format!("{name} holds JSON, the whole answer of the token command"))
        .advice(format!("take the field out of it: jq -r '.results[0].{field}'"));
    match has_token && role != Role::Proxy {
        true => found.fix(replaced(name, &format!("jq -er '.results[0].{field}'"))),
        false => found,
    }
}

fn damaged(name: &str, shape: &ValueShape) -> Finding {
    let what = match shape {
        ValueShape::InlineTruncated => "a truncated PEM: BEGIN without END".to_owned(),
        ValueShape::InlineDamaged(damage) => format!("a damaged PEM: {damage}"),
        // The value may be a part of a key, so it is not repeated.
        ValueShape::Path(path) => {
            format!("{} bytes that are neither a path nor a PEM", path.value().len())
        }
        _ => "a damaged PEM".to_owned(),
    };
    VARIABLE_INLINE_DAMAGED.found(format!("{name} holds {what}")).advice(format!(
        "set it again from the file, with the double quotes: export {name}=\"$(cat FILE)\""
    ))
}

/// A command that replaces the value by the output of `command`. If that fails, the value stays.
fn replaced(name: &str, command: &str) -> String {
    format!("v=\"$(printf %s \"${name}\" | {command})\" && export {name}=\"$v\"")
}

/// The command that decodes base64 of `inside` to PEM.
fn decode(inside: &Shape) -> Option<&'static str> {
    match inside {
        Shape::Pem(_) => Some("tr -d '\"' | base64 -d"),
        Shape::DerCertificate => Some("tr -d '\"' | base64 -d | openssl x509 -inform DER"),
        Shape::DerPrivateKey(_) => Some("tr -d '\"' | base64 -d | openssl pkey -inform DER"),
        _ => None,
    }
}

/// A command that breaks PEM in one line into lines again.
fn refold(name: &str) -> String {
    format!(
        "export {name}=\"$(printf %s \"${name}\" | sed -E 's/-----(BEGIN|END)([^-]*)-----/\\n&\\n/g' \
         | awk '/^-----/{{print;next}}{{gsub(/[ \\t]/,\"\");if($0!=\"\")print}}')\""
    )
}
