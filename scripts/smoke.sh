#!/bin/bash
# Usage: scripts/smoke.sh [FOLDER]
#
# Tries the built programs on a system that has no supervisord to test them with: each tells its version, the server starts, answers, serves its page
# and its command line, and stops. FOLDER has the programs; default: artifacts.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/scripts/common.sh"

case ${1:-} in -h | --help) print_help "$0"; exit 0 ;; esac
folder=${1:-$ROOT/artifacts} version=$(version) suffix=
case $(platform) in win-*) suffix=.exe ;; esac
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

for program in multivisor multivisor-rpc multivisor-cli; do
  told=$("$folder/$program$suffix" --version | tr -d '\r')
  [ "$told" = "$version" ] || die "$program is $told and not $version"
done

# The port of nobody: a free one cannot be asked for from here.
port=$((20000 + RANDOM % 10000))
printf '[global]\nname = Smoke\n' >"$work/multivisor.conf"
"$folder/multivisor$suffix" -c "$work/multivisor.conf" --bind "localhost:$port" 2>"$work/log" &
server=$!
for _ in $(seq 1 60); do
  if "$folder/multivisor$suffix" healthcheck --url "http://localhost:$port" 2>/dev/null; then break; fi
  kill -0 "$server" || { cat "$work/log" >&2; die "the server has ended"; }
  sleep 0.5
done
"$folder/multivisor-cli$suffix" --url "http://localhost:$port" version
curl -sSf "http://localhost:$port/" | grep -q 'id="app"' || die "there is no page"
kill "$server"
code=0
wait "$server" || code=$?
server=
case $(platform) in win-*) ;; *) [ "$code" = 0 ] || die "the server ended with exit code $code" ;; esac
echo "All three programs work."
