#!/usr/bin/env bash
# How fast: analysis alone, and import end to end (file → truth → analysis → index → facts), on generated posts.
# Usage: benches/speed.sh [POSTS] (default 200000). Prints one line a measurement; compare runs as ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
posts=${1:-200000}
cargo build --release --quiet
cargo build --release --quiet -p generate
target=${CARGO_TARGET_DIR:-target}/release
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
"$target/generate" "$posts" >"$desk/posts.ndjson"

measure() { # NAME THREADS COMMAND…
  local name=$1 threads=$2; shift 2
  local start end peak
  start=$(date +%s.%N)
  /usr/bin/env python3 - "$desk/peak" "$@" <<'PY'
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
sys.exit(code)
PY
  end=$(date +%s.%N)
  peak=$(cat "$desk/peak")
  awk -v n="$name" -v t="$threads" -v p="$posts" -v s="$start" -v e="$end" -v m="$peak" \
    'BEGIN { printf "%-28s %s thread(s)  %8.0f docs/s  %6.1f s  peak %d MiB\n", n, t, p / (e - s), e - s, m }'
}

measure "analyse" 1 "$target/pesut" analyse "$desk/posts.ndjson" --threads 1
measure "analyse" 2 "$target/pesut" analyse "$desk/posts.ndjson" --threads 2
measure "import end to end" 2 "$target/pesut" import "$desk/posts.ndjson" --data "$desk/data" --threads 2
measure "import again (unchanged)" 2 "$target/pesut" import "$desk/posts.ndjson" --data "$desk/data" --threads 2
measure "replay" 2 "$target/pesut" replay --data "$desk/data" --threads 2
measure "search" 1 "$target/pesut" search "banjir wilayah:Samarinda" --data "$desk/data"
measure "brief, all formats" 2 "$target/pesut" brief --date 2026-11-20 --out "$desk/brief" --data "$desk/data" --threads 2
