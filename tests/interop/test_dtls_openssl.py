#!/usr/bin/python3
"""The simulator's DTLS against OpenSSL's, both ways, on loopback.

usage: test_dtls_openssl.py PEER

The same suite (PSK-AES128-CCM8), a line there and a line back; and a key that does not fit, which
must not come to an association.
"""
import re
import shutil
import socket
import subprocess
import sys

KEY = "000102030405060708090a0b0c0d0e0f"
OTHER_KEY = "ff0102030405060708090a0b0c0d0e0f"
# Security level 0: a tag of 8 bytes is too short for the levels above it.
SUITE = ["-dtls1_2", "-cipher", "PSK-AES128-CCM8:@SECLEVEL=0", "-psk_identity", "dev1"]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def client_against_s_server(peer, key):
    port = free_port()
    server = subprocess.Popen(
        ["openssl", "s_server", *SUITE, "-psk", KEY, "-nocert", "-accept", f"127.0.0.1:{port}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    try:
        while b"ACCEPT" not in server.stdout.readline():
            assert server.poll() is None, "s_server does not run"
        # What stands in its input is said to whoever connects.
        server.stdin.write(b"a word\n")
        server.stdin.flush()
        client = subprocess.run([peer, "client", str(port), "dev1", key], capture_output=True, text=True, timeout=60)
    finally:
        server.kill()
        server.wait()
    return client.stdout


def s_client_against_server(peer, key):
    server = subprocess.Popen([peer, "server", "dev1", KEY], stdout=subprocess.PIPE, text=True)
    client = None
    try:
        port = int(server.stdout.readline())
        client = subprocess.Popen(
            ["openssl", "s_client", *SUITE, "-psk", key, "-connect", f"127.0.0.1:{port}", "-quiet", "-no_ign_eof"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        lines = [server.stdout.readline()]
        answer = b""
        if lines[0].startswith("established"):
            client.stdin.write(b"a line\n")
            client.stdin.flush()
            lines.append(server.stdout.readline())
            while b"A LINE" not in answer:
                part = client.stdout.readline()
                assert part, "s_client has ended"
                answer += part
            client.stdin.close()
            lines.append(server.stdout.readline())
        return "".join(lines)
    finally:
        server.kill()
        server.wait()
        if client:
            client.kill()
            client.wait()


def main(peer):
    if shutil.which("openssl") is None:
        print("skipped: openssl is not there")
        return 77
    print("a client against s_server")
    said = client_against_s_server(peer, KEY)
    assert re.fullmatch(r"established\nreceived: a word\n", said), said
    print("a client with another key")
    said = client_against_s_server(peer, OTHER_KEY)
    assert "established" not in said, said
    print("s_client against a server")
    said = s_client_against_server(peer, KEY)
    assert said == "established\nreceived: a line\nclosed\n", said
    print("s_client with another key")
    said = s_client_against_server(peer, OTHER_KEY)
    assert said == "failed: a key that does not fit\n", said
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
