//! What the CA directory says about certificates besides the CA certificates themselves: data,
//! gathered before the search, looked at by the rules.

use crate::chain::permission::PolicyFile;
use crate::chain::revocation::List;

/// Revocation lists and policy files that bear on the CAs a path could go through.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Revocation lists, in the order of their files.
    pub lists: Vec<List>,
    /// signing_policy and namespaces files.
    pub policies: Vec<PolicyFile>,
}

impl Evidence {
    /// Nothing at hand.
    pub const NONE: Self = Self { lists: Vec::new(), policies: Vec::new() };
}
