#!/bin/bash
# Usage: scripts/docs.sh [--help]
#
# Renews the tables of keys in docs/configuration.md from the list that the server goes by, and those of routes in docs/api.md from its OpenAPI document; and makes the site of the documents under artifacts/docs/: README, docs/,
# examples/ and the other texts of the top folder, with contents and search. Open artifacts/docs/index.html; it needs no server and loads nothing from elsewhere.
#
# Needs the .NET SDK 10, Python and curl.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/scripts/common.sh"

case ${1:-} in
  "") ;;
  -h | --help) print_help "$0"; exit 0 ;;
  *) die "unknown option $1 (see --help)" ;;
esac

need_dotnet
need_packages curl
cd "$ROOT"
for project in site/Multivisor.Manual src/Multivisor.Server; do
  dotnet build "$project" -c Release "${BUILD_OPTIONS[@]}" >&2
done

# What a server says of its routes, which needs no supervisor.
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf '[global]\n' >"$work/multivisor.conf"
src/Multivisor.Server/bin/Release/net10.0/multivisor -c "$work/multivisor.conf" --bind "localhost:$port" 2>"$work/log" &
server=$!
curl -fsS --retry 60 --retry-delay 1 --retry-connrefused -o "$work/openapi.json" "http://localhost:$port/api/openapi.json" 2>"$work/curl" \
  || { cat "$work/log" "$work/curl" >&2; die "the server did not tell its routes"; }

site=site/Multivisor.Manual/bin/Release/net10.0/Multivisor.Manual
"$site" keys docs/configuration.md
"$site" routes docs/api.md "$work/openapi.json"
rm -rf artifacts/docs
"$site" build . artifacts/docs
