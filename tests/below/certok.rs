//! The binary of the tests: certok, which finds the places of the system, as `/etc/grid-security`, below
//! the directory that `CERTOK_BELOW` names. Nothing else differs, and certok itself knows no such
//! variable.

use std::path::Path;
use std::process::ExitCode;

use certok::system::env::Env;

fn main() -> ExitCode {
    let env = Env::from_process();
    let root = env.filled("CERTOK_BELOW").expect("CERTOK_BELOW names where the system lies");
    let env = env.below(Path::new(root));
    certok::text::screen::hide_panics();
    certok::system::sandbox::deny_dumps();
    let sandbox = certok::system::sandbox::confine();
    let arguments: Vec<_> = std::env::args_os().collect();
    let (out, err) = (&mut std::io::stdout().lock(), &mut std::io::stderr().lock());
    certok::run(&arguments, &env, &sandbox, out, err)
}
