//! Is the file what it should be? If not: what it is, and how to make it right.

use std::path::Path;
use std::sync::Arc;

use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::key::KeyError;
use crate::parse::pem::Damage;
use crate::parse::pem::DamageKind;
use crate::parse::pem::Quirk;
use crate::parse::shape::Meaning;
use crate::parse::shape::Shape;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Place;
use crate::report::Rule;
use crate::shell;
use crate::source::Origin;
use crate::source::Source;
use crate::time::UnixTime;

macro_rules! unreadable {
    ($name:ident, $id:literal, $what:literal, $why:literal, $advice:literal, $source:literal) => {
        #[doc = concat!("The rule `", $id, "`.")]
        pub static $name: Rule = Rule {
            id: $id,
            exit: Exit::Unreadable,
            what: $what,
            why: $why,
            advice: $advice,
            source: $source,
            ..Rule::ERROR
        };
    };
}

unreadable!(
    EMPTY,
    "file-empty",
    "the file is empty",
    "a full disk or an exceeded quota leaves empty files behind when something is copied",
    "check the disk space and quota, and copy it again",
    "Globus, globus_gsi_system_config.c"
);
unreadable!(
    IS_DER,
    "file-is-der",
    "the file is binary DER",
    "grid tools and OpenSSL's defaults expect PEM",
    "convert it",
    "RFC 7468; OpenSSL"
);
unreadable!(
    IS_PKCS12,
    "file-is-pkcs12",
    "the file is PKCS#12",
    "alien.py, XRootD and OpenSSL expect PEM",
    "convert it: openssl asks for its password",
    "RFC 7292"
);
unreadable!(
    IS_PKCS7,
    "file-is-pkcs7",
    "the file is PKCS#7",
    "tools expect the certificates as PEM blocks",
    "take the certificates out of it",
    "RFC 2315"
);
unreadable!(
    IS_REQUEST,
    "file-is-request",
    "the file holds a certificate request (CSR), not a signed certificate",
    "a request identifies nobody until a CA has signed it",
    "download the signed certificate from your CA and save it in its place",
    "RFC 2986; grid-cert-request"
);
unreadable!(
    IS_CRL,
    "file-is-crl",
    "the file holds a CRL, not a certificate",
    "a CRL lists revoked certificates and identifies nobody",
    "name the certificate file",
    "RFC 5280 §5"
);
unreadable!(
    IS_PRIVATE_KEY,
    "file-is-private-key",
    "the file holds a private key and no certificate",
    "the two halves were written to each other's names, or the wrong file was named",
    "name the certificate file",
    "VOMS, sslutils.c"
);
unreadable!(
    IS_CERTIFICATE,
    "file-is-certificate",
    "the key file contains a certificate and no private key",
    "openssl pkcs12 was run with -nokeys instead of -nocerts",
    "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod 400 \
     userkey.pem",
    "practice of openssl pkcs12"
);
unreadable!(
    IS_PUBLIC_KEY,
    "file-is-public-key",
    "the file holds a public key",
    "it can verify signatures, but not make them, and it identifies nobody",
    "extract the private key: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem",
    "RFC 7468 §13"
);
unreadable!(
    IS_SSH,
    "file-is-ssh-key",
    "the file holds an SSH key",
    "SSH keys are no grid credentials",
    "name the X.509 file",
    "OpenSSH, PROTOCOL.key"
);
unreadable!(
    IS_HTML,
    "file-is-web-page",
    "the file is a web page",
    "a login or error page was saved instead of the certificate",
    "log in at the CA's portal and download the certificate again",
    "practice of CA portals"
);
unreadable!(
    IS_UTF16,
    "file-is-utf16",
    "the file is UTF-16 text",
    "PowerShell and Notepad save so; an editor shows it all right, OpenSSL cannot read it",
    "convert it with iconv",
    "openssl pull request 10112"
);
unreadable!(
    IS_KEYSTORE,
    "file-is-keystore",
    "the file is a Java key store",
    "tools expect PEM",
    "export it: keytool -importkeystore -srckeystore FILE -destkeystore \
     cert.p12 -deststoretype PKCS12, then openssl pkcs12",
    "keytool(1)"
);
unreadable!(
    IS_JSON,
    "file-is-json",
    "the file is JSON",
    "the whole answer of the token command was saved",
    "take the field out: jq -r '.results[0].tokencert'",
    "the token command's JSON"
);
unreadable!(
    IS_BASE64,
    "file-is-base64",
    "the file is base64 without BEGIN and END lines",
    "tools look for the BEGIN line",
    "put the lines around it",
    "RFC 7468"
);
unreadable!(
    IS_OTHER,
    "file-is-other",
    "the file is something else",
    "it is no X.509 credential",
    "name the right file",
    "certok's recognition of file types"
);
unreadable!(
    NO_CERTIFICATE,
    "no-certificate",
    "there is no certificate in the file",
    "no line -----BEGIN CERTIFICATE----- stands in it",
    "replace it with your certificate",
    "RFC 7468 §5"
);
unreadable!(
    NO_KEY,
    "no-key",
    "there is no private key in the file",
    "no BEGIN line of a private key stands in it",
    "extract it: openssl pkcs12 -in cert.p12 -nocerts -out userkey.pem; chmod 400 userkey.pem",
    "RFC 7468 §10"
);
unreadable!(
    PEM_TRUNCATED,
    "pem-truncated",
    "a PEM block is truncated: BEGIN without END",
    "the copy was cut short",
    "copy the file again, or extract it anew from the p12",
    "RFC 7468 §3"
);
unreadable!(
    PEM_BAD_BASE64,
    "pem-bad-base64",
    "a PEM block holds something that is not base64",
    "an editor, a merge conflict or a damaged transfer changed it",
    "copy the file again",
    "RFC 7468 §3"
);
unreadable!(
    PEM_GLUED,
    "pem-glued",
    "two PEM blocks are glued together",
    "a file without a final newline was put in front of another one",
    "put a newline between END and BEGIN",
    "OpenSSL, PEM_R_BAD_END_LINE"
);
unreadable!(
    PEM_ONE_LINE,
    "pem-one-line",
    "a PEM block has lost its line breaks",
    "it was written by echo $VARIABLE without quotes",
    "write it again with quotes: printf %s \"$VARIABLE\" > FILE",
    "RFC 7468 §3"
);
unreadable!(
    PEM_LAYOUT,
    "pem-layout",
    "the BEGIN and END lines are not as they must be",
    "OpenSSL takes only lines that start with five hyphens and hold nothing else",
    "put them right",
    "RFC 7468 §3; OpenSSL, pem_lib.c"
);
unreadable!(
    PEM_DASHES,
    "pem-dashes",
    "typographic dashes stand in the BEGIN and END lines",
    "mail programs and word processors replace hyphens",
    "put five ASCII hyphens",
    "RFC 7468 §3"
);
unreadable!(
    PEM_CR,
    "pem-bare-cr",
    "the lines end with a lone carriage return",
    "OpenSSL sees one long line and finds no block",
    "turn carriage returns into newlines",
    "OpenSSL, pem_lib.c"
);
unreadable!(
    PEM_DAMAGED,
    "pem-damaged",
    "a PEM block is damaged",
    "it cannot be decoded",
    "copy the file again",
    "RFC 7468 §3"
);
unreadable!(
    CERT_DAMAGED,
    "cert-damaged",
    "the certificate's data is damaged or malformed",
    "no tool can read it",
    "copy the certificate file again; if that does not help, ask your CA \
     to issue it again",
    "RFC 5280 §4.1"
);

/// The CA stands first.
pub static CA_FIRST: Rule = Rule {
    id: "ca-first",
    exit: Exit::Mismatch,
    what: "the first certificate in the file is a CA, your own comes later",
    why: "every tool takes the first certificate as the identity",
    advice: "put your own certificate first",
    source: "RFC 8446 §4.4.2; eu-emi/canl-java issue 116",
    ..Rule::ERROR
};

/// The old certificate stands first.
pub static OLD_FIRST: Rule = Rule {
    id: "old-first",
    exit: Exit::Expired,
    what: "the first certificate in the file is expired, a later one of the same name is valid",
    why: "every tool takes the first certificate: the new one was appended, not put in its place",
    advice: "put the new certificate first, or keep only that one",
    source: "practice of renewals",
    ..Rule::ERROR
};

/// Something later in the file is damaged.
pub static LATER_DAMAGED: Rule = Rule {
    id: "later-block-damaged",
    what: "a block after the first certificate cannot be read",
    why: "the first certificate can be used, but tools that read the whole file stop there",
    advice: "remove or replace that block",
    source: "RFC 7468 §3",
    ..Rule::WARN
};

/// Odd, but read by OpenSSL.
pub static PEM_ODD: Rule = Rule {
    id: "pem-odd",
    what: "the PEM text is written oddly",
    why: "OpenSSL reads it; Java tools (canl, voms-proxy-init 3) may not",
    advice: "",
    refused_by: &["Java tools"],
    source: "canl-java; RFC 7468 §2",
    ..Rule::INFO
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &EMPTY,
    &IS_DER,
    &IS_PKCS12,
    &IS_PKCS7,
    &IS_REQUEST,
    &IS_CRL,
    &IS_PRIVATE_KEY,
    &IS_CERTIFICATE,
    &IS_PUBLIC_KEY,
    &IS_SSH,
    &IS_HTML,
    &IS_UTF16,
    &IS_KEYSTORE,
    &IS_JSON,
    &IS_BASE64,
    &IS_OTHER,
    &NO_CERTIFICATE,
    &NO_KEY,
    &PEM_TRUNCATED,
    &PEM_BAD_BASE64,
    &PEM_GLUED,
    &PEM_ONE_LINE,
    &PEM_LAYOUT,
    &PEM_DASHES,
    &PEM_CR,
    &PEM_DAMAGED,
    &CERT_DAMAGED,
    &CA_FIRST,
    &OLD_FIRST,
    &LATER_DAMAGED,
    &PEM_ODD,
];

/// What a file is wanted for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// A certificate.
    Certificate,
    /// A private key.
    Key,
}

/// Judges a certificate file: everything but the dates and the pair.
///
/// `located` says that tools will read it from this place, so that a form only certok
/// understands is an error; a file that was merely named is a curiosity then.
pub fn certificates(
    source: &Source,
    contents: &Contents,
    located: bool,
    now: UnixTime,
) -> Vec<Finding> {
    let mut findings = form(source, contents, Wanted::Certificate, located);
    if contents.certificates.is_empty() && findings.iter().all(|f| f.exit == Exit::Ok) {
        findings.push(nothing(source, contents, Wanted::Certificate));
    }
    findings.extend(damaged_certificates(source, contents));
    findings.extend(order(source, contents, now));
    findings
}

/// Judges a key file's form.
pub fn keys(source: &Source, contents: &Contents, located: bool) -> Vec<Finding> {
    let mut findings = form(source, contents, Wanted::Key, located);
    let none = contents.keys.is_empty() || is_ssh(contents);
    if none && findings.iter().all(|f| f.exit == Exit::Ok) {
        findings.push(nothing(source, contents, Wanted::Key));
    }
    findings
}

/// What OpenSSL, which alien.py, Globus, VOMS and XRootD read with, would stumble over.
fn form(source: &Source, contents: &Contents, wanted: Wanted, located: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let used = match wanted {
        Wanted::Certificate => contents.certificates.first().map(|slot| slot.line),
        Wanted::Key => contents.keys.first().map(|slot| slot.line),
    };
    for damage in &contents.damage {
        let found = damaged(source, damage);
        let later = !contents.mended && used.is_some_and(|line| line < damage.line);
        match (later, damage.kind == DamageKind::EndWithoutBegin) {
            (_, true) => {}
            (false, _) => findings.push(found),
            (true, _) => findings.push(LATER_DAMAGED.found(found.message).at(found.place)),
        }
    }
    findings.truncate(MAX_DAMAGE_FINDINGS);
    for quirk in &contents.quirks {
        findings.push(odd(source, *quirk));
    }
    if let (true, Some(shape)) = (
        findings.is_empty() || contents.shape.is_some(),
        &contents.shape,
    ) {
        let found = shaped(source, shape, wanted);
        let readable = contents.mended && matches!(shape, Shape::DerCertificate);
        let known = findings.iter().any(|finding| finding.exit != Exit::Ok);
        if readable && !located {
            findings.push(found.as_warning());
        } else if !known && !matches!(shape, Shape::Pem(_)) {
            findings.push(found);
        }
    }
    findings
}

/// Findings about damaged blocks that are worth a reader's time.
const MAX_DAMAGE_FINDINGS: usize = 3;

fn at(source: &Source, line: usize) -> Place {
    let file = match &source.origin {
        Origin::File(path) => Some(path.clone()),
        Origin::Stdin | Origin::Variable(_) => None,
    };
    let variable = match source.origin {
        Origin::Variable(name) => Some(name),
        Origin::File(_) | Origin::Stdin => None,
    };
    Place {
        file,
        variable,
        line: (line > 0).then_some(line),
        ..Place::default()
    }
}

fn damaged(source: &Source, damage: &Damage) -> Finding {
    let from = &source.origin;
    let (rule, repair): (&Rule, Option<&str>) = match &damage.kind {
        DamageKind::NoEnd => (&PEM_TRUNCATED, None),
        DamageKind::Glued => (&PEM_GLUED, Some(UNGLUE)),
        DamageKind::OneLine | DamageKind::SharedLine(_) => (&PEM_ONE_LINE, Some(REFOLD)),
        DamageKind::SmartDashes => (&PEM_DASHES, Some("sed 's/[–—−‐‑]\\+/-----/g' \"$b\"")),
        DamageKind::Indented => (&PEM_LAYOUT, Some("sed 's/^[[:blank:]]*//' \"$b\"")),
        DamageKind::LiteralNewlines => (
            &PEM_LAYOUT,
            Some("sed 's/\\\\r//g; s/\\\\n/\\n/g; s/[\"'\\'']//g' \"$b\""),
        ),
        DamageKind::Quoted => (&PEM_LAYOUT, Some("tr -d '\"'\\' < \"$b\"")),
        DamageKind::LowerCase
        | DamageKind::TextAfter(_)
        | DamageKind::TextBefore
        | DamageKind::WrongHyphens { .. } => (&PEM_LAYOUT, None),
        DamageKind::BadCharacter { .. } | DamageKind::BadLength(_) | DamageKind::BadPadding => {
            (&PEM_BAD_BASE64, None)
        }
        DamageKind::EmptyBody
        | DamageKind::EndWithoutBegin
        | DamageKind::LabelMismatch(_)
        | DamageKind::OpenHeaders => (&PEM_DAMAGED, None),
    };
    let detail = match damage.kind {
        DamageKind::NoEnd => format!("is truncated: {damage}"),
        DamageKind::Glued => format!("lacks a newline between two blocks: {damage}"),
        _ => format!("is damaged: {damage}"),
    };
    let found = rule
        .found(format!("{from} {detail}"))
        .at(at(source, damage.at));
    with_rewrite(found, source, repair)
}

const UNGLUE: &str = "sed -E 's/(-----END [^-]*-----)(-----BEGIN)/\\1\\n\\2/g' \"$b\"";
const REFOLD: &str = "sed -E 's/-----(BEGIN|END)([^-]*)-----/\\n&\\n/g' \"$b\" | awk \
                      '/^-----/{print;next}{gsub(/[ \\t\\r]/,\"\");if($0!=\"\")print}'";

fn odd(source: &Source, quirk: Quirk) -> Finding {
    let message = format!("{}: {quirk}", source.origin);
    match quirk {
        Quirk::BareCarriageReturns(line) => {
            let found = PEM_CR.found(message).at(at(source, line));
            with_rewrite(found, source, Some("tr '\\r' '\\n' < \"$b\""))
        }
        Quirk::LineLength(line) => PEM_DAMAGED
            .found(format!("{message}, which OpenSSL refuses"))
            .at(at(source, line)),
        Quirk::BlankLine(line) => {
            let found = PEM_DAMAGED
                .found(format!("{message}, which OpenSSL refuses"))
                .advice("remove the blank line")
                .at(at(source, line));
            with_rewrite(found, source, Some("awk 'NF' \"$b\""))
        }
        Quirk::TooManyBlocks(line) => LATER_DAMAGED.found(message).at(at(source, line)),
        Quirk::BlanksInBody(line) | Quirk::TrailingBlanks(line) => {
            PEM_ODD.found(message).at(at(source, line))
        }
        Quirk::ByteOrderMark => PEM_ODD.found(message).at(at(source, 1)),
    }
}

/// The same with a fix that keeps a copy, writes the file anew with `command`, which reads the
/// copy `"$b"`, and keeps its mode.
fn with_rewrite(found: Finding, source: &Source, command: Option<&str>) -> Finding {
    match (command, &source.origin, &source.file) {
        (Some(command), Origin::File(path), Some(facts)) => {
            found.fix(rewrite(path, facts.mode, command))
        }
        _ => found,
    }
}

/// A fix that keeps a copy of `path` as `"$b"` and writes it anew with `command`.
pub fn rewrite(path: &Path, mode: u32, command: &str) -> String {
    let file = shell::path(path);
    let keep = shell::keep_copy(path);
    // If the command fails, the file is as it was.
    let write = format!("{{ {command} > {file} || {{ cat \"$b\" > {file}; false; }}; }}");
    if mode & 0o200 != 0 {
        return format!("{keep} && {write}");
    }
    format!("{keep} && chmod u+w {file} && {write}; chmod {mode:o} {file}")
}

fn shaped(source: &Source, shape: &Shape, wanted: Wanted) -> Finding {
    let from = &source.origin;
    let base = |rule: &'static Rule| rule.found(format!("{from} is {shape}"));
    let found = match shape {
        Shape::Empty => EMPTY.found(format!("{from} is empty (0 bytes)")),
        Shape::OnlyBlanks | Shape::OnlyNuls => base(&EMPTY),
        Shape::DerCertificate if wanted == Wanted::Certificate => {
            let found = IS_DER.found(format!("{from} is {shape}, tools expect PEM"));
            with_rewrite(found, source, Some("openssl x509 -inform DER -in \"$b\""))
        }
        Shape::DerPrivateKey(_) | Shape::DerEncryptedKey if wanted == Wanted::Key => {
            let found = IS_DER.found(format!("{from} is {shape}, tools expect PEM"));
            with_rewrite(found, source, Some("openssl pkey -inform DER -in \"$b\""))
        }
        Shape::DerCertificate => base(&IS_CERTIFICATE),
        Shape::DerPrivateKey(_) | Shape::DerEncryptedKey => base(&IS_PRIVATE_KEY),
        Shape::DerCertificateRequest => base(&IS_REQUEST),
        Shape::DerCrl => base(&IS_CRL),
        Shape::DerPublicKey => base(&IS_PUBLIC_KEY),
        Shape::DerTruncated { says, has } => CERT_DAMAGED.found(format!(
            "{from} is truncated: DER says {says} bytes, the file has {has}"
        )),
        Shape::Pkcs12 { legacy, .. } => pkcs12(source, base(&IS_PKCS12), *legacy, wanted),
        Shape::Pkcs7 => {
            let take = "openssl pkcs7 -inform DER -print_certs -in \"$b\"";
            with_rewrite(base(&IS_PKCS7), source, Some(take))
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
                Some(&format!("iconv -f {order} -t UTF-8 \"$b\"")),
            )
        }
        Shape::Html => base(&IS_HTML),
        Shape::Json => base(&IS_JSON),
        Shape::Jks => base(&IS_KEYSTORE),
        Shape::Base64Only(_) => base(&IS_BASE64),
        Shape::OpenSshPrivateKey | Shape::OpenSshPublicKey => base(&IS_SSH),
        Shape::Archive(_) | Shape::Jwt | Shape::PgpArmor | Shape::Binary | Shape::Pem(_) => {
            match wanted {
                Wanted::Certificate => {
                    NO_CERTIFICATE.found(format!("no certificate in {from}: it is {shape}"))
                }
                Wanted::Key => NO_KEY.found(format!("no private key in {from}: it is {shape}")),
            }
        }
        Shape::Text => nothing_at_all(source, wanted),
    };
    found.at(at(source, 0))
}

fn nothing_at_all(source: &Source, wanted: Wanted) -> Finding {
    let from = &source.origin;
    let why = match source.bytes.trim_ascii() {
        b"null" => "it is the word null, which jq prints for a missing field",
        _ => "no PEM block in it",
    };
    match wanted {
        Wanted::Certificate => NO_CERTIFICATE.found(format!("no certificate in {from}: {why}")),
        Wanted::Key => NO_KEY.found(format!("no private key in {from}: {why}")),
    }
}

fn pkcs12(source: &Source, found: Finding, legacy: bool, wanted: Wanted) -> Finding {
    let take = match wanted {
        Wanted::Certificate => "-clcerts -nokeys",
        Wanted::Key => "-nocerts",
    };
    let flag = if legacy { " -legacy" } else { "" };
    let command = format!("openssl pkcs12{flag} -in \"$b\" {take}");
    with_rewrite(found, source, Some(&command))
}

/// PEM blocks are there, but not of the kind wanted.
fn nothing(source: &Source, contents: &Contents, wanted: Wanted) -> Finding {
    let from = &source.origin;
    let first = contents
        .others
        .iter()
        .find(|other| other.meaning != Meaning::EcParameters);
    let line = first.map_or(0, |other| other.line);
    let base = |rule: &'static Rule, what: &str| rule.found(format!("{from} {what}"));
    let found = match (wanted, first.map(|other| other.meaning)) {
        _ if is_ssh(contents) => base(&IS_SSH, "holds an OpenSSH private key"),
        (Wanted::Certificate, _) if !contents.keys.is_empty() => {
            base(&IS_PRIVATE_KEY, "contains a private key and no certificate")
        }
        (Wanted::Key, _) if !contents.certificates.is_empty() => {
            base(&IS_CERTIFICATE, "contains a certificate and no private key")
        }
        (_, Some(Meaning::Request)) => base(
            &IS_REQUEST,
            "holds a certificate request (CSR), not a signed certificate",
        ),
        (_, Some(Meaning::Crl)) => base(&IS_CRL, "holds a CRL"),
        (_, Some(Meaning::PublicKey)) => {
            let found = base(
                &IS_PUBLIC_KEY,
                "holds a public key and nothing else, no private key, no certificate",
            );
            if wanted == Wanted::Certificate {
                found.advice(
                    "extract the certificate: openssl pkcs12 -in cert.p12 -clcerts -nokeys -out \
                     usercert.pem",
                )
            } else {
                found
            }
        }
        (_, Some(Meaning::OpenSsh)) => base(&IS_SSH, "holds an OpenSSH private key"),
        (_, Some(Meaning::Pkcs7)) => {
            let take = "openssl pkcs7 -print_certs -in \"$b\"";
            with_rewrite(base(&IS_PKCS7, "holds PKCS#7"), source, Some(take))
        }
        (_, Some(_)) => {
            let label = first.map_or("", |other| other.label.as_str());
            base(
                &IS_OTHER,
                &format!("holds `{label}`, which is neither certificate nor key"),
            )
        }
        (_, None) => nothing_at_all(source, wanted),
    };
    found.at(at(source, line))
}

/// Whether the only keys are SSH's.
fn is_ssh(contents: &Contents) -> bool {
    let ssh =
        |error: &KeyError| matches!(error, KeyError::Unsupported(what) if what.contains("OpenSSH"));
    let mut keys = contents.keys.iter();
    !contents.keys.is_empty()
        && contents.certificates.is_empty()
        && keys.all(|slot| slot.parsed.as_ref().is_err_and(ssh))
}

fn damaged_certificates(source: &Source, contents: &Contents) -> Vec<Finding> {
    let from = &source.origin;
    let mut findings = Vec::new();
    for (position, slot) in contents.certificates.iter().enumerate() {
        let Err(error) = &slot.parsed else { continue };
        let place = Place {
            block: Some(slot.block),
            ..at(source, slot.line)
        };
        let message = format!("{from}: certificate data in block {}: {error}", slot.block);
        if position > 0 {
            findings.push(LATER_DAMAGED.found(message).at(place));
            continue;
        }
        let better = contents.readable().next().map(|(slot, certificate)| {
            format!(
                "copy the file again; block {} holds a readable certificate, of {}",
                slot.block,
                certificate.subject.screen()
            )
        });
        let found = CERT_DAMAGED.found(message).at(place);
        findings.push(better.map_or(found.clone(), |words| found.advice(words)));
    }
    findings
}

/// Whether the certificate that tools will use is the one that is meant.
fn order(source: &Source, contents: &Contents, now: UnixTime) -> Option<Finding> {
    let first = contents.first()?;
    let from = &source.origin;
    let place = Place {
        block: Some(1),
        ..at(source, 0)
    };
    if let Some((block, own)) = own_behind_ca(contents, first) {
        let found = CA_FIRST.found(format!(
            "wrong order in {from}: the first certificate is the CA {}, your own ({}) is number {block}",
            first.subject.common_name(),
            own.subject.common_name()
        ));
        return Some(with_rewrite(
            found.at(place),
            source,
            Some(&to_front(block)),
        ));
    }
    let renewed = contents.readable().skip(1).find(|(_, later)| {
        later.subject.same_as(&first.subject) && !later.is_ca() && later.validity.covers(now)
    });
    let (slot, later) = renewed.filter(|_| first.validity.not_after < now)?;
    let found = OLD_FIRST.found(format!(
        "{from} has two certificates for {}: the first, which all tools use, expired on {}; the \
         second (block {}) is valid until {}",
        first.subject.common_name(),
        first.validity.not_after.screen(),
        slot.block,
        later.validity.not_after.screen()
    ));
    Some(with_rewrite(
        found.at(place),
        source,
        Some(&to_front(slot.block)),
    ))
}

/// An end entity behind a first CA certificate that is above it.
fn own_behind_ca<'a>(
    contents: &'a Contents,
    first: &Certificate,
) -> Option<(usize, &'a Arc<Certificate>)> {
    let above = |own: &Certificate| {
        let in_file = |name| {
            contents
                .readable()
                .any(|(_, c)| c.is_ca() && c.subject.same_as(name))
        };
        in_file(&own.issuer)
    };
    first.is_ca().then_some(())?;
    contents
        .readable()
        .skip(1)
        .find(|(_, own)| !own.is_ca() && above(own))
        .map(|(slot, own)| (slot.block, own))
}

/// A command that writes block `block` of `"$b"` first and everything else after it.
pub fn to_front(block: usize) -> String {
    format!(
        "awk -v n={block} '/-----BEGIN /{{i++}} {{if (i==n) own=own $0 \"\\n\"; else rest=rest $0 \
         \"\\n\"}} END {{printf \"%s%s\", own, rest}}' \"$b\""
    )
}
