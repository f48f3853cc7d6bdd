"""What a request can say: SQL in every field, wrong bytes, sizes beyond reason."""
import urllib.parse

from support import assert_answered, assert_refused, case, developer_id

INJECTIONS = ("'; DROP TABLE apps; --", '"; DROP TABLE apps; --', "1 OR 1=1", "') OR ('1'='1", "1; DELETE FROM apps", "apps; --",
              "x' UNION SELECT email FROM developers --", "/**/", "\\", "%27", "$1", "?1", ":a", "@a", "`", "][", "())", "(select 1)",
              "name::text; DROP TABLE apps", "sqlite_master", "hf_api_keys", "pg_catalog.pg_class", "hf_commits")


def quoted(text):
    return urllib.parse.quote(text, safe="", encoding="latin-1", errors="surrogatepass")


@case("SQL in every part of a read's URL changes and discloses nothing")
def injected_reads(server):
    for text in INJECTIONS:
        q = quoted(text)
        for target in (f"/rest/v1/{q}", f"/rest/v1/apps?select={q}", f"/rest/v1/apps?select=name,{q}(id)", f"/rest/v1/apps?select=x:{q}",
                       f"/rest/v1/apps?{q}=eq.1", f"/rest/v1/apps?name={q}.x", f"/rest/v1/apps?name=eq.{q}", f"/rest/v1/apps?name=in.({q})",
                       f"/rest/v1/apps?order={q}", f"/rest/v1/apps?order=name.{q}", f"/rest/v1/apps?limit={q}", f"/rest/v1/apps?offset={q}",
                       f"/rest/v1/apps?or=(name.eq.{q})", f"/rest/v1/apps?and=({q})", f"/rest/v1/apps?tags=cs.{q}", f"/rest/v1/apps?name=wfts({q}).x",
                       f"/rest/v1/apps?name->>{q}=eq.1", f"/rest/v1/apps?select=name::{q}", f"/rest/v1/rpc/{q}", f"/rest/v1/rpc/search_apps?{q}=1",
                       f"/rest/v1/rpc/search_apps?query={q}&limit=3", f"/rest/v1/apps?apps.{q}=1", f"/changes/v1?table={q}&limit=5",
                       f"/changes/v1?since={q}", f"/{q}"):
            reply = server.request("GET", target, key=server.publishable)
            assert_answered(reply)
            assert b"ada@example.org" not in reply.body and b"CREATE TABLE" not in reply.body, (target, reply.body[:300])


@case("SQL in every part of a write is refused, or lands nowhere")
def injected_writes(server):
    for text in INJECTIONS:
        q = quoted(text)
        row = {"developer_id": developer_id(99), "package_id": text, "name": text}  # no such developer
        for target in ("/rest/v1/apps", f"/rest/v1/apps?on_conflict={q}", f"/rest/v1/apps?columns={q}", f"/rest/v1/{q}", f"/rest/v1/apps?select={q}"):
            assert_refused(server.request("POST", target, row, [("Prefer", "return=representation,resolution=merge-duplicates")]))
        assert_refused(server.request("POST", "/rest/v1/apps", {text: text}))
        assert_answered(server.request("PATCH", f"/rest/v1/apps?package_id=eq.{q}", {"name": text}))
        assert_answered(server.request("DELETE", f"/rest/v1/apps?package_id=eq.{q}"))
        assert_refused(server.request("DELETE", f"/rest/v1/apps?{q}=eq.1"))
        assert_refused(server.request("POST", f"/rest/v1/rpc/{q}", {text: text}))


@case("SQL and wrong bytes in every header are refused, or ignored")
def injected_headers(server):
    for text in (*INJECTIONS, "\xff\xfe", "\xc0\xaf", "x" * 4000):
        for name in ("Prefer", "Accept", "Accept-Profile", "Content-Profile", "Range", "Range-Unit", "If-None-Match", "Origin", "X-Request-Id",
                     "Accept-Encoding", "Last-Event-ID", "X-Client-Info", "Content-Type"):
            assert_answered(server.request("GET", "/rest/v1/apps?limit=1", headers=[(name, text)]))
        assert_refused(server.request("GET", "/rest/v1/apps", key=text), 401)
        assert_refused(server.request("GET", "/rest/v1/apps", headers=[("Authorization", f"Bearer {text}")]), 401)


@case("URLs with bytes that are no UTF-8, NUL or broken percent signs are refused")
def wrong_bytes_in_urls(server):
    for raw in ("%ff", "%c0%af", "%ed%a0%80", "%00", "a%00b", "%", "%4", "%zz", "\xff", "%e2%82"):
        for target in (f"/rest/v1/apps?name=eq.{raw}", f"/rest/v1/apps?{raw}=eq.1", f"/rest/v1/apps?select={raw}", f"/rest/v1/{raw}",
                       f"/rest/v1/apps?name=in.({raw},b)", f"/rest/v1/apps?order={raw}", f"/rest/v1/rpc/search_apps?query={raw}",
                       f"/rest/v1/apps?name=match.{raw}", f"/rest/v1/apps?name=wfts.{raw}", f"/changes/v1?table={raw}"):
            assert_answered(server.request("GET", target))


@case("very long URLs and headers are refused with 414 and 431")
def long_heads(server):
    for size in (20_000, 200_000, 5_000_000):
        reply = server.request("GET", "/rest/v1/apps?name=eq." + "x" * size)
        assert not reply.raw or reply.status in (414, 431), reply.raw[:200]
        reply = server.request("GET", "/rest/v1/apps", headers=[("X-Long", "y" * size)])
        assert not reply.raw or reply.status == 431, reply.raw[:200]


@case("a flood of headers is refused with 431")
def many_headers(server):
    reply = server.request("GET", "/rest/v1/apps", headers=[(f"X-{i}", "1") for i in range(100_000)])
    assert not reply.raw or reply.status == 431, reply.raw[:200]


def long_get(server, query):
    """A read whose URL is as long as this server takes; the rest goes the way of long lists, into a function's body."""
    return server.request("GET", f"/rest/v1/apps?{query}")


@case("as many filters as a URL takes, and 10,000, are answered or refused")
def many_filters(server):
    for count in (100, 400, 10_000):
        assert_answered(long_get(server, "limit=1&" + "&".join("name=neq.x" for _ in range(count))))
        assert_answered(long_get(server, "limit=1&or=(" + ",".join("name.eq.x" for _ in range(count)) + ")"))
        assert_answered(long_get(server, "limit=1&order=" + ",".join("name" for _ in range(count))))


@case("deep logic trees, embeds and JSON paths are answered or refused")
def deep_requests(server):
    for depth in (10, 60, 65, 500, 2000):
        assert_answered(long_get(server, "limit=1&or=" + "(and(" * depth + "name.eq.x" + "))" * depth))
        assert_answered(long_get(server, "limit=1&not.or=(" + "not.and(" * depth + "name.eq.x" + ")" * (depth + 1)))
        nested = "".join("developers(apps(" for _ in range(depth)) + "id" + "))" * depth
        assert_answered(long_get(server, f"limit=1&select={nested}"))
        assert_answered(long_get(server, "limit=1&select=" + "tags" + "->a" * depth))
        assert_answered(long_get(server, "limit=1&select=" + "(" * depth))


@case("selects of a thousand columns, embeds and casts are answered or refused")
def wide_selects(server):
    for count in (300, 1000, 3000):
        assert_answered(long_get(server, "limit=1&select=" + ",".join(f"c{i}:name" for i in range(count))))
        assert_answered(long_get(server, "limit=1&select=" + ",".join("*" for _ in range(count))))
        assert_answered(long_get(server, "limit=1&select=" + ",".join(f"e{i}:developers(id)" for i in range(min(count, 500)))))
        assert_answered(long_get(server, "limit=1&select=" + ",".join("name::text" for _ in range(count))))


@case("lists of thousands of values are answered")
def long_lists(server):
    for count in (500, 3000):
        assert_answered(long_get(server, "select=id&limit=1&name=in.(" + ",".join("x" for _ in range(count)) + ")"))
        assert_answered(long_get(server, "select=id&limit=1&name=eq(any).{" + ",".join("x" for _ in range(count)) + "}"))
    rows = [{"id": developer_id(500_000 + i), "name": "x"} for i in range(20_000)]
    assert_refused(server.request("POST", "/rest/v1/developers?on_conflict=id", rows, [("Prefer", "resolution=ignore-duplicates")]), 400)


@case("regular expressions that explode elsewhere end in time")
def patterns(server):
    for pattern in ("(a*)*b", "(a|a)*b", "(a|aa)%2Bb", "(((((a*)*)*)*)*)*b", "(.*)(.*)(.*)(.*)(.*)b$", "a{1000}{1000}", "(x{1000}){1000}",
                    "[" * 500, "(" * 2000, "\\\\" * 999, "(?i)" * 300, "a" * 5000):
        for operator in ("match", "imatch"):
            assert_answered(server.request("GET", f"/rest/v1/apps?select=id&limit=1&description={operator}.{pattern}", timeout=40))
    for pattern in ("*".join("n" for _ in range(60)), "*" * 3000, "_" * 3000, "*a" * 1000):
        for operator in ("like", "ilike"):
            assert_answered(server.request("GET", f"/rest/v1/apps?select=id&limit=1&description={operator}.{pattern}", timeout=40))


@case("text queries beyond reason are answered or refused")
def text_queries(server):
    for text in ("a " * 3000, "(" * 3000, '"' * 999, "-" * 3000, "a or " * 1500, "x" * 6000, "!" * 3000, "a:*" * 1000, "a<->" * 1000):
        for operator in ("fts", "plfts", "phfts", "wfts"):
            assert_answered(server.request("GET", f"/rest/v1/apps?select=id&id=lt.{developer_id(10_050)}&description={operator}.{quoted(text)}", timeout=40))
        assert_answered(server.request("GET", f"/rest/v1/rpc/search_apps?limit=1&query={quoted(text)}", timeout=40))


@case("limits, offsets and ranges beyond every number are answered or refused")
def huge_numbers(server):
    for number in ("0", "-1", "9223372036854775807", "9223372036854775808", "9" * 300, "1e9", "0x10", "NaN", ""):
        assert_answered(server.request("GET", f"/rest/v1/apps?select=id&limit={number}"))
        assert_answered(server.request("GET", f"/rest/v1/apps?select=id&limit=1&offset={number}"))
        assert_answered(server.request("GET", "/rest/v1/apps?select=id&limit=1", headers=[("Range", f"{number}-{number}"), ("Range-Unit", "items")]))
        assert_answered(server.request("GET", f"/changes/v1?since={number}&limit=1"))
        assert_answered(server.request("GET", f"/changes/v1?since=0&limit={number}"))
        assert_answered(server.request("GET", f"/rest/v1/app_versions?select=id&limit=1&version_code=eq.{number}"))
        assert_answered(server.request("GET", f"/rest/v1/app_versions?select=id&limit=1&package_size=lt.{number}"))


@case("methods, versions and targets that are none are refused")
def odd_requests(server):
    for line in ("BREW / HTTP/1.1", "GET / HTTP/9.9", "GET  / HTTP/1.1", "GET / ", "G\0T / HTTP/1.1", "GET * HTTP/1.1",
                 "CONNECT example.org:443 HTTP/1.1", "GET ../../etc/passwd HTTP/1.1", "GET /page/../../etc/passwd HTTP/1.1",
                 "GET /page/%2e%2e%2fsecrets.json HTTP/1.1", "\x16\x03\x01\x02\x00\x01", "PRI * HTTP/2.0"):
        answer = server.exchange(line.encode("latin-1") + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert not answer or answer.split(b" ")[1][:1] == b"4", (line, answer[:200])
        assert b"root:" not in answer
