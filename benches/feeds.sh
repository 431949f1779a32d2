#!/usr/bin/env bash
# Two cycles over 10,000 feeds on 10,000 invented hosts, all on loopback: time, memory, processor, manners.
# Usage: benches/feeds.sh [feeds] [seconds of quiet between the cycles]
set -euo pipefail
cd "$(dirname "$0")/.."
feeds=${1:-10000}
quiet=${2:-30}
port=18099
target=${CARGO_TARGET_DIR:-target}
cargo build --release --quiet -p pipeline --example feeds
cargo build --release --quiet -p chaos --bin feeds-server
"$target/release/feeds-server" "$port" "$feeds" >/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
until curl -sf "http://127.0.0.1:$port/counts" >/dev/null; do sleep 0.1; done
"$target/release/examples/feeds" "$port" "$feeds" "$quiet"
echo "server: $(curl -sf "http://127.0.0.1:$port/counts")"
