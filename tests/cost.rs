//! What hostile input may cost: work is counted in units, and beyond the limit the answer is
//! undecided. Nothing here is timed.

mod forge;
mod question;
mod run;

use certok::chain::budget::{Budget, UNITS};
use certok::chain::evidence::Evidence;
use certok::chain::revocation::{CrlMode, List};
use certok::chain::{Outcome, PoolCertificate, Question, build};
use certok::parse::crl;
use certok::text::time::UnixTime;
use forge::crl::{Crl, issuing_point};
use forge::extension::Extension;
use forge::key::Key;
use forge::{Cert, cert_pem, der, extension as ext, pki};
use question::{QUESTION, known};
use run::{Home, NOW, base64};

/// What one signature costs against a key of 16 384 bits.
const HUGE: u64 = 8960;

/// A key of so many bits that nobody has.
fn modulus(bits: usize, number: usize) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits / 8];
    modulus[1..9].copy_from_slice(&number.to_be_bytes());
    modulus
}

fn spki(bits: usize, number: usize) -> Vec<u8> {
    let modulus = der::integer(&der::unsigned(&modulus(bits, number)));
    let key = der::sequence(&[&modulus, &der::number(65_537)]);
    let algorithm = der::sequence(&[&der::oid("1.2.840.113549.1.1.1"), &der::null()]);
    der::sequence(&[&algorithm, &der::bit_string(&key)])
}

/// CAs of the Grid CA's name, with keys of 16 384 bits, under a signature that is none.
fn impostors(count: usize) -> Vec<Vec<u8>> {
    namesakes(16_384, count)
}

/// The same with keys of so many bits.
fn namesakes(bits: usize, count: usize) -> Vec<Vec<u8>> {
    let grid = pki::grid();
    let template = grid.cert.clone().without("2.5.29.35").without("2.5.29.14");
    let impostor = |number: usize| {
        let mut cert = template.clone();
        cert.spki = spki(bits, number);
        let junk = der::bit_string(&[0; 256]);
        der::sequence(&[&cert.tbs(), &cert.sign.algorithm(), &junk])
    };
    (0..count).map(impostor).collect()
}

/// A user of the Grid CA who names no key, so that all of that name are tried.
fn user() -> Vec<u8> {
    let grid = pki::grid();
    let cert = grid.user(&pki::alice(), &Key::load("user"));
    cert.without("2.5.29.35").issue(&grid.key)
}

/// `impostors` before the true CA, all of them trusted.
fn pool(count: usize) -> Vec<PoolCertificate> {
    let mut pool: Vec<PoolCertificate> =
        impostors(count).iter().map(|der| known(der, true)).collect();
    pool.extend([known(&pki::grid().der, true), known(&pki::root().der, true)]);
    pool
}

fn search(
    leaf: &[u8],
    pool: &[PoolCertificate],
    question: &Question<'_>,
    units: u64,
) -> (Outcome, u64) {
    let budget = Budget::of(units);
    let outcome = build::search_within(&known(leaf, false), pool, question, &budget);
    (outcome, budget.spent())
}

#[test]
fn signatures_count_by_the_size_of_the_key() {
    let leaf = user();
    let (outcome, alone) = search(&leaf, &pool(0), &QUESTION, UNITS);
    assert!(outcome.accepted() && alone < 500, "{alone} {:?}", outcome.best);
    for count in [1, 3, 32] {
        let pool = pool(count);
        let (outcome, spent) = search(&leaf, &pool, &QUESTION, UNITS);
        assert!(outcome.accepted(), "{count}: {:?}", outcome.exhausted);
        let count = u64::try_from(count).unwrap();
        // One more in the pool, and the certificate is hashed once more.
        assert_eq!(spent, alone + count * (HUGE + 2));
        // The last unit decides.
        assert!(search(&leaf, &pool, &QUESTION, spent).0.accepted());
        let (outcome, _) = search(&leaf, &pool, &QUESTION, spent - 1);
        assert!(!outcome.accepted());
        let limit = outcome.exhausted.expect("a limit");
        let named = format!("the limit of {} units of work", spent - 1);
        assert!(limit.starts_with(&named) && limit.contains("signatures took"), "{limit}");
    }
    let (outcome, spent) = search(&leaf, &pool(34), &QUESTION, UNITS);
    assert!(!outcome.accepted() && spent <= UNITS, "{spent}");
    assert!(outcome.exhausted.is_some());
}

#[test]
fn large_certificates_count_for_each_path() {
    let grid = pki::grid();
    let plain = grid.user(&pki::alice(), &Key::load("user"));
    let spent = |extra: usize| {
        let cert = plain.clone().with(Extension::raw("1.2.3.4", vec![0; extra]));
        search(&cert.issue(&grid.key), &pool(0), &QUESTION, UNITS).1
    };
    assert_eq!(spent(1_000_000), spent(0) + 5000);
}

/// A list published at many places, and a certificate with as many points.
fn scattered(ours: usize, shared: bool) -> (Evidence, Vec<u8>) {
    let grid = pki::grid();
    let names = |prefix: &str| -> Vec<u8> {
        let url = |number: usize| ext::uri(&format!("http://{prefix}{number}.test/"));
        (0..ours).flat_map(url).collect()
    };
    let (mut theirs, own) = (names("list"), names("certificate"));
    if shared {
        theirs.extend(ext::uri(&format!("http://certificate{}.test/", ours - 1)));
    }
    let name = |names: &[u8]| der::context(0, &der::context(0, names));
    let list = Crl::new(&grid, NOW - 10, NOW + 1000).with(issuing_point(&[&name(&theirs)]));
    let content = crl::read(list.issue(&grid.key)).remove(0).parsed.expect("a list");
    let list = List::new("list".to_owned(), None, Ok(content));
    let point = der::sequence(&[&der::sequence(&[&name(&own)])]);
    let user = grid.user(&pki::alice(), &Key::load("user"));
    let user = user.replace(Extension::raw("2.5.29.31", point));
    let evidence = Evidence { lists: vec![list], ..Evidence::default() };
    (evidence, user.issue(&grid.key))
}

/// The search for the certificate of [`scattered`]. Its lists are new each time, as what is known
/// of a list costs nothing.
fn look_up(shared: bool, crl: CrlMode, units: u64) -> (Outcome, u64) {
    let (evidence, leaf) = scattered(20_000, shared);
    let question =
        Question { at: UnixTime(NOW), crl, crl_leaf_only: true, evidence: &evidence, ..QUESTION };
    search(&leaf, &pool(0), &question, units)
}

#[test]
fn distribution_points_meet_however_many_there_are() {
    for shared in [true, false] {
        let (outcome, spent) = look_up(shared, CrlMode::Require, UNITS);
        assert_eq!(outcome.accepted(), shared, "{:?}", outcome.best);
        assert_eq!(outcome.exhausted, None);
        let (outcome, _) = look_up(shared, CrlMode::Require, spent - 1);
        assert!(!outcome.accepted() && outcome.exhausted.is_some());
    }
}

/// A list that was not looked at for its cost is no reason to accept.
#[test]
fn a_list_beyond_the_budget_is_undecided_though_none_is_required() {
    let (outcome, spent) = look_up(true, CrlMode::IfPresent, UNITS);
    assert!(outcome.accepted());
    let (outcome, _) = look_up(true, CrlMode::IfPresent, spent - 1);
    assert!(!outcome.accepted() && outcome.exhausted.is_some());
}

#[test]
fn a_hostile_ca_file_is_undecided() {
    let home = Home::new("");
    home.write("user.pem", cert_pem(&user()).as_bytes(), 0o644);
    for (count, exit) in [(32, 0), (34, 5)] {
        let cas = impostors(count).into_iter().chain([pki::grid().der, pki::root().der]);
        let cas: String = cas.map(|der| cert_pem(&der)).collect();
        home.write("ca.pem", cas.as_bytes(), 0o644);
        let files = "{home}/user.pem --ca-file {home}/ca.pem";
        let run = home.run(&format!("cert-verify {files} --crl off --policy off --at {NOW}"));
        assert_eq!(run.code, exit, "{count}: {}", run.out);
        let named = run.out.contains("the limit of 301200 units of work");
        assert_eq!(named, exit == 5, "{}", run.out);
    }
}

/// Each of several operands has a share, and what one needs more comes from what all have.
#[test]
fn operands_share_what_exceeds_their_own_part() {
    let home = Home::new("");
    home.write("user.pem", cert_pem(&user()).as_bytes(), 0o644);
    let cas = impostors(10).into_iter().chain([pki::grid().der, pki::root().der]);
    let cas: String = cas.map(|der| cert_pem(&der)).collect();
    home.write("ca.pem", cas.as_bytes(), 0o644);
    let codes = |operands: usize| -> Vec<i64> {
        let files = "{home}/user.pem ".repeat(operands);
        let options = "--ca-file {home}/ca.pem --crl off --policy off --json";
        let report = home.run(&format!("cert-verify {files} {options} --at {NOW}")).json();
        let parts = report["items"].as_array().expect("items");
        let operands = parts.iter().filter(|item| item["kind"] == "operand");
        operands.filter_map(|item| item["exit_code"].as_i64()).collect()
    };
    // Ten keys cost 89 600, and 300 000 are shared.
    assert_eq!(codes(3), [0, 0, 0]);
    assert_eq!(codes(5), [0, 0, 0, 5, 5]);
}

#[test]
fn a_hostile_ca_directory_is_undecided() {
    for (count, is_cut) in [(4, false), (5, true)] {
        let home = Home::new("");
        for (number, der) in self_issued(count).iter().enumerate() {
            home.write(&format!("ca/c{number}.pem"), cert_pem(der).as_bytes(), 0o644);
        }
        let run = home.run(&format!("ca-check {{home}}/ca --json --at {NOW}"));
        let has = run.ids().iter().any(|id| id == "ca-dir-work");
        assert_eq!(has, is_cut, "{count}: {}", run.out);
    }
}

#[test]
fn signers_that_cost_too_much_are_undecided() {
    for (count, is_cut) in [(33, false), (34, true)] {
        let home = Home::new("");
        home.write("user.pem", cert_pem(&user()).as_bytes(), 0o644);
        for (number, der) in impostors(count).iter().enumerate() {
            home.write(&format!("ca/c{number}.pem"), cert_pem(der).as_bytes(), 0o644);
        }
        let run =
            home.run(&format!("ca-info {{home}}/ca --find {{home}}/user.pem --json --at {NOW}"));
        let has = |wanted: &str| run.ids().iter().any(|id| id == wanted);
        assert_eq!((has("search-limit"), has("ca-no-signer")), (is_cut, !is_cut), "{}", run.out);
    }
}

/// Each of many CAs of a directory takes little; all together have one budget.
#[test]
fn many_cas_are_undecided() {
    let key = Key::load("ca-p521");
    let cas = |count: u64| {
        let home = Home::new("");
        for number in 0..count {
            let subject = pki::grid_name(&format!("CA {number}")).der();
            let mut cert = pki::root().cert;
            (cert.subject, cert.issuer) = (subject.clone(), subject);
            cert.spki = key.spki();
            cert.sign = key.usual_sign();
            // No pair of numbers, but its price is that of one.
            let junk = der::bit_string(&[0; 139]);
            let der = der::sequence(&[&cert.tbs(), &cert.sign.algorithm(), &junk]);
            home.write(&format!("ca/c{number}.pem"), cert_pem(&der).as_bytes(), 0o644);
        }
        home
    };
    for (count, is_cut) in [(60, false), (480, true)] {
        let home = cas(count);
        let run = home.run(&format!("ca-check {{home}}/ca --json --at {NOW}"));
        let has = run.ids().iter().any(|id| id == "ca-dir-work");
        assert_eq!(has, is_cut, "{count}: {}", run.out);
    }
}

/// A signer that was left out is no reason to call a signature wrong.
#[test]
fn signatures_of_signers_beyond_the_limit_are_not_wrong() {
    let grid = pki::grid();
    let sub = grid.below("Below", "sub", None).cert.without("2.5.29.35").issue(&grid.key);
    for (others, wrong) in [(32, true), (33, false)] {
        let home = Home::new("");
        for (number, der) in namesakes(2048, others).iter().enumerate() {
            home.write(&format!("ca/c{number}.pem"), cert_pem(der).as_bytes(), 0o644);
        }
        home.write("ca/z.pem", cert_pem(&sub).as_bytes(), 0o644);
        let run = home.run(&format!("ca-check {{home}}/ca --json -v --at {NOW}"));
        let is_accused = run.out.contains("the CA 'Below' (z.pem) is signed by another key");
        assert_eq!(is_accused, wrong, "{others}: {}", run.out);
    }
    // Each is tried with its own key first.
    let home = Home::new("");
    for number in 0..40 {
        let root = pki::Authority::root("Same", "p256");
        let der = root.cert.serial(&[1, number]).issue(&root.key);
        home.write(&format!("ca/c{number}.pem"), cert_pem(&der).as_bytes(), 0o644);
    }
    let run = home.run(&format!("ca-check {{home}}/ca --json --at {NOW}"));
    assert!(run.ids().iter().all(|id| id != "ca-signature-wrong"), "{}", run.out);
    assert!(run.out.contains("the limit of 32 certificates of one name"), "{}", run.out);
}

/// The first key is the one that tools read; that the others were not all tried is said.
#[test]
fn many_private_keys_are_tried_up_to_a_limit() {
    let home = Home::new("");
    home.write("user.pem", cert_pem(&user()).as_bytes(), 0o644);
    let (other, own) = (Key::load("ed25519").pem(), Key::load("user").pem());
    for (others, found) in [(3, true), (6000, false)] {
        let keys = format!("{}{own}", other.repeat(others));
        home.write("keys.pem", keys.as_bytes(), 0o400);
        let run =
            home.run(&format!("certkey-match {{home}}/user.pem {{home}}/keys.pem --at {NOW}"));
        assert_eq!(run.code, 15, "{}", run.out);
        assert_eq!(run.out.contains("number 4 (line"), found, "{}", run.out);
        let said = run.out.contains("which were not all tried: the limit of 100000 units of work");
        assert_eq!(said, !found, "{}", run.out);
    }
}

/// Of what is there a thousand times, text has the first hundred and the number of the rest.
#[test]
fn long_lists_end_with_a_count() {
    let home = Home::new("");
    for number in 0..102 {
        home.write(&format!("tokens/t{number}"), b"no.token\n", 0o600);
    }
    let run = home.run("idtoken-info {home}/tokens");
    let lines = |words: &str| run.out.lines().filter(|line| line.contains(words)).count();
    assert_eq!(lines("[idtoken-"), 102, "{}", run.out);
    assert!(run.out.contains("and 1 more [idtoken-"), "{}", run.out);
    let run = home.run("idtoken-info -v {home}/tokens");
    assert!(!run.out.contains(" more [idtoken-"), "{}", run.out);
}

/// Root CAs of one name with keys of 16 384 bits.
fn self_issued(count: usize) -> Vec<Vec<u8>> {
    let root = pki::root();
    let impostor = |number: usize| {
        let mut cert: Cert = root.cert.clone();
        cert.spki = spki(16_384, number);
        let junk = der::bit_string(&[0; 256]);
        der::sequence(&[&cert.tbs(), &cert.sign.algorithm(), &junk])
    };
    (0..count).map(impostor).collect()
}

/// Beyond 32 certificates of one name, and 20 other ones of a CA whose list is of none of them, the
/// rest is not tried, which is said.
#[test]
fn many_certificates_of_one_name_are_undecided() {
    let content = |corrupt| {
        let list = Crl { corrupt, ..Crl::new(&pki::grid(), NOW - 10, NOW + 1000) };
        crl::read(list.issue(&pki::grid().key)).remove(0).parsed.expect("a list")
    };
    for (corrupt, count, limit) in [(false, 40, false), (true, 20, false), (true, 21, true)] {
        let lists = vec![List::new("list".to_owned(), None, Ok(content(corrupt)))];
        let evidence = Evidence { lists, ..Evidence::default() };
        let (at, crl) = (UnixTime(NOW), CrlMode::IfPresent);
        let question = Question { at, crl, crl_leaf_only: true, evidence: &evidence, ..QUESTION };
        let mut pool = vec![known(&pki::grid().der, true), known(&pki::root().der, true)];
        pool.extend(namesakes(2048, count).iter().map(|der| known(der, true)));
        let (outcome, _) = search(&user(), &pool, &question, UNITS);
        assert_eq!(outcome.accepted(), !corrupt, "{count}");
        let said = outcome.exhausted.is_some_and(|said| said.starts_with("the limit of 20 other"));
        assert_eq!(said, limit, "{count}");
    }
    for (count, is_cut) in [(32, false), (33, true)] {
        let home = Home::new("");
        for (number, der) in namesakes(2048, count).iter().enumerate() {
            home.write(&format!("ca/c{number}.pem"), cert_pem(der).as_bytes(), 0o644);
        }
        for command in ["ca-check", "ca-info"] {
            let run = home.run(&format!("{command} {{home}}/ca --json --at {NOW}"));
            assert_eq!(run.ids().iter().any(|id| id == "ca-dir-work"), is_cut, "{}", run.out);
            assert_eq!(run.out.contains("the limit of 32 certificates of one name"), is_cut);
        }
    }
}

/// Keys beyond the limit of one set are not read, which is said.
#[test]
fn a_long_key_set_is_undecided() {
    let key = r#"{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    for (others, named) in [(999, false), (1000, true)] {
        let home = Home::new("");
        let set = format!(r#"{{"keys":[{}{key}]}}"#, "{},".repeat(others));
        home.write("keys.json", set.as_bytes(), 0o644);
        let parts = [r#"{"alg":"EdDSA","kid":"k"}"#, r#"{"iss":"https://i.test"}"#];
        let parts = parts.map(|part| base64(part.as_bytes()).replace(['=', '\n'], ""));
        let token = format!("{}.{}", parts.join("."), "A".repeat(86));
        home.write("token", token.as_bytes(), 0o600);
        let line = format!("bearer-verify {{home}}/token --jwks {{home}}/keys.json --at {NOW}");
        let run = home.run(&line);
        assert_eq!(run.out.contains("beyond the limit of 1000"), named, "{}", run.out);
    }
}

#[test]
fn a_hostile_key_set_is_undecided() {
    let url = |bytes: &[u8]| -> String {
        let text = base64(bytes);
        text.replace('+', "-").replace('/', "_").replace(['=', '\n'], "")
    };
    let home = Home::new("");
    let (header, end) = (r#"{"alg":"RS256"}"#, NOW + 3600);
    let claims = format!(
        r#"{{"iss":"https://i.test","sub":"s","exp":{end},"iat":{NOW},"nbf":{NOW},"jti":"1","aud":"https://wlcg.cern.ch/jwt/v1/any","scope":"storage.read:/","wlcg.ver":"1.0"}}"#
    );
    let parts = [header.as_bytes(), claims.as_bytes(), &[0x55; 256]].map(url);
    home.write("token", parts.join(".").as_bytes(), 0o600);
    for (count, exit) in [(33, 13), (34, 5)] {
        let key = |number| {
            let n = url(&modulus(16_384, number));
            format!(r#"{{"kty":"RSA","kid":"k{number}","n":"{n}","e":"AQAB"}}"#)
        };
        let keys: Vec<String> = (0..count).map(key).collect();
        let set = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        home.write("keys.json", set.as_bytes(), 0o644);
        let line = format!("bearer-verify {{home}}/token --jwks {{home}}/keys.json --at {NOW}");
        let run = home.run(&line);
        assert_eq!(run.code, exit, "{count}: {}", run.out);
        assert_eq!(run.out.contains("units of work"), exit == 5, "{}", run.out);
    }
}

/// An encrypted key of nonsense that asks for so many iterations of PBKDF2 with HMAC-SHA1.
fn encrypted(iterations: u64) -> String {
    let kdf = der::sequence(&[
        &der::oid("1.2.840.113549.1.5.12"),
        &der::sequence(&[&der::octets(b"salt"), &der::number(iterations)]),
    ]);
    let cipher = der::sequence(&[&der::oid("2.16.840.1.101.3.4.1.42"), &der::octets(&[0; 16])]);
    let parameters = der::sequence(&[&kdf, &cipher]);
    let algorithm = der::sequence(&[&der::oid("1.2.840.113549.1.5.13"), &parameters]);
    let key = der::sequence(&[&algorithm, &der::octets(&[0; 32])]);
    forge::pem("ENCRYPTED PRIVATE KEY", &key)
}

#[test]
fn encrypted_keys_are_paid_together() {
    let home = Home::new("");
    home.write("user.pem", cert_pem(&user()).as_bytes(), 0o644);
    home.write("word", b"secret\n", 0o600);
    // Two blocks of HMAC-SHA1 for each key; 2 500 000 iterations of a block in all.
    let (wrong, costly) = ("wrong-passphrase", "key-too-costly");
    for (key, id, words) in [
        (encrypted(2000), wrong, "the passphrase does not open"),
        (encrypted(1_250_003), costly, "the limit of 500000 units of work"),
        (encrypted(2_500_001), costly, "at most 2500000 are done"),
    ] {
        home.write("key.pem", key.as_bytes(), 0o400);
        let files = "{home}/user.pem {home}/key.pem --passphrase-file {home}/word";
        let run = home.run(&format!("certkey-match {files} --at {NOW}"));
        assert_eq!(run.code, 5, "{}", run.out);
        assert!(run.out.contains(words), "{words}: {}", run.out);
        assert!(run.out.contains(id), "{id}: {}", run.out);
        let fix = home.fill("> {home}/key.pem");
        assert_eq!(run.out.contains(&fix), id == costly, "{}", run.out);
    }
}
