//! Findings about the call itself.

use std::path::Path;

use crate::check::rules;
use crate::report::Finding;
use crate::source::error::LoadError;

rules! {
    /// Bad arguments.
    USAGE: ERROR, Usage {
        id: "usage",
        what: "the arguments are wrong",
        why: "certok does not guess what was meant",
        advice: "certok --help, certok COMMAND --help",
        source: "certok",
    }
    /// `alien-token-init`.
    NETWORK_NEEDED: ERROR, NotDone {
        id: "token-init-of-service",
        what: "alien-token-init gets a token from the service, and certok uses no network",
        why: "tokens for the real service come from it: nobody else can sign them",
        advice: "run alien.py token-init (another role: -u ROLE); a token of a CA of your own is made by \
                 certok token-init --ca-cert FILE --ca-key FILE",
        source: "alien.py 1.7.0, token-init",
    }
    /// Warnings, and nobody wanted any.
    STRICT: ERROR, Warnings {
        id: "strict",
        what: "there are warnings, and --strict makes them count",
        why: "--strict was given",
        advice: "see the warnings, or leave --strict away",
        source: "the option --strict",
    }
    /// The list of `--files-from` ends before its end.
    LIST_UNREADABLE: ERROR, Unreadable {
        id: "list-unreadable",
        what: "the list of files cannot be read, or not to its end",
        why: "files that it names may not have been looked at",
        advice: "name a file that has one path a line",
        source: "the option --files-from",
    }
    /// Nobody named a file.
    LIST_EMPTY: ERROR, NotFound {
        id: "list-empty",
        what: "the list of files is empty",
        why: "nothing was looked at, and nothing is not ok",
        advice: "see what was to write the list",
        source: "the option --files-from",
    }
    /// More files than one report holds.
    LIST_CUT: ERROR, Undecided {
        id: "list-cut",
        what: "more files are named than one report holds",
        why: "a report is kept in memory until it is written; with --format jsonl each answer is \
              written at once",
        advice: "use --format jsonl, which has no limit, or name fewer files in one run",
        source: "a limit of certok",
    }
}

/// `word` stands where a command or a file belongs, and is neither; `names` are commands that look like it.
pub fn unknown_word(word: &str, names: &[&str]) -> Finding {
    let found = USAGE.found(format!("`{word}` is neither a command nor a file here"));
    match names {
        [] => found.advice("certok --help lists the commands"),
        names => found.advice(format!("did you mean: certok {}", names.join(", certok "))),
    }
}

/// What `file` is decides nothing alone: `command` is what judges such.
pub fn choice(file: &str, what: &str, command: &str) -> Finding {
    USAGE.found(format!("{file} is {what}: more is needed to judge it")).advice(command)
}

/// `option` is about `whom`, and `file` is something else.
pub fn misfit(file: &str, option: &str, whom: &str) -> Finding {
    let message = format!("{option} is about {whom}, and {file} is something else");
    USAGE.found(message).advice(format!("leave {option} away, or name another file"))
}

/// After `count` files no more were judged.
pub fn cut_list(count: usize) -> Finding {
    LIST_CUT.found(format!("only the first {count} files were judged: a report holds no more"))
}

/// Why `list` names no more files.
pub fn bad_list(list: &Path, trouble: &LoadError) -> Finding {
    LIST_UNREADABLE.found(format!("{} cannot be read: {trouble}", named(list)))
}

/// `list` names no file at all.
pub fn empty_list(list: &Path) -> Finding {
    LIST_EMPTY.found(format!("{} is empty", named(list)))
}

fn named(list: &Path) -> String {
    if list.as_os_str() == "-" {
        return "the list of files on standard input".to_owned();
    }
    format!("the list of files {}", list.display())
}
