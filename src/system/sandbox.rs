//! The process gives up what it will not need: sockets, other programs, other processes, and what
//! would show its memory to others.
//!
//! certok never uses the network and starts nothing. A filter in the kernel makes that a fact about
//! the running process and not only about its source.
//!
//! Sockets that the caller opened stay usable as files: standard input or output may be one (`ssh`,
//! `inetd`, a batch system), and reading and writing them is what certok is asked to do.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter;

/// What became of the wish to live without what is not needed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sandbox {
    /// From here on no thread started by this one can make a socket or start a program, or do what
    /// else certok never does.
    Denied,
    /// The kernel did not take the filter; its words. Nothing is denied.
    Failed(String),
    /// There is no filter for this platform, and why. Nothing is denied.
    Unsupported(&'static str),
}

/// Makes every call fail with `EPERM` that is not for files, memory, threads, waiting, or to know who
/// this process is: so those that open or use a socket, start a program or a process, look into
/// another process or signal it, type into a terminal, or change identity, clock, namespaces, mounts,
/// keys or the kernel; and those of every foreign ABI.
///
/// Holds for the calling thread and the threads it starts later; it cannot be undone. So call it first in `main`, before any thread. Sets `no_new_privs` as well.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn confine() -> Sandbox {
    match seccompiler::apply_filter(&filter::program(std::process::id())) {
        Ok(()) => Sandbox::Denied,
        Err(reason) => Sandbox::Failed(reason.to_string()),
    }
}

/// Does nothing: this platform has no filter.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub fn confine() -> Sandbox {
    Sandbox::Unsupported("the filter exists for Linux on x86-64 and aarch64 only")
}

/// Memory, in which private keys are, is written into no file if the process dies, and other
/// processes of the same user can neither trace nor read it (Linux).
///
/// The process still opens `/dev/stdin` and `/dev/fd/63`: the kernel asks nobody's permission to
/// look at oneself (`ptrace_may_access`). Best effort: what the system refuses it would refuse to
/// any program.
pub fn deny_dumps() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}
