//! Completions of tcsh, which clap_complete does not know, and of operands in fish.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use clap::{Arg, Command};
use clap_complete::Generator;
use clap_complete::generator::utils::subcommands;

/// The rule for `complete` of tcsh. It does not tell the options of one command from another's.
pub(super) struct Tcsh;

impl Generator for Tcsh {
    fn file_name(&self, name: &str) -> String {
        format!("{name}.tcsh")
    }

    fn generate(&self, command: &Command, out: &mut dyn Write) {
        let mut options = BTreeSet::new();
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for command in std::iter::once(command).chain(command.get_subcommands()) {
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                let Some(name) = arg.get_long() else {
                    let words = words(arg);
                    if !words.is_empty() {
                        values.insert(
                            command.get_name().to_owned(),
                            format!("({})", words.join(" ")),
                        );
                    }
                    continue;
                };
                options.insert(name.to_owned());
                if arg.get_action().takes_values() {
                    values.insert(format!("--{name}"), value(arg));
                }
            }
        }
        let name = command.get_bin_name().unwrap_or_default();
        let options: Vec<String> = options.into_iter().collect();
        let commands: BTreeSet<String> =
            subcommands(command).into_iter().map(|(name, _)| name).collect();
        let commands: Vec<String> = commands.into_iter().collect();
        let mut rules = vec![format!("'c/--/({})/'", options.join(" "))];
        rules.extend(values.iter().map(|(before, after)| format!("'n/{before}/{after}/'")));
        rules.push(format!("'p/1/({})/'", commands.join(" ")));
        rules.push("'p/*/f/'".to_owned());
        let text = format!("complete {name} {}\n", rules.join(" \\\n  "));
        out.write_all(text.as_bytes()).expect("a vector takes all");
    }
}

/// What follows an option: its words, or what its value is called.
fn value(arg: &Arg) -> String {
    let words = words(arg);
    let name =
        arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
    match (words.is_empty(), name) {
        (false, _) => format!("({})", words.join(" ")),
        (true, "DIR") => "d".to_owned(),
        (true, name) if name.contains("FILE") || name.contains("CERT") || name.contains("KEY") => {
            "f".to_owned()
        }
        (true, name) => format!("x:{name}"),
    }
}

fn words(arg: &Arg) -> Vec<String> {
    arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
}

/// Lines for the words that are operands.
pub(super) fn fish_operands(command: &Command) -> String {
    let mut lines = String::new();
    for command in command.get_subcommands() {
        for arg in command.get_positionals() {
            let (name, words) = (command.get_name(), words(arg).join(" "));
            if !words.is_empty() {
                lines.push_str(&format!(
                    "complete -c certok -n \"__fish_certok_using_subcommand {name}\" -f -a \"{words}\"\n"
                ));
            }
        }
    }
    lines
}
