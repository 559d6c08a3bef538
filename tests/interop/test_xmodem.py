#!/usr/bin/env python3
"""Other people's senders, and one that misbehaves, put a package into a served modem (AN5.0 7)."""

import os
import select
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

SOH, STX, EOT, ACK, NAK, CAN = b"\x01", b"\x02", b"\x04", b"\x06", b"\x15", b"\x18"
SIZE = 50003  # the last block is padded, and lies beyond the sizes of EURY-4127

# In data mode time is the host's: what is waited for otherwise is made short.
FASTER = ("install_time=1s", "boot_deaf=200ms", "boot_cereg=200ms", "boot_ksup=300ms",
          "xmodem_silence=2s")


class Port:
    """A terminal, raw, read byte by byte."""

    def __init__(self, path):
        self.terminal = edge.Terminal(path)
        self.fd = self.terminal.fd

    def send(self, data):
        while data:
            data = data[os.write(self.fd, data):]

    def read(self, size):
        data = self.terminal.text[:size]
        self.terminal.text = self.terminal.text[size:]
        while len(data) < size:
            if not select.select([self.fd], [], [], edge.PATIENCE)[0]:
                raise AssertionError("only %r came" % data)
            data += os.read(self.fd, size - len(data))
        return data

    def until(self, wanted):
        """All bytes up to the wanted ones, which are the last."""
        data = b""
        while not data.endswith(wanted):
            data += self.read(1)
        return data


def block(number, payload, size=1024):
    payload = payload.ljust(size, b"\x1a")
    head = (STX if size == 1024 else SOH) + bytes([number % 256, 255 - number % 256])
    return head + payload + bytes([sum(payload) % 256])


class Xmodem(edge.Case):
    def setUp(self):
        super().setUp()
        self.package = self.path("package.ua")
        self.build("--to", "4.6.9.4")

    def build(self, *words):
        self.expect(0, "package", "build", "--from", "4.6.8.0", "--size", str(SIZE),
                    "-o", self.package, *words)
        with open(self.package, "rb") as file:
            self.content = file.read()

    def modem(self):
        served = self.serve(*(word for figure in FASTER
                              for word in ("--set", "modem.set." + figure)))
        port = Port(served.tty)
        self.addCleanup(port.terminal.close)
        port.until(b"+KSUP: 0\r\n")
        for line in (b"ATE0", b"AT+CMEE=1", b"AT+WDSI=4479"):
            port.send(line + b"\r")
            port.until(b"OK\r\n")
        return served, port

    def begin(self, port, size=None):
        port.send(b"AT+WDSD=%d\r\n" % (len(self.content) if size is None else size))
        self.assertEqual(port.read(1), NAK)

    def install(self, port, outcome=b"+WDSI: 16"):
        port.send(b"AT+WDSR=4\r")
        self.assertEqual(port.until(b"+WDSI: 14\r\n"),
                         b"\r\nOK\r\n\r\n+WDSI: 12\r\n\r\n+WDSI: 14\r\n")
        port.until(b"\r\n" + outcome + b"\r\n")
        port.send(b"ATE0\r")
        port.until(b"OK\r\n")

    def expect_version(self, port, version):
        port.send(b"AT+CGMR\r")
        self.assertIn(b"HL7800." + version, port.until(b"\r\nOK\r\n"))

    def send_by(self, port, *words):
        """A sender with the port as its standard input and output."""
        sent = subprocess.run([*words, self.package], stdin=port.fd, stdout=port.fd,
                              stderr=subprocess.PIPE, timeout=edge.PATIENCE, check=False)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.assertEqual(port.until(b"+WDSI: 3\r\n"), b"\r\nOK\r\n\r\n+WDSI: 3\r\n")

    def test_sx_with_long_blocks_updates_a_module(self):
        _, port = self.modem()
        self.begin(port)
        self.send_by(port, "sx", "-k", "-q")
        self.install(port)
        self.expect_version(port, b"4.6.9.4")

    def test_sx_with_short_blocks_updates_a_module(self):
        _, port = self.modem()
        self.begin(port)
        self.send_by(port, "sx", "-q")
        self.install(port)
        self.expect_version(port, b"4.6.9.4")

    def test_a_sender_with_faults_gets_through(self):
        _, port = self.modem()
        self.begin(port)
        self.assertEqual(port.read(1), NAK)  # again, while nothing comes
        blocks = [block(1 + at // 1024, self.content[at:at + 1024])
                  for at in range(0, SIZE, 1024)]
        for index, frame in enumerate(blocks):
            if index == 3:
                port.send(frame[:-1] + bytes([(frame[-1] + 1) % 256]))
                self.assertEqual(port.read(1), NAK)
            if index == 5:  # its SOH is lost: nothing is said until the line is silent
                port.send(frame[1:])
                self.assertEqual(port.read(1), NAK)
            if index == 7:
                port.send(blocks[6])
                self.assertEqual(port.read(1), ACK)
            if index == 9:
                port.send(frame[:500])
                self.assertEqual(port.read(1), NAK)
            port.send(frame[:1])
            port.send(frame[1:])
            self.assertEqual(port.read(1), ACK)
        port.send(block(len(blocks) + 1, b""))  # some senders see the end of their file late
        self.assertEqual(port.read(1), ACK)
        port.send(EOT)
        self.assertEqual(port.read(1), ACK)
        port.until(b"+WDSI: 3\r\n")
        self.install(port)
        self.expect_version(port, b"4.6.9.4")

    def test_a_sender_that_cancels_leaves_the_module_as_it_was(self):
        served, port = self.modem()
        self.begin(port)
        port.send(block(1, self.content[:1024]))
        self.assertEqual(port.read(1), ACK)
        port.send(CAN + CAN)
        self.assertEqual(port.until(b"3\r\n"), b"\r\n+CME ERROR: 3\r\n")
        self.assertIn('"modem.update": "idle"', served.ctl("status").stdout.replace('":"', '": "'))
        self.expect_version(port, b"4.6.8.0")

    def test_too_many_bytes_are_refused(self):
        _, port = self.modem()
        self.begin(port, size=1000)
        port.send(block(1, self.content[:1024]))
        self.assertEqual(port.read(1), ACK)
        port.send(block(2, self.content[1024:2048]))
        self.assertEqual(port.until(b"3\r\n"), CAN + CAN + b"\r\n+CME ERROR: 3\r\n")
        self.expect_version(port, b"4.6.8.0")

    def test_a_package_for_another_version_is_certified_and_fails(self):
        self.build("--to", "4.6.9.4", "--break", "wrong_base")
        _, port = self.modem()
        self.begin(port)
        self.send_by(port, "sx", "-k", "-q")
        self.install(port, b"+WDSI: 15")
        self.expect_version(port, b"4.6.8.0")


if __name__ == "__main__":
    edge.main()
