//! The JSON envelope, schema 1: `schema/certok-1.schema.json` describes it.

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::report::Case;
use crate::report::Finding;
use crate::report::Item;
use crate::report::NameForms;
use crate::report::Place;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;
use crate::time::UnixTime;

/// Version of the envelope; it changes only when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The whole report, indented, with a final newline.
pub fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&envelope(report)).expect("strings and numbers");
    text.push('\n');
    text
}

/// The envelope as a value.
pub fn envelope(report: &Report) -> Json {
    let exit = report.exit();
    let worst = report.findings.iter().map(|finding| finding.severity).min();
    let status = match (exit.code(), worst) {
        (0, Some(Severity::Warn)) => "warn",
        (0, _) => "ok",
        _ => "error",
    };
    let mut envelope = json!({
        "schema": SCHEMA,
        "command": report.command,
        "certok": env!("CARGO_PKG_VERSION"),
        "evaluated_at": time(report.at),
        "offline": true,
        "result": {
            "status": status,
            "exit_code": exit.code(),
            "exit_name": exit.name(),
            "message": report.headline().map_or(&report.good, |finding| &finding.message),
        },
        "items": report.items.iter().map(item).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let Some(results) = &report.results {
        let pairs = results
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)));
        envelope["results"] = json!([Json::Object(pairs.collect::<Map<_, _>>())]);
    } else if let (Some(raw), true) = (&report.raw, report.items.is_empty()) {
        // A script, a manual page: what there is to say is the text itself.
        envelope["output"] = json!(raw);
    }
    envelope
}

fn finding(finding: &Finding) -> Json {
    json!({
        "id": finding.rule.id,
        "severity": finding.severity.name(),
        "message": finding.message,
        "why": finding.rule.why,
        "advice": finding.advice,
        "fix": finding.fix,
        "refused_by": finding.rule.refused_by,
        "source": finding.rule.source,
        "place": place(&finding.place),
        "cases": finding.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(case: &Case) -> Json {
    json!({
        "message": case.message,
        "fix": case.fix,
        "place": place(&case.place),
    })
}

fn place(place: &Place) -> Json {
    json!({
        "file": place.file.as_ref().map(|path| path.to_string_lossy()),
        "variable": place.variable,
        "block": place.block,
        "line": place.line,
        "subject": place.subject,
    })
}

fn item(item: &Item) -> Json {
    let mut object = Map::new();
    object.insert("kind".to_owned(), json!(item.kind));
    for fact in &item.facts {
        object.insert(fact.key.to_owned(), value(&fact.value));
    }
    Json::Object(object)
}

fn value(fact: &Value) -> Json {
    match fact {
        Value::Bool(yes) => json!(yes),
        Value::Int(n) => number(*n),
        Value::Items(items) => items.iter().map(item).collect(),
        Value::Name(name) => name_forms(name),
        Value::Span(span) => number(span.0),
        Value::Text(text) => json!(text),
        Value::Texts(texts) => json!(texts),
        Value::Time(at) => time(*at),
        Value::Unknown => Json::Null,
    }
}

/// Readers that keep numbers as doubles lose what is beyond 2^53: a string then.
fn number(n: i64) -> Json {
    if n.unsigned_abs() <= 1 << 53 {
        json!(n)
    } else {
        json!(n.to_string())
    }
}

fn name_forms(name: &NameForms) -> Json {
    let attribute = |(oid, short, value): &(String, String, String)| json!({ "oid": oid, "type": short, "value": value });
    let rdns = name
        .rdns
        .iter()
        .map(|rdn| rdn.iter().map(attribute).collect::<Json>());
    json!({
        "rfc4514": name.rfc4514,
        "slash": name.slash,
        "rdns": rdns.collect::<Json>(),
    })
}

fn time(at: UnixTime) -> Json {
    json!({ "rfc3339": at.to_string(), "epoch": at.0 })
}
