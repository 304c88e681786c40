//! Findings about the call itself.

use std::path::Path;

use crate::check::rules;
use crate::report::Finding;
use crate::source::error::LoadError;

rules! {
    USAGE: ERROR, Usage {
        id: "usage",
        what: "the arguments are wrong",
        why: "certok does not guess what was meant",
        advice: "certok --help, certok COMMAND --help",
        source: "certok",
    }
    NETWORK_NEEDED: ERROR, NotDone {
        id: "token-init-of-service",
        what: "alien-token-init gets a token from the service, and certok uses no network",
        why: "tokens for the real service come from it: no one else can sign them",
        advice: "run alien.py token-init (another role: -u ROLE); a token of a CA of your own is made by \
                 certok token-init --ca-cert FILE --ca-key FILE",
        source: "alien.py 1.7.0, token-init",
    }
    STRICT: ERROR, Warnings {
        id: "strict",
        what: "there are warnings, and --strict makes them count",
        why: "--strict was given",
        advice: "see the warnings, or leave --strict away",
        source: "the option --strict",
    }
    LIST_UNREADABLE: ERROR, Unreadable {
        id: "list-unreadable",
        what: "the list of files cannot be read, or not to its end",
        why: "files that it names may not have been looked at",
        advice: "name a file that has one path a line",
        source: "the option --files-from",
    }
    LIST_EMPTY: ERROR, NotFound {
        id: "list-empty",
        what: "the list of files is empty",
        why: "no file was checked, and that is not reported as ok",
        advice: "find out why the list was written empty",
        source: "the option --files-from",
    }
    LIST_CUT: ERROR, Undecided {
        id: "list-cut",
        what: "more files are named than one report holds",
        why: "a report is kept in memory until it is written; with --format jsonl each answer is \
              written at once",
        advice: "use --format jsonl, which has no limit, or name fewer files in one run",
        source: "a limit of certok",
    }
}

/// `word` is at the place of a command or a file, and is neither. `names` are similar commands.
pub fn unknown_word(word: &str, names: &[&str]) -> Finding {
    let found = USAGE.found(format!("`{word}` is neither a command nor a file here"));
    match names {
        [] => found.advice("certok --help lists the commands"),
        names => found.advice(format!("did you mean: certok {}", names.join(", certok "))),
    }
}

/// A file like `file` is never judged by this command; `command` judges it.
pub fn choice(file: &str, what: &str, command: &str) -> Finding {
    USAGE.found(format!("{file} is {what}: more is needed to judge it")).advice(command)
}

/// `option` is only for `whom`, and `file` is something else.
pub fn misfit(file: &str, option: &str, whom: &str) -> Finding {
    let message = format!("{option} is about {whom}, and {file} is something else");
    USAGE.found(message).advice(format!("leave {option} away, or name another file"))
}

/// Only the first `count` files were judged.
pub fn cut_list(count: usize) -> Finding {
    LIST_CUT.found(format!("only the first {count} files were judged: a report holds no more"))
}

/// Why `list` could not be read to its end.
pub fn bad_list(list: &Path, trouble: &LoadError) -> Finding {
    LIST_UNREADABLE.found(format!("{} cannot be read: {trouble}", named(list)))
}

/// `list` names no file.
pub fn empty_list(list: &Path) -> Finding {
    LIST_EMPTY.found(format!("{} is empty", named(list)))
}

fn named(list: &Path) -> String {
    if list.as_os_str() == "-" {
        return "the list of files on standard input".to_owned();
    }
    format!("the list of files {}", list.display())
}
