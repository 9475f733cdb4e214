# Functions shared by the shell scripts; sourced, never run.
# shellcheck shell=bash

# Sentences about the work go to stderr: stdout belongs to what a caller reads.
say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# need COMMAND HOW_TO_GET_IT: stop with one sentence when a program is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || die "$1 is missing: $2"
}

# True when something listens on 127.0.0.1:PORT.
port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A TCP port on loopback that nobody listens on right now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

random_password() {
  python3 -c 'import secrets; print(secrets.token_urlsafe(24))'
}

# Where local servers keep their data: per user, outside the clone because PostgreSQL and
# Elasticsearch refuse to run as root and the user they drop to cannot look below /root.
state_root() {
  local root=${STADTWISSEN_LOCAL_STATE:-/var/tmp/stadtwissen-$(id -u)}
  mkdir -p "$root"
  # /var/tmp is everybody's: a folder somebody else laid there first is not used.
  [ -O "$root" ] || die "$root belongs to another user; set STADTWISSEN_LOCAL_STATE to a folder of your own"
  chmod 755 "$root"
  echo "$root"
}

# hold_lock FILE SECONDS: one start or stop at a time; released when the script ends.
# The descriptor is 9: a server started in the background must close it (9>&-).
hold_lock() {
  need flock "install util-linux"
  exec 9>"$1"
  flock -w "$2" 9 || die "another start or stop holds $1 for more than $2 s"
}

# as_user NAME: the command prefix, in the array AS_USER, that drops root to NAME; empty otherwise.
# shellcheck disable=SC2034  # AS_USER is read by the scripts that source this file
as_user() {
  AS_USER=()
  [ "$(id -u)" = 0 ] || return 0
  need setpriv "install util-linux"
  AS_USER=(setpriv --reuid="$1" --regid="$(id -g "$1")" --clear-groups)
}

# process_alive PID WORD: PID runs and WORD is in its command line, so that a number which the
# system gave to another program after a restart is never taken for ours.
process_alive() {
  [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# stop_group PID SECONDS: end a process group politely, then by force.
stop_group() {
  local pid=$1 wait_s=$2
  kill -TERM -- "-$pid" 2>/dev/null || return 0
  for _ in $(seq $((wait_s * 5))); do
    kill -0 -- "-$pid" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
}
