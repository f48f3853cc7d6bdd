import subprocess
import unittest

from support import BINARY, ROOT, SystemTest

VERBS = [["serve"], ["migrate", "up"], ["migrate", "down"], ["migrate", "redo"], ["migrate", "status"],
         ["migrate", "plan"], ["migrate", "verify"], ["migrate", "new"], ["sql"], ["key", "create"], ["key", "list"],
         ["key", "revoke"], ["token", "create"], ["demo"], ["doctor"], ["bench"], ["settings"], ["version"]]


class CommandLine(SystemTest):
    def test_every_verb_has_help_with_examples(self):
        for verb in VERBS:
            answer = self.run_verb(*verb, "--help", options=False)
            self.assertEqual(answer.code, 0, verb)
            self.assertIn("Examples:\n  holdfast " + " ".join(verb), answer.out)

    def test_the_reference_names_every_verb_and_option(self):
        page = (ROOT / "docs/reference/cli.md").read_text()
        for verb in VERBS:
            self.assertIn("## holdfast " + " ".join(verb) + "\n", page)
            section = page.split("## holdfast " + " ".join(verb) + "\n")[1].split("\n## ")[0]
            help_text = self.run_verb(*verb, "--help", options=False).out.split("Settings:")[0]
            for word in help_text.split():
                if word.startswith("--") and word != "--help-all":
                    self.assertIn(word, section, verb)

    def test_exit_codes_are_documented(self):
        self.assertIn("Exit codes:", self.run_verb("--help", options=False).out)

    def test_what_is_not_understood_is_a_usage_error(self):
        for arguments in ([], ["sevre"], ["serve", "--lisetn", "x"], ["key", "create"], ["migrate"],
                          ["migrate", "up", "extra"], ["key", "create", "--kind"]):
            self.assert_refused(self.run_verb(*arguments, options=False), "HF010", 2)

    def test_version(self):
        self.assertRegex(self.run_verb("version", options=False).out, r"^holdfast \d+\.\d+\.\d+\n$")
        self.assertIn("version", self.run_verb("version", "--json", options=False).json())

    def test_bench_measures_this_disk_and_leaves_nothing(self):
        rates = self.verb("bench", "--json").json()
        self.assertEqual(len(rates), 4)
        self.assertTrue(all(rate > 0 for rate in rates.values()), rates)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["notebook"])

    def test_a_reader_that_leaves_early_does_no_harm(self):
        line = f"{BINARY} settings | head -c 1"
        self.assertEqual(subprocess.run(["bash", "-c", line], capture_output=True, timeout=60).returncode, 0)


if __name__ == "__main__":
    unittest.main()
