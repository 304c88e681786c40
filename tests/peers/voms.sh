#!/bin/sh
# Side by side with the VOMS tools and libraries; by hand, for it needs Debian's voms-clients,
# voms-clients-java, voms-dev, a C compiler, a JDK, faketime and openssl. Needs no network.
#
#     tests/peers/voms.sh target/debug/certok
#
# 1. Proxies made by voms-proxy-fake on the real clock, held against the right, a wrong and an
#    empty list of VOMS servers.
# 2. Every proxy of testdata/voms on the clock of the fixtures.
#
# Each time: what certok says (exit code), the C library (voms_verdict.c), the Java library
# (VomsValidate.java), and in part 1 `voms-proxy-info -acexists`, which verifies nothing. A line is
# marked with `!` where certok accepts what one of the libraries refuses, with `+` where it refuses
# what both accept.
set -eu
certok=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
data=$here/../../testdata
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work"

jars=/usr/share/java
path=$jars/voms-api-java.jar:$jars/canl.jar:$jars/bcprov.jar:$jars/bcpkix.jar:$jars/bcutil.jar
path=$path:$jars/commons-io.jar
javac -cp "$path" -d classes "$here/VomsValidate.java"
cc "$here/voms_verdict.c" -I/usr/include/voms -lvomsapi -lcrypto -o voms_verdict 2>/dev/null

mark() { # CODE C JAVA
    accepted() { case "$1" in valid | none) ;; *) return 1 ;; esac }
    if [ "$1" = 0 ]; then
        accepted "$2" && accepted "$3" && echo ' ' || echo '!'
    else
        accepted "$2" && accepted "$3" && echo '+' || echo ' '
    fi
}

certificate() { # NAME SUBJECT
    openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
    printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
        subjectKeyIdentifier=hash authorityKeyIdentifier=keyid > ext
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -sha256 \
        -extfile ext -out "$1.pem" 2>/dev/null
    chmod 400 "$1.key"
}

echo "# made by voms-proxy-fake"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 60 \
    -subj '/DC=org/DC=certok/CN=Peer CA' -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
certificate user '/DC=org/DC=certok/OU=People/CN=Peer User'
certificate host '/DC=org/DC=certok/OU=Hosts/CN=voms.certok.test'
mkdir -p certs good/alice wrong/alice empty
cp ca.pem certs
openssl rehash -compat certs
printf '/DC=org/DC=certok/OU=Hosts/CN=voms.certok.test\n/DC=org/DC=certok/CN=Peer CA\n' \
    > good/alice/voms.certok.test.lsc
sed '2s/$/ old/' good/alice/voms.certok.test.lsc > wrong/alice/voms.certok.test.lsc
export X509_CERT_DIR="$work/certs"
fake() { # FILE OPTION...
    file=$1
    shift
    voms-proxy-fake -cert user.pem -key user.key -certdir certs -hostcert host.pem \
        -hostkey host.key -voms alice -uri voms.certok.test:15000 -fqan /alice/Role=NULL \
        -fqan /alice/production/Role=lcgadmin -hours 6 -out "$file" "$@" > fake.log 2>&1 ||
        cat fake.log
}
fake plain -rfc
fake draft -proxyver 3
fake generic -rfc -ga nickname=peer
fake target -rfc -target se.certok.test
fake ended -rfc -pastac 3:00 -vomslife 1
for list in good wrong empty; do
    java -cp "$path:classes" VomsValidate "$list" certs plain draft generic target ended \
        > java.out 2> /dev/null
    for proxy in plain draft generic target ended; do
        code=0
        "$certok" proxy-verify --crl off --policy off --vomsdir "$list" -q "$proxy" || code=$?
        c=$(./voms_verdict "$proxy" "$list" certs 2>&1)
        j=$(grep "^$proxy " java.out | cut -d' ' -f2- | cut -c1-150)
        two=0
        X509_VOMS_DIR=$list voms-proxy-info2 -file "$proxy" -acexists alice > out 2>&1 || two=$?
        three=0
        X509_VOMS_DIR=$list voms-proxy-info3 -file "$proxy" -acexists alice > out 2>&1 || three=$?
        echo "$(mark "$code" "$c" "$j") $proxy, list $list: certok $code (-acexists: 2 $two, 3 $three)"
        echo "    C:    $c"
        echo "    Java: $j"
    done
done

echo
echo "# testdata/voms"
cp -RL "$data/ca/certificates" fixed
mkdir proxies
cp "$data"/voms/*.pem proxies
chmod 600 proxies/*
export X509_CERT_DIR="$work/fixed" X509_VOMS_DIR="$data/voms/vomsdir"
clock='2026-06-01 12:00:00 UTC'
# The Java machine waits on the monotonic clock.
export FAKETIME_DONT_FAKE_MONOTONIC=1
faketime "$clock" java -cp "$path:classes" VomsValidate "$X509_VOMS_DIR" fixed proxies/* \
    > java.out 2> java.err || cat java.err
for proxy in proxies/*; do
    name=$(basename "$proxy")
    code=0
    "$certok" proxy-verify --crl off --policy off --at 1780315200 -q "$proxy" || code=$?
    c=$(faketime "$clock" ./voms_verdict "$proxy" "$X509_VOMS_DIR" fixed 2>&1)
    j=$(grep "^$name " java.out | cut -d' ' -f2- | cut -c1-200)
    echo "$(mark "$code" "$c" "$j") $name: certok $code"
    echo "    C:    $c"
    echo "    Java: $j"
done
