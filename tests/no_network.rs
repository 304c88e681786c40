//! certok has no network: not in its dependencies, not in its source, not at run time.

use std::fs;
use std::path::{Path, PathBuf};

/// Packages that open sockets, or whose purpose is a protocol over them. A name that ends in `-`
/// stands for all that begin so.
const NETWORK_CRATES: &[&str] = &[
    "actix-",
    "async-io",
    "async-net",
    "async-std",
    "attohttpc",
    "axum",
    "curl",
    "curl-sys",
    "dns-lookup",
    "glommio",
    "h2",
    "h3",
    "hickory-",
    "http",
    "hyper",
    "hyper-",
    "io-uring",
    "isahc",
    "libcurl-",
    "libssh2-sys",
    "mio",
    "monoio",
    "native-tls",
    "net2",
    "openssl",
    "openssl-",
    "polling",
    "quiche",
    "quinn",
    "quinn-",
    "reqwest",
    "rustls",
    "rustls-native-certs",
    "rustls-platform-verifier",
    "s2n-quic",
    "smol",
    "socket2",
    "socks",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "tokio-",
    "tonic",
    "trust-dns-",
    "tungstenite",
    "ureq",
    "warp",
    "webpki-roots",
    "websocket",
    "zbus",
];

/// Parts of the standard library that open sockets, in pieces lest this file finds itself.
const NETWORK_MODULES: &[&str] = &[
    concat!("std::", "net"),
    concat!("std::os::unix::", "net"),
    concat!("os::linux::", "net"),
    concat!("rustix::", "net"),
    concat!("feature = ", "\"net\""),
    concat!("Tcp", "Stream"),
    concat!("Udp", "Socket"),
    concat!("Unix", "Stream"),
];

#[test]
fn no_dependency_is_for_the_network() {
    no_network_crate_in("Cargo.lock");
}

/// Nor one of what fuzzes, which is not in the published package.
#[test]
fn no_dependency_of_the_fuzz_targets_is_for_the_network() {
    let lock = "fuzz/Cargo.lock";
    if package().join("fuzz").exists() {
        no_network_crate_in(lock);
    } else {
        println!("skipped: {lock} is not part of the package");
    }
}

fn no_network_crate_in(file: &str) {
    let lock = read(Path::new(file));
    let names: Vec<&str> = lock.lines().filter_map(|line| line.strip_prefix("name = ")).collect();
    assert!(names.len() > 20, "{file} has only {} packages", names.len());
    for name in names {
        let name = name.trim_matches('"');
        assert!(!is_network_crate(name), "{name} is in {file}");
    }
}

#[test]
fn the_list_of_crates_matches_names_and_families() {
    for (name, want) in [
        ("tokio", true),
        ("tokio-util", true),
        ("hickory-resolver", true),
        ("rustls", true),
        ("rustls-pki-types", false),
        ("rustls-webpki", false),
        ("rustls-pemfile", false),
    ] {
        assert_eq!(is_network_crate(name), want, "{name}");
    }
}

#[test]
fn no_dependency_has_its_network_part_switched_on() {
    let manifest = read(Path::new("Cargo.toml"));
    let (mut table, mut seen) = (String::new(), 0);
    for line in manifest.lines().map(|line| line.split('#').next().unwrap_or("")) {
        if line.starts_with('[') {
            table = line.to_owned();
        } else if table.contains("dependencies") {
            seen += 1;
            assert!(!line.contains("\"net\""), "{table}: {line}");
        }
    }
    assert!(seen > 10, "Cargo.toml has only {seen} lines of dependencies");
}

#[test]
fn no_source_file_names_a_socket() {
    let files = sources(Path::new("src"));
    assert!(files.len() > 5, "only {} source files found", files.len());
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = read(file);
        // Tests are not part of the program; they may make a socket to see it refused.
        let program = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or("");
        for module in NETWORK_MODULES {
            assert!(!program.contains(module), "{}: {module}", file.display());
        }
    }
}

/// A denied thread stays denied, so the test takes one of its own.
#[cfg(target_os = "linux")]
#[test]
fn a_thread_without_sockets_cannot_make_one() {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{TcpListener, UdpSocket};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::thread;

    use certok::system::sandbox::{Sandbox, confine};

    let (near, far) = UnixStream::pair().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("socket");
    let mut other = std::process::Command::new("/bin/sleep").arg("60").spawn().unwrap();
    let process = rustix::process::Pid::from_child(&other);
    rustix::process::test_kill_process(process).unwrap();
    let check = move || {
        match confine() {
            Sandbox::Denied => {}
            other => return println!("skipped: {other:?}"),
        }
        let denied = |made: std::io::Result<()>| {
            assert_eq!(made.unwrap_err().kind(), ErrorKind::PermissionDenied);
        };
        denied(TcpListener::bind("127.0.0.1:0").map(drop));
        denied(UdpSocket::bind("[::1]:0").map(drop));
        denied(UnixListener::bind(&name).map(drop));
        denied(UnixStream::pair().map(drop));
        // Nor start a program.
        denied(std::process::Command::new("/bin/sh").spawn().map(drop));
        // Nor signal another process, make devices, pipes or memory with a name, watch others' files,
        // move about, or change what runs first.
        denied(rustix::process::test_kill_process(process).map_err(Into::into));
        let pipe = folder.path().join("pipe");
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
        let made = rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0);
        denied(made.map_err(Into::into));
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        denied(rustix::fs::memfd_create("m", flags).map(drop).map_err(Into::into));
        let flags = rustix::fs::inotify::CreateFlags::CLOEXEC;
        denied(rustix::fs::inotify::init(flags).map(drop).map_err(Into::into));
        denied(std::env::set_current_dir("/"));
        denied(rustix::process::setpriority_process(None, 19).map_err(Into::into));
        // Nor type into a terminal, or ask it for anything but how it looks.
        let terminal = rustix::pty::openpt(rustix::pty::OpenptFlags::NOCTTY).unwrap();
        denied(rustix::pty::unlockpt(&terminal).map_err(Into::into));
        rustix::termios::tcgetwinsize(&terminal).unwrap();
        // Threads started later are denied, too.
        thread::spawn(move || denied(UdpSocket::bind("127.0.0.1:0").map(drop))).join().unwrap();
        // A socket that was there before is still a file, and files are as ever.
        let mut near = fs::File::from(OwnedFd::from(near));
        let mut far = fs::File::from(OwnedFd::from(far));
        near.write_all(b"answer").unwrap();
        let mut heard = [0; 6];
        far.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"answer");
        fs::write(folder.path().join("file"), b"content").unwrap();
    };
    let checked = thread::spawn(check).join();
    other.kill().unwrap();
    other.wait().unwrap();
    checked.unwrap();
}

/// As ssh, inetd and batch systems start it.
#[test]
fn sockets_carry_the_input_and_the_answer() {
    use std::io::{Read, Write};
    use std::net::Shutdown;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::process::{Command, Stdio};

    let (mut near, far) = UnixStream::pair().unwrap();
    let input = Stdio::from(OwnedFd::from(far.try_clone().unwrap()));
    let mut certok = Command::new(env!("CARGO_BIN_EXE_certok"))
        .args(["cert-info", "--at", "1780315200", "-"])
        .env_clear()
        .stdin(input)
        .stdout(OwnedFd::from(far))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let certificate = read(Path::new("testdata/cert/healthy.pem"));
    near.write_all(certificate.as_bytes()).unwrap();
    near.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    near.read_to_string(&mut answer).unwrap();
    assert!(certok.wait().unwrap().success(), "{answer}");
    assert!(answer.starts_with("ok: "), "{answer}");
}

/// The real program, caught while it waits for standard input.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn the_running_program_is_filtered() {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    if status_field("/proc/self/status", "Seccomp").is_none() {
        println!("skipped: /proc does not say who is filtered");
        return;
    }
    let mut certok = Command::new(env!("CARGO_BIN_EXE_certok"))
        .args(["cert-info", "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", certok.id());
    let deadline = Instant::now() + Duration::from_secs(10);
    let (mut seccomp, mut no_new_privs) = (None, None);
    // The filter is installed first, but `spawn` returns before the program has begun.
    while seccomp.as_deref() != Some("2") && Instant::now() < deadline {
        seccomp = status_field(&status, "Seccomp");
        no_new_privs = status_field(&status, "NoNewPrivs");
        thread::sleep(Duration::from_millis(2));
    }
    let still_waits = certok.try_wait().unwrap().is_none();
    drop(certok.stdin.take());
    certok.wait().unwrap();
    assert!(still_waits, "certok did not wait for standard input");
    assert_eq!(seccomp.as_deref(), Some("2"), "Seccomp");
    assert_eq!(no_new_privs.as_deref(), Some("1"), "NoNewPrivs");
}

/// The value of `name` in a file like `/proc/self/status`.
#[cfg(target_os = "linux")]
fn status_field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim());
    values.next().map(str::to_owned)
}

/// Whether the package `name` is listed, itself or by its family.
fn is_network_crate(name: &str) -> bool {
    NETWORK_CRATES
        .iter()
        .any(|listed| *listed == name || (listed.ends_with('-') && name.starts_with(listed)))
}

/// All Rust files below `folder` of the package.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(package().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// A file of the package.
fn read(path: &Path) -> String {
    let path = package().join(path);
    fs::read_to_string(&path).unwrap_or_else(|reason| panic!("{}: {reason}", path.display()))
}

/// Where Cargo.toml is.
fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
