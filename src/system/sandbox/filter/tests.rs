use super::*;

/// The process that the filter is for.
const PROCESS: u32 = 4242;

/// What the kernel would answer to the call `nr` of `arch` with these arguments.
fn answer_to(arch: u32, nr: u32, [first, second]: [u32; 2]) -> u32 {
    let program = program(PROCESS);
    let (mut at, mut loaded) = (0, 0);
    loop {
        let step = &program[at];
        at += 1;
        let jump = |yes| usize::from(if yes { step.jt } else { step.jf });
        match (step.code, step.k) {
            (LOAD, OFFSET_NR) => loaded = nr,
            (LOAD, OFFSET_ARCH) => loaded = arch,
            (LOAD, OFFSET_FIRST) => loaded = first,
            (LOAD, OFFSET_SECOND) => loaded = second,
            (AND, k) => loaded &= k,
            (JUMP_EQUAL, k) => at += jump(loaded == k),
            (JUMP_AT_LEAST, k) => at += jump(loaded >= k),
            (RETURN, k) => return k,
            other => panic!("unknown instruction {other:x?}"),
        }
    }
}

fn answer(nr: u32) -> u32 {
    answer_to(ARCH, nr, [0, 0])
}

/// By their numbers, as the kernel's tables have them (syscall_64.tbl, asm-generic/unistd.h):
/// name, x86-64, aarch64.
const NEVER: &[(&str, u32, u32)] = &[
    ("accept", 43, 202),
    ("accept4", 288, 242),
    ("acct", 163, 89),
    ("add_key", 248, 217),
    ("adjtimex", 159, 171),
    ("bind", 49, 200),
    ("bpf", 321, 280),
    ("capset", 126, 91),
    ("chdir", 80, 49),
    ("chroot", 161, 51),
    ("clock_adjtime", 305, 266),
    ("clock_settime", 227, 112),
    ("connect", 42, 203),
    ("create_module", 174, NONE),
    ("delete_module", 176, 106),
    ("execve", 59, 221),
    ("execveat", 322, 281),
    ("fanotify_init", 300, 262),
    ("fanotify_mark", 301, 263),
    ("fchdir", 81, 50),
    ("finit_module", 313, 273),
    ("fork", 57, NONE),
    ("fsconfig", 431, 431),
    ("fsmount", 432, 432),
    ("fsopen", 430, 430),
    ("fspick", 433, 433),
    ("futimesat", 261, NONE),
    ("get_mempolicy", 239, 236),
    ("getpeername", 52, 205),
    ("getsockname", 51, 204),
    ("getsockopt", 55, 209),
    ("init_module", 175, 105),
    ("inotify_add_watch", 254, 27),
    ("inotify_init1", 294, 26),
    ("io_setup", 206, 0),
    ("io_submit", 209, 2),
    ("io_uring_enter", 426, 426),
    ("io_uring_register", 427, 427),
    ("io_uring_setup", 425, 425),
    ("ioperm", 173, NONE),
    ("iopl", 172, NONE),
    ("ioprio_set", 251, 30),
    ("kcmp", 312, 272),
    ("kexec_file_load", 320, 294),
    ("kexec_load", 246, 104),
    ("keyctl", 250, 219),
    ("landlock_restrict_self", 446, 446),
    ("listen", 50, 201),
    ("listmount", 458, 458),
    ("lookup_dcookie", 212, 18),
    ("mbind", 237, 235),
    ("memfd_create", 319, 279),
    ("memfd_secret", 447, 447),
    ("migrate_pages", 256, 238),
    ("mknod", 133, NONE),
    ("mknodat", 259, 33),
    ("modify_ldt", 154, NONE),
    ("mount", 165, 40),
    ("mount_setattr", 442, 442),
    ("move_mount", 429, 429),
    ("move_pages", 279, 239),
    ("mq_open", 240, 180),
    ("msgget", 68, 186),
    ("name_to_handle_at", 303, 264),
    ("nfsservctl", 180, 42),
    ("open_by_handle_at", 304, 265),
    ("open_tree", 428, 428),
    ("open_tree_attr", 467, 467),
    ("perf_event_open", 298, 241),
    ("personality", 135, 92),
    ("pidfd_getfd", 438, 438),
    ("pidfd_open", 434, 434),
    ("pidfd_send_signal", 424, 424),
    ("pivot_root", 155, 41),
    ("pkey_mprotect", 329, 288),
    ("process_madvise", 440, 440),
    ("process_mrelease", 448, 448),
    ("process_vm_readv", 310, 270),
    ("process_vm_writev", 311, 271),
    ("ptrace", 101, 117),
    ("quotactl", 179, 60),
    ("quotactl_fd", 443, 443),
    ("reboot", 169, 142),
    ("recvfrom", 45, 207),
    ("recvmmsg", 299, 243),
    ("recvmsg", 47, 212),
    ("remap_file_pages", 216, 234),
    ("request_key", 249, 218),
    ("rt_sigqueueinfo", 129, 138),
    ("rt_tgsigqueueinfo", 297, 240),
    ("sched_setaffinity", 203, 122),
    ("sched_setattr", 314, 274),
    ("sched_setscheduler", 144, 119),
    ("seccomp", 317, 277),
    ("semget", 64, 190),
    ("sendmmsg", 307, 269),
    ("sendmsg", 46, 211),
    ("sendto", 44, 206),
    ("set_mempolicy", 238, 237),
    ("setdomainname", 171, 162),
    ("setfsgid", 123, 152),
    ("setfsuid", 122, 151),
    ("setgid", 106, 144),
    ("setgroups", 116, 159),
    ("sethostname", 170, 161),
    ("setns", 308, 268),
    ("setpgid", 109, 154),
    ("setpriority", 141, 140),
    ("setregid", 114, 143),
    ("setresgid", 119, 149),
    ("setresuid", 117, 147),
    ("setreuid", 113, 145),
    ("setsid", 112, 157),
    ("setsockopt", 54, 208),
    ("settimeofday", 164, 170),
    ("setuid", 105, 146),
    ("setxattr", 188, 5),
    ("shmat", 30, 196),
    ("shmget", 29, 194),
    ("shutdown", 48, 210),
    ("signalfd4", 289, 74),
    ("socket", 41, 198),
    ("socketpair", 53, 199),
    ("statmount", 457, 457),
    ("swapoff", 168, 225),
    ("swapon", 167, 224),
    ("sysfs", 139, NONE),
    ("syslog", 103, 116),
    ("timer_create", 222, 107),
    ("timerfd_create", 283, 85),
    ("umount2", 166, 39),
    ("unshare", 272, 97),
    ("uselib", 134, NONE),
    ("userfaultfd", 323, 282),
    ("vfork", 58, NONE),
    ("vhangup", 153, 58),
    ("wait4", 61, 260),
    ("waitid", 247, 95),
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
}

#[test]
fn what_is_not_listed_is_denied() {
    let listed: Vec<u32> = ALLOWED.iter().chain(ALLOWED_HERE).copied().collect();
    let checked = CHECKED.map(|(nr, _)| nr);
    for nr in (0..FIRST_UNKNOWN).filter(|nr| !checked.contains(nr)) {
        let want = if listed.contains(&nr) { ALLOW } else { EPERM };
        assert_eq!(answer(nr), want, "call {nr}");
    }
    assert!(never().all(|(_, nr)| !listed.contains(&nr) && !checked.contains(&nr)));
}

/// In the order of the arguments: a process, or a file and what is asked of it.
#[test]
fn arguments_decide() {
    const OTHER: u32 = PROCESS + 1;
    for (nr, arguments, want) in [
        (linux::__NR_kill, [PROCESS, 15], ALLOW),
        (linux::__NR_kill, [OTHER, 15], EPERM),
        (linux::__NR_kill, [0, 15], EPERM),
        (linux::__NR_kill, [u32::MAX, 15], EPERM),
        (linux::__NR_tgkill, [PROCESS, OTHER], ALLOW),
        (linux::__NR_tgkill, [OTHER, OTHER], EPERM),
        (linux::__NR_tkill, [PROCESS, 6], ALLOW),
        (linux::__NR_tkill, [OTHER, 6], EPERM),
        (linux::__NR_prlimit64, [0, 4], ALLOW),
        (linux::__NR_prlimit64, [OTHER, 4], EPERM),
        // F_SETFD, F_SETFL, F_SETLK; F_SETOWN, F_SETSIG, F_SETOWN_EX.
        (linux::__NR_fcntl, [0, 2], ALLOW),
        (linux::__NR_fcntl, [0, 4], ALLOW),
        (linux::__NR_fcntl, [0, 6], ALLOW),
        (linux::__NR_fcntl, [0, 8], EPERM),
        (linux::__NR_fcntl, [0, 10], EPERM),
        (linux::__NR_fcntl, [0, 15], EPERM),
        // TCGETS, TCSETSF, TIOCGWINSZ; TIOCSCTTY, TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD, FICLONE.
        (linux::__NR_ioctl, [0, 0x5401], ALLOW),
        (linux::__NR_ioctl, [0, 0x5404], ALLOW),
        (linux::__NR_ioctl, [0, 0x5413], ALLOW),
        (linux::__NR_ioctl, [0, 0x540e], EPERM),
        (linux::__NR_ioctl, [0, 0x5412], EPERM),
        (linux::__NR_ioctl, [0, 0x541c], EPERM),
        (linux::__NR_ioctl, [0, 0x541d], EPERM),
        (linux::__NR_ioctl, [0, 0x5423], EPERM),
        (linux::__NR_ioctl, [0, 0x4004_9409], EPERM),
        // PR_SET_NAME; PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_PTRACER.
        (linux::__NR_prctl, [15, 0], ALLOW),
        (linux::__NR_prctl, [1, 9], EPERM),
        (linux::__NR_prctl, [4, 1], EPERM),
        (linux::__NR_prctl, [22, 0], EPERM),
        (linux::__NR_prctl, [0x5961_6d61, 0], EPERM),
    ] {
        assert_eq!(answer_to(ARCH, nr, arguments), want, "call {nr} {arguments:?}");
    }
}

/// 520 is x32's execve, which old kernels take without the bit.
#[test]
fn what_linux_did_not_have_is_answered_as_by_an_old_kernel() {
    for nr in [470, 471, 520, 547, 0x3fff_ffff] {
        assert_eq!(answer(nr), ENOSYS, "call {nr}");
    }
    assert_eq!(answer(469), EPERM);
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
        assert_eq!(answer_to(ARCH, nr, [flags, 0]), want, "flags {flags:x}");
    }
    assert_eq!(answer_to(ARCH, linux::__NR_clone3, [GLIBC, 0]), ENOSYS);
}

#[test]
fn a_foreign_abi_is_denied_whatever_the_call() {
    const I386: u32 = 0x4000_0003;
    const ARM: u32 = 0x4000_0028;
    for arch in [I386, ARM, 0] {
        for nr in [0, 11, 120, 359, 435, 520] {
            assert_eq!(answer_to(arch, nr, [0, 0]), EPERM, "arch {arch:x}, call {nr}");
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
    let length = program(PROCESS).len();
    assert!(length < 512, "{length} instructions");
}
