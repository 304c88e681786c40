//! A file of revocation lists: PEM with any number, or one in DER.

use crate::parse::crl::list::Crl;
use crate::parse::shape::{Meaning, Shape};
use crate::parse::{pem, shape};

/// One list of a file, or what is in its place.
#[derive(Debug)]
pub struct Input {
    /// The PEM block, counted from 1; 1 for DER.
    pub block: usize,
    /// The list, or what is there instead, as a phrase after "it is".
    pub parsed: Result<Crl, String>,
    /// Whether the file is DER, which not all tools read.
    pub der: bool,
}

/// All lists in `bytes`. At the end there is only one copy of the bytes, in the list.
///
/// Never empty: if the file has no list, the result says what it is.
pub fn read(mut bytes: Vec<u8>) -> Vec<Input> {
    let one = |parsed, der| vec![Input { block: 1, parsed, der }];
    let parse = |bytes| Crl::parse(bytes).map_err(|error| format!("damaged: {error}"));
    if is_der(&bytes) {
        return match shape::recognise(&bytes) {
            Shape::DerCrl => one(parse(bytes), true),
            other => one(Err(format!("{other}, not a CRL")), true),
        };
    }
    if pem::unwrap(&mut bytes, LABELS) {
        return one(parse(bytes), false);
    }
    let mut found = blocks(&bytes);
    if found.is_empty() {
        let what = match shape::recognise(&bytes) {
            bare @ (Shape::Empty | Shape::OnlyBlanks | Shape::OnlyNuls) => bare.to_string(),
            other => format!("{other}, not a CRL"),
        };
        found = one(Err(what), false);
    }
    found
}

/// The lists in the PEM blocks of `bytes`. If there is none, what is damaged.
pub fn blocks(bytes: &[u8]) -> Vec<Input> {
    let is_list = |label: &str| shape::meaning(label) == Meaning::Crl;
    let mut found = Vec::new();
    let pem::Pem { blocks, quirks } = pem::scan(bytes);
    let refused = quirks.iter().find(|quirk| quirk.is_refused());
    for (at, block) in blocks.into_iter().enumerate() {
        let parsed = match block {
            Ok(block) if is_list(&block.label) => {
                let mut block = block;
                // Lists are public, so the bytes need not be wiped.
                let der = std::mem::take(&mut *block.bytes);
                match refused {
                    Some(quirk) => Err(format!("damaged: {quirk}, which OpenSSL refuses")),
                    None => Crl::parse(der).map_err(|error| format!("damaged: {error}")),
                }
            }
            Err(damage) if is_list(&damage.label) => Err(format!("damaged: {damage}")),
            // OpenSSL stops here.
            Err(damage) if damage.kind.stops_reading() => {
                Err(format!("after a damaged block: {damage}"))
            }
            _ => continue,
        };
        found.push(Input { block: at + 1, parsed, der: false });
    }
    found
}

/// How a PEM block begins.
const BEGIN: &[u8] = b"-----BEGIN";

/// Whether a file with this beginning may contain a list: DER, text, or a PEM block.
pub fn may_begin(head: &[u8]) -> bool {
    is_der(head) || !head.contains(&0) || head.windows(BEGIN.len()).any(|at| at == BEGIN)
}

/// Whether the file begins like a DER value with a long length, and not like text.
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x81..=0x84, ..])
}

/// PEM labels of a list, the usual one first.
const LABELS: &[&str] = &["X509 CRL", "CRL"];
