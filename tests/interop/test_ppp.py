#!/usr/bin/env python3
"""A host dials with pppd's chat or with wvdial and then speaks PPP and TCP/IP with lwIP, to servers that are real.

Called with the program, and with --client=FILE before the names of tests: the lwIP host."""

import http.server
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge
import peer

CHAT = "/usr/sbin/chat"
WVDIAL = shutil.which("wvdial")
NOBODY = 65534
DIAL = ["ABORT", "ERROR", "ABORT", "NO CARRIER", "TIMEOUT", "20", "", "ATE0", "OK",
        "AT+CGDCONT=1,\"IP\",\"internet\"", "OK"]
BODY = bytes(i * 7 % 251 for i in range(100000))

client = None


def own_address():
    """An address of this machine that is not loopback's, which lwIP keeps to itself; or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *words):
        pass


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            got = self.request.recv(4096)
            if not got:
                break
            self.request.sendall(got)


class RealHosts(edge.Case):
    def server(self, kind, handler, address):
        server = kind((address, 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return str(server.server_address[1])

    def chat(self, served, *words):
        """Exit status of chat on the modem's terminal, and what it saw."""
        fd = os.open(served.tty, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, fd)
        edge.tty.setraw(fd)
        done = subprocess.run([CHAT, "-v", "-S", "-s", *DIAL, *words], stdin=fd, stdout=fd,
                              stderr=subprocess.PIPE, text=True, timeout=edge.PATIENCE)
        return done.returncode, done.stderr

    def host(self, served, *words):
        done = subprocess.run([client, served.tty, *words], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=edge.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout[:2000])
        return done.stdout

    def dialled(self, *words):
        served = self.serve("--time", "real", *words)
        code, said = self.chat(served, "ATD*99***1#", "CONNECT", "\\c")
        self.assertEqual(code, 0, said)
        return served

    def test_an_address_and_names(self):
        served = self.dialled()
        said = self.host(served, "dns", "no.such.name").decode()
        self.assertIn("address 10.0.0.2\n", said)
        self.assertIn("name none 3\n", said)
        self.assertTrue(said.endswith("ended\n"), said)

    def test_chat_dials_again_after_the_end(self):
        served = self.dialled()
        self.host(served)
        fd = os.open(served.tty, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, fd)
        edge.Line(fd).until("NO CARRIER")
        code, said = self.chat(served, "ATD*99#", "CONNECT", "\\c")
        self.assertEqual(code, 0, said)
        self.host(served)

    def test_chat_sees_no_carrier(self):
        served = self.serve("--time", "real")
        code, said = self.chat(served, "AT+CFUN=4", "OK", "ATD*99#", "CONNECT", "\\c")
        self.assertNotEqual(code, 0, said)
        self.assertIn("NO CARRIER", said)

    @unittest.skipUnless(WVDIAL, "wvdial is missing")
    def test_wvdial_dials(self):
        """In pppd's place is the host with lwIP, which gets the terminal as pppd does."""
        served = self.serve("--time", "real")
        said, pppd, config = self.path("said"), self.path("pppd"), self.path("wvdial.conf")
        host = shutil.copy(client, self.folder)
        with open(pppd, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec "%s" "%s" dns no.such.name >"%s"\n'
                       % (host, served.tty, said))
        with open(config, "w", encoding="utf-8") as file:
            file.write("[Dialer Defaults]\nModem = %s\nBaud = 115200\nInit1 = ATZ\nInit2 = ATE0\n"
                       "Init3 = AT+CGDCONT=1,\"IP\",\"internet\"\nPhone = *99***1#\nUsername = x\n"
                       "Password = y\nStupid Mode = on\nAuto Reconnect = off\nPPPD Path = %s\n"
                       % (os.path.realpath(served.tty), pppd))
        done = subprocess.run([WVDIAL, "--config", config], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                              env={**os.environ, "HOME": self.folder}, timeout=edge.PATIENCE,
                              user=self.nobody(served, said, pppd, config, host))
        self.assertIn("Carrier detected", done.stdout)
        with open(said, encoding="utf-8") as file:
            self.assertRegex(file.read(), "address 10.0.0.2\n(.*\n)*name none 3\nended\n")

    def nobody(self, served, said, program, *files):
        """Who must not write the passwords of this machine; None when nobody here could."""
        os.chmod(program, 0o755)
        if os.geteuid() != 0:
            return None
        os.close(os.open(said, os.O_CREAT, 0o600))
        for name in (self.folder, os.path.realpath(served.tty), said, program, *files):
            os.chown(name, NOBODY, -1)
        return NOBODY

    def test_pppd_gets_an_address(self):
        if not os.path.exists("/dev/ppp") or os.geteuid() != 0:
            self.skipTest("pppd needs /dev/ppp and root")
        served = self.serve("--time", "real")
        dial = " ".join(["chat", "-v", "-S", *("'%s'" % word for word in DIAL), "'ATD*99***1#'",
                         "CONNECT", "'\\\\c'"])
        done = subprocess.run(
            ["pppd", os.path.realpath(served.tty), "115200", "nodetach", "noauth", "local",
             "noipdefault", "nodefaultroute", "usepeerdns", "logfd", "1", "debug", "maxconnect", "2",
             "connect", dial],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
            timeout=edge.PATIENCE)
        self.assertIn("local  IP address 10.0.0.2", done.stdout)
        self.assertIn("primary   DNS address", done.stdout)

    def test_pages_and_echoes(self):
        address = own_address()
        if address is None:
            self.skipTest("this machine has no address but loopback's")
        pages = self.server(http.server.ThreadingHTTPServer, Pages, address)
        echo = self.server(socketserver.ThreadingTCPServer, Echo, address)
        fast = self.path("fast.json")
        with open(fast, "w", encoding="utf-8") as file:
            file.write('{"name": "fast", "network": {"latency": "5ms"}}')
        served = self.dialled("--internet", "host", "--scenario", fast)
        said = self.host(served, "get", address, pages, "/", "send", address, echo, "50000",
                         "get", address, "1", "/")
        head, rest = said.split(b"answer ", 1)
        size, rest = rest.split(b" closed\n", 1)
        answer, rest = rest[:int(size)], rest[int(size):]
        self.assertIn(b"200 OK", answer)
        self.assertTrue(answer.endswith(BODY))
        size, rest = rest.split(b"answer ", 1)[1].split(b" closed\n", 1)
        self.assertEqual(int(size), 50000)
        self.assertEqual(rest[:50000], bytes(ord("a") + i % 23 for i in range(50000)))
        self.assertIn(b"refused", rest[50000:])
        self.assertTrue(said.endswith(b"ended\n"))


if __name__ == "__main__":
    for word in list(sys.argv):
        if word.startswith("--client="):
            client = word.split("=", 1)[1]
            sys.argv.remove(word)
    if not os.path.exists(CHAT):
        print("chat is missing: sh tools/install-packages.sh")
        sys.exit(peer.MISSING)
    edge.main()
