//! IDTOKENS and signing keys as HTCondor makes them, right or wrong in one chosen place.

use ring::{hkdf, hmac};

use super::NOW;

/// A token in the making: header and claims are texts of JSON by name, in order.
#[derive(Clone)]
pub struct Token {
    header: Vec<(&'static str, String)>,
    claims: Vec<(&'static str, String)>,
}

impl Token {
    /// As condor_token_create makes it: for alice, to read and write, from an hour ago for 30 days.
    pub fn new() -> Self {
        Self {
            header: vec![("alg", text("HS256")), ("kid", text("POOL"))],
            claims: vec![
                ("exp", (NOW + 30 * 86400).to_string()),
                ("iat", (NOW - 3600).to_string()),
                ("iss", text("pool.certok.test")),
                ("jti", text("00112233445566778899aabbccddeeff")),
                ("scope", text("condor:/READ condor:/WRITE")),
                ("sub", text("alice@certok.test")),
            ],
        }
    }

    /// The claim as this JSON.
    pub fn claim(mut self, name: &'static str, json: &str) -> Self {
        self.claims.retain(|(known, _)| *known != name);
        self.claims.push((name, json.to_owned()));
        self.claims.sort();
        self
    }

    /// The claim as this text.
    pub fn with(self, name: &'static str, value: &str) -> Self {
        let json = text(value);
        self.claim(name, &json)
    }

    /// All but the claim.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.retain(|(known, _)| *known != name);
        self
    }

    /// The field of the header as this text.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.header.retain(|(known, _)| *known != name);
        self.header.push((name, text(value)));
        self
    }

    /// The header with extensions of these names, all of which must be understood.
    pub fn critical(mut self, names: &[&'static str]) -> Self {
        let quoted: Vec<String> = names.iter().map(|name| text(name)).collect();
        self.header.extend(names.iter().map(|name| (*name, "1".to_owned())));
        self.header.push(("crit", format!("[{}]", quoted.join(","))));
        self
    }

    /// The header without the field.
    pub fn headless(mut self, name: &str) -> Self {
        self.header.retain(|(known, _)| *known != name);
        self
    }

    /// Signed by the key of that name.
    pub fn signed(&self, key: &str) -> String {
        sign(&object(&self.header), object(&self.claims).as_bytes(), key)
    }
}

/// Header and payload as they stand, signed by the key of that name; HS384 and HS512 if the header
/// says so.
pub fn sign(header: &str, payload: &[u8], key: &str) -> String {
    let algorithm = match header {
        _ if header.contains("HS384") => hmac::HMAC_SHA384,
        _ if header.contains("HS512") => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    let signed = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
    let key = hmac::Key::new(algorithm, &derived(key));
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", base64url(signature.as_ref()))
}

/// The file of the key of that name: a mask lies over its secret.
pub fn key_file(name: &str) -> Vec<u8> {
    let mask = [0xde, 0xad, 0xbe, 0xef].into_iter().cycle();
    secret(name).into_iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
}

fn secret(name: &str) -> Vec<u8> {
    format!("{name}: a test key of certok, and public\n").into_bytes()
}

/// HKDF; the pool's secret counts twice.
fn derived(name: &str) -> [u8; 32] {
    let times = if name == "POOL" { 2 } else { 1 };
    let secret = secret(name).repeat(times);
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"htcondor");
    let mut key = [0; 32];
    let expanded = salt.extract(&secret);
    let expanded = expanded.expand(&[b"master jwt"], hkdf::HKDF_SHA256);
    expanded.unwrap().fill(&mut key).unwrap();
    key
}

/// A JSON text; `/` is escaped, as HTCondor does.
fn text(value: &str) -> String {
    format!("\"{}\"", value.replace('/', "\\/"))
}

fn object(members: &[(&'static str, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
    format!("{{{}}}", members.join(","))
}

/// RFC 4648 §5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| usize::from(*chunk.get(at).unwrap_or(&0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            out.push(char::from(DIGITS[bits >> (18 - 6 * at) & 63]));
        }
    }
    out
}
