//! The blocks that OpenSSL reads, as it reads them (`PEM_read_bio_ex`, crypto/pem/pem_lib.c of
//! OpenSSL 3; `BIO_gets` of a file; `EVP_DecodeUpdate`, crypto/evp/encode.c).

use std::ops::Range;

use zeroize::Zeroizing;

use crate::parse::pem::mark::BOM;
use crate::text::base64::Alphabet;

/// The result of OpenSSL for the text after one `BEGIN` line.
pub(super) struct Attempt {
    /// The text between `BEGIN` and the dashes.
    pub(super) label: Vec<u8>,
    /// From the `BEGIN` line to behind the line where it stopped.
    pub(super) span: Range<usize>,
    /// Lines before the first blank one, and the decoded body.
    pub(super) read: Option<(Vec<u8>, Zeroizing<Vec<u8>>)>,
    /// Whether nothing about it is odd.
    pub(super) clean: bool,
}

/// Every block that OpenSSL begins to read, in order.
pub(super) fn read(text: &[u8]) -> Vec<Attempt> {
    let mut lines = Chunks { text, at: 0 };
    let mut found = Vec::new();
    while let Some((start, label)) = begin(&mut lines) {
        let read = body(&mut lines, &label).and_then(|(header, base64)| {
            // For these labels OpenSSL parses the header (`PEM_get_EVP_CIPHER_INFO`), which may be
            // base64 before a blank line. For a certificate this is decided later.
            let named = header.split(|byte| *byte == b'\n').next()?.contains(&b':');
            let loaded = label.ends_with(b"KEY") || label.ends_with(b"CRL");
            let is_known = header.starts_with(b"Proc-Type:") || named && !loaded;
            let bytes = decode(&base64)?;
            // OpenSSL reads and ignores these: no known label has small letters.
            let is_label = !label.iter().any(u8::is_ascii_lowercase);
            (is_label && (header.is_empty() || is_known)).then_some((header, bytes))
        });
        let span = start..lines.at;
        let clean = text.get(span.clone()).is_some_and(is_clean);
        found.push(Attempt { label, span, read, clean });
    }
    found
}

/// The next `BEGIN` line: its offset and its label.
fn begin(lines: &mut Chunks<'_>) -> Option<(usize, Vec<u8>)> {
    let mut first = true;
    loop {
        let start = lines.at;
        let mut line = lines.next()?;
        if std::mem::take(&mut first) && line.len() > BOM.len() {
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        let line = without_end(line);
        let label = line.strip_prefix(b"-----BEGIN ").and_then(|rest| rest.strip_suffix(b"-----"));
        if let Some(label) = label {
            return Some((start, label.to_vec()));
        }
    }
}

/// Whether the lines are printable ASCII, end with LF or CR LF, and none of a body has a blank.
fn is_clean(block: &[u8]) -> bool {
    block.split(|byte| *byte == b'\n').all(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.starts_with(b"-----") && line.iter().all(|byte| matches!(byte, b' '..=b'~'))
            || line.iter().all(u8::is_ascii_graphic)
    })
}

/// The lines before the first blank one, if there is one, and the other lines up to the `END` with
/// `label`. `None` if OpenSSL reports "bad end line".
fn body(lines: &mut Chunks<'_>, label: &[u8]) -> Option<(Vec<u8>, Zeroizing<Vec<u8>>)> {
    let (mut header, mut data) = (None, Zeroizing::new(Vec::new()));
    let (mut in_header, mut ended, mut partial) = (false, false, false);
    loop {
        let line = lines.next()?;
        let was_partial =
            std::mem::replace(&mut partial, line.len() == LINE - 1 && !line.ends_with(b"\n"));
        in_header |= header.is_none() && line.contains(&b':');
        let line = without_end(line);
        if line.is_empty() {
            if !was_partial {
                if header.is_some() {
                    return None;
                }
                header = Some(std::mem::take(&mut *data));
            }
            continue;
        }
        if let Some(rest) = line.strip_prefix(b"-----END ") {
            let closes = rest.strip_prefix(label) == Some(b"-----");
            let without_data = in_header && header.is_none();
            return (closes && !without_data).then(|| (header.unwrap_or_default(), data));
        }
        if ended || header.is_some() && line.len() > 64 {
            return None;
        }
        data.extend_from_slice(line);
        data.push(b'\n');
        ended = header.is_some() && line.len() < 64;
    }
}

/// `EVP_DecodeUpdate` and `EVP_DecodeFinal`.
fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3));
    let (mut group, mut held, mut padding) = (0_u32, 0, 0_usize);
    for &byte in text {
        let value = match (byte, Alphabet::Standard.sextet(byte)) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => continue,
            // OpenSSL stops here, and does not report what is lost up to the END.
            (b'-', _) => return None,
            (b'=', _) if padding == 2 => return None,
            (b'=', _) => {
                padding += 1;
                0
            }
            (_, Some(_)) if padding > 0 => return None,
            (_, value) => u32::from(value?),
        };
        (group, held) = (group << 6 | value, held + 1);
        if held == 4 {
            let [_, bytes @ ..] = group.to_be_bytes();
            out.extend_from_slice(&bytes);
            (group, held) = (0, 0);
        }
    }
    let length = out.len().saturating_sub(padding);
    out.truncate(length);
    (held == 0 && !out.is_empty()).then_some(out)
}

/// The line without what OpenSSL removes (`sanitize_line`): up to the last byte above a blank.
/// Bytes from 0x80 on count as below it, because `char` is signed (on x86-64, not on ARM).
fn without_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| matches!(byte, b'!'..=0x7f)).map_or(0, |at| at + 1);
    line.get(..end).unwrap_or_default()
}

/// Size of OpenSSL's line buffer, with the NUL.
const LINE: usize = 255;

/// A text as `fgets` and `strlen` read it: lines with their ends, long ones in pieces, each up to
/// its first NUL. A piece that begins with a NUL is the end.
struct Chunks<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.text.get(self.at..)?;
        let most = rest.get(..LINE - 1).unwrap_or(rest);
        let length = most.iter().position(|byte| *byte == b'\n').map_or(most.len(), |at| at + 1);
        self.at += length;
        let line = most.get(..length)?;
        let line = line.split(|byte| *byte == 0).next()?;
        (!line.is_empty()).then_some(line)
    }
}
