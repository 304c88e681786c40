//! `cert-verify` and `token-verify`, the real binary: fixtures, broken CA directories, options.

mod below;
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use below::System;
use certok::parse::cert::Certificate;
use forge::crl::Crl;
use forge::key::Key;
use forge::name::Name;
use forge::{Cert, NOW, cert_pem, crl_pem, pki};
use tempfile::TempDir;

/// The clock of the fixtures.
const AT: &str = "1780315200";

/// New hash of the Grid CA, and its old one; the same of the root and of the AliEn CA.
const GRID: (&str, &str) = ("bea41460", "1bd5a390");
const ROOT: (&str, &str) = ("4b4ca555", "89680c43");
const ALIEN: &str = "02045a7e";

/// What a run gave.
struct Ran {
    code: i32,
    /// Without the note on what was not checked.
    ids: String,
    text: String,
    fix: Option<String>,
}

/// A scratch home, and a copy of the healthy CA directory.
struct Scratch {
    dir: TempDir,
    ca: PathBuf,
    system: System,
}

impl Scratch {
    fn new() -> Self {
        let system = System::new();
        let dir = tempfile::tempdir().expect("a scratch directory");
        let ca = dir.path().join("certificates");
        fs::create_dir(&ca).expect("made");
        for entry in fs::read_dir(testdata("ca/certificates")).expect("listed") {
            let from = entry.expect("an entry").path();
            let to = ca.join(from.file_name().expect("a name"));
            match fs::read_link(&from) {
                Ok(target) => symlink(target, to).expect("linked"),
                Err(_) => fs::write(to, fs::read(&from).expect("read")).expect("written"),
            }
        }
        Self { dir, ca, system }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Removes names from the CA directory.
    fn without(self, names: &[&str]) -> Self {
        for name in names {
            fs::remove_file(self.ca.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        self
    }

    /// Writes a file into the CA directory.
    fn with(self, name: &str, bytes: &[u8]) -> Self {
        let _ = fs::remove_file(self.ca.join(name));
        fs::write(self.ca.join(name), bytes).expect("written");
        self
    }

    /// Replaces words in the Grid CA's signing_policy.
    fn edited(self, from: &str, to: &str) -> Self {
        let path = self.ca.join("Grid.signing_policy");
        let text = fs::read_to_string(path).expect("a policy");
        assert!(text.contains(from), "{from}");
        self.with("Grid.signing_policy", text.replace(from, to).as_bytes())
    }

    fn linked(self, name: &str, target: &str) -> Self {
        symlink(target, self.ca.join(name)).expect("linked");
        self
    }

    /// Removes every link of the CA directory.
    fn without_links(self) -> Self {
        for entry in fs::read_dir(&self.ca).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.is_symlink() {
                fs::remove_file(path).expect("removed");
            }
        }
        self
    }

    /// Runs `arguments` with `X509_CERT_DIR` on the copy.
    fn run(&self, arguments: &[&str]) -> Ran {
        let ca = self.ca.to_str().expect("plain").to_owned();
        self.run_with(&[("X509_CERT_DIR", &ca)], arguments)
    }

    fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let command = |extra: &[&str]| {
            let mut command = Command::new(self.system.certok());
            command
                .env_clear()
                .envs([self.system.variable()])
                .env("HOME", self.path("home"))
                .env("PATH", "/usr/bin:/bin")
                .envs(variables.iter().copied())
                .args(arguments)
                .args(["--at", AT])
                .args(extra);
            command.output().expect("runs")
        };
        let (plain, json) = (command(&[]), command(&["--json"]));
        let value: serde_json::Value = serde_json::from_slice(&json.stdout)
            .unwrap_or_else(|e| panic!("{arguments:?}: {e}: {json:?}"));
        let findings = value["findings"].as_array().cloned().unwrap_or_default();
        let ids: Vec<&str> = findings
            .iter()
            .filter_map(|finding| finding["id"].as_str())
            .filter(|id| *id != "crl-missing")
            .collect();
        let fix = findings.iter().find_map(|finding| finding["fix"].as_str());
        let text = [plain.stdout, plain.stderr].concat();
        assert_eq!(plain.status.code(), json.status.code(), "{arguments:?}");
        Ran {
            code: plain.status.code().expect("no signal"),
            ids: ids.join(" "),
            text: String::from_utf8(text).expect("UTF-8"),
            fix: fix.map(str::to_owned),
        }
    }

    /// Everything in the CA directory: bytes of files, targets of links.
    fn listing(&self) -> BTreeMap<String, Vec<u8>> {
        let entry = |entry: fs::DirEntry| {
            let name = entry.file_name().to_str().expect("plain").to_owned();
            let bytes = match fs::read_link(entry.path()) {
                Ok(target) => format!("-> {}", target.display()).into_bytes(),
                Err(_) => fs::read(entry.path()).expect("read"),
            };
            (name, bytes)
        };
        let entries = fs::read_dir(&self.ca).expect("listed");
        entries.map(|found| entry(found.expect("an entry"))).collect()
    }
}

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path)
}

fn fixture(path: &str) -> String {
    testdata(path).to_str().expect("plain").to_owned()
}

fn bytes(path: &str) -> Vec<u8> {
    fs::read(testdata(path)).expect("a fixture")
}

// --- fixtures

/// File, exit code, ids in order.
const FIXTURES: &[(&str, i32, &str)] = &[
    ("cert/algorithm-mismatch.pem", 13, "algorithm-differs bad-signature"),
    ("cert/bad-signature.pem", 13, "bad-signature"),
    ("cert/ca-first.pem", 15, "ca-first no-digital-signature"),
    ("cert/chain-reversed.pem", 15, "ca-first no-digital-signature"),
    ("cert/duplicate-extension.pem", 4, "cert-damaged"),
    ("cert/ec-p256.pem", 0, "ec-key"),
    ("cert/ec-p384.pem", 0, "ec-key"),
    ("cert/ec-p521.pem", 0, "p521-key"),
    ("cert/ed25519.pem", 0, "ed25519-key"),
    ("cert/every-san.pem", 0, ""),
    ("cert/expired.pem", 11, "expired"),
    ("cert/expires-in-7-days.pem", 0, "expires-soon"),
    ("cert/generalized-time-2055.pem", 0, ""),
    ("cert/healthy.pem", 0, ""),
    (
        "cert/inside-constraints.pem",
        0,
        "critical-for-globus signing-policy-missing issuer-unknown rustls-refuses",
    ),
    ("cert/intermediate-missing.pem", 13, "intermediate-missing"),
    ("cert/issued-by-end-entity.pem", 13, "not-a-ca no-cert-sign path-length"),
    ("cert/issued-by-expired-ca.pem", 13, "issuer-unknown"),
    ("cert/issued-by-no-sign.pem", 13, "no-cert-sign"),
    ("cert/issued-by-rekeyed.pem", 13, "ca-other-key"),
    ("cert/generalized-time-2026.pem", 0, "time-not-utctime"),
    ("cert/issued-by-sub.pem", 13, "path-length"),
    ("cert/issuer-unknown.pem", 13, "intermediate-missing"),
    ("cert/outside-constraints.pem", 13, "name-constraint"),
    ("cert/issuer-id-differs.pem", 13, "issuer-id-differs"),
    ("cert/long-serial.pem", 0, "long-serial"),
    ("cert/malformed-policies.pem", 0, "extension-passed-over"),
    ("cert/not-der.pem", 0, "certificate-not-der rustls-refuses"),
    ("cert/bytes-behind-ca-issuers.pem", 0, "extension-trailing-bytes"),
    ("cert/marked-as-ca.pem", 0, "ca-as-credential rustls-refuses"),
    ("cert/md5-signature.pem", 13, "forbidden-algorithm"),
    ("cert/negative-serial.pem", 0, "negative-serial"),
    ("cert/no-digital-signature.pem", 15, "no-digital-signature"),
    ("cert/not-after-with-offset.pem", 4, "cert-damaged"),
    ("cert/not-after-without-seconds.pem", 4, "cert-damaged"),
    ("cert/not-yet-valid.pem", 12, "not-yet-valid"),
    ("cert/odd-dn.pem", 0, ""),
    ("cert/old-and-new.pem", 11, "old-first expired"),
    ("cert/rfc3820-proxy.pem", 13, "proxy-not-accepted"),
    ("cert/rsa-1024.pem", 13, "key-too-small"),
    ("cert/rsa-4096.pem", 0, ""),
    ("cert/self-signed.pem", 13, "self-signed"),
    ("cert/serial-zero.pem", 0, ""),
    ("cert/server-only.pem", 15, "wrong-purpose"),
    ("cert/sha1-signature.pem", 0, "sha1-signature rustls-refuses"),
    ("cert/signed-by-ed25519.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p256-sha1.pem", 13, "intermediate-missing forbidden-algorithm"),
    ("cert/signed-by-p256-sha224.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p256-sha256.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p256-sha384.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p256-sha512.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p384-sha256.pem", 0, ""),
    ("cert/signed-by-p384-sha384.pem", 0, ""),
    ("cert/signed-by-p384-sha512.pem", 0, "rustls-refuses"),
    ("cert/signed-by-p521-sha256.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p521-sha384.pem", 13, "intermediate-missing"),
    ("cert/signed-by-p521-sha512.pem", 13, "intermediate-missing"),
    ("cert/signed-by-rsa-pss-sha256.pem", 0, ""),
    ("cert/signed-by-rsa-pss-sha384.pem", 0, ""),
    ("cert/signed-by-rsa-pss-sha512.pem", 0, ""),
    ("cert/signed-by-rsa-sha224.pem", 0, "forbidden-algorithm rustls-refuses"),
    ("cert/signed-by-rsa-sha384.pem", 0, ""),
    ("cert/signed-by-rsa-sha512.pem", 0, ""),
    ("cert/slash-and-equals-dn.pem", 0, ""),
    ("cert/string-types-dn.pem", 0, "name-string"),
    ("cert/unicode-dn.pem", 0, ""),
    ("cert/unknown-critical-extension.pem", 13, "unknown-critical-extension"),
    (
        "cert/utf8-vs-printable-issuer.pem",
        0,
        "signing-policy-other-ca issuer-spelling rustls-refuses",
    ),
    ("cert/v1.pem", 0, "version-before-3 rustls-refuses"),
    ("cert/validity-inverted.pem", 13, "never-valid"),
    ("cert/with-chain.pem", 0, ""),
    ("cert/with-intermediate.pem", 0, "signing-policy-missing issuer-unknown"),
    ("cert/with-root.pem", 0, ""),
    ("token/eight-minutes-left.pem", 0, "alien-too-short"),
    ("token/expired.pem", 11, "expired"),
    ("token/from-old-ca.pem", 13, "old-alien-ca issuer-unknown"),
    ("token/host.pem", 0, "host-token"),
    ("token/job.pem", 0, "job-token-outside-job"),
    ("token/jobagent-with-ou.pem", 0, "jobagent-token"),
    ("token/jobagent.pem", 0, "jobagent-token"),
    ("token/limited-by-user-certificate.pem", 0, ""),
    ("token/user-without-san.pem", 0, ""),
    ("token/user.pem", 0, ""),
];

#[test]
fn each_fixture_against_the_healthy_directory() {
    let scratch = Scratch::new();
    let mut wrong = Vec::new();
    for (file, code, ids) in FIXTURES {
        let command = if file.starts_with("token/") { "token-verify" } else { "cert-verify" };
        let ran = scratch.run(&[command, &fixture(file)]);
        if (ran.code, ran.ids.as_str()) != (*code, *ids) {
            wrong.push(format!("{file}: {} {}", ran.code, ran.ids));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// CA file, certificate, exit code, ids.
const CA_FILES: &[(&str, &str, i32, &str)] = &[
    ("ca/ca-p256.pem", "cert/signed-by-p256-sha1.pem", 13, "forbidden-algorithm"),
    ("ca/ca-p256.pem", "cert/signed-by-p256-sha224.pem", 0, "forbidden-algorithm rustls-refuses"),
    ("ca/ca-p256.pem", "cert/signed-by-p256-sha256.pem", 0, ""),
    ("ca/ca-p256.pem", "cert/signed-by-p256-sha384.pem", 0, ""),
    ("ca/ca-p256.pem", "cert/signed-by-p256-sha512.pem", 0, "rustls-refuses"),
    ("ca/ca-p521.pem", "cert/signed-by-p521-sha256.pem", 0, "rustls-refuses"),
    ("ca/ca-p521.pem", "cert/signed-by-p521-sha384.pem", 0, "rustls-refuses"),
    ("ca/ca-p521.pem", "cert/signed-by-p521-sha512.pem", 0, "rustls-refuses"),
    ("ca/ca-ed25519.pem", "cert/signed-by-ed25519.pem", 0, ""),
    ("ca/old-root.pem", "cert/issued-by-expired-ca.pem", 13, "ca-expired"),
    ("ca/root-rejects-clients.pem", "cert/with-chain.pem", 13, "trust-rejected"),
    ("ca/root-trusts-clients.pem", "cert/with-chain.pem", 0, "issuer-unknown"),
    ("ca/web-root.pem", "cert/with-chain.pem", 13, "issuer-unknown"),
    ("ca/certificates/Root.pem", "cert/with-chain.pem", 0, ""),
    ("ca/certificates/Root.pem", "cert/healthy.pem", 13, "issuer-unknown"),
    ("ca/alien-old.pem", "cert/healthy.pem", 13, "issuer-unknown"),
];

#[test]
fn a_file_of_cas() {
    let scratch = Scratch::new();
    let mut wrong = Vec::new();
    for (ca, file, code, ids) in CA_FILES {
        let (ca, path) = (fixture(ca), fixture(file));
        let by_option = scratch.run_with(&[], &["cert-verify", "--ca-file", &ca, &path]);
        let by_variable = scratch.run_with(&[("X509_CERT_FILE", &ca)], &["cert-verify", &path]);
        for ran in [by_option, by_variable] {
            if (ran.code, ran.ids.as_str()) != (*code, *ids) {
                wrong.push(format!("{ca} {file}: {} {}", ran.code, ran.ids));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Helpers in the file: more of one name, in either order, and those that lead nowhere.
#[test]
fn helpers_in_the_file() {
    let scratch = Scratch::new().without(&["bea41460.0", "1bd5a390.0", "Grid.pem"]);
    let grid = bytes("ca/certificates/Grid.pem");
    for (helper, alone) in [
        ("ca/grid-rekeyed.pem", 13),
        ("ca/grid-old.pem", 13),
        ("ca/grid-expired-twin.pem", 13),
        ("ca/grid-cross.pem", 13),
        ("ca/issuing3.pem", 13),
        ("ca/issuing4.pem", 13),
        ("ca/no-sign.pem", 13),
        ("ca/not-ca.pem", 13),
        ("ca/sub.pem", 13),
        ("ca/cross-root.pem", 13),
    ] {
        let file = scratch.path("chain.pem");
        let path = file.to_str().expect("plain");
        let leaf = bytes("cert/healthy.pem");
        fs::write(&file, [&leaf[..], &bytes(helper)].concat()).expect("written");
        let ran = scratch.run(&["cert-verify", path]);
        assert_eq!(ran.code, alone, "{helper} alone: {}", ran.text);
        for order in [[bytes(helper), grid.clone()], [grid.clone(), bytes(helper)]] {
            fs::write(&file, [leaf.clone(), order.concat()].concat()).expect("written");
            let ran = scratch.run(&["cert-verify", path]);
            assert_eq!(ran.code, 0, "{helper} and the Grid CA: {}", ran.text);
        }
    }
}

/// A file may hold so many other certificates that not every CA of its path is looked up. What was
/// not looked at may forbid the path.
#[test]
fn no_file_is_so_long_that_a_list_is_passed_over() {
    let root = pki::root();
    let upper = root.below("Certok Test Upper CA", "sub", None);
    let lower = upper.below("Certok Test Lower CA", "issuing3", None);
    let leaf = lower.user(&pki::alice(), &Key::load("user"));
    let list = Crl::new(&upper, NOW - 3600, NOW + 3600).revoke(&lower.cert.serial, NOW - 7200);
    let scratch = Scratch::new().with("upper.r0", crl_pem(&list.issue(&upper.key)).as_bytes());
    let hash = Certificate::parse(&upper.der).expect("a certificate").subject.new_hash();
    let scratch = scratch.linked(&format!("{hash}.r0"), "upper.r0");
    // One that is signed, and others that differ in their issuers alone.
    let junk = Key::load("p256");
    let stranger = |subject: &Name| {
        let issuer = pki::grid_name("Stranger 0000");
        let signed = Cert::new(subject, &junk, &issuer, junk.usual_sign()).issue(&junk);
        move |number: usize| {
            let mut der = signed.clone();
            let at = der.windows(9).position(|nine| nine == b"Stranger ");
            let at = at.expect("its issuer") + 9;
            der[at..at + 4].copy_from_slice(format!("{number:04}").as_bytes());
            cert_pem(&der)
        }
    };
    let (of_nobody, of_lower) = (stranger(&pki::grid_name("Nobody")), stranger(&lower.name));
    // By this one the root is found, although the upper CA is not asked for.
    let of_root = Cert::new(&lower.name, &junk, &root.name, junk.usual_sign()).issue(&junk);
    let of_root = cert_pem(&of_root);
    let file = scratch.path("chain.pem");
    let path = file.to_str().expect("plain");
    for (strangers, code, ids) in [
        (String::new(), 14, "revoked"),
        // The same name again and again is one name.
        (of_lower(0).repeat(1001), 14, "revoked"),
        // No path comes to them.
        ((0..1001).map(of_nobody).collect(), 14, "revoked"),
        (of_root + &(0..1001).map(of_lower).collect::<String>(), 5, "search-limit"),
    ] {
        // The upper CA's own name is asked for last.
        let blocks = [
            cert_pem(&leaf.issue(&lower.key)),
            cert_pem(&upper.der),
            strangers,
            cert_pem(&lower.der),
        ];
        fs::write(&file, blocks.concat()).expect("written");
        let ran = scratch.run(&["cert-verify", path]);
        assert_eq!(ran.code, code, "{}", ran.text);
        assert!(ran.ids.starts_with(ids), "{}: {}", ran.ids, ran.text);
    }
}

/// CAs that all certify each other, and no anchor: the search ends at its limit, and what it did not
/// come to may be a path. That is undecided, not untrusted.
#[test]
fn a_search_that_reached_its_limit_is_undecided() {
    let keys = ["grid", "sub", "issuing3", "issuing4", "no-sign", "not-ca"];
    let names = |count: usize| (0..count).map(|at| (format!("Mesh {at}"), keys[at % keys.len()]));
    let scratch = Scratch::new();
    let file = scratch.path("chain.pem");
    for (count, code, id) in [(3, 13, "issuer-unknown"), (24, 5, "search-limit")] {
        let root = pki::root();
        let members: Vec<_> =
            names(count).map(|(name, key)| root.below(&name, key, None)).collect();
        let mut text =
            cert_pem(&members[0].user(&pki::alice(), &Key::load("user")).issue(&members[0].key));
        for (at, (name, key)) in names(count).enumerate() {
            let others = members.iter().enumerate().filter(|(other, _)| *other != at);
            text.extend(others.map(|(_, issuer)| cert_pem(&issuer.below(&name, key, None).der)));
        }
        fs::write(&file, text).expect("written");
        let ran = scratch.run(&["cert-verify", file.to_str().expect("plain")]);
        assert_eq!(ran.code, code, "{count}: {}", ran.text);
        assert!(ran.ids.contains(id), "{count}: {}", ran.ids);
    }
}

/// `-v` and JSON show every way that was tried, and why it was left.
#[test]
fn ways_that_were_left_are_shown() {
    let scratch = Scratch::new().without(&["bea41460.0", "1bd5a390.0", "Grid.pem"]);
    let file = scratch.path("chain.pem");
    let path = file.to_str().expect("plain");
    let helpers = ["grid-old", "grid-cross", "cross-root", "grid-expired-twin"];
    let parts = helpers.map(|name| bytes(&format!("ca/{name}.pem")));
    fs::write(&file, [bytes("cert/healthy.pem"), parts.concat()].concat()).expect("written");
    let ran = scratch.run(&["cert-verify", "-v", path]);
    assert_eq!((ran.code, ran.ids.as_str()), (13, "ca-expired"), "{}", ran.text);
    for words in [
        "Certok Cross Root is not trusted",
        "Certok Test Grid CA in",
        "has another key than the one that signed",
    ] {
        assert!(ran.text.contains(words), "{words}: {}", ran.text);
    }
    assert_eq!(ran.text.matches("also tried, and left").count(), 2);
    let brief = scratch.run(&["cert-verify", path]);
    assert!(!brief.text.contains("also tried"), "{}", brief.text);
}

// --- broken directories

/// Exit code, ids, words; and, if a fix is promised, it works, and adds links to the CA directory
/// but changes nothing in it.
fn broken(name: &str, scratch: &Scratch, code: i32, ids: &str, words: &[&str], fixed: bool) {
    broken_for(name, scratch, ("cert-verify", "cert/healthy.pem"), code, ids, words, fixed);
}

fn broken_for(
    name: &str,
    scratch: &Scratch,
    (command, file): (&str, &str),
    code: i32,
    ids: &str,
    words: &[&str],
    fixed: bool,
) {
    let arguments = [command, &fixture(file)];
    let before = scratch.listing();
    let ran = scratch.run(&arguments);
    assert_eq!((ran.code, ran.ids.as_str()), (code, ids), "{name}: {}", ran.text);
    for word in words {
        assert!(ran.text.contains(word), "{name}: {word} is not in {}", ran.text);
    }
    assert_eq!(scratch.listing(), before, "{name}: looking changed it");
    assert_eq!(ran.fix.is_some(), fixed, "{name}: {:?}", ran.fix);
    let Some(fix) = ran.fix else { return };
    let done = Command::new("sh").args(["-c", &fix]).status().expect("a shell");
    assert!(done.success(), "{name}: {fix}");
    let again = scratch.run(&arguments);
    assert_eq!(again.code, 0, "{name}: {fix}: {}", again.text);
    let after = scratch.listing();
    for (file, content) in &before {
        assert_eq!(after.get(file), Some(content), "{name}: {fix} changed {file}");
    }
    for (file, content) in after.iter().filter(|(file, _)| !before.contains_key(*file)) {
        assert!(content.starts_with(b"-> "), "{name}: {fix} wrote {file}");
    }
}

#[test]
fn missing_links_are_named_and_mended() {
    let (new, old) = (format!("{}.0", GRID.0), format!("{}.0", GRID.1));
    let root_new = format!("{}.0", ROOT.0);
    broken(
        "no links",
        &Scratch::new().without_links(),
        13,
        "ca-no-hash-link ca-no-hash-link",
        &["Grid.pem", &new, "Root.pem", &root_new, "openssl rehash -compat"],
        true,
    );
    broken(
        "no link of the Grid CA",
        &Scratch::new().without(&[&new, &old]),
        13,
        "ca-no-hash-link",
        &["Grid.pem", &new],
        true,
    );
    broken(
        "old hash only",
        &Scratch::new().without(&[&new]),
        13,
        "ca-old-hash-only",
        &["old hash", &new],
        true,
    );
    broken("new hash only", &Scratch::new().without(&[&old]), 0, "", &["verifies"], false);
    broken(
        "index gap",
        &Scratch::new().without(&[&new, &old]).linked(&format!("{}.1", GRID.0), "Grid.pem"),
        13,
        "ca-index-gap",
        &["gap", &new],
        true,
    );
    broken(
        "wrong hash name",
        &Scratch::new()
            .without(&[&new, &old, "Grid.pem"])
            .with("deadbeef.0", &bytes("ca/certificates/Grid.pem")),
        13,
        "ca-wrong-hash-name",
        &["deadbeef.0", GRID.0],
        true,
    );
}

#[test]
fn spoilt_ca_files_are_named() {
    let new = format!("{}.0", GRID.0);
    let block = bytes("ca/certificates/Grid.pem");
    let spoilt: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("cut", block[..block.len() / 2].to_vec()),
        ("DER", bytes("file/der.pem")),
        ("a web page", bytes("file/html.pem")),
    ];
    for (name, content) in spoilt {
        let scratch = Scratch::new().with("Grid.pem", &content);
        broken(name, &scratch, 13, "ca-corrupt", &[&new, "Grid.pem"], false);
    }
    let scratch = Scratch::new().without(&["Grid.pem"]);
    broken("dangling", &scratch, 13, "ca-dangling-link", &[&new, "Grid.pem", "missing"], false);
    let scratch = Scratch::new().with("Grid.pem", &bytes("ca/grid-rekeyed.pem"));
    broken("another key", &scratch, 13, "ca-other-key", &["another key", &new], false);
    let scratch = Scratch::new().with("Grid.pem", &bytes("ca/grid-expired-twin.pem"));
    broken("expired", &scratch, 13, "ca-expired", &["expired on 2025-01-01"], false);
    let scratch = Scratch::new().with("Root.pem", &bytes("ca/root-rejects-clients.pem"));
    broken("rejected", &scratch, 13, "trust-rejected", &["TRUSTED CERTIFICATE"], false);
}

#[test]
fn a_directory_in_the_place_of_a_ca_file_is_named() {
    let scratch = Scratch::new().without(&["Grid.pem"]);
    fs::create_dir(scratch.ca.join("Grid.pem")).expect("made");
    let ran = scratch.run(&["cert-verify", &fixture("cert/healthy.pem")]);
    assert!(ran.ids.contains("ca-unreadable"), "{}", ran.text);
    let words = format!("CA file {}.0 of", GRID.0);
    for said in [&words, "cannot be read: it is a directory"] {
        assert!(ran.text.contains(said), "{said}: {}", ran.text);
    }
    assert!(!ran.text.contains("chmod"), "{}", ran.text);
}

#[test]
fn an_unreadable_ca_file_is_undecided() {
    if rustix::process::geteuid().is_root() {
        eprintln!("skipped: to root nothing is unreadable");
        return;
    }
    let scratch = Scratch::new();
    let mode =
        |bits| fs::set_permissions(scratch.ca.join("Grid.pem"), fs::Permissions::from_mode(bits));
    mode(0).expect("changed");
    let ran = scratch.run(&["cert-verify", &fixture("cert/healthy.pem")]);
    assert!(ran.ids.contains("ca-unreadable") && ran.code != 0, "{}", ran.text);
    mode(0o644).expect("changed");
}

#[test]
fn other_people_s_directories() {
    let scratch = Scratch::new();
    for entry in fs::read_dir(&scratch.ca).expect("listed") {
        fs::remove_file(entry.expect("an entry").path()).expect("removed");
    }
    broken("empty", &scratch, 5, "ca-dir-empty", &["no CA certificates"], false);
    let mut web = scratch;
    for at in 0..60 {
        web = web.with(&format!("Web_{at}.pem"), &bytes("ca/web-root.pem"));
    }
    let ids = "issuer-unknown ca-dir-web-pki";
    broken("web PKI", &web, 13, ids, &["of the web, not of the grid"], false);
    let plain = Scratch::new().without(&["AliEn2-CA.pem", "e73e4177.0", &format!("{ALIEN}.0")]);
    let ids = "issuer-unknown";
    let token = ("token-verify", "token/user.pem");
    let words = ["AliEn CA", "e73e4177.0", "/cvmfs/alice.cern.ch"];
    broken_for("AliEn CA missing", &plain, token, 13, ids, &words, false);
}

// --- where the CAs are looked for

#[test]
fn variables_and_options() {
    let scratch = Scratch::new();
    let healthy = fixture("cert/healthy.pem");
    let ca = scratch.ca.to_str().expect("plain").to_owned();
    let bundle = fixture("ca/certificates/Root.pem");
    let chain = fixture("cert/with-chain.pem");
    let raw = scratch.path("root.der");
    let root = pem::parse(bytes("ca/certificates/Root.pem")).expect("PEM");
    fs::write(&raw, root.contents()).expect("written");
    let raw = raw.to_str().expect("plain").to_owned();
    let gone = scratch.path("gone").to_str().expect("plain").to_owned();
    let key = fixture("key/rsa-pkcs1.pem");
    let text = scratch.path("text");
    fs::write(&text, "none\n").expect("written");
    let text = text.to_str().expect("plain").to_owned();
    let none = "holds no certificate: it is a private key";
    let (verify, dir, file) = ("cert-verify", "X509_CERT_DIR", "X509_CERT_FILE");
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], i32, &'a str, &'a str);
    let cases: &[Case<'_>] = &[
        (&[(dir, &ca)], &[verify, &healthy], 0, "", "verifies"),
        (&[(dir, &gone)], &[verify, &healthy], 5, "ca-dir-unusable", "does not exist"),
        (&[(dir, "")], &[verify, &healthy], 5, "ca-dir-unusable", "is set, but empty"),
        (&[(dir, &bundle)], &[verify, &chain], 5, "ca-dir-is-file", "must be a directory"),
        (&[(file, &bundle)], &[verify, &chain], 0, "", "verifies"),
        (&[(file, &gone)], &[verify, &chain], 5, "ca-dir-unusable", "does not exist"),
        (&[(file, &ca)], &[verify, &healthy], 5, "ca-file-is-directory", "must be a file"),
        (&[(file, &raw)], &[verify, &chain], 5, "ca-dir-unusable", "not PEM"),
        (&[(file, &key)], &[verify, &chain], 5, "ca-dir-empty", none),
        (&[(file, &key)], &["ca-info"], 5, "ca-dir-empty", none),
        (&[(file, &text)], &["ca-check"], 5, "ca-dir-empty", "it is text without PEM"),
        (&[], &[verify, "--ca-file", &text, &chain], 5, "ca-dir-empty", "it is text without PEM"),
        (&[(dir, &bundle)], &["ca-info"], 5, "ca-dir-is-file", "must be a directory"),
        (&[(dir, &key)], &["ca-check"], 5, "ca-dir-is-file", "name a directory of CA"),
        (&[], &["ca-info", "--ca-dir", &bundle], 5, "ca-dir-is-file", "named with --ca-file /"),
        (&[(dir, &ca), (file, &gone)], &[verify, &healthy], 0, "", "verifies"),
        (&[(dir, &gone)], &[verify, "--ca-dir", &ca, &healthy], 0, "", "verifies"),
        (&[(dir, &gone)], &[verify, "--ca-file", &bundle, &chain], 0, "", "verifies"),
        (&[], &[verify, "--ca-dir", &gone, &healthy], 5, "ca-dir-unusable", "--ca-dir"),
        (&[], &[verify, "--ca-dir", &bundle, &healthy], 5, "ca-dir-is-file", "--ca-dir"),
        (&[], &[verify, "--ca-file", &ca, &healthy], 5, "ca-file-is-directory", "--ca-dir /"),
    ];
    for (variables, arguments, code, ids, word) in cases {
        let ran = scratch.run_with(variables, arguments);
        let label = format!("{variables:?} {arguments:?}: {}", ran.text);
        assert!(ran.ids.starts_with(ids) && (ids.is_empty() == ran.ids.is_empty()), "{label}");
        assert_eq!(ran.code, *code, "{label}");
        assert!(ran.text.contains(word), "{label}");
    }
}

/// The printed exchange of variables, done in a shell, makes the same command succeed.
#[test]
fn mixed_up_variables_are_mended() {
    let scratch = Scratch::new();
    let ca = scratch.ca.to_str().expect("plain").to_owned();
    let bundle = fixture("ca/certificates/Root.pem");
    for (name, value) in [("X509_CERT_DIR", &bundle), ("X509_CERT_FILE", &ca)] {
        let chain = fixture("cert/with-chain.pem");
        let ran = scratch.run_with(&[(name, value)], &["cert-verify", &chain]);
        let fix = ran.fix.expect("a fix");
        let script = format!("{fix}; exec certok cert-verify --at {AT} \"$0\"");
        let done = Command::new("sh")
            .env_clear()
            .env("HOME", scratch.path("home"))
            .env("PATH", scratch.system.search_path())
            .envs([scratch.system.variable()])
            .env(name, value)
            .args(["-c", &script, &chain])
            .output()
            .expect("a shell");
        assert!(done.status.success(), "{fix}: {done:?}");
    }
}

/// `~/.globus/certificates` before anything the system has.
#[test]
fn the_home_s_directory_is_a_default() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("home/.globus")).expect("made");
    symlink(&scratch.ca, scratch.path("home/.globus/certificates")).expect("linked");
    let ran = scratch.run_with(&[], &["cert-verify", &fixture("cert/healthy.pem")]);
    assert_eq!((ran.code, ran.ids.as_str()), (0, ""), "{}", ran.text);
}

// --- options

#[test]
fn options_change_the_question() {
    let scratch = Scratch::new();
    let week = fixture("cert/expires-in-7-days.pem");
    let (healthy, server) = (fixture("cert/healthy.pem"), fixture("cert/server-only.pem"));
    let chain = fixture("cert/with-intermediate.pem");
    let below = fixture("cert/intermediate-missing.pem");
    let grid = fixture("ca/certificates/Grid.pem");
    let (gone, empty) = (fixture("cert/gone.pem"), fixture("file/empty.pem"));
    let (expired, later) = (fixture("cert/expired.pem"), fixture("cert/not-yet-valid.pem"));
    let cases: &[(&[&str], i32)] = &[
        (&["--for", "6d", &week], 0),
        (&["--for", "7d", &week], 0),
        (&["--for", "8d", &week], 10),
        (&["--for", "604801", &week], 10),
        (&["--purpose", "client", &server], 15),
        (&["--purpose", "server", &server], 0),
        (&["--purpose", "any", &server], 0),
        (&["--purpose", "server", &healthy], 15),
        (&["--max-depth", "1", &chain], 0),
        (&["--max-depth", "0", &chain], 13),
        (&["--ca-file", &grid, &healthy], 13),
        (&["--ca-file", &grid, "--partial-chain", &healthy], 0),
        (&["--crl", "off", &healthy], 0),
        (&["--crl", "require", &healthy], 5),
        (&["--policy", "off", &healthy], 0),
        (&["--policy", "require", &healthy], 0),
        (&["--policy", "both-require", &healthy], 0),
        (&["--policy", "require", "--ca-file", &grid, "--partial-chain", &healthy], 13),
        (&["--strict", &healthy], 0),
        (&["--strict", &week], 18),
        (&["--strict", &expired], 11),
        // Several operands: the worst of their codes.
        (&[&healthy, &server], 15),
        (&[&server, &expired, &healthy], 11),
        (&[&healthy, &below, &server], 13),
        (&[&healthy, &healthy], 0),
        (&[&later, &below], 12),
        (&[&empty, &healthy], 4),
        (&[&gone, &healthy], 3),
    ];
    for (arguments, code) in cases {
        let ran = scratch.run(&[&["cert-verify"], *arguments].concat());
        assert_eq!(ran.code, *code, "{arguments:?}: {}", ran.text);
    }
}

/// What is left out is said, unless it was switched off.
#[test]
fn what_was_not_checked_is_said() {
    let scratch = Scratch::new();
    let healthy = fixture("cert/healthy.pem");
    let plain = scratch.run(&["cert-verify", &healthy]).text;
    assert!(plain.contains("[crl-missing]"), "{plain}");
    let off = scratch.run(&["cert-verify", "--crl", "off", &healthy]).text;
    assert!(!off.contains("CRL"), "{off}");
}

/// A list that no lookup finds is named.
#[test]
fn a_list_of_another_name_is_named() {
    for (name, is_named) in
        [("Grid.r0", true), ("Grid.crl", true), ("1bd5a390.r0", true), ("Other.r0", false)]
    {
        let scratch = Scratch::new().with(name, b"");
        let ran = scratch.run(&["cert-verify", "--crl", "require", &fixture("cert/healthy.pem")]);
        assert_eq!(ran.code, 5, "{name}: {}", ran.text);
        assert_eq!(ran.text.contains(&format!("{name} is there")), is_named, "{}", ran.text);
    }
}

// --- signing_policy and namespaces

const POLICY: &str = "bea41460.signing_policy";
const SPACES: &str = "bea41460.namespaces";

/// What is done to the CA directory; exit code and ids by default, and with `--policy require`;
/// what the text must hold.
type PolicyCase =
    (fn(Scratch) -> Scratch, (i32, &'static str), (i32, &'static str), &'static [&'static str]);

const POLICIES: &[PolicyCase] = &[
    (|s| s, (0, ""), (0, ""), &[]),
    (
        |s| s.without(&[POLICY, "1bd5a390.signing_policy", "Grid.signing_policy"]),
        (0, "signing-policy-missing"),
        (13, "signing-policy-missing"),
        &["/DC=org/DC=certok/CN=Certok Test Grid CA", POLICY, "Globus"],
    ),
    // Slips of whoever edits by hand.
    (
        |s| s.edited("cond_subjects", "cond_subject"),
        (13, "signing-policy-denies"),
        (13, "signing-policy-denies"),
        &["cond_subject in line 4 is nothing that Globus knows; did you mean cond_subjects?"],
    ),
    (
        |s| s.edited("\"/DC=org/DC=certok/*\"", "“/DC=org/DC=certok/*”"),
        (13, "signing-policy-denies"),
        (13, "signing-policy-denies"),
        &["its typographic quote, “,", "let an administrator correct the line"],
    ),
    (
        |s| s.edited("# What", "\u{feff}# What"),
        (13, "signing-policy-syntax"),
        (13, "signing-policy-syntax"),
        &["line 1: the file starts with a byte order mark"],
    ),
    // There, but under its alias, or under the old hash alone.
    (
        |s| s.without(&[POLICY, "1bd5a390.signing_policy"]),
        (0, "signing-policy-misnamed"),
        (13, "signing-policy-misnamed"),
        &[
            "it is Grid.signing_policy, and must be named bea41460.signing_policy",
            "ln -s Grid.signing_policy",
        ],
    ),
    (
        |s| s.without(&[POLICY]),
        (0, "signing-policy-misnamed"),
        (13, "signing-policy-misnamed"),
        &["it is 1bd5a390.signing_policy (also there: Grid.signing_policy)"],
    ),
    (
        |s| {
            s.without(&[POLICY, "1bd5a390.signing_policy"])
                .linked("bea41460.0.signing_policy", "Grid.signing_policy")
        },
        (0, "signing-policy-misnamed"),
        (13, "signing-policy-misnamed"),
        &["it is bea41460.0.signing_policy (also there: Grid.signing_policy)"],
    ),
    // What forbids forbids under any name that somebody looks for.
    (
        |s| {
            s.without(&[POLICY]).with("Grid.signing_policy", &bytes("policy/denies.signing_policy"))
        },
        (13, "signing-policy-denies"),
        (13, "signing-policy-denies"),
        &["1bd5a390.signing_policy"],
    ),
    (
        |s| s.without(&["Grid.signing_policy"]),
        (5, "signing-policy-unreadable"),
        (5, "signing-policy-unreadable"),
        &["is a dangling link", "should be in Grid.signing_policy"],
    ),
    (
        |s| s.without(&["Grid.namespaces"]),
        (5, "namespaces-unreadable"),
        (5, "namespaces-unreadable"),
        &["is a dangling link", "should be in Grid.namespaces"],
    ),
    (|s| s.without(&[SPACES, "1bd5a390.namespaces"]), (0, ""), (0, ""), &[]),
    (
        |s| s.with(POLICY, &vec![b'#'; 5 << 20]),
        (5, "signing-policy-unreadable"),
        (5, "signing-policy-unreadable"),
        &["it is larger than 256 KiB, the limit of certok"],
    ),
    (
        |s| s.with(POLICY, &vec![b'#'; (256 << 10) + 1]),
        (5, "signing-policy-unreadable"),
        (5, "signing-policy-unreadable"),
        &["it is larger than 256 KiB, the limit of certok"],
    ),
    (
        |s| s.with("Grid.signing_policy", &bytes("policy/no-newline.signing_policy")),
        (0, "signing-policy-no-newline"),
        (13, "signing-policy-no-newline"),
        &["line 3 ends without a newline"],
    ),
    (
        |s| s.with("Grid.namespaces", &bytes("policy/denies.namespaces")),
        (13, "namespaces-denies"),
        (13, "namespaces-denies"),
        &[
            "/DC=org/DC=certok/OU=People/CN=Alice Adams is not permitted",
            "bea41460.namespaces (a link to Grid.namespaces)",
            "may sign only \"/DC=org/DC=certok/OU=Robots/.*\" (line 1)",
            "refused by: canl",
        ],
    ),
    (
        |s| s.with("Grid.namespaces", &bytes("policy/shell-wildcard.namespaces")),
        (13, "namespaces-denies"),
        (13, "namespaces-denies"),
        &["* alone is no wildcard here, .* is"],
    ),
    (
        |s| s.with("Grid.namespaces", &bytes("policy/uncertain-permit.namespaces")),
        (13, "namespaces-denies"),
        (13, "namespaces-denies"),
        &["which does not count: ( means different things to canl and VOMS"],
    ),
];

#[test]
fn policy_files_of_a_directory() {
    for (number, (change, by_default, required, texts)) in POLICIES.iter().enumerate() {
        let scratch = change(Scratch::new());
        let healthy = fixture("cert/healthy.pem");
        let plain = ["cert-verify", "--policy", "if-present", &healthy];
        let before = scratch.listing();
        let ran = scratch.run(&plain);
        assert_eq!((ran.code, ran.ids.as_str()), *by_default, "{number}: {}", ran.text);
        for text in *texts {
            assert!(ran.text.contains(text), "{number}: no '{text}' in {}", ran.text);
        }
        let ran = scratch.run(&["cert-verify", "--policy", "require", &healthy]);
        assert_eq!((ran.code, ran.ids.as_str()), *required, "{number}: {}", ran.text);
        let ran = scratch.run(&["cert-verify", "--policy", "off", &healthy]);
        assert_eq!((ran.code, ran.ids.as_str()), (0, ""), "{number}: {}", ran.text);
        assert!(before == scratch.listing(), "{number}: the directory has changed");
    }
}

/// One line links every file that lies there under a wrong name, and then all is well.
#[test]
fn misnamed_policies_are_linked_in_one_line() {
    let scratch = Scratch::new().without_links();
    for (hash, alias) in [(GRID.0, "Grid"), (ROOT.0, "Root")] {
        let pem = format!("{alias}.pem");
        symlink(pem, scratch.ca.join(format!("{hash}.0"))).expect("linked");
    }
    let healthy = fixture("cert/healthy.pem");
    let arguments = ["cert-verify", "--policy", "require", &healthy];
    let ran = scratch.run(&arguments);
    let twice = "signing-policy-misnamed signing-policy-misnamed";
    assert_eq!((ran.code, ran.ids.as_str()), (13, twice), "{}", ran.text);
    let fix = ran.fix.expect("a fix");
    let done = Command::new("sh").args(["-c", &fix]).status();
    assert!(done.expect("runs").success(), "{fix}");
    let again = scratch.run(&arguments);
    assert_eq!((again.code, again.ids.as_str()), (0, ""), "{}", again.text);
}

/// A namespaces file is known by the CA that it names, whatever it is called.
#[test]
fn misnamed_namespaces_are_linked() {
    let scratch = Scratch::new().without(&[SPACES, "1bd5a390.namespaces"]);
    let (from, to) = ("Grid.namespaces", "Inter.namespaces");
    fs::rename(scratch.ca.join(from), scratch.ca.join(to)).expect("renamed");
    let healthy = fixture("cert/healthy.pem");
    let arguments = ["cert-verify", "--policy", "namespaces-require", &healthy];
    let ran = scratch.run(&arguments);
    let misnamed = (13, "namespaces-misnamed");
    assert_eq!((ran.code, ran.ids.as_str()), misnamed, "{}", ran.text);
    let said = "it is Inter.namespaces, and must be named bea41460.namespaces";
    assert!(ran.text.contains(said), "{}", ran.text);
    let fix = ran.fix.expect("a fix");
    let done = Command::new("sh").args(["-c", &fix]).status();
    assert!(done.expect("runs").success(), "{fix}");
    let again = scratch.run(&arguments);
    assert_eq!((again.code, again.ids.as_str()), (0, ""), "{}", again.text);
}

/// An accepted path says which lines permit it.
#[test]
fn what_permits_is_told() {
    let scratch = Scratch::new();
    let healthy = fixture("cert/healthy.pem");
    let text = scratch.run(&["cert-verify", "-v", &healthy]).text;
    for line in [
        "bea41460.signing_policy:4 \"/DC=org/DC=certok/*\"",
        "bea41460.namespaces:3 \"/DC=org/DC=certok/.*\"",
        "4b4ca555.signing_policy:4 \"/DC=org/DC=certok/*\"",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    let off = scratch.run(&["cert-verify", "-v", "--policy", "off", &healthy]);
    assert!(!off.text.contains("permitted by"), "{}", off.text);
}
