#!/usr/bin/env python3
"""What a sweep over every power cut of the large update costs, in wall time and in processor time:
on a machine with other work the latter tells, divided by the processors.

    sweep.py PROGRAM SCENARIO
"""

import resource
import subprocess
import sys
import time


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    begin = time.perf_counter()
    result = subprocess.run([sys.argv[1], "explore", sys.argv[2], "--fault", "power_cut", "--plan",
                             "linear", "-j", "2"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=False)
    wall = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("sweep: {}: {:.1f} s, processor {:.1f} s (user {:.1f}, system {:.1f})".format(
        result.stdout.splitlines()[-1], wall, used.ru_utime + used.ru_stime, used.ru_utime,
        used.ru_stime))


if __name__ == "__main__":
    main()
