#pragma once
// A message as the API shows it, told as one dated story.

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace parley::tools {

struct StoryLine {
    std::string at;    // RFC 3339 as the engine wrote it; empty: at no known moment
    std::string what;  // "accepted", "submit_sm", "receipt" …
    std::string detail;
};

/// In order of time: gate, queue, every try and its answer, other carriers, receipts, questions,
/// the end. What its history left out is one line with the number.
std::vector<StoryLine> story_of(const boost::json::object& message);

// Members of an object as texts; empty when there is none.
std::string member(const boost::json::object& object, std::string_view name);
const boost::json::array& list_in(const boost::json::object& object, std::string_view name);
/// "ESME_RINVDSTADR" of the API's "0x0000000B"; none: ESME_ROK.
std::string status_name(std::string_view hex);
/// "2026-11-26 16:31:26.123" of an RFC 3339 moment in UTC.
std::string moment(std::string_view rfc3339);
/// "0.013 s" between two such moments; empty when one is none, or the second is the earlier.
std::string between(std::string_view begin, std::string_view end);

}  // namespace parley::tools
