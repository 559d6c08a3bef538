#!/usr/bin/env python3
"""smsd of smstools as the host of two served modules: what one sends the other one receives."""

import os
import re
import select
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

SMSD = shutil.which("smsd") or "/usr/sbin/smsd"
FOLDERS = ("outgoing", "checked", "incoming", "sent", "failed", "report", "stats")
RECEIVER = "999000000002"
LONG = " ".join("part %d of a long message" % i for i in range(12)).encode()


@unittest.skipUnless(os.path.exists(SMSD), "smstools is missing")
class Smstools(edge.Case):
    def setUp(self):
        super().setUp()
        self.served = self.serve("--profile", "HL7800-4.6.8.0", "--count", "2", "--time", "x10",
                                 tty=self.path("modem%d"))
        for modem in ("0", "1"):
            self.assertEqual(self.served.ctl("wait", "modem.registered=true", "--timeout", "1m",
                                             "modem=" + modem).returncode, 0)
        for folder in FOLDERS:
            os.mkdir(self.path(folder))
        self.notices = self.fifo("notices")
        self.daemon = subprocess.Popen(
            [SMSD, "-t", "-c" + self.configuration()], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(self.end)
        self.told = b""

    def end(self):
        """smsd and its processes, one a modem."""
        os.killpg(self.daemon.pid, 9)
        self.daemon.wait()

    def fifo(self, name):
        os.mkfifo(self.path(name))
        fd = os.open(self.path(name), os.O_RDWR)
        self.addCleanup(os.close, fd)
        return fd

    def configuration(self):
        handler = self.path("handler")
        with open(handler, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho "$1 $2" >"%s"\n' % self.path("notices"))
        os.chmod(handler, 0o700)
        name = self.path("smsd.conf")
        with open(name, "w", encoding="utf-8") as file:
            file.write("devices = A,B\nlogfile = %s\nloglevel = 7\n" % self.path("log"))
            for folder in FOLDERS:
                file.write("%s = %s\n" % (folder, self.path(folder)))
            file.write("infofile = %s\npidfile = %s\neventhandler = %s\n"
                       % (self.path("running"), self.path("pid"), handler))
            file.write("delaytime = 1\ndelaytime_mainprocess = 1\nautosplit = 3\n"
                       "receive_before_send = no\n")
            file.write("[A]\ndevice = %s\ninit = AT+CNMI=2,1,0,2,0\nincoming = yes\nreport = yes\n"
                       % self.path("modem0"))
            file.write("[B]\ndevice = %s\nincoming = yes\noutgoing = no\n" % self.path("modem1"))
        return name

    def send(self, text, *head):
        """Lays a message into the folder, as the manual of smstools wants it: at once as a whole."""
        with open(self.path("message"), "wb") as file:
            file.write("\n".join(("To: " + RECEIVER, *head, "", "")).encode() + text)
        os.rename(self.path("message"), os.path.join(self.path("outgoing"), "message"))

    def notice(self, *kinds):
        """The files of the next notices, of which each kind comes once, in any order."""
        found = {}
        end = time.monotonic() + edge.PATIENCE
        while set(found) != set(kinds):
            while b"\n" in self.told:
                line, self.told = self.told.split(b"\n", 1)
                kind, name = line.decode().split()
                self.assertIn(kind, kinds, self.log())
                found[kind] = name
            if set(found) != set(kinds):
                if select.select([self.notices], [], [], 1)[0]:
                    self.told += os.read(self.notices, 4096)
                elif self.daemon.poll() is not None or time.monotonic() > end:
                    self.fail("%s is missing\n%s" % (set(kinds) - set(found), self.log()))
        return [self.message(found[kind]) for kind in kinds]

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()[-6000:]

    def message(self, name):
        """Its head as a dictionary, and its text."""
        with open(name, "rb") as file:
            head, text = file.read().split(b"\n\n", 1)
        return dict(re.findall(r"(\w+): *(.*)", head.decode())), text

    def test_a_message_arrives_and_its_report_comes_back(self):
        self.send(b"Hello from smstools")
        (sent, _), (received, text), (report, about) = self.notice("SENT", "RECEIVED", "REPORT")
        self.assertEqual(text, b"Hello from smstools")
        self.assertEqual(received["From"], "999000000001")
        self.assertEqual(received["Modem"], "B")
        self.assertEqual(received["From_SMSC"], "99900000000")
        self.assertEqual(report["From"], RECEIVER)
        self.assertIn(b"Message_id: " + sent["Message_id"].encode(), about)
        self.assertIn(b"Status: 0,Ok", about)

    def test_a_long_message_and_one_in_other_letters(self):
        self.send(LONG, "Report: no")
        _, (_, text) = self.notice("SENT", "RECEIVED")
        self.assertEqual(text, LONG)
        letters = "Grüße, привет, 你好"
        self.send(letters.encode("utf-16-be"), "Alphabet: UCS2", "Report: no")
        _, (head, text) = self.notice("SENT", "RECEIVED")
        self.assertEqual(head["Alphabet"], "UCS2")
        self.assertEqual(text.decode("utf-16-be"), letters)


if __name__ == "__main__":
    edge.main()
