//! `ca-info --find`: finds CAs by name, hash or fingerprint, or the CAs that signed a certificate.

use std::path::Path;

use crate::chain::budget::Budget;
use crate::check::ca_dir::{Authority, Inventory};
use crate::check::{ca_info, chain, file};
use crate::command::ca::anchor::FilesByCa;
use crate::command::ca::row::place;
use crate::crypto::digest;
use crate::gather::credential::CredentialFile;
use crate::load;
use crate::locate::Role;
use crate::parse::cert::Certificate;
use crate::parse::name::Name;
use crate::report::{Exit, Finding};
use crate::system::env::Env;
use crate::text::hex::hex;

/// The result of a search.
#[derive(Debug)]
pub struct CaSearchResult {
    /// Indices of the CAs.
    pub listed: Vec<usize>,
    /// Whether they are a path: the signer of a certificate and those above it.
    pub is_path: bool,
    /// One sentence about the result.
    pub good: String,
    /// Why nothing was found, or not everything.
    pub findings: Vec<Finding>,
}

/// Searches for `text`. If it is a file, its signers; else CAs with that name.
pub fn run(
    text: &str,
    inventory: &Inventory,
    files_by_ca: &FilesByCa<'_>,
    env: &Env,
) -> CaSearchResult {
    let path = Path::new(text);
    let is_file = text == "-" || load::file_facts(path).is_some() && !load::is_directory(path);
    if is_file {
        return signers(path, inventory, files_by_ca, env);
    }
    let listed = called(text, inventory, files_by_ca);
    let (place, all) = (place(inventory), inventory.cas().count());
    let nothing = listed.is_empty() && all > 0;
    CaSearchResult {
        is_path: false,
        good: match listed.len() {
            1 => format!("1 of {all} CAs in {place} fits '{text}'"),
            n => format!("{n} of {all} CAs in {place} fit '{text}'"),
        },
        findings: nothing.then(|| ca_info::not_found(text, &place, all)).into_iter().collect(),
        listed,
    }
}

/// The CAs with the name `text`. If there is none, those whose name contains it.
fn called(text: &str, inventory: &Inventory, files_by_ca: &FilesByCa<'_>) -> Vec<usize> {
    let label = |prefix| text.strip_prefix(prefix);
    let text = label("issuer=").or(label("subject=")).unwrap_or(text).trim();
    let wanted = folded(text);
    let digits = text.replace(':', "").to_ascii_lowercase();
    let fits = |fit: &dyn Fn(usize, &Certificate) -> bool| -> Vec<usize> {
        let fitting = inventory.cas().filter(|(at, ca)| fit(*at, &ca.certificate));
        fitting.map(|(at, _)| at).collect()
    };
    let alias = |at: usize| files_by_ca.aliases[at].name.to_lowercase();
    let whole = |at: usize, certificate: &Certificate| {
        forms(&certificate.subject).contains(&wanted)
            || alias(at) == wanted
            || is_digest(&digits, certificate)
    };
    let exact = fits(&whole);
    if !exact.is_empty() {
        return exact;
    }
    fits(&|at, certificate| {
        let within = |form: &String| form.contains(&wanted);
        forms(&certificate.subject).iter().any(within) || alias(at).contains(&wanted)
    })
}

/// The forms of a name: as in policy files, for the screen, by RFC 4514, and as OpenSSL prints it
/// today, which has the reverse order.
fn forms(name: &Name) -> [String; 4] {
    let attributes = name.rdns().iter().flatten();
    let pairs: Vec<String> =
        attributes.map(|attribute| format!("{}={}", attribute.short(), attribute.text())).collect();
    let forms = [name.slash(), name.screen(), name.rfc4514(), pairs.join(",")];
    forms.map(|form| folded(&form))
}

/// In lower case, without blanks around `,` and `=`.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive([',', '=']) {
        let (words, mark) = match piece.strip_suffix([',', '=']) {
            Some(words) => (words.trim(), &piece[words.len()..]),
            None => (piece.trim(), ""),
        };
        out.extend([words, mark]);
    }
    out.to_lowercase()
}

/// Whether `digits` is one of its hash names (`01b5d333`, `01b5d333.0`) or fingerprints.
fn is_digest(digits: &str, certificate: &Certificate) -> bool {
    let (hash, number) = digits.split_once('.').unwrap_or((digits, "0"));
    let subject = &certificate.subject;
    match (hash.len(), digits.len()) {
        (8, _) if number.bytes().all(|b| b.is_ascii_digit()) => {
            hash == subject.new_hash() || hash == subject.old_hash()
        }
        (_, 40) => digits == hex(&digest::sha1(certificate.der())),
        (_, 64) => digits == hex(&digest::sha256(certificate.der())),
        _ => false,
    }
}

/// The CAs above the first certificate of a file.
fn signers(
    path: &Path,
    inventory: &Inventory,
    files_by_ca: &FilesByCa<'_>,
    env: &Env,
) -> CaSearchResult {
    let half = CredentialFile::operand(Role::UserCert, path);
    let mut out = CaSearchResult {
        listed: Vec::new(),
        is_path: true,
        good: String::new(),
        findings: half.trouble(env),
    };
    let Some(read) = half.found() else { return out };
    let form = file::certificates(&read.source, &read.contents, None, env.now);
    let unreadable = form.into_iter().filter(|found| found.exit != Exit::Ok);
    out.findings.extend(unreadable);
    let Some(first) = read.contents.first() else {
        return out;
    };
    let helpers: Vec<&Certificate> =
        read.contents.readable().skip(1).map(|(_, certificate)| certificate.as_ref()).collect();
    let budget = Budget::default();
    let climb = climb(first, &helpers, inventory, &budget);
    let place = place(inventory);
    if let Some(limit) = budget.exhausted() {
        let what =
            format!("{}: its signers in {place} were looked for up to {limit}", path.display());
        out.findings.push(chain::EXHAUSTED.found(what));
        out.listed = climb.listed;
        return out;
    }
    let alias = |at: &usize| files_by_ca.aliases[*at].name.as_str();
    let name = path.display().to_string();
    let Some(first_found) = climb.listed.first() else {
        let last = climb.last;
        let what = if std::ptr::eq(last, first.as_ref()) {
            name
        } else {
            format!("'{}' in {name}", last.subject.common_name())
        };
        let namesakes: Vec<&str> =
            named(&last.issuer, inventory).map(|(at, _)| alias(&at)).collect();
        out.findings.push(ca_info::no_signer(last, &what, &namesakes, &place));
        return out;
    };
    out.good = sentence(&climb, &name, *first_found, alias);
    if let (None, Some(top)) = (climb.root, climb.listed.last()) {
        let certificate = &inventory.authorities[*top].certificate;
        out.findings.push(ca_info::no_root(certificate, alias(top), &place));
    }
    out.listed = climb.listed;
    out
}

/// The sentence that says which key signed the content of the file `name`, and which root is above.
/// `first` is the next CA.
fn sentence<'a>(
    climb: &Climb<'_>,
    name: &str,
    first: usize,
    alias: impl Fn(&usize) -> &'a str,
) -> String {
    let between = match climb.between {
        0 => String::new(),
        n => format!(", through {n} of the file's own certificates"),
    };
    let root = match climb.root {
        Some(root) if root == first => ", a root".to_owned(),
        Some(root) => format!(", up to the root {}", alias(&root)),
        None => String::new(),
    };
    format!("{name} was signed by the key of {}{between}{root}", alias(&first))
}

/// The certificates above a certificate.
struct Climb<'a> {
    /// CAs of the directory in the order in which they were found, the nearest first.
    listed: Vec<usize>,
    /// The first root among them.
    root: Option<usize>,
    /// The last certificate whose signer was searched in the directory.
    last: &'a Certificate,
    /// Number of certificates in the file between the first one and the directory.
    between: usize,
}

/// Follows names and signatures upwards: through the file while the directory has no signer, then
/// through the directory.
fn climb<'a>(
    first: &'a Certificate,
    helpers: &[&'a Certificate],
    inventory: &Inventory,
    budget: &Budget,
) -> Climb<'a> {
    let listed = signed_by(first, inventory, budget);
    let mut climb = Climb { listed, root: None, last: first, between: 0 };
    while climb.listed.is_empty() && climb.between < helpers.len() {
        let above = |helper: &&&Certificate| {
            helper.subject.same_as(&climb.last.issuer)
                && **helper != climb.last
                && budget.signature(climb.last, helper).is_ok()
        };
        let Some(next) = helpers.iter().find(above) else {
            break;
        };
        climb.last = next;
        climb.between += 1;
        climb.listed = signed_by(climb.last, inventory, budget);
    }
    let mut at = 0;
    while let Some(authority) = climb.listed.get(at).map(|at| &inventory.authorities[*at]) {
        if climb.root.is_none() && is_own_signer(authority, climb.listed[at]) {
            climb.root = Some(climb.listed[at]);
        }
        for (by, verdict) in &authority.signers {
            let in_use = !inventory.is_out_of_use(&inventory.authorities[*by]);
            if verdict.is_ok() && in_use && !climb.listed.contains(by) {
                climb.listed.push(*by);
            }
        }
        at += 1;
    }
    climb
}

fn signed_by(certificate: &Certificate, inventory: &Inventory, budget: &Budget) -> Vec<usize> {
    let signed = named(&certificate.issuer, inventory)
        .filter(|(_, authority)| budget.signature(certificate, &authority.certificate).is_ok());
    signed.map(|(at, _)| at).collect()
}

/// The CAs with a name that are in use.
fn named<'a>(
    name: &Name,
    inventory: &'a Inventory,
) -> impl Iterator<Item = (usize, &'a Authority)> {
    inventory.named(name).filter(|(_, authority)| !inventory.is_out_of_use(authority))
}

fn is_own_signer(authority: &Authority, own: usize) -> bool {
    let mut signers = authority.signers.iter();
    signers.any(|(by, verdict)| *by == own && verdict.is_ok())
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn blanks_around_marks_do_not_count() {
        for (text, expected) in [
            ("CN = a b , O=C", "cn=a b,o=c"),
            ("/CN=x", "/cn=x"),
            ("Grid CA", "grid ca"),
            ("a=", "a="),
            ("\u{e9}, \u{c9}", "\u{e9},\u{e9}"),
            ("", ""),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }
}
