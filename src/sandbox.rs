//! The process gives up what it will not need: sockets, and what would show its memory to others.
//!
//! certok never uses the network. A filter in the kernel makes that a fact about the running
//! process and not only about its source.
//!
//! Sockets that the caller opened stay usable: standard input or output may be one (`ssh`, `inetd`,
//! a batch system), and reading and writing them is what certok is asked to do. So `connect`,
//! `sendto` and their kin are allowed: without a new socket there is nothing else to use them on.

/// What became of the wish to live without sockets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sandbox {
    /// From here on no thread started by this one can make a socket.
    Denied,
    /// The kernel did not take the filter; its words. Nothing is denied.
    Failed(String),
    /// There is no filter for this platform, and why. Nothing is denied.
    Unsupported(&'static str),
}

/// Makes `socket`, `socketpair`, `io_uring_setup` and every foreign ABI fail with `EPERM`.
///
/// Holds for the calling thread, the threads it starts later and the programs it executes; it
/// cannot be undone. So call it first in `main`, before any thread. Sets `no_new_privs` as well.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
pub fn deny_sockets() -> Sandbox {
    match seccompiler::apply_filter(&filter::program()) {
        Ok(()) => Sandbox::Denied,
        Err(reason) => Sandbox::Failed(reason.to_string()),
    }
}

/// Does nothing: this platform has no filter.
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
pub fn deny_sockets() -> Sandbox {
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
    let none = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}

/// The filter, as a program for the kernel.
///
/// Written by hand, because seccompiler's own compiler kills the process on a foreign ABI; a plain
/// `EPERM` is what any program knows how to report.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod filter {
    use seccompiler::sock_filter;

    /// Foreign architecture, listed call, foreign number: `EPERM`; the rest is allowed. Jumps count
    /// from the next instruction.
    pub(super) fn program() -> Vec<sock_filter> {
        let mut denied: Vec<(u16, u32)> = DENIED.iter().map(|&nr| (JUMP_EQUAL, nr)).collect();
        denied.extend(FOREIGN_FROM.map(|first| (JUMP_AT_LEAST, first)));
        let mut program = vec![
            instruction(LOAD, OFFSET_ARCH),
            branch(JUMP_EQUAL, ARCH, 1, 0),
            instruction(RETURN, EPERM),
            instruction(LOAD, OFFSET_NR),
        ];
        for (code, k) in denied {
            program.push(branch(code, k, 0, 1));
            program.push(instruction(RETURN, EPERM));
        }
        program.push(instruction(RETURN, ALLOW));
        program
    }

    /// An instruction that does not jump.
    const fn instruction(code: u16, k: u32) -> sock_filter {
        branch(code, k, 0, 0)
    }

    /// An instruction that skips `jt` others if its condition holds, else `jf`.
    const fn branch(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
        sock_filter { code, jt, jf, k }
    }

    /// `BPF_LD | BPF_W | BPF_ABS` (linux/bpf_common.h).
    const LOAD: u16 = 0x20;
    /// `BPF_JMP | BPF_JEQ | BPF_K`.
    const JUMP_EQUAL: u16 = 0x15;
    /// `BPF_JMP | BPF_JGE | BPF_K`.
    const JUMP_AT_LEAST: u16 = 0x35;
    /// `BPF_RET | BPF_K`.
    const RETURN: u16 = 0x06;

    /// `nr` in `struct seccomp_data` (linux/seccomp.h).
    const OFFSET_NR: u32 = 0;
    /// `arch` in `struct seccomp_data`.
    const OFFSET_ARCH: u32 = 4;

    /// `SECCOMP_RET_ALLOW`.
    const ALLOW: u32 = 0x7fff_0000;
    /// `SECCOMP_RET_ERRNO` with `EPERM`, which is 1.
    const EPERM: u32 = 0x0005_0001;

    /// `AUDIT_ARCH_X86_64` (linux/audit.h). Code run through `int 0x80` shows up as i386.
    #[cfg(target_arch = "x86_64")]
    const ARCH: u32 = 0xc000_003e;
    /// `AUDIT_ARCH_AARCH64` (linux/audit.h). 32-bit code shows up as ARM.
    #[cfg(target_arch = "aarch64")]
    const ARCH: u32 = 0xc000_00b7;

    /// `__X32_SYSCALL_BIT` (asm/unistd.h): from here on numbers are x32's, under the same `ARCH`.
    #[cfg(target_arch = "x86_64")]
    const FOREIGN_FROM: Option<u32> = Some(0x4000_0000);
    /// No second ABI shares `ARCH`.
    #[cfg(target_arch = "aarch64")]
    const FOREIGN_FROM: Option<u32> = None;

    /// `socket`, `socketpair`, `io_uring_setup` (which can make sockets unseen by any filter).
    #[cfg(target_arch = "x86_64")]
    const DENIED: [u32; 3] = [41, 53, 425];
    /// `socket`, `socketpair`, `io_uring_setup` (which can make sockets unseen by any filter).
    #[cfg(target_arch = "aarch64")]
    const DENIED: [u32; 3] = [198, 199, 425];

    #[cfg(test)]
    mod tests {
        use super::*;

        /// What the kernel would answer to the call `nr` of `arch`.
        fn answer(arch: u32, nr: u32) -> u32 {
            let program = program();
            let (mut at, mut loaded) = (0, 0);
            loop {
                let step = &program[at];
                at += 1;
                let jump = |yes| usize::from(if yes { step.jt } else { step.jf });
                match (step.code, step.k) {
                    (LOAD, OFFSET_NR) => loaded = nr,
                    (LOAD, OFFSET_ARCH) => loaded = arch,
                    (JUMP_EQUAL, k) => at += jump(loaded == k),
                    (JUMP_AT_LEAST, k) => at += jump(loaded >= k),
                    (RETURN, k) => return k,
                    other => panic!("unknown instruction {other:x?}"),
                }
            }
        }

        #[test]
        fn exactly_the_listed_calls_are_denied() {
            for nr in 0..1024 {
                let want = if DENIED.contains(&nr) { EPERM } else { ALLOW };
                assert_eq!(answer(ARCH, nr), want, "call {nr}");
            }
        }

        #[test]
        fn a_foreign_abi_is_denied_whatever_the_call() {
            const I386: u32 = 0x4000_0003;
            const ARM: u32 = 0x4000_0028;
            for arch in [I386, ARM, 0] {
                assert_eq!(answer(arch, 0), EPERM, "arch {arch:x}");
                assert_eq!(answer(arch, 359), EPERM, "arch {arch:x}");
            }
        }

        #[cfg(target_arch = "x86_64")]
        #[test]
        fn x32_begins_at_its_bit() {
            assert_eq!(answer(ARCH, 0x3fff_ffff), ALLOW);
            assert_eq!(answer(ARCH, 0x4000_0000), EPERM);
            assert_eq!(answer(ARCH, 0x4000_0029), EPERM);
        }
    }
}
