//! The filter, as a program for the kernel.
//!
//! Written by hand, because seccompiler's own compiler kills the process on a foreign ABI; a plain
//! `EPERM` is what any program knows how to report, and leaves no file half written.
//!
//! The calls that certok never makes are listed, not those that it makes: another C library makes
//! others for the same end. What is not listed and was unknown when this was written is answered as by a
//! kernel that does not have it, for which every C library is prepared.

use linux_raw_sys::general as linux;
use seccompiler::sock_filter;

/// Foreign architecture: `EPERM`; else what [`intervals`] says of the number, found by halving, since
/// every call of the program comes by here. Jumps count from the next instruction.
pub(super) fn program() -> Vec<sock_filter> {
    let mut program = vec![
        instruction(LOAD, OFFSET_ARCH),
        branch(JUMP_EQUAL, ARCH, 1, 0),
        instruction(RETURN, EPERM),
        instruction(LOAD, OFFSET_NR),
    ];
    program.extend(search(&intervals()));
    program
}

/// What the kernel is to do with a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Allow,
    Deny,
    /// As if the kernel did not have it.
    Unknown,
    /// Allowed if it makes a thread and nothing else.
    Thread,
}

/// Numbers from which on an answer holds, up to the next one's.
fn intervals() -> Vec<(u32, Answer)> {
    let denied = DENIED.iter().chain(DENIED_HERE);
    let mut listed: Vec<(u32, Answer)> = denied.map(|&nr| (nr, Answer::Deny)).collect();
    // The flags of clone3 lie in memory, where no filter sees them. C libraries go back to clone.
    listed.push((linux::__NR_clone3, Answer::Unknown));
    listed.push((linux::__NR_clone, Answer::Thread));
    listed.sort_by_key(|(nr, _)| *nr);
    let mut intervals = vec![(0, Answer::Allow)];
    for (nr, answer) in listed {
        // Neighbours: nothing lies between the two.
        if intervals.last().is_some_and(|(from, _)| *from == nr) {
            intervals.pop();
        }
        intervals.extend([(nr, answer), (nr + 1, Answer::Allow)]);
    }
    intervals.push((FIRST_UNKNOWN, Answer::Unknown));
    intervals.extend(FOREIGN_FROM.map(|from| (from, Answer::Deny)));
    intervals.dedup_by_key(|(_, answer)| *answer);
    intervals
}

/// Finds the interval of the number that is loaded.
fn search(intervals: &[(u32, Answer)]) -> Vec<sock_filter> {
    if let [(_, answer)] = intervals {
        return answered(*answer);
    }
    let (below, above) = intervals.split_at(intervals.len() / 2);
    let from = above[0].0;
    let below = search(below);
    let over = u8::try_from(below.len()).expect("half of the filter is shorter than 256");
    let mut program = vec![branch(JUMP_AT_LEAST, from, over, 0)];
    program.extend(below);
    program.extend(search(above));
    program
}

fn answered(answer: Answer) -> Vec<sock_filter> {
    match answer {
        Answer::Allow => vec![instruction(RETURN, ALLOW)],
        Answer::Deny => vec![instruction(RETURN, EPERM)],
        Answer::Unknown => vec![instruction(RETURN, ENOSYS)],
        Answer::Thread => vec![
            instruction(LOAD, OFFSET_FLAGS),
            instruction(AND, OF_THREADS | OF_NAMESPACES),
            branch(JUMP_EQUAL, OF_THREADS, 0, 1),
            instruction(RETURN, ALLOW),
            instruction(RETURN, EPERM),
        ],
    }
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
/// The lower half of `args[0]` in `struct seccomp_data`: the flags of clone on these machines.
const OFFSET_FLAGS: u32 = 16;

/// `SECCOMP_RET_ALLOW`.
const ALLOW: u32 = 0x7fff_0000;
/// `SECCOMP_RET_ERRNO` with `EPERM`, which is 1.
const EPERM: u32 = 0x0005_0001;
/// `SECCOMP_RET_ERRNO` with `ENOSYS`, which is 38.
const ENOSYS: u32 = 0x0005_0026;

/// What makes a thread of the clone.
const OF_THREADS: u32 = linux::CLONE_VM | linux::CLONE_THREAD;
/// What would take a thread into namespaces of its own.
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

/// Behind the last call of Linux 6.17. Kernels before 5.4 have x32's calls at 512 to 547, too.
const FIRST_UNKNOWN: u32 = linux::__NR_file_setattr + 1;

/// `__X32_SYSCALL_BIT` (asm/unistd.h): from here on numbers are x32's, under the same `ARCH`.
#[cfg(target_arch = "x86_64")]
const FOREIGN_FROM: Option<u32> = Some(0x4000_0000);
/// No second ABI shares `ARCH`.
#[cfg(target_arch = "aarch64")]
const FOREIGN_FROM: Option<u32> = None;

/// What only x86-64 has: aarch64 has clone alone.
#[cfg(target_arch = "x86_64")]
const DENIED_HERE: &[u32] = &[linux::__NR_fork, linux::__NR_vfork];
/// Nothing more.
#[cfg(target_arch = "aarch64")]
const DENIED_HERE: &[u32] = &[];

/// What certok never calls and what would serve whoever took it over.
const DENIED: &[u32] = &[
    // Sockets. One that the caller opened can still be read and written as a file.
    linux::__NR_accept,
    linux::__NR_accept4,
    linux::__NR_bind,
    linux::__NR_connect,
    linux::__NR_getpeername,
    linux::__NR_getsockname,
    linux::__NR_getsockopt,
    linux::__NR_listen,
    linux::__NR_recvfrom,
    linux::__NR_recvmmsg,
    linux::__NR_recvmsg,
    linux::__NR_sendmmsg,
    linux::__NR_sendmsg,
    linux::__NR_sendto,
    linux::__NR_setsockopt,
    linux::__NR_shutdown,
    linux::__NR_socket,
    linux::__NR_socketpair,
    // Calls made in the kernel on one's behalf, unseen by any filter.
    linux::__NR_io_uring_enter,
    linux::__NR_io_uring_register,
    linux::__NR_io_uring_setup,
    // Other programs.
    linux::__NR_execve,
    linux::__NR_execveat,
    // Other processes: their memory, their open files.
    linux::__NR_kcmp,
    linux::__NR_pidfd_getfd,
    linux::__NR_pidfd_open,
    linux::__NR_pidfd_send_signal,
    linux::__NR_process_madvise,
    linux::__NR_process_mrelease,
    linux::__NR_process_vm_readv,
    linux::__NR_process_vm_writev,
    linux::__NR_ptrace,
    // Keys that the kernel keeps, Kerberos tickets among them.
    linux::__NR_add_key,
    linux::__NR_keyctl,
    linux::__NR_request_key,
    // Namespaces, mounts, files without their directories.
    linux::__NR_chroot,
    linux::__NR_fsconfig,
    linux::__NR_fsmount,
    linux::__NR_fsopen,
    linux::__NR_fspick,
    linux::__NR_mount,
    linux::__NR_mount_setattr,
    linux::__NR_move_mount,
    linux::__NR_open_by_handle_at,
    linux::__NR_open_tree,
    linux::__NR_open_tree_attr,
    linux::__NR_pivot_root,
    linux::__NR_setns,
    linux::__NR_umount2,
    linux::__NR_unshare,
    // The kernel itself.
    linux::__NR_bpf,
    linux::__NR_delete_module,
    linux::__NR_finit_module,
    linux::__NR_init_module,
    linux::__NR_kexec_file_load,
    linux::__NR_kexec_load,
    linux::__NR_perf_event_open,
    linux::__NR_reboot,
    linux::__NR_userfaultfd,
];

#[cfg(test)]
mod tests;
