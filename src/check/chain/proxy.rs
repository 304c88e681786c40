//! Proxies: the words for each objection.

use crate::chain::proxy::Trouble;
use crate::report::Finding;
use crate::report::Rule;

/// A proxy where none may stand.
pub static NOT_ACCEPTED: Rule = Rule {
    id: "proxy-not-accepted",
    what: "a proxy certificate stands in the path",
    why: "proxies are not accepted here",
    advice: "use the certificate the proxy was made from",
    source: "RFC 3820",
    ..Rule::ERROR
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[&NOT_ACCEPTED];

/// One objection as a finding; `name` is the certificate it is about, as a person would name it.
pub fn explain(trouble: &Trouble, name: &str) -> Finding {
    match trouble {
        Trouble::NotAllowed => NOT_ACCEPTED.found(format!("{name} is a proxy certificate")),
    }
}
