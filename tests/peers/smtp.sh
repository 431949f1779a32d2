#!/bin/bash
# A real mail server on loopback, for tests: OpenSMTPD takes the mail, Dovecot gives it back by IMAP.
#
#   smtp.sh start DIR PLAIN STARTTLS TLS IMAP   four ports; returns when all answer
#   smtp.sh stop DIR                            ends everything that it started
#
# Mailboxes: penerima-001@kantor.test … penerima-520@kantor.test, IMAP user penerima-001 …, password test. Everybody else
# is refused. On the ports STARTTLS and TLS Dovecot takes the mail and hands it on, from whoever logs in with the password
# test; the certificate is for localhost, its root is DIR/root.pem. OpenSMTPD ends a connection after 100 mails.
# (OpenSMTPD 6.8 itself cannot speak TLS with OpenSSL 3: its issue 1171.)
#
# Needs the Debian packages opensmtpd, dovecot-imapd, dovecot-submissiond and openssl, and root (sudo where run by somebody
# else): OpenSMTPD becomes other users. Its queue has one fixed place on a machine; where the kernel allows it, this one gets
# a place of its own, so that no other mail server is disturbed. Everything else lives in DIR. Starting twice is harmless.
set -euo pipefail

if [ "$(id -u)" != 0 ]; then exec sudo -n "$0" "$@"; fi
command=${1:?start or stop}
mkdir -p "${2:?a folder}"
dir=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
# shellcheck source=tests/peers/processes.sh
. "$here/processes.sh"

certificates() {
  [ -f "$dir/root.pem" ] && return 0
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Akar Uji" \
    -keyout "$dir/root.key" -out "$dir/root.new" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign
  openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
    -keyout "$dir/server.key" -out "$dir/server.csr"
  printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' >"$dir/server.ext"
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/root.new" -CAkey "$dir/root.key" -CAcreateserial -days 3650 \
    -extfile "$dir/server.ext" -out "$dir/server.pem"
  chmod 600 "$dir"/*.key
  mv "$dir/root.new" "$dir/root.pem"
}

users() {
  local number
  for number in $(seq -w 1 520); do printf 'penerima-%s@kantor.test mail\n' "$number"; done
}

smtpd_config() {
  cat <<SMTPD
table users file:$dir/users
smtp max-message-size 40M
listen on 127.0.0.1 port $1
action "deliver" maildir "$dir/home/%{rcpt.user}/Maildir" virtual <users>
match from any for domain "kantor.test" action "deliver"
SMTPD
}

dovecot_config() {
  mkdir -p "$dir/base" "$dir/state"
  cat <<DOVECOT
base_dir = $dir/base
state_dir = $dir/state
log_path = $dir/dovecot.log
protocols = imap submission
listen = 127.0.0.1
ssl = yes
ssl_cert = <$dir/server.pem
ssl_key = <$dir/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
first_valid_uid = 1
first_valid_gid = 1
mail_privileged_group = mail
mail_location = maildir:$dir/home/%n/Maildir
submission_relay_host = 127.0.0.1
submission_relay_port = $1
submission_relay_trusted = no
hostname = localhost
passdb {
  driver = static
  args = password=test
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$dir/home/%n
}
service submission-login {
  inet_listener submission {
    port = $2
  }
  inet_listener submissions {
    port = $3
    ssl = yes
  }
}
service imap {
  service_count = 1000
}
service imap-login {
  service_count = 0
  inet_listener imap {
    port = $4
  }
  inet_listener imaps {
    port = 0
  }
}
DOVECOT
}

# What OpenSMTPD wants of its queue: folders of its own users.
queue() {
  mkdir -p /var/spool/smtpd
  chmod 711 /var/spool/smtpd
}

# A view of the file system in which the queue and the control socket are empty and private, where that is allowed.
private() {
  if unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016
    unshare --mount sh -c 'mount -t tmpfs -o mode=711 tmpfs /var/spool/smtpd && mount -t tmpfs tmpfs /run && exec "$@"' - "$@"
  else
    "$@"
  fi
}

case $command in
  private) shift 2; private "$@" ;;
  start)
    plain=${3:?a port}
    chmod 711 "$dir"
    if ! running smtpd; then
      mkdir -p "$dir/home"
      chown mail:mail "$dir/home"
      if ! setpriv --reuid=mail --regid=mail --clear-groups test -x "$dir/home"; then
        echo "the user mail cannot enter $dir: allow it to pass through the folders above (chmod o+x)" >&2
        exit 1
      fi
      certificates
      queue
      users >"$dir/users"
      smtpd_config "$plain" >"$dir/smtpd.conf"
      begin smtpd "$0" private "$dir" smtpd -d -f "$dir/smtpd.conf"
    fi
    until_ready smtpd listens "$plain"
    if ! running dovecot; then
      dovecot_config "$plain" "${4:?a port}" "${5:?a port}" "${6:?a port}" >"$dir/dovecot.conf"
      begin dovecot dovecot -F -c "$dir/dovecot.conf"
    fi
    until_ready dovecot listens "$6"
    echo "smtp://127.0.0.1:$plain"
    ;;
  stop)
    end smtpd
    end dovecot
    # Whoever called may clear it away.
    if [ -n "${SUDO_UID:-}" ]; then chown -R "$SUDO_UID" "$dir"; fi
    ;;
  *) echo "unknown command $command" >&2; exit 2 ;;
esac
