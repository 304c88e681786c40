//! Findings about the call itself.

use std::path::Path;

use crate::load::LoadError;
use crate::report::{Exit, Finding, Rule};

/// Bad arguments.
pub static USAGE: Rule = Rule {
    id: "usage",
    exit: Exit::Usage,
    what: "the arguments are wrong",
    why: "certok does not guess what was meant",
    advice: "certok --help, certok COMMAND --help",
    source: "certok",
    ..Rule::ERROR
};

/// Warnings, and nobody wanted any.
pub static STRICT: Rule = Rule {
    id: "strict",
    exit: Exit::Warnings,
    what: "there are warnings, and --strict makes them count",
    why: "--strict was given",
    advice: "see the warnings, or leave --strict away",
    source: "the option --strict",
    ..Rule::ERROR
};

/// The list of `--files-from` ends before its end.
pub static LIST_UNREADABLE: Rule = Rule {
    id: "list-unreadable",
    exit: Exit::Unreadable,
    what: "the list of files cannot be read, or not to its end",
    why: "files that it names may not have been looked at",
    advice: "name a file that has one path a line",
    source: "the option --files-from",
    ..Rule::ERROR
};

/// Nobody named a file.
pub static LIST_EMPTY: Rule = Rule {
    id: "list-empty",
    exit: Exit::NotFound,
    what: "the list of files is empty",
    why: "nothing was looked at, and nothing is not ok",
    advice: "see what was to write the list",
    source: "the option --files-from",
    ..Rule::ERROR
};

/// More files than one report holds.
pub static LIST_CUT: Rule = Rule {
    id: "list-cut",
    exit: Exit::Undecided,
    what: "more files are named than one report holds",
    why: "a report is kept in memory until it is written; with --format jsonl each answer is written \
          at once",
    advice: "use --format jsonl, which has no limit, or name fewer files in one run",
    source: "a limit of certok",
    ..Rule::ERROR
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[&USAGE, &STRICT, &LIST_UNREADABLE, &LIST_EMPTY, &LIST_CUT];

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
