#!/usr/bin/env bash
# A brief in all formats: the sample day, and a day of a million invented posts. Time and memory.
# Usage: benches/brief.sh [documents] [folder for the data]
set -euo pipefail
cd "$(dirname "$0")/.."
documents=${1:-1000000}
folder=${2:-$(mktemp -d)}
target=${CARGO_TARGET_DIR:-target}
cargo build --release --quiet -p cli -p generate
pesut=$target/release/pesut
formats=html,pdf,docx,nota-dinas,telaahan-staf,srikandi,lembar-isian,xlsx,csv,kliping-csv,parquet,txt,telegram,mail,json,rss,jsonfeed,ics
measured() { /usr/bin/time -f "$1: %e s, %M KiB" "${@:2}" >/dev/null 2>"$folder/time" || { cat "$folder/time"; exit 1; }; tail -1 "$folder/time"; }

"$pesut" --data "$folder/sample" run pipelines/contoh.toml >/dev/null 2>&1
for _ in 1 2 3; do
  measured "sample day, all formats" "$pesut" --data "$folder/sample" --pipeline pipelines/contoh.toml \
    brief --date 2026-11-20 --format "$formats" --out "$folder/out"
done
if [ ! -d "$folder/million" ]; then
  "$target/release/generate" "$documents" 7 1 >"$folder/posts.ndjson"
  measured "import of $documents" "$pesut" --data "$folder/million" --pipeline pipelines/contoh.toml \
    import "$folder/posts.ndjson" --source warga --kind post
fi
measured "first brief of $documents in one day (weighs them)" "$pesut" --data "$folder/million" \
  --pipeline pipelines/contoh.toml brief --date 2026-11-20 --format "$formats" --out "$folder/out"
for _ in 1 2 3; do
  measured "brief of $documents in one day, all formats" "$pesut" --data "$folder/million" \
    --pipeline pipelines/contoh.toml brief --date 2026-11-20 --format "$formats" --out "$folder/out"
done
