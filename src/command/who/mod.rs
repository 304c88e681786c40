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
use crate::command::who::subject::{Asked, Subject};
use crate::consumer::selection;
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
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
    let env = call.env;
    let asked = Asked::read(&args.words, args.tool, env)?;
    let subjects: Vec<Subject> = match args.tool {
        None => asked.subjects,
        Some(selection) => {
            let kept = asked.subjects.into_iter().filter(|subject| subject.is_for(selection));
            let kept: Vec<Subject> = kept.collect();
            if kept.is_empty() {
                return Err(unfit(selection));
            }
            kept
        }
    };
    let mut report = call.report();
    if subjects.iter().any(Subject::is_certificate) && !asked.is_file && !call.exit_only {
        report.columns = &["client here", "would show"];
        let asked = |(names, _): &(Vec<&'static str>, Choice)| {
            args.tool.is_none_or(|selection| names.iter().any(|name| is_meant(selection, name)))
        };
        report.items.extend(clients::choices(env).into_iter().filter(asked).map(client));
    }
    let judged: Vec<Judged> = subjects.into_iter().map(|one| one.judge(args, call)).collect();
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

/// Whether the client called `name` is of the software that was asked about.
fn is_meant(selection: Selection, name: &str) -> bool {
    let family = |word: &str| word.split('-').next().unwrap_or_default().to_lowercase();
    let name = name.to_lowercase();
    selection::groups().any(|group| group == selection.word)
        || name.split(' ').next().is_some_and(|first| first == family(selection.word))
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
