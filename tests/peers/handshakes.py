#!/usr/bin/env python3
"""Presents the certificates and proxies of testdata to every kind of server that is installed here, in real
handshakes on loopback, and compares what it does with what `certok who` says of it.

    tests/peers/handshakes.py CERTOK [--only REGEX] [-v]

CERTOK is the binary. The servers go by the clock of this machine, and the fixtures are good in 2026: run it
under faketime in another year. A row is a credential, a column a profile of `certok who`: `.` is the same,
`Y` taken where certok says no, `N` refused where certok says yes, `?` where certok does not know, `-` a
credential that no client here can load. Exits with 0 only if no difference is without a reason.
"""
import argparse, collections, glob, json, os, re, shutil, socket, ssl, subprocess, sys, tempfile, threading, time

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../testdata")
CAS = f"{TESTDATA}/ca/certificates"
SERVER, SERVER_KEY = f"{TESTDATA}/cert/healthy.pem", f"{TESTDATA}/key/rsa-pkcs1.pem"

# (profile, credential): why they differ.
EXPLAINED = {
    ("go", "cert/negative-serial.pem"): "before Go 1.23 it is read",
}

GO = """
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
)

func main() {
	pool := x509.NewCertPool()
	pem, _ := os.ReadFile(os.Args[1])
	pool.AppendCertsFromPEM(pem)
	own, err := tls.LoadX509KeyPair(os.Args[2], os.Args[3])
	if err != nil {
		panic(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[4])
	if err != nil {
		panic(err)
	}
	for {
		raw, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			conn := tls.Server(raw, config)
			defer conn.Close()
			if conn.Handshake() != nil {
				return
			}
			line, _ := bufio.NewReader(conn).ReadString('\\n')
			conn.Write([]byte(line))
		}()
	}
}
"""

JAVA = """
import java.io.*;
import java.security.KeyStore;
import java.security.cert.*;
import javax.net.ssl.*;

public class Server {
    public static void main(String[] args) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        int at = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(new FileInputStream(args[0])))
            trust.setCertificateEntry("ca" + at++, one);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(new FileInputStream(args[1]), "certok".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(own, "certok".toCharArray());
        TrustManagerFactory cas = TrustManagerFactory.getInstance("PKIX");
        cas.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), cas.getTrustManagers(), null);
        SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(Integer.parseInt(args[2]), 50, java.net.InetAddress.getByName("127.0.0.1"));
        server.setNeedClientAuth(true);
        while (true) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout(5000);
                socket.startHandshake();
                int c;
                while ((c = socket.getInputStream().read()) >= 0) {
                    socket.getOutputStream().write(c);
                    if (c == '\\n') break;
                }
            } catch (IOException refused) {
            }
        }
    }
}
"""


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)


def port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificates(directory):
    """Each certificate of the directory, once."""
    found = {}
    for path in sorted(glob.glob(f"{directory}/*")):
        if os.path.isfile(path):
            text = open(path, errors="replace").read()
            for block in re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", text, re.S):
                found[block] = True
    return "".join(found)


class PythonServer:
    """One of this Python's ssl."""

    def __init__(self, at):
        newer = sys.version_info >= (3, 13)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, capath=CAS) if newer else ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if not newer:
            self.context.load_verify_locations(capath=CAS)
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.load_cert_chain(SERVER, SERVER_KEY)
        self.socket = socket.create_server(("127.0.0.1", at))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                raw, _ = self.socket.accept()
                raw.settimeout(5)
                with self.context.wrap_socket(raw, server_side=True) as one:
                    one.sendall(one.recv(100))
            except (OSError, ValueError):
                pass

    def kill(self):
        self.socket.close()


def openssl(level, *more):
    def start(at, top):
        words = ["openssl", "s_server", "-accept", f"127.0.0.1:{at}", "-cert", SERVER, "-key", SERVER_KEY, "-CApath", CAS,
                 "-no-CAfile", "-Verify", "20", "-verify_return_error", "-cipher", f"DEFAULT:@SECLEVEL={level}", "-rev", *more]
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return shutil.which("openssl"), start


def gnutls(at, top):
    words = ["gnutls-serv", "--echo", "-p", str(at), "--x509certfile", SERVER, "--x509keyfile", SERVER_KEY,
             "--x509cafile", f"{top}/cas.pem", "--require-client-cert", "--verify-client-cert"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def go(at, top):
    open(f"{top}/server.go", "w").write(GO)
    built = run("go", "build", "-o", f"{top}/server", f"{top}/server.go", env=os.environ | {"GOFLAGS": "-mod=mod", "GO111MODULE": "off"})
    if built.returncode:
        raise OSError(built.stderr)
    return subprocess.Popen([f"{top}/server", f"{top}/cas.pem", SERVER, SERVER_KEY, str(at)], stderr=subprocess.DEVNULL)


def java(at, top):
    open(f"{top}/Server.java", "w").write(JAVA)
    made = run("openssl", "pkcs12", "-export", "-in", SERVER, "-inkey", SERVER_KEY, "-out", f"{top}/own.p12", "-passout", "pass:certok")
    if made.returncode:
        raise OSError(made.stderr)
    return subprocess.Popen(["java", f"{top}/Server.java", f"{top}/cas.pem", f"{top}/own.p12", str(at)], stderr=subprocess.DEVNULL)


def nginx(at, top):
    conf = f"""daemon off; worker_processes 1; pid {top}/nginx.pid; error_log {top}/nginx.log; events {{}}
http {{ access_log off; server {{ listen 127.0.0.1:{at} ssl; ssl_certificate {SERVER}; ssl_certificate_key {SERVER_KEY};
ssl_verify_client on; ssl_verify_depth 20; ssl_client_certificate {top}/cas.pem; location / {{ return 200 taken; }} }} }}"""
    open(f"{top}/nginx.conf", "w").write(conf)
    return subprocess.Popen(["nginx", "-p", top, "-c", f"{top}/nginx.conf"], stderr=subprocess.DEVNULL)


def servers():
    python = "python-3.13" if sys.version_info >= (3, 13) else "python-3.11"
    return {
        "openssl": openssl(2), "openssl-proxy": openssl(2, "-allow_proxy_certs"),
        "openssl-proxy-crl": openssl(2, "-allow_proxy_certs", "-crl_check_all"),
        "openssl-level1": openssl(1, "-allow_proxy_certs"), "openssl-strict": openssl(2, "-allow_proxy_certs", "-x509_strict"),
        python: (sys.executable, lambda at, top: PythonServer(at)),
        "nginx": (shutil.which("nginx"), nginx), "gnutls": (shutil.which("gnutls-serv"), gnutls),
        "go": (shutil.which("go"), go), "java": (shutil.which("java") and shutil.which("openssl"), java),
    }


def takes(at, cert, key, profile):
    """Whether the server takes the client; None if the client cannot load the files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    try:
        context.load_cert_chain(cert, key, password=lambda: "")
    except (ssl.SSLError, OSError):
        return None
    try:
        with socket.create_connection(("127.0.0.1", at), timeout=10) as raw, context.wrap_socket(raw) as one:
            one.sendall(b"GET / HTTP/1.0\r\n\r\n" if profile == "nginx" else b"certok\n")
            said = one.recv(1000)
            return b"taken" in said if profile == "nginx" else bool(said)
    except (ssl.SSLError, OSError):
        return False


def public(*words):
    done = run("openssl", *words)
    return done.stdout if done.returncode == 0 else None


def credentials(only):
    keys = {}
    for path in sorted(glob.glob(f"{TESTDATA}/key/*.pem") + glob.glob(f"{TESTDATA}/keys/*.pem")):
        if found := public("pkey", "-in", path, "-pubout", "-passin", "pass:"):
            keys.setdefault(found, path)
    for path in sorted(glob.glob(f"{TESTDATA}/cert/*.pem") + glob.glob(f"{TESTDATA}/proxy/*.pem")):
        noun, name = path.split("/")[-2], "/".join(path.split("/")[-2:])
        key = path if noun == "proxy" else keys.get(public("x509", "-in", path, "-noout", "-pubkey"))
        if key and re.search(only, name):
            yield name, noun, path, key


def who(binary, noun, path):
    done = run(binary, "who", noun, path, "--json", "--ca-dir", CAS, env={"HOME": "/nonexistent"})
    rows = json.loads(done.stdout).get("acceptance", [])
    return {row["tool"]: row["accepts"] for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("-v", action="store_true", help="print each row, not only those that differ")
    asked = parser.parse_args()
    if time.gmtime().tm_year != 2026:
        print("the clock is not in 2026, when the fixtures are good: almost all have expired", file=sys.stderr)
    running, missing = {}, []
    with tempfile.TemporaryDirectory(prefix="certok-handshakes.") as top:
        open(f"{top}/cas.pem", "w").write(certificates(CAS))
        try:
            for profile, (program, start) in servers().items():
                at = port()
                try:
                    server = start(at, top) if program else None
                except OSError as error:
                    print(f"{profile}: {error}", file=sys.stderr)
                    server = None
                if server is None:
                    missing.append(profile)
                    continue
                running[profile] = (at, server)
            for at, _ in running.values():
                for _ in range(100):
                    try:
                        socket.create_connection(("127.0.0.1", at), timeout=1).close()
                        break
                    except OSError:
                        time.sleep(0.1)
            return compare(asked, running, missing)
        finally:
            for _, server in running.values():
                server.kill()


def compare(asked, running, missing):
    """The table, and whether there is a difference without a reason."""
    bare = [profile for profile, (at, _) in running.items() if takes(at, SERVER, SERVER_KEY, profile) is None]
    if bare:
        print(f"the server's own certificate cannot be loaded: {bare}", file=sys.stderr)
        return 1
    print(f"{'':44}{' '.join(running)}")
    counts, wrong = collections.Counter(), []
    for name, noun, path, key in credentials(asked.only):
        said, marks = who(asked.binary, noun, path), []
        for profile, (at, _) in running.items():
            done, expected = takes(at, path, key, profile), said.get(profile)
            mark = "-" if done is None else "?" if expected is None else "." if done == expected else "Y" if done else "N"
            if mark in "YN" and (profile, name) not in EXPLAINED:
                wrong.append((profile, name, mark))
            counts[mark] += 1
            marks.append(mark.center(len(profile)))
        if asked.v or any(mark.strip() in "YN" for mark in marks):
            print(f"{name:44}{' '.join(marks)}")
    print(f"same {counts['.']}, certok too strict {counts['Y']}, certok too lax {counts['N']}, not known {counts['?']}, not loaded {counts['-']}")
    if missing:
        print(f"not installed here: {', '.join(missing)}")
    for profile, name, mark in wrong:
        print(f"no reason: {profile} {name} {mark}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
