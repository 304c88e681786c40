//! Reads the blocks of a bundle one by one, so that any number fits: PEM, PKCS#7, lines of base64,
//! tokens.

use std::collections::VecDeque;
use std::io;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::load::pipe::Pipe;
use crate::load::{LoadError, MAX_FILE_BYTES, facts, open, why};
use crate::parse::cert::Certificate;
use crate::parse::shape::{Meaning, Shape};
use crate::parse::{jws, key, pem, pkcs7, shape};
use crate::source::candidate::{Candidate, Location};
use crate::source::{FileFacts, Origin, Part, Source, is_descriptor};
use crate::text::base64;

/// Most bytes of a block, or of a line outside of blocks.
const MAX_BLOCK: usize = 1 << 20;

/// Number of blocks before and after a certificate in which its issuers are searched.
const MAX_NEAR: usize = 10;

/// Bytes that are read at once.
const BUFFER: usize = 64 << 10;

/// Each block of an input, with issuers near it. If the input has no blocks, the input itself.
pub struct Blocks {
    origin: Origin,
    facts: Option<FileFacts>,
    input: Box<dyn BufRead>,
    /// Lines and blocks that were read so far.
    read: Part,
    /// Certificates before the current block.
    behind: VecDeque<Unit>,
    /// Blocks that were read, but not returned yet.
    ahead: VecDeque<Unit>,
    /// A block whose end was not read yet, and its line.
    begun: Option<(Zeroizing<Vec<u8>>, usize)>,
    /// The input before its first block.
    head: Zeroizing<Vec<u8>>,
    ended: bool,
}

/// One block.
struct Unit {
    part: Part,
    text: Zeroizing<Vec<u8>>,
    content: Content,
}

enum Content {
    Certificate(Arc<Certificate>),
    Key,
    Other,
}

impl Unit {
    fn certificate(&self) -> Option<&Arc<Certificate>> {
        match &self.content {
            Content::Certificate(certificate) => Some(certificate),
            Content::Key | Content::Other => None,
        }
    }
}

impl Blocks {
    /// Opens `candidate`: a file, a pipe or standard input.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn open(candidate: &Candidate) -> Result<Self, LoadError> {
        let Some(path) = candidate.path() else {
            let input = Box::new(BufReader::with_capacity(BUFFER, io::stdin()));
            return match candidate.location {
                Location::Stdin => Ok(Self::of(Origin::Stdin, None, input)),
                _ => Err(LoadError::Value),
            };
        };
        let (file, metadata) = open(path, true)?;
        let origin = Origin::File(path.to_path_buf());
        let (facts, input): (_, Box<dyn BufRead>) = match metadata.is_file() {
            true => {
                let facts = (!is_descriptor(path)).then(|| facts(path, &metadata));
                (facts, Box::new(BufReader::with_capacity(BUFFER, file)))
            }
            false => {
                let pipe = Pipe::of(file, metadata.file_type().is_fifo());
                (None, Box::new(BufReader::with_capacity(BUFFER, pipe)))
            }
        };
        Ok(Self::of(origin, facts, input))
    }

    fn of(origin: Origin, facts: Option<FileFacts>, input: Box<dyn BufRead>) -> Self {
        Self {
            origin,
            facts,
            input,
            read: Part { block: 0, line: 0 },
            behind: VecDeque::new(),
            ahead: VecDeque::new(),
            begun: None,
            head: Zeroizing::default(),
            ended: false,
        }
    }

    /// Reads until this many blocks are known, or to the end.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while !self.ended && self.ahead.len() < wanted {
            if self.read == (Part { block: 0, line: 0 }) && is_binary(self.input.fill_buf()?) {
                self.ended = true;
                self.binary()?;
                return Ok(());
            }
            self.ended = !self.next_text()?;
        }
        Ok(())
    }

    /// DER has no lines, so all of it is read at once.
    fn binary(&mut self) -> io::Result<()> {
        let mut bytes = Zeroizing::new(Vec::new());
        self.input.by_ref().take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
        match pkcs7::certificates(&bytes) {
            Some(all) => self.certificates(&all, 1),
            None => self.head = bytes,
        }
        Ok(())
    }

    fn certificates(&mut self, all: &[&[u8]], line: usize) {
        for der in all {
            self.read.block += 1;
            let part = Part { block: self.read.block, line };
            let text = Zeroizing::new(pem::encode(CERTIFICATE, der).into_bytes());
            self.ahead.push_back(Unit { part, text, content: content(CERTIFICATE, der) });
        }
    }

    /// Reads the next line. False at the end.
    fn next_text(&mut self) -> io::Result<bool> {
        let Some(line) = self.line()? else {
            // A block without END.
            if let Some((text, first)) = self.begun.take() {
                self.block(text, first);
            }
            return Ok(false);
        };
        let here = self.read.line;
        match self.begun.take() {
            Some((mut text, first)) => {
                let (begins, ends) = (find(&line, BEGIN), find(&line, END));
                if begins.is_some() && ends.is_none() {
                    self.block(text, first);
                    self.begun = Some((line, here));
                    return Ok(true);
                }
                text.extend_from_slice(&line);
                if ends.is_none() && text.len() <= MAX_BLOCK {
                    self.begun = Some((text, first));
                    return Ok(true);
                }
                self.block(text, first);
                // `-----END X----------BEGIN X-----` ends one block and begins the next.
                self.begun = ends.lt(&begins).then_some((line, here));
            }
            None => match (find(&line, BEGIN), find(&line, END)) {
                (None, None) => self.outside(&line, here),
                (Some(begin), end) if end.is_none_or(|end| end < begin) => {
                    self.begun = Some((line, here));
                }
                _ => self.block(line, here),
            },
        }
        Ok(true)
    }

    /// The next line. If it is longer than a block may be, it is cut and reading ends.
    fn line(&mut self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut line = Zeroizing::new(Vec::new());
        let limit = u64::try_from(MAX_BLOCK).unwrap_or(u64::MAX);
        let read = self.input.by_ref().take(limit).read_until(b'\n', &mut line)?;
        self.read.line += usize::from(read > 0);
        if read == MAX_BLOCK {
            self.input = Box::new(io::empty());
        }
        Ok((read > 0).then_some(line))
    }

    /// A line between blocks: a certificate in base64, a token, or text, which is skipped.
    fn outside(&mut self, line: &[u8], number: usize) {
        let text = line.trim_ascii();
        if jws::looks_like(text) {
            let text = Zeroizing::new(line.to_vec());
            return self.push(text, Content::Other, number);
        }
        if let Some(der) = (text.len() >= MIN_LINE && text.len() < MAX_BLOCK)
            .then(|| base64::decode(text))
            .flatten()
            .filter(|der| shape::recognise(der) == Shape::DerCertificate)
        {
            return self.certificates(&[&der], number);
        }
        // A line that looks like a certificate must not be skipped silently.
        if text.len() >= MAX_BLOCK || text.len() >= MIN_LINE && text.starts_with(b"MII") {
            return self.push(Zeroizing::new(line.to_vec()), Content::Other, number);
        }
        if self.read.block == 0 && self.head.len() + line.len() <= MAX_BLOCK {
            self.head.extend_from_slice(line);
        }
    }

    /// Reads a block that begins in this line.
    fn block(&mut self, text: Zeroizing<Vec<u8>>, line: usize) {
        let mut blocks = pem::scan(&text).blocks;
        let first = if blocks.is_empty() { None } else { blocks.swap_remove(0).ok() };
        let Some(block) = first else {
            return self.push(text, Content::Other, line);
        };
        if shape::meaning(&block.label) == Meaning::Pkcs7
            && let Some(all) = pkcs7::certificates(&block.bytes)
        {
            return self.certificates(&all, line);
        }
        self.push(text, content(&block.label, &block.bytes), line);
    }

    fn push(&mut self, text: Zeroizing<Vec<u8>>, content: Content, line: usize) {
        self.read.block += 1;
        let part = Part { block: self.read.block, line };
        self.ahead.push_back(Unit { part, text, content });
    }

    /// The next block to judge, followed by its key (if it is a proxy) and by issuers near it.
    fn piece(&mut self) -> io::Result<Option<Source>> {
        let unit = loop {
            self.fill(1)?;
            match self.ahead.pop_front() {
                // A key without a certificate says nothing.
                Some(unit) if matches!(unit.content, Content::Key) => {}
                Some(unit) => break unit,
                None if self.read.block == 0 => {
                    self.read.block = 1;
                    let bytes = std::mem::take(&mut self.head);
                    return Ok(Some(self.source(bytes, None)));
                }
                None => return Ok(None),
            }
        };
        let mut bytes = unit.text.clone();
        if let Some(certificate) = unit.certificate().map(Arc::clone) {
            let is_own = |known: &Arc<Certificate>| known.issuer.same_as(&known.subject);
            if certificate.is_proxy() || !is_own(&certificate) {
                self.fill(MAX_NEAR)?;
            }
            let keys = self.ahead.iter().filter(|_| certificate.is_proxy());
            let keys = keys.take_while(|next| matches!(next.content, Content::Key));
            keys.for_each(|key| bytes.extend_from_slice(&key.text));
            let mut last = certificate;
            for _ in 0..MAX_NEAR {
                let near = self.ahead.iter().chain(&self.behind);
                let issuer = near.filter(|_| !is_own(&last)).find(|near| {
                    near.certificate().is_some_and(|near| near.subject.same_as(&last.issuer))
                });
                let Some(issuer) = issuer else { break };
                bytes.extend_from_slice(&issuer.text);
                last = issuer.certificate().map_or(last, Arc::clone);
            }
            let part = unit.part;
            self.behind.push_front(unit);
            self.behind.truncate(MAX_NEAR);
            return Ok(Some(self.source(bytes, Some(part))));
        }
        Ok(Some(self.source(bytes, Some(unit.part))))
    }

    fn source(&self, bytes: Zeroizing<Vec<u8>>, part: Option<Part>) -> Source {
        let (origin, file) = (self.origin.clone(), self.facts.clone());
        Source { origin, bytes, file, user_files_absent: false, part }
    }
}

/// If the system reports an error while reading, the last element reports it.
impl Iterator for Blocks {
    type Item = Result<Source, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.piece();
        piece
            .map_err(|error| {
                self.ended = true;
                self.ahead.clear();
                self.read.block = self.read.block.max(1);
                let path = self.origin.to_string();
                why(Path::new(&path), &error)
            })
            .transpose()
    }
}

fn content(label: &str, der: &[u8]) -> Content {
    let parse = match shape::meaning(label) {
        Meaning::Certificate => Certificate::parse,
        Meaning::TrustedCertificate => Certificate::parse_trusted,
        Meaning::EcParameters => return Content::Key,
        _ if key::is_private_label(label) => return Content::Key,
        _ => return Content::Other,
    };
    parse(der).map_or(Content::Other, |certificate| Content::Certificate(Arc::new(certificate)))
}

/// Index of a mark, with any dashes around it.
fn find(line: &[u8], mark: &[u8]) -> Option<usize> {
    let is_mark = |at: &usize| {
        let rest = line.get(at + mark.len()..).unwrap_or_default();
        let dashes = line.get(..*at).is_some_and(|before| before.ends_with(b"-----"));
        dashes || rest.starts_with(CERTIFICATE.as_bytes())
    };
    let starts = line.windows(mark.len()).enumerate().filter(|(_, at)| *at == mark);
    starts.map(|(at, _)| at).find(is_mark)
}

/// Whether it is not text, but DER or UTF-16.
fn is_binary(head: &[u8]) -> bool {
    matches!(head, [0x30, 0x80..=0x84, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || head.get(..2).is_some_and(|head| head.contains(&0))
}

const BEGIN: &[u8] = b"BEGIN ";
const END: &[u8] = b"END ";
const CERTIFICATE: &str = "CERTIFICATE";

/// Every certificate in base64 is longer than this.
const MIN_LINE: usize = 128;
