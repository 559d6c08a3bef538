#!/bin/sh
# Installs the Debian packages of tools/packages.txt that are missing, and the LwM2M server that the
# tests run with node. Does nothing, and needs no network and no rights, when none is.
set -u

here=$(cd "$(dirname "$0")" && pwd)

# The packages of the list that are not installed, one a line.
missing() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/packages.txt" | while read -r package _; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
        [ "$status" = installed ] || provided "$package" || printf '%s\n' "$package"
    done
}

# Whether node has npm without Debian's package of it, as other people's packages of node do.
provided() {
    [ "$1" = npm ] && command -v npm >/dev/null 2>&1
}

# The packages of tests/interop/node, by their lock file; they stay until that changes.
install_node_packages() {
    node=$here/../tests/interop/node
    command -v npm >/dev/null 2>&1 || return 0
    cmp -s "$node/package-lock.json" "$node/node_modules/.installed" && return 0
    echo "Installing: the packages of tests/interop/node"
    (cd "$node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) &&
        cp "$node/package-lock.json" "$node/node_modules/.installed" ||
        echo "npm could not install them: the tests that need them are skipped." >&2
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
if [ -z "$wanted" ]; then
    install_node_packages
    exit 0
fi
# A list of words on purpose: names of packages hold no blanks.
# shellcheck disable=SC2086
set -- $wanted
echo "Installing: $*"
as_root apt-get -qq update || echo "The list of packages could not be refreshed; trying with the old one." >&2
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "$@" >/dev/null

still=$(missing)
if [ -z "$still" ]; then
    install_node_packages
    exit 0
fi
for package in $still; do
    echo "The Debian package $package is missing and could not be installed: apt-get install $package" >&2
done
exit 1
