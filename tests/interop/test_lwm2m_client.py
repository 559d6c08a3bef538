#!/usr/bin/env python3
"""The model of AirVantage as libcoap's client finds it, and the module beside it; then whoever does
not mean well."""

import json
import os
import random
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge
import peer

peer.need("coap-client-openssl", "coap-client-gnutls", "coap-client-notls")

IMEI = "359999000000017"
NAME = "urn:imei:" + IMEI
KEY = "000102030405060708090a0b0c0d0e0f"
LINKS = "</1/0>,</3/0>,</4/0>,</5/0>"

UPDATE = {
    "name": "an update over real sockets",
    "modem": {"profile": "HL7800-4.4.14.0", "imei": IMEI, "lwm2m": {"key": KEY},
              "settings": {"wdsi": 8191}},
    "airvantage": {"system": "registered",
                   "packages": [{"id": "to-4.6.8", "from": "4.4.14.0", "to": "4.6.8.0",
                                 "size": 200000}]},
}


class RealClients(edge.Case):
    def airvantage(self, security, *words, **changes):
        return peer.AirVantage(self, "--security", security, "--scenario",
                               self.scenario("airvantage", **changes), *words)

    def scenario(self, name, **changes):
        path = self.path(name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**UPDATE, **changes}, file)
        return path

    def client(self, program, method, uri, *words, payload=None):
        """What libcoap's client says at debug level."""
        more = ["-e", payload, "-t", "40"] if payload else []
        result = subprocess.run(
            [program, "-v", "7", "-B", "5", "-m", method, *more, *words, uri],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
            timeout=edge.PATIENCE)
        return result.stdout

    def location(self, text):
        """The path in an answer of 2.01."""
        self.assertIn("c:2.01", text)
        parts = text.split("c:2.01", 1)[1].split("[", 1)[1].split("]", 1)[0]
        return "/".join(part.split(":", 1)[1].strip() for part in parts.split(", ")
                        if part.strip().startswith("Location-Path:"))

    def register_update_and_leave(self, program, base, *words):
        register = base + "/rd?ep=" + NAME + "&lt=3600&lwm2m=1.0&b=UQ"
        text = self.client(program, "post", register, *words, payload=LINKS)
        path = self.location(text)
        return [self.client(program, method, base + "/" + path, *words)
                for method in ("post", "delete")]

    def test_without_security(self):
        served = self.airvantage("none", "--set", "modem.credentials=dm")
        base = "coap://" + served.ready["dm"]
        updated, left = self.register_update_and_leave("coap-client-notls", base)
        self.assertIn("c:2.04", updated)
        self.assertIn("c:2.02", left)
        state = served.state()
        self.assertEqual(state["airvantage.system"], "registered")
        self.assertIsNotNone(state["airvantage.last_seen"])
        asked = self.client("coap-client-notls", "post",
                            "coap://" + served.ready["bootstrap"] + "/bs?ep=" + NAME)
        self.assertIn("c:2.04", asked)
        stranger = self.client("coap-client-notls", "post",
                               "coap://" + served.ready["bootstrap"] + "/bs?ep=urn:imei:1")
        self.assertIn("c:4.0", stranger)

    def test_with_openssl(self):
        self.check_secured("coap-client-openssl")

    def test_with_gnutls(self):
        self.check_secured("coap-client-gnutls")

    def check_secured(self, program):
        served = self.airvantage("psk", "--set", "modem.credentials=dm", "--set",
                                 "modem.lwm2m.key=" + b"sixteen letters!".hex())
        base = "coaps://" + served.ready["dm"]
        register = base + "/rd?ep=" + NAME + "&lt=3600&lwm2m=1.0&b=UQ"
        text = self.client(program, "post", register, "-u", NAME, "-k", "sixteen letters!",
                           payload=LINKS)
        self.location(text)
        self.assertIsNotNone(served.state()["airvantage.last_seen"])

    def test_a_wrong_key_is_not_let_in(self):
        served = self.airvantage("psk", "--set", "modem.credentials=dm", "--set",
                                 "modem.lwm2m.key=" + b"sixteen letters!".hex())
        text = self.client("coap-client-gnutls", "post", "coaps://" + served.ready["dm"] + "/rd?ep="
                           + NAME, "-u", NAME, "-k", "another 16 bytes", payload=LINKS)
        self.assertNotIn("c:2.01", text)
        self.assertIsNone(served.state()["airvantage.last_seen"])

    def check_update(self, security, scheme):
        """Bootstrap, registration, download and report, all over sockets between two processes."""
        served = self.airvantage(security, "--time", "x20")
        modem = self.scenario("modem", host={"goal": "update", "version": "4.6.8.0"},
                              ends={"when": {"urc": "+WDSI: 16"}, "after": "60s"}, expect=[
            {"order": [{"urc": "+WDSI: 23,0"}, {"urc": "+WDSI: 23,1"}, {"urc": "+WDSI: 10"},
                       {"urc": "+WDSI: 16"}, {"urc": "+WDSI: 23,1"}]},
            {"final": {"modem.firmware": "4.6.8.0", "modem.credentials": "dm"}}])
        self.assertEqual(served.ctl("operation_create", "upgrade=to-4.6.8", "id=one").returncode, 0)
        text = self.expect(0, "run", modem, "--lwm2m", scheme + "://" + served.ready["bootstrap"],
                           "--time", "x20", "--timeout", "90s")
        self.assertIn("4.6.8.0", text)
        self.assertEqual(served.ctl("wait", '{"state": {"airvantage.operation": "success"}}',
                                    "--timeout", "30s").returncode, 0)

    def test_an_update_without_security(self):
        self.check_update("none", "coap")

    def test_an_update_with_dtls(self):
        self.check_update("psk", "coaps")

    def test_what_does_not_go_together_is_refused(self):
        modem = self.scenario("modem", modem={"profile": "HL7800-4.4.14.0"})
        here = "coap://127.0.0.1:5683"
        for words, why in (
                ((here, "--time", "skip"), "real or xN"),
                ((here, "--time", "virtual"), "real or xN"),
                ((here, "--internet", "none"), "--internet none"),
                (("coap://192.0.2.1:5683",), "--internet host"),
                (("coaps://127.0.0.1:5684",), "/modem/lwm2m/key"),
                (("http://127.0.0.1",), "coap://HOST"),
                (("coap://127.0.0.1:99999",), "coap://HOST"),
                (("coap://no-such-host.invalid",), "no-such-host.invalid")):
            self.assertIn(why, self.expect(2, "run", modem, "--lwm2m", *words))
        self.assertIn("--listen", self.expect(2, "airvantage"))
        self.assertIn("told", self.expect(2, "airvantage", "--listen", "0.0.0.0:0"))
        self.assertIn("real or xN", self.expect(2, "airvantage", "--listen", "127.0.0.1:0",
                                                "--time", "skip"))

    def test_only_airvantage_can_be_acted_upon(self):
        served = self.airvantage("none")
        refused = served.ctl("power_cut")
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertEqual(served.ctl("system_delete").returncode, 0)

    def test_strangers_garbage_and_floods(self):
        served = self.airvantage("psk")
        host, port = served.ready["dm"].split(":")
        web = (host, int(served.ready["http"].split(":")[1]))
        dice = random.Random(7)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            for _ in range(5000):
                flood.sendto(dice.randbytes(dice.randrange(0, 1600)), (host, int(port)))
        idle = []
        for _ in range(80):
            try:
                idle.append(socket.create_connection(web))
            except ConnectionError:
                pass  # more than the model takes at once
        self.addCleanup(lambda: [one.close() for one in idle])
        for one in idle[:40]:
            try:
                one.send(dice.randbytes(3000))
            except ConnectionError:
                pass  # more than the model takes at once
        for one in idle:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            one.close()
        self.assertIsNone(served.state()["airvantage.last_seen"])
        with socket.create_connection(web, edge.PATIENCE) as asking:
            asking.sendall(b"GET /to-4.6.8 HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n"
                           b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: asking.recv(4096), b""))
        self.assertIn(b" 206 ", answer.split(b"\r\n")[0])
        used = os.times()
        served.process.send_signal(signal.SIGTERM)
        self.assertEqual(served.process.wait(edge.PATIENCE), 0)
        self.assertLess(os.times().children_user - used.children_user, 20)

    def test_a_large_package_to_a_reader_that_pauses(self):
        served = self.airvantage("none")
        host, port = served.ready["http"].split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asking:
            asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            asking.connect((host, int(port)))
            asking.sendall(b"GET /to-4.6.8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            first = asking.recv(100)
            # Meanwhile the server answers others.
            self.assertEqual(served.state()["airvantage.system"], "registered")
            rest = b"".join(iter(lambda: asking.recv(65536), b""))
        self.assertEqual(len((first + rest).split(b"\r\n\r\n", 1)[1]), 200000)


if __name__ == "__main__":
    edge.main()
