#!/bin/bash
# Usage: scripts/docs.sh [--help]
#
# Renews the tables of keys in docs/configuration.md from the list that the server goes by, and makes the site of the documents under artifacts/docs/: README, docs/,
# examples/ and the other texts of the top folder, with contents and search. Open artifacts/docs/index.html; it needs no server and loads nothing from elsewhere.
#
# Needs the .NET SDK 10.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/scripts/common.sh"

case ${1:-} in
  "") ;;
  -h | --help) print_help "$0"; exit 0 ;;
  *) die "unknown option $1 (see --help)" ;;
esac

need_dotnet
cd "$ROOT"
dotnet build site/Multivisor.Manual -c Release "${BUILD_OPTIONS[@]}" >&2
site=site/Multivisor.Manual/bin/Release/net10.0/Multivisor.Manual
"$site" keys docs/configuration.md
rm -rf artifacts/docs
"$site" build . artifacts/docs
