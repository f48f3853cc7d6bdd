"""Bodies: too large, too deep, wrong bytes, wrong framing."""
import json

from support import MIB, assert_answered, assert_refused, case, developer_id, read_all

POST_APPS = ("POST", "/rest/v1/apps")


def app(**more):
    return {"developer_id": developer_id(1), "package_id": "org.example.hostile", "name": "x", **more}


@case("JSON 10,000 deep is refused, as arrays, as objects, cut off, and in a column")
def deep_json(server):
    for text in (b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 10_000, b'{"a":' * 10_000):
        assert_refused(server.request(*POST_APPS, text), 400, 422)
    inside = b'{"telemetry":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    assert_refused(server.request(*POST_APPS, inside), 400, 422)
    event = b'{"app_id":"a","device_id":"b","event_type":"c","event_data":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    assert_refused(server.request("POST", "/rest/v1/telemetry_events", event), 400, 422)
    assert_refused(server.request("GET", "/rest/v1/apps?tags=cs." + "[" * 5000 + "]" * 5000), 400, 414)


@case("a body of 100 MB is refused with 413 as soon as its length is known, and is not read")
def large_length(server):
    before = server.resident_mib()
    with server.connect() as peer:
        peer.sendall(server.head(*POST_APPS, [("Content-Length", 100 * MIB), ("Content-Type", "application/json")]) + b"\r\n")
        answer = read_all(peer)  # not one byte of the body was sent
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]
    assert b"HF006" in answer, answer[:400]
    assert server.resident_mib() < before + 8


@case("100 MB in chunks are refused with 413 at the limit")
def large_chunks(server):
    chunk = b"100000\r\n" + b" " * MIB + b"\r\n"
    with server.connect() as peer:
        sent = 0
        try:
            peer.sendall(server.head(*POST_APPS, [("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]) + b"\r\n")
            while sent < 100:
                peer.sendall(chunk)
                sent += 1
        except OSError:
            pass
        assert sent < 60, "the server went on reading"
        assert b" 413 " in read_all(peer)[:20] or sent < 60


@case("eight bodies at the limit at once are refused or answered, and their memory comes back")
def bodies_at_the_limit(server):
    body = b'[{"name": "' + b"x" * (15 * MIB) + b'"}]'
    peers = [server.connect(60) for _ in range(8)]
    for peer in peers:
        try:
            peer.sendall(server.head(*POST_APPS, [("Content-Length", len(body)), ("Content-Type", "application/json"), ("Connection", "close")]) + b"\r\n" + body)
        except OSError:
            pass  # refused while it was sent
    for peer in peers:
        with peer:
            answer = read_all(peer)
        assert not answer or answer.split(b" ")[1] in (b"400", b"413", b"503"), answer[:300]


@case("a body of ten million commas, brackets or digits is refused")
def many_tokens(server):
    for text in (b"[" + b"," * 10_000_000, b"[" + b"{}," * 3_000_000 + b"1]", b"9" * 10_000_000, b'{"a":' + b"1" * 5_000_000 + b"}"):
        assert_refused(server.request(*POST_APPS, text), 400, 403, 413, 422, 503)


@case("UTF-8 that is none is refused in JSON, CSV and forms")
def wrong_utf8_in_bodies(server):
    for wrong in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82"):
        text = json.dumps(app()).encode().replace(b'"x"', b'"' + wrong + b'"')
        assert_refused(server.request(*POST_APPS, text), 400)
        csv = b"developer_id,package_id,name\n" + developer_id(1).encode() + b",org.example.hostile," + wrong + b"\n"
        assert_refused(server.request(*POST_APPS, csv, [("Content-Type", "text/csv")]), 400)
        form = b"name=" + wrong
        assert_refused(server.request(*POST_APPS, form, [("Content-Type", "application/x-www-form-urlencoded")]), 400, 409)
        name = b'{"' + wrong + b'": 1}'
        assert_refused(server.request(*POST_APPS, name), 400)


@case("NUL and lone surrogates are refused in text and in jsonb")
def nul(server):
    for text in ("\0", "a\0b"):
        assert_refused(server.request(*POST_APPS, app(name=text)), 400)
        assert_refused(server.request("POST", "/rest/v1/telemetry_events",
                                      {"app_id": "a", "device_id": "b", "event_type": "c", "event_data": {"k": text}}), 400)
    assert_refused(server.request(*POST_APPS, b'{"name": "\\ud800"}'), 400)
    assert_refused(server.request(*POST_APPS, b'{"name": "a\0b"}'), 400)
    assert_refused(server.request(*POST_APPS, b"name\na\0b\n", [("Content-Type", "text/csv")]), 400, 409)


@case("numbers beyond every type are refused")
def huge_numbers(server):
    for number in ("9" * 400, "-" + "9" * 400, "1e400", "1e-999999999", "9223372036854775808", "1" + "0" * 100_000):
        body = b'{"app_id":"%s","version_name":"1","package_url":"x","signature":"x","package_size":1,"version_code":%s}' % (
            developer_id(10_000).encode(), number.encode())
        assert_refused(server.request("POST", "/rest/v1/app_versions", body), 400, 422)


@case("rows with a thousand unknown columns, and objects with the same key ten thousand times")
def many_columns(server):
    assert_refused(server.request(*POST_APPS, {f"c{i}": i for i in range(1000)}), 400)
    assert_refused(server.request(*POST_APPS, b"{" + b",".join(b'"name":"x"' for _ in range(10_000)) + b"}"), 400, 409)
    assert_refused(server.request(*POST_APPS, b",".join(b"c%d" % i for i in range(5000)) + b"\n1\n", [("Content-Type", "text/csv")]), 400)


@case("broken chunks are refused with 400")
def broken_chunks(server):
    head = server.head(*POST_APPS, [("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]) + b"\r\n"
    for body in (b"xyz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"5\r\nabc", b"3\r\nabcde\r\n0\r\n\r\n", b"\r\n\r\n", b"0x5\r\nabcde\r\n",
                 b"1;" + b"e" * 100_000 + b"\r\n"):
        with server.connect() as peer:
            peer.sendall(head + body)
            peer.shutdown(1)
            answer = read_all(peer)
        assert not answer or answer.split(b" ")[1] in (b"400", b"431"), (body[:30], answer[:300])


@case("Content-Length beside Transfer-Encoding, twice, negative, or not a number is refused")
def smuggling(server):
    for headers in ([("Content-Length", 4), ("Transfer-Encoding", "chunked")], [("Content-Length", 4), ("Content-Length", 5)],
                    [("Content-Length", -1)], [("Content-Length", "4x")], [("Content-Length", "99999999999999999999999")],
                    [("Transfer-Encoding", "gzip, chunked")], [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")]):
        answer = server.exchange(server.head(*POST_APPS, headers) + b"\r\n0\r\n\r\n")
        assert answer.split(b" ")[1] in (b"400", b"413"), (headers, answer[:200])


@case("content types and encodings that are not there are refused")
def content_types(server):
    for kind in ("text/html", "application/json; charset=\xff", "x" * 5000, "\x01"):
        assert_answered(server.request(*POST_APPS, b"nonsense", [("Content-Type", kind)]))
    assert_refused(server.request(*POST_APPS, b"\x1f\x8b\x08" + b"\0" * 50, [("Content-Encoding", "gzip")]))
