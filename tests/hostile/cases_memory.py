"""The setting memory_limit: respected under the same hostile load and under its own."""
import contextlib

from support import MIB, Reply, Server, assert_refused, developer_id

SMALL_MIB = 96
# One answer that grows beyond its share is noticed when it has; the rest of the process is not counted.
SMALL_PEAK_MIB = 256


def bulk(rows, salt):
    event = {"app_id": developer_id(10_000), "device_id": "d", "event_type": salt}
    return [event] * rows


def begun_bodies_are_refused(server):
    """Bodies that arrive and never end use up what there is; then 503 with what to do, and afterwards all is well."""
    seen = set()
    with contextlib.ExitStack() as kept:
        for _ in range(40):
            peer = kept.enter_context(server.connect(2))
            with contextlib.suppress(OSError):
                peer.sendall(server.head("POST", "/rest/v1/telemetry_events",
                                         [("Content-Length", 15 << 20), ("Content-Type", "application/json")]) + b"\r\n" + b" " * (6 * MIB))
            peer.settimeout(0.05)
            with contextlib.suppress(OSError):
                answer = Reply(peer.recv(4096))
                seen.add((answer.status, answer.code))
        assert server.check_alive() < 1
    assert seen == {(503, "53200")}, seen


def a_body_beyond_all_memory_is_told_so(server):
    body = b'[{"event_data":[' + b"1," * 4_000_000 + b"1]}]"
    reply = server.request("POST", "/rest/v1/telemetry_events", body)
    assert_refused(reply, 413)
    assert reply.code == "54000" and "memory_limit" in reply.json()["hint"], reply.raw[:400]


def an_answer_beyond_all_memory_is_told_so(server):
    description = "x" * (900 << 10)
    people = [{"id": developer_id(900_000 + i), "email": f"{i}@example.org", "name": "y"} for i in range(2)]
    assert server.request("POST", "/rest/v1/developers", people).status == 201
    apps = [{"developer_id": people[0]["id"], "package_id": f"org.example.large{i}", "name": "Large", "description": description} for i in range(6)]
    for _ in range(12):
        for app in apps:
            app["package_id"] += "x"
        assert server.request("POST", "/rest/v1/apps", apps).status == 201
    reply = server.request("GET", "/rest/v1/apps?name=eq.Large")
    assert (reply.status, reply.code) == (413, "54000"), reply.raw[:300]
    assert len(server.request("GET", "/rest/v1/apps?name=eq.Large&limit=10").json()) == 10
    csv = server.request("GET", "/rest/v1/apps?name=eq.Large", headers=[("Accept", "text/csv")])
    assert (csv.status, csv.code) == (413, "54000"), csv.raw[:300]
    assert server.request("DELETE", "/rest/v1/apps?name=eq.Large").status == 204


def rows_beyond_the_heap_of_sqlite_are_refused(server):
    """One row that holds all apps eight times over is made inside SQLite."""
    embeds = ",".join(f"a{i}:apps(description)" for i in range(8))
    reply = server.request("GET", f"/rest/v1/developers?select=email,{embeds}&id=eq.{developer_id(1)}")
    assert_refused(reply, 413, 503)
    assert reply.code in ("53200", "54000"), reply.raw[:300]


def a_bulk_write_that_fits_is_served(server):
    reply = server.request("POST", "/rest/v1/telemetry_events", bulk(20_000, "bulk"))
    assert reply.status == 201, reply.raw[:300]
    assert server.request("DELETE", "/rest/v1/telemetry_events?event_type=eq.bulk").status == 204


def run(tally, run_cases, cases):
    server = Server("--memory-limit", f"{SMALL_MIB}MiB", "--max-body-bytes", "128MiB").fill()
    own = [begun_bodies_are_refused, a_body_beyond_all_memory_is_told_so, an_answer_beyond_all_memory_is_told_so,
           rows_beyond_the_heap_of_sqlite_are_refused, a_bulk_write_that_fits_is_served]
    before = server.fingerprint()
    load = [(f"under {SMALL_MIB} MiB: {sentence}", function) for sentence, function in cases
            if any(word in sentence for word in ("slow readers", "bodies", "pipelined reads", "idle", "commas", "vanish", "deep"))]
    run_cases(tally, server, [*load, *((f"under {SMALL_MIB} MiB: {f.__name__.replace('_', ' ')}", f) for f in own)])

    def rows():
        counts = server.fingerprint()[0]
        expected = {**before[0], "developers": before[0]["developers"] + 2}
        assert counts == expected, (counts, expected)

    def peak():
        most = server.peak_mib()
        assert most < SMALL_PEAK_MIB, f"the peak was {most:.0f} MiB"
        return f", peak {most:.0f} MiB"

    if server.process.poll() is None:
        tally.check(f"under {SMALL_MIB} MiB: rows are as they were", rows)
        tally.check(f"under {SMALL_MIB} MiB: the peak stayed below {SMALL_PEAK_MIB} MiB", peak)
    assert server.close() == 0
    raised(tally)


def raised(tally):
    """With more memory and a larger limit on bodies, a body of 100 MB is served."""
    server = Server("--memory-limit", "1GiB", "--max-body-bytes", "128MiB").fill()

    def hundred():
        row = {"id": developer_id(1_000_001), "developer_id": developer_id(1), "package_id": "org.example.huge", "name": "Huge",
               "description": "z" * (100 * MIB)}
        reply = server.request("POST", "/rest/v1/apps", [row], timeout=120)
        assert reply.status == 201, reply.raw[:300]
        stored = server.request("GET", "/rest/v1/apps?select=description&package_id=eq.org.example.huge", timeout=120)
        assert stored.status == 200 and len(stored.json()[0]["description"]) == 100 * MIB, stored.raw[:300]
        server.check_alive()
        assert server.peak_mib() < 1024
        return f", peak {server.peak_mib():.0f} MiB"

    tally.check("with max_body_bytes and memory_limit raised, a body of 100 MB is stored and read", hundred)
    assert server.close() == 0
