//! `--ignore`, `--ignore-file`: findings that somebody has looked at and accepts.

use std::path::PathBuf;

use crate::command::arguments::{arguments, option};
use crate::command::explain;
use crate::report::{Acceptance, Accepted};
use crate::text::time::UnixTime;
use crate::{load, locate};

arguments! {
    /// Arguments of every command about accepted findings.
    #[derive(Default)]
    pub struct Ignored {
        ids: Vec<String> = option("ignore", "ID[=NAME]",
            "Accept this finding: it becomes a note; with NAME only of the CA or file of that name; \
             may be repeated"),
        file: Option<PathBuf> = option("ignore-file", "FILE",
            "Accept the findings in FILE, one a line: last day, ID[=NAME], reason"),
    }
}

impl Ignored {
    /// All accepted findings.
    ///
    /// # Errors
    ///
    /// What is wrong with an option or a line.
    pub fn read(&self) -> Result<Accepted, String> {
        let options = self.ids.iter().map(|word| accepted(word, None, "--ignore"));
        let mut all = options.collect::<Result<Vec<_>, String>>()?;
        if let Some(path) = &self.file {
            let shown = path.display();
            let source = load::load(&locate::operand(path))
                .map_err(|trouble| format!("--ignore-file {shown} cannot be read: {trouble}"))?;
            let text = String::from_utf8_lossy(&source.bytes);
            for (at, text) in text.lines().enumerate() {
                let text = text.trim();
                if text.is_empty() || text.starts_with('#') {
                    continue;
                }
                let why = |why: String| format!("--ignore-file {shown}, line {}: {why}", at + 1);
                all.push(line(text).map_err(why)?);
            }
        }
        Ok(Accepted(all))
    }
}

/// `2027-01-01 ca-expired=BrasilCA gone in the next release`
fn line(text: &str) -> Result<Acceptance, String> {
    const FORM: &str = "a line has the last day, ID or ID=NAME, and a reason";
    let (day, rest) = text.split_once(char::is_whitespace).ok_or(FORM)?;
    let (word, reason) = rest.trim_start().split_once(char::is_whitespace).ok_or(FORM)?;
    // The acceptance ends at the end of that day.
    let end = UnixTime::parse(&format!("{day}T23:59:59Z"), UnixTime(0));
    let end = end.map_err(|_| format!("{day} is no day such as 2027-01-31; {FORM}"))?;
    accepted(word, Some(end), reason.trim())
}

fn accepted(word: &str, end: Option<UnixTime>, reason: &str) -> Result<Acceptance, String> {
    let (id, name) = word.split_once('=').map_or((word, None), |(id, name)| (id, Some(name)));
    let rule = explain::rule(id)?;
    let name = name.map(str::to_owned);
    Ok(Acceptance { id: rule.id, name, end, reason: reason.to_owned() })
}
