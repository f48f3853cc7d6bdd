#!/usr/bin/env python3
"""Builds and runs every suite; see ./test. Prints one line a suite, and `N passed, N failed` last."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "logs"
COUNT_LINE = re.compile(r"^(\d+) passed, (\d+) failed", re.M)


class Report:
    """Adds up what the suites say and prints it as they end."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def add(self, name, passed, failed, seconds, log):
        self.passed += passed
        self.failed += failed
        verdict = "ok    " if failed == 0 else "FAILED"
        print(f"{verdict} {name:<28} {passed:>5} passed {failed:>4} failed {seconds:>7.1f} s", flush=True)
        if failed:
            print("\n".join("    | " + line for line in log.splitlines()[-60:]), flush=True)


def run(name, command, timeout=1800, **environment):
    """Runs a command with its output in build/logs; gives (exit code, output, seconds)."""
    started = time.monotonic()
    path = LOGS / (name.replace("/", "-").replace(" ", "-") + ".log")
    with path.open("w") as out:
        try:
            code = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, timeout=timeout,
                                  stdin=subprocess.DEVNULL, env={**os.environ, **environment}).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\nended after {timeout} s\n")
            code = 124
    return code, path.read_text(errors="replace"), time.monotonic() - started


def check(report, name, command, timeout=1800):
    """A suite that is one yes or no."""
    code, log, seconds = run(name, command, timeout)
    report.add(name, int(code == 0), int(code != 0), seconds, log)
    return code == 0


def counted(report, name, command, timeout=1800, **environment):
    """A suite whose last line is `N passed, N failed`."""
    code, log, seconds = run(name, command, timeout, **environment)
    lines = COUNT_LINE.findall(log)
    passed, failed = (int(lines[-1][0]), int(lines[-1][1])) if lines else (0, 1)
    report.add(name, passed, failed or int(code != 0), seconds, log)


def googletest(report, name, binary, only="*", timeout=1800, **environment):
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        command = [str(binary), f"--gtest_output=json:{result.name}", f"--gtest_filter={only}"]
        code, log, seconds = run(name, command, timeout, **environment)
        try:
            counts = json.loads(pathlib.Path(result.name).read_text())
            failed, passed = counts["failures"], counts["tests"] - counts["failures"]
        except (ValueError, KeyError):
            failed, passed = 1, 0
    report.add(name, passed, failed or int(code != 0), seconds, log)


def build(report, preset, targets=()):
    if not (ROOT / "build" / preset / "build.ninja").exists() or preset == "release":
        configured = run(f"configure {preset}", ["cmake", "--preset", preset, "-DHOLDFAST_TESTS=ON", "-Wno-dev"])
        if configured[0] != 0:
            report.add(f"configure {preset}", 0, 1, configured[2], configured[1])
            return False
    return check(report, f"build {preset}", ["ninja", "-C", f"build/{preset}", *targets], 3600)


def test_binaries(preset):
    return sorted(p for p in (ROOT / "build" / preset).glob("*_test") if os.access(p, os.X_OK))


def static_checks(report, _options):
    check(report, "layers", ["python3", "tools/check_layers.py", "src/LAYERS", "src"])
    check(report, "map", ["python3", "tools/check_map.py"])
    check(report, "error reference", ["python3", "tools/make_error_reference.py", "--check"])
    check(report, "guides", ["python3", "tools/make_guide.py", "--check"])
    check(report, "format", ["bash", "-c", "git ls-files '*.cpp' '*.hpp' | xargs clang-format-16 --dry-run -Werror"])


def release(report, options):
    if not build(report, "release"):
        return
    nightly = {"HOLDFAST_NIGHTLY": "1"} if options["nightly"] else {}
    for binary in test_binaries("release"):
        googletest(report, binary.name, binary, **nightly)
    counted(report, "system", ["python3", "tests/system/run.py"],
            HOLDFAST_BINARY=str(ROOT / "build/release/holdfast"), **nightly)
    counted(report, "clients", ["python3", "tests/clients/run.py"],
            HOLDFAST_BINARY=str(ROOT / "build/release/holdfast"))
    counted(report, "install", ["python3", "tests/install/run.py", str(ROOT / "build/release")])
    conformance = [ROOT / "tests/conformance/postgrest/own", ROOT / "../shared/conformance/postgrest"]
    for folder in filter(pathlib.Path.is_dir, conformance):
        counted(report, f"conformance {folder.name}",
                ["python3", "tests/conformance/postgrest/run", str(folder), "--listed"],
                POSTGREST_CONFORMANCE=str(ROOT / "build/release/postgrest_conformance"))
    counted(report, "hostile", ["python3", "tests/hostile/run.py"], HOLDFAST_BINARY=str(ROOT / "build/release/holdfast"))
    if check(report, "page: npm ci", ["npm", "ci", "--prefix", "tests/web", "--no-audit", "--no-fund"]):
        counted(report, "page", ["node", "tests/web/run.mjs"], HOLDFAST_BINARY=str(ROOT / "build/release/holdfast"))
    counted(report, "crash", ["python3", "tests/crash/server_kill.py"],
            HOLDFAST_BINARY=str(ROOT / "build/release/holdfast"), **nightly)
    counted(report, "power loss", ["build/release/power_loss"], 6 * 3600, **nightly)
    counted(report, "fault sweep", ["build/release/fault_sweep"], 6 * 3600, **nightly)


def sanitized(preset, binaries, contract_only="*"):
    def suite(report, _options):
        if build(report, preset, binaries):
            for name in binaries:
                only = contract_only if name == "contract_test" else "*"
                googletest(report, f"{preset} {name}", ROOT / "build" / preset / name, only, HOLDFAST_SANITIZED="1")
    return suite


def fuzz(report, options):
    """Each fuzzer for a moment, over its seeds; two at a time. The nightly run stays longer."""
    fuzzers = sorted(path.stem for path in (ROOT / "tests/fuzz").glob("*_fuzz.cpp"))
    if not build(report, "asan", fuzzers):
        return
    seconds = 600 if options["nightly"] else 20

    def attack(name):
        seeds = ROOT / "tests/fuzz/seeds" / name
        with tempfile.TemporaryDirectory() as found:
            corpus = [found] + ([str(seeds)] if seeds.is_dir() else [])
            check(report, f"fuzz {name}",
                  [str(ROOT / "build/asan" / name), f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-verbosity=0",
                   f"-artifact_prefix={LOGS}/", *corpus])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(attack, fuzzers))


def tidy(report, _options):
    """By night: it takes an hour. Reads the compile commands and precompiled headers of the asan build."""
    check(report, "clang-tidy", ["run-clang-tidy-16", "-quiet", "-p", "build/asan", "-j", "2",
                                 r"/src/(?!.*_test\.cpp)"], 6000)


UNIT = ["base_test", "types_test", "text_test", "sql_test", "schema_test", "log_test", "auth_test", "search_test",
        "records_test", "engine_test", "library_test", "server_test", "contract_test"]
# What has threads of its own; the others compute, translate and compare on one, which asan covers.
SINGLE = {"types_test", "text_test", "schema_test", "records_test"}
THREADED = "*RestContract*:*QueryPatterns*:Changes*:Migrations*"
SUITES = {"static": static_checks, "release": release, "asan": sanitized("asan", UNIT),
          "fuzz": fuzz, "tidy": tidy, "tsan": sanitized("tsan", [name for name in UNIT if name not in SINGLE], THREADED)}
QUICK = ["static", "release"]
USUAL = [name for name in SUITES if name != "tidy"]


def main():
    arguments = sys.argv[1:]
    options = {"nightly": "--nightly" in arguments, "quick": "--quick" in arguments}
    names = [a for a in arguments if not a.startswith("--")]
    unknown = [a for a in arguments if a.startswith("--") and a[2:] not in options] + [n for n in names if n not in SUITES]
    if unknown:
        print(f"unknown: {' '.join(unknown)}; suites: {' '.join(SUITES)}; options: --quick --nightly", file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    report = Report()
    for name in names or (QUICK if options["quick"] else SUITES if options["nightly"] else USUAL):
        SUITES[name](report, options)
    print(f"{report.passed} passed, {report.failed} failed")
    return int(report.failed > 0)


sys.exit(main())
