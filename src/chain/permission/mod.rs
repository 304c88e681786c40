//! signing_policy and namespaces: which subjects a CA may sign, in the eyes of the relying party.

mod file;
mod mode;
mod namespaces;
mod signing_policy;

pub use crate::chain::permission::file::{Content, FileName, PolicyFile, Unusable};
pub use crate::chain::permission::mode::{Format, PolicyMode};
use crate::chain::{Defect, Flaw, PoolCertificate, Question};
use crate::parse::name::Name;
use crate::parse::policy::folded;

/// What the policy files say against a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyFlaw {
    /// The kind of file; with `Missing` the one that is wanted first.
    pub format: Format,
    /// The file, if there is one.
    pub file: Option<FileName>,
    /// Slash form of the issuer's name.
    pub issuer: String,
    /// Slash form of the subject's name.
    pub subject: String,
    /// What it is.
    pub kind: TroubleKind,
}

/// The ways in which policy files stand in the way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TroubleKind {
    /// The CA may not sign this subject.
    Denied(Denial),
    /// No file is there: the hash in the names looked for, and the kinds of which one would do.
    Missing(String, &'static [Format]),
    /// The file is about other CAs: lines and names.
    OtherCa(Vec<Entry>),
    /// It ends at a closing quote without a newline, which Globus then misses.
    Unfinished(usize),
    /// Nothing can be learnt from it.
    Unusable(Unusable),
}

/// Why a subject is not permitted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Denial {
    /// A rule against it: the line, and its keyword.
    Banned(usize, &'static str),
    /// A condition that Globus never takes for met: the line, and its keyword.
    Condition(usize, String),
    /// None of these patterns fits.
    NoPattern(Vec<Entry>),
    /// The CA has no right to sign anything: the line of its entry.
    NoRight(usize),
}

/// A line of a file: a pattern or a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Counted from 1.
    pub line: usize,
    /// As it stands there.
    pub text: String,
    /// Why it counts for nothing, if it does.
    pub unclear: Option<String>,
}

/// The line that permits a subject.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    /// Index into the path.
    pub step: usize,
    pub file: FileName,
    /// The pattern that fits, or the right that knows no condition.
    pub entry: Entry,
}

/// What there is to say of a path besides objections.
#[derive(Clone, Debug, Default)]
pub struct Ruling {
    /// What stands in the way.
    pub flaws: Vec<Flaw>,
    /// What permits.
    pub grants: Vec<Grant>,
    /// What others than the mode asked for would object to.
    pub remarks: Vec<Flaw>,
}

/// Every objection to `path`.
pub fn judge(path: &[PoolCertificate], question: &Question<'_>) -> Vec<Flaw> {
    let none = question.evidence.policies.is_empty() && question.policy.required().is_empty();
    if none || question.policy == PolicyMode::Off {
        return Vec::new();
    }
    rule(path, question).flaws
}

/// What the policy files say of each certificate that another one on `path` issued: never of a
/// self-issued one, nor of proxies.
pub fn rule(path: &[PoolCertificate], question: &Question<'_>) -> Ruling {
    let mut ruling = Ruling::default();
    if question.policy == PolicyMode::Off {
        return ruling;
    }
    for (step, known) in path.iter().enumerate() {
        let certificate = &known.certificate;
        let Some(issuer) = path.get(step + 1) else {
            continue;
        };
        // What calls itself a proxy and was signed by a CA is none.
        let is_proxy = certificate.is_proxy() && !issuer.certificate.is_ca();
        if is_proxy || certificate.is_self_issued() {
            continue;
        }
        rule_at(path, step, (&question.evidence.policies, question.policy), &mut ruling);
    }
    ruling
}

/// What the files say of the certificate at `step`, whatever it is.
pub fn rule_at(
    path: &[PoolCertificate],
    step: usize,
    (files, mode): (&[PolicyFile], PolicyMode),
    ruling: &mut Ruling,
) {
    let Some(known) = path.get(step) else { return };
    let case = Case {
        step,
        subject: known.certificate.subject.slash(),
        issuer: &known.certificate.issuer,
        above: path.get(step + 1..).unwrap_or_default(),
        files,
        mode,
    };
    case.rule(ruling);
}

/// One certificate and those above it.
struct Case<'a> {
    step: usize,
    /// Slash form.
    subject: String,
    issuer: &'a Name,
    above: &'a [PoolCertificate],
    files: &'a [PolicyFile],
    mode: PolicyMode,
}

/// What the files of one kind say.
enum Said {
    /// Nothing; and why not, if there is one.
    Nothing(Option<PolicyFlaw>),
    /// That it is permitted; and what Globus has against it all the same.
    Permits(Grant, Option<PolicyFlaw>),
    Refuses(PolicyFlaw),
}

impl Case<'_> {
    fn rule(&self, ruling: &mut Ruling) {
        let mut present = false;
        for format in self.mode.formats() {
            let said = match format {
                Format::SigningPolicy => signing_policy::say(self),
                Format::Namespaces => namespaces::say(self),
            };
            let remark = match said {
                Said::Nothing(remark) => remark,
                Said::Permits(grant, remark) => {
                    present |= self.counts(*format);
                    ruling.grants.push(grant);
                    remark
                }
                Said::Refuses(trouble) => {
                    present |= self.counts(*format);
                    ruling.flaws.push(self.flaw(trouble));
                    None
                }
            };
            ruling.remarks.extend(remark.map(|trouble| self.flaw(trouble)));
            if present && self.mode.first_decides() {
                return;
            }
        }
        if present {
            return;
        }
        let required = self.mode.required();
        match (required.first(), self.mode) {
            (Some(first), _) => {
                let trouble = self.missing(*first, required);
                ruling.flaws.push(self.flaw(trouble));
            }
            (None, PolicyMode::IfPresent) => {
                let trouble = self.missing(Format::SigningPolicy, &[Format::SigningPolicy]);
                ruling.remarks.push(self.flaw(trouble));
            }
            _ => {}
        }
    }

    /// Whether a file of this kind is what must be there.
    fn counts(&self, format: Format) -> bool {
        match self.mode {
            PolicyMode::IfPresent | PolicyMode::Require => format == Format::SigningPolicy,
            _ => true,
        }
    }

    fn missing(&self, format: Format, wanted: &'static [Format]) -> PolicyFlaw {
        self.trouble(format, None, TroubleKind::Missing(self.issuer.new_hash(), wanted))
    }

    fn flaw(&self, trouble: PolicyFlaw) -> Flaw {
        Flaw { step: self.step, defect: Defect::Permission(Box::new(trouble)) }
    }

    fn trouble(&self, format: Format, file: Option<&PolicyFile>, kind: TroubleKind) -> PolicyFlaw {
        let own = self.above.first().map(|known| &known.certificate.subject);
        PolicyFlaw {
            format,
            file: file.map(|file| file.name.clone()),
            issuer: own.unwrap_or(self.issuer).slash(),
            subject: self.subject.clone(),
            kind,
        }
    }

    /// Whether `name`, in slash form, is the issuer: as the certificate spells it, or as the CA does
    /// itself. Globus goes by the former alone, but no CA is another for its blanks.
    fn is_issuer(&self, name: &str) -> bool {
        let name = folded(name);
        if self.mode == PolicyMode::AsGlobus {
            return folded(&self.issuer.slash()) == name;
        }
        let own = self.above.first().map(|known| &known.certificate.subject);
        let spellings = own.into_iter().chain([self.issuer]);
        let mut spellings = spellings.map(|spelling| folded(&spelling.slash()));
        spellings.any(|spelling| spelling == name)
    }

    /// What comes of a file of which nothing can be learnt: canl takes it for absent.
    fn unusable(&self, format: Format, file: &PolicyFile, why: &Unusable) -> Said {
        let kind = TroubleKind::Unusable(why.clone());
        self.no_help(self.trouble(format, Some(file), kind))
    }

    fn no_help(&self, trouble: PolicyFlaw) -> Said {
        if self.mode.is_canl() { Said::Nothing(Some(trouble)) } else { Said::Refuses(trouble) }
    }

    fn grant(&self, file: &PolicyFile, line: usize, text: &str) -> Grant {
        Grant {
            step: self.step,
            file: file.name.clone(),
            entry: Entry { line, text: text.to_owned(), unclear: None },
        }
    }
}
