//! What certok says of OpenSSL and of Python's `ssl` against what they do here: `openssl verify` with
//! the fixtures, and real handshakes in Python's memory. Each is skipped where it is not installed.
//! `tests/peers/handshakes.py` does more, over sockets.

mod below;
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use below::{CERTOK, System};
use forge::extension::Extension;
use forge::key::Key;
use forge::{Cert, NOW, cert_pem, extension as ext, pki};
use serde_json::Value;

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path)
}

/// What each consumer does with `file`; nothing if certok reads no certificate in it.
fn who(system: &System, file: &Path, at: i64) -> BTreeMap<String, Option<bool>> {
    let (name, root) = system.variable();
    let noun = if file.to_string_lossy().contains("/proxy/") { "proxy" } else { "cert" };
    let out = Command::new(CERTOK)
        .env_clear()
        .env(name, root)
        .args(["who", noun, "--json", "--at", &at.to_string(), "--ca-dir"])
        .arg(testdata("ca/certificates"))
        .arg(file)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let rows = report["acceptance"].as_array().into_iter().flatten();
    // A client without its key shows nothing, which is not asked of `openssl verify`.
    let is_of_key = |id: &Value| ["proxy-no-key", "key-mismatch"].contains(&id.as_str().unwrap());
    let rows = rows.filter(|row| !row["because"].as_array().unwrap().iter().any(is_of_key));
    let row = |row: &Value| (row["tool"].as_str().unwrap().to_owned(), row["accepts"].as_bool());
    rows.map(row).collect()
}

/// A profile, and the options with which `openssl verify` judges so.
const SETTINGS: &[(&str, &[&str])] = &[
    ("openssl", &["-auth_level", "2"]),
    ("openssl-proxy", &["-auth_level", "2", "-allow_proxy_certs"]),
    ("openssl-level1", &["-auth_level", "1", "-allow_proxy_certs"]),
    ("openssl-strict", &["-auth_level", "2", "-allow_proxy_certs", "-x509_strict"]),
    ("openssl-proxy-crl", &["-auth_level", "2", "-allow_proxy_certs", "-crl_check_all"]),
];

/// Releases of OpenSSL that the profiles are about: later ones judge some things otherwise.
const RELEASES: &[&str] = &["3.0", "3.1", "3.2", "3.3", "3.4", "3.5"];

#[test]
fn openssl_verifies_what_it_is_said_to() {
    let Ok(version) = Command::new("openssl").arg("version").output() else {
        println!("skipped: there is no openssl");
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let own = |release: &&str| version.starts_with(&format!("OpenSSL {release}."));
    if !RELEASES.iter().any(own) {
        println!("skipped: no profile is about {version}");
        return;
    }
    let system = System::new();
    let (mut compared, mut differences) = (0, Vec::new());
    for folder in ["cert", "proxy"] {
        let mut files: Vec<PathBuf> =
            fs::read_dir(testdata(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "pem")) {
            let said = who(&system, &file, NOW);
            for (profile, options) in SETTINGS {
                let Some(said) = said.get(*profile) else { continue };
                let out = Command::new("openssl")
                    .args(["verify", "-no-CAfile", "-no-CAstore", "-purpose", "sslclient"])
                    .args(["-attime", &NOW.to_string()])
                    .args(*options)
                    .arg("-CApath")
                    .arg(testdata("ca/certificates"))
                    .arg("-untrusted")
                    .args([&file, &file])
                    .output()
                    .unwrap();
                compared += 1;
                let name = file.strip_prefix(testdata("")).unwrap().display().to_string();
                let differs = said.is_some_and(|said| said != out.status.success());
                if differs {
                    let error = String::from_utf8_lossy(&out.stderr).into_owned();
                    differences.push(format!("{profile} {name}: certok {said:?}\n{error}"));
                }
            }
        }
    }
    println!("{compared} verdicts compared");
    assert!(compared > 400, "{compared}");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A server that asks for a certificate, and a client, both in memory: for each pair of files, whether
/// the server takes the client.
const PYTHON: &str = r#"
import ssl, sys
cas, server, key, *pairs = sys.argv[1:]

def shake(cert, own):
    if sys.version_info >= (3, 13):
        ctx = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, capath=cas)
    else:
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_verify_locations(capath=cas)
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_cert_chain(server, key)
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    other.check_hostname, other.verify_mode = False, ssl.CERT_NONE
    other.load_cert_chain(cert, own)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [ctx.wrap_bio(up, down, server_side=True), other.wrap_bio(down, up)]
    done = [False, False]
    for _ in range(20):
        for at in (1, 0):
            if not done[at]:
                try:
                    ends[at].do_handshake()
                    done[at] = True
                except ssl.SSLWantReadError:
                    pass
        if all(done):
            return True
    return False

print("%d.%d" % sys.version_info[:2])
for cert, own in zip(pairs[::2], pairs[1::2]):
    try:
        print("yes" if shake(cert, own) else "no it did not end")
    except ssl.SSLError as error:
        print("no", str(error).replace("\n", " "))
"#;

#[test]
fn python_takes_what_it_is_said_to() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    let day = 86_400;
    let scratch = tempfile::tempdir().unwrap();
    let key = Key::load("user");
    let key_file = scratch.path().join("key.pem");
    fs::write(&key_file, key.pem()).unwrap();
    let grid = pki::grid();
    let put = |name: &str, change: &dyn Fn(Cert) -> Cert| {
        let cert = grid.user(&pki::alice(), &key).valid_between(now - day, now + day);
        let path = scratch.path().join(name);
        fs::write(&path, cert_pem(&change(cert).issue(&grid.key))).unwrap();
        path
    };
    let usages = |usages: &'static [&'static str]| {
        move |cert: Cert| cert.replace(Extension::extended_key_usage(usages))
    };
    let files = [
        put("healthy.pem", &|cert| cert),
        put("expired.pem", &|cert| cert.valid_between(now - 2 * day, now - day)),
        put("not-yet-valid.pem", &|cert| cert.valid_between(now + day, now + 2 * day)),
        put("server-only.pem", &usages(&[ext::SERVER_AUTH])),
        put("any-usage.pem", &usages(&["2.5.29.37.0"])),
        put("no-usages.pem", &|cert| cert.without("2.5.29.37").without("2.5.29.15")),
        put("no-signature.pem", &|cert| cert.replace(Extension::key_usage(&[ext::KEY_CERT_SIGN]))),
        put("unknown-critical.pem", &|cert| cert.with(Extension::unknown_critical())),
        put("no-key-ids.pem", &|cert| cert.without("2.5.29.35").without("2.5.29.14")),
        put("corrupt.pem", &Cert::corrupt),
    ];
    let mut command = Command::new("python3");
    command.args(["-c", PYTHON]).arg(testdata("ca/certificates")).args([&files[0], &key_file]);
    for file in &files {
        command.args([file, &key_file]);
    }
    let out = match command.output() {
        Ok(out) if out.status.success() => String::from_utf8(out.stdout).unwrap(),
        Ok(out) => {
            println!("skipped: this python3 has no ssl: {}", String::from_utf8_lossy(&out.stderr));
            return;
        }
        Err(error) => {
            println!("skipped: there is no python3 ({error})");
            return;
        }
    };
    let mut lines = out.lines();
    let minor = lines.next().and_then(|version| version.strip_prefix("3.")?.parse::<u32>().ok());
    let profile = if minor.unwrap() >= 13 { "python-3.13" } else { "python-3.11" };
    let system = System::new();
    for (file, line) in files.iter().zip(lines) {
        let said = who(&system, file, now)[profile];
        assert_eq!(said, Some(line == "yes"), "{profile} {}: {line}", file.display());
    }
}
