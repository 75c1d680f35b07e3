#!/bin/sh
# Installs what `npm run bench` measures beside us where it is there: rtpengine, which relays RTP in user space (no kernel module is
# installed), and with the word `asterisk` an Asterisk. Debian and, for rtpengine, Ubuntu; as root. No service is left running: the benchmark starts
# its own. Running it again is harmless.
#
# Debian's releases have no Asterisk since 2023, and its unstable has: that is put into a folder of its own, /var/lib/offhook-bench/asterisk, which
# takes 640 MB and some minutes. Nothing of this system is changed by it; deleting the folder takes it away.
set -eu

asterisk=/var/lib/offhook-bench/asterisk
wants_asterisk=no
case "${1:-}" in
  "") ;;
  asterisk) wants_asterisk=yes ;;
  *)
    echo "bench peers: $1 is none; say: sh scripts/install-bench-peers.sh [asterisk]" >&2
    exit 2
    ;;
esac

has_rtpengine() { command -v rtpengine >/dev/null 2>&1; }
has_asterisk() { [ -x "$asterisk/usr/sbin/asterisk" ]; }
missing=""
has_rtpengine || missing="$missing rtpengine"
[ "$wants_asterisk" = no ] || has_asterisk || missing="$missing asterisk"

if [ -z "$missing" ]; then
  echo "bench peers: all installed"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "bench peers: missing$missing; this script knows apt-get only. Install it with this system's package manager." >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "bench peers: missing$missing; run as root: sudo sh scripts/install-bench-peers.sh $*" >&2
  exit 1
fi

# Packages ask this file whether their service may be started. deb-systemd-invoke(1p)
refuse_starts() {
  printf '#!/bin/sh\nexit 101\n' >"$1"
  chmod +x "$1"
}
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  refuse_starts "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
if ! has_rtpengine; then
  echo "bench peers: installing rtpengine-daemon"
  apt-get install -y -qq --no-install-recommends rtpengine-daemon >/dev/null
fi
if [ "$wants_asterisk" = yes ] && ! has_asterisk; then
  # The archive that this system has its own packages from.
  archive=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' | awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }')
  if [ -z "$archive" ]; then
    echo "bench peers: asterisk comes from Debian's archive, and this system's packages come from none" >&2
    exit 1
  fi
  echo "bench peers: installing asterisk into $asterisk"
  apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
  rm -rf "$asterisk.part"
  debootstrap --variant=minbase --include=ca-certificates sid "$asterisk.part" "$archive" >/dev/null
  cp /etc/resolv.conf "$asterisk.part/etc/resolv.conf"
  refuse_starts "$asterisk.part$policy"
  # Whether a list of packages that is long out of date is taken, as here.
  valid=$(apt-config dump --format '%v' Acquire::Check-Valid-Until)
  chroot "$asterisk.part" apt-get update -qq -o "Acquire::Check-Valid-Until=${valid:-true}"
  chroot "$asterisk.part" apt-get install -y -qq --no-install-recommends asterisk asterisk-core-sounds-en-wav >/dev/null 2>&1
  mv "$asterisk.part" "$asterisk"
fi
