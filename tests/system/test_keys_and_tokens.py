import base64
import json
import os
import stat
import unittest

from support import OTHER, USER, SystemTest


class Keys(SystemTest):
    def test_keys_are_made_listed_and_revoked(self):
        key = self.verb("key", "create", "--kind", "publishable", "--name", "web", "--json").json()["key"]
        self.assertRegex(key, r"^hf_pub_[0-9A-Za-z]{43}$")
        service = self.verb("key", "create", "--kind", "service").out.strip()
        self.assertRegex(service, r"^hf_svc_[0-9A-Za-z]{43}$")
        first, second = self.verb("key", "list", "--json").json()
        self.assertEqual((first["name"], first["prefix"], first["revoked_at"]), ("web", key[:15], None))
        self.assertEqual(second["kind"], "service")
        self.verb("key", "revoke", key[:15])
        self.verb("key", "revoke", second["id"])
        self.assertTrue(all(k["revoked_at"] for k in self.verb("key", "list", "--json").json()))

    def test_keys_are_shown_once_and_stored_hashed(self):
        key = self.verb("key", "create", "--kind", "service", "--json").json()["key"]
        self.assertNotIn(key[15:], self.verb("key", "list").out)
        for file in self.data.iterdir():
            if file.is_file():
                self.assertNotIn(key[15:].encode(), file.read_bytes(), file.name)

    def test_wrong_kinds_and_unknown_keys_are_refused(self):
        self.assert_refused(self.run_verb("key", "create", "--kind", "admin"), "HF010", 2)
        self.assert_refused(self.run_verb("key", "revoke", "hf_pub_00000000"), "HF008", 1)

    def test_the_data_folder_is_its_owners_alone(self):
        self.verb("key", "list")
        self.assertEqual(stat.S_IMODE(os.stat(self.data).st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(os.stat(self.data / "secrets.json").st_mode), 0o600)
        os.chmod(self.data, 0o755)
        self.assert_refused(self.run_verb("key", "list"), "HF001", 2)
        os.chmod(self.data, 0o700)
        os.chmod(self.data / "secrets.json", 0o644)
        self.assert_refused(self.run_verb("key", "list"), "HF001", 2)

    def test_damaged_secrets_are_refused_and_kept(self):
        self.verb("key", "list")
        (self.data / "secrets.json").write_text("{")
        self.assert_refused(self.run_verb("key", "list"), "HF012", 1)
        self.assertEqual((self.data / "secrets.json").read_text(), "{")


class Tokens(SystemTest):
    def claims(self, token):
        return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))

    def test_tokens_say_who_and_until_when(self):
        answer = self.verb("token", "create", "--sub", USER, "--role", "authenticated", "--ttl", "15m", "--json").json()
        claims = self.claims(answer["token"])
        self.assertEqual((claims["sub"], claims["role"], answer["expires_in"]), (USER, "authenticated", 900))
        self.assertEqual(claims["exp"] - claims["iat"], 900)
        self.assertEqual(self.claims(self.verb("token", "create", "--sub", USER).out.strip())["role"], "authenticated")

    def test_the_audience_of_the_settings_is_in_them(self):
        token = self.verb("token", "create", "--sub", USER, env={"HOLDFAST_JWT_AUDIENCE": "api"}).out.strip()
        self.assertEqual(self.claims(token)["aud"], "api")

    def test_wrong_subjects_roles_and_times_are_refused(self):
        for wrong in (["--sub", "me"], ["--sub", USER, "--role", "holdfast"], ["--sub", USER, "--ttl", "0s"],
                      ["--sub", USER, "--ttl", "soon"], ["--sub", USER, "--ttl", "9999d"]):
            self.assert_refused(self.run_verb("token", "create", *wrong), "HF010", 2)


class Credentials(SystemTest):
    """Keys and tokens where they count: on requests to a server."""

    def setUp(self):
        super().setUp()
        self.verb("migrate", "up")
        self.publishable = self.verb("key", "create", "--kind", "publishable", "--json").json()["key"]
        self.service = self.verb("key", "create", "--kind", "service", "--json").json()["key"]

    def bearer(self, subject, *options):
        return "Bearer " + self.verb("token", "create", "--sub", subject, *options).out.strip()

    def test_policies_let_a_user_see_and_write_their_own_rows_only(self):
        with self.serving() as server:
            mine, theirs = self.bearer(USER), self.bearer(OTHER)
            note = {"owner": USER, "body": "mine"}
            status, _ = server.request("/rest/v1/notes", "POST", note, apikey=self.publishable, Authorization=mine)
            self.assertEqual(status, 201)
            status, refused = server.request("/rest/v1/notes", "POST", note, apikey=self.publishable, Authorization=theirs)
            self.assertEqual((status, refused["code"]), (403, "42501"))
            for authorization, seen in ((mine, 1), (theirs, 0)):
                _, rows = server.request("/rest/v1/notes", apikey=self.publishable, Authorization=authorization)
                self.assertEqual(len(rows), seen)
            status, rows = server.request("/rest/v1/notes", apikey=self.service)
            self.assertEqual((status, len(rows)), (200, 1))

    def test_bad_credentials_are_refused(self):
        with self.serving() as server:
            good = self.bearer(USER)
            header, payload, signature = good.removeprefix("Bearer ").split(".")
            cases = [({}, "PGRST302"), ({"apikey": "hf_pub_" + "0" * 43}, "HF007"),
                     ({"apikey": self.publishable, "Authorization": "Bearer nonsense"}, "PGRST301"),
                     ({"apikey": self.publishable, "Authorization": good[:-8] + "AAAAAAAA"}, "PGRST301"),
                     ({"apikey": self.publishable, "Authorization": f"Bearer {header}.{payload}."}, "PGRST301")]
            for headers, code in cases:
                status, answer = server.request("/rest/v1/notes", **headers)
                self.assertEqual((status, answer["code"]), (401, code), headers)
            self.assertNotEqual(signature, "")

    def test_a_key_revoked_while_the_server_runs_is_refused_at_once(self):
        with self.serving() as server:
            self.assertEqual(server.request("/rest/v1/notes", apikey=self.service)[0], 200)
            self.verb("key", "revoke", self.service[:15])
            status, answer = server.request("/rest/v1/notes", apikey=self.service)
            self.assertEqual((status, answer["code"]), (401, "HF007"))


if __name__ == "__main__":
    unittest.main()
