#pragma once

namespace holdfast::cli {

/// Reads the command line, does what it asks, and gives the exit code.
int run_command_line(int argc, char** argv);

}  // namespace holdfast::cli
