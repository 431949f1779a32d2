#!/usr/bin/env bash
# Installs what the tests need on a bare Debian machine and runs them all.
# Usage: ./test.sh [words of a test's name …]
set -euo pipefail
cd "$(dirname "$0")"

# --- what the tests need ----------------------------------------------------------------------------------------
# A real WordPress with its database, and pdftotext to read what the PDF says.
packages=(wordpress mariadb-server php-cli php-mysql php-curl php-xml php-mbstring php-gd php-intl poppler-utils gcc make)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
  echo "== installing: ${missing[*]}"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# --- a real WordPress on loopback -------------------------------------------------------------------------------
peers=$(mktemp -d)
stop() { tests/peers/wordpress.sh stop "$peers/wordpress" >/dev/null 2>&1 || true; rm -rf "$peers"; }
trap stop EXIT
echo "== starting WordPress"
tests/peers/wordpress.sh start "$peers/wordpress" 18080 33306 >"$peers/wordpress.log" 2>&1 || { cat "$peers/wordpress.log"; exit 1; }
export PESUT_TEST_WORDPRESS=http://127.0.0.1:18080

# --- style, then everything -------------------------------------------------------------------------------------
if [ "$#" -eq 0 ]; then
  echo "== formatting and lints"
  cargo fmt --all --check
  cargo clippy --workspace --all-targets --features transformer --quiet -- -D warnings
fi
echo "== tests"
cargo test --workspace --no-fail-fast -- "$@"
# The optional parts in a build that has them; only crates of our own are compiled again.
cargo test --workspace --features transformer --test second_opinion --no-fail-fast -- "$@"
echo "== all tests passed"
