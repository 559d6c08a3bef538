"""Other people's servers and clients for the tests of real sockets: each on loopback, on a port
that the kernel chose, and gone when its test ends."""

import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading

import edge

NODE = os.path.join(edge.INTEROP, "node")
MISSING = 77  # SKIP_RETURN_CODE


def need(*programs):
    """Leaves with the code of a skipped test when a program is not there."""
    for program in programs:
        if shutil.which(program) is None:
            print(program + " is missing: sh tools/install-packages.sh")
            sys.exit(MISSING)


def need_node_packages():
    """The same of what tests/interop/node needs."""
    need("node")
    if not os.path.isdir(os.path.join(NODE, "node_modules", "lwm2m-node-lib")):
        print("lwm2m-node-lib is missing: sh tools/install-packages.sh")
        sys.exit(MISSING)


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A program whose output is read line by line."""

    def __init__(self, case, words, **more):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, **more)
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        case.addCleanup(self.stop)

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self):
        try:
            line = self.lines.get(timeout=edge.PATIENCE)
        except queue.Empty:
            line = None
        self.seen.append(line)
        if line is None:
            raise AssertionError("no further line: " + "\n".join(map(str, self.seen[-20:])))
        return line

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(edge.PATIENCE)
        self.reader.join(edge.PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()


class Lwm2mServer(Process):
    """lwm2m-node-lib (NoSec)."""

    def __init__(self, case):
        self.told = []  # and not asked for yet
        self.port = free_port()
        self.uri = "coap://127.0.0.1:%d" % self.port
        super().__init__(case, ["node", "lwm2m_server.js", str(self.port)], cwd=NODE)
        self.until("listening")

    def until(self, key):
        """The next thing with that key; what comes before it can be asked for later."""
        while True:
            for told in self.told:
                if key in told:
                    self.told.remove(told)
                    return told
            line = self.line()
            if line.startswith("{"):
                self.told.append(json.loads(line))

    def do(self, what, *path, value=None):
        """The value that a request brought; an error fails."""
        self.say(json.dumps({"do": what, "path": path, "value": value}))
        told = self.until("done")
        if told["error"]:
            raise AssertionError("%s %r: %s" % (what, path, told["error"]))
        return told.get("value")


class CoapServer(Process):
    """libcoap's server, one that knows a key and nothing of LwM2M. Its DTLS port is the next one."""

    def __init__(self, case, library, key):
        port = free_port()
        self.uri = "coaps://127.0.0.1:%d" % (port + 1)
        super().__init__(case, ["coap-server-" + library, "-A", "127.0.0.1", "-p", str(port),
                                "-k", key, "-v", "7"])
        while "created DTLS endpoint" not in self.line():
            pass


class AirVantage(Process):
    """hl78sim airvantage."""

    def __init__(self, case, *words):
        self.control = case.path("airvantage.control")
        ready = case.path("airvantage.ready")
        super().__init__(case, [edge.program(), "airvantage", "--listen", "127.0.0.1:0",
                                "--control", self.control, "--ready-file", ready, *words])
        while not self.line().startswith("http:"):
            pass
        with open(ready, encoding="utf-8") as file:
            self.ready = json.load(file)

    def ctl(self, *words):
        return edge.call("ctl", "--control", self.control, *words)

    def state(self):
        return json.loads(self.ctl("status").stdout)["state"]


class Nginx(Process):
    """nginx, which answers ranges."""

    def __init__(self, case, folder):
        self.port = free_port(socket.SOCK_STREAM)
        self.url = "http://127.0.0.1:%d" % self.port
        base = case.path("nginx")
        os.mkdir(base)
        with open(os.path.join(base, "conf"), "w", encoding="utf-8") as file:
            file.write("""daemon off; master_process off; pid %s/pid; error_log stderr notice;
events {}
http {
    access_log %s/access;
    client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s;
    uwsgi_temp_path %s; scgi_temp_path %s;
    server { listen 127.0.0.1:%d; root %s; }
}
""" % (base, base, base, base, base, base, base, self.port, folder))
        super().__init__(case, ["nginx", "-p", base, "-c", os.path.join(base, "conf"),
                                "-e", "stderr"])
        while "start worker" not in self.line() and "using" not in self.seen[-1]:
            pass
        wait_for(self.port)

    def log(self):
        with open(os.path.join(os.path.dirname(self.process.args[4]), "access"),
                  encoding="utf-8") as file:
            return file.read()


def wait_for(port):
    """Until somebody listens there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), edge.PATIENCE).close()
            return
        except ConnectionRefusedError:
            pass
