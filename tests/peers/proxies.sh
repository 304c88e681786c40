#!/bin/sh
# Makes proxies with the tools that make them, and compares what those tools and certok say.
#
#     tests/peers/proxies.sh [CERTOK]             CERTOK defaults to target/debug/certok
#
# Needs openssl, python3, and of Debian: globus-proxy-utils, voms-clients, nordugrid-arc-client,
# xrootd-client. The user certificate and the CAs are those of testdata/, so it must run in 2026
# (or under faketime). All happens in a temporary directory, without any other variables.
#
# Who verifies chains is asked for a verdict: `openssl verify -allow_proxy_certs`, and Globus by
# `grid-proxy-init -verify` from the proxy. certok must accept what both accept; where it accepts
# or refuses what one of them does not, its findings must name that one (`refused_by`). Types,
# identities, path lengths and life times must be those of the tools that show them.
# Prints a table; exits 1 if a line is `DIFFERENT`.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
data=$here/../../testdata
certok=${1:-$here/../../target/debug/certok}
certok=$(cd "$(dirname "$certok")" && pwd)/${certok##*/}
for tool in openssl python3 grid-proxy-init voms-proxy-fake voms-proxy-info arcproxy xrdgsiproxy; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
done
if ! openssl x509 -checkend 86400 -noout -in "$data/cert/healthy.pem" >/dev/null; then
    echo "the test user certificate has expired: run this under faketime, in 2026" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
umask 077
cd "$work"
mkdir -p home/.globus home/.arc
cp "$data/cert/healthy.pem" home/.globus/usercert.pem
cp "$data/key/rsa-pkcs1.pem" home/.globus/userkey.pem
cp -R "$data/ca/certificates" cas
chmod 644 home/.globus/usercert.pem
chmod 400 home/.globus/userkey.pem
user=$work/home/.globus/usercert.pem
key=$work/home/.globus/userkey.pem
# Globus takes the home from /etc/passwd: the variables say where all is.
with="env -i PATH=$PATH HOME=$work/home X509_CERT_DIR=$work/cas X509_USER_CERT=$user"
with="$with X509_USER_KEY=$key X509_USER_PROXY=$work/none"

# --- proxies -------------------------------------------------------------------------------------

# made NAME COMMAND…: the file NAME, or a line that it cannot be made
made() {
    name=$1
    shift
    if ! $with "$@" >"$name.log" 2>&1 </dev/null || [ ! -s "$name" ]; then
        echo "not made: $name ($*)" >&2
        rm -f "$name"
        return 0
    fi
    chmod 600 "$name"
}
# grid NAME [options]; from NAME OTHER [options]: of the user certificate, of another proxy
grid() { name=$1; shift; made "$name" grid-proxy-init -q -out "$name" "$@"; }
from() {
    name=$1 other=$2
    shift 2
    made "$name" grid-proxy-init -q -out "$name" -cert "$other" -key "$other" "$@"
}
fake() { # voms-proxy-fake makes no proxy without attributes: a server of its own signs them
    name=$1
    shift
    made "$name" voms-proxy-fake -quiet -out "$name" -cert "$user" -key "$key" -certdir "$work/cas" \
        -hostcert "$user" -hostkey "$key" -voms test -fqan /test -uri voms.certok.test:15000 \
        -newformat "$@"
}
grid globus-rfc -rfc
grid globus-rfc-limited -rfc -limited
grid globus-rfc-independent -rfc -independent
grid globus-rfc-1024 -rfc -bits 1024
grid globus-rfc-length-3 -rfc -path-length 3
printf 'read /data\n' > policy
grid globus-rfc-restricted -rfc -policy "$work/policy" -pl 1.3.6.1.4.1.55555.1
grid globus-draft -draft
grid globus-draft-limited -draft -limited
grid globus-draft-independent -draft -independent
grid globus-legacy -old
grid globus-legacy-limited -old -limited
from globus-rfc-twice globus-rfc -rfc
from globus-rfc-thrice globus-rfc-twice -rfc
from globus-limited-below-rfc globus-rfc -rfc -limited
from globus-below-limited globus-rfc-limited -rfc
from globus-below-independent globus-rfc-independent -rfc
from globus-draft-twice globus-draft -draft
from globus-legacy-twice globus-legacy -old
fake voms-rfc -rfc
fake voms-rfc-limited -rfc -limited
fake voms-rfc-length-0 -rfc -path-length 0
fake voms-draft -proxyver 3
fake voms-legacy -proxyver 2
fake voms-expired -rfc -hours 1 -pastproxy 3:00
from globus-below-length-0 voms-rfc-length-0 -rfc
made arc arcproxy -P "$work/arc" -C "$user" -K "$key"
made arc-sha1 arcproxy -P "$work/arc-sha1" -C "$user" -K "$key" -c signingAlgorithm=sha1
made arc-policy arcproxy -P "$work/arc-policy" -C "$user" -K "$key" -c "proxyPolicy=read"
made xrd-length-0 xrdgsiproxy init -out xrd-length-0 -cert "$user" -key "$key" -certdir cas
made xrd-length-2 xrdgsiproxy init -out xrd-length-2 -path-length 2 -cert "$user" -key "$key" -certdir cas
# Broken by hand.
if [ -s globus-rfc ]; then
    blocks() { awk -v want="$2" '/-----BEGIN/{n++} index(want, n){print}' "$1"; }
    blocks globus-rfc 12 > no-user-certificate
    blocks globus-rfc 13 > no-key
    blocks globus-rfc 312 > key-as-made
    { blocks globus-rfc 1; blocks globus-rfc 3; blocks globus-rfc 2; } > key-last
    { blocks globus-rfc 2; blocks globus-rfc 1; blocks globus-rfc 3; } > key-first
    { blocks globus-rfc 3; blocks globus-rfc 2; blocks globus-rfc 1; } > user-certificate-first
    { blocks globus-rfc 1; blocks globus-rfc-1024 2; blocks globus-rfc 3; } > key-of-another
    cp globus-rfc readable
    chmod 644 readable
    cat "$user" "$key" > user-certificate
    chmod 600 user-certificate
    rm key-as-made
fi

# --- what each says ------------------------------------------------------------------------------

code() { "$@" >/dev/null 2>&1 </dev/null && echo 0 || echo $?; }
for name in $(ls | grep -v -e '\.log$' -e '^home$' -e '^cas$' -e '^policy$' -e '^table$'); do
    $with grid-proxy-info -file "$name" -type -identity > "$name.globus" 2>/dev/null || true
    left=$($with grid-proxy-info -file "$name" -timeleft 2>/dev/null || echo none)
    exists=$(code $with grid-proxy-info -file "$name" -exists)
    voms=$(code $with voms-proxy-info -file "$name" -exists)
    arc=$(code $with arcproxy -P "$work/$name" -I)
    xrd=$($with xrdgsiproxy info -f "$name" 2>/dev/null | sed -n 's/^path length *: //p')
    ssl=$(code openssl verify -allow_proxy_certs -purpose sslclient -CApath cas -untrusted "$name" "$name")
    gsi=$(code $with grid-proxy-init -q -verify -valid 0:05 -cert "$name" -key "$name" -out "$name.log")
    $with "$certok" proxy-info --json "$name" > "$name.info" 2>/dev/null || true
    $with "$certok" proxy-verify --json --policy if-present "$name" > "$name.verify" 2>/dev/null || true
    echo "$name|$left|$exists|$voms|$arc|$xrd|$ssl|$gsi"
done > table
python3 - <<'EOF'
import json, sys

KNOWN = {
    # What is judged otherwise on purpose, and why.
    ("globus-exists", "no-user-certificate"): "grid-proxy-info asks for no chain",
    ("globus-exists", "user-certificate"): "grid-proxy-info takes an end entity, and says so",
    ("globus-exists", "user-certificate-first"): "Globus looks for the certificate of the key",
    ("globus-exists", "readable"): "certok proxy-info warns of modes; proxy-verify exits 16",
    ("globus-exists", "key-of-another"): "grid-proxy-info does not compare key and certificate",
    ("globus", "user-certificate-first"): "Globus looks for the certificate of the key",
    ("globus", "voms-rfc-length-0"): "Globus makes a proxy to verify one, which path length 0 forbids",
    ("globus", "globus-rfc-restricted"): "Globus looks at no critical extension behind the first it "
    "knows: the policy comes last here",
    ("identity", "arc-policy"): "to Globus a restricted proxy has an identity of its own, to VOMS "
    "and ARC it has its user's",
    ("identity", "globus-rfc-restricted"): "the same",
}

def read(name, kind):
    with open(f"{name}.{kind}") as file:
        return json.load(file)

def refused_by(report, who):
    """Whether certok says that `who` refuses it; an error that names nobody is everybody's."""
    for finding in report["findings"]:
        names = [name for name in finding["refused_by"] if "level 2" not in name]
        if any(name.startswith(who) for name in names):
            return True
        if finding["severity"] == "error" and not names:
            return True
    return False

different = 0
print(f"{'proxy':27}{'certok':>7} {'openssl':8}{'globus':7}{'exists':7}{'voms':5}{'arc':4} type, findings")
for line in open("table"):
    name, left, exists, voms, arc, xrd, ssl, gsi = line.rstrip("\n").split("|")
    info, verify = read(name, "info"), read(name, "verify")
    item = next((item for item in info["items"] if item["kind"] == "proxy"), {})
    ids = [finding["id"] for finding in verify["findings"] if finding["severity"] != "info"]
    odd = []
    lines = open(f"{name}.globus").read().splitlines()
    if len(lines) == 2 and name != "user-certificate-first":
        kind, identity = lines
        if kind != item.get("type"):
            odd.append(f"type: {kind}")
        own = ("identity", name) not in KNOWN
        if own and identity != (item.get("identity") or {}).get("slash"):
            odd.append(f"identity: {identity}")
        mine = item.get("seconds_left")
        if left != "none" and mine is not None and abs(max(int(left), -1) - max(mine, -1)) > 120:
            odd.append(f"left: {left}, not {mine}")
    if xrd not in ("", "-1") and item.get("path_length_left") is not None:
        if int(xrd) != item["path_length_left"] and len(item["chain"]) == 2:
            odd.append(f"path length: {xrd}")
    # Some tools look at the file; openssl at its certificates, the first one as the leaf.
    of_file = {"no-key", "key-of-another", "readable", "user-certificate", "user-certificate-first"}
    if name not in of_file and (ssl != "0") != refused_by(verify, "OpenSSL"):
        odd.append(f"openssl verify: {ssl}")
    if ("globus", name) not in KNOWN and name != "user-certificate":
        if (gsi != "0") != refused_by(verify, "Globus"):
            odd.append(f"grid-proxy-init -verify: {gsi}")
    code = info["result"]["exit_code"]
    if (exists == "0") != (code == 0) and ("globus-exists", name) not in KNOWN:
        odd.append(f"grid-proxy-info -exists: {exists}, proxy-info {code}")
    words = ", ".join([item.get("type", "?"), *ids])
    print(f"{name:27}{verify['result']['exit_code']:7} {ssl:8}{gsi:7}{exists:7}{voms:5}{arc:4} {words}")
    for text in odd:
        print(f"{'':27}DIFFERENT {text}")
    different += len(odd)
for (what, name), why in KNOWN.items():
    print(f"on purpose: {name} ({what}): {why}")
sys.exit(1 if different else 0)
EOF
