//! Findings about name constraints and certificate policies.

use crate::chain::Attempt;
use crate::chain::constraint::ConstraintFlaw;
use crate::check::rules;
use crate::consumer::{GLOBUS, GNUTLS, GO, JAVA, OPENSSL, RUSTLS, VOMS, XROOTD};
use crate::parse::oid;
use crate::report::Finding;

rules! {
    step: Chain;
    NAME: ERROR {
        id: "name-constraint",
        what: "a name is outside the name constraints of a CA above",
        why: "that CA may not issue, or let issue, certificates for such names",
        advice: "request a certificate with a name that this CA may give, or one from another CA",
        refused_by: [
            OPENSSL.so_with_and(&[XROOTD, GLOBUS, VOMS]),
            GNUTLS,
            GO.when("services"),
            RUSTLS,
        ],
        source: "RFC 5280 §4.2.1.10, §6.1.3 (b), (c); CN as host name: OpenSSL, \
                 NAME_CONSTRAINTS_check_CN",
    }
    TOO_MANY: ERROR, Undecided {
        id: "name-constraint-limit",
        what: "there are too many names and name constraints to compare",
        why: "comparing each with each is how hostile certificates make validators slow",
        advice: "ask the CA for a certificate with fewer names",
        refused_by: [OPENSSL, GO.when("services"), RUSTLS],
        source: "OpenSSL, NAME_CHECK_MAX (2^20)",
    }
    POLICY: ERROR {
        id: "policy-required",
        what: "a CA requires a certificate policy, and none is valid along the path",
        why: "software that follows RFC 5280 refuses the path; OpenSSL and Globus look at \
              policies only if told to (-policy_check)",
        advice: "ask the CA for a certificate under a policy that the CAs above it let pass",
        refused_by: [GO.when("services").from("1.24"), JAVA.when("(PKIX)")],
        source: "RFC 5280 §6.1.3 (f), §6.1.5 (g); RFC 9618",
    }
    ANY_MAPPED: ERROR {
        id: "policy-any-mapped",
        what: "a CA maps a policy to or from anyPolicy",
        why: "that would map it to every policy, and is forbidden",
        advice: "ask the CA to issue its certificate again",
        refused_by: [GO.when("services").from("1.24"), JAVA.when("(PKIX)")],
        source: "RFC 5280 §4.2.1.5, §6.1.4 (a)",
    }
    TREE: ERROR, Undecided {
        id: "policy-limit",
        what: "the policies and policy mappings of the path make too large a tree",
        why: "with each CA that maps policies to each other the tree doubles, which is how hostile \
              certificates make validators slow",
        advice: "ask the CAs for certificates with fewer policy mappings",
        refused_by: [OPENSSL.when("with -policy_check")],
        source: "OpenSSL, POLICY_TREE_NODES_MAX (1000); CVE-2023-0464; RFC 9618 §2",
    }
}

/// The finding for one flaw. `name` is the certificate it is about, as a person names it.
pub fn explain(trouble: &ConstraintFlaw, name: &str, attempt: &Attempt) -> Finding {
    let ca = |step: &usize| {
        attempt.path.get(*step).map_or_else(String::new, |known| {
            let subject = known.certificate.subject.common_name();
            format!("the CA {subject} ({})", known.from)
        })
    };
    match trouble {
        ConstraintFlaw::NotPermitted { ca: at, name: given, permitted } => NAME.found(format!(
            "{name}: its name {given} is not among those that {} permits: {}",
            ca(at),
            some(permitted)
        )),
        ConstraintFlaw::Excluded { ca: at, name: given, subtree } => NAME.found(format!(
            "{name}: its name {given} is in {subtree}, which {} excludes",
            ca(at)
        )),
        ConstraintFlaw::NameNotReadable { ca: at, name: given } => NAME.found(format!(
            "{name}: its name {given} is malformed or has no host, and {} constrains such names",
            ca(at)
        )),
        ConstraintFlaw::FormNotJudged { ca: at, name: given } => NAME.found(format!(
            "{name}: its name {given} is of a form that {} constrains and that no software can \
             compare",
            ca(at)
        )),
        ConstraintFlaw::TooManyNames => TOO_MANY.found(format!(
            "{name}: its names and the name constraints above it exceed the limit of 2^20 comparisons"
        )),
        ConstraintFlaw::PolicyMissing { ca: at, has, wanted } => POLICY.found(format!(
            "{} requires a certificate policy, and {name} has none that is valid: it lists {}, the \
             CAs above it let pass {}",
            ca(at),
            policies(has),
            policies(wanted)
        )),
        ConstraintFlaw::PolicyTreeTooLarge => TREE.found(format!(
            "{name}: the policies and policy mappings down to it make a tree beyond the limit of 1000 nodes"
        )),
        ConstraintFlaw::PolicyAnyMapped => ANY_MAPPED.found(format!(
            "{name} maps a policy to or from anyPolicy"
        )),
    }
}

/// Most subtrees, policies or files that are named in a message. The number of the others follows.
const SHOWN: usize = 5;

pub(super) fn some(texts: &[String]) -> String {
    let shown = texts.get(..SHOWN).unwrap_or(texts).join(", ");
    match texts.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

fn policies(dotted: &[String]) -> String {
    let named: Vec<String> = dotted.iter().map(|id| oid::name(id).to_owned()).collect();
    if named.is_empty() {
        return "none".to_owned();
    }
    some(&named)
}
