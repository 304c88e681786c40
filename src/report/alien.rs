//! What alien.py has for a command.

/// Which of alien.py's answers a report is told in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AlienForm {
    /// Of `token-destroy`.
    Destroy,
    /// Of `cert-info`, `token-info`.
    Info,
    /// Of `certkey-match`, `tokenkey-match`.
    KeyMatch,
    /// Of `cert-verify`, `token-verify`.
    Verify,
}
