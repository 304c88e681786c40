use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::*;

const GOOD: &str = include_str!("../../../testdata/pem/good.pem");

fn block() -> &'static str {
    &GOOD[GOOD.find("-----BEGIN").unwrap()..]
}

fn looked(text: &str) -> ValueShape {
    look(OsStr::new(text))
}

fn path(text: &str) -> PathShape {
    match looked(text) {
        ValueShape::Path(path) => path,
        other => panic!("{text:?} is {other:?}"),
    }
}

/// The path that was most likely meant.
fn cleaned(shape: &PathShape, home: Option<&str>) -> PathBuf {
    let variable = |name: &str| (name == "SCRATCH").then(|| OsString::from("/scratch/a/"));
    let known = Known { home: home.map(Path::new), uid: 7, variable: &variable };
    shape.cleaned(&known).swap_remove(0)
}

#[test]
fn inline_values() {
    let good = block();
    let literal = good.replace('\n', "\\n");
    let spaces = good.replace('\n', " ");
    let cases = [
        ("", ValueShape::Empty),
        (" \n", ValueShape::Empty),
        (good, ValueShape::InlinePem),
        (&format!("\n  {good}\n\n"), ValueShape::InlinePem),
        (&format!("{good}{good}"), ValueShape::InlinePem),
        (&spaces, ValueShape::InlineOneLine),
        (&good.replace('\n', ""), ValueShape::InlineOneLine),
        (&format!("\"{spaces}\""), ValueShape::InlineOneLine),
        (&literal, ValueShape::InlineLiteralNewlines),
        (&format!("\"{literal}\""), ValueShape::InlineLiteralNewlines),
        (&format!("\"{good}\""), ValueShape::InlineQuoted),
        (&format!("'{}'", good.trim_end()), ValueShape::InlineQuoted),
        (&good[..good.len() - 40], ValueShape::InlineTruncated),
        ("-----BEGIN", ValueShape::InlineTruncated),
        ("-----BEGIN CERTIFICATE-----", ValueShape::InlineTruncated),
        ("{}", ValueShape::Json { has_token: false }),
        (r#"{"results":[{"tokencert":"-----BEGIN"#, ValueShape::Json { has_token: true }),
        ("null", ValueShape::NullWord("null".into())),
        ("\"null\"", ValueShape::NullWord("null".into())),
        ("None\n", ValueShape::NullWord("None".into())),
        ("undefined", ValueShape::NullWord("undefined".into())),
        ("nil", ValueShape::NullWord("nil".into())),
    ];
    for (value, want) in cases {
        assert_eq!(looked(value), want, "{value:?}");
    }
}

#[test]
fn other_defects_keep_their_damage() {
    let smart = block().replace("-----", "\u{2014}");
    let ValueShape::InlineDamaged(damage) = looked(&smart) else { panic!("{smart:?}") };
    assert_eq!(damage.kind, DamageKind::SmartDashes);
}

#[test]
fn base64_of_der_and_of_nothing() {
    let body: String = block().lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(looked(&body), ValueShape::Base64(Shape::DerCertificate));
    assert!(matches!(looked("/home/alice/globus"), ValueShape::Path(_)));
    assert!(matches!(looked("nullable"), ValueShape::Path(_)));
}

#[test]
fn paths_and_what_was_meant() {
    let cases = [
        ("/h/c.pem", "/h/c.pem", true),
        ("c.pem", "c.pem", false),
        ("\"/h/c.pem\"", "/h/c.pem", false),
        ("' /h/c.pem '", "/h/c.pem", false),
        ("\"/h/c.pem", "/h/c.pem", false),
        ("/h/c.pem'", "/h/c.pem", false),
        ("\u{201c}/h/c.pem\u{201d}", "/h/c.pem", false),
        ("\u{2018}/h/c.pem\u{2019}", "/h/c.pem", false),
        ("</h/c.pem>", "/h/c.pem", false),
        ("`/h/c.pem`", "/h/c.pem", false),
        ("X=/h/c.pem", "/h/c.pem", false),
        ("export X509_USER_CERT=\"/h/c.pem\"", "/h/c.pem", false),
        ("\u{feff}/h/c.pem", "/h/c.pem", false),
        ("/h/c.pem\u{a0}", "/h/c.pem", false),
        ("\u{200b}/h/c.pem", "/h/c.pem", false),
        ("/h/c.pem;", "/h/c.pem", false),
        ("/h/c.pem,", "/h/c.pem", false),
        ("/h/c.pem/", "/h/c.pem", false),
        ("/h/c\\ d.pem", "/h/c d.pem", false),
        ("/h/a=b.pem", "/h/a=b.pem", true),
        ("/h/100%.pem", "/h/100%.pem", true),
        ("/h/a:b.pem", "/h/a:b.pem", true),
        ("/h/c.pem\r", "/h/c.pem", false),
        ("/h/c.pem\r\n", "/h/c.pem", false),
        (" /h/c.pem", "/h/c.pem", false),
        ("/h/c d.pem", "/h/c d.pem", true),
        ("~/c.pem", "/home/a/c.pem", false),
        ("~", "/home/a", false),
        ("~bob/c.pem", "~bob/c.pem", false),
        ("$HOME/c.pem", "/home/a/c.pem", false),
        ("${HOME}/c.pem", "/home/a/c.pem", false),
        ("$HOMER/c.pem", "$HOMER/c.pem", false),
        ("/h/$X/c.pem", "/h/$X/c.pem", false),
        ("$SCRATCH/c.pem", "/scratch/a/c.pem", false),
        ("%HOME%/c.pem", "/home/a/c.pem", false),
        ("{HOME}/c.pem", "/home/a/c.pem", false),
        ("{{ SCRATCH }}/c.pem", "/scratch/a/c.pem", false),
        ("{{ x }}", "{{ x }}", false),
        ("/tmp/x509up_u$(id -u)", "/tmp/x509up_u7", false),
        ("/tmp/x509up_u`id -u`", "/tmp/x509up_u7", false),
        ("/tmp/x509up_u${UID}", "/tmp/x509up_u7", false),
        ("/h/5$/c.pem", "/h/5$/c.pem", true),
        ("file:///h/c%20d.pem", "/h/c d.pem", false),
        ("file://localhost/h/c.pem", "/h/c.pem", false),
        ("file:/h/c.pem", "/h/c.pem", false),
        ("/h/%20.pem", "/h/ .pem", false),
        ("\"file:///h/c.pem\"\r", "/h/c.pem", false),
    ];
    for (value, meant, plain) in cases {
        let shape = path(value);
        let got = cleaned(&shape, Some("/home/a"));
        assert_eq!((got, shape.is_plain()), (PathBuf::from(meant), plain), "{value:?}");
    }
    assert_eq!(cleaned(&path("~/c.pem"), None), PathBuf::from("~/c.pem"));
}

#[test]
fn what_is_named_of_several_oddities() {
    let url = |scheme: &str| Some(Oddity::Url(scheme.to_owned()));
    let at = |side: Side, blank: Blank| Some(Oddity::Blank(side, blank));
    for (value, oddity) in [
        ("export A='/h/c'", Some(Oddity::Assignment)),
        ("'/h/c'\r", Some(Oddity::Quoted('\''))),
        ("\u{a0}/h/c", at(Side::Start, Blank::Invisible('\u{a0}'))),
        ("/h/c\u{feff}", at(Side::End, Blank::Invisible('\u{feff}'))),
        ("C:\\Users\\a", Some(Oddity::Windows)),
        ("\\\\wsl$\\Ubuntu\\home\\a", Some(Oddity::Windows)),
        ("https://h/c", url("https")),
        ("arn:aws:secretsmanager:eu", url("arn")),
        ("$(id -u)", Some(Oddity::Command)),
        ("{{ x }}", Some(Oddity::Template)),
        ("%HOME%/c", Some(Oddity::Template)),
        ("/h/c:/h/d", Some(Oddity::List(2))),
        ("/h/c;~/d;$X", Some(Oddity::NotExpanded)),
        ("/h/c;", Some(Oddity::ListEnd(';'))),
        ("/h/c/", Some(Oddity::TrailingSlash)),
        ("/h/c%2", None),
        ("/h/c%20", Some(Oddity::Escaped)),
        ("h/c", Some(Oddity::Relative)),
        ("/h/c", None),
        ("/", None),
        ("/c\r", at(Side::End, Blank::CarriageReturn)),
        ("/c\r\n", at(Side::End, Blank::CarriageReturn)),
        ("/c\n", at(Side::End, Blank::Newline)),
        ("/c ", at(Side::End, Blank::Space)),
        (" /c", at(Side::Start, Blank::Space)),
        ("'~/c'", Some(Oddity::Quoted('\''))),
        ("\"/c\"", Some(Oddity::Quoted('"'))),
        ("~/c", Some(Oddity::Tilde)),
        ("${X}/c", Some(Oddity::NotExpanded)),
        ("FILE:/c", Some(Oddity::FileUrl)),
    ] {
        assert_eq!(path(value).oddity(), oddity, "{value:?}");
    }
}

#[test]
fn the_other_paths_that_may_be_meant() {
    for (value, last) in [
        ("C:\\Users\\a\\c.pem", "/mnt/c/Users/a/c.pem"),
        ("\\\\wsl.localhost\\Debian\\home\\a\\c.pem", "/home/a/c.pem"),
        ("/h/c.pem:/h/d.pem", "/h/d.pem"),
    ] {
        let variable = |_: &str| None;
        let known = Known { home: None, uid: 7, variable: &variable };
        assert_eq!(path(value).cleaned(&known).pop(), Some(last.into()), "{value:?}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_a_path() {
    let value = OsStr::from_bytes(b"/h/\xff.pem");
    let ValueShape::Path(shape) = look(value) else { panic!("a path is wanted") };
    assert_eq!(cleaned(&shape, None).as_os_str(), value);
}
