# shellcheck shell=bash
# Shared by build.sh, test.sh and demo.sh: what must be there before they can work. Sourced, not run.

# No compiler server or build node may outlive the script that started it: it would hold a CI job's output open.
export MSBUILDDISABLENODEREUSE=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
BUILD_OPTIONS=(-p:UseSharedCompilation=false --nologo -v:quiet)

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename "$0"): $*"
  exit 1
}

# The leading comment of a script is its help text.
print_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$1"; }

need_dotnet() {
  local version
  version=$(cd "$ROOT" && dotnet --version 2>/dev/null) || version=
  case $version in
    10.*) ;;
    *)
      say "The .NET SDK 10 is missing. Install it (https://dotnet.microsoft.com/download), for example with"
      say "  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
      die "no .NET SDK 10"
      ;;
  esac
}

# Vite's own requirement.
need_node() {
  need_packages nodejs npm
  local version major minor
  version=$(node --version)
  IFS=. read -r major minor _ <<<"${version#v}"
  if [ "$major" -ge 23 ] || { [ "$major" = 22 ] && [ "$minor" -ge 12 ]; } || { [ "$major" = 20 ] && [ "$minor" -ge 19 ]; }; then
    return
  fi
  die "Node.js $version is too old for the page: 20.19, 22.12 or newer is needed (https://nodejs.org/en/download)"
}

# Builds web/dist when a source of it is newer. The marker is written last: a build that was broken off is begun again.
build_page() {
  local done=$ROOT/web/node_modules/.built
  if [ -e "$done" ] && [ -e "$ROOT/web/dist/index.html" ] && [ -z "$(find "$ROOT/web" \( -name node_modules -o -name dist \) -prune -o -type f -newer "$done" -print -quit)" ]; then
    return
  fi
  need_node
  say "Building the page"
  (cd "$ROOT/web" && install_node_packages && npm run --silent build) || die "building the page failed"
  touch "$done"
}

# In the current folder: what package-lock.json names, once for each state of that file.
install_node_packages() {
  local installed=node_modules/.installed
  if [ ! -e "$installed" ] || ! cmp -s package-lock.json "$installed"; then
    npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json "$installed"
  fi
}

# Debian's own Python has pip and setuptools as packages; elsewhere whatever is called Python will do.
python() {
  local each
  for each in $([ "$(uname -s)" != Linux ] || echo /usr/bin/python3) "$(type -P python3)" "$(type -P python)"; do
    [ -z "$each" ] || [ ! -x "$each" ] || { "$each" "$@"; return; }
  done
  die "Python 3 is missing"
}

# What this machine is called by .NET: linux-x64, linux-arm64, osx-arm64, win-x64.
platform() {
  local system machine
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=osx ;;
    MINGW* | MSYS* | CYGWIN*) system=win ;;
    *) die "no release is made on $(uname -s)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) die "no release is made for $(uname -m)" ;;
  esac
  if [ $system = linux ] && compgen -G '/lib/ld-musl-*' >/dev/null; then system=linux-musl; fi
  printf '%s-%s\n' "$system" "$machine"
}

# The one version number of everything.
version() { sed -n 's,^ *<Version>\(.*\)</Version>$,\1,p' "$ROOT/Directory.Build.props"; }

# Each prerequisite is asked for by what it must do, so that any distribution will do; the package names are Debian's.
has_linker() { command -v clang >/dev/null || command -v gcc >/dev/null; }
has_zlib() { compgen -G '/usr/include/zlib.h' >/dev/null || compgen -G '/usr/include/*/zlib.h' >/dev/null; }
has_supervisor() { command -v supervisord >/dev/null; }
has_python_module() { /usr/bin/python3 -c "import $1" >/dev/null 2>&1; }

missing_packages() {
  local package
  for package in "$@"; do
    case $package in
      gcc) has_linker ;;
      zlib1g-dev) has_zlib ;;
      supervisor) has_supervisor ;;
      python3-zmq) has_python_module zmq ;;
      python3-msgpack) has_python_module msgpack ;;
      python3-pip) has_python_module pip ;;
      python3-setuptools) has_python_module setuptools ;;
      python3-wheel) has_python_module wheel ;;
      openssh-server) [ -x /usr/sbin/sshd ] ;;
      nginx) [ -x /usr/sbin/nginx ] ;;
      caddy) [ -x /usr/bin/caddy ] ;;
      prometheus) command -v promtool >/dev/null ;;
      openssh-client) command -v ssh >/dev/null ;;
      afl++) command -v afl-fuzz >/dev/null ;;
      nodejs) command -v node >/dev/null ;;
      *) command -v "$package" >/dev/null ;;
    esac || printf '%s\n' "$package"
  done
}

# Installs what is missing when that is possible without asking, else says exactly what to install.
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "These Debian packages (or your system's equivalent) are missing: ${missing[*]}. Install them with"
    say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
    die "missing: ${missing[*]}"
  fi

  say "Installing ${missing[*]}"
  install_quietly "${missing[@]}" || die "apt-get could not install ${missing[*]}"
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] || die "still missing after installation: ${missing[*]}"
}

# Debian starts a supervisord of its own when the package is installed; nobody asked for that one.
install_quietly() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
)
