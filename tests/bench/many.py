#!/usr/bin/env python3
"""What each further modem of `hl78sim serve --count` costs: memory of the process, and processor
time while all of them are idle.

    many.py PROGRAM
"""

import os
import select
import subprocess
import sys
import tempfile
import time

COUNT = 1000
IDLE = 2.0  # seconds that are watched


def memory(pid):
    """Of its own, in bytes."""
    with open("/proc/{}/status".format(pid), encoding="ascii") as file:
        return [1024 * int(line.split()[1]) for line in file if line.startswith("RssAnon")][0]


def processor(pid):
    with open("/proc/{}/stat".format(pid), encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(program, count):
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [program, "serve", "--count", str(count), "--pty", os.path.join(folder, "m%d")],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        for _ in range(2 if count > 1 else 3):
            process.stdout.readline()
        up = time.perf_counter() - begin
        used = processor(process.pid)
        select.select([process.stdout], [], [], IDLE)  # idle: nothing is said
        used = processor(process.pid) - used
        result = memory(process.pid)
        process.terminate()
        process.communicate()
    return result, used / IDLE, up


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    one = measure(sys.argv[1], 1)
    many = measure(sys.argv[1], COUNT)
    print("{} modems: {:.1f} kB for each further one, up after {:.2f} s, idle {:.1f} % of a "
          "processor".format(COUNT, (many[0] - one[0]) / (COUNT - 1) / 1000, many[2],
                             100 * many[1]))


if __name__ == "__main__":
    main()
