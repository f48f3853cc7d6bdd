"""The real binary on throw-away folders. HOLDFAST_BINARY names it."""
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("HOLDFAST_BINARY", str(ROOT / "build/release/holdfast"))
USER = "1b671a64-40d5-491e-99b0-da01ff1f3341"
OTHER = "9c858901-8a57-4791-81fe-4c455b099bc9"

NOTES_UP = """
CREATE TABLE notes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner uuid NOT NULL,
  body text NOT NULL,
  amount numeric(20,4),
  created_at timestamptz DEFAULT now()
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_notes ON notes FOR ALL TO authenticated USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO authenticated, service_role;
"""
LABELS_UP = "CREATE TABLE labels (name text PRIMARY KEY);\n"


class Answer:
    """What a verb did: exit code, standard output and standard error."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def json(self):
        return json.loads(self.out)


class Server:
    def __init__(self, process, line):
        self.process, self.line = process, line
        self.url = line.rsplit(" on ", 1)[1].strip()

    def request(self, path, method="GET", body=None, **headers):
        """Status and decoded JSON body."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, method=method,
                                         headers={"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        return status, json.loads(text) if text else None

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.communicate(timeout=30)
        return self.process.returncode


class SystemTest(unittest.TestCase):
    """Each test has a folder of its own, with a data folder and a small blueprint in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-system-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.blueprint = self.folder / "notebook"
        (self.blueprint / "migrations").mkdir(parents=True)
        self.write_migration("001_notes", NOTES_UP, "DROP TABLE notes;\n")
        self.write_migration("002_labels", LABELS_UP, "DROP TABLE labels;\n")

    def write_migration(self, stem, up, down):
        (self.blueprint / "migrations" / f"{stem}.up.sql").write_text(up)
        (self.blueprint / "migrations" / f"{stem}.down.sql").write_text(down)

    def command(self, arguments, options=True):
        common = ["--data", str(self.data), "--blueprint", str(self.blueprint)] if options else []
        return [BINARY, *map(str, arguments), *common]

    def environment(self, extra):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith("HOLDFAST_") and name not in ("DATABASE_URL", "JWT_SECRET")}
        return {**clean, **(extra or {})}

    def run_verb(self, *arguments, options=True, env=None, stdin=""):
        return Answer(subprocess.run(self.command(arguments, options), cwd=self.folder, input=stdin, text=True,
                                     capture_output=True, timeout=120, env=self.environment(env)))

    def verb(self, *arguments, **how):
        """Runs a verb that must succeed."""
        answer = self.run_verb(*arguments, **how)
        self.assertEqual(answer.code, 0, f"{arguments}: {answer.err}")
        return answer

    def assert_refused(self, answer, code, exit_code):
        self.assertIn(f"error {code}: ", answer.err)
        self.assertEqual(answer.code, exit_code, answer.err)

    @contextlib.contextmanager
    def serving(self, *arguments, env=None):
        command = self.command(["serve", "--listen", "127.0.0.1:0", *arguments])
        process = subprocess.Popen(command, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment(env))
        try:
            ready, _, _ = select.select([process.stdout], [], [], 30)
            line = process.stdout.readline() if ready else ""
            if " on http://" not in line:
                process.kill()
                self.fail(f"the server did not come up: {line}{process.communicate()[1]}")
            yield Server(process, line)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=30)

    def wait_until(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"waited for: {what}")
            time.sleep(0.01)
