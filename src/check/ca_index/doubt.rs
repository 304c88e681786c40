//! CAs that a fix must not link: somebody may have put them out of use, and a link makes them
//! trusted.

use std::path::PathBuf;

use crate::parse::ca_dir::{OutOfUse, out_of_use};

/// Why a fix must not link the file of a CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Doubt {
    /// It holds a private key.
    HoldsKey,
    /// It is a root that has the name of a known CA, and another key.
    OtherKey,
    /// Its name, or that of its link target, says that it is out of use.
    OutOfUse(OutOfUse),
    /// Its trust settings reject clients or servers.
    Rejected,
    /// It is a root, and no other file in the directory belongs to it.
    Unnamed,
    /// A group can write to it or to a directory on the way. Or its owner is not root, this user,
    /// or the owner of the directory.
    Others,
    /// Everybody can write to it or to a directory on the way.
    Writable,
}

impl Doubt {
    /// The words behind the file name: `Grid.pem.bak, which looks like a backup copy`.
    pub fn phrase(self) -> String {
        match self {
            Self::HoldsKey => "which holds a private key too".to_owned(),
            Self::OtherKey => {
                "a root that has the name of another CA certificate here, and another key"
                    .to_owned()
            }
            Self::OutOfUse(what) => format!("which looks {}", what.phrase()),
            Self::Rejected => {
                "whose trust settings (TRUSTED CERTIFICATE) reject clients or servers".to_owned()
            }
            Self::Unnamed => {
                "a root that no policy, note or other link in the directory names".to_owned()
            }
            Self::Others => {
                "which others than root, you and the owner of the directory may have put there"
                    .to_owned()
            }
            Self::Writable => "which anybody may have put there".to_owned(),
        }
    }

    /// What the user should do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::HoldsKey => {
                "no private key belongs here, and others may know it: the administrator of \
                 the directory must take the key out and decide whether to trust the CA"
            }
            Self::OutOfUse(_) | Self::Rejected => {
                "somebody may have put it out of use on purpose: the administrator of the \
                 directory must decide whether to trust it"
            }
            Self::OtherKey | Self::Unnamed => {
                "it may have been left there by mistake, or by somebody who must not: the \
                 administrator of the directory must decide whether to trust it"
            }
            Self::Others => {
                "see who owns it, and which group can write there (ls -l): the administrator of \
                 the directory must compare it with the CA packages before it is trusted"
            }
            Self::Writable => {
                "the administrator of the directory must close it to others, and compare what is \
                 in it with the CA packages before any of it is trusted"
            }
        }
    }
}

/// Whether the name, or that of a file it leads to, says that it is out of use. `target` gives the
/// target of a name that is a link.
pub fn out_of_use_under(name: &str, target: impl Fn(&str) -> Option<PathBuf>) -> Option<OutOfUse> {
    let mut path = PathBuf::from(name);
    for _ in 0..MAX_LINKS {
        if let Some(what) = out_of_use(&path) {
            return Some(what);
        }
        let beside = path.to_str().filter(|name| !name.contains('/'));
        path = target(beside?)?;
    }
    None
}

/// Most links that are followed one after the other (40 in path_resolution(7)).
const MAX_LINKS: usize = 40;
