#!/bin/bash
# Usage: ./fuzz.sh [TARGET...] [--seconds N] [--help]
#
# Fuzzes the parsers of what comes from outside, one after another, with AFL++ and SharpFuzz: all targets unless some are named.
#
#   zmtp       frames and handshake of a peer            msgpack    one value
#   zerorpc    events to our server and to our client    xmlrpc     an answer of supervisord
#   listener   the input of an event listener            config     a configuration file, beside Python's configparser
#   logtext    octets of a log, cut anywhere
#
#   --seconds N   how long for each; default 300
#
# Each target has an oracle (fuzz/Multivisor.Fuzz/Targets) and begins with fuzz/corpus/TARGET. What breaks a rule is kept under
# artifacts/fuzz/TARGET/crashes, what hangs under hangs; then the exit code is 1. Put such an input into fuzz/corpus/TARGET as found-…:
# ./test.sh runs all of them. To see what one does:  dotnet artifacts/fuzz/plain/Multivisor.Fuzz.dll TARGET FILE
#
# Needs the .NET SDK 10, python3 and AFL++ (Debian's package afl++; as root on Debian it is installed).
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/scripts/common.sh"

all=(zmtp msgpack zerorpc xmlrpc listener config logtext)
targets=() seconds=300
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    -h | --help) print_help "$0"; exit 0 ;;
    -*) die "unknown option $1 (see --help)" ;;
    *)
      [[ " ${all[*]} " == *" $1 "* ]] || die "there is no target $1 (${all[*]})"
      targets+=("$1")
      ;;
  esac
  shift
done
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")

need_dotnet
need_packages afl++
cd "$ROOT"
output=artifacts/fuzz
say "Building"
dotnet build fuzz/Multivisor.Fuzz -c Release -p:EmbedPage=false "${BUILD_OPTIONS[@]}" >&2
rm -rf "$output/plain" "$output/instrumented"
mkdir -p "$output"
cp -r fuzz/Multivisor.Fuzz/bin/Release/net10.0 "$output/plain"
cp -r "$output/plain" "$output/instrumented"
if [ ! -x "$output/tool/sharpfuzz" ]; then
  dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$output/tool" >&2
fi
# The library that reads msgpack as well: what is not instrumented, the fuzzer cannot find its way through.
for assembly in Multivisor.ZeroRpc Multivisor.Supervisord Multivisor.Fleet multivisor Nerdbank.MessagePack; do
  "$output/tool/sharpfuzz" "$output/instrumented/$assembly.dll" >&2
done

# The program is .NET and not instrumented by AFL's compiler; where cores go and how the processor is clocked is no concern of ours.
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
# One thread of the pool: where two interleave, AFL takes chance for new ways through the program, and each input costs twenty times as much.
export DOTNET_ThreadPool_ForceMinWorkerThreads=1 DOTNET_ThreadPool_ForceMaxWorkerThreads=1
found=0
for target in "${targets[@]}"; do
  results=$output/$target
  rm -rf "$results.run" "$results"
  say "Fuzzing $target for $seconds s"
  afl-fuzz -i "fuzz/corpus/$target" -o "$results.run" -t 10000 -m none -V "$seconds" \
    -- dotnet "$output/instrumented/Multivisor.Fuzz.dll" "$target" >"$output/$target.log" 2>&1 \
    || { tail -n 30 "$output/$target.log" >&2; die "afl-fuzz failed for $target"; }
  mv "$results.run/default" "$results"
  rm -rf "$results.run"
  stat() { sed -n "s/^$1 *: *//p" "$results/fuzzer_stats"; }
  printf '%-9s %s inputs run, %s kept, %s branches found, %s crashes, %s hangs\n' "$target" "$(stat execs_done)" \
    "$(stat corpus_count)" "$(stat edges_found)" "$(stat saved_crashes)" "$(stat saved_hangs)"
  found=$((found + $(stat saved_crashes) + $(stat saved_hangs)))
done
[ "$found" = 0 ]
