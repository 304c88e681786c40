#!/bin/sh
# Makes a JAliEn-like token that is valid now, with its CA, in the new directory DIR:
#
#     token.sh DIR
set -eu
dir=$1
umask 077
mkdir "$dir"
uid=$(id -u)
new() { openssl req -newkey rsa:2048 -nodes "$@" 2>/dev/null; }
new -x509 -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 10 -subj /C=ch/O=AliEn2/CN=AliEnCA
new -keyout "$dir/key" -out "$dir/request" -subj /C=ch/O=AliEn2/CN=Users/CN=alice/OU=alice
cat > "$dir/extensions" <<'END'
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=clientAuth,serverAuth
END
openssl x509 -req -in "$dir/request" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 2 \
    -CAcreateserial -extfile "$dir/extensions" -out "$dir/tokencert_$uid.pem" 2>/dev/null
openssl rsa -traditional -in "$dir/key" -out "$dir/tokenkey_$uid.pem" 2>/dev/null
chmod 0400 "$dir/tokencert_$uid.pem" "$dir/tokenkey_$uid.pem"
rm "$dir/key" "$dir/request" "$dir/extensions" "$dir"/ca.srl
