#!/bin/bash
# Usage: ./test.sh [--filter TEXT] [--timeout SECONDS] [--no-build] [--help]
#
# Builds the solution and runs every test project under test/, then the tests of the plug-in under plugin/ with every Python that is here, then
# the checks and tests of the page under web/ (lint, format, types, unit tests; each check counts as one test). The last line reads "N passed, N failed"; the exit code is 0 only if tests ran and none failed.
#
# The tests from end to end run beside the others, in two lanes.
#
#   --filter TEXT       only tests whose full name (namespace, class, method) contains TEXT; the page's tests by their name alike
#   --timeout SECONDS   give up on a test project after this time; default 1000
#   --no-build          run what was built last
#
# The page is built first, so that the server under test has it, and is tested in Chromium; the tests leave pictures of every view under
# artifacts/screenshots/, and of what they saw when they failed under artifacts/page-failures/.
#
# Needs the .NET SDK 10, gcc or clang, zlib's headers, supervisor, Chromium, OpenSSH, nginx, and Python with zmq and msgpack: Debian's packages gcc,
# zlib1g-dev, supervisor, chromium, python3-zmq, python3-msgpack, python3-pip, python3-setuptools, python3-wheel, openssh-server, openssh-client, nginx, caddy, tmux, curl, prometheus (promtool),
# mandoc, lintian, yamllint, shellcheck, docker-compose; and for the page
# Node.js 20.19, 22.12 or newer with npm. As root on Debian the packages are installed, without starting Debian's own supervisord.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/scripts/common.sh"

filter= timeout=1000 build=true
while [ $# -gt 0 ]; do
  case $1 in
    --filter) filter=${2:?--filter needs a text}; shift ;;
    --timeout) timeout=${2:?--timeout needs a number of seconds}; shift ;;
    --no-build) build=false ;;
    -h | --help) print_help "$0"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
  shift
done

# Only what was broken off still has lanes: a job in the background does not hear Ctrl-C.
stop_lanes() {
  local each
  for each in "${lanes[@]}"; do
    pkill -P "${each#*:}" || true
  done
}

# Each lane of tests counts into a file of its own: a line of what passed, failed and was skipped.
tally() { printf '%s %s %s\n' "$1" "$2" "$3" >>"$results/${lane:-main}.tally"; }

# What failed is told once more at the end, because whoever reads it may have only that: "TITLE: " before each line of the input.
remember() { sed "s|^|  $1: |" >>"$results/${lane:-main}.failed"; }

# failed TITLE WHAT: something that is no test of its own went wrong.
failed() {
  say "$2"
  remember "$1" <<<"$2"
  tally 0 1 0
}

finish() {
  local passed failed skipped line
  read -r passed failed skipped < <(cat "$results"/*.tally | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')
  line="$passed passed, $failed failed"
  [ "$skipped" = 0 ] || line+=", $skipped skipped"
  if compgen -G "$results/*.failed" >/dev/null; then
    printf 'Failed:\n'
    cat "$results"/*.failed
  fi
  printf '%s\n' "$line"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

need_dotnet
need_packages gcc zlib1g-dev supervisor chromium python3-zmq python3-msgpack python3-pip python3-setuptools python3-wheel openssh-server openssh-client nginx caddy tmux curl prometheus mandoc lintian yamllint shellcheck docker-compose
cd "$ROOT"
results=$(mktemp -d)
lanes=()
trap 'stop_lanes; rm -rf "$results"' EXIT
tally 0 0 0

if $build; then
  if ! (build_page) >&2; then
    failed build "The page does not build."
    finish
  fi
  say "Building"
  if ! dotnet build Multivisor.slnx -c Release "${BUILD_OPTIONS[@]}" >&2; then
    failed build "The solution does not build."
    finish
  fi
  # What is published is tested as it is published. Now, because it takes the whole machine; with a filter whoever needs it makes it.
  if [ -z "$filter" ] && ! ./build.sh --release >&2; then
    failed build "The release does not build."
    finish
  fi
fi

# count ATTRIBUTE FILE: the number in the summary that the runner wrote about the whole assembly.
count() { grep -o "<assembly [^>]*" "$2" | grep -o " $1=\"[0-9]*\"" | tr -dc 0-9; }

# run PROJECT [TITLE OPTION...]: the options choose some of its tests.
run() {
  local project=$1 title=${2:-$1}
  local program=test/$project/bin/Release/net10.0/$project report=$results/${title// /-}.xml started=$SECONDS code=0
  local options=(-noLogo -noColor -longRunning 60 -result-xml "$report" "${@:3}")
  [ -z "$filter" ] || options+=(-method "*$filter*")
  if [ ! -x "$program" ]; then
    failed "$title" "It has not been built."
    return
  fi
  timeout --kill-after=10 "$timeout" "$program" "${options[@]}" </dev/null || code=$?

  local good=0 bad=0 ignored=0 total
  if total=$(count total "$report" 2>/dev/null) && [ -n "$total" ]; then
    good=$(count passed "$report")
    bad=$(($(count failed "$report") + $(count errors "$report")))
    ignored=$(($(count skipped "$report") + $(count not-run "$report")))
  fi
  if [ "$code" = 124 ] || [ "$code" = 137 ]; then
    say "$title was still running after $timeout s."
  fi
  [ "$bad" = 0 ] || scripts/failed_tests.py "$report" | remember "$title" || true
  # A program that ends badly without having told of a failure has failed in a way it could not count.
  if [ "$code" != 0 ] && [ "$bad" = 0 ]; then
    say "$title ended with exit code $code."
    remember "$title" <<<"It ended with exit code $code."
    bad=1
  fi

  printf '== %s: %s passed, %s failed, %s skipped, %s s\n' "$title" "$good" "$bad" "$ignored" "$((SECONDS - started))"
  tally "$good" "$bad" "$ignored"
}

# in_background LANE COMMAND...: what it prints comes in one piece, when it is awaited.
in_background() {
  local lane=$1
  shift
  "$@" >"$results/$lane.log" 2>&1 &
  lanes+=("$lane:$!")
}

await_lanes() {
  local each
  for each in "${lanes[@]}"; do
    wait "${each#*:}" || true
    cat "$results/${each%%:*}.log"
  done
  lanes=()
}

# The plug-in's own tests, under every Python that is here.
run_plugin() {
  local started=$SECONDS log=$results/plugin-tests.log options=() line
  [ -z "$filter" ] || options=(--filter "$filter")
  plugin/tests/run.sh "${options[@]}" >"$log" || true
  head -n -1 "$log"
  line=$(tail -n 1 "$log")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    tally "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
    [ "${BASH_REMATCH[2]}" = 0 ] || grep -v ' 0 failed' "$log" | grep ' failed' | head -n -1 | remember plug-in || true
  else
    failed plug-in "Its tests did not end."
  fi
  printf '== plug-in: %s, %s s\n' "$line" "$((SECONDS - started))"
}

# These wait for supervisords and browsers most of the time, so they run beside the others.
in_background plugin run_plugin
in_background links run Multivisor.EndToEnd "Multivisor.EndToEnd" -namespace- 'Multivisor.EndToEnd.Page*'
in_background browser run Multivisor.EndToEnd "Multivisor.EndToEnd, page" -namespace 'Multivisor.EndToEnd.Page*'
for project in test/*/*.csproj; do
  name=$(basename "$project" .csproj)
  case $name in
    Multivisor.Testing | Multivisor.EndToEnd) ;;
    *) run "$name" ;;
  esac
done

# check NAME COMMAND...: one check of the page, counted as one test.
check() {
  local name=$1 started=$SECONDS log=$results/check.log
  shift
  if timeout --kill-after=10 "$timeout" "$@" >"$log" 2>&1 </dev/null; then
    tally 1 0 0
    printf '== page, %s: passed, %s s\n' "$name" "$((SECONDS - started))"
  else
    tally 0 1 0
    remember page <<<"$name"
    cat "$log" >&2
    printf '== page, %s: failed, %s s\n' "$name" "$((SECONDS - started))"
  fi
}

# The number in the summary of vitest's report about this outcome.
count_page() { grep -o "\"num$1Tests\":[0-9]*" "$results/page.json" | tr -dc 0-9; }

run_page() {
  local started=$SECONDS code=0 options=(--reporter=default --reporter=json --outputFile.json="$results/page.json")
  if ! install_node_packages >&2; then
    failed page "Its packages cannot be installed."
    return
  fi
  if [ -n "$filter" ]; then
    # vitest takes a pattern; a text has no patterns in it.
    options+=(--testNamePattern "$(sed 's/[][\\.*^$+?(){}|]/\\&/g' <<<"$filter")" --passWithNoTests)
  else
    check lint npm run --silent lint
    check format npm run --silent format:check
    check types npm run --silent typecheck
  fi
  timeout --kill-after=10 "$timeout" npx vitest run "${options[@]}" >"$results/page.log" 2>&1 </dev/null || code=$?

  local good=0 bad=0
  if [ -s "$results/page.json" ]; then
    good=$(count_page Passed) bad=$(count_page Failed)
  fi
  if [ "$code" != 0 ] && [ "$bad" = 0 ]; then
    say "The page's tests ended with exit code $code."
    remember page <<<"Its tests ended with exit code $code."
    bad=1
  fi
  if [ "$bad" != 0 ]; then
    cat "$results/page.log" >&2
    sed 's/\x1b\[[0-9;]*m//g' "$results/page.log" | { grep -E '^ *FAIL ' || true; } | remember page
  fi
  printf '== page, unit tests: %s passed, %s failed, %s s\n' "$good" "$bad" "$((SECONDS - started))"
  tally "$good" "$bad" 0
}

need_node
(cd web && run_page)
await_lanes
finish
