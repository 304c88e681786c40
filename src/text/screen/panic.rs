//! What is said when certok itself is at fault.

use std::panic::set_hook;

/// From now on a panic says where it happened and nothing else: its message may hold what was read.
pub fn hide_panics() {
    set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text =
            format!("certok: error: a fault in certok itself, at {place}: please report it\n");
        // Past the lock on standard error, which another thread may hold.
        let _ = rustix::io::write(rustix::stdio::stderr(), text.as_bytes());
    }));
}
