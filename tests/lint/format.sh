#!/bin/sh
# Every C file has the form that clang-format gives it with .clang-format.
set -u

cd "$(dirname "$0")/../.." || exit 1
folders=$(ls -d sim pty host-bindings tools tests docs/examples 2>/dev/null)
# A list of words on purpose: names of folders hold no blanks.
# shellcheck disable=SC2086
find $folders -name '*.[ch]' -print0 | sort -z | xargs -0 -n 20 clang-format --dry-run -Werror
