//! Is it valid now, and for long enough?

use crate::check::rules;
use crate::consumer::ALIEN_PY;
use crate::parse::cert::Validity;
use crate::report::Finding;
use crate::text::time::{DAY, Seconds, UnixTime};

rules! {
    step: Lifetime;
    EXPIRED: ERROR, Expired {
        id: "expired",
        what: "the credential has expired",
        why: "every server refuses it",
        advice: "request a new certificate from your CA and convert it with `openssl pkcs12`",
        source: "RFC 5280 §4.1.2.5",
    }
    NOT_YET_VALID: ERROR, NotYetValid {
        id: "not-yet-valid",
        what: "the credential is not valid yet",
        why: "every server refuses it until then; most often a clock is wrong",
        advice: "check this machine's clock (`date -u`); if it is right, wait",
        source: "RFC 5280 §4.1.2.5",
    }
    NEVER_VALID: ERROR, Untrusted {
        id: "never-valid",
        what: "the certificate ends before it starts",
        why: "there is no instant at which it is valid",
        advice: "ask your CA to issue it again",
        source: "RFC 5280 §4.1.2.5",
    }
    TOO_SHORT: ERROR, Short {
        id: "too-short",
        what: "the credential ends before the time asked for",
        why: "the job would outlive its credential",
        advice: "renew it before you start",
        source: "the option --for",
    }
    EXPIRES_SOON: WARN {
        id: "expires-soon",
        what: "the certificate expires within 30 days",
        why: "renewal takes days at many CAs, and tokens end with the certificate",
        advice: "renew now: request a new certificate from your CA",
        source: "CERN and the grid CAs remind at 30 days",
    }
    ALIEN_TOO_SHORT: WARN {
        id: "alien-too-short",
        what: "less than 10 minutes are left",
        why: "alien.py treats a certificate with less than 600 seconds left as expired",
        advice: "renew it: alien-token-init",
        refused_by: [ALIEN_PY],
        source: "alienpy 1.7.0, connect_ssl.py, IsValidCert",
    }
    ENDS_SOON: WARN {
        id: "ends-soon",
        what: "the credential ends within the time of --warn",
        why: "it is only a reminder: the credential is valid now",
        advice: "renew it in time",
        source: "the option --warn",
    }
}

/// alien.py takes a certificate with less time left as expired.
pub const ALIEN_MINIMUM: Seconds = Seconds(600);

/// The kind of thing that has a lifetime.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CredentialKind {
    /// A certificate, usually valid for a year.
    Certificate,
    /// That of a host, which lives as long.
    Host,
    /// A proxy, which lives for hours.
    Proxy,
    /// A JAliEn token, usually valid for days.
    Token,
}

impl CredentialKind {
    /// How to get a new one.
    pub fn renewal(self) -> &'static str {
        match self {
            Self::Certificate => "request a new certificate from your CA",
            Self::Host => {
                "request a new host certificate from your CA, put it and its key where this one is, and \
                 restart the services that use it"
            }
            Self::Proxy => NEW_PROXY,
            Self::Token => "get a new token: alien-token-init",
        }
    }
}

/// How to get a new proxy.
pub const NEW_PROXY: &str =
    "make a new proxy: voms-proxy-init -voms VO, grid-proxy-init, or arcproxy";

/// What is checked, and for how long it is needed.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// `user certificate`, `token`.
    pub noun: &'a str,
    /// How long it must stay valid.
    pub need: Seconds,
    /// The kind, which decides how long it usually lives and how to get a new one.
    pub kind: CredentialKind,
    /// The instant.
    pub now: UnixTime,
}

/// At most one finding: the worst that applies.
pub fn check(validity: &Validity, question: Question<'_>) -> Option<Finding> {
    let Question { noun, need, kind, now } = question;
    let Validity { not_before, not_after } = *validity;
    let left = validity.remaining(now);
    let end = format!("{} ({})", not_after.screen(), not_after.relative_to(now));
    if not_after < not_before {
        let (first, last) = (not_before.screen(), not_after.screen());
        return Some(NEVER_VALID.found(format!(
            "{noun} can never be valid: it ends (notAfter {last}) before it starts (notBefore {first})"
        )));
    }
    if left < Seconds(0) {
        let expired = EXPIRED.found(format!("{noun} expired on {end}"));
        return Some(match kind {
            CredentialKind::Certificate => expired,
            CredentialKind::Host | CredentialKind::Proxy => expired.advice(kind.renewal()),
            CredentialKind::Token => expired.advice(format!(
                "{}; any alien.py command that connects makes one too",
                kind.renewal()
            )),
        });
    }
    if now < not_before {
        let start = not_before.screen();
        let away = not_before.relative_to(now);
        return Some(NOT_YET_VALID.found(format!("{noun} is not valid before {start} ({away})")));
    }
    if left < need {
        let short = format!("{noun} ends on {end}, which is less than the {need} asked for");
        return Some(
            TOO_SHORT.found(short).advice(format!("renew it before you start: {}", kind.renewal())),
        );
    }
    // alien.py uses neither.
    if left < ALIEN_MINIMUM && !matches!(kind, CredentialKind::Host | CredentialKind::Proxy) {
        let minutes = format!("{noun} is valid for only {left} more, until {}", not_after.screen());
        return Some(ALIEN_TOO_SHORT.found(minutes));
    }
    let lives_long = matches!(kind, CredentialKind::Certificate | CredentialKind::Host);
    let soon = lives_long && left < Seconds(30 * DAY);
    soon.then(|| {
        EXPIRES_SOON
            .found(format!("{noun} expires in {left}, on {}", not_after.screen()))
            .advice(format!("renew now: {}", kind.renewal()))
    })
}

/// The warning that less time is left than `question.need`. Here this is the time of `--warn`.
pub fn ends_soon(end: UnixTime, question: Question<'_>) -> Option<Finding> {
    let left = end - question.now;
    (left < question.need).then(|| {
        let soon = format!(
            "{} ends on {} ({}), within the {} of --warn",
            question.noun,
            end.screen(),
            end.relative_to(question.now),
            question.need
        );
        ENDS_SOON.found(soon).advice(question.kind.renewal())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries() {
        let validity = Validity { not_before: UnixTime(0), not_after: UnixTime(100 * DAY) };
        let end = 100 * DAY;
        for (now, need, kind, expected) in [
            (-1, 0, CredentialKind::Certificate, Some("not-yet-valid")),
            (0, 0, CredentialKind::Certificate, None),
            (70 * DAY, 0, CredentialKind::Certificate, None),
            (70 * DAY + 1, 0, CredentialKind::Certificate, Some("expires-soon")),
            (70 * DAY + 1, 0, CredentialKind::Token, None),
            (70 * DAY, 0, CredentialKind::Host, None),
            (70 * DAY + 1, 0, CredentialKind::Host, Some("expires-soon")),
            (end - 1, 0, CredentialKind::Host, Some("expires-soon")),
            (end - 600, 0, CredentialKind::Token, None),
            (end - 599, 0, CredentialKind::Token, Some("alien-too-short")),
            (end - 3600, 3600, CredentialKind::Token, None),
            (end - 3599, 3600, CredentialKind::Token, Some("too-short")),
            (end, 0, CredentialKind::Token, Some("alien-too-short")), // the last good second
            (end + 1, 0, CredentialKind::Token, Some("expired")),
            (end, 0, CredentialKind::Proxy, None),
            (end + 1, 0, CredentialKind::Proxy, Some("expired")),
        ] {
            let question =
                Question { noun: "token", need: Seconds(need), kind, now: UnixTime(now) };
            let found = check(&validity, question).map(|finding| finding.rule.id);
            assert_eq!(found, expected, "at {now}");
        }
    }
}
