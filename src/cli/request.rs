//! What was parsed, as a request.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::chain::Purpose;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::cli::table::COMMANDS;
use crate::cli::{Color, Request, exchange};
use crate::command::bearer::{Capability, Demand};
use crate::command::ca::info::{Sort, Wanted};
use crate::command::idtoken::{Level, authorizations};
use crate::command::{MAX_DEPTH, Options};
use crate::gather::options::{KeyOptions, TrustOptions, VomsOptions};
use crate::locate::CaOptions;
use crate::render::Format;
use crate::text::time::{Seconds, UnixTime};

/// The commands that have the alien format.
const ALIEN_COMMANDS: &[&str] = &[
    "cert-info",
    "token-info",
    "cert-verify",
    "token-verify",
    "certkey-match",
    "tokenkey-match",
    "token-destroy",
];

/// Puts the matches of clap together.
pub(super) fn request(matches: &ArgMatches, alien: bool, now: UnixTime) -> Result<Request, String> {
    let (name, inner) = matches.subcommand().unwrap_or(("status", matches));
    let command = COMMANDS.iter().find(|spec| spec.name == name).map_or("status", |spec| spec.name);
    let both = Matches { inner, outer: matches };
    let at = both.text("at").map_or(Ok(now), |text| UnixTime::parse(&text, now))?;
    let named = both.text("format");
    let format = match named.as_deref().and_then(Format::named) {
        None if both.is_set("json") => Format::Json,
        None if alien => Format::Alien,
        None => Format::Text,
        Some(Format::Text) if both.is_set("json") => Format::Json,
        Some(format) => format,
    };
    let color = match both.text("color").as_deref() {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    let mut options = options(&both)?;
    options.trust.alien = format == Format::Alien;
    if options.trust.alien && !ALIEN_COMMANDS.contains(&command) {
        return Err(format!(
            "`{command}` has no alien format; it is for {}",
            ALIEN_COMMANDS.join(", ")
        ));
    }
    if command == "demo" && format != Format::Text {
        return Err("demo is a walk for people: text is all it speaks".to_owned());
    }
    let (quiet, strict) = (both.is_set("quiet"), both.is_set("strict"));
    let output = output(&both, quiet)?;
    // alien.py's exit codes are read off the facts, and in those of Nagios warnings count.
    let facts_count = options.trust.alien || format == Format::Nagios;
    options.exit_only = quiet && !strict && !facts_count;
    Ok(Request { command, options, format, output, quiet, color, at, strict })
}

/// Where the answer goes, if not to standard output.
fn output(both: &Matches<'_>, quiet: bool) -> Result<Option<PathBuf>, String> {
    match both.path("output") {
        Some(path) if path.as_os_str() == "-" => Ok(None),
        Some(_) if quiet => Err("--quiet prints nothing that --output could hold".to_owned()),
        path => Ok(path),
    }
}

fn options(both: &Matches<'_>) -> Result<Options, String> {
    let need = both.text("for").map_or(Ok(Seconds(0)), |text| Seconds::parse(&text))?;
    let voms = voms(both)?;
    let warn = both.text("warn").map(|text| Seconds::parse(&text)).transpose()?;
    Ok(Options {
        files: both.paths("files"),
        files_from: both.path("files-from"),
        need,
        trust: TrustOptions {
            ca: CaOptions { directory: both.path("ca-dir"), file: both.path("ca-file") },
            crl: match both.text("crl").as_deref() {
                Some("off") => CrlMode::Off,
                Some("require") => CrlMode::Require,
                _ => CrlMode::IfPresent,
            },
            policy: PolicyMode::NAMES
                .iter()
                .find(|(name, _)| Some(*name) == both.text("policy").as_deref())
                .map_or_else(PolicyMode::default, |(_, mode)| *mode),
            partial_chain: both.is_set("partial-chain"),
            alien: false,
        },
        voms: VomsOptions { vo: both.text("vo"), mode: voms, directory: both.path("vomsdir") },
        key: KeyOptions {
            passphrase_file: both.path("passphrase-file"),
            no_input: both.is_set("no-input"),
        },
        purpose: match both.text("purpose").as_deref() {
            Some("any") => Purpose::Any,
            Some("server") => Purpose::Server,
            _ => Purpose::Client,
        },
        crl_leaf_only: both.text("crl-depth").as_deref() == Some("leaf"),
        proxies: both.text("proxy").map(|word| word == "allow"),
        max_depth: both.number("max-depth").map_or(MAX_DEPTH, usize::from),
        dry_run: both.is_set("dry-run"),
        yes: both.is_set("yes"),
        shell: both.is_set("shell"),
        export: both.is_set("export"),
        fix_script: both.is_set("fix-script"),
        role: both.text("role"),
        kind: both.text("type"),
        job: both.text("jobid"),
        host: both.text("hostname"),
        cas: cas(both)?,
        words: both.texts("words"),
        tool: both.text("tool"),
        warn,
        name: both.text("name"),
        purpose_given: both.text("purpose").is_some(),
        days: both.get::<i64>("days"),
        account: both.text("account"),
        emails: both.texts("email"),
        ca_cert: both.path("ca-cert"),
        ca_key: both.path("ca-key"),
        out_dir: both.path("out-dir"),
        force: both.is_set("force"),
        word: both.text("word"),
        trust_domain: both.text("trust-domain"),
        authz: authz(both)?,
        signing_key: both.text("key"),
        bearer: bearer(both)?,
        wishes: exchange::wishes(both)?,
        verbose: both.is_set("verbose"),
        exit_only: false,
    })
}

fn cas(both: &Matches<'_>) -> Result<Wanted, String> {
    let order = both.text("sort");
    let mut orders = Sort::NAMES.iter();
    let find = both.text("find");
    if find.as_ref().is_some_and(|text| text.trim().is_empty()) {
        return Err("--find needs a name, a hash, a fingerprint or a file; it is empty".to_owned());
    }
    let expiring = both.text("expiring");
    Ok(Wanted {
        sort: orders
            .find(|(name, _)| Some(*name) == order.as_deref())
            .map_or_else(Sort::default, |(_, sort)| *sort),
        expired: both.is_set("expired"),
        expiring: expiring.map(|text| Seconds::parse(&text)).transpose()?,
        find,
    })
}

fn bearer(both: &Matches<'_>) -> Result<Demand, String> {
    let given = both.inner.try_get_many::<String>("scope").ok().flatten();
    let words = given.into_iter().flatten().map(String::as_str);
    let scopes = words.flat_map(str::split_ascii_whitespace);
    Ok(Demand {
        audience: both.text("audience"),
        issuer: both.text("issuer"),
        scopes: scopes.map(Capability::asked).collect::<Result<_, _>>()?,
        keys: both.path("jwks"),
    })
}

fn authz(both: &Matches<'_>) -> Result<Vec<Level>, String> {
    let given = both.inner.try_get_many::<String>("authz").ok().flatten();
    let words: Vec<&str> = given.into_iter().flatten().map(String::as_str).collect();
    authorizations(&words)
}

fn voms(both: &Matches<'_>) -> Result<VomsMode, String> {
    let vo = both.text("vo");
    if vo.is_some_and(|name| name.trim().is_empty()) {
        return Err("--vo needs the name of a VO; the one given is empty".to_owned());
    }
    match both.text("voms").as_deref() {
        Some("off") if both.text("vo").is_some() => {
            Err("--vo asks for VOMS attributes, --voms off leaves them out".to_owned())
        }
        Some("off") => Ok(VomsMode::Off),
        Some("require") => Ok(VomsMode::Require),
        _ => Ok(VomsMode::IfPresent),
    }
}

/// A flag may stand before or behind the command's name.
pub(super) struct Matches<'a> {
    inner: &'a ArgMatches,
    outer: &'a ArgMatches,
}

impl Matches<'_> {
    fn get<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        let one = |matches: &ArgMatches| matches.try_get_one::<T>(name).ok().flatten().cloned();
        one(self.inner).or_else(|| one(self.outer))
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name)
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let many = self.inner.try_get_many::<String>(name).ok().flatten();
        many.into_iter().flatten().cloned().collect()
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get::<PathBuf>(name)
    }

    fn number(&self, name: &str) -> Option<u16> {
        self.get::<u16>(name)
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        let one = |matches: &ArgMatches| {
            matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
        };
        one(self.inner) || one(self.outer)
    }

    fn paths(&self, name: &str) -> Vec<PathBuf> {
        let many = self.inner.try_get_many::<PathBuf>(name).ok().flatten();
        many.into_iter().flatten().cloned().collect()
    }
}
