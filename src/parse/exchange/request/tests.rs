use super::*;

fn request() -> Request {
    Request {
        identity: Some("alice@pool.test".into()),
        levels: vec![Level::Read, Level::Write],
        lifetime: Some(Seconds(3600)),
        pool: Some("cm \"1\"\\".into()),
        name: None,
        daemon_type: Some("SCHEDD".into()),
        created: UnixTime(1000),
        expires: UnixTime(2000),
        reply_key: [7; 32],
    }
}

#[test]
fn there_and_back() {
    let request = request();
    let file = RequestFile::parse(request.armored(None).as_bytes()).unwrap();
    assert_eq!(file.request, request);
    assert_eq!(file.digest, request.digest());
    // Mail quotes nothing, but it turns line ends and adds words.
    let mailed =
        format!("Dear admin,\r\n{}\r\n-- \r\nAlice", request.armored(None).replace('\n', "\r\n"));
    assert_eq!(RequestFile::parse(mailed.as_bytes()).unwrap().digest, file.digest);
}

/// The format is a promise: this request had this body and id when version 1 was made (the id by Python's
/// hashlib).
#[test]
fn version_1() {
    let body = r#"{"v":1,"identity":"alice@pool.test","authz":["READ","WRITE"],"lifetime":3600,"pool":"cm \"1\"\\","name":null,"type":"SCHEDD","created":1000,"expires":2000,"reply_key":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}"#;
    assert_eq!(request().body(), body);
    assert_eq!(request().digest().id().to_string(), "32H1-GT9G-A8MP-T65V-MQCK-QV4K");
}

#[test]
fn every_member_is_under_the_id() {
    let id = request().digest().id();
    let changes: [fn(&mut Request); 9] = [
        |r| r.identity = None,
        |r| r.levels.reverse(),
        |r| r.lifetime = None,
        |r| r.pool = None,
        |r| r.name = Some("cm".into()),
        |r| r.daemon_type = None,
        |r| r.created = UnixTime(1001),
        |r| r.expires = UnixTime(2001),
        |r| r.reply_key[31] ^= 1,
    ];
    for change in changes {
        let mut other = request();
        change(&mut other);
        assert_ne!(other.digest().id(), id, "{other:?}");
    }
}

#[test]
fn what_is_not_canonical_is_refused() {
    let body = request().body();
    Request::parse(body.as_bytes()).unwrap();
    for (from, to, reason) in [
        ("{\"v\":1", "{\"v\":2", "version 2"),
        ("{\"v\":1", "{ \"v\":1", "spelling"),
        ("{\"v\":1", "{\"v\":1,\"x\":1", "spelling"),
        (
            "\"alice@pool.test\"",
            "\"mallory@pool.test\",\"identity\":\"alice@pool.test\"",
            "spelling",
        ),
        ("alice@", "alice\\u0040", "spelling"),
        ("alice@pool.test", "al ice@pool.test", "blanks"),
        ("\"alice@pool.test\"", "\"\"", "blanks"),
        ("alice@", "alic\u{435}@", "printable"),
        ("cm ", "cm  ", "blanks in a row"),
        ("\"SCHEDD\"", "\" \"", "is blank"),
        ("\"READ\"", "\"Read\"", "unknown level"),
        ("\"READ\",\"WRITE\"", "\"READ\",\"READ\"", "twice"),
        ("3600", "0", "not positive"),
        ("3600", "-1", "not positive"),
        ("3600", "3600.0", "a number with a fraction"),
        ("\"created\":1000", "\"created\":2001", "valid for"),
        ("\"created\":1000", "\"created\":-9999999", "valid for"),
        ("BwcHBwc\"", "Bw\"", "32 bytes"),
        (",\"name\":null", "", "`name` is missing"),
    ] {
        assert!(body.contains(from), "{from}");
        let error = Request::parse(body.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert!(error.0.contains(reason), "{to}: {error}");
    }
    let long = body.replace("SCHEDD", &"x".repeat(300));
    assert!(Request::parse(long.as_bytes()).is_err());
}

#[test]
fn a_file_is_one_request_and_nothing_else() {
    let file = request().armored(None);
    let block = |label| crate::parse::pem::encode(label, b"x");
    for (text, reason) in [
        (String::new(), "no block"),
        (file.repeat(2), "more than one"),
        (format!("{file}{}", block("X")), "a block `X`"),
        (format!("{file}{}", block("CERTOK IDTOKEN SIGNATURE")), "no certificate"),
        (format!("{file}{}", block("CERTIFICATE")), "cannot be read"),
        (format!("{file}{}", block("PRIVATE KEY")), "a block `PRIVATE KEY`"),
        (file.replace("-----END", "----END"), "damaged"),
        (file.clone() + &"x".repeat(MAX), "64 KiB"),
    ] {
        let error = RequestFile::parse(text.as_bytes()).unwrap_err();
        assert!(error.0.contains(reason), "{error}");
    }
}

const MAX: usize = crate::parse::exchange::MAX_FILE_BYTES;
