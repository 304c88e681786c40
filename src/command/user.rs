//! `user NAME`: what alien.py's change of role means for credentials, and which token it needs.

use crate::check::token::OTHER_TOKEN;
use crate::command::arguments::groups::NEED;
use crate::command::arguments::{arguments, operand};
use crate::command::definition::{Definition, Group};
use crate::command::{Call, Noun, info};
use crate::gather::credential::CredentialFile;
use crate::parse::token::{Token, TokenKind};
use crate::report::{Exit, Finding, Item, Report, Value};
use crate::text::screen::for_screen;
use crate::text::shell;
use crate::text::time::Seconds;

/// `user`.
pub const USER: Definition<Args> = Definition {
    name: "user",
    group: Group::More,
    about: "Say whether the current token has a role of alien.py, and how to get one that has",
    example: "certok user alice",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `user`.
    pub struct Args {
        role: Option<String> = operand("word", "NAME", "The role, as alien.py's `user` takes it"),
        need: Seconds = NEED,
    }
}

/// Whether the current token has the role in the operand, and how to get one that has it.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let role = args.role.as_deref().map_or("", str::trim);
    if role.is_empty() {
        return Err(format!("which role? certok {} NAME", call.name));
    }
    let mut report = call.report();
    let half = CredentialFile::located(Noun::Token.cert(), env);
    info::certificate(&half, call.scope(args.need), env, &mut report);
    // Facts about the token are shown by token-info.
    report.items.clear();
    let subject = half
        .found()
        .and_then(|read| read.contents.first())
        .map(|first| Token::parse(&first.subject));
    let token = subject.flatten();
    let has = token.as_ref().is_some_and(|token| has_role(token, role));
    report.items.push(item(role, token.as_ref(), has));
    let command = command(role);
    if let (Some(token), false) = (&token, has) {
        report.findings.push(other(token, role, &command));
    }
    for finding in &mut report.findings {
        // Whatever is wrong with the current token, the user needs one with the role.
        if finding.exit == Exit::NotFound || finding.exit == Exit::Expired {
            finding.advice = format!("get a token with the role: {command}");
        }
    }
    report.good = format!(
        "the current token has the role {}: {}",
        for_screen(role),
        info::good(&half, &[], env)
    );
    Ok(report)
}

fn has_role(token: &Token, wanted: &str) -> bool {
    matches!(&token.kind, TokenKind::User { role, .. } if role == wanted)
}

/// The command of alien.py.
fn command(role: &str) -> String {
    format!("alien.py token-init -u {}", shell::quote(role))
}

fn item(role: &str, token: Option<&Token>, has: bool) -> Item {
    let shown = for_screen(role);
    let mut item = Item::new("role", format!("role {shown}"));
    let text = |text: String| Value::Text(text);
    item.machine("role", text(role.to_owned()));
    item.machine("has_role", Value::Bool(has));
    let current = match token.map(|token| &token.kind) {
        Some(TokenKind::User { account, role }) if account == role => {
            format!("user token of {account}, in its own role")
        }
        Some(TokenKind::User { account, role }) => {
            format!("user token of {account}, in the role {role}")
        }
        Some(TokenKind::Job { account, .. }) => {
            format!("job token of {account}; a job has no roles")
        }
        Some(TokenKind::JobAgent) => "pilot token; a pilot has no roles".to_owned(),
        Some(TokenKind::Host(name)) => format!("host token of {name}; a host has no roles"),
        None => "none".to_owned(),
    };
    item.fact("current", "you have", text(current));
    item.fact(
        "meaning",
        "changing",
        text(format!(
            "alien.py's `user {shown}` asks the service to act as {shown} for the rest of the \
             session; no file changes, and the service decides whether your account has the role"
        )),
    );
    item.fact(
        "needs",
        "needed",
        text(format!(
            "to have the role from the start, a user token \
             /C=ch/O=AliEn2/CN=Users/CN=(your account)/OU={shown}"
        )),
    );
    item.fact("command", "get one", text(command(role)));
    item.detail(
        "test_ca",
        "of a test CA",
        text(format!("certok token-init -u {} --ca-cert FILE --ca-key FILE", shell::quote(role))),
    );
    item.detail(
        "limits",
        "limits",
        text(
            "a token is asked for with the user certificate: a job or pilot cannot get a user token"
                .to_owned(),
        ),
    );
    item
}

fn other(token: &Token, role: &str, command: &str) -> Finding {
    let role = for_screen(role);
    let message = match &token.kind {
        TokenKind::User { role: has, .. } => {
            format!("the current token has the role {}, not {role}", for_screen(has))
        }
        _ => format!(
            "the current token is a {} token, which has no roles to change",
            token.kind_name()
        ),
    };
    OTHER_TOKEN.found(message).advice(format!("get a token with the role: {command}"))
}
