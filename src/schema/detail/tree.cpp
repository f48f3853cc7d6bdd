#include "schema/detail/tree.hpp"

#include <pg_query.h>

#include <limits>

namespace holdfast::schema::detail {
namespace {

using Field = ProtobufCFieldDescriptor;

template <class T>
T& member_at(ProtobufCMessage* message, unsigned offset) {
  return *reinterpret_cast<T*>(reinterpret_cast<char*>(message) + offset);
}

bool is_set(ProtobufCMessage* message, const Field& field) {
  if ((field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0) return true;
  return member_at<std::uint32_t>(message, field.quantifier_offset) == field.id;
}

void walk_field(ProtobufCMessage* message, const Field& field, const Visitor& visit) {
  if (field.type != PROTOBUF_C_TYPE_MESSAGE || !is_set(message, field)) return;
  if (field.label == PROTOBUF_C_LABEL_REPEATED) {
    const auto count = member_at<std::size_t>(message, field.quantifier_offset);
    auto* const list = member_at<ProtobufCMessage**>(message, field.offset);
    for (std::size_t i = 0; i < count; ++i) walk(list[i], visit);
  } else {
    walk(member_at<ProtobufCMessage*>(message, field.offset), visit);
  }
}

std::string_view type_name(const ProtobufCMessage& message) { return message.descriptor->short_name; }

/// Frees what the deparser gave.
class Deparsed {
 public:
  explicit Deparsed(PgQueryProtobuf tree) : result_(pg_query_deparse_protobuf(tree)) {}
  ~Deparsed() { pg_query_free_deparse_result(result_); }
  Deparsed(const Deparsed&) = delete;
  Deparsed& operator=(const Deparsed&) = delete;
  [[nodiscard]] bool ok() const { return result_.error == nullptr; }
  [[nodiscard]] std::string text() const { return result_.query; }

 private:
  PgQueryDeparseResult result_;
};

Error unreadable() {
  return {.code = "XX000",
          .message = "an expression could not be written back as SQL",
          .hint = "Write identifiers in lower case, without quotes."};
}

Result<std::string> deparse_packed(PgQueryProtobuf packed) {
  const Deparsed deparsed(packed);
  if (!deparsed.ok()) return unreadable();
  return deparsed.text();
}

/// The deparser drops the quotes of some identifiers: what it wrote must read back to the same text.
Result<std::string> deparse_checked(PgQueryProtobuf packed) {
  HF_TRY(auto text, deparse_packed(packed));
  const auto parsed = pg_query_parse_protobuf(text.c_str());
  auto again =
      parsed.error == nullptr ? deparse_packed(parsed.parse_tree) : Result<std::string>(unreadable());
  pg_query_free_protobuf_parse_result(parsed);
  if (!again.ok() || *again != text) return unreadable();
  return text;
}

}  // namespace

std::string_view string_of(const Node* node) {
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_STRING) return {};
  return node->string->sval;
}

std::vector<std::string> strings_of(std::span<Node* const> list) {
  std::vector<std::string> texts;
  for (const auto* node : list) texts.emplace_back(string_of(node));
  return texts;
}

void walk(ProtobufCMessage* message, const Visitor& visit) {
  if (message == nullptr || !visit(type_name(*message), *message)) return;
  const auto* descriptor = message->descriptor;
  for (unsigned i = 0; i < descriptor->n_fields; ++i) walk_field(message, descriptor->fields[i], visit);
}

int first_location(const Node* node) {
  int first = std::numeric_limits<int>::max();
  walk(node, [&](std::string_view, ProtobufCMessage& message) {
    const auto* field = protobuf_c_message_descriptor_get_field_by_name(message.descriptor, "location");
    if (field != nullptr) {
      const auto location = member_at<std::int32_t>(&message, field->offset);
      // 0 is what an absent location reads as; no expression stands at the first byte of a script.
      if (location > 0) first = std::min(first, location);
    }
    return true;
  });
  return first == std::numeric_limits<int>::max() ? -1 : first;
}

Result<std::string> deparse_statement(const Node* statement) {
  PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT;
  raw.stmt = const_cast<Node*>(statement);
  PgQuery__RawStmt* list[] = {&raw};
  PgQuery__ParseResult tree = PG_QUERY__PARSE_RESULT__INIT;
  tree.version = PG_VERSION_NUM;
  tree.n_stmts = 1;
  tree.stmts = list;
  std::string bytes(pg_query__parse_result__get_packed_size(&tree), '\0');
  pg_query__parse_result__pack(&tree, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return deparse_checked({.len = bytes.size(), .data = bytes.data()});
}

Result<std::string> deparse_expression(const Node* expression) {
  PgQuery__ResTarget target = PG_QUERY__RES_TARGET__INIT;
  target.val = const_cast<Node*>(expression);
  Node target_node = PG_QUERY__NODE__INIT;
  target_node.node_case = PG_QUERY__NODE__NODE_RES_TARGET;
  target_node.res_target = &target;
  Node* targets[] = {&target_node};
  PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
  select.n_target_list = 1;
  select.target_list = targets;
  select.limit_option = PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_DEFAULT;
  select.op = PG_QUERY__SET_OPERATION__SETOP_NONE;
  Node select_node = PG_QUERY__NODE__INIT;
  select_node.node_case = PG_QUERY__NODE__NODE_SELECT_STMT;
  select_node.select_stmt = &select;
  HF_TRY(auto text, deparse_statement(&select_node));
  return text.substr(std::string_view("SELECT ").size());
}

}  // namespace holdfast::schema::detail
