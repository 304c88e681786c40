//! Why a consumer refuses a credential: a few words, and the finding that explains it.

use std::path::PathBuf;

use crate::chain::acceptance::{Acceptance, ListFlaw, Objection, ProxyReason, Reason};
use crate::chain::permission::{PolicyFlawKind, PolicyFormat};
use crate::chain::{PoolCertificate, proxy};
use crate::check::chain::{constraint, permission, profile, proxy as proxies, revocation as lists};
use crate::check::{chain, lifetime, proxy as files, rules, strength};
use crate::consumer::token::TokenConsumer;
use crate::consumer::{CANL_JAVA, DCACHE, GNUTLS, GO, RUSTLS, VOMS_PROXY_INIT, XROOTD, extension};
use crate::crypto::{Curve, Hash, PublicKey, Scheme};
use crate::parse::oid;
use crate::report::{Exit, Finding, Rule, Severity};

rules! {
    step: Chain;
    ANCHORS_CONFLICT: WARN {
        id: "anchors-conflict",
        what: "the CA directory has two certificates of one CA, and nothing tells them apart",
        why: "canl-java takes neither (\"conflicting trust anchors\")",
        advice: "remove the older one, if the CA has replaced it",
        refused_by: [CANL_JAVA],
        source: "canl-java 2.8.3, FixedBCPKIXCertPathReviewer, checkSignatures",
    }
    NEW_HASH: WARN {
        id: "ca-new-hash-only",
        what: "CAs have no old (MD5) hash links",
        why: "OpenSSL 1.0 and later do not need them; canl-java in its default mode looks for \
              nothing else, and so did dCache's VOMS and xroot doors until September 2026. The \
              newest IGTF release has none",
        advice: "if such software reads the directory, make them: openssl rehash -compat DIR",
        refused_by: [
            CANL_JAVA
                .when("by default")
                .inside(&[VOMS_PROXY_INIT.version("3"), DCACHE.before("September 2026")]),
        ],
        source: "canl-java, openssl1Mode; dCache pull requests 8193 and 8224",
    }
    NO_ANCHOR_ID: WARN {
        id: "anchor-without-key-id",
        what: "the certificate names its CA's key identifier, and the CA's certificate has none",
        why: "canl-java looks for a CA with that identifier and finds none",
        advice: "update the CA bundle, if the CA has a certificate with a key identifier; else ask it",
        refused_by: [CANL_JAVA],
        source: "canl-java 2.8.3, FixedBCPKIXCertPathReviewer; java.security.cert.X509CertSelector",
    }
    SPELLING: WARN {
        id: "issuer-spelling",
        what: "the certificate spells its issuer's name otherwise than the CA does",
        why: "case of letters, blanks and string types do not count for OpenSSL; others compare \
              byte by byte and find no issuer",
        advice: "ask the CA for a certificate that repeats its name exactly",
        refused_by: [GO, RUSTLS, GNUTLS, XROOTD.when("GSI")],
        source: "RFC 5280 §7.1; Go, crypto/x509/verify.go; XRootD, XrdCryptogsiX509Chain.cc",
    }
    KEY_NOT_USED: WARN {
        id: "key-not-used",
        what: "the key is of a kind or a size that the software does not use",
        why: "TLS does not work with it, or signatures by it are not verified",
        advice: "request a certificate with an RSA key of 2048 to 8192 bits",
        refused_by: [GO, RUSTLS],
        source: "rustls, crypto/ring; Go, crypto/tls; RFC 8446 §4.2.3",
    }
    NAME_STRING: WARN {
        id: "name-string",
        what: "a value in a name is no string of its type, or of a type that is not read",
        why: "services written in Go cannot read the certificate: a character that its string type does \
              not have (@ or _ in a PrintableString), a UniversalString, a number",
        advice: "ask the CA for a certificate whose name is in UTF8String",
        refused_by: [GO.when("services")],
        source: "RFC 5280 §4.1.2.4; X.680 §41; Go 1.24, crypto/x509, parseASN1String",
    }
    STRAY: WARN {
        id: "stray-certificate",
        what: "the file holds a certificate that belongs to no chain",
        why: "XRootD sorts the certificates that are sent, and refuses them if one is left over",
        advice: "keep the certificate, its proxies and the CAs above it in the file, nothing else",
        refused_by: [XROOTD.when("GSI")],
        source: "XRootD 5.8, XrdCryptoX509Chain.cc, Reorder",
    }
    OTHER_CAS: WARN {
        id: "client-other-cas",
        what: "the software, as a client, verifies servers with other CAs than those used here",
        why: "Python's ssl and Go take SSL_CERT_FILE and SSL_CERT_DIR, else the CAs of the system, and \
              do not know X509_CERT_DIR; a server that they are part of is told its CAs",
        advice: "unset the variable if it is left over, or tell the program the CA directory: capath of \
                 load_verify_locations in Python, RootCAs in Go",
        source: "SSL_CTX_set_default_verify_paths(3); Python, ssl.create_default_context; Go, \
                 crypto/x509, root_unix.go",
    }
    NOT_KNOWN: ERROR, Undecided {
        id: "acceptance-unknown",
        what: "certok does not know whether the software accepts the credential",
        why: "something in it was never measured, or certok cannot compute it",
        advice: "try it with the software itself",
        source: "a limit of certok",
    }
}

/// A reason: the finding that explains it, and a few words about this case.
#[derive(Clone, Debug)]
pub struct Because {
    /// The finding.
    pub rule: &'static Rule,
    /// A few words.
    pub words: String,
}

/// The reasons of a consumer, the most important first, without duplicates.
pub fn because(acceptance: &Acceptance) -> Vec<Because> {
    let mut found: Vec<Because> = Vec::new();
    for objection in &acceptance.objections {
        let because = Because {
            rule: rule(objection, &acceptance.path),
            words: words(objection, &acceptance.path),
        };
        if !found.iter().any(|known| known.words == because.words) {
            found.push(because);
        }
    }
    found
}

/// That the clients of `software` take CAs that variables name, in place of `used`.
pub fn other_cas(software: &str, variables: &[(&str, PathBuf)], used: &str) -> Finding {
    let named = variables.iter().map(|(name, value)| format!("{} (${name})", value.display()));
    let named: Vec<String> = named.collect();
    OTHER_CAS.found(format!(
        "a client with {software} verifies servers with the CAs of {}, not with {used}",
        named.join(" and ")
    ))
}

/// What a consumer of tokens does, by the findings about a token. An error that names no software
/// holds for all; else it holds for the software that it names.
pub fn of_token(findings: &[Finding], consumer: &TokenConsumer) -> (Option<bool>, Vec<Because>) {
    let (mut refused, mut unsure) = (Vec::new(), Vec::new());
    for finding in findings {
        let because = || Because { rule: finding.rule, words: finding.message.clone() };
        let refused_by = finding.minded_by;
        match (refused_by.is_empty(), finding.severity, finding.exit) {
            (true, Severity::Error, Exit::Undecided) => unsure.push(because()),
            (true, Severity::Error, _) => refused.push(because()),
            (true, ..) => {}
            (false, ..) => match consumer.is_among(refused_by) {
                Some(true) => refused.push(because()),
                Some(false) => {}
                None => unsure.push(because()),
            },
        }
    }
    match (refused.is_empty(), unsure.is_empty()) {
        (false, _) => (Some(false), refused),
        (true, false) => (None, unsure),
        (true, true) => (Some(true), Vec::new()),
    }
}

/// The finding that all consumers, or the one that was asked about, refuse the credential `what`.
pub fn refusal(because: &Because, software: &str, what: &str) -> Finding {
    let mut finding = because.rule.found(format!("{software} refuses {what}: {}", because.words));
    if finding.exit == Exit::Ok {
        finding.exit = Exit::Untrusted;
    }
    finding.severity = Severity::Error;
    finding
}

/// The finding that the answer is not known.
pub fn unknown(because: Option<&Because>, software: &str) -> Finding {
    let why = because.map_or("nothing is known of it", |because| because.words.as_str());
    NOT_KNOWN.found(format!("it is not known whether it is accepted by {software}: {why}"))
}

fn rule(objection: &Objection, path: &[PoolCertificate]) -> &'static Rule {
    let known = path.get(objection.step);
    let proxies = proxy::count(path);
    let is_leaf = objection.step == 0;
    let is_proxy = objection.step < proxies;
    let is_ca = objection.step > proxies;
    match &objection.reason {
        Reason::AlgorithmDiffers => &chain::ALGORITHM_DIFFERS,
        Reason::AnchorWithoutKeyId => &NO_ANCHOR_ID,
        Reason::AnchorsConflict => &ANCHORS_CONFLICT,
        Reason::BadSignature => &chain::BAD_SIGNATURE,
        Reason::CaAsLeaf => &strength::CA_AS_CREDENTIAL,
        Reason::Constraint(_) | Reason::FormNotCompared(_) => &constraint::NAME,
        Reason::EmptySubject => &profile::EMPTY_NAME,
        Reason::Expired if is_ca => &chain::CA_EXPIRED,
        Reason::Expired if !is_leaf && !is_proxy => &files::EEC_EXPIRED,
        Reason::Expired => &lifetime::EXPIRED,
        Reason::ExpiredInFile => &files::EEC_EXPIRED,
        Reason::IssuerSpelling => &SPELLING,
        Reason::IssuerKeyId => &chain::ISSUER_ID,
        Reason::IssuerNotFound if is_proxy => &files::MISSING_EEC,
        Reason::IssuerNotFound | Reason::IssuerNotRoot => &chain::ISSUER_UNKNOWN,
        Reason::KeyNotUsed(_) => known.map_or(&KEY_NOT_USED, key_rule),
        Reason::KeyTooLarge(..) => &KEY_NOT_USED,
        Reason::KeyTooSmall(..) if is_ca => &strength::SMALL_CA_KEY,
        Reason::KeyTooSmall(..) if is_proxy => &files::SMALL_KEY,
        Reason::KeyTooSmall(..) => &chain::KEY_TOO_SMALL,
        Reason::List(flaw) => list_rule(*flaw),
        Reason::Malformed(_) => &chain::EXTENSION,
        Reason::NameString => &NAME_STRING,
        Reason::NegativeSerial => &strength::NEGATIVE_SERIAL,
        Reason::NoCertSign => &chain::NO_CERT_SIGN,
        Reason::NoDigitalSignature => &chain::KEY_USAGE,
        Reason::NoOldHash(_) => &NEW_HASH,
        Reason::NotCa => &chain::NOT_CA,
        Reason::NotInChain => &STRAY,
        Reason::NotKnown(_) => &NOT_KNOWN,
        Reason::NotVersion3 => &strength::OLD_VERSION,
        Reason::NotYetValid if is_ca => &chain::CA_NOT_YET_VALID,
        Reason::NotYetValid => &lifetime::NOT_YET_VALID,
        Reason::PathTooLong => &chain::PATH_LENGTH,
        Reason::Permission(trouble) => permission_rule(trouble.format, &trouble.kind),
        Reason::Policy(_) => &constraint::POLICY,
        Reason::Proxy(reason) => proxy_rule(*reason),
        Reason::Purpose => &chain::PURPOSE,
        Reason::SelfSigned => &chain::SELF_SIGNED,
        Reason::Strict(_) => &profile::STRICT,
        Reason::TooMany(_) => &chain::TOO_DEEP,
        Reason::TrustRejected => &chain::TRUST_REJECTED,
        Reason::UnknownCritical(id) if is_proxy && is_of_proxies(id) => &proxies::NOT_ACCEPTED,
        Reason::UnknownCritical(_) => &chain::CRITICAL,
        Reason::WeakSignature => match known.map(|known| known.certificate.algorithm.scheme) {
            Some(Some(Scheme::RsaPkcs1(Hash::Sha1))) => &strength::SHA1,
            _ => &chain::FORBIDDEN,
        },
    }
}

/// Whether it is the extension of RFC 3820: who does not know it knows no proxies.
fn is_of_proxies(id: &str) -> bool {
    id == extension::PROXY_INFO
}

fn key_rule(known: &PoolCertificate) -> &'static Rule {
    match &known.certificate.key {
        Ok(PublicKey::Ec { curve: Curve::P521, .. }) => &strength::P521_KEY,
        Ok(PublicKey::Ec { .. }) => &strength::EC_KEY,
        Ok(PublicKey::Ed25519(_)) => &strength::ED25519_KEY,
        _ => &KEY_NOT_USED,
    }
}

fn list_rule(flaw: ListFlaw) -> &'static Rule {
    match flaw {
        ListFlaw::BadSignature => &lists::BAD_SIGNATURE,
        ListFlaw::Expired => &lists::EXPIRED,
        ListFlaw::Missing => &lists::MISSING,
        ListFlaw::NoCrlSign => &lists::NO_CRL_SIGN,
        ListFlaw::NoNextUpdate => &lists::NO_END,
        ListFlaw::NotYetValid => &lists::NOT_YET_VALID,
        ListFlaw::Revoked => &lists::REVOKED,
        ListFlaw::Scope => &lists::SCOPE,
        ListFlaw::Unusable => &lists::UNSUPPORTED,
    }
}

fn permission_rule(format: PolicyFormat, kind: &PolicyFlawKind) -> &'static Rule {
    match (format, kind) {
        (PolicyFormat::SigningPolicy, PolicyFlawKind::Denied(_)) => &permission::SIGNING_DENIES,
        (PolicyFormat::SigningPolicy, PolicyFlawKind::Missing(..)) => &permission::SIGNING_MISSING,
        (PolicyFormat::SigningPolicy, PolicyFlawKind::OtherCa(_)) => &permission::SIGNING_OTHER,
        (PolicyFormat::SigningPolicy, _) => &permission::SIGNING_SYNTAX,
        (PolicyFormat::Namespaces, PolicyFlawKind::Denied(_)) => &permission::NAMESPACES_DENIES,
        (PolicyFormat::Namespaces, PolicyFlawKind::Missing(..)) => &permission::NAMESPACES_MISSING,
        (PolicyFormat::Namespaces, PolicyFlawKind::OtherCa(_)) => &permission::NAMESPACES_OTHER,
        (PolicyFormat::Namespaces, _) => &permission::NAMESPACES_SYNTAX,
    }
}

fn proxy_rule(reason: ProxyReason) -> &'static Rule {
    match reason {
        ProxyReason::AlternativeName => &proxies::ALTERNATIVE_NAME,
        ProxyReason::ExceedsLimited => &proxies::EXCEEDS_LIMITED,
        ProxyReason::IsCa => &proxies::IS_CA,
        ProxyReason::IssuedByCa => &proxies::ISSUED_BY_CA,
        ProxyReason::IssuerMayNotSign => &proxies::ISSUER_KEY_USAGE,
        ProxyReason::Mixed => &proxies::MIXED,
        ProxyReason::NoEndEntity => &files::MISSING_EEC,
        ProxyReason::NotAllowed => &proxies::NOT_ACCEPTED,
        ProxyReason::NotCritical => &proxies::NOT_CRITICAL,
        ProxyReason::OwnPolicy => &files::RESTRICTED,
        ProxyReason::PathTooLong => &proxies::PATH_LENGTH,
        ProxyReason::Subject | ProxyReason::Unmarked => &proxies::SUBJECT,
    }
}

/// A short name for the certificate at `step`.
fn name(path: &[PoolCertificate], step: usize) -> String {
    let proxies = proxy::count(path);
    match path.get(step) {
        None => "the certificate".to_owned(),
        Some(_) if step == 0 && proxies > 0 => "the proxy".to_owned(),
        Some(_) if step == 0 => "the certificate".to_owned(),
        Some(_) if step < proxies => "a proxy above".to_owned(),
        Some(_) if step == proxies => "the user certificate".to_owned(),
        Some(known) => format!("the CA {}", known.certificate.subject.common_name()),
    }
}

fn words(objection: &Objection, path: &[PoolCertificate]) -> String {
    let who = name(path, objection.step);
    let issuer = path.get(objection.step).map(|known| known.certificate.issuer.common_name());
    let issuer = issuer.unwrap_or_default();
    match &objection.reason {
        Reason::AlgorithmDiffers => format!("{who} names two signature algorithms"),
        Reason::AnchorWithoutKeyId => format!("the CA {issuer} has no key identifier"),
        Reason::AnchorsConflict => format!("there are two certificates of the CA {who}"),
        Reason::BadSignature => format!("{who} is not signed by {issuer}'s key"),
        Reason::CaAsLeaf => format!("{who} is a CA"),
        Reason::Constraint(_) => format!("name constraints do not allow {who}"),
        Reason::FormNotCompared(form) => {
            format!("{who} constrains names it does not compare ({form})")
        }
        Reason::EmptySubject => format!("{who} has no subject"),
        Reason::ExpiredInFile => "a certificate of the file has expired".to_owned(),
        Reason::Expired => format!("{who} has expired"),
        Reason::IssuerSpelling => format!("{who} spells the name {issuer} otherwise than the CA"),
        Reason::IssuerKeyId => format!("{who} names another key of {issuer}"),
        Reason::IssuerNotFound => format!("the issuer {issuer} is not trusted"),
        Reason::IssuerNotRoot => format!("the root {issuer} is missing"),
        Reason::KeyNotUsed(kind) => format!("{who} has a key it does not use ({kind})"),
        Reason::KeyTooLarge(bits, most) => {
            format!("{who} has a key of {bits} bits, {most} are the most")
        }
        Reason::KeyTooSmall(bits, least) => {
            format!("{who} has a key of {bits} bits, {least} are the least")
        }
        Reason::List(flaw) => list_words(*flaw, &who, &issuer),
        Reason::Malformed(id) => format!("{who} has a malformed {}", oid::name(id)),
        Reason::NameString => format!("{who} has a name with a string it does not read"),
        Reason::NegativeSerial => format!("{who} has a negative serial number"),
        Reason::NoCertSign => format!("{who} lacks keyCertSign"),
        Reason::NoDigitalSignature => format!("{who} lacks digitalSignature"),
        Reason::NoOldHash(name) => {
            format!("the CA {issuer} has no link by the old hash, and it looks for {name}")
        }
        Reason::NotCa => format!("{who} is no CA and may issue nothing"),
        Reason::NotInChain => "the file holds a certificate of no chain".to_owned(),
        Reason::NotKnown(why) => why.clone(),
        Reason::NotVersion3 => format!("{who} is not of version 3"),
        Reason::NotYetValid => format!("{who} is not valid yet"),
        Reason::PathTooLong => format!("{who} allows fewer CAs below it"),
        Reason::Permission(trouble) => {
            let file = match trouble.format {
                PolicyFormat::SigningPolicy => "signing_policy",
                PolicyFormat::Namespaces => "namespaces",
            };
            match trouble.kind {
                PolicyFlawKind::Missing(..) => format!("there is no {file} of the CA {issuer}"),
                PolicyFlawKind::Denied(_) => format!("the {file} of {issuer} does not allow {who}"),
                _ => format!("the {file} of {issuer} says nothing of it"),
            }
        }
        Reason::Policy(_) => format!("{who} lacks a certificate policy that its CA requires"),
        Reason::Proxy(reason) => proxy_words(*reason, &who),
        Reason::Purpose => format!("{who} is not for clients"),
        Reason::SelfSigned => format!("{who} is self-signed"),
        Reason::Strict(rule) => format!("{who}: {rule}"),
        Reason::TooMany(most) => format!("there are more than {most} certificates"),
        Reason::TrustRejected => format!("the trust settings of {who} reject clients"),
        Reason::UnknownCritical(id) if is_of_proxies(id) => {
            format!("it does not accept proxies: {who} has a critical {}", oid::name(id))
        }
        Reason::UnknownCritical(id) => format!("{who} has a critical {}", oid::name(id)),
        Reason::WeakSignature => {
            let known = path.get(objection.step);
            let algorithm = known.map_or("", |known| known.certificate.algorithm.name.as_str());
            format!("{who} is signed with {algorithm}")
        }
    }
}

fn list_words(flaw: ListFlaw, who: &str, issuer: &str) -> String {
    match flaw {
        ListFlaw::BadSignature => format!("the CRL of {issuer} has a bad signature"),
        ListFlaw::Expired => format!("the CRL of {issuer} has expired"),
        ListFlaw::Missing => format!("there is no CRL of {issuer} for {who}"),
        ListFlaw::NoCrlSign => format!("the CA {issuer} may not sign CRLs"),
        ListFlaw::NoNextUpdate => format!("the CRL of {issuer} names no nextUpdate"),
        ListFlaw::NotYetValid => format!("the CRL of {issuer} is not valid yet"),
        ListFlaw::Revoked => format!("{who} is revoked"),
        ListFlaw::Scope => format!("the CRL of {issuer} is about other certificates"),
        ListFlaw::Unusable => format!("the CRL of {issuer} is of a kind it does not read"),
    }
}

fn proxy_words(reason: ProxyReason, who: &str) -> String {
    match reason {
        ProxyReason::AlternativeName => format!("{who} has an alternative name"),
        ProxyReason::ExceedsLimited => format!("{who} may do more than the limited one above it"),
        ProxyReason::IsCa => format!("{who} says that it is a CA"),
        ProxyReason::IssuedByCa => format!("{who} is marked as a CA, and a proxy is below it"),
        ProxyReason::IssuerMayNotSign => format!("the key usage of {who} allows no proxy"),
        ProxyReason::Mixed => format!("{who} is of another kind than the one above it"),
        ProxyReason::NoEndEntity => "the user certificate is missing in the file".to_owned(),
        ProxyReason::NotAllowed => "it does not accept proxies".to_owned(),
        ProxyReason::NotCritical => format!("the proxyCertInfo of {who} is not critical"),
        ProxyReason::OwnPolicy => format!("{who} has a policy of its own"),
        ProxyReason::PathTooLong => format!("{who} allows fewer proxies below it"),
        ProxyReason::Subject => format!("{who} is not named as its issuer with one CN more"),
        ProxyReason::Unmarked => format!("{who} is named as a proxy and marked as none"),
    }
}
