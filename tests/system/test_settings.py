import unittest

from support import ROOT, SystemTest


class Settings(SystemTest):
    def list_keys(self, *arguments, **how):
        return self.run_verb("key", "list", *arguments, **how)

    def test_committed_references_are_what_the_program_says(self):
        self.assertEqual(self.run_verb("settings", "--markdown", options=False).out,
                         (ROOT / "docs/reference/settings.md").read_text())
        self.assertEqual(self.run_verb("settings", "--env", options=False).out, (ROOT / ".env.example").read_text())

    def test_an_unknown_setting_is_an_error_with_file_and_line(self):
        (self.folder / "holdfast.yaml").write_text("# ours\nlog_level: info\nmax_rwos: 3\n")
        answer = self.list_keys()
        self.assert_refused(answer, "HF001", 2)
        self.assertIn("holdfast.yaml:3", answer.err)
        self.assertIn("max_rows", answer.err)

    def test_a_wrong_value_is_an_error_with_its_place(self):
        (self.folder / "other.yaml").write_text("max_rows: many\n")
        answer = self.list_keys("--config", "other.yaml")
        self.assert_refused(answer, "HF001", 2)
        self.assertIn("other.yaml:1", answer.err)
        answer = self.list_keys(env={"HOLDFAST_MAX_ROWS": "many"})
        self.assert_refused(answer, "HF001", 2)
        self.assertIn("environment HOLDFAST_MAX_ROWS", answer.err)
        answer = self.run_verb("serve", "--max-rows", "many")
        self.assert_refused(answer, "HF001", 2)
        self.assertIn("--max-rows", answer.err)

    def test_a_file_that_is_named_must_be_there(self):
        self.assert_refused(self.list_keys("--config", "none.yaml"), "HF001", 2)

    def test_flags_win_over_environment_over_file(self):
        (self.folder / "holdfast.yaml").write_text("data: from-file\nblueprint: ./notebook\n")
        for env, flags, wanted in (({}, [], "from-file"), ({"HOLDFAST_DATA": "from-env"}, [], "from-env"),
                                   ({"HOLDFAST_DATA": "from-env"}, ["--data", "from-flag"], "from-flag")):
            self.verb("key", "list", *flags, options=False, env=env)
            self.assertTrue((self.folder / wanted / "holdfast.db").exists(), wanted)

    def test_postgresql_is_refused_in_this_release(self):
        for how in ({"env": {"DATABASE_URL": "postgres://localhost/x"}}, {}):
            flags = [] if how else ["--database-url", "postgres://localhost/x"]
            answer = self.list_keys(*flags, **how)
            self.assert_refused(answer, "HF001", 2)
            self.assertIn("later release", answer.err)

    def test_an_unknown_blueprint_is_answered_with_the_ones_there_are(self):
        answer = self.run_verb("key", "list", "--data", "d", "--blueprint", "nonesuch", options=False)
        self.assert_refused(answer, "HF009", 2)
        self.assertIn("dev-portal", answer.err)

    def test_shipped_blueprints_are_found_from_any_folder(self):
        answer = self.verb("migrate", "status", "--json", "--data", "d", "--blueprint", "dev-portal", options=False)
        self.assertGreaterEqual(answer.json()["pending"], 4)


if __name__ == "__main__":
    unittest.main()
