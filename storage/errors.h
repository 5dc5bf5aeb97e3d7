#pragma once
// Ready-made store errors: what happened, and what an operator can do about it.

#include "storage/store.h"

#include <string>

namespace parley::storage {

inline StoreError corrupt(const std::string& what) {
    return {errc::corrupt, what +
                               "; restore the data folder from a backup, or move it away to start "
                               "with an empty one"};
}

}  // namespace parley::storage
