#!/bin/sh
# Reviews database migrations: whimbrel lint --help. Needs a JDK or JRE 25 or newer: that of
# WHIMBREL_JAVA, else the one it was built with, else JAVA_HOME's, else java of the PATH.
set -eu

self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
lib=$(cd "$(dirname "$self")/lib" && pwd -P)

java=
for candidate in "${WHIMBREL_JAVA:-}" "@java@" "${JAVA_HOME:-}/bin/java" "$(command -v java || true)"; do
  if [ -x "$candidate" ]; then
    java=$candidate
    break
  fi
done
if [ -z "$java" ]; then
  echo "whimbrel: there is no java here: install a JDK 25, or name one in WHIMBREL_JAVA" >&2
  exit 2
fi

# One short run: a small collector, one compiler, and classes as they were when it was built. An
# archive that was made by another JVM is passed over.
exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss8m -XX:-UsePerfData \
  -XX:SharedArchiveFile="$lib/whimbrel.jsa" -Xshare:auto -Xlog:disable \
  -cp "@classpath@" dev.whimbrel.cli.Main "$@"
