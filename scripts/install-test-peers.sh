#!/bin/sh
# Installs the phones and tools that are not ours, which test/interop drives: SIPp, baresip (core modules only: G.711,
# aufile, ausine, ctrl_tcp and menu are in baresip-core), sox, the AWS CLI and boto3, OpenSSL; for test/hosts the program ip. Debian and Ubuntu, as root. Running it again is harmless.
set -eu

missing=""
command -v sipp >/dev/null 2>&1 || missing="$missing sip-tester"
command -v baresip >/dev/null 2>&1 || missing="$missing baresip-core"
command -v sox >/dev/null 2>&1 || missing="$missing sox"
command -v aws >/dev/null 2>&1 || missing="$missing awscli"
python3 -c "import boto3" >/dev/null 2>&1 || missing="$missing python3-boto3"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v ip >/dev/null 2>&1 || missing="$missing iproute2"
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
echo "test peers: installing$missing"
apt-get update -qq
# shellcheck disable=SC2086 # one word per package is meant
apt-get install -y -qq --no-install-recommends $missing >/dev/null
