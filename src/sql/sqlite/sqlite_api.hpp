#pragma once

// The header declares the preupdate functions only where this is defined, and whoever includes it first
// decides: include this file instead of <sqlite3.h>.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include <sqlite3.h>
