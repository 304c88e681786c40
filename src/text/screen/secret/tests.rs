use super::without_keys;
use crate::text::base64::{decode, encode};
use crate::text::hex::hex;

#[test]
fn keys_are_hidden() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
    for (text, shown) in [
        (format!("a {key} b"), "a (a private key, not shown) b"),
        (
            format!("{key}{key}"),
            "(a private key, not shown)(a private key, not shown)",
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
