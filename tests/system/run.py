#!/usr/bin/env python3
"""Runs every suite of this folder against the binary that HOLDFAST_BINARY names.

usage: run.py [MODULE ...]     for example: run.py test_serve
The last line is `N passed, N failed`; the exit code is 0 when none failed.
"""
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def main():
    sys.path.insert(0, str(HERE))
    modules = sys.argv[1:] or sorted(path.stem for path in HERE.glob("test_*.py"))
    passed = failed = 0
    for module in modules:
        print(f"-- {module}", file=sys.stderr)
        suite = unittest.defaultTestLoader.loadTestsFromName(module)
        result = unittest.TextTestRunner(verbosity=1).run(suite)
        wrong = len(result.failures) + len(result.errors)
        passed += result.testsRun - wrong
        failed += wrong
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
