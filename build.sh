#!/bin/bash
# Usage: ./build.sh [--clean] [--release] [--help]
#
# Compiles every program ahead of time for this machine and puts it, as one self-contained file, under artifacts/:
#   artifacts/multivisor       the server
#   artifacts/multivisor-rpc   the agent that runs beside each supervisord
#   artifacts/multivisor-cli   the command line
#   artifacts/multivisor_plugin-*.whl   the plug-in that runs inside supervisord, for pip
# Nothing else is needed to run them, no .NET either: the page (web/) is built into the server. What has not changed is not built again.
#
#   --clean     throw away all results of earlier builds first
#   --release   then make all that is published, in artifacts/release/: archives, packages for Debian, .NET and pip, bill of materials, checksums
#               (packaging/release.sh names them)
#
# Needs the .NET SDK 10, gcc or clang, the headers of zlib, Node.js with npm for the page, and Python with pip, setuptools and wheel for the plug-in.
# As root on Debian all but the SDK are installed; where Debian's Node.js is too old the script says so.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/scripts/common.sh"

clean=false release=false again=()
for argument in "$@"; do
  case $argument in
    --clean) clean=true ;;
    --release) release=true again=("$argument") ;;
    -h | --help) print_help "$0"; exit 0 ;;
    *) die "unknown option $argument (see --help)" ;;
  esac
done

need_dotnet
suffix=
case $(platform) in
  linux-*) need_packages gcc zlib1g-dev python3-pip python3-setuptools python3-wheel ;;
  win-*) suffix=.exe ;;
esac
cd "$ROOT"
if $clean; then
  rm -rf artifacts src/*/bin src/*/obj web/dist
fi
mkdir -p artifacts/build

# Two builds of one folder would write the same files: the second waits, and then finds most of its work done.
if [ -z "${BUILD_LOCKED:-}" ] && command -v flock >/dev/null; then
  BUILD_LOCKED=1 exec flock --close artifacts/build/.lock "$ROOT/build.sh" "${again[@]}"
fi

# publish PROJECT PROGRAM [OPTION...]
publish() {
  local project=src/$1/$1.csproj output=artifacts/build/$1 log=artifacts/build/$1.log
  say "Building $2"
  if ! dotnet publish "$project" -c Release --use-current-runtime -o "$output" -p:StripSymbols=true "${BUILD_OPTIONS[@]}" "${@:3}" >"$log" 2>&1; then
    forget_native_code "$1"
    cat "$log" >&2
    die "building $2 failed"
  fi

  # A trim or AOT warning is a promise that something will fail at run time.
  if grep -E 'IL[23][0-9]{3}' "$log" >&2; then
    forget_native_code "$1"
    die "$2 has trim or AOT warnings"
  fi

  # Replaced in one step: the old program may be running.
  cp "$output/$2$suffix" "artifacts/$2.new"
  mv "artifacts/$2.new" "artifacts/$2$suffix"
}

# The native compiler is silent about code that it compiled before; a failed build must not look good the second time.
forget_native_code() { rm -rf src/"$1"/obj/Release/*/*/native; }

build_page
publish Multivisor.Server multivisor -p:EmbedPage=true
publish Multivisor.Agent multivisor-rpc
publish Multivisor.Cli multivisor-cli

# Built from a copy: setuptools writes beside what it builds.
build_plugin() {
  local copy log=artifacts/build/plugin.log
  copy=$(mktemp -d)
  say "Building the plug-in"
  cp -r plugin/multivisor plugin/setup.py plugin/setup.cfg plugin/README.md "$copy"
  rm -f artifacts/multivisor_plugin-*.whl
  python -m pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir artifacts "$copy" >"$log" 2>&1 || { cat "$log" >&2; rm -rf "$copy"; die "building the plug-in failed"; }
  rm -rf "$copy"
}

build_plugin
if $release; then
  packaging/release.sh
  exit
fi
for program in artifacts/multivisor*; do
  printf '%-28s %6.1f MB\n' "$program" "$(stat -c %s "$program" | awk '{ print $1 / 1e6 }')"
done
