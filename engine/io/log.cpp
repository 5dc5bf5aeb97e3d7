#include "engine/io/log.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include <boost/json.hpp>

namespace parley::io {

void write_log(Severity severity, std::string_view event, std::string_view detail) {
    static constexpr std::array<const char*, 3> levels{"info", "warning", "error"};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const std::time_t seconds = ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 48> stamp{};
    std::snprintf(stamp.data(), stamp.size(), "%s.%03dZ", date.data(), static_cast<int>(ms % 1000));
    const std::string line = boost::json::serialize(boost::json::object{
                                 {"at", stamp.data()},
                                 {"level", levels[static_cast<std::size_t>(severity)]},
                                 {"event", event},
                                 {"detail", detail}}) +
                             "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace parley::io
