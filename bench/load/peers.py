"""Servers that a benchmark starts, each on a free loopback port under a throw-away folder."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLDFAST = ROOT / "build/release/holdfast"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_answers(url, headers=None, seconds=30):
    """Seconds until `url` answered 200."""
    started = time.monotonic()
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5).read()
            return time.monotonic() - started
        except OSError:
            if time.monotonic() - started > seconds:
                raise
            time.sleep(0.002)


@contextlib.contextmanager
def process(command, **options):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(20)


def cpu_seconds(pids):
    """What processes have spent so far, user and kernel, in steps of a clock tick."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Nginx:
    def __init__(self, url, master):
        self.url, self.master = url, master

    def cpu_seconds(self):
        children = pathlib.Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
        return cpu_seconds([self.master, *children.split()])


@contextlib.contextmanager
def nginx(folder, files):
    """Serves {name: bytes} as static files."""
    port = free_port()
    folder = pathlib.Path(folder)
    (folder / "www").mkdir(parents=True)
    for name, content in files.items():
        (folder / "www" / name).write_bytes(content)
    os.chmod(folder, 0o755)
    (folder / "nginx.conf").write_text(f"""
worker_processes 2; pid {folder}/pid; error_log {folder}/error.log; daemon off;
{"user root;" if os.geteuid() == 0 else ""}
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; open_file_cache max=100; default_type application/json;
       server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
""")
    with process(["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]) as child:
        url = f"http://127.0.0.1:{port}"
        wait_until_answers(f"{url}/{next(iter(files))}")
        yield Nginx(url, child.pid)


class Holdfast:
    """The release binary on a data folder of its own."""

    def __init__(self, data, **environment):
        self.data, self.environment = data, environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def verb(self, *arguments):
        command = [HOLDFAST, *arguments, "--data", self.data, "--blueprint", "dev-portal"]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout

    def json_verb(self, *arguments):
        return json.loads(self.verb(*arguments, "--json"))

    @contextlib.contextmanager
    def serve(self, *options):
        command = [HOLDFAST, "serve", "--data", self.data, "--blueprint", "dev-portal", "--listen",
                   f"127.0.0.1:{self.port}", *options]
        with process(command, cwd=ROOT, env={**os.environ, **self.environment}) as child:
            self.seconds_to_first_answer = wait_until_answers(f"{self.url}/health/live")
            self.pid = child.pid
            yield self

    def copy(self, **environment):
        """The same data in another folder, served with other settings."""
        shutil.copytree(self.data, f"{self.data}-copy")
        return Holdfast(f"{self.data}-copy", **environment)

    def cpu_seconds(self):
        return cpu_seconds([self.pid])

    def resident_megabytes(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
