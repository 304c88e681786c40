//! Findings about the call itself.

use crate::report::Exit;
use crate::report::Rule;

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

/// Rules of this file.
pub static RULES: &[&Rule] = &[&USAGE, &STRICT];
