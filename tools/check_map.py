#!/usr/bin/env python3
"""Checks that every `file:name` of docs/map.md is there: the file, and the name in it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = re.compile(r"`((?:src|apps)/[\w/.]+):(\w+)`")


def missing():
    for path, name in REFERENCE.findall((ROOT / "docs/map.md").read_text()):
        file = ROOT / path
        if not file.exists():
            yield f"{path} is not there"
        elif not re.search(rf"\b{name}\b", file.read_text()):
            yield f"{path} does not name {name}"


found = list(missing())
print("\n".join(found) if found else "map: every place is there")
sys.exit(int(bool(found)))
