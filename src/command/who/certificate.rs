//! Certificates and proxies in `who`. Servers see what is sent; clients read the files first.

use crate::chain::acceptance::{Acceptance, Presented, Reason, judge as accept};
use crate::chain::budget::Budget;
use crate::chain::{PoolCertificate, Purpose};
use crate::check::acceptance::Because;
use crate::check::{acceptance, chain, consumers, key_match, lifetime, proxy};
use crate::command::arguments::groups::{PathArguments, PathLimits};
use crate::command::path::{CredentialEvidence, PathOptions};
use crate::command::who::Args;
use crate::command::who::judged::{Judged, Row};
use crate::command::{Call, verify};
use crate::consumer;
use crate::consumer::client::{CLIENTS, Client};
use crate::consumer::profile::{Carrier, Profile};
use crate::consumer::{Tool, client};
use crate::gather::anchors::RelevantAnchors;
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, Read};
use crate::load::LoadError;
use crate::locate::{CaSearch, Role};
use crate::parse::ca_dir::EntryName;
use crate::report::{Finding, Item, Severity, Step};
use crate::text::time::Seconds;

/// One row for each client and each server.
pub(super) fn judge(half: CredentialFile, args: &Args, call: &Call<'_>) -> Judged {
    let (env, role) = (call.env, half.role);
    let trouble = half.trouble(env);
    if !trouble.is_empty() {
        return Judged::unread(role.noun(), String::new(), trouble);
    }
    let (path, limits) = (PathArguments::default(), PathLimits::default());
    let options = &PathOptions::of(&args.ca, &path, &limits, call.scope(args.need));
    let mut trust = Trust::open(&options.trust, CaSearch::of(role), env);
    let sent = half.found().map(Read::known).unwrap_or_default();
    if let Some((leaf, helpers)) = sent.split_first() {
        // Some software takes any certificate of the directory as the end of a path.
        trust.gather(leaf, helpers, true);
    }
    let budget = Budget::default();
    let evidence = CredentialEvidence::new(half, &mut trust, options, &budget, env);
    let (report, _) = verify::one(&evidence, call.name, &trust, options, &budget, env);
    let half = evidence.half();
    let mut checks = report.findings;
    let is_located = half.is_located();
    if is_located && role != Role::Proxy {
        verify::beside(half, env, &mut checks);
    }
    let key =
        (is_located && role != Role::Proxy).then(|| CredentialFile::located(role.partner(), env));
    let case = Case {
        half,
        trust: &trust,
        checks: &checks,
        args,
        call,
        sent: first_of_key(sent, &checks),
    };
    let clients = CLIENTS.iter().filter(|client| {
        let mut asked = args.tool.iter().flat_map(|tool| tool.clients());
        shows(client, role) && (args.tool.is_none() || asked.any(|one| one.id == client.id))
    });
    let profiles = consumer::profiles().filter(|profile| {
        let mut asked = args.tool.iter().flat_map(|tool| tool.profiles());
        args.tool.is_none() || asked.any(|one| one.id == profile.id)
    });
    let mut rows: Vec<Row> = clients.map(|client| case.client(client)).collect();
    rows.extend(case.servers(profiles));
    let is_locked = checks.iter().any(|finding| finding.is(&key_match::LOCKED));
    let locked = key.as_ref().filter(|key| is_locked && key.found().is_some()).unwrap_or(half);
    let locked = is_locked.then(|| key_match::asks_passphrase(&locked.described()));
    let findings = locked.into_iter().collect();
    let files = case.files(key.as_ref(), rows.iter().any(|row| !row.is_client));
    let from = half.described();
    Judged { noun: role.noun(), from, files: Some(files), rows, findings, is_locked, checks }
}

/// Whether the client shows credentials of that kind.
pub(super) fn shows(client: &Client, role: Role) -> bool {
    match role {
        Role::Proxy => client.proxies,
        Role::TokenCert => client.tokens,
        _ => true,
    }
}

/// What is sent by software that sorts the file: the proxy is first, wherever it stands.
fn first_of_key(mut sent: Vec<PoolCertificate>, checks: &[Finding]) -> Vec<PoolCertificate> {
    if checks.iter().any(|finding| finding.is(&proxy::NOT_FIRST))
        && let Some(at) = sent.iter().position(|known| known.certificate.is_proxy())
    {
        sent.swap(0, at);
    }
    sent
}

/// A credential that is judged for one consumer after the other.
struct Case<'a> {
    half: &'a CredentialFile,
    trust: &'a Trust,
    checks: &'a [Finding],
    args: &'a Args,
    call: &'a Call<'a>,
    sent: Vec<PoolCertificate>,
}

impl Case<'_> {
    /// What was read, and from where.
    fn files(&self, key: Option<&CredentialFile>, of_servers: bool) -> Item {
        let mut item = Item::new("presented", self.half.role.noun());
        item.fact("certificate", "certificate", self.half.described());
        let holds_key = self.half.found().is_some_and(|read| !read.contents.keys.is_empty());
        let words = match key.map(|key| (key, &key.outcome)) {
            Some((key, Ok(_))) => key.described(),
            _ if holds_key => "in the same file".to_owned(),
            None if self.half.role != Role::Proxy => {
                "not looked at, since a file was named".to_owned()
            }
            None | Some((_, Err(LoadError::Missing(_) | LoadError::NoHome))) => "none".to_owned(),
            Some((_, Err(_))) => "cannot be read".to_owned(),
        };
        item.fact("key", "key", words);
        if of_servers {
            item.fact("cas", "CAs", self.trust.shown());
        }
        item
    }

    /// Why a client that follows the rules of `loaders` does not load the files.
    fn unloaded(&self, loaders: &[consumer::Consumer], dates: bool) -> Vec<Because> {
        let is_token = self.half.role.is_token();
        let counts = |finding: &&Finding| {
            let alone = finding.minded_by.len() == 1;
            let lowered = is_token && finding.rule.step == Some(Step::Safe);
            let refuses = match finding.severity {
                Severity::Error => true,
                // What is a warning for all is the reason of the one that it names.
                Severity::Warn => !finding.minded_by.is_empty() && (alone || lowered),
                Severity::Info => false,
            };
            let of_dates = dates && finding.rule.step == Some(Step::Lifetime);
            refuses
                && (consumers::is_of_files(finding) || of_dates)
                && consumers::minds(finding, loaders)
        };
        let found = self.checks.iter().filter(counts);
        // The finding beside the rows has the values.
        found
            .map(|finding| Because { rule: finding.rule, words: finding.rule.what.to_owned() })
            .collect()
    }

    fn client(&self, client: &'static Client) -> Row {
        let because = self.unloaded(client.loaders, client.dates);
        Row {
            tool: client.id,
            software: client.consumer.to_string(),
            group: client::GROUP,
            is_client: true,
            accepts: Some(because.is_empty()),
            is_anonymous: false,
            because,
            note: None,
            source: None,
        }
    }

    fn servers(&self, profiles: impl Iterator<Item = &'static Profile>) -> Vec<Row> {
        let relevant = RelevantAnchors::of(self.trust, &self.sent);
        let presented = Presented {
            sent: &self.sent,
            anchors: &relevant.anchors,
            evidence: &self.trust.evidence,
            names: relevant.names,
            purpose: Purpose::Client,
            at: self.call.env.now,
        };
        let budget = Budget::default();
        profiles.map(|profile| self.server(profile, &presented, &budget)).collect()
    }

    fn server(&self, profile: &'static Profile, presented: &Presented<'_>, budget: &Budget) -> Row {
        let carrier = profile.transport.carrier;
        let (mut accepts, mut is_anonymous, mut because) = (Some(true), false, Vec::new());
        let mut note = None;
        if self.trust.trouble.is_some() {
            // Without the CAs nobody's verdict is known.
            accepts = None;
            because = self.without_cas();
        } else if !presented.sent.is_empty() {
            let said = accept(presented, profile, budget);
            because = acceptance::because(&said);
            self.name_lookup(&mut because);
            note = without_old_hash(profile, &said, presented.names);
            (accepts, is_anonymous) = (said.accepts, said.is_anonymous);
            if accepts == Some(true) && self.args.need > Seconds(0) {
                let at = self.call.env.now + self.args.need;
                let end = accept(&Presented { at, ..*presented }, profile, budget);
                because = runs_out(end, self.args.need);
                accepts = Some(because.is_empty());
            }
        }
        let mut unloaded = self.unloaded(&[carrier.loader()], false);
        if !unloaded.is_empty() {
            (accepts, is_anonymous) = (Some(false), false);
            unloaded.extend(because);
            because = unloaded;
            because.sort_by_key(|one| one.rule.exit.rank());
        }
        let made = carrier == Carrier::XrootdGsi && self.half.role != Role::Proxy;
        Row {
            tool: profile.id,
            software: profile.consumer.to_string(),
            group: profile.group.name(),
            is_client: false,
            accepts,
            is_anonymous,
            because,
            note: note.or(made.then(|| "judged as the proxy that XRootD makes of it".to_owned())),
            source: Some(profile.source),
        }
    }

    /// Says why the issuer is not found, if it is in the directory.
    fn name_lookup(&self, because: &mut [Because]) {
        let Some(check) = consumers::of_lookup(self.checks) else { return };
        for one in because.iter_mut().filter(|one| one.rule.id == chain::ISSUER_UNKNOWN.id) {
            *one = Because { rule: check.rule, words: check.rule.what.to_owned() };
        }
    }

    /// Why the CAs are missing.
    fn without_cas(&self) -> Vec<Because> {
        let errors = self.checks.iter().filter(|finding| finding.severity == Severity::Error);
        let first = errors.filter(|finding| !consumers::is_of_files(finding)).take(1);
        first
            .map(|finding| Because { rule: finding.rule, words: finding.message.clone() })
            .collect()
    }
}

/// That canl-java, as it is set up by default, does not find the CA.
fn without_old_hash(profile: &Profile, said: &Acceptance, names: &[String]) -> Option<String> {
    let anchor = said.path.last().filter(|_| said.accepts == Some(true))?;
    let old = anchor.certificate.subject.old_hash();
    let is_link = |name: &String| matches!(EntryName::parse(name), EntryName::Certificate { hash, .. } if hash == old);
    let is_there = names.iter().any(is_link);
    let misses = profile.consumer.tool == Tool::CanlJava && !names.is_empty() && !is_there;
    misses.then(|| {
        format!(
            "the CA {} has no link {old}.0 by the old hash: canl-java needs one unless openssl1Mode is on",
            anchor.certificate.subject.common_name()
        )
    })
}

/// What expires until the end that was judged; nothing else counts then.
fn runs_out(mut end: Acceptance, need: Seconds) -> Vec<Because> {
    let soon = format!("ends within the next {need}");
    end.objections.retain(|one| matches!(one.reason, Reason::Expired | Reason::ExpiredInFile));
    let short = |because: Because| Because {
        rule: &lifetime::TOO_SHORT,
        words: because.words.replace("has expired", &soon),
    };
    acceptance::because(&end).into_iter().map(short).collect()
}
