//! The arguments of `idtoken-request`.

use std::path::{Path, PathBuf};

use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{OlderTool, arguments, flag, option};
use crate::command::idtoken::arguments as shared;
use crate::command::idtoken::arguments::{Approver, Signer, TargetArguments};
use crate::gather::options::KeyOptions;
use crate::locate::CaOptions;
use crate::parse::idtoken::scope::Level;
use crate::text::time::{DAY, HOUR, Seconds};

/// How long a request may be approved. This is longer than anybody waits for it.
const VALID: Seconds = Seconds(7 * DAY);

/// As long as condor_token_request waits.
const TIMEOUT: Seconds = Seconds(HOUR);

arguments! {
    /// Arguments of `idtoken-request`.
    pub struct Args {
        files: Vec<PathBuf> =
            exchanged("FILE", "The request file to write; standard output unless given"),
        identity: Option<String> =
            shared::identity("For whom: NAME@DOMAIN; the pool's superuser unless given"),
        pool: Option<String> = option("pool", "NAME",
            "A label for the approver: which pool; nothing is contacted")
        .of(OlderTool::Condor),
        name: Option<String> = option("name", "HOST",
            "A label for the approver: which daemon; a host certificate that signs the answer must \
             be this host's")
        .of(OlderTool::Condor),
        kind: Option<String> =
            option("type", "TYPE", "A label for the approver: what kind of daemon")
                .of(OlderTool::Condor),
        valid_for: Option<Seconds> = option("valid-for", "DURATION",
            "How long it may be approved; 7d, or as long as --timeout says")
        .naming_itself(),
        sign: Option<Signer> =
            option("sign", "WITH", "Sign the request, so that the approver sees who asks"),
        wait: bool = flag("wait", "Wait in the exchange directory for the answer, and receive it"),
        timeout: Option<Seconds> =
            option("timeout", "DURATION", "How long to wait; 1h unless given").naming_itself(),
        authz: Vec<Level> = shared::AUTHZ,
        lifetime: Option<Seconds> = shared::lifetime(
            "For how long: seconds, or 12h, 30d; the approver's limit unless given",
        ),
        target: TargetArguments,
        approver: Approver,
        exchange: Option<PathBuf> = shared::EXCHANGE,
        ca: CaOptions,
        key: KeyOptions,
    }
}

impl Args {
    /// How long to wait for the answer.
    pub(super) fn timeout(&self) -> Seconds {
        self.timeout.unwrap_or(TIMEOUT)
    }

    /// How long the request may be approved.
    pub(super) fn valid(&self) -> Seconds {
        self.valid_for.unwrap_or(if self.wait { VALID.max(self.timeout()) } else { VALID })
    }

    /// Where the answer is searched.
    pub(super) fn directory(&self) -> &Path {
        self.exchange.as_deref().unwrap_or(Path::new("."))
    }
}
