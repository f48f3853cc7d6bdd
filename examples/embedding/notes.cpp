// Notes of several people in one data folder: the code of docs/guides/embedding.md.
//
// usage: notes DATA BLUEPRINT

// [include]
#include <holdfast/holdfast.hpp>
// [include]

#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

// [struct]
struct Note {
  holdfast::Uuid id;
  std::string title;
  std::optional<std::string> body;
  std::vector<std::string> tags;
  holdfast::Timestamp created_at;
};

template <>
struct holdfast::Mapping<Note> {
  static constexpr auto columns =
      std::tuple{column("id", &Note::id), column("title", &Note::title), column("body", &Note::body),
                 column("tags", &Note::tags), column("created_at", &Note::created_at)};
};
// [struct]

namespace {

using holdfast::Principal;
using holdfast::Result;
using holdfast::Store;
using holdfast::Transaction;

// [open]
Result<Store> open_notes(const std::string& folder, const std::string& blueprint) {
  return Store::open({.path = folder, .blueprint = blueprint, .migrate = true});
}
// [open]

// [principal]
Result<Principal> somebody() {
  return Principal::user(holdfast::Uuid::random().to_string(), R"({"plan":"free"})");
}
// [principal]

// [write]
Result<holdfast::Uuid> add_note(Store& store, const Principal& who, const std::string& title,
                                const std::vector<std::string>& tags) {
  const auto work = [&](Transaction& tx) {
    return tx.one<holdfast::Uuid>("INSERT INTO notes (title, tags) VALUES ($1, $2) RETURNING id", title,
                                  tags);
  };
  HOLDFAST_TRY(auto written, store.write(who, work));
  std::cout << "durable at position " << written.position << '\n';
  return written.value;
}
// [write]

// [read]
Result<std::vector<Note>> notes_tagged(Store& store, const Principal& who, const std::string& tag) {
  return store.read(who, [&](Transaction& tx) {
    return tx.all<Note>(
        "SELECT id, title, body, tags, created_at FROM notes WHERE $1 = ANY (tags) ORDER BY created_at", tag);
  });
}
// [read]

// [once]
Result<std::int64_t> count_notes(Store& store, const Principal& who) {
  HOLDFAST_TRY(const auto rows, store.query(who, "SELECT count(*) FROM notes"));
  return rows.one<std::int64_t>();
}
// [once]

// [together]
Result<void> rename(Store& store, const Principal& who, holdfast::Uuid id, const std::string& title) {
  const auto work = [&](Transaction& tx) -> Result<void> {
    HOLDFAST_TRY(const auto changed, tx.execute("UPDATE notes SET title = $2 WHERE id = $1", id, title));
    if (changed == 0) return holdfast::Error{.code = "P0002", .message = "there is no such note"};
    HOLDFAST_CHECK(tx.execute("UPDATE notes SET tags = array_append(tags, 'renamed') WHERE id = $1", id));
    return {};
  };
  HOLDFAST_CHECK(store.write(who, work));
  return {};
}
// [together]

// [errors]
Result<void> add_once(Store& store, const Principal& who, const std::string& title) {
  const auto added = add_note(store, who, title, {});
  if (added.ok() || added.error().code == "23505") return {};  // it is there, now or before
  if (added.error().retryable) return add_once(store, who, title);
  return added.error();
}
// [errors]

// [changes]
Result<std::size_t> catch_up(Store& store, holdfast::Position& position) {
  std::size_t seen = 0;
  while (true) {
    HOLDFAST_TRY(const auto page,
                 store.changes(Principal::system(), {.since = position, .tables = {"notes"}}));
    for (const auto& change : page.changes) {
      if (!change.after) continue;
      HOLDFAST_TRY(const auto title, change.after->get<std::string>("title"));
      std::cout << change.position << ": " << title << '\n';
      ++seen;
    }
    position = page.position;  // keep it where it survives a restart
    if (!page.more) return seen;
  }
}
// [changes]

// [follow]
Result<holdfast::Follower> follow(Store& store, holdfast::Position since, std::atomic<int>& seen) {
  return store.follow(Principal::system(), {.since = since},
                      [&seen](const holdfast::ChangePage& page) -> Result<void> {
                        seen += static_cast<int>(page.changes.size());
                        seen.notify_all();
                        return {};
                      });
}
// [follow]

// [group]
Result<int> add_from_many_threads(Store& store, const Principal& who) {
  std::atomic<int> added = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        const auto title = "note " + std::to_string(thread) + "." + std::to_string(i);
        if (store.execute(who, "INSERT INTO notes (title) VALUES ($1)", title).ok()) ++added;
      }
    });
  for (auto& thread : threads) thread.join();
  return added.load();
}
// [group]

Result<void> expect(bool held, const char* what) {
  if (held) return {};
  return holdfast::Error{.code = "P0001", .message = what};
}

Result<void> tour(const std::string& folder, const std::string& blueprint) {
  HOLDFAST_TRY(auto store, open_notes(folder, blueprint));
  HOLDFAST_TRY(const auto ann, somebody());
  HOLDFAST_TRY(const auto bob, somebody());
  holdfast::Position position = 0;
  HOLDFAST_TRY(position, store.position());

  HOLDFAST_TRY(const auto id, add_note(store, ann, "Groceries", {"home", "today"}));
  HOLDFAST_CHECK(add_once(store, ann, "Groceries"));
  HOLDFAST_CHECK(rename(store, ann, id, "Shopping"));
  HOLDFAST_TRY(const auto tagged, notes_tagged(store, ann, "renamed"));
  HOLDFAST_CHECK(expect(tagged.size() == 1 && tagged[0].title == "Shopping", "Ann's note was not renamed"));
  HOLDFAST_TRY(const auto of_bob, count_notes(store, bob));
  HOLDFAST_CHECK(expect(of_bob == 0, "Bob sees a note that is not his"));
  HOLDFAST_CHECK(expect(!rename(store, bob, id, "Mine").ok(), "Bob renamed a note that is not his"));
  HOLDFAST_TRY(const auto seen, catch_up(store, position));
  HOLDFAST_CHECK(expect(seen == 3, "the log does not hold the three changes"));

  std::atomic<int> followed = 0;
  HOLDFAST_TRY(auto follower, follow(store, position, followed));
  HOLDFAST_TRY(const auto added, add_from_many_threads(store, bob));
  HOLDFAST_CHECK(expect(added == 200, "a note was not added"));
  for (int now = followed.load(); now < added; now = followed.load()) followed.wait(now);
  HOLDFAST_CHECK(follower.stop());
  // [close]
  return store.close();
  // [close]
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: notes DATA BLUEPRINT\n";
    return 2;
  }
  const auto outcome = tour(arguments[1], arguments[2]);
  if (outcome.ok()) {
    std::cout << "done\n";
    return 0;
  }
  std::cerr << outcome.error().to_string() << '\n';
  return 1;
}
