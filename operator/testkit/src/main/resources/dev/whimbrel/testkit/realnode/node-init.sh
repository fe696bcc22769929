# The first process of a node's namespaces: gives the node folders of its own, then runs the two
# programs it consists of. STATE holds bin, containerd.toml, kubelet.yaml and the rest; LOGS their output.
set -eu
state=$1
logs=$2
# Mounts of volumes have to reach containers, but never the machine outside.
mount --make-rprivate /
mount --make-rshared /
# The places that the runtime, the network plugins and the kubelet cannot be talked out of.
rm -rf "$state/run" # as on every machine, what runs is not remembered across a restart
mkdir -p "$state/run" "$state/log" "$state/lib" "$state/sysctl"
mount -t tmpfs -o mode=755 node-run /run
mount --bind "$state/log" /var/log
mount --bind "$state/lib" /var/lib
mkdir -p /run/netns
# A kubelet sets these for the whole machine; where it reads the value it wants, it does not write.
pretend() {
  [ -f "/proc/sys/$1" ] || return 0
  echo "$2" >"$state/sysctl/$(basename "$1")"
  mount --bind "$state/sysctl/$(basename "$1")" "/proc/sys/$1"
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000

PATH="$state/bin:$PATH"
export PATH
# A shell starts what it does not wait for with some signals ignored; containers would inherit that.
env --default-signal containerd --config "$state/containerd.toml" >>"$logs/containerd.log" 2>&1 &
while [ ! -S "$state/containerd.sock" ]; do sleep 0.1; done
env --default-signal kubelet $(cat "$state/kubelet.flags") >>"$logs/kubelet.log" 2>&1 &
# Collects the orphans of both as the first process has to; ends, and the node with it, after both.
wait
