//! `who`: would this software accept this credential here?

mod certificate;
mod conclusion;
mod judged;
mod subject;
mod token;

use crate::command::Call;
use crate::command::arguments::groups::NEED;
use crate::command::arguments::{arguments, operand, option};
use crate::command::definition::{Definition, Group};
use crate::command::who::judged::Judged;
use crate::command::who::subject::{Asked, ReadCredential};
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
use crate::consumer::{Consumer, selection};
use crate::gather::clients;
use crate::gather::clients::Choice;
use crate::locate::CaOptions;
use crate::report::{Item, Report};
use crate::text::time::Seconds;

/// `who`.
pub const WHO: Definition<Args> = Definition {
    name: "who",
    group: Group::Check,
    about: "Which software accepts the credential, and why the rest refuses it",
    example: "certok who cert",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `who`.
    pub struct Args {
        words: Vec<String> = operand("words", "WHAT",
            "bearer, cert, host, idtoken, proxy or token, and a file; without words, all credentials \
             that are found")
        .with(|arg| arg.num_args(0..=2)),
        tool: Option<Selection> = option("tool", "NAME",
            "Only this one of the lines, with everything; or a family as xrootd or python; or those \
             of grid, web or all"),
        need: Seconds = NEED,
        ca: CaOptions,
    }
}

/// One line for each consumer.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let Asked { mut credentials, is_file } = Asked::read(args, call)?;
    if let Some(selection) = args.tool {
        credentials.retain(|credential| credential.is_for(selection));
        if credentials.is_empty() {
            return Err(unfit(selection));
        }
    }
    let mut report = call.report();
    let is_shown = credentials.iter().any(ReadCredential::is_certificate) && !is_file;
    if is_shown && !call.exit_only {
        report.columns = &["client here", "would show"];
        let is_asked = |(names, _): &(Vec<&str>, Choice)| {
            args.tool.is_none_or(|selection| is_meant(selection, names))
        };
        report.items.extend(clients::choices(call.env).into_iter().filter(is_asked).map(client));
    }
    let judged: Vec<Judged> = credentials.into_iter().map(|one| one.judge(args, call)).collect();
    conclusion::conclude(&mut report, judged, args.tool, call);
    Ok(report)
}

/// What a tool takes, if it takes nothing of what was asked about.
fn unfit(selection: Selection) -> String {
    let mut kinds = Vec::new();
    if selection.profiles().next().is_some() {
        kinds.push("certificates");
    }
    for (kind, name) in [(TokenKind::Bearer, "bearer tokens"), (TokenKind::IdToken, "IDTOKENS")] {
        if !selection.tokens(kind).is_empty() {
            kinds.push(name);
        }
    }
    if kinds.is_empty() {
        return format!("--tool {}: it shows or takes no credential of that kind", selection.word);
    }
    let takes = kinds.join(" and ");
    format!(
        "--tool {}: it takes {takes} alone, and there is none among what is asked",
        selection.word
    )
}

/// Whether a client of these names is of the software that was asked about.
fn is_meant(selection: Selection, names: &[&str]) -> bool {
    let is_named = |consumer: &Consumer| names.contains(&consumer.tool.name());
    selection::groups().any(|group| group == selection.word)
        || selection.profiles().any(|profile| is_named(&profile.consumer))
        || selection.clients().any(|client| is_named(&client.consumer))
}

/// What clients would take: a line.
fn client((names, choice): (Vec<&'static str>, Choice)) -> Item {
    let title = names.join(", ");
    let mut item = Item::new("client", title.clone());
    item.row = vec![title, choice.line()];
    item.machine("clients", names.into_iter().map(str::to_owned).collect::<Vec<_>>());
    item.fact("certificate", "certificate", choice.certificate);
    item.fact("key", "key", choice.key);
    item.fact("cas", "CAs", choice.cas);
    item
}
