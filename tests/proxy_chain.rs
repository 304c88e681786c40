//! Chains of proxies as records: links from the user certificate down, what must come of it, and
//! why. Each runs with the pool in two orders.

mod forge;
mod question;

use std::sync::Arc;

use certok::chain::budget::Budget;
use certok::chain::{PoolCertificate, Question, build, proxy};
use certok::parse::cert::Certificate;
use forge::extension::Extension;
use forge::fixtures::proxy::Chain;
use forge::key::Key;
use forge::name::{Name, Text};
use forge::{Cert, der, extension as ext, pki};
use question::known;

const QUESTION: Question<'static> = Question { proxies: true, ..question::QUESTION };

/// `ok`, or each flaw as `STEP Defect`, proxies' by the name of their trouble.
fn verdict(chain: &Chain, ask: &Question<'_>, reversed: bool) -> String {
    let certificates = chain.certificates();
    let (leaf, helpers) = certificates.split_first().expect("a leaf");
    let mut pool = vec![known(&pki::root().der, true), known(&pki::grid().der, true)];
    pool.extend(helpers.iter().map(|der| known(der, false)));
    if reversed {
        pool.reverse();
    }
    let outcome = build::search(&known(leaf, false), &pool, ask);
    if outcome.accepted() {
        return "ok".to_owned();
    }
    let word = |flaw: &certok::chain::Flaw| {
        let text = match &flaw.defect {
            certok::chain::Defect::Proxy(trouble) => format!("{trouble:?}"),
            other => format!("{other:?}"),
        };
        let end = text.find(|c: char| !c.is_ascii_alphanumeric());
        format!("{} {}", flaw.step, &text[..end.unwrap_or(text.len())])
    };
    let words: Vec<String> = outcome.best.flaws.iter().map(word).collect();
    words.join(", ")
}

fn rfc(language: &str, path_length: Option<u64>) -> impl Fn(Cert) -> Cert {
    let info = Extension::proxy(language, path_length);
    move |cert| cert.with(info.clone())
}

/// With a policy, of which the language knows nothing.
fn with_policy(language: &str) -> impl Fn(Cert) -> Cert {
    let policy = der::sequence(&[&der::oid(language), &der::octets(b"read /data")]);
    let info = Extension::raw("1.3.6.1.5.5.7.1.14", der::sequence(&[&policy])).critical();
    move |cert| cert.with(info.clone())
}

fn draft(language: &str) -> impl Fn(Cert) -> Cert {
    let info = Extension::draft_proxy(language, None);
    move |cert| cert.with(info.clone())
}

fn plain(cert: Cert) -> Cert {
    cert
}

/// A SubjectPublicKeyInfo of an RSA key that nobody has.
fn rsa_of(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits.div_ceil(8)];
    modulus[0] = match bits % 8 {
        0 => 0x80,
        rest => 1 << (rest - 1),
    };
    if modulus[0] & 0x80 != 0 {
        modulus.insert(0, 0);
    }
    let key = der::sequence(&[&der::integer(&modulus), &der::number(65537)]);
    let algorithm = der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &der::null()]);
    der::sequence(&[&algorithm, &der::bit_string(&key)])
}

fn alice() -> Chain {
    Chain::alice()
}

/// A chain under a user certificate changed in some way.
fn of_user(change: impl FnOnce(Cert) -> Cert) -> Chain {
    let key = Key::load("user");
    let cert = change(pki::grid().user(&pki::alice(), &key));
    Chain::of(&cert, &pki::alice(), &key)
}

const FULL: &str = ext::INHERIT_ALL;

type Vector = (&'static str, &'static str, Chain, &'static str);

fn families() -> Vec<Vector> {
    const WHY: &str = "Globus, incompatible proxy types: each family keeps to itself";
    let one = |change: &dyn Fn(Cert) -> Cert, cn: &str| alice().link(cn, "job", change);
    vec![
        ("draft below draft", WHY, one(&draft(FULL), "1").link("2", "job", draft(FULL)), "ok"),
        ("RFC below draft", WHY, one(&draft(FULL), "1").rfc("2", FULL, None), "0 Mixed"),
        (
            "draft below RFC",
            WHY,
            alice().rfc("1", FULL, None).link("2", "job", draft(FULL)),
            "0 Mixed",
        ),
        (
            "legacy below RFC",
            WHY,
            alice().rfc("1", FULL, None).link("proxy", "job", plain),
            "0 Mixed",
        ),
        ("RFC below legacy", WHY, one(&plain, "proxy").rfc("1", FULL, None), "0 Mixed"),
        ("legacy below legacy", WHY, one(&plain, "proxy").link("proxy", "job", plain), "ok"),
        (
            "limited below full legacy",
            "a limited proxy may be made of a full one",
            one(&plain, "proxy").link("limited proxy", "job", plain),
            "ok",
        ),
        (
            "full below limited legacy",
            "it may not do more than its issuer",
            one(&plain, "limited proxy").link("proxy", "job", plain),
            "0 ExceedsLimited",
        ),
        (
            "limited below limited legacy",
            "it does no more than its issuer",
            one(&plain, "limited proxy").link("limited proxy", "job", plain),
            "ok",
        ),
        (
            "legacy names in capitals",
            "canl takes any case of letters",
            one(&plain, "LIMITED PROXY"),
            "ok",
        ),
        (
            "another last CN",
            "neither an extension nor the name: an end entity issued it",
            one(&plain, "1001"),
            "1 NotCa, 1 NoCertSign, 2 PathTooLong",
        ),
        (
            "both extensions in one",
            "the other family's is an unknown critical extension",
            alice().link("1", "job", |cert| draft(FULL)(rfc(FULL, None)(cert))),
            "0 UnknownCritical",
        ),
        (
            "restricted below limited",
            "Globus: only limited or independent",
            alice().rfc("1", ext::LIMITED, None).rfc("2", "1.2.3.4", None),
            "0 ExceedsLimited",
        ),
        (
            "full below limited with a policy",
            "Globus and canl go by the language",
            alice().link("1", "job", with_policy(ext::LIMITED)).rfc("2", FULL, None),
            "0 ExceedsLimited",
        ),
        (
            "limited below independent",
            "an independent proxy is somebody of its own",
            alice().rfc("1", ext::INDEPENDENT, None).rfc("2", ext::LIMITED, None),
            "ok",
        ),
    ]
}

fn lengths() -> Vec<Vector> {
    const SMALLEST: &str = "RFC 3820 §4.1: the smallest length governs";
    const FALLS: &str = "OpenSSL, check_chain: lengths fall from each proxy to the next below";
    let chain = |lengths: &[Option<u64>]| {
        lengths
            .iter()
            .enumerate()
            .fold(alice(), |chain, (at, length)| chain.rfc(&format!("{at}"), FULL, *length))
    };
    vec![
        ("1 above one", SMALLEST, chain(&[Some(1), None]), "ok"),
        ("1 above two", SMALLEST, chain(&[Some(1), None, None]), "2 PathTooLong"),
        ("2 above two", SMALLEST, chain(&[Some(2), None, None]), "ok"),
        ("0 in the middle", SMALLEST, chain(&[Some(5), Some(0), None]), "1 PathTooLong"),
        ("2, 1, 0", FALLS, chain(&[Some(2), Some(1), Some(0)]), "ok"),
        ("1, 0", FALLS, chain(&[Some(1), Some(0)]), "ok"),
        ("1, 1", FALLS, chain(&[Some(1), Some(1)]), "1 PathLengthGrows"),
        ("none, 1", FALLS, chain(&[None, Some(1)]), "ok"),
        ("3, none, 1", FALLS, chain(&[Some(3), None, Some(1)]), "ok"),
        ("2, none, 1", FALLS, chain(&[Some(2), None, Some(1)]), "2 PathLengthGrows"),
        (
            "more than fits",
            "a length beyond 32 bits is any number",
            alice().rfc("1", FULL, Some(1 << 40)).rfc("2", FULL, None),
            "ok",
        ),
        (
            "a draft's length",
            "the same constraint in another place",
            alice().link("1", "job", |cert| cert.with(Extension::draft_proxy(FULL, Some(0)))).link(
                "2",
                "job",
                draft(FULL),
            ),
            "1 PathTooLong",
        ),
        (
            "proxies under a CA of path length 0",
            "RFC 3820 §3.7: proxies do not count there",
            chain(&[None, None, None]),
            "ok",
        ),
    ]
}

fn names() -> Vec<Vector> {
    const WHY: &str = "RFC 3820 §3.4: the issuer's subject and one CN";
    let named = |name: Name| {
        alice().link("1", "job", |mut cert| {
            cert.subject = name.der();
            rfc(FULL, None)(cert)
        })
    };
    vec![
        (
            "CN as Printable",
            "its string type is free",
            named(pki::alice().with_text("CN", Text::Printable, "1")),
            "ok",
        ),
        ("OU in place of CN", WHY, named(pki::alice().with("OU", "1")), "0 Subject"),
        ("two CNs more", WHY, named(pki::alice().with("CN", "1").with("CN", "2")), "0 Subject"),
        ("no CN more", WHY, named(pki::alice()), "0 Subject"),
        ("one RDN less", WHY, named(Name::slash("/DC=org/DC=certok/OU=People")), "0 Subject"),
        (
            "another name before the CN",
            WHY,
            named(Name::slash("/DC=org/DC=certok/OU=People/CN=Bob").with("CN", "1")),
            "0 Subject",
        ),
        (
            "the issuer's name in capitals",
            "RFC 5280 §7.1: the case of letters does not count",
            named(Name::slash("/DC=org/DC=certok/OU=PEOPLE/CN=ALICE ADAMS").with("CN", "1")),
            "ok",
        ),
        (
            "CN and OU in one RDN",
            WHY,
            named(pki::alice().with_several(&[("CN", "1"), ("OU", "x")])),
            "0 Subject",
        ),
    ]
}

fn usages() -> Vec<Vector> {
    const MARK: &str = "OpenSSL, check_ca: it takes such an issuer for a CA, which issues no proxy";
    const EKU: &str = "RFC 3820 §4.2: what the user certificate may not, its proxy may not";
    let one = |change: &dyn Fn(Cert) -> Cert| {
        alice().link("1", "job", |cert| rfc(FULL, None)(change(cert)))
    };
    vec![
        (
            "EKU of the user: server",
            EKU,
            of_user(|cert| cert.replace(Extension::extended_key_usage(&[ext::SERVER_AUTH])))
                .rfc("1", FULL, None),
            "1 PurposeNotAllowed",
        ),
        (
            "EKU of the proxy: server",
            EKU,
            one(&|cert| cert.with(Extension::extended_key_usage(&[ext::SERVER_AUTH]))),
            "0 PurposeNotAllowed",
        ),
        (
            "KU of the proxy: keyEncipherment",
            "RFC 8446 §4.4.2.2: a client signs",
            one(&|cert| cert.with(Extension::key_usage(&[ext::KEY_ENCIPHERMENT]))),
            "0 NoDigitalSignature",
        ),
        (
            "KU of a proxy above: keyEncipherment",
            "RFC 3820 §3.6",
            one(&|cert| cert.with(Extension::key_usage(&[ext::KEY_ENCIPHERMENT])))
                .rfc("2", FULL, None),
            "0 IssuerMayNotSign",
        ),
        (
            "KU of a proxy above: keyCertSign, no basicConstraints",
            MARK,
            one(&|cert| cert.with(signs())).rfc("2", FULL, None),
            "0 IssuerMarkedAsCa",
        ),
        (
            "KU of a proxy above: keyCertSign, CA:FALSE",
            MARK,
            one(&|cert| cert.with(signs()).with(Extension::not_ca())).rfc("2", FULL, None),
            "ok",
        ),
        (
            "KU of the last proxy: keyCertSign",
            "OpenSSL, check_ca: only who issues must not be a CA",
            one(&|cert| cert.with(signs())),
            "ok",
        ),
        (
            "KU of the user: keyCertSign, no basicConstraints",
            MARK,
            of_user(|cert| cert.without("2.5.29.19").replace(signs())).rfc("1", FULL, None),
            "0 IssuerMarkedAsCa",
        ),
        (
            "KU of the user: keyCertSign, CA:FALSE",
            MARK,
            of_user(|cert| cert.replace(signs())).rfc("1", FULL, None),
            "ok",
        ),
        (
            "netscapeCertType of the user: client and CA, nothing else",
            MARK,
            of_user(|cert| {
                let bare = cert.without("2.5.29.19").without("2.5.29.15");
                bare.with(netscape(&[0, 5]))
            })
            .rfc("1", FULL, None),
            "0 IssuerMarkedAsCa",
        ),
        (
            "netscapeCertType of the user: client, nothing else",
            MARK,
            of_user(|cert| {
                let bare = cert.without("2.5.29.19").without("2.5.29.15");
                bare.with(netscape(&[0]))
            })
            .rfc("1", FULL, None),
            "ok",
        ),
        (
            "EKU of the user: any",
            "RFC 5280 §4.2.1.12: a warning that names OpenSSL",
            of_user(|cert| cert.replace(Extension::extended_key_usage(&["2.5.29.37.0"])))
                .rfc("1", FULL, None),
            "ok",
        ),
        (
            "no KU anywhere",
            "RFC 3820 §3.6: if present",
            of_user(|cert| cert.without("2.5.29.15")).link("1", "job", rfc(FULL, None)),
            "ok",
        ),
        (
            "CA:FALSE in the proxy",
            "RFC 3820 §3.7 forbids cA TRUE alone",
            one(&|cert| cert.with(Extension::not_ca())),
            "ok",
        ),
        (
            "issuerAltName",
            "RFC 3820 §3.2",
            one(&|cert| {
                let mut names = Extension::subject_alt_name(&[ext::dns("x.test")]);
                names.oid = "2.5.29.18".to_owned();
                cert.with(names)
            }),
            "0 AlternativeName",
        ),
        (
            "an unknown extension, not critical",
            "RFC 5280 §4.2: it may be passed over, as VOMS attributes are",
            one(&|cert| {
                cert.with(Extension::raw("1.3.6.1.4.1.8005.100.100.5", der::sequence(&[])))
            }),
            "ok",
        ),
        (
            "a key of 1024 bits",
            "proxies of 1024 bits are a warning",
            one(&|mut cert| {
                cert.spki = rsa_of(1024);
                cert
            }),
            "ok",
        ),
        (
            "a key of 1023 bits",
            "below 1024 bits nobody takes it",
            one(&|mut cert| {
                cert.spki = rsa_of(1023);
                cert
            }),
            "0 KeyTooSmall",
        ),
    ]
}

/// keyCertSign and what a proxy's issuer needs.
fn signs() -> Extension {
    Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN])
}

/// netscapeCertType of these bits: 0 client, 5 CA.
fn netscape(bits: &[u8]) -> Extension {
    Extension::raw("2.16.840.1.113730.1.1", der::named_bits(bits))
}

/// Extensions with which CAs bind those below them.
fn constraints() -> Vec<Vector> {
    const NAMES: &str = "RFC 5280 §4.2.1.10; OpenSSL applies them, critical or not";
    const POLICIES: &str = "RFC 5280 §4.2: what is critical and not heeded is refused";
    let limits = || Extension::name_constraints(&[pki::alice().general()], &[]);
    let lenient = || Extension::raw("2.5.29.30", limits().value);
    let explicit = || {
        let zero = der::context_primitive(0, &[0]);
        Extension::raw("2.5.29.36", der::sequence(&[&zero])).critical()
    };
    let mapping = || {
        let (from, to) = (der::oid("1.2.3.4"), der::oid("1.2.3.5"));
        Extension::raw("2.5.29.33", der::sequence(&[&der::sequence(&[&from, &to])]))
    };
    let inhibit = || Extension::raw("2.5.29.54", der::number(0)).critical();
    let one = |extension: Extension| {
        alice().link("1", "job", |cert| rfc(FULL, None)(cert.with(extension)))
    };
    let below = |extension| one(extension).rfc("2", FULL, None);
    let of = |extension: Extension| of_user(|cert| cert.with(extension)).rfc("1", FULL, None);
    vec![
        ("nameConstraints", NAMES, one(limits()), "0 CaExtension"),
        ("nameConstraints, not critical", NAMES, one(lenient()), "0 CaExtension"),
        ("nameConstraints of a proxy above", NAMES, below(limits()), "1 CaExtension"),
        ("nameConstraints of the user, within", NAMES, of(limits()), "ok"),
        ("policyConstraints", POLICIES, below(explicit()), "1 CaExtension"),
        ("policyMappings", POLICIES, below(mapping().critical()), "1 CaExtension"),
        ("policyMappings, not critical", POLICIES, below(mapping()), "ok"),
        ("inhibitAnyPolicy", POLICIES, below(inhibit()), "1 CaExtension"),
        (
            "policyConstraints of the user, who has a policy",
            "RFC 5280 §6.1.5 (b): they are applied",
            of(explicit()),
            "1 Constraint",
        ),
    ]
}

fn places() -> Vec<Vector> {
    let below = |change: &dyn Fn(Cert) -> Cert| {
        let proxy = alice().link("1", "job", |cert| change(rfc(FULL, None)(cert)));
        proxy.link("2", "other", |cert| cert.with(Extension::not_ca()))
    };
    vec![
        (
            "an end entity below a proxy",
            "a proxy may issue proxies and nothing else",
            below(&plain),
            "1 NotCa, 2 NotCa, 2 NoCertSign, 3 PathTooLong, 1 Misplaced",
        ),
        (
            "an end entity below a proxy that says it is a CA",
            "what a proxy says of itself makes it no CA",
            below(&|cert| {
                cert.with(Extension::ca(None))
                    .with(Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN]))
            }),
            "2 NotCa, 2 NoCertSign, 3 PathTooLong, 1 Misplaced",
        ),
        (
            "a proxy of the user's, signed by another key",
            "its issuer's key must verify it",
            alice().link("1", "job", |cert| rfc(FULL, None)(cert).corrupt()),
            "0 BadSignature",
        ),
    ]
}

fn vectors() -> Vec<Vector> {
    [families(), lengths(), names(), usages(), constraints(), places()].concat()
}

#[test]
fn each_chain_gives_what_it_must() {
    let mut wrong = Vec::new();
    for (name, why, chain, want) in vectors() {
        for reversed in [false, true] {
            let got = verdict(&chain, &QUESTION, reversed);
            if got != want {
                wrong.push(format!("{name}: {got}, not {want} ({why})"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// With no proxies allowed none is accepted, and it is said once.
#[test]
fn none_is_accepted_where_none_is_allowed() {
    let denied = Question { proxies: false, ..QUESTION };
    for (name, _, chain, _) in vectors() {
        let got = verdict(&chain, &denied, false);
        assert_ne!(got, "ok", "{name}");
    }
    let good = alice().rfc("1", FULL, None).rfc("2", FULL, None);
    assert_eq!(verdict(&good, &denied, false), "0 NotAllowed");
}

/// No bit of a proxy, nor of its user certificate, can change.
#[test]
fn no_flipped_link_is_accepted() {
    let chain = alice().rfc("1001", ext::LIMITED, Some(1));
    let certificates = chain.certificates();
    let anchors = [known(&pki::root().der, true), known(&pki::grid().der, true)];
    for (which, good) in certificates.iter().enumerate() {
        let mut copy = good.clone();
        for at in 0..good.len() {
            copy[at] ^= 1 << (at % 8);
            if let Ok(changed) = Certificate::parse(&copy) {
                let mut links: Vec<PoolCertificate> =
                    certificates.iter().map(|der| known(der, false)).collect();
                links[which].certificate = Arc::new(changed);
                let (leaf, helpers) = links.split_first().expect("a leaf");
                let pool: Vec<PoolCertificate> = anchors.iter().chain(helpers).cloned().collect();
                let outcome = build::search(leaf, &pool, &QUESTION);
                assert!(!outcome.accepted(), "link {which} with byte {at} flipped");
                let _ = proxy::within(leaf, helpers, &Budget::default());
            }
            copy[at] = good[at];
        }
    }
}

/// What a chain stands for.
#[test]
fn identities() {
    for (chain, identity, limited, left) in [
        (alice().rfc("1", FULL, None), "Alice Adams", false, None),
        (alice().rfc("1", ext::LIMITED, Some(3)), "Alice Adams", true, Some(3)),
        (
            alice().rfc("1", ext::LIMITED, Some(3)).rfc("2", ext::INDEPENDENT, None),
            "2",
            false,
            Some(2),
        ),
        (
            alice().rfc("1", ext::INDEPENDENT, None).rfc("2", ext::INDEPENDENT, None).rfc(
                "3",
                ext::LIMITED,
                Some(0),
            ),
            "2",
            true,
            Some(0),
        ),
        (alice(), "Alice Adams", false, None),
    ] {
        let certificates = chain.certificates();
        let links: Vec<PoolCertificate> =
            certificates.iter().map(|der| known(der, false)).collect();
        let (leaf, helpers) = links.split_first().expect("a leaf");
        let path = proxy::within(leaf, helpers, &Budget::default());
        assert_eq!(path.len(), links.len());
        let chain = proxy::Chain::new(&path);
        let name = chain.identity().expect("a name").common_name();
        assert_eq!(name, identity);
        assert_eq!(chain.is_limited(), limited, "{identity}");
        assert_eq!(chain.path_length_left(), left, "{identity}");
    }
}

/// Thousands of certificates of one name in a file cost no more than the limits allow.
#[test]
fn a_hostile_file_ends_soon() {
    let chain = alice().rfc("1", FULL, None);
    let certificates = chain.certificates();
    let leaf = known(&certificates[0], false);
    let twin = of_user(|mut cert| {
        cert.spki = Key::load("other").spki();
        cert
    });
    let twin = known(&twin.certificates()[0], false);
    let helpers = vec![twin; 20_000];
    let started = std::time::Instant::now();
    assert_eq!(proxy::within(&leaf, &helpers, &Budget::default()).len(), 1);
    assert!(started.elapsed().as_secs() < 20);
}
