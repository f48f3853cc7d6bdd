#pragma once

#include "engine/verbs.hpp"

namespace holdfast::engine::detail {

void add_migrate_verbs(VerbTable& table);
void add_key_verbs(VerbTable& table);
void add_token_verb(VerbTable& table);
void add_sql_verb(VerbTable& table);
void add_doctor_verb(VerbTable& table);

}  // namespace holdfast::engine::detail
