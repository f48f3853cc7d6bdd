#!/usr/bin/env python3
"""Puts the code of docs/guides/*.md into place from the examples that are compiled and run.

usage: make_guide.py [--check]     --check: exit 1 when a guide shows other code than its example has

A code block that follows `<!-- path name -->` holds what stands between the two lines `// [name]` of that file.
"""
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"<!-- (\S+) (\w+) -->\n```(\w+)\n.*?```\n", re.S)


def excerpt(path, name):
    marker = f"// [{name}]"
    lines = (ROOT / path).read_text().splitlines()
    places = [at for at, line in enumerate(lines) if line.strip() == marker]
    if len(places) != 2:
        sys.exit(f"{path}: the marker {marker} must stand twice")
    return textwrap.dedent("\n".join(lines[places[0] + 1:places[1]])) + "\n"


def whole(path):
    return (ROOT / path).read_text()


def made(guide):
    def block(match):
        path, name, language = match.groups()
        code = whole(path) if name == "whole" else excerpt(path, name)
        return f"<!-- {path} {name} -->\n```{language}\n{code}```\n"
    return BLOCK.sub(block, guide)


def main():
    wrong = 0
    for path in sorted((ROOT / "docs/guides").glob("*.md")):
        guide = path.read_text()
        if made(guide) == guide:
            continue
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} shows other code than its example has: run tools/make_guide.py")
            wrong = 1
        else:
            path.write_text(made(guide))
    return wrong


sys.exit(main())
