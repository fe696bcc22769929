# Owns one real node and everything of it that the kernel would keep: bridge, cgroups, processes.
#
#   node-watch.sh STATE NODE_INIT LOGS
#
# Obeys one-word orders on standard input: start, kill. At end of file, which is also how it learns
# that its JVM is gone, it takes everything down. Prints one line: NUMBER ADDRESS BRIDGE, and one
# line "taken down" at the end.
set -u
trap '' INT HUP TERM PIPE
state=$1
init=$2
logs=$3
node=

name() { echo "whimbrel$number"; }

# One number per node of this machine; the lock on it lasts as long as this process or its node.
claim() {
  number=0
  while [ "$number" -le 254 ]; do
    exec 9>"/run/whimbrel-node-$number.lock"
    if flock -n 9; then
      remove_left_behind # by a node whose watchdog was killed too
      if ! ip -o -4 route show table all | grep -q " *10\.189\.$number\."; then
        return 0
      fi
    fi
    number=$((number + 1))
  done
  echo "no free subnet among 10.189.0.0/24 to 10.189.254.0/24" >&2
  return 1
}

cgroup_parents() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo /sys/fs/cgroup
  else
    for hierarchy in /sys/fs/cgroup/*/; do
      [ -f "$hierarchy/cgroup.procs" ] && echo "${hierarchy%/}"
    done
  fi
}

make_cgroups() {
  for parent in $(cgroup_parents); do
    mkdir -p "$parent/$(name)"
    if [ -f "$parent/cgroup.controllers" ]; then
      for controller in cpu cpuset memory pids io hugetlb; do
        echo "+$controller" >"$parent/cgroup.subtree_control" 2>/dev/null
        echo "+$controller" >"$parent/$(name)/cgroup.subtree_control" 2>/dev/null
      done
    fi
    # Without these a v1 cpuset accepts no process.
    for file in cpuset.cpus cpuset.mems; do
      [ -f "$parent/$file" ] && [ -f "$parent/$(name)/$file" ] &&
        cat "$parent/$file" >"$parent/$(name)/$file" 2>/dev/null
    done
  done
}

remove_cgroups() {
  attempt=0
  while [ "$attempt" -lt 50 ]; do
    left=
    for parent in $(cgroup_parents); do
      [ -d "$parent/$(name)" ] || continue
      find "$parent/$(name)" -depth -type d -exec rmdir {} + 2>/dev/null
      [ -d "$parent/$(name)" ] && left=yes
    done
    [ -z "$left" ] && return
    sleep 0.1 # processes that were killed are on their way out
    attempt=$((attempt + 1))
  done
}

remove_left_behind() {
  ip link delete "$(name)" 2>/dev/null
  remove_cgroups
}

start_node() {
  [ -n "$node" ] && return
  # Its own process and mount namespaces: when their first process dies, all others die and every
  # mount and network namespace below goes too. setpriv ties that first process to this one, env
  # undoes the ignored signals, which containers would inherit.
  env --default-signal setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=KILL --mount-proc \
    sh "$init" "$state" "$logs" >>"$logs/node.log" 2>&1 </dev/null 9>&- &
  node=$!
}

kill_node() {
  [ -z "$node" ] && return
  kill -s KILL "$node" 2>/dev/null
  wait "$node" 2>/dev/null
  node=
}

claim || exit 1
make_cgroups
ip link add "$(name)" type bridge &&
  ip address add "10.189.$number.1/24" dev "$(name)" &&
  ip link set "$(name)" up || {
  remove_left_behind
  exit 1
}
echo "$number 10.189.$number.1 $(name)"
while read -r order; do
  case $order in
    start) start_node ;;
    kill) kill_node ;;
  esac
done
kill_node
remove_left_behind
rm -rf --one-file-system -- "$state"
echo "taken down"
