# Runs the tool in its own container, on behalf of the runner beside it. POSIX sh with builtins
# alone, for nothing else may be in the image. The folder is shared; two FIFOs in it tell each side
# that the other died. Requests: run N, read N, kill SIGNAL N. Answers: ready, started N PID,
# ended N EXIT.
root=${WHIMBREL_ROOT:-}
dir=$root/whimbrel/bridge
mask=$(umask)
umask 022

# The runner hears the pod's SIGTERM too, and decides what becomes of the tool.
trap '' TERM INT HUP

answer() {
  printf '%s\n' "$*" 1<>"$dir/answers"
}

copy() {
  while IFS= read -r line; do
    printf '%s\n' "$line"
  done
  if [ -n "$line" ]; then
    printf '%s' "$line"
  fi
}

# Called in a shell of its own, which closes what would hide the death of the first one.
run() {
  exec 4>&- 5<&-
  (
    trap - TERM INT HUP
    umask "$mask"
    . "$dir/$1.sh"
    path=$root$1
    shift
    exec "$path" "$@"
  ) <"/dev/null" >"$dir/$1.out" 2>"$dir/$1.err" &
  tool=$!
  printf '%s\n' "$tool" >"$dir/$1.pid"
  answer started "$1" "$tool"
  wait "$tool"
  code=$?
  printf 'ended\n' >"$dir/$1.pid"
  copy <"$dir/$1.err" >&2
  answer ended "$1" "$code"
}

# A call may have begun so recently that its process id is not written yet.
signal() {
  pid=
  while [ -z "$pid" ] && [ -e "$dir/$2.sh" ]; do
    if [ -e "$dir/$2.pid" ]; then
      IFS= read -r pid <"$dir/$2.pid"
    fi
  done
  if [ "$pid" != ended ]; then
    kill -s "$1" "$pid" 2>"/dev/null"
  fi
}

# Opened for both, so that it waits for nobody: the runner may have ended before this container
# began. What it says first tells whether it is there.
exec 3<>"$dir/requests"
if [ -e "$dir/closed" ]; then
  exit 0
fi
read -r first <&3
if [ "$first" != hello ]; then
  exit 0
fi
exec 4<>"$dir/answers"
exec 5<"$dir/requests"
exec 3<&-
answer ready

calls=
while read -r verb first second <&5; do
  case $verb in
    run)
      calls="$calls $first"
      run "$first" &
      ;;
    read)
      IFS= read -r file <"$dir/$first.path"
      answer started "$first" "$$"
      copy <"$file" >"$dir/$first.out" 2>"$dir/$first.err"
      answer ended "$first" "$?"
      ;;
    kill)
      signal "$first" "$second"
      ;;
  esac
done

# The runner is gone. Nobody watches the tool any more.
for call in $calls; do
  signal TERM "$call"
done
exit 0
