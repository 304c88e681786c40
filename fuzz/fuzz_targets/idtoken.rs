//! Files of IDTOKENS and single JWTs: what is read is what stands there, and no message repeats it.

#![no_main]

use certok::parse::classad;
use certok::parse::idtoken::IdToken;
use certok::parse::idtoken::file::TokenFile;
use certok::parse::idtoken::scope::Level;
use certok::parse::json::Json;
use certok::parse::jws::Jws;
use certok::text::screen::without_keys;
use certok::text::time::UnixTime;
use certok_fuzz::lines;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = TokenFile::read(bytes);
    let mut last = 0;
    for line in &file.lines {
        assert!(line.number > last && line.number <= lines(bytes).max(1));
        last = line.number;
        match &line.token {
            Ok(token) => judge(token),
            Err(reason) => assert!(reason.to_string().len() < 200),
        }
    }
    for (first, end) in &file.wrapped {
        assert!(first < end && *end <= last);
    }

    if let Ok(jws) = Jws::parse(bytes) {
        assert_eq!(bytes.iter().filter(|byte| **byte == b'.').count(), 2);
        assert!(bytes.starts_with(jws.signed()));
        let text = std::str::from_utf8(bytes).expect("base64url is ASCII");
        let (_, signature) = text.rsplit_once('.').expect("three parts");
        // Short ones may stand elsewhere in it too.
        if signature.len() > 20 && text.len() > 40 && text.starts_with("ey") {
            let (header, _) = text.split_once('.').expect("three parts");
            let hidden = !without_keys(text).contains(signature);
            assert!(hidden || header.len() < 12, "a signature is shown");
        }
    }

    let text = String::from_utf8_lossy(bytes);
    if let Ok(Json::Object(claims)) = Json::parse(r#"{"jti":"x","iat":1}"#) {
        let _ = classad::evaluate(&text, &claims, UnixTime(0));
    }
    if let Ok(value) = Json::parse(&text) {
        let (front, end) = Json::parse_front(&text).expect("what is whole begins");
        assert_eq!(front, value);
        assert!(text[end..].trim().is_empty());
    }
});

/// Nothing in a token makes a question panic.
fn judge(token: &IdToken) {
    let _ = (token.expires.instant(), token.issued.instant());
    let _ = (token.expires.overflows(), token.has_plain_key_id());
    let restricted = token.scope.is_restricted();
    assert!(restricted || token.scope.permits(Level::Administrator));
    let claims = token.claims();
    let _ = classad::evaluate("jti =?= \"x\" || sub == \"y\"", claims, UnixTime(0));
    assert!(!format!("{token:?}").contains("signature:"));
}
