#!/bin/bash
# Usage: ./bench.sh [latency] [burst] [programs] [cli] [fleet] [events] [clients] [storm] [hosts] [soak] [direct] [logs] [plugin] [page] [page-logs] [--help]
#        ./bench.sh micro | scaling
#
# Measures the programs as they are shipped, with real supervisords unless it says otherwise; all benchmarks unless
# some are named.
#
#   latency    kill -9 of a child until a client of the event stream has it, beside supervisord's own part in it; start and stop; with an agent
#              that wakes supervisord and one that does not, and with the plug-in
#   burst      wrong states after a group of 100 was stopped and started, ten times
#   programs   memory and start of each program, time of GET /api/data
#   cli        the command line: start until the prompt, one command, memory; top before 50,000 processes
#   fleet      the server before 1,000 simulated supervisors with 50 processes each: start, memory, idle cost, GET /api/data
#   events     the same server, one client, 300 to 10,000 changes a second: how late the client has them, and what it costs
#   clients    1,000 clients of the event stream at 100 changes a second, some of which read nothing; 10,000 that only listen: memory for each
#   storm      50,000 processes restarted within 10 s: what a client of the stream ends with, memory before, meanwhile and after
#   hosts      what a dead, a silent, a hung and a slow host, and an answer that never ends, do to a hundred others; 1,000 dead hosts
#   soak       three days of life in two minutes: changes, hosts that go and come, readers, actions; descriptors, threads and memory before and after
#   direct     300 supervisors with 30 processes each without an agent: how late changes are while somebody watches and while nobody does, what
#              it costs the server and a real supervisord, and what one frozen host does to the others
#   logs       a write until a client that follows the log has it: through our agent, supervisord's unix socket and its HTTP server
#   plugin     supervisord's memory, processor and threads with the plug-in and without, and the longest turn of its loop under hostile clients
#   page       the list of the same 50,000 processes in Chromium while 1,000 change each second: first useful paint, frames, load of the
#              main thread, answer to a key in the filter; leaves a profile in artifacts/page.cpuprofile
#   page-logs  a log of 100,000 lines in Chromium while 2,000 lines arrive each second: frames, memory
#
#   micro      (alone) time and allocated octets of what the server does again and again, with BenchmarkDotNet; artifacts/microbench has its report
#   scaling    (alone) two servers that share 100 supervisors through Orleans, one is killed: how long until the other serves them (docs/scaling.md)
#
# Prints a table and writes bench/results/<date>-<cores>cores.json and docs/performance.md. The original's figures stand beside ours; they were measured on a
# machine with two cores. Run it while nothing else runs. Needs what ./build.sh needs, supervisor, and Chromium for the page.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/scripts/common.sh"

case ${1:-} in -h | --help) print_help "$0"; exit 0 ;; esac

need_dotnet
need_packages gcc zlib1g-dev supervisor
case " ${*:-page} " in *" page "* | *" page-logs "*) need_packages chromium ;; esac
cd "$ROOT"
alone() {
  dotnet build "bench/$1" -c Release "${BUILD_OPTIONS[@]}" >&2
  exec "bench/$1/bin/Release/net10.0/$1" "${@:2}"
}
case ${1:-} in
  micro) alone Multivisor.Microbench ;;
  scaling) alone Multivisor.ScalingSpike ;;
esac
./build.sh
dotnet build bench/Multivisor.Bench -c Release "${BUILD_OPTIONS[@]}" >&2
exec dotnet bench/Multivisor.Bench/bin/Release/net10.0/Multivisor.Bench.dll "$@"
