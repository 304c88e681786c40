//! What a JOSE header requires readers to understand (RFC 7515 §4.1.11, RFC 7797).

use std::collections::HashSet;
use std::fmt;

use crate::parse::json::{Json, Object};

/// A requirement of the header. certok meets none: no token of the grid has one, and certok knows
/// no extension.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Demand {
    /// Extensions with these names.
    Extensions(Vec<String>),
    /// `crit` is malformed: how.
    Malformed(String),
    /// `b64` is false: the payload is not encoded.
    Unencoded,
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extensions(names) => write!(
                f,
                "the header's crit demands that {} be understood, which certok does not",
                names.join(", ")
            ),
            Self::Malformed(how) => write!(f, "the header's crit is malformed: {how}"),
            Self::Unencoded => f.write_str(
                "the header's b64 is not true: its payload would not be base64url, and a JWT must \
                 be so",
            ),
        }
    }
}

impl Demand {
    /// The requirement in `header`, if there is one.
    pub fn of(header: &Object) -> Option<Self> {
        if let Some(critical) = header.get("crit") {
            return Some(match names(header, critical) {
                Ok(names) => Self::Extensions(names),
                Err(how) => Self::Malformed(how),
            });
        }
        // RFC 7797 §7: `crit` must stop readers that do not know b64, and a JWT must not set it to
        // false.
        let encoded = header.get("b64").is_none_or(|b64| *b64 == Json::Bool(true));
        (!encoded).then_some(Self::Unencoded)
    }
}

fn names(header: &Object, critical: &Json) -> Result<Vec<String>, String> {
    let Json::Array(values) = critical else {
        return Err(format!("it is {}, not a list", critical.kind()));
    };
    if values.is_empty() {
        return Err("it is an empty list".to_owned());
    }
    let mut seen = HashSet::new();
    for value in values {
        let Json::Text(name) = value else {
            return Err(format!("it lists {}, not a name", value.kind()));
        };
        if !seen.insert(name) {
            return Err(format!("it lists {name} twice"));
        }
        if STANDARD.contains(&name.as_str()) {
            return Err(format!("it lists {name}, which is no extension"));
        }
        if header.get(name).is_none() {
            return Err(format!("it lists {name}, which is not in the header"));
        }
    }
    Ok(values.iter().filter_map(Json::text).map(str::to_owned).collect())
}

/// Names defined by RFC 7515 §4.1 and RFC 7518. `crit` must not list them.
const STANDARD: &[&str] = &[
    "alg", "apu", "apv", "crit", "cty", "enc", "epk", "iv", "jku", "jwk", "kid", "p2c", "p2s",
    "tag", "typ", "x5c", "x5t", "x5t#S256", "x5u", "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands() {
        for (header, said) in [
            ("{}", None),
            (r#"{"b64":true}"#, None),
            (r#"{"b64":false}"#, Some("b64 is not true")),
            (r#"{"b64":"false"}"#, Some("b64 is not true")),
            (r#"{"crit":["b64"],"b64":false}"#, Some("that b64 be understood")),
            (r#"{"crit":["x","y"],"x":1,"y":null}"#, Some("that x, y be")),
            (r#"{"crit":["x"],"x":1,"crit":null}"#, Some("null, not a list")),
            (r#"{"crit":"x","x":1}"#, Some("a text, not a list")),
            (r#"{"crit":{}}"#, Some("an object, not a list")),
            (r#"{"crit":[]}"#, Some("an empty list")),
            (r#"{"crit":[1]}"#, Some("lists an integer, not a name")),
            (r#"{"crit":["x","x"],"x":1}"#, Some("lists x twice")),
            (r#"{"crit":["exp"]}"#, Some("exp, which is not in the header")),
            (r#"{"crit":["alg"],"alg":"RS256"}"#, Some("alg, which is no extension")),
            (r#"{"crit":["crit"]}"#, Some("crit, which is no extension")),
        ] {
            let object = Json::parse(header).unwrap();
            let demand = Demand::of(object.object().unwrap()).map(|demand| demand.to_string());
            match (&demand, said) {
                (None, None) => {}
                (Some(demand), Some(said)) => assert!(demand.contains(said), "{header}: {demand}"),
                _ => panic!("{header}: {demand:?}"),
            }
        }
    }
}
