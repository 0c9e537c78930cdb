#!/bin/bash
# Usage: packaging/deb/build.sh STAGE OUTPUT VERSION
#
# Makes the Debian packages of a release (build.sh --release does all before it): STAGE is the tree of the archive, OUTPUT the folder for the
# packages. Nothing but dpkg-deb is needed. The same files and SOURCE_DATE_EPOCH make the same packages, to the octet.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stage=$1 output=$2 version=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# What the program asks of the C library: the newest version of its symbols.
libc_of() { LC_ALL=C readelf --dyn-syms --wide "$1" | grep -o '@GLIBC_[0-9.]*' | sed 's/@GLIBC_//' | sort -Vu | tail -n 1; }

# put FILE TARGET: a file of the package, readable for everybody.
put() { install -D -m 644 "$1" "$tree/$2"; }

# A text of the documentation; Debian wants larger ones compressed.
document() {
  put "$1" "usr/share/doc/$package/${2:-$(basename "$1")}"
  local file=$tree/usr/share/doc/$package/${2:-$(basename "$1")}
  [ "$(stat -c %s "$file")" -le 4096 ] || gzip -9n "$file"
}

copyright_text() {
  cat <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Multivisor for .NET

Files: *
Copyright: 2026 The Multivisor for .NET founders
License: Apache-2.0
 On Debian systems the text of the licence is in /usr/share/common-licenses/Apache-2.0.
 .
 The programs contain libraries under licences of their own, whose texts are in THIRD-PARTY-NOTICES.txt beside this file.
TEXT
}

changelog_text() {
  printf '%s (%s) stable; urgency=medium\n\n  * New release; what is new is in CHANGELOG.md.\n\n -- %s  %s\n' \
    "$package" "$version" "The Multivisor for .NET founders <founders@multivisor.invalid>" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

contents_of() {
  local shell
  install -D -m 755 "$stage/bin/$package" "$tree/usr/bin/$package"
  put "$stage/share/man/man1/$package.1" "usr/share/man/man1/$package.1"
  gzip -9n "$tree/usr/share/man/man1/$package.1"
  for shell in bash-completion/completions/"$package" zsh/vendor-completions/_"${package//-/_}" fish/vendor_completions.d/"$package".fish; do
    put "$stage/share/${shell/vendor-completions/site-functions}" "usr/share/$shell"
  done
  copyright_text >"$work/copyright"
  put "$work/copyright" "usr/share/doc/$package/copyright"
  changelog_text | gzip -9n >"$work/changelog.gz"
  put "$work/changelog.gz" "usr/share/doc/$package/changelog.gz"
  # The compiler of .NET links its own zlib into a program that compresses.
  if [ "$package" != multivisor-rpc ]; then
    printf '%s: embedded-library zlib [usr/bin/%s]\n' "$package" "$package" >"$work/overrides"
    put "$work/overrides" "usr/share/lintian/overrides/$package"
  fi
  document "$stage/share/doc/multivisor/THIRD-PARTY-NOTICES.txt"
  document "$ROOT/CHANGELOG.md"
  case $package in
    multivisor)
      put "$ROOT/packaging/etc/multivisor.conf" etc/multivisor.conf
      put "$ROOT/packaging/systemd/multivisor.service" usr/lib/systemd/system/multivisor.service
      put "$ROOT/packaging/supervisor/multivisor.conf" usr/share/doc/multivisor/examples/supervisord.conf
      local text
      for text in "$ROOT"/docs/*.md; do document "$text"; done
      ;;
    multivisor-rpc)
      put "$ROOT/packaging/supervisor/multivisor-rpc.conf" usr/share/doc/multivisor-rpc/examples/multivisor-rpc.conf
      put "$ROOT/packaging/deb/multivisor-rpc/README.Debian" usr/share/doc/multivisor-rpc/README.Debian
      document "$ROOT/docs/agent.md"
      document "$ROOT/docs/security.md"
      ;;
    multivisor-cli)
      document "$ROOT/docs/cli.md"
      document "$ROOT/docs/filter.md"
      ;;
  esac
}

control_of() {
  local script
  mkdir -p "$tree/DEBIAN"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$(dpkg --print-architecture)/" -e "s/@LIBC@/$(libc_of "$stage/bin/$package")/" \
    -e "s/@SIZE@/$(du -k -s --apparent-size --exclude=DEBIAN "$tree" | cut -f1)/" "$ROOT/packaging/deb/$package/control" >"$tree/DEBIAN/control"
  (cd "$tree" && find . -path ./DEBIAN -prune -o -type f ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
  [ ! -d "$tree/etc" ] || (cd "$tree" && find etc -type f -printf '/%p\n' | sort) >"$tree/DEBIAN/conffiles"
  for script in postinst prerm postrm; do
    [ ! -e "$ROOT/packaging/deb/$package/$script" ] || install -m 755 "$ROOT/packaging/deb/$package/$script" "$tree/DEBIAN/$script"
  done
}

# package PACKAGE
package() {
  local package=$1 tree=$work/$1
  local work=$work/$1.d
  mkdir -p "$work" "$tree"
  contents_of
  control_of
  find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$output/${package}_${version}_$(dpkg --print-architecture).deb" >/dev/null
}

# Side by side: compressing is most of the work.
jobs=()
for each in multivisor multivisor-rpc multivisor-cli; do
  package "$each" &
  jobs+=($!)
done
for each in "${jobs[@]}"; do wait "$each"; done
