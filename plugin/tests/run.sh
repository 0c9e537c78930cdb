#!/bin/bash
# Usage: plugin/tests/run.sh [--filter TEXT] [--help]
#
# Runs the plug-in's own tests under every Python that is found: those on PATH (python2.7, python3, python3.4 …) and those of pyenv; and without a
# filter the plug-in in several versions of supervisor (versions.py). One line for each, and at last the sum of all: "N passed, N failed, N skipped". They wait more than they compute, so all run at a time.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case ${1:-} in
  --filter | "") ;;
  -h | --help) sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  *) printf 'run.sh: unknown option %s (see --help)\n' "$1" >&2; exit 2 ;;
esac
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

candidates() {
  local name
  for name in /usr/bin/python3 python3 python2.7 python3.{4..14}; do
    command -v "$name" || true
  done
  compgen -G "${PYENV_ROOT:-$HOME/.pyenv}/versions/*/bin/python" || true
}

declare -A seen=()
while read -r python; do
  version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
  [ -z "${seen[$version]:-}" ] || continue
  seen[$version]=$python
  timeout --kill-after=10 300 "$python" "$HERE/main.py" "$@" >"$results/$version.out" 2>"$results/$version.err" </dev/null &
done < <(candidates)
if [ $# = 0 ]; then
  timeout --kill-after=10 400 python3 "$HERE/versions.py" >"$results/versions.out" 2>"$results/versions.err" </dev/null &
fi
wait

passed=0 failed=0 skipped=0
count() {
  local line
  line=$(tail -n 1 "$results/$1.out")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    good=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]} left=${BASH_REMATCH[3]}
  else
    good=0 bad=1 left=0 # it ended without having said how
  fi
  [ "$bad" = 0 ] || cat "$results/$1.err" >&2
  printf '== plug-in, %s: %s passed, %s failed, %s skipped\n' "$2" "$good" "$bad" "$left"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
}

while read -r version; do
  count "$version" "Python $version"
done < <(printf '%s\n' "${!seen[@]}" | sort -V)
if [ $# = 0 ]; then
  head -n -1 "$results/versions.out"
  count versions "versions of supervisor"
fi
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
