//! Makes a CA directory of any size, laid out as the IGTF's are, for timing `ca-check` on it:
//!
//!     cargo bench --bench ca_directory -- DIR COUNT
//!
//! P-256 keys, each CA with its own; every third one stands below the one before it. Each has nine
//! names: certificate, signing_policy and namespaces under its alias, and links to them by both
//! hashes. Always the same bytes. Does nothing without arguments.

#[path = "../tests/forge/mod.rs"]
mod forge;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use forge::pki::Authority;
use forge::{cert_pem, hash};

fn main() {
    // Cargo adds a flag of its own.
    let words = std::env::args().skip(1);
    let words: Vec<String> = words.filter(|word| !word.starts_with("--")).collect();
    let [directory, count] = words.as_slice() else {
        return;
    };
    let count: u64 = count.parse().expect("DIR COUNT");
    let directory = Path::new(directory);
    fs::create_dir(directory).expect("a new directory");
    let mut above = None;
    for number in 0..count {
        let name = format!("Numbered CA {number}");
        let authority = match (&above, number % 3) {
            (Some(root), 2) => Authority::numbered_below(root, &name, number),
            _ => Authority::numbered(&name, number),
        };
        put(directory, number, &authority);
        above = Some(authority);
    }
}

fn put(directory: &Path, number: u64, authority: &Authority) {
    let dn = format!("/DC=org/DC=certok/CN=Numbered CA {number}");
    let signing_policy = format!(
        "access_id_CA    X509    '{dn}'\npos_rights      globus  CA:sign\n\
         cond_subjects   globus  '\"/DC=org/DC=certok/*\"'\n"
    );
    let namespaces =
        format!("TO Issuer \"{dn}\" \\\n    PERMIT Subject \"/DC=org/DC=certok/.*\"\n");
    let name = authority.name.der();
    let hashes = [hash::new(&name), hash::old(&name)];
    for (file, link, text) in [
        ("pem", "0", cert_pem(&authority.der)),
        ("signing_policy", "signing_policy", signing_policy),
        ("namespaces", "namespaces", namespaces),
    ] {
        let file = format!("Numbered-{number}.{file}");
        fs::write(directory.join(&file), text).expect("room for a file");
        for hash in &hashes {
            // Of 10 000 names few share a hash; those that do keep the first.
            let link = directory.join(format!("{hash}.{link}"));
            let _ = symlink(&file, link);
        }
    }
}
