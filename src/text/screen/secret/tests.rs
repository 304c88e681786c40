use super::{may_hold_secret, without_keys};
use crate::text::base64::{decode, encode};
use crate::text::hex::hex;

#[test]
fn keys_are_hidden() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
    for (text, shown) in [
        (format!("a {key} b"), "a (a private key, not shown) b"),
        (
            format!("{key}{key}"),
            "(a private key, not shown)",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE\" x".into(),
            "(a private key, not shown)\" x",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE a -----BEGIN PRIVATE KEY-----MIIE".into(),
            "(a private key, not shown) a (a private key, not shown)",
        ),
        (
            "\"-----BEGIN PRIVATE KEY-----MIIE\", \"-----BEGIN PRIVATE KEY-----MIIE\"".into(),
            "\"(a private key, not shown)\", \"(a private key, not shown)\"",
        ),
        // An argument parser cuts at the first `=`.
        (
            "'-----BEGIN PRIVATE KEY-----\nMIIEMIIEMIIEMIIE\nMIIEMIIEMIIEMIIE\naQ' found\n\nUsage".into(),
            "'(a private key, not shown)' found\n\nUsage",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nMIIEMIIEMIIEMIIE\naQ' x".into(),
            "(a private key, not shown)' x",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE\nUsage: x".into(),
            "(a private key, not shown)\nUsage: x",
        ),
        (
            "-----BEGIN CERTIFICATE----- x".into(),
            "-----BEGIN CERTIFICATE----- x",
        ),
    ] {
        assert_eq!(without_keys(&text), shown);
    }
}

#[test]
fn signatures_are_hidden() {
    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
    for (text, shown) in [
        ("x H.e30.AbC_-9 y", "x H.e30.(signature not shown) y"),
        ("H.e30.A/H.e30.B", "H.e30.(signature not shown)/H.e30.(signature not shown)"),
        ("H.e30.", "H.e30."),
        ("H.e30", "H.e30"),
        ("H..x", "H..(signature not shown)"),
        ("eyes.example.org ewe.b.c", "eyes.example.org ewe.b.c"),
        ("/x/H.e30.\u{d}", "/x/H.e30.\u{d}"),
        ("\"H.e30.AA\"", "\"H.e30.(signature not shown)\""),
    ] {
        let (text, shown) = (text.replace('H', HEADER), shown.replace('H', HEADER));
        assert_eq!(without_keys(&text), shown);
    }
}

/// Private keys of the test set-up: everybody may see them.
const KEYS: &[&str] = &[
    include_str!("../../../../testdata/key/dek-aes256.pem"),
    include_str!("../../../../testdata/key/dsa.pem"),
    include_str!("../../../../testdata/key/ec-p256-pkcs8.pem"),
    include_str!("../../../../testdata/key/ec-p256-sec1.pem"),
    include_str!("../../../../testdata/key/ec-p521-sec1.pem"),
    include_str!("../../../../testdata/key/ed25519.pem"),
    include_str!("../../../../testdata/key/encrypted-ec-p256.pem"),
    include_str!("../../../../testdata/key/encrypted-pbes1.pem"),
    include_str!("../../../../testdata/key/encrypted-pbes2.pem"),
    include_str!("../../../../testdata/key/rsa-1024.pem"),
    include_str!("../../../../testdata/key/rsa-pkcs1.pem"),
    include_str!("../../../../testdata/key/rsa-pkcs8.pem"),
];

/// The key in all spellings that people and programs give it.
fn spellings(pem: &str) -> Vec<(&'static str, String)> {
    let pem = &pem[pem.find("-----BEGIN").unwrap()..];
    let lines: Vec<&str> = pem.lines().filter(is_body).collect();
    let body = lines.concat();
    let bare = lines.join("\n");
    let each = |prefix: &str| pem.lines().map(|line| format!("{prefix}{line}\n")).collect();
    vec![
        ("as it is", pem.to_owned()),
        ("CRLF", pem.replace('\n', "\r\n")),
        ("CR", pem.replace('\n', "\r")),
        ("literal \\n", pem.replace('\n', "\\n")),
        ("literal \\\\n", pem.replace('\n', "\\\\n")),
        ("literal \\r\\n", pem.replace('\n', "\\r\\n")),
        ("escaped for the screen", crate::text::screen::for_screen(pem)),
        ("octal", pem.replace('\n', "\\012")),
        ("JSON", pem.replace('\n', "\\u000a")),
        ("URL", pem.replace('\n', "%0A").replace('+', "%2B").replace('=', "%3D")),
        ("blanks", pem.replace('\n', " ")),
        ("tabs", pem.replace('\n', "\t")),
        ("one line", pem.replace('\n', "")),
        ("indented", each("    ")),
        ("cited", each("> ")),
        ("quoted", format!("\"{pem}\"")),
        ("without END", pem[..pem.rfind("-----END").unwrap()].to_owned()),
        ("without BEGIN", pem[pem.find('\n').unwrap()..].to_owned()),
        ("cut off", pem[..pem.len() / 2].to_owned()),
        ("bare", bare.clone()),
        ("bare, CRLF", bare.replace('\n', "\r\n")),
        ("bare, blanks", bare.replace('\n', " ")),
        ("bare, one line", body.clone()),
        ("bare, base64url", body.replace('+', "-").replace('/', "_").replace('=', "")),
        ("bare, in a path", format!("/tmp/a/{body}.pem")),
        ("bare, cut off", body[..body.len() / 2].to_owned()),
        ("base64 of PEM", encode(pem.as_bytes())),
        ("hexadecimal", hex(&decode(body.as_bytes()).unwrap())),
    ]
}

#[test]
fn keys_of_every_kind_in_every_spelling() {
    for pem in KEYS {
        // What is encrypted the old way has no shape of its own that hexadecimal would show.
        let is_telling = |name: &str| name != "hexadecimal" || !pem.contains("DEK-Info");
        let spellings = spellings(pem).into_iter();
        for (name, text) in spellings.filter(|(name, _)| is_telling(name)) {
            for around in [
                "X",
                "no such file: X",
                "'X' is no directory",
                "{\"file\":\"X\"}",
                "--ca-dir=X\n\nUsage: y",
            ] {
                let said = around.replace('X', &text);
                expect_hidden(&text, &without_keys(&said), &format!("{name}: {said}"));
            }
        }
    }
}

/// Bytes as programs spell them.
fn spelled(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let each = |show: &dyn Fn(&u8) -> String, between: &str| {
        bytes.iter().map(show).collect::<Vec<_>>().join(between)
    };
    let hex = |byte: &u8| format!("{byte:02x}");
    let lines = |width: usize, line: &dyn Fn(usize, &[u8]) -> String, between: &str| {
        let lines = bytes.chunks(width).enumerate();
        lines.map(|(at, own)| line(at * width, own)).collect::<Vec<_>>().join(between)
    };
    let joined = |own: &[u8], between: &str| own.iter().map(hex).collect::<Vec<_>>().join(between);
    let text = |own: &[u8]| -> String {
        let shown = |byte: &u8| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' };
        own.iter().map(shown).collect()
    };
    let words = |own: &[u8], show: fn(u16) -> String| {
        let word = |pair: &[u8]| u16::from_le_bytes([pair[0], *pair.get(1).unwrap_or(&0)]);
        own.chunks(2).map(|pair| show(word(pair))).collect::<Vec<_>>().join(" ")
    };
    vec![
        ("hex", each(&hex, "")),
        ("hex in capitals", each(&|byte| format!("{byte:02X}"), "")),
        ("hex, blanks", each(&hex, " ")),
        ("hex, colons", each(&hex, ":")),
        ("hex, dashes", each(&hex, "-")),
        ("hex of openssl", lines(15, &|_, own| format!("    {}", joined(own, ":")), ":\n")),
        ("hex in quotes", each(&hex, "', '")),
        ("C bytes", each(&|byte| format!("\\x{byte:02x}"), "")),
        ("C list", lines(12, &|_, own| format!("  0x{}", joined(own, ", 0x")), ",\n")),
        ("C list, tight", each(&|byte| format!("0x{byte:X}"), ",")),
        ("octal bytes", each(&|byte| format!("\\{byte:03o}"), "")),
        ("percent", each(&|byte| format!("%{byte:02X}"), "")),
        ("JSON", each(&|byte| format!("\\u{byte:04x}"), "")),
        ("for the screen", each(&|byte| format!("\\u{{{byte:x}}}"), "")),
        ("entities", each(&|byte| format!("&#{byte};"), "")),
        ("hex entities", each(&|byte| format!("&#x{byte:x};"), "")),
        ("Python", each(&|byte| byte.escape_ascii().to_string(), "")),
        ("decimal", each(&u8::to_string, ",")),
        ("decimal, blanks", each(&u8::to_string, ", ")),
        ("decimal, signed", each(&|byte| byte.cast_signed().to_string(), ", ")),
        ("decimal, lines", lines(16, &|_, own| format!("{own:?}"), "\n")),
        ("octal numbers", each(&|byte| format!("{byte:03o}"), " ")),
        ("xxd -p", lines(30, &|_, own| joined(own, ""), "\n")),
        (
            "xxd",
            lines(
                16,
                &|at, own| {
                    let pairs: Vec<String> = own.chunks(2).map(|pair| joined(pair, "")).collect();
                    format!("{at:08x}: {:39}  {}", pairs.join(" "), text(own))
                },
                "\n",
            ),
        ),
        (
            "hexdump -C",
            lines(
                16,
                &|at, own| {
                    let (low, high) = own.split_at(own.len().min(8));
                    let all = format!("{}  {}", joined(low, " "), joined(high, " "));
                    format!("{at:08x}  {all:48}  |{}|", text(own))
                },
                "\n",
            ),
        ),
        (
            "hexdump",
            lines(
                16,
                &|at, own| format!("{at:07x} {}", words(own, |word| format!("{word:04x}"))),
                "\n",
            ),
        ),
        (
            "od",
            lines(
                16,
                &|at, own| format!("{at:07o} {}", words(own, |word| format!("{word:06o}"))),
                "\n",
            ),
        ),
        (
            "od -b",
            lines(
                16,
                &|at, own| {
                    let own: Vec<String> = own.iter().map(|byte| format!("{byte:03o}")).collect();
                    format!("{at:07o} {}", own.join(" "))
                },
                "\n",
            ),
        ),
        ("od -tx1", lines(16, &|at, own| format!("{at:07o} {}", joined(own, " ")), "\n")),
        ("base32", base32(bytes)),
        ("base32 in groups", grouped(&base32(bytes), 8, "-")),
        ("base64 of it", encode(bytes)),
        ("base64 of it in groups", grouped(&encode(bytes), 5, " ")),
    ]
}

fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |bits: &[u8]| {
        let value = usize::from_str_radix(&format!("{:0<5}", str::from_utf8(bits).unwrap()), 2);
        char::from(DIGITS[value.unwrap()])
    };
    bits.as_bytes().chunks(5).map(digit).collect()
}

fn grouped(text: &str, width: usize, between: &str) -> String {
    let groups = text.as_bytes().chunks(width).map(|group| str::from_utf8(group).unwrap());
    groups.collect::<Vec<_>>().join(between)
}

/// Nothing of the text that is as long as 12 characters, 8 of them letters and digits.
fn expect_gone(text: &str, said: &str, row: &str) {
    let chars: Vec<char> = text.chars().collect();
    for window in chars.windows(12) {
        let count = window.iter().filter(|c| c.is_ascii_alphanumeric()).count();
        let window: String = window.iter().collect();
        let is_label =
            window.contains("0000") || window.contains("VATE.K") || window.contains("KEY--");
        assert!(
            count < 8 || is_label || !said.contains(&window),
            "{row}: {window}\n{text}\n{said}"
        );
    }
}

#[test]
fn bytes_of_keys_however_they_are_spelled() {
    for pem in KEYS {
        let pem = &pem[pem.find("-----BEGIN").unwrap()..];
        let body: String = pem.lines().filter(is_body).collect();
        let der = decode(body.as_bytes()).unwrap();
        for (bytes, what) in [(der.as_slice(), "DER"), (pem.as_bytes(), "PEM")] {
            // What is encrypted the old way has no shape, and few bytes of it are not random enough.
            for (name, text) in spelled(bytes) {
                if pem.contains("DEK-Info") && what == "DER" {
                    continue;
                }
                for (before, behind) in [
                    ("no such file: '", "' x"),
                    ("", ""),
                    ("{\"a\":\"", "\"}"),
                    ("from=\"", " (--ca-dir)"),
                    ("/", ""),
                    ("no such file: ./", "/x"),
                ] {
                    let said = without_keys(&format!("{before}{text}{behind}")).into_owned();
                    expect_gone(&text, &said, &format!("{name} of {what}"));
                }
                let carried = text.replace('\\', "\\\\").replace('\n', "\\n");
                let said = without_keys(&format!("{{\"a\":\"{carried}\"}}")).into_owned();
                expect_gone(&carried, &said, &format!("{name} of {what}, in JSON"));
            }
        }
    }
}

/// Whatever letters and digits stand around it.
#[test]
fn keys_in_hexadecimal_inside_of_words_are_hidden() {
    for pem in KEYS.iter().filter(|pem| !pem.contains("DEK-Info")) {
        let body: String =
            pem.lines().skip_while(|l| !l.contains("BEGIN")).filter(is_body).collect();
        let text = hex(&decode(body.as_bytes()).unwrap());
        for (before, behind) in [("x", ""), ("", "x"), ("a", ""), ("/n/c", "e"), ("name", "/x.pem")]
        {
            let said = without_keys(&format!("no such file: {before}{text}{behind}")).into_owned();
            expect_gone(&text, &said, &format!("{before}…{behind}"));
        }
    }
}

#[test]
fn keys_in_groups_are_hidden() {
    for pem in KEYS {
        let body: String =
            pem.lines().skip_while(|l| !l.contains("BEGIN")).filter(is_body).collect();
        let separators = [
            " ", "-", ", ", ":", ".", "\n", "\t", "\" \"", "', '", "\u{200b}", "|", "\\n", "%20",
            "\n> ",
        ];
        let is_telling = !pem.contains("DEK-Info");
        for width in [1, 2, 3, 4, 5, 7, 8, 13, 16, 19] {
            for separator in separators {
                // Whole, and without its head.
                for from in [0, 4 * (body.len() / 12)] {
                    if from > 0 && (body.len() - from < 100 || separator == "-")
                        || from == 0 && !is_telling
                    {
                        continue;
                    }
                    let text = grouped(&body[from..], width, separator);
                    let said = without_keys(&format!("no such file: '{text}' x")).into_owned();
                    expect_gone(&text, &said, &format!("{width} {separator:?} {from}"));
                    assert!(said.ends_with(" x"), "{width} {separator:?} {from}: {said}");
                }
            }
        }
    }
}

#[test]
fn keys_as_mail_and_dumps_carry_them() {
    for pem in KEYS.iter().filter(|pem| !pem.contains("DEK-Info")) {
        let pem = &pem[pem.find("-----BEGIN").unwrap()..];
        let numbered = |end: &str| -> String {
            let lines = pem.lines().enumerate();
            lines.map(|(at, line)| format!("{:6}{end}{line}\n", at + 1)).collect()
        };
        let wide: String = pem.chars().flat_map(|c| [c, '\0']).collect();
        for (name, text) in [
            ("cat -n", numbered("\t")),
            ("grep -n", numbered(":")),
            ("quoted-printable", pem.replace('=', "=3D").replace('+', "=2B")),
            ("quoted-printable, folded", grouped(&pem.replace('\n', "=0A"), 50, "=\n")),
            ("UTF-16", wide.clone()),
            ("UTF-16, escaped", wide.replace('\0', "\\u{0}").replace('\n', "\\u{a}")),
            ("JSON", pem.replace('/', "\\/").replace('+', "\\u002b").replace('\n', "\\n")),
            (
                "twice escaped",
                pem.replace('/', "%252F").replace('+', "%252B").replace('\n', "%250A"),
            ),
            ("entities", pem.replace('+', "&#43;").replace('/', "&#x2F;").replace('\n', "&#10;")),
        ] {
            let behind = text.find('\n').filter(|_| pem.len() > 400).unwrap_or(0);
            for text in [text.as_str(), &text[behind..]] {
                let said = without_keys(&format!("a '{text}' x")).into_owned();
                expect_hidden(text, &said, &format!("{name}: {text}"));
            }
        }
    }
}

/// Names of files and words of messages have what is no UTF-8 replaced.
#[test]
fn der_as_it_is() {
    for pem in KEYS.iter().filter(|pem| !pem.contains("DEK-Info")) {
        let body: String =
            pem.lines().skip_while(|l| !l.contains("BEGIN")).filter(is_body).collect();
        let der = decode(body.as_bytes()).unwrap();
        let latin: String = der.iter().map(|byte| char::from(*byte)).collect();
        // Nor does one under a passphrase keep what tells it.
        let is_locked = pem.contains("ENCRYPTED");
        let lossy = String::from_utf8_lossy(&der);
        for text in [latin.as_str(), if is_locked { &latin } else { &lossy }] {
            for text in [text, &crate::text::screen::for_screen(text)] {
                let said = without_keys(text);
                assert!(said.starts_with("(a private key, not shown)"), "{text}\n{said}");
                assert!(said.len() < 40, "{said}");
            }
        }
    }
}

/// A private number of an EC key has no shape: its name tells it.
#[test]
fn private_numbers_by_their_names() {
    const NUMBER: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for (name, is_hidden) in [
        ("priv: ", true),
        ("private_key=", true),
        ("privateKey: 0x", true),
        ("\"private-key\": \"", true),
        ("private key: ", true),
        ("d: ", true),
        ("\"dq\":\"", true),
        ("pub: ", false),
        ("kid: ", false),
        ("sha256: ", false),
        ("sha256 of the private key: sha256 ", false),
        ("fingerprint of ", false),
    ] {
        let said = format!("{name}{NUMBER}\" x");
        assert_eq!(!without_keys(&said).contains(NUMBER), is_hidden, "{said}");
    }
}

/// What certok and those whose files it reads show to everybody.
#[test]
fn what_is_public_stays() {
    let bytes: Vec<u8> =
        (0..64u32).map(|at| u8::try_from((at * 167 + 13) * (at + 7) % 251).unwrap()).collect();
    let with = |bytes: &[u8], between: &str| {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(between)
    };
    for length in [8, 16, 20, 28, 32, 48, 64] {
        let own = &bytes[..length];
        for text in [
            with(own, ":"),
            with(own, ""),
            with(own, " ").to_lowercase(),
            encode(own),
            format!("one {}, two {}", with(own, ":"), with(own, ":")),
            format!("{}\n{}\n", with(own, "").to_lowercase(), with(own, "").to_lowercase()),
            own.iter().map(u8::to_string).collect::<Vec<_>>().join(", "),
        ] {
            // As a line of a key, if long and in base64.
            let is_line = text.len() >= 60 && text == encode(own);
            let text = format!("fingerprint {text} (SHA)");
            assert!(is_line || without_keys(&text) == text, "{text}\n{}", without_keys(&text));
        }
    }
    let hashes: Vec<String> =
        (1..60u32).map(|at| format!("{:08x}", at.wrapping_mul(0x9e37_79b1))).collect();
    for text in [
        hashes[..30].join(" "),
        hashes.iter().map(|hash| format!("{hash}.0")).collect::<Vec<_>>().join(", "),
        hashes.iter().map(|hash| format!("/etc/grid-security/certificates/{hash}.r0\n")).collect(),
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8 6ba7b811-9dad-11d1-80b4-00c04fd430c8".into(),
        "1.3.6.1.4.1.8005.100.100.4, 2.16.840.1.113730.1.13, 1.2.840.113549.1.1.11".into(),
        "2026-12-20 00:00:00, 2026-12-21 00:00:00; 12:30:45 11:22:33 10.0.0.1 192.168.100.200 48.130.4.1".into(),
        "storage.read:/atlas/data storage.create:/atlas/scratch/User2026 compute.create wlcg.groups:/wlcg/Pilot".into(),
        "/DC=ch/DC=cern/OU=computers/CN=Grid CA 2/CN=A1b2C3d4/CN=ABCDE/CN=2F0A2B".into(),
        "C=DE, O=GridGermany, CN=DFN-Verein PCA Grid - G01; O=AC, OU=20, serialNumber=0A1B2C".into(),
        "FE80::1 2001:0DB8:85A3:0000:0000:8A2E:0370:7334 00:1A:2B:3C:4D:5E".into(),
        "d:\\Users\\new\\testdata\\x509up_u1000, 100%25, a%20b, R&amp;D, <br>, =3D".into(),
        "RSA-2048 RSA-4096 AES-128 AES-256 SHA-256 SHA-384 P-256 P-384 ECDSA Ed25519 X25519".into(),
        "May Mon MIT Mar b L LHCb Main Long List Most Name MICE Made body back been both best".into(),
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23".into(),
        "exp=20261201 mtime=2B40 size=0A00".into(),
        "serial number 30820122 30:82:01:22:30:0d 3082 0122 3003 0201".into(),
    ] {
        assert_eq!(without_keys(&text), text);
    }
}

/// Nothing of a key that is longer than a word: 12 characters in a row.
fn expect_hidden(secret: &str, said: &str, row: &str) {
    let runs = secret.split(|c: char| !c.is_ascii_alphanumeric() && !"+/_".contains(c));
    // The vector in DEK-Info is none.
    let is_vector = |run: &&str| run.len() == 32 && run.bytes().all(|b| b.is_ascii_hexdigit());
    for run in runs.filter(|run| run.len() >= 16 && !is_vector(run)) {
        for at in 0..=run.len() - 12 {
            assert!(!said.contains(&run[at..at + 12]), "{row}\n{said}");
        }
    }
}

/// A key that lost its first lines is random and nothing else.
#[test]
fn the_middle_of_a_key_is_hidden() {
    let pem = include_str!("../../../../testdata/key/rsa-pkcs8.pem");
    let lines: Vec<&str> = pem.lines().filter(|line| line.len() == 64).collect();
    for from in 1..lines.len() - 1 {
        for text in
            [lines[from..].join("\n"), lines[from..].join("\\n"), lines[from][..60].to_owned()]
        {
            expect_hidden(&text, &without_keys(&text), &text);
        }
    }
}

#[test]
fn named_secrets_are_hidden() {
    for text in [
        r#"{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#,
        r#"{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMko\"}"#,
        r#"{ 'p' : 'AyM1SysPpbyDfgZld3umj1qzKObwVMko"#,
        "https://se.example.org/f?authz=AyM1SysPpbyDfgZld3umj1qzKObwVMko&x=1",
        "davs://se/f?access_token=AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "Authorization: Bearer AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "authz=Bearer%20AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "hvs.AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "eyJhbGciOiJIUzI1NiJ9.AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        ".AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "`.AyM1SysPpbyDfgZld3umj1qzKObwVMko` is no duration",
        "no such file: '.AyM1SysPpbyDfgZld3umj1qzKObwVMko'",
        r#"{"payload":"e30","signature":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}"#,
        "{payload:e30,signature:AyM1SysPpbyDfgZld3umj1qzKObwVMko}",
        "kty:OKP,crv:Ed25519,d:AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "kty: OKP\nd: AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "d=AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "{kty:oct,k:AyM1SysPpbyDfgZld3umj1qzKObwVMko}",
        r#"{"kty":"OKP","\u0064":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}"#,
        r#"{"oth":[{"r":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}]}"#,
        r#"{"oth":[{"t":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}]}"#,
        "refresh_token:AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "refresh_token: AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "refresh-token = AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        r#"{"refreshToken":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}"#,
        "CLIENT_SECRET: 3f2a9b1c4d5e6f708192a3b4c5d6e7f8",
        "BEARER_TOKEN_FILE=AyM1SysPpbyDfgZld3umj1qzKObwVMko",
        "MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsvCjAwMjZpZGVudGlmaWVyIHdlIHVzZWQgb3VyIHNlY3JldCBrZXkK\
         MDAyZnNpZ25hdHVyZSDj2eApCFJsTAA5rhURQRXZf91ovyujebNCqvD2F9BVLwo",
    ] {
        let secret = text.rsplit(['"', '\'', '=', ' ', '.', '`']).find(|part| part.len() > 30);
        let secret = secret.unwrap().split(['&', '\\']).next().unwrap();
        let secret = secret.trim_start_matches("Bearer%20");
        // A macaroon shows its beginning no more than its end.
        expect_hidden(secret, &without_keys(text), text);
    }
}

/// A name that leaves no doubt makes a short value a secret.
#[test]
fn short_secrets_are_hidden() {
    for name in [
        "\"refresh_token\":\"",
        "refresh_token=",
        "refreshToken: ",
        "db_password: ",
        "client-secret = ",
        "pool.passphrase:",
    ] {
        let said = format!("{name}1a2b3c4d5e6f7a8\" x");
        let shown = format!("{name}(a secret, not shown)\" x");
        assert_eq!(without_keys(&said), shown);
    }
}

/// What a name that leaves no doubt says is a secret may be made of words; a path is none.
#[test]
fn secrets_of_words_are_hidden() {
    for (said, is_hidden) in [
        ("https://se.test/?password=WORDS&x=1", true),
        ("client_secret=WORDS", true),
        ("{\"passphrase\":\"WORDS\"}", true),
        ("PASSWORD=WORDS", true),
        ("password: WORDS", false),
        ("password_file=WORDS", false),
        ("token=WORDS", false),
        ("password=/WORDS", false),
        ("password=etc/WORDS", false),
    ] {
        let (said, words) =
            (said.replace("WORDS", "correct-horse-battery"), "correct-horse-battery");
        assert_eq!(!without_keys(&said).contains(words), is_hidden, "{said}");
    }
    assert_eq!(without_keys("password=correct-horse"), "password=correct-horse");
}

/// The last line of a key by itself, if its padding tells; digests have padding too.
#[test]
fn the_tail_of_a_key_is_hidden() {
    const LINE: &str = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAEcQ9w";
    for (length, padding, is_hidden) in [
        (26, "==", true),
        (31, "=", true),
        (42, "==", true),
        (42, "", false),
        (42, "=", false),
        (23, "=", false),
        (22, "==", false),
        (27, "=", false),
        (38, "==", false),
        (43, "=", false),
        (44, "", false),
        (45, "", true),
    ] {
        let said = format!("no such file: '{}{padding}'", &LINE[..length]);
        assert_eq!(!without_keys(&said).contains(&LINE[..length]), is_hidden, "{said}");
    }
}

/// As `openssl pkey -text` prints them.
#[test]
fn numbers_of_a_key_are_hidden() {
    let der = decode(KEYS[10].lines().filter(is_body).collect::<String>().as_bytes()).unwrap();
    let pairs: Vec<String> = der.iter().map(|byte| format!("{byte:02x}")).collect();
    let secret = "db:50:7e:75:41:16:06:cc:a1:7c:14:b9:4b:ad:f4:62:4f";
    for (before, number) in [
        ("", pairs.join(":").as_str()),
        ("'", &pairs.join(":").to_uppercase()),
        ("no such file: ", &pairs.join(":")[..599]),
        ("", &pairs.chunks(15).map(|line| line.join(":")).collect::<Vec<_>>().join(":\n    ")),
        ("", &pairs.join(" ")),
        ("dump ", &pairs.chunks(16).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n")),
        ("", &pairs.chunks(2).map(|pair| pair.concat()).collect::<Vec<_>>().join(" ")),
        ("", &pairs.chunks(4).map(|four| four.concat()).collect::<Vec<_>>().join("  ")),
        ("prime1: ", &secret.replace(':', " ")),
        ("privateExponent:\n    ", secret),
        ("prime1:\\n    ", secret),
        ("priv: ", secret),
        ("coefficient:", secret),
    ] {
        let said = format!("{before}{number}' x");
        let shown = format!("{before}(a private key, not shown)' x");
        assert_eq!(without_keys(&said), shown);
    }
    for text in [
        format!("modulus:\n    {secret}:{secret}"),
        format!("pub:\n    {secret}:{secret}:{secret}:{secret}"),
        format!("serial {secret}"),
        format!("serial {}", secret.replace(':', " ")),
        format!("pub: {0} {0} {0} {0}", secret.replace(':', " ")),
        "a bad face be added: 30 82 04 bd, 12 34".to_owned(),
    ] {
        assert_eq!(without_keys(&text), text);
    }
}

/// Lines of a key as somebody makes a list of them, and folded narrower than PEM is.
#[test]
fn lists_of_the_lines_of_a_key_are_hidden() {
    let separators = [
        ",",
        ":",
        ".",
        ";",
        "*",
        "\", \"",
        "\" + \"",
        "\\\",\\\"",
        "&#10;",
        "<br>",
        "\n",
        " ",
        "\\n",
    ];
    for pem in KEYS {
        let lines = pem.lines().skip_while(|line| !line.contains("BEGIN"));
        let body: String = lines.filter(is_body).collect();
        let body = body.trim_end_matches('=');
        for width in [20, 32, 40, 44, 47, 64] {
            for separator in separators {
                // Whole, and without its head.
                for from in [0, 9, body.len() / 3] {
                    let lines: Vec<&str> = body.as_bytes()[from..]
                        .chunks(width)
                        .map(|line| str::from_utf8(line).unwrap())
                        .collect();
                    let is_short = from > 0 && body.len() - from < 55;
                    // The first line of a tail may lack a digit, or what else tells it.
                    let is_plain = lines[0].bytes().all(|byte| !byte.is_ascii_digit());
                    if !(is_short || is_plain && from > 0) {
                        let said = format!("no such file: '{}' x", lines.join(separator));
                        expect_hidden(&lines.join(" "), &without_keys(&said), &said);
                    }
                }
            }
        }
    }
}

fn is_body(line: &&str) -> bool {
    !line.contains(['-', ':']) && !line.is_empty()
}

/// What anybody may see is shown.
#[test]
fn harmless_things_stay() {
    let certificate = include_str!("../../../../testdata/cert/healthy.pem");
    let certificate = &certificate[certificate.find("-----BEGIN").unwrap()..];
    let body: String = certificate.lines().filter(is_body).collect();
    let folded: String = body
        .as_bytes()
        .chunks(32)
        .map(|line| format!("{}\n", str::from_utf8(line).unwrap()))
        .collect();
    let public = include_str!("../../../../testdata/key/public.pem");
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for text in [
        certificate,
        &certificate.replace('\n', "\\n"),
        &body,
        &certificate.lines().filter(is_body).collect::<Vec<_>>().join("\", \""),
        &folded,
        &format!("/tmp/{body}.pem"),
        &encode(certificate.as_bytes()),
        public,
        &public.replace("-----BEGIN PUBLIC KEY-----", ""),
        digest,
        &digest.to_uppercase(),
        &digest
            .as_bytes()
            .chunks(2)
            .map(|pair| format!("{}:", String::from_utf8_lossy(pair)))
            .collect::<String>(),
        "SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg",
        "/home/alice/.globus/usercert.pem",
        "/Users/JohnSmith/Library/Application Support/Grid2026/Certificates/Production/UserCert",
        "/tmp/Job-2026-05-01T12-00-00-CERN_PROD-Run3/usercert-2026-05-01T12-00-00Z",
        "/var/lib/condor/execute/dir_1234567/glide_AbCd12/execute/dir_7654321/x509up_u1000",
        "/cvmfs/grid.cern.ch/etc/grid-security/certificates/CERN-GridCA.signing_policy",
        "/DC=ch/DC=cern/OU=Organic Units/OU=Users/CN=jsmith2/CN=123456/CN=John Smith/CN=1234567890123",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "get a new token: alien-token-init-v2-or-later; token: /tmp/tokencert_1000.pem",
        "{\"token\":\"/tmp/tokencert_1000.pem\",\"basic\":\"basic authentication-of-people\"}",
        "password: no file that holds_the_password_Of_The_Pool",
        "X509_USER_PROXY=/tmp/x509up_u1000 JALIEN_TOKEN_CERT=/tmp/tokencert_1000.pem",
        r#"{"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z"}"#,
        "eyJhbGciOiJIUzI1NiJ9.e30",
        "token: alien-token-init; token type: job-agent-2; token=/tmp/x509up_u1000",
        "token_file: tokencert_1000.pem; token: UserCertificate2026; token 2026-05-01T12-00-00Z",
        "token id: 3f2a9b1c-4d5e-6f70-8192-a3b4c5d6e7f8; token_id=3f2a9b1c4d5e6f70",
        "signature: ecdsa-with-SHA256; signature algorithm: sha256WithRSAEncryption",
        "key id: n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg",
        "kid: n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg, request n4bQgYhMfWWaL-qgxVrQFaO_",
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=, 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "n4bQgYhMfWWaL-qgxVrQFaO_ 47DEQpj8HBSa-_TImW-5JCeu Xb3kQ2rT7yLw9PzV1cNf5MhJ",
        "{\"request\":\"n4bQgYhMfWWaL-qgxVrQFaO_\",\"code\":\"Xb3kQ2rT7yLw9PzV\"}",
        ".wh..opq /home/.AyM1SysPpbyDfgZld3umj1qzKObwVMko /home/alice/.cache/pip/http-v2 d:/Users/alice/Grid2026/UserCert.pem",
    ] {
        assert_eq!(without_keys(text), text);
    }
}

#[test]
fn files_that_may_hold_a_secret() {
    let public: &[&[u8]] = &[
        include_bytes!("../../../../testdata/ca/certificates/Grid.pem"),
        include_bytes!("../../../../testdata/ca/certificates/Grid.info"),
        include_bytes!("../../../../testdata/ca/certificates/Grid.namespaces"),
        include_bytes!("../../../../testdata/ca/certificates/Grid.signing_policy"),
        include_bytes!("../../../../testdata/file/der.pem"),
        b"root:x:0:0:root:/root:/bin/sh\n",
        b"",
    ];
    for (at, bytes) in public.iter().enumerate() {
        assert!(!may_hold_secret(bytes), "public {at}");
    }
    for pem in KEYS {
        let body: String =
            pem.lines().skip_while(|l| !l.contains("BEGIN")).filter(is_body).collect();
        let mut forms: Vec<(&str, Vec<u8>)> =
            spellings(pem).into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        forms.push(("UTF-16", pem.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        if !pem.contains("DEK-Info") {
            forms.push(("DER", decode(body.as_bytes()).unwrap().to_vec()));
        } else {
            forms.retain(|(name, _)| *name != "hexadecimal");
        }
        for (name, form) in forms {
            let behind = [public[0], b"\n", &form].concat();
            assert!(may_hold_secret(&form) && may_hold_secret(&behind), "{name}: {pem}");
        }
    }
}

/// Only a sample of long text is looked at, unless it says what it is.
#[test]
fn secrets_behind_long_public_text() {
    let certificate = include_str!("../../../../testdata/ca/certificates/Grid.pem");
    let body: String = certificate.lines().skip(1).filter(is_body).collect();
    let der = decode(body.as_bytes()).unwrap();
    for (row, public) in [
        ("blocks", certificate.repeat(40)),
        ("blocks in one line", body.repeat(3)),
        ("certificates in one run", encode(&der.repeat(30))),
        ("lines of words", "Certificates2026OfTheGrid\n".repeat(100)),
        ("one word", format!("{}/", "Certificate1".repeat(100))),
        ("digits", "0123456789abcdef".repeat(200)),
    ] {
        assert_eq!(without_keys(&public), public, "{row}");
        for pem in KEYS {
            let lines: Vec<&str> = pem.lines().filter(is_body).collect();
            for key in [lines.join("\n"), lines.concat()] {
                for between in ["", "\n", ",", " d="] {
                    let text = format!("{public}{between}{key}");
                    let said = without_keys(&text);
                    // A certificate and a key have the same algorithm.
                    let said = said.strip_prefix(&public).unwrap_or(&said);
                    expect_gone(&key, said, &format!("{row} {between:?}"));
                }
            }
        }
    }
}

#[test]
fn tokens_of_vault_and_eos_and_passwords_in_urls() {
    for (text, shown) in [
        ("f names s.Zk3jfD9dkj3kfD8djk3Lfk2m, which", "f names s.(a secret, not shown), which"),
        ("b.Zk3jfD9dkj3kfD8djk3Lfk2m", "b.(a secret, not shown)"),
        // One character more or less, or a word before it.
        ("s.Zk3jfD9dkj3kfD8djk3Lfk2", "s.Zk3jfD9dkj3kfD8djk3Lfk2"),
        ("ca-certs.Zk3jfD9dkj3kfD8djk3Lfk2m", "ca-certs.Zk3jfD9dkj3kfD8djk3Lfk2m"),
        ("zteos64:MDAwMDAwNzR4nONi4WBgAAAFMABh", "zteos64:(a secret, not shown)"),
        ("https://u:hunter2@h/p", "https://u:(a secret, not shown)@h/p"),
        ("see root://u:p@ss@h:1094//p.", "see root://u:(a secret, not shown)@h:1094//p."),
        (
            "https://h:443/a@b https://u@h/ https://u:@h",
            "https://h:443/a@b https://u@h/ https://u:@h",
        ),
    ] {
        assert_eq!(without_keys(text), shown);
    }
}
