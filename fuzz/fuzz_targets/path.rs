//! A chain that verifies, a few edits on one thing in it: nothing that differs from what was
//! signed is accepted.

#![no_main]

use certok::crypto::PublicKey;
use certok::parse::cert::Certificate;
use certok::parse::pem;
use certok_fuzz::chain::{Chain, GOOD};
use certok_fuzz::edit;
use certok_fuzz::edit::Script;
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        assert!(GOOD.accepts(&GOOD.user, &[]), "the user's certificate");
        assert!(GOOD.accepts(&GOOD.proxy, &[&GOOD.user]), "the proxy");
        assert_eq!(GOOD.believed().len(), 1, "the attributes");
    },
    |bytes: &[u8]| refused(bytes)
);

fn refused(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let good: [&[u8]; 8] = [
        &GOOD.user,
        &GOOD.grid,
        &GOOD.lists[0],
        &GOOD.lists[1],
        &GOOD.proxy,
        &GOOD.attributes,
        &GOOD.policies[1],
        &GOOD.root,
    ];
    let chosen = script.below(good.len());
    let edited = edit::edited(good[chosen], &mut script, &good);
    // One of the signed things in the place of another is no forgery.
    if good.contains(&edited.as_slice()) {
        return;
    }
    let mut chain = copy();
    let user = |chain: &Chain| chain.accepts(&GOOD.user, &[]);
    match chosen {
        0 => {
            assert!(!chain.accepts(&edited, &[]), "another user");
            let below = chain.accepts(&GOOD.proxy, &[&edited]);
            assert!(!below, "another user above a proxy");
        }
        1 => {
            chain.grid = edited;
            assert!(!user(&chain), "another CA");
        }
        2 | 3 => {
            let signed = lists(&edited);
            chain.lists[chosen - 2] = edited;
            assert!(!user(&chain) || signed == [good[chosen]], "another list");
        }
        4 => assert!(!chain.accepts(&edited, &[&GOOD.user]), "another proxy"),
        5 => {
            chain.attributes = edited;
            let signed = GOOD.believed();
            let believed = chain.believed();
            assert!(believed.iter().all(|ac| signed.contains(ac)), "attributes");
        }
        6 => {
            // Nobody signs these; but what is permitted needs a right.
            let text = String::from_utf8_lossy(&edited).into_owned();
            chain.policies[1] = edited;
            let right = text.contains("pos_rights") && text.contains("CA:sign");
            assert!(!user(&chain) || right, "permitted by nothing");
        }
        _ => {
            // What an anchor says is believed, but another key has signed nothing.
            let same = key(&edited) == key(&GOOD.root);
            chain.root = edited;
            assert!(!user(&chain) || same, "another root");
        }
    }
}

/// The public key of a certificate, if it is one.
fn key(der: &[u8]) -> Option<PublicKey> {
    let certificate = Certificate::parse(der).ok()?;
    certificate.key.ok()
}

fn copy() -> Chain {
    Chain {
        root: GOOD.root.clone(),
        grid: GOOD.grid.clone(),
        user: GOOD.user.clone(),
        proxy: GOOD.proxy.clone(),
        lists: GOOD.lists.clone(),
        policies: GOOD.policies.clone(),
        attributes: GOOD.attributes.clone(),
    }
}

/// The lists that came out of `bytes`, in case an edit made a PEM of it.
fn lists(bytes: &[u8]) -> Vec<Vec<u8>> {
    let blocks = pem::scan(bytes).blocks;
    blocks.into_iter().flatten().map(|block| block.bytes.to_vec()).collect()
}
