//! The facts of a private key beside its certificate.

use crate::crypto::pair::Proof;
use crate::report::{Item, Value};
use crate::source::Source;

/// What is known about a key.
pub struct Facts<'a> {
    /// Its source.
    pub source: &'a Source,
    /// The file or variable and why it was chosen.
    pub from: &'a str,
    /// `PKCS#8`, `encrypted PKCS#8 (…)`.
    pub container: String,
    /// Whether it is encrypted. `None` if this is not known.
    pub encrypted: Option<bool>,
    /// How it was proven to belong to the certificate.
    pub proof: Option<Proof>,
    /// Whether it is certain that it does not belong to the certificate.
    pub refuted: bool,
}

/// All facts of a key that may be shown.
pub fn item(facts: &Facts<'_>) -> Item {
    let mut item = Item::new("key", "private key");
    item.fact("from", "file", facts.from);
    item.fact("container", "kind", facts.container.clone());
    item.machine("encrypted", facts.encrypted.map_or(Value::Unknown, Value::Bool));
    if let Some(file) = &facts.source.file {
        item.fact("mode", "mode", format!("{:04o}", file.mode & 0o7777));
        item.detail("owner", "owner uid", i64::from(file.owner));
    } else {
        item.machine("mode", Value::Unknown);
        item.machine("owner", Value::Unknown);
    }
    let matches = match (facts.proof, facts.refuted) {
        (Some(_), _) => Value::Bool(true),
        (None, true) => Value::Bool(false),
        (None, false) => Value::Unknown,
    };
    let shown = match (facts.proof, facts.refuted) {
        (Some(proof), _) => proven(proof),
        (None, true) => "does NOT belong to the certificate",
        (None, false) => "not known",
    };
    item.fact("match", "pair", shown);
    item.machine("matches", matches);
    item
}

/// The words for: it belongs to the certificate, and how this was proven.
pub fn proven(proof: Proof) -> &'static str {
    match proof {
        Proof::Signed => "belongs to the certificate (proven by a signature)",
        Proof::Derived => "belongs to the certificate (its public half is the same)",
    }
}
