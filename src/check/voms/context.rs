//! What VOMS attributes are of and were held against.

use std::path::Path;

use crate::chain::Question;
use crate::parse::cert::Certificate;
use crate::parse::voms::AttributeCertificate;
use crate::report::Place;
use crate::text::shell;

/// What the attributes are of and were held against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The attribute certificate.
    pub ac: &'a AttributeCertificate,
    /// The certificate whose holder must be meant.
    pub holder: &'a Certificate,
    /// Where the LSC file is looked for.
    pub lsc: &'a Path,
    /// LSC files of the VO that are there, by name; `None` if the VO has no folder.
    pub others: Option<&'a [String]>,
    /// What was asked.
    pub question: &'a Question<'a>,
    /// The CA directory or file, as a person would name it.
    pub trust: &'a str,
    /// Whether CAs are found there by their hashes.
    pub by_hash: bool,
    /// The proxy.
    pub place: &'a Place,
}

/// How to get new attributes.
pub(super) fn renew(vo: &str) -> String {
    format!("make a new proxy: voms-proxy-init --voms {}", shell::quote(vo))
}
