//! What `certok --help` prints.

use std::fmt::Write as _;

use crate::command::Command;
use crate::command::definition::Group;
use crate::render::Format;
use crate::report::EXITS;
use crate::text::wrap::wrap;

/// Lists the commands by group, the options that all commands have, and the exit codes.
pub(super) fn help() -> String {
    let mut text = String::from(
        "certok: will this credential work, and if not, why not and what do I type?\n\n\
         Usage: certok [COMMAND | FILE...] [OPTIONS]\n",
    );
    for group in Group::ALL {
        write!(text, "\n{}:\n", group.title()).expect("a String takes all");
        for entry in Command::ALL.iter().filter(|entry| entry.group == group) {
            writeln!(text, "  {:20} {}", entry.name, entry.about).expect("a String takes all");
        }
    }
    let formats = formats();
    write!(
        text,
        "\nOptions of every command:\n  \
         -q, --quiet          print nothing, answer by the exit code\n  \
         -v, --verbose        say more: all facts, the reasons and sources\n      \
         --json           JSON (the same as --format json)\n\
{formats}\n      \
         --field NAME     print one value alone: subject, timeleft, serial, vo, ...\n      \
         --fields NAMES   these values, commas between, in a line for each file\n      \
         --output FILE    write the answer to FILE, which is replaced at once and whole\n      \
         --at TIME        judge at TIME: epoch seconds, RFC 3339, a date, or +12h\n      \
         --color WHEN     auto, always, never\n      \
         --strict         exit with 18 if there are warnings\n      \
         --no-input       never ask for a passphrase or a confirmation\n  \
         -h, --help           this help; with a command, its options and an example\n  \
         -V, --version        the version (also `certok version`)\n\nExit codes:\n",
    )
    .expect("a String takes all");
    for (_, code, name, meaning) in EXITS {
        writeln!(text, "  {code:3} {name:14} {meaning}").expect("a String takes all");
    }
    text.push_str("\nNothing is sent anywhere: certok has no network code.\n");
    text
}

/// The option with all formats, in lines of 88 characters.
fn formats() -> String {
    let named = |(name, format): &(&str, Format)| match format.note() {
        "" => (*name).to_owned(),
        note => format!("{name} ({note})"),
    };
    let all: Vec<String> = Format::NAMES.iter().map(named).collect();
    wrap(&format!("      --format FORMAT  {}", all.join(", ")), 88, 23).join("\n")
}
