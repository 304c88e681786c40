//! What every command prints with `--json` and `--format jsonl`, in every state, is what the
//! published schema says, and all that it says is printed.
//!
//! A new kind of item, at the top or inside another one, needs three things:
//!
//! - in `$defs` of the schema a definition of that name, with a description of each key;
//! - if it stands among `items`, a pair of `if` and `then` in `$defs/item/allOf`; if it stands in
//!   another item, a `$ref` there;
//! - in `STATES` a script that prints it, with all its keys between them (a key that no script
//!   can bring about goes into `RARE`).

mod setup;

use std::collections::{BTreeMap, BTreeSet};

use boon::{Compiler, SchemaIndex, Schemas};
use certok::render::json;
use certok::report::{Item, Report, Value as Fact};
use certok::text::time::{Seconds, UnixTime};
use serde_json::{Value, json};
use setup::{As, Place};

const SCHEMA: &str = include_str!("../schema/certok-1.schema.json");
const ID: &str = "https://certok.github.io/schema/certok-1.schema.json";

/// Exit code and script; each starts from the healthy set-up of `setup`.
const STATES: &[(i32, &str)] = &[
    // Healthy.
    (0, "certok"),
    (0, "certok status"),
    (0, "certok cert-info"),
    (0, "certok who cert"),
    (0, "certok who proxy"),
    (13, "certok who cert $D/cert/self-signed.pem --tool openssl"),
    (3, "certok who $HOME/nothing"),
    (2, "certok who cert --tool nonsense"),
    (0, "bearer healthy; certok who bearer"),
    (0, "certok token-info"),
    (0, "certok cert-verify"),
    (0, "certok token-verify"),
    (0, "certok certkey-match"),
    (0, "certok tokenkey-match"),
    (0, "certok proxy-info"),
    (0, "certok proxy-verify"),
    (0, "certok proxykey-match"),
    (0, "certok token"),
    (0, "certok token --export"),
    (16, "chmod 666 $CA/*; certok ca-check"),
    (17, ": > $CA/bea41460.r0; certok ca-check"),
    (0, "certok explain"),
    (0, "certok explain expired"),
    (0, "certok completions bash"),
    (0, "certok man"),
    (0, "certok ca-info"),
    (
        0,
        "cp $D/crl/grid.pem $CA/bea41460.r0; cp $D/crl/expired.pem $CA/4b4ca555.r0; \
         cp $D/policy/syntax.namespaces $CA/Ecc.namespaces; : > $CA/e096fac2.signing_policy; \
         echo http://ca.certok.test/ecc.crl > $CA/e096fac2.crl_url; certok ca-info",
    ),
    (0, "certok ca-info --find $UC"),
    (3, "certok ca-info --find $D/cert/self-signed.pem"),
    (3, "certok ca-info --find nobody"),
    // Other kinds of certificates, more of them.
    (0, "certok cert-info $D/cert/odd-dn.pem"),
    (0, "certok cert-info $D/cert/every-san.pem"),
    (0, "certok cert-info $D/cert/v1.pem"),
    (0, "certok cert-info $D/cert/with-root.pem"),
    (0, "certok cert-info $D/cert/ec-p521.pem $D/cert/ed25519.pem"),
    (0, "certok cert-info $D/cert/negative-serial.pem"),
    (0, "certok cert-info $D/cert/generalized-time-2055.pem"),
    (0, "certok cert-info $D/ca/certificates/Root.pem"),
    (0, "cp $D/token/job.pem $TC; install -m 400 $D/token/job-key.pem $TK; certok token-info"),
    (
        0,
        "cp $D/token/jobagent.pem $TC; install -m 400 $D/token/jobagent-key.pem $TK; certok token-info",
    ),
    (0, "cp $D/token/host.pem $TC; install -m 400 $D/token/host-key.pem $TK; certok token-info"),
    (0, "certok cert-info $D/cert/rfc3820-proxy.pem"),
    (0, "certok cert-verify $D/cert/with-intermediate.pem $D/cert/healthy.pem"),
    (0, "certok cert-verify $D/cert/utf8-vs-printable-issuer.pem"),
    (0, "cat $D/cert/healthy.pem | certok cert-info -"),
    (
        0,
        r#"export JALIEN_TOKEN_CERT="$(cat $TC)" JALIEN_TOKEN_KEY="$(cat $TK)"; certok token-info"#,
    ),
    (0, r#"export JALIEN_TOKEN_CERT="$(cat $TC)" JALIEN_TOKEN_KEY="$(cat $TK)"; certok token"#),
    (
        0,
        "certok proxy-info $D/proxy/draft-limited-path-length-1.pem $D/proxy/full-below-independent.pem",
    ),
    (0, "certok proxy-info $D/proxy/info-malformed.pem"),
    // Usage.
    (2, "certok nonsense"),
    (2, "certok cert-info --nonsense"),
    (2, "certok explain nonsense"),
    (2, "certok --at yesterday status"),
    (2, "certok completions nonsense"),
    // Nothing, or nothing readable.
    (3, "rm -r $HOME/.globus $TMPDIR/*; certok"),
    (0, "cp $UC $HOME/other.pem; export X509_USER_CERT=$HOME/other.pem; certok status"),
    (3, "rm $UC; certok cert-info"),
    (3, "certok cert-verify $HOME/nothing"),
    (3, "unset HOME; certok cert-info"),
    (3, "rm $UK; certok certkey-match"),
    (3, "rm $TC; certok token"),
    (3, "certok cert-info $HOME/nothing $D/cert/healthy.pem"),
    (3, ": | certok cert-info --files-from -"),
    (0, "ls $D/cert/ec-*.pem | certok cert-info --files-from - $D/cert/healthy.pem"),
    (11, "ls $D/cert/expired.pem $D/cert/healthy.pem | certok cert-verify --files-from -"),
    (4, ": > $UC; certok cert-info"),
    (4, "echo $D/cert/healthy.pem | cat - $UK | certok cert-info --files-from -"),
    (4, "certok proxy-info --files-from $HOME/nothing"),
    (4, "cp $D/file/bad-base64.pem $UC; certok cert-verify"),
    (0, "cp $D/cert/duplicate-extension.pem $UC; certok status"),
    (4, "cp $D/file/user.p12 $UC; certok cert-info"),
    (4, "mv $UC $HOME/x; mv $UK $UC; mv $HOME/x $UK; certok certkey-match"),
    (4, r#"export JALIEN_TOKEN_CERT="$(tr '\n' ' ' < $TC)"; certok token-info"#),
    (
        4,
        "cp $D/file/cert-and-key.pem $UC; printf x > $UK.x; chmod 600 $UK; printf x > $UK; certok certkey-match",
    ),
    (5, "install -m 400 $D/key/encrypted-pbes2.pem $UK; certok certkey-match --no-input"),
    (5, "certok cert-verify --ca-dir $HOME/nothing"),
    (5, "certok cert-verify --crl require"),
    (
        0,
        "cp $D/crl/grid.pem $CA/bea41460.r0; cp $D/crl/root.pem $CA/4b4ca555.r0; certok cert-verify --crl require",
    ),
    (0, "cp $D/crl/v1.pem $CA/bea41460.r0; certok cert-verify --crl-depth leaf"),
    (14, "cp $D/crl/revokes-healthy.pem $CA/bea41460.r0; certok cert-verify"),
    (13, "cp $D/crl/expired.pem $CA/bea41460.r0; certok cert-verify"),
    // Answers about the credential.
    (10, "certok cert-info --for 52w"),
    (10, "certok token-verify --for 52w"),
    (11, "certok cert-info $D/cert/expired.pem"),
    (11, "certok cert-verify $D/cert/expired.pem $D/cert/healthy.pem"),
    (11, "cp $D/token/expired.pem $TC; certok token-info"),
    (11, "cp $D/token/expired.pem $TC; certok token"),
    (12, "certok cert-info $D/cert/not-yet-valid.pem"),
    (13, "certok cert-verify $D/cert/bad-signature.pem"),
    (
        13,
        "cat $D/ca/grid-cross.pem $D/ca/cross-root.pem $D/ca/grid-expired-twin.pem >> $UC; \
         certok cert-verify --ca-file $D/ca/certificates/Root.pem",
    ),
    (13, "certok cert-verify $D/cert/issued-by-sub.pem"),
    (13, "certok cert-verify $D/cert/self-signed.pem"),
    (13, "rm $CA/*.0; certok cert-verify"),
    (15, "install -m 400 $D/key/other.pem $UK; certok certkey-match"),
    (15, "certok cert-verify $D/cert/server-only.pem"),
    (15, "certok token -u bob"),
    (0, "certok user alice"),
    (15, "certok user bob"),
    (3, "rm $TC; certok user alice"),
    // Making tokens.
    (0, "mint"),
    (0, "mint -u bob -v 99 --out-dir $HOME"),
    (6, "certok token-init"),
    (16, "chmod 777 $TMPDIR; mint"),
    (3, "rm $PX; certok proxy-info"),
    (4, "certok proxy-info $D/proxy/no-key.pem"),
    (11, "certok proxy-verify $D/proxy/user-certificate-expired.pem"),
    (13, "certok proxy-verify $D/proxy/mixed-types.pem"),
    (15, "certok proxy-info $D/proxy/user-certificate.pem"),
    (15, "certok proxykey-match $D/proxy/other-key.pem"),
    (16, "chmod 644 $PX; certok proxy-verify"),
    (16, "chmod 644 $UK; certok cert-verify"),
    (18, "chmod 644 $TK; certok token-verify --strict"),
    // The pre-flight.
    (0, "certok check"),
    (0, "certok check token cert proxy ca --warn 1h"),
    (3, "rm -r $HOME/.globus $TMPDIR/*; certok check"),
    (3, "certok check host"),
    (5, "certok check cert --ca-dir $HOME/nothing"),
    (10, "certok check proxy --for 1d"),
    (15, "export X509_HOST_CERT=$D/host/healthy.pem X509_HOST_KEY=$D/key/other.pem; certok check"),
    // VOMS attributes.
    (
        0,
        "cp $D/voms/two-vos.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir $HOME/p",
    ),
    (
        0,
        "cp $D/voms/generic.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir $HOME/p",
    ),
    (
        0,
        "cp $D/voms/targets.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir $HOME/p",
    ),
    (
        13,
        "cp $D/voms/holder-by-name.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir $HOME/p",
    ),
    (
        0,
        "cp $D/voms/healthy.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --voms off $HOME/p",
    ),
    (
        5,
        "cp $D/voms/healthy.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $HOME $HOME/p",
    ),
    (
        13,
        "cp $D/voms/server-of-stranger.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir $HOME/p",
    ),
    (
        15,
        "cp $D/voms/healthy.pem $HOME/p; chmod 600 $HOME/p; certok proxy-verify --vomsdir $D/voms/vomsdir --vo atlas $HOME/p",
    ),
    // The CA directory.
    (0, "certok ca-check"),
    (0, "certok ca-check --fix-script"),
    (0, "certok ca-check $CA/Root.pem"),
    (3, "certok ca-check $HOME/nothing"),
    (5, "mkdir $HOME/empty; certok ca-check $HOME/empty"),
    (17, "rm $CA/*.0; certok ca-check"),
    (17, "rm $CA/*.0; certok ca-check --fix-script"),
    (17, "rm $CA/Grid.pem; certok ca-check"),
    (17, "cp $D/key/other.pem $CA; certok ca-check"),
    (18, "cp $D/ca/not-ca.pem $CA; rm $CA/1bd5a390.0; certok ca-check --strict"),
    // Bearer tokens.
    (0, "bearer healthy; certok bearer-info"),
    (0, "bearer no-profile; certok bearer-verify"),
    (0, "bearer macaroon; certok bearer-verify"),
    (11, "bearer macaroon-expired; certok bearer-info"),
    (0, "bearer healthy; certok status"),
    (0, "bearer healthy; certok check bearer"),
    (3, "export XDG_RUNTIME_DIR=$HOME; certok bearer-verify"),
    (4, "bearer json; certok bearer-info"),
    (5, "bearer healthy; certok bearer-verify --jwks $HOME"),
    (10, "bearer healthy; certok bearer-verify --for 2h"),
    (11, "bearer expired; certok bearer-info"),
    (12, "bearer not-yet-valid; certok bearer-info"),
    (13, "bearer no-exp; certok bearer-info"),
    (15, "bearer healthy; certok bearer-verify --scope storage.modify:/"),
    (16, "bearer healthy; chmod 644 $HOME/bt; certok bearer-info"),
    // IDTOKENS.
    (0, "idtoken healthy; certok idtoken-info"),
    (0, "idtoken two; certok idtoken-verify --authz WRITE"),
    (0, "idtoken ends-never; certok idtoken-info"),
    (0, "idtoken not-utf8; certok idtoken-info"),
    (0, "certok idtoken-info $D/idtoken/hs512.token $D/idtoken/no-id.token"),
    (
        0,
        "idtoken healthy; mv $HOME/t/t $HOME/real; ln -s $HOME/real $HOME/t/t; certok idtoken-info",
    ),
    (0, "idtoken healthy; certok status"),
    (0, "idtoken ends-never; certok status"),
    (0, "idtoken expired; certok status"),
    (3, "idtoken healthy; rm $HOME/t/t; certok idtoken-verify"),
    (4, "idtoken wrapped; certok idtoken-verify"),
    (5, "idtoken healthy; rm $HOME/keys/POOL; certok idtoken-verify --key POOL"),
    (5, "idtoken capability; certok idtoken-verify"),
    (10, "idtoken healthy; certok idtoken-verify --for 31d"),
    (11, "idtoken expired-then-healthy; certok idtoken-verify"),
    (13, "idtoken exp-text; certok idtoken-info"),
    (13, "idtoken alg-missing; certok idtoken-info"),
    (15, "idtoken no-key-id; certok idtoken-info"),
    (15, "idtoken read-only; certok idtoken-verify --authz DAEMON"),
    (16, "idtoken healthy; chmod 644 $HOME/t/t; certok idtoken-verify"),
    (0, "idtoken two; certok idtoken-destroy $HOME/t/t:4"),
    (0, "idtoken healthy; certok idtoken-destroy"),
    (6, "idtoken two; certok idtoken-destroy"),
    // Destroying.
    (0, "certok token-destroy --dry-run"),
    (0, "certok fix"),
    (0, "chmod 644 $UK; certok fix --yes"),
    (16, "chmod 644 $UK; certok fix --dry-run"),
    (11, "cat $D/cert/expired.pem >> $UC; certok cert-info $UC --each"),
    (0, "certok cert-info $D/cert/expired.pem --ignore expired"),
    (0, "certok token-destroy"),
    (3, "rm $TC $TK; certok token-destroy"),
    (0, "certok cert-destroy --yes"),
    (0, "certok proxy-destroy --dry-run"),
    (0, "certok proxy-destroy"),
    (6, "cat $UC $UK > $PX; certok proxy-destroy"),
    (6, "certok cert-destroy --no-input"),
    (6, "ln $TC $HOME/second; certok token-destroy"),
    (6, "cp $UC $TC; certok token-destroy"),
    // Tokens on their way.
    (0, "pool; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h"),
    (0, "pool; certok idtoken-create -identity a@pool.test -token new"),
    (2, "certok idtoken-create"),
    (3, "pool; rm $HOME/keys/POOL; certok idtoken-create -identity a@pool.test"),
    (0, "pool; certok idtoken-request -identity a@pool.test"),
    (
        0,
        "pool; certok idtoken-request $HOME/r.request -pool p -name n -type t -lifetime 60 -authz READ",
    ),
    (0, "asked --sign cert; certok idtoken-approve $HOME/r.request --yes $ID"),
    (0, "asked; certok idtoken-approve $HOME/r.request --yes $ID"),
    (0, "asked; certok idtoken-approve $HOME/r.request --yes $ID -"),
    (0, "asked; certok idtoken-approve $HOME/r.request --yes $ID --deny"),
    (6, "asked; certok idtoken-approve $HOME/r.request --no-input"),
    (0, "approved; certok idtoken-receive $HOME/r.answer --code $CODE"),
    (0, "approved; certok idtoken-receive $HOME/r.answer --code $CODE -token new"),
    (13, "approved; certok idtoken-receive $HOME/r.answer --no-input"),
    (6, "approved --deny; certok idtoken-receive $HOME/r.answer --code $CODE"),
    (0, "approved; certok idtoken-request-list $HOME"),
    (0, "asked; certok idtoken-request-list $HOME"),
];

/// Keys that no script prints: the kind, the key, and when it is there.
const RARE: &[(&str, &str, &str)] = &[
    ("check", "summary", "said of CA directories with much wrong"),
    ("status", "note", "said of tokens in their last ten minutes"),
];

/// The compiled schema.
struct Contract {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Contract {
    fn load() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(ID, schema()).unwrap();
        let index = compiler.compile(ID, &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// What the schema has against `value`.
    fn objection(&self, value: &Value) -> Option<String> {
        let answer = self.schemas.validate(value, self.index);
        answer.err().map(|error| error.to_string())
    }
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

#[test]
fn every_state_is_as_the_schema_says() {
    let contract = std::panic::AssertUnwindSafe(Contract::load());
    let mut seen = Seen::default();
    let mut failures = Vec::new();
    for (code, script) in STATES {
        let checked = std::panic::catch_unwind(|| check(&contract, *code, script));
        match checked {
            Ok(values) => values.iter().for_each(|value| seen.look(value)),
            Err(_) => failures.push(*script),
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    seen.compare();
}

/// What `script` prints as JSON and in lines, if all is well with it.
fn check(contract: &Contract, code: i32, script: &str) -> Vec<Value> {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let secrets = Secrets::of(&place);
    let (out, err, exit) = place.run(script);
    assert_eq!(exit, code, "{script}\n{out}");
    let whole: Value =
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{script}: {e}\n{out}{err}"));
    check_envelope(contract, script, &whole, &secrets);
    assert_eq!(whole["result"]["exit_code"], code, "{script}");
    // Scripts that destroy start anew.
    let place = Place::new(As::Anybody, &[]).unwrap();
    let secrets = Secrets::of(&place);
    let (out, _, exit) = place.run_as(script, "--format jsonl");
    assert_eq!(exit, code, "{script}\n{out}");
    let mut lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{script}: {e}\n{line}")))
        .collect();
    for line in &lines {
        check_envelope(contract, script, line, &secrets);
    }
    let last = lines.last().unwrap();
    for key in ["exit_code", "status"] {
        assert_eq!(last["result"][key], whole["result"][key], "{script}\n{out}");
    }
    assert_eq!(last.get("operand"), None, "{script}");
    let before = &lines[..lines.len() - 1];
    let name = |path: &Value| path.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let operands: Vec<String> = before.iter().map(|line| name(&line["operand"])).collect();
    let known = list(&whole, "items").filter(|item| item["kind"] == "operand");
    let known: Vec<String> = known.map(|item| name(&item["file"])).collect();
    // One operand alone has no item of that name in the one envelope; a list that cannot be read
    // to its end has one there, behind those that it named.
    let alone = known.is_empty() && operands.len() < 2;
    assert!(alone || known.starts_with(&operands), "{script}\n{out}");
    lines.push(whole);
    lines
}

fn check_envelope(contract: &Contract, script: &str, value: &Value, secrets: &Secrets) {
    let out = value.to_string();
    if let Some(objection) = contract.objection(value) {
        panic!("{script}\n{objection}\n{out}");
    }
    let message = value["result"]["message"].as_str().unwrap();
    assert!(!message.is_empty(), "{script}");
    let spoken = value["command"] == "token" && value.get("results").is_some();
    secrets.expect(spoken, &out, script);
    times_agree(value, script);
    numbers_fit(value, script);
}

/// Texts of the set-up's private keys.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(place: &Place) -> Self {
        let (keys, ..) = place.run("cat $UK $TK $PX");
        let mut is_key = false;
        let body = keys.lines().filter(|line| {
            is_key = (is_key || line.contains("KEY-----")) && !line.contains("-----END");
            is_key && line.len() == 64
        });
        Self(body.map(str::to_owned).collect())
    }

    /// `spoken` says that the command is there to print its key.
    fn expect(&self, spoken: bool, out: &str, script: &str) {
        assert!(self.0.len() > 20);
        let leaked = self.0.iter().any(|line| out.contains(line.as_str()));
        assert_eq!(leaked, spoken, "{script}: a private key in the output");
        let label = out.contains("PRIVATE KEY-----");
        assert_eq!(label, spoken, "{script}: a private key's label in the output");
    }
}

/// Every pair of `rfc3339` and `epoch` is one instant.
fn times_agree(value: &Value, script: &str) {
    if let (Some(text), Some(epoch)) = (value.get("rfc3339"), value.get("epoch")) {
        let text = text.as_str().unwrap();
        let parsed = UnixTime::parse(text, UnixTime(0)).unwrap();
        assert_eq!(parsed.0, epoch.as_i64().unwrap(), "{script}: {text}");
    }
    children(value).for_each(|child| times_agree(child, script));
}

/// No number is beyond what a double holds exactly.
fn numbers_fit(value: &Value, script: &str) {
    if let Value::Number(number) = value {
        let fits = number.as_i64().is_some_and(|n| n.unsigned_abs() <= 1 << 53);
        assert!(fits, "{script}: {number}");
    }
    children(value).for_each(|child| numbers_fit(child, script));
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(list) => Box::new(list.iter()),
        Value::Object(map) => Box::new(map.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Keys seen in the items of each kind, and in the envelope.
#[derive(Default)]
struct Seen(BTreeMap<String, BTreeSet<String>>);

fn list<'a>(object: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let list = object.get(key).and_then(Value::as_array);
    list.into_iter().flatten()
}

impl Seen {
    fn look(&mut self, envelope: &Value) {
        self.note("", envelope);
        self.look_at_items(envelope);
    }

    /// Every item, and what is in it.
    fn look_at_items(&mut self, value: &Value) {
        if let Some(kind) = value.get("kind").and_then(Value::as_str) {
            self.note(kind, value);
        }
        children(value).for_each(|child| self.look_at_items(child));
    }

    fn note(&mut self, kind: &str, object: &Value) {
        let keys = object.as_object().unwrap().keys().cloned();
        self.0.entry(kind.to_owned()).or_default().extend(keys);
    }

    /// What is described is printed, and what is printed is described.
    fn compare(&self) {
        let schema = schema();
        let defs = schema["$defs"].as_object().unwrap();
        for (kind, keys) in &self.0 {
            let object = if kind.is_empty() {
                &schema
            } else {
                defs.get(kind)
                    .unwrap_or_else(|| panic!("the schema does not describe the kind `{kind}`"))
            };
            let described = object["properties"].as_object().unwrap().keys();
            let is_rare =
                |key: &&String| RARE.iter().any(|(of, rare, _)| of == kind && rare == key);
            let described = described.filter(|key| !is_rare(key)).cloned();
            assert_eq!(*keys, described.collect(), "kind `{kind}`");
        }
        let items = defs["item"]["allOf"].as_array().unwrap();
        for kind in items.iter().map(|part| &part["if"]["properties"]["kind"]["const"]) {
            assert!(self.0.contains_key(kind.as_str().unwrap()), "no {kind} was printed");
        }
    }
}

#[test]
fn every_key_is_described() {
    let schema = schema();
    assert_eq!(schema["$id"], ID);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let properties = definition.get("properties").and_then(Value::as_object);
        for (key, property) in properties.into_iter().flatten() {
            let told = ["description", "const", "pattern"];
            assert!(told.iter().any(|word| property.get(word).is_some()), "{name}.{key}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let contract = Contract::load();
    let place = Place::new(As::Anybody, &[]).unwrap();
    let (out, ..) = place.run("certok cert-verify $D/cert/expired.pem");
    let good: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(contract.objection(&good), None);
    for (pointer, wrong) in [
        ("/schema", json!(2)),
        ("/offline", json!(false)),
        ("/result/exit_code", json!(7)),
        ("/result/exit_name", json!("untrusted")),
        ("/result/status", json!("ok")),
        ("/items", json!({})),
        ("/items/0/kind", json!("certificate")),
        ("/items/0/steps", json!([])),
        ("/items/0/steps/0/subject/rdns", json!("CN=x")),
        ("/items/0/steps/0/not_after/epoch", json!("1")),
        ("/items/0/steps/0/not_after/rfc3339", json!("2026-04-01 00:00:00")),
        ("/findings/0/id", json!("Expired")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/fix", json!("two\nlines")),
        ("/findings/0/refused_by", json!("Globus")),
        ("/findings/0/place/line", json!(9_007_199_254_740_994_i64)),
        ("/findings/0/place", json!({})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = wrong;
        assert!(contract.objection(&bad).is_some(), "{pointer}");
    }
    for key in good.as_object().unwrap().keys() {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().shift_remove(key);
        assert!(contract.objection(&bad).is_some(), "without {key}");
    }
    let mut secret = good.clone();
    secret["results"] = json!([{
        "tokencert": "-----BEGIN CERTIFICATE-----",
        "tokenkey": "-----BEGIN PRIVATE KEY-----",
    }]);
    assert!(contract.objection(&secret).is_some(), "results outside token");
    let mut more = good;
    more["news"] = json!(1);
    more["findings"][0]["news"] = json!(1);
    more["items"].as_array_mut().unwrap().push(json!({ "kind": "new_kind" }));
    assert_eq!(contract.objection(&more), None, "additions are allowed");
}

#[test]
fn large_numbers_are_texts_and_arrays_stay_arrays() {
    let contract = Contract::load();
    let mut item = Item::new("sample", "sample");
    for (key, n) in [("least", -(1 << 53)), ("most", 1 << 53), ("more", (1 << 53) + 1)] {
        item.machine(key, Fact::Int(n));
    }
    item.machine("never", Fact::Span(Seconds(i64::MIN)));
    item.machine("none", Fact::Texts(Vec::new()));
    item.machine("one", Fact::Texts(vec!["x".to_owned()]));
    item.machine("parts", Fact::Items(vec![Item::new("part", "part")]));
    item.machine("unknown", Fact::Unknown);
    let mut report = Report::new("status", UnixTime(0));
    report.items.push(item);
    let value = json::envelope(&report);
    assert_eq!(contract.objection(&value), None);
    let expected = json!({
        "kind": "sample",
        "least": -9_007_199_254_740_992_i64,
        "most": 9_007_199_254_740_992_i64,
        "more": "9007199254740993",
        "never": "-9223372036854775808",
        "none": [],
        "one": ["x"],
        "parts": [{ "kind": "part" }],
        "unknown": null,
    });
    assert_eq!(value["items"], json!([expected]));
}
