//! Signatures of requests and answers: making them, and finding who made them.

use std::path::Path;
use std::sync::Arc;

use crate::chain::proxy::Chain;
use crate::chain::{MAX_DEPTH, PoolCertificate, Purpose, Question, build};
use crate::check::chain::Context;
use crate::check::key_match::Opened;
use crate::check::{chain, exchange as check};
use crate::crypto::digest::sha256;
use crate::crypto::key::PrivateKey;
use crate::crypto::{PublicKey, pair, sign, verify};
use crate::gather::cas::Trust;
use crate::gather::credential;
use crate::gather::credential::{CredentialFile, Keys};
use crate::gather::options::{KeyOptions, TrustOptions};
use crate::load;
use crate::locate::{CaOptions, CaSearch, Role};
use crate::parse::cert::{Certificate, GeneralName};
use crate::parse::exchange::{MAX_CERTIFICATES, Signature, Signed};
use crate::parse::key::public_key_der;
use crate::parse::pem;
use crate::report::{Finding, Rule};
use crate::system::env::Env;
use crate::text::time::Seconds;

/// A new signature.
pub(super) struct Made {
    signature: Vec<u8>,
    certificates: Vec<Vec<u8>>,
}

impl Made {
    /// For the file.
    pub(super) fn part(&self) -> Signature<'_> {
        Signature { signature: &self.signature, certificates: &self.certificates }
    }
}

/// Signs with the key in `key` for the certificate in `cert`. Both may be the same file, such as a
/// proxy. Without `cert` the key must be an Ed25519 key that the other side knows. `message` is
/// made from the digest of the certificate.
pub(super) fn sign(
    cert: Option<&CredentialFile>,
    key: &CredentialFile,
    opening: &KeyOptions,
    message: impl Fn(Option<&[u8; 32]>) -> Vec<u8>,
    env: &Env,
) -> Result<Made, Vec<Finding>> {
    let mut troubles: Vec<Finding> = cert.map_or_else(Vec::new, |cert| cert.trouble(env));
    troubles.extend(key.trouble(env));
    let Some(read) = key.found().filter(|_| troubles.is_empty()) else {
        return Err(troubles);
    };
    let refused = |why: String| vec![check::SIGNER.found(why)];
    let shown = read.source.origin.to_string();
    let passphrase = credential::passphrase(read, opening).map_err(|finding| vec![*finding])?;
    let keys = Keys::open(read, passphrase.as_ref().map(|bytes| bytes.as_slice()));
    let blocks = keys.blocks();
    let private = blocks.iter().find_map(|block| match block.opened {
        Opened::Key(key) => Some(key),
        _ => None,
    });
    let Some(private) = private else {
        return Err(refused(format!(
            "{shown} holds no private key that can be opened without a passphrase, or with the one given"
        )));
    };
    let Some(cert) = cert else {
        if !matches!(private, PrivateKey::Ed25519 { .. }) {
            return Err(refused(format!(
                "{shown} is no Ed25519 key, and no certificate (--approver-cert) was given with it"
            )));
        }
        return made(private, &message(None), Vec::new()).map_err(refused);
    };
    let certificates = certificates(cert);
    let Some(leaf) = certificates.first() else {
        return Err(refused(format!("there is no certificate in {}", cert.described())));
    };
    let fits = leaf.key.as_ref().ok().map(|public| pair::prove(private, public));
    if fits.is_none_or(|proof| proof.is_err()) {
        return Err(refused(format!("the key in {shown} is not that of the certificate")));
    }
    let digest = sha256(leaf.der());
    let ders = certificates.iter().map(|one| one.der().to_vec()).collect();
    made(private, &message(Some(&digest)), ders).map_err(refused)
}

fn made(private: &PrivateKey, message: &[u8], certificates: Vec<Vec<u8>>) -> Result<Made, String> {
    let signature =
        sign::sign(private, message).ok_or_else(|| "the key is too odd to sign with".to_owned())?;
    Ok(Made { signature, certificates })
}

/// The certificates in the file that an answer may contain. A self-signed root is left out, because
/// it proves nothing.
fn certificates(half: &CredentialFile) -> Vec<Arc<Certificate>> {
    let all = half.found().into_iter().flat_map(|read| read.contents.readable());
    let all = all.map(|(_, certificate)| Arc::clone(certificate));
    let needed = all.enumerate().filter(|(at, one)| *at == 0 || !one.is_self_issued());
    needed.map(|(_, one)| one).take(MAX_CERTIFICATES).collect()
}

/// The Ed25519 public key in a PEM file.
pub(super) fn pinned(path: &Path) -> Result<[u8; 32], Box<Finding>> {
    let refused = |why: &str| {
        let message = format!("--approver-key: {}: {why}", path.display());
        Box::new(check::about(&check::SIGNER, path, message))
    };
    let source = load::file(path, false).map_err(|trouble| refused(&trouble.to_string()))?;
    let blocks = pem::scan(&source.bytes).blocks;
    let mut blocks = blocks.into_iter().flatten();
    let Some(block) = blocks.find(|block| block.label == "PUBLIC KEY") else {
        return Err(refused(
            "there is no block `PUBLIC KEY` in it (openssl pkey -in KEY -pubout makes one)",
        ));
    };
    match public_key_der(&block.bytes) {
        Ok(PublicKey::Ed25519(key)) => {
            key.try_into().map_err(|_| refused("its key is not 32 bytes long"))
        }
        Ok(other) => Err(refused(&format!("it is {}, not Ed25519", other.describe()))),
        Err(reason) => Err(refused(&format!("its key cannot be read: {reason:?}"))),
    }
}

/// Whether this key made `signed`, and no certificate is named.
pub(super) fn is_by(key: &[u8; 32], signed: &Signed, message: &[u8]) -> bool {
    let public = PublicKey::Ed25519(key.to_vec());
    let scheme = sign::scheme_of(&public);
    signed.certificates.is_empty()
        && verify::verify(scheme, &public, message, &signed.signature).is_ok()
}

/// The holder of the certificate that signed.
pub(super) struct Person {
    /// The DN in slash form. If a proxy signed, that of the end entity.
    pub(super) dn: String,
    /// The same for the screen.
    pub(super) shown: String,
    /// Names of the host, if it is a host certificate.
    pub(super) hosts: Vec<String>,
}

/// Verifies a signature by a certificate, and the certificate's chain.
pub(super) fn person(
    signed: &Signed,
    message: impl Fn(Option<&[u8; 32]>) -> Vec<u8>,
    broken: &'static Rule,
    origin: &Path,
    ca: &CaOptions,
    env: &Env,
) -> Result<Person, Vec<Finding>> {
    let known = |(at, certificate): (usize, &Arc<Certificate>)| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: origin.display().to_string(),
        block: at + 1,
        trusted: false,
    };
    let known: Vec<PoolCertificate> = signed.certificates.iter().enumerate().map(known).collect();
    let Some((leaf, helpers)) = known.split_first() else {
        return Err(vec![check::about(
            broken,
            origin,
            "there is no certificate with the signature",
        )]);
    };
    let certificate = &leaf.certificate;
    let name = certificate.subject.screen();
    let message = message(Some(&sha256(certificate.der())));
    let holds = certificate.key.as_ref().is_ok_and(|public| {
        verify::verify(sign::scheme_of(public), public, &message, &signed.signature).is_ok()
    });
    if !holds {
        let message = format!("the signature by {name} is wrong");
        return Err(vec![check::about(broken, origin, message)]);
    }
    let path = &verified(leaf, helpers, broken, origin, ca, env)?;
    let chain = Chain::new(path);
    if chain.is_limited() {
        let message = format!(
            "it is signed with a limited proxy of {name}: those go with jobs, and anyone who has \
             one may not act for its owner"
        );
        return Err(vec![check::about(broken, origin, message)]);
    }
    let identity = chain.identity().unwrap_or(&certificate.subject);
    if identity.is_ambiguous() {
        // Map files and --approver-dn contain the slash form.
        let name = identity.rfc4514();
        let message = format!(
            "it is signed by {name}, whose name in slash form can be read as \
                               another name"
        );
        return Err(vec![check::about(broken, origin, message)]);
    }
    Ok(Person {
        dn: identity.slash(),
        shown: identity.screen(),
        // Whoever holds a proxy of a host is not the host.
        hosts: match chain.proxies().is_empty() {
            true => hosts(certificate),
            false => Vec::new(),
        },
    })
}

/// The path of the signing certificate, leaf first.
fn verified(
    leaf: &PoolCertificate,
    helpers: &[PoolCertificate],
    broken: &'static Rule,
    origin: &Path,
    ca: &CaOptions,
    env: &Env,
) -> Result<Vec<PoolCertificate>, Vec<Finding>> {
    let options = TrustOptions { ca: ca.clone(), ..TrustOptions::default() };
    let mut trust = Trust::open(&options, CaSearch::Globus, env);
    let limit = trust.gather(leaf, helpers, false);
    let question = Question {
        at: env.now,
        need: Seconds(0),
        // A host certificate may be for servers only.
        purpose: Purpose::Any,
        partial_chain: false,
        max_depth: MAX_DEPTH,
        crl: options.crl,
        crl_leaf_only: false,
        policy: options.policy,
        proxies: true,
        evidence: &trust.evidence,
    };
    let mut pool = trust.pool.clone();
    pool.extend_from_slice(helpers);
    let outcome = build::search(leaf, &pool, &question);
    if outcome.accepted() && limit.is_none() {
        return Ok(outcome.best.path);
    }
    let context = Context {
        noun: Role::UserCert.noun(),
        token: false,
        question: &question,
        trust: &trust.shown(),
        by_hash: !trust.candidate.bundle,
    };
    let mut findings = chain::check(&outcome.best, context);
    let early =
        limit.map_or_else(String::new, |limit| format!(": the search ended early at {limit}"));
    let name = leaf.certificate.subject.screen();
    let message = format!("the certificate of {name}, which signed it, does not verify{early}");
    findings.insert(0, check::about(broken, origin, message));
    Err(findings)
}

fn hosts(certificate: &Certificate) -> Vec<String> {
    let names = certificate.extensions.alt_names.iter();
    let dns = names.filter_map(|name| match name {
        GeneralName::Dns(name) => Some(name.clone()),
        _ => None,
    });
    dns.collect()
}
