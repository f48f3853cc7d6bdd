#!/usr/bin/env python3
"""Installs the client libraries as package-lock.json names them and runs their tests against the real server."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main():
    os.environ.setdefault("HOLDFAST_BINARY", str(HERE.parent.parent / "build/release/holdfast"))
    # Installed beside a copy of the tests, so that the sources stay clean.
    with tempfile.TemporaryDirectory(prefix="holdfast-npm-") as folder:
        place = pathlib.Path(folder) / "tests/clients"
        shutil.copytree(HERE, place, ignore=shutil.ignore_patterns("node_modules"))
        (pathlib.Path(folder) / "blueprints").symlink_to(HERE.parent.parent / "blueprints")
        installed = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place)
        if installed.returncode != 0:
            print("the client libraries could not be installed\n0 passed, 1 failed")
            return 1
        files = sys.argv[1:] or sorted(path.name for path in HERE.glob("*.test.js"))
        tests = subprocess.run(["node", "--test", "--test-reporter=tap", *files], cwd=place, stdout=subprocess.PIPE,
                               text=True)
    print(tests.stdout)
    count = {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", tests.stdout, re.M)}
    failed = sum(count.get(name, 0) for name in ("fail", "cancelled", "skipped", "todo"))
    failed = max(failed, int(tests.returncode != 0 or count.get("pass", 0) == 0))
    print(f"{count.get('pass', 0)} passed, {failed} failed")
    return int(failed > 0)


sys.exit(main())
