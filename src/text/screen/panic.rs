//! The message if certok itself fails.

use std::panic::set_hook;

/// From now on a panic message contains only the place, because the usual message may contain what
/// was read.
pub fn hide_panics() {
    set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text =
            format!("certok: error: a fault in certok itself, at {place}: please report it\n");
        // Writes without the lock on stderr, which another thread may hold.
        let _ = rustix::io::write(rustix::stdio::stderr(), text.as_bytes());
    }));
}
