//! Where a bearer token is, or is not.

use crate::check::bearer::{at, rule, token};
use crate::check::file::rewrite;
use crate::check::file_mode::with_chmod;
use crate::load::LoadError;
use crate::load::bearer::{Found, Spot};
use crate::parse::bearer::shape::{Content, NoToken};
use crate::parse::jws;
use crate::parse::value::PathShape;
use crate::report::Finding;
use crate::text::shell;
use crate::text::time::UnixTime;

/// XRootD, XrdSecProtocolztn.cc: `MaxTokSize`.
const MAX_ZTN_BYTES: u64 = 4096;

/// No place has a token; `euid` is in the names of the files.
pub fn none(euid: u32, has_runtime: bool) -> Finding {
    let runtime = match has_runtime {
        true => "",
        false => " (that variable is not set)",
    };
    rule::NONE.found(format!(
        "no bearer token in BEARER_TOKEN, BEARER_TOKEN_FILE, $XDG_RUNTIME_DIR/bt_u{euid}{runtime} \
         or /tmp/bt_u{euid}"
    ))
}

/// The place is empty, and the search goes on.
pub fn empty(spot: &Spot) -> Finding {
    let message = match spot {
        Spot::Named(path) if path.as_os_str().is_empty() => {
            "BEARER_TOKEN_FILE is set and empty, so the search for a token goes on".to_owned()
        }
        _ => format!("{spot} is empty, so the search for a token goes on"),
    };
    rule::EMPTY.found(message).at(at(spot))
}

/// An operand is empty.
pub fn nothing(spot: &Spot) -> Finding {
    let message = format!("there is no token in {spot}: it is empty");
    rule::NONE.found(message).at(at(spot))
}

/// Another place has a token, too.
pub fn shadowed(other: &Found, chosen: &Spot, now: UnixTime) -> Option<Finding> {
    let end = token(other)?.expires.instant();
    let until = end.map_or_else(String::new, |end| match end <= now {
        true => ", which has expired".to_owned(),
        false => format!(", which is valid until {}", end.screen()),
    });
    let message = format!("the token in {}{until}, is not used: {chosen} comes first", other.spot);
    Some(rule::SHADOWED.found(message).at(at(&other.spot)))
}

/// Whether the place can be read, holds a token, and is its owner's alone.
pub(super) fn check(found: &Found, euid: u32) -> Vec<Finding> {
    let mut findings = match &found.content {
        Err(trouble) => return vec![unreadable(found, trouble, euid)],
        Ok(Content::Empty) => return vec![nothing(&found.spot)],
        Ok(Content::Other(what)) => vec![other(found, what)],
        Ok(Content::Macaroon(_) | Content::Token(_)) => Vec::new(),
    };
    let Some(facts) = &found.facts else {
        return findings;
    };
    let (spot, mode) = (&found.spot, facts.mode);
    if facts.size > MAX_ZTN_BYTES {
        findings.push(rule::TOO_LONG.found(format!(
            "{spot} has {} bytes, white space included, and XRootD (ztn) sends no token of more than \
             {MAX_ZTN_BYTES}",
            facts.size
        )));
    }
    if mode & 0o077 != 0 {
        let message = format!(
            "{spot} has mode {mode:04o}, and XRootD sends no token whose file others may access \
             (excessive permissions)"
        );
        let finding = rule::UNSAFE_MODE.found(message).at(at(spot));
        let finding = match spot.path() {
            Some(path) => with_chmod(finding, facts, euid, "600", path),
            None => finding,
        };
        findings.push(match spot {
            // A file named here is not the one that is sent.
            Spot::Operand(_) => finding.as_warning(),
            _ => finding,
        });
    }
    if facts.owner != euid && !matches!(spot, Spot::Operand(_)) {
        let message = format!("{spot} is owned by uid {}, you are uid {euid}", facts.owner);
        findings.push(rule::NOT_OWNED.found(message).at(at(spot)));
    }
    findings
}

fn unreadable(found: &Found, trouble: &LoadError, euid: u32) -> Finding {
    let spot = &found.spot;
    match (trouble, spot) {
        (LoadError::Missing(_) | LoadError::Dangling(..), Spot::Named(_)) => named_missing(spot),
        (LoadError::Missing(path), Spot::Operand(_)) => {
            let text = path.as_os_str().as_encoded_bytes();
            let message = match jws::looks_like(text) {
                true => "a token was given where a file is expected; standard input (-) takes it"
                    .to_owned(),
                false => format!("there is no file {spot}"),
            };
            rule::NONE.found(message)
        }
        (LoadError::Denied(path, Some(barrier)), _) if barrier.facts.owner == euid => {
            let message = format!("the token file {spot} cannot be read: {trouble}");
            let mode = if barrier.path == *path { "600" } else { "u+rwx" };
            let fix = format!("chmod {mode} {}", shell::path(&barrier.path));
            rule::UNREADABLE.found(message).fix(fix).at(at(spot))
        }
        _ => {
            let message = format!("the token file {spot} cannot be read: {trouble}");
            rule::UNREADABLE.found(message).at(at(spot))
        }
    }
}

/// What is odd about the value of the variable is most often the cause.
fn named_missing(spot: &Spot) -> Finding {
    let path = spot.path().unwrap_or(std::path::Path::new(""));
    let text = path.as_os_str();
    if jws::looks_like(text.as_encoded_bytes()) {
        let mut place = at(spot);
        // It is a token, and repeated nowhere.
        place.file = None;
        return rule::NAMED_MISSING
            .found("BEARER_TOKEN_FILE holds a token, where the name of a file belongs")
            .advice("set BEARER_TOKEN to the token instead, or put it into a file of mode 600")
            .at(place);
    }
    let shape = PathShape::of(text);
    let odd = match &shape {
        shape if shape.quoted.is_some() => ": there are quotes in the value",
        shape if shape.trailing_blank.is_some() || shape.leading_blank => {
            ": the value begins or ends with white space or a line end"
        }
        shape if shape.file_url => ": the value is a URL, not a path",
        shape if shape.tilde => ": no shell has replaced the ~",
        shape if shape.dollar => ": no shell has replaced the $",
        shape if !shape.absolute => ": the value is a relative path",
        _ => "",
    };
    let message = format!("BEARER_TOKEN_FILE names {}, which does not exist{odd}", path.display());
    rule::NAMED_MISSING.found(message).at(at(spot))
}

fn other(found: &Found, what: &NoToken) -> Finding {
    let spot = &found.spot;
    let rule = match what {
        NoToken::Json { has_access_token: true } => &rule::JSON,
        NoToken::Eos => &rule::IS_EOS,
        NoToken::IdToken => &rule::IS_IDTOKEN,
        NoToken::IdentityToken => &rule::IS_ID_TOKEN,
        NoToken::RefreshToken => &rule::IS_REFRESH_TOKEN,
        NoToken::Vault => &rule::IS_VAULT_TOKEN,
        _ => &rule::NOT_JWT,
    };
    let message = match what {
        NoToken::IdToken
        | NoToken::IdentityToken
        | NoToken::Json { .. }
        | NoToken::RefreshToken
        | NoToken::Vault => format!("{spot} is no bearer token: {what}"),
        _ => format!("{spot} holds no valid JWT: {what}"),
    };
    let finding = rule.found(message).at(at(spot));
    match (what, spot) {
        (NoToken::Path, Spot::Variable) => finding
            .advice("a path belongs into BEARER_TOKEN_FILE; BEARER_TOKEN is the token itself"),
        (NoToken::Json { has_access_token: true }, _) => out_of_json(found, finding),
        (NoToken::Null(_), _) => finding.advice(
            "get a token (htgettoken, or oidc-token ACCOUNT > FILE), and look at why the request for \
             this one failed",
        ),
        (NoToken::Unexpanded, _) => {
            finding.advice("set it without single quotes: a shell replaces $NAME in double quotes")
        }
        (NoToken::PythonBytes, _) => filtered(found, finding, "tr -d \"\\\"'\" | cut -c2-"),
        (NoToken::Quoted, _) => filtered(found, finding, "tr -d \"\\\"'\""),
        (NoToken::Wrapped, _) => filtered(found, finding, "tr -d '[:space:]'"),
        (NoToken::Utf16, _) => filtered(found, finding, "iconv -f UTF-16 -t ASCII"),
        _ => finding,
    }
}

/// With the line that sends the token through `filter`: nothing but what is around it goes.
fn filtered(found: &Found, finding: Finding, filter: &str) -> Finding {
    match (&found.spot, found.spot.path(), &found.facts) {
        // A variable cannot hold UTF-16: it has no zero bytes.
        (Spot::Variable, ..) => finding.fix(format!(
            "t=\"$(printf %s \"$BEARER_TOKEN\" | {filter})\" && export BEARER_TOKEN=\"$t\""
        )),
        (_, Some(path), Some(facts)) if facts.fixed().is_none() => {
            finding.fix(rewrite(path, facts.mode, &format!("cat \"$b\" | {filter}")))
        }
        _ => finding,
    }
}

/// With the line that takes the token out of the JSON. What else the JSON has, the refresh token
/// above all, stays: in a copy of the file, or in a variable of the shell.
fn out_of_json(found: &Found, finding: Finding) -> Finding {
    match (&found.spot, found.spot.path(), &found.facts) {
        (Spot::Variable, ..) => finding.fix(
            "BEARER_JSON=\"$BEARER_TOKEN\" && t=\"$(printf %s \"$BEARER_JSON\" | jq -er \
             .access_token)\" && export BEARER_TOKEN=\"$t\"",
        ),
        (_, Some(path), Some(facts)) if facts.fixed().is_none() => {
            finding.fix(rewrite(path, facts.mode, "jq -er .access_token \"$b\""))
        }
        _ => finding,
    }
}
