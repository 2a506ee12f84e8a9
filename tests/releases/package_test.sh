#!/bin/sh
# Installs, uses and removes packages, each in a fresh minimal Debian, and checks that nothing is left of them:
#   package_test.sh PACKAGES [SUITE [EXPECTED]]
# PACKAGES has one .deb, one .tar.gz and one .rpm; SUITE defaults to this machine's. EXPECTED `refused`: wrong suite.
# Exit status 77: such a Debian cannot be made here.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
packages=$(cd "$1" && pwd)
# shellcheck disable=SC2016 # $(...) is apt's
debian() { apt-get indextargets --format "$1" 'Created-By: Packages' 'Label: Debian' | head -n 1; }
# shellcheck disable=SC2016
suite=${2-$(debian '$(CODENAME)')} mirror=$(debian '$(SITE)')
expected=${3-works}

if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error "$packages"/*.deb
else
    echo "lintian is missing: the package is not checked by it"
fi
result=$(mktemp)
trap 'rm -f "$result"' EXIT
mmdebstrap --quiet --variant=apt --include=tshark,python3,ca-certificates,rpm --format=null \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
    --customize-hook='mkdir "$1/packages"' \
    --customize-hook="sync-in '$packages' /packages" \
    --customize-hook="copy-in '$here/package_inside.sh' /packages" \
    --customize-hook="chroot \"\$1\" sh /packages/package_inside.sh $expected 2>&1 && echo passed >'$result' || echo failed >'$result'" \
    "$suite" /dev/null "$mirror" || true
case $(cat "$result") in
passed) ;;
failed) exit 1 ;;
*) echo "WARNING: no minimal Debian $suite could be made: THE PACKAGES ARE NOT TESTED." >&2; exit 77 ;;
esac
