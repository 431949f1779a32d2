#!/usr/bin/env bash
# Installs what the tests need on a bare Debian machine and runs them all.
# Usage: ./test.sh [words of a test's name …]
set -euo pipefail
cd "$(dirname "$0")"

# --- what the tests need ----------------------------------------------------------------------------------------
# A real WordPress with its database, a web server, mail servers, and programs that read what the papers say.
packages=(wordpress mariadb-server php-cli php-mysql php-curl php-xml php-mbstring php-gd php-intl
  nginx dovecot-imapd openssl poppler-utils gcc make
  opensmtpd dovecot-submissiond
  # A server that files are uploaded to; the test starts its own, with keys of its own.
  openssh-server openssh-client
  # What the office papers must open in.
  libreoffice-writer-nogui libreoffice-calc-nogui fonts-liberation)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi
  echo "== installing: ${missing[*]}"
  # Debian starts what it installs; on the machine of whoever runs this nothing new shall listen. Where somebody has
  # already decided about that, their word stands.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod 755 "$policy"
    trap '$sudo rm -f "$policy"' EXIT
  fi
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  if [ -n "$(trap -p EXIT)" ]; then $sudo rm -f "$policy"; trap - EXIT; fi
fi

# --- real servers on loopback ------------------------------------------------------------------------------------
peers=$(mktemp -d)
chmod 711 "$peers" # the mail server reads its box as another user
stop() {
  for peer in wordpress nginx imap smtp; do tests/peers/$peer.sh stop "$peers/$peer" >/dev/null 2>&1 || true; done
  rm -rf "$peers"
}
trap stop EXIT
start() {
  local peer=$1
  shift
  echo "== starting $peer"
  tests/peers/$peer.sh start "$peers/$peer" "$@" >"$peers/$peer.log" 2>&1 || { cat "$peers/$peer.log"; exit 1; }
}
start wordpress 18080 33306
start nginx 18081 18082
start imap 18143
start smtp 18025 18587 18465 18144
export PESUT_TEST_WORDPRESS=http://127.0.0.1:18080
export PESUT_TEST_NGINX=http://127.0.0.1:18081 PESUT_TEST_NGINX_TLS=https://127.0.0.1:18082
export PESUT_TEST_IMAP=imap://humas:test@127.0.0.1:18143
export PESUT_TEST_SMTP=127.0.0.1:18025 PESUT_TEST_SMTP_STARTTLS=localhost:18587 PESUT_TEST_SMTP_TLS=localhost:18465
export PESUT_TEST_SMTP_IMAP=127.0.0.1:18144 PESUT_TEST_SMTP_ROOT=$peers/smtp/root.pem

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
