//! Where a token is written: stdout, the token directory, a file.

use std::path::{Path, PathBuf};

use crate::check::idtoken::issue;
use crate::command::idtoken::arguments::TargetArguments;
use crate::command::idtoken::tokens;
use crate::load::condor::Config;
use crate::load::idtokens;
use crate::parse::idtoken::IdToken;
use crate::report::{Finding, Report, Severity};
use crate::store::place;
use crate::system::env::Env;
use crate::system::prompt;
use crate::{load, locate};

/// Where a token is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::command) enum Target {
    /// Any file.
    File(PathBuf),
    /// A file of the token directory.
    Named(PathBuf),
    /// Standard output.
    Out,
}

/// Only the owner may read a token. HTCondor ignores files that others can read.
const MODE: u32 = 0o600;

impl Target {
    /// As `--token` and `--file` say.
    ///
    /// # Errors
    ///
    /// A usage error, or the finding that the token directory is not known.
    pub(in crate::command) fn of(
        asked: &TargetArguments,
        config: &Config,
        env: &Env,
    ) -> Result<Result<Self, Box<Finding>>, String> {
        match (&asked.token, &asked.file) {
            (Some(_), Some(_)) => {
                Err("--token and --file name two places for one token".to_owned())
            }
            (None, None) => Ok(Ok(Self::Out)),
            (None, Some(path)) => Ok(Ok(Self::File(path.clone()))),
            (Some(name), None) => {
                check_name(name, config)?;
                let directory = tokens::directory(config, env);
                Ok(directory.map(|directory| Self::Named(directory.path.join(name))))
            }
        }
    }

    /// An obstacle, if there is one. A warning is no obstacle.
    pub(in crate::command) fn obstacle(&self, env: &Env) -> Option<Finding> {
        let (Self::File(path) | Self::Named(path)) = self else {
            return None;
        };
        let facts = load::link_facts(path)?;
        let is_file = load::is_file(path) && facts.link_target.is_none();
        let source = is_file.then(|| idtokens::operand(&locate::operand(path)));
        let content = source.as_ref().map(|source| source.content.as_ref());
        issue::target(path, Some(&facts), content, env.euid)
    }

    /// The finding that the token there is for another identity than `asked`, and stays. Else whether
    /// `consent` lets it go.
    pub(in crate::command) fn kept_from(
        &self,
        asked: &str,
        consent: Consent,
        env: &Env,
    ) -> Result<bool, Box<Finding>> {
        let other = self.path().and_then(|path| {
            let old = idtokens::regular(path).content.ok()?;
            let (_, old) = old.tokens().next()?;
            Some((path, issue::other_than(path, old, asked, env.now)?))
        });
        match other {
            None => Ok(false),
            Some((_, other)) if consent.to_replace(&other) => Ok(true),
            Some((path, other)) => Err(Box::new(issue::not_asked(path, &other))),
        }
    }

    /// Puts `token` there, or into the report for standard output. Whether it is there. The token of
    /// another identity stays, unless `consent` lets it go.
    pub(in crate::command) fn put(
        &self,
        token: &str,
        consent: Consent,
        env: &Env,
        report: &mut Report,
    ) -> bool {
        let (Self::File(path) | Self::Named(path)) = self else {
            report.raw = Some(format!("{token}\n").into());
            report.results = Some(vec![("token", token.to_owned().into())]);
            return true;
        };
        let obstacle = self.obstacle(env);
        if let Some(refusal) = obstacle.as_ref().filter(|f| f.severity == Severity::Error) {
            report.findings.push(refusal.clone());
            return false;
        }
        let other = other(path, token, env);
        if let Some(other) = &other
            && !consent.to_replace(other)
        {
            report.findings.push(issue::kept(path, other));
            return false;
        }
        report.findings.extend(obstacle);
        let directory = match (self, path.parent()) {
            (Self::Named(_), Some(directory)) => place::directories(directory),
            _ => Ok(()),
        };
        let written =
            directory.and_then(|()| place::replace(path, format!("{token}\n").as_bytes(), MODE));
        match written {
            Ok(()) => {
                report.findings.extend(other.map(|other| issue::replaced(path, &other)));
                true
            }
            Err(error) => {
                report.findings.push(issue::not_written(path, &error));
                false
            }
        }
    }

    /// `to standard output`, `to /home/me/.condor/tokens.d/x`.
    pub(in crate::command) fn described(&self) -> String {
        match self {
            Self::File(path) | Self::Named(path) => format!("in {}", path.display()),
            Self::Out => "on standard output".to_owned(),
        }
    }

    /// The file, if it is one.
    pub(in crate::command) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::Named(path) => Some(path),
            Self::Out => None,
        }
    }
}

/// Whether the token of another identity may be replaced.
#[derive(Clone, Copy, Debug)]
pub(in crate::command) struct Consent {
    /// `--force`.
    pub(in crate::command) force: bool,
    /// Whether nobody may be asked.
    pub(in crate::command) no_input: bool,
}

impl Consent {
    fn to_replace(self, other: &str) -> bool {
        let question = format!("replace {other}? It will be gone.");
        self.force || (!self.no_input && matches!(prompt::confirm(&question), Ok(Some(true))))
    }
}

/// The token of another identity or trust domain whose place `token` would take.
fn other(path: &Path, token: &str, env: &Env) -> Option<String> {
    let old = idtokens::regular(path).content.ok()?;
    let (_, old) = old.tokens().next()?;
    issue::other(path, old, &IdToken::parse(token.as_bytes()).ok()?, env.now)
}

/// Checks that HTCondor reads this name in the token directory.
fn check_name(name: &str, config: &Config) -> Result<(), String> {
    let plain = !name.is_empty() && !name.contains('/') && !name.chars().any(char::is_control);
    if !plain || name == "." || name == ".." {
        return Err(format!("--token: '{name}' is no plain file name"));
    }
    let excluded = config.excluded().map(|pattern| pattern.matches(name));
    match excluded {
        Ok(true) => Err(format!(
            "--token: HTCondor ignores files named like '{name}', so nothing would use the token"
        )),
        _ => Ok(()),
    }
}
