# Starts and ends the servers of a test peer; sourced by the scripts beside it, which set `dir`.

# Ends a process group by the id of its leader and waits until it is gone: servers leave workers, and a data
# directory must not be opened while the old server still closes it.
end() {
  local file=$dir/$1.pid pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  rm -f "$file"
  kill -TERM -- "-$pid" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 -- "-$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# Starts a process group of its own, so that `end` reaches all of it; its id is the file's content.
# What it writes goes to a file and never to a pipe: a worker that outlives its reader must not block on it.
begin() {
  local name=$1
  shift
  setsid "$@" >"$dir/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

running() {
  [ -f "$dir/$1.pid" ] && kill -0 -- "-$(cat "$dir/$1.pid")" 2>/dev/null
}

# Polls until a command succeeds; says what the server wrote where it never does.
until_ready() {
  local name=$1
  shift
  for _ in $(seq 600); do
    "$@" >/dev/null 2>&1 && return 0
    running "$name" || break
    sleep 0.1
  done
  echo "$name did not start:" >&2
  tail -n 20 "$dir/$name.log" >&2
  exit 1
}

# True where something listens on a port of loopback.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
