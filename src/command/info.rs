//! `cert-info`, `token-info`: all facts, and whether dates and key are good.

use std::sync::Arc;

use crate::check::precedence::CheckKind;
use crate::check::{file, lifetime, precedence, token};
use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, Operands};
use crate::command::certificate::Scope;
use crate::command::definition::{Alien, Definition, Each, Group};
use crate::command::{Call, Conventions, Noun, certificate, operands, pair};
use crate::describe;
use crate::gather::credential::{CredentialFile, Read, advised};
use crate::gather::{credential, other_tools};
use crate::parse::cert::Certificate;
use crate::parse::file::Slot;
use crate::report::{AlienForm, Finding, Item, Report, Value};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// `cert-info`.
pub const CERT: Definition<Args> = Definition {
    name: "cert-info",
    group: Group::Info,
    about: "Everything worth knowing about the user certificate; judges dates and key, not trust",
    example: "certok cert-info",
    alien: Alien::Program(AlienForm::Info),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| operands::one_by_one(task, operand(Noun::Cert, args.need, call)),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Cert, args, call)))
};

/// `token-info`.
pub const TOKEN: Definition<Args> = Definition {
    name: "token-info",
    group: Group::Info,
    about: "The same for the JAliEn token",
    example: "certok token-info --for 12h",
    alien: Alien::Program(AlienForm::Info),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| operands::one_by_one(task, operand(Noun::Token, args.need, call)),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Token, args, call)))
};

arguments! {
    /// Arguments of `cert-info`, `token-info`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
    }
}

/// Describes one operand.
pub(in crate::command) fn operand<'a>(
    noun: Noun,
    need: Seconds,
    call: &Call<'a>,
) -> impl Fn(&Candidate) -> Report + Sync + use<'a> {
    let (command, env) = (call.name, call.env);
    let scope = call.scope(need);
    move |one| {
        let half = CredentialFile::read(noun.cert(), one.clone());
        let mut report = Report::new(command, env.now);
        certificate(&half, scope, env, &mut report);
        if !scope.exit_only {
            report.good = good(&half, &report.items, env);
        }
        report
    }
}

/// Describes the credential that is in use.
fn run(noun: Noun, args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let (scope, env) = (call.scope(args.need), call.env);
    let half = CredentialFile::located(noun.cert(), env);
    certificate(&half, scope, env, &mut report);
    if half.found().is_some() {
        match call.conventions {
            Conventions::Alien => report.findings.extend(pair::unreadable_key(&half, env)),
            Conventions::Own => {
                let key = CredentialFile::located(noun.cert().partner(), env);
                beside(&half, &key, scope, env, &mut report);
            }
        }
    }
    if !scope.exit_only {
        report.good = good(&half, &report.items, env);
    }
    report
}

/// Facts and findings about a certificate and its key, wherever they are.
pub fn of_pair(
    cert: &CredentialFile,
    key: &CredentialFile,
    scope: Scope,
    env: &Env,
    report: &mut Report,
) {
    certificate(cert, scope, env, report);
    beside(cert, key, scope, env, report);
    report.good = good(cert, &report.items, env);
}

/// Facts and findings about the key, and about the files of both.
fn beside(
    cert: &CredentialFile,
    key: &CredentialFile,
    scope: Scope,
    env: &Env,
    report: &mut Report,
) {
    let (item, findings) = pair::judge(cert, key, !scope.exit_only, env);
    report.items.extend(item);
    pair::add(&mut report.findings, findings);
    precedence::add(CheckKind::Credential, &mut report.findings, credential::modes(cert, key, env));
    report.findings.extend(cert.shadow(env));
    report.findings.extend(key.shadow(env));
}

/// Facts and findings about the certificate alone.
pub fn certificate(half: &CredentialFile, scope: Scope, env: &Env, report: &mut Report) {
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else { return };
    let from = half.described();
    if !scope.exit_only {
        report.items.extend(items(half, read, &from, env));
        let others = Value::Texts(other_tools::credential(half, env));
        if let Some(first) = report.items.first_mut() {
            first.detail("elsewhere", "others use", others);
            first.machine("file_order", certificate::order(&read.contents));
            first.machine("path", read.source.path().map(|path| path.display().to_string()));
        }
    }
    let located = half.read_as();
    let form = file::certificates(&read.source, &read.contents, located, env.now);
    report.findings.extend(advised(half.role, form));
    let Some(first) = read.contents.first() else {
        return;
    };
    let old_first = report.findings.iter().any(|f| f.is(&file::OLD_FIRST));
    let lifetime = lifetime::check(
        &first.validity,
        lifetime::Question {
            noun: &certificate::named(half, first),
            need: scope.need,
            kind: certificate::lifetime_kind(half, first),
            now: env.now,
        },
    );
    report.findings.extend(lifetime.filter(|_| !old_first));
    report.findings.extend(certificate::kind(half, first, scope, env));
    let old_ca = half.role.is_token().then(|| token::old_ca(first)).flatten();
    report.findings.extend(old_ca.map(Finding::as_warning));
}

/// The facts that distinguish this certificate from others.
pub fn brief_item(half: &CredentialFile, env: &Env) -> Option<Item> {
    let read = half.found()?;
    let item = items(half, read, &half.described(), env).into_iter().next()?;
    Some(item.brief(&["from", "subject", "not_after", "key"]))
}

fn items(half: &CredentialFile, read: &Read, from: &str, env: &Env) -> Vec<Item> {
    let first = read.contents.certificates.first().map(|slot| slot.block);
    let item = |(slot, certificate): (&Slot<Arc<Certificate>, _>, &Arc<Certificate>)| {
        let title = if Some(slot.block) == first {
            certificate::noun(half, certificate).to_owned()
        } else {
            format!("also in the file (block {})", slot.block)
        };
        describe::certificate::item(&title, certificate, from, slot.block, env.now)
    };
    read.contents.readable().map(item).collect()
}

/// The sentence that is printed if there is nothing wrong, with what `items` say about the key.
pub fn good(half: &CredentialFile, items: &[Item], env: &Env) -> String {
    let Some(certificate) = half.found().and_then(|read| read.contents.first()) else {
        return String::new();
    };
    let whose = format!(
        "{} of {}",
        certificate::noun(half, certificate),
        certificate.subject.common_name()
    );
    let noun = if half.role.is_token() { Noun::Token } else { Noun::Cert };
    certificate::judged_alone(&whose, certificate.validity.not_after, items, noun.verify(), env)
}
