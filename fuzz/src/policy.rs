//! What the policy targets ask of a file that was read: what it permits, and by which line.

use std::sync::LazyLock;

use certok::chain::evidence::Evidence;
use certok::chain::permission::{Content, PolicyMode, Ruling};
use certok::chain::{PoolCertificate, Question, permission};

use crate::chain;

/// User, CA, root.
static PATH: LazyLock<Vec<PoolCertificate>> = LazyLock::new(|| {
    let good = &chain::GOOD;
    let path = [(&good.user, false), (&good.grid, false), (&good.root, true)];
    let known = |(der, trusted): (&Vec<u8>, bool)| chain::known(der, trusted);
    path.into_iter().filter_map(known).collect()
});

/// Slash form of the user's name.
pub fn subject() -> String {
    PATH[0].certificate.subject.slash()
}

/// Slash form of the CA's name.
pub fn issuer() -> String {
    PATH[1].certificate.subject.slash()
}

/// What this file of the CA says of the user.
pub fn ruling(content: Content, policy: PolicyMode) -> Ruling {
    let evidence =
        Evidence { lists: Vec::new(), policies: vec![chain::policy_file(content, &PATH[1])] };
    let question = Question { policy, evidence: &evidence, ..chain::QUESTION };
    permission::rule(&PATH[..2], &question)
}

/// Whether `*` (any run), `?` (any one, and no blanks around it) if canl reads it, and all else as it stands, ASCII letter
/// case aside, make up `name`: the plainest way there is, to hold ours against. Only the last
/// wildcard is ever taken back.
pub fn glob(pattern: &str, name: &str, canl: bool) -> bool {
    let pattern = if canl { pattern.trim() } else { pattern };
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n, mut back) = (0, 0, None);
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            back = Some((p, n));
            p += 1;
        } else if pattern
            .get(p)
            .is_some_and(|c| canl && *c == '?' || c.eq_ignore_ascii_case(&name[n]))
        {
            (p, n) = (p + 1, n + 1);
        } else if let Some((star, from)) = back {
            (p, n) = (star + 1, from + 1);
            back = Some((star, from + 1));
        } else {
            return false;
        }
    }
    pattern[p.min(pattern.len())..].iter().all(|c| *c == '*')
}
