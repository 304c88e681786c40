//! What a file contains instead of a certificate or key: under a PEM label, or around it.

use crate::check::file::expected::{ExpectedContent, at};
use crate::check::file::rewrite::with_rewrite;
use crate::check::file::rule::*;
use crate::parse::file::{Contents, Mislabelled};
use crate::parse::json::Json;
use crate::parse::shape::{KeyForm, Shape, Store};
use crate::report::{Finding, Made, NewText, Place};
use crate::source::Source;
use crate::source::candidate::Role;

/// Findings about blocks whose content does not fit the label.
pub(super) fn mislabelled(
    source: &Source,
    contents: &Contents,
    wanted: ExpectedContent,
    located: Option<Role>,
) -> Vec<Finding> {
    let by_label = |found: &&Mislabelled| found.label.ends_with("PRIVATE KEY");
    let for_certificate = |found: &Mislabelled| found.label.ends_with("CERTIFICATE");
    let is_wanted = |found: &&Mislabelled| match wanted {
        ExpectedContent::Key => {
            by_label(found)
                || contents.keys.is_empty()
                    && (!for_certificate(found) || right_label(&found.shape).is_some_and(is_key))
        }
        ExpectedContent::Certificate => {
            for_certificate(found) || contents.certificates.is_empty() && !by_label(found)
        }
    };
    let proxy = located == Some(Role::Proxy);
    let all = contents.mislabelled.iter().filter(|found| proxy || is_wanted(found));
    all.map(|found| one(source, found)).collect()
}

fn is_key(label: &str) -> bool {
    label.ends_with("PRIVATE KEY")
}

fn one(source: &Source, found: &Mislabelled) -> Finding {
    let Mislabelled { label, block, line, shape } = found;
    let place = Place { block: Some(*block), ..at(source, *line) };
    let message =
        format!("{}: {shape} is in a block with the label {label} (block {block})", source.origin);
    let finding = MISLABELLED.found(message).at(place);
    let (advice, command): (_, Option<NewText>) = match shape {
        Shape::Pkcs12 { .. } => {
            ("save the .p12 file again, and take it apart with openssl pkcs12", None)
        }
        Shape::Pkcs7 => (
            "take the certificates out of it: openssl pkcs7 -print_certs",
            Some(format!("{} | openssl pkcs7 -print_certs", with_label(*block, "PKCS7")).into()),
        ),
        Shape::Pem(_) => (
            "it was wrapped twice: decode it once",
            Some(Made::Unwrapped.by("sed '/^-----/d' \"$b\" | base64 -d")),
        ),
        Shape::DerCertificateRequest => {
            ("ask your CA for the certificate: this is the request", None)
        }
        Shape::DerCrl => ("name the certificate: this is a revocation list", None),
        shape => match right_label(shape) {
            Some(label) => {
                let made = Made::Labelled(*block, label).by(with_label(*block, label));
                ("put the right label on it", Some(made))
            }
            None => ("copy the file again from where it was right", None),
        },
    };
    with_rewrite(finding.advice(advice), source, command)
}

/// The right label.
fn right_label(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::DerCertificate => "CERTIFICATE",
        Shape::DerEncryptedKey => "ENCRYPTED PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Pkcs1) => "RSA PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Pkcs8) => "PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Sec1) => "EC PRIVATE KEY",
        Shape::DerPrivateKey(KeyForm::Dsa) => "DSA PRIVATE KEY",
        _ => return None,
    })
}

/// A command that gives this label to block `block` of `"$b"`.
fn with_label(block: usize, label: &str) -> String {
    format!(
        "awk -v n={block} -v l='{label}' '/^-----BEGIN /{{i++}} i==n && /^-----BEGIN /{{sub(/BEGIN [^-]*/, \
         \"BEGIN \" l)}} i==n && /^-----END /{{sub(/END [^-]*/, \"END \" l)}} {{print}}' \"$b\""
    )
}

/// A file of another program: what it is, and how that program exports the credential.
pub(super) fn stored(source: &Source, store: Store, wanted: ExpectedContent) -> Finding {
    let from = &source.origin;
    let found = IS_STORED.found(format!("{from} is {}", Shape::Stored(store)));
    let (advice, command) = match store {
        Store::Age => ("decrypt it: age -d", None),
        Store::AnsibleVault => ("decrypt it: ansible-vault decrypt", None),
        Store::GitCrypt => ("unlock the repository: git-crypt unlock", None),
        Store::GitLfs => ("fetch the file itself: git lfs pull", None),
        Store::Kubeconfig => (
            "take client-certificate-data and client-key-data out of it",
            Some(decoded(wanted, "client-certificate-data", "client-key-data")),
        ),
        Store::KubernetesSecret => {
            ("take tls.crt and tls.key out of it", Some(decoded(wanted, "tls.crt", "tls.key")))
        }
        Store::OpensslEnc => ("decrypt it: openssl enc -d, or transcrypt in its repository", None),
        Store::Percent => ("decode it", Some(format!("{UNPERCENT} \"$b\""))),
        Store::Putty => ("PuTTY's keys are for SSH; puttygen exports them", None),
        Store::SealedSecret => ("take the Secret from the cluster: kubectl get secret", None),
        Store::Sops => ("decrypt it: sops -d", None),
        Store::Template => ("look at the program that should fill it in", None),
        Store::VaultTransit => ("decrypt it: vault write transit/decrypt/KEY", None),
        Store::Xml => ("take the certificate out of it", None),
        Store::Yaml => ("take the block out of it", extract(source, wanted)),
    };
    with_rewrite(found.advice(advice), source, command.map(NewText::from))
}

/// A command that decodes the base64 of a YAML member.
fn decoded(wanted: ExpectedContent, certificate: &str, key: &str) -> String {
    let name = match wanted {
        ExpectedContent::Certificate => certificate,
        ExpectedContent::Key => key,
    };
    let name = name.replace('.', "\\.");
    format!(
        "sed -n 's/^ *\"\\{{0,1\\}}{name}\"\\{{0,1\\}}: *//p' \"$b\" | tr -d '\"' | head -n 1 | base64 -d"
    )
}

/// A command that decodes the URL encoding of characters in PEM.
pub const UNPERCENT: &str = "sed 's/%20/ /g; s/%0[Dd]//g; s/%0[Aa]/\\n/g; s/%2[Bb]/+/g; s/%2[Ff]/\\//g; \
                         s/%3[Dd]/=/g; s/%3[Aa]/:/g; s/%2[Cc]/,/g'";

/// A command that takes the blocks of the kind wanted out of the text around them, and puts lines
/// where `\n` was written; nothing if there are none.
pub(super) fn extract(source: &Source, wanted: ExpectedContent) -> Option<String> {
    let end: &[u8] = match wanted {
        ExpectedContent::Certificate => b"CERTIFICATE",
        ExpectedContent::Key => b" KEY",
    };
    let marks = source.bytes.windows(BEGIN.len()).enumerate().filter(|(_, at)| *at == BEGIN);
    let mut labels = marks.map(|(at, _)| {
        let label = source.bytes.split_at(at + BEGIN.len()).1;
        label.split(|byte| *byte == b'-').next().unwrap_or_default()
    });
    if !labels.any(|label| label.ends_with(end)) {
        return None;
    }
    let label = match wanted {
        ExpectedContent::Certificate => "[A-Z0-9 ]*CERTIFICATE",
        // Without the words of a key's label, which the screen would hide.
        ExpectedContent::Key => "[A-Z0-9 ]* KEY",
    };
    Some(format!(
        "sed 's/\\\\r//g; s/\\\\n/\\n/g' \"$b\" | sed 's/^.*\\(-----BEGIN \\)/\\1/; s/\\(-----END \
         [A-Z0-9 ]*-----\\).*/\\1/; s/^[[:blank:]]*//' | sed -n '/^-----BEGIN {label}-----/,/^-----END/p'"
    ))
}

const BEGIN: &[u8] = b"-----BEGIN ";

/// JSON: the member that holds what is wanted.
pub(super) fn json(source: &Source, wanted: ExpectedContent) -> Finding {
    let from = &source.origin;
    let found = IS_JSON.found(format!("{from} is JSON"));
    let text = std::str::from_utf8(&source.bytes).unwrap_or_default();
    let text = text.trim_start_matches('\u{feff}').trim();
    let parsed = Json::parse(text).ok();
    let Some(json) = parsed else {
        let found = found.advice("take the PEM block out of it, with real line ends");
        let take = extract(source, wanted).map(|command| Made::Mended.by(command));
        return with_rewrite(found, source, take);
    };
    if json.object().is_some_and(|object| object.get("kty").is_some()) {
        return IS_JSON
            .found(format!("{from} is JSON, a JSON Web Key (JWK)"))
            .advice("tools want PEM: export the key in that form where it was made");
    }
    let kind = match wanted {
        ExpectedContent::Certificate => "CERTIFICATE-----",
        ExpectedContent::Key => "PRIVATE KEY-----",
    };
    let begins = |text: &str| {
        text.trim_start().strip_prefix("-----BEGIN ").is_some_and(|rest| {
            rest.split_inclusive("-----").next().is_some_and(|label| label.ends_with(kind))
        })
    };
    match path(&json, &begins, 0) {
        Some(path) => {
            let found = found.advice(format!("take the member out of it: jq -r '{path}'"));
            let take = extract(source, wanted).map(|command| Made::Mended.by(command));
            with_rewrite(found, source, take)
        }
        None => found
            .advice("no PEM is in it: take the credential out as the program that wrote it says"),
    }
}

/// The path of a text in `json` that `holds`, as jq writes it. A name like that of a chain comes
/// last.
fn path(json: &Json, holds: &dyn Fn(&str) -> bool, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match json {
        Json::Text(text) => holds(text).then(String::new),
        Json::Array(all) => all.iter().enumerate().find_map(|(at, inside)| {
            path(inside, holds, depth + 1).map(|rest| format!("[{at}]{rest}"))
        }),
        Json::Object(object) => {
            let mut names: Vec<&str> = object.names().collect();
            names.sort_by_key(|name| name.contains("chain") || name.contains("ca"));
            names.into_iter().find_map(|name| {
                let rest = path(object.get(name)?, holds, depth + 1)?;
                let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                Some(if plain {
                    format!(".{name}{rest}")
                } else {
                    format!(".[\"{}\"]{rest}", name.escape_default())
                })
            })
        }
        _ => None,
    }
}

/// Most nested values that are searched.
const MAX_DEPTH: usize = 16;
