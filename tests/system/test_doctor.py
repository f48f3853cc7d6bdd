import unittest

from support import SystemTest


class Doctor(SystemTest):
    def verdicts(self):
        answer = self.run_verb("doctor", "--json")
        return answer.code, {check["check"]: check["verdict"] for check in answer.json()["checks"]}

    def test_a_healthy_folder_is_all_well(self):
        self.verb("migrate", "up")
        code, verdicts = self.verdicts()
        self.assertEqual(code, 0)
        self.assertEqual(set(verdicts.values()), {"ok"}, verdicts)
        self.assertEqual(set(verdicts), {"data folder", "disk", "files", "write-ahead log", "SQLite", "integrity",
                                         "commit log", "search", "migrations", "drift"})

    def test_pending_migrations_are_a_warning_with_advice(self):
        code, verdicts = self.verdicts()
        self.assertEqual((code, verdicts["migrations"]), (0, "warn"))
        self.assertIn("-> Run: holdfast migrate up", self.verb("doctor").out)

    def test_damage_is_found(self):
        self.verb("migrate", "up")
        self.verb("sql", "--write", "INSERT INTO labels SELECT md5(i::text) FROM generate_series(1, 2000) AS i")
        file = self.data / "holdfast.db"
        content = bytearray(file.read_bytes())
        for at in range(len(content) // 2, len(content) // 2 + 8192):
            content[at] = 0xA5
        file.write_bytes(content)
        answer = self.run_verb("doctor")
        self.assertNotEqual(answer.code, 0, answer.out)


if __name__ == "__main__":
    unittest.main()
