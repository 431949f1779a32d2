#!/bin/bash
# A real nginx on loopback, for tests: a static feed and page with validators, the same behind a login, compressed and
# behind redirects, and the same again on a TLS port with a certificate that nobody signed.
#
#   nginx.sh start DIR PORT TLSPORT   returns when it answers
#   nginx.sh stop DIR                 ends everything that it started
#
# Needs the Debian packages nginx openssl. Everything lives in DIR. Starting twice is harmless.
set -euo pipefail

command=${1:?start or stop}
mkdir -p "${2:?a folder}"
dir=$(realpath "$2")
# shellcheck source=tests/peers/processes.sh
. "$(dirname "$(realpath "$0")")/processes.sh"

site() {
  local entry items=
  mkdir -p "$dir/site/tertutup" "$dir/tmp"
  for entry in 5 4 3 2 1; do
    items+="<item><guid>http://media.example/$entry</guid><link>/kabar/$entry</link><title>Kabar nomor $entry</title>"
    items+="<pubDate>Thu, 19 Nov 2026 0$entry:15:00 +0800</pubDate>"
    items+="<description>Isi kabar nomor $entry dari Tepian Uji.</description></item>"
  done
  cat >"$dir/site/feed.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Tepian Uji</title><link>/</link>$items</channel></rss>
XML
  echo '<!doctype html><html lang="id"><title>Tepian Uji</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Beranda.</p>' >"$dir/site/index.html"
  printf 'User-agent: *\nDisallow: /rahasia/\n' >"$dir/site/robots.txt"
  cp "$dir/site/feed.xml" "$dir/site/tertutup/feed.xml"
  # The validators of nginx are made of time and size: a fixed time makes them the same on every start.
  touch -d '2026-11-19T06:00:00Z' "$dir/site/feed.xml" "$dir/site/tertutup/feed.xml"
  echo "petugas:$(openssl passwd -apr1 rahasia-uji)" >"$dir/htpasswd"
  [ -f "$dir/cert.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
}

config() {
  # Workers of root would become nobody, who may not read a folder of ours.
  [ "$(id -u)" = 0 ] && echo "user root;"
  cat <<NGINX
daemon off;
worker_processes 1;
pid $dir/tmp/nginx.pid;
error_log $dir/error.log;
events { worker_connections 512; }
http {
  types { text/html html; application/rss+xml xml; text/plain txt; }
  access_log $dir/access.log;
  client_body_temp_path $dir/tmp/body;
  proxy_temp_path $dir/tmp/proxy;
  fastcgi_temp_path $dir/tmp/fastcgi;
  uwsgi_temp_path $dir/tmp/uwsgi;
  scgi_temp_path $dir/tmp/scgi;
  charset utf-8;
  server {
    listen 127.0.0.1:$1;
    listen 127.0.0.1:$2 ssl;
    ssl_certificate $dir/cert.pem;
    ssl_certificate_key $dir/key.pem;
    root $dir/site;
    location /tertutup/ { auth_basic "Redaksi"; auth_basic_user_file $dir/htpasswd; }
    location /padat/ { alias $dir/site/; gzip on; gzip_types *; gzip_min_length 0; }
    location = /pindah { return 301 /feed.xml; }
    location = /putar { return 302 /putar; }
    location = /sibuk { add_header Retry-After 120 always; return 503; }
    location = /penuh { return 429; }
  }
}
NGINX
}

case $command in
  start)
    port=${3:?a port} tls=${4:?a port for TLS}
    if ! running nginx; then
      site
      config "$port" "$tls" >"$dir/nginx.conf"
      begin nginx nginx -c "$dir/nginx.conf" -e "$dir/error.log"
    fi
    until_ready nginx listens "$port"
    until_ready nginx listens "$tls"
    echo "http://127.0.0.1:$port"
    ;;
  stop) end nginx ;;
  *) echo "unknown command $command" >&2; exit 2 ;;
esac
