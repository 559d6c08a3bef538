#!/usr/bin/env python3
"""What each further modem of `hl78sim serve --count` costs: memory of the process, and processor
time while all of them are idle; and how fast they answer, each on its own pty, one after the other.

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
TURNS = 5.0  # seconds of round trips


def memory(pid):
    """Of its own, in bytes."""
    with open("/proc/{}/status".format(pid), encoding="ascii") as file:
        return [1024 * int(line.split()[1]) for line in file if line.startswith("RssAnon")][0]


def processor(pid):
    with open("/proc/{}/stat".format(pid), encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_turn(paths):
    """Round trips a second over all of them, in rounds."""
    hosts = [os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) for path in paths]
    poll = select.poll()
    count = 0
    for host in hosts:
        poll.register(host, select.POLLIN)
        count += round_trip(poll, host)  # opening is not what is measured
        poll.unregister(host)
    begin = time.perf_counter()
    count = 0
    while time.perf_counter() - begin < TURNS:
        for host in hosts:
            poll.register(host, select.POLLIN)
            count += round_trip(poll, host)
            poll.unregister(host)
    rate = count / (time.perf_counter() - begin)
    for host in hosts:
        os.close(host)
    return rate


def round_trip(poll, host):
    os.write(host, b"AT\r")
    got = b""
    while b"OK\r\n" not in got:
        if not poll.poll(10000):
            sys.exit("a modem does not answer: {!r}".format(got))
        got += os.read(host, 4096)
    return 1


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
        rate = in_turn([os.path.join(folder, "m%d" % i) for i in range(count)])
        process.terminate()
        process.communicate()
    return result, used / IDLE, up, rate


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    one = measure(sys.argv[1], 1)
    many = measure(sys.argv[1], COUNT)
    print("{} modems: {:.1f} kB for each further one, up after {:.2f} s, idle {:.1f} % of a "
          "processor; AT round trips in turn {:.0f} a second, on one modem {:.0f}".format(
              COUNT, (many[0] - one[0]) / (COUNT - 1) / 1000, many[2], 100 * many[1], many[3],
              one[3]))


if __name__ == "__main__":
    main()
