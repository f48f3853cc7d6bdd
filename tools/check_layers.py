#!/usr/bin/env python3
"""Checks that every room includes only the rooms that LAYERS allows it.

usage: check_layers.py LAYERS SRC

Exits 0 when all is well; else prints one line an offender and exits 1. A list that is cyclic, names a room
twice, or lets a room include one that stands below it is refused with exit 2.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"/]+)/')


def refuse(message):
    print(message)
    sys.exit(2)


def read_layers(path):
    allowed = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        room, colon, rest = line.partition(":")
        room = room.strip()
        if not colon or room in allowed:
            refuse(f"{path}:{number}: expected 'room: rooms', each room once")
        unknown = [name for name in rest.split() if name not in allowed]
        if unknown:
            refuse(f"{path}:{number}: {room} may not include {', '.join(unknown)}: not above it")
        allowed[room] = set(rest.split()) | {room}
    return allowed


def offenders(allowed, src):
    for file in sorted(src.rglob("*")):
        if file.suffix not in {".hpp", ".cpp", ".h"}:
            continue
        room = file.relative_to(src).parts[0]
        if room not in allowed:
            yield f"{file}:1: the folder {room} is not a room in LAYERS"
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match[1] not in allowed[room] and match[1] != "detail":
                if (src / match[1]).is_dir() or match[1] in allowed:
                    yield f"{file}:{number}: {room} may not include {match[1]}"


def main():
    if len(sys.argv) != 3:
        refuse(__doc__)
    found = list(offenders(read_layers(pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2])))
    print("\n".join(found) if found else "layers: all includes are allowed")
    sys.exit(1 if found else 0)


main()
