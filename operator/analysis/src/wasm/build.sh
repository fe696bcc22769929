#!/bin/sh
# Builds pg_query.wasm. README.md beside this says from what and why.
# Usage: build.sh <the libpg_query folder of the crate pg_query 6.2.1>; needs Emscripten 3.1.6, Python 3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$1" "$work/libpg_query"
cd "$work/libpg_query"
cp "$here/wrapper.c" .
python3 "$here/split-parser.py" src/postgres/src_backend_parser_gram.c

flags="-O2 -I. -I./vendor -I./src/include -I./src/postgres/include -w -fno-strict-aliasing -fwrapv"
mkdir objects
for file in src/pg_query.c src/pg_query_parse.c src/pg_query_parse_plpgsql.c src/pg_query_json_plpgsql.c \
  src/pg_query_outfuncs_json.c src/pg_query_outfuncs_protobuf.c src/postgres/*.c vendor/xxhash/xxhash.c wrapper.c; do
  case $file in
    # One function for each kind of node, instead of one that holds all of them.
    *outfuncs_json* | *json_plpgsql*) more=-fno-inline ;;
    *) more= ;;
  esac
  # shellcheck disable=SC2086
  echo "emcc $flags $more -c $file -o objects/$(basename "$file" .c).o"
done | xargs -P "$(nproc)" -I{} sh -c '{}'

# The stack comes first, so that a stack that overflows traps instead of overwriting data.
emcc -O1 objects/*.o -Wl,--stack-first -sTOTAL_STACK=2097152 -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=4194304 \
  -sMAXIMUM_MEMORY=268435456 -sASSERTIONS=0 -sERROR_ON_UNDEFINED_SYMBOLS=0 -sSUPPORT_LONGJMP=1 \
  -sEXPORTED_FUNCTIONS=_malloc,_free --no-entry -sFILESYSTEM=0 -sENVIRONMENT=node -o "$work/pg_query.js"
cp "$work/pg_query.wasm" "$here/pg_query.wasm"
chmod 644 "$here/pg_query.wasm"
sha256sum "$here/pg_query.wasm"
