#pragma once
// How far the limits of senders, campaigns and brands are used up, as a table for people.

#include <iosfwd>

#include <boost/json/object.hpp>

namespace parley::tools {

/// queue: the answer of GET /v1/queue.
void print_limits(const boost::json::object& queue, std::ostream& out);

}  // namespace parley::tools
