//! Whether a macaroon is still valid, as far as software other than its service can know.

use crate::check::bearer::{Question, rule};
use crate::parse::macaroon::Macaroon;
use crate::report::Finding;
use crate::text::time::Seconds;

/// Neither an issuer nor htgettoken makes macaroons.
const RENEW: &str = "get a new one from the service that made it, the only one that can: log in at its \
    HTTP door with a certificate or token, and POST a request of the type application/macaroon-request";

pub(super) fn check(macaroon: &Macaroon, shown: &str, question: &Question<'_>) -> Vec<Finding> {
    let now = question.now;
    let made_by = match macaroon.location.as_str() {
        "" => "a service that it does not name".to_owned(),
        location => location.to_owned(),
    };
    let mut findings = Vec::new();
    match macaroon.end() {
        Ok(Some(end)) if end <= now => {
            let message = format!(
                "the macaroon in {shown}, of {made_by}, expired {}, at {}",
                end.relative_to(now),
                end.screen()
            );
            findings.push(rule::EXPIRED.found(message).advice(RENEW));
        }
        Ok(Some(end)) if Seconds(end.0 - now.0) < question.need => {
            let message = format!(
                "the macaroon in {shown} ends {}, and {} are asked for",
                end.relative_to(now),
                question.need
            );
            findings.push(rule::TOO_SHORT.found(message).advice(RENEW));
        }
        Ok(_) => {}
        Err(text) => findings.push(
            rule::MACAROON_UNDECIDED
                .found(format!("the end of the macaroon cannot be read: before:{text}")),
        ),
    }
    findings.push(rule::MACAROON.found(format!(
        "the token in {shown} is a macaroon: {made_by} made it and accepts it, no other service \
         does"
    )));
    let asked = [
        (!question.scopes.is_empty(), "--scope"),
        (question.audience.is_some(), "--audience"),
        (question.issuer.is_some(), "--issuer"),
        (question.keys_asked, "--jwks"),
    ];
    let asked: Vec<&str> = asked.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    if !asked.is_empty() {
        findings.push(rule::MACAROON_UNDECIDED.found(format!(
            "whether the macaroon is good for what {} asks is decided by {made_by}; its conditions \
             are {}",
            asked.join(", "),
            macaroon.caveats.join("; ")
        )));
    }
    findings
}
