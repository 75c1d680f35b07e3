#!/bin/sh
# Installs what is not ours and tests drive: for test/interop SIPp, baresip (core modules only: G.711, aufile, ausine, ctrl_tcp and menu are
# in baresip-core), sox, the AWS CLI and boto3, OpenSSL, Kamailio, sipsak, Linphone, promtool, tshark, espeak-ng; for test/fuzz AFL++; for test/hosts the programs ip and iptables, and sipvicious; for test/browser that, Chromium, Firefox, and a
# sound server, without which Firefox has no audio. Names of programs as words (sipp chromium ...) choose some of them. Debian and Ubuntu,
# as root. Running it again is harmless. For test/store: PostgreSQL.
set -eu

chosen=" $* "
missing=""
# need PROGRAM PACKAGE [HOW TO SEE THAT IT IS THERE]
need() {
  case "$chosen" in "  " | *" $1 "*) ;; *) return 0 ;; esac
  sh -c "${3:-command -v $1}" >/dev/null 2>&1 || missing="$missing $2"
}
need sipp sip-tester
need baresip baresip-core
need sox sox
need aws awscli
need aws python3-boto3 'python3 -c "import boto3"'
need openssl openssl
need kamailio kamailio
need kamailio kamailio-tls-modules 'ls /usr/lib/*/kamailio/modules/tls.so /usr/lib/kamailio/modules/tls.so 2>&1 | grep -v "No such"'
need sipsak sipsak
need promtool prometheus
need tshark tshark
need afl-fuzz afl++
need linphonec linphone-cli
need espeak-ng espeak-ng
need ip iproute2
need iptables iptables
need svmap sipvicious
need chromium chromium
need firefox-esr firefox-esr
need pulseaudio pulseaudio
need postgres postgresql 'ls /usr/lib/postgresql/*/bin/postgres'
if [ -z "$missing" ]; then
  echo "test peers: all installed"
  exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "test peers: missing$missing; this script knows apt-get only. Install them with this system's package manager." >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "test peers: missing$missing; run as root: sudo sh scripts/install-test-peers.sh" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# Tests start PostgreSQL themselves: its package shall make no database of its own.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
echo "test peers: installing$missing"
apt-get update -qq
# shellcheck disable=SC2086 # one word per package is meant
apt-get install -y -qq --no-install-recommends $missing >/dev/null
