# The throw-away server of a trace, in folder $1 on port $2: nobody but this pod reaches it, and
# nothing of it lasts. It stays when the server cannot start: a container that ends holds up the pod.
trap 'kill -TERM "$server"; kill -QUIT "$server"; wait; exit 0' TERM
if ! id -un >/dev/null 2>&1; then
  # initdb asks for the name of its user, and no image knows ours: images of PostgreSQL bring this.
  for library in /usr/lib/*/libnss_wrapper.so /usr/lib/libnss_wrapper.so; do
    if [ -e "$library" ]; then
      echo "postgres:x:$(id -u):$(id -g)::/:/bin/false" >"$1/passwd"
      echo "postgres:x:$(id -g):" >"$1/group"
      export LD_PRELOAD="$library" NSS_WRAPPER_PASSWD="$1/passwd" NSS_WRAPPER_GROUP="$1/group"
      break
    fi
  done
fi
rm -rf "$1/server"
# In blocks of 512 bytes: a table that grows past it fails, and the folder keeps within its limit.
ulimit -f 524288
(
  initdb -D "$1/server" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null || exit
  exec postgres -D "$1/server" -p "$2" -c cluster_name=whimbrel-trace \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=10 \
    -c shared_buffers=16MB -c max_wal_size=128MB -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c autovacuum=off -c temp_file_limit=262144 \
    -c max_locks_per_transaction=1024
) &
server=$!
wait "$server"
echo "the throw-away server has ended; is this an image of PostgreSQL?" >&2
while :; do sleep 1; done
