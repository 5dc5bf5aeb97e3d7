#pragma once
// What another configuration would change in a running engine, setting by setting, and how each
// change takes effect. Pure: knows no file, no engine and no time. Parts of lists are told apart by
// what they are called, never by where they stand.

#include "config/config.h"
#include "config/setting.h"

#include <cstdint>
#include <string>
#include <vector>

namespace parley::config {

struct Change {
    enum class Kind : std::uint8_t { changed, added, removed };
    Kind kind = Kind::changed;
    std::string setting;  // "carriers[acme].throughput"
    std::string before;   // as one writes it in the file, secrets masked; empty: it was not there
    std::string after;    // the same; empty: it is no longer there
    Effect effect = Effect::restart;
    bool operator==(const Change&) const = default;
};
std::string_view name(Change::Kind kind);
/// "reconnect  carriers[acme].system_id: parley -> parley2"
std::string to_text(const Change& change);

/// Both are configurations that check() has nothing against. In the order of the reference page;
/// empty: nothing would change.
std::vector<Change> plan(const Config& running, const Config& wanted);

/// What a running engine makes of it: `wanted`, but where only a restart changes a setting, that
/// is as it was. The two do not always go together: check() has the last word.
Config without_restart(const Config& running, Config wanted);

}  // namespace parley::config
