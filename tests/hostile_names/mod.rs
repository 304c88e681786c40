//! What is printed for a shell does the same below a hostile name as below a plain one, in every
//! shell, and nothing else.

mod scene;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use scene::{Call, Effect, FindingTexts, SHELLS, Scene};

use crate::setup::As::{
    Anybody, {self},
};
use crate::setup::Place;
use crate::{PROVOCATIONS, forge_files};

/// The rules whose provocation has a fix, or one that names all that is wrong.
pub(crate) const FIXED: &[&str] = &[
    "credential-dir-writable",
    "key-too-costly",
    "proxy-elsewhere",
    "token-other-uid",
    "token-elsewhere",
    "pkcs12-only",
    "variable-empty",
    "variable-quoted",
    "variable-blank",
    "variable-url",
    "variable-tilde",
    "variable-relative",
    "variable-not-expanded",
    "file-misnamed",
    "variable-misnamed",
    "variable-assignment",
    "variable-escaped",
    "variable-list",
    "variable-trailing-slash",
    "variable-windows",
    "variable-null",
    "variable-path-gone",
    "variable-base64",
    "variable-json",
    "variable-inline-damaged",
    "is-directory",
    "pair-from-two-places",
    "variable-literal-newlines",
    "variable-newlines-lost",
    "variable-inline-quoted",
    "permission-denied",
    "file-is-der",
    "file-is-pkcs12",
    "file-is-pkcs7",
    "file-is-utf16",
    "file-is-stored",
    "pem-label",
    "pem-glued",
    "pem-one-line",
    "pem-dashes",
    "pem-layout",
    "pem-bare-cr",
    "ca-first",
    "old-first",
    "cert-key-swapped",
    "later-key-matches",
    "key-cipher",
    "key-readable",
    "key-not-owned",
    "cert-writable",
    "cert-not-owned",
    "user-cert-as-token",
    "proxy-inline",
    "proxy-not-first",
    "proxy-missing-eec",
    "signing-policy-misnamed",
    "namespaces-misnamed",
    "ca-dir-is-file",
    "ca-file-is-directory",
    "ca-no-hash-link",
    "ca-old-hash-only",
    "ca-index-gap",
    "ca-link-moved",
    "ca-wrong-hash-name",
    "destroy-inline",
    "destroy-remains",
    "token-leftovers",
    "token-place-unsafe",
    "new-token-not-in-use",
    "crl-misnamed",
    "ca-old-hash-incomplete",
    "ca-dir-writable",
    "ca-file-writable",
    "ca-not-readable",
    "ca-variable-broken",
    "idtoken-hangs-client",
    "idtoken-line-wrapped",
    "idtoken-request-text",
    "idtoken-elsewhere",
    "idtoken-directory-open",
    "idtoken-unsafe-mode",
    "idtoken-not-owned",
    "idtoken-unreadable",
    "bearer-json",
    "bearer-unsafe-mode",
    "signing-key-unsafe",
];

/// Further fixes of rules that have more than one.
const MORE: &[(&str, As, &str)] = &[
    ("proxy-not-first", Anybody, "cp $D/proxy/user-certificate-first.pem $PX; certok proxy-info"),
    (
        "proxy-missing-eec",
        Anybody,
        "cp $D/proxy/without-user-certificate.pem $PX; certok proxy-info",
    ),
    ("pkcs12-only", Anybody, "rm $UC $UK; cp $D/file/user-rc2.p12 $HOME/.globus; certok cert-info"),
    ("pem-quoted", Anybody, "cp $D/file/quoted.pem $UC; chmod 444 $UC; certok cert-info"),
    (
        "bearer-none",
        Anybody,
        "bearer healthy; mv $HOME/bt $HOME/bt_u$U-x; unset BEARER_TOKEN_FILE; \
         export XDG_RUNTIME_DIR=$HOME; certok bearer-info",
    ),
    ("proxy-readable", Anybody, "chmod 644 $PX; certok proxy-info"),
    ("ca-dir", Anybody, "rm $CA/*.0; certok ca-check $CA"),
    ("ca-dir-all", Anybody, "chmod a+w $CA/*.*; certok ca-check $CA"),
];

/// Names of a directory: alone, or at the start of a relative path too.
const DIRECTORIES: &[&[u8]] = &[
    b"'\"`touch PWNED`$(touch PWNED);touch PWNED;&|<>*?[x]{a,b}!#%s^~ \\",
    b"\n\r\t\x1b[31m\xe2\x80\xae\xc2\x85\xc2\x9b'||touch PWNED #\xff'\"$(touch PWNED)\n",
    b"x\x1b'||touch PWNED #.pem",
    b"x\xff'||touch PWNED #.pem",
    b"\xe2\x80\x8b",
    b"a b",
    b"\n",
    b"x\\';touch PWNED;'",
    b"-n",
    b"=ls",
    b"~root",
    b"!",
    b"(",
    b"-\xff'||touch PWNED #",
    b"x=1",
];

/// What a name begins with that means something at the start of a path.
const RELATIVE: &[u8] = b"-=~!(xf&";

/// Names of a file.
const FILES: &[&[u8]] = &[
    b"'",
    b"\"",
    b"\\",
    b"$(touch PWNED)",
    b"`touch PWNED`",
    b"a;touch PWNED",
    b"a&touch PWNED",
    b"a|touch PWNED",
    b"a\ntouch PWNED\nb",
    b"a\rb",
    b"\t",
    b"\x1b[31m",
    b"\xe2\x80\xae",
    b"\xc2\x85\xc2\x9b",
    b"\xff",
    b"-",
    b"-rf",
    b"--",
    b"=ls",
    b"~",
    b"~root",
    b"*",
    b"?",
    b"[x]",
    b"!",
    b"!!",
    b"#",
    b"%s",
    b"\n",
    b"end\n",
    b"end\\",
    b"a b",
    b"\xe2\x80\x8b",
    b"x\x1b'",
    b"x\xff'",
    b"'||touch PWNED #.pem",
    b"x\x1b'||touch PWNED #.pem",
    b"&1",
    b"(",
    b"file:x",
    b"x=1",
    b"eyJhbGciOiJIUzI1NiJ9.e30.AbC",
    b"-----BEGIN ",
    b" PRIVATE KEY-----",
    b"';touch PWNED;'",
    b"{a,b}",
    b"\\'",
];

#[test]
fn every_fix_below_hostile_directories() {
    let forged = tempfile::tempdir().unwrap();
    forge_files(forged.path());
    let fixed = PROVOCATIONS.iter().filter(|(id, ..)| FIXED.contains(id));
    let all: Vec<_> = fixed.chain(MORE).collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let row = next.fetch_add(1, Ordering::Relaxed);
                    let Some((id, who, script)) = all.get(row) else {
                        break;
                    };
                    if let Err(failed) = below_hostile_names(row, *who, script, forged.path()) {
                        failures.lock().unwrap().push(format!("{id}: {failed}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Runs what certok prints after `script` below some of the names, each row below others.
fn below_hostile_names(row: usize, who: As, script: &str, forged: &Path) -> Result<(), String> {
    let place = match Place::new(who, &[("F", forged)]) {
        Ok(place) => place,
        Err(reason) => {
            println!("skipped: {reason}: {script}");
            return Ok(());
        }
    };
    let (call, notes) = recorded(&place, who, script);
    let tree = notes.path().join("tree");
    let plain = Plain::new(&tree, &call);
    if plain.findings.iter().all(|(.., fix)| fix.is_none()) {
        return Err(format!("no fix after {script}: {:?}", plain.findings));
    }
    for turn in 0..NAMES_A_ROW {
        let at = row * NAMES_A_ROW + turn;
        let name = DIRECTORIES[at % DIRECTORIES.len()];
        // By another number, so that each name meets each shell.
        let shell = SHELLS[(at / DIRECTORIES.len() + at) % SHELLS.len()];
        plain.has_its_like(name, false, shell)?;
        if RELATIVE.contains(&name[0]) {
            plain.has_its_like(name, true, shell)?;
        }
    }
    Ok(())
}

/// Names that one set-up gets; the next one gets the next.
const NAMES_A_ROW: usize = 3;

/// What certok would be called with at the end of `script`, and what is there then.
fn recorded(place: &Place, who: As, script: &str) -> (Call, tempfile::TempDir) {
    let root = place.root.path();
    let notes = tempfile::tempdir().unwrap();
    std::fs::set_permissions(notes.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let note = notes.path().display();
    let record = format!(
        "certok() {{ env -0 > {note}/variables; printf %s \"$PWD\" > {note}/directory
            printf '%s\\0' --at 1780315200 --json \"$@\" > {note}/arguments; }}"
    );
    let (out, err, _) = place.run(&format!("{record}\n{script}"));
    let noted = |name: &str| {
        std::fs::read(notes.path().join(name))
            .unwrap_or_else(|e| panic!("{e}: {script}\n{out}{err}"))
    };
    let words = |name: &str| -> Vec<Vec<u8>> {
        let text = noted(name);
        let text = text.strip_suffix(b"\0").unwrap_or(&text);
        text.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
    };
    let variable = |line: Vec<u8>| {
        let at = line.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (line[..at].to_vec(), line[at + 1..].to_vec());
        let is_own = !matches!(&name[..], b"PWD" | b"OLDPWD" | b"SHLVL" | b"_");
        is_own.then_some((name, value))
    };
    let steps_down = who == As::User && rustix::process::geteuid().is_root();
    let call = Call {
        root: root.as_os_str().as_bytes().to_vec(),
        arguments: words("arguments"),
        variables: words("variables").into_iter().filter_map(variable).collect(),
        directory: noted("directory"),
        uid: steps_down.then_some(65534),
    };
    // Nothing stays where it was, so that nothing there is changed unseen.
    std::fs::rename(root, notes.path().join("tree")).unwrap();
    (call, notes)
}

/// What certok says of a tree under a plain name, and what its fixes do in a shell.
struct Plain<'a> {
    tree: &'a Path,
    call: &'a Call,
    findings: Vec<FindingTexts>,
    effects: Vec<Option<Effect>>,
}

impl<'a> Plain<'a> {
    fn new(tree: &'a Path, call: &'a Call) -> Self {
        let scene = Scene::new(tree, b"plain", call, false);
        let findings = scene.findings();
        let effect = |(.., fix): &FindingTexts| {
            // A fix for a fixture would change it.
            let fix = fix.as_ref().filter(|fix| !fix.contains(env!("CARGO_MANIFEST_DIR")))?;
            let once = scene.effect(SHELLS[1], fix);
            let twice = scene.effect(SHELLS[1], &format!("{fix}\n{fix}"));
            assert_eq!(once, twice, "a second time: {fix}");
            Some(once)
        };
        let effects = findings.iter().map(effect).collect();
        Self { tree, call, findings, effects }
    }

    /// Each fix for the tree under `name` changes what the one for the tree under the plain name does.
    fn has_its_like(&self, name: &[u8], is_relative: bool, shell: &[&str]) -> Result<(), String> {
        if !is_installed(shell[0]) || !is_installed("setsid") {
            println!("skipped: {} or setsid is not installed", shell[0]);
            return Ok(());
        }
        let scene = Scene::new(self.tree, name, self.call, is_relative);
        let found = scene.findings();
        let shown = name.escape_ascii();
        let row = format!("{shown} in {shell:?}: {:?} {found:?}", self.findings);
        let ids = |all: &[FindingTexts]| all.iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>();
        if ids(&self.findings) != ids(&found) {
            // A relative place has findings of its own; HTCondor's configuration is text.
            let is_text = std::str::from_utf8(name).is_ok();
            let has_fix = found.iter().any(|(.., fix)| fix.is_some());
            let is_meant = is_relative || (!is_text && !has_fix);
            return match is_meant {
                true => Ok(()),
                false => Err(format!("other findings below {row}")),
            };
        }
        let known = self.findings.iter().zip(&self.effects);
        for (((.., wanted), effect), (_, advice, fix)) in known.zip(&found) {
            let Some(fix) = fix else {
                if wanted.is_some() && !advice.contains("no line to paste") {
                    return Err(format!("no fix here, and no word of it: {row}"));
                }
                continue;
            };
            let is_shown = |c: char| !c.is_control() && !"\u{202e}\u{200b}\u{2028}".contains(c);
            if !fix.chars().all(is_shown) {
                return Err(format!("what a terminal does not show is in {fix:?}"));
            }
            let Some(effect) = effect else { continue };
            let done = scene.effect(shell, fix);
            if *effect != done {
                return Err(format!("{wanted:?}\ndoes {effect:?}\n{fix}\ndoes {done:?}\n{row}"));
            }
        }
        Ok(())
    }
}

/// A file of this fixture and mode, named as the last argument.
const NAMED: &[(&str, u32, &[&str])] = &[
    ("key/rsa-pkcs1.pem", 0o644, &["certkey-match", "{cert}"]),
    ("file/one-line.pem", 0o644, &["cert-info"]),
    ("file/der.pem", 0o444, &["cert-info"]),
    ("cert/ca-first.pem", 0o644, &["cert-info"]),
    ("proxy/user-certificate-first.pem", 0o600, &["proxy-info"]),
    ("idtoken/healthy.token", 0o644, &["idtoken-info"]),
    ("idtoken/wrapped.token", 0o600, &["idtoken-info"]),
    ("idtoken/request-text.token", 0o600, &["idtoken-info"]),
    ("bearer/json.token", 0o600, &["bearer-info"]),
    ("bearer/quoted.token", 0o600, &["bearer-info"]),
    ("bearer/healthy.token", 0o640, &["bearer-info"]),
];

#[test]
fn fixes_of_hostile_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut failures = Vec::new();
    for (row, (fixture, mode, words)) in NAMED.iter().enumerate() {
        let tree = folder.path().join(row.to_string());
        std::fs::copy(testdata().join(fixture), &tree).unwrap();
        std::fs::set_permissions(&tree, PermissionsExt::from_mode(*mode)).unwrap();
        let healthy = testdata().join("cert/healthy.pem");
        let words = words.iter().map(|word| word.replace("{cert}", healthy.to_str().unwrap()));
        let fixed = ["--at", "1780315200", "--json"].map(str::to_owned).into_iter();
        let last = ["--", "{file}"].map(str::to_owned);
        let call = Call {
            root: b"{file}".to_vec(),
            arguments: fixed.chain(words).chain(last).map(String::into_bytes).collect(),
            variables: vec![(b"HOME".to_vec(), b"/nonexistent".to_vec())],
            directory: b"/".to_vec(),
            uid: None,
        };
        let plain = Plain::new(&tree, &call);
        assert!(
            plain.findings.iter().any(|(.., fix)| fix.is_some()),
            "{fixture}: {:?}",
            plain.findings
        );
        for (at, name) in FILES.iter().enumerate() {
            if at % NAMED.len() != row && (at / NAMED.len() + row) % 5 != at % 5 {
                continue;
            }
            let is_relative = RELATIVE.contains(&name[0]) && *name != b"-";
            let shell = SHELLS[(at + row) % SHELLS.len()];
            let said = plain.has_its_like(name, is_relative, shell);
            failures.extend(said.err().map(|said| format!("{fixture}: {said}")));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn the_script_for_a_hostile_ca_directory() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("ca");
    std::fs::create_dir(&tree).unwrap();
    std::fs::set_permissions(&tree, PermissionsExt::from_mode(0o755)).unwrap();
    for name in FILES {
        let path = tree.join(OsStr::from_bytes(name));
        std::fs::copy(testdata().join("ca/certificates/Grid.pem"), &path).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o666)).unwrap();
    }
    let words = ["--at", "1780315200", "ca-check", "--fix-script", "--", "{ca}"];
    let call = Call {
        root: b"{ca}".to_vec(),
        arguments: words.map(|word| word.as_bytes().to_vec()).to_vec(),
        variables: Vec::new(),
        directory: b"/".to_vec(),
        uid: None,
    };
    let refused = FILES.iter().filter(|name| name.ends_with(b"\n") || name.starts_with(b"eyJ"));
    let mended = FILES.len() - refused.count();
    for directory in DIRECTORIES.iter().filter(|name| !name.ends_with(b"\n")) {
        for shell in SHELLS.iter().filter(|shell| is_installed(shell[0]) && is_installed("setsid"))
        {
            let is_relative = RELATIVE.contains(&directory[0]);
            let scene = Scene::new(&tree, directory, &call, is_relative);
            let script = String::from_utf8(scene.certok().stdout).unwrap();
            let row = format!("{shell:?} {}\n{script}", directory.escape_ascii());
            assert!(script.chars().all(|c| c == '\n' || !c.is_control()), "{row}");
            let effect = scene.effect(shell, &format!("({script}\n)"));
            let (links, modes): (Vec<_>, Vec<_>) =
                effect.tree.iter().partition(|(_, before, _)| before.is_none());
            assert_eq!(modes.len(), mended, "{row}\n{effect:?}");
            for (name, before, after) in modes {
                let right = before.as_ref().map(|text| text.replacen("100666", "100644", 1));
                assert_eq!(right, *after, "{name}: {row}");
            }
            for (name, _, after) in links {
                let hash = name.strip_prefix("ROOT/").and_then(|name| name.split('.').next());
                let is_hash = hash.is_some_and(|hash| hash.len() == 8);
                let is_link = after.as_ref().is_some_and(|text| text.starts_with("120777 "));
                assert!(is_hash && is_link, "{name}: {row}");
            }
            assert_eq!(effect.variables, [], "{row}");
        }
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn is_installed(program: &str) -> bool {
    ["/usr/bin", "/bin"].iter().any(|folder| Path::new(folder).join(program).exists())
}
