//! Which CAs a listing contains: what was not found, and what could not be listed.

use crate::check::rules;
use crate::parse::cert::Certificate;
use crate::report::Finding;

rules! {
    NOT_FOUND: ERROR, NotFound {
        id: "ca-not-found",
        what: "no CA of the directory is the one looked for",
        why: "a CA is found by its whole name, a part of it, a hash of its name, a fingerprint or \
              its file",
        advice: "certok ca-info lists them all",
        source: "certok",
    }
    NO_SIGNER: ERROR, NotFound {
        id: "ca-no-signer",
        what: "no CA of the directory signed the certificate",
        why: "the issuer's name alone proves nothing: its key must verify the signature",
        advice: "install the CA that its issuer names, or put the intermediate CA into the \
                 certificate's file",
        source: "RFC 5280 §6.1.3",
    }
    NO_ROOT: INFO {
        id: "ca-no-root",
        what: "the CAs above the certificate lead to no root in the directory",
        why: "a path ends at a root, unless partial chains are allowed",
        source: "RFC 5280 §6.1; X509_V_FLAG_PARTIAL_CHAIN",
    }
    NOT_LISTED: WARN {
        id: "ca-not-listed",
        what: "files of the directory that should hold CA certificates are not in the list",
        why: "they cannot be read, or hold no certificate: a lookup by hash stops there",
        advice: "certok ca-check says what is wrong with each",
        source: "X509_LOOKUP_hash_dir(3)",
    }
}

/// Nothing in the place called `place` matches `wanted`. It has `count` CAs.
pub fn not_found(wanted: &str, place: &str, count: usize) -> Finding {
    NOT_FOUND.found(format!(
        "none of the {count} CAs in {place} is called '{wanted}' or has it in its name, its \
         hashes or its fingerprints"
    ))
}

/// No CA signed `certificate`, called `name`. `namesakes` are CAs with the issuer's name.
pub fn no_signer(
    certificate: &Certificate,
    name: &str,
    namesakes: &[&str],
    place: &str,
) -> Finding {
    let issuer = certificate.issuer.screen();
    NO_SIGNER.found(match namesakes {
        [] => format!("no CA in {place} has the name of the issuer of {name}, {issuer}"),
        [one] => format!(
            "{one} in {place} has the name of the issuer of {name}, {issuer}, but its key did not \
             sign it"
        ),
        several => format!(
            "{} in {place} have the name of the issuer of {name}, {issuer}, but none of their \
             keys signed it",
            some(several)
        ),
    })
}

/// All names if there are few, else the first ones.
fn some(names: &[&str]) -> String {
    match names {
        [one, two, three, rest @ ..] if rest.len() > 1 => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        few => few.join(" and "),
    }
}

/// The last CA that was found, `top`, is not a root.
pub fn no_root(top: &Certificate, alias: &str, place: &str) -> Finding {
    NO_ROOT.found(format!(
        "{alias} is no root, and {place} holds no CA that signed it: {}",
        top.issuer.screen()
    ))
}

/// What could not be listed: name and reason of each.
pub fn not_listed(skipped: &[(&str, String)]) -> Option<Finding> {
    let first = skipped.iter().take(MAX_NAMED);
    let first: Vec<String> = first.map(|(name, why)| format!("{name} ({why})")).collect();
    let others = skipped.len() - first.len();
    let rest = match others {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let files = if skipped.len() == 1 { "file" } else { "files" };
    let message = format!(
        "not in the list: {} {files} that should hold a CA certificate: {}{rest}",
        skipped.len(),
        first.join(", ")
    );
    (!skipped.is_empty()).then(|| NOT_LISTED.found(message))
}

/// Most names in one sentence.
const MAX_NAMED: usize = 5;
