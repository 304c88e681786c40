//! Requests for IDTOKENS and the answers to them, as files: version 1 of the format.
//!
//! ```text
//! requester                          approver (holds the pool's signing key)
//!   makes a key pair
//!   REQUEST file  ------------------->  shows it; a person compares the id
//!   (the private key stays at home)     and says yes; signs a token
//!   ANSWER file   <-------------------  seals it to the requester's key
//!   authenticates, opens, checks it     ledger: granted, once
//! ```
//!
//! Both files are text that survives mail and USB sticks: PEM blocks, with any text around them.
//!
//! **Request.** One block `CERTOK IDTOKEN REQUEST`: a JSON object in one canonical spelling (the
//! reader writes what it read again and compares the bytes), with the members, in this order,
//! `v` (1), `identity` (text or null), `authz` (list of levels), `lifetime` (seconds or null),
//! `pool`, `name`, `type` (text or null: labels for the approver's eyes), `created`, `expires`
//! (epoch seconds), `reply_key` (X25519 public key, base64url). Optionally a block
//! `CERTOK IDTOKEN SIGNATURE` and the signer's `CERTIFICATE` blocks, leaf first.
//!
//! - *Digest*: SHA-256 over `certok idtoken request v1`, a zero byte, and the JSON's bytes.
//! - *Id*: the first 120 bits of the digest, 24 characters of Crockford's base32 in groups of four.
//!   It commits to every member, the reply key too: whoever changes one has another id.
//! - *Signature*: over `certok idtoken request signature v1`, a zero byte, SHA-256 of the leaf
//!   certificate's DER, the digest. The scheme follows from the key: ECDSA with the digest of the
//!   curve's size, Ed25519, RSA PKCS#1 with SHA-256.
//!
//! **Answer.** One block `CERTOK IDTOKEN ANSWER`: canonical JSON with `v` (1), `request` (the
//! digest in hexadecimal), `decision` (`granted` or `denied`), `reason` (text or null), `created`,
//! `key` and `sealed` (base64url or null). `sealed` is the token under HPKE (RFC 9180) base mode,
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, with the info
//! `certok idtoken answer v1` and the request's digest as associated data; `key` is the
//! encapsulated key. Optionally a signature block, and certificates if it is by a certified key.
//!
//! - *Answer digest*: SHA-256 over `certok idtoken answer v1`, a zero byte, and the JSON's bytes.
//! - *Answer code*: its first 80 bits, 16 characters, written as an id is.
//! - *Signature*: over `certok idtoken answer signature v1`, a zero byte, SHA-256 of the leaf
//!   certificate's DER (32 zero bytes if the key is pinned and not certified), the answer digest.
//!
//! **Who can do what.** The attacker reads, changes, swaps, replays and plants files on the way.
//!
//! - *Secrecy* is the seal's: a swapped reply key is another id than the requester read out.
//! - *What is approved* is what is shown: labels and identity are under the id. Nothing in a
//!   request is true because it is there; a signature proves who holds a certificate, not that
//!   this person has a right to the identity.
//! - *Authenticity of the answer* does not come from the seal, which everybody can make: it takes
//!   a pinned Ed25519 key, a certificate that verifies and has the name that was expected, or the
//!   answer code, heard from the approver. An answer with none of them is not installed, since a
//!   token also says whom the client trusts.
//! - *Replay*: an answer names the digest of a request, whose private key is gone once it was
//!   received; a request is granted once, by the ledger, and not after it has expired.
//! - *The id has 120 bits.* `--yes ID` decides upon the id alone: on whatever was looked at under it
//!   before. To find another request under a given id takes 2^120 digests. But who asks can choose
//!   all of a request, and look for two of one id, a harmless one to be shown and another to be
//!   signed: that takes 2^60, where 80 bits took 2^40, minutes on one machine. To name the identity
//!   beside a short id would not do: the two could differ in their authorizations. Who expects even
//!   2^60 leaves `--yes` away: what is shown then is what is decided. Different requests of one id,
//!   in the directory or in the ledger, which has whole digests, are refused, all of them.
//! - *The answer code has 80 bits.* Nobody but the approver has a hand in an answer, whose seal is of
//!   fresh randomness: only a second answer under a code that is fixed would help, in 2^80. It binds
//!   the whole answer, and with it the whole digest of the request. Since the lengths differ, neither
//!   is taken for the other.
//! - *A crowd*: whoever writes to an exchange directory can put there what they like. A file counts by
//!   what it says, not by its name; junk is not counted against the number of requests or answers
//!   that are looked at; and what was not looked at is said. Enough of it stops the exchange, but is
//!   seen to.
//! - Not covered: whoever can write to the requester's state directory or the approver's ledger. That
//!   nobody else can is looked at: the ledger's owner, mode and names, and who may rename what is
//!   above it.

pub mod answer;
pub mod digest;
mod fields;
pub mod ledger;
pub mod map;
pub mod pending;
pub mod received;
pub mod request;

use std::fmt;
use std::sync::Arc;

use crate::parse::cert::Certificate;
use crate::parse::pem;
use crate::parse::pem::Block;

/// Why a file is no request, no answer, or no record. Lower case, no full stop.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes of a request or answer file. A body has less than 4 kB; ten certificates of RSA-4096 in
/// PEM have 30 kB.
pub const MAX_FILE_BYTES: usize = 64 << 10;

/// Bytes of a text in a request or answer.
pub const MAX_TEXT_BYTES: usize = 256;

/// Certificates behind a signature: a proxy of a proxy has four or five.
pub const MAX_CERTIFICATES: usize = 16;

const SIGNATURE: &str = "CERTOK IDTOKEN SIGNATURE";
const CERTIFICATE: &str = "CERTIFICATE";

/// A signature and the certificates that came with it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// As made by the key.
    pub signature: Vec<u8>,
    /// Leaf first; empty for a pinned key.
    pub certificates: Vec<Arc<Certificate>>,
}

/// The blocks of a file.
struct Envelope {
    body: Vec<u8>,
    signed: Option<Signed>,
}

impl Envelope {
    /// Takes a file apart: one block of `label`, at most one signature, certificates, no more.
    fn open(bytes: &[u8], label: &str) -> Result<Self, Malformed> {
        let malformed = |reason: &str| Malformed(reason.to_owned());
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Malformed(format!("it is larger than {} KiB", MAX_FILE_BYTES >> 10)));
        }
        let (mut body, mut signature, mut certificates) = (None, None, Vec::new());
        for block in pem::scan(bytes).blocks {
            let Block { label: found, bytes, .. } =
                block.map_err(|damage| Malformed(format!("a block of it is damaged: {damage}")))?;
            let place = match found.as_str() {
                CERTIFICATE => {
                    let certificate = Certificate::parse(&bytes)
                        .map_err(|_| malformed("a certificate in it cannot be read"))?;
                    certificates.push(Arc::new(certificate));
                    continue;
                }
                SIGNATURE => &mut signature,
                _ if found == label => &mut body,
                _ => return Err(Malformed(format!("there is a block `{found}` in it"))),
            };
            if place.replace(bytes.to_vec()).is_some() {
                return Err(Malformed(format!("it has more than one block `{found}`")));
            }
        }
        if certificates.len() > MAX_CERTIFICATES {
            return Err(malformed("it has more than 16 certificates"));
        }
        let body = body.ok_or_else(|| Malformed(format!("there is no block `{label}` in it")))?;
        let signed = match signature {
            Some(signature) => Some(Signed { signature, certificates }),
            None if certificates.is_empty() => None,
            None => return Err(malformed("it has certificates, but no signature")),
        };
        Ok(Self { body, signed })
    }
}

/// The text of a file: a line on what it is, and the blocks.
fn armored(note: &str, label: &str, body: &[u8], signed: Option<&Signature<'_>>) -> String {
    use crate::parse::pem;
    let mut text = format!("{note}\n{}", pem::encode(label, body));
    if let Some(signed) = signed {
        text += &pem::encode(SIGNATURE, signed.signature);
        for der in signed.certificates {
            text += &pem::encode(CERTIFICATE, der);
        }
    }
    text
}

/// A signature to be written.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// As made by the key.
    pub signature: &'a [u8],
    /// DER, leaf first; empty for a pinned key.
    pub certificates: &'a [Vec<u8>],
}
