#!/bin/bash
# Usage: ./demo.sh [--port N] [--detach] [--stop] [--help]
#
# Starts three real supervisords with 26 processes, our agent in each of them, and the server that watches all three; says where to
# look and what to try. Ctrl-C stops everything again.
#
#   --port N   port of the server; default 22000, or a free one when that is taken
#   --detach   come back when everything is up, and leave it running
#   --stop     stop what --detach left running
#
# It touches no other supervisord: sockets, logs and process ids are in .demo/, and all ports are on this machine only.
# Builds the programs when they are missing or older than their source. Needs what ./build.sh needs, and supervisor, which is installed
# as root on Debian.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$ROOT/scripts/common.sh"

SUPERVISORS=(lid001 lid002 baslid001)
PROCESSES=26
# Where a demo keeps what it needs to be found again; tests choose another place, so that they disturb no demo that runs.
STATE=${DEMO_HOME:-$ROOT}/.demo
START_LIMIT=45

port= detach=false stop=false
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?--port needs a number}; shift ;;
    --detach) detach=true ;;
    --stop) stop=true ;;
    -h | --help) print_help "$0"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
  shift
done
case $port in *[!0-9]*) die "--port needs a number, not $port" ;; esac

# The folder of the running demo, if there is one: .demo/where names it.
run=$(cat "$STATE/where" 2>/dev/null) || run=

# Every process of the demo inherits DEMO_RUN and can be found by it, whatever became of its parents and its pid file.
processes() { { grep -lzxsF "DEMO_RUN=$run" /proc/[0-9]*/environ || true; } | cut -d/ -f3; }

is_up() { [ -n "$run" ] && [ -n "$(processes)" ]; }

# Waits until none of our processes is left. wait_for_end SECONDS
wait_for_end() {
  local tries=$(($1 * 10))
  while [ -n "$(processes)" ]; do
    [ $((tries--)) -gt 0 ] || return 1
    sleep 0.1
  done
}

# Sends SIGTERM to those of our processes that are a supervisord or the server ("heads"), or to the others ("children").
terminate() {
  local pid kind
  for pid in $(processes); do
    kind=children
    ! { tr "\0" " " <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qE '/supervisord -c|/artifacts/multivisor -c' || kind=heads
    [ "$kind" != "$1" ] || kill "$pid" 2>/dev/null || true
  done
}

# supervisord stops its own children, which is kinder than to end them behind its back. Asked more than once: it may have been about to
# start when it was asked first, and a child that is asked between fork and exec never hears of it. What is left in the end is killed.
stop_all() {
  local pids second
  [ -n "$run" ] || return 0
  # A second Ctrl-C is impatience: followed, it would leave half of it running.
  trap '' INT TERM
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    terminate heads
    [ "$second" -lt 4 ] || terminate children
    ! wait_for_end 1 || break
  done
  pids=$(processes)
  if [ -n "$pids" ]; then
    say "Killing what did not stop: $(tr '\n' ' ' <<<"$pids")"
    kill -9 $pids 2>/dev/null || true
    wait_for_end 5 || say "Still there: $(processes | tr '\n' ' ')"
  fi
  rm -rf "$run" "$STATE"
}

# A free port on this machine, the wished one if possible. free_port WISH
free_port() {
  python3 - "$1" <<'PYTHON'
import socket, sys

def free(port):
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
                chosen = probe.getsockname()[1]
        except OSError:
            if family == socket.AF_INET:
                return None
            continue  # no IPv6 here, or taken there only: the agents use IPv4
    return port or chosen

def any_free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

print(free(int(sys.argv[1])) or any_free())
PYTHON
}

# How far the start is: "3 26" when three supervisors run and 26 processes are known.
progress() {
  python3 - "$1" 2>/dev/null <<'PYTHON' || echo "0 0"
import json, sys, urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(f"http://localhost:{sys.argv[1]}/api/data", timeout=2) as answer:
    supervisors = json.load(answer)["supervisors"].values()
print(sum(s["running"] is True for s in supervisors), sum(len(s["processes"]) for s in supervisors))
PYTHON
}

build_if_needed() {
  local program
  for program in multivisor multivisor-rpc; do
    if [ ! -x "$ROOT/artifacts/$program" ] || [ -n "$(newer_sources "$ROOT/artifacts/$program")" ]; then
      "$ROOT/build.sh" >&2 || die "the programs could not be built"
      return
    fi
  done
}

newer_sources() {
  find "$ROOT/src" "$ROOT"/Directory.* "$ROOT/global.json" -type f -newer "$1" -not -path '*/bin/*' -not -path '*/obj/*' -print -quit
}

# The path of a unix socket has at most 107 characters, and supervisord makes it under a longer name first.
choose_folder() {
  run=$STATE/run
  if [ ${#run} -gt 70 ]; then
    run=$(mktemp -d /tmp/multivisor-demo.XXXXXX)
  fi
  mkdir -p "$STATE" "$run"
  printf '%s\n' "$run" >"$STATE/where"
}

start_all() {
  local supervisor wish=9012 chosen upper
  local environment=("DEMO_RUN=$run" "DEMO_AGENT=$ROOT/artifacts/multivisor-rpc")
  cp "$ROOT/examples/full/multivisor.conf" "$run/multivisor.conf"
  for supervisor in "${SUPERVISORS[@]}"; do
    chosen=$(free_port "$wish")
    sed -i "s/localhost:$wish\$/localhost:$chosen/" "$run/multivisor.conf"
    upper=${supervisor^^}
    environment+=("DEMO_PORT_$upper=$chosen")
    mkdir -p "$run/$supervisor/logs"
    wish=$((wish + 10))
  done

  for supervisor in "${SUPERVISORS[@]}"; do
    env "${environment[@]}" "$(command -v supervisord)" -c "$ROOT/examples/full/supervisord_$supervisor.conf" \
      </dev/null >"$run/$supervisor/start.log" 2>&1 \
      || { cat "$run/$supervisor/start.log" >&2; give_up "supervisord $supervisor did not start"; }
  done

  # In a session of its own, so that Ctrl-C reaches this script only and everything is stopped in order.
  env "${environment[@]}" setsid "$ROOT/artifacts/multivisor" -c "$run/multivisor.conf" --bind "localhost:$port" --log-level INFO \
    </dev/null >"$run/multivisor.log" 2>&1 &
  server=$!
  echo "$port" >"$run/port"
}

wait_until_up() {
  local deadline=$((SECONDS + START_LIMIT)) seen
  while true; do
    seen=$(progress "$port")
    [ "$seen" != "${#SUPERVISORS[@]} $PROCESSES" ] || return 0
    kill -0 "$server" 2>/dev/null || give_up "the server has ended"
    [ $SECONDS -lt $deadline ] \
      || give_up "after $START_LIMIT s only ${seen% *} of ${#SUPERVISORS[@]} supervisors run, with ${seen#* } of $PROCESSES processes"
    sleep 0.2
  done
}

# Shows the end of every log before they are deleted. give_up REASON
give_up() {
  local log
  for log in "$run"/multivisor.log "$run"/*/supervisord.log "$run"/*/logs/multivisor-rpc.log; do
    [ ! -s "$log" ] || { say "--- ${log#"$run"/}"; tail -n 15 "$log" >&2; }
  done
  say "---"
  trap - EXIT
  stop_all
  die "$1; the logs are above"
}

what_to_try() {
  local address=http://localhost:$port
  cat <<TEXT

Three supervisors with $PROCESSES processes are up: $address

  curl $address/api/data                                               # everything at once
  curl -N $address/api/stream                                          # what changes, as it happens
  curl -d uid=lid001:PLC:wcid00a $address/api/process/stop             # one process
  curl -d uid=lid001:PLC:wcid00a $address/api/process/start
  curl -d 'uid=*:PLC:*' $address/api/process/restart                   # a group on all hosts
  curl -N $address/api/process/log/out/tail/lid002:PLC:wcid00e         # its output, live
  curl $address/healthz $address/readyz $address/metrics

TEXT
}

if $stop; then
  if is_up; then
    stop_all
    echo "The demo has stopped."
  else
    rm -rf "$STATE"
    echo "The demo is not running."
  fi
  exit 0
fi

if is_up; then
  running=$(cat "$run/port" 2>/dev/null || echo "?")
  echo "The demo is running already: http://localhost:$running (./demo.sh --stop ends it)"
  $detach && { [ -z "$port" ] || [ "$port" = "$running" ]; }
  exit
fi

need_packages supervisor
build_if_needed
chosen=$(free_port "${port:-22000}")
if [ -n "$port" ] && [ "$chosen" != "$port" ]; then
  die "port $port is taken; choose another one with --port"
fi
[ -n "$port" ] || [ "$chosen" = 22000 ] || say "Port 22000 is taken; using $chosen."
port=$chosen

rm -rf "$STATE"
choose_folder
trap stop_all EXIT
trap 'trap "" INT TERM; exit 130' INT TERM
say "Starting ${SUPERVISORS[*]} and the server"
start_all
wait_until_up
what_to_try

if $detach; then
  trap - EXIT
  echo "It keeps running; ./demo.sh --stop ends it."
  exit 0
fi

echo "Ctrl-C stops everything."
trap 'trap "" INT TERM; echo; echo "Stopping"; exit 0' INT TERM
wait "$server" || true
if [ ! -e "$STATE/where" ]; then
  trap - EXIT
  echo "The demo was stopped from elsewhere."
  exit 0
fi
say "The server has ended by itself:"
tail -n 15 "$run/multivisor.log" >&2
exit 1
