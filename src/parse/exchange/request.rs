//! A request for a token.

use crate::crypto::seal;
use crate::parse::exchange::digest::{Digest, framed};
use crate::parse::exchange::fields::{Fields, Writer, is_canonical, is_plain};
use crate::parse::exchange::{Envelope, Malformed, Signature, Signed, armored};
use crate::parse::idtoken::scope::Level;
use crate::text::time::{DAY, Seconds, UnixTime};

/// What is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// For whom; nobody named means the pool's superuser.
    pub identity: Option<String>,
    /// For what; none means everything.
    pub levels: Vec<Level>,
    /// For how long; none leaves it to the approver.
    pub lifetime: Option<Seconds>,
    /// `-pool`, a label.
    pub pool: Option<String>,
    /// `-name`, a label; an approver's host certificate must have this name.
    pub name: Option<String>,
    /// `-type`, a label.
    pub daemon_type: Option<String>,
    /// When it was made, by the requester's clock.
    pub created: UnixTime,
    /// The last second in which it may be approved.
    pub expires: UnixTime,
    /// The answer is sealed to this key.
    pub reply_key: seal::PublicKey,
}

/// A request as it came: its bytes are what is digested.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// What it says.
    pub request: Request,
    /// Over all of it.
    pub digest: Digest,
    /// By the requester's certificate.
    pub signed: Option<Signed>,
}

/// How long a request may wait, at most: for what comes by mail or is carried.
pub const MAX_VALID: Seconds = Seconds(30 * DAY);

const LABEL: &str = "CERTOK IDTOKEN REQUEST";
const NOTE: &str = "A request for an HTCondor token, made by certok idtoken-request. To look at it \
                    and decide: certok idtoken-approve FILE";
const DIGEST: &str = "certok idtoken request v1";
const SIGNATURE: &str = "certok idtoken request signature v1";

impl Request {
    /// The one spelling.
    pub fn body(&self) -> String {
        Writer::new()
            .text("identity", self.identity.as_deref())
            .texts("authz", self.levels.iter().map(|level| level.name()))
            .number("lifetime", self.lifetime.map(|span| span.0))
            .text("pool", self.pool.as_deref())
            .text("name", self.name.as_deref())
            .text("type", self.daemon_type.as_deref())
            .number("created", Some(self.created.0))
            .number("expires", Some(self.expires.0))
            .bytes("reply_key", Some(&self.reply_key))
            .end()
    }

    /// Its digest.
    pub fn digest(&self) -> Digest {
        Digest::of(DIGEST, self.body().as_bytes())
    }

    /// The file.
    pub fn armored(&self, signed: Option<&Signature<'_>>) -> String {
        armored(NOTE, LABEL, self.body().as_bytes(), signed)
    }

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let fields = Fields::read(body)?;
        let lifetime = fields.number("lifetime")?.map(Seconds);
        if lifetime.is_some_and(|span| span.0 <= 0) {
            return Err(Malformed("`lifetime` is not positive".into()));
        }
        let identity = fields.text("identity")?;
        if identity.as_deref().is_some_and(|text| !is_identity(text)) {
            return Err(Malformed("`identity` is empty or has blanks".into()));
        }
        let mut levels = Vec::new();
        for name in fields.texts("authz")? {
            let level = Level::parse(&name).filter(|level| level.name() == name);
            let level = level.ok_or(Malformed("`authz` names an unknown level".into()))?;
            if levels.contains(&level) {
                return Err(Malformed(format!("`authz` has {level} twice")));
            }
            levels.push(level);
        }
        let label = |name: &str| match fields.text(name)? {
            Some(text) if !is_label(&text) => {
                Err(Malformed(format!("`{name}` is blank or has blanks in a row")))
            }
            other => Ok(other),
        };
        let request = Self {
            identity,
            levels,
            lifetime,
            pool: label("pool")?,
            name: label("name")?,
            daemon_type: label("type")?,
            created: fields.instant("created")?,
            expires: fields.instant("expires")?,
            reply_key: fields.key("reply_key")?,
        };
        let valid = request.expires - request.created;
        if valid.0 < 0 || valid > MAX_VALID {
            return Err(Malformed(format!("it would be valid for {valid}")));
        }
        is_canonical(body, &request.body())?;
        Ok(request)
    }
}

/// Whether `text` may be asked for as an identity.
pub fn is_identity(text: &str) -> bool {
    !text.is_empty() && is_plain(text) && !text.contains(' ')
}

/// Whether `text` may be a label of a request. Blanks in a row could move what follows into a line
/// of its own on the approver's screen, where it would look like one of certok's.
pub fn is_label(text: &str) -> bool {
    !text.trim().is_empty()
        && !text.contains("  ")
        && is_plain(text)
        && text.len() <= crate::parse::exchange::MAX_TEXT_BYTES
}

impl RequestFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Why it is no request.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let Envelope { body, signed } = Envelope::open(bytes, LABEL)?;
        if signed.as_ref().is_some_and(|signed| signed.certificates.is_empty()) {
            return Err(Malformed("it has a signature, but no certificate".into()));
        }
        let request = Request::parse(&body)?;
        let digest = Digest::of(DIGEST, &body);
        Ok(Self { request, digest, signed })
    }
}

/// What the requester signs: the certificate that is meant and the digest.
pub fn signed_message(leaf: &[u8; 32], digest: Digest) -> Vec<u8> {
    framed(SIGNATURE, &[leaf, &digest.0])
}

#[cfg(test)]
mod tests {
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
        let mailed = format!(
            "Dear admin,\r\n{}\r\n-- \r\nAlice",
            request.armored(None).replace('\n', "\r\n")
        );
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
        let block = |label| crate::parse::encode::pem(label, b"x");
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
}
