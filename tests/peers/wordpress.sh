#!/bin/bash
# A real WordPress on loopback, for tests.
#
#   wordpress.sh start DIR PORT DBPORT   installs and seeds on the first start; returns when it answers
#   wordpress.sh stop DIR                ends everything that it started
#   wordpress.sh database-stop DIR       ends the database alone, as an outage would
#   wordpress.sh database-start DIR
#
# Needs the Debian packages wordpress mariadb-server php-cli php-mysql php-xml php-mbstring.
# Everything lives in DIR; nothing under /usr/share or /var is written. Starting twice is harmless.
set -euo pipefail

command=${1:?start, stop, database-stop or database-start}
mkdir -p "${2:?a folder}"
dir=$(realpath "$2")
here=$(dirname "$(realpath "$0")")/wordpress
socket=$dir/db.sock

# shellcheck source=tests/peers/processes.sh
. "$(dirname "$(realpath "$0")")/processes.sh"

database_start() {
  running database && return 0
  begin database mariadbd --no-defaults --user="$(id -un)" --datadir="$dir/db" --socket="$socket" \
    --bind-address=127.0.0.1 --port="$(cat "$dir/dbport")" --pid-file="$dir/mariadbd.pid" --innodb-flush-log-at-trx-commit=2
  until_ready database mariadb-admin --no-defaults --socket="$socket" ping
}

run_php() { php -d sendmail_path=/bin/true -d memory_limit=512M "$@"; }

install() {
  [ -f "$dir/installed" ] && return 0
  # Debian links from the site into /usr/share; a copy keeps that clean.
  rm -rf "$dir/site"
  cp -rL /usr/share/wordpress "$dir/site"
  cp "$here/wp-config.php" "$dir/site/wp-config.php"
  # Debian's WordPress comes without a theme, and then every page is empty.
  mkdir -p "$dir/site/wp-content/themes"
  cp -r "$here/theme" "$dir/site/wp-content/themes/suarabenua"
  mariadb --no-defaults --socket="$socket" <<'SQL'
CREATE DATABASE IF NOT EXISTS wp CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'wp'@'127.0.0.1' IDENTIFIED BY 'wp';
CREATE USER IF NOT EXISTS 'wp'@'localhost' IDENTIFIED BY 'wp';
GRANT ALL ON wp.* TO 'wp'@'127.0.0.1';
GRANT ALL ON wp.* TO 'wp'@'localhost';
SQL
  run_php "$here/install.php" "$dir/site"
  run_php "$here/seed.php" "$dir/site"
  touch "$dir/installed"
}

case $command in
  start)
    port=${3:?a port}
    echo "${4:?a port for the database}" >"$dir/dbport"
    if [ ! -d "$dir/db/mysql" ]; then
      mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$dir/db" --skip-test-db \
        --auth-root-authentication-method=socket >"$dir/install-db.log" 2>&1
    fi
    export PEER_PORT=$port PEER_DBPORT=$4 PEER_DIR=$dir PEER_SCRIPT=$(realpath "$0")
    database_start
    install
    if ! running web; then
      PHP_CLI_SERVER_WORKERS=4 begin web php -d sendmail_path=/bin/true -S "127.0.0.1:$port" -t "$dir/site" "$here/router.php"
    fi
    # The server answers only once its database does.
    ready() { php -r 'exit(str_starts_with((string) @file_get_contents($argv[1]), "[{") ? 0 : 1);' "http://127.0.0.1:$port/wp-json/wp/v2/posts?per_page=1"; }
    until_ready web ready
    echo "http://127.0.0.1:$port"
    ;;
  stop) end web; end database ;;
  database-stop) end database ;;
  database-start) database_start ;;
  *) echo "unknown command $command" >&2; exit 2 ;;
esac
