//! Judges revocation by the lists, as a consumer uses them.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::attempt::is_same_name;
use crate::chain::acceptance::certificate::weak_digest;
use crate::chain::acceptance::{Judge, ListFlaw, Objection, Reason};
use crate::chain::revocation::{List, Unusable, points_of};
use crate::chain::signature::names_another;
use crate::consumer::profile::{Choice, Entries, Expired, Files, Lists, Of, Scope, Use};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::crl::{self, Crl, OnlyContains, PointName, distribution_points};
use crate::text::time::UnixTime;

pub(super) fn judge(
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    proxies: usize,
    found: &mut Vec<Objection>,
) {
    let Some(how) = &judge.profile.lists else {
        return;
    };
    let last = path.len().saturating_sub(1);
    for (step, known) in path.iter().enumerate().skip(proxies) {
        let is_root = step == last;
        if is_root && (how.of == Of::BelowAnchor || !known.certificate.is_self_issued()) {
            continue;
        }
        let issuer = path.get(step + 1).unwrap_or(known);
        let check = RevocationCheck {
            judge,
            how,
            certificate: &known.certificate,
            issuer: &issuer.certificate,
            below_sent: step + 1 < last,
        };
        found.extend(check.refusal().map(|reason| Objection::new(step, reason)));
    }
}

/// The number that canl-java uses for "not revoked".
const CANL_UNREVOKED: u8 = 11;

/// A certificate whose revocation is checked, and its issuer.
struct RevocationCheck<'a> {
    judge: &'a Judge<'a>,
    how: &'a Lists,
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    /// Whether the issuer is not the anchor.
    below_sent: bool,
}

/// The result for one list.
enum CrlVerdict {
    /// The list counts. Whether it revokes the certificate.
    Good(bool),
    /// The list is a reason to refuse.
    Bad(Reason),
    /// The list counts as missing.
    Nothing,
}

impl RevocationCheck<'_> {
    fn refusal(&self) -> Option<Reason> {
        if self.finds_other() {
            return Some(Reason::List(ListFlaw::Unusable));
        }
        let mut lists = self.lists();
        let missing = || self.how.required.then_some(Reason::List(ListFlaw::Missing));
        match self.how.choice {
            Choice::AnyGood => {
                let (mut good, mut bad) = (None, None);
                for (list, crl) in &lists {
                    match self.judge_list(list, crl) {
                        CrlVerdict::Good(revoked) => good = Some(good.unwrap_or(false) | revoked),
                        CrlVerdict::Bad(reason) => bad = bad.or(Some(reason)),
                        CrlVerdict::Nothing => {}
                    }
                }
                return match good {
                    Some(true) => Some(Reason::List(ListFlaw::Revoked)),
                    Some(false) => None,
                    None => bad.or_else(missing),
                };
            }
            Choice::First => {}
            Choice::FirstCurrent => {
                lists.sort_by_key(|(_, crl)| crl.next_update.is_some_and(|end| self.is_over(end)));
            }
            Choice::Newest => {
                lists.reverse();
                lists.sort_by_key(|(_, crl)| std::cmp::Reverse(crl.this_update));
            }
            Choice::Score => lists.sort_by_key(|(_, crl)| std::cmp::Reverse(self.score(crl))),
        }
        for (list, crl) in &lists {
            match self.judge_list(list, crl) {
                CrlVerdict::Good(true) => return Some(Reason::List(ListFlaw::Revoked)),
                CrlVerdict::Good(false) => return None,
                CrlVerdict::Bad(reason) => return Some(reason),
                CrlVerdict::Nothing => {}
            }
        }
        missing()
    }

    /// The issuer's lists that the consumer reads.
    fn lists(&self) -> Vec<(&List, &Crl)> {
        let hash = self.certificate.issuer.new_hash();
        let all = || self.judge.presented.evidence.lists.iter();
        let index = |list: &List| {
            let name = list.from.rsplit('/').next().unwrap_or_default();
            match EntryName::parse(name) {
                EntryName::Crl { hash: found, index } if found == hash => Some(index),
                _ => None,
            }
        };
        let is_there = |wanted: u32| all().any(|list| index(list) == Some(wanted));
        let gap = (0..).find(|at| !is_there(*at)).unwrap_or_default();
        let reads = |list: &&List| match (self.how.files, index(list)) {
            (_, None) => list.hash.is_none(),
            (Files::All, _) => true,
            (Files::First, at) => at == Some(0) && list.block == 1,
            (Files::UntilGap, at) => at.is_some_and(|at| at < gap),
        };
        let reads_der = self.how.choice == Choice::AnyGood;
        all()
            .filter(reads)
            .filter(|list| reads_der || !list.der)
            .filter_map(|list| Some((list, list.content.as_ref().ok()?)))
            .filter(|(_, crl)| self.is_of_issuer(crl))
            .collect()
    }

    fn is_of_issuer(&self, crl: &Crl) -> bool {
        is_same_name(self.how.names, &crl.issuer, &self.certificate.issuer)
    }

    /// Whether a consumer that reads one file alone finds the list of another issuer in it.
    fn finds_other(&self) -> bool {
        let hash = self.certificate.issuer.new_hash();
        let is_first = |list: &&List| {
            list.block == 1 && list.from.rsplit('/').next() == Some(&format!("{hash}.r0"))
        };
        let mut all = self.judge.presented.evidence.lists.iter().filter(is_first);
        let other = all.find_map(|list| list.content.as_ref().ok());
        self.how.files == Files::First && other.is_some_and(|crl| !self.is_of_issuer(crl))
    }

    /// OpenSSL's `get_crl_score`: larger is better.
    fn score(&self, crl: &Crl) -> (bool, bool, bool, i64) {
        let known = !self.has_unknown(crl);
        let at = self.judge.presented.at;
        let current = crl.this_update <= at && crl.next_update.is_none_or(|end| at < end);
        (known, self.is_in_scope(crl), current, crl.this_update.0)
    }

    fn judge_list(&self, list: &List, crl: &Crl) -> CrlVerdict {
        let at = self.judge.presented.at;
        let how = self.how;
        let bad = |flaw| CrlVerdict::Bad(Reason::List(flaw));
        let extensions = &crl.extensions;
        if how.key_id
            && names_another(
                &extensions.authority_key_id,
                &extensions.authority_serial,
                self.issuer,
            )
        {
            return CrlVerdict::Nothing;
        }
        if how.choice == Choice::AnyGood && crl.this_update > self.certificate.validity.not_after {
            return CrlVerdict::Nothing;
        }
        let properties = [
            (!extensions.are_there, how.bare, ListFlaw::Unusable),
            (crl.is_delta(), how.delta, ListFlaw::Unusable),
            (crl.next_update.is_none(), how.endless, ListFlaw::NoNextUpdate),
            (self.has_unknown(crl), how.unknown_critical, ListFlaw::Unusable),
        ];
        for (has, used, flaw) in properties {
            match used {
                _ if !has => {}
                Use::PassedOver => return CrlVerdict::Nothing,
                Use::Refused => return bad(flaw),
                Use::RefusedBelowSent | Use::Used => {}
            }
        }
        if !self.is_in_scope(crl) {
            return match how.scope {
                Scope::Refuses | Scope::RefusesButIssuer => bad(ListFlaw::Scope),
                Scope::Ignored | Scope::WithoutPointIsWithin => CrlVerdict::Nothing,
            };
        }
        if how.scope == Scope::Refuses && self.covers_some_reasons(crl) {
            return bad(ListFlaw::Missing);
        }
        if let Some(verdict) = self.signer(list, crl) {
            return verdict;
        }
        if how.future_refused && at < crl.this_update {
            return bad(ListFlaw::NotYetValid);
        }
        if crl.next_update.is_some_and(|end| self.is_over(end)) {
            match how.expired {
                Expired::Used => {}
                Expired::RefusedByHash if self.counts_as_removed() => return CrlVerdict::Nothing,
                Expired::Refused | Expired::RefusedByHash => return bad(ListFlaw::Expired),
            }
        }
        self.entries(list, crl)
    }

    fn entries(&self, list: &List, crl: &Crl) -> CrlVerdict {
        let survey = list.survey(crl, self.certificate);
        let mut listed = survey.listed.iter();
        let is_removal = |reason: Option<crl::Reason>| {
            reason.is_some_and(|reason| reason == crl::Reason::REMOVE_FROM_CRL)
        };
        let is_indirect = crl.extensions.scope.as_ref().is_some_and(|scope| scope.indirect);
        let revoked = match self.how.entries {
            Entries::Serial => listed.next().is_some(),
            Entries::WithIssuer if survey.has_critical => {
                return CrlVerdict::Bad(Reason::List(ListFlaw::Unusable));
            }
            Entries::WithIssuer => listed.any(|one| one.is_of_issuer && !is_removal(one.reason)),
            Entries::WithReason => listed.any(|one| {
                let unrevoked = one.reason.is_some_and(|reason| reason.0 == CANL_UNREVOKED);
                (one.is_of_issuer || !is_indirect) && !is_removal(one.reason) && !unrevoked
            }),
            Entries::Understood if survey.is_odd || survey.has_issuer => {
                return CrlVerdict::Nothing;
            }
            Entries::Understood => listed.next().is_some(),
        };
        CrlVerdict::Good(revoked && self.how.effective)
    }

    fn has_unknown(&self, crl: &Crl) -> bool {
        let mut critical = crl.extensions.critical.iter();
        critical.any(|oid| !self.how.known.contains(&oid.as_str()))
    }

    fn is_over(&self, end: UnixTime) -> bool {
        match self.judge.profile.dates.last_second {
            true => end < self.judge.presented.at,
            false => end <= self.judge.presented.at,
        }
    }

    /// Whether an allowed key signed the list.
    fn signer(&self, list: &List, crl: &Crl) -> Option<CrlVerdict> {
        let how = self.how;
        let bad = |flaw| Some(CrlVerdict::Bad(Reason::List(flaw)));
        if !how.signature {
            return None;
        }
        let weak = || weak_digest(&crl.algorithm, self.judge.profile).is_some();
        if how.weak == Use::Refused && weak() {
            return bad(ListFlaw::Unusable);
        }
        match list.voucher(&[self.issuer], self.judge.budget) {
            Err(Unusable::BadSignature) => bad(ListFlaw::BadSignature),
            Err(Unusable::NoCrlSign) => match how.no_crl_sign {
                Use::Refused => bad(ListFlaw::NoCrlSign),
                Use::RefusedBelowSent if self.below_sent => bad(ListFlaw::NoCrlSign),
                _ => None,
            },
            Err(Unusable::Forbidden(name) | Unusable::Unverifiable(name)) => {
                let words = format!("certok cannot verify a list signed by {name}");
                Some(CrlVerdict::Bad(Reason::NotKnown(words)))
            }
            // The signature was checked before.
            Ok(_) | Err(_) => None,
        }
    }

    /// Whether the certificate is in the scope of the list.
    fn is_in_scope(&self, crl: &Crl) -> bool {
        let Some(scope) =
            crl.extensions.scope.as_ref().filter(|_| self.how.scope != Scope::Ignored)
        else {
            return true;
        };
        let is_ca = self.certificate.is_ca();
        let others = match scope.only {
            None => false,
            Some(OnlyContains::AttributeCerts) => true,
            Some(OnlyContains::CaCerts) => !is_ca,
            Some(OnlyContains::UserCerts) => is_ca,
        };
        let is_lenient = self.how.scope == Scope::RefusesButIssuer;
        if others || !is_lenient && (scope.indirect || scope.reasons.is_some()) {
            return false;
        }
        let Some(published) = scope.name.as_ref() else {
            return self.how.scope != Scope::WithoutPointIsWithin;
        };
        let published_keys = published.keys(&crl.issuer);
        if is_lenient && published_keys.holds_directory(&self.certificate.issuer) {
            return true;
        }
        match points_of(self.certificate).and_then(distribution_points) {
            None => self.how.scope == Scope::WithoutPointIsWithin,
            Some(points) => points.iter().any(|point| {
                let by = &crl.issuer;
                point.name.as_ref().is_some_and(|name| name.keys(by).meet(&published_keys))
            }),
        }
    }

    /// crl_crldp_check: whether the first distribution point of the certificate that the list
    /// matches names reasons. Then other lists would have to cover the other reasons.
    fn covers_some_reasons(&self, crl: &Crl) -> bool {
        let scope = crl.extensions.scope.as_ref();
        let published = scope.and_then(|scope| scope.name.as_ref());
        let matches = |name: &PointName| {
            published.is_none_or(|own| name.keys(&crl.issuer).meet(&own.keys(&crl.issuer)))
        };
        let points = points_of(self.certificate).and_then(distribution_points);
        let first = points.into_iter().flatten().find(|p| p.name.as_ref().is_none_or(matches));
        first.is_some_and(|point| point.reasons.is_some())
    }

    /// check_revoked of Globus opens an expired list again by its hash without leading zeros. If no
    /// such file exists, it takes the list for removed.
    fn counts_as_removed(&self) -> bool {
        let hash = self.certificate.issuer.new_hash();
        let short = hash.trim_start_matches('0');
        let names = &self.judge.presented.names;
        short != hash && !names.iter().any(|name| *name == format!("{short}.r0"))
    }
}
