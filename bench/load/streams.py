#!/usr/bin/env python3
"""What event streams cost: the server's CPU time while commits come at a given rate, with no stream, with many of one
caller, and with many of different callers; and what a read waits while thousands of streams are idle.

usage: bench/load/streams.py [--streams 100] [--rate 1000] [--seconds 5] [--idle 5000]
"""
import argparse
import json
import os
import pathlib
import select
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("HOLDFAST_BINARY", str(ROOT / "build/release/holdfast"))
UP = """
CREATE TABLE notes (id bigint PRIMARY KEY, owner uuid, body text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY shared ON notes FOR SELECT TO authenticated USING (owner = auth.uid() OR owner IS NULL);
GRANT SELECT, INSERT ON notes TO authenticated, service_role;
"""


class Server:
    def __init__(self, folder):
        self.folder = folder
        migrations = folder / "notebook/migrations"
        migrations.mkdir(parents=True)
        (migrations / "001_notes.up.sql").write_text(UP)
        (migrations / "001_notes.down.sql").write_text("DROP TABLE notes;\n")
        self.verb("migrate", "up")
        self.key = json.loads(self.verb("key", "create", "--kind", "service", "--json"))["key"]
        self.public = json.loads(self.verb("key", "create", "--kind", "publishable", "--json"))["key"]
        self.process = subprocess.Popen(self.command("serve", "--listen", "127.0.0.1:0", "--max-streams", "20000"),
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        self.next_id = 0

    def command(self, *words):
        return [BINARY, *words, "--data", str(self.folder / "data"), "--blueprint", str(self.folder / "notebook")]

    def verb(self, *words):
        return subprocess.run(self.command(*words), check=True, capture_output=True, text=True).stdout.strip()

    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return peer

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def stream(self, credentials):
        peer = self.connect()
        peer.sendall(f"GET /changes/v1?since=now HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n{credentials}\r\n\r\n".encode())
        while b"\n\nid: " not in (got := peer.recv(4096)) and b"retry:" not in got:
            pass
        return peer

    def caller(self, subject):
        token = self.verb("token", "create", "--sub", subject)
        return f"apikey: {self.public}\r\nAuthorization: Bearer {token}"

    def write_at(self, rate, seconds):
        """Commits of one row each, over a few connections; gives how many were acknowledged."""
        done = []
        def write(share, first):
            peer, count, began = self.connect(), 0, time.monotonic()
            while (now := time.monotonic()) < began + seconds:
                if count / share > now - began:
                    time.sleep(0.001)
                    continue
                body = json.dumps({"id": first + count, "body": "a note of usual length"})
                peer.sendall(f"POST /rest/v1/notes HTTP/1.1\r\nHost: x\r\napikey: {self.key}\r\nContent-Type: application/json"
                             f"\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
                assert b" 201 " in peer.recv(4096)
                count += 1
            done.append(count)
        writers = 8
        threads = [threading.Thread(target=write, args=(rate / writers, self.next_id + 1_000_000 * i)) for i in range(writers)]
        self.next_id += 1_000_000 * writers
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done)


class Readers(threading.Thread):
    """Reads many streams and counts the events that end."""

    def __init__(self, peers):
        super().__init__()
        self.events, self.running, self.peers = 0, True, peers
        self.poll = select.epoll()
        for peer in peers:
            self.poll.register(peer, select.EPOLLIN)
        self.by_number = {peer.fileno(): peer for peer in peers}

    def run(self):
        while self.running:
            for number, _ in self.poll.poll(0.1):
                self.events += self.by_number[number].recv(1 << 20).count(b"\ndata: ]}\n")

    def end(self):
        self.running = False
        self.join()
        for peer in self.peers:
            peer.close()


def measure(server, name, options, credentials):
    readers = Readers([server.stream(each) for each in credentials])
    readers.start()
    cpu, began = server.cpu_seconds(), time.monotonic()
    commits = server.write_at(options.rate, options.seconds)
    wanted = commits * len(credentials)
    while readers.events < wanted and time.monotonic() < began + options.seconds + 5:
        time.sleep(0.01)
    spent, cpu = time.monotonic() - began, server.cpu_seconds() - cpu
    readers.end()
    missing = wanted - readers.events
    print(f"{name:<32} {commits / options.seconds:>8,.0f} commits/s {readers.events / spent:>10,.0f} events/s "
          f"{cpu / spent * 100:>6.1f} % of a core {missing:>4} missing", flush=True)


def read_times(server, count=2000):
    peer = server.connect()
    request = f"GET /rest/v1/notes?id=eq.1 HTTP/1.1\r\nHost: x\r\napikey: {server.key}\r\n\r\n".encode()
    times = []
    for _ in range(count):
        began = time.perf_counter()
        peer.sendall(request)
        peer.recv(4096)
        times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    return f"median {times[count // 2]:.0f} us, p99 {times[count * 99 // 100]:.0f} us"


def measure_idle(server, count):
    print(f"reads, no streams: {read_times(server)}; memory {server.memory_mb():.0f} MB")
    idle = [server.stream(f"apikey: {server.key}") for _ in range(count)]
    cpu, began = server.cpu_seconds(), time.monotonic()
    time.sleep(3)
    cpu = (server.cpu_seconds() - cpu) / (time.monotonic() - began) * 100
    print(f"reads, {count} idle streams: {read_times(server)}; memory {server.memory_mb():.0f} MB, "
          f"{cpu:.1f} % of a core while idle")
    for peer in idle:
        peer.close()


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("streams", 100), ("rate", 1000), ("seconds", 5), ("idle", 5000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdfast-streams-") as folder:
        server = Server(pathlib.Path(folder))
        try:
            everybody = f"apikey: {server.key}"
            different = [server.caller(f"00000000-0000-0000-0000-{i:012}") for i in range(options.streams)]
            measure(server, "no stream", options, [])
            measure(server, "one stream", options, [everybody])
            measure(server, f"{options.streams} of one caller", options, [everybody] * options.streams)
            measure(server, f"{options.streams} of different callers", options, different)
            measure_idle(server, options.idle)
        finally:
            server.process.terminate()
            server.process.wait()


main()
