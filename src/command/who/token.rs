//! Bearer tokens and IDTOKENS in `who`: by the software that the findings name.

use crate::check::acceptance;
use crate::command::in_use::TokenInUse;
use crate::command::who::judged::{Judged, Row};
use crate::consumer::selection::Selection;
use crate::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};
use crate::report::{Exit, Finding};

/// One row for each consumer of such tokens.
pub(super) fn judge(
    kind: TokenKind,
    noun: &'static str,
    token: TokenInUse,
    tool: Option<Selection>,
) -> Judged {
    let (findings, from) = (token.report.findings, token.from.unwrap_or_default());
    let is_unread = |finding: &&Finding| matches!(finding.exit, Exit::NotFound | Exit::Unreadable);
    let unread: Vec<Finding> = findings.iter().filter(is_unread).cloned().collect();
    if !unread.is_empty() {
        return Judged::unread(noun, from, unread);
    }
    let row = |consumer: &TokenConsumer| {
        let (accepts, because) = acceptance::of_token(&findings, consumer);
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
    let asked: Vec<&TokenConsumer> = match tool {
        Some(tool) => tool.tokens(kind),
        None => TOKEN_CONSUMERS.iter().filter(|consumer| consumer.kind == kind).collect(),
    };
    let rows = asked.into_iter().map(row).collect();
    Judged { rows, checks: findings, ..Judged::unread(noun, from, Vec::new()) }
}
