use std::time::{Duration, Instant};

use super::*;
use crate::parse::shape;

const GOOD: &str = include_str!("../../../testdata/pem/good.pem");

/// The block alone.
fn good() -> &'static str {
    &GOOD[GOOD.find("-----BEGIN").unwrap()..]
}

fn sound(bytes: &[u8]) -> Vec<Block> {
    scan(bytes).blocks.into_iter().map(|block| block.unwrap()).collect()
}

fn first_damage(bytes: &[u8]) -> Damage {
    scan(bytes).blocks.into_iter().find_map(Result::err).unwrap()
}

/// Two certificates and a key with headers, which is no key at all.
fn bundle() -> String {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\
               DEK-Info: AES-128-CBC,00FF\n\nAAECAwQFBgcICQoLDA0ODw==\n\
               -----END RSA PRIVATE KEY-----\n";
    format!("{}{key}{}", good(), good())
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn agrees_with_two_other_readers() {
    let text = format!("note\n{}Bag Attributes\n    localKeyID: 01\n{}", good(), good());
    let ours: Vec<Vec<u8>> = sound(text.as_bytes()).iter().map(|b| b.bytes.to_vec()).collect();
    let theirs: Vec<Vec<u8>> = rustls_pemfile::certs(&mut text.as_bytes())
        .map(|certificate| certificate.unwrap().to_vec())
        .collect();
    let third: Vec<Vec<u8>> =
        pem::parse_many(&text).unwrap().into_iter().map(pem::Pem::into_contents).collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours, third);
}

#[test]
fn blocks_carry_label_line_and_headers() {
    let blocks = sound(bundle().as_bytes());
    let lines = good().lines().count();
    let found: Vec<_> = blocks.iter().map(|b| (b.label.as_str(), b.line)).collect();
    let key = "RSA PRIVATE KEY";
    assert_eq!(found, [("CERTIFICATE", 1), (key, lines + 1), ("CERTIFICATE", lines + 7)]);
    let headers = [("Proc-Type", "4,ENCRYPTED"), ("DEK-Info", "AES-128-CBC,00FF")];
    assert_eq!(blocks[1].headers, headers.map(|(name, value)| (name.into(), value.into())));
    assert_eq!(blocks[1].bytes.as_slice(), (0..16).collect::<Vec<u8>>());
}

#[test]
fn lines_behind_headers_must_be_full() {
    let full = "A".repeat(64);
    let first = |lines: &[&str]| {
        let text = format!("-----BEGIN X-----\nA: 1\n\n{}\n-----END X-----", lines.join("\n"));
        scan(text.as_bytes()).quirks
    };
    assert_eq!(first(&[&full, &full]), []);
    assert_eq!(first(&[&full, "AAAA"]), []);
    assert_eq!(first(&["AAAA", &full]), [Quirk::LineLength(5)]);
    assert_eq!(first(&[&full, &format!("{full}AAAA")]), [Quirk::LineLength(5)]);
}

#[test]
fn folded_headers_are_joined() {
    let text = "-----BEGIN X-----\nA: 1,\n  2\nB: 3\n\nAAAA\n-----END X-----\n";
    let headers = [("A", "1,2"), ("B", "3")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(sound(text.as_bytes())[0].headers, headers);
}

#[test]
fn variants_that_are_read() {
    let body_in_one = good().replace('\n', "").replace("E-----", "E-----\n");
    let body_in_one = body_in_one.replace("-----END", "\n-----END");
    let want = sound(good().as_bytes());
    let cases = [
        (good().replace('\n', "\r\n"), None),
        (good().replace('\n', "\r\r\n"), None),
        (good().trim_end().to_owned(), None),
        (body_in_one, None),
        (format!("\u{feff}{}", good()), Some(Quirk::ByteOrderMark(1))),
        (good().replace('\n', " \n"), Some(Quirk::TrailingBlanks(1))),
        (good().replace("\nMII", "\n  MII"), Some(Quirk::BlanksInBody(2))),
        (good().replace('\n', "\r"), Some(Quirk::BareCarriageReturns(1))),
        (good().replace("\n-----END", "\n\n-----END"), Some(Quirk::BlankLine(21))),
        (good().replace("\nMII", "\n\nMII"), None),
        (good().replace("\nMII", "\n\n\nMII"), Some(Quirk::BlankLine(3))),
    ];
    for (text, quirk) in cases {
        let got = scan(text.as_bytes());
        assert_eq!(got.blocks, [Ok(want[0].clone())], "{text}");
        assert_eq!(got.quirks, quirk.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

/// Damaged copies of the bundle's kind, the first damage, and whether it can be mended.
fn damaged() -> Vec<(&'static str, Vec<u8>, DamageKind)> {
    let all = bundle();
    let text = |from: &str, to: &str| all.replace(from, to).into_bytes();
    let quoted = format!("\"{}\"\n", good().trim_end());
    vec![
        ("glued", text("----\n-----BEGIN", "---------BEGIN"), DamageKind::Glued),
        ("spaces", text("\n", " "), DamageKind::OneLine),
        ("newlines lost", good().replace('\n', "").into(), DamageKind::OneLine),
        ("indented", text("\n", "\n  "), DamageKind::Indented),
        ("tabs", format!("\t{}", good()).into(), DamageKind::Indented),
        ("em dashes", text("-----", "\u{2014}"), DamageKind::SmartDashes),
        ("mixed", text("-----", "\u{2014}\u{2013}\u{2014}"), DamageKind::SmartDashes),
        ("four", text("-----", "----"), DamageKind::WrongHyphens { before: 4, after: 4 }),
        ("six", text("-----", "------"), DamageKind::WrongHyphens { before: 6, after: 6 }),
        ("literal", text("\n", "\\n"), DamageKind::LiteralNewlines),
        ("literal crlf", text("\n", "\\r\\n"), DamageKind::LiteralNewlines),
        ("twice escaped", text("\n", "\\\\n"), DamageKind::LiteralNewlines),
        (
            "json",
            text("\n", "\\n")
                .iter()
                .flat_map(|b| match b {
                    b'/' => vec![b'\\', b'/'],
                    other => vec![*other],
                })
                .collect(),
            DamageKind::LiteralNewlines,
        ),
        ("continued", text("\n", " \\\n"), DamageKind::TextAfter(Edge::Begin)),
        ("quoted", quoted.into_bytes(), DamageKind::Quoted),
        ("no-break", format!("\u{a0}{}", good()).into(), DamageKind::Invisible),
        ("no width", format!("\u{200b}{}", good()).into(), DamageKind::Invisible),
        ("shell", format!("C={}", good()).into(), DamageKind::TextBefore),
        ("lower", text("CERTIFICATE", "certificate"), DamageKind::LowerCase),
        (
            "comment",
            text("END CERTIFICATE-----", "END CERTIFICATE----- #"),
            DamageKind::TextAfter(Edge::End),
        ),
        (
            "begin shares",
            text("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----"),
            DamageKind::SharedLine(Edge::Begin),
        ),
        ("end shares", text("\n-----END", "-----END"), DamageKind::SharedLine(Edge::End)),
        ("headers", text("00FF\n\n", "00FF\n"), DamageKind::OpenHeaders),
    ]
}

#[test]
fn damage_is_named_and_mended() {
    let whole: Vec<_> = sound(bundle().as_bytes()).into_iter().map(content).collect();
    for (name, text, kind) in damaged() {
        if name != "continued" {
            assert_eq!(first_damage(&text).kind, kind, "{name}");
        }
        let mended = repair(&text).unwrap_or_else(|| panic!("{name} cannot be mended"));
        let blocks: Vec<_> = sound(&mended).into_iter().map(content).collect();
        let want = if blocks.len() == 1 { &whole[..1] } else { &whole[..] };
        assert_eq!(blocks, want, "{name}");
    }
}

fn content(block: Block) -> (String, Vec<(String, String)>, Vec<u8>) {
    (block.label, block.headers, block.bytes.to_vec())
}

#[test]
fn encodings_are_mended() {
    let want: Vec<_> = sound(bundle().as_bytes()).into_iter().map(content).collect();
    for text in [
        utf16(&bundle()),
        utf16(&format!("\u{feff}{}", bundle().replace('\n', "\r\n"))),
        bundle().replace('\n', "\r").into_bytes(),
        bundle().replace('\n', "\u{a0}").into_bytes(),
    ] {
        let blocks: Vec<_> = sound(&repair(&text).unwrap()).into_iter().map(content).collect();
        assert_eq!(blocks, want);
    }
}

#[test]
fn what_is_sound_or_hopeless_is_not_mended() {
    let cut = &good()[..good().len() - 30];
    let bang = good().replacen("MII", "M!I", 1);
    for text in [bundle().as_str(), cut, &bang, "", "hello", "\\n", &format!("{}{cut}", good())] {
        assert!(repair(text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn damage_beyond_repair() {
    let x = |body: &str| format!("-----BEGIN X-----\n{body}\n-----END X-----\n");
    let bad = |column, shown: &str| DamageKind::BadCharacter { column, shown: shown.into() };
    let cases = [
        (x("AAAA\nAA!A"), 3, bad(3, "!")),
        (x("AA\u{e9}A"), 2, bad(3, "\u{e9}")),
        (x("AA\u{200b}A"), 2, bad(3, "\\u{200b}")),
        (x("AAA-"), 2, bad(4, "-")),
        (x("AAA"), 2, DamageKind::BadLength { count: 3, line: None }),
        (x("AAAA\nAAA\nAAAA\nA="), 3, DamageKind::BadLength { count: 13, line: Some((3, 4)) }),
        (x("AAAAA\nAAAA\nAAAA\nAA=="), 2, DamageKind::BadLength { count: 17, line: Some((5, 4)) }),
        // Only the last one may be another.
        (x("AAAA\nAAAA\nAAA"), 4, DamageKind::BadLength { count: 11, line: Some((3, 4)) }),
        (x("AA==AAAA"), 2, DamageKind::BadPadding),
        (x("AAAA===="), 2, DamageKind::BadPadding),
        (x("AAAA\nA==="), 3, DamageKind::BadPadding),
        (x(""), 2, DamageKind::EmptyBody),
        ("-----BEGIN X-----\nAAAA\n".into(), 2, DamageKind::NoEnd),
        (format!("-----BEGIN X-----\nAAAA\n{}", x("AAAA")), 3, DamageKind::NoEnd),
        ("AAAA\n-----END X-----\n".into(), 2, DamageKind::EndWithoutBegin),
        (x("AAAA").replace("END X", "END Y"), 3, DamageKind::LabelMismatch("Y".into())),
    ];
    for (text, at, kind) in cases {
        let damage = first_damage(text.as_bytes());
        assert_eq!((damage.at, &damage.kind), (at, &kind), "{text}");
    }
    let latin = b"-----BEGIN X-----\nAA\xe9A\n-----END X-----\n";
    assert_eq!(first_damage(latin).kind, bad(3, "\\xe9"));
}

#[test]
fn a_damaged_block_does_not_spoil_the_next() {
    let text = format!("{}{}", good().replacen("MII", "M!I", 1), good());
    let blocks = scan(text.as_bytes()).blocks;
    assert_eq!(blocks.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn nothing_of_a_key_is_shown() {
    let key = "-----BEGIN PRIVATE KEY-----\nAA~A\n-----END PRIVATE KEY-----\n";
    let damage = first_damage(key.as_bytes());
    assert_eq!(damage.to_string(), "line 2: the character in column 3 is not base64");
    assert!(!format!("{damage:?}").contains('~'));
    let block = &sound(bundle().as_bytes())[1];
    let want = format!("Block(RSA PRIVATE KEY, line {}, 2 headers, 16 bytes)", block.line);
    assert_eq!(format!("{block:?}"), want);
}

#[test]
fn phrases() {
    let bang = good().replacen("MII", "M!I", 1);
    assert_eq!(first_damage(bang.as_bytes()).to_string(), "line 2: `!` is not base64");
    let cut = good().lines().take(3).collect::<Vec<_>>().join("\n");
    let want = "line 1: BEGIN CERTIFICATE without END CERTIFICATE up to line 3";
    assert_eq!(first_damage(cut.as_bytes()).to_string(), want);
    for (name, text, _) in damaged() {
        let found = scan(&text).blocks.into_iter().find_map(Result::err);
        let phrase = found.unwrap_or_else(|| panic!("no damage: {name}")).to_string();
        assert!(!phrase.ends_with(": ") && !phrase.ends_with('.'), "{name}: {phrase}");
    }
}

#[test]
fn prose_about_blocks_is_not_a_block() {
    for prose in [
        "all between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----, please\n",
        "copy the lines from -----BEGIN CERTIFICATE-----\n",
        "------------------ BEGIN here ------------------\n",
        "end --- of -- the END -- line\n",
    ] {
        let text = format!("{prose}{}", good());
        assert_eq!(scan(text.as_bytes()).blocks.len(), 1, "{prose}");
        assert_eq!(sound(text.as_bytes()).len(), 1, "{prose}");
    }
}

#[test]
fn blocks_are_limited() {
    let block = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
    let full = scan(block.repeat(MAX_BLOCKS).as_bytes());
    assert_eq!((full.blocks.len(), full.quirks.len()), (MAX_BLOCKS, 0));
    let over = scan(block.repeat(MAX_BLOCKS + 1).as_bytes());
    assert_eq!(over.blocks.len(), MAX_BLOCKS);
    assert_eq!(over.quirks, [Quirk::TooManyBlocks(3 * MAX_BLOCKS + 1)]);
}

#[test]
fn hostile_input_takes_linear_time() {
    for unit in [
        "-----BEGIN X-----\n",
        "-----END X-----",
        "-----BEGIN X----------BEGIN X-----",
        "-",
        "--BEGIN ",
        "\u{2014}BEGIN A",
        "\r",
        "\r\r\n",
        "\n",
        "A",
        "=",
        "-----BEGIN ",
        "\\",
        "\\n",
        "\u{a0}",
        "A:\n",
        "-----BEGIN X-----\nA:",
        " ",
        "\0",
        "-----BEGIN X-----    ",
        "-----BEGIN X-----\nAAAA\n-----END X-----\n",
        "\u{e2}",
        "- ",
        "--BEGIN A",
    ] {
        let text = unit.repeat(250_000 / unit.len());
        let framed = format!("-----BEGIN X-----\n{text}\n-----END X-----\n");
        let start = Instant::now();
        scan(text.as_bytes());
        scan(framed.as_bytes());
        repair(text.as_bytes());
        shape::recognise(text.as_bytes());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5), "{unit:?} took {took:?}");
    }
}
