#!/bin/bash
# Usage: scripts/pictures.sh [--help]
#
# Takes the pictures of README and docs anew, under docs/images/. They are what the tests from end to end see: of the page in Chromium, of the command line in a real
# terminal. Run it when the page or the command line has changed its looks.
#
# Needs what ./test.sh needs.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/scripts/common.sh"

case ${1:-} in
  "") ;;
  -h | --help) print_help "$0"; exit 0 ;;
  *) die "unknown option $1 (see --help)" ;;
esac

# What a test leaves under artifacts/screenshots/, and the name in docs/images/.
PICTURES=(
  groups-desk.png groups.png
  selection-desk.png processes.png
  groups-phone.png phone.png
  cli-top.svg cli.svg
)

need_dotnet
need_packages supervisor chromium tmux
cd "$ROOT"
build_page
for project in Multivisor.EndToEnd Multivisor.Documents.Tests; do
  dotnet build "test/$project" -c Release "${BUILD_OPTIONS[@]}" >&2
done
test/Multivisor.EndToEnd/bin/Release/net10.0/Multivisor.EndToEnd -noLogo -noColor -class 'Multivisor.EndToEnd.Page.EveryViewTests' >&2
test/Multivisor.Documents.Tests/bin/Release/net10.0/Multivisor.Documents.Tests -noLogo -noColor -class '*CliPictureTests' >&2
for ((i = 0; i < ${#PICTURES[@]}; i += 2)); do
  cp "artifacts/screenshots/${PICTURES[i]}" "docs/images/${PICTURES[i + 1]}"
done
