//! One certificate of a path, looked up in every list of its issuer.

use std::cmp::Reverse;

use crate::chain::budget::Budget;
use crate::chain::revocation::list::{late, understood};
use crate::chain::revocation::scope::{Cover, cover};
use crate::chain::revocation::{CrlFlaw, Gap, List, Unusable, Word, sibling};
use crate::chain::{PoolCertificate, Question};
use crate::parse::cert::Certificate;
use crate::parse::crl::{Crl, Reason};
use crate::text::time::UnixTime;

/// A certificate of a path, looked up.
pub(super) struct Look<'p, 'q, 'a> {
    pub(super) path: &'p [PoolCertificate],
    pub(super) pool: &'p [PoolCertificate],
    pub(super) step: usize,
    pub(super) question: &'q Question<'a>,
    pub(super) budget: &'q Budget,
}

/// What has been heard so far.
struct Heard<'a> {
    word: Word<'a>,
    /// A good list that does not name it, signed with another key of its issuer: some CAs have a
    /// list for each of their keys, so that one with the issuer's own key goes before.
    other_key: Option<&'a List>,
    /// What the newest of the expired lists says that the issuer's own key signed.
    own_stale: Option<Option<CrlFlaw>>,
    /// The same of those of other keys, where no good one of them is newer.
    other_stale: Option<Option<CrlFlaw>>,
}

impl<'a> Look<'_, '_, 'a> {
    /// What the lists say of it; nothing if it or its issuer is not there.
    pub(super) fn word(&self) -> Option<Word<'a>> {
        let certificate = &self.path.get(self.step)?.certificate;
        let issuer = &self.path.get(self.step + 1)?.certificate;
        let mut heard = Heard {
            word: Word { step: self.step, by: None, troubles: Vec::new(), gap: None },
            other_key: None,
            own_stale: None,
            other_stale: None,
        };
        let lists = self.newest_first(certificate);
        for (list, content) in &lists {
            let decided = match content {
                Ok(crl) if crl.is_delta() => {
                    let gap = || Gap::DeltaOnly(list.from.clone());
                    heard.word.gap.get_or_insert_with(gap);
                    false
                }
                Ok(crl) => self.hear(list, crl, certificate, issuer, &mut heard),
                Err(why) => {
                    heard.against(list, why.clone());
                    false
                }
            };
            if decided {
                break;
            }
        }
        let mut word = heard.concluded();
        if word.gap == Some(Gap::NoList) {
            word.gap = Some(self.no_list(certificate));
        }
        let base = word.by.and_then(|list| list.content.as_ref().ok());
        let base = base.map(|crl| crl.this_update);
        if let Some(revoked) = self.by_delta(&lists, certificate, issuer, base) {
            word.troubles = vec![revoked];
            word.gap = None;
        }
        Some(word)
    }

    /// What one list says; true if nothing older need be asked.
    fn hear(
        &self,
        list: &'a List,
        crl: &Crl,
        certificate: &Certificate,
        issuer: &Certificate,
        heard: &mut Heard<'a>,
    ) -> bool {
        let from = || list.from.clone();
        let answer = self.vouched(list, crl, issuer).and_then(|by| {
            let found = list.find(crl, &certificate.serial).map_err(Unusable::from)?;
            Ok((by, found))
        });
        let (by, found) = match answer {
            Ok(answer) => answer,
            Err(why) => {
                heard.against(list, why);
                return false;
            }
        };
        if let Some(why) = late(crl, self.question.at) {
            // Who was revoked once stays so, whatever the age of the list; unless a newer one
            // says otherwise.
            if matches!(why, Unusable::Expired(_)) {
                let revoked = found.map(|found| CrlFlaw::Revoked(from(), found));
                match by {
                    Key::Own => _ = heard.own_stale.get_or_insert(revoked),
                    Key::Other if heard.other_key.is_some() => {}
                    Key::Other => _ = heard.other_stale.get_or_insert(revoked),
                }
            }
            heard.against(list, why);
            return false;
        }
        match (found, cover(crl, certificate, self.budget), by) {
            (Some(revocation), ..) => {
                heard.word.by = Some(list);
                heard.word.troubles = vec![CrlFlaw::Revoked(from(), revocation)];
                true
            }
            (None, Cover::All, Key::Own) => {
                heard.word.by = Some(list);
                heard.word.troubles.clear();
                true
            }
            (None, Cover::All, Key::Other) => {
                heard.other_key.get_or_insert(list);
                false
            }
            (None, Cover::Not(why), _) => {
                heard.word.gap = Some(Gap::OutOfScope(from(), why));
                false
            }
        }
    }

    /// Whether there is none, or one of another CA in its place.
    fn no_list(&self, certificate: &Certificate) -> Gap {
        let hash = certificate.issuer.new_hash();
        let mut lists = self.question.evidence.lists.iter();
        let here = lists.find(|list| list.hash.as_ref() == Some(&hash));
        let other = here.and_then(|list| Some((list, list.content.as_ref().ok()?)));
        other.map_or(Gap::NoList, |(list, crl)| {
            Gap::OtherIssuer(list.from.clone(), crl.issuer.common_name())
        })
    }

    /// What bears on certificates of the same issuer: what is no list first, then lists by age.
    fn newest_first(&self, certificate: &Certificate) -> Vec<Candidate<'a>> {
        let lists = self.question.evidence.lists.iter();
        newest_first(lists.filter(|list| list.is_about(&certificate.issuer)))
    }

    /// With which key the CA signed the list: that of the issuer on the path, or another one. And
    /// whether certok understands what it must of it.
    fn vouched(&self, list: &List, crl: &Crl, issuer: &Certificate) -> Result<Key, Unusable> {
        let by = match list.signed_by(crl, issuer, self.budget) {
            Ok(()) => Key::Own,
            Err(_) if self.is_signed_by_sibling(list, crl) => Key::Other,
            Err(why) => return Err(why),
        };
        understood(crl).map(|()| by)
    }

    fn is_signed_by_sibling(&self, list: &List, crl: &Crl) -> bool {
        sibling::of(self.path, self.step, self.pool, self.question, self.budget)
            .any(|sibling| list.signed_by(crl, sibling, self.budget).is_ok())
    }

    /// Revoked by a delta list that counts and is not older than the list that decides. A delta
    /// takes no certificate off a list here: until the next base says so it stays on.
    fn by_delta(
        &self,
        lists: &[Candidate<'a>],
        certificate: &Certificate,
        issuer: &Certificate,
        base: Option<UnixTime>,
    ) -> Option<CrlFlaw> {
        let all = lists.iter();
        let deltas = all.filter_map(|(list, content)| Some((list, content.as_ref().ok()?)));
        deltas
            .filter(|(_, crl)| crl.is_delta() && base.is_none_or(|base| base <= crl.this_update))
            // One that has run out does not take back what it said.
            .filter(|(_, crl)| crl.this_update <= self.question.at)
            .filter(|(list, crl)| self.vouched(list, crl, issuer).is_ok())
            .find_map(|(list, crl)| {
                let says = list.find(crl, &certificate.serial).ok()??;
                let revokes = says.reason != Some(Reason::REMOVE_FROM_CRL);
                revokes.then(|| CrlFlaw::Revoked(list.from.clone(), says))
            })
    }
}

/// What is no list first, then lists by age.
pub(super) fn newest_first<'a>(lists: impl Iterator<Item = &'a List>) -> Vec<Candidate<'a>> {
    let mut lists: Vec<Candidate<'a>> = lists.map(|list| (list, content(list))).collect();
    lists.sort_by_key(|(_, content)| {
        let crl = content.as_ref().ok();
        crl.map(|crl| Reverse((crl.this_update, order(crl.extensions.number.as_deref()))))
    });
    lists
}

/// What stands where a list should, and the list.
pub(super) type Candidate<'a> = (&'a List, Result<&'a Crl, Unusable>);

/// Whose key signed a list.
#[derive(Clone, Copy)]
enum Key {
    /// That of the issuer on the path.
    Own,
    /// Another one of the same CA.
    Other,
}

impl<'a> Heard<'a> {
    fn against(&mut self, list: &List, why: Unusable) {
        let trouble = CrlFlaw::Unusable(list.from.clone(), why);
        self.word.troubles.push(trouble);
    }

    /// When all lists have been asked, or one has decided.
    fn concluded(self) -> Word<'a> {
        let mut word = self.word;
        if word.by.is_none() && self.other_key.is_some() {
            word.by = self.other_key;
            word.troubles.clear();
        }
        // Lists are heard from the newest on, so what decides is older than these; or of another
        // key, and where each key has a list of its own, that lifts no revocation.
        let revoked = self.own_stale.flatten().or(self.other_stale.flatten());
        if word.by.is_some() {
            word.gap = None;
            if word.troubles.is_empty() {
                word.troubles.extend(revoked);
            }
        } else if word.troubles.is_empty() {
            word.gap.get_or_insert(Gap::NoList);
        } else {
            word.troubles.splice(0..0, revoked);
            word.gap = None;
        }
        word
    }
}

fn content(list: &List) -> Result<&Crl, Unusable> {
    list.content.as_ref().map_err(Unusable::from)
}

/// CRL numbers in their order; none is the least.
fn order(number: Option<&[u8]>) -> (usize, &[u8]) {
    let number = number.unwrap_or_default();
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    (number.len(), number)
}
