#!/bin/bash
# Usage: host.sh NAME
#
# One host of the demo: the supervisord of that name in examples/full, with its agent on port 9002 of every address. Its folders may be chosen:
# DEMO_FILES, DEMO_RUN, DEMO_AGENT, DEMO_BIND.
set -euo pipefail
name=${1:?which of the hosts: lid001, lid002, baslid001}
files=${DEMO_FILES:-/demo}
export DEMO_RUN=${DEMO_RUN:-/var/lib/supervisor}
export DEMO_AGENT=${DEMO_AGENT:-/usr/bin/multivisor-rpc}
export "DEMO_PORT_${name^^}=9002"
mkdir -p "$DEMO_RUN/$name/logs"
# At home the agents of the demo listen on this machine only.
sed "s,127\.0\.0\.1:,${DEMO_BIND:-0}:,; s,%(here)s,$files," "$files/supervisord_$name.conf" >"$DEMO_RUN/$name/supervisord.conf"
exec supervisord -n -c "$DEMO_RUN/$name/supervisord.conf"
