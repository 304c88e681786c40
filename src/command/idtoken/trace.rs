//! `-debug`: which configuration of HTCondor was read, and what it decided.

use crate::command::idtoken::tokens::{self, JudgedTokens, Wanted};
use crate::load::condor::Config;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// Settings that matter for tokens.
const SETTINGS: &[&str] = &[
    "SEC_TOKEN_DIRECTORY",
    "SEC_TOKEN_SYSTEM_DIRECTORY",
    "TRUST_DOMAIN",
    "UID_DOMAIN",
    "SEC_PASSWORD_DIRECTORY",
    "SEC_TOKEN_POOL_SIGNING_KEY_FILE",
    "SEC_TOKEN_ISSUER_KEY",
    "SEC_TOKEN_REQUEST_LIMITS",
    "SEC_ISSUED_TOKEN_EXPIRATION",
    "SEC_TOKEN_MAX_AGE",
    "SEC_TOKEN_REVOCATION_EXPR",
    "SEC_TOKEN_BLACKLIST_EXPR",
];

/// Categories of TOOL_DEBUG with which each token is reported too. `:2` means detail, in any
/// category.
const DETAILED: &[&str] = &["D_ALL", "D_CONFIG", "D_FULLDEBUG", "D_SECURITY", "D_ANY"];

/// The lines. `categories` come from `-debug:…`; if empty, from TOOL_DEBUG.
pub fn lines(categories: &str, env: &Env) -> Vec<String> {
    let config = Config::read(env);
    let mut out = Vec::new();
    match config.files.as_slice() {
        [] => out.push("no configuration of HTCondor was read".to_owned()),
        files => out.extend(files.iter().map(|file| format!("read {}", file.display()))),
    }
    let tool_debug = config.made("TOOL_DEBUG");
    let of_config = tool_debug.as_ref().and_then(|knob| knob.value.clone().ok());
    let categories = match (categories, of_config) {
        ("", Some(value)) => value,
        (given, _) => given.to_owned(),
    };
    for name in SETTINGS.iter().chain(&["TOOL_DEBUG"]) {
        if let Some(knob) = config.knob(name) {
            let value = knob.value.unwrap_or_else(|why| format!("not known: {why}"));
            out.push(format!("{name} = {value} ({})", knob.origin));
        }
    }
    match tokens::directory(&config, env) {
        Ok(directory) => out.push(format!("the token directory is {}", directory.shown())),
        Err(finding) => out.push(finding.message.clone()),
    }
    if is_detailed(&categories) {
        out.extend(decisions(env));
    }
    out
}

fn is_detailed(categories: &str) -> bool {
    let mut words = categories.split([' ', ',', '|']);
    words.any(|word| {
        let (name, detail) = word.split_once(':').unwrap_or((word, ""));
        detail == "2" || DETAILED.iter().any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// Which token would be sent, and why others would not.
fn decisions(env: &Env) -> Vec<String> {
    let judged = JudgedTokens::located(&Wanted::verdict(Seconds(0)), env);
    let mut out = Vec::new();
    for (found, verdicts) in judged.files.iter().zip(&judged.judgement.verdicts) {
        for ((line, ..), verdict) in found.tokens().zip(verdicts) {
            let word = if verdict.is_sent { "is sent" } else { "is not sent" };
            out.push(format!("the token in {}:{line} {word}", found.path.display()));
        }
    }
    out.extend(judged.findings.iter().map(|finding| finding.message.clone()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_that_ask_for_more() {
        for (categories, detailed) in [
            ("", false),
            ("D_ALWAYS", false),
            ("D_ALWAYS D_SECURITY", true),
            ("d_fulldebug", true),
            ("D_ALWAYS:2", true),
            ("D_COMMAND,D_ALL", true),
        ] {
            assert_eq!(is_detailed(categories), detailed, "{categories}");
        }
    }
}
