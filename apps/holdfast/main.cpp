#include <csignal>

#include "command_line.hpp"

int main(int argc, char** argv) {
  // A reader that went away is an error of write(2), not the end of a server.
  std::signal(SIGPIPE, SIG_IGN);
  return holdfast::cli::run_command_line(argc, argv);
}
