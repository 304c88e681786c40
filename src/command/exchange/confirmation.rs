//! The approver's confirmation: shows the request, asks, and reads the answer.

use crate::check::exchange as check;
use crate::command::exchange::approval::{Args, Offer, SubmittedRequest};
use crate::command::idtoken::issue;
use crate::parse::exchange::digest::Id;
use crate::report::Finding;
use crate::system::env::Env;
use crate::system::prompt;

/// What the approver types to grant everything.
const EVERYTHING: &str = "everything";

/// The confirmation: `--yes ID`, else `yes` that is typed below the whole request.
pub(super) fn confirmed(
    submitted: &SubmittedRequest,
    offer: Option<&Offer>,
    yes: Option<Id>,
    args: &Args,
    env: &Env,
) -> Result<(), Box<Finding>> {
    let id = submitted.file.digest.id();
    let everything = offer.is_some_and(|offer| offer.grant.levels.is_empty());
    let allowed = args.allow_unrestricted;
    let unrestricted = || {
        let message =
            format!("the request {id} asks for no authorization, which grants everything");
        Box::new(check::UNRESTRICTED_ASKED.found(message))
    };
    if yes.is_some() {
        return match everything && !allowed {
            true => Err(unrestricted()),
            false => Ok(()),
        };
    }
    let question = format!(
        "{}\nTo {}, please type 'yes': ",
        shown(submitted, offer, env),
        if offer.is_some() { "approve" } else { "deny" }
    );
    if !typed(&question, "yes", args) {
        let message = format!("the request {id} was NOT decided: it was not confirmed with yes");
        return Err(Box::new(check::NOT_APPROVED.found(message)));
    }
    let question = format!(
        "The token would not be limited: it permits everything that the identity may do.\n\
         To make it so, please type '{EVERYTHING}': "
    );
    if everything && !allowed && !typed(&question, EVERYTHING, args) {
        return Err(unrestricted());
    }
    Ok(())
}

fn typed(question: &str, word: &str, args: &Args) -> bool {
    !args.opening.no_input && prompt::line(question).ok().flatten().is_some_and(|line| line == word)
}

/// The request as text for the terminal. It is plain ASCII; a DN is in its form for the screen.
fn shown(submitted: &SubmittedRequest, offer: Option<&Offer>, env: &Env) -> String {
    let request = &submitted.file.request;
    let none = || "(none)".to_owned();
    let person = submitted.person.as_ref().map(|person| person.shown.clone());
    let mut lines = vec![
        ("request", submitted.file.digest.id().to_string()),
        ("signed by", person.unwrap_or_else(|| "nobody".to_owned())),
        ("identity asked for", request.identity.clone().unwrap_or_else(none)),
        ("authorizations", issue::may(&request.levels)),
        ("lifetime", request.lifetime.map_or_else(none, |span| span.to_string())),
        ("pool", request.pool.clone().unwrap_or_else(none)),
        ("name", request.name.clone().unwrap_or_else(none)),
        ("type", request.daemon_type.clone().unwrap_or_else(none)),
        ("made", request.created.relative_to(env.now)),
    ];
    if let Some(offer) = offer {
        let lifetime = offer.grant.lifetime;
        let lasts = lifetime.map_or_else(|| "for ever".to_owned(), |span| span.to_string());
        lines.push(("would be granted", offer.grant.identity.clone()));
        lines.push(("  for", issue::may(&offer.grant.levels)));
        lines.push(("  lasting", lasts));
        lines.push(("  in", offer.issuer.trust_domain.clone()));
    }
    let line = |(label, value): (&str, String)| format!("{label:20}{value}");
    lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
}
