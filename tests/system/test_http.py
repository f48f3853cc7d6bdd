"""What the server does around every answer: limits, compression, conditional requests, other origins, metrics, the
access log. Over real sockets, to the real binary."""
import gzip
import json
import re
import socket
import time
import unittest

from support import SystemTest


class Reply:
    """One answer as it came over the socket."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = [(name.lower(), value) for name, value in (line.split(": ", 1) for line in lines[1:])]

    def header(self, name):
        return ", ".join(value for n, value in self.headers if n == name)

    def code(self):
        return json.loads(self.body)["code"]


class Http(SystemTest):
    def setUp(self):
        super().setUp()
        self.write_migration("003_grants", "GRANT ALL ON labels TO service_role;", "REVOKE ALL ON labels FROM service_role;")
        self.verb("migrate", "up")
        self.key = self.verb("key", "create", "--kind", "service", "--json").json()["key"]

    def connect(self, server):
        host, port = server.url.removeprefix("http://").split(":")
        peer = socket.create_connection((host, int(port)), timeout=20)
        self.addCleanup(peer.close)
        return peer

    def read_to_end(self, peer):
        raw = b""
        try:
            while part := peer.recv(65536):
                raw += part
        except ConnectionResetError:
            pass
        return raw

    def raw(self, server, head, body=b""):
        peer = self.connect(server)
        try:
            peer.sendall(head.encode("latin1") + b"\r\n\r\n" + body)
        except (BrokenPipeError, ConnectionResetError):
            pass
        reply = Reply(self.read_to_end(peer))
        peer.close()
        return reply

    def get(self, server, path, *headers, method="GET", key=True):
        host = server.url.removeprefix("http://")
        sent = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
        if key:
            sent.append(f"apikey: {self.key}")
        return self.raw(server, "\r\n".join(sent))


class Limits(Http):
    def test_each_limit_is_a_setting(self):
        with self.serving("--max-url-bytes", "300B", "--max-header-bytes", "1KiB", "--max-body-bytes", "2KiB") as server:
            self.assertEqual(self.get(server, "/rest/v1/notes?body=eq." + "x" * 200).status, 200)
            self.assertEqual(self.get(server, "/rest/v1/notes?body=eq." + "x" * 300).code(), "HF016")
            self.assertEqual(self.get(server, "/rest/v1/notes", "X-Long: " + "x" * 2000).code(), "HF017")
            for size, status in ((1900, 201), (2100, 413)):
                body = json.dumps({"name": "x" * (size - 11)}).encode()
                answer = self.raw(server, f"POST /rest/v1/labels HTTP/1.1\r\nHost: x\r\nConnection: close\r\napikey: {self.key}"
                                  f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}", body)
                self.assertEqual(answer.status, status, answer.body)
            self.assertEqual(self.get(server, "/health/live", key=False).status, 200)

    def test_a_request_that_comes_too_slowly_is_answered_408(self):
        with self.serving("--header-timeout", "200ms", "--request-timeout", "400ms", "--idle-timeout", "300ms") as server:
            slow_head = self.connect(server)
            slow_head.sendall(b"GET / HTTP/1.1\r\nHost:")
            self.assertEqual(Reply(self.read_to_end(slow_head)).code(), "HF015")
            slow_body = self.connect(server)
            slow_body.sendall(b"POST /rest/v1/labels HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
            self.assertEqual(Reply(self.read_to_end(slow_body)).code(), "HF015")
            idle = self.connect(server)
            self.assertEqual(self.read_to_end(idle), b"")

    def test_a_client_that_does_not_read_is_dropped(self):
        with self.serving("--request-timeout", "500ms") as server:
            self.verb("sql", "--write", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
                      "INSERT INTO labels SELECT 'a label that is not short ' || i FROM n")
            peer = self.connect(server)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            request = f"GET /rest/v1/labels HTTP/1.1\r\nHost: x\r\napikey: {self.key}\r\n\r\n".encode()
            peer.sendall(request * 4)
            self.wait_until(lambda: self.metric(server, "holdfast_http_connections") == 1.0, "the slow client was dropped")

    def metric(self, server, name):
        text = self.get(server, "/metrics", key=False).body.decode()
        return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))

    def test_connections_beyond_the_most_are_told_so(self):
        with self.serving("--max-connections", "3") as server:
            held = [self.connect(server) for _ in range(3)]
            for peer in held:
                peer.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b"200 OK", peer.recv(1000))
            self.assertEqual(Reply(self.read_to_end(self.connect(server))).code(), "53300")
            held.pop().close()
            self.wait_until(lambda: self.get(server, "/health/live", key=False).status == 200, "room for another")

    def test_rows_of_an_answer(self):
        with self.serving("--max-rows", "2") as server:
            self.verb("sql", "--write", "INSERT INTO labels VALUES ('a'), ('b'), ('c')")
            self.assertEqual(len(json.loads(self.get(server, "/rest/v1/labels?limit=100").body)), 2)

    def test_an_event_stream_is_not_bound_by_the_time_for_a_request(self):
        with self.serving("--request-timeout", "300ms", "--stream-heartbeat", "100ms") as server:
            peer = self.connect(server)
            peer.sendall(f"GET /changes/v1?since=now HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\napikey: {self.key}"
                         "\r\n\r\n".encode())
            got = b""
            while got.count(b": heartbeat") < 2:
                part = peer.recv(65536)
                self.assertTrue(part, got)
                got += part


class Forms(Http):
    def setUp(self):
        super().setUp()
        self.verb("sql", "--write", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                  "INSERT INTO labels SELECT 'label ' || i FROM n")

    def test_large_answers_are_compressed_for_who_takes_it(self):
        with self.serving() as server:
            plain = self.get(server, "/rest/v1/labels")
            packed = self.get(server, "/rest/v1/labels", "Accept-Encoding: br, gzip;q=0.5")
            self.assertEqual(packed.header("content-encoding"), "gzip")
            self.assertLess(len(packed.body), len(plain.body) / 3)
            self.assertEqual(int(packed.header("content-length")), len(packed.body))
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertEqual(packed.header("vary"), "Accept-Encoding")
            self.assertEqual(packed.header("etag"), plain.header("etag"))
            small = self.get(server, "/rest/v1/labels?limit=1", "Accept-Encoding: gzip")
            self.assertEqual(small.header("content-encoding"), "")
            page = self.get(server, "/", "Accept-Encoding: gzip", key=False)
            self.assertEqual(page.header("content-encoding"), "gzip")
            refused = self.get(server, "/rest/v1/labels", "Accept-Encoding: gzip;q=0, *")
            self.assertEqual(refused.header("content-encoding"), "")

    def test_compression_can_be_off(self):
        with self.serving("--compress-min-bytes", "0") as server:
            self.assertEqual(self.get(server, "/rest/v1/labels", "Accept-Encoding: gzip").header("content-encoding"), "")

    def test_an_answer_that_the_client_has_is_not_sent_again(self):
        with self.serving() as server:
            first = self.get(server, "/rest/v1/labels?limit=2")
            tag = first.header("etag")
            again = self.get(server, "/rest/v1/labels?limit=2", f'If-None-Match: "other", {tag}')
            self.assertEqual((again.status, again.body, again.header("etag")), (304, b"", tag))
            self.assertEqual(again.header("content-length"), "")
            self.verb("sql", "--write", "UPDATE labels SET name = 'another' WHERE name = 'label 1'")
            changed = self.get(server, "/rest/v1/labels?limit=2&order=name", f"If-None-Match: {tag}")
            self.assertEqual(changed.status, 200)
            self.assertNotEqual(changed.header("etag"), tag)

    def test_head_has_headers_and_no_body(self):
        with self.serving() as server:
            for path in ("/rest/v1/labels?limit=2", "/health/live", "/metrics", "/"):
                head = self.get(server, path, method="HEAD")
                self.assertEqual((head.status, head.body), (200, b""), path)
                self.assertEqual(head.header("content-type"), self.get(server, path).header("content-type"))

    def test_request_ids_go_through_to_the_log(self):
        with self.serving() as server:
            answer = self.get(server, "/rest/v1/labels?limit=1", "X-Request-Id: trace-7")
            self.assertEqual(answer.header("x-request-id"), "trace-7")

    def test_other_origins_as_the_settings_say(self):
        with self.serving() as server:
            self.assertEqual(self.get(server, "/rest/v1/labels?limit=1", "Origin: https://a.example")
                             .header("access-control-allow-origin"), "*")
        with self.serving("--cors-origins", "https://a.example,http://localhost:3000", "--cors-credentials", "true",
                          "--cors-max-age", "10m") as server:
            known = self.get(server, "/rest/v1/labels", "Origin: http://localhost:3000",
                             "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: apikey",
                             method="OPTIONS", key=False)
            self.assertEqual(known.header("access-control-allow-origin"), "http://localhost:3000")
            self.assertEqual(known.header("access-control-allow-credentials"), "true")
            self.assertEqual(known.header("access-control-max-age"), "600")
            stranger = self.get(server, "/rest/v1/labels?limit=1", "Origin: https://b.example")
            self.assertEqual(stranger.header("access-control-allow-origin"), "")
            self.assertEqual(stranger.header("vary"), "Origin")

    def test_credentials_for_any_origin_are_refused(self):
        self.assert_refused(self.run_verb("serve", "--cors-credentials", "true"), "HF001", 2)
        self.assert_refused(self.run_verb("serve", "--cors-origins", "shop.example"), "HF001", 2)


NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = r'\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*")*\}'
SAMPLE = re.compile(rf"({NAME})({LABELS})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)")


def parse_metrics(text):
    """Checks the text form as https://prometheus.io/docs/instrumenting/exposition_formats/ gives it, and returns
    {(name, labels): value}."""
    assert text.endswith("\n")
    values, types, current = {}, {}, None
    for line in text[:-1].split("\n"):
        if help_line := re.fullmatch(rf"# HELP ({NAME}) .+", line):
            current = help_line.group(1)
            assert current not in types, f"{current} comes twice"
            continue
        if type_line := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            assert type_line.group(1) == current, line
            types[current] = type_line.group(2)
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        name, labels, value = sample.groups()
        suffixes = ("_bucket", "_sum", "_count") if types[current] == "histogram" else ("",)
        assert name in [current + suffix for suffix in suffixes], line
        assert types[current] != "counter" or name.endswith("_total"), line
        assert (name, labels or "") not in values, line
        values[name, labels or ""] = float(value)
    for name, kind in types.items():
        if kind == "histogram":
            check_histogram(name, values)
    return values


def check_histogram(name, values):
    series = {}
    for (sample, labels), value in values.items():
        if sample == name + "_bucket":
            bound = re.search(r'le="([^"]+)"', labels).group(1)
            rest = re.sub(r',?le="[^"]+"', "", labels)
            series.setdefault("" if rest == "{}" else rest, []).append((float(bound.replace("Inf", "inf")), value))
    assert series, name
    for labels, buckets in series.items():
        assert buckets == sorted(buckets), (name, buckets)
        assert buckets[-1][0] == float("inf")
        assert buckets[-1][1] == values[name + "_count", labels], name


class Metrics(Http):
    def test_tell_what_was_done_in_prometheus_form(self):
        with self.serving() as server:
            for i in range(3):
                server.request("/rest/v1/labels", "POST", {"name": f"m{i}"}, apikey=self.key)
            self.get(server, "/rest/v1/labels")
            self.get(server, "/rest/v1/none")
            answer = self.get(server, "/metrics", key=False)
            self.assertEqual(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8")
            values = parse_metrics(answer.body.decode())
            self.assertEqual(values["holdfast_http_requests_total", '{route="rest",method="POST",status="201"}'], 3)
            self.assertEqual(values["holdfast_http_requests_total", '{route="rest",method="GET",status="200"}'], 1)
            self.assertEqual(values["holdfast_http_requests_total", '{route="rest",method="GET",status="404"}'], 1)
            self.assertEqual(values["holdfast_http_request_duration_seconds_count", '{route="rest"}'], 5)
            self.assertEqual(values["holdfast_http_requests_in_flight", ""], 1)
            self.assertGreaterEqual(values["holdfast_http_connections", ""], 1)
            self.assertEqual(values["holdfast_log_position", ""], 3)
            self.assertGreaterEqual(values["holdfast_group_commit_members_count", ""], 1)
            self.assertGreaterEqual(values["holdfast_commit_seconds_count", ""], 1)
            self.assertGreater(values["holdfast_commit_seconds_sum", ""], 0)
            self.assertGreater(values["holdfast_wal_pages", ""], 0)
            self.assertGreaterEqual(values["holdfast_readers", ""], 1)
            self.assertGreater(values["process_resident_memory_bytes", ""], 1e6)
            self.assertGreater(values["process_cpu_seconds_total", ""], 0)
            self.assertLess(abs(values["process_start_time_seconds", ""] - time.time()), 120)

    def test_streams_are_counted(self):
        with self.serving() as server:
            peer = self.connect(server)
            peer.sendall(f"GET /changes/v1?since=now HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\napikey: {self.key}"
                         "\r\n\r\n".encode())
            self.assertIn(b"text/event-stream", peer.recv(65536))
            streams = lambda: parse_metrics(self.get(server, "/metrics").body.decode())["holdfast_change_streams", ""]
            self.assertEqual(streams(), 1)
            peer.close()
            self.wait_until(lambda: streams() == 0, "the stream was given up")

    def test_are_for_this_machine_and_service_keys(self):
        publishable = self.verb("key", "create", "--kind", "publishable", "--json").json()["key"]
        proxied = "X-Forwarded-For: 203.0.113.7"
        with self.serving() as server:
            self.assertEqual(self.get(server, "/metrics", key=False).status, 200)
            self.assertEqual(self.get(server, "/metrics", proxied, key=False).status, 401)
            self.assertEqual(self.get(server, "/metrics", proxied, f"apikey: {publishable}", key=False).code(), "42501")
            self.assertEqual(self.get(server, "/metrics", proxied).status, 200)
        with self.serving("--metrics-public", "true") as server:
            self.assertEqual(self.get(server, "/metrics", proxied, key=False).status, 200)


class AccessLog(Http):
    def test_has_a_line_of_json_for_each_request(self):
        path = self.folder / "access.log"
        with self.serving("--access-log", path) as server:
            self.get(server, f"/rest/v1/labels?limit=1&apikey={self.key}", "User-Agent: test/1", "X-Request-Id: r-1", key=False)
            self.get(server, "/rest/v1/none", "X-Request-Id: r-2")
            peer = self.connect(server)
            peer.sendall(f"GET /changes/v1?since=now HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\napikey: {self.key}"
                         "\r\nX-Request-Id: r-3\r\n\r\n".encode())
            self.assertIn(b"text/event-stream", peer.recv(65536))
            server.stop()
        text = path.read_text()
        self.assertNotIn(self.key, text)
        lines = {line["id"]: line for line in map(json.loads, text.splitlines())}
        self.assertEqual(sorted(lines), ["r-1", "r-2", "r-3"])
        first = lines["r-1"]
        self.assertEqual((first["method"], first["path"], first["query"]), ("GET", "/rest/v1/labels", "limit=1&apikey=[hidden]"))
        self.assertEqual((first["status"], first["bytes"], first["role"], first["user_agent"], first["remote"]),
                         (200, 2, "service_role", "test/1", "127.0.0.1"))
        self.assertLess(first["duration_us"], 5_000_000)
        self.assertRegex(first["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(lines["r-2"]["status"], 404)
        self.assertGreater(lines["r-3"]["bytes"], 10)

    def test_a_file_that_cannot_be_opened_is_told_at_the_start(self):
        self.assert_refused(self.run_verb("serve", "--access-log", "/no/such/folder/log"), "58030", 1)


if __name__ == "__main__":
    unittest.main()
