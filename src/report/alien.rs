//! The forms in which alien.py answers.

/// The form of alien.py that a report is printed in.
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
