#!/usr/bin/env bash
# Compares 50 000 chains put together at random with `openssl verify` (tests/chains.rs says which).
#
#     tests/peers/chains.sh [COUNT]
set -euo pipefail
cd "$(dirname "$0")/../.."
CERTOK_CHAINS=${1:-50000} cargo test --locked --release --test chains -- --nocapture
