#!/bin/bash
# Usage: ./build.sh --release
#
# Makes of the programs under artifacts/ all that is published, in artifacts/release/, for this machine's system and architecture:
#   multivisor-VERSION-PLATFORM.tar.gz, .zip   programs, man pages, completions, documentation, units, examples
#   multivisor*_VERSION_ARCH.deb               Debian packages of the server, the agent and the command line, where dpkg-deb is
#   Multivisor*.VERSION.nupkg, .snupkg         .NET tools of the three programs; the library Multivisor.Client
#   multivisor_plugin-VERSION-*.whl            the plug-in
#   multivisor-VERSION-PLATFORM.cdx.json       bill of materials (CycloneDX)
#   SHA256SUMS-PLATFORM                        checksums of all of them
#
# The version is that of Directory.Build.props. SOURCE_DATE_EPOCH is the time of everything in the archives; default: that of the last commit.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$ROOT/scripts/common.sh"
cd "$ROOT"

PROGRAMS=(multivisor multivisor-rpc multivisor-cli)
VERSION=$(version)
PLATFORM=$(platform)
NAME=multivisor-$VERSION-$PLATFORM
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
output=$ROOT/artifacts/release
stage=$ROOT/artifacts/build/stage/$NAME

# The plug-in and the page name the version themselves, because they are used without this build as well.
check_version() {
  local file
  for file in plugin/multivisor/__init__.py web/package.json; do
    grep -qF "\"$VERSION\"" "$file" || die "$file has another version than Directory.Build.props, $VERSION"
  done
}

# put FILE FOLDER: a copy below the tree of the archive.
put() { mkdir -p "$stage/$2" && cp "$1" "$stage/$2/"; }

# The command line prints its completions; the other programs answer the same questions in the same way, and take names of files.
completion() {
  "$stage/bin/multivisor-cli" completion "$1" | if [ "$2" = multivisor-cli ]; then cat; else
    sed -e "s/multivisor-cli/$2/g" -e "s/multivisor_cli/${2//-/_}/g" -e 's/complete -F/complete -o default -F/' -e 's/ -f -a / -a /' -e 's/compadd -a found/compadd -a found || _files/'
  fi
}

completions_of() {
  local share=$stage/share
  mkdir -p "$share"/bash-completion/completions "$share"/zsh/site-functions "$share"/fish/vendor_completions.d "$share"/multivisor/powershell
  completion bash "$1" >"$share/bash-completion/completions/$1"
  completion zsh "$1" >"$share/zsh/site-functions/_${1//-/_}"
  completion fish "$1" >"$share/fish/vendor_completions.d/$1.fish"
  completion pwsh "$1" >"$share/multivisor/powershell/$1.ps1"
}

# The tree unpacks into a prefix such as /usr/local.
fill_stage() {
  local program suffix=
  case $PLATFORM in win-*) suffix=.exe ;; esac
  rm -rf "$ROOT/artifacts/build/stage"
  for program in "${PROGRAMS[@]}"; do
    put "artifacts/$program$suffix" bin
  done
  for program in "${PROGRAMS[@]}"; do
    put "packaging/man/$program.1" share/man/man1
    completions_of "$program"
  done
  for file in LICENSE CHANGELOG.md docs/*.md; do put "$file" share/doc/multivisor; done
  put packaging/etc/multivisor.conf share/multivisor/etc
  put packaging/systemd/multivisor.service share/multivisor/systemd
  for file in packaging/supervisor/*.conf; do put "$file" share/multivisor/supervisor; done
  python packaging/sbom.py "$VERSION" "$PLATFORM" "$output/$NAME.cdx.json" "$stage/share/doc/multivisor/THIRD-PARTY-NOTICES.txt"
}

# pack PROJECT [OPTION...]: apart from the other builds, which compile ahead of time, and have had the code analysed.
pack() {
  local log=artifacts/build/pack-$1.log
  dotnet pack "src/$1/$1.csproj" -c Release --artifacts-path "$ROOT/artifacts/build/pack" -o "$output" -p:RunAnalyzers=false "${BUILD_OPTIONS[@]}" "${@:2}" >"$log" 2>&1 || { cat "$log" >&2; die "packing $1 failed"; }
}

pack_for_dotnet() {
  pack Multivisor.Server -p:PackTool=true -p:PublishAot=false -p:EmbedPage=true
  pack Multivisor.Agent -p:PackTool=true -p:PublishAot=false
  pack Multivisor.Cli -p:PackTool=true -p:PublishAot=false
  pack Multivisor.Contract
  pack Multivisor.Client
}

sums() {
  cd "$output"
  if command -v sha256sum >/dev/null; then sha256sum -- *; else shasum -a 256 -- *; fi >"$1"
}

check_version
rm -rf "$output"
mkdir -p "$output"
say "Packing $NAME"
fill_stage
python packaging/archive.py "$stage" "$output/$NAME.tar.gz" "$output/$NAME.zip"
if command -v dpkg-deb >/dev/null; then
  say "Packing for Debian"
  packaging/deb/build.sh "$stage" "$output" "$VERSION"
else
  say "There is no dpkg-deb here, so no Debian packages are made."
fi
say "Packing for .NET"
pack_for_dotnet
cp artifacts/multivisor_plugin-*.whl "$output/"
(sums "../SHA256SUMS-$PLATFORM")
mv "artifacts/SHA256SUMS-$PLATFORM" "$output/"
(cd "$output" && ls -l | awk 'NR > 1 { printf "%-60s %6.1f MB\n", $9, $5 / 1e6 }')
