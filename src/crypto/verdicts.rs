//! What was found out about one signature, so that it is computed once for each key.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::crypto::PublicKey;
use crate::crypto::verify::Refusal;

/// Keys remembered for one signature. A CA is re-keyed every ten years or so; whoever comes with
/// more waits for each.
pub const MAX_KEYS: usize = 20;

/// The verdicts on one signature, by the key it was held against.
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
        if known.len() < MAX_KEYS {
            known.insert(key.clone(), verdict.clone());
        }
        verdict
    }

    /// Whether the verdict for `key` is known.
    pub fn knows(&self, key: &PublicKey) -> bool {
        self.lock().contains_key(key)
    }

    /// Whether as many keys were tried as are remembered, and not this one.
    pub fn is_full_without(&self, key: &PublicKey) -> bool {
        let known = self.lock();
        known.len() >= MAX_KEYS && !known.contains_key(key)
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
