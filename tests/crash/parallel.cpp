#include "crash/parallel.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace holdfast::crash {
namespace {

std::pair<pid_t, int> begin(const std::function<Sum(int)>& work, int share) {
  int pipe[2];
  if (::pipe(pipe) != 0) std::abort();
  const auto child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    const auto sum = work(share);
    std::fflush(stdout);
    ::_exit(::write(pipe[1], &sum, sizeof sum) == sizeof sum ? 0 : 1);
  }
  ::close(pipe[1]);
  return {child, pipe[0]};
}

}  // namespace

Sum run_in_processes(int jobs, const std::function<Sum(int share)>& work) {
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  std::fflush(stdout);
  std::vector<std::pair<pid_t, int>> children;
  for (int share = 0; share < jobs; ++share) children.push_back(begin(work, share));
  Sum total;
  for (const auto& [child, pipe] : children) {
    Sum sum;
    const bool told = ::read(pipe, &sum, sizeof sum) == sizeof sum;
    ::close(pipe);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!told || status != 0) {
      std::printf("a process ended with status %d\n", status);
      sum = {.passed = 0, .failed = 1, .disks = 0};
    }
    total.passed += sum.passed;
    total.failed += sum.failed;
    total.disks += sum.disks;
  }
  return total;
}

}  // namespace holdfast::crash
