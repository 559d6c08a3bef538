"""What the tests of the program's real-time edge share: the program, served modems, terminals.

Every test file is called with the program's path as its first argument. Nothing sleeps: a served
modem says on its standard output that it is there, and terminals are waited for with select.
"""

import json
import os
import resource
import select
import socket
import subprocess
import sys
import tempfile
import termios
import time
import tty
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCENARIOS = os.path.join(ROOT, "scenarios")
INTEROP = os.path.join(ROOT, "tests", "interop")
PATIENCE = 100  # seconds, far more than anything takes here

_program = None


def main():
    """Runs the tests of the calling file."""
    global _program
    if len(sys.argv) < 2:
        sys.exit("usage: " + sys.argv[0] + " PROGRAM [TEST...]")
    _program = os.path.abspath(sys.argv.pop(1))
    sys.modules["edge"] = sys.modules[__name__]
    unittest.main(module="__main__", verbosity=2)


def program():
    return _program


def call(*words):
    """The finished process of `hl78sim WORD...`; text of both outputs in stdout."""
    return subprocess.run([_program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def expect(self, code, *words):
        """Calls the program, which must end so; returns what it said."""
        result = call(*words)
        self.assertEqual(result.returncode, code,
                         " ".join(words) + "\n" + result.stdout)
        return result.stdout

    def expect_limited(self, code, files, *words):
        """The same with so many open files permitted at most."""
        result = subprocess.run(
            [_program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
        self.assertEqual(result.returncode, code, " ".join(words) + "\n" + result.stdout)
        return result.stdout

    def serve(self, *words, tty=None):
        served = Served(self, *words, tty=tty)
        self.addCleanup(served.kill)
        return served


class Served:
    """A modem of `hl78sim serve`, up and ready; without --port among the words on a pty."""

    def __init__(self, case, *words, tty=None):
        self.tty = tty or case.path("modem")
        if "--port" not in words:
            words = ("--pty", self.tty) + words
        self.control = case.path("control")
        self.ready_file = case.path("ready")
        self.process = subprocess.Popen(
            [_program, "serve", "--control", self.control, "--ready-file", self.ready_file,
             *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        self.banner = self.process.stdout.readline()
        if not os.path.exists(self.ready_file):
            self.kill()
            case.fail("serve does not come up: " + self.banner)
        with open(self.ready_file, encoding="utf-8") as file:
            self.ready = json.load(file)

    def ctl(self, *words):
        return call("ctl", "--control", self.control, *words)

    def stop(self, signal):
        """Its exit status after the signal."""
        self.process.send_signal(signal)
        self.process.stdout.read()
        return self.process.wait(PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.stdout.close()
        self.process.wait()


class Line:
    """A file descriptor that leads to a modem, read line by line."""

    def __init__(self, fd):
        self.fd = fd
        self.text = b""

    def send(self, line):
        os.write(self.fd, line.encode() + b"\r")

    def line(self):
        """The next line that is not empty; None when none comes."""
        end = time.monotonic() + PATIENCE
        while True:
            while b"\n" in self.text:
                line, self.text = self.text.split(b"\n", 1)
                line = line.strip(b"\r").decode()
                if line:
                    return line
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                return None
            got = os.read(self.fd, 4096)
            if not got:
                return None
            self.text += got

    def until(self, wanted):
        """All lines up to the wanted one; it is the last."""
        lines = []
        while not lines or lines[-1] != wanted:
            lines.append(self.line())
            if lines[-1] is None:
                raise AssertionError(wanted + " never came, only " + repr(lines))
        return lines

    def close(self):
        os.close(self.fd)


class Terminal(Line):
    """A terminal, raw."""

    def __init__(self, path):
        super().__init__(os.open(path, os.O_RDWR | os.O_NOCTTY))
        tty.setraw(self.fd, termios.TCSANOW)  # what is there already is not dropped


class Client(Line):
    """A TCP connection to "tcp:HOST:PORT"."""

    def __init__(self, name):
        host, port = name.removeprefix("tcp:").rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), PATIENCE)
        super().__init__(self.socket.fileno())

    def is_turned_away(self):
        """Whether the other side closes at once."""
        try:
            return self.line() is None
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()


class Board:
    """A serial port that leads to a board: the emulator gets `path`, the board is the line."""

    def __init__(self):
        self.fd, self.slave = os.openpty()
        self.path = os.ttyname(self.slave)
        self.line = Line(self.fd)

    def speed(self):
        """That of the emulator's end, as a code of termios."""
        return termios.tcgetattr(self.fd)[4]

    def unplug(self):
        for fd in (self.slave, self.fd):
            if fd is not None:
                os.close(fd)
        self.slave = self.fd = None
