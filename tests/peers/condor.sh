#!/bin/sh
# Tokens that certok makes, before a real HTCondor: by hand and as root, for it needs a Debian
# system with HTCondor in a directory of its own, which debootstrap makes if it is not there.
#
#     tests/peers/condor.sh [CERTOK] [CHROOT]     target/debug/certok and /tmp/trixie unless given
#
# Nothing leaves the machine but what debootstrap and apt fetch: the collector runs in a network
# of its own that has nothing but loopback.
#
# 1. condor_token_create and idtoken-create write the same header and payload, but for the times
#    and the id.
# 2. A token of idtoken-create, and one that went through idtoken-request, -approve and -receive
#    as two users, are accepted by condor_ping for what they are good for and refused for the rest;
#    an expired one, one of another key and one of another trust domain are refused.
#
# Prints a line for each; exits 1 if a line is `WRONG`.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
certok=${1:-$here/../../target/debug/certok}
root=${2:-/tmp/trixie}
[ "$(id -u)" = 0 ] || { echo "this needs root, for chroot" >&2; exit 1; }

if [ "${INSIDE:-}" != yes ]; then
    if [ ! -x "$root/usr/sbin/condor_collector" ]; then
        debootstrap --variant=minbase trixie "$root"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        # No daemon is to be started.
        printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
        chmod 755 "$root/usr/sbin/policy-rc.d"
        DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y condor openssl
        cat > "$root/etc/condor/config.d/99-certok.conf" <<'EOF'
CONDOR_HOST = 127.0.0.1
TRUST_DOMAIN = pool.test
UID_DOMAIN = pool.test
NETWORK_INTERFACE = 127.0.0.1
BIND_ALL_INTERFACES = False
DAEMON_LIST = MASTER, COLLECTOR
COLLECTOR_HOST = 127.0.0.1:19618
USE_SHARED_PORT = False
SEC_DEFAULT_AUTHENTICATION = REQUIRED
SEC_DEFAULT_AUTHENTICATION_METHODS = IDTOKENS
SEC_CLIENT_AUTHENTICATION_METHODS = IDTOKENS
ALLOW_READ = *
ALLOW_WRITE = *
ALLOW_DAEMON = *
ALLOW_ADMINISTRATOR = condor@pool.test
COLLECTOR_DEBUG = D_SECURITY D_FULLDEBUG
USE_PROCD = False
EOF
        echo "127.0.0.1 localhost pool.test $(hostname)" > "$root/etc/hosts"
    fi
    INSIDE=yes exec timeout 300 unshare -n -p -f --kill-child sh "$0" "$certok" "$root"
fi

ip link set lo up
work=$(mktemp -d "$root/tmp/certok-XXXXXX")
inside=${work#"$root"}
collector=
trap '[ -z "$collector" ] || kill "$collector"; rm -rf "$work"' EXIT
install -m 755 "$certok" "$work/certok"
chmod 755 "$work"
as_root() { chroot "$root" env PATH="$inside:/usr/sbin:/usr/bin" HOME=/root "$@"; }
# Of its own account, and what it writes goes to its own home.
as_bob() {
    chroot "$root" setpriv --reuid bob --regid bob --clear-groups \
        env PATH="$inside:/usr/sbin:/usr/bin" HOME=/home/bob "$@"
}
chroot "$root" id bob > /dev/null 2>&1 || chroot "$root" useradd -m bob

as_root condor_collector -f -t -p 19618 > "$work/collector.log" 2>&1 &
collector=$!
tries=0
until as_root test -s /etc/condor/passwords.d/POOL && grep -q 19618 "$work/collector.log"; do
    tries=$((tries + 1))
    [ $tries -lt 60 ] || { echo "the collector does not start:" >&2; cat "$work/collector.log" >&2; exit 1; }
    sleep 0.25
done
sleep 2
as_root condor_version | head -n 1
wrong=0

say() { # WHAT EXPECTED GOT
    if [ "$2" = "$3" ]; then
        printf 'right  %-42s %s\n' "$1" "$3"
    else
        printf 'WRONG  %-42s %s, expected %s\n' "$1" "$3" "$2"
        wrong=1
    fi
}

# What condor_ping says of READ, WRITE and DAEMON with the token that stands in $work/token.
ping() { # WHAT EXPECTED
    tokens=$root/home/bob/.condor/tokens.d
    rm -rf "$tokens"
    mkdir -p "$tokens"
    install -m 600 "$work/token" "$tokens/token"
    chroot "$root" chown -R bob:bob /home/bob/.condor
    table=$(as_bob timeout 60 condor_ping -pool 127.0.0.1:19618 -type COLLECTOR -table \
        READ WRITE DAEMON 2>/dev/null || true)
    got=
    for level in READ WRITE DAEMON; do
        word=$(printf '%s\n' "$table" | awk -v level=$level '$1 == level { print $5 == "ALLOW" ? "yes" : "no" }')
        got="$got$level=${word:-no} "
    done
    say "$1" "$2" "${got% }"
    [ -z "${VERBOSE:-}" ] || printf '%s\n' "$table"
}

claims() { # the header and payload of the token on standard input, without times and id
    python3 -c '
import base64, re, sys
decode = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
parts = sys.stdin.read().strip().split(".")
text = " ".join(map(decode, parts[:2]))
text = re.sub("(iat|exp).:[0-9]+", r"\1:N", text)
print(re.sub("jti.:.[0-9a-f]{32}.", "jti:X", text))'
}

echo "--- the same claims as condor_token_create"
for options in "-identity bob@pool.test" \
    "-identity bob@pool.test -authz READ -authz WRITE -lifetime 600" \
    "-identity b/o\"b\\x@pool.test -authz ADVERTISE_STARTD" \
    "-identity Zoë@pool.test -lifetime 5"; do
    # shellcheck disable=SC2086
    theirs=$(as_root condor_token_create $options | claims)
    # shellcheck disable=SC2086
    ours=$(as_root certok idtoken-create $options 2>/dev/null | claims)
    say "$options" "$theirs" "$ours"
done

echo "--- idtoken-create"
create() { as_root certok idtoken-create "$@" 2>/dev/null > "$work/token"; }
create -identity bob@pool.test -authz READ -authz WRITE -lifetime 600
ping "READ, WRITE" "READ=yes WRITE=yes DAEMON=no"
create -identity bob@pool.test -lifetime 600
ping "without -authz" "READ=yes WRITE=yes DAEMON=yes"
create -identity bob@pool.test -authz READ -lifetime 1
sleep 3
ping "expired" "READ=no WRITE=no DAEMON=no"
mkdir "$work/keys"
head -c 64 /dev/urandom > "$work/keys/POOL"
chmod 600 "$work/keys/POOL"
as_root env _condor_SEC_PASSWORD_DIRECTORY="$inside/keys" certok idtoken-create \
    -identity bob@pool.test -lifetime 600 2>/dev/null > "$work/token"
ping "of another key" "READ=no WRITE=no DAEMON=no"
create -identity bob@pool.test -lifetime 600 --trust-domain other.test
ping "of another trust domain" "READ=no WRITE=no DAEMON=no"
as_root condor_token_create -identity bob@pool.test -authz READ -lifetime 600 > "$work/token"
ping "condor_token_create's own, to compare" "READ=yes WRITE=no DAEMON=no"

echo "--- idtoken-request, idtoken-approve, idtoken-receive"
exchange=$inside/exchange
mkdir -m 1777 "$work/exchange"
chmod 1777 "$work/exchange"
chroot "$root" rm -rf /home/bob/.local/state/certok
as_root openssl genpkey -algorithm ed25519 -out "$inside/approver.pem"
as_root openssl pkey -in "$inside/approver.pem" -pubout -out "$inside/approver.pub"
chmod 644 "$work/approver.pub"
as_bob certok idtoken-request -identity bob -authz READ -authz WRITE -lifetime 600 \
    -pool pool.test -type COLLECTOR --exchange "$exchange" --approver-key "$inside/approver.pub" \
    --wait --timeout 60s > "$work/token" 2> "$work/asked" &
asking=$!
until grep -q waits "$work/asked" 2>/dev/null; do sleep 0.2; done
id=$(sed -n 's/^certok: the request \([0-9A-Z-]*\) waits.*/\1/p' "$work/asked")
as_root certok idtoken-approve --exchange "$exchange" "$id" --yes "$id" \
    --approver-key "$inside/approver.pem" --ledger "$inside/ledger" > "$work/approved" 2>&1 \
    || { cat "$work/approved"; wrong=1; }
if wait $asking; then
    ping "request and approve, READ, WRITE" "READ=yes WRITE=yes DAEMON=no"
else
    cat "$work/asked"
    wrong=1
fi
code=0
as_root certok idtoken-approve --exchange "$exchange" "$id" --yes "$id" \
    --ledger "$inside/ledger" > /dev/null 2>&1 || code=$?
say "approved twice: exit code" 6 "$code"

as_root condor_token_create -identity bob@pool.test -lifetime 600 > "$root/home/bob/.condor/tokens.d/token"
say "idtoken-verify of condor_token_create's" 0 \
    "$(as_root env _condor_SEC_TOKEN_DIRECTORY=/nowhere certok -q idtoken-verify /home/bob/.condor/tokens.d/token; echo $?)"
exit $wrong
