# Prerequisites, steps and stamps of the set-up; sourced after shell.sh, never run.
# shellcheck shell=bash disable=SC2034  # what is set here is read by the scripts that source it

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
tools=$root/.tools
venv=$root/.venv
uv_version=0.13.9
polib_version=1.2.0
# Read by uv: the interpreter found below is used and no other one is downloaded; certificates are the
# system's, because many a city network has an authority of its own.
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1

# --- prerequisites ---------------------------------------------------------------------------------

# The first Python that is new enough and can make virtual environments. Every candidate is really
# run: pyenv leaves commands on the path that only print an error.
find_python() {
  local name candidate without_venv=
  for name in ${STADTWISSEN_PYTHON:-python3 python3.13 python3.12 python3.11}; do
    while read -r candidate; do
      "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || continue
      if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
        # Its own path and not pyenv's stand-in for it: uv takes another path for another interpreter
        # and would make the environment anew.
        "$candidate" -c 'import sys; print(sys.executable)'
        return
      fi
      without_venv=$candidate
    done < <(type -ap "$name")
  done
  [ -z "$without_venv" ] || die "$without_venv cannot make virtual environments: apt-get install python3-venv"
  die "Python 3.11, 3.12 or 3.13 is missing ($(python3 --version 2>/dev/null || echo 'no python3 found')):" \
    "apt-get install python3 python3-venv, or set STADTWISSEN_PYTHON to one"
}

check_node() {
  local major
  need node "Node.js 20 or newer brings the design system's files: apt-get install nodejs npm"
  need npm "it comes with Node.js: apt-get install npm"
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
  [ "${major:-0}" -ge 20 ] || die "Node.js $(node --version 2>/dev/null) is too old; 20 or newer is needed: apt-get install nodejs (Debian 13 or newer) or a current release of Node.js"
}

# check_port PORT: a number, and free on loopback.
check_port() {
  case $1 in
    '' | *[!0-9]*) die "PORT=$1 is not a port; give a number from 1 to 65535, e.g. PORT=8001 make run" ;;
  esac
  { [ "${#1}" -le 5 ] && [ "$1" -ge 1 ] && [ "$1" -le 65535 ]; } \
    || die "PORT=$1 is not a port; give a number from 1 to 65535, e.g. PORT=8001 make run"
  if port_in_use "$1"; then
    die "port $1 is already in use; stop the program that uses it or choose another one: PORT=$((10#$1 < 65535 ? 10#$1 + 1 : 8001)) make run"
  fi
}

# --- steps -------------------------------------------------------------------------------------------

# A script sets steps_total and steps_left_s (expected seconds of all steps), then calls step for each.
step_number=0
steps_total=${steps_total:-0}
steps_left_s=${steps_left_s:-0}

# step LABEL SECONDS: say what begins and how long is left in all, that step included.
step() {
  step_number=$((step_number + 1))
  say "[$step_number/$steps_total] $1 … (about $2 s; $(left "$steps_left_s"))"
  steps_left_s=$((steps_left_s - $2))
}

step_done_before() {
  step_number=$((step_number + 1))
  say "[$step_number/$steps_total] $1: up to date"
}

left() {
  if [ "$1" -lt 60 ]; then echo "about $1 s left in all"; else echo "about $((($1 + 59) / 60)) min left in all"; fi
}

# --- stamps --------------------------------------------------------------------------------------------

# stamp_of FILE…: a number for the content of files; a missing file counts as empty.
stamp_of() { cat "$@" 2>/dev/null | cksum; }

stamp_is() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
