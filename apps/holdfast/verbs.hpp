#pragma once

#include "shell.hpp"
#include "verb.hpp"

namespace holdfast::cli {

/// Each declares its verb below `holdfast`, and lives in a file of its own.
void declare_serve(Verb& holdfast, Shell& shell);
void declare_migrate(Verb& holdfast, Shell& shell);
void declare_sql(Verb& holdfast, Shell& shell);
void declare_key(Verb& holdfast, Shell& shell);
void declare_token(Verb& holdfast, Shell& shell);
void declare_demo(Verb& holdfast, Shell& shell);
void declare_doctor(Verb& holdfast, Shell& shell);
void declare_bench(Verb& holdfast, Shell& shell);
void declare_settings(Verb& holdfast, Shell& shell);
void declare_version(Verb& holdfast, Shell& shell);

}  // namespace holdfast::cli
