#!/bin/sh
# Installs the Debian packages of tools/packages.txt that are missing. Does nothing, and needs no
# network and no rights, when none is.
set -u

here=$(cd "$(dirname "$0")" && pwd)

# The packages of the list that are not installed, one a line.
missing() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/packages.txt" | while read -r package _; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
        [ "$status" = installed ] || printf '%s\n' "$package"
    done
}

# Runs a command with the rights to install.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "Installing packages needs root: become root or install sudo." >&2
        return 1
    fi
}

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "This is not a Debian system: what tools/packages.txt lists must be installed by hand." >&2
    exit 0
fi

wanted=$(missing)
[ -n "$wanted" ] || exit 0
# A list of words on purpose: names of packages hold no blanks.
# shellcheck disable=SC2086
set -- $wanted
echo "Installing: $*"
as_root apt-get -qq update || echo "The list of packages could not be refreshed; trying with the old one." >&2
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "$@" >/dev/null

still=$(missing)
[ -n "$still" ] || exit 0
for package in $still; do
    echo "The Debian package $package is missing and could not be installed: apt-get install $package" >&2
done
exit 1
