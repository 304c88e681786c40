//! `proxy-info`: what the proxy is, whose identity it has, and whether dates and key are good.

use crate::chain::budget::Budget;
use crate::chain::proxy::Chain;
use crate::chain::{PoolCertificate, proxy};
use crate::check::precedence::CheckKind;
use crate::check::{chain, file, lifetime, precedence};
use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, Operands, VO, Vo};
use crate::command::certificate::{Scope, incomplete};
use crate::command::definition::{Definition, Each, Group};
use crate::command::{Call, Noun, certificate, operands, pair};
use crate::gather::credential::{CredentialFile, Read, advised};
use crate::gather::options::VomsOptions;
use crate::gather::other_tools;
use crate::gather::voms::Voms;
use crate::locate::Role;
use crate::report::{Finding, Item, Report, Value};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::text::time::Seconds;
use crate::{check, describe};

/// `proxy-info`.
pub const INFO: Definition<Args> = Definition {
    name: "proxy-info",
    group: Group::Info,
    about: "The same for the proxy: its type, whose identity it has, how long the whole chain \
            lasts",
    example: "certok proxy-info --for 1h",
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| operands::one_by_one(task, operand(args.need, args.voms(), call)),
    }),
    ..Definition::reporting(|args, call| {
        let proxy = CredentialFile::located(Role::Proxy, call.env);
        Ok(one(&proxy, call.name, call.scope(args.need), &args.voms(), call.env))
    })
};

arguments! {
    /// Arguments of `proxy-info`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
        vo: Vo = VO,
    }
}

impl Args {
    fn voms(&self) -> VomsOptions {
        VomsOptions { vo: self.vo.0.clone(), ..VomsOptions::default() }
    }
}

/// Describes one operand.
pub(in crate::command) fn operand<'a>(
    need: Seconds,
    voms: VomsOptions,
    call: &Call<'a>,
) -> impl Fn(&Candidate) -> Report + Sync + use<'a> {
    let (command, scope, env) = (call.name, call.scope(need), call.env);
    move |file| one(&CredentialFile::read(Role::Proxy, file.clone()), command, scope, &voms, env)
}

/// Everything about one proxy file, except its path to an anchor.
pub fn one(
    half: &CredentialFile,
    command: &'static str,
    scope: Scope,
    asked: &VomsOptions,
    env: &Env,
) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else {
        return report;
    };
    let form = file::certificates(&read.source, &read.contents, half.read_as(), env.now);
    report.findings.extend(advised(half.role, form));
    let known = read.known();
    let budget = Budget::of(OWN_CHAIN_UNITS);
    let path = own_chain(&known, &budget);
    report.findings.extend(budget.exhausted().map(|limit| {
        chain::EXHAUSTED
            .found(format!("the chain in {} was followed up to {limit}", half.described()))
    }));
    if !scope.exit_only {
        report.items.extend(item(half, read, &path, env));
    }
    if let (true, Some((slot, leaf))) = (scope.values, read.contents.readable().next()) {
        report.about.push(describe::certificate::item("", leaf, "", slot.block, env.now));
    }
    report.findings.extend(times(&path, scope.need, env));
    let voms = Voms::of(&path);
    let attributes = voms.describe(env.now, scope.need, asked, &mut report.findings);
    report.items.extend(attributes.into_iter().filter(|_| !scope.exit_only));
    report.findings.extend(incomplete(read, &path, env));
    let (key, findings) = pair::of_proxy(half, read, !scope.exit_only, env);
    report.items.extend(key);
    report.findings.extend(findings);
    precedence::add(CheckKind::Proxy, &mut report.findings, half.modes(env));
    report.findings.extend(half.shadow(env));
    if !scope.exit_only {
        report.good = good(&path, &report.items, env) + &voms.summary(env.now);
    }
    report
}

/// The chain in the file from its first certificate on, if this is the one in question.
fn own_chain(known: &[PoolCertificate], budget: &Budget) -> Vec<PoolCertificate> {
    known
        .split_first()
        .map_or_else(Vec::new, |(leaf, helpers)| proxy::within(leaf, helpers, budget))
}

/// Units of work for the chain in one file: 10 delegations with P-521, or two keys of RSA-16384.
const OWN_CHAIN_UNITS: u64 = 20_000;

/// Findings about the dates of all certificates of the chain in the file.
fn times(path: &[PoolCertificate], need: Seconds, env: &Env) -> Vec<Finding> {
    let Some(leaf) = path.first() else {
        return Vec::new();
    };
    let noun = format!("proxy {}", leaf.from);
    let question = lifetime::Question {
        noun: &noun,
        need,
        kind: lifetime::CredentialKind::Proxy,
        now: env.now,
    };
    let own = lifetime::check(&leaf.certificate.validity, question);
    let above =
        (1..path.len()).filter_map(|step| check::proxy::link_lifetime(path, step, question));
    own.into_iter().chain(above).collect()
}

/// The facts of the proxy, followed by those of VOMS attributes and the like.
fn item(half: &CredentialFile, read: &Read, path: &[PoolCertificate], env: &Env) -> Option<Item> {
    let mut others = read.known();
    others.retain(|known| path.iter().all(|link| link.block != known.block));
    let mut item = describe::proxy::item(&describe::proxy::Facts {
        chain: Chain::new(path),
        path,
        others: &others,
        from: &half.described(),
        now: env.now,
    })?;
    item.machine("file_order", certificate::order(&read.contents));
    item.machine("path", read.source.path().map(|path| path.display().to_string()));
    let others = Value::Texts(other_tools::credential(half, env));
    item.detail("elsewhere", "others use", others);
    Some(item)
}

/// The sentence that is printed if there is nothing wrong, with what `items` say about the key.
fn good(path: &[PoolCertificate], items: &[Item], env: &Env) -> String {
    let chain = Chain::new(path);
    let (Some(identity), Some(end)) = (chain.identity(), describe::proxy::end(path)) else {
        return String::new();
    };
    let whose = format!("proxy of {}", identity.common_name());
    certificate::judged_alone(&whose, end, items, Noun::Proxy.verify(), env)
}
