//! Single values, printed exactly as an option of an older tool prints them: `--field`, `--fields`.

use crate::report::{Item, Report, Value};
use crate::text::time::{Seconds, UnixTime};

/// A value that can be printed alone.
#[derive(Debug)]
pub struct Field {
    /// Its name on the command line.
    pub name: &'static str,
    /// The keys in JSON under which it may be found, tried in order.
    keys: &'static [(Of, &'static str)],
    form: Form,
}

/// Which items are searched for a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Of {
    /// Items of the credential itself.
    Credential,
    /// Items of its VOMS attributes.
    Voms,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// As openssl prints numbers: capital letters, whole bytes.
    Hexadecimal,
    /// Unchanged. Names in slash form.
    Plain,
    /// Seconds; this number if none are left.
    Span(i64),
    /// `Jan  1 00:00:00 2027 GMT`, as openssl writes it.
    Time,
}

const fn field(name: &'static str, keys: &'static [(Of, &'static str)], form: Form) -> Field {
    Field { name, keys, form }
}

/// All fields, by name.
pub const FIELDS: &[Field] = &[
    // voms-proxy-info -actimeleft
    field("actimeleft", &[(Of::Voms, "seconds_left")], Form::Span(0)),
    field("audience", &[(Of::Credential, "audience")], Form::Plain),
    // openssl x509 -fingerprint -sha256
    field("fingerprint", &[(Of::Credential, "sha256")], Form::Plain),
    // voms-proxy-info -fqan
    field("fqan", &[(Of::Voms, "fqans")], Form::Plain),
    // openssl x509 -hash
    field("hash", &[(Of::Credential, "hash")], Form::Plain),
    // grid-proxy-info -identity
    field("identity", &[(Of::Credential, "identity"), (Of::Credential, "subject")], Form::Plain),
    // grid-proxy-info -issuer
    field("issuer", &[(Of::Credential, "issuer"), (Of::Credential, "trust_domain")], Form::Plain),
    // openssl x509 -enddate, -startdate
    field(
        "not_after",
        &[(Of::Credential, "not_after"), (Of::Credential, "next_update")],
        Form::Time,
    ),
    field(
        "not_before",
        &[(Of::Credential, "not_before"), (Of::Credential, "this_update")],
        Form::Time,
    ),
    // grid-proxy-info -path
    field("path", &[(Of::Credential, "path"), (Of::Credential, "file")], Form::Plain),
    field("scope", &[(Of::Credential, "scopes"), (Of::Credential, "authorizations")], Form::Plain),
    // openssl x509 -serial
    field("serial", &[(Of::Credential, "serial")], Form::Hexadecimal),
    // openssl x509 -fingerprint
    field("sha1", &[(Of::Credential, "sha1")], Form::Plain),
    field("strength", &[(Of::Credential, "key_bits")], Form::Plain),
    // grid-proxy-info -subject
    field("subject", &[(Of::Credential, "subject"), (Of::Credential, "identity")], Form::Plain),
    // grid-proxy-info -timeleft
    field("timeleft", &[(Of::Credential, "seconds_left")], Form::Span(-1)),
    // grid-proxy-info -type
    field("type", &[(Of::Credential, "type")], Form::Plain),
    // voms-proxy-info -vo
    field("vo", &[(Of::Voms, "vo")], Form::Plain),
];

impl Field {
    /// The values in `report`. Several for a list, none if the report has none.
    pub fn values(&self, report: &Report) -> Vec<String> {
        let found = self.keys.iter().map(|(of, key)| self.at(*of, key, report));
        found.into_iter().find(|values| !values.is_empty()).unwrap_or_default()
    }

    fn at(&self, of: Of, key: &str, report: &Report) -> Vec<String> {
        let items = report.items.iter().chain(&report.about);
        match of {
            // The first is the one in question; what it does not say, the certificate may.
            Of::Credential => {
                let credentials = items.filter(|item| item.is_credential);
                let of_one = credentials.take(1).chain(&report.about);
                let values = of_one.map(|item| self.written(item, key));
                values.into_iter().find(|values| !values.is_empty()).unwrap_or_default()
            }
            Of::Voms => {
                let all = items.filter(|item| item.kind == "voms");
                all.flat_map(|item| self.written(item, key)).collect()
            }
        }
    }

    fn written(&self, item: &Item, key: &str) -> Vec<String> {
        match (item.get(key), self.form) {
            (Some(Value::Texts(all)), _) => all.clone(),
            (Some(Value::Text(text)), Form::Hexadecimal) => vec![text.to_uppercase()],
            (Some(Value::Text(text)), _) => vec![text.clone()],
            (Some(Value::Name(name)), _) => vec![name.slash.clone()],
            (Some(Value::Int(number)), _) => vec![number.to_string()],
            (Some(Value::Bool(flag)), _) => vec![flag.to_string()],
            (Some(Value::Span(left)), Form::Span(none)) if *left < Seconds(0) => {
                vec![none.to_string()]
            }
            (Some(Value::Span(span)), _) => vec![span.0.to_string()],
            (Some(Value::Time(at)), _) => vec![openssl_time(*at)],
            (Some(Value::Items(_) | Value::Unknown) | None, _) => Vec::new(),
        }
    }
}

/// `Jan  1 00:00:00 2027 GMT`
fn openssl_time(at: UnixTime) -> String {
    let text = at.alien();
    let (date, clock) = text.split_once(' ').unwrap_or_default();
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    let day = day.unwrap_or_default().trim_start_matches('0');
    format!("{} {day:>2} {clock} {} GMT", month.unwrap_or(&""), year.unwrap_or_default())
}

const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// One line: values separated by tabs, elements of a list by commas. A missing value is empty.
pub fn row(fields: &[&Field], report: &Report) -> String {
    let cell = |field: &&Field| field.values(report).join(",").replace(['\t', '\n'], " ");
    let cells: Vec<String> = fields.iter().map(cell).collect();
    cells.join("\t") + "\n"
}
