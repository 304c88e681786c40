//! signing_policy and namespaces files: which subjects a CA may sign, as the relying party decides.

mod file;
mod mode;
mod namespaces;
mod signing_policy;

pub use crate::chain::permission::file::{Content, FileName, PolicyFile, Unusable};
pub use crate::chain::permission::mode::{PolicyFormat, PolicyMode};
use crate::chain::{Defect, Flaw, PoolCertificate, Question};
use crate::parse::name::Name;
use crate::parse::policy::folded;

/// Why the policy files do not permit a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyFlaw {
    /// The kind of file. With `Missing`, the kind that is preferred.
    pub format: PolicyFormat,
    /// The file, if there is one.
    pub file: Option<FileName>,
    /// The issuer's name in slash form.
    pub issuer: String,
    /// The subject's name in slash form.
    pub subject: String,
    /// What is wrong.
    pub kind: PolicyFlawKind,
}

/// What can be wrong with policy files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PolicyFlawKind {
    /// They do not permit the CA to sign this subject.
    Denied(Denial),
    /// There is no file: the hash that was searched, and the kinds, one of which is enough.
    Missing(String, &'static [PolicyFormat]),
    /// The file is about other CAs only: lines and names.
    OtherCa(Vec<PolicyLine>),
    /// The file ends at a closing quote without a newline, so Globus misses this quote. The line.
    Unfinished(usize),
    /// The content cannot be used.
    Unusable(Unusable),
}

/// Why a subject is not permitted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Denial {
    /// A rule denies it: the line and its keyword.
    Banned(usize, &'static str),
    /// Globus never takes this condition as fulfilled: the line and its keyword.
    Condition(usize, String),
    /// None of these patterns matches.
    NoPattern(Vec<PolicyLine>),
    /// The entry gives the CA no right to sign: its line.
    NoRight(usize),
}

/// A pattern or name in a file, with its line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyLine {
    /// Number of the line, from 1.
    pub line: usize,
    /// The text as it is in the file.
    pub text: String,
    /// Why it is not used, if so.
    pub unclear: Option<String>,
}

/// The line that permits a subject.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    /// Index into the path.
    pub step: usize,
    pub file: FileName,
    /// The pattern that matches, or the right that has no condition.
    pub entry: PolicyLine,
}

/// The result for a path.
#[derive(Clone, Debug, Default)]
pub struct Ruling {
    /// What is not permitted.
    pub flaws: Vec<Flaw>,
    /// Which lines permit certificates.
    pub grants: Vec<Grant>,
    /// What other software would not permit, in contrast to the chosen mode.
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

/// What the policy files say about each certificate of `path` that another one issued. Self-issued
/// certificates and proxies are not checked.
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
        // A certificate that a CA signed is no proxy, even if it has the marks of one.
        let is_proxy = certificate.is_proxy() && !issuer.certificate.is_ca();
        if is_proxy || certificate.is_self_issued() {
            continue;
        }
        rule_at(path, step, (&question.evidence.policies, question.policy), &mut ruling);
    }
    ruling
}

/// What the files say about the certificate at `step`, of whatever type it is.
pub fn rule_at(
    path: &[PoolCertificate],
    step: usize,
    (files, mode): (&[PolicyFile], PolicyMode),
    ruling: &mut Ruling,
) {
    let Some(known) = path.get(step) else { return };
    let issuance = Issuance {
        step,
        subject: known.certificate.subject.slash(),
        issuer: &known.certificate.issuer,
        above: path.get(step + 1..).unwrap_or_default(),
        files,
        mode,
    };
    issuance.rule(ruling);
}

/// One certificate and those above it.
struct Issuance<'a> {
    step: usize,
    /// The subject in slash form.
    subject: String,
    issuer: &'a Name,
    above: &'a [PoolCertificate],
    files: &'a [PolicyFile],
    mode: PolicyMode,
}

/// What the files of one kind say.
enum PolicyVerdict {
    /// Nothing. The reason, if there is one.
    Nothing(Option<PolicyFlaw>),
    /// It is permitted. What Globus has against it nevertheless, if anything.
    Permits(Grant, Option<PolicyFlaw>),
    Refuses(PolicyFlaw),
}

impl Issuance<'_> {
    fn rule(&self, ruling: &mut Ruling) {
        let mut present = false;
        for format in self.mode.formats() {
            let verdict = match format {
                PolicyFormat::SigningPolicy => signing_policy::judge(self),
                PolicyFormat::Namespaces => namespaces::judge(self),
            };
            let remark = match verdict {
                PolicyVerdict::Nothing(remark) => remark,
                PolicyVerdict::Permits(grant, remark) => {
                    present |= self.counts(*format);
                    ruling.grants.push(grant);
                    remark
                }
                PolicyVerdict::Refuses(trouble) => {
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
                let trouble =
                    self.missing(PolicyFormat::SigningPolicy, &[PolicyFormat::SigningPolicy]);
                ruling.remarks.push(self.flaw(trouble));
            }
            _ => {}
        }
    }

    /// Whether a file of this kind must exist.
    fn counts(&self, format: PolicyFormat) -> bool {
        match self.mode {
            PolicyMode::IfPresent | PolicyMode::Require => format == PolicyFormat::SigningPolicy,
            _ => true,
        }
    }

    fn missing(&self, format: PolicyFormat, wanted: &'static [PolicyFormat]) -> PolicyFlaw {
        self.trouble(format, None, PolicyFlawKind::Missing(self.issuer.new_hash(), wanted))
    }

    fn flaw(&self, trouble: PolicyFlaw) -> Flaw {
        Flaw { step: self.step, defect: Defect::Permission(Box::new(trouble)) }
    }

    fn trouble(
        &self,
        format: PolicyFormat,
        file: Option<&PolicyFile>,
        kind: PolicyFlawKind,
    ) -> PolicyFlaw {
        let own = self.above.first().map(|known| &known.certificate.subject);
        PolicyFlaw {
            format,
            file: file.map(|file| file.name.clone()),
            issuer: own.unwrap_or(self.issuer).slash(),
            subject: self.subject.clone(),
            kind,
        }
    }

    /// Whether `name`, in slash form, is the issuer: as the certificate spells it, or as the CA
    /// spells itself. Globus compares only the first. But blanks do not make another CA.
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

    /// The result for a file that cannot be used. canl takes it as missing, unless only certok does
    /// not read it.
    fn unusable(&self, format: PolicyFormat, file: &PolicyFile, why: &Unusable) -> PolicyVerdict {
        let trouble = self.trouble(format, Some(file), PolicyFlawKind::Unusable(why.clone()));
        match why {
            Unusable::Limit => PolicyVerdict::Refuses(trouble),
            _ => self.no_help(trouble),
        }
    }

    fn no_help(&self, trouble: PolicyFlaw) -> PolicyVerdict {
        if self.mode.is_canl() {
            PolicyVerdict::Nothing(Some(trouble))
        } else {
            PolicyVerdict::Refuses(trouble)
        }
    }

    fn grant(&self, file: &PolicyFile, line: usize, text: &str) -> Grant {
        Grant {
            step: self.step,
            file: file.name.clone(),
            entry: PolicyLine { line, text: text.to_owned(), unclear: None },
        }
    }
}
