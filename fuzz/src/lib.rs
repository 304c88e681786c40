//! What the fuzz targets share: edits on good bytes, and a chain that verifies.

pub mod chain;
pub mod der;
pub mod edit;
pub mod policy;

/// Lines of a text, as everything counts them that says where something stands.
pub fn lines(bytes: &[u8]) -> usize {
    1 + bytes.iter().filter(|byte| **byte == b'\n').count()
}
