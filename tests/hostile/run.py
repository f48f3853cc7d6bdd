#!/usr/bin/env python3
"""Hostile input against the real binary: nothing of it ends the server, changes a row, or fills the memory.

usage: run.py [WORD]     only cases whose sentence contains WORD; HOLDFAST_BINARY names the program
The last line is `N passed, N failed`.
"""
import sys
import time
import traceback

import cases_bodies  # noqa: F401  each registers its cases
import cases_requests  # noqa: F401
import cases_sockets  # noqa: F401
import cases_memory
from support import CASES, Server

MOST_MIB = 256


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, sentence, action):
        began = time.monotonic()
        try:
            note = action() or ""
            self.passed += 1
            print(f"ok      {sentence} ({time.monotonic() - began:.1f} s{note})", flush=True)
        except Exception:  # whatever goes wrong is the case's failure
            self.failed += 1
            print(f"FAILED  {sentence}\n{traceback.format_exc()}", flush=True)


def run_cases(tally, server, cases):
    for sentence, function in cases:
        def action(function=function):
            function(server)
            server.check_alive()
            return f", peak {server.peak_mib():.0f} MiB"
        tally.check(sentence, action)
        if server.process.poll() is not None:
            print(f"the server ended with {server.process.returncode}")
            return


def rows_are_as_before(server, before):
    after = server.fingerprint()
    assert after == before, f"rows were lost or changed: {before[0]} -> {after[0]}"


def memory_is_bounded(server, most_mib):
    peak = server.peak_mib()
    assert peak < most_mib, f"the peak was {peak:.0f} MiB of {most_mib}"
    return f", peak {peak:.0f} MiB"


def ends_well(server):
    code = server.close()
    assert code == 0, f"it ended with {code} on SIGTERM"


def main():
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    tally = Tally()
    server = Server().fill()
    before = server.fingerprint()
    run_cases(tally, server, [(s, f) for s, f in CASES if word in s])
    if server.process.poll() is None:
        tally.check("no row was lost or changed", lambda: rows_are_as_before(server, before))
        tally.check(f"memory stayed below {MOST_MIB} MiB through all of it", lambda: memory_is_bounded(server, MOST_MIB))
        tally.check("the server stops as it should", lambda: ends_well(server))
    cases_memory.run(tally, run_cases, [(s, f) for s, f in CASES if word in s])
    print(f"{tally.passed} passed, {tally.failed} failed")
    return int(tally.failed > 0)


sys.exit(main())
