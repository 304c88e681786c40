#!/usr/bin/env python3
"""Set-ups of certificates and tokens, by alien.py and by certok.

    tests/peers/alien_setups.py [CERTOK]

ALIEN names alien.py (PyPI: alienpy); openssl is needed. CERTOK defaults to target/debug/certok. All
happens in a temporary directory, in an environment without other variables.

Each set-up is judged by token-info, token-verify, tokenkey-match, cert-info, cert-verify, certkey-match.
`same`: `--format alien` ends with alien.py's exit code. Else the two differ in what is usable: then
certok's own format must say why, in a finding (`named`), or the line is `DIFFERENT`. EXPLAINED has what
is known and right. Exits 1 if a line is `DIFFERENT`.
"""
import json, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CERTOK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else HERE + "/../../target/debug/certok")
ALIEN = os.environ.get("ALIEN", "alien.py")
COMMANDS = ["token-info", "token-verify", "tokenkey-match", "cert-info", "cert-verify", "certkey-match"]
UID = os.getuid()

# Set-up and command, and why certok's exit code is another one.
EXPLAINED = {
    ("inline in one line", command): "alien.py gets through with the certificate, and refuses the pair (5)"
    for command in ("token-info", "token-verify")
}


def openssl(*words, text=None):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, input=text).stdout.decode()


class Pki:
    def __init__(self, top):
        self.top = top
        self.cas = top + "/cas"
        os.mkdir(self.cas)
        self.ca("ca")
        self.ca("other")
        shutil.copy(top + "/ca.pem", self.cas + "/ca.pem")
        openssl("rehash", self.cas)
        for name, subject, days in (("user", "/DC=ch/DC=cern/OU=Users/CN=alice", 300),
                                    ("token", "/C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice", 2)):
            self.leaf(name, subject, "ca", days)
        self.leaf("stranger", "/C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice", "other", 2)
        self.pkcs8 = openssl("pkcs8", "-topk8", "-nocrypt", "-in", top + "/token.key")
        self.pkcs1 = openssl("rsa", "-traditional", "-in", top + "/token.key")
        self.encrypted = openssl("rsa", "-aes128", "-passout", "pass:x", "-in", top + "/token.key")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", top + "/ec.key")
        openssl("req", "-new", "-key", top + "/ec.key", "-out", top + "/ec.csr", "-subj", "/CN=ec")
        self.sign("ec", "ca", 2)
        self.trusted = openssl("x509", "-in", top + "/ca.pem", "-trustout")

    def ca(self, name):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{self.top}/{name}.key", "-out",
                f"{self.top}/{name}.pem", "-days", "3650", "-subj", f"/C=ch/O=AliEn2/CN=AliEn {name}")

    def leaf(self, name, subject, ca, days):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{self.top}/{name}.key", "-out",
                f"{self.top}/{name}.csr", "-subj", subject)
        self.sign(name, ca, days)

    def sign(self, name, ca, days):
        with open(self.top + "/ext", "w") as out:
            out.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                      "extendedKeyUsage=clientAuth,serverAuth\n")
        openssl("x509", "-req", "-in", f"{self.top}/{name}.csr", "-CA", f"{self.top}/{ca}.pem", "-CAkey",
                f"{self.top}/{ca}.key", "-CAcreateserial", "-extfile", self.top + "/ext", "-days", str(days),
                "-out", f"{self.top}/{name}.pem")

    def text(self, name):
        with open(f"{self.top}/{name}") as file:
            return file.read()


class Home:
    """A home, with the usual pairs in their places unless said otherwise."""

    def __init__(self, pki, top):
        self.pki, self.top = pki, top
        os.makedirs(top + "/.globus")
        os.mkdir(top + "/tmp")
        self.env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": top, "TMPDIR": top + "/tmp",
                    "X509_CERT_DIR": pki.cas}
        self.cert, self.key = f"{top}/tmp/tokencert_{UID}.pem", f"{top}/tmp/tokenkey_{UID}.pem"
        self.put(".globus/usercert.pem", pki.text("user.pem"))
        self.put(".globus/userkey.pem", pki.text("user.key"))
        self.put(f"tmp/tokencert_{UID}.pem", pki.text("token.pem"))
        self.put(f"tmp/tokenkey_{UID}.pem", pki.pkcs1)

    def put(self, name, content, mode=0o400):
        path = f"{self.top}/{name}"
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "w") as out:
            out.write(content)
        os.chmod(path, mode)
        return path

    def without_token(self):
        os.unlink(self.cert)
        os.unlink(self.key)

    def inline(self, cert, key):
        self.without_token()
        self.env.update({"JALIEN_TOKEN_CERT": cert, "JALIEN_TOKEN_KEY": key})

    def cas(self, name, files):
        os.mkdir(f"{self.top}/{name}")
        for file, content in files.items():
            self.put(f"{name}/{file}", content, 0o644)
        self.env["X509_CERT_DIR"] = f"{self.top}/{name}"


def setups(pki):
    """Names, each with what it changes."""
    cert, ca = pki.text("token.pem"), pki.text("ca.pem")
    ca_hash = openssl("x509", "-in", pki.top + "/ca.pem", "-noout", "-hash").strip()

    def variables(**values):
        return lambda home: home.env.update({name: value.replace("$TOP", home.top)
                                             for name, value in values.items()})

    def without(*names):
        return lambda home: [home.env.pop(name) for name in names]

    def put(name, content, mode=0o400):
        return lambda home: home.put(name.replace("UID", str(UID)), content, mode)

    def inline(c, k):
        return lambda home: home.inline(c, k)

    def both(*changes):
        return lambda home: [change(home) for change in changes]

    def remove(name):
        return lambda home: os.unlink(f"{home.top}/{name.replace('UID', str(UID))}")

    token, token_key = "tmp/tokencert_UID.pem", "tmp/tokenkey_UID.pem"
    yield "healthy", lambda home: None
    yield "no token", Home.without_token
    yield "token alone", remove(token_key)
    yield "token key alone", remove(token)
    yield "inline PKCS#1", inline(cert, pki.pkcs1)
    yield "inline PKCS#8", inline(cert, pki.pkcs8)
    yield "inline newline before", inline("\n" + cert, pki.pkcs1)
    yield "inline newline before key", inline(cert, "\n" + pki.pkcs1)
    yield "inline blank before", inline(" " + cert, " " + pki.pkcs1)
    yield "inline trailing blanks", inline(cert + "  \n\n", pki.pkcs1 + "\n")
    yield "inline no final newline", inline(cert.strip(), pki.pkcs1.strip())
    yield "inline in one line", inline(cert.replace("\n", " "), pki.pkcs1.replace("\n", " "))
    yield "inline backslash n", inline(cert.replace("\n", "\\n"), pki.pkcs1.replace("\n", "\\n"))
    yield "inline CRLF", inline(cert.replace("\n", "\r\n"), pki.pkcs1.replace("\n", "\r\n"))
    yield "inline null", inline("null", "null")
    yield "inline empty", inline("", "")
    yield "inline certificate alone", both(Home.without_token, variables(JALIEN_TOKEN_CERT=cert))
    yield "inline key of another", inline(cert, pki.text("user.key"))
    yield "inline EC", inline(pki.text("ec.pem"), pki.text("ec.key"))
    yield "inline encrypted key", inline(cert, pki.encrypted)
    yield "inline stranger", inline(pki.text("stranger.pem"), pki.text("stranger.key"))
    yield "inline text before", inline("subject=x\n" + cert, pki.pkcs1)
    yield "inline bundle", inline(cert + ca, pki.pkcs1)
    yield "token in PKCS#8", put(token_key, pki.pkcs8)
    yield "token newline before", put(token, "\n" + cert)
    yield "token text before", put(token, "subject=x\n" + cert)
    yield "token CRLF", put(token, cert.replace("\n", "\r\n"))
    yield "token BOM", put(token, "\ufeff" + cert)
    yield "token empty", put(token, "")
    yield "token key empty", put(token_key, "")
    yield "token cut", put(token, cert[:400])
    yield "token key cut", put(token_key, pki.pkcs1[:400])
    yield "token key world readable", put(token_key, pki.pkcs1, 0o644)
    yield "token key encrypted", put(token_key, pki.encrypted)
    yield "token key of user", put(token_key, pki.text("user.key"))
    yield "token EC", both(put(token, pki.text("ec.pem")), put(token_key, pki.text("ec.key")))
    yield "token stranger", both(put(token, pki.text("stranger.pem")), put(token_key, pki.text("stranger.key")))
    yield "token DER", put(token, "\0")
    yield "token and CA", put(token, cert + ca)
    yield "CA before token", put(token, ca + cert)
    yield "key in the token's file", put(token, cert + pki.pkcs1)
    yield "trusted certificate label", put(token, openssl("x509", "-in", pki.top + "/token.pem", "-trustout"))
    yield "variables to files", both(put("c.pem", cert), put("k.pem", pki.pkcs1), Home.without_token,
                                     variables(JALIEN_TOKEN_CERT="$TOP/c.pem", JALIEN_TOKEN_KEY="$TOP/k.pem"))
    yield "variable to nothing", variables(JALIEN_TOKEN_CERT="$TOP/none", JALIEN_TOKEN_KEY="$TOP/none")
    yield "variable to a directory", variables(JALIEN_TOKEN_CERT="$TOP", JALIEN_TOKEN_KEY="$TOP")
    yield "variable with a tilde", variables(JALIEN_TOKEN_CERT="~/c.pem", JALIEN_TOKEN_KEY="~/k.pem")
    yield "variable file:", variables(JALIEN_TOKEN_CERT="file://$TOP/c.pem", JALIEN_TOKEN_KEY="file://$TOP/k.pem")
    yield "variable quoted", variables(JALIEN_TOKEN_CERT="'$TOP/c.pem'", JALIEN_TOKEN_KEY="'$TOP/k.pem'")
    yield "variables are the user's", variables(JALIEN_TOKEN_CERT="$TOP/.globus/usercert.pem",
                                                JALIEN_TOKEN_KEY="$TOP/.globus/userkey.pem")
    yield "one variable", both(put("c.pem", cert), variables(JALIEN_TOKEN_CERT="$TOP/c.pem"))
    yield "inline user", variables(X509_USER_CERT=pki.text("user.pem"), X509_USER_KEY=pki.text("user.key"))
    yield "inline user PKCS#1", variables(X509_USER_CERT=pki.text("user.pem"),
                                          X509_USER_KEY=openssl("rsa", "-traditional", "-in", pki.top + "/user.key"))
    yield "user variables empty", variables(X509_USER_CERT="", X509_USER_KEY="")
    yield "no user", both(remove(".globus/usercert.pem"), remove(".globus/userkey.pem"))
    yield "user key encrypted", put(".globus/userkey.pem", openssl(
        "rsa", "-aes128", "-passout", "pass:x", "-in", pki.top + "/user.key"))
    yield "user key world readable", put(".globus/userkey.pem", pki.text("user.key"), 0o644)
    yield "TMPDIR missing", variables(TMPDIR="$TOP/none")
    yield "TMPDIR a file", both(put("f", ""), variables(TMPDIR="$TOP/f"))
    yield "TMPDIR empty", variables(TMPDIR="")
    yield "TMPDIR relative", variables(TMPDIR="tmp")
    yield "TMPDIR with slash", variables(TMPDIR="$TOP/tmp/")
    yield "TEMP", both(variables(TEMP="$TOP/tmp"), without("TMPDIR"))
    yield "TMP", both(variables(TMP="$TOP/tmp"), without("TMPDIR"))
    yield "TMPDIR missing, TEMP", variables(TMPDIR="$TOP/none", TEMP="$TOP/tmp")
    yield "no X509_CERT_DIR", without("X509_CERT_DIR")
    yield "X509_CERT_DIR missing", variables(X509_CERT_DIR="$TOP/none")
    yield "X509_CERT_DIR empty", variables(X509_CERT_DIR="")
    yield "CA directory empty", lambda home: home.cas("empty", {})
    yield "CA directory of hashes alone", lambda home: home.cas("hashes", {f"{ca_hash}.0": ca})
    yield "CA directory without hashes", lambda home: home.cas("plain", {"ca.pem": ca})
    yield "CA directory of others", lambda home: home.cas("others", {"other.pem": pki.text("other.pem")})
    yield "trusted CA", lambda home: home.cas("trusted", {"ca.pem": pki.trusted, f"{ca_hash}.0": pki.trusted})
    yield "CA file", both(without("X509_CERT_DIR"), variables(X509_CERT_FILE=pki.top + "/ca.pem"))
    yield "CA file missing", both(without("X509_CERT_DIR"), variables(X509_CERT_FILE="$TOP/none"))
    yield "CA directory is a file", variables(X509_CERT_DIR=pki.top + "/ca.pem")
    yield "local CAs", variables(ALIENPY_USE_LOCAL_CAS="1")
    yield "HOME missing", both(variables(HOME="/nonexistent"))
    yield "HOME unset", without("HOME")


def run(program, command, home, *options):
    done = subprocess.run([program, *options, command], env=home.env, capture_output=True, text=True, cwd=home.top,
                          stdin=subprocess.DEVNULL, errors="replace", timeout=600)
    return done.returncode, done.stdout, done.stderr


def main():
    counts = {}
    with tempfile.TemporaryDirectory() as top:
        os.mkdir(top + "/pki")
        pki = Pki(top + "/pki")
        for number, (name, change) in enumerate(setups(pki)):
            for command in COMMANDS:
                home = Home(pki, f"{top}/{number}-{command}")
                change(home)
                theirs = run(ALIEN, command, home)
                ours = run(CERTOK, command, home, "--format", "alien")
                own = run(CERTOK, command, home, "--json")
                findings = json.loads(own[1])["findings"]
                told = [finding["id"] for finding in findings if "alien.py" in json.dumps(finding)]
                both_good = (theirs[0] == 0) == (own[0] == 0)
                if theirs[0] == ours[0] and both_good:
                    verdict = "same"
                elif told or (theirs[0] == ours[0] and findings):
                    verdict = "named"
                else:
                    verdict = "explained" if (name, command) in EXPLAINED else "DIFFERENT"
                counts[verdict] = counts.get(verdict, 0) + 1
                if verdict == "DIFFERENT" or os.environ.get("VERBOSE") and verdict != "same":
                    ids = [finding["id"] for finding in findings]
                    print(f"{verdict} {name}: {command}: alien.py {theirs[0]}, --format alien {ours[0]}, "
                          f"certok {own[0]} {ids} {EXPLAINED.get((name, command), '')}")
                    if os.environ.get("VERBOSE"):
                        print("    " + (theirs[1] + theirs[2]).strip().replace("\n", "\n    ")[:400])
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    sys.exit("DIFFERENT" in counts)


main()
