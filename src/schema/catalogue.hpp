#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "types/type.hpp"

namespace holdfast::schema {

/// `public.apps`. Schemas other than public keep their name on SQLite too: table "auth.users".
struct QualifiedName {
  std::string schema = "public";
  std::string name;
  auto operator<=>(const QualifiedName&) const = default;
  /// `apps` in public, else `auth.users`: for messages.
  [[nodiscard]] std::string to_string() const { return schema == "public" ? name : schema + "." + name; }
  /// The name on SQLite, unquoted. SQLite takes Foo for foo, so a name with capitals says which letters they
  /// are: `Foo^1`, `fOO^6` (docs/formats/names.md).
  [[nodiscard]] std::string engine_name() const;
};

/// An SQL expression in both languages.
struct Expression {
  std::string postgres;  ///< as written in the migration
  std::string sqlite;    ///< as our emitter wrote it; columns bare or through the alias asked for
};

enum class Generated : std::uint8_t { no, stored, identity_always, identity_by_default };

struct Column {
  std::string name;
  types::Type type;
  bool not_null = false;
  /// DEFAULT, or the expression of a stored generated column.
  std::optional<Expression> default_value{};
  Generated generated = Generated::no;
  /// The serial or identity sequence behind it; empty without one.
  std::string sequence{};
  /// `hidden:` in blueprint.yaml: no API reads, writes, filters or sorts by it, and the log keeps no value.
  bool hidden = false;
  std::string comment{};
  /// A view's column that is a base table's column as it stands: which one. REST finds the foreign keys of
  /// views by it.
  struct Origin {
    QualifiedName table;
    std::string column;
  };
  std::optional<Origin> origin{};
};

struct Key {
  std::string name;  ///< constraint or index name, as PostgreSQL would name it
  std::vector<std::string> columns;
};

enum class ForeignKeyAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  QualifiedName target;
  std::vector<std::string> target_columns;
  ForeignKeyAction on_update = ForeignKeyAction::no_action;
  ForeignKeyAction on_delete = ForeignKeyAction::no_action;
  bool deferrable = false;
  bool initially_deferred = false;
};

struct Check {
  std::string name;
  Expression expression;
};

struct Index {
  QualifiedName name;
  bool unique = false;
  /// Column name, or empty where the element is an expression.
  struct Element {
    std::string column;
    std::optional<Expression> expression{};
    bool descending = false;
    std::optional<bool> nulls_first{};
  };
  std::vector<Element> elements;
  std::optional<Expression> predicate{};
  std::string method = "btree";
};

/// A gin index, kept as an inverted index by the search room off the commit path.
enum class TextIndexKind : std::uint8_t {
  document,  ///< gin (to_tsvector('english', ...)): lexemes of a text
  tsvector,  ///< gin over a tsvector column
  array,     ///< gin over an array column: its elements, for `@>` and `&&`
};

struct TextIndex {
  std::string name;
  TextIndexKind kind = TextIndexKind::document;
  std::string configuration;  ///< `english`, `simple`, ...; empty where the kind needs none
  /// What is indexed: the argument of to_tsvector, or the column.
  Expression document;
  /// Columns that the document reads.
  std::vector<std::string> columns;
};

enum class Command : std::uint8_t { all, select, insert, update, erase };

struct Policy {
  std::string name;
  bool permissive = true;
  Command command = Command::all;
  std::vector<std::string> roles;  ///< `public` means everyone
  /// The original expressions; policies.hpp compiles them. Null where the policy has none.
  std::optional<std::string> using_expression{};
  std::optional<std::string> check_expression{};
};

enum class Privilege : std::uint8_t {
  select,
  insert,
  update,
  erase,
  truncate,
  references,
  trigger,
  usage,
  execute
};

/// Who may do what, on a table or on one column of it.
struct Grant {
  std::string role;
  Privilege privilege = Privilege::select;
  std::string column;  ///< empty: the whole table
  auto operator<=>(const Grant&) const = default;
};

/// `states:` in blueprint.yaml.
struct StateMachine {
  struct Transition {
    std::string from;
    std::string to;
    std::vector<std::string> roles;  ///< empty: whoever may update the row
  };
  std::string column;
  std::vector<std::string> initial;
  std::vector<Transition> transitions;
  /// States in which the row's other columns (and the row itself) do not change any more.
  std::vector<std::string> immutable;
};

enum class RelationKind : std::uint8_t { table, view };

struct Table {
  QualifiedName name;
  RelationKind kind = RelationKind::table;
  std::vector<Column> columns;
  std::optional<Key> primary_key{};
  std::vector<Key> uniques;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Check> checks;
  std::vector<Index> indexes;
  std::vector<TextIndex> text_indexes;
  bool row_security = false;
  bool force_row_security = false;
  std::vector<Policy> policies;
  std::set<Grant> grants;
  std::optional<StateMachine> states{};
  std::string comment{};
  /// Views: the query as written, and whether it runs with the caller's rights (security_invoker).
  std::string view_query{};
  bool security_invoker = false;
  /// Views that PostgreSQL holds for automatically updatable: the one relation in their FROM.
  std::optional<QualifiedName> view_base{};
  /// The updated_at trigger and the column it sets, where one was recognised. The trigger's row change comes
  /// after RETURNING has been computed: writers that set the column to pg_now() themselves spare it.
  std::string touch_trigger{};
  QualifiedName touch_function{};
  std::string touch_column{};

  [[nodiscard]] const Column* find_column(std::string_view column) const;
  [[nodiscard]] Column* find_column(std::string_view column);
  [[nodiscard]] bool is_view() const { return kind == RelationKind::view; }
};

/// `CREATE FUNCTION ... LANGUAGE sql`.
struct Function {
  struct Parameter {
    std::string name;
    types::Type type;
    std::optional<std::string> default_value{};
  };
  QualifiedName name;
  std::vector<Parameter> parameters;  ///< IN parameters, in order
  types::Type returns;
  /// RETURNS TABLE(...) or OUT parameters: the columns; empty for a scalar.
  std::vector<Column> returns_columns;
  /// RETURNS SETOF table: that table.
  std::optional<QualifiedName> returns_table{};
  bool returns_set = false;
  bool security_definer = false;
  enum class Volatility : std::uint8_t { immutable, stable, volatile_ } volatility = Volatility::volatile_;
  bool strict = false;
  /// The body's statements as written; the last one gives the result.
  std::vector<std::string> body;
  std::set<std::string> execute_roles;  ///< `public` at first, as in PostgreSQL
  std::string comment{};
};

/// Serial and identity primary keys count through SQLite's AUTOINCREMENT; other sequences stand in
/// hf_sequences and count through pg_nextval(engine_name).
struct Sequence {
  QualifiedName name;
  std::int64_t start = 1;
  std::int64_t increment = 1;
  /// The serial or identity column that owns it; empty names where none does.
  QualifiedName owner_table{.schema = {}, .name = {}};
  std::string owner_column{};
  std::set<std::string> usage_roles{};
};

/// What the migrations have declared: PostgreSQL's catalogue, as far as Holdfast needs it. A value; readers
/// share one as shared_ptr<const Catalogue> and a migration publishes the next.
struct Catalogue {
  std::set<std::string> schemas{"public", "auth"};
  std::map<QualifiedName, Table> tables;  ///< views too
  std::map<QualifiedName, std::shared_ptr<const types::EnumType>> enums;
  std::multimap<QualifiedName, Function> functions;
  std::map<QualifiedName, Sequence> sequences;
  /// Trigger functions that set one column to now(): the usual updated_at function, and that column.
  std::map<QualifiedName, std::string> touch_functions;
  /// `PARTITION OF`: the partition's name and its table, which holds the rows.
  std::map<QualifiedName, QualifiedName> partitions;
  std::set<std::string> extensions;
  std::set<std::string> roles{"anon", "authenticated", "service_role"};
  /// Roles that have BYPASSRLS; service_role at first.
  std::set<std::string> bypass_roles{"service_role"};
  /// `GRANT role TO member`: member -> roles.
  std::map<std::string, std::set<std::string>> memberships;
  /// ALTER DEFAULT PRIVILEGES and Supabase's habit: applied to tables made afterwards, per schema.
  std::map<std::string, std::set<Grant>> default_grants;
  /// ALTER DEFAULT PRIVILEGES took EXECUTE on new functions from PUBLIC.
  bool functions_private = false;
  std::set<std::pair<std::string, std::string>> schema_usage;  ///< (schema, role)

  [[nodiscard]] const Table* find_table(const QualifiedName& name) const;
  [[nodiscard]] Table* find_table(const QualifiedName& name);
  /// By the name that SQLite knows (`apps`, `auth.users`).
  [[nodiscard]] const Table* find_by_engine_name(std::string_view name) const;
};

/// Everything the catalogue holds as text, one object a line, in a fixed order: two catalogues are the same
/// when their dumps are.
[[nodiscard]] std::string dump(const Catalogue& catalogue);

}  // namespace holdfast::schema
