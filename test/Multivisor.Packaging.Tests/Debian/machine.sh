#!/bin/bash
# Usage: machine.sh start FOLDER | machine.sh run PID COMMAND...
#
# A machine to install packages on that is thrown away afterwards: a systemd of its own over this machine's files, with an overlay in memory that
# takes every change, and without a network. "start" prints its pid and ends it when its own standard input ends, so also when whoever started it
# has died; "run" runs a command in it.
# Needs root, systemd and util-linux.
set -euo pipefail

start() {
  unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child --propagation private "$0" boot "$1" </dev/null >&2 &
  local parent=$! machine=
  until [ -n "$machine" ] || ! kill -0 "$parent"; do
    sleep 0.05
    read -r machine <"/proc/$parent/task/$parent/children" || true
  done
  printf '%s\n' "$machine"
  while read -r _; do :; done
  kill -KILL "$parent"
}

boot() {
  mount -t tmpfs tmpfs "$1"
  mkdir "$1/changes" "$1/work" "$1/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" "$1/root"
  cd "$1/root"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs tmp
  mount -t tmpfs -o mode=755 tmpfs dev
  local device
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/shm dev/pts
  mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  # Nothing of this machine's own is started or mounted.
  : >etc/fstab
  rm -f usr/sbin/policy-rc.d
  # Services with file systems of their own need a root that is a mount, as after a real start.
  pivot_root . mnt
  umount --lazy /mnt
  exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target --log-target=journal
}

run() {
  local machine=$1
  shift
  exec nsenter --target "$machine" --mount --pid --net --ipc --uts --cgroup --root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
}

"$@"
