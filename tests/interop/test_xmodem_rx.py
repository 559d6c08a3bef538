#!/usr/bin/python3
"""The engine's XMODEM sender against lrzsz's receiver, which neither of ours had a part in.

usage: test_xmodem_rx.py SENDER

Sizes around blocks, blocks of 128 and 1024, checksum and CRC: the file must arrive, followed by
nothing but padding of less than a block.
"""
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile

SIZES = (1, 1024, 5000, 70001)


def transfer(sender, folder, size, block, crc):
    sent = folder / "sent"
    received = folder / "received"
    sent.write_bytes(random.Random(size).randbytes(size))
    received.unlink(missing_ok=True)
    left, right = socket.socketpair()
    words = ["rx", "-q", "-b", "-X"] + (["-c"] if crc else []) + [received.name]
    receiver = subprocess.Popen(words, stdin=right, stdout=right, stderr=subprocess.DEVNULL, cwd=folder)
    sending = subprocess.Popen([sender, str(sent), str(block)], stdin=left, stdout=left)
    left.close()
    right.close()
    try:
        codes = sending.wait(timeout=60), receiver.wait(timeout=60)
    finally:
        sending.kill()
        receiver.kill()
    data = received.read_bytes()
    padding = data[size:]
    assert codes == (0, 0), codes
    assert data[:size] == sent.read_bytes(), "the file was changed"
    assert len(padding) < block and not padding.strip(b"\x1a"), "%d bytes follow it" % len(padding)


def main():
    if shutil.which("rx") is None:
        print("skipped: rx (package lrzsz) is not there")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            for block in (128, 1024):
                for crc in (False, True):
                    print("%d bytes, blocks of %d, %s" % (size, block, "CRC" if crc else "checksum"), flush=True)
                    transfer(sys.argv[1], pathlib.Path(folder), size, block, crc)
    return 0


if __name__ == "__main__":
    sys.exit(main())
