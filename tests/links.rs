//! The pages hold together: links lead somewhere, and what they name is there.

mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certok::cli;
use page::Page;

/// Every page, and what else links to pages.
fn linking() -> Vec<Page> {
    let mut all = page::all();
    all.extend(["CHANGELOG.md", "contrib/README.md"].map(page::page));
    all
}

/// The text without its blocks of code.
fn prose(text: &str) -> String {
    let parts = text.split("\n```");
    parts.step_by(2).collect::<Vec<_>>().join("\n")
}

/// What stands between backticks in the prose.
fn spans(text: &str) -> Vec<String> {
    prose(text).split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The anchors of a page, as GitHub makes them of its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose = prose(text);
    let headings = prose.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    let anchor = |heading: &str| {
        let kept: String = heading.to_lowercase().chars().filter(kept).collect();
        kept.replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// What the links of a page lead to.
fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.map(str::to_owned).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for page in linking() {
        for link in links(&page.text) {
            if link.starts_with("https://") {
                continue;
            }
            followed += 1;
            let (file, anchor) = link.split_once('#').map_or((&*link, None), |(f, a)| (f, Some(a)));
            let target = match file {
                "" => page.path.clone(),
                file => page.path.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}: {link}", page.name);
            if let Some(anchor) = anchor {
                let text = fs::read_to_string(&target).unwrap();
                assert!(anchors(&text).contains(anchor), "{}: {link}", page.name);
            }
        }
    }
    assert!(followed > 30, "{followed}");
}

#[test]
fn the_readme_leads_to_every_page_and_is_short() {
    let pages = page::all();
    let (readme, docs) = pages.split_first().unwrap();
    let links = links(&readme.text);
    for page in docs {
        assert!(links.contains(&page.name), "{}", page.name);
    }
    let lines = readme.text.lines().count();
    assert!(lines <= 200, "README.md has {lines} lines");
}

#[test]
fn each_page_begins_with_one_sentence() {
    for page in page::all() {
        let mut parts = page.text.split("\n\n");
        assert!(parts.next().unwrap().starts_with("# "), "{}", page.name);
        let first = parts.next().unwrap().replace('\n', " ");
        let (sentence, rest) = first.split_once(". ").unwrap_or((&first, ""));
        assert!(sentence.ends_with('.') && rest.is_empty(), "{}: {first}", page.name);
    }
}

/// The files of the repository, but not what is made or fetched.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            let is_ours = ![".git", "target", "testdata", "vectors"].contains(&name);
            is_ours.then(|| files(&path, found));
        } else {
            found.push(path);
        }
    }
}

#[test]
fn pages_named_anywhere_are_there() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(top, &mut all);
    let mut named = 0;
    for path in all {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for rest in text.split("docs/").skip(1) {
            let length = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            let (name, rest) = rest.split_at(length.unwrap_or(rest.len()));
            if rest.starts_with(".md") {
                named += 1;
                let page = top.join(format!("docs/{name}.md"));
                assert!(page.is_file(), "{}: docs/{name}.md", path.display());
            }
        }
    }
    assert!(named > 10, "{named}");
}

#[test]
fn commands_and_options_that_pages_name_are_there() {
    let mut root = cli::definition();
    root.build();
    let commands: Vec<_> = root.get_subcommands().collect();
    let all = commands.iter().copied().chain([&root]).flat_map(clap::Command::get_arguments);
    let options: BTreeSet<&str> = all.filter_map(clap::Arg::get_long).collect();
    for page in page::all() {
        for span in spans(&page.text) {
            let words = span.split([' ', '=', '|']);
            for option in words.filter_map(|word| word.strip_prefix("--")) {
                assert!(options.contains(option), "{}: `{span}`", page.name);
            }
            let mut words = span.split_whitespace().skip_while(|word| *word != "certok").skip(1);
            let command =
                words.find(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            if let Some(command) = command.filter(|word| !word.starts_with('-')) {
                let known = commands.iter().any(|known| known.get_name() == command);
                assert!(known, "{}: `{span}`", page.name);
            }
        }
    }
}

#[test]
fn files_of_the_architecture_are_there() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let spans = spans(&page::page("docs/architecture.md").text);
    let is_path = |span: &&String| span.contains('/') && !span.contains([' ', ':']);
    let named: BTreeSet<&str> = spans.iter().filter(is_path).map(String::as_str).collect();
    assert!(named.len() > 30, "{named:?}");
    let missing: Vec<&str> = named.into_iter().filter(|name| !top.join(name).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn variables_of_the_pages_stand_in_the_manual() {
    let printed = Command::new(env!("CARGO_BIN_EXE_certok")).arg("man").output().unwrap();
    let manual = String::from_utf8(printed.stdout).unwrap();
    let mut asked = 0;
    for name in ["README.md", "docs/discovery.md"] {
        for span in spans(&page::page(name).text) {
            let is_variable = |word: &str| {
                let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                word.len() > 3 && word.contains('_') && word.chars().all(upper)
            };
            if is_variable(&span) {
                asked += 1;
                assert!(manual.contains(&span), "{name}: {span}");
            }
        }
    }
    assert!(asked > 10, "{asked}");
}
