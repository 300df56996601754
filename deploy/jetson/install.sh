#!/usr/bin/env bash
# Installs a Bonewatch release next to the installed ones and makes it the current one. Uses no network.
# Runs alone, from the stick: it cannot source steps.sh.
set -euo pipefail
export LC_ALL=C
umask 022

usage() {
  cat <<'TEXT'
Usage: install.sh --from PATH [--trust KEY | --unsigned] [--prefix DIR] [--root DIR] [--stage] [--no-warm]
                  [--dry-run]

Installs Bonewatch: release, account, configuration, data folder and systemd unit. Running it again
changes nothing. The configuration and the data are never overwritten. The service is enabled, not started.
If an existing configuration names an accelerator, its engines are built before the service needs them
(warm-engines.sh, up to 30 minutes). If they cannot be built, a note is printed, and the CPU serves.

  --from PATH    a bundle (bonewatch-VERSION-linux-ARCH.tar.zst, with its .sha256 and .sha256.sig in the
                 same folder), an unpacked bundle (with SHA256SUMS and SHA256SUMS.sig inside), or with
                 --unsigned a folder or tar file that contains a release. It is copied into a private folder
                 first; that copy is checked and installed
  --trust KEY    public key (PEM) that must have signed the bundle; stored as
                 /etc/bonewatch/release-key.pem, which must sign every later bundle too
  --unsigned     accept a folder or a tar file without a signature; its checksum is compared, if there is one
  --stage        only copy the release next to the others; change nothing else (upgrade.sh does the rest)
  --no-warm      do not build engines
  --prefix DIR   where to install releases (default: /opt/bonewatch)
  --root DIR     install into this root folder instead of the running system; works without root, creates
                 no account (systemd-sysusers does at boot) and starts nothing
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 done; 1 something is missing, nothing was changed; 2 wrong use.
TEXT
}

from='' prefix=/opt/bonewatch root='' trust='' trusted_copy='' unsigned=no stage=no warm=yes dry_run=no
trusted_key=/etc/bonewatch/release-key.pem

print() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
wrong_use() {
  printf 'install.sh: %s (see --help)\n' "$*" >&2
  exit 2
}

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --prefix | --root | --trust)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --from) from=$2 ;;
          --trust) trust=$2 ;;
          --prefix) prefix=${2%/} ;;
          --root) root=$(realpath -m -- "$2") ;;
        esac
        shift
        ;;
      --unsigned) unsigned=yes ;;
      --stage) stage=yes ;;
      --no-warm) warm=no ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  [ -n "$from" ] || wrong_use '--from is missing'
  case $prefix in /?*) ;; *) wrong_use '--prefix must be an absolute path' ;; esac
  [ "$root" != / ] || root=''
}

# Prints a step. Succeeds if it must be done now, fails in a dry run.
doing() {
  if [ "$dry_run" = yes ]; then
    print "would: $*"
    return 1
  fi
  print "$*"
}

work=''
clean_up() { [ -z "$work" ] || rm -rf -- "$work"; }
trap clean_up EXIT

check_machine() {
  local machine glibc
  machine=$(uname -m)
  case $machine in
    aarch64) arch=arm64 ;;
    x86_64) arch=x64 ;;
    *) fail "this machine is $machine; Bonewatch runs on aarch64 and x86_64" ;;
  esac
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2) || true
  [ -n "$glibc" ] || fail 'this system has no GNU C library'
  [ "$(printf '%s\n' 2.34 "$glibc" | sort -V | head -n 1)" = 2.34 ] ||
    fail "the C library is $glibc; 2.34 or newer is needed (JetPack 6 or 7, Ubuntu 22.04, Debian 12)"
  print "checked: $machine, C library $glibc"
}

# The nearest existing folder of the destination: what is put there later is on the same disk.
destination_folder() {
  local folder=$root$prefix/releases
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  printf '%s\n' "$folder"
}

# A folder that only this account can look into, on the disk of the releases. What is checked is a copy in it: a stick, or
# anybody else who can write to the source, may show other bytes when it is read again.
make_private_folder() {
  if [ "$dry_run" = yes ]; then
    work=$(mktemp -d)
    return 0
  fi
  local folder
  folder=$(destination_folder)
  # Left by a power cut.
  find "$folder" -maxdepth 1 -name '.bonewatch-incoming.*' -mtime +0 -exec rm -rf -- {} +
  work=$(mktemp -d "$folder/.bonewatch-incoming.XXXXXX")
}

# take_copy FILE: copies it into the private folder, under its name.
take_copy() {
  [ -f "$1" ] || return 0
  cp -- "$1" "$work/" || fail "cannot copy $1"
}

# choose_key: the key that must have signed. The one of --trust is copied too, because it is stored afterwards.
choose_key() {
  if [ -n "$trust" ]; then
    [ -f "$trust" ] || fail "no such file: $trust"
    cp -- "$trust" "$work/trusted-key.pem"
    trusted_copy=$work/trusted-key.pem
  fi
  key=$root$trusted_key
  [ -e "$key" ] || key=$trusted_copy
  [ -n "$key" ] || fail "the key that signed the bundle is needed: --trust KEY (or --unsigned, to accept it without)"
  [ -z "$trust" ] || cmp -s -- "$trusted_copy" "$key" ||
    fail "$trust is not the key that this device trusts, $trusted_key; replace that file first if the key has really changed"
  command -v openssl >/dev/null || fail 'openssl is not installed'
}

# check_signature SUMS: the copy of the checksums was signed with the trusted key.
check_signature() {
  choose_key
  openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$1" -sigfile "$1.sig" >/dev/null 2>&1 ||
    fail "${1##*/} was not signed with the trusted key: do not use this bundle"
  print "checked: signature, by the key $(fingerprint "$key")"
}

# Checks who made the bundle before opening it. The signature covers the checksums, which name the bundle.
check_tar_file() {
  local source=${from%.tar*}.sha256 name sums
  name=$(basename -- "$from")
  sums=$work/$(basename -- "$source")
  for source in "$source" "$source.sig"; do
    [ "$unsigned" = yes ] || [ -e "$source" ] ||
      fail "$source is missing next to the bundle: it is not signed (--unsigned accepts it)"
    take_copy "$source"
  done
  [ "$unsigned" = yes ] || check_signature "$sums"
  [ -e "$sums" ] || return 0
  (cd -- "$work" && awk -v name="$name" '$2 == name' "$sums" | sha256sum --status -c -) ||
    fail "$from does not match $(basename -- "$sums"): copy it again"
  print 'checked: checksum of the bundle'
}

# A folder is an unpacked bundle: signed checksums name every file, and there is nothing else.
check_folder() {
  local file
  for file in SHA256SUMS SHA256SUMS.sig; do
    [ -f "$from/$file" ] || fail "$file is missing in $from: the folder is not signed (--unsigned accepts it)"
  done
  cp -R --no-dereference -- "$from/." "$work/unpacked/" || fail "cannot copy $from"
  check_signature "$work/unpacked/SHA256SUMS"
  file=$(cd "$work/unpacked" && find . ! -type f ! -type d | head -n 1)
  [ -z "$file" ] || fail "$file in $from is neither a file nor a folder: do not use it"
  (cd "$work/unpacked" && find . -type f ! -name SHA256SUMS ! -path ./SHA256SUMS.sig | sort) >"$work/found"
  sed 's/^[0-9a-f]* [ *]//' "$work/unpacked/SHA256SUMS" | sort | cmp -s - "$work/found" ||
    fail "$from contains other files than its SHA256SUMS: do not use it"
  (cd "$work/unpacked" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1) || fail "a file of $from does not match its SHA256SUMS"
}

# For comparison with the fingerprint that was delivered separately.
fingerprint() { openssl pkey -pubin -in "$1" -outform DER | sha256sum | cut -c1-32 | sed 's/..../& /g; s/ $//'; }

open_release() {
  [ -e "$from" ] || fail "no such file or folder: $from"
  make_private_folder
  mkdir "$work/unpacked"
  release=$work/unpacked
  if [ ! -d "$from" ]; then
    unpack_tar_file
  elif [ "$unsigned" = yes ]; then
    release=$(realpath -- "$from")
  else
    check_folder
  fi
  local needed
  for needed in package.json bin/bonewatch.js node_modules models dist/pages LICENSE NOTICE \
    docs/bonewatch.example.yaml deploy/jetson/bonewatch systemd/bonewatch.service; do
    [ -e "$release/$needed" ] || fail "not a release: $needed is missing in $from"
  done
  [ -e "$release/dist/cli/cli.js" ] || [ -e "$release/src/cli/cli.ts" ] || fail "not a release: neither dist/cli/cli.js nor src/cli/cli.ts is in $from"
  [ -e "$release/bundle.json" ] || [ -e "$release/package-lock.json" ] || fail "not a release: package-lock.json is missing in $from"
  version=$(sed -n 's/^  "version": "\([0-9A-Za-z.+-]*\)",*$/\1/p' "$release/package.json" | head -n 1)
  [ -n "$version" ] || fail 'the release has no version'
  print "checked: release $version"
  [ ! -e "$release/bundle.json" ] || check_bundle
}

unpack_tar_file() {
  case $from in *.zst) command -v zstd >/dev/null || fail 'zstd is not installed, and the bundle is compressed with it' ;; esac
  check_space_for_copy
  take_copy "$from"
  check_tar_file
  tar -xf "$work/$(basename -- "$from")" -C "$work/unpacked" --no-same-owner --no-same-permissions || fail "cannot unpack $from"
  rm -f -- "$work/$(basename -- "$from")"
  # The release may be in a folder of the tar file.
  [ -e "$release/package.json" ] || release=$(dirname -- "$(find "$release" -mindepth 2 -maxdepth 2 -name package.json | head -n 1)")
}

# The copy and what is unpacked from it; zstd shrinks a release to a quarter.
check_space_for_copy() {
  local free_kib needed_kib
  needed_kib=$(du -k -- "$from" | cut -f1)
  case $from in *.zst) needed_kib=$((needed_kib * 6)) ;; *) needed_kib=$((needed_kib * 2)) ;; esac
  free_kib=$(df -Pk -- "$work" | awk 'NR == 2 { print $4 }')
  [ "$free_kib" -gt "$needed_kib" ] ||
    fail "too little space in $(dirname -- "$work"): $((free_kib / 1024)) MiB free, $((needed_kib / 1024)) MiB needed"
}

check_bundle() {
  local made_for
  made_for=$(sed -n 's/^  "arch": "\([a-z0-9]*\)",*$/\1/p' "$release/bundle.json")
  [ "$made_for" = "$arch" ] || fail "the bundle is for $made_for, this machine is $arch"
  (cd "$release" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1) || fail 'a file of the bundle does not match its SHA256SUMS'
  print 'checked: every file of the bundle'
}

check_node() {
  local found
  if [ -x "$release/node/bin/node" ]; then
    node=$release/node/bin/node bundled=$release/node
  elif [ -x "$release/node_modules/node/bin/node" ]; then
    node=$release/node_modules/node/bin/node bundled=''
  else
    node=$(command -v node) || fail 'no Node: neither in the release nor on this system'
    bundled=none
  fi
  found=$("$node" --version 2>/dev/null) || fail "$node does not run on this machine"
  local major=${found#v}
  [ "${major%%.*}" -ge 24 ] || fail "Node 24 or newer is needed, $node is $found"
  print "checked: Node $found"
}

check_space() {
  local folder needed_kib=0 free_kib
  folder=$(destination_folder)
  { [ -e "$release/bundle.json" ] && is_in_private_folder; } || needed_kib=$(du -sk -- "$release" | cut -f1)
  free_kib=$(df -Pk -- "$folder" | awk 'NR == 2 { print $4 }')
  [ "$free_kib" -gt "$needed_kib" ] ||
    fail "too little space in $folder: $((free_kib / 1024)) MiB free, $((needed_kib / 1024)) MiB needed"
  print "checked: $((free_kib / 1024)) MiB free in $folder"
}

# What a running service never opens: development packages, and files for other platforms.
list_left_out() {
  "$node" -e '
    const { packages } = require(process.argv[1]);
    for (const [path, entry] of Object.entries(packages)) if (path && entry.dev) console.log(path);
  ' "$release/package-lock.json"
  local other=arm64
  [ "$arch" = x64 ] || other=x64
  print 'node_modules/.bin
node_modules/.package-lock.json
node_modules/.vite'
  local binding
  for binding in "$release"/node_modules/onnxruntime-node/bin/napi-v*; do
    [ -d "$binding" ] || continue
    binding=${binding#"$release"/}
    printf '%s\n' "$binding/darwin" "$binding/win32" "$binding/linux/$other"
  done
}

# Whether the release is the checked copy, or unpacked from it.
is_in_private_folder() { case $release in "$work"/*) true ;; *) false ;; esac }

# A bundle contains only what is needed, so all of it is installed: the very files that were checked.
take_bundle() {
  if is_in_private_folder; then
    mv -T -- "$release" "$1"
  else
    cp -R -- "$release" "$1"
  fi
  chmod 755 -- "$1"
}

copy_release() {
  local target=$root$prefix/releases/$version staged
  if [ "$dry_run" = yes ]; then
    if [ -e "$target" ]; then print "would: compare release $version with $target"; else print "would: copy release $version to $target"; fi
    return
  fi
  mkdir -p -- "$root$prefix/releases"
  staged=$root$prefix/releases/.$version.partial
  rm -rf -- "$staged"
  if [ -e "$release/bundle.json" ]; then
    take_bundle "$staged"
  else
    mkdir -- "$staged"
    copy_parts "$staged"
  fi
  sync -f -- "$staged"
  if [ ! -e "$target" ]; then
    mv -- "$staged" "$target"
    print "copied: release $version to $target"
  elif cmp -s -- "$staged/SHA256SUMS" "$target/SHA256SUMS"; then
    rm -rf -- "$staged"
    print "unchanged: release $version in $target"
  else
    rm -rf -- "$staged"
    fail "release $version is installed with other content; remove $target first, or give the release a version of its own"
  fi
}

copy_parts() {
  local staged=$1 parts=(package.json bin dist docs models node_modules deploy systemd LICENSE NOTICE)
  [ -e "$release/dist/cli/cli.js" ] || parts+=(src)
  [ "$bundled" = '' ] || [ "$bundled" = none ] || parts+=(node)
  list_left_out >"$work/left-out"
  # Status 1 of tar: the metadata of a file changed meanwhile, such as its number of hard links. Others are failures.
  { tar -C "$release" --anchored --no-wildcards --exclude-from="$work/left-out" -cf - "${parts[@]}" || [ $? -eq 1 ]; } |
    tar -C "$staged" --no-same-owner -xf -
  find "$staged/node_modules" -mindepth 1 -type d -empty -delete
  if [ "$bundled" = '' ]; then
    mkdir -p -- "$staged/node/bin"
    cp -- "$node" "$staged/node/bin/node"
  fi
  install -m 755 "$release/deploy/jetson/bonewatch" "$staged/bin/bonewatch"
  chmod -R u=rwX,go=rX -- "$staged"
  (cd "$staged" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >"$work/sums")
  mv -- "$work/sums" "$staged/SHA256SUMS"
  chmod 644 -- "$staged/SHA256SUMS"
}

make_account() {
  put_file "$release/systemd/sysusers.d/bonewatch.conf" /usr/lib/sysusers.d/bonewatch.conf 644
  if [ -n "$root" ]; then
    print 'account: created at boot by systemd-sysusers'
  elif id bonewatch >/dev/null 2>&1; then
    print 'unchanged: account bonewatch'
  elif doing 'make: account bonewatch'; then
    if command -v systemd-sysusers >/dev/null; then
      systemd-sysusers /usr/lib/sysusers.d/bonewatch.conf
    else
      useradd --system --user-group --home-dir /var/lib/bonewatch --no-create-home --shell /usr/sbin/nologin bonewatch
    fi
  fi
}

# put_file SOURCE DESTINATION MODE: writes the file if it differs.
put_file() {
  if cmp -s -- "$1" "$root$2"; then
    print "unchanged: $2"
  elif doing "write: $2"; then
    install -D -m "$3" -- "$1" "$root$2"
  fi
}

put_configuration() {
  local file=/etc/bonewatch/bonewatch.yaml
  if [ -e "$root$file" ]; then
    print "unchanged: $file"
  elif doing "write: $file (an example: edit it)"; then
    install -D -m 640 -- "$release/docs/bonewatch.example.yaml" "$root$file"
    [ -n "$root" ] || { chgrp bonewatch /etc/bonewatch "$file" && chmod 750 /etc/bonewatch; }
  fi
}

# The first key is trusted because the person who installs names it. The same key must sign every later bundle.
store_key() {
  if [ -z "$trust" ] || [ "$unsigned" = yes ]; then return 0; fi
  put_file "$trusted_copy" "$trusted_key" 644
}

make_folder() {
  if [ -d "$root$1" ]; then
    print "unchanged: $1"
  elif doing "make: $1"; then
    install -d -m 700 -- "$root$1"
    [ -n "$root" ] || chown bonewatch:bonewatch "$1"
  fi
}

# put_link TARGET LINK: replaced in one step, so that there is a current release at every moment.
put_link() {
  if [ "$(readlink -- "$root$2" || true)" = "$1" ]; then
    print "unchanged: $2 -> $1"
  elif doing "link: $2 -> $1"; then
    mkdir -p -- "$(dirname -- "$root$2")"
    ln -sfn -- "$1" "$root$2.new"
    mv -T -- "$root$2.new" "$root$2"
  fi
}

put_units() {
  local file
  for file in "$release"/systemd/*.service "$release"/systemd/*.timer; do
    [ -e "$file" ] || continue
    sed "s#/opt/bonewatch/#$prefix/#g" "$file" >"$work/${file##*/}"
    put_file "$work/${file##*/}" "/etc/systemd/system/${file##*/}" 644
  done
  put_file "$release/systemd/tmpfiles.d/bonewatch.conf" /usr/lib/tmpfiles.d/bonewatch.conf 644
}

# Whether systemd runs here. It does not in a root folder or while an image is built.
is_booted() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

enable_service() {
  if ! is_booted; then
    put_link /etc/systemd/system/bonewatch.service /etc/systemd/system/multi-user.target.wants/bonewatch.service
    put_link /etc/systemd/system/bonewatch-backup.timer /etc/systemd/system/timers.target.wants/bonewatch-backup.timer
  elif systemctl is-enabled --quiet bonewatch.service bonewatch-backup.timer 2>/dev/null; then
    print 'unchanged: bonewatch.service and bonewatch-backup.timer are enabled'
  elif doing 'enable: bonewatch.service, bonewatch-backup.timer'; then
    systemctl daemon-reload
    systemctl enable --quiet bonewatch.service
    systemctl enable --quiet --now bonewatch-backup.timer
  fi
}

# Only on the machine itself: a root folder has no accelerator to build for.
warm_engines() {
  if [ -n "$root" ] || [ "$warm" = no ]; then return 0; fi
  if [ "$dry_run" = yes ]; then
    print 'would: build engines, if the configuration names an accelerator'
    return 0
  fi
  "$prefix/current/deploy/jetson/warm-engines.sh" --prefix "$prefix" ||
    print 'note: the engines are not ready; the service builds them, and the CPU serves until then'
}

print_next_steps() {
  if is_booted && systemctl is-active --quiet bonewatch.service; then
    print "next: systemctl restart bonewatch (the service still runs the previous release; upgrade.sh restarts it with a fallback)"
  else
    print 'next: edit /etc/bonewatch/bonewatch.yaml, check it with: bonewatch config check /etc/bonewatch/bonewatch.yaml'
    print '      then: systemctl start bonewatch'
  fi
}

main() {
  parse_arguments "$@"
  check_machine
  if [ -z "$root" ] && [ "$dry_run" = no ] && [ "$(id -u)" != 0 ]; then
    fail 'must be run as root (or with --root or --dry-run)'
  fi
  open_release
  check_node
  check_space
  copy_release
  # What is installed next comes from the release in place.
  [ "$dry_run" = yes ] || release=$root$prefix/releases/$version
  if [ "$stage" = yes ]; then return 0; fi
  make_account
  put_configuration
  store_key
  make_folder /var/lib/bonewatch
  make_folder /var/cache/bonewatch
  put_link "releases/$version" "$prefix/current"
  put_link "$prefix/current/bin/bonewatch" /usr/local/bin/bonewatch
  put_units
  enable_service
  warm_engines
  [ "$dry_run" = yes ] || print_next_steps
}

main "$@"
