//! One line for Nagios, Icinga and their kin, and their exit codes.
//!
//! Monitoring Plugins Development Guidelines: 2.1 (one line, `SERVICE STATUS - text`), 2.4 (exit
//! codes; bad arguments are UNKNOWN), 2.5 (ranges), 2.6 (performance data).

use crate::render::measure::{Number, headline, left, measures, named, severities, shortened};
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::text::time::Seconds;

/// Bytes of a line, its end included: what NRPE 2 carries (`MAX_PACKETBUFFER_LENGTH` 1024, one of
/// them the NUL).
const MAX_LINE: usize = 1023;
/// Bytes of the text in front of the performance data.
const MAX_TEXT: usize = 500;
/// Bytes of a label; RRD tools want the first 19 to differ.
const MAX_LABEL: usize = 60;

/// What a plugin can say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// All is well.
    Ok,
    /// It works now, but not for long or not everywhere.
    Warning,
    /// It does not work.
    Critical,
    /// It could not be told.
    Unknown,
}

impl Status {
    /// Of an exit code; `warned` if there are warnings.
    pub fn of(exit: Exit, warned: bool) -> Self {
        match exit {
            Exit::Ok if warned => Self::Warning,
            Exit::Ok => Self::Ok,
            Exit::Short | Exit::Warnings => Self::Warning,
            Exit::Expired
            | Exit::NotYetValid
            | Exit::Untrusted
            | Exit::Revoked
            | Exit::Mismatch
            | Exit::Unsafe
            | Exit::Stale => Self::Critical,
            Exit::Error
            | Exit::Usage
            | Exit::NotFound
            | Exit::Unreadable
            | Exit::Undecided
            | Exit::NotDone => Self::Unknown,
        }
    }

    /// Of a whole report.
    pub fn of_report(report: &Report) -> Self {
        let warning = |finding: &Finding| finding.severity == Severity::Warn;
        Self::of(report.exit(), report.findings.iter().any(warning))
    }

    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }

    /// As the line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// The line, with its end. `need` is what must be left lest there be a warning.
pub fn render(report: &Report, need: Seconds) -> String {
    let head = format!("CERTOK {} - ", Status::of_report(report).name());
    let mut line = head + &sentence(report);
    let mut bar = '|';
    for datum in performance(report, need) {
        // The bar or a blank in front, the line's end behind.
        if line.len() + datum.len() + 2 > MAX_LINE {
            break;
        }
        line.push(bar);
        line.push_str(&datum);
        bar = ' ';
    }
    line.push('\n');
    line
}

fn sentence(report: &Report) -> String {
    let text = headline(report);
    let others = report.findings.iter();
    let said = report.headline();
    let others = others.filter(|f| f.severity == Severity::Error);
    let count = others.filter(|f| said.is_none_or(|said| !said.same_as(f))).count();
    let more = match count {
        0 => String::new(),
        1 => " (and 1 more error)".to_owned(),
        n => format!(" (and {n} more errors)"),
    };
    // The bar ends the text, whatever stands before it.
    let text = text.replace('|', "\u{a6}");
    shortened(&text, MAX_TEXT.saturating_sub(more.len())).into_owned() + &more
}

/// `label=value;warn;crit;min`, the most telling first.
fn performance(report: &Report, need: Seconds) -> impl Iterator<Item = String> {
    let at = report.at;
    let counts = severities(report).map(|(severity, count)| {
        let label = match severity {
            Severity::Error => "errors",
            Severity::Warn => "warnings",
            Severity::Info => "notes",
        };
        format!("{label}={count};;;0")
    });
    // 10 @ 2.5: `10:` alerts below 10.
    let warn = match need {
        Seconds(0) => String::new(),
        Seconds(need) => format!("{need}:"),
    };
    let seconds = move |label: &str, left: Seconds| format!("{label}={}s;{warn};0:", left.0);
    let items = report.items.iter();
    let least = items.filter_map(|item| left(item, at)).min();
    let least = least.map(|least| seconds("least_seconds_left", least));
    let of_items = named(report).flat_map(move |(words, item)| {
        let name = words.join("_");
        let left = left(item, at);
        let left = left.map(|left| seconds(&label(&name, "seconds_left"), left));
        left.into_iter().chain(numbers(&name, item))
    });
    counts.into_iter().chain(least).chain(of_items)
}

/// The counts of an item itself, not of its parts.
fn numbers(name: &str, item: &Item) -> Vec<String> {
    let all = measures(std::slice::from_ref(item)).into_iter();
    let own = all.filter(|measure| std::ptr::eq(measure.item, item));
    let counts = own.filter_map(|measure| match measure.number {
        Number::Count(n) => Some(format!("{}={n}", label(name, measure.key))),
        Number::State(exit) => Some(format!("{}={}", label(name, "exit_code"), exit.code())),
        _ => None,
    });
    counts.collect()
}

/// Made of letters, digits and `_`: such a label needs no quotes, and no reader trips over it.
fn label(name: &str, key: &str) -> String {
    shortened(&format!("{name}_{key}"), MAX_LABEL).replace("...", "_")
}
