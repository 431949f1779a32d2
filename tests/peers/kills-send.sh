#!/bin/bash
# The real program as the sender that crates/deliver/tests/mail_kills.rs kills a hundred times:
#
#   PESUT_BIN=$PWD/target/release/pesut PESUT_KILLS_COMMAND=$PWD/tests/peers/kills-send.sh \
#     cargo test -p deliver --test mail_kills -- --nocapture
#
# The first start builds and approves the brief of the sample week; from then on each start sends what is left. Of the
# files only the text goes along, so that a hundred starts take seconds.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
cd "$PESUT_KILLS_DIR"
pesut() { "$PESUT_BIN" --data data --pipeline contoh.toml "$@" >>pesut.log 2>&1; }
if [ ! -f approved ]; then
  cp -r "$here/../../pipelines/contoh" "$here/../../pipelines/contoh.toml" .
  cat >>contoh.toml <<TOML

[[deliver]]
kind = "smtp"
name = "surel"
server = "$PESUT_KILLS_SERVER"
security = "none"
from = "ringkasan@kantor.test"
recipients_file = "$PESUT_KILLS_RECIPIENTS"
formats = ["txt"]
TOML
  "$PESUT_BIN" --data data run contoh.toml >>pesut.log 2>&1 || true
  pesut brief --date 2026-11-20 --out out
  pesut brief review 2026-11-20 --as "Penguji"
  pesut brief approve 2026-11-20 --as "Penguji"
  touch approved
fi
# The same process, so that a kill meets the program itself.
exec "$PESUT_BIN" --data data --pipeline contoh.toml brief send 2026-11-20 >>pesut.log 2>&1
