#!/usr/bin/env python3
"""Installs a build into a throw-away prefix and uses it from there as somebody else's project would.

usage: run.py BUILD     a build folder in which everything is built
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/embedding"


class Installed:
    """A prefix, a scratch folder beside it, and no other Holdfast in sight."""

    def __init__(self, build, folder):
        self.folder = folder
        self.prefix = folder / "prefix"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("HOLDFAST", "LD_LIBRARY_PATH", "DATABASE_URL"))}
        self.run("cmake", "--install", build, "--prefix", self.prefix)
        # Whatever the build had said of itself must not be needed: the prefix is used from another place.
        moved = folder / "moved"
        self.prefix.rename(moved)
        self.prefix = moved
        self.libraries = next(self.prefix.glob("lib*/**/libholdfast.so")).parent

    def run(self, *command, **environment):
        done = subprocess.run([str(word) for word in command], cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env={**self.environment, **environment})
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def notes(self, program, **environment):
        data = self.folder / f"data-of-{program.parent.name}"
        assert self.run(program, data, EXAMPLE / "blueprint", **environment).endswith("done\n")


def cmake_finds_the_package(installed):
    build = installed.folder / "with-cmake"
    installed.run("cmake", "-S", EXAMPLE, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={installed.prefix}")
    installed.run("cmake", "--build", build)
    installed.notes(build / "notes")


def another_minor_version_is_refused(installed):
    project = installed.folder / "version"
    project.mkdir()
    (project / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES NONE)\n"
                                            "find_package(holdfast 0.999 REQUIRED)\n")
    try:
        installed.run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={installed.prefix}")
    except AssertionError:
        return
    raise AssertionError("find_package took a version that is not there")


def pkg_config_gives_the_flags(installed):
    place = next(installed.prefix.glob("lib*/**/holdfast.pc")).parent
    flags = installed.run("pkg-config", "--cflags", "--libs", "holdfast", PKG_CONFIG_PATH=str(place)).split()
    build = installed.folder / "with-pkg-config"
    build.mkdir()
    installed.run("c++", "-std=c++20", EXAMPLE / "notes.cpp", "-o", build / "notes", *flags)
    installed.notes(build / "notes", LD_LIBRARY_PATH=str(installed.libraries))


def the_library_shows_its_own_names_only(installed):
    listing = installed.run("nm", "-D", "--defined-only", "--demangle", installed.libraries / "libholdfast.so")
    names = [line.split(maxsplit=2)[2] for line in listing.splitlines()]
    strangers = [name for name in names if "holdfast::v0::" not in name]
    assert len(names) > 20 and not strangers, f"{len(names)} names, of which {strangers[:10]} are not public"


def the_headers_name_nothing_of_the_inside(installed):
    headers = sorted((installed.prefix / "include/holdfast").glob("*.hpp"))
    assert len(headers) >= 8, headers
    for header in headers:
        for line in header.read_text().splitlines():
            if not line.startswith("#include"):
                continue
            target = line.split()[1]
            standard = target.startswith("<") and "/" not in target and "." not in target
            assert standard or target.startswith('"holdfast/'), f"{header.name}: {line}"


def the_program_finds_the_blueprints(installed):
    program = installed.prefix / "bin/holdfast"
    plan = installed.run(program, "migrate", "plan", "--blueprint", "dev-portal", "--data", installed.folder / "data")
    assert "CREATE TABLE" in plan


def the_library_finds_the_blueprints(installed):
    source = installed.folder / "named.cpp"
    source.write_text('#include <holdfast/holdfast.hpp>\n'
                      'int main(int, char** a) { return holdfast::Store::open({.path = a[1], .blueprint = "dev-portal"}).ok() '
                      '? 0 : 1; }\n')
    program = installed.folder / "named"
    installed.run("c++", "-std=c++20", f"-I{installed.prefix}/include", source, "-o", program, f"-L{installed.libraries}", "-lholdfast")
    installed.run(program, installed.folder / "data-of-named", LD_LIBRARY_PATH=str(installed.libraries))


TESTS = [cmake_finds_the_package, another_minor_version_is_refused, pkg_config_gives_the_flags,
         the_library_shows_its_own_names_only, the_headers_name_nothing_of_the_inside, the_program_finds_the_blueprints,
         the_library_finds_the_blueprints]


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-install-"))
    passed = failed = 0
    try:
        installed = Installed(pathlib.Path(sys.argv[1]).resolve(), folder)
        for test in TESTS:
            try:
                test(installed)
                passed += 1
                print(f"ok     {test.__name__}", flush=True)
            except Exception as problem:  # noqa: BLE001: one failure must not hide the others
                failed += 1
                print(f"FAILED {test.__name__}: {problem}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


sys.exit(main())
