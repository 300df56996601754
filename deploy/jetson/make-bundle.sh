#!/usr/bin/env bash
# Builds the one file that a closed network needs: a release for one processor, with Node and all its packages.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022

usage() {
  cat <<'TEXT'
Usage: make-bundle.sh [--arch arm64|x64] [--out DIR] [--key FILE] [--level N] [--dry-run]

Builds bonewatch-VERSION-linux-ARCH.tar.zst from the last commit of this checkout: the compiled program and
pages, Node, the packages (for that processor only), models, units, scripts, documentation, licences, a bill
of materials (sbom.cdx.json, CycloneDX) and checksums. Writes its checksum, the signature of the checksum and
install.sh next to it. Runs on any x64 or arm64 Linux, for either; needs the npm registry or npm's cache.
The same commit gives the same bytes, with the same releases of npm and zstd. Running it again changes nothing.

  --arch ARCH    arm64 (Jetson; the default) or x64
  --out DIR      where to write the files (default: bundles in the checkout)
  --key FILE     Ed25519 secret key (PEM) that signs; without it the bundle is not signed, and install.sh
                 accepts it with --unsigned only. Create it once with: openssl genpkey -algorithm ed25519 -out FILE
  --level N      compression level of zstd, 1 to 19 (default: 12)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 done; 1 something is missing or failed; 2 wrong use.
TEXT
}

arch=arm64 out='' key='' level=12 dry_run=no
checkout=$(realpath -- "$(dirname -- "$(readlink -f -- "$0")")/../..")

print() { printf '%s\n' "$*"; }
fail() {
  printf 'make-bundle.sh: %s\n' "$*" >&2
  exit 1
}
wrong_use() {
  printf 'make-bundle.sh: %s (see --help)\n' "$*" >&2
  exit 2
}

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --arch | --out | --key | --level)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --arch) arch=$2 ;;
          --out) out=$(realpath -m -- "$2") ;;
          --key) key=$(realpath -m -- "$2") ;;
          --level) level=$2 ;;
        esac
        shift
        ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  case $arch in arm64 | x64) ;; *) wrong_use "--arch is arm64 or x64, not $arch" ;; esac
  [[ $level =~ ^(1?[1-9]|10)$ ]] || wrong_use "--level is 1 to 19, not $level"
  [ -n "$out" ] || out=$checkout/bundles
}

work=''
clean_up() { [ -z "$work" ] || rm -rf -- "$work"; }
trap clean_up EXIT

check_tools() {
  local tool
  for tool in git npm tar zstd sha256sum openssl; do
    command -v "$tool" >/dev/null || fail "$tool is not installed"
  done
  node=$checkout/node_modules/node/bin/node
  for tool in "$node" "$checkout/node_modules/.bin/tsc" "$checkout/node_modules/.bin/vite"; do
    [ -x "$tool" ] || fail 'the development packages are missing: run npm ci in the checkout'
  done
  [ -z "$key" ] || openssl pkey -in "$key" -noout -text 2>/dev/null | grep -q ED25519 || fail "$key is not an Ed25519 secret key"
}

read_commit() {
  commit=$(git -C "$checkout" rev-parse --verify HEAD)
  SOURCE_DATE_EPOCH=$(git -C "$checkout" log -1 --format=%ct "$commit")
  export SOURCE_DATE_EPOCH
  version=$(git -C "$checkout" show "$commit:package.json" | sed -n 's/^  "version": "\([0-9A-Za-z.+-]*\)",*$/\1/p' | head -n 1)
  [ -n "$version" ] || fail 'package.json has no version'
  name=bonewatch-$version-linux-$arch
  read -r _ node_package node_version node_integrity < <(git -C "$checkout" show "$commit:deploy/jetson/node-runtime" | grep "^$arch ")
  print "bundle: $name, commit ${commit:0:12}, Node $node_version"
  git -C "$checkout" diff --quiet HEAD -- || print 'note: uncommitted changes are not in the bundle'
}

# Builds the program and the pages from the commit with the checkout's tools.
build_program() {
  source=$work/source stage=$work/$name
  mkdir "$source" "$stage"
  git -C "$checkout" archive "$commit" | tar -x -C "$source"
  ln -s "$checkout/node_modules" "$source/node_modules"
  PATH=$(dirname -- "$node"):$PATH
  (cd "$source" && node_modules/.bin/vite build --logLevel warn && node_modules/.bin/tsc -p tsconfig.build.json)
  mkdir "$stage/bin"
  cp -R -- "$source"/{dist,docs,models,systemd,deploy,package.json,package-lock.json,LICENSE,NOTICE} "$stage/"
  cp -- "$source/bin/bonewatch.js" "$source/deploy/jetson/bonewatch" "$stage/bin/"
  find "$stage/docs" -name '*.ts' -delete
  rm -f -- "$stage"/deploy/jetson/{make-bundle.sh,node-runtime,*.ts}
  # install.sh of 0.1.0 checks the bundle it upgrades to, and accepts only a release with this file.
  echo "import './cli/cli.js';" >"$stage/dist/cli.js"
  print 'built: program and pages'
}

# Installs the packages for the target processor, without running any of their scripts.
add_packages() {
  local log=$work/npm.log
  (cd "$stage" && npm ci --omit=dev --ignore-scripts --os=linux --cpu="$arch" --libc=glibc \
    --no-audit --no-fund --no-progress >"$log" 2>&1) || fail "npm ci failed: $(tail -n 5 "$log")"
  local modules=$stage/node_modules other=arm64 folder
  [ "$arch" = arm64 ] && other=x64
  for folder in "$modules"/onnxruntime-node/bin/napi-v*; do
    rm -rf -- "$folder/darwin" "$folder/win32" "$folder/linux/$other"
  done
  find "$modules/better-sqlite3/prebuilds" -type f ! -name "linux-$arch.node" -delete
  # Sources of compiled libraries, and files that only a compiler or a debugger reads.
  rm -rf -- "$modules"/better-sqlite3/{deps,src,binding.gyp} "$modules"/koffi/{vendor,doc} "$modules/.bin"
  find "$modules/koffi" -type f ! -name '*.js' ! -name '*.cjs' ! -name '*.json' ! -name '*.node' ! -name 'LICENSE*' -delete
  find "$modules" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete
  find "$modules" -mindepth 1 -type d -empty -delete
  check_binaries
  print "added: packages for linux $arch"
}

# Every binary is for the bundle's processor: a wrong one would only fail on the device.
check_binaries() {
  local machine=183 found file
  [ "$arch" = x64 ] && machine=62
  local needed
  for needed in onnxruntime_binding.node libonnxruntime.so.1 "linux-$arch.node" koffi.node "sharp-linux-$arch*.node" 'libvips-cpp.so*'; do
    find "$stage/node_modules" -type f -name "$needed" | grep -q . || fail "a library is missing: $needed"
  done
  while IFS= read -r -d '' file; do
    found=$(od -An -tu2 -j18 -N2 -- "$file" | tr -d ' ')
    [ "$found" = "$machine" ] || fail "not for $arch: ${file#"$stage"/}"
  done < <(find "$stage" -type f \( -name '*.node' -o -name '*.so' -o -name '*.so.*' -o -path '*/bin/node' \) -print0)
}

# Every package that the program imports loads with the Node of the bundle, after files were left out. Binaries for
# another processor cannot be loaded here; the JavaScript is the same for both.
check_imports() {
  [ "$(uname -m)" = "$([ "$arch" = arm64 ] && echo aarch64 || echo x86_64)" ] || {
    print 'note: packages not loaded, because they are for another processor'
    return 0
  }
  (cd "$stage" && node/bin/node --input-type=module -e '
    import { readFileSync } from "node:fs";
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const name of Object.keys(dependencies)) await import(name);
  ' >"$work/imports.log" 2>&1) || fail "a package of the bundle does not load: $(tail -n 12 "$work/imports.log")"
  print 'checked: every package loads'
}

add_node() {
  local tarball
  tarball=$(cd "$work" && npm pack --silent "$node_package@$node_version" 2>/dev/null) || fail "cannot get $node_package@$node_version"
  local sum
  sum=sha512-$(openssl dgst -sha512 -binary "$work/$tarball" | openssl base64 -A)
  [ "$sum" = "$node_integrity" ] || fail "$node_package@$node_version does not have the checksum in deploy/jetson/node-runtime"
  mkdir -p "$stage/node"
  tar -xzf "$work/$tarball" -C "$stage/node" --strip-components=1 package/bin/node package/LICENSE
  check_binaries
  check_imports
  print "added: Node $node_version"
}

describe() {
  (cd "$stage" && npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx 2>"$work/sbom.log" >"$work/sbom.json") ||
    fail "npm sbom failed: $(tail -n 5 "$work/sbom.log")"
  "$node" "$source/deploy/jetson/describe-bundle.ts" "$stage" "$work/sbom.json" "$arch" "$commit" "$node_version"
  rm -f -- "$stage/node_modules/.package-lock.json" "$stage/package-lock.json"
  chmod -R u=rwX,go=rX -- "$stage"
  (cd "$stage" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >"$work/sums")
  mv -- "$work/sums" "$stage/SHA256SUMS"
  # For install.sh --from an unpacked bundle.
  [ -z "$key" ] || openssl pkeyutl -sign -inkey "$key" -rawin -in "$stage/SHA256SUMS" -out "$stage/SHA256SUMS.sig"
  chmod 644 "$stage"/SHA256SUMS*
}

pack() {
  tar -C "$work" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name" |
    zstd -q -T1 "-$level" -o "$work/$name.tar.zst"
  cp -- "$stage/deploy/jetson/install.sh" "$work/install.sh"
  (cd "$work" && sha256sum "$name.tar.zst" install.sh >"$name.sha256")
  local file files=("$name.tar.zst" "$name.sha256" install.sh)
  if [ -n "$key" ]; then
    openssl pkeyutl -sign -inkey "$key" -rawin -in "$work/$name.sha256" -out "$work/$name.sha256.sig"
    files+=("$name.sha256.sig")
  fi
  mkdir -p -- "$out"
  for file in "${files[@]}"; do
    if cmp -s -- "$work/$file" "$out/$file"; then
      print "unchanged: $out/$file"
    else
      mv -f -- "$work/$file" "$out/$file"
      print "written: $out/$file ($(du -m -- "$out/$file" | cut -f1) MiB)"
    fi
  done
  [ -n "$key" ] || print 'note: not signed (--key)'
}

main() {
  parse_arguments "$@"
  check_tools
  read_commit
  if [ "$dry_run" = yes ]; then
    print "would: write $name.tar.zst, its checksum, ${key:+its signature, }install.sh into $out"
    return
  fi
  work=$(mktemp -d)
  build_program
  add_packages
  add_node
  describe
  pack
}

main "$@"
