#!/usr/bin/env bash
# Builds what a story before your eyes needs, then hands over to a small Java program:
#   launch.sh <main class> [arguments]
# Called by the run.sh of an example. With WHIMBREL_IMAGE=true the image of operator and runner is
# built too.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
launch="$here/target/launch"
build_log="$here/target/build.log"
image="$root/operator/image/target/whimbrel-image.tar"
modules=examples/quickstart
products=("$launch/arguments")
if [ "${WHIMBREL_IMAGE:-}" = true ]; then
  modules="$modules,operator/image"
  products+=("$image")
fi

# Whether what was built before is still what the sources say.
built() {
  local product
  for product in "${products[@]}"; do
    [ -f "$product" ] || return 1
    [ -z "$(find "$root/pom.xml" "$root"/operator/*/pom.xml "$root"/operator/*/src/main \
      "$here/pom.xml" "$here/src/main" "$here/src/build" -newer "$product" -type f -print 2>/dev/null | head -n 1)" ] || return 1
  done
  while read -r jar; do
    [ -f "$jar" ] || return 1
  done <"$launch/jars"
}

build() {
  command -v java >/dev/null || [ -n "${JAVA_HOME:-}" ] || {
    echo "run.sh: there is no java on the PATH; install a JDK (17 or newer, with JDK 25 beside it)" >&2
    exit 1
  }
  mkdir -p "$here/target"
  echo "Building Whimbrel; the first time it fetches its libraries too, which takes a minute or two." >&2
  # A process group of its own: whoever interrupts us ends Maven and its compilers too.
  set -m
  (cd "$root" && exec ./mvnw -B -q -T 2 -Dmaven.test.skip=true -Dformat.skip=true -pl "$modules" -am package) \
    </dev/null >"$build_log" 2>&1 &
  local maven=$! started=$SECONDS
  set +m
  trap 'kill -TERM -- -$maven 2>/dev/null; echo >&2; echo "Interrupted while building." >&2; exit 130' INT TERM HUP
  while kill -0 "$maven" 2>/dev/null; do
    if [ -t 2 ]; then
      printf '\r  %d s ' $((SECONDS - started)) >&2
    elif [ $(((SECONDS - started) % 20)) = 19 ]; then
      echo "  still building, $((SECONDS - started)) s" >&2
    fi
    sleep 1
  done
  if [ -t 2 ]; then printf '\r' >&2; fi
  if ! wait "$maven"; then
    tail -n 40 "$build_log" >&2
    echo "run.sh: the build failed; all of its output is in $build_log" >&2
    exit 1
  fi
  trap - INT TERM HUP
  echo "Built in $((SECONDS - started)) s." >&2
}

# The tests say that Maven has just built it, for they are run by Maven.
[ "${WHIMBREL_QUICKSTART_BUILT:-}" = true ] || built || build

# On a terminal the program draws; into a file it writes plain lines.
terminal=false
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then terminal=true; fi
exec "$(cat "$launch/java")" "-Dwhimbrel.quickstart.terminal=$terminal" "@$launch/arguments" "$@"
