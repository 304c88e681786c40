//! Keys that verify: a JWK Set (RFC 7517), and the cache of them that WLCG describes.

use crate::crypto;
use crate::crypto::digest::sha256;
use crate::crypto::{Curve, PublicKey, RsaUse};
use crate::parse::json::{Json, Object};
use crate::text::base64;
use crate::text::hex::hex;
use crate::text::time::UnixTime;

/// A key of a set.
#[derive(Clone, Debug)]
pub struct Jwk {
    /// `kid`.
    pub id: Option<String>,
    /// `alg`: the only algorithm it is for, if it says so.
    pub algorithm: Option<String>,
    /// The key.
    pub key: PublicKey,
}

/// The keys of an issuer.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Those that can be used to verify.
    pub keys: Vec<Jwk>,
    /// When they are to be used no more; nothing for a plain set.
    pub expires: Option<UnixTime>,
    /// Whether there are more than [`MAX_KEYS`].
    pub cut: bool,
}

/// What a file of keys holds for an issuer.
#[derive(Clone, Debug)]
pub enum Held {
    /// Its keys, or those of nobody in particular.
    Keys(KeySet),
    /// A cache, without this issuer.
    Miss,
    /// Neither a set nor a cache.
    Broken(&'static str),
}

/// Keys of one set that are read; issuers have a handful.
pub const MAX_KEYS: usize = 1000;

/// The name of the file of `issuer` in a cache directory.
pub fn file_name(issuer: &str) -> String {
    hex(&sha256(issuer.as_bytes()))
}

/// Looks for the keys of `issuer` in a file: a JWK Set, or one or more objects of a WLCG cache, of
/// which later ones count, up to the first that is none.
pub fn look(bytes: &[u8], issuer: Option<&str>) -> Held {
    let text = String::from_utf8_lossy(bytes);
    let mut rest: &str = &text;
    let (mut found, mut objects) = (None, 0_usize);
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
        objects += 1;
        let entry = issuer.and_then(|issuer| object.get(issuer));
        if let Some(entry) = entry {
            found = Some(entry.object().and_then(cached));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    match (found, objects) {
        (Some(Some(set)), _) => Held::Keys(set),
        (Some(None), _) => {
            Held::Broken("its entry for the issuer has no expiration that is a time, or no jwks")
        }
        (None, 0) => Held::Broken("it is neither a JWK Set nor a cache of them"),
        (None, _) => Held::Miss,
    }
}

fn cached(entry: &Object) -> Option<KeySet> {
    let expires = UnixTime(entry.get("expiration")?.seconds()?);
    KeySet::of(entry.get("jwks")?.object()?, Some(expires))
}

impl KeySet {
    fn of(set: &Object, expires: Option<UnixTime>) -> Option<Self> {
        let Json::Array(values) = set.get("keys")? else {
            return None;
        };
        let keys = values.iter().take(MAX_KEYS);
        let keys = keys.filter_map(|value| jwk(value.object()?));
        Some(Self { keys: keys.collect(), expires, cut: values.len() > MAX_KEYS })
    }
}

/// A key for signatures, of a type that is computed here.
fn jwk(object: &Object) -> Option<Jwk> {
    // RFC 7517 §4.2, §4.3: what a key is for.
    let verifies = match object.get("key_ops") {
        None => true,
        Some(Json::Array(words)) => words.contains(&Json::Text("verify".to_owned())),
        Some(_) => false,
    };
    if !verifies || object.text("use").is_some_and(|word| word != "sig") {
        return None;
    }
    let bytes = |name: &str| {
        let decoded = base64::decode_url(object.text(name)?.as_bytes()).ok()?;
        Some(decoded.to_vec())
    };
    let number = |name: &str| {
        let bytes = bytes(name)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.get(zeros..).map(<[u8]>::to_vec)
    };
    let key = match (object.text("kty")?, object.text("crv")) {
        ("RSA", _) => {
            PublicKey::Rsa { modulus: number("n")?, exponent: number("e")?, usage: RsaUse::Any }
        }
        ("EC", Some(name)) => {
            let curves = [Curve::P256, Curve::P384, Curve::P521];
            let curve = curves.into_iter().find(|curve| curve.to_string() == name)?;
            let point = [vec![4], bytes("x")?, bytes("y")?].concat();
            if !crypto::is_on_curve(curve, &point) {
                return None;
            }
            PublicKey::Ec { curve, point }
        }
        ("OKP", Some("Ed25519")) => PublicKey::Ed25519(bytes("x")?),
        _ => return None,
    };
    Some(Jwk {
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
        assert_eq!((set.keys.len(), set.expires), (1, None));
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
        assert!(matches!(look(text.as_bytes(), Some("c")), Held::Miss));
        assert!(matches!(look(b"garbage", Some("c")), Held::Broken(_)));
        assert!(matches!(look(b"{\"c\":{}}", Some("c")), Held::Broken(_)));
        assert!(matches!(look(b"{\"keys\":1}", None), Held::Broken(_)));
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
