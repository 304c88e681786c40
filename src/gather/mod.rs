//! The evidence that a command needs, read through `locate` and `load`.

pub mod anchors;
pub mod cas;
pub mod clients;
pub mod credential;
pub mod folder;
pub mod inventory;
pub mod lists;
pub mod options;
pub mod other_tools;
pub mod path_failure;
pub mod policies;
pub mod policy_files;
pub mod shares;
pub mod sort;
pub mod voms;
