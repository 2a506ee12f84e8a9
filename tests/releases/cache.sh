# Sets $cache: a folder for downloads. Every user can read it, because tests started by root run as another user.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
if [ "$(id -u)" -eq 0 ]; then
    cache=/var/cache/tlsdiag
else
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/tlsdiag
fi
mkdir -p "$cache"
