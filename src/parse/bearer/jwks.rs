//! Keys for verifying: a JWK Set (RFC 7517), the key cache of WLCG, and that of scitokens-cpp.

use crate::crypto;
use crate::crypto::digest::sha256;
use crate::crypto::{Curve, PublicKey, RsaUse};
use crate::parse::json::{Json, Object};
use crate::parse::sqlite;
use crate::text::base64;
use crate::text::hex::hex;
use crate::text::time::UnixTime;

/// A key of a set.
#[derive(Clone, Debug)]
pub struct Jwk {
    /// `kid`.
    pub id: Option<String>,
    /// `exp`, which no RFC defines and some issuers write.
    pub expires: Option<UnixTime>,
    /// `alg`: the only algorithm it is for, if it says so.
    pub algorithm: Option<String>,
    /// The key.
    pub key: PublicKey,
}

/// The keys of an issuer.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// The keys that can verify.
    pub keys: Vec<Jwk>,
    /// When they must no longer be used. None for a plain set.
    pub expires: Option<UnixTime>,
    /// The names of keys that verify nothing here, each with why: `is for encryption (use is enc)`.
    pub others: Vec<(Option<String>, String)>,
    /// Whether it is a single key (JWK), not a set.
    pub is_single: bool,
    /// Whether there are more than [`MAX_KEYS`].
    pub cut: bool,
}

/// What a file of keys has for an issuer.
#[derive(Clone, Debug)]
pub enum Held {
    /// Its keys; or keys without a named issuer.
    Keys(KeySet),
    /// A cache without this issuer. Perhaps it has an issuer with a similar name.
    Miss(Option<String>),
    /// Neither a set nor a cache: why.
    Broken(&'static str),
}

/// Most keys of one set. Issuers have a few.
pub const MAX_KEYS: usize = 1000;

/// The name of the file of `issuer` in a cache directory.
pub fn file_name(issuer: &str) -> String {
    hex(&sha256(issuer.as_bytes()))
}

/// Searches the keys of `issuer` in a file: a JWK Set, the database of scitokens-cpp, or one or
/// more objects of a WLCG cache. Of these the later ones count, up to the first that is malformed.
pub fn look(bytes: &[u8], issuer: Option<&str>) -> Held {
    if bytes.starts_with(sqlite::MAGIC) {
        return of_database(bytes, issuer).unwrap_or_else(Held::Broken);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut rest: &str = &text;
    let (mut found, mut objects, mut near) = (None, 0_usize, None);
    while let Ok((Json::Object(object), end)) = Json::parse_front(rest) {
        if object.out_of_range().next().is_some() {
            return Held::Broken("it has a number out of range");
        }
        if objects == 0 && object.get("keys").is_some() {
            return match KeySet::of(&object, None) {
                Some(set) => Held::Keys(set),
                None => Held::Broken("its keys are no list"),
            };
        }
        if objects == 0 && object.get("kty").is_some() {
            let mut set = KeySet { is_single: true, ..KeySet::default() };
            set.take(&object);
            return Held::Keys(set);
        }
        objects += 1;
        if let Some(issuer) = issuer {
            let mut names = object.names();
            near = near.or_else(|| names.find(|name| is_near(name, issuer)).map(str::to_owned));
        }
        let entry = issuer.and_then(|issuer| object.get(issuer));
        if let Some(entry) = entry {
            found = Some(entry.object().and_then(|entry| cached(entry, "expiration")));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    match (found, objects) {
        (Some(Some(set)), _) => Held::Keys(set),
        (Some(None), _) => {
            Held::Broken("its entry for the issuer has no expiration that is a time, or no jwks")
        }
        (None, 0) => Held::Broken("it is neither a JWK Set nor a cache of them"),
        (None, _) => Held::Miss(near),
    }
}

/// The keys of `issuer` in the table of scitokens-cpp (scitokens_cache.cpp).
fn of_database(bytes: &[u8], issuer: Option<&str>) -> Result<Held, &'static str> {
    let rows = sqlite::rows(bytes, "keycache")?;
    let pair = |row: &sqlite::Row| match row.as_slice() {
        [Some(name), Some(keys), ..] => Some((name.clone(), keys.clone())),
        _ => None,
    };
    let rows: Vec<(String, String)> = rows.iter().filter_map(pair).collect();
    let Some(issuer) = issuer else {
        return Ok(Held::Miss(None));
    };
    let Some((_, keys)) = rows.iter().find(|(name, _)| name == issuer) else {
        let mut names = rows.into_iter().map(|(name, _)| name);
        return Ok(Held::Miss(names.find(|name| is_near(name, issuer))));
    };
    let entry = Json::parse(keys).ok();
    let set = entry.as_ref().and_then(Json::object).and_then(|entry| cached(entry, "expires"));
    set.map(Held::Keys).ok_or("its entry for the issuer has no expires that is a time, or no jwks")
}

/// Whether two issuers differ only in case, a slash at the end, or the port of HTTPS. Issuers are
/// compared byte for byte (RFC 7519 §4.1.1), so these are two different ones.
pub fn is_near(name: &str, issuer: &str) -> bool {
    let bare = |text: &str| text.trim_end_matches('/').to_ascii_lowercase().replace(":443", "");
    name != issuer && bare(name) == bare(issuer)
}

fn cached(entry: &Object, end: &str) -> Option<KeySet> {
    let expires = UnixTime(entry.get(end)?.seconds()?);
    KeySet::of(entry.get("jwks")?.object()?, Some(expires))
}

impl KeySet {
    fn of(set: &Object, expires: Option<UnixTime>) -> Option<Self> {
        let Json::Array(values) = set.get("keys")? else {
            return None;
        };
        let mut read = Self { expires, cut: values.len() > MAX_KEYS, ..Self::default() };
        values.iter().take(MAX_KEYS).filter_map(Json::object).for_each(|key| read.take(key));
        Some(read)
    }

    /// Adds a key, if it can verify.
    fn take(&mut self, key: &Object) {
        match purpose(key).map_or_else(|| jwk(key), |other| Err(format!("is for {other}"))) {
            Ok(key) => self.keys.push(key),
            Err(why) => self.others.push((key.text("kid").map(str::to_owned), why)),
        }
    }
}

/// The purpose of a key that is not for verifying (RFC 7517 §4.2, §4.3).
fn purpose(key: &Object) -> Option<String> {
    match (key.get("use"), key.get("key_ops")) {
        (Some(Json::Text(word)), _) if word == "enc" => Some("encryption (use is enc)".to_owned()),
        (Some(Json::Text(word)), _) if word != "sig" => Some(format!("{word} (use)")),
        (_, Some(Json::Array(words))) if !words.contains(&Json::Text("verify".to_owned())) => {
            Some("something else than verifying (key_ops)".to_owned())
        }
        (_, None | Some(Json::Array(_))) => None,
        (_, Some(_)) => Some("nothing that can be read (key_ops is no list)".to_owned()),
    }
}

/// A key of a type that is computed here; else what it is or lacks.
fn jwk(object: &Object) -> Result<Jwk, String> {
    let text = |name| object.text(name).ok_or_else(|| format!("has no {name} that is a text"));
    let bytes = |name| match base64::decode_url(text(name)?.as_bytes()) {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(format!("has something else than base64url without padding in {name}")),
    };
    let number = |name| {
        let bytes: Vec<u8> = bytes(name)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Ok::<_, String>(bytes.get(zeros..).unwrap_or_default().to_vec())
    };
    let unknown = |name, value| Err(format!("has the {name} {value}, which certok does not know"));
    let key = match text("kty")? {
        "RSA" => {
            PublicKey::Rsa { modulus: number("n")?, exponent: number("e")?, usage: RsaUse::Any }
        }
        "EC" => {
            let name = text("crv")?;
            let curves = [Curve::P256, Curve::P384, Curve::P521];
            let Some(curve) = curves.into_iter().find(|curve| curve.to_string() == name) else {
                return unknown("crv", name);
            };
            let point = [vec![4], bytes("x")?, bytes("y")?].concat();
            if !crypto::is_on_curve(curve, &point) {
                return Err(format!("has a point (x, y) that is not on its curve (crv {name})"));
            }
            PublicKey::Ec { curve, point }
        }
        "OKP" => match text("crv")? {
            "Ed25519" => PublicKey::Ed25519(bytes("x")?),
            other => return unknown("crv", other),
        },
        other => return unknown("kty", other),
    };
    Ok(Jwk {
        expires: object.get("exp").and_then(Json::seconds).map(UnixTime),
        id: object.text("kid").map(str::to_owned),
        algorithm: object.text("alg").map(str::to_owned),
        key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = r#"{"kty":"RSA","kid":"a","n":"AM8","e":"AQAB"}"#;

    #[test]
    fn a_set_is_of_anybody() {
        let other = KEY.replace('{', r#"{"key_ops":["encrypt"],"#);
        let text = format!(r#"{{"keys":[{KEY},{{"kty":"oct"}},5,{other}]}}"#);
        let Held::Keys(set) = look(text.as_bytes(), Some("https://x")) else {
            panic!("no set");
        };
        assert_eq!((set.keys.len(), set.others.len(), set.expires), (1, 2, None));
        let PublicKey::Rsa { modulus, .. } = &set.keys[0].key else {
            panic!("no RSA");
        };
        assert_eq!(modulus, &[0xcf]);
    }

    #[test]
    fn a_cache_is_several_objects_of_which_the_last_counts() {
        let entry = |issuer: &str, end: i64| {
            format!(r#"{{"{issuer}":{{"expiration":{end},"jwks":{{"keys":[{KEY}]}}}}}}"#)
        };
        let text =
            [entry("a", 1), entry("b", 2), entry("a", 3)].concat() + "garbage" + &entry("a", 4);
        let end = |issuer| match look(text.as_bytes(), Some(issuer)) {
            Held::Keys(set) => set.expires,
            other => panic!("{other:?}"),
        };
        assert_eq!(end("a"), Some(UnixTime(3)));
        assert_eq!(end("b"), Some(UnixTime(2)));
        assert!(matches!(look(text.as_bytes(), Some("c")), Held::Miss(None)));
        assert!(matches!(look(b"garbage", Some("c")), Held::Broken(_)));
        assert!(matches!(look(b"{\"c\":{}}", Some("c")), Held::Broken(_)));
        assert!(matches!(look(b"{\"keys\":1}", None), Held::Broken(_)));
    }

    #[test]
    fn almost_the_issuer() {
        let entry = r#"{"https://a.test/":{"expiration":1,"jwks":{"keys":[]}}}"#;
        for (issuer, near) in [
            ("https://a.test", true),
            ("https://A.test/", true),
            ("https://a.test:443/", true),
            ("https://a.test:8443/", false),
            ("https://b.test/", false),
        ] {
            let Held::Miss(found) = look(entry.as_bytes(), Some(issuer)) else {
                panic!("{issuer}");
            };
            assert_eq!(found.is_some(), near, "{issuer}");
        }
    }

    #[test]
    fn keys_for_something_else_and_one_key_alone() {
        let other = KEY.replace('{', r#"{"use":"enc","#);
        let Held::Keys(set) = look(format!(r#"{{"keys":[{other}]}}"#).as_bytes(), None) else {
            panic!("no set");
        };
        assert_eq!((set.keys.len(), set.others.len(), set.is_single), (0, 1, false));
        let Held::Keys(set) = look(KEY.as_bytes(), None) else {
            panic!("no key");
        };
        assert_eq!((set.keys.len(), set.others.len(), set.is_single), (1, 0, true));
    }

    #[test]
    fn why_a_key_is_of_no_use() {
        const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#;
        for (key, why) in [
            (KEY.replace(r#""kty":"RSA","#, ""), "has no kty that is a text"),
            (KEY.replace("RSA", "oct"), "has the kty oct, which certok does not know"),
            (KEY.replace(r#","n":"AM8""#, ""), "has no n that is a text"),
            (KEY.replace("AM8", "AM8="), "has something else than base64url without padding in n"),
            (EC.to_owned(), "has a point (x, y) that is not on its curve (crv P-256)"),
            (EC.replace("P-256", "P-1"), "has the crv P-1, which certok does not know"),
            (EC.replace(r#""crv":"P-256","#, ""), "has no crv that is a text"),
        ] {
            let Held::Keys(set) = look(format!(r#"{{"keys":[{key}]}}"#).as_bytes(), None) else {
                panic!("{key}");
            };
            let others: Vec<&str> = set.others.iter().map(|(_, why)| why.as_str()).collect();
            assert_eq!((set.keys.len(), others), (0, vec![why]), "{key}");
        }
    }

    #[test]
    fn no_time_is_out_of_range() {
        for (end, holds) in [
            ("253402300799", true), // 9999-12-31T23:59:59Z
            ("253402300799.5", true),
            ("253402300800", false),
            ("9223372036854775807", false),
            ("1e300", false),
            ("1e400", false),
            ("-1e400", false),
        ] {
            let text = format!(r#"{{"a":{{"expiration":{end},"jwks":{{"keys":[{KEY}]}}}}}}"#);
            let held = look(text.as_bytes(), Some("a"));
            assert_eq!(matches!(held, Held::Keys(_)), holds, "{end}: {held:?}");
        }
        let text = format!(r#"{{"keys":[{KEY}],"x":1e400}}"#);
        assert!(matches!(look(text.as_bytes(), None), Held::Broken(_)));
    }

    #[test]
    fn the_file_of_an_issuer() {
        let name = file_name("https://demo.scitokens.org");
        let ends = name.starts_with("defd42fc2ae8") && name.ends_with("bebb");
        assert!(ends, "{name}");
    }
}
