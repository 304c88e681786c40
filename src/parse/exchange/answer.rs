//! An answer to a request.

use crate::crypto::seal::Sealed;
use crate::parse::exchange::digest::{Digest, framed};
use crate::parse::exchange::fields::{Fields, Writer, is_canonical};
use crate::parse::exchange::{Envelope, Malformed, Signature, Signed, armored};
use crate::text::time::UnixTime;

/// What was decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// No token; perhaps with a reason.
    Denied(Option<String>),
    /// The token, sealed to the requester's key.
    Granted(Sealed),
}

/// An answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The digest of the request.
    pub request: Digest,
    /// Yes or no.
    pub decision: Decision,
    /// When it was made, by the approver's clock.
    pub created: UnixTime,
}

/// An answer as it was read.
#[derive(Clone, Debug)]
pub struct AnswerFile {
    /// Its content. It must not be used before it is authenticated.
    pub answer: Answer,
    /// The digest of the whole answer.
    pub digest: Digest,
    /// The signature of the approver.
    pub signed: Option<Signed>,
}

/// The purpose of the seal.
pub const PURPOSE: &[u8] = b"certok idtoken answer v1";

const LABEL: &str = "CERTOK IDTOKEN ANSWER";
const NOTE: &str = "The answer to a request for an HTCondor token. To receive it, where the request \
                    was made: certok idtoken-receive FILE";
const DIGEST: &str = "certok idtoken answer v1";
const SIGNATURE: &str = "certok idtoken answer signature v1";

impl Answer {
    fn body(&self) -> String {
        let (decision, reason, sealed) = match &self.decision {
            Decision::Denied(reason) => ("denied", reason.as_deref(), None),
            Decision::Granted(sealed) => ("granted", None, Some(sealed)),
        };
        Writer::new()
            .text("request", Some(&self.request.hex()))
            .text("decision", Some(decision))
            .text("reason", reason)
            .number("created", Some(self.created.0))
            .bytes("key", sealed.map(|sealed| sealed.key.as_slice()))
            .bytes("sealed", sealed.map(|sealed| sealed.text.as_slice()))
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

    fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let fields = Fields::read(body)?;
        let request = fields.text("request")?.and_then(|text| Digest::parse(&text));
        let request = request.ok_or(Malformed("`request` is no digest".into()))?;
        let decision = match fields.text("decision")?.as_deref() {
            Some("denied") => Decision::Denied(fields.text("reason")?),
            Some("granted") => Decision::Granted(Sealed {
                key: fields.key("key")?,
                text: fields.bytes("sealed")?.unwrap_or_default(),
            }),
            _ => return Err(Malformed("`decision` is neither granted nor denied".into())),
        };
        let answer = Self { request, decision, created: fields.instant("created")? };
        is_canonical(body, &answer.body())?;
        Ok(answer)
    }
}

impl AnswerFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Why it is not an answer.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let Envelope { body, signed } = Envelope::open(bytes, LABEL)?;
        let answer = Answer::parse(&body)?;
        let digest = Digest::of(DIGEST, &body);
        Ok(Self { answer, digest, signed })
    }
}

/// The bytes that the approver signs: the digest of the certificate (zeros for a pinned key) and
/// the digest of the answer.
pub fn signed_message(leaf: Option<&[u8; 32]>, digest: Digest) -> Vec<u8> {
    framed(SIGNATURE, &[leaf.unwrap_or(&[0; 32]), &digest.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> [Answer; 2] {
        let granted = Answer {
            request: Digest([1; 32]),
            decision: Decision::Granted(Sealed { key: [2; 32], text: vec![3; 40] }),
            created: UnixTime(1000),
        };
        let denied =
            Answer { decision: Decision::Denied(Some("who are you?".into())), ..granted.clone() };
        [granted, denied]
    }

    #[test]
    fn there_and_back() {
        for answer in answers() {
            let file = AnswerFile::parse(answer.armored(None).as_bytes()).unwrap();
            assert_eq!(file.answer, answer);
            assert_eq!(file.digest, answer.digest());
            let signature = Signature { signature: b"s", certificates: &[] };
            let file = AnswerFile::parse(answer.armored(Some(&signature)).as_bytes()).unwrap();
            assert_eq!(file.signed.unwrap().signature, b"s");
        }
    }

    #[test]
    fn what_is_not_canonical_is_refused() {
        let [granted, denied] = answers().map(|answer| answer.body());
        for (body, from, to) in [
            (&granted, "granted", "denied"),
            (&denied, "denied", "granted"),
            (&granted, "granted", "Granted"),
            (&granted, "0101", "0g01"),
            (&granted, "\"reason\":null", "\"reason\":\"x\""),
            (&denied, "\"key\":null", "\"key\":\"AA\""),
            (&denied, "who are", "who\\nare"),
            (&granted, "{\"v\":1", "{\"v\":3"),
        ] {
            assert!(body.contains(from), "{from}");
            let changed = body.replacen(from, to, 1);
            assert!(Answer::parse(changed.as_bytes()).is_err(), "{changed}");
        }
    }
}
