//! `demo`: writes demonstration credentials, good and broken ones, and walks through them.

use std::io;
use std::path::{Path, PathBuf};

use crate::command::arguments::{arguments, operand};
use crate::command::definition::{Definition, Group, Run, Walk};
use crate::command::{info, key_match, proxy, status, verify};
use crate::store;
use crate::system::env::Env;
use crate::text::shell;
use crate::text::time::UnixTime;

/// The instant at which the demonstration credentials are judged. It is fixed, so they never
/// expire.
pub const CLOCK: UnixTime = UnixTime(1_780_315_200);

/// `demo`.
pub const DEMO: Definition<Args> = Definition {
    name: "demo",
    group: Group::More,
    about: "Make demonstration credentials in a new directory and show commands at work on them",
    example: "certok demo",
    ..Definition::of(Run::Walk(lay_out))
};

arguments! {
    /// Arguments of `demo`.
    pub struct Args {
        directories: Vec<PathBuf> =
            operand("files", "DIR", "The directory to make").with(|arg| arg.num_args(0..=1)),
    }
}

macro_rules! data {
    ($path:literal) => {
        include_bytes!(concat!("../../testdata/", $path))
    };
}

const CA_FILES: &[(&str, &[u8])] = &[
    ("AliEn2-CA.pem", data!("ca/certificates/AliEn2-CA.pem")),
    ("AliEn2-CA.namespaces", data!("ca/certificates/AliEn2-CA.namespaces")),
    ("AliEn2-CA.signing_policy", data!("ca/certificates/AliEn2-CA.signing_policy")),
    ("Grid.pem", data!("ca/certificates/Grid.pem")),
    ("Grid.namespaces", data!("ca/certificates/Grid.namespaces")),
    ("Grid.signing_policy", data!("ca/certificates/Grid.signing_policy")),
    ("Root.pem", data!("ca/certificates/Root.pem")),
    ("Root.namespaces", data!("ca/certificates/Root.namespaces")),
    ("Root.signing_policy", data!("ca/certificates/Root.signing_policy")),
];

/// The subject hash (new) of each CA.
const CA_LINKS: &[(&str, &str)] =
    &[("bea41460", "Grid"), ("4b4ca555", "Root"), ("e73e4177", "AliEn2-CA")];

/// The lists that fetch-crl would have fetched. The CA of the token publishes none.
const CA_LISTS: &[(&str, &[u8])] =
    &[("bea41460.r0", data!("crl/grid.pem")), ("4b4ca555.r0", data!("crl/root.pem"))];

/// The same, with the user's certificate on a list.
const LATER_LISTS: &[(&str, &[u8])] =
    &[("bea41460.r0", data!("crl/revokes-healthy.pem")), ("4b4ca555.r0", data!("crl/root.pem"))];

/// Writes everything to the operand, or to `certok-demo`. It must not exist yet.
fn lay_out(args: &Args, env: &Env) -> Result<Walk, String> {
    let name = args.directories.first().cloned().unwrap_or_else(|| PathBuf::from("certok-demo"));
    let here = env.directory.clone().unwrap_or_default();
    let top = if name.is_absolute() { name } else { here.join(name) };
    write(&top, env.uid).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{} exists already: name a new directory, or remove it", top.display())
        }
        _ => format!("cannot write to {}: {error}", top.display()),
    })?;
    let at = |part: &str| top.join(part).to_string_lossy().into_owned();
    let variables = [
        ("HOME", at("home")),
        ("TMPDIR", at("tmp")),
        ("X509_CERT_DIR", at("certificates")),
        // The default place would be /tmp, outside of the demonstration.
        ("X509_USER_PROXY", at(&format!("tmp/x509up_u{}", env.uid))),
    ];
    let exports: Vec<String> =
        variables.iter().map(|(name, value)| format!("{name}={}", shell::quote(value))).collect();
    let pairs: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let mut walk = Env::new(&pairs, CLOCK);
    (walk.uid, walk.euid) = (env.uid, env.euid);
    walk.directory = Some(top.clone());
    Ok(Walk { env: walk, exports: exports.join(" "), steps: steps(&top) })
}

fn steps(top: &Path) -> Vec<(&'static str, Vec<String>)> {
    let broken = |name: &str| top.join("broken").join(name).to_string_lossy().into_owned();
    let step = |note, words: &[&str]| (note, words.iter().map(|w| (*w).to_owned()).collect());
    vec![
        step("What would a job use here?", &[status::STATUS.name]),
        step("Will the user certificate be trusted, and by which path?", &[verify::CERT.name]),
        step("Does the private key belong to it?", &[key_match::CERT.name]),
        step("What is the proxy, for whom does it act, how long?", &[proxy::INFO.name]),
        step("A token that has expired:", &[info::TOKEN.name, &broken("expired-token.pem")]),
        step(
            "The key of another certificate, as after a renewal:",
            &[key_match::CERT.name, &broken("usercert.pem"), &broken("userkey.pem")],
        ),
        step(
            "A proxy that looks fresh, made from a user certificate that has expired:",
            &[verify::PROXY.name, &broken("proxy.pem")],
        ),
        step(
            "A CA directory without hash links, which OpenSSL calls \"unable to get local issuer\":",
            &[verify::CERT.name, "--ca-dir", &broken("certificates")],
        ),
        step(
            "A certificate that its CA has revoked:",
            &[verify::CERT.name, "--ca-dir", &broken("revoking")],
        ),
        step(
            "A PEM that an unquoted echo put on one line:",
            &[info::CERT.name, &broken("one-line.pem")],
        ),
    ]
}

fn write(top: &Path, uid: u32) -> io::Result<()> {
    for directory in [
        "",
        "home",
        "home/.globus",
        "tmp",
        "certificates",
        "broken",
        "broken/certificates",
        "broken/revoking",
    ] {
        store::directory(&top.join(directory))?;
    }
    let token = |half: &str| format!("tmp/token{half}_{uid}.pem");
    let files: &[(&str, &[u8], u32)] = &[
        ("home/.globus/usercert.pem", data!("cert/healthy.pem"), 0o644),
        ("home/.globus/userkey.pem", data!("key/rsa-pkcs8.pem"), 0o400),
        (&token("cert"), data!("token/user.pem"), 0o400),
        (&token("key"), data!("token/user-key.pem"), 0o400),
        (&format!("tmp/x509up_u{uid}"), data!("proxy/rfc3820.pem"), 0o600),
        ("broken/proxy.pem", data!("proxy/user-certificate-expired.pem"), 0o600),
        ("broken/expired-token.pem", data!("token/expired.pem"), 0o400),
        ("broken/usercert.pem", data!("cert/healthy.pem"), 0o644),
        ("broken/userkey.pem", data!("key/other.pem"), 0o400),
        ("broken/one-line.pem", data!("file/one-line.pem"), 0o644),
    ];
    for (name, bytes, mode) in files {
        store::file(&top.join(name), bytes, *mode)?;
    }
    // The CA of the token, to make more tokens.
    store::file(&top.join("ca.pem"), data!("ca/certificates/AliEn2-CA.pem"), 0o644)?;
    store::file(&top.join("ca-key.pem"), data!("keys/alien2.pem"), 0o400)?;
    ca_directory(&top.join("certificates"), CA_LISTS)?;
    ca_directory(&top.join("broken/revoking"), LATER_LISTS)?;
    for (name, bytes) in CA_FILES.iter().filter(|(name, _)| name.ends_with(".pem")) {
        store::file(&top.join("broken/certificates").join(name), bytes, 0o644)?;
    }
    Ok(())
}

/// Writes CA certificates, their policy files and lists, with the names that lookups use.
fn ca_directory(directory: &Path, lists: &[(&str, &[u8])]) -> io::Result<()> {
    for (name, bytes) in CA_FILES.iter().chain(lists) {
        store::file(&directory.join(name), bytes, 0o644)?;
    }
    for (hash, name) in CA_LINKS {
        let links =
            [("0", "pem"), ("signing_policy", "signing_policy"), ("namespaces", "namespaces")];
        for (end, of) in links {
            let link = directory.join(format!("{hash}.{end}"));
            store::link(&link, format!("{name}.{of}"))?;
        }
    }
    Ok(())
}
