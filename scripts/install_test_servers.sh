#!/usr/bin/env bash
# Installs the servers that tests start instances of: PostgreSQL, MariaDB and nginx. For Debian and Ubuntu, as root.
# What is there already stays as it is, and nothing is started: tests run their own instances on free loopback ports.
# usage: install_test_servers.sh [--check]
#   --check   install nothing; name what is missing and fail if anything is
set -euo pipefail

# Debian keeps servers where a user's PATH does not look.
PATH=$PATH:/usr/sbin:/sbin

missing=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || missing+=(mariadb-server-core)
command -v nginx >/dev/null || missing+=(nginx-light)
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "${1:-}" = --check ]; then
  echo "missing: ${missing[*]}" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "No apt-get here. Install PostgreSQL, MariaDB and nginx the way your system does it." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Only root can install: sudo $0" >&2
  exit 1
fi

# Debian starts a service as soon as it is installed, unless this file says no. Images of containers often have it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends "${missing[@]}"
