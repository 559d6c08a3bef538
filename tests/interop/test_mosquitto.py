#!/usr/bin/env python3
"""The product of the forum's thread: a host that speaks MQTT over the module's TCP sockets.

The broker is a real mosquitto on this machine, reached through the simulated network. With firmware
4.6.8.0 the send of the last two bytes, MQTT's DISCONNECT, ends with NO CARRIER although the broker
got them; with 4.4.14.0 it ends with OK.
"""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

BROKER = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
PATTERN = b"--EOF--Pattern--"


def text(value):
    """MQTT's UTF-8 string."""
    return len(value).to_bytes(2, "big") + value.encode()


def packet(kind, body=b""):
    return bytes([kind, len(body)]) + body


class Broker:
    """mosquitto on a port of loopback that was free a moment ago; its log."""

    def __init__(self, case):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        path = case.path("mosquitto.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("listener %d 127.0.0.1\nallow_anonymous true\nlog_type all\n"
                       "log_dest stderr\nuser root\n" % self.port)
        self.case = case
        self.process = subprocess.Popen([BROKER, "-c", path], stderr=subprocess.PIPE)
        case.addCleanup(self.end)
        self.log = b""
        self.until(b"running")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def until(self, words):
        end = time.monotonic() + edge.PATIENCE
        while words not in self.log:
            if not select.select([self.process.stderr], [], [], max(0, end - time.monotonic()))[0]:
                break
            data = os.read(self.process.stderr.fileno(), 4096)
            if not data:
                break
            self.log += data
        self.case.assertIn(words, self.log)


@unittest.skipUnless(os.path.exists(BROKER), "mosquitto is missing")
class Mosquitto(edge.Case):
    def command(self, line, end="OK"):
        self.terminal.send(line)
        return self.terminal.until(end)

    def raw(self, data):
        os.write(self.terminal.fd, data)

    def send(self, data, end="OK"):
        self.command("AT+KTCPSND=1,%d" % len(data), "CONNECT")
        self.raw(data + PATTERN)
        return self.terminal.until(end)

    def session(self, profile, last):
        """The whole of it; `last` is the result of the send of DISCONNECT."""
        broker = Broker(self)
        served = self.serve("--profile", profile, "--internet", "loopback")
        self.terminal = edge.Terminal(served.tty)
        self.addCleanup(self.terminal.close)
        self.command("ATE0")
        self.command("AT+CMEE=1")
        self.command('AT+KCNXCFG=1,"GPRS","internet"')
        self.assertIn("+KTCPCFG: 1", self.command('AT+KTCPCFG=1,0,"127.0.0.1",%d' % broker.port))
        self.command("AT+KTCPCNX=1")
        self.terminal.until("+KTCP_IND: 1,1")
        self.send(packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c" + text("hl78")))
        self.terminal.until("+KTCP_DATA: 1,4")
        answer = self.command("AT+KTCPRCV=1,4")
        self.assertIn("\x20\x02\x00\x00" + PATTERN.decode(), answer)
        broker.until(b"New client connected")
        self.send(packet(0x30, text("field/report") + b"37 degrees"))
        broker.until(b"Received PUBLISH from hl78")
        self.assertIn("+KTCPSTAT: 3,-1,0,0", self.command("AT+KTCPSTAT=1"))
        self.send(packet(0xe0), last)
        broker.until(b"Received DISCONNECT from hl78")
        broker.until(b"Client hl78 disconnected")

    def test_the_older_firmware_ends_with_ok(self):
        self.session("HL7800-4.4.14.0", "OK")

    def test_the_newer_firmware_ends_with_no_carrier(self):
        self.session("HL7800-4.6.8.0", "NO CARRIER")
        self.command("AT+KTCPSND=1,2", "+CME ERROR: 922")
        self.command("AT+KTCPSTART=1", "+CME ERROR: 910")
        self.command("AT+KTCPSTAT=1", "+CME ERROR: 910")


if __name__ == "__main__":
    edge.main()
