#include "engine/io/prompt_thread.h"

#include <chrono>
#include <cstdint>
#include <unistd.h>

#include <linux/sched.h>
#include <sys/syscall.h>

namespace parley::io {

namespace {

// The least that the kernel takes.
constexpr std::chrono::nanoseconds slice = std::chrono::microseconds(100);

/// As sched_setattr(2) has it. The C library knows neither call yet, and the kernel's header for
/// the structure cannot stand beside the C library's own.
struct Attributes {
    std::uint32_t size;
    std::uint32_t policy;
    std::uint64_t flags;
    std::int32_t nice;
    std::uint32_t priority;
    std::uint64_t runtime_ns;
    std::uint64_t deadline_ns;
    std::uint64_t period_ns;
};

}  // namespace

void ask_for_promptness() {
    Attributes wanted{};
    if (syscall(SYS_sched_getattr, 0, &wanted, sizeof wanted, 0) != 0) return;
    if (wanted.policy != SCHED_NORMAL) return;  // somebody has chosen already
    wanted.size = sizeof wanted;
    wanted.runtime_ns = static_cast<std::uint64_t>(slice.count());
    syscall(SYS_sched_setattr, 0, &wanted, 0);
}

}  // namespace parley::io
