#!/bin/sh
# Times whole processes side by side, in one run, and counts system calls.
#
#     benches/processes.sh [CERTOK]...
#
# CERTOK are binaries to time; without any, a static release is built. Needs rustc and openssl;
# uses python3 (for alien.py), strace and the IGTF packages (igtf-policy-classic, -mics, -slcs,
# -iota; or IGTF=DIR, a directory with hash links) where present. ROUNDS=500 for more rounds,
# VENV=DIR for a virtual environment that has alienpy; CAS=DIR for one more CA directory to audit;
# grid-cert-diagnostics (globus-gsi-cert-utils, globus-proxy-utils) is timed where it is installed.
# Works in a temporary directory and leaves nothing behind. Offline but for pip and cargo.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
tab=$(printf '\t')
say() { echo "$@" >&2; }

# --- what is timed -------------------------------------------------------------------------------

echo 'fn main() {}' > "$work/exit.rs"
rustc -O -C panic=abort -C strip=symbols -C target-feature=+crt-static \
    -o "$work/exit" "$work/exit.rs"
rustc -O -o "$work/timer" "$here/processes/timer.rs"

if [ $# -eq 0 ]; then
    say "building certok, static"
    target=$(rustc -vV | sed -n 's/^host: //p')
    RUSTFLAGS='-C target-feature=+crt-static' \
        CARGO_TARGET_DIR="$work/target" \
        cargo build --quiet --release --manifest-path "$here/../Cargo.toml" --target "$target"
    set -- "$work/target/$target/release/certok"
fi

say "making a token"
sh "$here/processes/token.sh" "$work/tmp"
token=$work/tmp/tokencert_$(id -u).pem

venv=${VENV:-$work/venv}
if [ ! -x "$venv/bin/alien-token-info" ]; then
    say "installing alienpy"
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet alienpy; } >"$work/log" 2>&1
    then
        say "alien-token-info left out: alienpy cannot be installed here"
    fi
fi

igtf=${IGTF:-}
if [ -z "$igtf" ] && ls /usr/share/igtf-policy/*/*.pem >/dev/null 2>&1; then
    igtf=$work/igtf
    mkdir "$igtf"
    cp -a /usr/share/igtf-policy/*/. "$igtf"
    openssl rehash "$igtf" >/dev/null 2>&1 || true
fi

# --- the commands --------------------------------------------------------------------------------

line() {
    printf '%s' "$1"
    shift
    printf '\t%s' "$@"
    echo
}

info() {
    echo "# Looking at a token, against a static program that only exits"
    line 'static program that exits' "$work/exit"
    for certok; do
        line "${certok##*/} token-info -q" "$certok" token-info -q
        line "${certok##*/} token-info" "$certok" token-info
    done
    line 'openssl x509 -subject -dates' openssl x509 -noout -subject -dates -in "$token"
    if [ -x "$venv/bin/alien-token-info" ]; then
        line 'alien-token-info' "$venv/bin/alien-token-info"
    fi
}

# A CA under another, at an instant when both were valid.
at=2025-03-06T00:00:00Z
verify() {
    ca=$igtf/CERN-GridCA.pem
    echo "# Verifying CERN-GridCA.pem against the IGTF directory, $(ls "$igtf"/*.pem | wc -l) CAs"
    line 'openssl verify -CApath' openssl verify -CApath "$igtf" \
        -attime "$(date -d "$at" +%s)" "$ca"
    for certok; do
        line "${certok##*/} cert-verify -q" "$certok" cert-verify -q --purpose any --at "$at" \
            --ca-dir "$igtf" "$ca"
    done
}

# Everything in a CA directory: each file, and one signature for each CA.
audit() {
    directory=$1
    shift
    echo "# Auditing $directory, $(ls "$directory" | grep -c '\.pem$') CAs"
    if command -v grid-cert-diagnostics >/dev/null; then
        line 'grid-cert-diagnostics' env X509_CERT_DIR="$directory" grid-cert-diagnostics
    fi
    for certok; do
        name=${certok##*/}
        line "$name ca-check" "$certok" ca-check "$directory"
        line "$name ca-check, one core" taskset -c 0 "$certok" ca-check "$directory"
        line "$name ca-info" "$certok" ca-info "$directory"
    done
}

export TMPDIR="$work/tmp" HOME="$work/tmp"
info "$@" > "$work/commands"
if [ -n "$igtf" ] && [ -e "$igtf/CERN-GridCA.pem" ]; then
    verify "$@" >> "$work/commands"
else
    say "cert-verify left out: no IGTF packages here, and no IGTF=DIR"
fi
[ -z "$igtf" ] || audit "$igtf" "$@" >> "$work/commands"
# A directory of another size: cargo bench --bench ca_directory -- DIR 10000
[ -z "${CAS:-}" ] || audit "$CAS" "$@" >> "$work/commands"
"$work/timer" "$rounds" < "$work/commands"

# --- system calls --------------------------------------------------------------------------------

calls() { strace -f -c -o "$work/calls" "$@" >/dev/null 2>&1 || true
    awk '$NF == "total" { print $(NF - 1) == "" ? $3 : $4 }' "$work/calls"; }

if command -v strace >/dev/null; then
    printf '\nSystem calls, the start of the process included\n\n| command | calls |\n|---|---|\n'
    while IFS= read -r command; do
        case $command in '#'*) continue ;; alien*) continue ;; esac
        name=${command%%"$tab"*}
        oldifs=$IFS
        IFS=$tab
        # shellcheck disable=SC2086 # words are split at tabs
        set -- ${command#*"$tab"}
        IFS=$oldifs
        echo "| $name | $(calls "$@") |"
    done < "$work/commands"
fi
