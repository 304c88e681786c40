//! `token-init`, and `token` with a CA: byte for byte what JAliEn makes; a pair or nothing in place.

mod forge;
mod run;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use certok::crypto::pair::fits;
use certok::parse::cert::Certificate;
use certok::parse::file::Contents;
use certok::parse::key::LockedKey;
use forge::extension::{
    Extension, {self as ext},
};
use forge::name::Name;
use forge::sign::{Hash, Sign};
use forge::{Cert, der, pki};
use run::{Home, NOW, is_installed, is_root};
use rustix::process::{Pid, Signal, kill_process};

const DAY: i64 = 24 * 3600;

/// The CA whose tokens those of `testdata/token` are.
const CA: &str =
    "--ca-cert {testdata}/ca/certificates/AliEn2-CA.pem --ca-key {testdata}/keys/alien2.pem";

/// Another one.
const OTHER: &str =
    "--ca-cert {testdata}/ca/certificates/Ecc.pem --ca-key {testdata}/keys/ca-p384.pem";

const USER: &[&str] = &[ext::CLIENT_AUTH, ext::SERVER_AUTH, ext::EMAIL_PROTECTION];

/// What is asked for.
struct Shape {
    options: &'static str,
    /// Slash form; what follows ` OU=` is one more unit, which may hold slashes.
    subject: &'static str,
    purposes: &'static [&'static str],
    hosts: &'static [&'static str],
    emails: &'static [&'static str],
    days: i64,
}

const LOCAL: &[&str] = &["localhost", "localhost.localdomain", "127.0.0.1", "::1"];

const SHAPES: &[Shape] = &[
    Shape {
        options: "--account alice",
        subject: "/C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice",
        purposes: USER,
        hosts: &[],
        emails: &[],
        days: 31,
    },
    Shape {
        options: "-t user --account alice -u aliprod -v 1 --email a@certok.test --email b@certok.test",
        subject: "/C=ch/O=AliEn2/CN=Users/CN=alice/OU=aliprod",
        purposes: USER,
        hosts: LOCAL,
        emails: &["a@certok.test", "b@certok.test"],
        days: 1,
    },
    Shape {
        options: "--account Zo\u{eb}",
        subject: "/C=ch/O=AliEn2/CN=Users/CN=Zo\u{eb}/OU=Zo\u{eb}",
        purposes: USER,
        hosts: &[],
        emails: &[],
        days: 31,
    },
    Shape {
        options: "-t job -u alice -jobid 2789000001",
        subject: "/C=ch/O=AliEn2/CN=Jobs/CN=alice/OU=alice OU=queueid=2789000001/resubmission=0",
        purposes: &[ext::CLIENT_AUTH, ext::SERVER_AUTH],
        hosts: LOCAL,
        emails: &[],
        days: 2,
    },
    Shape {
        options: "--jobid queueid=7/resubmission=3 --account alice",
        subject: "/C=ch/O=AliEn2/CN=Jobs/CN=alice/OU=alice OU=queueid=7/resubmission=3",
        purposes: &[ext::CLIENT_AUTH, ext::SERVER_AUTH],
        hosts: LOCAL,
        emails: &[],
        days: 2,
    },
    Shape {
        options: "-t jobagent",
        subject: "/C=ch/O=AliEn2/CN=JobAgent",
        purposes: &[ext::CLIENT_AUTH],
        hosts: &[],
        emails: &[],
        days: 2,
    },
    Shape {
        options: "-t jobagent -jobid ALICE::CERTOK::SITE",
        subject: "/C=ch/O=AliEn2/CN=JobAgent OU=ALICE::CERTOK::SITE",
        purposes: &[ext::CLIENT_AUTH],
        hosts: &[],
        emails: &[],
        days: 2,
    },
    Shape {
        options: "-hostname vobox.certok.test",
        subject: "/C=ch/O=AliEn2/OU=ALICE/CN=vobox.certok.test",
        purposes: &[ext::CLIENT_AUTH, ext::SERVER_AUTH],
        hosts: &["vobox.certok.test"],
        emails: &[],
        days: 365,
    },
];

impl Shape {
    /// The certificate that the forge makes of it, with the serial number and key of `minted`. PKCS#1
    /// signatures have no randomness, so all of it is the same or something is wrong.
    fn forged(&self, minted: &Certificate) -> Vec<u8> {
        let alien = pki::alien2();
        let mut parts = self.subject.split(" OU=");
        let mut subject = Name::slash(parts.next().unwrap());
        for unit in parts {
            subject = subject.with("OU", unit);
        }
        let (_, spki) = der::elements(minted.spki())[0];
        let (_, bits) = der::elements(spki)[1];
        let key_id = certok::crypto::digest::sha1(&bits[1..]);
        let mut usage = Extension::key_usage(&[
            ext::DIGITAL_SIGNATURE,
            ext::NON_REPUDIATION,
            ext::KEY_ENCIPHERMENT,
        ]);
        usage.critical = false;
        // Any key: it is replaced.
        let mut cert = Cert::new(&subject, &alien.key, &alien.name, Sign::Pkcs1(Hash::Sha256))
            .serial(&minted.serial)
            .valid_between(NOW - 2 * 3600, NOW + self.days * DAY)
            .with(Extension::authority_key_id(&alien.key.id()))
            .with(Extension::subject_key_id(&key_id))
            .with(Extension::extended_key_usage(self.purposes))
            .with(usage);
        cert.spki = minted.spki().to_vec();
        let hosts = self.hosts.iter().map(|host| ext::dns(host));
        let emails = self.emails.iter().map(|email| ext::email(email));
        let names: Vec<_> = hosts.chain(emails).collect();
        if !names.is_empty() {
            cert = cert.with(Extension::subject_alt_name(&names));
        }
        cert.issue(&alien.key)
    }
}

#[test]
fn each_type_is_as_jalien_makes_it() {
    let mut serials = BTreeSet::new();
    for shape in SHAPES {
        let home = Home::new("");
        let row = format!("token-init {} {CA} --at {NOW}", shape.options);
        let run = home.run(&row);
        assert_eq!(run.code, 0, "{row}: {}{}", run.out, run.err);
        run.expect_no_secret(&row);
        let (cert, key) = (home.place("tokencert"), home.place("tokenkey"));
        let minted = certificate(&cert).unwrap();
        assert_eq!(minted.der(), shape.forged(&minted), "{row}");
        assert!((15..=17).contains(&minted.serial.len()), "{row}: 128 bits");
        assert!(serials.insert(minted.serial.clone()), "{row}");
        assert_eq!(minted.key.as_ref().unwrap().describe(), "RSA-2048");
        // As Bouncy Castle writes PEM.
        for (path, label) in [(&cert, "CERTIFICATE"), (&key, "RSA PRIVATE KEY")] {
            let text = fs::read_to_string(path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let (last, inner) = lines[1..].split_last().unwrap();
            assert_eq!(lines[0], format!("-----BEGIN {label}-----"), "{row}");
            assert_eq!(*last, format!("-----END {label}-----"), "{row}");
            let (_, full) = inner.split_last().unwrap();
            assert!(full.iter().all(|line| line.len() == 64), "{row}");
            assert!(text.ends_with("-----\n"), "{row}");
        }
        for command in ["tokenkey-match", "token-verify --ca-dir {testdata}/ca/certificates"] {
            let run = home.run(&format!("{command} --at {NOW}"));
            assert_eq!(run.code, 0, "{row}: {command}: {}", run.out);
        }
        // What token-info says of it is what was said when it was made.
        let said = home.run(&row.replace("token-init", "token-init -q"));
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
        let made = run.out.split_once("\n\n").unwrap().1;
        let facts = made.split_once("  serial").unwrap().0;
        assert!(facts.contains("JAliEn"), "{facts}");
        let info = home.run(&format!("token-info --at {NOW}"));
        assert!(info.out.contains(facts), "{row}\n{}\n{made}", info.out);
    }
}

/// Options, the days that the token lasts, and what is said of it.
const LIFETIMES: &[(&str, i64, &[&str])] = &[
    ("-v 31", 31, &[]), // the most of a user
    ("-v 32", 31, &["lifetime-cut"]),
    ("-v 9223372036854775807", 31, &["lifetime-cut"]),
    ("-v 1", 1, &[]),
    ("-v 0", 2, &["lifetime-cut"]),
    ("-v -3", 2, &["lifetime-cut"]),
    ("-v 31 --strict", 31, &[]),
    ("-v 2 -jobid 7", 2, &["job-token-outside-job"]), // the most of a job
    ("-v 3 -jobid 7", 2, &["lifetime-cut", "job-token-outside-job"]),
    ("-hostname a.b -v 365", 365, &["host-token"]), // the most of a host
    ("-hostname a.b -v 366", 365, &["lifetime-cut", "host-token"]),
];

#[test]
fn days_are_cut_and_that_is_said() {
    for (options, days, ids) in LIFETIMES {
        let home = Home::new("$LOGNAME=alice");
        let row = format!("token-init {options} {CA} --at {NOW} --json");
        let run = home.run(&row);
        assert_eq!(run.code, 0, "{row}: {}{}", run.out, run.err);
        let said: BTreeSet<String> = run.ids().into_iter().collect();
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(said, ids, "{row}");
        let minted = certificate(&home.place("tokencert")).unwrap();
        assert_eq!(minted.validity.not_after.0, NOW + days * DAY, "{row}");
        assert_eq!(minted.validity.not_before.0, NOW - 2 * 3600, "{row}");
    }
    // With --strict it is not silent.
    let home = Home::new("");
    let run = home.run(&format!("token-init --account a -v 32 {CA} --at {NOW} --strict"));
    assert_eq!(run.code, 18);
}

#[test]
fn no_token_outlives_its_ca() {
    let end = 2_212_676_498; // 2040-02-12T16:21:38Z
    for (now, left, ids) in [
        (end - 31 * DAY, 31 * DAY, &[][..]), // it ends in the same second
        (end - 31 * DAY + 1, 31 * DAY - 1, &["lifetime-limited-by-ca"]),
        (end - 7200, 7200, &["lifetime-limited-by-ca"]),
    ] {
        let home = Home::new("");
        let run = home.run(&format!("token-init --account alice {CA} --at {now} --json"));
        let row = format!("{}: {}", end - now, run.out);
        let said = run.ids();
        assert_eq!(
            (run.code, said.as_slice()),
            (0, &ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()[..]),
            "{row}"
        );
        let minted = certificate(&home.place("tokencert")).unwrap();
        assert_eq!(minted.validity.not_after.0, now + left, "{row}");
    }
    let home = Home::new("");
    let run = home.run(&format!("token-init --account alice {CA} --at {} --json", end + 1));
    assert_eq!((run.code, run.ids()), (13, vec!["ca-expired".to_owned()]));
    assert!(names(&home.path("tmp")).is_empty());
}

/// CA files, exit code, first finding. Nothing is written unless the code is 0.
const CAS: &[(&str, i32, &str)] = &[
    ("certificates/AliEn2-CA alien2", 0, ""),
    ("certificates/Grid grid", 0, ""), // not a root
    ("certificates/Ecc ca-p384", 0, ""),
    ("ca-p256 ca-p256", 0, ""),
    ("ca-p521 ca-p521", 0, ""),
    ("ca-ed25519 ca-ed25519", 0, ""),
    ("alien-old alien-old", 0, "old-alien-ca"), // 1024 bits
    ("old-root old-root", 13, "ca-expired"),
    ("no-sign no-sign", 13, "no-cert-sign"),
    ("not-ca not-ca", 13, "not-a-ca"),
    ("certificates/AliEn2-CA grid", 15, "key-mismatch"),
    ("certificates/Ecc ca-p256", 15, "key-mismatch"),
    ("nothing grid", 3, "ca-file-unreadable"),
    ("certificates/Grid nothing", 3, "ca-file-unreadable"),
    ("../file/bad-base64 grid", 4, "pem-bad-base64"),
    ("../file/empty grid", 4, "file-empty"),
    ("certificates/Grid ../file/empty", 4, "file-empty"),
    ("certificates/Grid ../key/encrypted-pbes2", 5, "key-encrypted"),
];

#[test]
fn only_a_ca_with_its_key_signs() {
    for (files, exit, id) in CAS {
        let home = Home::new("");
        let (cert, key) = files.split_once(' ').unwrap();
        let row = format!(
            "token-init --account alice --ca-cert {{testdata}}/ca/{cert}.pem --ca-key \
             {{testdata}}/keys/{key}.pem --no-input --at {NOW} --json"
        );
        let run = home.run(&row);
        let row = format!("{row}\n{}{}", run.out, run.err);
        assert_eq!(run.code, *exit, "{row}");
        assert_eq!(run.ids().first().map_or("", String::as_str), *id, "{row}");
        run.expect_no_secret(&row);
        let written = names(&home.path("tmp"));
        assert_eq!(written.len(), if *exit == 0 { 2 } else { 0 }, "{row}");
        if *exit == 0 {
            let verify = format!(
                "token-verify --partial-chain --ca-file {{testdata}}/ca/{cert}.pem --at {NOW}"
            );
            let run = home.run(&verify);
            // Tokens of the first AliEn CA are refused for what they are.
            let wanted = if cert == "alien-old" { 13 } else { 0 };
            assert_eq!(run.code, wanted, "{row}\n{}", run.out);
        }
    }
}

#[test]
fn an_encrypted_ca_key_is_opened() {
    if !is_installed("openssl") {
        println!("skipped: openssl is not installed");
        return;
    }
    let home = Home::new("");
    home.write("secret", b"correct horse\n", 0o600);
    home.write("wrong", b"battery staple\n", 0o600);
    let encrypt =
        "openssl pkey -aes256 -passout file:secret -in {testdata}/keys/alien2.pem -out ca-key.pem";
    assert_eq!(home.shell("sh", encrypt, b"").unwrap().code, 0);
    for (secret, exit) in [("secret", 0), ("wrong", 5), ("nothing", 5)] {
        let row = format!(
            "token-init --account alice {CA} --ca-key ca-key.pem --passphrase-file {secret} --at {NOW}"
        );
        let run = home.run(&row);
        assert_eq!(run.code, exit, "{secret}: {}{}", run.out, run.err);
        for text in [&run.out, &run.err] {
            assert!(!text.contains("horse") && !text.contains("staple"), "{text}");
        }
    }
}

/// Options that do not go together; what the message has.
const USAGE: &[(&str, &str)] = &[
    ("", "--account NAME"),
    ("--account=", "--account is empty"),
    // In one line it would read as another's name.
    ("--account x/CN=Users/CN=root", "has a slash in it"),
    ("--account a -u b/OU=admin", "has a slash in it"),
    ("--account a -jobid 7 -t user", "-jobid is for job and jobagent"),
    ("--account a -hostname a.b -t job", "-hostname is for host"),
    ("-hostname a.b -u bob", "-u is for user and job"),
    ("-t jobagent --account bob", "--account is for user and job"),
    ("-t job -u alice", "-jobid ID"),
    ("-t host", "-hostname FQDN"),
    ("-hostname vobox", "full name"),
    ("-hostname a..b", "full name"),
    ("--account a --email nobody", "no mail address"),
    ("--account a -v soon", "soon"),
    ("--account a -t proxy", "proxy"),
    ("--account a --ca-key=", "--ca-key"),
];

#[test]
fn options_that_do_not_go_together() {
    let long = "x".repeat(65);
    let too_long = (format!("--account {long}"), "64 at most");
    let rows = USAGE.iter().map(|(options, word)| ((*options).to_owned(), *word));
    for (options, word) in rows.chain([too_long]) {
        for command in ["token-init", "token"] {
            let home = Home::new("");
            let run = home.run(&format!("{command} {CA} {options}"));
            let row = format!("{command} {options}: {}{}", run.out, run.err);
            assert_eq!(run.code, 2, "{row}");
            assert!(format!("{}{}", run.out, run.err).contains(word), "{row}");
            assert!(names(&home.path("tmp")).is_empty(), "{row}");
        }
    }
    for half in ["--ca-cert x", "--ca-key x"] {
        let run = Home::new("").run(&format!("token-init --account a {half}"));
        assert_eq!(run.code, 2, "{half}");
    }
    let longest = "x".repeat(64);
    let run = Home::new("").run(&format!("token-init --account {longest} {CA} -q --at {NOW}"));
    assert_eq!(run.code, 0);
}

#[test]
fn without_a_ca_it_says_where_tokens_come_from() {
    let home = Home::new("");
    let run = home.run("token-init -u aliprod -v 3 -t user");
    assert_eq!(run.code, 6);
    assert!(run.out.contains("[no-local-ca]"), "{}", run.out);
    let line = "alien.py token-init -u aliprod -v 3 -t user;";
    assert!(run.out.contains(line), "{}", run.out);
}

/// What is in place, options besides, exit code, whether the pair is replaced.
const THERE: &[(&str, &str, i32, bool)] = &[
    ("", CA, 0, true),
    ("token", CA, 0, true), // of this CA
    ("token", OTHER, 6, false),
    ("token", "FORCE", 0, true),
    ("tokencert=token/expired.pem", OTHER, 0, true), // another's, but expired
    ("tokencert=cert/healthy.pem", OTHER, 6, false),
    ("tokencert=cert/expired.pem", OTHER, 6, false), // no token
    ("tokencert=file/empty.pem", OTHER, 0, true),
    ("tokencert=file/bad-base64.pem", OTHER, 6, false),
    ("tokenkey=token/user-key.pem", OTHER, 0, true), // of no certificate
];

#[test]
fn what_is_not_its_own_it_does_not_replace() {
    for (setup, ca, exit, replaced) in THERE {
        let home = Home::new(setup);
        let before = home.tree();
        let ca = if *ca == "FORCE" { format!("{OTHER} --force") } else { (*ca).to_owned() };
        let run = home.run(&format!("token-init --account alice {ca} --at {NOW} --json"));
        let row = format!("{setup}: {ca}\n{}", run.out);
        assert_eq!(run.code, *exit, "{row}");
        if *replaced {
            assert_eq!(names(&home.path("tmp")).len(), 2, "{row}");
            assert_eq!(home.run(&format!("tokenkey-match -q --at {NOW}")).code, 0, "{row}");
        } else {
            assert_eq!(run.ids(), ["token-of-other-issuer"], "{row}");
            assert_eq!(home.tree(), before, "{row}");
        }
    }
}

#[test]
fn a_token_of_a_ca_of_the_same_name_is_another() {
    let home = Home::new("token");
    let twin = pki::alien2().with_cert(&forge::key::Key::load("root"), |mut cert| {
        cert.spki = forge::key::Key::load("root").spki();
        cert.without("2.5.29.14").without("2.5.29.35")
    });
    home.write("ca.pem", forge::cert_pem(&twin.der).as_bytes(), 0o644);
    let ca = "--ca-cert ca.pem --ca-key {testdata}/keys/root.pem";
    let run = home.run(&format!("token-init --account alice {ca} --at {NOW} --json"));
    assert_eq!((run.code, run.ids()), (6, vec!["token-of-other-issuer".to_owned()]));
}

#[test]
fn modes_are_the_same_whatever_the_umask() {
    for umask in ["000", "022", "077", "777"] {
        let home = Home::new("");
        let line = format!("umask {umask}; certok token-init -q --account alice {CA} --at {NOW}");
        let Some(run) = home.shell("sh", &line, b"") else {
            return;
        };
        assert_eq!(run.code, 0, "{umask}: {}{}", run.out, run.err);
        for place in ["tokencert", "tokenkey"] {
            let path = home.place(place).display().to_string();
            assert_eq!(home.tree()[&path].0, 0o400, "{umask}: {place}");
        }
    }
}

/// What is done to the place before, exit code, first finding.
const PLACES: &[(&str, i32, &str)] = &[
    ("chmod 1777 tmp", 0, ""),
    ("chmod 777 tmp", 16, "token-place-unsafe"),
    ("chmod 1770 tmp", 0, ""),
    ("chmod 770 tmp", 0, "token-place-unsafe"), // a warning
    ("rmdir tmp", 6, "token-place-unusable"),
    ("rmdir tmp; : > tmp", 6, "token-place-unusable"),
    ("ln -s ../victim $C", 6, "token-place-taken"),
    ("ln -s ../nothing $C", 6, "token-place-taken"),
    ("ln -s ../victim $K", 6, "token-place-taken"),
    ("mkdir $K", 6, "token-place-taken"),
    ("mkfifo $K", 6, "token-place-taken"),
    ("ln -s ../victim tmp/.$c.new", 6, "token-place-taken"),
    ("ln -s ../victim tmp/.token_{uid}.lock", 6, "token-place-taken"),
    // Left by a killed run.
    (": > tmp/.$c.new; : > tmp/.$k.new; : > tmp/.$c.old; : > tmp/.token_{uid}.lock", 0, ""),
    ("mv tmp real; ln -s real tmp", 0, ""), // a directory may be linked to
];

#[test]
fn the_place_is_looked_at_first() {
    for (before, exit, id) in PLACES {
        let home = Home::new("");
        home.write("victim", b"untouched", 0o644);
        let script = format!(
            "c=tokencert_{{uid}}.pem; k=tokenkey_{{uid}}.pem; C=tmp/$c; K=tmp/$k\n{before}\n\
             certok token-init --account alice {CA} --at {NOW} --json"
        );
        let Some(run) = home.shell("sh", &script, b"") else {
            return;
        };
        let row = format!("{before}\n{}{}", run.out, run.err);
        assert_eq!(run.code, *exit, "{row}");
        assert_eq!(run.ids().first().map_or("", String::as_str), *id, "{row}");
        assert_eq!(fs::read(home.path("victim")).unwrap(), b"untouched", "{row}");
        let left = names(&home.path("tmp"));
        if *exit == 0 {
            assert_eq!(left, pair(home.uid), "{row}");
        } else {
            let ours = |name: &&String| name.ends_with(".lock") && !before.contains("lock");
            assert_eq!(left.iter().find(ours), None, "{row}");
        }
    }
}

/// Whose a directory is may replace what is in it; that nobody is known to be may be root.
#[test]
fn a_directory_of_another_user_is_said() {
    if !is_root() {
        println!("skipped: only root can be elsewhere");
        return;
    }
    for (owner, id) in [(0, ""), (12_345, "token-place-unsafe"), (65_534, "")] {
        let home = Home::new("");
        std::os::unix::fs::chown(home.path("tmp"), Some(owner), None).unwrap();
        let line = format!("token-init --account alice {CA} --at {NOW} --json");
        let run = home.run(&line);
        assert_eq!(run.code, 0, "{owner}: {}", run.out);
        assert_eq!(run.ids().first().map_or("", String::as_str), id, "{owner}");
    }
}

#[test]
fn where_nothing_can_be_written_nothing_is() {
    let mut home = Home::new("token");
    if !home.steps_down() {
        return;
    }
    home.chmod("tmp", 0o500);
    let before = home.tree();
    let run = home.run(&format!("token-init --account alice {CA} --at {NOW} --json"));
    assert_eq!((run.code, run.ids()), (6, vec!["token-not-written".to_owned()]), "{}", run.err);
    assert_eq!(home.tree(), before);
    home.chmod("tmp", 0o700);
    // The disk is full: what was there is there still.
    let script = format!(
        "trap '' XFSZ; ulimit -f 0; certok token-init --account alice {CA} --at {NOW} --json"
    );
    let Some(run) = home.shell("sh", &script, b"") else {
        return;
    };
    assert_eq!((run.code, run.ids()), (6, vec!["token-not-written".to_owned()]), "{}", run.err);
    home.chmod("tmp", 0o500);
    assert_eq!(home.tree(), before);
    home.chmod("tmp", 0o700);
}

#[test]
fn elsewhere_and_the_variables() {
    let mut home = Home::new("");
    fs::create_dir(home.path("else where")).unwrap();
    let line =
        format!("certok token-init --account alice {CA} --at {NOW} --out-dir 'else where' --json");
    let Some(run) = home.shell("sh", &line, b"") else {
        return;
    };
    assert_eq!((run.code, run.ids()), (0, vec!["new-token-not-in-use".to_owned()]), "{}", run.err);
    assert!(names(&home.path("tmp")).is_empty());
    let fix = run.json()["findings"][0]["fix"].as_str().unwrap().to_owned();
    let script = format!("{fix}; certok tokenkey-match -q --at {NOW}");
    assert_eq!(home.shell("bash", &script, b"").map_or(0, |run| run.code), 0, "{fix}");
    home.set("JALIEN_TOKEN_CERT", "{testdata}/token/user.pem");
    let run = home.run(&format!("token-init --account alice {CA} --at {NOW} --json"));
    assert_eq!((run.code, run.ids()), (0, vec!["new-token-not-in-use".to_owned()]));
    assert_eq!(run.json()["findings"][0]["severity"], "warn");
}

/// Twenty at once: who looks never sees halves of two pairs, and one whole pair is left.
#[test]
fn many_at_once() {
    let home = Home::new("token");
    let done = AtomicBool::new(false);
    let looks = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(&home, &done));
        let mut children: Vec<Child> = (0..20).map(|_| start(&home)).collect();
        for child in &mut children {
            assert!(child.wait().unwrap().success());
        }
        done.store(true, Ordering::SeqCst);
        watch.join().unwrap()
    });
    assert!(looks > 100, "only {looks} looks");
    assert_eq!(names(&home.path("tmp")), pair(home.uid));
    assert_eq!(home.run(&format!("tokenkey-match -q --at {NOW}")).code, 0);
}

/// How often a pair was seen; that each was one is asserted.
fn watch(home: &Home, done: &AtomicBool) -> usize {
    let (cert, key) = (home.place("tokencert"), home.place("tokenkey"));
    let (mut looks, mut last) = (0, Vec::new());
    while !done.load(Ordering::SeqCst) {
        let read = || fs::read(&cert).ok();
        let (Some(before), Ok(private), Some(after)) = (read(), fs::read(&key), read()) else {
            continue;
        };
        // Otherwise it was replaced while we looked, and whoever finds that looks again.
        if before == after {
            looks += 1;
            if before != last {
                assert!(belong(&before, &private), "halves of two pairs");
                last = before;
            }
        }
    }
    looks
}

/// Killed at the worst moments: no half of another pair beside a certificate, nothing that others may
/// read, and the next run cleans up.
#[test]
fn killed_half_way() {
    let home = Home::new("token");
    let folder = home.path("tmp");
    let moments = [
        "token_{uid}.lock",
        "tokenkey_{uid}.pem.new",
        "tokencert_{uid}.pem.new",
        "tokencert_{uid}.pem.old",
    ];
    let mut left_over = 0;
    for round in 0..16 {
        let moment = folder.join(home.fill(&format!(".{}", moments[round % moments.len()])));
        let mut child = start(&home);
        let seen = wait_for(&moment, &mut child);
        let _ = child.kill();
        child.wait().unwrap();
        let (cert, key) = (home.place("tokencert"), home.place("tokenkey"));
        if let (Ok(cert), Ok(key)) = (fs::read(cert), fs::read(key)) {
            assert!(belong(&cert, &key), "{}: halves of two pairs", moment.display());
        }
        for (path, (mode, _)) in home.tree() {
            let name = path.rsplit('/').next().unwrap();
            let ours = name.starts_with(".token") || name.starts_with("token");
            assert!(!ours || mode & 0o077 == 0, "{path}: {mode:o}");
        }
        left_over += usize::from(seen && names(&folder) != pair(home.uid));
        if round % 4 == 3 {
            let run = home.run(&format!("token-init -q --account alice {CA} --at {NOW}"));
            assert_eq!((run.code, names(&folder)), (0, pair(home.uid)));
            assert_eq!(home.run(&format!("tokenkey-match -q --at {NOW}")).code, 0);
        }
    }
    assert!(left_over > 0, "no process was killed half way");
}

/// A signal that comes while the pair is put in place waits until it is.
#[test]
fn a_signal_leaves_nothing_half_done() {
    let home = Home::new("token");
    let moment = home.path("tmp").join(home.fill(".tokenkey_{uid}.pem.new"));
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut child = start(&home);
        wait_for(&moment, &mut child);
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        let _ = kill_process(pid, signal);
        child.wait().unwrap();
        assert_eq!(names(&home.path("tmp")), pair(home.uid), "{signal:?}");
        let run = home.run(&format!("tokenkey-match -q --at {NOW}"));
        assert_eq!(run.code, 0, "{signal:?}");
    }
}

#[test]
fn a_fresh_token_is_printed_and_nothing_written() {
    for (setup, options) in [("", "--account alice"), ("token", "-u bob --account alice -v 1")] {
        let home = Home::new(setup);
        let before = home.tree();
        let run = home.run(&format!("token {options} {CA} --at {NOW}"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        let contents = Contents::read(run.out.as_bytes());
        assert_eq!((contents.certificates.len(), contents.keys.len()), (1, 1));
        assert!(belong(run.out.as_bytes(), run.out.as_bytes()));
        let json = home.run(&format!("-json token {options} {CA} --at {NOW}")).json();
        let results = &json["results"];
        let [cert, key] = ["tokencert", "tokenkey"].map(|k| results[0][k].as_str().unwrap());
        assert!(cert.starts_with("-----BEGIN CERTIFICATE-----\n"));
        assert!(key.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
        assert!(belong(cert.as_bytes(), key.as_bytes()));
        assert_eq!(home.tree(), before);
    }
    let home = Home::new("");
    let script = format!(
        "eval $(certok token --export --account alice {CA} --at {NOW}); certok tokenkey-match -q --at {NOW}"
    );
    assert_eq!(home.shell("dash", &script, b"").map_or(0, |run| run.code), 0);
    // What is cut is said where it does not get into the token.
    let run = home.run(&format!("token --account alice -v 99 {CA} --at {NOW}"));
    assert!(run.out.starts_with("-----BEGIN"), "{}", run.out);
    assert!(run.err.starts_with("certok: hint: 99 days"), "{}", run.err);
    let run = home.run(&format!("token --account alice {CA} --ca-key {{testdata}}/keys/grid.pem"));
    assert_eq!((run.code, run.out.as_str()), (15, ""), "{}", run.err);
    assert!(run.err.contains("[key-mismatch]"), "{}", run.err);
}

/// The token in place, the role, exit code, what is said.
const ROLES: &[(&str, &str, i32, &[&str])] = &[
    ("token", "alice", 0, &["ok: the current token has the role alice"]),
    (
        "token",
        "aliprod",
        15,
        &["[other-token]", "role alice, not aliprod", "alien.py token-init -u aliprod"],
    ),
    ("token", "Alice", 15, &["[other-token]"]),
    ("tokencert=token/job.pem tokenkey=token/job-key.pem", "alice", 15, &["is a job token"]),
    ("tokencert=token/jobagent.pem", "alice", 15, &["is a jobagent token"]),
    ("tokencert=token/host.pem", "alice", 15, &["is a host token"]),
    ("tokencert=token/expired.pem", "alice", 11, &["alien.py token-init -u alice"]),
    ("", "aliprod", 3, &["[token-missing]", "alien.py token-init -u aliprod", "/OU=aliprod"]),
    ("tokencert=file/empty.pem", "alice", 4, &["[file-empty]"]),
];

#[test]
fn roles() {
    for (setup, role, exit, words) in ROLES {
        let run = Home::new(setup).run(&format!("user {role} --at {NOW}"));
        let row = format!("{setup}: user {role}\n{}{}", run.out, run.err);
        assert_eq!(run.code, *exit, "{row}");
        for word in *words {
            assert!(run.out.contains(word), "no {word}: {row}");
        }
    }
    let run = Home::new("token").run("user");
    assert_eq!(run.code, 2);
    // A role is no shell.
    let run = Home::new("").shell("sh", "certok user 'a; rm -rf x'", b"");
    assert!(run.is_none_or(|run| run.out.contains("-u 'a; rm -rf x'")));
}

fn start(home: &Home) -> Child {
    let line = home.fill(&format!("token-init -q --account alice {CA} --at {NOW}"));
    let mut command = home.certok();
    command.args(line.split_whitespace()).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Until `path` is there, or the process has ended: whether it was seen.
fn wait_for(path: &Path, child: &mut Child) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        for _ in 0..1000 {
            if fs::symlink_metadata(path).is_ok() {
                return true;
            }
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
    }
    panic!("neither {} nor an end", path.display());
}

fn certificate(path: &Path) -> Option<Certificate> {
    let contents = Contents::read(&fs::read(path).ok()?);
    contents.first().map(|certificate| certificate.as_ref().clone())
}

/// Whether the key in the second belongs to the certificate in the first.
fn belong(cert: &[u8], key: &[u8]) -> bool {
    let (cert, key) = (Contents::read(cert), Contents::read(key));
    let (Some(cert), Some(slot)) = (cert.first(), key.keys.first()) else {
        return false;
    };
    match (&slot.parsed, &cert.key) {
        (Ok(LockedKey::Open(private, _)), Ok(public)) => fits(private, public).is_ok(),
        _ => false,
    }
}

/// The names in `folder`, if it is one.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| name(entry.unwrap())).collect()
}

fn pair(uid: u32) -> BTreeSet<String> {
    ["cert", "key"].map(|half| format!("token{half}_{uid}.pem")).into()
}
