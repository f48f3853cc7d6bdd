import unittest

from support import USER, SystemTest

INSERT = ("INSERT INTO notes (owner, body, amount, created_at) VALUES "
          f"('{USER}', 'first', 12345678901234.5670, '2026-01-31 12:00:00+00'), ('{USER}', 'a \"b\", c', NULL, NULL)")


class Sql(SystemTest):
    def setUp(self):
        super().setUp()
        self.verb("migrate", "up")

    def test_writes_need_leave(self):
        self.assert_refused(self.run_verb("sql", INSERT), "25006", 1)
        self.assertIn("2 rows changed", self.verb("sql", "--write", INSERT).err)
        self.assertEqual(self.verb("sql", "--json", "SELECT count(*) AS n FROM notes").json(), [{"n": 2}])

    def test_values_print_as_postgresql_prints_them(self):
        self.verb("sql", "--write", INSERT)
        query = "SELECT body, amount, created_at FROM notes ORDER BY body DESC"
        text = self.verb("sql", query).out
        self.assertEqual(text.splitlines()[0].split(), ["body", "|", "amount", "|", "created_at"])
        self.assertIn("12345678901234.5670 | 2026-01-31 12:00:00+00", text)
        self.assertTrue(text.endswith("(2 rows)\n"))
        self.assertEqual(self.verb("sql", "--csv", query).out,
                         'body,amount,created_at\nfirst,12345678901234.5670,2026-01-31 12:00:00+00\n'
                         '"a ""b"", c",,\n')
        answer = self.verb("sql", "--json", query).out
        self.assertIn('"amount":12345678901234.5670', answer.replace(" ", ""))

    def test_statements_come_from_standard_input_too(self):
        self.assertEqual(self.verb("sql", "--json", "-", stdin="SELECT 1 AS one").json(), [{"one": 1}])
        self.assertEqual(self.verb("sql", "--json", stdin="SELECT 2 AS two;\n").json(), [{"two": 2}])

    def test_explain_shows_what_sqlite_does(self):
        answer = self.verb("sql", "--explain", "SELECT body FROM notes WHERE id = gen_random_uuid()").out
        self.assertIn("plan", answer)
        self.assertIn("notes", answer)

    def test_returning_gives_rows(self):
        rows = self.verb("sql", "--write", "--json", "INSERT INTO labels VALUES ('x') RETURNING name").json()
        self.assertEqual(rows, [{"name": "x"}])

    def test_errors_carry_postgresqls_codes(self):
        for query, code in (("SELECT * FROM nowhere", "42P01"), ("SELECT nothing FROM notes", "42703"),
                            ("SELEC 1", "42601"), ("SELECT 1/0", "22012"), ("SELECT $1", "42P02")):
            self.assert_refused(self.run_verb("sql", query), code, 1)
        self.verb("sql", "--write", "INSERT INTO labels VALUES ('x')")
        self.assert_refused(self.run_verb("sql", "--write", "INSERT INTO labels VALUES ('x')"), "23505", 1)
        self.assert_refused(self.run_verb("sql", "--json", "--csv", "SELECT 1"), "HF010", 2)


if __name__ == "__main__":
    unittest.main()
