//! Exit codes.

/// Exit codes: one table for all commands. 1 to 6 say that certok could not answer or could not
/// do it; from 10 on they answer about the credential.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Exit {
    /// Everything asked for holds.
    Ok,
    /// Internal error, or output could not be written.
    Error,
    /// Bad arguments.
    Usage,
    /// Nothing to examine.
    NotFound,
    /// Permission denied, malformed, wrong kind of file.
    Unreadable,
    /// Evidence is missing.
    Undecided,
    /// Could not, or only partly, destroy, write, approve.
    NotDone,
    /// Valid now, but for less than `--for`.
    Short,
    /// Past its end.
    Expired,
    /// Before its start.
    NotYetValid,
    /// No path to an anchor, or a rule broken on it.
    Untrusted,
    /// Revoked by its CA.
    Revoked,
    /// Key, name, audience, purpose or type do not fit.
    Mismatch,
    /// Ownership or permissions.
    Unsafe,
    /// CRL or CA directory health.
    Stale,
    /// Warnings, with `--strict` only.
    Warnings,
}

/// The table: code, name, meaning. README and `--help` print it.
pub const EXITS: &[(Exit, u8, &str, &str)] = &[
    (Exit::Ok, 0, "ok", "everything asked for holds; warnings are printed"),
    (Exit::Error, 1, "error", "internal error, or output could not be written"),
    (Exit::Usage, 2, "usage", "bad arguments"),
    (Exit::NotFound, 3, "not-found", "nothing to examine"),
    (Exit::Unreadable, 4, "unreadable", "permission denied, malformed, or the wrong kind of file"),
    (Exit::Undecided, 5, "undecided", "evidence is missing: CA directory, CRL, key or passphrase"),
    (
        Exit::NotDone,
        6,
        "not-done",
        "could not, or only partly, destroy, write or approve; a request denied or timed out",
    ),
    (Exit::Short, 10, "short", "valid now, but for less than --for"),
    (Exit::Expired, 11, "expired", "the credential is past its end"),
    (Exit::NotYetValid, 12, "not-yet-valid", "the credential is before its start"),
    (Exit::Untrusted, 13, "untrusted", "no path to a trust anchor, or a rule is broken on it"),
    (Exit::Revoked, 14, "revoked", "revoked by its CA"),
    (Exit::Mismatch, 15, "mismatch", "key, name, purpose or type do not fit"),
    (Exit::Unsafe, 16, "unsafe", "ownership or permissions"),
    (Exit::Stale, 17, "stale", "CRL or CA directory health"),
    (Exit::Warnings, 18, "warnings", "warnings, with --strict only"),
];

/// Which of several problems decides headline and exit code: the first one in this order.
pub const PRECEDENCE: &[Exit] = &[
    Exit::Error,
    Exit::Usage,
    Exit::NotDone,
    Exit::Unreadable,
    Exit::NotFound,
    Exit::Revoked,
    Exit::Expired,
    Exit::NotYetValid,
    Exit::Untrusted,
    Exit::Mismatch,
    Exit::Unsafe,
    Exit::Stale,
    Exit::Undecided,
    Exit::Short,
    Exit::Warnings,
    Exit::Ok,
];

impl Exit {
    /// The process exit code.
    pub fn code(self) -> u8 {
        self.row().1
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Exit, u8, &'static str, &'static str) {
        EXITS.iter().find(|row| row.0 == self).expect("every exit has a row")
    }

    /// Position in [`PRECEDENCE`]; smaller is worse.
    pub fn rank(self) -> usize {
        PRECEDENCE.iter().position(|exit| *exit == self).expect("every exit has a rank")
    }

    /// Its rank among the exits of several operands. An operand that could not be read, or cannot
    /// be judged alone, does not hide an answer about another one. Missing evidence hides neither.
    pub(super) fn rank_among_operands(self) -> usize {
        let later = match self {
            Self::NotFound | Self::Unreadable | Self::Usage => 1,
            Self::Undecided => 2,
            _ => 0,
        };
        self.rank() + later * PRECEDENCE.len()
    }
}
