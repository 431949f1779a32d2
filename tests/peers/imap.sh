#!/bin/bash
# A real IMAP server (Dovecot) on loopback, for tests: the mailbox of humas (password test) with the messages of imap/
# and one of 24 MB.
#
#   imap.sh start DIR PORT     seeds on the first start; returns when it answers
#   imap.sh deliver DIR FILE   puts one more message into the mailbox
#   imap.sh stop DIR           ends everything that it started
#
# Needs the Debian package dovecot-imapd. Everything lives in DIR. Starting twice is harmless.
set -euo pipefail

command=${1:?start, deliver or stop}
mkdir -p "${2:?a folder}"
dir=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
# shellcheck source=tests/peers/processes.sh
. "$here/processes.sh"
box=$dir/home/humas/Maildir
if [ "$(id -u)" = 0 ]; then owner=mail:mail; else owner=$(id -un):$(id -gn); fi

# A name of the form that the maildir format wants; unread.
deliver() {
  local name
  name=$(date +%s).$(basename "$1" .eml)_$RANDOM$RANDOM.uji
  cp "$1" "$box/tmp/$name"
  chown "$owner" "$box/tmp/$name"
  mv "$box/tmp/$name" "$box/new/$name"
}

seed() {
  [ -f "$dir/seeded" ] && return 0
  mkdir -p "$box/tmp" "$box/new" "$box/cur"
  chown -R "$owner" "$dir/home"
  for file in "$here"/imap/*.eml; do deliver "$file"; done
  {
    printf 'From: Redaksi Uji <redaksi@tepianuji.example>\r\nTo: humas@kantor.example\r\nSubject: Lampiran besar\r\n'
    printf 'Date: Thu, 19 Nov 2026 09:00:00 +0800\r\nMessage-ID: <besar@tepianuji.example>\r\nMIME-Version: 1.0\r\n'
    printf 'Content-Type: multipart/mixed; boundary=batas\r\n\r\n--batas\r\nContent-Type: text/plain\r\n\r\nTerlampir.\r\n'
    printf -- '--batas\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    head -c 18000000 /dev/zero | base64
    printf -- '--batas--\r\n'
  } >"$dir/besar.eml"
  deliver "$dir/besar.eml"
  rm "$dir/besar.eml"
  touch "$dir/seeded"
}

config() {
  mkdir -p "$dir/base" "$dir/state"
  cat <<DOVECOT
base_dir = $dir/base
state_dir = $dir/state
log_path = $dir/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:$dir/home/%n/Maildir
passdb {
  driver = static
  args = password=test
}
userdb {
  driver = static
  args = uid=${owner%:*} gid=${owner#*:} home=$dir/home/%n
}
service imap-login {
  inet_listener imap {
    port = $1
  }
  inet_listener imaps {
    port = 0
  }
}
DOVECOT
  if [ "$(id -u)" = 0 ]; then
    echo "mail_privileged_group = mail"
  else
    # Without root there is nobody else to become, and no root to lock into.
    cat <<DOVECOT
default_internal_user = $(id -un)
default_internal_group = $(id -gn)
default_login_user = $(id -un)
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
service stats {
  unix_listener stats-writer {
    mode = 0600
  }
}
DOVECOT
  fi
}

case $command in
  start)
    port=${3:?a port}
    if ! running imap; then
      # Dovecot never reads mail as root; whom it becomes instead has to pass through here.
      chmod 711 "$dir"
      mkdir -p "$dir/home"
      if [ "$(id -u)" = 0 ] && ! setpriv --reuid=mail --regid=mail --clear-groups test -x "$dir/home"; then
        echo "the user mail cannot enter $dir: allow it to pass through the folders above (chmod o+x)" >&2
        exit 1
      fi
      seed
      config "$port" >"$dir/dovecot.conf"
      begin imap dovecot -F -c "$dir/dovecot.conf"
    fi
    until_ready imap listens "$port"
    echo "imap://humas:test@127.0.0.1:$port"
    ;;
  deliver) deliver "${3:?a message}" ;;
  stop) end imap ;;
  *) echo "unknown command $command" >&2; exit 2 ;;
esac
