#!/bin/sh
# Installs what `npm run bench` measures beside us where it is there: rtpengine, which relays RTP in user space (no kernel module is
# installed). Debian and Ubuntu, as root. No service is left running: the benchmark starts its own. Running it again is harmless.
set -eu

if command -v rtpengine >/dev/null 2>&1; then
  echo "bench peers: all installed"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "bench peers: missing rtpengine; this script knows apt-get only. Install it with this system's package manager." >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "bench peers: missing rtpengine; run as root: sudo sh scripts/install-bench-peers.sh" >&2
  exit 1
fi

# Packages ask this file whether their service may be started. deb-systemd-invoke(1p)
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
echo "bench peers: installing rtpengine-daemon"
apt-get update -qq
apt-get install -y -qq --no-install-recommends rtpengine-daemon >/dev/null
