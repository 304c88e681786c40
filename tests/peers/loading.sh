#!/usr/bin/env bash
# Compares what certok and OpenSSL load of 100 000 changed fixtures (tests/loading.rs says which). The
# judge is load_verdict.c where it can be built, which asks the library as Python and XRootD do.
#
#     tests/peers/loading.sh [COUNT]
set -euo pipefail
cd "$(dirname "$0")/../.."
judge=$(mktemp -d)
trap 'rm -rf "$judge"' EXIT
if cc -O1 -o "$judge/load_verdict" tests/peers/load_verdict.c -lcrypto 2>"$judge/log"; then
    export CERTOK_LOADING_JUDGE=$judge/load_verdict
else
    echo "loading.sh: without load_verdict: $(head -1 "$judge/log")"
fi
CERTOK_LOADING=${1:-100000} cargo test --locked --release --test loading -- --nocapture
