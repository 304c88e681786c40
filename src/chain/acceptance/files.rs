//! signing_policy and namespaces files, as Globus and canl-java read them.

use crate::chain::acceptance::{Judge, Objection, Reason, proxies};
use crate::chain::permission::{
    Content, PolicyFile, PolicyFlaw, PolicyFlawKind, PolicyFormat, PolicyMode, Ruling, rule_at,
};
use crate::chain::{Defect, PoolCertificate};
use crate::consumer::profile::Permission;

pub(super) fn judge(judge: &Judge<'_>, path: &[PoolCertificate], found: &mut Vec<Objection>) {
    let mode = match judge.profile.permission {
        Permission::None => return,
        Permission::Canl => PolicyMode::NamespacesElseGlobus,
        Permission::CanlRequired => PolicyMode::BothRequire,
        Permission::Globus => PolicyMode::AsGlobus,
    };
    let proxies = proxies::count(path, judge.profile.proxies);
    let mut ruling = Ruling::default();
    for (step, known) in path.iter().enumerate().skip(proxies) {
        if known.certificate.is_self_issued() {
            continue;
        }
        let files = files(judge, path, step, mode);
        rule_at(path, step, (&files, mode), &mut ruling);
    }
    let reasons = ruling.flaws.into_iter().filter_map(|flaw| match flaw.defect {
        Defect::Permission(trouble) => {
            let reason = match hidden(judge, path, flaw.step, &trouble) {
                Some(name) => Reason::NoOldHash(name),
                None => Reason::Permission(trouble),
            };
            Some(Objection::new(flaw.step, reason))
        }
        _ => None,
    });
    found.extend(reasons);
}

/// The name by the old hash under which canl-java misses a file that is there by the new one.
fn hidden(
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    step: usize,
    flaw: &PolicyFlaw,
) -> Option<String> {
    let PolicyFlawKind::Missing(_, wanted) = &flaw.kind else { return None };
    if judge.profile.permission == Permission::Globus {
        return None;
    }
    let issuer = &path.get(step)?.certificate.issuer;
    let hash = issuer.new_hash();
    let format = |file: &PolicyFile| match file.content {
        Content::SigningPolicy(_) => PolicyFormat::SigningPolicy,
        Content::Namespaces(_) => PolicyFormat::Namespaces,
    };
    let all = judge.presented.evidence.policies.iter();
    let mut there = all.filter(|file| file.hash == hash && wanted.contains(&format(file)));
    let extension = format(there.next()?).extension();
    Some(format!("{}.{extension}", issuer.old_hash()))
}

/// The files about one certificate. canl-java searches by the MD5 hash (OpenSSL before 1.0) of
/// names as they are encoded on the path.
fn files(
    judge: &Judge<'_>,
    path: &[PoolCertificate],
    step: usize,
    mode: PolicyMode,
) -> Vec<PolicyFile> {
    let all = judge.presented.evidence.policies.iter();
    if mode == PolicyMode::AsGlobus || judge.presented.names.is_empty() {
        return all
            .filter(|file| mode != PolicyMode::AsGlobus || !file.old_hash)
            .cloned()
            .collect();
    }
    let issuers = path.iter().skip(step).map(|known| &known.certificate.issuer);
    let spelled: Vec<(String, String)> =
        issuers.map(|name| (name.new_hash(), name.old_hash())).collect();
    let is_there = |file: &&PolicyFile| {
        let extension = match file.content {
            Content::SigningPolicy(_) => PolicyFormat::SigningPolicy.extension(),
            Content::Namespaces(_) => PolicyFormat::Namespaces.extension(),
        };
        spelled.iter().any(|(new, old)| {
            let name = format!("{old}.{extension}");
            *new == file.hash && judge.presented.names.contains(&name)
        })
    };
    all.filter(is_there).cloned().collect()
}
