//! Is it the credential that its name promises: a token, for whom, and where may it be used?

use crate::parse::cert::Certificate;
use crate::parse::token::{Token, TokenKind};
use crate::report::{Exit, Finding, Rule};

/// A user certificate where a token belongs.
pub static USER_CERT_AS_TOKEN: Rule = Rule {
    id: "user-cert-as-token",
    what: "what is used as JAliEn token is a user certificate",
    why: "services get your full, long-lived identity, and alien.py token-destroy would delete it",
    advice: "unset JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY; name your certificate with \
             X509_USER_CERT",
    source: "jalien-setup, bin/jalien_replica.py; alienpy, DO_tokendestroy",
    ..Rule::WARN
};

/// A job's token in an interactive session.
pub static JOB_TOKEN: Rule = Rule {
    id: "job-token-outside-job",
    what: "this is the token of a job, but you are not inside a job",
    why: "it cannot write to your home, nor request user tokens",
    advice: "unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY, then get a user token: alien-token-init",
    source: "JAliEn, GetTokenCertificate.java",
    ..Rule::WARN
};

/// A pilot's token.
pub static JOBAGENT_TOKEN: Rule = Rule {
    id: "jobagent-token",
    what: "this is the token of a JobAgent (a pilot), not a user token",
    why: "it maps to the account jobagent, which may do little else than ask for jobs",
    advice: "unset JALIEN_TOKEN_CERT JALIEN_TOKEN_KEY, then get a user token: alien-token-init",
    source: "JAliEn, UserFactory.java",
    ..Rule::WARN
};

/// A host's token.
pub static HOST_TOKEN: Rule = Rule {
    id: "host-token",
    what: "this is the token of a host, not of a user",
    why: "it maps to the site's account, not to you",
    advice: "get a user token for yourself: alien-token-init",
    source: "JAliEn, GetTokenCertificate.java",
    ..Rule::WARN
};

/// The token ends with the user certificate.
pub static TOKEN_LIMITED: Rule = Rule {
    id: "token-limited",
    what: "the token ends exactly when the user certificate expires",
    why: "the service limits a token to its requester's certificate; a new token ends then too",
    advice: "renew the user certificate first",
    source: "JAliEn, GetTokenCertificate.java",
    ..Rule::WARN
};

/// A token of the first AliEn CA.
pub static OLD_ALIEN_CA: Rule = Rule {
    id: "old-alien-ca",
    exit: Exit::Untrusted,
    what: "the token was issued by the old AliEn CA",
    why: "current services use O=AliEn2; the old CA's key has 1024 bits",
    advice: "get a new token from the current central services: alien-token-init",
    source: "alisw/alien-cas, alien-ca/AliEn-CA.pem",
    ..Rule::ERROR
};

/// A token where a user certificate belongs.
pub static TOKEN_AS_CERT: Rule = Rule {
    id: "token-as-cert",
    what: "what is used as user certificate is a JAliEn token",
    why: "it lives for days at most, and the grid outside ALICE does not know it",
    advice: "name your own certificate with X509_USER_CERT and X509_USER_KEY",
    source: "JAliEn, GetTokenCertificate.java",
    ..Rule::WARN
};

/// A proxy where a certificate belongs.
pub static PROXY_AS_CERT: Rule = Rule {
    id: "proxy-as-cert",
    what: "this is a proxy certificate",
    why: "JAliEn services do not accept proxies, and a proxy cannot stand for the certificate \
          it was made from",
    advice: "name your own certificate with X509_USER_CERT and X509_USER_KEY; a proxy belongs in \
             X509_USER_PROXY",
    refused_by: &["JAliEn"],
    source: "JAliEn, DispatchSSLServer.java; RFC 3820",
    ..Rule::WARN
};

/// Another token than was asked for.
pub static OTHER_TOKEN: Rule = Rule {
    id: "other-token",
    exit: Exit::Mismatch,
    what: "the current token is not of the type, role or job asked for",
    why: "without a CA certok cannot make another one",
    advice: "get one from the service: alien-token-init with the same options",
    source: "alien.py, token",
    ..Rule::ERROR
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &USER_CERT_AS_TOKEN,
    &JOB_TOKEN,
    &JOBAGENT_TOKEN,
    &HOST_TOKEN,
    &TOKEN_LIMITED,
    &OLD_ALIEN_CA,
    &TOKEN_AS_CERT,
    &PROXY_AS_CERT,
    &OTHER_TOKEN,
];

/// What is known around a token.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Whether `ALIEN_PROC_ID` says that this is a job.
    pub in_job: bool,
    /// The user certificate, if one is at hand.
    pub user: Option<&'a Certificate>,
}

/// Judges a certificate that serves as token; `from` says where it is.
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
        TokenKind::Job { account, job } if !around.in_job => {
            let id = job.as_deref().unwrap_or("without id");
            Some(JOB_TOKEN.found(format!(
                "this is a job token (job {id}, user {account}), but you are not inside a job"
            )))
        }
        TokenKind::JobAgent => {
            Some(JOBAGENT_TOKEN.found("this is a JobAgent (pilot) token, not a user token"))
        }
        TokenKind::Host(name) => {
            Some(HOST_TOKEN.found(format!("this is a host token, for {name}, not a user token")))
        }
        TokenKind::Job { .. } | TokenKind::User { .. } => None,
    };
    kind.into_iter().chain(limited(certificate, around)).collect()
}

/// Judges a certificate that serves as user certificate.
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
