//! `--field`, `--fields`: single values as the older tools print them; several files in text: a line
//! each.

mod run;

use std::process::Command;

use run::{Home, NOW, bytes, testdata};

/// Home, command, exit code, standard output.
const VALUES: &[(&str, &str, i32, &str)] = &[
    ("user", "cert-info --field subject", 0, "/DC=org/DC=certok/OU=People/CN=Alice Adams\n"),
    ("user", "cert-info --field issuer", 0, "/DC=org/DC=certok/CN=Certok Test Grid CA\n"),
    ("user", "cert-info --field not_after", 0, "Jan  1 00:00:00 2027 GMT\n"),
    ("user", "cert-info --field timeleft", 0, "18446400\n"),
    ("user", "cert-info --field path", 0, "{home}/.globus/usercert.pem\n"),
    ("user", "cert-info --field identity", 0, "/DC=org/DC=certok/OU=People/CN=Alice Adams\n"),
    ("user", "--field timeleft info cert --field strength", 0, "18446400\n2048\n"),
    (
        "usercert=cert/expired.pem userkey=key/rsa-pkcs1.pem",
        "cert-info --field timeleft",
        11,
        "-1\n",
    ),
    ("proxy=proxy/rfc3820.pem", "proxy-info --field timeleft", 0, "21600\n"),
    (
        "proxy=proxy/rfc3820.pem",
        "proxy-info --field type",
        0,
        "RFC 3820 compliant impersonation proxy\n",
    ),
    (
        "proxy=proxy/rfc3820.pem",
        "proxy-info --field identity",
        0,
        "/DC=org/DC=certok/OU=People/CN=Alice Adams\n",
    ),
    ("proxy=proxy/rfc3820.pem", "proxy-info --field vo", 3, ""),
    ("proxy=voms/healthy.pem", "proxy-info --field vo", 0, "alice\n"),
    // What verifies says it too, and its exit code is its own.
    ("user", "cert-verify --ca-dir {ca} --field serial", 0, "49AA5A020DB2F4A1793E0D1A83BA48D1\n"),
    ("user", "cert-verify --ca-dir {ca} --field timeleft", 0, "18446400\n"),
    ("user", "cert-verify --ca-dir {home}/gone --field timeleft", 5, "18446400\n"),
    ("token", "token-verify --ca-dir {ca} --field not_after", 0, "Jun 20 10:13:07 2026 GMT\n"),
    ("proxy=proxy/rfc3820.pem", "proxy-verify --ca-dir {ca} --field timeleft", 0, "21600\n"),
    (
        "proxy=proxy/rfc3820.pem",
        "proxy-verify --ca-dir {ca} --field identity",
        0,
        "/DC=org/DC=certok/OU=People/CN=Alice Adams\n",
    ),
    ("my/c=cert/healthy.pem", "verify my/c --ca-dir {ca} --field timeleft", 0, "18446400\n"),
    ("b/x=bearer/healthy.token", "bearer-verify b/x --field identity", 0, "alice\n"),
    // As the older tools spell it.
    ("proxy=proxy/rfc3820.pem", "proxy-info -timeleft", 0, "21600\n"),
    ("proxy=proxy/rfc3820.pem", "proxy-info -exists -valid 6:00", 0, ""),
    ("voms/p=voms/healthy.pem:600", "proxy-info -vo -file voms/p", 0, "alice\n"),
    ("user", "cert-info -noout -enddate", 0, "Jan  1 00:00:00 2027 GMT\n"),
    (
        "my/c=cert/healthy.pem",
        "info -in my/c -noout -serial",
        0,
        "49AA5A020DB2F4A1793E0D1A83BA48D1\n",
    ),
    ("user", "cert-info -checkend 86400 --field timeleft", 0, "18446400\n"),
    ("b/x=bearer/healthy.token", "info b/x --field identity", 0, "alice\n"),
    ("", "cert-info --field subject", 3, ""),
    (
        "b/x=bearer/healthy.token b/y=cert/healthy.pem b/z=file/html.pem",
        "info b/x b/y b/z --fields timeleft,path",
        4,
        "3600\tb/x\n18446400\tb/y\n\t\n",
    ),
];

#[test]
fn one_value() {
    for (setup, command, exit, out) in VALUES {
        let home = Home::new(setup);
        let command = command.replace("{ca}", "{testdata}/ca/certificates");
        let run = home.run(&format!("{command} --at {NOW}"));
        let row = format!("{setup}: certok {command}\n{}{}", run.out, run.err);
        assert_eq!(run.out, home.fill(out), "{row}");
        assert_eq!(run.code, *exit, "{row}");
        assert_eq!(run.err.is_empty(), *exit == 0, "{row}");
    }
}

#[test]
fn what_cannot_be_asked() {
    let home = Home::new("user");
    for (command, why) in [
        ("cert-info --field colour", "there is no field `colour`; there are actimeleft"),
        ("cert-info --format tsv", "--format tsv needs --fields"),
        ("cert-info --field subject --json", "of the formats text and tsv"),
    ] {
        let run = home.run(command);
        assert!(run.code == 2 && run.err.contains(why), "{command}: {}", run.err);
    }
}

/// What openssl prints behind the name, byte for byte.
#[test]
fn as_openssl() {
    for fixture in ["cert/healthy.pem", "cert/long-serial.pem", "ca/sub.pem", "cert/expired.pem"] {
        let path = testdata().join(fixture);
        for (field, option) in [
            ("serial", &["-serial"][..]),
            ("not_after", &["-enddate"]),
            ("not_before", &["-startdate"]),
            ("fingerprint", &["-fingerprint", "-sha256"]),
            ("sha1", &["-fingerprint", "-sha1"]),
            ("hash", &["-hash"]),
        ] {
            let mut openssl = Command::new("openssl");
            openssl.args(["x509", "-noout", "-in"]).arg(&path).args(option);
            let Ok(output) = openssl.output() else {
                println!("skipped: openssl is not installed");
                return;
            };
            let theirs = String::from_utf8(output.stdout).unwrap();
            let theirs = theirs.split_once('=').map_or(theirs.as_str(), |(_, value)| value);
            let home = Home::new("");
            let ours = home.run(&format!("cert-info {{testdata}}/{fixture} --field {field}"));
            assert_eq!(ours.out, theirs, "{fixture} {field}");
        }
    }
}

/// What openssl prints of a proxy, which is the first certificate of the file.
#[test]
fn of_a_proxy_as_openssl() {
    for (option, field) in [
        ("-serial", "serial"),
        ("-startdate", "not_before"),
        ("-fingerprint", "sha1"),
        ("-hash", "hash"),
    ] {
        let path = testdata().join("proxy/rfc3820.pem");
        let mut openssl = Command::new("openssl");
        let Ok(output) = openssl.args(["x509", "-noout", option, "-in"]).arg(&path).output() else {
            println!("skipped: openssl is not installed");
            return;
        };
        let theirs = String::from_utf8(output.stdout).unwrap();
        let theirs = theirs.split_once('=').map_or(theirs.as_str(), |(_, value)| value);
        let home = Home::new("proxy=proxy/rfc3820.pem");
        for spelling in [option.to_owned(), format!("--field {field}")] {
            let ours = home.run(&format!("proxy-info --at {NOW} {spelling}"));
            assert_eq!((ours.code, ours.out.as_str()), (0, theirs), "{spelling}: {}", ours.err);
        }
    }
}

/// A line each, a count at the end; a list with NUL behind each path.
#[test]
fn a_line_each() {
    let home = Home::new("a/b=cert/healthy.pem a/c=cert/expired.pem");
    home.write("a/with\nnewline", &bytes("cert/healthy.pem"), 0o644);
    let list = b"a/b\0a/c\0a/with\nnewline\0a/gone\0";
    for option in ["--files-from - -0", "--files-from -0", "--files-from - --null"] {
        let run = home.run_with(&format!("cert-info {option} --at {NOW}"), list);
        let lines: Vec<&str> = run.out.lines().collect();
        assert_eq!(run.code, 11, "{option}: {}{}", run.out, run.err);
        assert!(
            lines[0].starts_with("a/b: ok: certificate of Alice Adams: dates are good"),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("a/c: expired: ") && lines[1].ends_with("[expired]"));
        assert_eq!(lines.last(), Some(&"2 of 4 good; 1 not-found, 1 expired"), "{lines:?}");
        assert_eq!(lines.len(), 6, "{lines:?}");
    }
}
