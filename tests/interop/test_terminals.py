#!/usr/bin/env python3
"""Terminal programs as hosts: somebody types at a served module with picocom, tio, minicom and
pyserial."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

try:
    import serial
except ImportError:
    serial = None


class Typist:
    """A terminal program on a terminal of its own, at which somebody types."""

    def __init__(self, case, *words):
        self.case = case
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)
        os.close(slave)
        self.shown = b""
        case.addCleanup(self.end)

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def type(self, text):
        os.write(self.master, text)

    def until(self, pattern):
        """What is on the screen, up to the pattern."""
        end = time.monotonic() + edge.PATIENCE
        while time.monotonic() < end:
            match = re.search(pattern, self.shown)
            if match:
                shown, self.shown = self.shown[:match.end()], self.shown[match.end():]
                return shown
            if select.select([self.master], [], [], 1)[0]:
                try:
                    self.shown += os.read(self.master, 4096)
                except OSError:
                    break
        self.case.fail("%r does not come: %r" % (pattern, self.shown))


class Terminals(edge.Case):
    def dialogue(self, typist):
        """Echo, answer and result, as somebody at the keyboard sees them."""
        typist.type(b"at+cgmr\r")
        shown = typist.until(rb"OK")
        self.assertIn(b"at+cgmr", shown)
        self.assertIn(b"HL7800.4.6.8.0", shown)
        typist.type(b"at+cmee=1;+cfun=7\r")
        typist.until(rb"\+CME ERROR: 50")
        typist.type(b"ate0\r")
        typist.until(rb"OK")
        typist.type(b"ati\r")
        self.assertNotIn(b"ati", typist.until(rb"OK"))

    @unittest.skipUnless(shutil.which("picocom"), "picocom is missing")
    def test_picocom(self):
        served = self.serve("--profile", "HL7800-4.6.8.0")
        typist = Typist(self, "picocom", "--baud", "115200", served.tty)
        typist.until(rb"Terminal ready")
        self.dialogue(typist)
        typist.type(b"\x01\x18")
        typist.until(rb"Thanks for using picocom")

    @unittest.skipUnless(shutil.which("tio"), "tio is missing")
    def test_tio(self):
        served = self.serve("--profile", "HL7800-4.6.8.0")
        typist = Typist(self, "tio", "--baudrate", "115200", served.tty)
        typist.until(rb"Connected")
        self.dialogue(typist)
        typist.type(b"\x14q")
        typist.until(rb"Disconnected")

    @unittest.skipUnless(shutil.which("minicom"), "minicom is missing")
    def test_minicom(self):
        served = self.serve("--profile", "HL7800-4.6.8.0")
        typist = Typist(self, "env", "TERM=vt100", "HOME=" + self.folder, "minicom", "-o",
                        "-D", served.tty, "-b", "115200")
        typist.until(rb"Press")
        self.dialogue(typist)
        typist.type(b"\x01x")
        typist.until(rb"Leave Minicom")
        typist.type(b"\r")
        self.assertEqual(typist.process.wait(edge.PATIENCE), 0)

    @unittest.skipUnless(shutil.which("runscript"), "minicom is missing")
    def test_a_script_of_minicom(self):
        served = self.serve("--profile", "HL7800-4.6.8.0")
        script = self.path("script")
        with open(script, "w", encoding="utf-8") as file:
            file.write('timeout 60\nsend "AT+CGMR"\n'
                       'expect {\n    "HL7800.4.6.8.0"\n    "ERROR" goto no\n}\nexpect "OK"\n'
                       'send "AT+CMEE=1;+CFUN=7"\n'
                       'expect {\n    "+CME ERROR: 50" goto yes\n    timeout 30\n}\n'
                       'no:\nexit 1\nyes:\nexit 0\n')
        fd = os.open(served.tty, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, fd)
        edge.tty.setraw(fd)
        done = subprocess.run(["runscript", script], stdin=fd, stdout=fd, stderr=subprocess.PIPE,
                              timeout=edge.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)

    @unittest.skipUnless(serial, "python3-serial is missing")
    def test_pyserial(self):
        served = self.serve("--profile", "HL7800-4.6.8.0")
        with serial.serial_for_url(served.tty, baudrate=115200, timeout=edge.PATIENCE) as port:
            port.write(b"AT+CGSN\r\n")
            answer = port.read_until(b"OK\r\n")
            self.assertTrue(answer.startswith(b"AT+CGSN\r"), answer)
            self.assertRegex(answer, rb"\r\n\d{15}\r\n\r\nOK\r\n$")


if __name__ == "__main__":
    edge.main()
