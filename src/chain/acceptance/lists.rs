//! Judges revocation by the lists, as a consumer uses them.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::attempt::is_same_name;
use crate::chain::acceptance::{Judge, ListFlaw, Objection, Reason};
use crate::chain::revocation::{List, Unusable, points_of};
use crate::chain::signature::names_another;
use crate::consumer::profile::{Choice, Expired, Files, Lists, Names, Of, Scope, Use};
use crate::crypto::{Hash, Scheme};
use crate::parse::ca_dir::EntryName;
use crate::parse::cert::Certificate;
use crate::parse::crl::{Crl, OnlyContains, distribution_points};

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
            Choice::Newest => lists.sort_by_key(|(_, crl)| std::cmp::Reverse(crl.this_update)),
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
        let names = match self.judge.profile.names {
            Names::Line => Names::Canonical,
            names => names,
        };
        all()
            .filter(reads)
            .filter(|list| reads_der || !list.der)
            .filter_map(|list| Some((list, list.content.as_ref().ok()?)))
            .filter(|(_, crl)| is_same_name(names, &crl.issuer, &self.certificate.issuer))
            .filter(|(_, crl)| !crl.is_delta())
            .collect()
    }

    /// OpenSSL's `get_crl_score`: larger is better.
    fn score(&self, crl: &Crl) -> (bool, bool, bool, i64) {
        let known = crl.extensions.unknown_critical.is_empty();
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
            (crl.version == 1, how.version_1, ListFlaw::Unusable),
            (crl.next_update.is_none(), how.endless, ListFlaw::NoNextUpdate),
            (!extensions.unknown_critical.is_empty(), how.unknown_critical, ListFlaw::Unusable),
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
                Scope::Refuses => bad(ListFlaw::Scope),
                Scope::Ignored | Scope::WithoutPointIsWithin => CrlVerdict::Nothing,
            };
        }
        if let Some(verdict) = self.signer(list, crl) {
            return verdict;
        }
        if how.future_refused && at < crl.this_update {
            return bad(ListFlaw::NotYetValid);
        }
        let ended = |end: crate::text::time::UnixTime| match self.judge.profile.dates.last_second {
            true => end < at,
            false => end <= at,
        };
        if crl.next_update.is_some_and(ended) {
            match how.expired {
                Expired::Used => {}
                Expired::RefusedByHash if self.counts_as_removed() => return CrlVerdict::Nothing,
                Expired::Refused | Expired::RefusedByHash => return bad(ListFlaw::Expired),
            }
        }
        match list.find(crl, self.certificate) {
            Ok(found) => CrlVerdict::Good(found.is_some() && how.effective),
            Err(_) => bad(ListFlaw::Unusable),
        }
    }

    /// Whether an allowed key signed the list.
    fn signer(&self, list: &List, crl: &Crl) -> Option<CrlVerdict> {
        let how = self.how;
        let bad = |flaw| Some(CrlVerdict::Bad(Reason::List(flaw)));
        if !how.signature {
            return None;
        }
        let sha1 = matches!(
            crl.algorithm.scheme,
            Some(Scheme::RsaPkcs1(Hash::Sha1) | Scheme::Ecdsa(Hash::Sha1))
        );
        if sha1 && how.sha1 == Use::Refused {
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
        if others || scope.indirect || scope.reasons.is_some() {
            return false;
        }
        let Some(published) = scope.name.as_ref() else {
            return self.how.scope != Scope::WithoutPointIsWithin;
        };
        match points_of(self.certificate).and_then(distribution_points) {
            None => self.how.scope == Scope::WithoutPointIsWithin,
            Some(points) => points.iter().any(|point| {
                let by = &crl.issuer;
                point.name.as_ref().is_some_and(|name| name.keys(by).meet(&published.keys(by)))
            }),
        }
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
