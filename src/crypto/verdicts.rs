//! Results of verifying one signature, so that it is verified once per key.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::crypto::PublicKey;
use crate::crypto::verify::Refusal;

/// The results for one signature, by the key it was verified with. Each result was paid from a
/// [budget](crate::chain::budget::Budget), which limits their number. A result that costs nothing
/// is not kept: keys of the wrong type or of absurd size.
#[derive(Default)]
pub struct Verdicts(Mutex<HashMap<PublicKey, Result<(), Refusal>>>);

impl Verdicts {
    /// The verdict for `key`, computed by `work` unless it is known.
    ///
    /// # Errors
    ///
    /// Those of `work`.
    pub fn of(
        &self,
        key: &PublicKey,
        work: impl FnOnce() -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        // Under the lock: whoever asks at the same time waits, and need not do it again.
        let mut known = self.lock();
        if let Some(verdict) = known.get(key) {
            return verdict.clone();
        }
        let verdict = work();
        if matches!(verdict, Ok(()) | Err(Refusal::BadSignature)) {
            known.insert(key.clone(), verdict.clone());
        }
        verdict
    }

    /// Whether the verdict for `key` is known.
    pub fn knows(&self, key: &PublicKey) -> bool {
        self.lock().contains_key(key)
    }

    /// Nobody leaves the table half written, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, HashMap<PublicKey, Result<(), Refusal>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A copy may be changed: it knows nothing.
impl Clone for Verdicts {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verdicts({})", self.lock().len())
    }
}
