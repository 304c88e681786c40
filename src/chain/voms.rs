//! VOMS: is an attribute certificate valid for the holder of this proxy?
//!
//! The rules are those of RFC 5755 §5 as VOMS applies them (validate.c and api_util.cc of the C
//! library). Two exceptions: certok has no leeway of five minutes, and does not accept an expired
//! server certificate.

use std::sync::Arc;

use crate::chain::budget::{Budget, address};
use crate::chain::signature::{is_forbidden, names_another};
use crate::chain::{Outcome, PoolCertificate, Purpose, Question, build};
use crate::crypto::verify::{Refusal, verify as verify_signature};
use crate::parse::cert::Certificate;
use crate::parse::lsc::{Difference, Fit, Lsc, LscError};
use crate::parse::voms::{
    AUTHORITY_KEY_ID, AttributeCertificate, CERTIFICATES, GENERIC, Holder, NO_REV_AVAIL, TARGETS,
};
use crate::text::time::{Seconds, UnixTime};

/// `--voms`: how VOMS attributes are used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum VomsMode {
    /// They are not checked.
    Off,
    /// If there are any, they must be valid.
    #[default]
    IfPresent,
    /// They must exist and be valid.
    Require,
}

/// An LSC file, and the result of reading it.
#[derive(Clone, Debug)]
pub enum LscFile {
    /// There is no file.
    Absent,
    /// It cannot be parsed.
    Broken(LscError),
    /// Its content.
    Read(Lsc),
    /// It exists, but cannot be read.
    Unreadable(Unreadable),
}

/// Why a file that exists cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unreadable {
    /// A phrase that does not name the path.
    pub why: String,
    /// Whether permissions of the file or of a directory above it forbid it.
    pub denied: bool,
}

/// What the VOMS server list has about one server of one VO.
#[derive(Clone, Debug)]
pub struct Servers {
    /// `<vomsdir>/<vo>/<host>.lsc`.
    pub lsc: LscFile,
    /// Server certificates in `<vomsdir>/<vo>` and `<vomsdir>`. They were used before LSC files
    /// existed, and still are if there is none.
    pub certificates: Vec<PoolCertificate>,
    /// The limit at which some certificates were not read, if it was reached.
    pub limit: Option<String>,
}

/// What is needed to judge an attribute certificate.
#[derive(Clone, Copy, Debug)]
pub struct AcContext<'a> {
    /// The end entity certificate of the proxy.
    pub holder: &'a Certificate,
    /// What is known of the VOMS server.
    pub servers: &'a Servers,
    /// CA certificates.
    pub pool: &'a [PoolCertificate],
    /// The file with the attribute certificate, as a person names it.
    pub from: &'a str,
    /// The question about the path of the proxy.
    pub question: &'a Question<'a>,
    /// The budget for it.
    pub budget: &'a Budget,
}

/// What is wrong with an attribute certificate.
#[derive(Clone, Debug)]
pub enum VomsFlaw {
    /// The signature algorithms inside and outside of the signed part differ.
    AlgorithmDiffers,
    /// Its algorithm is broken: MD5 or similar.
    AlgorithmForbidden,
    /// The server's key did not make the signature.
    BadSignature,
    /// An extension is critical, and unknown or not allowed to be so: its OID.
    Critical(String),
    /// It ends before it starts.
    NeverValid,
    /// It has expired.
    Expired,
    /// It contains an attribute of another VO: which one.
    Foreign(String),
    /// It names its holder by entityName, which no VOMS library reads.
    HolderByName,
    /// It was issued to another holder.
    HolderDiffers,
    /// It names another issuer than the server's certificate has: the name.
    IssuerDiffers(String),
    /// It names another key than that of the server.
    KeyIdDiffers,
    /// Something was skipped at this limit, which may change the answer.
    Limit(String),
    /// The LSC file cannot be parsed.
    LscBroken(LscError),
    /// The LSC file describes another chain.
    LscDiffers(Difference),
    /// There is neither an LSC file nor an installed certificate of the server.
    LscMissing,
    /// The LSC file cannot be read.
    LscUnreadable(Unreadable),
    /// An extension that VOMS requires is missing: its OID.
    Missing(&'static str),
    /// It has no certificate of the server in it, and none is installed.
    NoCertificate,
    /// It is not yet valid.
    NotYetValid,
    /// It is valid now, but for less time than was asked.
    TooShort,
    /// The server's certificate is not trusted.
    Untrusted(Box<Outcome>),
    /// certok cannot verify the signature: what is missing.
    Unsupported(String),
}

/// How an attribute certificate names its holder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HolderForm {
    /// Serial number and issuer of the certificate, as in RFC 5755.
    Issuer,
    /// Serial number and subject of the certificate, as VOMS servers do.
    Subject,
}

/// The verdict on an attribute certificate.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Everything wrong with it. If this is empty, it is valid.
    pub troubles: Vec<VomsFlaw>,
    /// How the LSC file matches, if it does.
    pub fit: Option<Fit>,
    /// How the holder is named, if the holder is correct.
    pub form: Option<HolderForm>,
    /// The server's certificate, if it was found.
    pub server: Option<PoolCertificate>,
}

impl Verdict {
    /// Whether the attributes can be trusted.
    pub fn verified(&self) -> bool {
        self.troubles.is_empty()
    }
}

/// Judges `ac`.
pub fn verify(ac: &AttributeCertificate, context: AcContext<'_>) -> Verdict {
    let mut verdict = Verdict {
        troubles: Vec::new(),
        fit: None,
        form: holder_form(&ac.holder, context.holder),
        server: None,
    };
    match (&ac.holder, verdict.form) {
        (_, Some(_)) => {}
        (Holder::Entity(_), None) => verdict.troubles.push(VomsFlaw::HolderByName),
        (Holder::Certificate { .. }, None) => verdict.troubles.push(VomsFlaw::HolderDiffers),
    }
    verdict.troubles.extend(time(ac, context.question.at, context.question.need));
    extensions(ac, &mut verdict.troubles);
    let foreign = ac.attributes.fqans.iter().find(|fqan| !fqan.is_of(ac.vo()));
    let foreign = foreign.map(|fqan| VomsFlaw::Foreign(fqan.to_string()));
    verdict.troubles.extend(foreign);
    server(ac, context, &mut verdict);
    verdict
}

/// Judges only the dates, for which no other certificate is needed.
pub fn time(ac: &AttributeCertificate, now: UnixTime, need: Seconds) -> Option<VomsFlaw> {
    let validity = ac.validity;
    if validity.not_after < validity.not_before {
        Some(VomsFlaw::NeverValid)
    } else if now > validity.not_after {
        Some(VomsFlaw::Expired)
    } else if now < validity.not_before {
        Some(VomsFlaw::NotYetValid)
    } else if need > Seconds(0) && validity.remaining(now) < need {
        Some(VomsFlaw::TooShort)
    } else {
        None
    }
}

/// As the C library of VOMS: the serial number, and one of both names.
fn holder_form(holder: &Holder, certificate: &Certificate) -> Option<HolderForm> {
    let Holder::Certificate { name, serial } = holder else {
        return None;
    };
    if *serial != certificate.serial {
        return None;
    }
    if name.same_as(&certificate.subject) {
        return Some(HolderForm::Subject);
    }
    name.same_as(&certificate.issuer).then_some(HolderForm::Issuer)
}

fn extensions(ac: &AttributeCertificate, troubles: &mut Vec<VomsFlaw>) {
    let extensions = &ac.extensions;
    for wanted in [NO_REV_AVAIL, AUTHORITY_KEY_ID] {
        if !extensions.has(wanted) {
            troubles.push(VomsFlaw::Missing(wanted));
        }
    }
    // In RFC 5755 some of the other extensions may be critical. VOMS accepts only targets.
    let critical = extensions.all.iter().filter(|(_, critical)| *critical);
    let refused = critical.filter(|(oid, _)| oid != TARGETS);
    troubles.extend(refused.map(|(oid, _)| VomsFlaw::Critical(oid.clone())));
}

/// Whether certok knows the extension. Then only the critical flag is wrong.
pub fn is_known(oid: &str) -> bool {
    [NO_REV_AVAIL, AUTHORITY_KEY_ID, CERTIFICATES, GENERIC].contains(&oid)
}

/// Finds who signed it, and whether that server is trusted.
fn server(ac: &AttributeCertificate, context: AcContext<'_>, verdict: &mut Verdict) {
    let carried = &ac.extensions.certificates;
    // As in the C library: if there is an LSC file, and certificates to compare it with, the LSC
    // file decides; else the installed certificates.
    let by_lsc = match (&context.servers.lsc, carried.is_empty()) {
        (LscFile::Absent, _) | (_, true) => false,
        (LscFile::Broken(error), _) => {
            verdict.troubles.push(VomsFlaw::LscBroken(error.clone()));
            true
        }
        (LscFile::Unreadable(why), _) => {
            verdict.troubles.push(VomsFlaw::LscUnreadable(why.clone()));
            true
        }
        (LscFile::Read(lsc), _) => {
            match lsc.compare(carried) {
                Ok(fit) => verdict.fit = Some(fit),
                Err(difference) => verdict.troubles.push(VomsFlaw::LscDiffers(difference)),
            }
            true
        }
    };
    let installed = context.servers.certificates.iter();
    let mut installed =
        installed.filter(|known| signed_by(ac, &known.certificate, context.budget).is_ok());
    let installed = if by_lsc { None } else { installed.next() };
    let own = carried.first().map(|certificate| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: context.from.to_owned(),
        block: 1,
        trusted: false,
    });
    if !by_lsc && installed.is_none() {
        verdict.troubles.push(match &context.servers.limit {
            // The signer may be among the certificates that were not read.
            Some(limit) => VomsFlaw::Limit(limit.clone()),
            None if carried.is_empty() => VomsFlaw::NoCertificate,
            None => VomsFlaw::LscMissing,
        });
    }
    verdict.server = installed.cloned().or(own);
    if let Some(server) = verdict.server.clone() {
        signature(ac, &server.certificate, context.budget, &mut verdict.troubles);
        verdict.troubles.extend(untrusted(&server, carried, context));
    }
}

fn signature(
    ac: &AttributeCertificate,
    server: &Certificate,
    budget: &Budget,
    troubles: &mut Vec<VomsFlaw>,
) {
    if ac.algorithm_differs {
        troubles.push(VomsFlaw::AlgorithmDiffers);
    }
    let is_forbidden = is_forbidden(&ac.algorithm);
    if is_forbidden {
        troubles.push(VomsFlaw::AlgorithmForbidden);
    }
    match signed_by(ac, server, budget) {
        Ok(()) => {}
        Err(Refusal::Unsupported(_)) if is_forbidden => {}
        Err(Refusal::Unsupported(what)) => troubles.push(match budget.exhausted() {
            Some(limit) => VomsFlaw::Limit(limit),
            None => VomsFlaw::Unsupported(what),
        }),
        Err(_) => troubles.push(VomsFlaw::BadSignature),
    }
    if !ac.issuer.same_as(&server.subject) {
        troubles.push(VomsFlaw::IssuerDiffers(server.subject.screen()));
    }
    if names_another(&ac.extensions.authority_key_id, &None, server) {
        troubles.push(VomsFlaw::KeyIdDiffers);
    }
}

fn signed_by(
    ac: &AttributeCertificate,
    server: &Certificate,
    budget: &Budget,
) -> Result<(), Refusal> {
    let unsupported = |name: &String| Refusal::Unsupported(name.clone());
    let scheme = ac.algorithm.scheme;
    let scheme = scheme.ok_or_else(|| unsupported(&ac.algorithm.name))?;
    let key = server.key.as_ref().map_err(unsupported)?;
    let pair = (address(ac.signed()), address(server.der()));
    budget.pay_for(pair, (scheme, key, ac.signed().len()))?;
    verify_signature(scheme, key, ac.signed(), &ac.signature)
}

/// The same search as for other certificates, for any purpose of the server.
fn untrusted(
    server: &PoolCertificate,
    carried: &[Arc<Certificate>],
    context: AcContext<'_>,
) -> Option<VomsFlaw> {
    let question = Question { purpose: Purpose::Any, proxies: false, ..*context.question };
    let mut pool = context.pool.to_vec();
    pool.extend(carried.iter().skip(1).map(|certificate| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: context.from.to_owned(),
        block: 1,
        trusted: false,
    }));
    let outcome = build::search_within(server, &pool, &question, context.budget);
    (!outcome.accepted()).then(|| VomsFlaw::Untrusted(Box::new(outcome)))
}
