//! Spellings of older tools (alien.py, HTCondor, Globus), translated into certok's own.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::cli::request::Shared;
use crate::command::arguments::{Argument, Arguments, OlderTool};
use crate::command::ca::audit;
use crate::command::definition::{Alien, CommandInfo, Group};
use crate::command::files::{FILE, INFO, MATCH, VERIFY};
use crate::command::key_match::CERT;
use crate::command::preflight::CHECK;
use crate::command::{Command, Conventions};
use crate::render::fields::FIELDS;

/// Adds the command if certok was called by the name of a program of alien.py: `alien_token-info`.
pub(super) fn called_as(arguments: &[OsString]) -> (Vec<OsString>, Conventions) {
    let name = arguments.first().map(PathBuf::from);
    let name = name.as_ref().and_then(|name| name.file_name()).and_then(OsStr::to_str);
    let name = name.map(|name| name.replace('_', "-"));
    let name = name.as_ref().and_then(|name| name.strip_prefix("alien-"));
    let is_program = |entry: &&CommandInfo| matches!(entry.alien, Alien::Program(_));
    let mut programs = Command::ALL.iter().filter(is_program);
    let mut out = arguments.to_vec();
    match programs.find(|entry| Some(entry.name) == name) {
        Some(entry) => {
            out.insert(1, OsString::from(entry.name));
            (out, Conventions::Alien)
        }
        None => (out, Conventions::Own),
    }
}

/// Whether certok was called as alien.py's alien-token-init, or is to run it.
pub(super) fn is_service_token_init(arguments: &[OsString]) -> bool {
    let is_meant = |word: Option<&OsStr>| {
        let word = word.and_then(OsStr::to_str).map(|word| word.replace('_', "-"));
        word.as_deref() == Some("alien-token-init")
    };
    let called = arguments.first().map(PathBuf::from);
    let first = first_word(arguments).and_then(|at| arguments.get(at));
    is_meant(called.as_ref().and_then(|name| name.file_name()))
        || is_meant(first.map(OsString::as_os_str))
}

/// Adds the command where it is missing: `certok FILE` judges a file; `certok info cert` and
/// `certok cert info` mean `certok cert-info`. Also returns the word that was taken for a file.
pub(super) fn named(mut arguments: Vec<OsString>) -> (Vec<OsString>, Option<String>) {
    let Some(at) = first_word(&arguments) else {
        return (arguments, None);
    };
    let text = |at: usize| arguments.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let (word, next) = (text(at), text(at + 1));
    let is_verb = [INFO.name, VERIFY.name, MATCH.name].contains(&word);
    let is_command = Command::ALL.iter().any(|entry| entry.name == word);
    if is_command && !is_verb {
        return (arguments, None);
    }
    if let Some(words) = joined(word, next) {
        // `match cert key`
        let used = if text(at + 2) == "key" { 3 } else { 2 };
        arguments.splice(at..at + used, words.iter().map(OsString::from));
        return (arguments, None);
    }
    if is_command {
        return (arguments, None);
    }
    let word = word.to_owned();
    arguments.insert(at, FILE.name.into());
    (arguments, Some(word))
}

/// Index of the first word that is no option and no value of an option.
fn first_word(arguments: &[OsString]) -> Option<usize> {
    let shared = Shared::arguments();
    let takes_value = |option: &OsStr| {
        let name = option.to_str().and_then(|option| option.strip_prefix("--"));
        shared.iter().any(|argument| Some(argument.name) == name && argument.takes_value())
    };
    let mut at = 1;
    loop {
        let word = arguments.get(at)?;
        match word.as_encoded_bytes() {
            b"--" => return None,
            b"-" => return Some(at),
            [b'-', ..] => at += if takes_value(word) { 2 } else { 1 },
            _ => return Some(at),
        }
    }
}

/// The command that two words mean, in either order. Commands that remove files are left out: these
/// must be spelled in full.
fn joined(one: &str, other: &str) -> Option<Vec<&'static str>> {
    let (one, other) = (noun(one), noun(other));
    if let Some((.., words)) = ELSEWHERE.iter().find(|row| (row.0, row.1) == (one, other)) {
        return Some(words.to_vec());
    }
    let names =
        [(one, other), (other, one)].map(|(a, b)| [format!("{a}-{b}"), format!("{a}key-{b}")]);
    let mut names = names.iter().flatten();
    let named = |name: &String| {
        let known = Command::ALL.iter().find(|entry| entry.name == name);
        known.filter(|entry| entry.group.may_be_meant())
    };
    names.find_map(named).map(|entry| vec![entry.name])
}

fn noun(word: &str) -> &str {
    SYNONYMS.iter().find(|(known, _)| *known == word).map_or(word, |(_, ours)| ours)
}

/// Other words for kinds of credentials, and the words in names of commands.
const SYNONYMS: &[(&str, &str)] = &[
    ("cas", "ca"),
    ("certificate", "cert"),
    ("idtokens", "idtoken"),
    ("jwt", "bearer"),
    ("usercert", "cert"),
];

/// Verb and kind of commands that have another name, and that name.
const ELSEWHERE: &[(&str, &str, &[&str])] = &[
    (INFO.name, "host", &[CHECK.name, "host"]),
    (VERIFY.name, "ca", &[audit::CHECK.name]),
    (VERIFY.name, "host", &[CHECK.name, "host"]),
    (MATCH.name, "key", &[CERT.name]),
    (MATCH.name, "host", &[CHECK.name, "host"]),
];

/// What to say if a word was taken for a file but looks like a command.
pub(super) fn unknown(word: &str) -> Option<String> {
    let near = Command::meant_by(word);
    let is_file = word.contains(['/', '.']) || near.is_empty();
    (!is_file).then(|| {
        format!("error: `{word}` is no command; did you mean: certok {}\n", near.join(", certok "))
    })
}

/// Makes `certok --version` of `certok version`, and takes the word `help` away. Also returns whether
/// it was there.
pub(super) fn help_asked(arguments: &[OsString]) -> (Vec<OsString>, bool) {
    match arguments {
        [name, word, rest @ ..] if word == "version" => {
            let mut out = vec![name.clone(), OsString::from("--version")];
            out.extend(rest.iter().cloned());
            (out, false)
        }
        [name, word, rest @ ..] if word == "help" => {
            (std::iter::once(name).chain(rest).cloned().collect(), true)
        }
        _ => (arguments.to_vec(), false),
    }
}

/// Options of HTCondor's tools that have another name here.
const CONDOR: &[(&str, &str)] = &[("-help", "--help")];

/// Options of grid-proxy-info, voms-proxy-info and openssl x509, in the commands that look at a
/// credential; nothing where a value stands alone here. An option for one value is `--field`, as far
/// as it has the name of one.
const INFO_TOOLS: &[(&str, Option<&str>)] = &[
    ("-all", Some("--verbose")),
    ("-checkend", Some("--for")),
    ("-enddate", Some("--field=not_after")),
    ("-exists", Some("--quiet")),
    ("-file", None),
    ("-fingerprint", Some("--field=sha1")),
    ("-in", None),
    ("-noout", None),
    ("-startdate", Some("--field=not_before")),
    ("-subject_hash", Some("--field=hash")),
    ("-valid", Some("--for")),
];

/// The arguments with the older tools' options in our spelling.
pub(super) fn rewrite(arguments: &[OsString]) -> Vec<OsString> {
    // Most command lines have no such option. Then nothing is allocated.
    if !arguments.iter().skip(1).any(|argument| may_be_old(argument)) {
        return arguments.to_vec();
    }
    let mut out: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut options = Options::of(None);
    let mut is_named = false;
    let mut rest = false;
    for argument in arguments {
        let value = out.last().is_some_and(|last| options.take_value(last));
        rest |= argument == "--" && !value;
        let as_is = rest || value;
        let known = options.ours(argument).filter(|_| !as_is);
        let is_option = argument.as_encoded_bytes().starts_with(b"-");
        // The first word is the program's name.
        if !as_is && !is_option && !is_named && !out.is_empty() {
            is_named = true;
            let entry = Command::ALL.iter().find(|entry| argument == entry.name);
            options = Options::of(entry);
        }
        out.extend(known.unwrap_or_else(|| Some(argument.clone())));
    }
    out
}

/// Whether an older tool may spell an option so: with one dash, or `--debug`.
fn may_be_old(argument: &OsStr) -> bool {
    match argument.as_encoded_bytes() {
        [b'-', b'-', ..] => argument == "--debug",
        // One letter is the beginning of a name, too.
        [b'-', _, ..] => true,
        _ => false,
    }
}

/// Which options exist at one position: after the name of a command, or before it.
struct Options {
    /// All options that may stand here. The value of an option is never rewritten.
    here: Vec<Argument>,
    /// Those that may be written with one dash.
    old: Vec<&'static str>,
    is_condor: bool,
    /// Whether they look at a credential.
    reads_credentials: bool,
}

impl Options {
    fn of(entry: Option<&CommandInfo>) -> Self {
        let is_condor = entry.is_some_and(|entry| entry.older_tool == OlderTool::Condor);
        let own = entry.map_or_else(Vec::new, |entry| (entry.arguments)());
        let known = |argument: &Argument| match argument.older_tool {
            Some(OlderTool::Jalien) => true,
            Some(OlderTool::Condor) => is_condor,
            None => false,
        };
        // Of all commands: if this one does not have the option, clap's error message must name it
        // whole (`--authz`), not as a row of letters (`-a`).
        let all = Command::ALL.iter().flat_map(|entry| (entry.arguments)());
        let all = Shared::arguments().into_iter().chain(all);
        Self {
            here: Shared::arguments().into_iter().chain(own).collect(),
            old: all.filter(known).map(|argument| argument.name).collect(),
            is_condor,
            reads_credentials: entry
                .is_some_and(|entry| matches!(entry.group, Group::Info | Group::Check)),
        }
    }

    fn take_value(&self, option: &OsStr) -> bool {
        let Some(text) = option.to_str() else { return false };
        let is_meant = |argument: &&Argument| match text.strip_prefix("--") {
            Some(name) => name == argument.name,
            None => argument.short.is_some_and(|letter| text == format!("-{letter}")),
        };
        self.here.iter().find(is_meant).is_some_and(Argument::takes_value)
    }

    /// What an older tool's option is called here, if it is called anything.
    fn ours(&self, argument: &OsStr) -> Option<Option<OsString>> {
        let text = argument.to_str()?;
        let is_short =
            |argument: &Argument| argument.short.is_some_and(|c| text == format!("-{c}"));
        if self.here.iter().any(is_short) {
            return None;
        }
        // condor_token_request -debug:D_SECURITY, or the beginning of the word.
        let (name, categories) = text.split_once(':').unwrap_or((text, ""));
        let is_debug = name.len() > 1 && "-debug".starts_with(name) || text == "--debug";
        if self.is_condor && is_debug {
            return Some(Some(OsString::from(format!("--debug={categories}"))));
        }
        let mut tools = INFO_TOOLS.iter().filter(|_| self.reads_credentials);
        if let Some((_, ours)) = tools.find(|(old, _)| *old == text) {
            return Some(ours.map(OsString::from));
        }
        let condor = CONDOR.iter().filter(|_| self.is_condor);
        let mut condor = condor.filter(|(old, _)| *old == text).map(|(_, new)| (*new).to_owned());
        let known = || {
            let name = text.strip_prefix('-')?;
            let name = match self.old.contains(&name) {
                true => name,
                false => self.only_one_with(name)?,
            };
            Some(format!("--{name}"))
        };
        let field = || {
            let name = text.strip_prefix('-').filter(|_| self.reads_credentials)?;
            let field = FIELDS.iter().find(|field| field.name == name)?;
            Some(format!("--field={}", field.name))
        };
        condor.next().or_else(known).or_else(field).map(|ours| Some(OsString::from(ours)))
    }

    /// The only option of HTCondor's tools that begins like this. They accept `-id`, `-auth`,
    /// `-life`.
    fn only_one_with(&self, beginning: &str) -> Option<&'static str> {
        let is_meant = |argument: &&Argument| {
            let is_old = argument.older_tool == Some(OlderTool::Condor);
            let is_enough = beginning.len() >= argument.letters;
            self.is_condor && is_old && is_enough && argument.name.starts_with(beginning)
        };
        let mut found = self.here.iter().filter(is_meant).map(|argument| argument.name);
        found.next().filter(|_| found.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::rewrite;

    #[test]
    fn spellings() {
        for (typed, ours) in [
            ("cert-info -json", "cert-info --json"),
            ("-json cert-info", "--json cert-info"),
            ("cert-info -- -json", "cert-info -- -json"),
            ("token -token", "token -token"),
            ("idtoken-create -identity a -authz READ", "idtoken-create --identity a --authz READ"),
            ("idtoken-create -identity -key -key x", "idtoken-create --identity -key --key x"),
            ("idtoken-request -token -type -type X", "idtoken-request --token -type --type X"),
            (
                "idtoken-request -debug -debug:D_SECURITY",
                "idtoken-request --debug= --debug=D_SECURITY",
            ),
            (
                "idtoken-request -id a -auth READ -life 5",
                "idtoken-request --identity a --authz READ --lifetime 5",
            ),
            ("idtoken-request -na x -t x -to x", "idtoken-request --name x --type x --token x"),
            (
                "idtoken-request -i a@b -a READ -l 5",
                "idtoken-request --identity a@b --authz READ --lifetime 5",
            ),
            ("idtoken-request -i a@b", "idtoken-request --identity a@b"),
            ("idtoken-request -d -deb:D_SECURITY", "idtoken-request --debug= --debug=D_SECURITY"),
            ("idtoken-create -t x", "idtoken-create -t x"),
            ("idtoken-request -", "idtoken-request -"),
            ("cert-info -v", "cert-info -v"),
            ("idtoken-info -v", "idtoken-info -v"),
            ("cert-info -js", "cert-info -js"),
            ("proxy-info -timeleft", "proxy-info --field=timeleft"),
            ("proxy-info -all -file x", "proxy-info --verbose x"),
            ("proxy-info -exists -valid 12:00", "proxy-info --quiet --for 12:00"),
            ("proxy-verify -fqan -vo", "proxy-verify --field=fqan --field=vo"),
            ("info -noout -serial -in x", "info --field=serial x"),
            ("cert-info -enddate -- -serial", "cert-info --field=not_after -- -serial"),
            ("cert-info --output -serial", "cert-info --output -serial"),
            ("proxy-destroy -timeleft", "proxy-destroy -timeleft"),
            ("-timeleft proxy-info", "-timeleft proxy-info"),
            ("idtoken-request -help", "idtoken-request --help"),
            ("idtoken-approve --yes -key x", "idtoken-approve --yes -key x"),
            ("cert-destroy --yes -json", "cert-destroy --yes --json"),
            ("--at 5 idtoken-create -lifetime 5", "--at 5 idtoken-create --lifetime 5"),
        ] {
            let words = format!("certok {typed}");
            let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
            let got: Vec<String> =
                rewrite(&words).into_iter().map(|word| word.into_string().unwrap()).collect();
            assert_eq!(got.join(" "), format!("certok {ours}"));
        }
    }
}
