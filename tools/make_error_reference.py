#!/usr/bin/env python3
"""Makes docs/reference/errors.md from the table in src/base/error_codes.cpp.

usage: make_error_reference.py [--check]     --check: exit 1 when the page is not what the table says
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r'ErrorCode\{"(\w+)",\s*(\d+),\s*((?:"[^"]*"\s*)+)\}')


def page():
    rows = ROW.findall((ROOT / "src/base/error_codes.cpp").read_text())
    lines = ["# Error codes", "",
             "Made by `tools/make_error_reference.py` from `src/base/error_codes.cpp`. Five characters: PostgreSQL's SQLSTATE. "
             "`PGRST`: PostgREST's. `HF`: Holdfast's own. A code of PostgreSQL that is not listed takes the status of its class.",
             "", "| code | HTTP status | meaning |", "|---|---|---|"]
    for code, status, meaning in rows:
        text = ''.join(re.findall(r'"([^"]*)"', meaning))
        lines.append(f"| `{code}` | {status} | {text} |")
    return "\n".join(lines) + "\n"


def main():
    target = ROOT / "docs/reference/errors.md"
    if "--check" not in sys.argv:
        target.write_text(page())
    elif not target.exists() or target.read_text() != page():
        print(f"{target.relative_to(ROOT)} is out of date: run tools/make_error_reference.py")
        return 1
    return 0


sys.exit(main())
