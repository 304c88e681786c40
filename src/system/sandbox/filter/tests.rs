use super::*;

/// What the kernel would answer to the call `nr` of `arch` whose first argument is `flags`.
fn answer_to(arch: u32, nr: u32, flags: u32) -> u32 {
    let program = program();
    let (mut at, mut loaded) = (0, 0);
    loop {
        let step = &program[at];
        at += 1;
        let jump = |yes| usize::from(if yes { step.jt } else { step.jf });
        match (step.code, step.k) {
            (LOAD, OFFSET_NR) => loaded = nr,
            (LOAD, OFFSET_ARCH) => loaded = arch,
            (LOAD, OFFSET_FLAGS) => loaded = flags,
            (AND, k) => loaded &= k,
            (JUMP_EQUAL, k) => at += jump(loaded == k),
            (JUMP_AT_LEAST, k) => at += jump(loaded >= k),
            (RETURN, k) => return k,
            other => panic!("unknown instruction {other:x?}"),
        }
    }
}

fn answer(nr: u32) -> u32 {
    answer_to(ARCH, nr, 0)
}

/// By their numbers, as the kernel's tables have them (syscall_64.tbl, asm-generic/unistd.h):
/// name, x86-64, aarch64.
const NEVER: &[(&str, u32, u32)] = &[
    ("accept", 43, 202),
    ("accept4", 288, 242),
    ("add_key", 248, 217),
    ("bind", 49, 200),
    ("bpf", 321, 280),
    ("chroot", 161, 51),
    ("connect", 42, 203),
    ("delete_module", 176, 106),
    ("execve", 59, 221),
    ("execveat", 322, 281),
    ("finit_module", 313, 273),
    ("fork", 57, NONE),
    ("fsconfig", 431, 431),
    ("fsmount", 432, 432),
    ("fsopen", 430, 430),
    ("fspick", 433, 433),
    ("getpeername", 52, 205),
    ("getsockname", 51, 204),
    ("getsockopt", 55, 209),
    ("init_module", 175, 105),
    ("io_uring_enter", 426, 426),
    ("io_uring_register", 427, 427),
    ("io_uring_setup", 425, 425),
    ("kcmp", 312, 272),
    ("kexec_file_load", 320, 294),
    ("kexec_load", 246, 104),
    ("keyctl", 250, 219),
    ("listen", 50, 201),
    ("mount", 165, 40),
    ("mount_setattr", 442, 442),
    ("move_mount", 429, 429),
    ("open_by_handle_at", 304, 265),
    ("open_tree", 428, 428),
    ("open_tree_attr", 467, 467),
    ("perf_event_open", 298, 241),
    ("pidfd_getfd", 438, 438),
    ("pidfd_open", 434, 434),
    ("pidfd_send_signal", 424, 424),
    ("pivot_root", 155, 41),
    ("process_madvise", 440, 440),
    ("process_mrelease", 448, 448),
    ("process_vm_readv", 310, 270),
    ("process_vm_writev", 311, 271),
    ("ptrace", 101, 117),
    ("reboot", 169, 142),
    ("recvfrom", 45, 207),
    ("recvmmsg", 299, 243),
    ("recvmsg", 47, 212),
    ("request_key", 249, 218),
    ("sendmmsg", 307, 269),
    ("sendmsg", 46, 211),
    ("sendto", 44, 206),
    ("setns", 308, 268),
    ("setsockopt", 54, 208),
    ("shutdown", 48, 210),
    ("socket", 41, 198),
    ("socketpair", 53, 199),
    ("umount2", 166, 39),
    ("unshare", 272, 97),
    ("userfaultfd", 323, 282),
    ("vfork", 58, NONE),
];

/// There is no such call.
const NONE: u32 = u32::MAX;

/// The numbers of [`NEVER`] on this machine.
fn never() -> impl Iterator<Item = (&'static str, u32)> {
    let here = |&(name, x86_64, aarch64)| match cfg!(target_arch = "x86_64") {
        true => (name, x86_64),
        false => (name, aarch64),
    };
    NEVER.iter().map(here).filter(|(_, nr)| *nr != NONE)
}

#[test]
fn what_certok_never_calls_is_denied() {
    for (name, nr) in never() {
        assert_eq!(answer(nr), EPERM, "{name}");
    }
    assert_eq!(never().count(), DENIED.len() + DENIED_HERE.len());
}

#[test]
fn every_other_call_that_linux_has_is_allowed() {
    let special = [linux::__NR_clone, linux::__NR_clone3];
    let named = |nr| special.contains(&nr) || never().any(|(_, denied)| denied == nr);
    for nr in (0..FIRST_UNKNOWN).filter(|nr| !named(*nr)) {
        assert_eq!(answer(nr), ALLOW, "call {nr}");
    }
}

/// 520 is x32's execve, which old kernels take without the bit.
#[test]
fn what_linux_did_not_have_is_answered_as_by_an_old_kernel() {
    for nr in [470, 471, 520, 547, 0x3fff_ffff] {
        assert_eq!(answer(nr), ENOSYS, "call {nr}");
    }
    assert_eq!(answer(469), ALLOW);
}

#[test]
fn clone_makes_threads_and_nothing_else() {
    /// As glibc and musl ask for them.
    const GLIBC: u32 = 0x003d_0f00;
    const MUSL: u32 = 0x007d_0f00;
    const SIGCHLD: u32 = 17;
    for (flags, want) in [
        (GLIBC, ALLOW),
        (MUSL, ALLOW),
        // fork, vfork, posix_spawn.
        (SIGCHLD, EPERM),
        (0x0120_0000 | SIGCHLD, EPERM),
        (linux::CLONE_VM | linux::CLONE_VFORK | SIGCHLD, EPERM),
        (0, EPERM),
        (linux::CLONE_VM, EPERM),
        (linux::CLONE_THREAD, EPERM),
        (GLIBC | linux::CLONE_NEWNS, EPERM),
        (GLIBC | linux::CLONE_NEWCGROUP, EPERM),
        (GLIBC | linux::CLONE_NEWUTS, EPERM),
        (GLIBC | linux::CLONE_NEWIPC, EPERM),
        (GLIBC | linux::CLONE_NEWUSER, EPERM),
        (GLIBC | linux::CLONE_NEWPID, EPERM),
        (GLIBC | linux::CLONE_NEWNET, EPERM),
    ] {
        let nr = linux::__NR_clone;
        assert_eq!(answer_to(ARCH, nr, flags), want, "flags {flags:x}");
    }
    assert_eq!(answer_to(ARCH, linux::__NR_clone3, GLIBC), ENOSYS);
}

#[test]
fn a_foreign_abi_is_denied_whatever_the_call() {
    const I386: u32 = 0x4000_0003;
    const ARM: u32 = 0x4000_0028;
    for arch in [I386, ARM, 0] {
        for nr in [0, 11, 120, 359, 435, 520] {
            assert_eq!(answer_to(arch, nr, 0), EPERM, "arch {arch:x}, call {nr}");
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn x32_begins_at_its_bit() {
    assert_eq!(answer(0x3fff_ffff), ENOSYS);
    for nr in [0x4000_0000, 0x4000_0029, 0x4000_0208, u32::MAX] {
        assert_eq!(answer(nr), EPERM, "call {nr:x}");
    }
}

/// The kernel takes 4096 instructions (`BPF_MAXINSNS`), and every call passes through some of them.
#[test]
fn the_way_through_is_short() {
    let length = program().len();
    assert!(length < 256, "{length} instructions");
}
