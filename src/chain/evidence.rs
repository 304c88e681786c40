//! What the CA directory says about certificates, besides CA certificates. It is read before the
//! search. The rules only look at it.

use crate::chain::permission::PolicyFile;
use crate::chain::revocation::List;

/// Revocation lists and policy files of the CAs that could be on a path.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Revocation lists, in the order of their files.
    pub lists: Vec<List>,
    /// signing_policy and namespaces files.
    pub policies: Vec<PolicyFile>,
}

impl Evidence {
    /// Nothing was read.
    pub const NONE: Self = Self { lists: Vec::new(), policies: Vec::new() };
}
