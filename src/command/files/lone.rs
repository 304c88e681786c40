//! Facts of files that are no credential alone: a key, a revocation list.

use crate::chain::revocation::{Unusable, late};
use crate::check::chain::revocation;
use crate::check::file;
use crate::check::key_match::Verdict;
use crate::command::certificate::Scope;
use crate::command::files::INFO;
use crate::command::{key_match, pair};
use crate::gather::credential::CredentialFile;
use crate::locate::Role;
use crate::parse::crl;
use crate::parse::key::LockedKey;
use crate::report::Report;
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::{describe, load};

/// A private key: its form and its file. The owner is not checked.
pub(super) fn key(candidate: &Candidate, scope: Scope, env: &Env) -> Report {
    let mut report = Report::new(INFO.name, env.now);
    let half = CredentialFile::read(Role::UserKey, candidate.clone());
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else {
        return report;
    };
    report.findings.extend(file::keys(&read.source, &read.contents, None));
    report.findings.extend(half.modes(env));
    if scope.exit_only {
        return report;
    }
    let unknown = Verdict { proof: None, refuted: false, findings: Vec::new() };
    report.items.extend(pair::key_item(&half, &unknown));
    let locked =
        read.contents.keys.iter().any(|slot| matches!(slot.parsed, Ok(LockedKey::Locked(_))));
    let form = if locked { "an encrypted private key" } else { "a private key" };
    let from = half.described();
    report.good = format!(
        "{from} is {form}; `certok {} CERT {from}` says whether it belongs to a certificate",
        key_match::CERT.name
    );
    report
}

/// Revocation lists: the issuer, and how long they are valid. Signatures would need the CA
/// directory.
pub(super) fn list(candidate: &Candidate, scope: Scope, env: &Env) -> Report {
    let mut report = Report::new(INFO.name, env.now);
    let Ok(source) = load::load(candidate) else {
        return report;
    };
    let from = source.origin.to_string();
    let mut good = Vec::new();
    for input in crl::read(source.bytes.to_vec()) {
        let crl = match input.parsed {
            Ok(crl) => crl,
            Err(what) => {
                let found = revocation::unusable(&Unusable::Corrupt(what), "", &from, env.now);
                report.findings.push(found.as_stale());
                continue;
            }
        };
        let issuer = crl.issuer.common_name();
        if let Some(why) = late(&crl, env.now) {
            report.findings.push(revocation::unusable(&why, &issuer, &from, env.now).as_stale());
        }
        let until = crl.next_update.map_or_else(String::new, |end| {
            format!(", until {} ({})", end.screen(), end.relative_to(env.now))
        });
        good.push(format!("CRL of {issuer}{until}; its signature was not checked"));
        if !scope.exit_only {
            report.items.push(describe::revocation::list(&from, &crl));
        }
    }
    report.good = good.join("; ");
    report
}
