// Whatever happens in whatever order, and wherever the process ends between two commits: the store
// remembers exactly what it committed.

#include "tests/property/storage/model.h"

#include <gtest/gtest.h>

namespace parley::storage::testing {
namespace {

void live_through(Bed& bed, unsigned seed, int steps) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Driver driver(bed, seed);
    for (int n = 0; n < steps && !::testing::Test::HasFailure(); ++n) {
        SCOPED_TRACE("step " + std::to_string(n));
        driver.step();
    }
    if (!::testing::Test::HasFailure()) driver.finish();
}

TEST(StoreProperty, MemoryRemembersExactlyWhatWasCommitted) {
    for (unsigned seed = 1; seed <= 2000 && !HasFailure(); ++seed) {
        MemoryBed bed;
        live_through(bed, seed, 300);
    }
}

TEST(StoreProperty, RocksDbRemembersExactlyWhatWasCommitted) {
    for (unsigned seed = 1; seed <= 6 && !HasFailure(); ++seed) {
        RocksBed bed;
        live_through(bed, seed, 300);
    }
}

}  // namespace
}  // namespace parley::storage::testing
