#pragma once
// Days of a time zone of the IANA database, for limits that begin anew at midnight.

#include <cstdint>
#include <memory>
#include <string>

namespace parley::config {

/// "America/Los_Angeles", "UTC"; not "PST", which is no place.
bool is_time_zone(const std::string& name);

class TimeZone {
public:
    /// Requires is_time_zone(name).
    explicit TimeZone(const std::string& name);
    ~TimeZone();
    TimeZone(TimeZone&&) noexcept;
    TimeZone& operator=(TimeZone&&) noexcept;

    /// The first midnight after this moment, in milliseconds since 1970-01-01T00:00Z. Where the
    /// clocks are put forward at midnight, the moment at which they are.
    std::int64_t next_midnight(std::int64_t unix_ms) const;

private:
    struct Zone;
    std::unique_ptr<Zone> zone_;
};

}  // namespace parley::config
