//! Bearer tokens and IDTOKENS in `who`: by the software that the findings name.

use crate::check::acceptance;
use crate::command::bearer::Demand;
use crate::command::idtoken::tokens::Wanted;
use crate::command::who::Args;
use crate::command::who::judged::{Judged, Row};
use crate::command::{Call, bearer, idtoken};
use crate::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};
use crate::locate::Candidate;
use crate::report::{Exit, Finding};
use crate::text::time::Seconds;

/// One row for each consumer of such tokens.
pub(super) fn judge(
    kind: TokenKind,
    file: Option<&Candidate>,
    args: &Args,
    call: &Call<'_>,
) -> Judged {
    let (noun, report) = match (kind, file) {
        (TokenKind::Bearer, None) => {
            ("bearer token", bearer::run(&Demand::default(), args.need, call))
        }
        (TokenKind::Bearer, Some(file)) => {
            let judge = bearer::operand(Demand::default(), args.need, call);
            ("bearer token", judge(file))
        }
        (TokenKind::IdToken, None) => ("IDTOKEN", idtoken::run(&Wanted::verdict(args.need), call)),
        (TokenKind::IdToken, Some(file)) => {
            let judge = idtoken::operand(Wanted::verdict(args.need), call);
            ("IDTOKEN", judge(file))
        }
    };
    let from = place(kind, file, call);
    let absent = |finding: &&Finding| matches!(finding.exit, Exit::NotFound | Exit::Unreadable);
    let unread: Vec<Finding> = report.findings.iter().filter(absent).cloned().collect();
    if !unread.is_empty() {
        return Judged::unread(noun, from, unread);
    }
    let row = |consumer: &TokenConsumer| {
        let (accepts, because) = acceptance::of_token(&report.findings, consumer);
        Row {
            tool: consumer.id,
            software: consumer.consumer.to_string(),
            group: consumer.group.name(),
            is_client: false,
            accepts,
            is_anonymous: false,
            because,
            note: None,
            source: None,
        }
    };
    let asked = TOKEN_CONSUMERS.iter().filter(|consumer| consumer.kind == kind);
    let asked = asked.filter(|consumer| {
        args.tool.is_none_or(|tool| tool.tokens(kind).iter().any(|one| one.id == consumer.id))
    });
    Judged {
        rows: asked.map(row).collect(),
        checks: report.findings.clone(),
        ..Judged::unread(noun, from, Vec::new())
    }
}

/// Where it is.
fn place(kind: TokenKind, file: Option<&Candidate>, call: &Call<'_>) -> String {
    let scope = call.scope(Seconds(0));
    let in_use = match kind {
        TokenKind::Bearer => bearer::in_use(file, &Demand::default(), scope, call.env),
        TokenKind::IdToken => idtoken::in_use(file, None, scope, call.env),
    };
    in_use.from.unwrap_or_default()
}
