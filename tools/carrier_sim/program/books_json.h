#pragma once
// A carrier's books as JSON, for the control port and for the summary at the end. Pure.

#include "tools/carrier_sim/behaviour.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::carrier_sim {

/// Counters, answers by status, STOPs in short, open sessions.
std::string books_summary(const CarrierSim& carrier, double seconds);
/// Records from `since` on, at most `limit`; next is where to go on.
std::string submits_since(const Books& books, std::uint64_t since, std::uint64_t limit);
std::string mos_since(const Books& books, std::uint64_t since, std::uint64_t limit);
std::string receipts_since(const Books& books, std::uint64_t since, std::uint64_t limit);
/// One accepted submit and its receipts; empty when no response ever had this message id.
std::string message_of(const Books& books, std::string_view message_id);
/// How submits and receipts add up, with the ids of at most `limit` that do not.
std::string reconciliation(const Books& books, std::uint64_t limit);
/// The last `limit` submits to one number.
std::string submits_to(const Books& books, std::string_view number, std::uint64_t limit);
/// Accepted submits that had the same source, destination and text before.
std::string duplicates(const Books& books, std::uint64_t limit);
/// STOPs with at least `after_min` submits since they were acknowledged.
std::string stops(const Books& books, std::uint64_t after_min);

}  // namespace parley::carrier_sim
