#!/usr/bin/env bash
# Builds every fuzz target and gives each a short run over what lies in testdata: that the targets
# build and the parsers hold on to their promises. Without coverage it finds little; to search:
#
#     cargo install cargo-fuzz
#     cargo fuzz run -s none certificate            (stable; with nightly leave -s none away)
#     cargo fuzz run -s none namespaces -- -timeout=5 -max_len=262144
#
# RUNS=100000 for a longer one.
set -euo pipefail
cd "$(dirname "$0")"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
cargo build --locked --quiet
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Seeds: every file as it is, policies and lists of servers among them, and the DER of every first
# block.
mkdir "$scratch/seeds"
find ../testdata -type f -size -32k | while read -r file; do
    name=$(echo "${file#../testdata/}" | tr / -)
    cp "$file" "$scratch/seeds/$name"
    sed -n '/^-----BEGIN/,/^-----END/{/^-----BEGIN/d;/^-----END/q;p}' "$file" |
        base64 -di > "$scratch/seeds/$name.der" 2>/dev/null || true
done

for target in fuzz_targets/*.rs; do
    target=$(basename "$target" .rs)
    mkdir "$scratch/$target"
    if ! "$CARGO_TARGET_DIR/debug/$target" -runs="${RUNS:-4000}" -seed=1 -max_len=16384 -timeout=10 \
        -artifact_prefix="$scratch/" "$scratch/$target" "$scratch/seeds" > "$scratch/log" 2>&1
    then
        tail -40 "$scratch/log"
        echo "fuzz: $target fails"
        exit 1
    fi
    echo "fuzz: $target holds ($(grep -o '^Done [0-9]* runs' "$scratch/log"))"
done
