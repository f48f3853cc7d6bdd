import os
import pty
import subprocess
import unittest

from support import LABELS_UP, SystemTest


class Migrate(SystemTest):
    def state(self):
        return [m["applied"] for m in self.verb("migrate", "status", "--json").json()["migrations"]]

    def test_up_down_redo_and_status(self):
        self.assertEqual(self.state(), [False, False])
        answer = self.verb("migrate", "up")
        self.assertEqual(answer.out, "applied 001_notes\napplied 002_labels\n")
        self.assertIn("up 001_notes", answer.err)
        self.assertEqual(self.verb("migrate", "up").out, "nothing to apply\n")
        self.assertEqual(self.verb("migrate", "redo", "--json").json(), {"redone": ["002_labels"]})
        self.assertEqual(self.verb("migrate", "down", "--json").json(), {"undone": ["002_labels"]})
        self.assertEqual(self.state(), [True, False])
        self.assertEqual(self.verb("migrate", "up", "--json").json(), {"applied": ["002_labels"]})
        self.verb("migrate", "down", "--steps", "2")
        self.assertEqual(self.state(), [False, False])
        self.verb("migrate", "up", "--target", "1")
        self.assertEqual(self.state(), [True, False])

    def test_a_dry_run_changes_nothing(self):
        answer = self.verb("migrate", "up", "--dry-run", "--json").json()
        self.assertEqual(answer, {"would_apply": 2})
        self.assertEqual(self.state(), [False, False])

    def test_plan_prints_the_engines_sql(self):
        self.assertIn("CREATE TABLE", self.verb("migrate", "plan").out)
        self.assertEqual(self.state(), [False, False])

    def test_what_cannot_be_translated_is_refused_with_its_place(self):
        self.write_migration("003_odd", "CREATE TABLE fine (id integer);\n\nCREATE RULE r AS ON INSERT TO notes\n"
                             "  DO INSTEAD NOTHING;\n", "DROP TABLE fine;")
        answer = self.run_verb("migrate", "up")
        self.assert_refused(answer, "HF003", 1)
        self.assertIn("003_odd.up.sql", answer.err)
        self.assertNotIn("fine", self.run_verb("sql", "SELECT * FROM fine").out)

    def test_edited_history_is_refused(self):
        self.verb("migrate", "up")
        self.write_migration("002_labels", LABELS_UP + "-- edited\n", "DROP TABLE labels;\n")
        self.assert_refused(self.run_verb("migrate", "up"), "HF004", 3)
        self.assert_refused(self.run_verb("serve", "--listen", "127.0.0.1:0"), "HF004", 3)
        answer = self.run_verb("migrate", "verify")
        self.assertEqual(answer.code, 4, answer.err)
        self.assertIn("002_labels", answer.out)

    def test_verify_finds_what_was_changed_by_hand(self):
        self.verb("migrate", "up")
        self.assertEqual(self.verb("migrate", "verify", "--json").json(), {"differences": []})
        subprocess.run(["python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
                        "c.execute('CREATE TABLE intruder (x)'); c.commit()", str(self.data / "holdfast.db")], check=True)
        answer = self.run_verb("migrate", "verify")
        self.assertEqual(answer.code, 4, answer.err)
        self.assertIn("intruder", answer.out)
        self.assertEqual(self.run_verb("doctor").code, 4)

    def test_new_writes_both_files_with_the_next_number(self):
        answer = self.verb("migrate", "new", "add_ratings")
        self.assertEqual([line.rsplit("/", 1)[1] for line in answer.out.splitlines()],
                         ["003_add_ratings.up.sql", "003_add_ratings.down.sql"])
        self.assert_refused(self.run_verb("migrate", "new", "Add Ratings"), "HF010", 2)
        self.verb("migrate", "up")

    def test_wrong_numbers_are_usage_errors(self):
        for wrong in (["up", "--target", "x"], ["down", "--steps", "0"], ["down", "--steps", "-1"], ["redo"]):
            self.assert_refused(self.run_verb("migrate", *wrong), "HF010", 2)

    def test_a_terminal_gets_a_bar_and_a_pipe_gets_lines(self):
        self.assertNotIn("\x1b", self.verb("migrate", "up").err)
        self.verb("migrate", "down", "--steps", "2")
        ours, theirs = pty.openpty()
        subprocess.run(self.command(["migrate", "up"]), cwd=self.folder, stdout=subprocess.DEVNULL, stderr=theirs,
                       env=self.environment(None), check=True, timeout=60)
        os.close(theirs)
        drawn = os.read(ours, 65536).decode()
        os.close(ours)
        self.assertIn("[", drawn)
        self.assertIn("up 001_notes", drawn)


if __name__ == "__main__":
    unittest.main()
