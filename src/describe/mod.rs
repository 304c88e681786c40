//! From types to facts. No judgement.

pub mod bearer;
pub mod ca;
pub mod certificate;
pub mod idtoken;
pub mod key;
pub mod path;
pub mod proxy;
pub mod revocation;
pub mod voms;

use crate::parse::name::Name;
use crate::report::{NameForms, Value};

/// A name in all its forms.
pub fn name(name: &Name) -> Value {
    // As encoded. Programs compare these, and JSON escapes what a terminal must not get.
    let attribute =
        |a: &crate::parse::name::Attribute| (a.oid.clone(), a.short().to_owned(), a.text());
    Value::Name(Box::new(NameForms {
        rfc4514: name.rfc4514(),
        slash: name.slash(),
        screen: name.screen(),
        ambiguous: name.is_ambiguous(),
        alien: name.alien(),
        rdns: name.rdns().iter().map(|rdn| rdn.iter().map(attribute).collect()).collect(),
    }))
}
