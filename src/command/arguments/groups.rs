//! Arguments that several commands share.

use std::path::PathBuf;

use clap::ArgAction;

use crate::chain::Purpose;
use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::command::arguments::tool::AS;
use crate::command::arguments::{
    Argument, Arguments, Given, NamedValue, Value, arguments, flag, operand, option,
};
use crate::consumer::selection::Selection;
use crate::gather::options::{KeyOptions, VomsOptions};
use crate::locate::CaOptions;

arguments! {
    /// Files, each of which is judged alone.
    pub struct Operands {
        files: Vec<PathBuf> = FILES,
        list: Option<PathBuf> = option("files-from", "FILE",
            "More files to look at, one a line in FILE; - or nothing is standard input")
            .with(|arg| arg.num_args(0..=1).default_missing_value("-")),
        nul: bool = flag("null", "The paths in that list end with NUL, as find -print0 writes them")
            .short('0'),
        each: bool = flag("each", "Judge each certificate or token of a file, not the first alone"),
    }
}

/// Files instead of those at the usual places.
pub const FILES: Argument =
    operand("files", "FILE", "Files to look at instead of the located one; - is standard input");

/// How long a credential must last.
pub const NEED: Argument =
    option("for", "DURATION", "It must stay valid that long: 90, 30m, 12h, 1d6h, 2w");

/// When to warn, before anything is wrong.
pub const WARN: Argument = option("warn", "DURATION", "Warn if it ends within that time");

/// The VO whose attributes a proxy must carry.
pub const VO: Argument = option("vo", "NAME", "It must carry VOMS attributes of this VO");

/// Ask no questions.
pub const NO_INPUT: Argument = flag("no-input", "Never ask for a passphrase or a confirmation");

/// Show what would be removed.
pub const DRY_RUN: Argument = flag("dry-run", "Say what would be removed, remove nothing");

/// Files of an exchange. The command checks their number, because options may stand between them.
pub const fn exchanged(value: &'static str, help: &'static str) -> Argument {
    operand("files", value, help).with(|arg| arg.action(ArgAction::Append))
}

arguments!(for CaOptions {
    directory: Option<PathBuf> = option("ca-dir", "DIR", "CA certificates, by hash, in DIR"),
    file: Option<PathBuf> = option("ca-file", "FILE", "CA certificates, all in FILE"),
});

arguments! {
    /// Questions about a path.
    #[derive(Default)]
    pub struct PathArguments {
        judge_as: Option<Selection> = AS,
        purpose: Option<Purpose> = option("purpose", "PURPOSE",
            "What the certificate is to be used for; client unless given"),
        crl: CrlMode = option("crl", "MODE", "Revocation lists; if-present unless given"),
        crl_depth: CrlDepth = option("crl-depth", "DEPTH",
            "Whose revocation is looked at; chain unless given"),
        policy: PolicyMode = option(
            "policy",
            "MODE",
            "signing_policy and namespaces files; if-present unless given, require as Globus has it",
        ),
    }
}

arguments! {
    /// Where a path may end, and how long it may be.
    #[derive(Default)]
    pub struct PathLimits {
        partial_chain: bool = flag("partial-chain",
            "Any certificate of the CA directory ends a path"),
        max_depth: Option<u16> = option("max-depth", "N",
            "Certificates between leaf and anchor, at most; 100 unless given"),
    }
}

impl Arguments for KeyOptions {
    fn arguments() -> Vec<Argument> {
        vec![PASSPHRASE.holding::<Option<PathBuf>>()]
    }

    fn read(given: &Given<'_>) -> Result<Self, String> {
        Ok(Self {
            passphrase_file: Value::read(given, &PASSPHRASE)?,
            no_input: given.is_set(NO_INPUT.name),
        })
    }
}

const PASSPHRASE: Argument =
    option("passphrase-file", "FILE", "The first line of FILE opens an encrypted key");

impl Arguments for VomsOptions {
    fn arguments() -> Vec<Argument> {
        vec![VO.holding::<Vo>(), VOMS.holding::<VomsMode>(), VOMS_DIR.holding::<Option<PathBuf>>()]
    }

    fn read(given: &Given<'_>) -> Result<Self, String> {
        let Vo(vo) = Value::read(given, &VO)?;
        let mode = Value::read(given, &VOMS)?;
        if vo.is_some() && mode == VomsMode::Off {
            return Err("--vo asks for VOMS attributes, --voms off leaves them out".to_owned());
        }
        Ok(Self { vo, mode, directory: Value::read(given, &VOMS_DIR)? })
    }
}

const VOMS: Argument = option("voms", "MODE", "VOMS attributes; if-present unless given");

const VOMS_DIR: Argument =
    option("vomsdir", "DIR", "The VOMS server list (LSC files by VO) in DIR");

/// The name of a VO, if one was given.
#[derive(Clone, Debug)]
pub struct Vo(pub Option<String>);

impl Value for Vo {
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let vo: Option<String> = given.one(argument.name);
        match vo.as_deref().map(str::trim) {
            Some("") => Err("--vo needs the name of a VO; the one given is empty".to_owned()),
            _ => Ok(Self(vo)),
        }
    }
}

/// `--crl-depth`: whose revocation is checked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CrlDepth {
    /// That of every certificate of the path.
    #[default]
    Chain,
    /// Only that of the first one.
    Leaf,
}

impl NamedValue for CrlDepth {
    const NAMES: &'static [(&'static str, Self)] = &[("leaf", Self::Leaf), ("chain", Self::Chain)];
}

/// `--proxy`: whether a path may contain proxies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proxies {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

impl NamedValue for Proxies {
    const NAMES: &'static [(&'static str, Self)] = &[("allow", Self::Allow), ("deny", Self::Deny)];
}

impl NamedValue for CrlMode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("off", Self::Off), ("if-present", Self::IfPresent), ("require", Self::Require)];
}

impl NamedValue for PolicyMode {
    const NAMES: &'static [(&'static str, Self)] = PolicyMode::NAMES;
}

impl NamedValue for Purpose {
    const NAMES: &'static [(&'static str, Self)] =
        &[("client", Self::Client), ("server", Self::Server), ("any", Self::Any)];
}

impl NamedValue for VomsMode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("off", Self::Off), ("if-present", Self::IfPresent), ("require", Self::Require)];
}
