//! Whether a bearer token is in its place.

use std::path::Path;

use crate::check::bearer::{Question, at, rule, shown, token};
use crate::check::file::rewrite;
use crate::check::file_mode;
use crate::check::file_mode::with_chmod;
use crate::check::place::path::NamedPath;
use crate::parse::bearer::shape::{Content, JsonKind, NoToken};
use crate::parse::jws;
use crate::report::{Finding, Made, Mode, NewText};
use crate::source::candidate::{Candidate, Location, Reading, Reason};
use crate::source::error::LoadError;
use crate::source::near::NearValue;
use crate::text::shell;
use crate::text::time::UnixTime;

/// XRootD, XrdSecProtocolztn.cc: `MaxTokSize`.
const MAX_ZTN_BYTES: u64 = 4096;

/// No place has a token; `euid` is in the names of the files.
/// `runtime` is `$XDG_RUNTIME_DIR`, if that is set.
pub fn none(euid: u32, runtime: Option<&Path>) -> Finding {
    let unset = match runtime {
        Some(_) => "",
        None => " (that variable is not set)",
    };
    let new = runtime.unwrap_or(Path::new("/tmp")).join(format!("bt_u{euid}"));
    rule::NONE
        .found(format!(
            "no bearer token in BEARER_TOKEN, BEARER_TOKEN_FILE, $XDG_RUNTIME_DIR/bt_u{euid}{unset} \
             or /tmp/bt_u{euid}"
        ))
        .advice(format!("get one: {}", made_at(&new)))
}

/// How a token comes to where it is read from.
pub(super) fn renewal(candidate: &Candidate) -> Option<String> {
    if candidate.is_stdin() {
        return None;
    }
    match (&candidate.location, candidate.variable()) {
        (Location::Value(_), Some(name)) => {
            Some(format!("export {name}=\"$(oidc-token ACCOUNT)\""))
        }
        _ => candidate.path().map(made_at),
    }
}

fn made_at(path: &Path) -> String {
    let file = shell::path(path);
    format!("htgettoken -a SERVER -i ISSUER -o {file}, or (umask 077; oidc-token ACCOUNT > {file})")
}

/// The place is empty, so the next place is searched.
pub fn empty(candidate: &Candidate) -> Finding {
    let message = match &candidate.location {
        Location::Path(path) if path.as_os_str().is_empty() => {
            "BEARER_TOKEN_FILE is set and empty, so the search for a token goes on".to_owned()
        }
        _ => format!("{} is empty, so the search for a token goes on", shown(candidate)),
    };
    rule::EMPTY.found(message).at(at(candidate))
}

/// A file that was named is empty.
pub fn nothing(candidate: &Candidate) -> Finding {
    let message = format!("there is no token in {}: it is empty", shown(candidate));
    rule::NONE.found(message).at(at(candidate))
}

/// Another place has a token too.
pub fn shadowed(other: &Reading<Content>, chosen: &Candidate, now: UnixTime) -> Option<Finding> {
    let end = token(other)?.expires.instant();
    let until = end.map_or_else(String::new, |end| match end <= now {
        true => ", which has expired".to_owned(),
        false => format!(", which is valid until {}", end.screen()),
    });
    let (other, chosen) = (&other.candidate, shown(chosen));
    let message =
        format!("the token in {}{until}, is not used: {chosen} comes first", shown(other));
    Some(rule::SHADOWED.found(message).at(at(other)))
}

/// Whether the place can be read, holds a token, and only its owner can use it.
pub(super) fn check(found: &Reading<Content>, question: &Question<'_>) -> Vec<Finding> {
    let euid = question.euid;
    let mut findings = match &found.content {
        Err(error) => return vec![unreadable(&found.candidate, error, question)],
        Ok(Content::Empty) => return vec![nothing(&found.candidate)],
        Ok(Content::Other(what)) => vec![other(found, what)],
        Ok(Content::Macaroon(_) | Content::Token(_)) => Vec::new(),
    };
    let Some(facts) = &found.facts else {
        return findings;
    };
    let (candidate, mode) = (&found.candidate, facts.mode);
    let shown = shown(candidate);
    if facts.size > MAX_ZTN_BYTES {
        findings.push(rule::TOO_LONG.found(format!(
            "{shown} has {} bytes, white space included, and XRootD (ztn) sends no token of more than \
             {MAX_ZTN_BYTES}",
            facts.size
        )));
    }
    if mode & 0o077 != 0 {
        let message = format!(
            "{shown} has mode {mode:04o}, and XRootD sends no token whose file others may access \
             (excessive permissions)"
        );
        let finding = rule::UNSAFE_MODE.found(message).at(at(candidate));
        let finding = match candidate.path() {
            _ if !found.holds_secret => finding.advice(file_mode::NO_SECRET),
            Some(path) => with_chmod(finding, facts, euid, Mode::Exactly(0o600), path),
            None => finding,
        };
        // A file that was named here is not the one that tools send.
        findings.push(if candidate.is_operand() { finding.as_warning() } else { finding });
    }
    if facts.owner != euid && !candidate.is_operand() {
        let message = format!("{shown} is owned by uid {}, you are uid {euid}", facts.owner);
        findings.push(rule::NOT_OWNED.found(message).at(at(candidate)));
    }
    findings
}

fn unreadable(candidate: &Candidate, error: &LoadError, question: &Question<'_>) -> Finding {
    let shown = shown(candidate);
    match (error, candidate.reason) {
        (
            LoadError::Missing(_) | LoadError::Dangling(..),
            Reason::Variable("BEARER_TOKEN_FILE"),
        ) => named_missing(candidate, error, question.near.unwrap_or(&NearValue::default())),
        (LoadError::Missing(path), Reason::Operand) => {
            let text = path.as_os_str().as_encoded_bytes();
            let message = match jws::looks_like(text) {
                true => "a token was given where a file is expected; standard input (-) takes it"
                    .to_owned(),
                false => format!("there is no file {shown}"),
            };
            rule::NONE.found(message)
        }
        (LoadError::Denied(path, Some(barrier)), _) if barrier.facts.owner == question.euid => {
            let message = format!("the token file {shown} cannot be read: {error}");
            let fix = file_mode::opened(path, barrier);
            rule::UNREADABLE.found(message).fix(fix).at(at(candidate))
        }
        (LoadError::Special(..), Reason::Variable(name)) => {
            let message = format!("the token file {shown} cannot be read: {error}");
            let advice = format!("unset {name}, or let it name a regular file");
            rule::UNREADABLE.found(message).advice(advice).at(at(candidate))
        }
        _ => {
            let message = format!("the token file {shown} cannot be read: {error}");
            rule::UNREADABLE.found(message).at(at(candidate))
        }
    }
}

/// Something odd in the value of the variable is usually the cause.
fn named_missing(candidate: &Candidate, error: &LoadError, near: &NearValue) -> Finding {
    let path = candidate.path().unwrap_or(Path::new(""));
    let text = path.as_os_str();
    if jws::looks_like(text.as_encoded_bytes()) {
        let mut place = at(candidate);
        // The value is a token, so the message must not repeat it.
        place.file = None;
        return rule::NAMED_MISSING
            .found("BEARER_TOKEN_FILE holds a token, where the name of a file belongs")
            .advice("set BEARER_TOKEN to the token instead, or put it into a file of mode 600")
            .at(place);
    }
    let named = NamedPath { name: "BEARER_TOKEN_FILE", value: text, near };
    let path = path.display();
    let message = match (named.oddity(), error) {
        (Some((_, what)), _) => what,
        (None, LoadError::Dangling(_, target)) => {
            let target = target.display();
            format!(
                "BEARER_TOKEN_FILE names {path}, a symbolic link whose target {target} does not exist"
            )
        }
        (None, _) => format!("BEARER_TOKEN_FILE names {path}, which does not exist"),
    };
    named.mended(rule::NAMED_MISSING.found(message)).at(at(candidate))
}

fn other(found: &Reading<Content>, what: &NoToken) -> Finding {
    let (candidate, shown) = (&found.candidate, shown(&found.candidate));
    let rule = match what {
        NoToken::Json(JsonKind::AccessToken) => &rule::JSON,
        NoToken::Json(JsonKind::IdToken) => &rule::IS_ID_TOKEN,
        NoToken::Json(JsonKind::RefreshToken) => &rule::IS_REFRESH_TOKEN,
        NoToken::Json(JsonKind::Vault) => &rule::IS_VAULT_TOKEN,
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
        | NoToken::Json(_)
        | NoToken::RefreshToken
        | NoToken::Vault => format!("{shown} is no bearer token: {what}"),
        _ => format!("{shown} holds no valid JWT: {what}"),
    };
    let finding = rule.found(message).at(at(candidate));
    match (what, &candidate.location) {
        (NoToken::Path, Location::Value(_)) => finding
            .advice("a path belongs into BEARER_TOKEN_FILE; BEARER_TOKEN is the token itself"),
        (NoToken::Json(JsonKind::AccessToken), _) => out_of_json(found, finding),
        (NoToken::Marked, _) => filtered(found, finding, "tail -c +4"),
        (NoToken::Json(JsonKind::Error(_)) | NoToken::Null(_), _) => finding.advice(
            "get a token (htgettoken, or oidc-token ACCOUNT > FILE), and look at why the request for \
             this one failed",
        ),
        (NoToken::Unexpanded, _) => {
            finding.advice("set it without single quotes: a shell replaces $NAME in double quotes")
        }
        (NoToken::PythonBytes, _) => filtered(found, finding, "tr -d \"\\\"'\" | sed 's/^b//'"),
        (NoToken::Quoted, _) => filtered(found, finding, "tr -d \"\\\"'\""),
        (NoToken::Wrapped, _) => filtered(found, finding, "tr -d '[:space:]'"),
        (NoToken::Utf16, _) => filtered(found, finding, "iconv -f UTF-16 -t ASCII"),
        _ => finding,
    }
}

/// Adds the command that passes the token through `filter`, which removes only what is around it.
fn filtered(found: &Reading<Content>, finding: Finding, filter: &str) -> Finding {
    match &found.candidate.location {
        // A variable cannot hold UTF-16, because it cannot hold zero bytes.
        Location::Value(_) => finding.fix(format!(
            "t=\"$(printf %s \"$BEARER_TOKEN\" | {filter})\" && export BEARER_TOKEN=\"$t\""
        )),
        _ => rewritten(found, finding, Made::BareToken.by(format!("cat \"$b\" | {filter}"))),
    }
}

/// With a line that writes the file anew, if there is one.
fn rewritten(found: &Reading<Content>, finding: Finding, text: NewText) -> Finding {
    let read = found.facts.as_ref().zip(found.checksum);
    let fix =
        found.candidate.path().zip(read).and_then(|(path, read)| rewrite(path, path, read, text));
    match fix {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

/// Adds the command that takes the token out of the JSON. The rest of the JSON, above all the
/// refresh token, is kept: in a copy of the file, or in a shell variable.
fn out_of_json(found: &Reading<Content>, finding: Finding) -> Finding {
    match &found.candidate.location {
        Location::Value(_) => finding.fix(
            // If this runs a second time, there is no JSON and the variable keeps its value.
            "t=\"$(printf %s \"$BEARER_TOKEN\" | jq -er .access_token)\" && \
             BEARER_JSON=\"$BEARER_TOKEN\" && export BEARER_TOKEN=\"$t\"",
        ),
        _ => rewritten(found, finding, Made::AccessToken.by("jq -er .access_token \"$b\"")),
    }
}
