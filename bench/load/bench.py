#!/usr/bin/env python3
"""The load benchmarks: each with its peer or its limit in the same run."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import ROOT, Holdfast, nginx  # noqa: E402

LOAD = pathlib.Path(__file__).parent
CONNECTIONS = 64
CREATE = f"durable create, {CONNECTIONS} connections"
CREATE_ALONE = "durable create, one connection"


def wrk(server, path, seconds, script, connections=CONNECTIONS, **environment):
    """(requests a second, p99 in ms, errors, microseconds of the server's CPU a request) of one run."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", LOAD / script, server.url + path]
    spent = server.cpu_seconds()
    output = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environment}).stdout
    spent = server.cpu_seconds() - spent
    requests = int(re.search(r"(\d+) requests in", output)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(bad[1]) if bad else 0, \
        spent * 1e6 / max(1, requests)


class Bench:
    def __init__(self, folder, seconds, runs, only=""):
        self.folder, self.seconds, self.runs, self.only = pathlib.Path(folder), seconds, runs, only.lower()
        self.rows = []

    def wants(self, name):
        return self.only in name.lower()

    def fetch(self, server, path, headers):
        with urllib.request.urlopen(urllib.request.Request(server.url + path, headers=headers), timeout=30) as answer:
            return answer.read()

    def compare(self, name, server, paths, key, token=None, peer_bytes=None):
        """GETs `paths` in turn; beside it nginx with a file of `peer_bytes`, or as large as the first answer."""
        if not self.wants(name):
            return
        headers = {"apikey": key, **({"Authorization": f"Bearer {token}"} if token else {})}
        sample = self.fetch(server, paths[0], headers)
        if peer_bytes:
            sample = b"x" * peer_bytes
        listing = self.folder / "paths"
        listing.write_text("\n".join(paths) + "\n")
        environment = {"BENCH_PATHS": str(listing), "BENCH_KEY": key, **({"BENCH_TOKEN": token} if token else {})}
        static = self.folder / "static-paths"
        static.write_text("/file.json\n")
        ours, peer = [], []
        with tempfile.TemporaryDirectory() as place, nginx(pathlib.Path(place) / "n", {"file.json": sample}) as beside:
            for _ in range(self.runs):
                peer.append(wrk(beside, "", self.seconds, "get.lua", BENCH_PATHS=str(static)))
                ours.append(wrk(server, "", self.seconds, "get.lua", **environment))
        self.record(name, ours, peer, f"nginx static, {len(sample)} bytes")

    def create(self, name, servers, path, body, key):
        """POSTs over many connections; beside it the same server with group commit off."""
        if not self.wants(name):
            return
        runs = {server: [] for server in servers}
        for _ in range(self.runs):
            for server in servers:
                with server.serve():
                    runs[server].append(wrk(server, path, self.seconds, "create.lua", BENCH_BODY=body, BENCH_KEY=key))
        grouped, single = runs.values()
        self.record(name, grouped, single, "one commit a request")

    def create_alone(self, name, server, path, body, key):
        """POSTs over one connection; beside it what the disk does, before and after."""
        if not self.wants(name):
            return
        ours, disk = [], []
        for _ in range(self.runs):
            disk.append((fsyncs_a_second(self.folder, self.seconds / 2), 0, 0, 0))
            with server.serve():
                ours.append(wrk(server, path, self.seconds, "create.lua", 1, BENCH_BODY=body, BENCH_KEY=key))
        self.record(name, ours, disk, "fsyncs of 4 KB, one after the other")

    def overhead(self, name, data):
        """Reads in one process next to the same SQL through SQLite's C API; the server must not run."""
        binary = ROOT / "build/release/read_overhead"
        if not self.wants(name) or not binary.exists():
            return
        output = subprocess.run([binary, data, "dev-portal"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
        for what, ours, bare, ratio in re.findall(r"^(.+?)\s+([\d.]+) us\s+([\d.]+) us\s+([\d.]+)$", output, re.M):
            self.rows.append((f"{name}: {what}", "", "", f"{ours} µs", "SQLite's C API, same SQL and JSON", "", f"{bare} µs", ratio))
            print("  ".join(self.rows[-1]), flush=True)

    def record(self, name, ours, peer, peer_name):
        rate = statistics.median(run[0] for run in ours)
        peer_rate = statistics.median(run[0] for run in peer)
        errors = sum(run[2] for run in ours)
        p99 = statistics.median(run[1] for run in ours)
        cpu, peer_cpu = (statistics.median(run[3] for run in runs) for runs in (ours, peer))
        self.rows.append((name, f"{rate:,.0f}/s", f"{p99:.2f} ms", f"{cpu:.1f} µs", peer_name, f"{peer_rate:,.0f}/s",
                          f"{peer_cpu:.1f} µs", f"{rate / peer_rate:.3f}" + (f" ({errors} errors)" if errors else "")))
        print("  ".join(self.rows[-1]), flush=True)

    def plain(self, name, value, note=""):
        if not self.wants(name):
            return
        self.rows.append((name, value, "", "", note, "", "", ""))
        print(f"{name}  {value}  {note}", flush=True)


def fsyncs_a_second(folder, seconds=1.0):
    path = pathlib.Path(folder) / "fsync"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    block, count, started = b"x" * 4096, 0, time.monotonic()
    while time.monotonic() - started < seconds:
        os.pwrite(handle, block, (count % 64) * 4096)
        os.fdatasync(handle)
        count += 1
    os.close(handle)
    return count / (time.monotonic() - started)


def quoted(text):
    return urllib.parse.quote(text, safe="")


def measure(bench, server):
    imported = server.json_verb("demo", "dev-portal")
    bench.plain("import of the Debian catalogue", f"{imported['rows_per_second']:,.0f} rows/s",
                f"{imported['apps']} apps, {imported['seconds']:.1f} s")
    publishable = server.json_verb("key", "create", "--kind", "publishable")["key"]
    service = server.json_verb("key", "create", "--kind", "service")["key"]
    apps = json.loads(server.verb("sql", "--json", "SELECT id, package_id, developer_id FROM apps WHERE "
                                  "description IS NOT NULL ORDER BY package_id LIMIT 2000"))
    emails = json.loads(server.verb("sql", "--json", "SELECT email FROM developers ORDER BY email LIMIT 500"))
    owner = apps[0]["developer_id"]
    token = server.json_verb("token", "create", "--sub", owner, "--role", "authenticated", "--ttl", "1h")["token"]
    words = ["browser", "compiler", "python", "image", "network", "editor", "database", "music", "game", "mail"]

    with server.serve():
        bench.plain("start to first answer", f"{server.seconds_to_first_answer * 1000:.0f} ms", "catalogue loaded")
        bench.plain("memory, idle", f"{server.resident_megabytes():.0f} MB")
        rest = "/rest/v1"
        bench.compare("GET one row by key", server,
                      [f"{rest}/apps?id=eq.{a['id']}&select=id,name,category,status,created_at" for a in apps], publishable, token,
                      peer_bytes=300)
        bench.plain("memory, after the GETs", f"{server.resident_megabytes():.0f} MB")
        bench.compare("list of 20 with an embed", server,
                      [f"{rest}/apps?select=id,name,category,developer_profiles(name)&order=package_id&limit=20&offset={n}"
                       for n in range(0, 400, 20)], publishable)
        bench.compare("full-text search, 20 hits", server,
                      [f"{rest}/rpc/search_apps?query={quoted(w)}&select=package_id,name&limit=20" for w in words], publishable)
        bench.compare("developer by email", server,
                      [f"{rest}/developers?email=eq.{quoted(e['email'])}&select=id,name" for e in emails], service)
        bench.compare("apps by developer", server,
                      [f"{rest}/apps?developer_id=eq.{a['developer_id']}&select=id,name&limit=20" for a in apps], publishable)
        bench.compare("app with its latest version", server,
                      [f"{rest}/apps?id=eq.{a['id']}&select=name,app_versions(version_name,package_size)"
                       "&app_versions.order=version_code.desc&app_versions.limit=1" for a in apps], publishable)
        day = json.loads(server.verb("sql", "--json", "SELECT app_id, date FROM telemetry_daily ORDER BY 1, 2 LIMIT 100"))
        bench.compare("telemetry by app and day", server,
                      [f"{rest}/telemetry_daily?app_id=eq.{d['app_id']}&date=eq.{d['date']}" for d in day], service)
        bench.compare("time range over events", server,
                      [f"{rest}/telemetry_events?app_id=eq.{d['app_id']}&timestamp=gte.{d['date']}&order=timestamp&limit=20"
                       for d in day], service)
        bench.plain("memory, after the load", f"{server.resident_megabytes():.0f} MB")

    bench.overhead("cost of a read", server.data)
    writes(bench, server, rest, apps[0]["id"], service)


def writes(bench, server, rest, app, service):
    """Creates into a table of 100,000 rows, logged; the second server commits each request by itself."""
    if not any(bench.wants(name) for name in (CREATE, CREATE_ALONE)):
        return
    server.verb("sql", "--write", "INSERT INTO telemetry_events (app_id, device_id, event_type) "
                f"SELECT '{app}', 'filling', 'launch' FROM generate_series(1, 100000)")
    single = server.copy(HOLDFAST_GROUP_COMMIT="off")
    body = json.dumps({"app_id": app, "device_id": "bench", "event_type": "launch"})
    bench.create(CREATE, [server, single], f"{rest}/telemetry_events", body, service)
    bench.create_alone(CREATE_ALONE, server, f"{rest}/telemetry_events", body, service)


def library(bench):
    """In process, next to SQLite's C API: bench/micro/library_bench.cpp."""
    subprocess.run(["ninja", "-C", str(ROOT / "build/release"), "library_bench"], check=True, stdout=subprocess.DEVNULL)
    output = subprocess.run([str(ROOT / "build/release/library_bench"), str(bench.folder)], check=True,
                            capture_output=True, text=True).stdout
    figures = json.loads(output.splitlines()[-1])
    for key, name in {"read": "point read", "policy": "point read under a policy",
                      "transaction": "point read in a transaction", "list": "list of 20"}.items():
        bench.plain(f"library: {name}", f"{figures[key]:.2f}", "times SQLite's C API, processor time")
    bench.plain("library: durable write, one thread", f"{figures['one']:,.0f} rows/s",
                f"C API without a log {figures['plain']:,.0f}/s, the disk {figures['fsyncs']:,.0f} fsyncs/s")
    bench.plain("library: durable write, 64 threads", f"{figures['grouped']:,.0f} rows/s",
                f"{figures['grouped'] / figures['ungrouped']:.1f} times one commit a row, {figures['ungrouped']:,.0f}/s")


def document(bench, options):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    lines = ["# Benchmarks", "",
             f"Measured {datetime.date.today()} at commit {commit} on {os.cpu_count()} cores ({cpu}, {platform.system()} "
             f"{platform.release()}), shared with the load generator, by `bench/run --seconds {options.seconds} --runs "
             f"{options.runs} --write`. {CONNECTIONS} keep-alive connections (wrk, one thread); the median of {options.runs} runs, "
             "each next to its peer's. A ratio of 1 is nginx serving a static file of that size, unless something else stands "
             "beside it. CPU is what the server's processes spent on a request, user and kernel.", "",
             "| what | holdfast | p99 | CPU | beside it | rate | CPU | ratio |", "|---|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in bench.rows]
    notes = ROOT / "bench/notes.md"
    lines += ["", notes.read_text().rstrip()] if notes.exists() else []
    (ROOT / "docs/benchmarks.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--only", metavar="NAME", default="", help="rows whose name has this in it")
    parser.add_argument("--write", action="store_true", help="record the figures in docs/benchmarks.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        bench = Bench(folder, options.seconds, options.runs, options.only)
        server = Holdfast(f"{folder}/data")
        server.verb("migrate", "up")
        measure(bench, server)
        if bench.wants("library"):
            library(bench)
        if options.write:
            document(bench, options)


main()
