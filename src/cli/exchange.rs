//! The flags of the commands that make, request, approve and receive IDTOKENS.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, value_parser};

use crate::cli::flags::{flag, option, path};
use crate::cli::request::Matches;
use crate::command::exchange::options::{Signer, TIMEOUT, Wishes};
use crate::text::time::Seconds;

/// What the command line says of them.
pub(super) fn wishes(both: &Matches<'_>) -> Result<Wishes, String> {
    let span = |name: &str| {
        let text = both.text(name);
        let parsed = text.map(|text| Seconds::parse(&text));
        let parsed = parsed.transpose();
        parsed.map_err(|reason| format!("--{name}: {reason}"))
    };
    Ok(Wishes {
        identity: both.text("identity"),
        lifetime: span("lifetime")?,
        token: both.text("token"),
        file: both.path("file"),
        pool: both.text("pool"),
        name: both.text("name"),
        exchange: both.path("exchange"),
        wait: both.is_set("wait"),
        timeout: span("timeout")?.unwrap_or(TIMEOUT),
        valid_for: span("valid-for")?,
        sign: both.text("sign").map(|word| match word.as_str() {
            "proxy" => Signer::Proxy,
            _ => Signer::Cert,
        }),
        approver_key: both.path("approver-key"),
        approver_cert: both.path("approver-cert"),
        approver_dn: both.text("approver-dn"),
        code: both.text("code"),
        yes: both.text("yes"),
        deny: both.is_set("deny"),
        reason: both.text("reason"),
        again: both.is_set("again"),
        allow_superuser: both.is_set("allow-superuser"),
        allow_unrestricted: both.is_set("allow-unrestricted"),
        no_expiry: both.is_set("no-expiry"),
        max_lifetime: span("max-lifetime")?,
        map: both.path("map"),
        ledger: both.path("ledger"),
    })
}

/// What the help of a command says besides.
pub(super) fn note(command: &str) -> &'static str {
    match command {
        "idtoken-request" => {
            "No daemon is contacted: the request is a file, for mail, a memory stick or a shared \
             directory.\n-pool, -name and -type are labels that the approver sees. The request's id, \
             printed here, is read\nto the approver; the private key that opens the answer stays in \
             ~/.local/state/certok.\n\n"
        }
        "idtoken-approve" => {
            "Nothing in a request is true because it stands there: the id is compared with the one \
             that the\nrequester reads out, and whether the identity is theirs is for you to know, or \
             for --map. There is\nno automatic approval, on purpose: a file has no network address \
             that a rule could go by.\n\n"
        }
        "idtoken-receive" => {
            "An answer must show whose it is: by the approver's key (--approver-key), by a certificate \
             (of the\nhost named with -name, or of --approver-dn), or by the answer code that the \
             approver reads out.\n\n"
        }
        _ => "",
    }
}

/// `idtoken-create`.
pub(super) fn create() -> Vec<Arg> {
    let mut all = vec![
        identity("For whom: NAME@DOMAIN"),
        option("key", "NAME", "The signing key; POOL unless given"),
        trust_domain("The trust domain, instead of TRUST_DOMAIN in HTCondor's configuration"),
    ];
    all.extend(claims("For how long: seconds, or 12h, 30d; for ever unless given"));
    all.extend(target());
    all
}

/// `idtoken-request`.
pub(super) fn request() -> Vec<Arg> {
    let mut all = vec![
        operands("FILE", "The request file to write; standard output unless given"),
        identity("For whom: NAME@DOMAIN; the pool's superuser unless given"),
        option("pool", "NAME", "A label for the approver: which pool; nothing is contacted"),
        option(
            "name",
            "HOST",
            "A label for the approver: which daemon; a host certificate that signs the answer must \
             be this host's",
        ),
        option("type", "TYPE", "A label for the approver: what kind of daemon"),
        option(
            "valid-for",
            "DURATION",
            "How long it may be approved; 7d, or as long as --timeout says",
        ),
        option("sign", "WITH", "Sign the request, so that the approver sees who asks")
            .value_parser(PossibleValuesParser::new(["cert", "proxy"])),
        flag("wait", "Wait in the exchange directory for the answer, and receive it"),
        option("timeout", "DURATION", "How long to wait; 1h unless given"),
    ];
    all.extend(claims("For how long: seconds, or 12h, 30d; the approver's limit unless given"));
    all.extend(target());
    all.extend(approver());
    all.push(exchange());
    all
}

/// `idtoken-request-list`.
pub(super) fn request_list() -> Vec<Arg> {
    vec![operands("DIR", "The exchange directory"), ledger()]
}

/// `idtoken-approve`.
pub(super) fn approve() -> Vec<Arg> {
    vec![
        operands("FILE", "The request, or with --exchange its id; and the answer file to write"),
        option("yes", "ID", "Decide without asking: the whole id, compared with the requester"),
        flag("deny", "Deny it"),
        option("reason", "TEXT", "A word to who is denied"),
        flag("again", "Write the answer that was recorded once more"),
        option("key", "NAME", "The signing key; SEC_TOKEN_ISSUER_KEY unless given"),
        trust_domain("The trust domain, instead of TRUST_DOMAIN in HTCondor's configuration"),
        option("max-lifetime", "DURATION", "The longest a token may last; 30d unless given"),
        flag("no-expiry", "Let a token last as long as was asked, or for ever"),
        flag("allow-superuser", "Approve a request for the identity of the pool's daemons"),
        flag("allow-unrestricted", "Approve a request without authorizations, for everything"),
        path("map", "FILE", "Who signed the request must be mapped to the identity in FILE"),
        path("approver-key", "FILE", "Sign the answer with this private key"),
        path("approver-cert", "FILE", "The certificate of that key; Ed25519 keys need none"),
        ledger(),
        exchange(),
    ]
}

/// `idtoken-receive`.
pub(super) fn receive() -> Vec<Arg> {
    let mut all = vec![
        operands("FILE", "The answer; with --exchange whatever answers there are"),
        option("code", "CODE", "The answer code, as the approver read it out"),
        trust_domain("The trust domain the token must be for"),
    ];
    all.extend(target());
    all.extend(approver());
    all.push(exchange());
    all
}

fn operands(name: &'static str, help: &'static str) -> Arg {
    // How many there may be is for the command to say: options may stand between them.
    Arg::new("files")
        .value_name(name)
        .num_args(0..)
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

fn identity(help: &'static str) -> Arg {
    option("identity", "NAME", help)
}

fn trust_domain(help: &'static str) -> Arg {
    option("trust-domain", "NAME", help)
}

fn claims(lifetime: &'static str) -> [Arg; 2] {
    [
        option(
            "authz",
            "LEVEL",
            "For what: READ, WRITE and so on; may be given again; everything unless given",
        )
        .action(ArgAction::Append),
        option("lifetime", "DURATION", lifetime).allow_hyphen_values(true),
    ]
}

fn target() -> [Arg; 2] {
    [
        option("token", "NAME", "Put the token into the token directory under this name"),
        path("file", "FILE", "Put the token into this file"),
    ]
}

fn approver() -> [Arg; 2] {
    [
        path("approver-key", "FILE", "The answer must be signed with this public key (Ed25519)"),
        option("approver-dn", "DN", "The answer must be signed with a certificate of this DN"),
    ]
}

fn exchange() -> Arg {
    path("exchange", "DIR", "The directory that both sides see")
}

fn ledger() -> Arg {
    path("ledger", "FILE", "Where decisions are recorded; in ~/.local/state/certok unless given")
}
