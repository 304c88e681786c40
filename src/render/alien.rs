//! alien.py's lines and exit codes (alienpy 1.7.0, connect_ssl.py), for scripts that parse them.

use crate::check::lifetime::{ALIEN_MINIMUM, ALIEN_TOO_SHORT};
use crate::report::{AlienForm, Exit, Item, Report, Value};
use crate::text::time::Seconds;

/// What alien.py prints to stdout and stderr, and its exit code. Where alien.py prints "No
/// certificate filename provided!", certok names the cause.
pub struct AlienOutput {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// 0, 1, 2, 5 or 42.
    pub code: u8,
}

/// Renders a report, for a command that alien.py has too.
pub fn render(report: &Report, form: AlienForm) -> AlienOutput {
    let code = code(report, form);
    let done = report.exit() == Exit::Ok;
    let lines = match form {
        AlienForm::Info if code == 0 => info(report),
        AlienForm::Verify => verify(report, code),
        AlienForm::KeyMatch if code == 0 => "Cert/key match!\n".to_owned(),
        AlienForm::KeyMatch if code == 42 => "Cert/key DO NOT match!\n".to_owned(),
        AlienForm::Destroy if done => {
            "Token was destroyed! Re-connect for token re-creation.\n".to_owned()
        }
        AlienForm::Destroy | AlienForm::Info | AlienForm::KeyMatch => String::new(),
    };
    let mut err = String::new();
    if let Some(finding) = report.headline().filter(|_| code != 0) {
        err = format!("{}\n", finding.message);
        if let Some(fix) = &finding.fix {
            err.push_str(&format!("fix: {fix}\n"));
        }
    }
    if code != 0 && err.is_empty() {
        err = match seconds_left(report) {
            Some(left) if left < Seconds(0) => "the certificate has expired\n".to_owned(),
            _ => "less than 10 minutes are left, which alien.py counts as expired\n".to_owned(),
        };
    }
    // alien.py prints results to stdout if the code is 0, and messages to stderr otherwise.
    if code == 0 {
        AlienOutput { out: lines, err, code }
    } else {
        AlienOutput { out: String::new(), err: lines + &err, code }
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
    let file = report.items.iter().find(|item| item.kind == "path").and_then(first_file);
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

fn code(report: &Report, form: AlienForm) -> u8 {
    // alien.py checks no owner, no mode, and not how much time a job needs.
    let counts = |exit: Exit| !matches!(exit, Exit::Ok | Exit::Short | Exit::Unsafe);
    let exits = report.findings.iter().map(|finding| finding.exit);
    let exit = exits.filter(|exit| counts(*exit)).min_by_key(|exit| exit.rank());
    let exit = exit.unwrap_or(Exit::Ok);
    let loaded = !matches!(exit, Exit::NotFound | Exit::Unreadable);
    let good = loaded && exit != Exit::Expired && !too_short(report);
    match form {
        // alien.py says 0 whatever became of it.
        AlienForm::Destroy => match exit {
            Exit::Ok | Exit::Warnings => 0,
            Exit::NotFound => 2,
            _ => 1,
        },
        AlienForm::KeyMatch => match exit {
            Exit::Ok | Exit::Warnings if good => 0,
            Exit::Mismatch if good => 42,
            _ => 5,
        },
        _ if !good => 2,
        AlienForm::Info => 0,
        AlienForm::Verify => match exit {
            Exit::Ok | Exit::Warnings => 0,
            // Also if there are no CA certificates: alien.py then uses a directory that does not
            // exist.
            _ => 1,
        },
    }
}

fn seconds_left(report: &Report) -> Option<Seconds> {
    let mut items = report.items.iter();
    items.find_map(|item| match item.get("seconds_left") {
        Some(Value::Span(left)) => Some(*left),
        _ => None,
    })
}

/// alien.py's limit of 600 seconds: a shorter rest counts as expired.
fn too_short(report: &Report) -> bool {
    let mut said = report.findings.iter();
    seconds_left(report).is_some_and(|left| left < ALIEN_MINIMUM && left > Seconds(i64::MIN))
        || said.any(|f| f.is(&ALIEN_TOO_SHORT))
}
