//! VOMS: does an attribute certificate hold for the holder of this proxy?
//!
//! The rules are those of RFC 5755 §5 as VOMS applies them (validate.c and api_util.cc of the C
//! library), without its five minutes of leeway and its blind eye for an expired server.

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

/// `--voms`: what part VOMS attributes play.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum VomsMode {
    /// They are not looked at.
    Off,
    /// Those that are there must verify.
    #[default]
    IfPresent,
    /// There must be some, and they must verify.
    Require,
}

/// An LSC file and what came of reading it.
#[derive(Clone, Debug)]
pub enum LscFile {
    /// There is none.
    Absent,
    /// It is none.
    Broken(LscError),
    /// Its chains.
    Read(Lsc),
    /// It is there and cannot be read.
    Unreadable(Unreadable),
}

/// Why a file that is there cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unreadable {
    /// As a phrase that does not name the path.
    pub why: String,
    /// Whether its permissions, or those of a folder above it, forbid it.
    pub denied: bool,
}

/// What the VOMS server list has on one server of one VO.
#[derive(Clone, Debug)]
pub struct Servers {
    /// `<vomsdir>/<vo>/<host>.lsc`.
    pub lsc: LscFile,
    /// Server certificates in `<vomsdir>/<vo>` and `<vomsdir>`: what counted before LSC files, and
    /// still does where there is none.
    pub certificates: Vec<PoolCertificate>,
    /// The limit at which some of those were left unread.
    pub limit: Option<String>,
}

/// What an attribute certificate is held against.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The end entity certificate below which the proxy stands.
    pub holder: &'a Certificate,
    /// What is known of its server.
    pub servers: &'a Servers,
    /// CA certificates.
    pub pool: &'a [PoolCertificate],
    /// The file that the attribute certificate came from, as a person would name it.
    pub from: &'a str,
    /// What is asked of the proxy's own path.
    pub question: &'a Question<'a>,
    /// What may be spent on it.
    pub budget: &'a Budget,
}

/// What is wrong with an attribute certificate.
#[derive(Clone, Debug)]
pub enum VomsFlaw {
    /// The algorithm in the signed part differs from the one outside it.
    AlgorithmDiffers,
    /// MD5 or the like.
    AlgorithmForbidden,
    /// The signature is not one of the server's key.
    BadSignature,
    /// An extension that must not be critical, or is unknown and critical: OID.
    Critical(String),
    /// It ends before it starts.
    NeverValid,
    /// Past its end.
    Expired,
    /// An attribute of another VO than the one that answers for it.
    Foreign(String),
    /// It names its holder by entityName, which neither VOMS library reads.
    HolderByName,
    /// It was given to somebody else.
    HolderDiffers,
    /// It names another issuer than the server whose certificate is at hand: the name there.
    IssuerDiffers(String),
    /// It names another key than the server's.
    KeyIdDiffers,
    /// Something that may matter was left aside at this limit.
    Limit(String),
    /// The LSC file cannot be understood.
    LscBroken(LscError),
    /// The LSC file describes another chain.
    LscDiffers(Difference),
    /// There is no LSC file, nor a certificate of the server in its place.
    LscMissing,
    /// The LSC file cannot be read.
    LscUnreadable(Unreadable),
    /// An extension that VOMS wants is not there: OID.
    Missing(&'static str),
    /// It carries no certificate of its server, and none is installed.
    NoCertificate,
    /// Before its start.
    NotYetValid,
    /// Valid now, but for less than was asked.
    TooShort,
    /// The server's certificate does not verify.
    Untrusted(Box<Outcome>),
    /// certok cannot verify the signature: what it lacks.
    Unsupported(String),
}

/// By what an attribute certificate names its holder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HolderForm {
    /// Serial number and issuer of the certificate, as RFC 5755 has it.
    Issuer,
    /// Serial number and subject of the certificate, as VOMS servers write it.
    Subject,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Everything wrong with it; empty means verified.
    pub troubles: Vec<VomsFlaw>,
    /// How the LSC file fits, if it does.
    pub fit: Option<Fit>,
    /// How the holder is named, if it is the right one.
    pub form: Option<HolderForm>,
    /// The server's certificate, if there is one.
    pub server: Option<PoolCertificate>,
}

impl Verdict {
    /// Whether the attributes may be believed.
    pub fn verified(&self) -> bool {
        self.troubles.is_empty()
    }
}

/// Judges `ac`.
pub fn verify(ac: &AttributeCertificate, case: Case<'_>) -> Verdict {
    let mut verdict = Verdict {
        troubles: Vec::new(),
        fit: None,
        form: holder_form(&ac.holder, case.holder),
        server: None,
    };
    match (&ac.holder, verdict.form) {
        (_, Some(_)) => {}
        (Holder::Entity(_), None) => verdict.troubles.push(VomsFlaw::HolderByName),
        (Holder::Certificate { .. }, None) => verdict.troubles.push(VomsFlaw::HolderDiffers),
    }
    verdict.troubles.extend(time(ac, case.question.at, case.question.need));
    extensions(ac, &mut verdict.troubles);
    let foreign = ac.attributes.fqans.iter().find(|fqan| !fqan.is_of(ac.vo()));
    let foreign = foreign.map(|fqan| VomsFlaw::Foreign(fqan.to_string()));
    verdict.troubles.extend(foreign);
    server(ac, case, &mut verdict);
    verdict
}

/// The lifetime alone, which needs nobody's word.
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

/// As VOMS' C library: the serial number, and either name.
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
    // RFC 5755 lets the others of these be anything but critical; VOMS refuses all but targets.
    let critical = extensions.all.iter().filter(|(_, critical)| *critical);
    let refused = critical.filter(|(oid, _)| oid != TARGETS);
    troubles.extend(refused.map(|(oid, _)| VomsFlaw::Critical(oid.clone())));
}

/// Whether certok knows the extension, so that only its being critical is wrong.
pub fn is_known(oid: &str) -> bool {
    [NO_REV_AVAIL, AUTHORITY_KEY_ID, CERTIFICATES, GENERIC].contains(&oid)
}

/// Who signed it, and is that one trusted?
fn server(ac: &AttributeCertificate, case: Case<'_>, verdict: &mut Verdict) {
    let carried = &ac.extensions.certificates;
    // As in the C library: an LSC file decides, if there is one and certificates to hold against
    // it; else the certificates that are installed.
    let by_lsc = match (&case.servers.lsc, carried.is_empty()) {
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
    let installed = case.servers.certificates.iter();
    let mut installed =
        installed.filter(|known| signed_by(ac, &known.certificate, case.budget).is_ok());
    let installed = if by_lsc { None } else { installed.next() };
    let own = carried.first().map(|certificate| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: case.from.to_owned(),
        block: 1,
        trusted: false,
    });
    if !by_lsc && installed.is_none() {
        verdict.troubles.push(match &case.servers.limit {
            // The one that signed it may be among those.
            Some(limit) => VomsFlaw::Limit(limit.clone()),
            None if carried.is_empty() => VomsFlaw::NoCertificate,
            None => VomsFlaw::LscMissing,
        });
    }
    verdict.server = installed.cloned().or(own);
    if let Some(server) = verdict.server.clone() {
        signature(ac, &server.certificate, case.budget, &mut verdict.troubles);
        verdict.troubles.extend(untrusted(&server, carried, case));
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

/// The same search as for every other certificate, whatever the server may be used for.
fn untrusted(
    server: &PoolCertificate,
    carried: &[Arc<Certificate>],
    case: Case<'_>,
) -> Option<VomsFlaw> {
    let question = Question { purpose: Purpose::Any, proxies: false, ..*case.question };
    let mut pool = case.pool.to_vec();
    pool.extend(carried.iter().skip(1).map(|certificate| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: case.from.to_owned(),
        block: 1,
        trusted: false,
    }));
    let outcome = build::search_within(server, &pool, &question, case.budget);
    (!outcome.accepted()).then(|| VomsFlaw::Untrusted(Box::new(outcome)))
}
