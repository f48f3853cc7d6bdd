#!/usr/bin/env python3
"""Has clang read every source of the product: -Wthread-safety and its other warnings, as errors.

usage: check_clang.py BUILD     BUILD/compile_commands.json says how each file is compiled
Reads only (-fsyntax-only), two files at a time.
"""
import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wthread-safety", "-Werror"]


def command(entry):
    """clang's reading of one entry: its definitions and folders, none of GCC's own flags."""
    words = shlex.split(entry["command"])
    keep = [w for w in words if w.startswith(("-D", "-I")) and not w.startswith("-DHOLDFAST_SOURCE_DIR")]
    systems = [part for at, w in enumerate(words) if w == "-isystem" for part in (w, words[at + 1])]
    return ["clang++-16", "-fsyntax-only", "-std=c++20", "-pthread", *WARNINGS, *keep, *systems, entry["file"]]


def read(entry):
    done = subprocess.run(command(entry), cwd=entry["directory"], capture_output=True, text=True)
    return done.returncode, done.stderr


def main():
    entries = json.loads((pathlib.Path(sys.argv[1]) / "compile_commands.json").read_text())
    ours = [e for e in entries if pathlib.Path(e["file"]).is_relative_to(ROOT / "src") and "_test.cpp" not in e["file"]]
    ours = list({e["file"]: e for e in ours}.values())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failures = [text for code, text in pool.map(read, ours) if code != 0]
    print("\n".join(failures) or f"clang: {len(ours)} files without a warning")
    return int(bool(failures))


sys.exit(main())
