//! What is known beside VOMS attributes when they are judged.

use std::path::Path;

use crate::chain::Question;
use crate::parse::cert::Certificate;
use crate::parse::voms::AttributeCertificate;
use crate::report::Place;
use crate::text::shell;

/// What is known beside VOMS attributes when they are judged.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The attribute certificate.
    pub ac: &'a AttributeCertificate,
    /// The certificate of the holder.
    pub holder: &'a Certificate,
    /// The path of the LSC file.
    pub lsc: &'a Path,
    /// Names of the VO's LSC files that exist. `None` if the VO has no directory.
    pub others: Option<&'a [String]>,
    /// What was asked.
    pub question: &'a Question<'a>,
    /// The CA directory or file, as a person names it.
    pub trust: &'a str,
    /// Whether CAs are found by hash there.
    pub by_hash: bool,
    /// The place of the proxy.
    pub place: &'a Place,
}

/// How to get new attributes.
pub(super) fn renew(vo: &str) -> String {
    format!("make a new proxy: voms-proxy-init --voms {}", shell::quote(vo))
}
