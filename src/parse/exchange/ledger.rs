//! The approver's ledger: one line of JSON per decision. Lines are never changed.

use crate::parse::exchange::answer::{AnswerFile, Decision};
use crate::parse::exchange::digest::{Digest, Id};
use crate::parse::exchange::fields::{Fields, Writer, is_plain};
use crate::text::time::UnixTime;

/// A decision to be recorded.
#[derive(Clone, Debug)]
pub struct LedgerEntry<'a> {
    /// The time.
    pub at: UnixTime,
    /// The digest of the request.
    pub request: Digest,
    /// Whether it was granted.
    pub granted: bool,
    /// Uid of the approver.
    pub approver: u32,
    /// The verified DN of the requester, in slash form.
    pub requester: Option<&'a str>,
    /// What was granted.
    pub grant: Option<Grant<'a>>,
    /// The answer file, so that it can be written again.
    pub answer: &'a str,
}

/// The claims of a token that was granted.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `kid`.
    pub key_id: &'a str,
    /// `jti`, by which it can be revoked.
    pub token_id: &'a str,
    /// `sub`.
    pub identity: &'a str,
    /// The levels, or empty for all.
    pub authz: &'a str,
    /// `exp`.
    pub expires: Option<UnixTime>,
}

impl LedgerEntry<'_> {
    /// The line, with its end.
    pub fn line(&self) -> String {
        let grant = self.grant.as_ref();
        // Characters that are not plain are in the token; the record is for people.
        let shown = |text: &str| {
            let plain = |c: char| {
                if is_plain(c.encode_utf8(&mut [0; 4])) { c } else { '?' }
            };
            text.chars().map(plain).collect::<String>()
        };
        let of = |part: fn(&Grant<'_>) -> String| grant.map(part).map(|text| shown(&text));
        let (decision, approver) = (if self.granted { "granted" } else { "denied" }, self.approver);
        let line = Writer::new()
            .number("at", Some(self.at.0))
            .text("time", Some(&self.at.to_string()))
            .text("request", Some(&self.request.hex()))
            .text("id", Some(&self.request.id().to_string()))
            .text("decision", Some(decision))
            .number("approver_uid", Some(approver.into()))
            .text("requester", self.requester.map(shown).as_deref())
            .text("sub", of(|grant| grant.identity.to_owned()).as_deref())
            .text("authz", of(|grant| grant.authz.to_owned()).as_deref())
            .number("exp", grant.and_then(|grant| grant.expires).map(|at| at.0))
            .text("iss", of(|grant| grant.issuer.to_owned()).as_deref())
            .text("kid", of(|grant| grant.key_id.to_owned()).as_deref())
            .text("jti", of(|grant| grant.token_id.to_owned()).as_deref())
            .bytes("answer", Some(self.answer.as_bytes()));
        line.end() + "\n"
    }
}

/// A recorded decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// When.
    pub at: UnixTime,
    /// Upon which request.
    pub request: Digest,
    /// Yes or no.
    pub granted: bool,
    /// The answer file.
    pub answer: Vec<u8>,
}

/// A ledger that was read.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// In order.
    pub records: Vec<Record>,
    /// Numbers of lines that are no record, from 1. What they decided is not known. A line that a
    /// crash cut off is one of them: it looks like a line that lost its end later.
    pub damaged: Vec<usize>,
}

impl Ledger {
    /// Reads all of it.
    pub fn read(bytes: &[u8]) -> Self {
        let mut ledger = Self::default();
        for (at, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if text.is_empty() {
                continue;
            }
            // A complete line has its line end.
            match record(text).filter(|_| text.len() < line.len()) {
                Some(record) => ledger.records.push(record),
                None => ledger.damaged.push(at + 1),
            }
        }
        ledger
    }

    /// Another request with the same id. This does not happen by chance.
    pub fn other(&self, request: Digest) -> Option<&Record> {
        let id: Id = request.id();
        let same = |record: &&Record| record.request != request && record.request.id() == id;
        self.records.iter().find(same)
    }

    /// The decision about a request.
    pub fn decided(&self, request: Digest) -> Option<&Record> {
        self.records.iter().find(|record| record.request == request)
    }
}

fn record(line: &[u8]) -> Option<Record> {
    let fields = Fields::read(line).ok()?;
    let granted = match fields.text("decision").ok()?.as_deref() {
        Some("granted") => true,
        Some("denied") => false,
        _ => return None,
    };
    let record = Record {
        at: fields.instant("at").ok()?,
        request: Digest::parse(&fields.text("request").ok()??)?,
        granted,
        answer: fields.bytes("answer").ok()??,
    };
    // The digest is there twice, so that a change is noticed.
    let answer = AnswerFile::parse(&record.answer).ok()?.answer;
    let fits = matches!(answer.decision, Decision::Granted(_)) == granted;
    (fits && answer.request == record.request).then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::seal::Sealed;
    use crate::parse::exchange::answer::Answer;

    #[test]
    fn lines_and_what_a_crash_leaves() {
        let digest = Digest([9; 32]);
        let answer = Answer {
            request: digest,
            decision: Decision::Granted(Sealed { key: [2; 32], text: vec![3; 40] }),
            created: UnixTime(5),
        };
        let answer = answer.armored(None);
        let entry = LedgerEntry {
            at: UnixTime(5),
            request: digest,
            granted: true,
            approver: 0,
            requester: Some("/CN=Zoë"),
            grant: Some(Grant {
                issuer: "pool.test",
                key_id: "POOL",
                token_id: "00",
                identity: "bob@pool.test",
                authz: "READ",
                expires: None,
            }),
            answer: &answer,
        };
        let line = entry.line();
        let ledger = Ledger::read(line.as_bytes());
        assert_eq!(ledger.decided(digest).unwrap().answer, answer.as_bytes());
        assert!(ledger.decided(Digest([8; 32])).is_none());
        for length in 1..line.len() {
            let cut = Ledger::read(&line.as_bytes()[..length]);
            assert_eq!((cut.records.len(), cut.damaged.len()), (0, 1), "{length}");
        }
        // A decision or a digest that is not the answer's was changed.
        for (from, to) in [("granted", "denied"), ("0909", "0908")] {
            let changed = Ledger::read(line.replacen(from, to, 1).as_bytes());
            assert_eq!((changed.records.len(), changed.damaged), (0, vec![1]), "{to}");
        }
        // The 121st bit is not of the id.
        let mut other = digest;
        other.0[15] ^= 0x80;
        assert!(ledger.other(digest).is_none());
        assert_eq!(ledger.other(other).unwrap().request, digest);
        other.0[14] ^= 1;
        assert!(ledger.other(other).is_none());
    }
}
