//! VOMS attributes: the words for each objection.

mod rule;

use std::path::Path;

use crate::chain::Outcome;
use crate::chain::Question;
use crate::chain::voms::HolderForm;
use crate::chain::voms::Trouble;
use crate::chain::voms::Verdict;
use crate::chain::voms::is_known;
use crate::check::chain;
pub use crate::check::voms::rule::*;
use crate::crypto::Hash;
use crate::crypto::Scheme;
use crate::load::Trouble as Unread;
use crate::locate::Reason;
use crate::locate::SYSTEM_VOMS_DIR;
use crate::locate::VomsDirCandidate;
use crate::parse::cert::Certificate;
use crate::parse::lsc::Difference;
use crate::parse::lsc::Fit;
use crate::parse::oid;
use crate::parse::voms::AcError;
use crate::parse::voms::AttributeCertificate;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Place;
use crate::report::Severity;
use crate::time::Seconds;
use crate::time::UnixTime;

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
    /// The proxy.
    pub place: &'a Place,
}

/// Everything to be said of one attribute certificate.
pub fn check(verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for trouble in &verdict.troubles {
        findings.extend(explain(trouble, verdict, context));
    }
    findings.extend(beside(verdict, context));
    findings
}

/// The lifetime alone, as `*-info` judges it.
pub fn lifetime(
    ac: &AttributeCertificate,
    now: UnixTime,
    need: Seconds,
    place: &Place,
) -> Option<Finding> {
    let trouble = crate::chain::voms::time(ac, now, need)?;
    time(&trouble, ac, now, need).map(|found| found.at(place.clone()))
}

/// The extension cannot be read.
pub fn malformed(error: &AcError, from: &str) -> Finding {
    MALFORMED.found(format!("the VOMS attributes in {from}: {error}"))
}

/// None at all, though some were asked for.
pub fn none(wanted: Option<&str>, from: &str) -> Finding {
    let found = match wanted {
        Some(vo) => MISSING.found(format!(
            "{from} carries no VOMS attributes, those of the VO {vo} were asked for"
        )),
        None => MISSING.found(format!("{from} carries no VOMS attributes")),
    };
    found.advice(renew(wanted.unwrap_or("VO")))
}

/// None of the VO that was asked for; `vos` are those there are.
pub fn other_vo(wanted: &str, vos: &[&str], from: &str) -> Finding {
    let found = MISSING.found(format!(
        "{from} carries no VOMS attributes of the VO {wanted}, but of {}",
        vos.join(", ")
    ));
    found.advice(renew(wanted))
}

/// There are some, and nobody knows from which certificate the proxy was made.
pub fn no_holder(vos: &[&str]) -> Finding {
    HOLDER_MISMATCH.found(format!(
        "the VOMS attributes of {} cannot be for this proxy: the certificate it was made from is \
         not in its path",
        vos.join(", ")
    ))
}

/// `--voms off`, and there are some.
pub fn not_checked(vos: &[&str]) -> Finding {
    NOT_CHECKED.found(format!(
        "the VOMS attributes of {} were not checked (--voms off)",
        vos.join(", ")
    ))
}

/// Why the VOMS server list cannot be read at all.
pub fn unusable(candidate: &VomsDirCandidate, trouble: &Unread, vos: &[&str]) -> Finding {
    let path = candidate.path.display();
    let (variable, subject) = match candidate.reason {
        Reason::Variable(name) => (Some(name), name),
        Reason::Option(name) => (None, name),
        Reason::Default | Reason::Operand => (None, "the VOMS server list"),
    };
    let why = match trouble {
        _ if candidate.path.as_os_str().is_empty() => format!("{subject} is set, but empty"),
        Unread::Missing(_) if candidate.reason == Reason::Default => {
            format!("{SYSTEM_VOMS_DIR} does not exist, and X509_VOMS_DIR is not set")
        }
        Unread::Missing(_) | Unread::Dangling(..) => {
            format!("{subject} points to {path}, which does not exist")
        }
        Unread::Special(_, what) => format!("{subject}: {path} is {what}, not a directory"),
        other => format!("{subject}: {path} cannot be read: {other}"),
    };
    let message = format!(
        "the VOMS attributes of {} cannot be verified: {why}, so no LSC file is found",
        vos.join(", ")
    );
    DIRECTORY.found(message).at(Place {
        file: Some(candidate.path.clone()),
        variable,
        ..Place::default()
    })
}

/// How to get new attributes.
fn renew(vo: &str) -> String {
    format!("make a new proxy: voms-proxy-init --voms {vo}")
}

fn explain(trouble: &Trouble, verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let Context { ac, question, .. } = context;
    let vo = ac.vo();
    let of = format!("the VOMS attributes of {vo}");
    let again = |found: Finding| found.advice(renew(vo));
    let found = match trouble {
        Trouble::Expired | Trouble::NotYetValid | Trouble::NeverValid | Trouble::TooShort => {
            time(trouble, ac, question.at, question.need).unwrap_or_else(|| MALFORMED.found(of))
        }
        Trouble::HolderByName => MALFORMED.found(format!(
            "{of} name their holder by entityName alone, which no VOMS library reads"
        )),
        Trouble::HolderDiffers => again(holder_differs(context)),
        Trouble::AlgorithmDiffers => again(BAD_SIGNATURE.found(format!(
            "{of}: the signature algorithm inside differs from {} outside",
            ac.algorithm.name
        ))),
        Trouble::AlgorithmForbidden => FORBIDDEN.found(format!(
            "{of} are signed with {}, which is broken and rejected everywhere",
            ac.algorithm.name
        )),
        Trouble::BadSignature => again(BAD_SIGNATURE.found(format!(
            "the signature of {of} does not verify with the key of the VOMS server {}",
            server(verdict)
        ))),
        Trouble::Unsupported(what) => UNSUPPORTED.found(format!(
            "{of}: certok cannot verify their signature ({what})"
        )),
        Trouble::Critical(id) if is_known(id) => EXTENSION.found(format!(
            "{of} have the extension {} marked as critical, which VOMS refuses",
            oid::name(id)
        )),
        Trouble::Critical(id) => {
            EXTENSION.found(format!("{of} have the unknown critical extension {id}"))
        }
        Trouble::Missing(id) => EXTENSION.found(format!(
            "{of} lack the extension {}, without which VOMS refuses them",
            oid::name(id)
        )),
        Trouble::Foreign(fqan) => FOREIGN.found(format!(
            "the VOMS server of {vo} ({}) gives {fqan}, which is no attribute of that VO",
            ac.authority().host
        )),
        Trouble::IssuerDiffers(has) => ISSUER_MISMATCH.found(format!(
            "{of} name the issuer {}, but the VOMS server's certificate is that of {has}",
            ac.issuer.screen()
        )),
        Trouble::KeyIdDiffers => ISSUER_MISMATCH.found(format!(
            "{of} name another key than that of the VOMS server {}",
            server(verdict)
        )),
        Trouble::LscMissing => lsc_missing(verdict, context),
        Trouble::NoCertificate => NO_CERTIFICATE.found(format!(
            "{of} bring no certificate of their server {}, and no certificate that made the \
             signature is installed in {}",
            ac.authority().host,
            folder(context.lsc).display()
        )),
        Trouble::LscDiffers(difference) => lsc_differs(difference, context),
        Trouble::LscBroken(error) => {
            return vec![broken(&error.to_string(), Some(error.line), context)];
        }
        Trouble::LscUnreadable(why) => return vec![broken(why, None, context)],
        Trouble::Untrusted(outcome) => return untrusted(outcome, context),
    };
    let placed = found.place != Place::default();
    vec![if placed {
        found
    } else {
        found.at(context.place.clone())
    }]
}

fn time(
    trouble: &Trouble,
    ac: &AttributeCertificate,
    now: UnixTime,
    need: Seconds,
) -> Option<Finding> {
    let (first, last) = (ac.validity.not_before, ac.validity.not_after);
    let vo = ac.vo();
    let of = format!("the VOMS attributes of {vo}");
    let end = format!("{} ({})", last.screen(), last.relative_to(now));
    Some(match trouble {
        Trouble::Expired => EXPIRED
            .found(format!("{of} expired on {end}"))
            .advice(renew(vo)),
        Trouble::NotYetValid => NOT_YET_VALID.found(format!(
            "{of} are not valid before {} ({})",
            first.screen(),
            first.relative_to(now)
        )),
        Trouble::NeverValid => MALFORMED
            .found(format!(
                "{of} can never be valid: they end ({}) before they start ({})",
                last.screen(),
                first.screen()
            ))
            .advice(renew(vo)),
        Trouble::TooShort => TOO_SHORT
            .found(format!("{of} end on {end}, {need} are needed"))
            .advice(format!("{} --valid 24:00", renew(vo))),
        _ => return None,
    })
}

fn holder_differs(context: Context<'_>) -> Finding {
    use crate::parse::voms::Holder;
    let holder = &context.ac.holder;
    let serial = match holder {
        Holder::Certificate { serial, .. } => {
            format!(", serial number {}", crate::parse::name::hex(serial))
        }
        Holder::Entity(_) => String::new(),
    };
    HOLDER_MISMATCH.found(format!(
        "the VOMS attributes of {} were given to {}{serial}, but the proxy was made from {}, \
         serial number {}",
        context.ac.vo(),
        holder.name().screen(),
        context.holder.subject.screen(),
        context.holder.serial_hex()
    ))
}

/// The server's name, for sentences.
fn server(verdict: &Verdict) -> String {
    let subject = verdict
        .server
        .as_ref()
        .map(|known| &known.certificate.subject);
    subject.map_or_else(String::new, |subject| subject.screen())
}

/// The folder of the VO.
fn folder(lsc: &Path) -> &Path {
    lsc.parent().unwrap_or(lsc)
}

fn lsc_missing(verdict: &Verdict, context: Context<'_>) -> Finding {
    let (vo, lsc) = (context.ac.vo(), context.lsc.display());
    let near = match context.others {
        None => format!(
            "; {} has no folder {vo}",
            folder(folder(context.lsc)).display()
        ),
        Some([]) => String::new(),
        Some(others) => format!("; there is {}", others.join(", ")),
    };
    let found = LSC_MISSING.found(format!(
        "cannot verify the VOMS attributes of {vo}: the LSC file {lsc} is missing{near}"
    ));
    let names = verdict.server.as_ref().map(|known| {
        let certificate = &known.certificate;
        (certificate.subject.slash(), certificate.issuer.slash())
    });
    let advice = match names {
        Some((subject, issuer)) => format!(
            "install the VO's LSC file, or after asking the VO's administrators whether that is \
             their server, create {lsc} with its DN and the DN of its CA, two lines: {subject} and \
             {issuer}"
        ),
        None => format!("create {lsc} with the server's DN and the DN of its CA, two lines"),
    };
    found.advice(advice).at(file(context.lsc, None))
}

fn lsc_differs(difference: &Difference, context: Context<'_>) -> Finding {
    let Difference {
        line,
        part,
        expected,
        found,
    } = difference;
    let lsc = context.lsc.display();
    let message = match expected {
        Some(expected) => format!(
            "the LSC file {lsc} does not match the certificate that signed the VOMS attributes of \
             {}: line {line} has the {part} DN {expected}, the certificate has {found}",
            context.ac.vo()
        ),
        None => format!(
            "the LSC file {lsc} does not match the certificates that signed the VOMS attributes of \
             {}: it ends at line {line}, and lacks the DN of the certificate {found}",
            context.ac.vo()
        ),
    };
    let advice = format!(
        "if the VO's administrators say that this is their server, update {lsc}: line 1 is the \
         server's DN, line 2 that of its CA"
    );
    LSC_MISMATCH
        .found(message)
        .advice(advice)
        .at(file(context.lsc, Some(*line)))
}

fn broken(why: &str, line: Option<usize>, context: Context<'_>) -> Finding {
    let message = format!(
        "cannot verify the VOMS attributes of {}: the LSC file {}: {why}",
        context.ac.vo(),
        context.lsc.display()
    );
    LSC_MALFORMED.found(message).at(file(context.lsc, line))
}

fn file(path: &Path, line: Option<usize>) -> Place {
    Place {
        file: Some(path.to_path_buf()),
        line,
        ..Place::default()
    }
}

/// The words of the path search, about the server's certificate.
fn untrusted(outcome: &Outcome, context: Context<'_>) -> Vec<Finding> {
    let ac = context.ac;
    let noun = format!("certificate of the VOMS server {} in", ac.authority().host);
    let about = chain::Context {
        noun: &noun,
        token: false,
        question: context.question,
        trust: context.trust,
    };
    let server = outcome.best.path.first();
    let subject = server.map(|known| known.certificate.subject.screen());
    let wrap = |inner: Finding| {
        let mut found = ISSUER_UNTRUSTED.found(format!(
            "the VOMS attributes of {} are signed by a server that is not trusted: {}",
            ac.vo(),
            inner.message
        ));
        if matches!(inner.exit, Exit::Short | Exit::Undecided) {
            found.exit = inner.exit;
        }
        let its_own = inner.place.subject == subject && inner.rule.id != chain::ISSUER_UNKNOWN.id;
        if its_own {
            found.advice = ISSUER_UNTRUSTED
                .advice
                .replace("VO;", &format!("{};", ac.vo()));
        } else {
            found.advice = inner.advice;
        }
        found.at(inner.place)
    };
    let inner = chain::check(&outcome.best, about);
    let errors = inner
        .into_iter()
        .filter(|found| found.severity == Severity::Error);
    let mut findings: Vec<Finding> = errors.map(wrap).collect();
    if findings.is_empty() {
        let limit = outcome.exhausted.unwrap_or("no path to a CA");
        let message = format!(
            "the VOMS attributes of {} are signed by a server that is not trusted: the search for \
             a path ended early ({limit})",
            ac.vo()
        );
        findings.push(ISSUER_UNTRUSTED.found(message).at(context.place.clone()));
    }
    findings
}

/// What is true of attributes that hold, and not everybody likes.
fn beside(verdict: &Verdict, context: Context<'_>) -> Vec<Finding> {
    let ac = context.ac;
    let of = format!("the VOMS attributes of {}", ac.vo());
    let mut findings = Vec::new();
    if ac.algorithm.scheme == Some(Scheme::RsaPkcs1(Hash::Sha1)) {
        findings.push(SHA1.found(format!(
            "{of} are signed with SHA-1 ({})",
            ac.algorithm.name
        )));
    }
    if !ac.extensions.targets.is_empty() {
        let targets = ac.extensions.targets.join(", ");
        findings.push(TARGETED.found(format!("{of} are for {targets} alone")));
    }
    if verdict.form == Some(HolderForm::Issuer) {
        findings.push(HOLDER_FORM.found(format!(
            "{of} name their holder by the issuer and serial number of the certificate"
        )));
    }
    if verdict.fit == Some(Fit::Longer) {
        let lsc = context.lsc.display();
        findings.push(
            LSC_LONGER
                .found(format!(
                    "{lsc} describes more certificates than {of} bring ({})",
                    ac.extensions.certificates.len()
                ))
                .at(file(context.lsc, None)),
        );
        return findings;
    }
    findings
        .into_iter()
        .map(|found| found.at(context.place.clone()))
        .collect()
}
