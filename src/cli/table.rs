//! The subcommands, and the help that lists them.

use std::fmt::Write as _;

use crate::report::EXITS;

/// One subcommand as the help shows it.
#[derive(Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// An example with a word on what it does; run by a test.
    pub example: &'static str,
}

const INFO: &str = "Look at a credential";
const CHECK: &str = "Check it";
const REMOVE: &str = "Remove it";
const TOKENS: &str = "Make, request and approve HTCondor tokens, without a network";
const MORE: &str = "Everything else";

/// The subcommands, in the order of the help.
pub const COMMANDS: &[Spec] = &[
    Spec {
        name: "cert-info",
        about: "Everything worth knowing about the user certificate, and whether it is usable now",
        group: INFO,
        example: "certok cert-info",
    },
    Spec {
        name: "token-info",
        about: "The same for the JAliEn token",
        group: INFO,
        example: "certok token-info --for 12h",
    },
    Spec {
        name: "proxy-info",
        about: "The same for the proxy: its type, whom it stands for, how long the whole chain lasts",
        group: INFO,
        example: "certok proxy-info --for 1h",
    },
    Spec {
        name: "idtoken-info",
        about: "Every HTCondor token found, what each is good for, and why some are not used",
        group: INFO,
        example: "certok idtoken-info",
    },
    Spec {
        name: "bearer-info",
        about: "The WLCG or SciTokens bearer token that tools find: claims, lifetime, file mode",
        group: INFO,
        example: "certok bearer-info",
    },
    Spec {
        name: "cert-verify",
        about: "Verify the user certificate against a CA directory, and show the path found",
        group: CHECK,
        example: "certok cert-verify --ca-dir /etc/grid-security/certificates",
    },
    Spec {
        name: "token-verify",
        about: "The same for the JAliEn token",
        group: CHECK,
        example: "certok token-verify",
    },
    Spec {
        name: "proxy-verify",
        about: "The same for the proxy, by the rules of RFC 3820 and Globus",
        group: CHECK,
        example: "certok proxy-verify",
    },
    Spec {
        name: "idtoken-verify",
        about: "Which HTCondor token would be sent, and would it be accepted",
        group: CHECK,
        example: "certok idtoken-verify --authz READ,WRITE --for 12h",
    },
    Spec {
        name: "bearer-verify",
        about: "Would a service accept the bearer token: audience, scope, signature",
        group: CHECK,
        example: "certok bearer-verify --audience https://eos.test:8443 --scope storage.read:/data",
    },
    Spec {
        name: "certkey-match",
        about: "Prove that the private key belongs to the user certificate",
        group: CHECK,
        example: "certok certkey-match",
    },
    Spec {
        name: "tokenkey-match",
        about: "The same for the JAliEn token",
        group: CHECK,
        example: "certok tokenkey-match",
    },
    Spec {
        name: "proxykey-match",
        about: "The same for the proxy",
        group: CHECK,
        example: "certok proxykey-match",
    },
    Spec {
        name: "check",
        about: "Everything the next job needs, step by step, one verdict: a pre-flight for scripts",
        group: CHECK,
        example: "certok check token --for 12h",
    },
    Spec {
        name: "who",
        about: "Which software would take the credential, and why the rest would not",
        group: CHECK,
        example: "certok who cert",
    },
    Spec {
        name: "cert-destroy",
        about: "Remove the user certificate and its key (asks first)",
        group: REMOVE,
        example: "certok cert-destroy --dry-run",
    },
    Spec {
        name: "token-destroy",
        about: "Remove the JAliEn token and its key",
        group: REMOVE,
        example: "certok token-destroy --dry-run",
    },
    Spec {
        name: "proxy-destroy",
        about: "Remove the proxy",
        group: REMOVE,
        example: "certok proxy-destroy --dry-run",
    },
    Spec {
        name: "idtoken-destroy",
        about: "Remove an HTCondor token: a file, or one line of it",
        group: REMOVE,
        example: "certok idtoken-destroy --dry-run",
    },
    Spec {
        name: "idtoken-create",
        about: "Make an HTCondor token with a signing key of this machine",
        group: TOKENS,
        example: "certok idtoken-create -identity alice@pool.test -authz READ -lifetime 12h",
    },
    Spec {
        name: "idtoken-request",
        about: "Ask for an HTCondor token by a file; no daemon is contacted",
        group: TOKENS,
        example: "certok idtoken-request -identity alice@pool.test -authz READ -lifetime 12h alice.request",
    },
    Spec {
        name: "idtoken-request-list",
        about: "The requests in a directory, and what became of them",
        group: TOKENS,
        example: "certok idtoken-request-list .",
    },
    Spec {
        name: "idtoken-approve",
        about: "Look at a request, decide, and make the file that answers it",
        group: TOKENS,
        example: "certok idtoken-approve --yes ID alice.request",
    },
    Spec {
        name: "idtoken-receive",
        about: "Take the token out of the answer",
        group: TOKENS,
        example: "certok idtoken-receive --code CODE alice.answer",
    },
    Spec {
        name: "status",
        about: "What this user or job would use (also plain `certok`)",
        group: MORE,
        example: "certok status",
    },
    Spec {
        name: "ca-info",
        about: "The CAs of the CA directory, a line each; or which of them signed a certificate",
        group: MORE,
        example: "certok ca-info --expiring 52w",
    },
    Spec {
        name: "ca-check",
        about: "Audit the CA directory: links, certificates, revocation lists, policies, modes",
        group: MORE,
        example: "certok ca-check /etc/grid-security/certificates",
    },
    Spec {
        name: "token",
        about: "Print the current JAliEn token, certificate and key, for programs; or a fresh one",
        group: MORE,
        example: "certok token --export",
    },
    Spec {
        name: "token-init",
        about: "Make a token with a test CA of yours, as JAliEn would, and put it in place",
        group: MORE,
        example: "certok token-init --account alice --ca-cert ca.pem --ca-key ca-key.pem",
    },
    Spec {
        name: "user",
        about: "Say whether the current token has a role of alien.py, and how to get one that has",
        group: MORE,
        example: "certok user alice",
    },
    Spec {
        name: "demo",
        about: "Lay out demonstration credentials in a new directory and walk through them",
        group: MORE,
        example: "certok demo",
    },
    Spec {
        name: "explain",
        about: "One finding in full; without an id, the list of all",
        group: MORE,
        example: "certok explain expired",
    },
    Spec {
        name: "completions",
        about: "Print the completion script for a shell",
        group: MORE,
        example: "certok completions bash",
    },
    Spec { name: "man", about: "Print the manual page", group: MORE, example: "certok man" },
];

/// What `certok --help` prints.
pub(super) fn help() -> String {
    let mut text = String::from(
        "certok: will this credential work, and if not, why not and what do I type?\n\n\
         Usage: certok [COMMAND] [OPTIONS]\n",
    );
    for group in [INFO, CHECK, REMOVE, TOKENS, MORE] {
        write!(text, "\n{group}:\n").expect("a String takes all");
        for spec in COMMANDS.iter().filter(|spec| spec.group == group) {
            writeln!(text, "  {:20} {}", spec.name, spec.about).expect("a String takes all");
        }
    }
    text.push_str(
        "\nOptions of every command:\n  \
         -q, --quiet          print nothing, answer by the exit code\n  \
         -v, --verbose        say more: all facts, the reasons and sources\n      \
         --json           JSON (the same as --format json)\n      \
         --format FORMAT  text, json, jsonl (a line for each file), nagios, prometheus,\n                       \
         classad (HTCondor), or alien (alien.py's lines and exit codes)\n      \
         --output FILE    write the answer to FILE, which is replaced at once and whole\n      \
         --at TIME        judge at TIME: epoch seconds, RFC 3339, or +12h\n      \
         --color WHEN     auto, always, never\n      \
         --strict         exit with 18 if there are warnings\n      \
         --no-input       never ask for a passphrase or a confirmation\n  \
         -h, --help           this help; with a command, its options and an example\n  \
         -V, --version        the version\n\nExit codes:\n",
    );
    for (_, code, name, meaning) in EXITS {
        writeln!(text, "  {code:3} {name:14} {meaning}").expect("a String takes all");
    }
    text.push_str("\nNothing is sent anywhere: certok has no network code.\n");
    text
}
