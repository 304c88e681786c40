//! The filter, as a program for the kernel.
//!
//! It is written by hand, because the compiler of seccompiler kills the process on a foreign ABI.
//! Every program can report `EPERM`, and then no file is left half written.
//!
//! Calls that are not listed are denied. The lists contain all calls for a purpose (files, memory,
//! threads, waiting), from `open` to `openat2`, and not only those of one C library. Calls that are
//! newer than this file get the answer of a kernel without them, for which every C library is
//! prepared.

use linux_raw_sys::{general as linux, ioctl, prctl};
use seccompiler::sock_filter;

mod allowed;

use allowed::{ALLOWED, ALLOWED_HERE, CHECKED};

/// On a foreign architecture: `EPERM`. Else the answer of [`intervals`] for the number, found by
/// binary search, because every call of the process passes here. Jumps count from the next
/// instruction. `process` is the process with the filter.
pub(super) fn program(process: u32) -> Vec<sock_filter> {
    let mut program = vec![
        instruction(LOAD, OFFSET_ARCH),
        branch(JUMP_EQUAL, ARCH, 1, 0),
        instruction(RETURN, EPERM),
        instruction(LOAD, OFFSET_NR),
    ];
    program.extend(search(&intervals(), process));
    program
}

/// What the kernel does with a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum FilterAction {
    Allow,
    Deny,
    /// Answered as if the kernel did not have it.
    Unknown,
    /// Allowed if it only makes a thread.
    Thread,
    /// Allowed if its first argument is this process.
    OwnProcess,
    /// Allowed if this argument is one of these values.
    OneOf(Argument, &'static [u32]),
    /// Allowed if this argument is none of these values.
    NoneOf(Argument, &'static [u32]),
}

/// An argument of a call, by the offset of its lower half in `struct seccomp_data`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Argument {
    First,
    Second,
}

impl Argument {
    const fn offset(self) -> u32 {
        match self {
            Self::First => OFFSET_FIRST,
            Self::Second => OFFSET_SECOND,
        }
    }
}

/// The first number of each interval, with the answer for the whole interval.
fn intervals() -> Vec<(u32, FilterAction)> {
    let allowed = ALLOWED.iter().chain(ALLOWED_HERE);
    let mut listed: Vec<(u32, FilterAction)> =
        allowed.map(|&nr| (nr, FilterAction::Allow)).collect();
    listed.extend(CHECKED);
    listed.sort_by_key(|(nr, _)| *nr);
    let mut intervals = vec![(0, FilterAction::Deny)];
    for (nr, action) in listed {
        // The next number follows directly, so there is no gap.
        if intervals.last().is_some_and(|(from, _)| *from == nr) {
            intervals.pop();
        }
        intervals.extend([(nr, action), (nr + 1, FilterAction::Deny)]);
    }
    intervals.push((FIRST_UNKNOWN, FilterAction::Unknown));
    intervals.extend(FOREIGN_FROM.map(|from| (from, FilterAction::Deny)));
    intervals.dedup_by_key(|(_, action)| *action);
    intervals
}

/// Finds the interval of the loaded number.
fn search(intervals: &[(u32, FilterAction)], process: u32) -> Vec<sock_filter> {
    if let [(_, action)] = intervals {
        return returned(*action, process);
    }
    let (below, above) = intervals.split_at(intervals.len() / 2);
    let from = above[0].0;
    let below = search(below, process);
    let over = u8::try_from(below.len()).expect("half of the filter is shorter than 256");
    let mut program = vec![branch(JUMP_AT_LEAST, from, over, 0)];
    program.extend(below);
    program.extend(search(above, process));
    program
}

fn returned(action: FilterAction, process: u32) -> Vec<sock_filter> {
    let one_of = |argument: Argument, values: &[u32], known: u32, other: u32| {
        let mut program = vec![instruction(LOAD, argument.offset())];
        program.extend(
            values
                .iter()
                .flat_map(|value| [branch(JUMP_EQUAL, *value, 0, 1), instruction(RETURN, known)]),
        );
        program.push(instruction(RETURN, other));
        program
    };
    match action {
        FilterAction::Allow => vec![instruction(RETURN, ALLOW)],
        FilterAction::Deny => vec![instruction(RETURN, EPERM)],
        FilterAction::Unknown => vec![instruction(RETURN, ENOSYS)],
        FilterAction::Thread => vec![
            instruction(LOAD, Argument::First.offset()),
            instruction(AND, OF_THREADS | OF_NAMESPACES),
            branch(JUMP_EQUAL, OF_THREADS, 0, 1),
            instruction(RETURN, ALLOW),
            instruction(RETURN, EPERM),
        ],
        FilterAction::OwnProcess => one_of(Argument::First, &[process], ALLOW, EPERM),
        FilterAction::OneOf(argument, values) => one_of(argument, values, ALLOW, EPERM),
        FilterAction::NoneOf(argument, values) => one_of(argument, values, EPERM, ALLOW),
    }
}

/// An instruction that does not jump.
const fn instruction(code: u16, k: u32) -> sock_filter {
    branch(code, k, 0, 0)
}

/// An instruction that skips `jt` instructions if its condition holds, else `jf`.
const fn branch(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code, jt, jf, k }
}

/// `BPF_LD | BPF_W | BPF_ABS` (linux/bpf_common.h).
const LOAD: u16 = 0x20;
/// `BPF_ALU | BPF_AND | BPF_K`.
const AND: u16 = 0x54;
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
/// The lower half of `args[0]` in `struct seccomp_data`.
const OFFSET_FIRST: u32 = 16;
/// The lower half of `args[1]`.
const OFFSET_SECOND: u32 = 24;

/// `SECCOMP_RET_ALLOW`.
const ALLOW: u32 = 0x7fff_0000;
/// `SECCOMP_RET_ERRNO` with `EPERM`, which is 1.
const EPERM: u32 = 0x0005_0001;
/// `SECCOMP_RET_ERRNO` with `ENOSYS`, which is 38.
const ENOSYS: u32 = 0x0005_0026;

/// The flags of a clone that makes a thread.
const OF_THREADS: u32 = linux::CLONE_VM | linux::CLONE_THREAD;
/// The flags of a clone with namespaces of its own.
const OF_NAMESPACES: u32 = linux::CLONE_NEWNS
    | linux::CLONE_NEWCGROUP
    | linux::CLONE_NEWUTS
    | linux::CLONE_NEWIPC
    | linux::CLONE_NEWUSER
    | linux::CLONE_NEWPID
    | linux::CLONE_NEWNET;

/// `AUDIT_ARCH_X86_64` (linux/audit.h). Code run through `int 0x80` shows up as i386.
#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xc000_003e;
/// `AUDIT_ARCH_AARCH64` (linux/audit.h). 32-bit code shows up as ARM.
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xc000_00b7;

/// The number after the last call of Linux 6.17. Kernels before 5.4 also have x32's calls at 512 to
/// 547.
const FIRST_UNKNOWN: u32 = linux::__NR_file_setattr + 1;

/// `__X32_SYSCALL_BIT` (asm/unistd.h): higher numbers are those of x32, with the same `ARCH`.
#[cfg(target_arch = "x86_64")]
const FOREIGN_FROM: Option<u32> = Some(0x4000_0000);
/// No other ABI has the same `ARCH`.
#[cfg(target_arch = "aarch64")]
const FOREIGN_FROM: Option<u32> = None;

#[cfg(test)]
mod tests;
