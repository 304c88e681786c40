//! One report in each format, to the byte.

mod setup;

use certok::consumer::{GLOBUS, VOMS};
use certok::render::{Style, alien, json, text};
use certok::report::{AlienForm, Exit, Finding, Item, NameForms, Place, Report, Rule, Value};
use certok::text::screen::for_screen;
use certok::text::time::{Seconds, UnixTime};
use setup::{As, Place as Setup};

const NOW: UnixTime = UnixTime(1_780_315_200);

/// A name that plays tricks: a colour, a line end, letters turned around.
const TRICKY: &str = "Alice \u{1b}[31mred\n\u{202e}nimda";

static UNSAFE: Rule = Rule {
    id: "sample-error",
    exit: Exit::Unsafe,
    what: "something is wrong",
    why: "it is refused",
    advice: "mend it",
    refused_by: &[GLOBUS, VOMS],
    source: "a standard",
    ..Rule::ERROR
};

static SOON: Rule = Rule {
    id: "sample-warning",
    what: "something will be wrong",
    why: "it will be refused",
    advice: "mend it soon",
    source: "a practice",
    ..Rule::WARN
};

static NOTE: Rule = Rule {
    id: "sample-note",
    what: "something is so",
    why: "it is worth knowing",
    source: "certok",
    ..Rule::INFO
};

fn name(common_name: &str) -> Value {
    let attribute = |oid: &str, short: &str, value: &str| {
        vec![(oid.to_owned(), short.to_owned(), value.to_owned())]
    };
    Value::Name(Box::new(NameForms {
        rfc4514: "CN=(escaped),DC=org".to_owned(),
        ambiguous: false,
        slash: "/DC=org/CN=(slash)".to_owned(),
        screen: format!("/DC=org/CN={}", for_screen(common_name)),
        alien: "DC=org/CN=(alien)".to_owned(),
        rdns: vec![
            attribute("0.9.2342.19200300.100.1.25", "DC", "org"),
            attribute("2.5.4.3", "CN", common_name),
        ],
    }))
}

fn step(title: &str, file: &str) -> Item {
    let mut item = Item::new("step", title);
    item.fact("file", "from", Value::Text(file.to_owned()));
    item.detail("not_after", "valid until", Value::Time(UnixTime(1_800_000_000)));
    item
}

/// All there is: every kind of value, shown and hidden, a path, findings of every severity.
fn report(findings: Vec<Finding>) -> Report {
    let mut item = Item::new("certificate", "user certificate");
    item.fact("from", "file", Value::Text("/home/alice/usercert.pem".to_owned()));
    item.fact("subject", "subject", name(TRICKY));
    item.fact("issuer", "issuer", name("CA"));
    item.fact("not_before", "valid from", Value::Time(UnixTime(1_767_225_600)));
    item.fact("not_after", "valid until", Value::Time(UnixTime(1_798_761_600)));
    item.machine("seconds_left", Value::Span(Seconds(18_446_400)));
    let names = (1..=6).map(|n| format!("DNS:node{n}.certok.test"));
    item.fact("alt_names", "also named", Value::Texts(names.collect()));
    item.fact("none", "nothing", Value::Texts(Vec::new()));
    item.fact("odd", "odd", Value::Text("\u{7}bell".to_owned()));
    item.fact("unknown", "unknown", Value::Unknown);
    item.detail("yes", "yes or no", Value::Bool(true));
    item.detail("count", "count", Value::Int(3));
    item.detail("span", "span", Value::Span(Seconds(90)));
    let mut path = Item::new("path", "path found");
    path.machine("accepted", Value::Bool(true));
    let steps = vec![
        step("/DC=org/CN=Alice", "/home/alice/usercert.pem"),
        step("signed by /DC=org/CN=CA", "/ca/0.0"),
        step("signed by /DC=org/CN=Root (trust anchor)", "/ca/1.0"),
    ];
    path.fact("steps", "", Value::Items(steps));
    let mut removal = Item::new("removal", "/tmp/x");
    removal.fact("words", "", Value::Text("would be removed".to_owned()));
    let mut report = Report::new("cert-info", NOW);
    report.good = "all \u{1b}is well".to_owned();
    report.items = vec![item, path, removal];
    report.findings = findings;
    report.sorted()
}

fn mixed() -> Report {
    let place =
        Place { file: Some("/home/alice/userkey.pem".into()), line: Some(3), ..Place::default() };
    report(vec![
        NOTE.found("it is \u{202e}so"),
        SOON.found("it will break"),
        UNSAFE.found("it is broken").fix("chmod 400 '/home/alice/my key'").at(place),
        SOON.found("it will break"),
    ])
}

fn plain(report: &Report) -> String {
    text::render(report, Style::default())
}

const PLAIN: &str = r"unsafe: it is broken [sample-error]
  refused by: Globus, VOMS
  mend it
  fix: chmod 400 '/home/alice/my key'

user certificate
  file         /home/alice/usercert.pem
  subject      /DC=org/CN=Alice \u{1b}[31mred\u{a}\u{202e}nimda
  issuer       /DC=org/CN=CA
  valid from   2026-01-01 00:00:00 UTC (151 days ago)
  valid until  2027-01-01 00:00:00 UTC (in 213 days)
  also named   DNS:node1.certok.test, DNS:node2.certok.test, DNS:node3.certok.test,
               DNS:node4.certok.test, DNS:node5.certok.test, DNS:node6.certok.test
  nothing      none
  odd          \u{7}bell
  unknown      unknown

path found
  /DC=org/CN=Alice
      from /home/alice/usercert.pem
    signed by /DC=org/CN=CA
        from /ca/0.0
      signed by /DC=org/CN=Root (trust anchor)
          from /ca/1.0

/tmp/x
  would be removed

warning: it will break [sample-warning]
  mend it soon
note: it is \u{202e}so [sample-note]
";

#[test]
fn text_plain() {
    assert_eq!(plain(&mixed()), PLAIN);
}

#[test]
fn text_when_all_is_well() {
    let text = plain(&report(Vec::new()));
    let (first, rest) = text.split_once('\n').unwrap();
    assert_eq!(first, r"ok: all \u{1b}is well");
    let facts = PLAIN.find("\nuser certificate").unwrap()..PLAIN.find("\nwarning").unwrap();
    assert_eq!(rest, &PLAIN[facts]);
}

#[test]
fn text_in_colour() {
    let style = Style { color: true, ..Style::default() };
    let text = text::render(&mixed(), style);
    let mut expected = PLAIN.to_owned();
    for (code, words) in [
        ("31", "unsafe"),
        ("33", "warning"),
        ("36", "note"),
        ("1", "fix:"),
        ("1", "user certificate"),
        ("1", "path found"),
        ("1", "signed by /DC=org/CN=CA"),
        ("1", "signed by /DC=org/CN=Root (trust anchor)"),
        ("1", "/tmp/x"),
    ] {
        expected = expected.replacen(words, &format!("\x1b[{code}m{words}\x1b[0m"), 1);
    }
    let leaf = "\n  /DC=org/CN=Alice\n";
    expected = expected.replace(leaf, "\n  \x1b[1m/DC=org/CN=Alice\x1b[0m\n");
    assert_eq!(text, expected);
}

#[test]
fn text_verbose() {
    let style = Style { verbose: true, ..Style::default() };
    let text = text::render(&mixed(), style);
    let mut expected = PLAIN.to_owned();
    for (before, more) in [
        ("my key'\n", "  why: it is refused (a standard)\n"),
        ("nimda\n", "               CN=(escaped),DC=org\n"),
        ("/DC=org/CN=CA\n", "               CN=(escaped),DC=org\n"),
        (
            "unknown      unknown\n",
            "  yes or no    yes\n  count        3\n  span         1 minute\n",
        ),
        (
            "from /home/alice/usercert.pem\n",
            "      valid until 2027-01-15 08:00:00 UTC (in 227 days)\n",
        ),
        ("from /ca/0.0\n", "        valid until 2027-01-15 08:00:00 UTC (in 227 days)\n"),
        ("from /ca/1.0\n", "          valid until 2027-01-15 08:00:00 UTC (in 227 days)\n"),
        ("mend it soon\n", "  why: it will be refused (a practice)\n"),
        ("so [sample-note]\n", "  why: it is worth knowing (certok)\n"),
    ] {
        expected = expected.replacen(before, &format!("{before}{more}"), 1);
    }
    assert_eq!(text, expected);
}

#[test]
fn nothing_on_the_screen_plays_tricks() {
    for (color, verbose) in [(false, false), (false, true), (true, true)] {
        let mut text = text::render(&mixed(), Style { color, verbose, ..Style::default() });
        for code in ["0", "1", "31", "33", "36"] {
            text = text.replace(&format!("\x1b[{code}m"), "");
        }
        expect_harmless(&text);
    }
}

/// Names, paths and arguments that an attacker chose, on their way through the whole program.
#[test]
fn the_program_escapes_what_it_is_given() {
    let place = Setup::new(As::Anybody, &[]).unwrap();
    for script in [
        "certok cert-info $D/cert/odd-dn.pem",
        "certok cert-info -v $D/cert/odd-dn.pem",
        "certok cert-verify -v $D/cert/odd-dn.pem",
        "cp $D/cert/odd-dn.pem $UC; certok status",
        "X=$(printf 'a\\033[31mb'); cp $UC $HOME/$X; certok cert-verify $HOME/$X",
        "X=$(printf 'a\\033[31mb'); certok cert-verify $HOME/$X",
        "X=$(printf 'a\\033[31mb\\nc'); cp $TC $HOME/$X; chmod 444 $HOME/$X; certok token-destroy --dry-run $HOME/$X",
        "export X509_USER_CERT=$(printf '/a\\033[31mb'); certok cert-info",
        "export X509_CERT_DIR=$(printf '/a\\033[31mb'); certok cert-verify",
        "certok explain $(printf 'a\\033[31mb')",
        "certok $(printf 'a\\033[31mb')",
        "certok --at $(printf 'a\\033[31mb')",
    ] {
        let (out, err, code) = place.run_as(script, "--color never");
        assert!(code >= 0 && !(out.is_empty() && err.is_empty()), "{script}");
        expect_harmless(&out);
        expect_harmless(&err);
    }
    let (out, ..) = place.run("certok cert-info $D/cert/odd-dn.pem");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    let rdns = value["items"][0]["subject"]["rdns"].to_string();
    assert!(rdns.contains("right-to-left \u{202e}nimda"), "{rdns}");
    assert!(rdns.contains(r"bell\u0007 escape\u001b[31mred newline\n"), "{rdns}");
}

fn expect_harmless(text: &str) {
    for line in text.lines() {
        assert_eq!(line, for_screen(line));
    }
}

#[test]
fn raw_text_is_printed_as_it_is() {
    let report = Report::raw("man", NOW, ".TH \u{1b}x\n".to_owned());
    assert_eq!(plain(&report), ".TH \u{1b}x\n");
    assert_eq!(json::envelope(&report)["output"], ".TH \u{1b}x\n");
}

const JSON: &str = r#"{
  "schema": 1,
  "command": "cert-info",
  "certok": "VERSION",
  "evaluated_at": {
    "rfc3339": "2026-06-01T12:00:00Z",
    "epoch": 1780315200
  },
  "offline": true,
  "result": {
    "status": "error",
    "exit_code": 16,
    "exit_name": "unsafe",
    "message": "it is broken"
  },
  "items": [
    {
      "kind": "removal",
      "subject": {
        "rfc4514": "CN=(escaped),DC=org",
        "slash": "/DC=org/CN=(slash)",
        "rdns": [
          [
            {
              "oid": "0.9.2342.19200300.100.1.25",
              "type": "DC",
              "value": "org"
            }
          ],
          [
            {
              "oid": "2.5.4.3",
              "type": "CN",
              "value": "Alice \u001b[31mred\n\u202enimda"
            }
          ]
        ]
      },
      "left": 90,
      "names": [
        "one"
      ],
      "steps": [
        {
          "kind": "step",
          "file": "/ca/0.0",
          "not_after": {
            "rfc3339": "2027-01-15T08:00:00Z",
            "epoch": 1800000000
          }
        }
      ],
      "unknown": null
    }
  ],
  "findings": [
    {
      "id": "sample-error",
      "severity": "error",
      "message": "it is broken",
      "why": "it is refused",
      "advice": "mend it",
      "fix": "chmod 400 '/home/alice/my key'",
      "refused_by": [
        "Globus",
        "VOMS"
      ],
      "taken_by": [],
      "source": "a standard",
      "place": {
        "file": "/home/alice/userkey.pem",
        "variable": null,
        "block": null,
        "line": 3,
        "subject": null
      },
      "cases": []
    }
  ]
}
"#;

#[test]
fn json_to_the_byte() {
    let mut report = mixed();
    report.findings.truncate(1);
    let mut item = Item::new("removal", "not in JSON");
    item.fact("subject", "subject", name(TRICKY));
    item.machine("left", Value::Span(Seconds(90)));
    item.detail("names", "names", Value::Texts(vec!["one".to_owned()]));
    item.fact("steps", "", Value::Items(vec![step("title", "/ca/0.0")]));
    item.fact("unknown", "unknown", Value::Unknown);
    report.items = vec![item];
    let expected = JSON.replace("VERSION", env!("CARGO_PKG_VERSION"));
    let mut written = Vec::new();
    json::write(&report, &mut written).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), expected);
}

#[test]
fn alien_lines() {
    let answer = alien::render(&report(Vec::new()), AlienForm::Info);
    let expected = "DN >>> DC=org/CN=(alien)\n\
                    ISSUER >>> DC=org/CN=(alien)\n\
                    BEGIN >>> 2026-01-01 00:00:00\n\
                    EXPIRE >>> 2027-01-01 00:00:00\n";
    assert_eq!((answer.out.as_str(), answer.err.as_str()), (expected, ""));
    assert_eq!(answer.code, 0);
}
