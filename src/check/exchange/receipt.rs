//! Is the token that came back the one that was requested?

use crate::check::exchange::rule;
use crate::check::idtoken::issue;
use crate::parse::exchange::answer::Answer;
use crate::parse::exchange::request::Request;
use crate::parse::idtoken::{IdToken, Moment};
use crate::report::Finding;
use crate::text::time::UnixTime;

/// What is wrong with `token`.
pub fn check(
    token: &IdToken,
    request: &Request,
    answer: &Answer,
    trust_domain: Option<&str>,
    now: UnixTime,
) -> Option<Finding> {
    if let Some(why) = misfit(token, request, answer, trust_domain) {
        let message = format!("the token in the answer is not what was asked for: {why}");
        return Some(rule::ANSWER_OVERREACHES.found(message));
    }
    let end = token.expires.instant().filter(|end| *end < now)?;
    Some(issue::expired(end, now))
}

/// The finding that the token has an end although none was requested.
pub fn limited(token: &IdToken, request: &Request) -> Option<Finding> {
    let (end, issued) = (token.expires.instant()?, token.issued.instant()?);
    let message = format!(
        "no lifetime was asked for, so for ever; the token is to last {}, by the approver's limit",
        end - issued
    );
    request.lifetime.is_none().then(|| rule::LIMITED.found(message).as_note())
}

fn misfit(
    token: &IdToken,
    request: &Request,
    answer: &Answer,
    trust_domain: Option<&str>,
) -> Option<String> {
    if token.algorithm.as_deref() != Some("HS256") || !token.has_plain_key_id() {
        return Some("it is not signed as HTCondor signs".to_owned());
    }
    if token.id.is_none() || !token.is_utf8 || !token.misfits.is_empty() {
        return Some("its claims are not of the form that HTCondor writes".to_owned());
    }
    let subject = token.subject.as_deref().unwrap_or_default();
    if !is_for(request.identity.as_deref(), subject) {
        let asked = request.identity.as_deref().unwrap_or("condor");
        return Some(format!("it is for '{subject}', not for {asked}"));
    }
    let issuer = token.issuer.as_deref().unwrap_or_default();
    if issuer.is_empty() || trust_domain.is_some_and(|wanted| wanted != issuer) {
        let wanted = trust_domain.unwrap_or("any");
        return Some(format!("it is for the trust domain '{issuer}', not {wanted}"));
    }
    scope(token, request).or_else(|| lifetime(token, request, answer))
}

/// If the identity was requested without domain, it comes back with one.
fn is_for(asked: Option<&str>, subject: &str) -> bool {
    let asked = asked.unwrap_or("condor");
    let domain = match asked.contains('@') {
        true => return subject == asked,
        false => subject.strip_prefix(asked).and_then(|rest| rest.strip_prefix('@')),
    };
    domain.is_some_and(|domain| !domain.is_empty() && !domain.contains('@'))
}

fn scope(token: &IdToken, request: &Request) -> Option<String> {
    let scope = &token.scope;
    let odd = !scope.unknown.is_empty() || !scope.foreign.is_empty() || scope.misfit.is_some();
    if odd || !scope.lower.is_empty() {
        return Some("its scope is not of the form that HTCondor writes".to_owned());
    }
    if request.levels.is_empty() {
        return None;
    }
    let within = scope.levels.iter().all(|level| request.levels.contains(level));
    (!scope.is_restricted() || !within).then(|| format!("it is good for {}", scope.described()))
}

fn lifetime(token: &IdToken, request: &Request, answer: &Answer) -> Option<String> {
    let Moment::Integer(issued) = token.issued else {
        return Some("it does not say when it was issued".to_owned());
    };
    match (token.expires, request.lifetime) {
        (Moment::Absent, None) => None,
        (Moment::Absent, Some(asked)) => {
            Some(format!("it never expires, instead of after {asked}"))
        }
        (Moment::Integer(end), asked) if !token.expires.overflows() => {
            let asked = asked?;
            let latest = UnixTime(issued.min(answer.created.0)) + asked;
            (UnixTime(end) > latest)
                .then(|| format!("it lasts until {}, longer than {asked}", UnixTime(end).screen()))
        }
        _ => Some("its end is no time that HTCondor understands".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::condor::key::SigningKey;
    use crate::parse::exchange::answer::Decision;
    use crate::parse::exchange::digest::Digest;
    use crate::parse::idtoken::scope::Level;
    use crate::text::base64::encode_url;
    use crate::text::time::Seconds;

    fn ids(header: &str, payload: &str, request: &Request) -> Option<&'static str> {
        let part = format!("{}.{}", encode_url(header.as_bytes()), encode_url(payload.as_bytes()));
        let token = SigningKey::of("POOL", b"key", false).unwrap().token(&part);
        let token = IdToken::parse(token.as_bytes()).unwrap();
        let answer = Answer {
            request: Digest([0; 32]),
            decision: Decision::Denied(None),
            created: UnixTime(1000),
        };
        let found = check(&token, request, &answer, Some("pool.test"), UnixTime(1100));
        found.map(|finding| finding.rule.id)
    }

    #[test]
    fn what_was_asked_for_and_no_more() {
        let asked = Request {
            identity: Some("bob@pool.test".into()),
            levels: vec![Level::Read, Level::Write],
            lifetime: Some(Seconds(600)),
            pool: None,
            name: None,
            daemon_type: None,
            created: UnixTime(900),
            expires: UnixTime(2000),
            reply_key: [0; 32],
        };
        let header = r#"{"alg":"HS256","kid":"POOL"}"#;
        let good = r#"{"exp":1600,"iat":1000,"iss":"pool.test","jti":"00","scope":"condor:\/READ","sub":"bob@pool.test"}"#;
        assert_eq!(ids(header, good, &asked), None);
        let not_as_asked = Some("answer-not-as-asked");
        for (from, to, expected) in [
            ("1600", "1601", not_as_asked),
            ("1600", "1100", None), // the last good second
            ("1600", "1099", Some("idtoken-expired")),
            ("\"iat\":1000", "\"iat\":1001", None),
            ("\"exp\":1600,\"iat\":1000", "\"exp\":1700,\"iat\":1100", not_as_asked),
            ("\"exp\":1600,", "", not_as_asked),
            ("1600", "1600.0", not_as_asked),
            ("1600", "4611686018427387904", not_as_asked),
            ("\"iat\":1000,", "", not_as_asked),
            ("\"jti\":\"00\",", "", not_as_asked),
            ("bob@", "alice@", not_as_asked),
            ("\"bob@pool.test\"", "\"bob@pool.test\\u0000\"", not_as_asked),
            ("\"iss\":\"pool.test\"", "\"iss\":\"other.test\"", not_as_asked),
            ("READ", "WRITE condor:\\/READ", None),
            ("READ", "DAEMON", not_as_asked),
            ("READ", "read", not_as_asked),
            ("READ", "READ x", not_as_asked),
            ("condor:\\/READ", "", not_as_asked),
            ("\"scope\":\"condor:\\/READ\",", "", not_as_asked),
        ] {
            assert!(good.contains(from), "{from}");
            let payload = good.replacen(from, to, 1);
            assert_eq!(ids(header, &payload, &asked), expected, "{payload}");
        }
        let none = r#"{"alg":"HS512","kid":"POOL"}"#;
        assert_eq!(ids(none, good, &asked), not_as_asked);
        assert_eq!(ids(r#"{"alg":"HS256","kid":"../x"}"#, good, &asked), not_as_asked);
        // Nothing asked for, the approver decides.
        let open = Request {
            identity: Some("bob".into()),
            levels: Vec::new(),
            lifetime: None,
            ..asked.clone()
        };
        let free = r#"{"iat":1000,"iss":"pool.test","jti":"00","sub":"bob@pool.test"}"#;
        assert_eq!(ids(header, free, &open), None);
        for subject in ["bob", "bob@", "bobby@pool.test", "bob@a@b"] {
            let payload = free.replace("bob@pool.test", subject);
            assert_eq!(ids(header, &payload, &open), not_as_asked, "{subject}");
        }
        let superuser = Request { identity: None, ..open };
        assert_eq!(ids(header, free, &superuser), not_as_asked);
        let payload = free.replace("bob@", "condor@");
        assert_eq!(ids(header, &payload, &superuser), None);
    }
}
