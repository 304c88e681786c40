//! The entries of a list (RFC 5280 §5.1.2.6, §5.3), read in one pass.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::parse::asn1::list::ENTRY_EXTENSIONS;
use crate::parse::asn1::time::instant;
use crate::parse::crl::extension::list;
use crate::parse::crl::list::Crl;
use crate::parse::crl::point::directory_names;
use crate::parse::der::{Reader, only};
use crate::parse::name::Name;
use crate::parse::{asn1, der};
use crate::text::time::UnixTime;

/// What a list says about a certificate that it names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// When it was revoked, if this can be parsed.
    pub at: Option<UnixTime>,
    /// The reason, if there is one.
    pub reason: Option<Reason>,
    /// Since when the key may be compromised, if the list says so.
    pub invalid_since: Option<UnixTime>,
}

/// CRLReason.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reason(pub u8);

impl Reason {
    /// Revoked for a while. Only this revocation may be lifted.
    pub const CERTIFICATE_HOLD: Self = Self(6);
    /// No longer revoked. Only a delta list says so.
    pub const REMOVE_FROM_CRL: Self = Self(8);

    /// Whether RFC 5280 §5.3.1 has the number.
    pub fn is_known(self) -> bool {
        self.0 <= 10 && self.0 != 7
    }

    /// The name in RFC 5280 §5.3.1. An unknown number is named as such.
    pub fn name(self) -> &'static str {
        let names = [
            "unspecified",
            "keyCompromise",
            "cACompromise",
            "affiliationChanged",
            "superseded",
            "cessationOfOperation",
            "certificateHold",
            "an unknown reason",
            "removeFromCRL",
            "privilegeWithdrawn",
            "aACompromise",
        ];
        names.get(usize::from(self.0)).copied().unwrap_or("an unknown reason")
    }
}

/// Why the entries of a list cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The entry at this offset is malformed.
    Malformed(usize),
    /// The serial number at this offset is empty, or not in the shortest form.
    MalformedSerial(usize),
    /// An entry is for a certificate of another issuer (certificateIssuer), but the list does not
    /// say that it is indirect.
    OtherIssuer,
    /// An entry has a critical extension that certok does not know: dotted OID.
    UnknownCritical(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(at) => write!(f, "the entry at byte {at} is malformed"),
            Self::MalformedSerial(at) => write!(
                f,
                "the serial number in the entry at byte {at} has superfluous bytes in front or \
                 none at all, and OpenSSL does not load such a list"
            ),
            Self::OtherIssuer => f.write_str(
                "it names certificates of other issuers, and does not say that it is indirect",
            ),
            Self::UnknownCritical(oid) => {
                write!(f, "an entry has the unknown critical extension {oid}")
            }
        }
    }
}

impl Crl {
    /// The entry for the certificate of the list's own issuer with this serial number (content of
    /// the INTEGER). None if there is none.
    ///
    /// # Errors
    ///
    /// As [`Crl::find_issued_by`].
    pub fn find(&self, serial: &[u8]) -> Result<Option<Revocation>, Fault> {
        self.find_issued_by(&self.issuer, serial)
    }

    /// The entry for the certificate of `issuer` with this serial number.
    ///
    /// Reads every entry, even after it was found: a list that cannot be understood completely must
    /// not be used (RFC 5280 §5.3). Linear, without an index.
    ///
    /// # Errors
    ///
    /// The first entry that cannot be understood.
    pub fn find_issued_by(
        &self,
        issuer: &Name,
        serial: &[u8],
    ) -> Result<Option<Revocation>, Fault> {
        let mut same_issuer = self.issuer.same_as(issuer);
        let mut found = None;
        self.walk(|_, entry, issuers| {
            if let Some(issuers) = issuers {
                same_issuer = issuers.iter().any(|name| name.same_as(issuer));
            }
            if entry.serial == serial && same_issuer {
                found = Some(decided(found, entry));
            }
        })?;
        Ok(found)
    }

    /// An index of the serial numbers, for many lookups. 16 bytes per entry.
    ///
    /// # Errors
    ///
    /// As [`Crl::find_issued_by`].
    pub fn index(&self) -> Result<Index, Fault> {
        let (mut rows, mut issuers) = (Vec::new(), Vec::new());
        self.walk(|at, entry, names| {
            rows.push((hashed(entry.serial), at));
            issuers.extend(names.map(|names| (at, names)));
        })?;
        rows.sort_unstable();
        Ok(Index { rows, issuers })
    }

    /// The same as [`Crl::find_issued_by`], with the index of this list.
    pub fn find_in(&self, index: &Index, issuer: &Name, serial: &[u8]) -> Option<Revocation> {
        let hash = hashed(serial);
        let first = index.rows.partition_point(|row| row.0 < hash);
        let rows = index.rows.get(first..).unwrap_or_default();
        let same = rows.iter().take_while(|row| row.0 == hash);
        let same_issuer = |at: usize| match index.issuers_at(at) {
            Some(names) => names.iter().any(|name| name.same_as(issuer)),
            None => self.issuer.same_as(issuer),
        };
        let entries = same.filter_map(|(_, at)| {
            let entry = EncodedEntry::next(&mut Reader::new(self.entries().get(*at..)?))?;
            (entry.serial == serial && same_issuer(*at)).then_some(entry)
        });
        entries.fold(None, |found, entry| Some(decided(found, &entry)))
    }

    /// Calls back for every entry: its offset, and the issuers of it and of those that follow
    /// (certificateIssuer), if it names them (RFC 5280 §5.3.3).
    fn walk(
        &self,
        mut each: impl FnMut(usize, &EncodedEntry<'_>, Option<Vec<Name>>),
    ) -> Result<(), Fault> {
        let indirect = self.extensions.scope.as_ref().is_some_and(|scope| scope.indirect);
        let mut list = Reader::new(self.entries());
        while !list.is_empty() {
            let start = list.at();
            let at = self.entries.start + start;
            let malformed = || Fault::Malformed(at);
            let entry = EncodedEntry::next(&mut list).ok_or_else(malformed)?;
            asn1::integer(entry.serial).map_err(|_| Fault::MalformedSerial(at))?;
            let issuers =
                entry.understood(self.version).map_err(|fault| fault.unwrap_or_else(malformed))?;
            if issuers.is_some() && !indirect {
                return Err(Fault::OtherIssuer);
            }
            each(start, &entry, issuers);
        }
        Ok(())
    }
}

/// The entries of a list, by serial number.
#[derive(Clone, Debug)]
pub struct Index {
    /// Hashes of the numbers, with the offset of the entry.
    rows: Vec<(u64, usize)>,
    /// Offsets from which the entries belong to other issuers, and these issuers.
    issuers: Vec<(usize, Vec<Name>)>,
}

impl Index {
    /// The issuers of the certificate in the entry at `at`, if it is not the issuer of the list.
    fn issuers_at(&self, at: usize) -> Option<&[Name]> {
        let next = self.issuers.partition_point(|(start, _)| *start <= at);
        let (_, names) = self.issuers.get(next.checked_sub(1)?)?;
        Some(names)
    }
}

/// The result of two entries with the same number: the first decides, unless it lifts a revocation.
fn decided(found: Option<Revocation>, entry: &EncodedEntry<'_>) -> Revocation {
    match found {
        Some(found) if found.reason != Some(Reason::REMOVE_FROM_CRL) => found,
        _ => entry.read(),
    }
}

fn hashed(serial: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    serial.hash(&mut hasher);
    hasher.finish()
}

pub(super) struct EncodedEntry<'a> {
    pub(super) serial: &'a [u8],
    /// The element.
    pub(super) when: &'a [u8],
    /// What follows the time in the entry.
    pub(super) extensions: &'a [u8],
}

impl<'a> EncodedEntry<'a> {
    #[inline]
    pub(super) fn next(list: &mut Reader<'a>) -> Option<Self> {
        let mut fields = list.take(der::SEQUENCE)?.reader();
        let serial = fields.take(der::INTEGER)?;
        let when = fields.read()?;
        matches!(when.tag, der::UTC_TIME | der::GENERALIZED_TIME).then_some(Self {
            serial: serial.content,
            when: when.whole,
            extensions: fields.rest(),
        })
    }

    /// The issuers in its extensions, if any; `None` if these are malformed. An error if they
    /// cannot be understood.
    #[inline]
    fn understood(&self, version: u32) -> Result<Option<Vec<Name>>, Option<Fault>> {
        if self.extensions.is_empty() {
            return Ok(None);
        }
        if version == 1 {
            return Err(None);
        }
        // Most entries have only the reason.
        match self.extensions.split_last() {
            Some((_, REASON_ALONE)) => Ok(None),
            _ => self.understood_slowly(),
        }
    }

    #[cold]
    fn understood_slowly(&self) -> Result<Option<Vec<Name>>, Option<Fault>> {
        let mut issuers = None;
        asn1::walk(ENTRY_EXTENSIONS, self.extensions, self.extensions).map_err(|_| None)?;
        for extension in list(self.extensions).map_err(|_| None)? {
            match extension.oid.as_str() {
                CERTIFICATE_ISSUER => {
                    let names = only(extension.value, der::SEQUENCE).and_then(directory_names);
                    issuers = Some(names.filter(|names| !names.is_empty()).ok_or(None)?);
                }
                REASON => {
                    let reason = only(extension.value, der::ENUMERATED).ok_or(None)?;
                    (reason.len() == 1).then_some(()).ok_or(None)?;
                }
                INVALIDITY_DATE => {}
                _ if extension.critical => {
                    return Err(Some(Fault::UnknownCritical(extension.oid)));
                }
                _ => {}
            }
        }
        Ok(issuers)
    }

    fn read(&self) -> Revocation {
        let date = |bytes: &[u8]| {
            let time = Reader::new(bytes).read()?;
            instant(time.tag, time.content).ok()
        };
        let extensions = list(self.extensions).unwrap_or_default();
        let value = |oid: &str| {
            let found = extensions.iter().find(|extension| extension.oid == oid);
            found.map(|extension| extension.value)
        };
        let reason = value(REASON).and_then(|value| only(value, der::ENUMERATED));
        Revocation {
            at: date(self.when),
            reason: reason.and_then(|reason| reason.first().copied()).map(Reason),
            invalid_since: value(INVALIDITY_DATE).and_then(date),
        }
    }
}

/// Extensions with a reason, without its last byte.
pub(super) const REASON_ALONE: &[u8] =
    &[0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01];
pub(super) const REASON: &str = "2.5.29.21";
pub(super) const INVALIDITY_DATE: &str = "2.5.29.24";
pub(super) const CERTIFICATE_ISSUER: &str = "2.5.29.29";
