#!/usr/bin/env python3
"""Bearer tokens before scitokens-cpp and scitokens for Python, and what certok says of both.

    tests/peers/bearer_tokens.py [CERTOK] [CHROOT]

Needs the command scitokens-list-access (Debian: scitokens-cpp) and a python with the packages scitokens
and cryptography, which runs this. With CHROOT, the scitokens-cpp of a second Debian there is asked too.
CERTOK defaults to target/debug/certok. Nothing is fetched: the keys are put into scitokens-cpp's cache,
and python is given them.

Each token is signed here. What certok says: `who bearer` for the library, and `bearer-verify` with the
keys, the issuer and the audience. A token that a library takes and certok calls refused by it, or the
other way round, is `DIFFERENT`; where certok does not say, `unknown`. Exits 1 if one is different and
does not stand in EXPLAINED.
"""
import base64, json, os, re, sqlite3, subprocess, sys, tempfile, time

import scitokens
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

HERE = os.path.dirname(os.path.abspath(__file__))
CERTOK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else HERE + "/../../target/debug/certok")
ROOT = sys.argv[2] if len(sys.argv) > 2 else None
ISSUER, AUDIENCE, NOW = "https://issuer.certok.test", "https://service.certok.test", int(time.time())

# Token and library, and why certok says otherwise.
RANGE = "a time beyond the year 9999, of which certok does not take account"
EXPLAINED = {
    **{(name, peer): RANGE
       for name in ("iat 2^40", "iat 2^62", "nbf 2^40", "nbf 2^62", "exp 2^40", "exp 2^62", "exp milliseconds",
                    "iat milliseconds", "nbf milliseconds")
       for peer in ("scitokens-cpp", "scitokens-cpp in CHROOT", "python")},
    **{("refresh", peer): "a refresh token is for its issuer alone, whoever would take it"
       for peer in ("scitokens-cpp", "scitokens-cpp in CHROOT", "python")},
    **{("id token", peer): "an ID token permits nothing"
       for peer in ("scitokens-cpp", "scitokens-cpp in CHROOT", "python")},
    **{("kid twice", peer): "it takes the first key of a name, which is right here; others take the last"
       for peer in ("scitokens-cpp", "scitokens-cpp in CHROOT", "python")},
    ("crit b64", "python"): "PyJWT 2.15 knows b64; where it is true it changes nothing",
    ("kid twice, second", "python"): "this script gives it the first key",
    ("key with another alg", "python"): "this script gives it the key alone, without its alg",
    ("scitoken scope 'read:/../a'", "scitokens-cpp"): "0.7.3 ends without a word; 1.1.3 takes it",
}

EC, RSA, OTHER = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048), \
    ec.generate_private_key(ec.SECP256R1())


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size):
    return b64(value.to_bytes(size, "big"))


def jwk(key, kid, **more):
    public = key.public_key().public_numbers()
    if isinstance(key, rsa.RSAPrivateKey):
        own = {"kty": "RSA", "alg": "RS256", "n": number(public.n, 256), "e": "AQAB"}
    else:
        own = {"kty": "EC", "alg": "ES256", "crv": "P-256", "x": number(public.x, 32),
               "y": number(public.y, 32)}
    return {**own, "kid": kid, "use": "sig", **more}


def sign(key, message):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def token(payload, header=None, key=EC, text=None):
    head = {"typ": "JWT", "alg": "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256",
            "kid": "ec", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    body = text if text is not None else json.dumps(payload)
    message = f"{b64(json.dumps(head).encode())}.{b64(body.encode())}"
    return f"{message}.{b64(sign(key, message.encode()))}"


WLCG = {"wlcg.ver": "1.0", "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "jti": "1", "iat": NOW - 60,
        "nbf": NOW - 60, "exp": NOW + 3600, "scope": "storage.read:/"}
SCI = {"ver": "scitoken:2.0", "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "jti": "1",
       "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3600, "scope": "read:/"}


def wlcg(**changes):
    return {name: value for name, value in {**WLCG, **changes}.items() if value is not None}


def sci(**changes):
    return {name: value for name, value in {**SCI, **changes}.items() if value is not None}


def tokens():
    yield "wlcg", token(WLCG)
    yield "scitoken", token(SCI)
    yield "rsa", token(WLCG, {"kid": "rsa"}, RSA)
    for value in ("1.1", "1.3", "2.0", "0.1", "1", "1.0.0", "", " 1.0", 1, 1.0, True, []):
        yield f"wlcg.ver {value!r}", token({**WLCG, "wlcg.ver": value})
    for value in ("scitoken:1.0", "scitoken:2.1", "scitoken:3.0", "scitokens:2.0", "2.0", "", 2, "SciToken:2.0"):
        yield f"ver {value!r}", token({**SCI, "ver": value})
    yield "wlcg without ver", token(wlcg(**{"wlcg.ver": None}))
    yield "scitoken without ver", token(sci(ver=None))
    yield "scitoken without ver, aud", token(sci(ver=None, aud=None))
    yield "both vers", token({**WLCG, "ver": "scitoken:2.0"})
    for name in ("iss", "sub", "aud", "jti", "iat", "nbf", "exp", "scope"):
        yield f"wlcg without {name}", token(wlcg(**{name: None}))
        yield f"scitoken without {name}", token(sci(**{name: None}))
    for name in ("iat", "nbf", "exp"):
        good = WLCG[name]
        for word, value in (("fraction", good + 0.5), ("whole float", float(good)), ("text", str(good)),
                            ("null", None), ("zero", 0), ("negative", -1), ("true", True),
                            ("list", [good]), ("2^40", 2 ** 40), ("2^62", 2 ** 62), ("2^64", 2 ** 64),
                            ("milliseconds", good * 1000)):
            yield f"{name} {word}", token({**WLCG, name: value})
        yield f"{name} exponent", token(None, text=json.dumps(WLCG).replace(str(good), f"{good}e0", 1))
    for seconds in (10, 30, 55, 70, 600):
        yield f"iat ahead {seconds}", token(wlcg(iat=int(time.time()) + seconds))
        yield f"nbf ahead {seconds}", token(wlcg(nbf=int(time.time()) + seconds))
    for seconds in (2, 30, 70, 600):
        yield f"exp past {seconds}", token(wlcg(exp=NOW - seconds))
    for word, value in (("list", [AUDIENCE]), ("list of two", ["x", AUDIENCE]), ("other", "x"),
                        ("any wlcg", "https://wlcg.cern.ch/jwt/v1/any"), ("ANY", "ANY"), ("empty", ""),
                        ("empty list", []), ("two in one", f"{AUDIENCE} x"), ("blank", f" {AUDIENCE}"),
                        ("list as text", json.dumps([AUDIENCE])), ("comma", f"{AUDIENCE},x"),
                        ("slash", AUDIENCE + "/"), ("case", AUDIENCE.upper()), ("number", 5),
                        ("list of numbers", [5]), ("object", {"a": 1})):
        yield f"aud {word}", token(wlcg(aud=value))
        yield f"scitoken aud {word}", token(sci(aud=value))
    for word, value in (("slash", ISSUER + "/"), ("case", ISSUER.replace("issuer", "ISSUER")),
                        ("port", ISSUER + ":443"), ("empty", ""), ("number", 5), ("blank", ISSUER + " "),
                        ("http", ISSUER.replace("https", "http"))):
        yield f"iss {word}", token(wlcg(iss=value))
    for word, value in (("number", 5), ("empty", ""), ("list", ["alice"])):
        yield f"sub {word}", token(wlcg(sub=value))
        yield f"jti {word}", token(wlcg(jti=value))
    for scope in ("", " ", "storage.read", "storage.read:", "storage.read:x", "storage.read:/a/../b",
                  "storage.read:/a%20b", "storage.read:/a//b", "storage.create:/", "storage.modify:/",
                  "storage.stage:/", "storage.poll:/", "storage.write:/", "read:/", "openid",
                  "compute.create", "compute.create:/", "condor:/READ", "  storage.read:/  ",
                  "storage.read:/\tcompute.read", "storage.read:/,compute.read", "STORAGE.READ:/",
                  "storage.read:/ storage.read:/", 5, ["storage.read:/"], None):
        yield f"scope {scope!r}", token({**WLCG, "scope": scope})
    for scope in ("read", "read:", "write", "read:x", "read:/../a", "read:/a read:/b", "queue", "execute",
                  "storage.read:/", "write:/", "condor:/READ", "", ["read:/"]):
        yield f"scitoken scope {scope!r}", token({**SCI, "scope": scope})
    yield "scp", token(sci(scope=None, scp="read:/"))
    yield "scp list", token(sci(scope=None, scp=["read:/"]))
    yield "groups alone", token(wlcg(scope=None, **{"wlcg.groups": ["/a"]}))
    yield "groups and scope", token({**WLCG, "wlcg.groups": ["/a"]})
    yield "groups text", token(wlcg(scope=None, **{"wlcg.groups": "/a"}))
    yield "groups without slash", token(wlcg(scope=None, **{"wlcg.groups": ["a"]}))
    yield "groups numbers", token(wlcg(scope=None, **{"wlcg.groups": [5]}))
    yield "no kid", token(WLCG, {"kid": None})
    yield "other kid", token(WLCG, {"kid": "x"})
    yield "kid number", token(WLCG, {"kid": 5})
    yield "kid empty", token(WLCG, {"kid": ""})
    yield "other key", token(WLCG, key=OTHER)
    yield "crit unknown", token(WLCG, {"crit": ["x"], "x": 1})
    yield "crit exp", token(WLCG, {"crit": ["exp"], "exp": NOW})
    yield "crit empty", token(WLCG, {"crit": []})
    yield "crit text", token(WLCG, {"crit": "x"})
    yield "crit null", token(WLCG, {"crit": None})
    yield "crit b64", token(WLCG, {"crit": ["b64"], "b64": True})
    yield "b64 true", token(WLCG, {"b64": True})
    yield "b64 false", token(WLCG, {"b64": False})
    for alg in ("none", "HS256", "ES384", "es256", "RS256", "PS256", "EdDSA", "", None, 5):
        yield f"alg {alg!r}", token(WLCG, {"alg": alg})
    yield "alg of ec, key of rsa", token(WLCG, {"alg": "ES256", "kid": "rsa"}, RSA)
    for typ in ("at+jwt", "JWT", "jwt", "application/at+jwt", "wlcg", None, 5):
        yield f"typ {typ!r}", token(WLCG, {"typ": typ})
    yield "kid twice", token(WLCG, {"kid": "twice"})
    yield "kid twice, second", token(WLCG, {"kid": "twice"}, OTHER)
    yield "key for enc", token(WLCG, {"kid": "enc"})
    yield "key without alg", token(WLCG, {"kid": "bare"})
    yield "key with another alg", token(WLCG, {"kid": "es384"})
    good = token(WLCG)
    head, body, signature = good.split(".")
    yield "no signature", f"{head}.{body}."
    yield "signature cut", f"{head}.{body}.{signature[:-2]}"
    yield "padded", f"{head}.{body}==.{signature}"
    yield "four parts", good + ".x"
    yield "two parts", f"{head}.{body}"
    yield "quoted", f'"{good}"'
    yield "payload array", token(None, text="[]")
    yield "payload twice", token(None, text=json.dumps(WLCG)[:-1] + f', "exp": {NOW - 100}}}')
    yield "payload trailing", token(None, text=json.dumps(WLCG) + "x")
    yield "payload blank", token(None, text=" " + json.dumps(WLCG) + " \n")
    yield "payload bom", token(None, text="\ufeff" + json.dumps(WLCG))
    yield "long", token({**WLCG, "pad": "x" * 5000})
    yield "nested", token({**WLCG, "a": {"b": [1, {"c": None}]}})
    yield "unicode", token({**WLCG, "sub": "Zoë \u202e"})
    yield "refresh", token({**WLCG, "typ": "Refresh"})
    yield "id token", token({**WLCG, "nonce": "n", "at_hash": "h"})


KEYS = {"keys": [jwk(EC, "ec"), jwk(RSA, "rsa"), jwk(EC, "twice"), jwk(OTHER, "twice"),
                 jwk(EC, "enc", use="enc"), {k: v for k, v in jwk(EC, "bare").items() if k != "alg"},
                 jwk(EC, "es384", alg="ES384")]}


def cache(directory):
    os.makedirs(directory + "/scitokens", exist_ok=True)
    with sqlite3.connect(directory + "/scitokens/scitokens_cpp.sqllite") as db:
        db.execute("CREATE TABLE IF NOT EXISTS keycache "
                   "(issuer text UNIQUE PRIMARY KEY NOT NULL, keys text NOT NULL)")
        keys = json.dumps({"expires": NOW + 86400, "next_update": NOW + 80000, "jwks": KEYS})
        db.execute("INSERT OR REPLACE INTO keycache VALUES (?, ?)", (ISSUER, keys))


def cpp(text, chroot, directory):
    command = ["scitokens-list-access", text, ISSUER, AUDIENCE]
    if chroot:
        command = ["chroot", chroot] + command
    env = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": "/nonexistent", "XDG_CACHE_HOME": directory}
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", timeout=60)
    said = (done.stdout + done.stderr).strip().split("\n")[-1][:100]
    return done.returncode == 0, said


def version(chroot):
    command = ["dpkg-query", "-W", "-f", "${Version}", "scitokens-cpp"]
    done = subprocess.run((["chroot", chroot] if chroot else []) + command, capture_output=True, text=True)
    return tuple(map(int, re.match(r"[0-9.]+", done.stdout)[0].split(".")))


def python(text):
    """The reading of a token; its Enforcer refuses all of WLCG: it has no validator for wlcg.ver."""
    try:
        head = json.loads(base64.urlsafe_b64decode(text.strip().split(".")[0] + "=="))
        found = [one for one in KEYS["keys"] if one["kid"] == head.get("kid")]
        private = {"ec": EC, "rsa": RSA, "twice": EC, "enc": EC, "bare": EC, "es384": EC}
        key = private[found[0]["kid"]] if found else EC
        pem = key.public_key().public_bytes(serialization.Encoding.PEM,
                                            serialization.PublicFormat.SubjectPublicKeyInfo)
        scitokens.SciToken.deserialize(text, audience=AUDIENCE, public_key=pem, insecure=True)
        return True, ""
    except Exception as why:  # Whatever it throws, the token was not taken.
        return False, f"{type(why).__name__}: {why}"[:100]


def run(*arguments):
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run([CERTOK, "--json", *arguments], env=env, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"{arguments}: {done.returncode} {done.stdout[:300]} {done.stderr[:300]}")


def applies(named, tool, version):
    """Whether a consumer in `refused_by` is the library in this version."""
    word = "PyJWT" if tool == "scitokens-python" else "scitokens-cpp"
    bound = re.search(r"(before|from) ([0-9.]+)", named)
    if word not in named or not bound:
        return word in named
    is_before = version < tuple(map(int, bound[2].split(".")))
    return is_before == (bound[1] == "before")


def ours(path, keys, tool, version):
    """Whether certok says that the library takes it; None if it does not know."""
    # Its reading looks at the signature and the times alone: only what is said of it counts.
    is_python = tool == "scitokens-python"
    verify = run("bearer-verify", "--jwks", keys, "--issuer", ISSUER, "--audience", AUDIENCE, path)
    who = run("who", "bearer", path)
    lines = {line["tool"]: line for line in who.get("acceptance", [])}
    accepts = lines[tool]["accepts"] if tool in lines else False
    ids = []
    for finding in verify["findings"]:
        named = finding["refused_by"]
        is_meant = not named and (not is_python or "signature" in finding["message"]) or any(applies(one, tool, version) for one in named)
        if is_meant and (named or finding["severity"] == "error"):
            ids.append(finding["id"])
    if is_python and not ids:
        because = lines.get(tool, {}).get("because", [])
        signed = [one for one in because if one in ("bearer-algorithm", "bearer-expired", "bearer-not-yet-valid")]
        if not signed and any(finding["severity"] == "error" for finding in verify["findings"]):
            return "stricter", f"{verify['result']['exit_code']} {because}"
        return not signed, f"{verify['result']['exit_code']} {because}"
    if ids or accepts is False:
        because = lines.get(tool, {}).get("because", [])
        return (None if verify["result"]["exit_code"] == 5 and accepts is not False else False), \
            f"{verify['result']['exit_code']} {sorted(set(ids + because))}"
    return accepts, str(verify["result"]["exit_code"])


def main():
    counts = {}
    with tempfile.TemporaryDirectory() as work:
        cache(work)
        inside = ROOT and tempfile.mkdtemp(dir=ROOT + "/tmp")
        if inside:
            cache(inside)
        keys, path = work + "/keys.jwks", work + "/token"
        with open(keys, "w") as out:
            json.dump(KEYS, out)
        for name, text in tokens():
            with open(path, "w") as out:
                out.write(text)
            os.chmod(path, 0o600)
            peers = [("scitokens-cpp", "scitokens-cpp-1.3", version(None), cpp(text, None, work)),
                     ("python", "scitokens-python", (2,), python(text))]
            if inside:
                peers.append(("scitokens-cpp in CHROOT", "scitokens-cpp-1.3", version(ROOT),
                              cpp(text, ROOT, inside[len(ROOT):])))
            for peer, tool, own, (takes, said) in peers:
                got, why = ours(path, keys, tool, own)
                verdict = "same" if got == takes else "unknown" if got is None else "DIFFERENT"
                if got == "stricter":
                    # Whoever keeps to the RFCs refuses it; whether python does is no matter.
                    verdict = "stricter" if takes else "same"
                if verdict == "DIFFERENT" and (name, peer) in EXPLAINED:
                    verdict = "explained"
                counts[peer, verdict] = counts.get((peer, verdict), 0) + 1
                if verdict != "same" or os.environ.get("VERBOSE"):
                    print(f"{verdict:9} {peer}: {name}: {'takes it' if takes else 'refuses'} ({said}); "
                          f"certok: {got} {why} {EXPLAINED.get((name, peer), '')}")
    for (peer, verdict), count in sorted(counts.items()):
        print(f"{peer}: {count} {verdict}")
    sys.exit(any(verdict == "DIFFERENT" for _, verdict in counts))


main()
