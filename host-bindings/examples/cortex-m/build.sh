#!/bin/sh
# Builds the example: build.sh OUTPUT.elf [COMPILER-OPTION...]. CC names another compiler.
set -eu

output=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
engine=$here/../../engine

# A project of one's own copies the folder of the engine and takes all of its files.
"${CC:-arm-none-eabi-gcc}" -mcpu=cortex-m3 -mthumb -std=c11 -Os -g \
    -Wall -Wextra -Werror -ffreestanding -ffunction-sections -fdata-sections \
    -I"$engine/include" -I"$here" "$@" \
    "$here"/*.c "$engine"/*.c \
    -nostartfiles -T "$here/mps2-an385.ld" -Wl,--gc-sections --specs=nano.specs \
    -o "$output"
