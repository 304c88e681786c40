//! `--as`, `--tool`: the software whose verdict is asked for.

use std::ffi::OsStr;

use clap::Arg;
use clap::builder::{PossibleValue, TypedValueParser};

use crate::command::arguments::{Argument, Given, Value, option};
use crate::consumer::selection;
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
use crate::parse::distance::near;

/// Whose verdict counts.
pub const AS: Argument = option(
    "as",
    "TOOL",
    "The verdict of TOOL (certok who has the names), or of the strictest of grid, web or all",
);

/// Options for rules of one's own, which go with no other verdict.
const OWN_RULES: &[&str] = &["crl", "crl-depth", "policy", "proxy", "purpose"];

/// Takes everything, and offers the names.
#[derive(Clone)]
struct Words;

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(
        &self,
        _: &clap::Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(selection::words().into_iter().map(PossibleValue::new)))
    }
}

impl Value for Option<Selection> {
    fn shape(arg: Arg) -> Arg {
        arg.value_parser(Words).hide_possible_values(true)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let Some(word) = given.one::<String>(argument.name) else { return Ok(None) };
        let selection = Selection::of(&word).ok_or_else(|| unknown(&word, argument.name))?;
        let own = OWN_RULES.iter().find(|name| given.one::<String>(name).is_some());
        let limit = given.one::<u16>("max-depth").map(|_| &"max-depth");
        let partial = given.is_set("partial-chain").then_some(&"partial-chain");
        match own.or(limit).or(partial) {
            Some(option) => Err(format!(
                "--{} asks for the rules of {word}, and --{option} for another one",
                argument.name
            )),
            None => Ok(Some(selection)),
        }
    }
}

/// Whose verdict it is, behind a sentence about several credentials.
pub fn verdict_of(selection: Option<Selection>) -> String {
    let Some(selection) = selection else { return String::new() };
    let takes_tokens = [TokenKind::Bearer, TokenKind::IdToken]
        .iter()
        .any(|kind| !selection.tokens(*kind).is_empty());
    let of = match (selection.profiles().next().is_some(), takes_tokens) {
        (true, true) => "",
        (true, false) => " on certificates",
        (false, _) => " on tokens",
    };
    format!("; the verdict{of} is that of {}", selection.word)
}

fn unknown(word: &str, option: &str) -> String {
    let near = near(word, selection::words().into_iter());
    let meant = match near.as_slice() {
        [] => String::new(),
        near => format!("did you mean {}? ", near.join(", ")),
    };
    let groups: Vec<&str> = selection::groups().collect();
    format!(
        "--{option}: certok knows no {word}. {meant}It knows the groups {}; the families {}; and {}",
        groups.join(", "),
        selection::families().join(", "),
        selection::names().join(", ")
    )
}
