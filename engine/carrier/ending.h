#pragma once
// How a message ends whose segments fared differently: by the worst of them, in an order that does
// not depend on theirs or on that of their receipts.

#include "engine/carrier/dialect.h"
#include "storage/message.h"

#include <string>

namespace parley::carrier {

struct Ending {
    storage::Status status = storage::Status::delivered;
    std::string reason;  // empty: delivered
};

/// By what is known of its segments now, worst first: refused or given up; rejected, undeliverable,
/// deleted, skipped, expired, unknown by their receipts; sent perhaps; without a receipt. What is
/// known not to have arrived counts before what nobody knows. Among equals the first segment
/// counts. Canceled when its carrier was asked for that and all of it is deleted.
Ending ending_of(const Dialect& dialect, const storage::Message& message);

}  // namespace parley::carrier
