//! The thin binary: denies the process what it will not need, then calls the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    certok::text::screen::hide_panics();
    certok::system::sandbox::deny_dumps();
    let sandbox = certok::system::sandbox::confine();
    let env = certok::system::env::Env::from_process();
    let arguments: Vec<_> = std::env::args_os().collect();
    let (out, err) = (&mut std::io::stdout().lock(), &mut std::io::stderr().lock());
    certok::run(&arguments, &env, &sandbox, out, err)
}
