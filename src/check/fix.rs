//! What `fix` could not do.

use crate::check::rules;

rules! {
    FAILED: ERROR, NotDone {
        id: "fix-failed",
        what: "a fix could not be made",
        why: "what it should change is as it was: nothing is left half done, or how to undo it \
              is said",
        advice: "see what the system said, and paste the line into a shell",
        source: "certok",
    }
}
