//! What a requester stores after the answer came. It contains no secret.

use crate::parse::exchange::Malformed;
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::fields::{Fields, Writer, is_canonical};
use crate::text::time::UnixTime;

/// The user's own request whose answer was received.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Received {
    /// Which.
    pub request: Digest,
    /// When it was received.
    pub at: UnixTime,
    /// Whether it contained a token.
    pub granted: bool,
    /// The file of the token, if known.
    pub place: Option<Vec<u8>>,
}

impl Received {
    /// The text to store.
    pub fn text(&self) -> String {
        Writer::new()
            .text("request", Some(&self.request.hex()))
            .number("at", Some(self.at.0))
            .text("decision", Some(if self.granted { "granted" } else { "denied" }))
            .bytes("file", self.place.as_deref())
            .end()
    }

    /// Reads the stored text.
    ///
    /// # Errors
    ///
    /// Why it is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let fields = Fields::read(bytes)?;
        let request = fields.text("request")?;
        let request = request.and_then(|text| Digest::parse(&text));
        let received = Self {
            request: request.ok_or(Malformed("`request` is no digest".into()))?,
            at: fields.instant("at")?,
            granted: fields.text("decision")?.as_deref() == Some("granted"),
            place: fields.bytes("file")?,
        };
        is_canonical(bytes, &received.text())?;
        Ok(received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (granted, place) in [(true, Some(b"/tmp/\xff".to_vec())), (false, None)] {
            let received = Received { request: Digest([7; 32]), at: UnixTime(5), granted, place };
            let text = received.text();
            assert_eq!(Received::parse(text.as_bytes()), Ok(received));
            assert!(Received::parse(text.replace("d\",", "D\",").as_bytes()).is_err());
        }
    }
}
