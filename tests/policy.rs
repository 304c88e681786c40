//! signing_policy and namespaces files: what each fixture says in Globus' reading and in canl's,
//! how the two combine in every mode, and whose file counts.

mod forge;
mod question;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use certok::chain::evidence::Evidence;
use certok::chain::permission::{
    Content, FileName, PolicyFile, PolicyFlawKind, PolicyFormat, PolicyMode, Unusable,
};
use certok::chain::{Defect, PoolCertificate, Question, build, permission};
use certok::parse::policy::namespaces::Namespaces;
use certok::parse::policy::signing_policy::SigningPolicy;
use forge::key::Key;
use forge::name::Name;
use forge::pki;
use question::{QUESTION, known};

/// Root, Grid CA, Alice.
static CAST: LazyLock<[PoolCertificate; 3]> = LazyLock::new(|| {
    let alice = pki::grid().user(&pki::alice(), &Key::load("user"));
    [
        known(&pki::root().der, true),
        known(&pki::grid().der, true),
        known(&alice.issue(&pki::grid().key), false),
    ]
});

/// A file under the hash of `ca`, number in [`CAST`].
fn file(ca: usize, format: PolicyFormat, bytes: &[u8]) -> PolicyFile {
    let content = match format {
        PolicyFormat::SigningPolicy => {
            Content::SigningPolicy(SigningPolicy::parse(bytes).map_err(Unusable::from))
        }
        PolicyFormat::Namespaces => {
            Content::Namespaces(Namespaces::parse(bytes).map_err(Unusable::from))
        }
    };
    let hash = CAST[ca].certificate.subject.new_hash();
    let path = PathBuf::from(format!("/ca/{hash}.{}", format.extension()));
    PolicyFile { name: FileName { path, link: None }, hash, old_hash: false, content }
}

fn fixture(name: &str) -> PolicyFile {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let bytes = std::fs::read(testdata.join("policy").join(name)).expect("a fixture");
    let format = match name.ends_with(".signing_policy") {
        true => PolicyFormat::SigningPolicy,
        false => PolicyFormat::Namespaces,
    };
    file(1, format, &bytes)
}

/// `ok`, or what stands in the way of `leaf`; then what is remarked, in brackets.
fn verdict_of(leaf: &PoolCertificate, policies: &[PolicyFile], policy: PolicyMode) -> String {
    let evidence = Evidence { policies: policies.to_vec(), ..Evidence::NONE };
    let question = Question { policy, evidence: &evidence, ..QUESTION };
    let outcome = build::search(leaf, &CAST[..2], &question);
    let word = |flaw: &certok::chain::Flaw| match &flaw.defect {
        Defect::Permission(trouble) => {
            let format = match trouble.format {
                PolicyFormat::SigningPolicy => "signing",
                PolicyFormat::Namespaces => "namespaces",
            };
            let kind = match &trouble.kind {
                PolicyFlawKind::Denied(_) => "denies".to_owned(),
                PolicyFlawKind::Missing(..) => "missing".to_owned(),
                PolicyFlawKind::OtherCa(_) => "other CA".to_owned(),
                PolicyFlawKind::Unfinished(_) => "unfinished".to_owned(),
                PolicyFlawKind::Unusable(Unusable::Syntax(problem)) => {
                    format!("line {}", problem.line)
                }
                PolicyFlawKind::Unusable(_) => "unreadable".to_owned(),
            };
            format!("{} {format} {kind}", flaw.step)
        }
        other => format!("{} {other:?}", flaw.step),
    };
    let flaws: Vec<String> = outcome.best.flaws.iter().map(word).collect();
    let remarks = permission::rule(&outcome.best.path, &question).remarks;
    let remarks: Vec<String> = remarks.iter().map(word).collect();
    let verdict = match outcome.accepted() {
        true => "ok".to_owned(),
        false => flaws.join(", "),
    };
    match remarks.is_empty() {
        true => verdict,
        false => format!("{verdict} ({})", remarks.join(", ")),
    }
}

fn verdict(policies: &[PolicyFile], mode: PolicyMode) -> String {
    verdict_of(&CAST[2], policies, mode)
}

/// The root lets the Grid CA be.
fn root_permits() -> PolicyFile {
    let text = "access_id_CA X509 '/DC=org/DC=certok/CN=Certok Test Root'\n\
                pos_rights globus CA:sign\ncond_subjects globus '\"/DC=org/DC=certok/*\"'\n";
    file(0, PolicyFormat::SigningPolicy, text.as_bytes())
}

/// Fixture; as Globus reads it, and as canl does.
const SIGNING_POLICIES: &[(&str, &str, &str)] = &[
    ("anybody.signing_policy", "ok", "0 signing denies"),
    ("banned.signing_policy", "0 signing denies", "0 signing denies"),
    ("banned-others.signing_policy", "0 signing denies", "ok"),
    ("crlf-and-tabs.signing_policy", "ok", "ok"),
    ("denies.signing_policy", "0 signing denies", "0 signing denies"),
    ("empty.signing_policy", "0 signing line 1", "ok (0 signing line 1)"),
    ("inner-star.signing_policy", "0 signing denies", "ok"),
    ("literal.signing_policy", "ok", "ok"),
    ("neg-rights.signing_policy", "0 signing denies", "0 signing denies"),
    ("no-condition.signing_policy", "ok", "ok"),
    ("no-newline.signing_policy", "0 signing unfinished", "ok"),
    ("no-rights.signing_policy", "0 signing denies", "0 signing denies"),
    ("other-ca.signing_policy", "0 signing other CA", "ok (0 signing other CA)"),
    ("question-mark.signing_policy", "0 signing denies", "ok"),
    ("several-cas.signing_policy", "ok", "ok"),
    ("unclosed-quote.signing_policy", "0 signing line 3", "ok (0 signing line 3)"),
    ("unquoted-name.signing_policy", "0 signing line 1", "ok"),
];

#[test]
fn signing_policies_say_what_they_say() {
    for (name, globus, canl) in SIGNING_POLICIES {
        let files = [fixture(name), root_permits()];
        assert_eq!(verdict(&files, PolicyMode::Require), *globus, "{name}");
        assert_eq!(verdict(&files, PolicyMode::Globus), *canl, "{name}, canl");
        // What is there must permit, whether it must be there or not.
        let present = match *globus {
            "0 signing unfinished" => "ok (0 signing unfinished)",
            other => other,
        };
        assert_eq!(verdict(&files, PolicyMode::IfPresent), present, "{name}, if present");
    }
}

/// Fixture; what it says; what it says to canl.
const NAMESPACES: &[(&str, &str, &str)] = &[
    ("class.namespaces", "ok", "ok"),
    ("continued.namespaces", "ok", "ok"),
    ("denies.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("deny-wins.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("dots-are-text.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("self.namespaces", "ok", "ok"),
    ("shell-wildcard.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("other-ca.namespaces", "0 namespaces other CA", "ok (0 namespaces other CA)"),
    ("syntax.namespaces", "0 namespaces line 2", "ok (0 namespaces line 2)"),
    ("trailing-blank.namespaces", "ok", "ok"),
    ("uncertain-deny.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("uncertain-permit.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("unanchored.namespaces", "0 namespaces denies", "0 namespaces denies"),
    ("version-2.namespaces", "0 namespaces line 1", "ok (0 namespaces line 1)"),
];

#[test]
fn namespaces_say_what_they_say() {
    for (name, ours, canl) in NAMESPACES {
        let signing = fixture("literal.signing_policy");
        let files = [signing, root_permits(), fixture(name)];
        assert_eq!(verdict(&files, PolicyMode::Require), *ours, "{name}");
        assert_eq!(verdict(&files, PolicyMode::IfPresent), *ours, "{name}, if present");
        assert_eq!(verdict(&files, PolicyMode::Namespaces), *canl, "{name}, canl");
    }
}

/// Mode; then for each pair of what signing_policy and namespaces say (`-` nothing, `+` yes, `!`
/// no) whether Alice is accepted.
const MODES: &[(&str, &str)] = &[
    //                                 -- -+ +- -! !- !+ +! ++ !!
    ("off", "ok ok ok ok ok ok ok ok ok"),
    ("if-present", "ok ok ok no no no no ok no"),
    ("require", "no no ok no no no no ok no"),
    ("namespaces", "ok ok ok no ok ok no ok no"),
    ("globus", "ok ok ok ok no no ok ok no"),
    ("namespaces-require", "no ok no no no ok no ok no"),
    ("globus-require", "no no ok no no no ok ok no"),
    ("namespaces-else-globus", "ok ok ok no no ok no ok no"),
    ("globus-else-namespaces", "ok ok ok no no no ok ok no"),
    ("namespaces-else-globus-require", "no ok ok no no ok no ok no"),
    ("globus-else-namespaces-require", "no ok ok no no no ok ok no"),
    ("both", "ok ok ok no no no no ok no"),
    ("both-require", "no ok ok no no no no ok no"),
];

const SITUATIONS: [&str; 9] = ["--", "-+", "+-", "-!", "!-", "!+", "+!", "++", "!!"];

#[test]
fn every_mode_combines_as_it_promises() {
    let modes: Vec<&str> = MODES.iter().map(|(name, _)| *name).collect();
    let known: Vec<&str> = PolicyMode::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(modes, known);
    for ((name, wanted), (_, mode)) in MODES.iter().zip(PolicyMode::NAMES) {
        for (situation, want) in SITUATIONS.iter().zip(wanted.split(' ')) {
            let mut files = Vec::new();
            // A required file must be there for the Grid CA itself too.
            files.push(root_permits());
            let text = "TO Issuer SELF PERMIT Subject \".*\"";
            files.push(file(0, PolicyFormat::Namespaces, text.as_bytes()));
            files.extend(match &situation[..1] {
                "+" => Some(fixture("literal.signing_policy")),
                "!" => Some(fixture("denies.signing_policy")),
                _ => None,
            });
            files.extend(match &situation[1..] {
                "+" => Some(fixture("self.namespaces")),
                "!" => Some(fixture("denies.namespaces")),
                _ => None,
            });
            let got = verdict(&files, *mode);
            assert_eq!(got.starts_with("ok"), want == "ok", "{name} {situation}: {got}");
        }
    }
}

const GRID: &str = "\"/DC=org/DC=certok/CN=Certok Test Grid CA\"";

/// The nearest namespaces file that mentions the issuer decides.
#[test]
fn a_ca_above_may_speak_for_the_issuer() {
    let of = |ca, text: String| file(ca, PolicyFormat::Namespaces, text.as_bytes());
    let own = "TO Issuer SELF PERMIT Subject \"/DC=org/DC=certok/CN=.*\"\n";
    let alice = |word: &str| format!("TO Issuer {GRID} {word} Subject \"/DC=org/.*\"\n");
    let robots = format!("TO Issuer {GRID} PERMIT Subject \"/DC=org/DC=certok/OU=Robots/.*\"\n");
    for (root, grid, want) in [
        // SELF of the root is the root.
        (own.to_owned(), String::new(), "ok"),
        (format!("{own}{}", alice("PERMIT")), String::new(), "ok"),
        (format!("{own}{}", alice("DENY")), String::new(), "0 namespaces denies"),
        (format!("{own}{robots}"), String::new(), "0 namespaces denies"),
        // The nearer one.
        (format!("{own}{robots}"), alice("PERMIT"), "ok"),
        (format!("{own}{}", alice("PERMIT")), robots.clone(), "0 namespaces denies"),
        (
            format!("{own}{}", alice("PERMIT")),
            "TO Issuer \"/O=x\" DENY Subject \".*\"".to_owned(),
            "ok",
        ),
        // And the root's own word on the Grid CA.
        (alice("PERMIT"), String::new(), "1 namespaces other CA"),
        (
            "TO Issuer SELF PERMIT Subject \"/O=x\"".to_owned(),
            alice("PERMIT"),
            "1 namespaces denies",
        ),
    ] {
        let mut files =
            vec![fixture("literal.signing_policy"), root_permits(), of(0, root.clone())];
        if !grid.is_empty() {
            files.push(of(1, grid.clone()));
        }
        assert_eq!(verdict(&files, PolicyMode::IfPresent), want, "{root}{grid}");
    }
}

/// canl and VOMS have every pattern a regular expression, so that none that denies is mere text.
#[test]
fn a_rule_that_denies_is_read_as_wide_as_it_can_be_meant() {
    let permits = "TO Issuer SELF PERMIT Subject \"/DC=org/.*\"\n";
    let rule = |name: &str| {
        format!("{permits}TO Issuer SELF DENY Subject \"/DC=org/DC=certok/OU=People/CN={name}\"\n")
    };
    for (name, denied) in [
        ("Alice Adams", true),
        ("Alice Adam", false),
        ("Alice.Adams", true),
        ("Alice Adams?", true),
        ("(Alice Adams|Bob Brown)", true),
        ("Alice Ada[klm]s", true),
        ("Alice Ada[kl]s", false),
        ("(?i)alice adams", true),
        ("Alic{1}e Adams", true),
        ("Alice\\sAdams", true),
    ] {
        let files = [
            fixture("literal.signing_policy"),
            root_permits(),
            file(1, PolicyFormat::Namespaces, rule(name).as_bytes()),
        ];
        let want = if denied { "0 namespaces denies" } else { "ok" };
        assert_eq!(verdict(&files, PolicyMode::IfPresent), want, "{name}");
    }
}

/// A root is its own affair, and so is a CA's signing_policy that does not list the CA itself.
#[test]
fn nobody_asks_whether_a_root_may_sign_itself() {
    let root_denies = "access_id_CA X509 '/DC=org/DC=certok/CN=Certok Test Root'\n\
                       pos_rights globus CA:sign\n\
                       cond_subjects globus '\"/DC=org/DC=certok/CN=Certok Test Grid CA\"'\n";
    let files = [
        file(0, PolicyFormat::SigningPolicy, root_denies.as_bytes()),
        fixture("literal.signing_policy"),
    ];
    assert_eq!(verdict(&files, PolicyMode::Require), "ok");
    let lacking = verdict(&files[..1], PolicyMode::Require);
    assert_eq!(lacking, "0 signing missing");
    assert_eq!(verdict(&files[..1], PolicyMode::IfPresent), "ok (0 signing missing)");
}

/// Names that look alike are not alike, and names out of all proportion are not permitted.
#[test]
fn nothing_is_permitted_by_accident() {
    let issue = |name: &Name| {
        let cert = pki::grid().user(name, &Key::load("user"));
        known(&cert.issue(&pki::grid().key), false)
    };
    let all = "access_id_CA X509 '/DC=org/DC=certok/CN=Certok Test Grid CA'\n\
               pos_rights globus CA:sign\ncond_subjects globus '\"/DC=org/DC=certok/*\"'\n";
    let files = [
        root_permits(),
        file(1, PolicyFormat::SigningPolicy, all.as_bytes()),
        file(
            1,
            PolicyFormat::Namespaces,
            format!("TO Issuer {GRID} PERMIT Subject \"/DC=org/DC=certok/.*\"").as_bytes(),
        ),
    ];
    let base = || Name::slash("/DC=org/DC=certok");
    // The slash form of the name has 21 bytes in front of it.
    let long = |length: usize| base().with("CN", &"a".repeat(length - 21));
    let denied = "0 signing denies, 0 namespaces denies";
    for (what, name, want) in [
        ("other name", Name::slash("/DC=org/DC=certokk/CN=a"), denied),
        ("swapped", Name::slash("/DC=certok/DC=org/CN=a"), denied),
        ("nothing behind", base(), denied),
        ("last length", long(1024), "ok"),
        ("first beyond", long(1025), denied),
        ("not ASCII", base().with("CN", "Zoë \u{202e}"), "ok"),
    ] {
        assert_eq!(verdict_of(&issue(&name), &files, PolicyMode::Require), want, "{what}");
    }
}
