//! Gathers the tokens of this user or of operands, the keys, and HTCondor's configuration.

use std::path::{Path, PathBuf};

use crate::check::idtoken;
use crate::check::idtoken::place::TokenDirectory;
use crate::check::idtoken::{Asker, DaemonSetting, FoundToken, Judgement, Question, place};
use crate::command::idtoken::keys::Keyring;
use crate::load;
use crate::load::condor::{Config, Knob};
use crate::load::idtokens::{Files, TokenSource};
use crate::load::{LoadError, idtokens};
use crate::parse::condor::exclude::Pattern;
use crate::parse::condor::macros::Origin;
use crate::parse::idtoken::IdToken;
use crate::parse::idtoken::file::MAX_LINES;
use crate::parse::idtoken::scope::Level;
use crate::report::{Exit, Finding};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// Tokens, and the findings about them.
pub struct JudgedTokens {
    /// Their directory. None for operands, or if it is not known.
    pub directory: Option<TokenDirectory>,
    /// The files, in the order in which HTCondor reads them.
    pub files: Vec<FoundToken>,
    /// The verdict on each token.
    pub judgement: Judgement,
    /// All findings, including those of the verdict.
    pub findings: Vec<Finding>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
    /// What the tokens contain.
    Info,
    /// Whether the servers of a trust domain accept them: that of this machine, or the one that was
    /// named.
    Verify,
}

/// What is asked about the tokens.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// How much is asked.
    pub depth: Depth,
    /// How long a token must last.
    pub need: Seconds,
    /// The trust domain of the server.
    pub trust_domain: Option<String>,
    /// What a token must permit.
    pub authz: Vec<Level>,
    /// The key that verifies signatures: its name, or a file.
    pub key: Option<String>,
}

impl Wanted {
    /// Asks what the tokens contain.
    pub fn facts(need: Seconds) -> Self {
        Self { depth: Depth::Info, need, trust_domain: None, authz: Vec::new(), key: None }
    }

    /// Asks whether servers accept them.
    pub fn verdict(need: Seconds) -> Self {
        Self { depth: Depth::Verify, ..Self::facts(need) }
    }
}

/// The directory that HTCondor reads for this user.
///
/// # Errors
///
/// The finding that certok cannot evaluate a setting.
pub fn directory(config: &Config, env: &Env) -> Result<TokenDirectory, Box<Finding>> {
    if let Some(knob) = config.made("SEC_TOKEN_DIRECTORY") {
        return match &knob.value {
            Ok(path) => Ok(TokenDirectory {
                path: PathBuf::from(path),
                reason: reason("SEC_TOKEN_DIRECTORY", &knob.origin),
            }),
            Err(_) => Err(Box::new(place::unknown_directory("SEC_TOKEN_DIRECTORY", &knob))),
        };
    }
    if let Some(home) = config.home.as_ref().filter(|_| env.euid != 0) {
        return Ok(TokenDirectory {
            path: home.join(".condor/tokens.d"),
            reason: "default".to_owned(),
        });
    }
    let name = "SEC_TOKEN_SYSTEM_DIRECTORY";
    let knob = config.knob(name);
    match knob.as_ref().map(|knob| (&knob.value, knob)) {
        Some((Err(_), knob)) => Err(Box::new(place::unknown_directory(name, knob))),
        Some((Ok(path), knob)) => Ok(TokenDirectory {
            path: PathBuf::from(path),
            reason: match env.euid {
                0 => format!("{}, for root", reason(name, &knob.origin)),
                _ => format!("{}, without a passwd entry", reason(name, &knob.origin)),
            },
        }),
        None => Ok(TokenDirectory {
            path: env.system("/etc/condor/tokens.d"),
            reason: "default".to_owned(),
        }),
    }
}

fn reason(name: &str, origin: &Origin) -> String {
    match origin {
        Origin::Default => format!("default of {name}"),
        Origin::File(..) => format!("{name}, {origin}"),
        Origin::Variable(_) => origin.to_string(),
    }
}

/// What is the same for all tokens of a run: the question, and what the configuration says. It is
/// read once.
pub struct Settings {
    config: Config,
    /// The file names that HTCondor ignores.
    excluded: Pattern,
    /// The file of `--key`.
    key_file: Option<PathBuf>,
    question: Question,
    findings: Vec<Finding>,
}

impl Settings {
    /// Reads HTCondor's configuration.
    pub fn read(wanted: &Wanted, env: &Env) -> Self {
        let config = Config::read(env);
        let mut findings = config_findings(&config);
        let excluded = config.excluded().unwrap_or_else(|knob| {
            findings.push(place::unknown_exclusion(&knob));
            Pattern::standard()
        });
        let (key_file, key_name) = key(wanted);
        let question = Question {
            now: env.now,
            need: wanted.need,
            trust_domain: trust_domain(wanted, &config),
            authz: wanted.authz.clone(),
            key_name,
            key_asked: wanted.key.is_some(),
            max_age: of_daemons("SEC_TOKEN_MAX_AGE", &config),
            revocation: revocation(&config),
            euid: env.euid,
            located: true,
        };
        Self { config, excluded, key_file, question, findings }
    }
}

impl JudgedTokens {
    /// The tokens that HTCondor finds for this user.
    pub fn located(wanted: &Wanted, env: &Env) -> Self {
        let settings = Settings::read(wanted, env);
        match directory(&settings.config, env) {
            Ok(directory) => Self::of_directory(directory, &settings, env),
            Err(finding) => {
                let mut findings = vec![*finding];
                findings.extend(config_findings(&settings.config));
                Self {
                    directory: None,
                    files: Vec::new(),
                    judgement: Judgement::default(),
                    findings,
                }
            }
        }
    }

    /// The tokens in a file, or in a directory as HTCondor reads it.
    pub fn operand(candidate: &Candidate, settings: &Settings, env: &Env) -> Self {
        if let Some(path) = candidate.path().filter(|path| load::is_directory(path)) {
            let directory =
                TokenDirectory { path: path.to_path_buf(), reason: "argument".to_owned() };
            return Self::of_directory(directory, settings, env);
        }
        Self::judge(vec![idtokens::operand(candidate)], None, false, settings)
    }

    /// The first token that is sent.
    pub fn sent(&self) -> Option<&IdToken> {
        let files = self.judgement.verdicts.iter().zip(&self.files);
        let mut tokens = files.flat_map(|(verdicts, found)| verdicts.iter().zip(found.tokens()));
        let (_, (_, token, _)) = tokens.find(|(verdict, _)| verdict.is_sent)?;
        Some(token)
    }

    fn of_directory(directory: TokenDirectory, settings: &Settings, env: &Env) -> Self {
        let (files, trouble) = match idtokens::directory(&directory.path) {
            Ok(files) => (files, None),
            Err(LoadError::Missing(path)) if load::exists(&path) => {
                let why = "it is not a directory".to_owned();
                (Files::default(), Some(LoadError::Other(path, why)))
            }
            Err(trouble) => (Files::default(), Some(trouble)),
        };
        let is_default = directory.reason != "argument";
        let mut out = Self::judge(files.all, Some(directory.clone()), true, settings);
        out.findings.extend(files.limit.map(|limit| place::beyond(&directory.path, &limit)));
        let facts = load::file_facts(&directory.path);
        out.findings.extend(facts.and_then(|facts| place::open(&directory, &facts, env.euid)));
        let mut judged = out.judgement.findings.iter();
        let nothing =
            out.judgement.usable.is_empty() && !judged.any(|finding| finding.exit != Exit::Ok);
        let elsewhere = match is_default {
            true => elsewhere(&directory, &settings.config, env),
            false => Vec::new(),
        };
        if nothing {
            let unlisted = matches!(&trouble, Some(trouble) if !is_missing(trouble));
            if elsewhere.is_empty() || unlisted {
                out.findings.push(place::none(&directory, trouble.as_ref()));
            }
            out.findings.extend(elsewhere);
        } else {
            // What works is not to be moved.
            let is_good = !out.judgement.usable.is_empty();
            out.findings.extend(elsewhere.into_iter().map(|finding| {
                let fix = finding.fix.clone().filter(|_| !is_good);
                Finding { fix, ..finding.as_note() }
            }));
        }
        out
    }

    fn judge(
        sources: Vec<TokenSource>,
        directory: Option<TokenDirectory>,
        located: bool,
        settings: &Settings,
    ) -> Self {
        let mut findings = settings.findings.clone();
        if !located {
            // These settings decide only where the keys are.
            findings = findings.into_iter().map(Finding::as_warning).collect();
        }
        let Settings { config, excluded, key_file, question, .. } = settings;
        let mut keys = Keyring::new(config, key_file.clone(), question.euid);
        let files: Vec<FoundToken> =
            sources.into_iter().map(|source| found(source, excluded, &mut keys)).collect();
        findings.append(&mut keys.findings);
        let question = Question { located, ..question.clone() };
        let judgement = idtoken::judge(&files, &question);
        findings.extend(judgement.findings.iter().cloned());
        let is_cut = |found: &&FoundToken| found.content.as_ref().is_ok_and(|file| file.cut);
        let limit = format!("the limit of {MAX_LINES} lines in one file");
        let cut = files.iter().filter(is_cut);
        findings.extend(cut.map(|found| place::beyond(&found.path, &limit)));
        if !located && files.iter().all(|found| found.tokens().next().is_none()) {
            let silent = !findings.iter().any(|finding| finding.exit != Exit::Ok);
            let names = files.iter().filter(|_| silent);
            findings.extend(names.map(place::no_token));
        }
        Self { directory, files, judgement, findings }
    }
}

fn is_missing(trouble: &LoadError) -> bool {
    matches!(trouble, LoadError::Missing(_) | LoadError::Dangling(..))
}

/// `--key`: a file if it contains a slash, else a name.
fn key(wanted: &Wanted) -> (Option<PathBuf>, Option<String>) {
    match &wanted.key {
        Some(key) if key.contains('/') => (Some(PathBuf::from(key)), None),
        other => (None, other.clone()),
    }
}

fn trust_domain(wanted: &Wanted, config: &Config) -> Option<(String, Asker)> {
    if let Some(name) = &wanted.trust_domain {
        return Some((name.clone(), Asker::Flag));
    }
    // The default is the name of the host, which says nothing. Only a configured value counts.
    let made = config.made("TRUST_DOMAIN").filter(|_| wanted.depth == Depth::Verify)?;
    let origin = made.origin;
    made.value.ok().map(|name| (name, Asker::Configuration(origin)))
}

fn revocation(config: &Config) -> Vec<DaemonSetting> {
    let names = ["SEC_TOKEN_REVOCATION_EXPR", "SEC_TOKEN_BLACKLIST_EXPR"];
    let mut settings = names.iter().map(|name| of_daemons(name, config));
    settings.find(|settings| !settings.is_empty()).unwrap_or_default()
}

fn of_daemons(name: &str, config: &Config) -> Vec<DaemonSetting> {
    let settings = config.of_daemons(name).into_iter();
    let setting = |(name, knob): (String, Knob)| DaemonSetting {
        name,
        // One that is not known is one that cannot be evaluated.
        expression: knob.value.unwrap_or_else(|_| "?".to_owned()),
        origin: knob.origin,
    };
    settings.map(setting).collect()
}

fn found(source: TokenSource, excluded: &Pattern, keys: &mut Keyring<'_>) -> FoundToken {
    let name = source.path.file_name().map(|name| name.to_string_lossy());
    let is_excluded = name.is_some_and(|name| excluded.matches(&name));
    let tokens = source.content.as_ref().ok();
    let tokens = tokens.into_iter().flat_map(|file| file.tokens());
    let signatures = tokens.map(|(_, token)| keys.check(token)).collect();
    FoundToken {
        path: source.path,
        facts: source.facts,
        checksum: source.checksum,
        holds_secret: source.holds_secret,
        is_excluded,
        content: source.content,
        signatures,
    }
}

/// Findings about configuration that was not read or not evaluated.
pub(in crate::command) fn config_findings(config: &Config) -> Vec<Finding> {
    let unreadable = config.troubles.iter().map(place::config_unreadable);
    let followed = unreadable.chain(place::passed_over(&config.passed_over));
    followed.chain(config.refused.first().map(place::refused)).collect()
}

/// Directories with tokens that HTCondor does not read for this user.
fn elsewhere(directory: &TokenDirectory, config: &Config, env: &Env) -> Vec<Finding> {
    let of_home = |home: &Path| home.join(".condor/tokens.d");
    let system = config.knob("SEC_TOKEN_SYSTEM_DIRECTORY");
    let system = system.and_then(|knob| knob.value.ok()).map(PathBuf::from);
    let candidates = [
        (env.home().map(of_home), "it is below $HOME"),
        (config.home.as_deref().map(of_home), "it is below your home"),
        (system, "it is the system's"),
    ];
    let mut seen = vec![directory.path.clone()];
    let mut out = Vec::new();
    for (path, why) in candidates {
        let Some(path) = path.filter(|path| !seen.contains(path)) else {
            continue;
        };
        seen.push(path.clone());
        let same = std::path::absolute(&path).ok() == std::path::absolute(&directory.path).ok();
        let files = idtokens::directory(&path).unwrap_or_default().all;
        let has_token = |source: &TokenSource| {
            source.content.as_ref().is_ok_and(|file| file.tokens().next().is_some())
        };
        if !same && files.iter().any(has_token) {
            out.push(place::elsewhere(directory, &path, why));
        }
    }
    out
}
