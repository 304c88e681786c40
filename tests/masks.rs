//! No private key, no token that opens anything and no escape comes out, wherever it was put: in
//! every option and operand of every command, in variables, in names of files and in files.

mod run;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use certok::system::env::Env;
use certok::system::sandbox::Sandbox;
use certok::text::time::UnixTime;
use run::{Home, NOW, base64, bytes, pem};
use tempfile::TempDir;

const FORMATS: [&str; 7] = ["text", "json", "jsonl", "nagios", "prometheus", "classad", "alien"];

/// What must not come out: its name, its text, and the characters that tell it.
struct Secret {
    name: String,
    text: String,
    told_by: Vec<String>,
}

impl Secret {
    fn new(name: &str, text: String, body: &str) -> Self {
        let runs = body.split(|c: char| !c.is_ascii_alphanumeric() && !"+/_-".contains(c));
        let runs = runs.filter(|run| run.len() >= 16 && !run.contains("--"));
        let told_by = runs.map(|run| run[run.len() / 2 - 6..run.len() / 2 + 6].to_owned());
        let (name, told_by) = (name.to_owned(), told_by.collect());
        Self { name, text, told_by }
    }
}

/// Keys of all kinds and tokens, in the spellings that people give.
fn secrets() -> Vec<Secret> {
    let mut all = Vec::new();
    for key in [
        "key/rsa-pkcs1.pem",
        "key/rsa-pkcs8.pem",
        "key/encrypted-pbes2.pem",
        "key/ec-p256-sec1.pem",
        "key/ed25519.pem",
    ] {
        let whole = pem(key);
        let lines: Vec<&str> = whole.lines().filter(|line| !line.contains('-')).collect();
        let body = lines.join("\n");
        let mut add = |how: &str, text: String| {
            all.push(Secret::new(&format!("{key}, {how}"), text, &body));
        };
        add("as it is", whole.clone());
        add("CRLF", whole.replace('\n', "\r\n"));
        add("literal \\n", whole.replace('\n', "\\n"));
        add("blanks", whole.replace('\n', " "));
        add("bare", body.replace('\n', ""));
        add("without BEGIN", body.clone());
        add("a list of its lines", body.replace('\n', ","));
        add("cut off", whole[..whole.len() - 60].to_owned());
        let flat = body.replace('\n', "");
        for (how, width, between) in [("groups", 8, " "), ("groups with dashes", 5, "-")] {
            let groups = flat.as_bytes().chunks(width).map(|group| str::from_utf8(group).unwrap());
            let text = groups.collect::<Vec<_>>().join(between);
            let told_by = vec![text[text.len() / 2 - 10..text.len() / 2 + 10].to_owned()];
            all.push(Secret { name: format!("{key}, {how}"), text, told_by });
        }
        let hex = |between: &str| {
            let pairs = flat.bytes().map(|byte| format!("{byte:02x}"));
            pairs.collect::<Vec<_>>().join(between)
        };
        for between in ["", ":", "%", "\\x", ", 0x"] {
            let text = format!("{between}{}", hex(between));
            let told_by = vec![text[text.len() / 2 - 10..text.len() / 2 + 10].to_owned()];
            all.push(Secret { name: format!("{key}, hex {between}"), text, told_by });
        }
        let inside = base64(whole.as_bytes());
        all.push(Secret::new(&format!("base64 of {key}"), inside.clone(), &inside));
    }
    // Its inner shape does not matter: the line in front tells it.
    let line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
    let ssh =
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{line}\n-----END OPENSSH PRIVATE KEY-----");
    all.push(Secret::new("OpenSSH", ssh, line));
    all.push(Secret::new("OpenSSH, bare", line.to_owned(), line));
    let member = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE";
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"{member}"}}"#);
    all.push(Secret::new("JWK", jwk, member));
    for (name, text) in [
        ("JWK, unquoted", format!("kty:OKP,crv:Ed25519,d:{member}")),
        ("JWK, YAML", format!("kty: OKP\nd: {member}")),
        ("JWS", format!(r#"{{"protected":"e30","payload":"e30","signature":"{member}"}}"#)),
        ("detached signature", format!(".{member}")),
        ("refresh token", format!(r#"{{"refreshToken":"{member}"}}"#)),
        ("refresh token, unquoted", format!("refresh_token: {member}")),
    ] {
        all.push(Secret::new(name, text, member));
    }
    for (name, fixture) in
        [("IDTOKEN", "idtoken/healthy.token"), ("bearer token", "bearer/healthy.token")]
    {
        let token = String::from_utf8(bytes(fixture)).unwrap().trim().to_owned();
        let signature = token.rsplit('.').next().unwrap().to_owned();
        all.push(Secret::new(name, token.clone(), &signature));
        all.push(Secret::new(
            &format!("{name} in a URL"),
            format!("davs://x/y?authz={token}"),
            &signature,
        ));
    }
    all
}

/// What a terminal obeys.
const ESCAPES: &str = "/x\u{1b}[31mr\u{9b}31m\u{202e}\u{2066}\u{200b}\u{2028}\u{7}\u{8}\u{7f}y";

/// Each command with the words in front of a value, for each place that takes one, as the definition
/// of the command line has them.
fn places() -> Vec<Vec<String>> {
    let mut definition = certok::cli::definition();
    definition.build();
    let mut places = vec![vec![], vec!["--no-such-option".to_owned()]];
    for command in definition.get_subcommands() {
        let name = command.get_name().to_owned();
        places.push(vec![name.clone()]);
        for argument in command.get_arguments() {
            if let (Some(long), true) = (argument.get_long(), argument.get_action().takes_values())
            {
                places.push(vec![name.clone(), format!("--{long}")]);
            }
        }
    }
    places
}

/// Where this process stands: what a command makes under a relative name is made there.
fn scratch() -> &'static Path {
    static SCRATCH: OnceLock<TempDir> = OnceLock::new();
    let folder = SCRATCH.get_or_init(|| tempfile::tempdir().unwrap());
    std::env::set_current_dir(folder).unwrap();
    folder.path()
}

/// Runs certok in this process; all that it says.
fn said(words: &[String], env: &Env) -> String {
    scratch();
    let fixed = ["certok".into(), "--at".into(), NOW.to_string().into()];
    let words: Vec<OsString> = fixed.into_iter().chain(words.iter().map(OsString::from)).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    certok::run(&words, env, &Sandbox::Denied, &mut out, &mut err);
    String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap()
}

fn env_of(home: &Home, more: &[(&str, &str)]) -> Env {
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    let (top, temporary, cas) = (path(""), path("tmp"), run::testdata().join("ca/certificates"));
    let mut variables = vec![
        ("HOME", top.as_str()),
        ("TMPDIR", &temporary),
        ("XDG_STATE_HOME", &temporary),
        ("X509_CERT_DIR", cas.to_str().unwrap()),
        ("X509_USER_PROXY", "/nowhere/proxy"),
        ("CONDOR_CONFIG", "ONLY_ENV"),
    ];
    variables.extend(more);
    let mut env = Env::new(&variables, UnixTime(NOW));
    (env.uid, env.euid) = (home.uid, home.uid);
    env.directory = Some(home.path(""));
    env
}

fn expect_silence(secret: &Secret, said: &str, row: &str) {
    for piece in &secret.told_by {
        assert!(!said.contains(piece.as_str()), "{row}: {}\n{said}", secret.name);
    }
}

/// Nothing in it moves the cursor, changes the colour or turns the direction.
fn expect_no_escape(said: &str, row: &str) {
    let tricky = |c: char| certok::text::screen::is_tricky(c) && !"\n\t".contains(c);
    let found: BTreeSet<char> = said.chars().filter(|c| tricky(*c)).collect();
    assert!(found.is_empty(), "{row}: {found:?}\n{said}");
}

/// Every place meets some secrets and every secret many places: all with all takes minutes.
#[test]
fn in_every_place_of_the_command_line() {
    let home = Home::new("user");
    let env = env_of(&home, &[]);
    let secrets = secrets();
    for (at, place) in places().iter().enumerate() {
        for (number, secret) in secrets.iter().enumerate().skip(at % 7).step_by(7) {
            let format = FORMATS[(at + number) % FORMATS.len()];
            let mut words = vec!["--format".to_owned(), format.to_owned(), "--no-input".to_owned()];
            words.extend(place.iter().cloned());
            match place.last() {
                // A value glued to its option may begin with dashes.
                Some(last) if last.starts_with("--") => {
                    *words.last_mut().unwrap() = format!("{last}={}", secret.text);
                }
                _ => words.extend(["--".to_owned(), secret.text.clone()]),
            }
            let row = format!("{place:?} {format}");
            expect_silence(secret, &said(&words, &env), &row);
        }
    }
    // Their names are the user's; what is in them is ours.
    let made = fs::read_dir(scratch()).unwrap().map(|entry| entry.unwrap().path());
    let made: Vec<_> = made.filter(|path| path.is_file()).collect();
    assert!(!made.is_empty());
    for path in made {
        let content = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let row = path.display().to_string();
        secrets.iter().for_each(|secret| expect_silence(secret, &content, &row));
    }
}

#[test]
fn escapes_in_every_place_of_the_command_line() {
    let home = Home::new("user");
    let env = env_of(&home, &[]);
    for (at, place) in places().into_iter().enumerate() {
        let format = FORMATS[at % FORMATS.len()];
        let mut words = vec!["--format".to_owned(), format.to_owned()];
        words.push("--no-input".to_owned());
        words.extend(place.iter().cloned());
        words.push(ESCAPES.to_owned());
        expect_no_escape(&said(&words, &env), &format!("{place:?} {format}"));
    }
}

/// The variables that the sources name: what is in capitals, in quotes, with an underscore; and two more.
fn variables() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let is_name = |word: &&str| {
                let of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                let known = word.contains('_') || ["HOME", "TMPDIR"].contains(word);
                known && word.chars().all(of_name)
            };
            found.extend(text.split('"').filter(is_name).map(str::to_owned));
        }
    }
    for known in ["BEARER_TOKEN", "JALIEN_TOKEN_KEY", "X509_CERT_DIR", "X509_USER_PROXY"] {
        assert!(found.contains(known), "{known}");
    }
    found
}

#[test]
fn in_every_variable() {
    let home = Home::new("user token");
    let secrets = secrets();
    let condor = ["_condor_SEC_TOKEN_DIRECTORY", "_condor_TRUST_DOMAIN"].map(str::to_owned);
    for (at, name) in variables().into_iter().chain(condor).enumerate() {
        for (number, secret) in secrets.iter().enumerate().skip(at % 13).step_by(13) {
            let env = env_of(&home, &[(&name, &secret.text)]);
            let format = FORMATS[(at + number) % FORMATS.len()];
            for command in ["status", "check"] {
                let words = ["--format", format, "--no-input", command].map(str::to_owned);
                expect_silence(secret, &said(&words, &env), &format!("{name} {command} {format}"));
            }
        }
        let env = env_of(&home, &[(&name, ESCAPES)]);
        for command in ["status", "check"] {
            let words = ["--format", FORMATS[at % FORMATS.len()], command].map(str::to_owned);
            expect_no_escape(&said(&words, &env), &format!("{name} {command}"));
        }
    }
}

#[test]
fn in_files_and_their_names() {
    let secrets = secrets();
    for (number, secret) in secrets.iter().enumerate().step_by(2) {
        let home = Home::new("user");
        let ca = run::testdata().join("ca/certificates");
        fs::create_dir(home.path("ca")).unwrap();
        for entry in fs::read_dir(ca).unwrap() {
            let entry = entry.unwrap();
            let _ = fs::copy(entry.path(), home.path("ca").join(entry.file_name()));
        }
        let text = &secret.text;
        for (name, content) in [
            ("ca/Some.signing_policy", format!("access_id_CA X509 '{text}'\n{text}\n")),
            ("ca/Some.namespaces", format!("TO Issuer \"{text}\" {text}\n")),
            ("ca/Some.info", format!("alias = {text}\nurl = {text}\n")),
            ("ca/01234567.r0", text.clone()),
            ("list", format!("{text}\n")),
            ("any", format!("text {text}\n")),
            ("json", format!("{{\"a\":{}}}", serde_json::Value::from(text.as_str()))),
            ("condor", format!("SEC_TOKEN_DIRECTORY = {text}\n{text}\nif {text}\n")),
            ("lsc", text.clone()),
        ] {
            home.write(name, content.as_bytes(), 0o600);
        }
        let own: String = text.chars().filter(|c| !"/\n\r".contains(*c)).take(240).collect();
        home.write(&format!("ca/{own}"), b"x", 0o600);
        let config = home.path("condor").to_str().unwrap().to_owned();
        let dir = home.path("ca").to_str().unwrap().to_owned();
        let env = env_of(&home, &[("CONDOR_CONFIG", &config), ("X509_CERT_DIR", &dir)]);
        let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
        let format = FORMATS[number % FORMATS.len()];
        for line in [
            format!("ca-check {dir}"),
            format!("ca-check {dir} --fix-script"),
            format!("ca-info {dir}"),
            format!("cert-info --files-from {}", path("list")),
            format!("cert-info {}", path("any")),
            format!("token-info {}", path("json")),
            format!("bearer-verify {} --jwks {}", path("any"), path("json")),
            format!("bearer-info {}", path("any")),
            format!("idtoken-info {}", path("json")),
            "idtoken-info".to_owned(),
            "cert-verify".to_owned(),
            format!("certkey-match {} {}", path("any"), path("lsc")),
        ] {
            for format in ["text", format] {
                let mut words =
                    vec!["--format".to_owned(), format.to_owned(), "--no-input".to_owned()];
                words.extend(line.split(' ').map(str::to_owned));
                expect_silence(secret, &said(&words, &env), &format!("{line} {format}"));
            }
        }
    }
}

/// A token that is no JWT bears no name: the variable tells it.
#[test]
fn an_opaque_token_in_the_place_of_its_file() {
    let home = Home::new("user token");
    let condor = ["_condor_SEC_TOKEN_DIRECTORY", "_CONDOR_SEC_PASSWORD_DIRECTORY"];
    for name in variables().into_iter().chain(condor.map(str::to_owned)) {
        let is_path = ["TOKEN_", "X509_", "XDG_", "TMPDIR", "JWKS_", "_condor_"];
        let is_path = is_path.iter().any(|part| name.contains(part));
        for token in
            ["870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE", "3f2a9b1c4d5e6f708192a3b4c5d6e7f8"]
        {
            for (format, command) in FORMATS
                .into_iter()
                .zip(["status", "check", "bearer-info"].into_iter().cycle())
                .filter(|_| is_path)
            {
                let words = ["--format", format, "--no-input", command].map(str::to_owned);
                let said = said(&words, &env_of(&home, &[(&name, token)]));
                assert!(!said.contains(token), "{name} {command} {format}: {said}");
            }
        }
    }
    // A file may have such a name.
    for path in ["tmp_x509up_u1000", "./870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"] {
        let words = ["bearer-info"].map(str::to_owned);
        let said = said(&words, &env_of(&home, &[("BEARER_TOKEN_FILE", path)]));
        assert!(said.contains(path), "{said}");
    }
}

/// Lines of a key, the last of them short, in the place of a list of files.
#[test]
fn a_key_in_the_place_of_a_list() {
    for key in ["key/rsa-pkcs8.pem", "key/ec-p256-sec1.pem", "key/ed25519.pem"] {
        let whole = pem(key);
        let body: String = whole.lines().filter(|line| !line.contains('-')).collect();
        for width in [40, 64] {
            let lines: Vec<&str> =
                body.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
            let home = Home::new("user");
            home.write("list", lines.join("\n").as_bytes(), 0o600);
            let list = home.path("list").to_str().unwrap().to_owned();
            for format in FORMATS {
                let words = ["--format", format, "cert-info", "--files-from", &list];
                let said = said(&words.map(str::to_owned), &env_of(&home, &[]));
                for line in &lines {
                    let line = line.trim_end_matches('=');
                    assert!(!said.contains(line), "{key} {width} {format}: {said}");
                }
            }
        }
    }
}

/// Other spellings of a key in the place of a list: no line of it comes back.
#[test]
fn a_dump_of_a_key_in_the_place_of_a_list() {
    let whole = pem("key/rsa-pkcs1.pem");
    let der = ::pem::parse(&whole).unwrap().into_contents();
    let pairs: Vec<String> = der.iter().map(|byte| format!("{byte:02x}")).collect();
    let indented = |lines: Vec<String>| lines.iter().map(|line| format!("    {line}\n")).collect();
    let lines = whole.lines().map(str::to_owned).collect();
    let colons = pairs.chunks(15).map(|line| line.join(":") + ":").collect();
    let dump = pairs.chunks(16).map(|line| line.join(" ")).collect();
    let openssl: String = indented(colons);
    let lists: [String; 3] =
        [indented(lines), format!("privateExponent:\n{openssl}"), indented(dump)];
    for list in lists {
        let home = Home::new("user");
        home.write("list", list.as_bytes(), 0o600);
        let path = home.path("list").to_str().unwrap().to_owned();
        for format in FORMATS {
            let words = ["--format", format, "cert-info", "--files-from", &path];
            let said = said(&words.map(str::to_owned), &env_of(&home, &[]));
            for line in list.lines().map(str::trim).filter(|line| line.len() > 12) {
                let is_heading = line.contains("--") || line == "privateExponent:";
                assert!(is_heading || !said.contains(line), "{format} {line}: {said}");
            }
        }
    }
}

/// Where the name of a file belongs people put the passphrase.
#[test]
fn a_passphrase_in_the_place_of_its_file() {
    let home = Home::new("usercert=cert/healthy.pem userkey=key/encrypted-pbes2.pem");
    for word in ["hunter2hunter2", "correct horse", "a/b", &"x".repeat(300)] {
        for format in FORMATS {
            let words = ["--format", format, "certkey-match", "--passphrase-file", word];
            let said = said(&words.map(str::to_owned), &env_of(&home, &[]));
            assert!(!said.contains(word), "{format}: {said}");
        }
    }
}

/// The hook that `main` sets says where, and not what.
#[test]
fn a_panic_tells_no_data() {
    const NAME: &str = "a_panic_tells_no_data";
    if std::env::var_os("CERTOK_TEST_PANICS").is_some() {
        certok::text::screen::hide_panics();
        panic!("the secret is {}", "hunter2");
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env("CERTOK_TEST_PANICS", "1")
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("a fault in certok itself, at tests/masks.rs:"), "{err}");
    assert!(!err.contains("hunter2"), "{err}");
}

/// The running binary, which waits for its standard input.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_dumped_nowhere() {
    let home = Home::new("user");
    let mut child = home
        .certok()
        .args(["cert-info", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let proc = Path::new("/proc").join(child.id().to_string());
    let limits = || fs::read_to_string(proc.join("limits")).unwrap();
    let is_set = |limits: &str| {
        let mut lines = limits.lines().filter(|line| line.starts_with("Max core file size"));
        lines.any(|line| line.split_whitespace().filter(|word| *word == "0").count() == 2)
    };
    // It may not have come so far yet.
    for _ in 0..500 {
        if is_set(&limits()) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(is_set(&limits()), "{}", limits());
    drop(child.stdin.take());
    child.wait().unwrap();
}

/// A process that nobody may trace still opens its own descriptors, as any user.
#[test]
fn descriptors_have_names() {
    let system = run::below::System::new();
    let file = run::testdata().join("cert/healthy.pem");
    let file = file.display();
    let as_user = |script: &str| {
        // Root may open everything, so it steps down.
        let is_root = rustix::process::geteuid().is_root();
        let down = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        let words = down.into_iter().filter(|_| is_root).chain(["sh", "-c", script]);
        let words: Vec<&str> = words.collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().envs([system.variable()]);
        command.env("PATH", system.search_path());
        command.output().ok().map(|output| output.status.code())
    };
    if as_user(&format!("certok --version && test -r {file}")) != Some(Some(0)) {
        println!("skipped: nobody cannot run certok here, or setpriv is not installed");
        return;
    }
    for (script, code) in [
        (format!("certok cert-info --at {NOW} /dev/stdin < {file}"), 0),
        (format!("cat {file} | certok cert-info --at {NOW} /dev/stdin"), 0),
        (format!("cat {file} | certok cert-info --at {NOW} /dev/fd/0"), 0),
        (format!("certok cert-info --at {NOW} /dev/fd/7 7< {file}"), 0),
        (format!("certok cert-info --at {NOW} /dev/fd/8 7< {file}"), 3),
    ] {
        assert_eq!(as_user(&script), Some(Some(code)), "{script}");
    }
}
