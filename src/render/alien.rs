//! alien.py's lines and exit codes (alienpy 1.7.0, connect_ssl.py), for scripts that parse them.

use crate::check::lifetime::ALIEN_MINIMUM;
use crate::report::Exit;
use crate::report::Item;
use crate::report::Report;
use crate::report::Value;
use crate::time::Seconds;

/// What alien.py would print to standard output and standard error, and its exit code. Where it
/// prints "No certificate filename provided!", the cause is named.
pub struct Answer {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// 0, 1, 2, 5 or 42.
    pub code: u8,
}

/// Renders a report of a command that alien.py has.
pub fn render(report: &Report) -> Answer {
    let code = code(report);
    let mut lines = String::new();
    match report.command {
        "cert-info" | "token-info" if code == 0 => lines = info(report),
        "cert-verify" | "token-verify" => lines = verify(report, code),
        "certkey-match" | "tokenkey-match" if code == 0 => lines = "Cert/key match!\n".to_owned(),
        "certkey-match" | "tokenkey-match" if code == 42 => {
            lines = "Cert/key DO NOT match!\n".to_owned();
        }
        "token-destroy" if report.exit() == Exit::Ok => {
            lines = "Token was destroyed! Re-connect for token re-creation.\n".to_owned();
        }
        _ => {}
    }
    let mut err = String::new();
    if let Some(finding) = report.headline().filter(|_| code != 0) {
        err = format!("{}\n", finding.message);
        if let Some(fix) = &finding.fix {
            err.push_str(&format!("fix: {fix}\n"));
        }
    }
    if let (0, true) = (code, too_short(report)) {
        err.clear();
    }
    // alien.py: results to stdout when the code is 0, messages to stderr otherwise.
    if code == 0 {
        Answer {
            out: lines,
            err,
            code,
        }
    } else {
        Answer {
            out: String::new(),
            err: lines + &err,
            code,
        }
    }
}

fn info(report: &Report) -> String {
    let Some(item) = report.items.iter().find(|item| item.kind == "certificate") else {
        return String::new();
    };
    let name = |key| match item.get(key) {
        Some(Value::Name(name)) => name.alien.clone(),
        _ => String::new(),
    };
    let time = |key| match item.get(key) {
        Some(Value::Time(at)) => at.alien(),
        _ => String::new(),
    };
    format!(
        "DN >>> {}\nISSUER >>> {}\nBEGIN >>> {}\nEXPIRE >>> {}\n",
        name("subject"),
        name("issuer"),
        time("not_before"),
        time("not_after")
    )
}

fn verify(report: &Report, code: u8) -> String {
    let file = report
        .items
        .iter()
        .find(|item| item.kind == "path")
        .and_then(first_file);
    match (code, file) {
        (0, Some(file)) => format!("SSL Verification successful for {file}\n"),
        (1, Some(file)) => format!("SSL Verification failed for {file}\n"),
        _ => String::new(),
    }
}

fn first_file(path: &Item) -> Option<String> {
    let Some(Value::Items(steps)) = path.get("steps") else {
        return None;
    };
    match steps.first()?.get("file") {
        Some(Value::Text(file)) => Some(file.clone()),
        _ => None,
    }
}

fn code(report: &Report) -> u8 {
    let matching = report.command.ends_with("-match");
    if too_short(report) {
        return if matching { 5 } else { 2 };
    }
    match report.exit() {
        Exit::Ok | Exit::Short | Exit::Warnings => 0,
        Exit::Mismatch if matching => 42,
        Exit::NotFound | Exit::Unreadable | Exit::Expired if !matching => 2,
        Exit::NotFound | Exit::Unreadable | Exit::Expired | Exit::Undecided => 5,
        _ if report.command.ends_with("-destroy") => 1,
        _ => 1,
    }
}

/// alien.py's 600-second rule: less left counts as expired.
fn too_short(report: &Report) -> bool {
    let left = report
        .items
        .iter()
        .find_map(|item| match item.get("seconds_left") {
            Some(Value::Span(left)) => Some(*left),
            _ => None,
        });
    left.is_some_and(|left| left < ALIEN_MINIMUM && left > Seconds(i64::MIN))
}
