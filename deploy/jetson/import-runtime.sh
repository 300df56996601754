#!/usr/bin/env bash
# Imports an ONNX Runtime built for this Jetson's GPU, and uses it only after it was verified on this machine.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: import-runtime.sh --from WHEEL|DIR [--no-proof] [--prefix DIR] [--dry-run]

Copies libonnxruntime.so.1 and its providers (shared, cuda, tensorrt) from a Python wheel of onnxruntime for
this JetPack, or from a folder, to PREFIX/runtimes/VERSION-CHECKSUM and writes their checksums and versions.
Makes them current (PREFIX/runtimes/current, which models.runtimeLibrary names) only if phantoms give the same
results as with the libraries in use. Running it again changes nothing.

  --from PATH    the wheel (.whl) or folder
  --no-proof     only copy them, do not make them current
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Not verified on hardware: no Jetson was available. Send the report of verify.sh back.
Exit status: 0 done; 1 refused, the libraries in use are unchanged; 2 wrong use.
TEXT
}

from='' is_proof_skipped=no options_with_value='--from'

set_option() {
  case $1 in
    --from) from=$(realpath -m -- "$2") ;;
    --no-proof) is_proof_skipped=yes ;;
    *) return 1 ;;
  esac
}

work=''
trap '[ -z "$work" ] || rm -rf -- "$work"' EXIT

unpack() {
  [ -e "$from" ] || fail "no such file or folder: $from"
  work=$(mktemp -d)
  source=$from
  if [ -f "$from" ]; then
    source=$work/wheel
    mkdir "$source"
    if command -v unzip >/dev/null; then
      unzip -q "$from" -d "$source" || fail "$from is not a wheel"
    elif command -v python3 >/dev/null; then
      python3 -m zipfile -e "$from" "$source" || fail "$from is not a wheel"
    else
      fail 'neither unzip nor python3 is installed: unpack the wheel elsewhere and name the folder'
    fi
  fi
  library=$(find "$source" -type f -name 'libonnxruntime.so.1*' | sort | head -n 1)
  [ -n "$library" ] || fail "there is no libonnxruntime.so.1 in $from. A wheel with the runtime only inside its Python module cannot be used"
}

# The number at byte 18 of an ELF file names its processor: 183 aarch64, 62 x86-64.
check_processor() {
  local file wanted=183
  [ "$(uname -m)" = aarch64 ] || wanted=62
  for file in "$library" "$(dirname -- "$library")"/libonnxruntime_providers_*.so; do
    [ -e "$file" ] || continue
    [ "$(od -An -tu2 -j18 -N2 -- "$file" | tr -d ' ')" = "$wanted" ] || fail "${file##*/} is not for this processor ($(uname -m))"
  done
}

read_version() {
  version=$(sed -n 's/^Version: //p' "$source"/*.dist-info/METADATA 2>/dev/null | head -n 1)
  [ -n "$version" ] || version=$(basename -- "$library" | sed -n 's/^libonnxruntime\.so\.\([0-9.]*[0-9]\)$/\1/p')
  case $version in *[0-9]*) ;; *) version=unknown ;; esac
  version=${version//[^0-9A-Za-z.+-]/_}
  name=$version-$(sha256sum <"$library" | cut -c1-12)
}

place() {
  local target=$prefix/runtimes/$name file
  if [ -e "$target" ]; then
    (cd "$target" && sha256sum --status -c SHA256SUMS) || fail "$target is damaged: remove it and run this again"
    print "unchanged: $target"
    return 0
  fi
  doing "copy: ONNX Runtime $version to $target" || return 0
  local staged=$prefix/runtimes/.partial
  rm -rf -- "$staged"
  mkdir -p -- "$staged"
  install -m 755 -- "$library" "$staged/libonnxruntime.so.1"
  for file in "$(dirname -- "$library")"/libonnxruntime_providers_*.so; do
    [ ! -e "$file" ] || install -m 755 -- "$file" "$staged/"
  done
  {
    printf 'onnxruntime %s\nfrom %s\nl4t %s\n' "$version" "${from##*/}" "$(head -n 1 /etc/nv_tegra_release 2>/dev/null || echo none)"
    dpkg-query -W -f '${Package} ${Version}\n' 'libnvinfer[0-9]*' 'libcudnn[0-9]*' 'cuda-cudart-*' 2>/dev/null | sort || true
  } >"$staged/versions"
  (cd "$staged" && sha256sum -- *.so* versions >"$work/sums" && mv -- "$work/sums" SHA256SUMS && chmod 644 SHA256SUMS versions)
  sync -f -- "$staged"
  mv -- "$staged" "$target"
  for file in cuda tensorrt; do
    [ -e "$target/libonnxruntime_providers_$file.so" ] || print "note: without the provider $file"
  done
}

# Analyses phantoms with these libraries and with those in use, as the service's account. The outcomes must be equal.
verify_runtime() {
  local current
  current=$(version_of current)
  [ -n "$current" ] || fail "nothing is installed in $prefix"
  as_service "$current" config schema | grep -q '"runtimeLibrary"' ||
    fail "release $current cannot use another ONNX Runtime; the libraries are installed in $prefix/runtimes/$name"
  chgrp bonewatch "$work" && chmod 770 "$work"
  as_service "$current" config print "$config" | awk '!/^  runtimeLibrary:/' >"$work/stock.yaml"
  awk -v library="$prefix/runtimes/$name/libonnxruntime.so.1" '
    { print }
    /^models:/ { print "  runtimeLibrary: " library }' "$work/stock.yaml" >"$work/new.yaml"
  chgrp bonewatch "$work"/*.yaml && chmod 640 "$work"/*.yaml
  as_service "$current" phantom "$work/phantoms" --first-seed 12 --count 4 >/dev/null
  analyze_phantoms stock || fail "the libraries in use cannot analyse the phantoms either: run bonewatch doctor"
  analyze_phantoms new || fail "not used: these libraries cannot analyse the phantoms:
$(tail -n 3 "$work/new.log")"
  [ "$(outcomes new)" = "$(outcomes stock)" ] || fail "not used: the phantoms give other results:
with these: $(outcomes new)
with those in use: $(outcomes stock)"
  print "verified: $(wc -l <"$work/new.json") phantoms give the same results, on $(sed -n 's/.*"executionProvider":"\([a-z]*\)".*/\1/p' "$work/new.json" | sort -u | tr '\n' ' ')"
}
analyze_phantoms() {
  as_service "$current" analyze "$work/phantoms" --config "$work/$1.yaml" --json >"$work/$1.json" 2>"$work/$1.log" &&
    grep -q '"status":"analysed"' "$work/$1.json"
}
outcomes() { sed -n 's/.*"outcome":"\([a-z-]*\)".*/\1/p' "$work/$1.json" | tr '\n' ' '; }

main() {
  parse_arguments "$@"
  [ -n "$from" ] || wrong_use '--from is missing'
  require_root
  take_lock
  unpack
  check_processor
  read_version
  place
  if [ "$is_proof_skipped" = yes ] || [ "$dry_run" = yes ]; then return 0; fi
  if [ "$(readlink -- "$prefix/runtimes/current" || true)" = "$name" ]; then
    print "unchanged: $prefix/runtimes/current"
    return 0
  fi
  verify_runtime
  put_link "$name" "$prefix/runtimes/current"
  print "done: $prefix/runtimes/current"
  print "next: models.runtimeLibrary: $prefix/runtimes/current/libonnxruntime.so.1 in $config, then warm-engines.sh, systemctl restart bonewatch and verify.sh"
}

main "$@"
exit
