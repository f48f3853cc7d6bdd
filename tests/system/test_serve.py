import json
import os
import pathlib
import signal
import socket
import stat
import threading
import time
import unittest

from support import SystemTest

NOBODY = 65534


def ask_as_nobody(path):
    """What a process of another user gets back from the socket, asked in a child of ours."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(str(path))
                peer.sendall(b'{"verb":"key.list","arguments":{}}\n')
                answer = peer.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
        except OSError as problem:
            answer = repr(problem).encode()
        os.write(theirs, b"answer:" + answer)
        os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    answer = os.read(ours, 1000)
    os.close(ours)
    return answer


class Serve(SystemTest):
    def setUp(self):
        super().setUp()
        self.verb("migrate", "up")
        self.socket = self.data / "holdfast.sock"

    def ask(self, line):
        """One line to the control socket; the lines that come back."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(20)
            peer.connect(str(self.socket))
            peer.sendall(line.encode() + b"\n")
            return [json.loads(text) for text in peer.makefile()]

    def wait_until_ready(self, server):
        """Ready comes when the text indexes have been built for the first time."""
        deadline = time.monotonic() + 20
        while server.request("/health/ready")[0] != 200:
            self.assertLess(time.monotonic(), deadline, "the server did not become ready")
            time.sleep(0.02)

    def test_serves_and_stops_gracefully_on_sigterm_and_sigint(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.serving() as server:
                self.assertEqual(server.request("/health/live")[0], 200)
                self.wait_until_ready(server)
                self.assertEqual(server.stop(how), 0)
            self.assertFalse(self.socket.exists())
            self.verb("key", "list")

    def test_a_second_server_and_its_verbs_find_the_folder_taken(self):
        with self.serving() as server:
            answer = self.run_verb("serve", "--listen", "127.0.0.1:0")
            self.assert_refused(answer, "HF002", 3)
            self.assertIn(f"Process {server.process.pid} ", answer.err)

    def test_an_address_in_use_is_refused(self):
        with self.serving() as server:
            address = server.url.removeprefix("http://")
            answer = self.run_verb("serve", "--listen", address, "--data", self.folder / "other", "--blueprint",
                                   self.blueprint, "--migrate", options=False)
            self.assert_refused(answer, "58030", 1)

    def test_pending_migrations_keep_it_from_serving(self):
        self.write_migration("003_more", "CREATE TABLE more (id integer PRIMARY KEY);", "DROP TABLE more;")
        answer = self.run_verb("serve", "--listen", "127.0.0.1:0")
        self.assert_refused(answer, "HF019", 3)
        self.assertIn("holdfast migrate up", answer.err)
        with self.serving("--migrate") as server:
            self.assertEqual(server.stop(), 0)
        self.assertEqual(self.verb("migrate", "status", "--json").json()["pending"], 0)

    def test_verbs_reach_the_server_through_its_socket(self):
        with self.serving() as server:
            key = self.verb("key", "create", "--kind", "service", "--json").json()["key"]
            self.assertEqual(server.request("/rest/v1/notes", apikey=key), (200, []))
            self.assertEqual(self.verb("sql", "--json", "SELECT count(*) AS n FROM notes").json(), [{"n": 0}])
            self.assertEqual(self.verb("doctor", "--json").json()["verdict"], "ok")
            self.assertEqual(self.run_verb("sql", "SELECT nonsense").code, 1)
            self.verb("migrate", "verify")

    def test_a_migration_through_the_socket_is_served_at_once(self):
        with self.serving() as server:
            key = self.verb("key", "create", "--kind", "service", "--json").json()["key"]
            self.assertEqual(server.request("/rest/v1/colours", apikey=key)[0], 404)
            self.write_migration("003_colours", "CREATE TABLE colours (name text PRIMARY KEY);\n"
                                 "GRANT ALL ON colours TO service_role;", "DROP TABLE colours;")
            self.verb("migrate", "up")
            status, _ = server.request("/rest/v1/colours", "POST", {"name": "red"}, apikey=key)
            self.assertEqual(status, 201)
            self.verb("migrate", "down")
            self.assertEqual(server.request("/rest/v1/colours", apikey=key)[0], 404)

    def test_migrating_another_blueprint_than_the_servers_is_refused(self):
        with self.serving():
            answer = self.run_verb("migrate", "up", "--data", self.data, "--blueprint", "dev-portal", options=False)
            self.assert_refused(answer, "HF010", 2)

    def test_the_socket_is_its_owners_alone(self):
        with self.serving():
            mode = os.stat(self.socket).st_mode
            self.assertTrue(stat.S_ISSOCK(mode))
            self.assertEqual(stat.S_IMODE(mode), 0o600)
            if os.geteuid() == 0:  # only root can try as somebody else
                for path, opened in ((self.folder, 0o755), (self.data, 0o711), (self.socket, 0o666)):
                    os.chmod(path, opened)
                self.assertEqual(ask_as_nobody(self.socket), b"answer:")

    def test_what_is_no_request_is_answered_with_an_error(self):
        with self.serving():
            for line in ("", "nonsense", "[]", "{}", '{"verb":1,"arguments":{}}', '{"verb":"sql"}',
                         '{"verb":"none","arguments":{}}', '{"verb":"key.list","arguments":{"x":1}}',
                         '{"verb":"sql","arguments":{"query":7}}', '{"verb":"sql","arguments":{"query":{}}}'):
                replies = self.ask(line)
                self.assertEqual(len(replies), 1, line)
                self.assertEqual(replies[0]["error"]["code"], "HF010", line)
            self.assertEqual(self.ask('{"verb":"key.list","arguments":{}}'), [{"result": []}])

    def test_clients_that_say_nothing_or_leave_do_not_hold_it_up(self):
        with self.serving() as server:
            silent = [socket.socket(socket.AF_UNIX) for _ in range(5)]
            for peer in silent:
                peer.connect(str(self.socket))
            leaving = socket.socket(socket.AF_UNIX)
            leaving.connect(str(self.socket))
            leaving.sendall(b'{"verb":"doctor","arguments":{}}\n')
            leaving.close()
            self.verb("key", "list")
            self.assertEqual(server.stop(), 0)
            for peer in silent:
                peer.close()

    def test_many_verbs_at_a_time_are_all_answered(self):
        with self.serving():
            answers = []
            threads = [threading.Thread(target=lambda: answers.append(self.run_verb("key", "create", "--kind",
                                                                                    "service", "--json").code))
                       for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(answers, [0] * 12)
            self.assertEqual(len(self.verb("key", "list", "--json").json()), 12)

    def test_after_a_kill_verbs_and_servers_go_on(self):
        with self.serving() as server:
            self.verb("sql", "--write", "INSERT INTO labels VALUES ('kept')")
            server.stop(signal.SIGKILL)
            self.assertTrue(self.socket.exists())
            self.assertEqual(self.verb("sql", "--json", "SELECT name FROM labels").json(), [{"name": "kept"}])
        with self.serving() as server:
            self.verb("key", "list")
            self.assertEqual(server.stop(), 0)

    def test_a_data_folder_with_a_long_path_has_a_socket_too(self):
        self.data = self.folder / ("x" * 120) / "data"
        self.verb("migrate", "up")
        with self.serving():
            self.assertTrue(pathlib.Path(self.data / "holdfast.sock").exists())
            self.verb("key", "list")

    def test_log_lines_are_json_where_that_is_set(self):
        with self.serving("--log-format", "json") as server:
            server.process.send_signal(signal.SIGTERM)
            _, log = server.process.communicate(timeout=30)
        for line in log.splitlines():
            self.assertIn("message", json.loads(line))


if __name__ == "__main__":
    unittest.main()
