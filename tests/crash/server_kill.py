#!/usr/bin/env python3
"""Kills the real server under a load of writers, again and again: every acknowledged write is there afterwards.

usage: server_kill.py [ROUNDS]     HOLDFAST_BINARY names the program
"""
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ["HOLDFAST_BINARY"]
WRITERS = 8


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, data):
        self.data, self.port = data, free_port()

    def verb(self, *arguments):
        command = [BINARY, *arguments, "--data", self.data, "--blueprint", "dev-portal"]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    def start(self):
        command = [BINARY, "serve", "--data", self.data, "--blueprint", "dev-portal", "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("the server did not come up")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait(20) != 0:
            raise RuntimeError(f"the server ended with {self.process.returncode} on SIGTERM")

    def request(self, method, path, key, body=None, connection=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"apikey": key, "Content-Type": "application/json"}
        connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def write_until_killed(server, key, acknowledged):
    """Creates pairs of rows, two a request, so that half a write would show."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        while True:
            pair = str(uuid.uuid4())
            rows = [{"app_id": pair, "device_id": side, "event_type": "pair"} for side in ("left", "right")]
            status, _ = server.request("POST", "/rest/v1/telemetry_events", key, rows, connection)
            if status == 201:
                acknowledged.append(pair)
    except (OSError, http.client.HTTPException):
        return


def one_round(server, key, acknowledged):
    server.start()
    writers = [threading.Thread(target=write_until_killed, args=(server, key, acknowledged)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(random.uniform(0.05, 0.4))
    server.kill()
    for writer in writers:
        writer.join()


def positions_without_gap(server, key):
    """Pages through the whole log; gives the inserted (pair, side) rows."""
    logged, since, expected = set(), 0, 1
    while True:
        status, body = server.request("GET", f"/changes/v1?since={since}&limit=1000", key)
        assert status == 200, body
        page = json.loads(body)
        for change in page["changes"]:
            assert change["position"] in (expected - 1, expected), f"a gap before {change['position']}"
            expected = change["position"] + 1
            if change["table"] == "telemetry_events":
                logged.add((change["after"]["app_id"], change["after"]["device_id"]))
        since = page["position"]
        if not page["more"]:
            return logged


def verify(server, key, acknowledged):
    rows = json.loads(server.verb("sql", "--json", "SELECT app_id, device_id FROM telemetry_events WHERE event_type = 'pair'"))
    present = {(row["app_id"], row["device_id"]) for row in rows}
    lost = [pair for pair in acknowledged if (pair, "left") not in present or (pair, "right") not in present]
    half = [app for app, side in present if (app, "left" if side == "right" else "right") not in present]
    assert not lost, f"{len(lost)} acknowledged writes are lost, the first is {lost[0]}"
    assert not half, f"{len(half)} writes are there by half"
    server.start()
    logged = positions_without_gap(server, key)
    server.stop()
    assert logged == present, f"log and table differ by {len(logged ^ present)} rows"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else (200 if os.environ.get("HOLDFAST_NIGHTLY") else 10)
    random.seed(os.environ.get("HOLDFAST_SEED", "holdfast"))
    with tempfile.TemporaryDirectory(prefix="holdfast-kill-") as folder:
        server = Server(f"{folder}/data")
        server.verb("migrate", "up")
        key = json.loads(server.verb("key", "create", "--kind", "service", "--json"))["key"]
        acknowledged, failed = [], 0
        for _ in range(rounds):
            before = len(acknowledged)
            one_round(server, key, acknowledged)
            if len(acknowledged) == before:
                print("a round acknowledged nothing: the load did not reach the server")
                failed += 1
        try:
            verify(server, key, acknowledged)
        except AssertionError as error:
            print(f"after {rounds} kills: {error}")
            failed += 1
        print(f"{len(acknowledged)} acknowledged writes of two rows over {rounds} kills")
        print(f"{rounds + 1 - failed} passed, {failed} failed")
        return int(failed > 0)


sys.exit(main())
