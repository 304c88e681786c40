//! `status`: what this user or job would use, one row a credential.

use crate::check::lifetime;
use crate::check::trust_dir;
use crate::command::Noun;
use crate::command::Options;
use crate::command::evidence::Half;
use crate::command::info;
use crate::command::trust::Trust;
use crate::env::Env;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;
use crate::time::Seconds;

/// One row each for the user certificate, the JAliEn token and the CA directory.
pub fn run(options: &Options, env: &Env) -> Report {
    let mut report = Report::new("status", env.now);
    let mut usable = 0;
    let mut found = 0;
    for noun in [Noun::Token, Noun::Cert] {
        let half = Half::located(noun.cert(), env);
        let findings = judge(&half, options, env);
        let worst = findings
            .iter()
            .filter(|f| f.exit != Exit::Ok)
            .min_by_key(|f| f.exit.rank());
        found += usize::from(half.found().is_some());
        usable += usize::from(worst.is_none() && half.found().is_some());
        report.items.push(row(&half, worst, env));
        report.findings.extend(
            findings
                .into_iter()
                .filter(|f| f.severity == Severity::Error),
        );
    }
    report
        .items
        .push(ca_row(options, env, &mut report.findings));
    // One good credential is what most work needs: the other's absence is no error here.
    if usable > 0 {
        let credential = |f: Finding| {
            if f.exit == Exit::Undecided {
                f
            } else {
                f.as_warning()
            }
        };
        report.findings = report.findings.into_iter().map(credential).collect();
        report
            .findings
            .retain(|finding| finding.rule.exit != Exit::NotFound);
    }
    report.good = format!("{usable} of {found} credentials found are usable");
    report
}

fn judge(half: &Half, options: &Options, env: &Env) -> Vec<Finding> {
    let mut inner = Report::new("status", env.now);
    info::certificate(half, options, env, &mut inner);
    if half.found().is_some() {
        let key = Half::located(half.role.partner(), env);
        let (_, findings) = info::pair(half, &key, false, env);
        info::add_pair(&mut inner.findings, findings);
    }
    inner.findings
}

fn row(half: &Half, worst: Option<&Finding>, env: &Env) -> Item {
    let mut item = Item::new("status", half.role.noun());
    item.machine("credential", Value::Text(half.role.noun().to_owned()));
    let state = worst.map_or("ok", |finding| finding.exit.name());
    item.fact("state", "state", Value::Text(state.to_owned()));
    let Some(read) = half.found() else {
        return unknown(item, &["from", "subject", "not_after", "seconds_left"]);
    };
    item.fact("from", "from", Value::Text(half.described()));
    let Some(first) = read.contents.first() else {
        return unknown(item, &["subject", "not_after", "seconds_left"]);
    };
    item.fact("subject", "subject", crate::describe::name(&first.subject));
    item.fact(
        "not_after",
        "valid until",
        Value::Time(first.validity.not_after),
    );
    let left = first.validity.remaining(env.now);
    item.machine("seconds_left", Value::Span(left));
    if left < lifetime::ALIEN_MINIMUM && left >= Seconds(0) {
        item.fact(
            "note",
            "note",
            Value::Text("alien.py calls this expired".to_owned()),
        );
    }
    item
}

fn unknown(mut item: Item, keys: &[&'static str]) -> Item {
    for key in keys {
        item.machine(key, Value::Unknown);
    }
    item
}

fn ca_row(options: &Options, env: &Env, findings: &mut Vec<Finding>) -> Item {
    let trust = Trust::open(options, false, env);
    let mut item = Item::new("ca_directory", "CA certificates");
    item.fact("from", "from", Value::Text(trust.shown()));
    let survey = trust.survey();
    let count = survey
        .iter()
        .filter_map(|entry| entry.content.as_ref().ok())
        .flatten();
    let mut seen: Vec<Vec<u8>> = count
        .map(|certificate| certificate.der().to_vec())
        .collect();
    seen.extend(
        trust
            .pool
            .iter()
            .map(|known| known.certificate.der().to_vec()),
    );
    seen.sort();
    seen.dedup();
    let state = match &trust.trouble {
        Some(trouble) => {
            findings.push(trust_dir::unusable(&trust.candidate, trouble));
            "unusable".to_owned()
        }
        None => format!("{} CAs", seen.len()),
    };
    item.fact("state", "state", Value::Text(state));
    item.machine(
        "count",
        i64::try_from(seen.len()).map_or(Value::Unknown, Value::Int),
    );
    item
}
