//! Does the private key belong to the certificate? Proven by computation, not by comparing text.

mod rule;
mod swapped;

use std::fmt;
use std::path::PathBuf;

use crate::chain::budget::{Budget, Work};
use crate::check;
pub use crate::check::key_match::rule::*;
pub use crate::check::key_match::swapped::{Side, are_swapped, swapped};
use crate::check::{chain, file};
use crate::crypto::decrypt::DecryptError;
use crate::crypto::key::PrivateKey;
use crate::crypto::pair::{Proof, Refused, fits, prove};
use crate::crypto::{RsaUse, price};
use crate::parse::cert::Certificate;
use crate::parse::key::{Container, KeyError};
use crate::report::{Exit, Finding, Place};
use crate::source::Source;
use crate::source::candidate::{Reason, Role};
use crate::text::shell;

/// A private key block, and the result of decrypting it.
pub enum Opened<'a> {
    /// Readable.
    Key(&'a PrivateKey),
    /// Encrypted, and no passphrase was given.
    Locked(&'a Container),
    /// Encrypted, and the passphrase does not open it.
    Failed(&'a Container, &'a DecryptError),
    /// Not a key that certok can parse.
    Bad(&'a KeyError),
}

/// One key block.
pub struct KeyBlock<'a> {
    /// Number of the block in the input, from 1.
    pub block: usize,
    /// Line of `BEGIN`.
    pub line: usize,
    /// What is in it.
    pub opened: Opened<'a>,
}

/// A certificate and the key that should belong to it.
pub struct Pair<'a> {
    /// Which credential.
    pub role: Role,
    /// The certificate in question.
    pub certificate: &'a Certificate,
    /// Where it was read.
    pub cert_source: &'a Source,
    pub cert_reason: Reason,
    /// The key blocks, in file order.
    pub keys: &'a [KeyBlock<'a>],
    /// The file or variable of the keys.
    pub key_source: &'a Source,
    pub key_reason: Reason,
    /// A file beside the certificate that holds the right key.
    pub sibling: Option<PathBuf>,
    /// Whether the proof must be a signature: if the proof is shown, or was asked for.
    pub sign: bool,
}

/// The answer.
pub struct Verdict {
    /// How the match was proven; `None` if there is no match or no answer.
    pub proof: Option<Proof>,
    /// Whether it is certain that they do not match.
    pub refuted: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Proves that the first key belongs to the certificate, or says why not.
pub fn check(pair: &Pair<'_>) -> Verdict {
    let several = |more: &str| {
        let (from, count) = (&pair.key_source.origin, pair.keys.len());
        SEVERAL_KEYS.found(format!("{from} has {count} private keys{more}"))
    };
    match pair.keys.first().map(|key| answer(pair, key)) {
        Some(Ok(proof)) => {
            let several = (pair.keys.len() > 1).then(|| several(""));
            Verdict { proof: Some(proof), refuted: false, findings: several.into_iter().collect() }
        }
        Some(Err(finding)) => {
            let refuted = finding.exit == Exit::Mismatch;
            let budget = tries();
            let mut findings = vec![better(pair, &budget).unwrap_or(*finding)];
            // Tools read the first key, and that one was tried.
            let untried = |limit| several(&format!(", which were not all tried: {limit}"));
            findings.extend(budget.exhausted().map(untried));
            Verdict { proof: None, refuted, findings }
        }
        None => Verdict { proof: None, refuted: false, findings: Vec::new() },
    }
}

/// Whether any of `keys` belongs to `certificate`. `None` if the budget did not suffice.
pub fn any_matches(
    certificate: &Certificate,
    keys: &[KeyBlock<'_>],
    budget: &Budget,
) -> Option<bool> {
    match keys.iter().any(|key| is_of(certificate, key, budget)) {
        true => Some(true),
        false => budget.exhausted().is_none().then_some(false),
    }
}

/// The budget for the keys of a file. It suffices for a thousand RSA-4096 keys.
pub fn tries() -> Budget {
    Budget::of(TRIES)
}

const TRIES: u64 = 100_000;

/// That the private key in `file` is encrypted, said of a credential that is judged without its key.
pub fn asks_passphrase(file: &str) -> Finding {
    let who =
        "only programs that ask for its passphrase can use it; jobs, cron and services cannot";
    LOCKED.found(format!("{file} is encrypted: {who}")).advice(UNLOCKED).as_warning()
}

const UNLOCKED: &str = "for jobs make a proxy or a token first: voms-proxy-init -voms VO, grid-proxy-init, or \
                        alien-token-init";

fn is_of(certificate: &Certificate, key: &KeyBlock<'_>, budget: &Budget) -> bool {
    let (Ok(public), Opened::Key(private)) = (&certificate.key, &key.opened) else {
        return false;
    };
    budget.spend(Work::Keys, price::of_half(private)) && fits(private, public).is_ok()
}

const NAME_THE_CURVE: &str = "OpenSSL 3 and Java refuse such keys: write the key with the name of its curve \
                              (openssl ec -param_enc named_curve), and request a certificate for it";

fn answer(pair: &Pair<'_>, key: &KeyBlock<'_>) -> Result<Proof, Box<Finding>> {
    let file = &pair.key_source.origin;
    let place = Place { block: Some(key.block), line: Some(key.line), ..check::place_of(file) };
    let public = pair.certificate.key.as_ref().map_err(|name| {
        let found = UNSUPPORTED
            .found(format!("{}: the certificate's key is {name}", pair.cert_source.origin));
        Box::new(match name.contains(chain::EXPLICIT) {
            true => found.advice(NAME_THE_CURVE),
            false => found,
        })
    })?;
    let proof = if pair.sign { prove } else { fits };
    let finding = match &key.opened {
        Opened::Key(private) => match proof(private, public) {
            Ok(proof) => return Ok(proof),
            Err(Refused::Mismatch) => mismatch(pair),
            Err(Refused::OtherUse(usage)) => OTHER_TYPE.found(other_type(file, usage)),
            Err(Refused::Broken(reason)) => BROKEN.found(format!("{file} is damaged: {reason}")),
        },
        Opened::Locked(container) => match lacking(container) {
            Some(cipher) => cipher_finding(pair, &cipher),
            None => {
                let found = LOCKED.found(format!(
                    "{file} is encrypted ({container}) and there is no passphrase: whether it \
                     matches is undecided"
                ));
                match pair.role.is_host() {
                    true => found.advice(
                        "a service starts without a person who types a passphrase: write the key \
                         without one, openssl pkey -in KEY -out NEW, and keep it for its user alone \
                         (mode 400)",
                    ),
                    false => found,
                }
            }
        },
        Opened::Failed(container, error) => failed(pair, container, error),
        Opened::Bad(KeyError::Unsupported(name)) => {
            let found =
                UNSUPPORTED.found(format!("{file} holds a key that certok cannot use: {name}"));
            match name.contains(chain::EXPLICIT) {
                true => found.advice(NAME_THE_CURVE),
                false => found,
            }
        }
        Opened::Bad(KeyError::Malformed(reason)) => {
            BROKEN.found(format!("{file} is damaged: {reason}"))
        }
    };
    Err(Box::new(finding.at(place)))
}

fn other_type(file: &impl fmt::Display, usage: RsaUse) -> String {
    let (key, certified) = match usage {
        RsaUse::Any => ("rsaEncryption", "id-RSASSA-PSS"),
        RsaUse::Pss | RsaUse::PssWith { .. } => ("id-RSASSA-PSS", "rsaEncryption"),
    };
    format!(
        "{file} holds the right numbers, but as a key for {key}, and the certificate's key is for \
         {certified}"
    )
}

fn failed(pair: &Pair<'_>, container: &Container, error: &DecryptError) -> Finding {
    let file = &pair.key_source.origin;
    match error {
        DecryptError::WrongPassphrase => {
            WRONG_PASSPHRASE.found(format!("the passphrase does not open {file} ({container})"))
        }
        DecryptError::Unsupported(cipher) => cipher_finding(pair, cipher),
        DecryptError::TooExpensive(what) => file::rewritten(
            TOO_COSTLY
                .found(format!("{file} asks for more work than certok does to open a key: {what}")),
            pair.key_source,
            "openssl pkey -in \"$b\" -aes256".to_owned(),
        ),
        DecryptError::Malformed(reason) => BROKEN.found(format!("{file} is damaged: {reason}")),
    }
}

/// The cipher of an encrypted key, if certok does not have it. Then no passphrase helps.
pub fn lacking(container: &Container) -> Option<String> {
    const READ: &[&str] = &["AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC"];
    let reads = |cipher: &str| READ.iter().any(|known| cipher.eq_ignore_ascii_case(known));
    let cipher = match container {
        Container::Legacy { cipher, .. } => cipher.as_str(),
        Container::EncryptedPkcs8 { encryption } => {
            let (scheme, cipher) = encryption.rsplit_once(", ").unwrap_or(("", encryption));
            // If the parameters could not be parsed, decrypting shows whether certok can.
            if scheme.is_empty() && cipher.starts_with("PBES2") || cipher == "unreadable" {
                return None;
            }
            cipher
        }
        Container::Pkcs1 | Container::Pkcs8 | Container::Sec1 => return None,
    };
    (!reads(cipher)).then(|| cipher.to_owned())
}

/// The finding for a cipher that certok does not have: one that OpenSSL 3 has disabled, or one that
/// it reads.
fn cipher_finding(pair: &Pair<'_>, cipher: &str) -> Finding {
    let file = &pair.key_source.origin;
    let upper = cipher.to_ascii_uppercase();
    let gone = ["RC2", "RC4", "MD2", "MD5", "IDEA", "BF-", "CAST", "SEED", "RC5"];
    let triple = upper.contains("TRIPLE") || upper.contains("EDE");
    let old = gone.iter().any(|name| upper.contains(name)) || upper.ends_with("DES-CBC") && !triple;
    let (found, command) = if old {
        let what = "an obsolete cipher that OpenSSL 3 does not read";
        let found = OLD_CIPHER.found(format!("{file} is encrypted with {cipher}, {what}"));
        let command = "openssl pkey -provider legacy -provider default -in \"$b\" -aes256";
        (found, command)
    } else {
        let what = "which certok does not open (OpenSSL does)";
        let found = UNSUPPORTED
            .found(format!("{file} is encrypted with {cipher}, {what}"))
            .advice("encrypt it anew with AES");
        (found, "openssl pkey -in \"$b\" -aes256")
    };
    file::rewritten(found, pair.key_source, command.to_owned())
}

fn mismatch(pair: &Pair<'_>) -> Finding {
    let (cert, key) = (&pair.cert_source.origin, &pair.key_source.origin);
    let one_variable = pair.cert_reason != pair.key_reason
        && matches!(
            (pair.cert_reason, pair.key_reason),
            (Reason::Variable(_), Reason::Default) | (Reason::Default, Reason::Variable(_))
        );
    if !one_variable && pair.certificate.is_ca() {
        let name = pair.certificate.subject.common_name();
        return MISMATCH
            .found(format!(
                "{cert} holds the CA certificate '{name}', not your own: the private key {key} \
                 does not match it"
            ))
            .advice("put your own certificate there, with the CA's after it if you like");
    }
    if !one_variable {
        let found =
            MISMATCH.found(format!("the private key {key} does not match the certificate {cert}"));
        return match pair.role {
            role if role.is_token() => {
                found.advice("get a new token, which makes both halves: alien-token-init")
            }
            role if role.is_host() => found.advice(
                "use the key that the request for this certificate was made with; if it is lost, \
                 request a new certificate",
            ),
            _ => found,
        };
    }
    let role = pair.role;
    let (cert_role, key_role) =
        if role.is_key() { (role.partner(), role) } else { (role, role.partner()) };
    let (set, unset) = match pair.cert_reason {
        Reason::Variable(_) => (cert_role.variable(), key_role.variable()),
        _ => (key_role.variable(), cert_role.variable()),
    };
    let found = TWO_PLACES.found(format!(
        "certificate {cert} and key {key} do not match: only {set} is set, {unset} is not, so its \
         default is used"
    ));
    match &pair.sibling {
        Some(sibling) => found
            .advice(format!("{} holds the matching half", sibling.display()))
            .fix(format!("export {unset}={}", shell::path(sibling))),
        None => found,
    }
}

/// A later key in the same file that matches.
fn better(pair: &Pair<'_>, budget: &Budget) -> Option<Finding> {
    let mut later = pair.keys.iter().enumerate().skip(1);
    let (position, later) = later.find(|(_, key)| is_of(pair.certificate, key, budget))?;
    let which = match position + 1 {
        2 => "the second".to_owned(),
        3 => "the third".to_owned(),
        number => format!("number {number}"),
    };
    let from = &pair.key_source.origin;
    let found = LATER_KEY
        .found(format!(
            "{from} has {} private keys: the first does not match the certificate, {which} (line \
             {}) does",
            pair.keys.len(),
            later.line
        ))
        .at(Place { block: Some(later.block), line: Some(later.line), ..check::place_of(from) });
    Some(file::rewritten(found, pair.key_source, file::to_front(later.block)))
}
