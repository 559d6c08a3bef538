"""What a check of lines has in common: it walks files, prints faults, and judges its own examples."""

import os
import sys


def check(top, paths, faults_of, what):
    """Prints the faults of the files at `paths` below `top`; the exit status."""
    count = faults = 0
    for path in paths:
        count += 1
        with open(os.path.join(top, path), encoding="utf-8") as file:
            text = file.read()
        for line, message in faults_of(path, text, lambda name: os.path.isfile(os.path.join(top, name))):
            faults += 1
            print("%s:%d: %s" % (path, line, message))
    print("%d files, %d %s" % (count, faults, what))
    return 1 if faults or not count else 0


def self_test(examples, files, faults_of, head_of):
    """Whether each example (file, its second line, whether that is a fault) is judged so; the exit
    status. `files` are those that exist; `head_of` makes the first line of a file."""
    wrong = 0
    for path, line, forbidden in examples:
        faults = faults_of(path, head_of(path) + line + "\n", files.__contains__)
        if [number for number, _ in faults] != ([2] if forbidden else []):
            wrong += 1
            print("%s: %s: %s" % (path, line, faults or "was let through"))
    print("%d examples, %d judged wrongly" % (len(examples), wrong))
    return 1 if wrong else 0


def main(name, run_check, run_self_test):
    """The command line: a folder to check, or --self-test."""
    if len(sys.argv) != 2:
        sys.exit("usage: %s ROOT | --self-test" % name)
    sys.exit(run_self_test() if sys.argv[1] == "--self-test" else run_check(sys.argv[1]))
