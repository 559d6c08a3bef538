#!/usr/bin/env python3
"""The module's own sockets and real ones on this machine: --internet loopback and --forward."""

import functools
import http.server
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

PATTERN = "--EOF--Pattern--"


def echo_streams(server):
    while True:
        try:
            client = server.accept()[0]
        except OSError:
            return
        with client:
            while data := client.recv(4096):
                client.sendall(data)


def echo_datagrams(server):
    while True:
        try:
            data, address = server.recvfrom(4096)
            server.sendto(data, address)
        except OSError:
            return


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Internet(edge.Case):
    def server(self, kind, serve):
        server = socket.socket(socket.AF_INET, kind)
        server.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            server.listen()
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        self.addCleanup(server.close)
        return server.getsockname()[1]

    def connected(self, *words):
        """A terminal of a module with a connection of its sockets configured."""
        served = self.serve("--time", "x10", *words)
        terminal = edge.Terminal(served.tty)
        self.addCleanup(terminal.close)
        terminal.send("ATE0")
        terminal.until("OK")
        terminal.send('AT+KCNXCFG=1,"GPRS","internet"')
        terminal.until("OK")
        return terminal

    def say(self, terminal, command, text):
        terminal.send(command)
        terminal.until("CONNECT")
        os.write(terminal.fd, (text + PATTERN).encode())
        terminal.until("OK")

    def test_a_stream_to_a_name_of_this_machine_is_echoed(self):
        port = self.server(socket.SOCK_STREAM, echo_streams)
        terminal = self.connected("--internet", "loopback")
        terminal.send('AT+KTCPCFG=1,0,"echo.localhost",%d' % port)
        terminal.until("OK")
        terminal.send("AT+KTCPCNX=1")
        terminal.until("+KTCP_IND: 1,1")
        self.say(terminal, "AT+KTCPSND=1,5", "hello")
        terminal.until("+KTCP_DATA: 1,5")
        terminal.send("AT+KTCPRCV=1,5")
        self.assertIn("hello" + PATTERN, terminal.until("OK"))

    def test_a_datagram_to_an_address_is_echoed(self):
        port = self.server(socket.SOCK_DGRAM, echo_datagrams)
        terminal = self.connected("--internet", "loopback")
        terminal.send("AT+KUDPCFG=1,0")
        terminal.until("+KUDP_IND: 1,1")
        self.say(terminal, 'AT+KUDPSND=1,"127.0.0.1",%d,5' % port, "hello")
        terminal.until("+KUDP_DATA: 1,5")

    def test_nothing_but_this_machine_is_reached_by_loopback(self):
        terminal = self.connected("--internet", "loopback")
        terminal.send('AT+KTCPCFG=1,0,"192.0.2.7",80')
        terminal.until("OK")
        terminal.send("AT+KTCPCNX=1")
        terminal.until("+KTCP_NOTIF: 1,5")
        terminal.send('AT+KTCPCFG=1,0,"example.com",80')
        terminal.until("OK")
        terminal.send("AT+KTCPCNX=2")
        terminal.until("+KTCP_NOTIF: 2,3")

    def test_a_forwarded_port_leads_to_a_server_of_the_module(self):
        port = free_port()
        terminal = self.connected("--forward", "%d:80" % port)
        terminal.send("AT+KTCPCFG=1,1,,80")
        terminal.until("OK")
        terminal.send("AT+KTCPCNX=1")
        terminal.until("+KTCP_IND: 1,1")
        with socket.create_connection(("127.0.0.1", port), timeout=edge.PATIENCE) as visitor:
            visitor.sendall(b"knock")
            terminal.until("+KTCP_DATA: 2,5")
            self.say(terminal, "AT+KTCPSND=2,7", "come in")
            self.assertEqual(visitor.recv(7, socket.MSG_WAITALL), b"come in")
        terminal.until("+KTCP_NOTIF: 2,4")

    def test_files_of_a_real_server_are_read(self):
        content = bytes(range(256)) * 40
        with open(self.path("file.bin"), "wb") as file:
            file.write(content)
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=self.folder)
        handler.func.log_message = lambda *words: None
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        terminal = self.connected("--internet", "loopback")
        terminal.send('AT+KHTTPCFG=1,"localhost",%d' % server.server_port)
        terminal.until("+KHTTP_IND: 1,1")
        terminal.send('AT+KHTTPGET=1,"/file.bin",0')
        terminal.until("CONNECT")
        end = (PATTERN + "\r\nOK\r\n").encode()
        while end not in terminal.text:
            got = os.read(terminal.fd, 4096)
            self.assertTrue(got)
            terminal.text += got
        body, terminal.text = terminal.text.split(end, 1)
        self.assertEqual(body, content)
        terminal.until('+KHTTP_IND: 1,3,10240,200,"OK"')
        # That server closes the connection behind every answer.
        terminal.send('AT+KHTTPHEAD=1,"/none"')
        terminal.until('+KHTTP_IND: 1,3,0,404,"File not found"')

    def test_without_an_option_there_is_an_echo_inside(self):
        terminal = self.connected()
        terminal.send('AT+KTCPCFG=1,0,"echo.example",7')
        terminal.until("OK")
        terminal.send("AT+KTCPCNX=1")
        terminal.until("+KTCP_IND: 1,1")
        self.say(terminal, "AT+KTCPSND=1,2", "hi")
        terminal.until("+KTCP_DATA: 1,2")

    def test_options_that_make_no_sense_say_why(self):
        for words, why in ((["--forward", "80"], "expected PORT:PORT"),
                           (["--forward", "80:0"], "expected PORT:PORT"),
                           (["--forward", "80:70000"], "expected PORT:PORT"),
                           (["--forward", "x:80"], "expected PORT:PORT"),
                           (["--forward", "80:80", "--internet", "none"], "does not go with --internet none"),
                           (["--forward", "80:80", "--count", "2"], "does not go with --count"),
                           (["--forward", "80:80", "--time", "skip"], "does not go with real sockets")):
            self.assertIn(why, self.expect(2, "serve", *words), words)
        self.assertIn("real xN", self.expect(2, "run", os.path.join(edge.SCENARIOS, "basic"), "--forward",
                                             "80:80", "--time", "virtual").replace("or ", ""))


if __name__ == "__main__":
    edge.main()
