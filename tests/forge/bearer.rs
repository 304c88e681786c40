//! Bearer tokens as an issuer of WLCG makes them, right or wrong in one chosen place, and its keys.

use super::idtoken::base64url;
use super::key::Key;
use super::sign::{Hash, Sign};
use super::{NOW, der};

/// The issuer of all.
pub const ISSUER: &str = "https://iam.certok.test/";

/// A healthy token: for alice, for any service, from an hour ago for another one.
pub fn claims() -> Vec<(&'static str, String)> {
    let text = |value: &str| format!("\"{value}\"");
    vec![
        ("wlcg.ver", text("1.0")),
        ("sub", text("alice")),
        ("aud", text("https://wlcg.cern.ch/jwt/v1/any")),
        ("nbf", (NOW - 3600).to_string()),
        ("iat", (NOW - 3600).to_string()),
        ("exp", (NOW + 3600).to_string()),
        ("iss", text(ISSUER)),
        ("jti", text("0123")),
        ("scope", text("openid storage.read:/data storage.modify:/data/alice/")),
    ]
}

/// The claims with each of `changes`; the empty text leaves a claim out.
pub fn changed(changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut all = claims();
    for (name, json) in changes {
        all.retain(|(known, _)| known != name);
        if !json.is_empty() {
            all.push((name, (*json).to_owned()));
        }
    }
    all
}

/// The token, signed with the key of that name by the algorithm; `none` has no signature.
pub fn signed(claims: &[(&'static str, String)], algorithm: &str, key: &str) -> String {
    headed(claims, algorithm, key, "")
}

/// The same with more members in the header, a comma before each.
pub fn headed(claims: &[(&'static str, String)], algorithm: &str, key: &str, more: &str) -> String {
    let header = format!(r#"{{"kid":"{key}","alg":"{algorithm}"{more}}}"#);
    let members: Vec<_> = claims.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
    let payload = format!("{{{}}}", members.join(","));
    let message = format!("{}.{}", base64url(header.as_bytes()), base64url(payload.as_bytes()));
    let sign = |how| Key::load(key).sign(how, message.as_bytes());
    let signature = match algorithm {
        "RS256" => sign(Sign::Pkcs1(Hash::Sha256)),
        "RS384" => sign(Sign::Pkcs1(Hash::Sha384)),
        "RS512" => sign(Sign::Pkcs1(Hash::Sha512)),
        "PS256" => sign(Sign::Pss(Hash::Sha256)),
        "ES256" => raw(&sign(Sign::Ecdsa(Hash::Sha256)), 32),
        "ES384" => raw(&sign(Sign::Ecdsa(Hash::Sha384)), 48),
        "ES512" => raw(&sign(Sign::Ecdsa(Hash::Sha512)), 66),
        "EdDSA" => sign(Sign::Ed25519),
        "HS256" => vec![7; 32],
        _ => Vec::new(),
    };
    format!("{message}.{}", base64url(&signature))
}

/// A healthy token by RS256.
pub fn healthy() -> String {
    signed(&claims(), "RS256", "user")
}

/// ECDSA-Sig-Value as the two integers alone.
fn raw(signature: &[u8], field: usize) -> Vec<u8> {
    let integers = der::elements(der::elements(signature)[0].1);
    let fixed = |bytes: &[u8]| {
        let skip = bytes.len().saturating_sub(field);
        let bytes = &bytes[skip..];
        [vec![0; field - bytes.len()], bytes.to_vec()].concat()
    };
    [fixed(integers[0].1), fixed(integers[1].1)].concat()
}

/// The JWK Set with the public halves of these keys.
pub fn jwks(names: &[&str]) -> String {
    let keys: Vec<_> = names.iter().map(|name| jwk(name)).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// A cache of WLCG with the keys of the issuer.
pub fn cache(issuer: &str, names: &[&str], expiration: i64) -> String {
    let set = jwks(names);
    format!(r#"{{"{issuer}":{{"expiration":{expiration},"jwks":{set}}}}}"#)
}

fn jwk(name: &str) -> String {
    let bits = Key::load(name).public_bits();
    let members = match bits.len() {
        32 => format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, base64url(&bits)),
        length @ (65 | 97 | 133) => {
            let (x, y) = bits[1..].split_at(length / 2);
            let curve = [("P-256", 65), ("P-384", 97), ("P-521", 133)];
            let (curve, _) = curve.iter().find(|(_, size)| *size == length).unwrap();
            let (x, y) = (base64url(x), base64url(y));
            format!(r#""kty":"EC","crv":"{curve}","x":"{x}","y":"{y}""#)
        }
        _ => {
            let fields = der::elements(der::elements(&bits)[0].1);
            let (n, e) = (base64url(fields[0].1), base64url(fields[1].1));
            format!(r#""kty":"RSA","use":"sig","n":"{n}","e":"{e}""#)
        }
    };
    format!(r#"{{"kid":"{name}",{members}}}"#)
}

/// A macaroon of libmacaroons' first form with these caveats, as dCache and XRootD make them.
pub fn macaroon(caveats: &[&str]) -> String {
    let packet = |name: &str, value: &[u8]| {
        let length = 4 + name.len() + 1 + value.len() + 1;
        [format!("{length:04x}{name} ").as_bytes(), value, b"\n"].concat()
    };
    let mut bytes = packet("location", b"se.certok.test");
    bytes.extend(packet("identifier", b"0123"));
    caveats.iter().for_each(|caveat| bytes.extend(packet("cid", caveat.as_bytes())));
    bytes.extend(packet("signature", &[7; 32]));
    base64url(&bytes)
}
