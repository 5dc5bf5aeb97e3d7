#pragma once
// ENSURE: a promise of our own code, checked in every build. It is never for what a peer, a user or
// a disk did: those get an error. A broken promise ends the process, because what follows it would
// be written to disk and to carriers on top of a lie.

#include <cstdio>
#include <cstdlib>

namespace parley {

[[noreturn, gnu::cold, gnu::noinline]] inline void broken_promise(const char* file, int line,
                                                                  const char* promise) {
    std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
    std::fflush(stderr);
    std::abort();
}

}  // namespace parley

#define ENSURE(promise) \
    ((promise) ? static_cast<void>(0) : ::parley::broken_promise(__FILE__, __LINE__, #promise))
