"""The real binary on a throw-away folder with the dev-portal blueprint, and bytes to send to it."""
import contextlib
import hashlib
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HOLDFAST_BINARY", str(ROOT / "build/release/holdfast"))
BLUEPRINT = str(ROOT / "blueprints/dev-portal")
APPS = 1500
DESCRIPTION_BYTES = 6000
TABLES = ("developers", "apps", "app_versions", "telemetry_events", "crash_reports", "telemetry_daily", "signing_keys", "api_keys")
MIB = 1 << 20

CASES = []


def case(sentence):
    """Registers a function that takes a Server; what it says is its name in the report."""
    def register(function):
        CASES.append((sentence, function))
        return function
    return register


class Reply:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.raw, self.head = raw, head.decode("latin-1")
        self.status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.") else 0

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json()["code"]


def developer_id(number):
    return f"00000000-0000-4000-8000-{number:012d}"


class Server:
    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-hostile-"))
        self.data = self.folder / "data"
        self.verb("migrate", "up")
        self.key = json.loads(self.verb("key", "create", "--kind", "service", "--json"))["key"]
        self.publishable = json.loads(self.verb("key", "create", "--kind", "publishable", "--json"))["key"]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([BINARY, "serve", *self.place(), "--listen", "127.0.0.1:0", *options],
                                        cwd=self.folder, stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        env=self.environment())
        ready, _, _ = select.select([self.process.stdout], [], [], 30)
        line = self.process.stdout.readline() if ready else ""
        assert " on http://" in line, f"the server did not come up: {line}{(self.folder / 'log').read_text()}"
        self.port = int(line.rsplit(":", 1)[1])

    def place(self):
        return ["--data", str(self.data), "--blueprint", BLUEPRINT]

    @staticmethod
    def environment():
        return {name: value for name, value in os.environ.items()
                if not name.startswith("HOLDFAST_") and name not in ("DATABASE_URL", "JWT_SECRET")}

    def verb(self, *arguments):
        return subprocess.run([BINARY, *arguments, *self.place()], cwd=self.folder, check=True, capture_output=True,
                              text=True, timeout=60, env=self.environment()).stdout

    def fill(self):
        """Rows enough for answers of several megabytes, and for every table that requests may damage."""
        person = {"id": developer_id(1), "email": "ada@example.org", "name": "Ada"}
        assert self.request("POST", "/rest/v1/developers", person).status == 201
        for begin in range(0, APPS, 500):
            apps = [{"id": developer_id(10_000 + i), "developer_id": developer_id(1), "package_id": f"org.example.app{i}",
                     "name": f"App {i}", "category": "web", "status": "published", "tags": ["one", "two"],
                     "description": (f"number {i} " * 1000)[:DESCRIPTION_BYTES]} for i in range(begin, min(APPS, begin + 500))]
            assert self.request("POST", "/rest/v1/apps", apps).status == 201
        versions = [{"app_id": developer_id(10_000 + i), "version_code": 1, "version_name": "1.0", "package_size": 1,
                     "package_url": "https://example.org/1", "signature": "sha256:00"} for i in range(200)]
        assert self.request("POST", "/rest/v1/app_versions", versions).status == 201
        return self

    # One request, whole or in parts.

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def head(self, method, target, headers=(), key=None):
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"apikey: {key or self.key}"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n"

    def request(self, method, target, body=None, headers=(), key=None, timeout=60):
        """`body`: bytes as they are, anything else as JSON. `target` and `headers` go out byte by byte (latin-1)."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        more = [("Connection", "close"), *headers]
        if body is not None:
            more.append(("Content-Length", len(data)))
            if not any(name.lower() == "content-type" for name, _ in headers):
                more.append(("Content-Type", "application/json"))
        return Reply(self.exchange(self.head(method, target, more, key) + b"\r\n" + data, timeout))

    def exchange(self, data, timeout=30):
        """Sends bytes (as far as the server takes them) and reads until it closes."""
        with self.connect(timeout) as peer:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                peer.sendall(data)
            return read_all(peer)

    # What must hold after every case.

    def check_alive(self):
        began = time.monotonic()
        reply = self.request("GET", "/rest/v1/apps?select=name&package_id=eq.org.example.app7", key=self.publishable)
        assert (reply.status, reply.json()) == (200, [{"name": "App 7"}]), f"a plain GET got {reply.raw[:300]}"
        assert self.process.poll() is None, "the server has ended"
        return time.monotonic() - began

    def fingerprint(self):
        """Counts and a digest of every row of every table."""
        digest, counts = hashlib.sha256(), {}
        for table in TABLES:
            counts[table], offset = 0, 0
            while True:
                reply = self.request("GET", f"/rest/v1/{table}?order=id&limit=300&offset={offset}")
                assert reply.status in (200, 400), reply.raw[:300]
                if reply.status == 400:  # a table without a column `id`
                    reply = self.request("GET", f"/rest/v1/{table}?limit=300&offset={offset}")
                rows = reply.json()
                digest.update(json.dumps(rows, sort_keys=True).encode())
                counts[table] += len(rows)
                offset += 300
                if len(rows) < 300:
                    break
        return counts, digest.hexdigest()

    def status_kib(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise AssertionError(f"{name} is not in /proc")

    def peak_mib(self):
        return self.status_kib("VmHWM") / 1024

    def resident_mib(self):
        return self.status_kib("VmRSS") / 1024

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                code = self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                code = self.process.wait()
        else:
            code = self.process.returncode
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code


def read_all(peer):
    parts = []
    try:
        while piece := peer.recv(1 << 16):
            parts.append(piece)
    except (ConnectionResetError, TimeoutError):
        pass
    return b"".join(parts)


def assert_refused(reply, *statuses):
    """An error in the API's own form, never a 500."""
    wanted = statuses or (400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 416, 422, 431)
    assert reply.status in wanted, f"expected {wanted}, got {reply.raw[:400]}"
    if reply.body:
        answer = reply.json()
        assert answer["code"] and answer["message"], reply.raw[:300]


def assert_answered(reply):
    """Served or refused in words: no crash, no 500, no half answer."""
    assert reply.status and reply.status < 500, f"got {reply.raw[:400]!r}"
    if reply.status >= 400 and reply.body:
        assert reply.json()["code"], reply.raw[:300]
