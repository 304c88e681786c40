//! Is the credential a token, for whom is it, and where may it be used?

use crate::check::rules;
use crate::consumer::JALIEN;
use crate::parse::cert::Certificate;
use crate::parse::token::{Token, TokenKind};
use crate::report::Finding;
use crate::text::screen::for_screen;

rules! {
    step: Content;
    USER_CERT_AS_TOKEN: WARN {
        id: "user-cert-as-token",
        what: "what is used as JAliEn token is a user certificate",
        why: "services get your full, long-lived identity, and alien.py token-destroy would delete \
              it",
        advice: "unset JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY; name your certificate with \
                 X509_USER_CERT",
        source: "jalien-setup, bin/jalien_replica.py; alienpy, DO_tokendestroy",
    }
    JOB_TOKEN: WARN {
        id: "job-token-outside-job",
        what: "this is the token of a job, but you are not inside a job",
        why: "it cannot write to your home, nor request user tokens",
        advice: "unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY, then get a user token: alien-token-init",
        source: "JAliEn, GetTokenCertificate.java",
    }
    OTHER_JOB_TOKEN: ERROR, Mismatch {
        id: "job-token-of-other-job",
        what: "this is the token of another job than the one you are in",
        why: "services let a job's token do what that job may, and it ends with that job",
        advice: "use the token that came with this job: its JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY, \
                 as the job's wrapper set them",
        refused_by: [JALIEN],
        source: "JAliEn, GetTokenCertificate.java (queueid), JobWrapper.java",
    }
    JOBAGENT_TOKEN: WARN {
        id: "jobagent-token",
        what: "this is the token of a JobAgent (a pilot), not a user token",
        why: "it maps to the account jobagent, which may do little else than ask for jobs",
        advice: "unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY, then get a user token: alien-token-init",
        source: "JAliEn, UserFactory.java",
    }
    HOST_TOKEN: WARN {
        id: "host-token",
        what: "this is the token of a host, not of a user",
        why: "it maps to the site's account, not to you",
        advice: "get a user token for yourself: alien-token-init",
        source: "JAliEn, GetTokenCertificate.java",
    }
    TOKEN_LIMITED: WARN {
        id: "token-limited",
        step: Lifetime,
        what: "the token ends exactly when the user certificate expires",
        why: "the service limits a token to its requester's certificate; a new token ends then too",
        advice: "renew the user certificate first",
        source: "JAliEn, GetTokenCertificate.java",
    }
    OLD_ALIEN_CA: ERROR, Untrusted {
        id: "old-alien-ca",
        step: Chain,
        what: "the token was issued by the old AliEn CA",
        why: "current services use O=AliEn2; the old CA's key has 1024 bits",
        advice: "get a new token from the current central services: alien-token-init",
        source: "alisw/alien-cas, alien-ca/AliEn-CA.pem",
    }
    TOKEN_AS_CERT: WARN {
        id: "token-as-cert",
        what: "what is used as user certificate is a JAliEn token",
        why: "it is valid for days at most, and the grid outside ALICE does not know it",
        advice: "name your own certificate with X509_USER_CERT and X509_USER_KEY",
        source: "JAliEn, GetTokenCertificate.java",
    }
    PROXY_AS_CERT: WARN {
        id: "proxy-as-cert",
        what: "this is a proxy certificate",
        why: "JAliEn services do not accept proxies, and a proxy cannot replace the certificate \
              it was made from",
        advice: "name your own certificate with X509_USER_CERT and X509_USER_KEY; a proxy belongs \
                 in X509_USER_PROXY",
        refused_by: [JALIEN],
        source: "JAliEn, DispatchSSLServer.java; RFC 3820",
    }
    NOT_NEW: WARN {
        id: "token-not-new",
        what: "a new token was asked for, and this is the current one",
        why: "without a CA certok cannot make another one",
        advice: "get one from the service: alien-token-init with the same options; or name a CA: --ca-cert, \
                 --ca-key",
        source: "alien.py, token",
    }
    OTHER_TOKEN: ERROR, Mismatch {
        id: "other-token",
        what: "the current token is not of the type, role or job asked for",
        why: "without a CA certok cannot make another one",
        advice: "get one from the service: alien-token-init with the same options",
        source: "alien.py, token",
    }
}

/// What is known besides the token.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// `ALIEN_PROC_ID`. It is set inside a job, to the job's number.
    pub job: Option<&'a str>,
    /// The user certificate, if it was found.
    pub user: Option<&'a Certificate>,
}

/// Judges a certificate that is used as a token. `from` says where it is.
pub fn token(certificate: &Certificate, from: &str, around: Surroundings<'_>) -> Vec<Finding> {
    let subject = certificate.subject.screen();
    if certificate.is_proxy() {
        return vec![PROXY_AS_CERT.found(format!("{from} holds a proxy, not a JAliEn token"))];
    }
    let Some(token) = Token::parse(&certificate.subject) else {
        return vec![
            USER_CERT_AS_TOKEN
                .found(format!(
                    "{from} holds your full user certificate ({subject}), not a JAliEn token"
                ))
                .fix("unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY"),
        ];
    };
    let kind = match &token.kind {
        TokenKind::Job { account, job } => match (job.as_deref(), around.job) {
            (id, None) => {
                let id = id.unwrap_or("without id");
                Some(JOB_TOKEN.found(format!(
                    "this is a job token (job {id}, user {account}), but you are not inside a job"
                )))
            }
            (Some(id), Some(inside)) if id != inside.trim() => {
                Some(OTHER_JOB_TOKEN.found(format!(
                    "this is the token of job {id} (user {account}), and this is job {} \
                     (ALIEN_PROC_ID)",
                    for_screen(inside.trim())
                )))
            }
            (_, Some(_)) => None,
        },
        TokenKind::JobAgent => {
            Some(JOBAGENT_TOKEN.found("this is a JobAgent (pilot) token, not a user token"))
        }
        TokenKind::Host(name) => {
            Some(HOST_TOKEN.found(format!("this is a host token, for {name}, not a user token")))
        }
        TokenKind::User { .. } => None,
    };
    kind.into_iter().chain(limited(certificate, around)).collect()
}

/// Judges a certificate that is used as a user certificate.
pub fn user_cert(certificate: &Certificate, from: &str) -> Option<Finding> {
    if certificate.is_proxy() {
        return Some(PROXY_AS_CERT.found(format!("{from} holds a proxy, not a user certificate")));
    }
    let token = Token::parse(&certificate.subject)?;
    let kind = token.kind_name();
    Some(TOKEN_AS_CERT.found(format!("{from} holds a JAliEn {kind} token, not a user certificate")))
}

/// The finding that a token comes from the first AliEn CA.
pub fn old_ca(certificate: &Certificate) -> Option<Finding> {
    let issuer = &certificate.issuer;
    let old = issuer.values("O") == ["AliEn"] && issuer.values("CN") == ["AliEn CA"];
    old.then(|| {
        OLD_ALIEN_CA.found(format!(
            "the token was issued by the old AliEn CA ({}, O=AliEn, RSA-1024); current services \
             use O=AliEn2",
            issuer.screen()
        ))
    })
}

fn limited(certificate: &Certificate, around: Surroundings<'_>) -> Option<Finding> {
    let user = around.user?;
    let end = certificate.validity.not_after;
    (user.validity.not_after == end).then(|| {
        TOKEN_LIMITED.found(format!(
            "the token ends exactly when your user certificate expires, on {}: a new token will \
             not last longer",
            end.screen()
        ))
    })
}
