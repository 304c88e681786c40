//! Is the file what it should be? If not: what is it, and how can it be mended?

mod content;
mod expected;
mod order;
mod pem;
mod rewrite;
mod rule;

pub use crate::check::file::content::UNPERCENT;
use crate::check::file::content::{json, mislabelled, stored};
use crate::check::file::expected::{ExpectedContent, at};
pub use crate::check::file::order::to_front;
use crate::check::file::order::{damaged_certificates, is_beyond_conversion, order, others};
use crate::check::file::pem::{damaged, disguised, odd};
pub use crate::check::file::rewrite::{
    beside_advice, export_pair, extraction, files_named_after, rewrite, rewritten, user_files,
};
use crate::check::file::rewrite::{with_extraction, with_pem, with_rewrite};
pub use crate::check::file::rule::*;
use crate::parse::file::Contents;
use crate::parse::key::KeyError;
use crate::parse::pem::{DamageKind, scan};
use crate::parse::shape::{Meaning, Shape};
use crate::report::{Exit, Finding, Made, Rule};
use crate::source::candidate::Role;
use crate::source::{Origin, Source};
use crate::text::time::UnixTime;

/// Judges a certificate file, except for dates and key.
///
/// `located` says that tools read this place, and as what. Then a form that only certok understands
/// is an error. For a file that was only named, it is a note.
pub fn certificates(
    source: &Source,
    contents: &Contents,
    located: Option<Role>,
    now: UnixTime,
) -> Vec<Finding> {
    let mut findings = form(source, contents, ExpectedContent::Certificate, located);
    findings.extend(mislabelled(source, contents, ExpectedContent::Certificate, located));
    if contents.certificates.is_empty() && findings.iter().all(|f| f.exit == Exit::Ok) {
        findings.push(nothing(source, contents, ExpectedContent::Certificate, located));
    }
    if is_beyond_conversion(source, contents) {
        findings.retain(|finding| !finding.is(&IS_DER));
    }
    findings.extend(damaged_certificates(source, contents));
    match order(source, contents, now) {
        Some(found) => findings.push(found),
        None => findings.extend(others(source, contents)),
    }
    findings
}

/// Judges the form of a key file.
pub fn keys(source: &Source, contents: &Contents, located: Option<Role>) -> Vec<Finding> {
    let mut findings = form(source, contents, ExpectedContent::Key, located);
    findings.extend(mislabelled(source, contents, ExpectedContent::Key, located));
    let none = contents.keys.is_empty() || is_ssh(contents);
    if none && findings.iter().all(|f| f.exit == Exit::Ok) {
        findings.push(nothing(source, contents, ExpectedContent::Key, located));
    }
    findings
}

/// What OpenSSL cannot read. alien.py, Globus, VOMS and XRootD read with OpenSSL.
fn form(
    source: &Source,
    contents: &Contents,
    wanted: ExpectedContent,
    located: Option<Role>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The files of other programs may contain PEM of their own.
    let around = contents
        .shape
        .as_ref()
        .filter(|shape| matches!(shape, Shape::Json | Shape::PgpArmor | Shape::Stored(_)));
    if let Some(shape) = around.filter(|_| !contents.is_read_as_it_is()) {
        return vec![shaped(source, shape, wanted, located)];
    }
    let used = match wanted {
        ExpectedContent::Certificate => contents.certificates.first().map(|slot| slot.line),
        ExpectedContent::Key => contents.keys.first().map(|slot| slot.line),
    };
    let real = contents.damage.iter().filter(|found| found.kind != DamageKind::EndWithoutBegin);
    for damage in real.take(MAX_DAMAGE_FINDINGS) {
        let found = damaged(source, damage, wanted);
        let later = !contents.mended && used.is_some_and(|line| line < damage.line);
        findings.push(match later {
            true => LATER_DAMAGED.found(found.message).at(found.place),
            false => found,
        });
    }
    for quirk in &contents.quirks {
        let found = odd(source, *quirk);
        let later = used.is_some_and(|line| contents.is_behind(line, quirk.line()));
        findings.push(match quirk.is_refused() && later && !contents.mended {
            true => LATER_DAMAGED.found(found.message).at(found.place),
            false => found,
        });
    }
    if let (true, Some(shape)) = (findings.is_empty() || contents.shape.is_some(), &contents.shape)
    {
        let found = shaped(source, shape, wanted, located);
        let readable = contents.mended && matches!(shape, Shape::DerCertificate);
        let known = findings.iter().any(|finding| finding.exit != Exit::Ok);
        if readable && located.is_none() {
            findings.push(found.as_warning());
        } else if !known && !matches!(shape, Shape::Pem(_)) {
            findings.push(found);
        }
    }
    if contents.mended && findings.is_empty() {
        findings.push(nothing_at_all(source, wanted));
    }
    findings
}

/// Most findings about damaged blocks.
const MAX_DAMAGE_FINDINGS: usize = 3;

fn shaped(
    source: &Source,
    shape: &Shape,
    wanted: ExpectedContent,
    located: Option<Role>,
) -> Finding {
    let from = &source.origin;
    let base = |rule: &'static Rule| rule.found(format!("{from} is {shape}"));
    let found = match shape {
        Shape::Empty => empty(source),
        Shape::OnlyBlanks | Shape::OnlyNuls => base(&EMPTY),
        Shape::DerCertificate if wanted == ExpectedContent::Certificate => {
            let found = IS_DER.found(format!("{from} is {shape}, tools expect PEM"));
            with_pem(found, source, "x509 -inform DER", wanted, located)
        }
        Shape::DerPrivateKey(_) | Shape::DerEncryptedKey if wanted == ExpectedContent::Key => {
            let found = IS_DER.found(format!("{from} is {shape}, tools expect PEM"));
            with_pem(found, source, "pkey -inform DER", wanted, located)
        }
        Shape::DerCertificate => base(&IS_CERTIFICATE),
        Shape::DerPrivateKey(_) | Shape::DerEncryptedKey => base(&IS_PRIVATE_KEY),
        Shape::DerCertificateRequest => base(&IS_REQUEST),
        Shape::DerCrl => base(&IS_CRL),
        Shape::DerPublicKey => base(&IS_PUBLIC_KEY),
        Shape::DerTruncated { says, has } => CERT_DAMAGED
            .found(format!("{from} is truncated: DER says {says} bytes, the file has {has}")),
        Shape::Pkcs12 { legacy, .. } => {
            with_extraction(base(&IS_PKCS12), source, *legacy, wanted, located)
        }
        Shape::Pkcs7 => {
            let take = "pkcs7 -inform DER -print_certs";
            with_pem(base(&IS_PKCS7), source, take, wanted, located)
        }
        Shape::Utf16(_) => {
            let found = IS_UTF16.found(format!("{from} is UTF-16 text, not ASCII"));
            let order =
                if source.bytes.starts_with(b"\xff\xfe") || source.bytes.starts_with(b"\xfe\xff") {
                    "UTF-16"
                } else if source.bytes.first() == Some(&0) {
                    "UTF-16BE"
                } else {
                    "UTF-16LE"
                };
            with_rewrite(
                found,
                source,
                Some(Made::Utf8.by(format!("iconv -f {order} -t UTF-8 \"$b\""))),
            )
        }
        Shape::Html => base(&IS_HTML),
        Shape::Json => json(source, wanted),
        Shape::Stored(store) => stored(source, *store, wanted),
        Shape::Jks => base(&IS_KEYSTORE),
        Shape::Base64Only(inside) => match **inside {
            Shape::Pem(_) | Shape::Pkcs12 { .. } | Shape::Pkcs7 | Shape::Base64Only(_) => {
                let found = base(&IS_BASE64).advice("decode it: base64 -d");
                with_rewrite(found, source, Some(Made::Decoded.by("base64 -d < \"$b\"")))
            }
            Shape::Stored(store) => stored(source, store, wanted),
            _ => base(&IS_BASE64),
        },
        Shape::OpenSshPrivateKey | Shape::OpenSshPublicKey => base(&IS_SSH),
        Shape::Archive(_) | Shape::Jwt | Shape::PgpArmor | Shape::Binary | Shape::Pem(_) => {
            let other = || match wanted {
                ExpectedContent::Certificate => {
                    NO_CERTIFICATE.found(format!("no certificate in {from}: it is {shape}"))
                }
                ExpectedContent::Key => {
                    NO_KEY.found(format!("no private key in {from}: it is {shape}"))
                }
            };
            // The colours of a terminal are control characters.
            let coloured = if *shape == Shape::Binary { disguised(source) } else { None };
            coloured.unwrap_or_else(other)
        }
        Shape::LinkText(_) => base(&IS_OTHER).advice("make the link anew: ln -s"),
        Shape::Text => nothing_at_all(source, wanted),
    };
    found.at(at(source, 0))
}

/// An empty input that is no file was not left by a full disk.
fn empty(source: &Source) -> Finding {
    let from = &source.origin;
    match (from, &source.file) {
        (Origin::Stdin, _) | (Origin::File(_), None) => EMPTY
            .found(format!("{from} is empty: nothing was written to it"))
            .advice("look at the command that should write it"),
        _ => EMPTY.found(format!("{from} is empty (0 bytes)")),
    }
}

fn nothing_at_all(source: &Source, wanted: ExpectedContent) -> Finding {
    let from = &source.origin;
    if let Some(found) = disguised(source) {
        return found;
    }
    let why = match source.bytes.trim_ascii() {
        b"null" => "it is the word null, which jq prints for a missing field",
        _ => "no PEM block in it",
    };
    match wanted {
        ExpectedContent::Certificate => {
            NO_CERTIFICATE.found(format!("no certificate in {from}: {why}"))
        }
        ExpectedContent::Key => NO_KEY.found(format!("no private key in {from}: {why}")),
    }
}

/// The finding that the PEM blocks are of another kind.
fn nothing(
    source: &Source,
    contents: &Contents,
    wanted: ExpectedContent,
    located: Option<Role>,
) -> Finding {
    let from = &source.origin;
    let first = contents.others.iter().find(|other| other.meaning != Meaning::EcParameters);
    let line = first.map_or(0, |other| other.line);
    let base = |rule: &'static Rule, what: &str| rule.found(format!("{from} {what}"));
    let found = match (wanted, first.map(|other| other.meaning)) {
        _ if is_ssh(contents) => ssh(source, wanted),
        (ExpectedContent::Certificate, _) if !contents.keys.is_empty() => {
            base(&IS_PRIVATE_KEY, "contains a private key and no certificate")
        }
        (ExpectedContent::Key, _) if !contents.certificates.is_empty() => {
            base(&IS_CERTIFICATE, "contains a certificate and no private key")
        }
        (_, Some(Meaning::Request)) => {
            base(&IS_REQUEST, "holds a certificate request (CSR), not a signed certificate")
        }
        (_, Some(Meaning::Crl)) => base(&IS_CRL, "holds a CRL"),
        (_, Some(Meaning::PublicKey)) => {
            let found = base(
                &IS_PUBLIC_KEY,
                "holds a public key and nothing else, no private key, no certificate",
            );
            if wanted == ExpectedContent::Certificate {
                found.advice(
                    "extract the certificate: openssl pkcs12 -in cert.p12 -clcerts -nokeys -out \
                     usercert.pem",
                )
            } else {
                found
            }
        }
        (_, Some(Meaning::OpenSsh)) => ssh(source, wanted),
        (_, Some(Meaning::Pkcs7)) => {
            let label = first.map_or("", |other| other.label.as_str());
            let found = base(&IS_PKCS7, &format!("holds PKCS#7 (label {label})"));
            match label {
                // openssl pkcs7 reads only its own label.
                "PKCS7" => with_pem(found, source, "pkcs7 -print_certs", wanted, located),
                _ => {
                    let take = format!(
                        "sed 's/^\\(-----[BEGIND]* \\){label}-/\\1PKCS7-/' \"$b\" | openssl pkcs7 \
                         -print_certs"
                    );
                    with_rewrite(found, source, Some(Made::Pem.by(take)))
                }
            }
        }
        (_, Some(_)) => {
            let label = first.map_or("", |other| other.label.as_str());
            base(&IS_OTHER, &format!("holds `{label}`, which is neither certificate nor key"))
        }
        (_, None) => nothing_at_all(source, wanted),
    };
    found.at(at(source, line))
}

/// A key in OpenSSH's own form, and the command that makes PEM of it if a key is wanted.
fn ssh(source: &Source, wanted: ExpectedContent) -> Finding {
    let found = IS_SSH.found(format!(
        "{} holds an OpenSSH private key; ssh-keygen -p -m PEM -f COPY makes a copy of it PEM",
        source.origin
    ));
    let blocks = scan(&source.bytes).blocks;
    let body = blocks.iter().flatten().next().map_or(&[][..], |block| &block.bytes);
    let holds = |mark: &[u8]| body.windows(mark.len()).any(|at| at == mark);
    // ssh-keygen cannot write PEM for Ed25519.
    if wanted == ExpectedContent::Certificate || holds(b"ssh-ed25519") {
        return found;
    }
    let is_open = body.starts_with(OPEN_SSH);
    // ssh-keygen asks for a passphrase, and keeps it.
    let words = if is_open { " -P '' -N ''" } else { "" };
    let command = format!(
        "( t=$(mktemp) && cp \"$b\" \"$t\" && ssh-keygen -p -m PEM{words} -f \"$t\" > /dev/null && grep \
         -v OPENSSH \"$t\" | grep -q 'PRIVATE KEY-' && cat \"$t\"; r=$?; rm -f \"$t\"; exit $r )"
    );
    with_rewrite(found.advice("make PEM of it: ssh-keygen"), source, Some(command.into()))
}

/// The beginning of an OpenSSH key without encryption: its cipher is `none`.
const OPEN_SSH: &[u8] = b"openssh-key-v1\0\0\0\0\x04none";

/// Whether all keys in it are SSH keys.
pub fn is_ssh(contents: &Contents) -> bool {
    let ssh =
        |error: &KeyError| matches!(error, KeyError::Unsupported(what) if what.contains("OpenSSH"));
    let mut keys = contents.keys.iter();
    !contents.keys.is_empty()
        && contents.certificates.is_empty()
        && keys.all(|slot| slot.parsed.as_ref().is_err_and(ssh))
}
