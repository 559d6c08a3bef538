#!/usr/bin/env python3
"""The module's FTP client against a server of other people's (pyftpdlib), through the simulated
network: what is written is in the server's folder, what is read was there.
"""

import logging
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

try:
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import FTPServer
except ImportError:
    FTPServer = None

PATTERN = b"--EOF--Pattern--"


@unittest.skipUnless(FTPServer, "pyftpdlib is missing")
class Ftp(edge.Case):
    def setUp(self):
        super().setUp()
        authorizer = DummyAuthorizer()
        authorizer.add_user("me", "secret", self.folder, perm="elradfmw")
        handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
        self.server = FTPServer(("127.0.0.1", 0), handler)
        self.stopping = False
        thread = threading.Thread(target=self.serve_files)
        thread.start()
        self.addCleanup(self.server.close_all)
        self.addCleanup(thread.join)
        self.addCleanup(setattr, self, "stopping", True)
        served = self.serve("--profile", "HL7800-4.6.8.0", "--internet", "loopback")
        self.terminal = edge.Terminal(served.tty)
        self.addCleanup(self.terminal.close)
        self.command("ATE0")
        self.command("AT+CMEE=1")
        self.command('AT+KCNXCFG=1,"GPRS","internet"')

    def serve_files(self):
        while not self.stopping:
            self.server.serve_forever(timeout=0.1, blocking=False)

    def command(self, line, end="OK"):
        self.terminal.send(line)
        return self.terminal.until(end)

    def log_in(self, password="secret", end="+KFTP_IND: 1,1"):
        self.command('AT+KFTPCFG=1,"127.0.0.1","me","%s",%d' % (password, self.server.address[1]))
        self.terminal.until(end)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_files_go_and_come(self):
        self.log_in()
        os.mkdir(self.path("log"))
        self.command('AT+KFTPSND=1,,"log","new"', "CONNECT")
        os.write(self.terminal.fd, b"37 degrees" + PATTERN)
        self.terminal.until("+KFTP_IND: 1,2,10")
        self.assertEqual(self.read("log/new"), b"37 degrees")
        self.command('AT+KFTPSND=1,,"log","new",0,1', "CONNECT")
        os.write(self.terminal.fd, b", rising" + PATTERN)
        self.terminal.until("+KFTP_IND: 1,2,8")
        self.assertEqual(self.read("log/new"), b"37 degrees, rising")
        answer = self.command('AT+KFTPRCV=1,,"log","new",0,4', "+KFTP_IND: 1,2,14")
        self.assertIn("egrees, rising" + PATTERN.decode(), answer)
        self.assertIn("+KFTPLS: log/new 18", self.command('AT+KFTPLS=1,"log","new"'))
        self.assertIn("+KFTPLS: new", self.command('AT+KFTPLS=1,"log"'))
        self.command('AT+KFTPDEL=1,"log","new"')
        self.assertEqual(os.listdir(self.path("log")), [])
        self.command("AT+KFTPCLOSE=1,0")

    def test_a_file_of_100_kb_comes(self):
        data = b"".join(b"%07d\n" % i for i in range(12500))
        self.write("large", data)
        self.log_in()
        answer = self.command('AT+KFTPRCV=1,,,"large"', "+KFTP_IND: 1,2,100000")
        self.assertEqual(sum(line[-7:].isdigit() for line in answer), 12500)

    def test_what_the_server_refuses_is_told(self):
        self.log_in()
        self.command('AT+KFTPRCV=1,,,"nothing"', "+KFTP_ERROR: 1,1,550")
        self.command('AT+KFTPDEL=1,,"nothing"', "+KFTP_ERROR: 1,1,550")
        self.command("AT+KFTPCLOSE=1,0")
        self.log_in("wrong", "+KFTP_ERROR: 1,1,530")


if __name__ == "__main__":
    logging.disable(logging.INFO)
    edge.main()
