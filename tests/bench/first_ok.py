#!/usr/bin/env python3
"""How soon a host gets its first OK: from the start of `hl78sim serve` to the answer to AT on its
pseudo terminal, in wall time. Prints the median and the range of some starts.

    first_ok.py PROGRAM
"""

import os
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
import tty

STARTS = 15
PATIENCE = 20.0


def read_until(fd, wanted):
    text = b""
    while wanted not in text:
        if not select.select([fd], [], [], PATIENCE)[0]:
            sys.exit("first_ok.py: no answer")
        text += os.read(fd, 4096)


def measure(program, folder):
    path = os.path.join(folder, "modem")
    begin = time.perf_counter()
    process = subprocess.Popen([program, "serve", "--pty", path], stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)
    process.stdout.readline()  # said when the port is there
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(fd, termios.TCSANOW)
    os.write(fd, b"AT\r")
    read_until(fd, b"OK\r\n")
    seconds = time.perf_counter() - begin
    os.close(fd)
    process.terminate()
    process.communicate()
    return seconds


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        times = [1000 * measure(sys.argv[1], folder) for _ in range(STARTS)]
    print("first OK on a pty: median {:.0f} ms, {:.0f} to {:.0f} ms ({} starts)".format(
        statistics.median(times), min(times), max(times), STARTS))


if __name__ == "__main__":
    main()
