//! `idtoken-destroy`: destroys a file of tokens, or one line of it.

use std::path::{Path, PathBuf};

use crate::check::idtoken::{FoundToken, removal};
use crate::command::Call;
use crate::command::arguments::groups::DRY_RUN;
use crate::command::arguments::{OlderTool, arguments, operand};
use crate::command::definition::{Definition, Group};
use crate::command::destroy::item;
use crate::command::idtoken::tokens::{self, JudgedTokens, Wanted};
use crate::load::condor::Config;
use crate::load::idtokens::TokenSource;
use crate::load::{LoadError, idtokens};
use crate::parse::idtoken::IdToken;
use crate::parse::idtoken::file::{NoToken, TokenFile};
use crate::parse::jws::JwsError;
use crate::report::{Exit, Finding, Report, Value};
use crate::source::stored::Erasure;
use crate::store::erase;
use crate::system::env::Env;
use crate::text::time::Seconds;
use crate::{check, load};

/// `idtoken-destroy`.
pub const DESTROY: Definition<Args> = Definition {
    name: "idtoken-destroy",
    group: Group::Remove,
    about: "Remove an HTCondor token: a file, or one line of it",
    example: "certok idtoken-destroy --dry-run",
    older_tool: OlderTool::Condor,
    ..Definition::reporting(|args, call| Ok(run(args, call)))
};

arguments! {
    /// Arguments of `idtoken-destroy`.
    pub struct Args {
        files: Vec<PathBuf> = operand("files", "FILE[:LINE]",
            "Files to remove, names of tokens in the token directory, or single lines of either; \
             nothing if there is only one token"),
        dry_run: bool = DRY_RUN,
    }
}

/// Destroys what the operands name, or the only token.
fn run(args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let env = call.env;
    let named = match args.files.is_empty() {
        true => match only(env) {
            Ok(named) => named,
            Err(finding) => {
                report.findings.push(*finding);
                return report;
            }
        },
        false => args.files.iter().map(|operand| split(&of_name(operand, env))).collect(),
    };
    let mut targets = Vec::new();
    for (path, line) in named {
        match Target::judge(path, line) {
            Ok(target) => targets.push(target),
            Err(finding) => report.findings.push(*finding),
        }
    }
    // If one has to stay, all stay.
    let objections = targets.iter().filter_map(|target| {
        let outcome = target.destroy(true, env);
        check::erase::check(&target.path, &outcome)
    });
    report.findings.extend(objections);
    if report.findings.iter().all(|finding| finding.exit == Exit::Ok) {
        destroy(&targets, args.dry_run, env, &mut report);
    }
    report
}

fn destroy(targets: &[Target], dry_run: bool, env: &Env, report: &mut Report) {
    let mut done = Vec::new();
    let mut gone = Vec::new();
    let mut touched: Vec<&Path> = Vec::new();
    // The last line first, so that the numbers of other lines stay the same.
    let mut order: Vec<&Target> = targets.iter().collect();
    order.sort_by_key(|target| std::cmp::Reverse(target.line));
    for target in order {
        // After another line was removed, the file is a new one.
        let anew = !dry_run && touched.contains(&target.path.as_path());
        let again = anew.then(|| Target::judge(target.path.clone(), target.line).ok());
        let again = again.flatten();
        touched.push(&target.path);
        let outcome = again.as_ref().unwrap_or(target).destroy(dry_run, env);
        let mut item = item(&target.path, &outcome);
        if let Some(line) = target.line {
            item.title = target.name();
            item.machine("line", i64::try_from(line).map_or(Value::Unknown, Value::Int));
        }
        report.items.push(item);
        match check::erase::check(&target.path, &outcome) {
            Some(finding) => report.findings.push(finding),
            None => {
                done.push(target.name());
                gone.extend(target.tokens());
            }
        }
    }
    if let Some(note) = removal::not_revoked(&gone, env.now) {
        report.findings.push(note);
    }
    let verb = if dry_run { "would remove" } else { "removed" };
    report.good = format!("{verb} {}", done.join(" and "));
}

/// If there is no such file and the name has no slash, it is a token in the token directory, as
/// `-token NAME` makes it.
fn of_name(operand: &Path, env: &Env) -> PathBuf {
    let text = operand.to_string_lossy();
    let (file, _) = split(operand);
    if text.contains('/') || text == "-" || load::link_facts(&file).is_some() {
        return operand.to_path_buf();
    }
    let directory = tokens::directory(&Config::read(env), env);
    let named = directory.map(|directory| directory.path.join(operand));
    let is_there = |path: &PathBuf| load::link_facts(&split(path).0).is_some();
    named.ok().filter(is_there).unwrap_or_else(|| operand.to_path_buf())
}

/// Splits `FILE:LINE`, unless a file has exactly this name.
fn split(operand: &Path) -> (PathBuf, Option<usize>) {
    let text = operand.to_string_lossy();
    let parts = text.rsplit_once(':');
    let line = parts.and_then(|(file, line)| Some((file, line.parse::<usize>().ok()?)));
    match line {
        Some((file, line)) if !load::exists(operand) && line > 0 => {
            (PathBuf::from(file), Some(line))
        }
        _ => (operand.to_path_buf(), None),
    }
}

/// The only token that HTCondor finds. None if there are several.
fn only(env: &Env) -> Result<Vec<(PathBuf, Option<usize>)>, Box<Finding>> {
    let judged = JudgedTokens::located(&Wanted::facts(Seconds(0)), env);
    let tokens: Vec<(&FoundToken, usize)> = judged
        .files
        .iter()
        .flat_map(|found| found.tokens().map(move |(line, ..)| (found, line)))
        .collect();
    match tokens.as_slice() {
        [] => {
            let place = judged.directory.map(|directory| directory.path.display().to_string());
            let place = place.unwrap_or_else(|| "the token directory".to_owned());
            let message = format!("no token is in {place}");
            Err(Box::new(check::erase::NOTHING.found(message)))
        }
        [(found, line)] => {
            let alone = found.content.as_ref().is_ok_and(|file| file.lines.len() == 1);
            Ok(vec![(found.path.clone(), Some(*line).filter(|_| !alone))])
        }
        several => {
            let name = |(found, line): &(&FoundToken, usize)| {
                format!("{}:{line}", crate::text::shell::path(&found.path))
            };
            let names: Vec<String> = several.iter().map(name).collect();
            Err(Box::new(removal::several(&names)))
        }
    }
}

/// A file, or a line of it, that may be destroyed.
struct Target {
    path: PathBuf,
    line: Option<usize>,
    source: TokenSource,
}

impl Target {
    fn judge(path: PathBuf, line: Option<usize>) -> Result<Self, Box<Finding>> {
        let refused = |why: &str| Err(Box::new(removal::refused(&path, line, why)));
        if path == Path::new("-") {
            return refused("standard input is not a file");
        }
        // A pipe must not be opened, and a link must not be followed.
        if let Some(target) = crate::load::link_facts(&path).and_then(|facts| facts.link_target) {
            return refused(&format!("it is a symbolic link to {}", target.display()));
        }
        let source = idtokens::regular(&path);
        let file = match &source.content {
            Ok(file) => file,
            Err(LoadError::Missing(_)) => return Err(Box::new(removal::missing(&path))),
            Err(trouble) => return refused(&trouble.to_string()),
        };
        if let Some(line) = line {
            if file.lines.iter().all(|known| known.number != line) {
                return refused("there is no token in it");
            }
        } else if let Some(why) = foreign(file) {
            return refused(why);
        }
        if line.is_some_and(|line| file.is_wrapped(line)) {
            return refused("its token goes on in the next line; correct it or destroy the file");
        }
        Ok(Self { path, line, source })
    }

    fn name(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// The tokens that will be destroyed.
    fn tokens(&self) -> impl Iterator<Item = &IdToken> {
        let file = self.source.content.as_ref().ok();
        let tokens = file.into_iter().flat_map(TokenFile::tokens);
        let goes = |line: usize| self.line.is_none_or(|one| one == line);
        tokens.filter_map(move |(line, token)| goes(line).then_some(token))
    }

    fn destroy(&self, dry_run: bool, env: &Env) -> Erasure {
        let Some(judged) = &self.source.facts else {
            return Erasure::Failed("nothing is known of the file".to_owned());
        };
        match self.line {
            None => erase::destroy(&self.path, judged, env.euid, dry_run),
            Some(line) => {
                let rest = |content: &[u8]| self.without(line, content);
                erase::rewrite(&self.path, judged, env.euid, dry_run, rest)
            }
        }
    }

    /// `content` without the line, if the line still contains the token that was judged.
    fn without(&self, line: usize, content: &[u8]) -> Option<Vec<u8>> {
        let signatures = |file: &TokenFile| -> Vec<Vec<u8>> {
            let tokens = file.tokens().filter(|(number, _)| *number == line);
            tokens.map(|(_, token)| token.signature().to_vec()).collect()
        };
        let before = self.source.content.as_ref().ok()?;
        if signatures(&TokenFile::read(content)) != signatures(before) {
            return None;
        }
        let lines = content.split_inclusive(|&byte| byte == b'\n').enumerate();
        let kept = lines.filter(|(at, _)| at + 1 != line);
        Some(kept.flat_map(|(_, text)| text).copied().collect())
    }
}

/// A part of the file that is no token and does not usually appear in token files.
fn foreign(file: &TokenFile) -> Option<&'static str> {
    if file.lines.is_empty() {
        return Some("there is no token in it");
    }
    if file.cut {
        return Some("it has more lines than are read");
    }
    let mut others = file.others();
    let bad = others.find_map(|(_, why)| match why {
        NoToken::Pem => Some("it holds PEM"),
        NoToken::Words => Some("it holds other text than tokens"),
        NoToken::Malformed(_) | NoToken::RequestText => None,
    });
    // Text with dots like a token is probably a damaged token.
    let remains = |why: &NoToken| match why {
        NoToken::Malformed(reason) => *reason != JwsError::Parts(1),
        NoToken::RequestText => true,
        NoToken::Pem | NoToken::Words => false,
    };
    let is_token = !file.wrapped.is_empty() || file.tokens().next().is_some();
    let was_token = file.others().any(|(_, why)| remains(why));
    bad.or_else(|| (!is_token && !was_token).then_some("there is no token in it"))
}
