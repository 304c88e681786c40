#!/bin/sh
# What the real readers say to certok's formats and to the files of contrib/; by hand, for it needs
# promtool (Debian's prometheus), HTCondor's Python module (PyPI's htcondor), systemd-analyze and jq.
# Needs no network.
#
#     PYTHON=python3 tests/peers/formats.sh target/debug/certok
#
# 1. Every command over the fixtures, as Prometheus metrics (promtool check metrics, which lints
#    names too), as ClassAd (classad2: each line an attribute, and the values those of the JSON), as
#    JSON lines (jq), as a Nagios line (its shape).
# 2. contrib/: promtool check rules, HTCondor's reading of configuration and submit file,
#    systemd-analyze verify.
set -eu
certok=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
data=$here/../../testdata
contrib=$here/../../contrib
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$certok" demo demo > demo.txt
export HOME="$work/demo/home" TMPDIR="$work/demo/tmp" X509_CERT_DIR="$work/demo/certificates"
export X509_USER_PROXY="$work/demo/tmp/x509up_u$(id -u)"

cat > ad.py <<'PYTHON'
"""One ClassAd and the JSON of the same run: they must tell the same."""
import json, sys
import classad2

text, envelope = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))
ad = classad2.parseOne(text, classad2.ParserType.Old)
assert len(ad) == len(text.splitlines()), "an attribute was lost"
value = {name.lower(): ad[name] for name in ad}
one = lambda end: next(v for k, v in value.items() if k.endswith(end))
result = envelope["result"]
assert one("exitcode") == result["exit_code"] and one("exitname") == result["exit_name"]
assert one("ok") == (result["exit_code"] == 0), "ok"
assert one("evaluatedat") == envelope["evaluated_at"]["epoch"]
names = [v for k, v in value.items() if k.endswith("subject")]
known = [i["subject"]["slash"] for i in envelope["items"] if isinstance(i.get("subject"), dict)]
# The slash form of JSON is that of gridmap files: bytes beyond ASCII are \\xHH in it.
plain = [n for n in known if "\\x" not in n]
assert all(n in names for n in plain[:50]), (plain, names)
PYTHON

runs=0 bad=0
say() { bad=$((bad + 1)); printf '%s: %s\n' "$1" "$2"; }
look() { # ARGUMENTS
    runs=$((runs + 1))
    certok() { "$certok" --at 1780315200 "$@" 2> err || true; }
    certok "$@" --json > json
    certok "$@" --format prometheus > metrics
    promtool check metrics < metrics > lint 2>&1 || say "promtool" "$* $(cat lint)"
    certok "$@" --format classad > ad
    "$python" ad.py ad json > lint 2>&1 || say "classad2" "$* $(cat lint)"
    certok "$@" --format jsonl > lines
    jq -es 'map(.schema == 1) | all' lines > lint 2>&1 || say "jq" "$* $(cat lint)"
    certok "$@" --format nagios > line
    awk 'NR > 1 || length > 1023 || !/^CERTOK (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+(\|[^|]*)?$/ { exit 1 }' line ||
        say "nagios" "$* $(cat line)"
}

for command in $("$certok" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
    case $command in demo | cert-destroy | proxy-destroy | token-destroy) continue ;; esac
    look "$command"
done
look status --for 52w
look cert-info --strict
look cert-destroy --dry-run
look proxy-destroy --dry-run
look token-destroy --dry-run
look nonsense
look explain nonsense
look ca-check "$data/ca/certificates"
look ca-check "$data/ca"
for file in "$data"/cert/*.pem "$data"/file/*; do
    look cert-info "$file"
    look cert-verify "$file"
done
for file in "$data"/proxy/*.pem "$data"/voms/*.pem; do
    look proxy-info "$file"
    look proxy-verify --vomsdir "$data/voms/vomsdir" "$file"
done
for file in "$data"/token/*.pem; do
    look token-info "$file"
done
look cert-verify "$data"/cert/*.pem
look proxy-verify "$data"/proxy/*.pem
# Names that no shell would make.
odd=$(printf 'a|b"c\\d\ne\033f\377.pem')
cp "$data/cert/odd-dn.pem" "$odd"
look cert-info "$odd"
look cert-verify "$odd" "$data/cert/healthy.pem" "$odd"
printf '%s runs, %s objections\n' "$runs" "$bad"

promtool check rules "$contrib/prometheus/certok.rules.yml"
mkdir units
for unit in "$contrib"/prometheus/certok-textfile.*; do
    sed "s|/usr/bin/certok|$certok|" "$unit" > "units/$(basename "$unit")"
done
systemd-analyze verify units/certok-textfile.service units/certok-textfile.timer && echo "units: ok"
cp "$contrib/htcondor/50-certok.conf" condor_config
CONDOR_CONFIG="$work/condor_config" "$python" - "$contrib/bulk/judge.sub" <<'PYTHON'
import sys
import htcondor2 as htcondor

jobs = htcondor.param["STARTD_CRON_JOBLIST"].split()
for job in ("CERTOK_CA", "CERTOK_HOST"):
    assert job in jobs, jobs
    for key in ("EXECUTABLE", "ARGS", "MODE", "PERIOD"):
        print(job, key, htcondor.param[f"STARTD_CRON_{job}_{key}"])
submit = htcondor.Submit(open(sys.argv[1]).read())
print("submit:", submit["arguments"], "| queue", submit.getQArgs())
PYTHON
exit "$((bad > 0))"
