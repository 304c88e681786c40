//! Findings about proxies in a path.

use crate::chain::proxy::ProxyFlaw;
use crate::check::lifetime::NEW_PROXY;
use crate::check::rules;
use crate::consumer::{CANL, GLOBUS, OPENSSL, XROOTD};
use crate::parse::cert::ProxyKind;
use crate::report::Finding;

rules! {
    step: Chain;
    NOT_ACCEPTED: ERROR {
        id: "proxy-not-accepted",
        what: "there is a proxy certificate in the path",
        why: "where a user certificate or token is wanted, a proxy cannot replace it",
        advice: "use the certificate the proxy was made from; certok proxy-verify judges proxies",
        source: "RFC 3820; the option --proxy",
    }
    MISPLACED: ERROR {
        id: "proxy-misplaced",
        what: "a proxy issued a certificate that is no proxy",
        why: "a proxy may issue proxies and nothing else",
        advice: "somebody signed a certificate with a proxy: do not use it",
        source: "RFC 3820 §3.7",
    }
    ISSUED_BY_CA: ERROR {
        id: "proxy-issued-by-ca",
        what: "a CA issued the proxy",
        why: "a proxy is made by a user certificate or another proxy, never by a CA",
        advice: NEW_PROXY,
        source: "RFC 3820 §3.1",
    }
    ISSUER_CA_MARK: ERROR {
        id: "proxy-issuer-ca-mark",
        what: "the proxy's issuer has no basicConstraints and is marked as a CA otherwise",
        why: "OpenSSL treats it as a CA, which may issue no proxy, and says \"invalid non-CA \
              certificate (has CA markings)\"",
        advice: "make the proxy from a certificate without keyCertSign in its key usage",
        refused_by: [OPENSSL.so_with_and(&[XROOTD.when("over HTTPS")]), GLOBUS],
        source: "RFC 3820 §3.1; OpenSSL, v3_purp.c, check_ca",
    }
    CA_EXTENSION: ERROR {
        id: "proxy-ca-extension",
        what: "the proxy has constraints as only a CA's certificate may have",
        why: "OpenSSL applies its name constraints to the proxies below it, Globus refuses \
              critical ones; no software applies what it says of policies",
        advice: NEW_PROXY,
        refused_by: [GLOBUS, OPENSSL.when(", where a name below violates them")],
        source: "RFC 5280 §4.2.1.5, §4.2.1.10, §4.2.1.11, §4.2.1.14; OpenSSL, \
                 check_name_constraints",
    }
    ISSUER_KEY_USAGE: ERROR {
        id: "proxy-issuer-key-usage",
        what: "the key usage of the proxy's issuer lacks digitalSignature",
        why: "it may sign nothing, so no proxy either",
        advice: "make the proxy from a certificate for signing or authentication, not from one for \
                 encryption",
        source: "RFC 3820 §3.6",
    }
    SUBJECT: ERROR {
        id: "proxy-subject",
        what: "the proxy's subject is not its issuer's subject with one CN more",
        why: "with another name it could act as somebody else",
        advice: NEW_PROXY,
        source: "RFC 3820 §3.4",
    }
    IS_CA: ERROR {
        id: "proxy-is-ca",
        what: "the proxy says that it is a CA",
        why: "a proxy with basicConstraints CA:TRUE is refused",
        advice: NEW_PROXY,
        source: "RFC 3820 §3.7",
    }
    ALTERNATIVE_NAME: ERROR {
        id: "proxy-alt-name",
        what: "the proxy has an alternative name of its subject or issuer",
        why: "a proxy acts for its user and may not have another name",
        advice: NEW_PROXY,
        source: "RFC 3820 §3.2 and §3.5",
    }
    MIXED: ERROR {
        id: "proxy-mixed-types",
        what: "the chain mixes types of proxies",
        why: "Globus says \"Found incompatible proxy types in certificate chain\"; an old service \
              delegated the proxy in another type than its own",
        advice: "make a new proxy, and have it delegated by services that follow RFC 3820",
        refused_by: [GLOBUS, CANL],
        source: "Globus, globus_gsi_callback.c; canl, proxyTypeInconsistent",
    }
    PATH_LENGTH: ERROR {
        id: "proxy-path-length",
        what: "the proxy was delegated more often than a path length of its chain allows",
        why: "a proxy with path length 0 may not be delegated at all",
        advice: "make the first proxy without a path length: voms-proxy-init or grid-proxy-init \
                 without -path-length",
        source: "RFC 3820 §3.8.1; canl-java issue 38",
    }
    PATH_LENGTH_GROWS: ERROR {
        id: "proxy-path-length-grows",
        what: "a proxy claims a path length that is not below that of the proxy above it",
        why: "by RFC 3820 the smallest length governs, and the claim is void; OpenSSL says \"proxy \
              path length constraint exceeded\" all the same",
        advice: "delegate without a path length of its own, or with a smaller one",
        refused_by: [OPENSSL, GLOBUS],
        source: "OpenSSL, x509_vfy.c, check_chain; grid-proxy-init -verify",
    }
    NOT_CRITICAL: ERROR {
        id: "proxy-info-not-critical",
        what: "the proxyCertInfo extension is not critical",
        why: "software that does not know it would treat the proxy as a user certificate",
        advice: NEW_PROXY,
        refused_by: [GLOBUS],
        source: "RFC 3820 §3.8",
    }
    ISSUER_ID: ERROR {
        id: "proxy-issuer-id",
        what: "the proxy's authority key identifier is not that of the certificate that issued it",
        why: "OpenSSL, and Globus, which leaves the chain to it, look for an issuer with that \
              identifier and say \"unable to get local issuer certificate\"; XRootD, whose \
              xrdgsiproxy makes such proxies by copying the extensions of the user certificate, \
              and canl do not look",
        advice: "make the proxy with another tool: voms-proxy-init, grid-proxy-init, or arcproxy",
        refused_by: [OPENSSL, GLOBUS],
        source: "RFC 5280 §4.2.1.1; X509_V_ERR_AKID_SKID_MISMATCH; XRootD, XrdCryptosslgsiAux.cc",
    }
    EXCEEDS_LIMITED: ERROR {
        id: "proxy-exceeds-limited",
        what: "a proxy below a limited proxy is not limited",
        why: "Globus says \"Can't sign a non-limited, non-independent proxy with a limited \
              proxy\"; JGlobus would treat it as limited",
        advice: "delegate a limited proxy, or start from a full one",
        refused_by: [GLOBUS, CANL],
        source: "Globus, globus_gsi_callback.c; canl, proxyInconsistentlyLimited",
    }
}

/// The finding for one flaw. `name` is the certificate it is about, `above` its issuer, as a person
/// names them.
pub fn explain(trouble: &ProxyFlaw, name: &str, above: &str) -> Finding {
    match trouble {
        ProxyFlaw::AlternativeName(extension) => ALTERNATIVE_NAME.found(format!(
            "{name} has the extension {extension}, which no proxy may have"
        )),
        ProxyFlaw::ExceedsLimited => EXCEEDS_LIMITED.found(format!(
            "{name} is not limited, but {above}, which issued it, is a limited proxy"
        )),
        ProxyFlaw::IsCa => IS_CA.found(format!("{name} says that it is a CA (CA:TRUE)")),
        ProxyFlaw::IssuedByCa => ISSUED_BY_CA.found(format!("{name} was issued by {above}, a CA")),
        ProxyFlaw::CaExtension(extension) => CA_EXTENSION.found(format!(
            "{name} has {extension}, which only a CA may have"
        )),
        ProxyFlaw::IssuerMarkedAsCa(mark) => ISSUER_CA_MARK.found(format!(
            "{name} was issued by {above}, which has no basicConstraints and which {mark} marks as a \
             CA"
        )),
        ProxyFlaw::IssuerMayNotSign => ISSUER_KEY_USAGE.found(format!(
            "{name} was signed by {above}, whose key usage lacks digitalSignature"
        )),
        ProxyFlaw::Misplaced => {
            MISPLACED.found(format!("{name} is a proxy, and issued what is no proxy"))
        }
        ProxyFlaw::Mixed(below, issuer) => MIXED.found(format!(
            "the chain mixes types of proxies, which is incompatible: {name} is {}, its issuer \
             {above} is {}",
            family(*below),
            family(*issuer)
        )),
        ProxyFlaw::NotAllowed => NOT_ACCEPTED.found(format!("{name} is not accepted here")),
        ProxyFlaw::NotCritical => {
            NOT_CRITICAL.found(format!("{name}: its proxyCertInfo is not critical"))
        }
        ProxyFlaw::PathLengthGrows(allowed) => PATH_LENGTH_GROWS.found(format!(
            "{name} has path length {allowed}, and a proxy below it claims as much or more"
        )),
        ProxyFlaw::PathTooLong(found, allowed) => PATH_LENGTH.found(format!(
            "path length exceeded: {name} has path length {allowed}, so {} be delegated from it, \
             but {found} {}",
            match allowed {
                0 => "no proxy may".to_owned(),
                1 => "one proxy may".to_owned(),
                number => format!("{number} proxies may"),
            },
            if *found == 1 { "was" } else { "were" }
        )),
        ProxyFlaw::Subject => SUBJECT.found(format!(
            "{name}: its subject is not that of its issuer with one CN more"
        )),
        ProxyFlaw::SubjectInSlashForm => SUBJECT.found(format!(
            "{name}: its subject reads as that of its issuer with one CN more, but has attributes of \
             it joined, with a slash inside one value"
        )),
    }
}

fn family(kind: ProxyKind) -> &'static str {
    match kind {
        ProxyKind::Draft => "of the Globus draft",
        ProxyKind::Legacy => "a legacy one",
        ProxyKind::Rfc3820 => "of RFC 3820",
    }
}
