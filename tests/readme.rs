//! The pages are true: every `$ …` block prints what it says, every table is the code's.
//!
//! `cargo test --test readme -- --ignored` writes the blocks and tables of README.md and docs/ anew.

mod demo;
mod page;

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::fs;

use certok::consumer::client::{CLIENTS, Client};
use certok::consumer::profile::Profile;
use certok::consumer::token::{TOKEN_CONSUMERS, TokenConsumer, TokenKind};
use certok::parse::idtoken::IdToken;
use certok::report::EXITS;
use certok::{check, cli, consumer};
use clap::Arg;
use demo::{Demo, Story};
use page::page;

#[test]
fn the_pages_are_true() {
    for page in page::all() {
        let real = rewritten(&page.text);
        for (line, (says, prints)) in page.text.lines().zip(real.lines()).enumerate() {
            assert_eq!(says, prints, "{} line {}", page.name, line + 1);
        }
        assert_eq!(page.text, real, "{}", page.name);
    }
}

#[test]
#[ignore = "writes README.md and docs/; run it after a deliberate change of output"]
fn write_the_pages() {
    for page in page::all() {
        fs::write(&page.path, rewritten(&page.text)).unwrap();
    }
}

#[test]
fn the_exchange_of_the_page_works() {
    let text = page("docs/htcondor.md").text;
    let section = text.split("## Request, approve, receive").nth(1);
    let block = section.and_then(|text| text.split("```").nth(1)).unwrap();
    let demo = Demo::new();
    let mut story = Story::default();
    let lines = block.lines().filter(|line| line.starts_with("certok "));
    let mut count = 0;
    for line in lines {
        story.tell(&demo, line);
        count += 1;
    }
    assert_eq!(count, 3);
    let installed = fs::read(demo.top().join("home/.condor/tokens.d/alice")).unwrap();
    let token = IdToken::parse(installed.trim_ascii()).unwrap();
    assert_eq!(token.subject.as_deref(), Some("alice@pool.test"));
}

#[test]
fn every_example_of_the_help_runs() {
    let demo = Demo::new();
    let mut story = Story::default();
    for command in definition().get_subcommands() {
        let (_, example) = notes(command);
        let told = ["idtoken-request", "idtoken-approve", "idtoken-receive"];
        if told.contains(&command.get_name()) {
            story.tell(&demo, &example);
            continue;
        }
        // The examples are for a user's machine: their CA directory is the demonstration's here.
        let line = example.replace("--ca-dir /etc/grid-security/certificates", "");
        let line = line.replace("/etc/grid-security/certificates", "");
        let (text, code) = demo.run(&line);
        assert_eq!(code, 0, "{example}: {text}");
    }
}

/// A page with every block and table as the code has it.
fn rewritten(page: &str) -> String {
    let demo = OnceCell::new();
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            out += &demo.get_or_init(Demo::new).replayed(&block);
            out += "```\n";
        }
        let table = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(": begin -->"));
        if let Some(name) = table {
            let end = format!("<!-- {name}: end -->");
            lines.by_ref().find(|line| *line == end).unwrap();
            writeln!(out, "\n{}\n{end}", generated(name)).unwrap();
        }
    }
    out
}

/// The block of that name.
fn generated(name: &str) -> String {
    match name {
        "exits" => {
            let row = |row: &(_, u8, &str, &str)| format!("{} | {} | {}", row.1, row.2, row.3);
            table("code | name | meaning", EXITS.iter().map(row))
        }
        "commands" => {
            let root = definition();
            let row =
                |command: &clap::Command| format!("`{}` | {}", command.get_name(), about(command));
            table("command | does", root.get_subcommands().map(row))
        }
        "shared options" => table("option | does", definition().get_arguments().map(argument)),
        "each command" => {
            let root = definition();
            let all: Vec<String> =
                root.get_subcommands().map(|command| section(&root, command)).collect();
            all.join("\n")
        }
        "rules" => {
            let row = |rule: &'static certok::report::Rule| {
                let (severity, code) = (rule.severity.name(), rule.exit.code());
                format!("`{}` | {severity} | {code} | {}", rule.id, rule.what)
            };
            table("id | severity | exit | what", check::rules().map(row))
        }
        "consumers" => {
            let row = |profile: &Profile| {
                let (id, group) = (profile.id, profile.group.name());
                format!("`{id}` | {} | {group} | {}", profile.consumer, profile.source)
            };
            table("name | software | group | its behaviour is in", consumer::profiles().map(row))
        }
        "token consumers" => {
            let row = |one: &TokenConsumer| {
                let kind = match one.kind {
                    TokenKind::Bearer => "bearer",
                    TokenKind::IdToken => "idtoken",
                };
                format!("`{}` | {} | `{kind}`", one.id, one.consumer)
            };
            table("name | software | takes", TOKEN_CONSUMERS.iter().map(row))
        }
        "clients" => {
            let row = |client: &Client| {
                let kinds = [("proxies", client.proxies), ("JAliEn tokens", client.tokens)];
                let kinds = kinds.iter().filter(|(_, shows)| *shows).map(|(kind, _)| *kind);
                let kinds: Vec<&str> = std::iter::once("certificates").chain(kinds).collect();
                let dates = if client.dates { "yes" } else { "no" };
                format!("`{}` | {} | {} | {dates}", client.id, client.consumer, kinds.join(", "))
            };
            table("name | software | shows | looks at dates first", CLIENTS.iter().map(row))
        }
        "flow" => format!("```text\n{}\n```\n", map().0),
        "rooms" => {
            let row = |(room, job): &(&str, &str)| format!("`{room}` | {job} | {}", used_by(room));
            table("room | its one job | may use", map().1.iter().map(row))
        }
        other => panic!("no block {other}"),
    }
}

/// The head of `src/lib.rs`: the flow as it is drawn, and each room with its job.
fn map() -> (String, Vec<(&'static str, &'static str)>) {
    let lines = include_str!("../src/lib.rs").lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let flow = lines.iter().skip_while(|line| **line != "```text").skip(1);
    let flow: Vec<&str> = flow.copied().take_while(|line| *line != "```").collect();
    let row = |line: &&'static str| {
        let (room, rest) = line.strip_prefix("| [`")?.split_once('`')?;
        Some((room, rest.split(" | ").nth(1)?.trim_end_matches(" |")))
    };
    (flow.join("\n"), lines.iter().filter_map(row).collect())
}

/// The rooms that `room` may use, as `tests/layout.rs` says.
fn used_by(room: &str) -> String {
    let (_, rooms) = include_str!("layout.rs").split_once("const ROOMS").unwrap();
    let (rooms, _) = rooms.split_once("];\n").unwrap();
    let code = rooms.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<String>();
    // A row is `("check", &["chain", "crypto"])`.
    let rows = code.split('(').map(|row| row.split('"').skip(1).step_by(2).collect::<Vec<_>>());
    let row = rows.into_iter().find(|row| row.first() == Some(&room));
    let row = row.unwrap_or_else(|| panic!("{room} has no row in tests/layout.rs"));
    if row.len() == 1 { "–".to_owned() } else { row[1..].join(", ") }
}

fn table(head: &str, rows: impl Iterator<Item = String>) -> String {
    let rule = vec!["---"; head.split(" | ").count()].join("|");
    let mut out = format!("| {head} |\n|{rule}|\n");
    rows.for_each(|row| writeln!(out, "| {row} |").unwrap());
    out
}

/// The command line, every option filled in.
fn definition() -> clap::Command {
    let mut root = cli::definition();
    root.build();
    root
}

fn about(command: &clap::Command) -> String {
    command.get_about().unwrap().to_string()
}

/// What the help of a command says behind its options: its notes, and the example.
fn notes(command: &clap::Command) -> (String, String) {
    let text = command.get_after_help().unwrap().to_string();
    let (notes, example) = text.rsplit_once("Example: ").unwrap();
    (notes.to_owned(), example.to_owned())
}

/// A command: what it does, its usage, the options that it does not share with all, its example.
fn section(root: &clap::Command, command: &clap::Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap();
    let (name, about, (notes, example)) = (command.get_name(), about(command), notes(command));
    let is_shared = |own: &Arg| {
        let mut all = root.get_arguments();
        all.any(|arg| arg.get_id() == own.get_id() && arg.get_short() == own.get_short())
    };
    let own: Vec<String> =
        command.get_arguments().filter(|arg| !is_shared(arg)).map(argument).collect();
    let mut out = format!("## {name}\n\n{about}.\n\n```text\n{usage}\n```\n\n");
    if !own.is_empty() {
        out += &table("option | does", own.into_iter());
        out.push('\n');
    }
    out + &notes + &format!("Example: `{example}`\n")
}

/// An argument or option, and what it does.
fn argument(arg: &Arg) -> String {
    let values = arg.get_value_names().filter(|_| arg.get_action().takes_values());
    let value = values.map_or_else(String::new, |names| format!(" {}", names[0]));
    let short = arg.get_short().map(|letter| format!("-{letter}"));
    let long = arg.get_long().map(|name| format!("--{name}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let shown = if arg.is_positional() { arg.to_string() } else { names.join(", ") + &value };
    let choices = match arg.is_hide_possible_values_set() {
        true => Vec::new(),
        false => arg.get_possible_values(),
    };
    let choices: Vec<String> =
        choices.iter().map(|choice| format!("`{}`", choice.get_name())).collect();
    let hidden = arg.is_hide_possible_values_set() || !arg.get_action().takes_values();
    let choices = match choices.is_empty() || hidden {
        true => String::new(),
        false => format!(": {}", choices.join(", ")),
    };
    let does = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let cell = |text: &str| text.replace('|', "\\|");
    format!("`{}` | {}{choices}", cell(&shown), cell(&does))
}
