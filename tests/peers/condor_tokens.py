#!/usr/bin/env python3
"""Token directories put together at random, before a real HTCondor and before certok.

    tests/peers/condor_tokens.py [CERTOK] [CHROOT] [COUNT]

CERTOK defaults to target/debug/certok, CHROOT to /tmp/trixie, a Debian with the package condor, which
condor.sh makes, COUNT to 300. By hand and as root, for chroot. Nothing leaves the machine: the collector
runs in a network of its own that has nothing but loopback.

The first directories have a token of each kind alone, the others one to four entries. condor_ping authenticates with what it finds there, and HTCondor
says as whom. certok must accept the directory if HTCondor does, and name the same token. Prints a line for
each directory where the two differ; exits 1 if one is `DIFFERENT`.
"""
import base64, hashlib, hmac, json, os, random, re, shutil, signal, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
CERTOK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else HERE + "/../../target/debug/certok")
ROOT = sys.argv[2] if len(sys.argv) > 2 else "/tmp/trixie"
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 300
PORT = 19619
INSIDE = "/tmp/condor-tokens"
WORK = ROOT + INSIDE

if os.environ.get("INSIDE") != "yes":
    if os.getuid() != 0:
        sys.exit("this needs root, for chroot")
    if not os.path.exists(ROOT + "/usr/sbin/condor_collector"):
        sys.exit(f"no HTCondor in {ROOT}: condor.sh makes it")
    os.environ["INSIDE"] = "yes"
    os.execvp("unshare", ["unshare", "-n", "-p", "-f", "--kill-child", sys.executable, *sys.argv])

shutil.rmtree(WORK, ignore_errors=True)
for folder in ("keys", "copy"):
    os.makedirs(f"{WORK}/{folder}", 0o700)
shutil.copy(CERTOK, WORK + "/certok")
os.chmod(WORK, 0o755)
os.chmod(WORK + "/certok", 0o755)

# The keys are for the collector, and a copy for certok: the client of HTCondor would make itself a token.
KEYS = {name: os.urandom(64) for name in ("POOL", "named", "elsewhere")}
for name, key in KEYS.items():
    for folder in ("keys", "copy") if name != "elsewhere" else ():
        with open(f"{WORK}/{folder}/{name}", "wb") as file:
            file.write(bytes(byte ^ b"\xde\xad\xbe\xef"[at % 4] for at, byte in enumerate(key)))
        os.chmod(f"{WORK}/{folder}/{name}", 0o600)

SETTINGS = {
    "CONDOR_HOST": "127.0.0.1", "COLLECTOR_HOST": f"127.0.0.1:{PORT}", "NETWORK_INTERFACE": "127.0.0.1",
    "BIND_ALL_INTERFACES": "False", "TRUST_DOMAIN": "pool.test", "UID_DOMAIN": "pool.test",
    "USE_SHARED_PORT": "False", "SEC_PASSWORD_DIRECTORY": INSIDE + "/keys",
    "SEC_TOKEN_POOL_SIGNING_KEY_FILE": INSIDE + "/keys/POOL", "SEC_DEFAULT_AUTHENTICATION": "REQUIRED",
    "SEC_DEFAULT_AUTHENTICATION_METHODS": "IDTOKENS", "SEC_CLIENT_AUTHENTICATION_METHODS": "IDTOKENS",
    "ALLOW_READ": "*", "SEC_TOKEN_DIRECTORY": INSIDE + "/tokens.d",
    "SEC_TOKEN_SYSTEM_DIRECTORY": INSIDE + "/tokens.d",
}
ENV = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": "/home/bob"} | {f"_CONDOR_{k}": v for k, v in SETTINGS.items()}


# An account of its own: HTCondor's tools want a name for it.
subprocess.run(["chroot", ROOT, "useradd", "-m", "bob"], capture_output=True)
USER = int(subprocess.run(["chroot", ROOT, "id", "-u", "bob"], capture_output=True, check=True).stdout)


def as_user(*command, **changes):
    user = ["chroot", f"--userspec={USER}:{USER}", ROOT, *command]
    return subprocess.run(user, env=ENV | changes, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token(sub, key="POOL", kid=None, iss="pool.test", life=3600, alg="HS256", damaged=False, **claims):
    secret = KEYS[key] * (2 if key == "POOL" else 1)
    secret = hmac.new(hmac.new(b"htcondor", secret, hashlib.sha256).digest(), b"master jwt\x01",
                      hashlib.sha256).digest()
    header = {"alg": alg, "kid": kid or key}
    header = {name: value for name, value in header.items() if value != "none"}
    now = int(time.time())
    payload = {"sub": sub, "iss": iss, "iat": now, "exp": now + life} | claims
    payload = {name: value for name, value in payload.items() if value is not None}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    if damaged:
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    return text + "." + base64url(signature)


def exponent(sub, claim, seconds):
    """The claim as 1.8e9 is written, whose value is whole."""
    return token(sub, **{claim: float(int(seconds))}) + "\n"


# A name, and what makes the text of the file of a token for the subject it is given.
TOKENS = {
    "good": lambda sub: token(sub) + "\n",
    "good-named": lambda sub: token(sub, "named") + "\n",
    "no-newline": lambda sub: token(sub),
    "crlf": lambda sub: token(sub) + "\r\n",
    "blanks": lambda sub: "  " + token(sub) + "  \n",
    "comment-above": lambda sub: "# a comment\n\n" + token(sub) + "\n",
    "unknown-kid": "a token whose key is not on this machine is not refused: another may have the key",
    "enqueued-above": lambda sub: "Token request enqueued. Ask an administrator to please approve request "
                                  "1234567.\n" + token(sub) + "\n",
    "words-behind": lambda sub: token(sub) + " and more\n",
    "bearer": lambda sub: "Bearer " + token(sub) + "\n",
    "quoted": lambda sub: '"' + token(sub) + '"\n',
    "wrapped": lambda sub: re.sub("(.{64})", r"\1\n", token(sub)) + "\n",
    "byte-order-mark": lambda sub: "\ufeff" + token(sub) + "\n",
    "padded": lambda sub: token(sub).replace(".", "=.", 1) + "\n",
    "unknown-kid": lambda sub: token(sub, "elsewhere") + "\n",
    "empty-kid": lambda sub: token(sub, kid="") + "\n",
    "no-kid": lambda sub: token(sub, kid="none") + "\n",
    "kid-of-other-key": lambda sub: token(sub, "named", kid="POOL") + "\n",
    "other-domain": lambda sub: token(sub, iss="other.test") + "\n",
    "domain-in-capitals": lambda sub: token(sub, iss="POOL.TEST") + "\n",
    "no-domain": lambda sub: token(sub, iss=None) + "\n",
    "numeric-domain": lambda sub: token(sub, iss=1) + "\n",
    "expired": lambda sub: token(sub, life=-60) + "\n",
    "ends-never": lambda sub: token(sub, exp=None) + "\n",
    "exp-text": lambda sub: token(sub, exp="2100000000") + "\n",
    "exp-fraction": lambda sub: token(sub, exp=time.time() + 3600.5) + "\n",
    "exp-milliseconds": lambda sub: token(sub, exp=int(time.time() * 1000)) + "\n",
    "exp-exponent": lambda sub: exponent(sub, "exp", time.time() + 3600),
    "exp-fraction-past": lambda sub: token(sub, exp=time.time() - 60.5) + "\n",
    "iat-milliseconds": lambda sub: token(sub, iat=int(time.time() * 1000)) + "\n",
    "iat-microseconds": lambda sub: token(sub, iat=int(time.time() * 1000000)) + "\n",
    "iat-beyond-counting": lambda sub: token(sub, iat=1 << 62) + "\n",
    "iat-fraction": lambda sub: token(sub, iat=time.time() - 60.5) + "\n",
    "iat-exponent": lambda sub: exponent(sub, "iat", time.time() - 60),
    "iat-text": lambda sub: token(sub, iat="1700000000") + "\n",
    "iat-huge-fraction": lambda sub: token(sub, iat=1e30) + "\n",
    "iat-negative": lambda sub: token(sub, iat=-5) + "\n",
    "both-milliseconds": lambda sub: token(sub, iat=int(time.time() * 1000), exp=int(time.time() * 1000) + 3600000) + "\n",
    "no-sub": lambda sub: token(None) + "\n",
    "empty-sub": lambda sub: token("") + "\n",
    "numeric-sub": lambda sub: token(7) + "\n",
    "sub-without-domain": lambda sub: token(sub.split("@")[0]) + "\n",
    "altered": lambda sub: token(sub, damaged=True) + "\n",
    "hs384": lambda sub: token(sub, alg="HS384") + "\n",
    "no-alg": lambda sub: token(sub, alg="none") + "\n",
    "no-iat": lambda sub: token(sub, iat=None) + "\n",
    "issued-ahead": lambda sub: token(sub, iat=int(time.time()) + 600) + "\n",
    "not-before-ahead": lambda sub: token(sub, nbf=int(time.time()) + 600) + "\n",
    "numeric-jti": lambda sub: token(sub, jti=5) + "\n",
    "scope-write": lambda sub: token(sub, scope="condor:/WRITE") + "\n",
    "scope-read": lambda sub: token(sub, scope="condor:/READ") + "\n",
    "scope-foreign": lambda sub: token(sub, scope="storage.read:/") + "\n",
    "pem": lambda sub: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    "json": lambda sub: '{"access_token": "' + token(sub) + '"}\n',
    "empty": lambda sub: "",
    "blank-line": lambda sub: "\n",
    "binary": lambda sub: "\x00\x01\x02\n",
    "two-good": lambda sub: token(sub) + "\n" + token("second-" + sub) + "\n",
    "expired-then-good": lambda sub: token("old-" + sub, life=-60) + "\n" + token(sub) + "\n",
    "other-domain-then-good": lambda sub: token("far-" + sub, iss="other.test") + "\n" + token(sub) + "\n",
}
# Where certok differs, and why.
EXPLAINED = {
    **dict.fromkeys(("exp-fraction", "exp-exponent", "iat-fraction", "iat-exponent"),
                    "an exp or iat that is not written as an integer is a warning: HTCondor 25 takes it, 23 does not"),
    "unknown-kid": "a token whose key is not on this machine is not refused: another may have the key",
    "enqueued-above": "the message of condor_token_request above a token is an error: other readers take it for the token",
}
NAMES = ["a", "B", "c.token", "z", "10", "2", "_x", "tool_AUTO_generated_token", ".hidden", "t~", "t.bak", "t.rpmsave",
         "t.dpkg-new", "#t#", "t.swp"]
MODES = [0o600] * 8 + [0o400, 0o644, 0o640, 0o700, 0o000]


def chown_copy():
    for path in [WORK + "/copy", *(f"{WORK}/copy/{name}" for name in KEYS if name != "elsewhere")]:
        os.chown(path, USER, USER)


def layout(number):
    dice = random.Random(number)
    entries = {}
    if number < len(TOKENS):
        return {"a": (list(TOKENS)[number], 0o600, "s0@pool.test")}
    for at in range(dice.randint(1, 4)):
        kind = dice.choice(list(TOKENS)) if dice.random() < 0.7 else "good"
        name = dice.choice(NAMES)
        entries[name] = (kind, dice.choice(MODES), f"s{at}@pool.test")
    return entries


def main():
    chown_copy()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    log = open(WORK + "/collector.log", "w")
    collector = subprocess.Popen(["chroot", ROOT, "condor_collector", "-f", "-t", "-p", str(PORT)], env=ENV,
                                 stdout=log, stderr=log)
    for _ in range(100):
        time.sleep(0.2)
        if f":{PORT}" in open(WORK + "/collector.log").read():
            break
    else:
        sys.exit("the collector does not start:\n" + open(WORK + "/collector.log").read())
    time.sleep(1)
    print(as_user("condor_version").stdout.splitlines()[0])
    try:
        counts = compare()
    finally:
        collector.send_signal(signal.SIGTERM)
    print(", ".join(f"{counts[word]} {word}" for word in counts))
    sys.exit(1 if counts["DIFFERENT"] else 0)


def compare():
    counts = {"same": 0, "explained": 0, "undecided": 0, "DIFFERENT": 0}
    for number in range(COUNT):
        entries = layout(number)
        shutil.rmtree(WORK + "/tokens.d", ignore_errors=True)
        os.mkdir(WORK + "/tokens.d", 0o700)
        os.chown(WORK + "/tokens.d", USER, USER)
        for name, (kind, mode, sub) in entries.items():
            path = f"{WORK}/tokens.d/{name}"
            with open(path, "w", newline="") as file:
                file.write(TOKENS[kind](sub))
            os.chmod(path, mode)
            os.chown(path, USER, USER)
        done = as_user("timeout", "15", "condor_ping", "-pool", f"127.0.0.1:{PORT}", "-type", "COLLECTOR", "-verbose", "READ")
        mapped = re.search(r"Remote Mapping:\s*(\S+)", done.stdout)
        theirs = mapped.group(1) if mapped else None
        run = as_user(INSIDE + "/certok", "idtoken-verify", "--json", _CONDOR_SEC_PASSWORD_DIRECTORY=INSIDE + "/copy",
                      _CONDOR_SEC_TOKEN_POOL_SIGNING_KEY_FILE=INSIDE + "/copy/POOL")
        answer = json.loads(run.stdout)
        code = answer["result"]["exit_code"]
        # A token whose key is not on this machine may be good on another, and is not good here.
        sent = {item["identity"] for item in answer["items"] if item["kind"] == "idtoken" and item.get("sent")}
        word = "same" if (code == 0) == (theirs is not None) and (theirs is None or theirs in sent) else "DIFFERENT"
        kinds = [kind for kind, _, _ in entries.values()]
        word = "undecided" if code == 5 else word
        why = next((why for kind, why in EXPLAINED.items() if kind in kinds), None) if word == "DIFFERENT" else None
        word = "explained" if why else word
        counts[word] += 1
        if word == "DIFFERENT" or os.environ.get("VERBOSE"):
            shown = " ".join(f"{name}={kind}:{mode:o}({sub.split('@')[0]})"
                             for name, (kind, mode, sub) in sorted(entries.items()))
            print(f"{word} {number}: {shown}: HTCondor {theirs}, certok {code} {sorted(sent)}: "
                  f"{answer['result']['message'][:150]}")
            if os.environ.get("VERBOSE"):
                print("   ", done.stdout[-400:].replace("\n", " | "), done.stderr[-300:].replace("\n", " | "))
    for why in dict.fromkeys(EXPLAINED.values()):
        print("explained:", why)
    return counts


main()
