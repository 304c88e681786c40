#!/bin/sh
# Makes tokens with certok and has other tools read and verify them.
#
#     tests/peers/tokens.sh [CERTOK]              CERTOK defaults to target/debug/certok
#
# Needs openssl and python3; alienpy comes from PyPI into a virtual environment in a temporary
# directory (VENV=DIR to use one that is there). The tokens are made for the real clock, since those
# tools have no other, by CAs that are made here: RSA of 1024, 2048 and 4096 bits, P-256, P-384,
# P-521, Ed25519. All happens in a temporary directory, in an environment without other variables.
#
# openssl must verify each token for its purposes, and say of names, extensions and key what JAliEn's
# tokens have. alien.py must take each for a good token, by token-info, token-verify and
# tokenkey-match, and print the lines that certok prints in its format.
# Prints a table; exits 1 if a line is `DIFFERENT`.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
certok=${1:-$here/../../target/debug/certok}
certok=$(cd "$(dirname "$certok")" && pwd)/${certok##*/}
for tool in openssl python3; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
uid=$(id -u)
umask 022

venv=${VENV:-$work/venv}
if [ ! -x "$venv/bin/alien.py" ]; then
    echo "installing alienpy" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet alienpy
fi

# --- CAs -----------------------------------------------------------------------------------------

mkdir "$work/cas" "$work/home" "$work/tmp"
cat > "$work/ca.cnf" <<'EOF'
[req]
distinguished_name = name
prompt = no
string_mask = utf8only
[name]
C = ch
O = AliEn2
CN = AliEn CA
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
subjectKeyIdentifier = hash
EOF
# ca NAME GENPKEY-OPTIONS
ca() {
    name=$1
    shift
    mkdir "$work/cas/$name"
    openssl genpkey "$@" -out "$work/cas/$name/ca.key" 2>/dev/null
    openssl req -x509 -new -key "$work/cas/$name/ca.key" -config "$work/ca.cnf" -extensions ca \
        -days 3650 -out "$work/cas/$name/ca.pem"
    hash=$(openssl x509 -noout -hash -in "$work/cas/$name/ca.pem")
    ln -s ca.pem "$work/cas/$name/$hash.0"
}
ca rsa-1024 -algorithm RSA -pkeyopt rsa_keygen_bits:1024
ca rsa-2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
ca rsa-4096 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
ca p-256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
ca p-384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
ca p-521 -algorithm EC -pkeyopt ec_paramgen_curve:P-521
ca ed25519 -algorithm ED25519

# --- comparison ----------------------------------------------------------------------------------

clean() {
    env -i PATH=/usr/bin:/bin HOME="$work/home" TMPDIR="$work/tmp" \
        X509_CERT_DIR="$work/cas/$ca" LANG=C.UTF-8 "$@"
}
different=0
# row CA TYPE WHAT EXPECTED GOT
row() {
    verdict=same
    if [ "$4" != "$5" ]; then
        verdict=DIFFERENT
        different=1
        printf '    expected: %s\n    got:      %s\n' "$4" "$5" | head -20
    fi
    printf '%-9s %-9s %-24s %s\n' "$1" "$2" "$3" "$verdict"
}
cert=$work/tmp/tokencert_$uid.pem
key=$work/tmp/tokenkey_$uid.pem
# verified PURPOSE: what openssl says of the token for it
verified() {
    openssl verify -CApath "$work/cas/$ca" -purpose "$1" "$cert" 2>&1 | grep -v '^Warning' | tail -1
}

# token TYPE SUBJECT PURPOSES EXTENSIONS OPTIONS...
token() {
    type=$1 subject=$2 purposes=$3 extensions=$4
    shift 4
    rm -f "$cert" "$key"
    clean "$certok" token-init -q --ca-cert "$work/cas/$ca/ca.pem" --ca-key "$work/cas/$ca/ca.key" "$@"
    row "$ca" "$type" "subject" "$subject" \
        "$(openssl x509 -in "$cert" -noout -subject -nameopt sep_comma_plus,lname,space_eq |
            sed 's/^subject=//; s/countryName/C/; s/organizationName/O/; s/commonName/CN/g; s/organizationalUnitName/OU/g; s/ = /=/g; s/,/, /g; s/  / /g')"
    row "$ca" "$type" "extensions" "$extensions" \
        "$(openssl x509 -in "$cert" -noout -text | grep -v 'X509v3 extensions:' | sed -n 's/^ *X509v3 \(.*\): *\(critical\)* *$/\1\2/p' | paste -sd, -)"
    for purpose in sslclient sslserver; do
        case $purposes in
            *"$purpose"*) row "$ca" "$type" "verify $purpose" "$cert: OK" "$(verified $purpose)" ;;
        esac
    done
    row "$ca" "$type" "key" "$(openssl x509 -in "$cert" -noout -pubkey)" "$(openssl pkey -in "$key" -pubout)"
    row "$ca" "$type" "key file" "-----BEGIN RSA PRIVATE KEY-----" "$(head -1 "$key")"
    for command in token-info token-verify tokenkey-match; do
        theirs=$(clean "$venv/bin/alien.py" "$command" 2>&1 </dev/null && echo "exit 0" || echo "exit $?")
        ours=$(clean "$certok" --format alien "$command" 2>&1 </dev/null && echo "exit 0" || echo "exit $?")
        row "$ca" "$type" "alien.py $command" "$theirs" "$ours"
        case $theirs in
            *"exit 0") ;;
            *) row "$ca" "$type" "alien.py $command" "exit 0" "$theirs" ;;
        esac
    done
}

plain='Authority Key Identifier,Subject Key Identifier,Extended Key Usage,Key Usage'
for ca in rsa-1024 rsa-2048 rsa-4096 p-256 p-384 p-521 ed25519; do
    token user 'C=ch, O=AliEn2, CN=Users, CN=alice, OU=aliprod' 'sslclient sslserver' "$plain" \
        --account alice -u aliprod
done
ca=rsa-2048
token user 'C=ch, O=AliEn2, CN=Users, CN=alice, OU=alice' 'sslclient sslserver' \
    "$plain,Subject Alternative Name" --account alice --email alice@certok.test
token job 'C=ch, O=AliEn2, CN=Jobs, CN=alice, OU=alice, OU=queueid=7/resubmission=0' \
    'sslclient sslserver' "$plain,Subject Alternative Name" -t job -u alice -jobid 7
token jobagent 'C=ch, O=AliEn2, CN=JobAgent' sslclient "$plain" -t jobagent
token host 'C=ch, O=AliEn2, OU=ALICE, CN=vobox.certok.test' 'sslclient sslserver' \
    "$plain,Subject Alternative Name" -t host -hostname vobox.certok.test
exit $different
