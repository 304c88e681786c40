//! Single changes of the DER of a leaf, a CA, a proxy and a list, at every node of the tree, signed
//! again by who signed the good one: what is accepted here is accepted by OpenSSL.
//!
//! Every change has its number, so a run is always the same one. `CERTOK_DER_CHANGES` says how many
//! of each are taken, evenly spread; 0 is all of them. What is refused here and accepted by OpenSSL
//! is counted and printed with its reasons (`--nocapture`). Skipped where there is no `openssl`.

mod changes;
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use certok::chain::evidence::Evidence;
use certok::chain::permission::PolicyMode;
use certok::chain::revocation::{Bad, CrlMode, List};
use certok::chain::{Defect, PoolCertificate, Purpose, Question, build};
use certok::parse::cert::Certificate;
use certok::parse::crl;
use certok::text::time::{Seconds, UnixTime};
use changes::changes;
use forge::crl::{Crl, reason};
use forge::extension::Extension;
use forge::key::Key;
use forge::pki::{Authority, alice, proxy};
use forge::{Cert, NOW, cert_pem, crl_pem, der, extension as ext};

/// Changes of each of the four, unless the variable says otherwise.
const CHANGES: usize = 400;

#[test]
fn what_is_accepted_is_accepted_by_openssl() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: there is no openssl");
        return;
    }
    let wanted = std::env::var("CERTOK_DER_CHANGES").ok();
    let wanted = wanted.map_or(CHANGES, |count| count.parse().expect("a number"));
    let scene = Scene::new();
    let mut worse = Vec::new();
    let mut stricter: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut total = 0;
    for (target, tbs) in scene.targets() {
        let changes = changes(&tbs);
        let step = match wanted {
            0 => 1,
            _ => changes.len().div_ceil(wanted),
        };
        let taken: Vec<_> = changes.into_iter().step_by(step).collect();
        let ders: Vec<_> = taken.iter().map(|(_, tbs)| scene.sign(target, tbs)).collect();
        let theirs = scene.openssl(target, &ders, true);
        // What is passed over with a warning OpenSSL minds only if it is to check policies.
        let lenient = scene.openssl(target, &ders, false);
        let theirs = theirs.into_iter().zip(lenient);
        for (((what, _), der), (theirs, lenient)) in taken.iter().zip(&ders).zip(theirs) {
            let minded = if is_passed_over(der) { lenient } else { theirs };
            match (scene.certok(target, der), minded) {
                (Ok(()), false) => worse.push(format!("{target:?}: {what}")),
                (Err(why), true) => {
                    let cause = format!("{target:?}: {}", without_numbers(&why));
                    stricter.entry(cause).or_default().push(what.clone());
                }
                _ => {}
            }
        }
        total += ders.len();
        let good = scene.sign(target, &tbs);
        assert_eq!(scene.certok(target, &good), Ok(()), "{target:?} as it was");
        assert_eq!(scene.openssl(target, &[good], true), [true], "{target:?} as it was");
    }
    let count: usize = stricter.values().map(Vec::len).sum();
    println!("{total} changes; {count} refused here and accepted by OpenSSL:");
    for (why, which) in &stricter {
        println!("{:6} {why}: {}", which.len(), which[0]);
    }
    assert!(
        worse.is_empty(),
        "{} accepted here and refused by OpenSSL:\n{}",
        worse.len(),
        worse.join("\n")
    );
}

/// What is changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    Leaf,
    Ca,
    Proxy,
    List,
}

struct Scene {
    root: Authority,
    sub: Authority,
    leaf: Cert,
    leaf_key: Key,
    proxy: Cert,
    list: Crl,
    directory: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let root = Authority::numbered("Root", 1);
        let sub = root.numbered_below("Sub", 2);
        let sub = sub.with_cert(&root.key, |cert| {
            cert.with(Extension::policies(&["2.5.29.32.0"]))
                .with(Extension::name_constraints(&[], &[ext::dns("x.test")]))
                .with(
                    Extension::raw("2.5.29.36", der::sequence(&[&der::context_primitive(0, &[5])]))
                        .critical(),
                )
                .with(Extension::crl_at("http://ca.certok.test/root.crl"))
        });
        let leaf_key = Key::numbered(3);
        let qualifier = der::sequence(&[&der::oid("1.3.6.1.5.5.7.2.1"), &der::ia5("http://p")]);
        let policy = der::sequence(&[&der::oid("1.2.3"), &der::sequence(&[&qualifier])]);
        let leaf = sub
            .user(&alice(), &leaf_key)
            .replace(Extension::raw("2.5.29.32", der::sequence(&[&policy])))
            .with(Extension::raw("2.16.840.1.113730.1.1", der::named_bits(&[0])));
        let (_, proxy) = proxy(&alice(), "7", &Key::numbered(4), "1.3.6.1.5.5.7.21.1");
        let proxy = proxy.sign(leaf_key.usual_sign());
        let list = Crl::new(&root, NOW - 86_400, NOW + 86_400)
            .revoke(&[0x51, 1, 2, 3], NOW)
            .revoke_with(&[0x52, 4], NOW, vec![reason(4)]);
        let directory = tempfile::tempdir().expect("a directory");
        let scene = Self { root, sub, leaf, leaf_key, proxy, list, directory };
        let leaf = scene.leaf.issue(&scene.sub.key);
        for (name, der) in [("root", &scene.root.der), ("sub", &scene.sub.der), ("leaf", &leaf)] {
            fs::write(scene.path(name), cert_pem(der)).expect("written");
        }
        let both = cert_pem(&scene.sub.der) + &cert_pem(&leaf);
        fs::write(scene.path("both"), both).expect("written");
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(format!("{name}.pem"))
    }

    fn targets(&self) -> [(Target, Vec<u8>); 4] {
        let list = self.list.issue(&self.root.key);
        let content = der::elements(&list)[0].1;
        let tbs = der::elements(content)[0].1;
        [
            (Target::Leaf, self.leaf.tbs()),
            (Target::Ca, self.sub.cert.tbs()),
            (Target::Proxy, self.proxy.tbs()),
            (Target::List, der::tlv(der::SEQUENCE, tbs)),
        ]
    }

    fn sign(&self, target: Target, tbs: &[u8]) -> Vec<u8> {
        let key = match target {
            Target::Leaf => &self.sub.key,
            Target::Ca | Target::List => &self.root.key,
            Target::Proxy => &self.leaf_key,
        };
        let sign = key.usual_sign();
        let signature = der::bit_string(&key.sign(sign, tbs));
        der::sequence(&[tbs, &sign.algorithm(), &signature])
    }

    fn certok(&self, target: Target, der: &[u8]) -> Result<(), String> {
        let known = |der: &[u8], trusted| {
            let certificate = Certificate::parse(der).map_err(|error| error.to_string())?;
            Ok::<_, String>(PoolCertificate {
                certificate: Arc::new(certificate),
                from: String::new(),
                block: 1,
                trusted,
            })
        };
        let leaf = self.leaf.issue(&self.sub.key);
        let pool =
            [known(&self.root.der, true)?, known(&self.sub.der, false)?, known(&leaf, false)?];
        let mut evidence = Evidence::default();
        let asked = match target {
            Target::List => {
                let hash = pool[0].certificate.subject.new_hash();
                let content = crl::Crl::parse(der.to_vec());
                let content = content.map_err(|error| Bad::Corrupt(error.to_string()));
                evidence.lists = vec![List::new("r0".to_owned(), Some(hash), content)];
                pool[1].clone()
            }
            _ => known(der, false)?,
        };
        let question = Question {
            at: UnixTime(NOW),
            need: Seconds(0),
            purpose: Purpose::Any,
            partial_chain: false,
            max_depth: 20,
            crl: if target == Target::List { CrlMode::Require } else { CrlMode::Off },
            crl_leaf_only: false,
            policy: PolicyMode::Off,
            proxies: true,
            evidence: &evidence,
        };
        let found = build::search(&asked, &pool, &question);
        match found.best.flaws.first() {
            None => Ok(()),
            Some(flaw) => Err(match &flaw.defect {
                Defect::MalformedExtension(oid, why) => format!("extension {oid} {why}"),
                other => format!("{other:?}"),
            }),
        }
    }

    /// Whether OpenSSL accepts each.
    fn openssl(&self, target: Target, ders: &[Vec<u8>], policies: bool) -> Vec<bool> {
        let file = |at: usize| self.path(&format!("changed-{at}"));
        for (at, der) in ders.iter().enumerate() {
            let text = if target == Target::List { crl_pem(der) } else { cert_pem(der) };
            fs::write(file(at), text).expect("written");
        }
        let base = || {
            let mut command = Command::new("openssl");
            command.arg("verify").args(policies.then_some("-policy_check"));
            command.arg("-attime").arg(NOW.to_string());
            command.args(["-allow_proxy_certs", "-CAfile"]).arg(self.path("root"));
            command.arg("-untrusted").arg(self.path("both"));
            command
        };
        if target == Target::List {
            let good = |at: usize| {
                let mut command = base();
                command.args(["-crl_check", "-CRLfile"]).arg(file(at));
                command.arg(self.path("sub")).output().is_ok_and(|out| out.status.success())
            };
            return (0..ders.len()).map(good).collect();
        }
        let mut accepted = vec![false; ders.len()];
        let all: Vec<usize> = (0..ders.len()).collect();
        for some in all.chunks(500) {
            let out = base().args(some.iter().map(|at| file(*at))).output().expect("openssl runs");
            let text = String::from_utf8_lossy(&out.stdout);
            for path in text.lines().filter_map(|line| line.strip_suffix(": OK")) {
                let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
                let at = stem.and_then(|stem| stem.strip_prefix("changed-")?.parse::<usize>().ok());
                accepted[at.expect("one of ours")] = true;
            }
        }
        accepted
    }
}

/// Whether an extension of it does not parse, which is a warning.
fn is_passed_over(der: &[u8]) -> bool {
    let read = Certificate::parse(der);
    read.is_ok_and(|certificate| !certificate.extensions.passed_over.is_empty())
}

/// A reason, without what differs from case to case.
fn without_numbers(reason: &str) -> String {
    let plain = |c: char| if c.is_ascii_digit() { '9' } else { c };
    let text: String = reason.chars().take(90).map(plain).collect();
    let mut out = text;
    while out.contains("99") {
        out = out.replace("99", "9");
    }
    out
}
