//! Chains put together at random: constraints, policies, usages, dates, proxies, lists. What certok
//! accepts OpenSSL accepts, and the other way about; each difference has a row with its reason.
//!
//! Every chain has its number, so a run is always the same one. `CERTOK_CHAINS` says how many are
//! taken (`tests/peers/chains.sh`), `CERTOK_CHAIN` which one alone is shown. Skipped where there is no `openssl`.

mod forge;
mod question;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use certok::chain::evidence::Evidence;
use certok::chain::revocation::{Bad, CrlMode, List};
use certok::chain::{Question, build};
use certok::parse::crl;
use forge::crl::{Crl, issuing_point, reason};
use forge::extension::Extension;
use forge::key::Key;
use forge::name::Name;
use forge::pki::Authority;
use forge::{Cert, NOW, cert_pem, crl_pem, der, extension as ext, pki};
use question::{QUESTION, known};

/// Chains, unless the variable says otherwise.
const CHAINS: u64 = 300;

/// Where the two differ: whether certok accepts, parts of either's reason, and why.
type Row = (bool, &'static [&'static str], &'static str);

const EXPLAINED: &[Row] = &[
    (
        false,
        &["ExceedsLimited"],
        "OpenSSL knows no limited proxies; Globus and canl refuse the one below",
    ),
    (
        false,
        &["IssuedByCa"],
        "RFC 3820 3.1: a proxy is of an end entity; OpenSSL lets a CA have one",
    ),
    (
        false,
        &["PathTooLong", PROXIES],
        "OpenSSL lets CAs have as many more below as a proxy's own length says",
    ),
    (
        true,
        &[AT_ROOT],
        "OpenSSL asks the root's own list about the root; RFC 5280 6.1 trusts an anchor",
    ),
    (false, &[SEVERAL], ONE_LIST),
    (true, &[SEVERAL], ONE_LIST),
];

/// Put to OpenSSL's reason where it is about the anchor.
const AT_ROOT: &str = "; at the root";

/// Put to the reasons where there are proxies.
const PROXIES: &str = "; proxies";

/// Put to the reasons where an issuer has more than one list.
const SEVERAL: &str = "; several lists of one issuer";

const ONE_LIST: &str = "OpenSSL takes the best list of an issuer, and asks no other: one that names \
                        the certificate, or that is good where the best is not";

#[test]
fn what_openssl_accepts_is_accepted_and_nothing_else() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: there is no openssl");
        return;
    }
    let wanted = std::env::var("CERTOK_CHAINS").ok();
    let wanted = wanted.map_or(CHAINS, |count| count.parse().expect("a number"));
    let directory = tempfile::tempdir().expect("a directory");
    if let Ok(number) = std::env::var("CERTOK_CHAIN") {
        let chain = Chain::new(number.parse().expect("a number"));
        println!("{}", chain.path.iter().map(|der| cert_pem(der)).collect::<String>());
        println!("certok {:?}, openssl {:?}", chain.certok(), chain.openssl(directory.path()));
        return;
    }
    let mut differences: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut counts = [0; 2];
    let mut explained = BTreeMap::new();
    for number in 0..wanted {
        let chain = Chain::new(number);
        let (ours, theirs) = (chain.certok(), chain.openssl(directory.path()));
        counts[usize::from(theirs.is_ok())] += 1;
        if ours.is_ok() == theirs.is_ok() {
            continue;
        }
        let of = |said: &Result<(), String>| said.clone().err().unwrap_or_default();
        let several = if chain.has_several_lists() { SEVERAL } else { "" };
        let proxies = if chain.proxies { PROXIES } else { "" };
        let reasons = format!("{}{}{several}{proxies}", of(&ours), of(&theirs));
        let fits =
            |row: &&Row| row.0 == ours.is_ok() && row.1.iter().all(|part| reasons.contains(part));
        match EXPLAINED.iter().find(fits) {
            Some(row) => *explained.entry(row.1).or_insert(0) += 1,
            None => differences
                .entry(format!("certok {ours:?}, openssl {theirs:?}{several}"))
                .or_default()
                .push(number),
        }
    }
    println!("{wanted} chains; refused, accepted by OpenSSL: {counts:?}; explained: {explained:?}");
    let lines = differences
        .iter()
        .map(|(kind, all)| format!("{:6} {kind}: {:?}", all.len(), &all[..all.len().min(4)]));
    let lines: Vec<String> = lines.collect();
    assert!(lines.is_empty(), "unexplained differences:\n{}", lines.join("\n"));
}

struct Chain {
    root: Authority,
    /// From the proxy or user certificate to the CA below the root.
    path: Vec<Vec<u8>>,
    lists: Vec<(Name, Vec<u8>)>,
    mode: Mode,
    proxies: bool,
}

/// Whose lists are asked.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    None,
    Leaf,
    All,
}

impl Chain {
    fn new(number: u64) -> Self {
        let mut random = Random(number);
        let root = Authority::numbered("Root", 1);
        let mut cas = vec![root];
        for depth in 0..random.below(3) {
            let above = &cas[cas.len() - 1];
            let ca = above.numbered_below(&format!("CA {depth}"), 2 + depth);
            let ca = ca.with_cert(&above.key, |cert| changed_ca(cert, &mut random));
            cas.push(ca);
        }
        let issuer = &cas[cas.len() - 1];
        let (mut name, mut key) = (pki::alice(), Key::numbered(10));
        let user = changed_user(issuer.user(&name, &key), &mut random);
        let mut path = vec![user.issue(&issuer.key)];
        let proxies = random.below(4).saturating_sub(1);
        for at in 0..proxies {
            let (proxy_name, proxy) = changed_proxy(&name, at, &key, &mut random);
            path.insert(0, proxy);
            (name, key) = (proxy_name, Key::numbered(11 + at));
        }
        path.extend(cas[1..].iter().rev().map(|ca| ca.der.clone()));
        // Of a proxy OpenSSL asks no list: with the leaf's alone, none at all.
        let modes = [Mode::None, Mode::All, Mode::Leaf];
        let mode = *random.of(if proxies > 0 { &modes[..2] } else { &modes });
        let mut lists = Vec::new();
        for (at, ca) in cas.iter().enumerate().filter(|_| mode != Mode::None) {
            let below = cas.get(at + 1).map_or(&user.serial, |ca| &ca.cert.serial);
            for _ in 0..*random.of(&[0, 1, 1, 1, 1, 1, 2]) {
                lists.push((ca.name.clone(), changed_list(ca, below, &mut random)));
            }
        }
        Self { root: cas.swap_remove(0), path, lists, mode, proxies: proxies > 0 }
    }

    fn has_several_lists(&self) -> bool {
        let issuers = self.lists.iter().map(|(issuer, _)| issuer.der());
        let mut issuers: Vec<Vec<u8>> = issuers.collect();
        let all = issuers.len();
        issuers.sort();
        issuers.dedup();
        issuers.len() < all
    }

    fn certok(&self) -> Result<(), String> {
        let mut pool = vec![known(&self.root.der, true)];
        pool.extend(self.path[1..].iter().map(|der| known(der, false)));
        let read = |(issuer, der): &(Name, Vec<u8>)| {
            let content = crl::Crl::parse(der.clone());
            let hash = certok_hash(issuer);
            List::new(
                "r0".to_owned(),
                Some(hash),
                content.map_err(|why| Bad::Corrupt(why.to_string())),
            )
        };
        let evidence =
            Evidence { lists: self.lists.iter().map(read).collect(), ..Evidence::default() };
        let crl = if self.mode == Mode::None { CrlMode::Off } else { CrlMode::Require };
        let question = Question {
            crl,
            crl_leaf_only: self.mode == Mode::Leaf,
            proxies: self.proxies,
            evidence: &evidence,
            ..QUESTION
        };
        let found = build::search(&known(&self.path[0], false), &pool, &question);
        let said = found
            .best
            .flaws
            .iter()
            .map(|flaw| format!("{:?}", flaw.defect).chars().take(60).collect::<String>());
        let said: Vec<String> = said.collect();
        match found.best.anchored && said.is_empty() {
            true => Ok(()),
            false => Err(said.join(", ")),
        }
    }

    fn openssl(&self, directory: &Path) -> Result<(), String> {
        let write = |name: &str, text: String| {
            let path = directory.join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let pems = |ders: &[Vec<u8>]| ders.iter().map(|der| cert_pem(der)).collect::<String>();
        let mut command = Command::new("openssl");
        command.args([
            "verify",
            "-no-CApath",
            "-no-CAstore",
            "-policy_check",
            "-purpose",
            "sslclient",
        ]);
        command.arg("-attime").arg(NOW.to_string());
        command.arg("-CAfile").arg(write("root.pem", cert_pem(&self.root.der)));
        if self.path.len() > 1 {
            command.arg("-untrusted").arg(write("untrusted.pem", pems(&self.path[1..])));
        }
        command.args(self.proxies.then_some("-allow_proxy_certs"));
        command.args(match self.mode {
            Mode::None => &[][..],
            Mode::Leaf => &["-crl_check", "-extended_crl"],
            Mode::All => &["-crl_check", "-crl_check_all", "-extended_crl"],
        });
        let lists: String = self.lists.iter().map(|(_, der)| crl_pem(der)).collect();
        if !lists.is_empty() {
            command.arg("-CRLfile").arg(write("lists.pem", lists));
        }
        let out =
            command.arg(write("leaf.pem", cert_pem(&self.path[0]))).output().expect("openssl");
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        let reason = text.lines().find(|line| line.starts_with("error ")).unwrap_or(&text);
        let at_root = reason.contains(&format!(" at {} depth ", self.path.len()));
        let reason = reason.split("lookup: ").last().unwrap_or_default();
        let reason = format!("{reason}{}", if at_root { AT_ROOT } else { "" });
        if out.status.success() { Ok(()) } else { Err(reason) }
    }
}

fn certok_hash(name: &Name) -> String {
    let name = certok::parse::name::Name::parse(&name.der()).expect("a name");
    name.new_hash()
}

fn changed_ca(cert: Cert, random: &mut Random) -> Cert {
    let mut cert = cert;
    for _ in 0..random.below(3) {
        let names = Name::slash("/DC=org/DC=certok");
        let other = Name::slash("/DC=org/DC=other");
        let subtree = |name: &Name| der::tlv(0xa4, &name.der());
        cert = match random.below(22) {
            0 => cert.replace(Extension::ca(Some(0))),
            1 => cert.replace(Extension::ca(Some(1))),
            2 => cert.replace(Extension::not_ca()),
            3 => cert.without("2.5.29.19"),
            4 => cert.replace(Extension::key_usage(&[ext::CRL_SIGN])),
            5 => cert.replace(Extension::key_usage(&[ext::KEY_CERT_SIGN])),
            6 => cert.without("2.5.29.15"),
            7 => cert.replace(Extension::extended_key_usage(&[ext::CLIENT_AUTH])),
            8 => cert.replace(Extension::extended_key_usage(&["2.5.29.37.0"])),
            9 => cert.replace(Extension::extended_key_usage(&[ext::SERVER_AUTH])),
            10 => cert.replace(Extension::name_constraints(&[subtree(&names)], &[])),
            11 => cert.replace(Extension::name_constraints(&[], &[subtree(&names)])),
            12 => cert.replace(Extension::name_constraints(&[subtree(&other)], &[])),
            13 => cert.replace(Extension::name_constraints(&[ext::dns("certok.test")], &[])),
            14 => cert.replace(Extension::name_constraints(&[], &[ext::email("certok.test")])),
            15 => cert.replace(policies(random)),
            16 => cert.replace(constraint(0, random)),
            17 => cert.replace(constraint(1, random)),
            18 => {
                cert.replace(Extension::raw("2.5.29.54", der::number(random.below(2))).critical())
            }
            19 => cert.replace(mapping(random)),
            20 => dated(cert, random),
            _ => cert.corrupt(),
        };
    }
    cert
}

fn changed_user(cert: Cert, random: &mut Random) -> Cert {
    let mut cert = cert;
    for _ in 0..random.below(2) {
        cert = match random.below(14) {
            0 => cert.replace(Extension::ca(None)),
            1 => cert.without("2.5.29.19"),
            2 => cert.replace(Extension::key_usage(&[ext::KEY_CERT_SIGN])),
            3 => cert.replace(Extension::key_usage(&[2])),
            4 => cert.without("2.5.29.15"),
            5 => cert.replace(Extension::extended_key_usage(&[ext::SERVER_AUTH])),
            6 => cert.without("2.5.29.37"),
            7 => cert.replace(Extension::subject_alt_name(&[ext::dns("a.certok.test")])),
            8 => cert.replace(Extension::subject_alt_name(&[ext::email("a@other.test")])),
            9 => cert.replace(policies(random)),
            10 => cert.without("2.5.29.32"),
            11 => dated(cert, random),
            12 => cert.with(Extension::unknown_critical()),
            _ => cert.corrupt(),
        };
    }
    cert
}

/// A proxy of `issuer`, and its name.
fn changed_proxy(issuer: &Name, at: u64, signer: &Key, random: &mut Random) -> (Name, Vec<u8>) {
    let language = *random.of(&[
        "1.3.6.1.5.5.7.21.1",
        "1.3.6.1.5.5.7.21.1",
        "1.3.6.1.5.5.7.21.2",
        "1.3.6.1.4.1.3536.1.1.1.9",
    ]);
    let (name, proxy) = pki::proxy(issuer, &at.to_string(), &Key::numbered(11 + at), language);
    let mut proxy = proxy.sign(signer.usual_sign());
    if random.below(3) == 0 {
        let length = *random.of(&[None, Some(0), Some(1)]);
        proxy = match random.below(6) {
            0 => proxy.replace(Extension::proxy(language, length)),
            1 => proxy.replace(Extension::ca(None)),
            2 => proxy.with(Extension::subject_alt_name(&[ext::email("a@certok.test")])),
            3 => proxy.replace(Extension::key_usage(&[ext::KEY_CERT_SIGN])),
            4 => dated(proxy, random),
            _ => proxy.corrupt(),
        };
    }
    (name, proxy.issue(signer))
}

fn changed_list(ca: &Authority, below: &[u8], random: &mut Random) -> Vec<u8> {
    let day = 86_400;
    let (from, to) = *random.of(&[
        (-day, day),
        (-day, day),
        (-day, day),
        (-2 * day, 2 * day),
        (-day, -1),
        (1, day),
    ]);
    let mut list = Crl::new(ca, NOW + from, NOW + to);
    if random.below(4) == 0 {
        list = list.revoke_with(
            below,
            NOW - day,
            vec![reason(u8::try_from(*random.of(&[1, 6])).expect("small"))],
        );
    }
    if random.below(3) == 0 {
        let flag = |number: u8, value: &[u8]| der::tlv(0x80 | number, value);
        list = list.with(match random.below(4) {
            0 => issuing_point(&[&flag(1, &[0xff])]),
            1 => issuing_point(&[&flag(2, &[0xff])]),
            2 => issuing_point(&[&flag(3, &[1, 0x7e])]),
            _ => Extension::unknown_critical(),
        });
    }
    let other = Key::numbered(99);
    list.issue(if random.below(12) == 0 { &other } else { &ca.key })
}

/// The last second is left out: RFC 5280 4.1.2.5 counts it, OpenSSL does not.
fn dated(cert: Cert, random: &mut Random) -> Cert {
    let (from, to) = *random.of(&[(-9, -1), (-9, 1), (0, 9), (1, 9)]);
    cert.valid_between(NOW + from, NOW + to)
}

fn policies(random: &mut Random) -> Extension {
    const CLASSIC: &str = "1.2.840.113612.5.2.2.1";
    let sets: &[&[&str]] =
        &[&["2.5.29.32.0"], &["1.2.3"], &["1.2.4"], &["1.2.3", "1.2.4"], &[CLASSIC]];
    let set: &&[&str] = random.of(sets);
    let extension = Extension::policies(set);
    if random.below(2) == 0 { extension.critical() } else { extension }
}

fn constraint(field: u8, random: &mut Random) -> Extension {
    let skip = u8::try_from(random.below(3)).expect("small");
    Extension::raw("2.5.29.36", der::sequence(&[&der::tlv(0x80 | field, &[skip])])).critical()
}

fn mapping(random: &mut Random) -> Extension {
    let (from, to) =
        *random.of(&[("1.2.3", "1.2.4"), ("1.2.4", "1.2.3"), ("2.5.29.32.0", "1.2.3")]);
    let pair = der::sequence(&[&der::oid(from), &der::oid(to)]);
    Extension::raw("2.5.29.33", der::sequence(&[&pair])).critical()
}

/// A generator of numbers that are always the same (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(u64::try_from(all.len()).expect("few"));
        &all[usize::try_from(at).expect("few")]
    }
}
