//! The text format of Prometheus, for the textfile collector of node_exporter.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>. Names follow
//! <https://prometheus.io/docs/practices/naming/>: prefix of the application, base units, no
//! timestamps. All metrics come from the items of the report, so a new command needs no change
//! here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use crate::render::json::status;
use crate::render::measure::{Label, Measure, Number, identity, measures, severities};
use crate::report::Report;

/// Help texts for some keys. Other metrics are described by their place in the JSON.
const MEANINGS: &[(&str, &str)] = &[
    ("accepted", "Whether the path was accepted."),
    ("cas", "CA certificates in the directory."),
    ("matches", "Whether the private key belongs to the certificate."),
    ("next_update", "When the next revocation list is due."),
    ("not_after", "The last good second."),
    ("not_before", "The first good second."),
    ("this_update", "When the revocation list was made."),
];

/// Suffixes that say the type of a metric. No metric here has such a type.
const RESERVED: &[&str] = &["_bucket", "_count", "_info", "_sum", "_total"];

/// Renders the whole text, with a final newline.
pub fn render(report: &Report) -> String {
    let mut families = Families::default();
    let command = ("command", report.command.to_owned());
    run(report, &command, &mut families);
    findings(report, &command, &mut families);
    for measure in measures(&report.items) {
        let (name, help) = named(&measure);
        let labels = labels(&command, &measure);
        families.add(name, help, labels, measure.number.plain());
    }
    families.text()
}

fn run(report: &Report, command: &Label, families: &mut Families) {
    let exit = report.exit();
    families.add(
        "certok_exit_code".to_owned(),
        "Exit code: 0 is ok, 1 to 6 no answer, from 10 on an answer about the credential."
            .to_owned(),
        vec![command.clone()],
        i64::from(exit.code()),
    );
    families.add(
        "certok_result_info".to_owned(),
        "What came of the run.".to_owned(),
        vec![
            command.clone(),
            ("exit_name", exit.name().to_owned()),
            ("status", status(report).to_owned()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ],
        1,
    );
    families.add(
        "certok_run_timestamp_seconds".to_owned(),
        "The instant judged at: when it ran, unless --at said otherwise.".to_owned(),
        vec![command.clone()],
        report.at.0,
    );
}

fn findings(report: &Report, command: &Label, families: &mut Families) {
    for (severity, count) in severities(report) {
        families.add(
            "certok_findings".to_owned(),
            "Findings of each severity.".to_owned(),
            vec![command.clone(), ("severity", severity.name().to_owned())],
            i64::try_from(count).unwrap_or(i64::MAX),
        );
    }
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for finding in &report.findings {
        let key = (finding.rule.id, finding.severity.name());
        *counts.entry(key).or_default() += 1;
    }
    for ((id, severity), count) in counts {
        families.add(
            "certok_findings_by_id".to_owned(),
            "Findings of each id; `certok explain` says what an id means.".to_owned(),
            vec![command.clone(), ("id", id.to_owned()), ("severity", severity.to_owned())],
            count,
        );
    }
}

/// The name of the metric, and its help text.
fn named(measure: &Measure<'_>) -> (String, String) {
    let (kind, key) = (measure.item.kind, measure.key);
    let stem = RESERVED.iter().find_map(|end| key.strip_suffix(end));
    let stem = match (stem.unwrap_or(key), key) {
        (_, "count") => "size",
        (stem, _) => stem,
    };
    let name = match measure.number {
        Number::Count(_) | Number::Flag(_) => format!("certok_{kind}_{stem}"),
        Number::Instant(_) => format!("certok_{stem}_timestamp_seconds"),
        Number::Span(_) => format!("certok_{kind}_{stem}_seconds"),
        Number::State(_) => "certok_item_exit_code".to_owned(),
    };
    let meaning = MEANINGS.iter().find(|(known, _)| *known == key);
    let help = match (measure.number, meaning) {
        (Number::State(_), _) => {
            "What came of one of several things, as the exit code it alone would give.".to_owned()
        }
        (_, Some((_, meaning))) => (*meaning).to_owned(),
        (Number::Instant(_), None) => format!("The instant `{key}` of the items in the JSON."),
        (_, None) => format!("The fact `{key}` of items of kind `{kind}` in the JSON."),
    };
    (name, help)
}

fn labels(command: &Label, measure: &Measure<'_>) -> Vec<Label> {
    let kind = ("kind", measure.item.kind.to_owned());
    let place = measure.place.clone();
    let own = identity(measure.item).into_iter();
    [command.clone(), kind].into_iter().chain(place).chain(own).collect()
}

/// Metrics by name, in the order they came. All lines of one metric must stand together.
#[derive(Default)]
struct Families {
    order: Vec<Family>,
    by_name: HashMap<String, usize>,
    /// The values of each series. No series may occur twice.
    seen: HashMap<String, HashSet<i64>>,
}

struct Family {
    head: String,
    lines: String,
}

impl Families {
    fn add(&mut self, name: String, help: String, mut labels: Vec<Label>, value: i64) {
        let values = self.seen.entry(written(&name, &labels)).or_default();
        // One CA is on many paths, so its values come more than once.
        if !values.insert(value) {
            return;
        }
        if values.len() > 1 {
            labels.push(("number", values.len().to_string()));
        }
        let series = written(&name, &labels);
        let at = *self.by_name.entry(name).or_insert_with_key(|name| {
            let head = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
            let lines = String::new();
            self.order.push(Family { head, lines });
            self.order.len() - 1
        });
        writeln!(self.order[at].lines, "{series} {value}").expect("a String takes all");
    }

    fn text(self) -> String {
        let families = self.order.into_iter();
        families.map(|family| family.head + &family.lines).collect()
    }
}

fn written(name: &str, labels: &[Label]) -> String {
    let pairs = labels.iter().map(|(name, value)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{name}=\"{}\"", value.replace('\n', "\\n"))
    });
    format!("{name}{{{}}}", pairs.collect::<Vec<_>>().join(","))
}
