//! Denies the process what it does not need: sockets, other programs, other processes, and ways to
//! show its memory to others.
//!
//! certok never uses the network and starts no program. A filter in the kernel guarantees this for
//! the running process, not only for the source.
//!
//! Sockets that the caller opened can still be used like files: stdin or stdout may be one (`ssh`,
//! `inetd`, a batch system).

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter;

/// The result of denying what is not needed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sandbox {
    /// Threads that this one starts from now on cannot open sockets, start programs, or make other
    /// calls that certok does not need.
    Denied,
    /// The kernel did not accept the filter; its error. Nothing is denied.
    Failed(String),
    /// There is no filter for this platform; why. Nothing is denied.
    Unsupported(&'static str),
}

/// Makes all calls fail with `EPERM` except those for files, memory, threads, waiting, and for
/// facts about this process. So these fail: to open or use a socket; to start a program or process;
/// to look into another process or signal it; to type into a terminal; to change identity, clock,
/// namespaces, mounts, keys or the kernel; and all calls of another ABI.
///
/// This holds for the calling thread and for threads that it starts later, and cannot be undone. So
/// `main` must call it first. It also sets `no_new_privs`.
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

/// Private keys are in memory, so memory must not be written to a core file, and other processes of
/// the user must not trace or read it (Linux).
///
/// The process itself can still open `/dev/stdin` and `/dev/fd/63`, because the kernel always
/// allows access to oneself (`ptrace_may_access`). Errors are ignored: the system would refuse the
/// same to any program.
pub fn deny_dumps() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}
