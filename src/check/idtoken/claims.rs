//! One token alone: its algorithm, its claims, its signature.

use crate::check::idtoken::{DaemonSetting, FoundToken, Question, Signature, rule, scope};
use crate::parse::classad;
use crate::parse::classad::RevocationVerdict;
use crate::parse::idtoken::file::signature_bytes;
use crate::parse::idtoken::{IdToken, Moment, odd_name};
use crate::parse::json::OUT_OF_RANGE;
use crate::report::{Finding, Rule};
use crate::text::time::{Seconds, UnixTime};

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file.
    pub found: &'a FoundToken,
    /// The line in it.
    pub line: usize,
    pub token: &'a IdToken,
    /// The result of verifying its signature.
    pub signature: &'a Signature,
}

impl Subject<'_> {
    /// `IDTOKEN /home/me/.condor/tokens.d/friend:1`.
    pub(super) fn noun(self) -> String {
        format!("IDTOKEN {}", self.name())
    }

    /// `FILE:LINE`.
    pub(super) fn name(self) -> String {
        self.found.name(self.line)
    }

    pub(super) fn says(self, rule: &'static Rule, message: String) -> Finding {
        rule.found(message).at(self.found.place(Some(self.line)))
    }

    /// How to get another token with the same name.
    pub(super) fn renewal(self) -> String {
        renewal(self.found)
    }
}

/// How to get a new token in place of `found`.
pub(super) fn renewal(found: &FoundToken) -> String {
    let name = found.path.file_name().and_then(|name| name.to_str());
    let name = match name {
        Some(name) if found.path.as_os_str() != "-" => crate::text::shell::quote(name),
        _ => "NAME".to_owned(),
    };
    format!(
        "get a new token: condor_token_fetch -token {name} where you can log in to the pool, else \
         condor_token_request -token {name}"
    )
}

/// Everything that is wrong with the token itself, for any server.
pub fn check(subject: Subject<'_>, question: &Question) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(algorithm(subject));
    findings.extend(demand(subject));
    findings.extend(form(subject));
    findings.extend(times(subject, question));
    findings.extend(identity(subject));
    findings.extend(scope::check(subject, question));
    findings.extend(signature(subject, question));
    findings.extend(too_old(subject, question));
    findings.extend(revoked(subject, question));
    findings
}

/// HTCondor signs only with HS256, and verifies two more. A token with another algorithm was made
/// by other software, or is an attack.
fn algorithm(subject: Subject<'_>) -> Option<Finding> {
    let name = subject.token.algorithm.as_deref();
    if signature_bytes(name).is_some() {
        return None;
    }
    let noun = subject.noun();
    Some(match name {
        Some(name) if ["RS", "ES", "PS", "Ed"].iter().any(|family| name.starts_with(family)) => {
            let message = format!(
                "{noun} is signed by {name}: it is a bearer token (SciToken, WLCG), not an IDTOKEN"
            );
            subject.says(&rule::ALGORITHM, message).advice(
                "put bearer tokens in BEARER_TOKEN_FILE; `certok bearer-info` looks at them",
            )
        }
        Some(name) => {
            let message = format!("{noun} names the algorithm '{name}', which HTCondor refuses");
            subject.says(&rule::ALGORITHM, message)
        }
        None => {
            let message = format!("{noun} names no algorithm");
            subject.says(&rule::ALGORITHM, message)
        }
    })
}

/// The server of HTCondor uses jwt-cpp, which does not check `crit`. Other readers do.
fn demand(subject: Subject<'_>) -> Option<Finding> {
    let demand = subject.token.demand.as_ref()?;
    let message = format!("{} must be refused: {demand}", subject.noun());
    Some(subject.says(&rule::CRITICAL, message))
}

/// Claims of the wrong type, or out of range.
fn form(subject: Subject<'_>) -> Vec<Finding> {
    let token = subject.token;
    let noun = subject.noun();
    let mut findings = Vec::new();
    let texts = token.misfits.iter().filter(|(name, _)| !matches!(*name, "jti" | "alg"));
    for (name, kind) in texts {
        let message = format!("{noun}: the claim {name} is {kind}, not a text");
        findings.push(subject.says(&rule::CLAIM_FORM, message));
    }
    for (name, moment) in [("exp", token.expires), ("iat", token.issued)] {
        match moment {
            Moment::Wrong(kind) => {
                let message = format!("{noun}: the claim {name} is {kind}, not a number");
                findings.push(subject.says(&rule::CLAIM_FORM, message));
            }
            Moment::Real(number) if number.is_finite() => {
                let message = format!(
                    "{noun}: the claim {name} is not written as an integer; HTCondor 25 takes it, \
                     23 does not"
                );
                findings.push(subject.says(&rule::FRACTION, message));
            }
            Moment::Absent | Moment::Integer(_) | Moment::Real(_) => {}
        }
    }
    for name in &token.out_of_range {
        let message = format!("{noun}: the claim {name} has {OUT_OF_RANGE}");
        findings.push(subject.says(&rule::CLAIM_FORM, message));
    }
    // A whole number becomes another time, which only the greatest age of a token is compared with.
    if matches!(token.issued, Moment::Real(_)) && token.issued.overflows() {
        let message = format!("{noun}: the claim iat is a time that HTCondor cannot count to");
        findings.push(subject.says(&rule::CLAIM_FORM, message));
    }
    if token.id.is_none() {
        let misfit = token.misfits.iter().find(|(name, _)| *name == "jti");
        let message = match misfit {
            Some((_, kind)) => {
                format!(
                    "{noun}: the claim jti (token id) is {kind}, not a text, which HTCondor 25 demands"
                )
            }
            None => format!("{noun} has no jti (token id), which HTCondor 25 demands"),
        };
        findings.push(subject.says(&rule::NO_ID, message));
    }
    if !token.is_utf8 {
        let message = format!("{noun} is not UTF-8 throughout");
        findings.push(subject.says(&rule::NOT_UTF8, message));
    }
    findings
}

fn times(subject: Subject<'_>, question: &Question) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(lifetime(subject, question));
    let issued = subject.token.issued;
    if let (Moment::Integer(number), true) = (issued, issued.overflows()) {
        let message = format!(
            "{} has the iat {number}, which is no time in seconds (milliseconds?): HTCondor takes the \
             token all the same",
            subject.noun()
        );
        let finding = subject.says(&rule::ISSUED_IN_FUTURE, message);
        findings.push(finding.advice("let whoever makes such tokens write iat in seconds"));
    } else if let Some(issued) = issued.instant().filter(|issued| *issued > question.now) {
        let message = format!(
            "{} was issued {} in the future, at {}: a clock is wrong, this one or the issuer's",
            subject.noun(),
            issued - question.now,
            issued.screen()
        );
        findings.push(subject.says(&rule::ISSUED_IN_FUTURE, message));
    }
    findings
}

fn lifetime(subject: Subject<'_>, question: &Question) -> Option<Finding> {
    let (noun, now) = (subject.noun(), question.now);
    let expires = subject.token.expires;
    let Some(end) = expires.instant() else {
        return match expires {
            Moment::Absent => {
                let message = format!("{noun} never expires");
                Some(subject.says(&rule::NEVER_EXPIRES, message))
            }
            Moment::Real(_) => {
                let message = format!("{noun} ends at a time that HTCondor cannot count to");
                Some(subject.says(&rule::EXPIRED, message))
            }
            Moment::Integer(_) | Moment::Wrong(_) => None,
        };
    };
    let left = end - now;
    let overflow = format!(
        "{noun} ends at a time that HTCondor cannot represent, and reads as {}",
        end.screen()
    );
    if left < Seconds(0) {
        let message = match expires.overflows() {
            true => overflow,
            false => format!("{noun} expired {}, on {}", end.relative_to(now), end.screen()),
        };
        return Some(subject.says(&rule::EXPIRED, message).advice(subject.renewal()));
    }
    if left < question.need {
        let message = format!(
            "{noun} is valid for {left} only, until {}; {} are asked for",
            end.screen(),
            question.need
        );
        return Some(subject.says(&rule::TOO_SHORT, message).advice(subject.renewal()));
    }
    expires.overflows().then(|| subject.says(&rule::NEVER_EXPIRES, overflow))
}

/// Access lists are compared without regard to case.
const DAEMONS: [&str; 2] = ["condor", "condor_pool"];

fn identity(subject: Subject<'_>) -> Option<Finding> {
    let noun = subject.noun();
    if let Some(finding) = not_expanded(subject) {
        return Some(finding);
    }
    let name = subject.token.subject.as_deref()?;
    if name.is_empty() {
        let message = format!("{noun} has an empty subject: it is no proof of identity");
        return Some(subject.says(&rule::NO_SUBJECT, message));
    }
    match name.split_once('@') {
        None | Some((_, "") | ("", _)) => {
            let lacks = if name.starts_with('@') { "name" } else { "domain" };
            let message = format!(
                "{noun} is for '{name}', without a {lacks}: the access lists of pools name NAME@DOMAIN"
            );
            Some(subject.says(&rule::NO_DOMAIN, message))
        }
        Some((user, _)) if DAEMONS.iter().any(|one| one.eq_ignore_ascii_case(user)) => {
            let message = format!("{noun} is for {name}, the daemons' own identity");
            Some(subject.says(&rule::SUPERUSER, message))
        }
        Some(_) => None,
    }
}

/// What nobody took off or replaced when the token was made: no pool and no person has such a name.
fn not_expanded(subject: Subject<'_>) -> Option<Finding> {
    let token = subject.token;
    let claims = [("iss", &token.issuer), ("sub", &token.subject), ("kid", &token.key_id)];
    let odd = |(name, value): (&'static str, &Option<String>)| {
        let value = value.clone()?;
        Some((name, odd_name(&value)?, value))
    };
    let (name, odd, value) = claims.into_iter().find_map(odd)?;
    let message = format!("{name} of {} is {value}: {odd}", subject.noun());
    Some(subject.says(&rule::NOT_EXPANDED, message))
}

fn signature(subject: Subject<'_>, question: &Question) -> Option<Finding> {
    let token = subject.token;
    let noun = subject.noun();
    let needed = signature_bytes(token.algorithm.as_deref())?;
    let held = token.signature().len();
    if held != needed {
        let algorithm = token.algorithm.as_deref().unwrap_or_default();
        let how = if held < needed { "it was cut off" } else { "something was added" };
        let message =
            format!("{noun} has a signature of {held} bytes, {algorithm} makes {needed}: {how}");
        return Some(subject.says(&rule::BAD_SIGNATURE, message).advice(subject.renewal()));
    }
    match subject.signature {
        Signature::Good(_) => None,
        Signature::Bad(path, Some(way)) => {
            let key = token.key_id.as_deref().unwrap_or_default();
            let message = format!(
                "{noun} was signed by the key {key} in {}, but not as HTCondor takes it: {way}",
                path.display()
            );
            Some(subject.says(&rule::BAD_SIGNATURE, message).advice(AS_HTCONDOR_DOES))
        }
        Signature::Bad(path, None) => {
            let key = token.key_id.as_deref().unwrap_or_default();
            let message = format!(
                "{noun} was not signed by the key {key} in {}, or was changed afterwards",
                path.display()
            );
            Some(subject.says(&rule::BAD_SIGNATURE, message))
        }
        Signature::EmptyKey(path) => {
            let message = format!(
                "{noun} is signed by a key whose file {} is empty: servers refuse it",
                path.display()
            );
            Some(subject.says(&rule::EMPTY_KEY, message))
        }
        Signature::Unchecked(why) => {
            let message = format!("{noun}: the signature was not checked: {why}");
            let rule = if question.key_asked { &rule::KEY_UNREADABLE } else { &rule::NOT_VERIFIED };
            Some(subject.says(rule, message))
        }
    }
}

const AS_HTCONDOR_DOES: &str = "make the token with condor_token_create or certok idtoken-create, or \
    let what makes it do the same: take the mask DEADBEEF off the whole file, write POOL twice, derive by \
    HKDF-SHA256 (salt htcondor, info master jwt); or give the servers the key as it was used";

/// Older than the daemons take, however long it lasts.
fn too_old(subject: Subject<'_>, question: &Question) -> Option<Finding> {
    let issued = subject.token.issued.instant()?;
    let age = question.now - issued;
    let noun = subject.noun();
    question.max_age.iter().find_map(|setting| {
        let DaemonSetting { name, expression, origin } = setting;
        let is_less = format!("({expression}) != -1 && ({expression}) < {}", age.0);
        match classad::evaluate(&is_less, subject.token.claims(), question.now) {
            RevocationVerdict::Kept => None,
            RevocationVerdict::Revoked => {
                let message = format!(
                    "{noun} was issued {age} ago, and servers take none older than {name} = \
                     {expression} seconds ({origin})"
                );
                Some(subject.says(&rule::TOO_OLD, message).advice(subject.renewal()))
            }
            RevocationVerdict::RevokedBy(_) | RevocationVerdict::NotEvaluated(_) => {
                let message = format!("{noun}: {name} = {expression} ({origin}) was not evaluated");
                Some(subject.says(&rule::REVOCATION_NOT_EVALUATED, message))
            }
        }
    })
}

fn revoked(subject: Subject<'_>, question: &Question) -> Option<Finding> {
    question.revocation.iter().find_map(|setting| revoked_by(subject, setting, question.now))
}

fn revoked_by(subject: Subject<'_>, setting: &DaemonSetting, now: UnixTime) -> Option<Finding> {
    let noun = subject.noun();
    let name = format!("{} ({})", setting.name, setting.origin);
    match classad::evaluate(&setting.expression, subject.token.claims(), now) {
        RevocationVerdict::Kept => None,
        RevocationVerdict::Revoked => {
            let message = format!("{noun} is revoked by {name}");
            Some(subject.says(&rule::REVOKED, message).advice(subject.renewal()))
        }
        RevocationVerdict::RevokedBy(what) => {
            let message = format!(
                "{noun} is revoked: {name} evaluates to {what} for it, which HTCondor treats as \
                 true"
            );
            Some(subject.says(&rule::REVOKED, message).advice(
                "let the administrator compare with =?= instead of ==, which is false where a \
                 claim is missing",
            ))
        }
        RevocationVerdict::NotEvaluated(why) => {
            let message = format!("{noun}: {name} was not evaluated: {why}");
            Some(subject.says(&rule::REVOCATION_NOT_EVALUATED, message))
        }
    }
}
