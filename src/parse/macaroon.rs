//! Macaroons: bearer tokens that dCache and XRootD make (Birgisson et al., NDSS 2014; the two
//! formats of libmacaroons).

use std::fmt;

use crate::text::base64;
use crate::text::time::UnixTime;

/// A macaroon without its signature. Only the service that made it can verify that.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Macaroon {
    /// The service that made it, by its own name.
    pub location: String,
    /// The conditions under which it is valid, in order: `activity:LIST`, `path:/data`.
    pub caveats: Vec<String>,
}

/// Why something that begins like a macaroon is not one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MacaroonError {
    /// A field is longer than the text, or its length is not a number.
    Cut,
    /// There is no signature of 32 bytes at the end.
    Unsigned,
}

impl fmt::Display for MacaroonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut => "a field is cut off",
            Self::Unsigned => "it does not end with a signature",
        })
    }
}

/// HMAC-SHA-256.
const SIGNATURE_BYTES: usize = 32;

/// A field: its name and its value.
type Field<'a> = (&'a [u8], &'a [u8]);

impl Macaroon {
    /// Reads base64 of either alphabet, without white space around it. None if it does not begin
    /// like a macaroon.
    ///
    /// # Errors
    ///
    /// It begins like a macaroon, but is not one.
    pub fn parse(text: &[u8]) -> Option<Result<Self, MacaroonError>> {
        // A macaroon that is cut off at any character is still recognised.
        let shorter = || base64::decode_either(text.split_last()?.1);
        let bytes = base64::decode_either(text).or_else(shorter)?;
        let fields = match bytes.as_slice() {
            [b'0', b'0', ..]
                if bytes.get(4..).is_some_and(|rest| rest.starts_with(b"location ")) =>
            {
                packets(&bytes)
            }
            // Version 2. The first field is the location or, without one, the identifier.
            [2, 1 | 2, rest @ ..] if !rest.is_empty() => binary(&bytes),
            _ => return None,
        };
        Some(fields.and_then(|fields| Self::of(&fields)))
    }

    fn of(fields: &[Field<'_>]) -> Result<Self, MacaroonError> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let Some((&(b"signature", signature), fields)) = fields.split_last() else {
            return Err(MacaroonError::Unsigned);
        };
        if signature.len() != SIGNATURE_BYTES {
            return Err(MacaroonError::Unsigned);
        }
        let location = fields.iter().find(|(name, _)| *name == b"location");
        let caveats = fields.iter().filter(|(name, _)| *name == b"cid");
        Ok(Self {
            location: location.map(|(_, value)| text(value)).unwrap_or_default(),
            caveats: caveats.map(|(_, value)| text(value)).collect(),
        })
    }

    /// The first second at which it is no longer valid: the earliest `before:` caveat.
    ///
    /// # Errors
    ///
    /// The caveat whose time cannot be parsed.
    pub fn end(&self) -> Result<Option<UnixTime>, &str> {
        let mut end = None;
        for text in self.values("before") {
            // An instant, not a duration from now.
            let at = UnixTime::parse(text, UnixTime(0)).ok().filter(|_| text.contains('T'));
            let at = at.ok_or(text)?;
            end = Some(end.map_or(at, |other: UnixTime| other.min(at)));
        }
        Ok(end)
    }

    /// The values of its caveats `NAME:`, in order. All of them must hold.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let value =
            move |caveat: &'_ String| caveat.split_once(':').is_some_and(|(n, _)| n == name);
        let caveats = self.caveats.iter().filter(move |caveat| value(caveat));
        caveats.filter_map(|caveat| caveat.split_once(':')).map(|(_, value)| value)
    }
}

/// Version 1: `LLLLname value\n`. LLLL is the length of all that, in hexadecimal.
fn packets(mut bytes: &[u8]) -> Result<Vec<Field<'_>>, MacaroonError> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let digits = bytes.get(..4).and_then(|digits| std::str::from_utf8(digits).ok());
        let length = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let length = length.filter(|length| *length > 4).ok_or(MacaroonError::Cut)?;
        let packet = bytes.get(4..length).ok_or(MacaroonError::Cut)?;
        let packet = packet.strip_suffix(b"\n").ok_or(MacaroonError::Cut)?;
        let blank = packet.iter().position(|byte| *byte == b' ').ok_or(MacaroonError::Cut)?;
        let (name, value) = packet.split_at(blank);
        fields.push((name, value.get(1..).unwrap_or_default()));
        bytes = bytes.get(length..).unwrap_or_default();
    }
    Ok(fields)
}

/// Version 2: type, length and value. A zero ends each caveat, two zeros end all.
fn binary(bytes: &[u8]) -> Result<Vec<Field<'_>>, MacaroonError> {
    let mut rest = bytes.get(1..).unwrap_or_default();
    let (mut fields, mut in_caveats) = (Vec::new(), false);
    while let Some((kind, behind)) = rest.split_first() {
        rest = behind;
        if *kind == 0 {
            in_caveats = true;
            continue;
        }
        let length = varint(&mut rest).ok_or(MacaroonError::Cut)?;
        let value = rest.get(..length).ok_or(MacaroonError::Cut)?;
        rest = rest.get(length..).unwrap_or_default();
        let name: &[u8] = match (kind, in_caveats) {
            (1, false) => b"location",
            (2, true) => b"cid",
            (6, _) => b"signature",
            _ => b"",
        };
        fields.push((name, value));
    }
    Ok(fields)
}

/// A length in groups of seven bits, the lowest group first.
fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0_usize;
    for shift in [0, 7, 14, 21] {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::base64::{encode, encode_url};

    fn packet(name: &str, value: &[u8]) -> Vec<u8> {
        let length = 4 + name.len() + 1 + value.len() + 1;
        [format!("{length:04x}{name} ").as_bytes(), value, b"\n"].concat()
    }

    fn first(caveats: &[&str]) -> Vec<u8> {
        let mut bytes = packet("location", b"se.test");
        bytes.extend(packet("identifier", b"id"));
        caveats.iter().for_each(|caveat| bytes.extend(packet("cid", caveat.as_bytes())));
        bytes.extend(packet("signature", &[b'\n'; 32]));
        bytes
    }

    fn second(caveats: &[&str]) -> Vec<u8> {
        let field =
            |kind: u8, value: &[u8]| [&[kind, u8::try_from(value.len()).unwrap()], value].concat();
        let mut bytes = vec![2];
        bytes.extend([field(1, b"se.test"), field(2, b"id"), vec![0]].concat());
        for caveat in caveats {
            bytes.extend([field(2, caveat.as_bytes()), vec![0]].concat());
        }
        bytes.push(0);
        bytes.extend(field(6, &[0; 32]));
        bytes
    }

    #[test]
    fn either_form_in_either_alphabet() {
        let caveats = ["activity:LIST,DOWNLOAD", "path:/a:b", "before:2026-11-30T06:00:00.5Z"];
        for bytes in [first(&caveats), second(&caveats)] {
            for text in [encode(&bytes), encode_url(&bytes)] {
                let read = Macaroon::parse(text.as_bytes()).unwrap().unwrap();
                assert_eq!(read.location, "se.test");
                assert_eq!(read.caveats, caveats);
                assert_eq!(read.values("path").collect::<Vec<_>>(), ["/a:b"]);
                assert_eq!(read.end(), Ok(Some(UnixTime(1_796_018_400))));
            }
        }
    }

    #[test]
    fn the_earliest_end_counts() {
        let end = |caveats: &[&str]| {
            let text = encode_url(&first(caveats));
            let read = Macaroon::parse(text.as_bytes()).unwrap().unwrap();
            read.end().map_err(str::to_owned)
        };
        let (early, late) = ("before:2026-01-01T00:00:00Z", "before:2027-01-01T00:00:00Z");
        assert_eq!(end(&[late, early, late]), Ok(Some(UnixTime(1_767_225_600))));
        assert_eq!(end(&["path:/"]), Ok(None));
        assert_eq!(end(&[early, "before:+1h"]), Err("+1h".to_owned()));
        assert_eq!(end(&["before:soon"]), Err("soon".to_owned()));
    }

    #[test]
    fn cut_at_any_byte() {
        for bytes in [first(&["path:/"]), second(&["path:/"])] {
            let whole = encode_url(&bytes);
            for length in 20..whole.len() {
                let read = Macaroon::parse(&whole.as_bytes()[..length]);
                assert!(read.is_some_and(|read| read.is_err()), "{length}");
            }
        }
        for other in ["", "MDAx", "d0e2a1f4c9b84c7d", "zteos64:MDAx", "a.b.c", "AgA"] {
            assert!(Macaroon::parse(other.as_bytes()).is_none(), "{other}");
        }
    }
}
