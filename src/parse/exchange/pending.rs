//! What a requester stores until the answer comes: the request, the key that decrypts the answer,
//! and how to authenticate the answer.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::crypto::seal::PrivateKey;
use crate::parse::exchange::Malformed;
use crate::parse::exchange::fields::{Fields, Writer, is_canonical};
use crate::parse::exchange::request::Request;

/// The user's own request that waits for its answer.
#[derive(Debug)]
pub struct Pending {
    /// The request.
    pub request: Request,
    /// The key that decrypts the answer.
    pub private: PrivateKey,
    /// The approver's Ed25519 key, if it was given with the request.
    pub approver_key: Option<[u8; 32]>,
    /// The approver's DN, if it was given with the request.
    pub approver_dn: Option<String>,
    /// `-token`: the name of the token in the token directory.
    pub token: Option<String>,
    /// `-file`: the file for the token.
    pub file: Option<PathBuf>,
}

impl Pending {
    /// The text to store. It must be readable for the owner only.
    pub fn text(&self) -> Zeroizing<String> {
        let body = self.request.body();
        let file = self.file.as_ref().map(|path| path.as_os_str().as_bytes());
        let writer = Writer::new()
            .bytes("request", Some(body.as_bytes()))
            .bytes("approver_key", self.approver_key.as_ref().map(|key| key.as_slice()))
            .bytes("approver_dn", self.approver_dn.as_ref().map(|name| name.as_bytes()))
            .bytes("token", self.token.as_ref().map(|name| name.as_bytes()))
            .bytes("file", file)
            .bytes("private_key", Some(self.private.bytes()));
        Zeroizing::new(writer.end())
    }

    /// Reads the stored text.
    ///
    /// # Errors
    ///
    /// Why it is malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let fields = Fields::read(bytes)?;
        let text = |name: &str| {
            let bytes = fields.bytes(name)?;
            let text = bytes.map(String::from_utf8).transpose();
            text.map_err(|_| Malformed(format!("`{name}` is no UTF-8")))
        };
        let private = Zeroizing::new(fields.key("private_key")?);
        let approver_key = fields.bytes("approver_key")?;
        let approver_key = approver_key.map(<[u8; 32]>::try_from).transpose();
        let pending = Self {
            request: Request::parse(&fields.bytes("request")?.unwrap_or_default())?,
            private: PrivateKey::from_bytes(private.as_ref())
                .ok_or(Malformed("`private_key` is no key".into()))?,
            approver_key: approver_key.map_err(|_| Malformed("`approver_key` is no key".into()))?,
            approver_dn: text("approver_dn")?,
            token: text("token")?,
            file: fields.bytes("file")?.map(OsString::from_vec).map(PathBuf::from),
        };
        is_canonical(bytes, &pending.text())?;
        match pending.private.public() == pending.request.reply_key {
            true => Ok(pending),
            false => Err(Malformed("its key is not that of the request".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::time::UnixTime;

    #[test]
    fn there_and_back() {
        let private = PrivateKey::generate();
        let pending = Pending {
            request: Request {
                identity: None,
                levels: Vec::new(),
                lifetime: None,
                pool: None,
                name: None,
                daemon_type: None,
                created: UnixTime(1),
                expires: UnixTime(2),
                reply_key: private.public(),
            },
            private,
            approver_key: Some([1; 32]),
            approver_dn: Some("/CN=Zoë".into()),
            token: None,
            file: Some("/tmp/x".into()),
        };
        let text = pending.text();
        let read = Pending::parse(text.as_bytes()).unwrap();
        assert_eq!(*read.text(), *text);
        assert_eq!(read.request, pending.request);
        assert!(!format!("{pending:?}").contains(&format!("{:?}", pending.private.bytes())));
        let other = Pending { private: PrivateKey::generate(), ..pending };
        assert!(Pending::parse(other.text().as_bytes()).is_err());
    }
}
