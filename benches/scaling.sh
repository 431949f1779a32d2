#!/usr/bin/env bash
# Analysis of posts: two threads of one process against two processes of one thread each, five pairs, median of the ratios.
# Needs a quiet machine of two cores or more. Builds the evaluation in release.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p eval
eval_program="${CARGO_TARGET_DIR:-target}/release/eval"
for pair in 1 2 3 4 5; do
  together=$("$eval_program" posts 2)
  first=$(mktemp)
  "$eval_program" posts 1 > "$first" &
  second=$("$eval_program" posts 1)
  wait
  apart=$(( $(cat "$first") + second ))
  rm "$first"
  awk -v t="$together" -v a="$apart" 'BEGIN { printf "%.3f  two threads %d, two processes %d\n", t / a, t, a }'
done | sort -n | tee /dev/stderr | sed -n 3p | cut -d' ' -f1
