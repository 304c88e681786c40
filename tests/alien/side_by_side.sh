#!/bin/sh
# Runs alien.py and certok on the same credentials and compares lines and exit codes.
#
#     tests/alien/side_by_side.sh [CERTOK]        CERTOK defaults to target/debug/certok
#
# Needs openssl and python3; alienpy comes from PyPI into a virtual environment in a temporary
# directory (VENV=DIR to use one that is there). All else happens in the temporary directory too,
# in an environment without any other variables. Prints a table; exits 1 if a line is `DIFFERENT`.
# Deliberate differences, where alien.py hides the cause, are `cause named`: same exit code, and
# certok's message in place of alien.py's; `deliberate` where certok does better on purpose.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
certok=${1:-$here/../../target/debug/certok}
certok=$(cd "$(dirname "$certok")" && pwd)/${certok##*/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
uid=$(id -u)
umask 077

venv=${VENV:-$work/venv}
if [ ! -x "$venv/bin/alien.py" ]; then
    echo "installing alienpy" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet alienpy
fi
mkdir "$work/links"
for name in alien-cert-info alien-token-info alien-token-destroy; do
    ln -s "$certok" "$work/links/$name"
done

# --- credentials ---------------------------------------------------------------------------------

# new NAME SUBJECT: a key and a request
new() {
    openssl req -newkey rsa:2048 -nodes -keyout "$work/pki/$1.key" -out "$work/pki/$1.csr" \
        -subj "$2" 2>/dev/null
}
# sign NAME CA EXTENSIONS [x509 options]
sign() {
    name=$1 ca=$2 extensions=$3
    shift 3
    openssl x509 -req -in "$work/pki/$name.csr" -CA "$work/pki/$ca.pem" -CAkey "$work/pki/$ca.key" \
        -CAcreateserial -extfile "$work/pki/$extensions" -out "$work/pki/$name.pem" "$@" 2>/dev/null
}

mkdir "$work/pki"
printf '%s\n' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign' \
    'subjectKeyIdentifier=hash' > "$work/pki/ca.ext"
printf '%s\n' 'basicConstraints=critical,CA:FALSE' \
    'keyUsage=critical,digitalSignature,keyEncipherment' \
    'extendedKeyUsage=clientAuth,serverAuth' > "$work/pki/user.ext"
for ca in root other; do
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/pki/$ca.key" -out "$work/pki/$ca.pem" \
        -days 3650 -subj "/C=ch/O=AliEn2/CN=AliEn $ca" 2>/dev/null
done
new user '/DC=org/DC=certok/OU=Users/CN=Test User'
sign user root user.ext -days 300
new token /C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice
sign token root user.ext -days 2
cp "$work/pki/user.csr" "$work/pki/stranger.csr"
cp "$work/pki/user.key" "$work/pki/stranger.key"
sign stranger other user.ext -days 300
# dated NAME NEW START END: NAME's certificate with other dates; only `openssl ca` takes dates
mkdir "$work/pki/ca"
: > "$work/pki/ca/index.txt"
dated() {
    echo "[ca]
default_ca=d
[d]
database=$work/pki/ca/index.txt
new_certs_dir=$work/pki/ca
serial=$work/pki/ca/serial
default_md=sha256
policy=p
unique_subject=no
[p]
C=optional
DC=optional
O=optional
OU=optional
CN=optional" > "$work/pki/ca/conf"
    openssl ca -batch -config "$work/pki/ca/conf" -preserveDN -notext -rand_serial \
        -cert "$work/pki/root.pem" -keyfile "$work/pki/root.key" -extfile "$work/pki/user.ext" \
        -in "$work/pki/$1.csr" -out "$work/pki/$2.pem" -startdate "$3" -enddate "$4" \
        >/dev/null 2>&1
    cp "$work/pki/$1.key" "$work/pki/$2.key"
}
utc() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
dated user expired "$(utc '-9 days')" "$(utc '-1 day')"
dated token expiredtoken "$(utc '-3 days')" "$(utc '-1 day')"
dated user eight "$(utc '-1 day')" "$(utc '+8 minutes')"
dated user notyet "$(utc '+1 day')" "$(utc '+9 days')"
openssl ecparam -name prime256v1 -genkey -noout -out "$work/pki/ec.key"
openssl req -new -key "$work/pki/ec.key" -out "$work/pki/ec.csr" \
    -subj '/DC=org/DC=certok/OU=Users/CN=Test User' 2>/dev/null
sign ec root user.ext -days 300
mkdir "$work/cas"
cp "$work/pki/root.pem" "$work/cas/"
openssl rehash "$work/cas" >/dev/null

# --- one comparison ------------------------------------------------------------------------------

# home NAME CERT KEY TOKEN TOKENKEY: a home with these in their places; - leaves one out
home() {
    rm -rf "$work/home"
    mkdir -p "$work/home/.globus" "$work/home/tmp"
    put "$2" "$work/home/.globus/usercert.pem"
    put "$3" "$work/home/.globus/userkey.pem"
    put "$4" "$work/home/tmp/tokencert_$uid.pem"
    put "$5" "$work/home/tmp/tokenkey_$uid.pem"
    situation=$1
    variables=
}
put() { if [ "$1" != - ]; then cp "$work/pki/$1" "$2" && chmod 0400 "$2"; fi; }

in_home() {
    # shellcheck disable=SC2086 # variables are NAME=VALUE words
    env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$work/home" TMPDIR="$work/home/tmp" \
        X509_CERT_DIR="$work/cas" $variables "$@" </dev/null
}

differences=0
# compare COMMAND ALIEN-WORDS -- CERTOK-WORDS
compare() {
    command=$1
    shift
    rm -rf "$work/kept"
    cp -a "$work/home" "$work/kept"
    ours= theirs=
    while [ "$1" != -- ]; do theirs="$theirs $1"; shift; done
    shift
    a=0
    # shellcheck disable=SC2086
    in_home $theirs >"$work/a.out" 2>"$work/a.err" || a=$?
    rm -rf "$work/home"
    cp -a "$work/kept" "$work/home"
    c=0
    in_home "$@" >"$work/c.out" 2>"$work/c.err" || c=$?
    rm -rf "$work/home"
    mv "$work/kept" "$work/home"
    if [ $a -ne $c ]; then
        verdict=DIFFERENT
    elif ! cmp -s "$work/a.out" "$work/c.out"; then
        verdict=DIFFERENT
    elif cmp -s "$work/a.err" "$work/c.err"; then
        verdict=same
    else
        verdict='cause named'
    fi
    # alien.py ignores the operand, and says "destroyed" of a key that it leaves or that is the user's.
    case "$situation: $command" in
        *': cert-info other.pem' | 'key of another: token-destroy')
            if [ "$verdict" = DIFFERENT ]; then verdict=deliberate; fi ;;
    esac
    if [ "$verdict" = DIFFERENT ]; then differences=1; fi
    echo "| $situation | $command | $a | $c | $verdict |$(shown a)|$(shown c)|"
}
shown() {
    if [ "$verdict" = same ]; then return; fi
    sed "s#$work#…#g; s/|/\\\\|/g" "$work/$1.out" "$work/$1.err" | tr '\n' '~' | sed 's/~$//; s/~/<br>/g'
}
each() {
    for command; do
        compare "$command" "$venv/bin/alien.py" "$command" -- "$certok" --format alien "$command"
    done
}

echo '| situation | command | alien.py | certok | compared | alien.py says | certok says |'
echo '|---|---|---|---|---|---|---|'
all='cert-info token-info cert-verify token-verify certkey-match tokenkey-match token-destroy'
cert='cert-info cert-verify certkey-match'
token='token-info token-verify tokenkey-match token-destroy'

# shellcheck disable=SC2086 # the lists are words
{
home healthy user.pem user.key token.pem token.key
each $all
for name in alien-cert-info alien-token-info alien-token-destroy; do
    compare "$name" "$venv/bin/$name" -- "$work/links/$name"
done
compare 'cert-info other.pem' "$venv/bin/alien.py" cert-info other.pem -- \
    "$certok" --format alien cert-info other.pem
home 'nothing there' - - - -
each $all
home expired expired.pem expired.key expiredtoken.pem expiredtoken.key
each $all
home '8 minutes left' eight.pem eight.key - -
each $cert
home 'not yet valid' notyet.pem notyet.key - -
each $cert
home 'unknown CA' stranger.pem stranger.key - -
each $cert
home 'key of another' user.pem token.key token.pem user.key
each $cert $token
home 'EC key' ec.pem ec.key - -
each $cert
home 'no key' user.pem - token.pem -
each $cert $token
head -c 700 "$work/pki/user.pem" > "$work/pki/cut.pem"
home 'certificate cut off' cut.pem user.key - -
each $cert
head -c 700 "$work/pki/user.key" > "$work/pki/cut.key"
home 'key cut off' user.pem cut.key - -
each $cert
openssl x509 -in "$work/pki/user.pem" -outform DER -out "$work/pki/der.pem"
home 'certificate in DER' der.pem user.key - -
each $cert
home 'swapped' user.key user.pem - -
each $cert
cat "$work/pki/user.pem" "$work/pki/root.pem" > "$work/pki/chain.pem"
home 'certificate and CA in the file' chain.pem user.key - -
each $cert
home 'X509_USER_CERT and KEY' - - - -
cp "$work/pki/user.pem" "$work/home/c.pem"
cp "$work/pki/user.key" "$work/home/k.pem"
variables="X509_USER_CERT=$work/home/c.pem X509_USER_KEY=$work/home/k.pem"
each $cert
home 'JALIEN_TOKEN_CERT and KEY' - - - -
cp "$work/pki/token.pem" "$work/home/c.pem"
cp "$work/pki/token.key" "$work/home/k.pem"
variables="JALIEN_TOKEN_CERT=$work/home/c.pem JALIEN_TOKEN_KEY=$work/home/k.pem"
each $token
home 'no CA directory' user.pem user.key token.pem token.key
variables="X509_CERT_DIR=$work/none"
each cert-verify token-verify
}
exit $differences
