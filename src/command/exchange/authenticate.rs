//! Who made an answer: proven by the approver's key, by a certificate, or by the answer code.

use crate::check::exchange as check;
use crate::command::exchange::answer_check::AnswerCheck;
use crate::command::exchange::signer;
use crate::parse::exchange::answer::signed_message;
use crate::parse::exchange::digest::AnswerCode;
use crate::report::{Finding, Rule};
use crate::system::prompt;

impl AnswerCheck<'_> {
    /// Who made it, in words.
    pub(super) fn authenticate(&self) -> Result<String, Vec<Finding>> {
        let approver = self.terms.approver;
        let key = approver.key.as_deref().map(signer::pinned).transpose();
        let key = key.map_err(|finding| vec![*finding])?;
        let key = key.or(self.pending.approver_key);
        let dn = approver.dn.clone().or_else(|| self.pending.approver_dn.clone());
        let mut how = Vec::new();
        // This comes first because it is cheap, and there may be many answers.
        if let Some(code) = self.code {
            self.by_code(code)?;
            how.push("the answer code fits".to_owned());
        }
        if let Some(key) = key {
            self.by_key(&key)?;
            how.push("signed with the approver's key".to_owned());
        }
        if let Some(dn) = dn {
            how.push(self.by_certificate(|person| {
                match person.dn == dn || person.shown == dn {
                    true => Ok(()),
                    false => Err(format!("by {}, not by {dn}", person.shown)),
                }
            })?);
        }
        if how.is_empty() {
            how.push(self.by_host_or_question()?);
        }
        Ok(how.join(", "))
    }

    fn by_key(&self, key: &[u8; 32]) -> Result<(), Vec<Finding>> {
        let message = signed_message(None, self.file.digest);
        let signed = self.file.signed.as_ref();
        let why = match signed {
            Some(signed) if signer::is_by(key, signed, &message) => return Ok(()),
            Some(_) => "is signed, but not with the approver's key",
            None => "is not signed",
        };
        Err(self.refused(&check::ANSWER_SIGNATURE, why))
    }

    fn by_certificate(
        &self,
        fits: impl Fn(&signer::Person) -> Result<(), String>,
    ) -> Result<String, Vec<Finding>> {
        let rule = &check::ANSWER_SIGNATURE;
        let signed = self.file.signed.as_ref();
        let Some(signed) = signed.filter(|signed| !signed.certificates.is_empty()) else {
            return Err(self.refused(rule, "is not signed with a certificate"));
        };
        let digest = self.file.digest;
        let message = |leaf: Option<&[u8; 32]>| signed_message(leaf, digest);
        let person = signer::person(signed, message, rule, self.path, self.terms.ca, self.env)?;
        match fits(&person) {
            Ok(()) => Ok(format!("signed by {}", person.shown)),
            Err(why) => Err(self.refused(rule, &format!("is signed {why}"))),
        }
    }

    fn by_code(&self, code: AnswerCode) -> Result<(), Vec<Finding>> {
        if code == self.file.digest.code() {
            return Ok(());
        }
        let why = "has another code than the one given";
        Err(self.refused(&check::ANSWER_CODE, why))
    }

    /// By the certificate of the host that the request names; else by the code, if somebody types
    /// it.
    fn by_host_or_question(&self) -> Result<String, Vec<Finding>> {
        let certified = self.file.signed.as_ref();
        let certified = certified.is_some_and(|signed| !signed.certificates.is_empty());
        if let Some(host) = self.pending.request.name.as_deref().filter(|_| certified) {
            return self.by_certificate(|person| {
                let is = |name: &String| name.eq_ignore_ascii_case(host);
                match person.hosts.iter().any(is) {
                    true => Ok(()),
                    false => Err(format!("by {}, which is not the host {host}", person.shown)),
                }
            });
        }
        let question = format!(
            "The answer to the request {} does not prove who made it.\nAnswer code, as the \
             approver reads it out: ",
            self.file.answer.request.id()
        );
        let typed = self.typed.get_or_init(|| match self.terms.no_input {
            true => None,
            false => prompt::line(&question).ok().flatten(),
        });
        let Some(typed) = typed.as_ref().filter(|text| !text.is_empty()) else {
            return Err(self.refused(
                &check::ANSWER_UNAUTHENTICATED,
                "does not prove who made it, and no answer code was given",
            ));
        };
        match AnswerCode::parse(typed) {
            Some(code) => self.by_code(code).map(|()| "the answer code fits".to_owned()),
            None => Err(self.refused(&check::ANSWER_CODE, "has another code than the one typed")),
        }
    }

    fn refused(&self, rule: &'static Rule, why: &str) -> Vec<Finding> {
        let message = format!("the answer in {} {why}", self.path.display());
        vec![check::about(rule, self.path, message)]
    }
}
