#!/bin/sh
# Judges the certificates of a list in parts, several at a time; one JSON object a line, on standard
# output. certok uses all cores by itself, so on one machine
#
#     certok cert-verify --format jsonl --files-from LIST
#
# is as fast. The parts are for lists on slow or shared file systems, and can be spread over
# machines (judge.sub does).
#
#     judge.sh LIST [FILES-A-PART [PARTS-AT-A-TIME]] > verdicts.jsonl
#     jq -r 'select(.operand and .result.exit_code != 0) | [.operand, .result.message] | @tsv' verdicts.jsonl
set -eu
list=$1
files=${2:-1000}
parts=${3:-$(getconf _NPROCESSORS_ONLN)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each part writes a file of its own: lines of several writers would mix in one. From 3 on the exit
# code is an answer.
xargs -r -d '\n' -n "$files" -P "$parts" sh -c '
    out=$1; shift
    certok cert-verify --format jsonl --output "$out/$$.jsonl" -- "$@" || test $? -ge 3
' sh "$work" < "$list"
find "$work" -name '*.jsonl' -exec cat {} +
