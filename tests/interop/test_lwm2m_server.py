#!/usr/bin/env python3
"""The module as a client of an LwM2M server and an HTTP server that other people wrote."""

import http.server
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge
import peer

peer.need("nginx", "coap-server-gnutls", "coap-server-openssl")
peer.need_node_packages()

NAME = "urn:imei:359999000000017"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own server, which answers no ranges."""

    def log_message(self, *words):
        pass


class RealServer(edge.Case):
    def scenario(self, **modem):
        path = self.path("scenario.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"name": "bench", "modem": {"profile": "HL7800-4.4.14.0", "imei": NAME[9:],
                                                  "credentials": "dm",
                                                  "settings": {"wdsi": 8191}, **modem}}, file)
        return path

    def connect(self, *words):
        """Server, modem and terminal, with a session open."""
        server = peer.Lwm2mServer(self)
        served = self.serve("--lwm2m", server.uri, "--scenario", self.scenario(), *words)
        terminal = edge.Terminal(served.tty)
        self.addCleanup(terminal.close)
        terminal.send("AT+WDSS=1,1")
        terminal.until("+WDSI: 23,1")
        return server, served, terminal

    def package(self):
        folder = self.path("packages")
        os.mkdir(folder)
        self.expect(0, "package", "build", "--from", "4.4.14.0", "--to", "4.6.8.0",
                    "--size", "200000", "-o", os.path.join(folder, "to-4.6.8"))
        return folder

    def update(self, server, terminal, url):
        server.do("write", 5, 0, 1, value=url)
        terminal.until("+WDSI: 9,200000")
        terminal.until("+WDSI: 10")
        self.assertEqual(server.do("read", 5, 0, 3), "2")
        server.do("execute", 5, 0, 2)
        terminal.until("+WDSI: 14")
        terminal.until("+WDSI: 16")
        terminal.send("AT+CGMR")
        terminal.until("HL7800.4.6.8.0")

    def test_it_registers_and_answers(self):
        server, _, terminal = self.connect()
        told = server.until("registered")
        self.assertEqual(told["registered"], NAME)
        self.assertEqual(told["version"], "1.0")
        self.assertIn("</5/0>", told["objects"])
        self.assertEqual(server.do("read", 3, 0, 0), "Sierra Wireless")
        self.assertEqual(server.do("read", 3, 0, 1), "HL7800")
        self.assertEqual(server.do("observe", 5, 0, 3), "0")
        server.do("write", 1, 0, 1, value="86400")
        self.assertEqual(server.until("updated")["updated"], NAME)
        self.assertEqual(server.do("read", 1, 0, 1), "86400")
        terminal.send("AT+WDSS=1,0")
        terminal.until("+WDSI: 8")
        self.assertEqual(server.until("unregistered")["unregistered"], NAME)

    def test_it_reboots_when_told_to(self):
        server, _, terminal = self.connect("--time", "x20")
        server.until("registered")
        server.do("execute", 3, 0, 4)
        terminal.until("+KSUP: 0")

    def test_it_notifies_and_updates_from_nginx(self):
        web = peer.Nginx(self, self.package())
        server, _, terminal = self.connect("--time", "x20")
        server.do("observe", 5, 0, 3)
        self.update(server, terminal, web.url + "/to-4.6.8")
        self.assertIn('"GET /to-4.6.8 HTTP/1.1" 200 ', web.log())
        self.assertEqual(server.until("notified"), {"notified": [5, 0, 3], "value": "1"})

    def test_a_download_goes_on_by_ranges(self):
        web = peer.Nginx(self, self.package())
        server, served, terminal = self.connect("--time", "x5")
        server.do("write", 5, 0, 1, value=web.url + "/to-4.6.8")
        terminal.until("+WDSI: 18,20")
        self.assertEqual(served.ctl("power_cut").returncode, 0)
        terminal.until("+WDSI: 10")
        self.assertIn('"GET /to-4.6.8 HTTP/1.1" 206 ', web.log())

    def test_it_updates_from_pythons_server(self):
        folder = self.package()
        web = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *words: Quiet(*words, directory=folder))
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(web.server_close)
        self.addCleanup(web.shutdown)
        server, _, terminal = self.connect("--time", "x20")
        self.update(server, terminal, "http://localhost:%d/to-4.6.8" % web.server_address[1])

    def test_a_package_that_is_nowhere_fails_cleanly(self):
        server, _, terminal = self.connect("--time", "x20")
        server.do("write", 5, 0, 1,
                  value="http://127.0.0.1:%d/none" % peer.free_port(1))
        while not terminal.line().startswith("+WDSI: 11"):
            pass
        self.assertEqual(server.do("read", 5, 0, 3), "0")
        self.assertEqual(server.do("read", 5, 0, 5), "4")

    def authenticate(self, library, key):
        """A terminal of a modem that presents itself to libcoap's server."""
        server = peer.CoapServer(self, library, "0123456789abcdef")
        lwm2m = {"identity": "bench", "key": key.encode().hex()}
        served = self.serve("--lwm2m", server.uri, "--scenario", self.scenario(lwm2m=lwm2m),
                            "--time", "x20")
        terminal = edge.Terminal(served.tty)
        self.addCleanup(terminal.close)
        terminal.send("AT+WDSS=1,1")
        terminal.until("+WDSI: 4")
        return terminal

    def refused_by(self, library):
        terminal = self.authenticate(library, "0123456789abcdef")
        self.assertEqual(terminal.line(), "+WDSI: 6")
        terminal.until("+WDSI: 7")  # it has no /rd

    def unknown_to(self, library):
        terminal = self.authenticate(library, "fedcba9876543210")
        self.assertEqual(terminal.line(), "+WDSI: 5")

    def test_openssl_knows_the_key(self):
        self.refused_by("openssl")

    def test_openssl_does_not_know_the_key(self):
        self.unknown_to("openssl")

    def test_gnutls_knows_the_key(self):
        self.refused_by("gnutls")

    def test_gnutls_does_not_know_the_key(self):
        self.unknown_to("gnutls")

    def test_a_server_that_vanishes_is_noticed(self):
        server, served, terminal = self.connect("--time", "x60")
        server.stop()
        terminal.send("AT+WDSS=1,0")
        terminal.until("+WDSI: 8")
        terminal.send("AT+WDSS=1,1")
        terminal.until("+WDSI: 5")
        self.assertEqual(served.ctl("status").returncode, 0)


if __name__ == "__main__":
    edge.main()
