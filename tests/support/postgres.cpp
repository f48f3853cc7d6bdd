#include "support/postgres.hpp"
