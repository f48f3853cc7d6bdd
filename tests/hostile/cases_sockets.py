"""Clients that are slow, silent, gone, or far too many."""
import contextlib
import resource
import socket
import struct
import time

from support import APPS, DESCRIPTION_BYTES, Reply, case, read_all

IDLE = 5000


def few_descriptors(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def vanish(peer):
    """Closes with a reset: what a client that lost its network looks like later."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


@case("5,000 idle connections do not slow a read")
def idle_connections(server):
    few_descriptors(IDLE + 200)
    with contextlib.ExitStack() as kept:
        for _ in range(IDLE):
            kept.enter_context(server.connect())
        slowest = max(server.check_alive() for _ in range(50))
        assert slowest < 1.0, f"a read beside {IDLE} idle connections took {slowest:.2f} s"


@case("2,000 connections that have begun a request do not slow a read")
def begun_requests(server):
    few_descriptors(2200)
    with contextlib.ExitStack() as kept:
        for _ in range(2000):
            peer = kept.enter_context(server.connect())
            peer.sendall(b"GET /rest/v1/apps HTTP/1.1\r\nHost: localhost\r\nX-Begun: ")
        slowest = max(server.check_alive() for _ in range(50))
        assert slowest < 1.0, f"{slowest:.2f} s"


@case("a request that drips in is cut off with 408")
def slowloris(server):
    with server.connect(40) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        peer.settimeout(0.2)
        answer = b""
        while not answer and time.monotonic() < began + 25:
            with contextlib.suppress(OSError):
                peer.sendall(b"X: y\r\n"[:1])
            try:
                answer = peer.recv(1000)
                break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 20, "it was left to drip"
        assert not answer or b" 408 " in answer[:20], answer[:100]


@case("slow readers of large answers do not fill the memory, and what they get is whole")
def slow_readers(server):
    size = APPS * DESCRIPTION_BYTES
    peers = []
    for _ in range(60):
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.settimeout(60)
        peer.connect(("127.0.0.1", server.port))
        peer.sendall(server.head("GET", "/rest/v1/apps?select=description", [("Connection", "close")]) + b"\r\n")
        peers.append(peer)
    server.check_alive()
    for peer in peers[3:]:
        peer.recv(100)
        vanish(peer)
    whole = 0
    for peer in peers[:3]:
        with peer:
            reply = Reply(read_all(peer))
        assert reply.status in (200, 503), reply.raw[:200]
        if reply.status == 200:
            assert len(reply.json()) == APPS and len(reply.body) > size
            whole += 1
    assert whole > 0, "nobody was served"


@case("pipelined reads that nobody reads the answers of do not fill the memory")
def pipelined_flood(server):
    one = server.head("GET", "/rest/v1/apps?select=description&limit=200") + b"\r\n"
    peers = []
    for _ in range(10):
        peer = server.connect(5)
        peer.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(2000):
                peer.send(one)
        peers.append(peer)
    server.check_alive()
    for peer in peers:
        vanish(peer)


@case("ten thousand pipelined requests are all answered, in order")
def pipelined_answers(server):
    count = 10_000
    request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with server.connect() as peer:
        answered, sent, data = 0, 0, b""
        while answered < count:
            if sent < count:
                peer.sendall(request * 100)
                sent += 100
            data += peer.recv(1 << 20)
            answered += data.count(b"HTTP/1.1 200 OK\r\n")
            data = data[-16:] if not data.endswith(b"HTTP/1.1 200 OK\r\n") else b""
        assert answered == count


@case("500 clients that vanish in the middle of a body leave nothing behind")
def vanishing_clients(server):
    for _ in range(500):
        peer = server.connect()
        peer.sendall(server.head("POST", "/rest/v1/apps", [("Content-Length", 1 << 20), ("Content-Type", "application/json")]) + b"\r\n" + b"[" * 5000)
        vanish(peer)


@case("300 clients that vanish before their answer leave nothing behind")
def vanishing_readers(server):
    for _ in range(300):
        peer = server.connect()
        peer.sendall(server.head("GET", "/rest/v1/apps?select=id,name&limit=500") + b"\r\n")
        vanish(peer)


@case("a client that closed its half is still answered")
def half_closed(server):
    with server.connect() as peer:
        peer.sendall(server.head("GET", "/rest/v1/apps?select=name&limit=1") + b"\r\n")
        peer.shutdown(socket.SHUT_WR)
        answer = read_all(peer)
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:100]


@case("many bodies begun and never ended are bounded")
def begun_bodies(server):
    few_descriptors(500)
    with contextlib.ExitStack() as kept:
        for _ in range(60):
            peer = kept.enter_context(server.connect(2))
            with contextlib.suppress(OSError):
                peer.sendall(server.head("POST", "/rest/v1/apps", [("Content-Length", 15 << 20), ("Content-Type", "application/json")]) + b"\r\n" + b" " * (8 << 20))
        server.check_alive()


@case("three thousand connections come and go")
def connection_churn(server):
    for _ in range(3000):
        server.connect().close()
