//! `match`: finds which of two files is the key, and the kind of the certificate.

use crate::command::key_match::Args;
use crate::command::{Call, Noun, key_match};
use crate::gather::credential::CredentialFile;
use crate::gather::sort::{Sorted, Thing, sort};
use crate::locate;
use crate::parse::kind::Kind;
use crate::report::Report;

/// Proves the pair that was named, or the one in use.
pub(super) fn run(args: &Args, call: &Call<'_>) -> Report {
    let mut named = args.files.clone();
    named.dedup();
    let sorted: Vec<Sorted> = named.iter().map(|path| sort(&locate::operand(path))).collect();
    let (noun, files) = match sorted.as_slice() {
        [] => (in_use(call), Vec::new()),
        [one] => (noun(one), vec![one.candidate.clone(); args.files.len()]),
        [first, second] if is_key(first) && !is_key(second) => {
            (noun(second), vec![second.candidate.clone(), first.candidate.clone()])
        }
        all => (noun(&all[0]), all.iter().map(|one| one.candidate.clone()).collect()),
    };
    let own = Call { name: key_match::name(noun), ..*call };
    key_match::run(noun, &files, &args.key, &own)
}

fn is_key(one: &Sorted) -> bool {
    matches!(one.thing, Thing::File(Kind::Key))
}

fn noun(one: &Sorted) -> Noun {
    match one.thing {
        Thing::File(Kind::Proxy) => Noun::Proxy,
        Thing::File(Kind::Token) => Noun::Token,
        _ => Noun::Cert,
    }
}

/// The first credential that exists: the user certificate before what was made from it.
fn in_use(call: &Call<'_>) -> Noun {
    let nouns = [Noun::Cert, Noun::Token, Noun::Proxy];
    let there = |noun: &Noun| CredentialFile::located(noun.cert(), call.env).found().is_some();
    nouns.into_iter().find(there).unwrap_or(Noun::Cert)
}
