//! The content of a file (or inline value): certificates, keys, other blocks, damaged blocks.

use std::fmt;
use std::sync::Arc;

use crate::parse::cert::{CertError, Certificate};
use crate::parse::key::{KeyError, LockedKey};
use crate::parse::pem::{Block, Damage, DamageKind, Quirk};
use crate::parse::shape::{Meaning, Shape};
use crate::parse::{key, pem, shape};

/// Everything found in one input, in file order.
#[derive(Default)]
pub struct Contents {
    /// Certificate blocks.
    pub certificates: Vec<Slot<Arc<Certificate>, CertError>>,
    /// Private key blocks.
    pub keys: Vec<Slot<LockedKey, KeyError>>,
    /// Blocks of other labels.
    pub others: Vec<Other>,
    /// Blocks whose content does not fit their label.
    pub mislabelled: Vec<Mislabelled>,
    /// Blocks that cannot be decoded.
    pub damage: Vec<Damage>,
    /// Oddities with which the file can still be read.
    pub quirks: Vec<Quirk>,
    /// What the input is, if it is not PEM with a certificate or key.
    pub shape: Option<Shape>,
    /// Whether the certificates and keys were read from a repaired copy. Tools do not find them in
    /// the input itself.
    pub mended: bool,
}

/// A block, and its parsed content.
pub struct Slot<T, E> {
    /// Number of the block in the input, from 1.
    pub block: usize,
    /// Line of `BEGIN`, from 1. 0 for DER.
    pub line: usize,
    /// The content, or why it cannot be parsed.
    pub parsed: Result<T, E>,
}

/// A block that is neither certificate nor private key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Other {
    /// Its label.
    pub label: String,
    /// Line of `BEGIN`.
    pub line: usize,
    /// The kind of content by the label.
    pub meaning: Meaning,
}

/// A block with the label of a certificate or private key, and other content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mislabelled {
    /// Its label.
    pub label: String,
    /// Number of the block in the input, from 1.
    pub block: usize,
    /// Line of `BEGIN`.
    pub line: usize,
    /// What the content is.
    pub shape: Shape,
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (certificates, keys) = (self.certificates.len(), self.keys.len());
        write!(f, "Contents({certificates} certificates, {keys} keys, {:?})", self.damage)
    }
}

impl Contents {
    /// Reads `bytes` as they are. If nothing useful is found, reads a repaired copy, or DER.
    pub fn read(bytes: &[u8]) -> Self {
        let mut contents = Self::scan(bytes);
        if contents.is_usable() && !contents.is_damaged() {
            return contents;
        }
        if !contents.is_usable() {
            contents.shape = Some(shape::recognise(bytes));
        }
        let copy = pem::repair(bytes).map(|text| Self::scan(&text));
        if let Some(copy) = copy.filter(|copy| copy.is_usable() && !copy.is_damaged()) {
            let (damage, shape, quirks) = (contents.damage, contents.shape, contents.quirks);
            return Self { damage, shape, quirks, mended: true, ..copy };
        }
        contents.read_der(bytes);
        contents
    }

    /// The same for a text that follows this number of blocks and lines.
    #[must_use]
    pub fn behind(mut self, blocks: usize, lines: usize) -> Self {
        let places = self.certificates.iter_mut().map(|slot| (&mut slot.block, &mut slot.line));
        let places =
            places.chain(self.keys.iter_mut().map(|slot| (&mut slot.block, &mut slot.line)));
        let others = self.mislabelled.iter_mut().map(|other| (&mut other.block, &mut other.line));
        for (block, line) in places.chain(others) {
            *block += blocks;
            *line += lines;
        }
        self.others.iter_mut().for_each(|other| other.line += lines);
        for damage in &mut self.damage {
            damage.line += lines;
            damage.at += lines;
        }
        self.quirks.iter_mut().for_each(|quirk| *quirk.line_mut() += lines);
        self
    }

    /// The certificates that can be parsed, in the order of the file.
    pub fn readable(
        &self,
    ) -> impl Iterator<Item = (&Slot<Arc<Certificate>, CertError>, &Arc<Certificate>)> {
        self.certificates.iter().filter_map(|slot| Some((slot, slot.parsed.as_ref().ok()?)))
    }

    /// The certificate in question: that of the first block, if it can be parsed.
    pub fn first(&self) -> Option<&Arc<Certificate>> {
        self.certificates.first()?.parsed.as_ref().ok()
    }

    /// Whether there is a private key, even if it cannot be parsed.
    pub fn holds_key(&self) -> bool {
        let labelled = |damage: &Damage| damage.label.ends_with("PRIVATE KEY");
        let of_ssh = |other: &Other| other.meaning == Meaning::OpenSsh;
        !self.keys.is_empty() || self.damage.iter().any(labelled) || self.others.iter().any(of_ssh)
    }

    /// Whether tools find a certificate or key in the input without repair.
    pub fn is_read_as_it_is(&self) -> bool {
        self.is_usable() && !self.mended
    }

    /// Whether a block begins after the one at line `block` and before `line`.
    pub fn is_behind(&self, block: usize, line: usize) -> bool {
        let lines = self.certificates.iter().map(|slot| slot.line);
        let lines = lines.chain(self.keys.iter().map(|slot| slot.line));
        let lines = lines.chain(self.others.iter().map(|other| other.line));
        let mut lines = lines.chain(self.damage.iter().map(|damage| damage.line));
        lines.any(|begin| block < begin && begin <= line)
    }

    fn is_usable(&self) -> bool {
        !self.certificates.is_empty() || !self.keys.is_empty()
    }

    fn is_damaged(&self) -> bool {
        // An END line without BEGIN is plain text for every reader.
        let real = |damage: &&Damage| damage.kind != DamageKind::EndWithoutBegin;
        let mut real = self.damage.iter().filter(real);
        real.any(|damage| !self.is_past_use(damage))
            || self.quirks.iter().any(|q| matches!(q, Quirk::BareCarriageReturns(_)))
    }

    /// Whether the part that tools use comes before the damaged block.
    fn is_past_use(&self, damage: &Damage) -> bool {
        let before = |line: Option<usize>| line.is_some_and(|line| line < damage.line);
        let certificate = before(self.certificates.first().map(|slot| slot.line));
        let key = before(self.keys.first().map(|slot| slot.line));
        match key::is_private_label(&damage.label) {
            true => key,
            false => certificate || key && self.certificates.is_empty(),
        }
    }

    fn scan(bytes: &[u8]) -> Self {
        let pem = pem::scan(bytes);
        let mut contents = Self { quirks: pem.quirks, ..Self::default() };
        for (at, block) in pem.blocks.into_iter().enumerate() {
            match block {
                Ok(block) => contents.take(at + 1, &block),
                Err(damage) => contents.damage.push(damage),
            }
        }
        contents
    }

    fn take(&mut self, number: usize, block: &Block) {
        let line = block.line;
        match shape::meaning(&block.label) {
            certificate @ (Meaning::Certificate | Meaning::TrustedCertificate) => {
                let parse = match certificate {
                    Meaning::Certificate => Certificate::parse,
                    _ => Certificate::parse_trusted,
                };
                let known = |quirk: &Quirk| matches!(quirk, Quirk::Headers(_));
                if !block.headers.is_empty() && !self.quirks.iter().any(known) {
                    self.quirks.push(Quirk::Headers(line + 1));
                }
                let parsed = parse(&block.bytes).map(Arc::new);
                self.note_content(number, block, parsed.is_err());
                self.certificates.push(Slot { block: number, line, parsed });
            }
            _ if key::is_private_label(&block.label) => {
                let parsed = key::parse(block);
                let malformed = matches!(parsed, Err(KeyError::Malformed(_)));
                self.note_content(number, block, malformed && block.headers.is_empty());
                self.keys.push(Slot { block: number, line, parsed });
            }
            meaning => {
                self.note_content(number, block, true);
                self.others.push(Other { label: block.label.clone(), line, meaning });
            }
        }
    }

    /// Checks the content of a block that does not fit its label.
    fn note_content(&mut self, number: usize, block: &Block, is_other: bool) {
        if !is_other || self.mislabelled.len() == MAX_MISLABELLED {
            return;
        }
        let shape = shape::recognise(&block.bytes);
        let labelled = shape::meaning(&block.label);
        let known = match &shape {
            Shape::Binary | Shape::DerTruncated { .. } | Shape::Text => false,
            Shape::DerCertificateRequest => labelled != Meaning::Request,
            Shape::DerCrl => labelled != Meaning::Crl,
            // Diffie-Hellman parameters look like an RSA key.
            Shape::DerPublicKey => !matches!(labelled, Meaning::Other | Meaning::PublicKey),
            Shape::OpenSshPrivateKey => labelled != Meaning::OpenSsh,
            Shape::Pkcs7 => labelled != Meaning::Pkcs7,
            Shape::DerCertificate => !block.label.ends_with("CERTIFICATE"),
            // It is damaged, unless it is a key of another form under its own label.
            Shape::DerPrivateKey(_) | Shape::DerEncryptedKey => {
                !key::is_private_label(&block.label) || key::parse_der(&block.bytes).is_ok()
            }
            _ => true,
        };
        if known {
            let (label, line) = (block.label.clone(), block.line);
            self.mislabelled.push(Mislabelled { label, block: number, line, shape });
        }
    }

    fn read_der(&mut self, bytes: &[u8]) {
        match self.shape {
            Some(Shape::DerCertificate) => {
                let parsed = Certificate::parse(bytes).map(Arc::new);
                self.certificates.push(Slot { block: 1, line: 0, parsed });
                self.mended = true;
            }
            Some(Shape::DerPrivateKey(_)) => {
                let parsed = key::parse_der(bytes);
                self.keys.push(Slot { block: 1, line: 0, parsed });
                self.mended = true;
            }
            _ => {}
        }
    }
}

/// Most blocks whose content is checked. Hostile files have a hundred thousand.
const MAX_MISLABELLED: usize = 16;
