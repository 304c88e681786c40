//! A variable is set to something that is neither a good path nor a good PEM.

use crate::check::file::UNPERCENT;
use crate::check::place::rule::*;
use crate::check::place::{Look, export};
use crate::locate::{Place as Where, Role};
use crate::parse::shape::Shape;
use crate::parse::value::{Blank, PathShape, ValueShape};
use crate::report::{Finding, Rule};

pub(super) fn value(role: Role, shape: &ValueShape, look: Look<'_>) -> Finding {
    let name = role.variable();
    let field = if role.is_key() { "tokenkey" } else { "tokencert" };
    let unset = format!("unset {}", role.variables());
    match shape {
        ValueShape::Empty => {
            let found = VARIABLE_EMPTY.found(format!("{name} is set, but empty"));
            match &look.near.default {
                Some(default) => found
                    .advice(format!("unset it, and {} is used", default.display()))
                    .fix(format!("unset {name}")),
                None => found,
            }
        }
        ValueShape::NullWord(word) => {
            let found = VARIABLE_NULL.found(format!(
                "{name} is the word \"{word}\": {}",
                if role.is_token() {
                    "the token command returned no token when the jq recipe ran"
                } else {
                    "whatever set it had nothing to put there"
                }
            ));
            let found =
                if role.is_token() { found } else { found.advice("unset it, or set it to a path") };
            if look.near.default.is_some() { found.fix(unset) } else { found }
        }
        ValueShape::Json { has_token } => {
            let found = VARIABLE_JSON
                .found(format!("{name} holds JSON, the whole answer of the token command"));
            let take = replaced(name, &format!("jq -er '.results[0].{field}'"));
            let found =
                found.advice(format!("take the field out of it: jq -r '.results[0].{field}'"));
            if *has_token && role != Role::Proxy { found.fix(take) } else { found }
        }
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
        _ => {
            let what = match shape {
                ValueShape::InlineTruncated => "a truncated PEM: BEGIN without END".to_owned(),
                ValueShape::InlineDamaged(damage) => format!("a damaged PEM: {damage}"),
                // The value itself may be a piece of a key.
                ValueShape::Path(path) => {
                    format!("{} bytes that are neither a path nor a PEM", path.value.len())
                }
                _ => "a damaged PEM".to_owned(),
            };
            VARIABLE_INLINE_DAMAGED.found(format!("{name} holds {what}")).advice(format!(
                "set it again from the file, with the double quotes: export {name}=\"$(cat \
                     FILE)\""
            ))
        }
    }
}

/// Gives the variable what `command` makes of its value; if that fails, it keeps the value.
fn replaced(name: &str, command: &str) -> String {
    format!("v=\"$(printf %s \"${name}\" | {command})\" && export {name}=\"$v\"")
}

/// The command that makes PEM of base64 of `inside`.
fn decode(inside: &Shape) -> Option<&'static str> {
    match inside {
        Shape::Pem(_) => Some("tr -d '\"' | base64 -d"),
        Shape::DerCertificate => Some("tr -d '\"' | base64 -d | openssl x509 -inform DER"),
        Shape::DerPrivateKey(_) => Some("tr -d '\"' | base64 -d | openssl pkey -inform DER"),
        _ => None,
    }
}

/// A path that would be good but for its wrapping.
pub(super) fn odd_path(shape: &PathShape, look: Look<'_>) -> Option<Finding> {
    let name = look.role.variable();
    let (rule, what): (&Rule, String) = if let Some(quote) = shape.quoted {
        (&VARIABLE_QUOTED, format!("{name} contains literal quote characters ({quote})"))
    } else if shape.trailing_blank.is_some() || shape.leading_blank {
        (&VARIABLE_BLANK, blank(shape, name))
    } else if shape.file_url {
        (&VARIABLE_URL, format!("{name} is a file:// URL, it must be a plain path"))
    } else if shape.tilde {
        let what = "starts with a literal '~' that the shell never expanded (it was quoted)";
        (&VARIABLE_TILDE, format!("{name} {what}"))
    } else if shape.dollar {
        (&VARIABLE_NOT_EXPANDED, format!("{name} contains a $NAME that was never expanded"))
    } else if !shape.absolute {
        (&VARIABLE_RELATIVE, relative(look))
    } else {
        return None;
    };
    let found = rule.found(what);
    Some(match &look.near.cleaned {
        Some(path) => found.fix(export(look, path)),
        None => found,
    })
}

fn blank(shape: &PathShape, name: &str) -> String {
    if shape.trailing_blank == Some(Blank::CarriageReturn) {
        return format!(
            "{name} ends with an invisible carriage return (\\r, a Windows line ending)"
        );
    }
    let side = if shape.leading_blank { "starts" } else { "ends" };
    format!("{name} {side} with invisible white space")
}

fn relative(look: Look<'_>) -> String {
    let name = look.role.variable();
    let here =
        look.env.directory.as_ref().map_or_else(String::new, |d| format!(", {}", d.display()));
    let value = match &look.candidate.place {
        Where::Value(value) => value.to_string_lossy().into_owned(),
        _ => String::new(),
    };
    format!("{name} is the relative path {value}, which does not exist from this directory{here}")
}

/// Breaks a one-line PEM in a variable into lines again: BEGIN, body, END.
fn refold(name: &str) -> String {
    format!(
        "export {name}=\"$(printf %s \"${name}\" | sed -E 's/-----(BEGIN|END)([^-]*)-----/\\n&\\n/g' \
         | awk '/^-----/{{print;next}}{{gsub(/[ \\t]/,\"\");if($0!=\"\")print}}')\""
    )
}
