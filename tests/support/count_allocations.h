#pragma once
// Replaces operator new for the whole program and counts. To be included by one file of a program:
// replacements may not be inline. All forms that we and the library use are here: with one left
// out, AddressSanitizer sees its own new meet our delete.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace parley::testing {
inline std::atomic<std::uint64_t> allocations_total = 0;

/// How often `act` allocates.
template <class Act>
std::uint64_t allocations_in(Act act) {
    const std::uint64_t before = allocations_total;
    act();
    return allocations_total - before;
}
}  // namespace parley::testing

// malloc aligns enough for all that is counted. Not inlined, or GCC sees a free() of what new gave
// and warns.
// NOLINTBEGIN(cppcoreguidelines-no-malloc,misc-definitions-in-headers): these manage memory
[[gnu::noinline]] void* operator new(std::size_t octets) {
    parley::testing::allocations_total.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(octets)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t octets, const std::nothrow_t&) noexcept {
    parley::testing::allocations_total.fetch_add(1, std::memory_order_relaxed);
    return std::malloc(octets);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc,misc-definitions-in-headers)
