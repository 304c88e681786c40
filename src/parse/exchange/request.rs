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
    /// The identity. None means the superuser of the pool.
    pub identity: Option<String>,
    /// The levels. None means everything.
    pub levels: Vec<Level>,
    /// The lifetime. If there is none, the approver decides.
    pub lifetime: Option<Seconds>,
    /// `-pool`, a label.
    pub pool: Option<String>,
    /// `-name`, a label; an approver's host certificate must have this name.
    pub name: Option<String>,
    /// `-type`, a label.
    pub daemon_type: Option<String>,
    /// When it was made, by the requester's clock.
    pub created: UnixTime,
    /// The last second at which it may be approved.
    pub expires: UnixTime,
    /// The key for which the answer is encrypted.
    pub reply_key: seal::PublicKey,
}

/// A request as it was read. The digest covers its bytes.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// What it says.
    pub request: Request,
    /// The digest of the whole request.
    pub digest: Digest,
    /// The signature by the requester's certificate.
    pub signed: Option<Signed>,
}

/// The longest time that a request may wait. It may come by mail or be carried.
pub const MAX_VALID: Seconds = Seconds(30 * DAY);

const LABEL: &str = "CERTOK IDTOKEN REQUEST";
const NOTE: &str = "A request for an HTCondor token, made by certok idtoken-request. To look at it \
                    and decide: certok idtoken-approve FILE";
const DIGEST: &str = "certok idtoken request v1";
const SIGNATURE: &str = "certok idtoken request signature v1";

impl Request {
    /// The only way to write it.
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

    /// The text of the file.
    pub fn armored(&self, signed: Option<&Signature<'_>>) -> String {
        armored(NOTE, LABEL, self.body().as_bytes(), signed)
    }

    /// Reads a body.
    ///
    /// # Errors
    ///
    /// Why it is not a request.
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

/// Whether `text` can be a requested identity.
pub fn is_identity(text: &str) -> bool {
    !text.is_empty() && is_plain(text) && !text.contains(' ')
}

/// Whether `text` can be a label of a request. Several blanks are refused: they could move the
/// following text to a new line of the approver's screen, where it would look like a line of
/// certok.
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

/// The bytes that the requester signs: the digest of the certificate and the digest of the request.
pub fn signed_message(leaf: &[u8; 32], digest: Digest) -> Vec<u8> {
    framed(SIGNATURE, &[leaf, &digest.0])
}

#[cfg(test)]
mod tests;
