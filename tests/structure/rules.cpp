#include "tests/structure/rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace parley::structure {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> house{"engine", "protocol", "storage",
                                                "config", "metrics",  "tools"};
constexpr std::array<std::string_view, 6> stations{"policy",  "queue",        "carrier",
                                                   "session", "conversation", "events"};
constexpr std::array<std::string_view, 3> basics{"engine/clock.h", "engine/backoff.h",
                                                 "engine/log.h"};

struct Source {
    std::string path;  // "engine/queue/dispatcher.cpp"
    std::vector<std::string> lines;
};

std::vector<std::string> read_lines(const fs::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

bool is_source(const fs::path& path) {
    return path.extension() == ".h" || path.extension() == ".cpp";
}

/// In order of path, so that two runs tell the same story.
template <typename Folders>
std::vector<Source> read_sources(const fs::path& root, const Folders& folders) {
    std::vector<Source> sources;
    for (const std::string_view folder : folders) {
        if (!fs::is_directory(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string path = fs::relative(entry.path(), root).generic_string();
            const bool foreign = path.find("/node_modules/") != std::string::npos;
            if (entry.is_regular_file() && is_source(entry.path()) && !foreign)
                sources.push_back({path, read_lines(entry.path())});
        }
    }
    std::ranges::sort(sources, {}, &Source::path);
    return sources;
}

bool contains(const auto& list, std::string_view item) {
    return std::ranges::find(list, item) != std::ranges::end(list);
}

bool begins_with_any(std::string_view text, const std::vector<std::string>& prefixes) {
    return std::ranges::any_of(
        prefixes, [text](const std::string& prefix) { return text.starts_with(prefix); });
}

std::string_view without_extension(std::string_view path) {
    return path.substr(0, path.rfind('.'));
}

/// "engine/session" for a file in there, otherwise "engine"; "protocol" for "protocol/smpp/pdu.h".
std::string_view room_of(std::string_view path) {
    const auto first = path.find('/');
    if (!path.starts_with("engine/")) return path.substr(0, first);
    const auto second = path.find('/', first + 1);
    return second == std::string_view::npos ? path.substr(0, first) : path.substr(0, second);
}

bool is_station(std::string_view room) {
    return room.starts_with("engine/") && contains(stations, room.substr(7));
}
bool is_wiring(std::string_view path) {
    const auto unit = without_extension(path);
    return unit == "engine/engine" || unit == "engine/main" || unit == "engine/reload";
}
bool is_basic(std::string_view path) {
    return contains(basics, std::string(without_extension(path)) + ".h");
}

/// Shard and journeys: engine/*.h and *.cpp that are neither basics nor wiring.
bool is_core(std::string_view path) {
    return room_of(path) == "engine" && !is_wiring(path) && !is_basic(path);
}

// The arrows, DESIGN §2: what a file may include of ours, as beginnings of paths.
std::vector<std::string> allowed_for(std::string_view path) {
    const std::string room(room_of(path));
    const std::vector<std::string> leaves{"protocol/", "config/", "metrics/"};
    if (contains(leaves, room + "/")) return {room + "/"};
    if (room == "tools")
        return {"tools/", "protocol/", "config/", "metrics/", "storage/", "engine/"};

    std::vector<std::string> allowed = leaves;
    allowed.insert(allowed.end(), basics.begin(), basics.end());
    if (is_basic(path)) return allowed;
    allowed.emplace_back("storage/");
    if (room == "storage") {
        std::erase_if(allowed, [](const std::string& item) { return item.starts_with("engine/"); });
        return allowed;
    }
    if (is_wiring(path)) return {"engine/", "storage/", "protocol/", "config/", "metrics/"};
    if (is_core(path)) {
        for (const std::string_view station : stations)
            allowed.push_back("engine/" + std::string(station) + "/");
        allowed.emplace_back("engine/api/backend.h");
        return allowed;  // and the core itself: may_include()
    }
    allowed.push_back(room + "/");
    if (room == "engine/carrier") allowed.emplace_back("engine/session/");
    if (room == "engine/api" || room == "engine/io") allowed.emplace_back("engine/events/");
    if (room == "engine/api") allowed.emplace_back("engine/conversation/");
    if (room == "engine/io") {
        allowed.emplace_back("engine/session/");
        allowed.emplace_back("engine/api/");
        allowed.emplace_back("engine/ports.h");  // the faces between a shard and the world
        allowed.emplace_back("engine/carrier/operator_table.h");  // which is read from a file
    }
    return allowed;
}

bool may_include(std::string_view path, std::string_view target) {
    return begins_with_any(target, allowed_for(path)) || (is_core(path) && is_core(target));
}

// The fences: a library by the beginning of its headers, and the only places that may name them.
struct Fence {
    std::string_view library;
    std::vector<std::string_view> headers;
    std::vector<std::string_view> places;
};

const std::vector<Fence>& fences() {
    static const std::vector<Fence> list{
        {"Asio", {"boost/asio"}, {"engine/io/", "tools/*/program/", "tools/loadgen/"}},
        {"Beast", {"boost/beast"}, {"engine/io/", "tools/*/program/", "tools/loadgen/"}},
        {"OpenSSL", {"openssl/"}, {"engine/io/", "tools/*/program/", "tools/loadgen/"}},
        {"RocksDB", {"rocksdb/"}, {"storage/rocksdb_kv.cpp"}},
        {"yaml-cpp", {"yaml-cpp/"}, {"config/load.cpp", "config/document.cpp"}},
        {"prometheus-cpp", {"prometheus/"}, {"metrics/registry.cpp", "metrics/metric.cpp"}},
        {"ICU", {"unicode/"}, {"protocol/text/icu.cpp", "config/time_zone.cpp", "tests/"}},
        {"Boost.JSON",
         {"boost/json"},
         {"protocol/http/", "engine/api/", "engine/events/", "engine/io/", "tools/"}},
        {"RE2", {"re2/"}, {"engine/carrier/"}},
        {"libcurl", {"curl/"}, {"tools/parley/client.cpp"}},
        {"GoogleTest", {"gtest/", "gmock/", "benchmark/", "rapidcheck"}, {"tests/"}},
    };
    return list;
}

/// A place is the beginning of a path; "*" stands for one folder.
bool is_in(std::string_view path, std::string_view place) {
    const auto star = place.find('*');
    if (star == std::string_view::npos) return path.starts_with(place);
    if (!path.starts_with(place.substr(0, star))) return false;
    const auto slash = path.find('/', star);
    return slash != std::string_view::npos && is_in(path.substr(slash), place.substr(star + 1));
}

std::string join(const std::vector<std::string_view>& places) {
    std::string text;
    for (const std::string_view place : places)
        text.append(text.empty() ? "" : ", ").append(place);
    return text;
}

struct Include {
    std::string target;
    bool ours = false;  // in quotes
};

std::optional<Include> read_include(std::string_view line) {
    const auto skip_blanks = [&line] {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    };
    skip_blanks();
    if (!line.starts_with('#')) return std::nullopt;
    line.remove_prefix(1);
    skip_blanks();
    constexpr std::string_view word = "include";
    if (!line.starts_with(word)) return std::nullopt;
    line.remove_prefix(word.size());
    skip_blanks();
    if (line.empty() || (line[0] != '"' && line[0] != '<')) return std::nullopt;
    const bool ours = line[0] == '"';
    const auto end = line.find(ours ? '"' : '>', 1);
    return Include{.target = std::string(line.substr(1, end - 1)), .ours = ours};
}

std::optional<std::string> broken_rule(std::string_view path, const Include& include) {
    if (!include.ours) {
        for (const Fence& fence : fences()) {
            const auto names = [&](std::string_view header) {
                return include.target.starts_with(header);
            };
            const auto allows = [&](std::string_view place) { return is_in(path, place); };
            if (std::ranges::any_of(fence.headers, names) &&
                std::ranges::none_of(fence.places, allows))
                return "<" + include.target + ">: " + std::string(fence.library) + " belongs to " +
                       join(fence.places) + " alone";
        }
        return std::nullopt;
    }
    const std::string room(room_of(include.target));
    if (room == "tests") return "may not include " + include.target + ": nobody includes tests";
    if (!contains(house, room.substr(0, room.find('/'))))
        return "\"" + include.target +
               "\": ours are included by their path from the root, in quotes";
    if (may_include(path, include.target)) return std::nullopt;
    std::string allowed;
    for (const std::string& prefix : allowed_for(path))
        allowed += " " + prefix;
    if (is_core(path)) allowed += " engine/*";
    return "may not include " + include.target + "; the arrows from here lead to:" + allowed;
}

/// Code without // comments; good enough for words that are in no string of ours.
std::string_view code_of(std::string_view line) {
    return line.substr(0, line.find("//"));
}

bool has_word(std::string_view text, std::string_view word) {
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool begins = at == 0 || !is_part(text[at - 1]);
        const auto end = at + word.size();
        if (begins && (end == text.size() || !is_part(text[end]))) return true;
    }
    return false;
}

/// Code points, as a reader counts; octets beyond ASCII come in runs.
std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool header_introduces_itself(const Source& source) {
    const auto& lines = source.lines;
    return lines.size() >= 2 && lines[0] == "#pragma once" && lines[1].starts_with("// ");
}

}  // namespace

std::string to_text(const Finding& finding) {
    return finding.file + ":" + std::to_string(finding.line) + ": " + finding.rule;
}

std::vector<Finding> check_includes(const fs::path& root) {
    std::vector<Finding> findings;
    for (const Source& source : read_sources(root, house)) {
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            const auto include = read_include(source.lines[i]);
            if (!include) continue;
            if (const auto rule = broken_rule(source.path, *include))
                findings.push_back({source.path, static_cast<int>(i) + 1, *rule});
        }
    }
    return findings;
}

std::vector<Finding> check_purity(const fs::path& root) {
    // Time and chance come in as arguments everywhere below engine/io: one seed, one run.
    constexpr std::array<std::string_view, 8> impure{
        "steady_clock", "system_clock", "high_resolution_clock", "random_device",
        "mt19937",      "gettimeofday", "clock_gettime",         "sleep_for"};
    // A shard has no locks inside, and a station no thread and no socket.
    constexpr std::array<std::string_view, 6> threads{
        "<thread>", "<mutex>", "<condition_variable>", "<future>", "<sys/socket.h>", "<random>"};
    std::vector<Finding> findings;
    for (const Source& source : read_sources(root, house)) {
        const auto room = room_of(source.path);
        const bool in_station =
            is_station(room) || room == "protocol" || room == "engine/api" || is_basic(source.path);
        if (!in_station && !is_core(source.path)) continue;
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            const auto code = code_of(source.lines[i]);
            for (const std::string_view word : impure) {
                if (has_word(code, word))
                    findings.push_back(
                        {source.path, static_cast<int>(i) + 1,
                         std::string(word) + ": time and chance are arguments here"});
            }
            for (const std::string_view header : threads) {
                if (in_station && read_include(code) && code.find(header) != std::string_view::npos)
                    findings.push_back(
                        {source.path, static_cast<int>(i) + 1,
                         std::string(header) + ": no threads, locks or sockets here"});
            }
        }
    }
    return findings;
}

std::vector<Finding> check_style(const fs::path& root) {
    constexpr std::array<std::string_view, 7> all{"engine",  "protocol", "storage", "config",
                                                  "metrics", "tools",    "tests"};
    constexpr std::size_t columns_max = 100;
    // In halves, so that this file passes its own rule.
    const std::array<std::string, 3> notes{std::string("TO") + "DO", std::string("FIX") + "ME",
                                           std::string("XX") + "X"};
    std::vector<Finding> findings;
    for (const Source& source : read_sources(root, all)) {
        if (source.path.ends_with(".h") && !header_introduces_itself(source))
            findings.push_back(
                {source.path, 1,
                 "a header begins with #pragma once and a comment that says what it is"});
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            const std::string& line = source.lines[i];
            const int number = static_cast<int>(i) + 1;
            if (const auto width = columns(line); width > columns_max)
                findings.push_back({source.path, number,
                                    std::to_string(width) + " columns: expected at most 100"});
            for (const std::string& note : notes) {
                if (has_word(line, note))
                    findings.push_back(
                        {source.path, number, note + " is a job for the issue list"});
            }
        }
    }
    return findings;
}

std::size_t count_sources(const fs::path& root) {
    return read_sources(root, house).size();
}

}  // namespace parley::structure
