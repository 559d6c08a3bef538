#!/usr/bin/env python3
"""A small host program that shares no code with hl78sim: it updates the modem at a terminal.

    host_update.py TTY VERSION

It gives the agreements for download and installation itself (AT+WDSC, AT+WDSR=3 and 4), waits for
+WDSI: 16 and compares AT+CGMR with VERSION. Exit status 0: that version runs; 1: anything else.
Only Python's own library.
"""

import os
import select
import sys
import termios
import time
import tty

PATIENCE = 60.0  # seconds of real time for all of it


class Failure(Exception):
    pass


class Modem:
    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd, termios.TCSANOW)
        self.end = time.monotonic() + PATIENCE
        self.text = b""
        self.events = []  # unsolicited lines that nobody has asked for yet

    def line(self, seconds):
        """The next line that is not empty, or None when none comes in time."""
        end = min(time.monotonic() + seconds, self.end)
        while True:
            while b"\n" in self.text:
                line, self.text = self.text.split(b"\n", 1)
                line = line.strip(b"\r\0 ").decode("ascii", "replace")
                if line:
                    return line
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                return None
            self.text += os.read(self.fd, 4096)

    def command(self, command, seconds=5.0):
        """The information lines of a command that ends in OK; None when it does not."""
        os.write(self.fd, command.encode() + b"\r")
        answer = []
        while True:
            line = self.line(seconds)
            if line is None or line.startswith(("ERROR", "+CME ERROR")):
                return None
            if line == "OK":
                return answer
            if line.startswith(("+WDSI: ", "+KSUP: ")) and not command.startswith("AT+WDSI?"):
                self.events.append(line)
            elif line.upper() != command.upper():
                answer.append(line)

    def must(self, command):
        answer = self.command(command)
        if answer is None:
            raise Failure(command + " is not answered by OK")
        return answer

    def wait(self, *wanted):
        """The first of the wanted unsolicited lines; others are passed over."""
        while True:
            line = self.events.pop(0) if self.events else self.line(PATIENCE)
            if line is None:
                raise Failure("none of these came: " + ", ".join(wanted))
            if line in wanted:
                return line

    def wake(self):
        for _ in range(30):
            if self.command("AT", 1.0) is not None:
                return
        raise Failure("the modem does not answer")


def register(modem):
    for _ in range(200):
        answer = modem.must("AT+CEREG?")
        if answer and answer[-1].split(",")[1] in ("1", "5"):
            return
        modem.line(0.05)  # a while, or until something comes
    raise Failure("no network")


def update(modem, version):
    modem.wake()
    modem.must("ATE0")
    print("before:", modem.must("AT+CGMR")[0])
    modem.must("AT+WDSI=4479")
    modem.must("AT+WDSC=1,1")
    modem.must("AT+WDSC=2,1")
    register(modem)
    modem.must("AT+WDSS=1,1")
    modem.wait("+WDSI: 2")
    modem.must("AT+WDSR=3")
    modem.wait("+WDSI: 3")
    modem.must("AT+WDSR=4")
    if modem.wait("+WDSI: 15", "+WDSI: 16") != "+WDSI: 16":
        raise Failure("the installation failed")
    modem.wake()
    after = modem.must("AT+CGMR")[0]
    print("after:", after)
    if not after.endswith("." + version):
        raise Failure("another version runs than " + version)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        update(Modem(sys.argv[1]), sys.argv[2])
    except (Failure, OSError) as error:
        print("host_update.py:", error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
