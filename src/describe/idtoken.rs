//! The facts of an IDTOKEN of HTCondor.

use std::path::Path;

use crate::parse::idtoken::scope::Level;
use crate::parse::idtoken::{IdToken, Moment};
use crate::report::{Item, Value};
use crate::source::FileFacts;
use crate::text::time::UnixTime;

/// What is known about a token.
pub struct Facts<'a> {
    /// Its claims.
    pub token: &'a IdToken,
    /// The file it stands in.
    pub path: &'a Path,
    /// The line, counted from 1.
    pub line: usize,
    /// What the system says of the file.
    pub file: Option<&'a FileFacts>,
    /// Its state, in a few words.
    pub state: &'a str,
    /// Whether it is the token that is sent.
    pub is_sent: bool,
    /// The result of verifying the signature.
    pub signature: &'a str,
    /// The instant.
    pub now: UnixTime,
}

/// All facts of a token.
pub fn item(facts: &Facts<'_>) -> Item {
    let token = facts.token;
    let mut item =
        Item::credential("idtoken", format!("IDTOKEN {}", place(facts.path, facts.line)));
    item.machine("file", facts.path.display().to_string());
    item.machine("line", number(facts.line));
    item.fact("state", "state", facts.state);
    item.machine("sent", facts.is_sent);
    item.fact("identity", "identity", text(token.subject.as_deref()));
    item.fact("trust_domain", "trust domain", text(token.issuer.as_deref()));
    item.fact("scope", "may", may(token));
    let levels: Vec<String> = token.scope.levels.iter().map(Level::to_string).collect();
    item.machine("authorizations", levels);
    item.machine("restricted", token.scope.is_restricted());
    end(&mut item, token, facts.now);
    item.fact("signature", "signature", facts.signature);
    item.fact("key_id", "key", text(token.key_id.as_deref()));
    item.detail("algorithm", "algorithm", text(token.algorithm.as_deref()));
    let issued = token.issued.instant().map_or(Value::Unknown, Value::Time);
    item.detail("issued_at", "issued", issued);
    item.detail("token_id", "id", text(token.id.as_deref()));
    let mode = facts.file.map(|file| format!("{:04o}", file.mode));
    item.detail("mode", "file mode", text(mode.as_deref()));
    let link = facts.file.and_then(|file| file.link_target.as_ref());
    let link = link.map(|target| target.display().to_string());
    item.machine("link_target", text(link.as_deref()));
    item.detail("other_claims", "other claims", others(token));
    item
}

/// The facts of a directory of tokens.
pub fn directory(path: &Path, reason: &str, files: usize, tokens: usize) -> Item {
    let mut item = Item::new("idtoken_directory", "token directory");
    item.machine("directory", path.display().to_string());
    item.machine("reason", reason);
    let from = format!("{} ({reason})", path.display());
    item.fact("from", "directory", from);
    item.fact("tokens", "tokens", number(tokens));
    item.machine("files", number(files));
    item
}

/// The row of `status`: the tokens in `directory`, and the first one that is sent.
pub fn row(
    state: &str,
    directory: Option<(&Path, &str)>,
    token: Option<&IdToken>,
    now: UnixTime,
) -> Item {
    let mut item = Item::new("status", "IDTOKENS");
    item.machine("credential", "IDTOKENS".to_owned());
    item.fact("state", "state", state);
    let from = directory.map(|(path, reason)| format!("{} ({reason})", path.display()));
    let from = text(from.as_deref());
    match from {
        Value::Unknown => item.machine("from", Value::Unknown),
        from => item.fact("from", "from", from),
    }
    // A subject is a name of X.509.
    item.machine("subject", Value::Unknown);
    let Some(token) = token else {
        item.machine("identity", Value::Unknown);
        item.machine("not_after", Value::Unknown);
        item.machine("seconds_left", Value::Unknown);
        return item;
    };
    let identity = token.subject.as_deref();
    item.fact("identity", "identity", text(identity));
    let issuer = token.issuer.as_deref();
    item.fact("trust_domain", "trust domain", text(issuer));
    item.fact("scope", "may", may(token));
    end(&mut item, token, now);
    item
}

/// A sentence about a token that is sent and accepted.
pub fn sentence(token: &IdToken, path: &Path, line: usize, now: UnixTime) -> String {
    let until = match token.expires.instant() {
        Some(end) => format!(" for {}, until {}", end - now, end.screen()),
        None => String::new(),
    };
    format!(
        "IDTOKEN of {} for {} is good{until} ({}); it would be sent from {}",
        token.subject.as_deref().unwrap_or("nobody"),
        token.issuer.as_deref().unwrap_or("no trust domain"),
        may(token),
        place(path, line)
    )
}

fn place(path: &Path, line: usize) -> String {
    match path.as_os_str() == "-" {
        true => format!("standard input:{line}"),
        false => format!("{}:{line}", path.display()),
    }
}

fn may(token: &IdToken) -> String {
    let scope = &token.scope;
    let mut words = scope.described();
    let implied = [Level::Write, Level::Read].into_iter().filter(|level| {
        !scope.levels.is_empty() && scope.permits(*level) && !scope.levels.contains(level)
    });
    let implied: Vec<String> = implied.map(|level| level.to_string()).collect();
    if !implied.is_empty() {
        words += &format!(", so {} too", implied.join(" and "));
    }
    words
}

fn end(item: &mut Item, token: &IdToken, now: UnixTime) {
    let end = token.expires.instant();
    if token.expires == Moment::Absent {
        // JSON has null for a token without end.
        item.machine("not_after", Value::Unknown);
        item.fact("lifetime", "valid until", "for ever".to_owned());
    } else {
        let value = end.map_or(Value::Unknown, Value::Time);
        item.fact("not_after", "valid until", value);
    }
    let left = end.map(|end| end - now);
    item.machine("seconds_left", left.map_or(Value::Unknown, Value::Span));
}

/// Names of claims that HTCondor does not use.
fn others(token: &IdToken) -> Vec<String> {
    let known = ["exp", "iat", "iss", "jti", "scope", "sub"];
    let names = token.claims().members().map(|(name, _)| name);
    names.filter(|name| !known.contains(name)).map(str::to_owned).collect()
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Unknown, |text| Value::Text(text.to_owned()))
}

fn number(number: usize) -> Value {
    i64::try_from(number).map_or(Value::Unknown, Value::Int)
}
