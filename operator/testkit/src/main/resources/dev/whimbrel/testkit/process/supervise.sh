# Runs "$@" in a process group of its own, obeys one-word orders on standard input, and kills the
# group at end of file: that is how a child learns that its JVM is gone, even by SIGKILL.
if command -v setsid >/dev/null 2>&1; then leader=setsid; else leader=; set -m; fi
exec 3<&0 </dev/null
$leader "$@" 3<&- &
child=$!
signal() { kill -s "$1" -- "-$child" 2>/dev/null || kill -s "$1" "$child" 2>/dev/null; }
{
  while read -r order <&3; do
    case $order in
      terminate) kill -s TERM "$child" 2>/dev/null ;;
      kill) signal KILL ;;
      pause) signal STOP ;;
      resume) signal CONT ;;
    esac
  done
  signal KILL
} >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$child"
code=$?
# What the main process leaves behind dies with it, as in a container.
signal KILL
kill "$watcher" 2>/dev/null
exit "$code"
