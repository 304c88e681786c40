//! One line for Nagios, Icinga and similar monitors, and their exit codes.
//!
//! Monitoring Plugins Development Guidelines: 2.1 (one line, `SERVICE STATUS - text`), 2.4 (exit
//! codes; bad arguments are UNKNOWN), 2.5 (ranges), 2.6 (performance data).

use crate::render::measure::{Number, headline, left, measures, named, severities, shortened};
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::text::time::Seconds;

/// Most bytes of the line, with its end. NRPE 2 carries 1024 (`MAX_PACKETBUFFER_LENGTH`), of which
/// one is the NUL.
const MAX_LINE: usize = 1023;
/// Most bytes of the text before the performance data.
const MAX_TEXT: usize = 500;
/// Most bytes of a label. RRD tools need different labels in the first 19 bytes.
const MAX_LABEL: usize = 60;

/// The states of a plugin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// All is well.
    Ok,
    /// It works now, but not for long or not everywhere.
    Warning,
    /// It does not work.
    Critical,
    /// certok could not find out.
    Unknown,
}

impl Status {
    /// The state for an exit code. `warned`: whether there are warnings.
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

    /// The state for a whole report.
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

    /// The word in the line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// Renders the line, with its end. If less than `need` is left, the state is a warning.
pub fn render(report: &Report, need: Seconds) -> String {
    let head = format!("CERTOK {} - ", Status::of_report(report).name());
    let mut line = head + &sentence(report);
    let mut bar = '|';
    for datum in performance(report, need) {
        // 2: the `|` or blank before it, and the end of the line.
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
    // The first `|` ends the text, so the text must not contain one.
    let text = text.replace('|', "\u{a6}");
    shortened(&text, MAX_TEXT.saturating_sub(more.len())).into_owned() + &more
}

/// `label=value;warn;crit;min`, the most important first.
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

/// The counts of an item itself, without its parts.
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

/// Consists of letters, digits and `_`, so that no reader needs quotes.
fn label(name: &str, key: &str) -> String {
    shortened(&format!("{name}_{key}"), MAX_LABEL).replace("...", "_")
}
