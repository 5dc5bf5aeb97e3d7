#pragma once
// What is said of one setting, beside its name and its place in config.h. The loader, the printer
// and the reference page all walk the same lists of these (describe.h); none knows a setting twice.

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace parley::config {

/// What a setting's text must look like. Numbers need none: their C++ type says how they are
/// written (value.h), so a uint64_t is octets ("1GiB"), a double a rate ("500/s"), Millis a
/// duration ("10s").
enum class Shape : std::uint8_t {
    text,        // anything, `min` to `max` octets long
    identifier,  // letters, digits, ".", "-", "_": it becomes a label of metrics and a part of keys
    folder,
    file,           // relative to the file that names it
    pem,            // a file that can be read and holds PEM; relative to the file that names it
    host,           // the name of a machine, or its address
    ip,             // "192.0.2.1" or "2001:db8::1"
    endpoint,       // host:port of somebody else
    listen,         // host:port of ours; port 0 means any free one
    sender,         // "+15550001000", short code, or a name of up to 11 characters; is normalised
    prefix,         // "+" and the first digits of a number
    senders,        // a sender, or the beginning of one and "*"
    message_class,  // one of the API's
    time_zone,      // of the IANA database
    reference,      // the id of something declared elsewhere in the file; checked by check.h
};

/// How a running engine takes over that a setting is another one.
enum class Effect : std::uint8_t {
    live,       // at once, and nothing ends
    reconnect,  // the links of the carrier finish what is in flight and bind anew
    restart,    // not before the process starts again; until then the old value counts
};

/// One setting. `min` and `max` bound a number in its base unit (count, octets, segments per
/// second, milliseconds), or the length of a text in octets.
struct About {
    std::string_view help;
    std::string_view unit = {};
    double min = 0;
    double max = std::numeric_limits<double>::infinity();
    std::string_view zero = {};  // a word for 0, such as "auto"; also how 0 is printed
    Shape shape = Shape::text;
    bool required = false;
    bool one_will_do = false;  // a list: a single item need not stand in brackets
    bool secret = false;       // masked wherever it is shown; "<name>_file" may stand in its place
    // How a change takes effect: at most one of these. A part's word holds for what is inside and
    // says nothing itself, a list's also for what is added to it and removed; where nobody says
    // anything it is restart.
    bool live = false;
    bool reconnect = false;
    bool restart = false;
};

/// outer: of the part that the setting is in.
constexpr Effect effect_of(const About& about, Effect outer) {
    if (about.live) return Effect::live;
    if (about.reconnect) return Effect::reconnect;
    return about.restart ? Effect::restart : outer;
}
constexpr std::string_view name(Effect effect) {
    switch (effect) {
        case Effect::live:
            return "live";
        case Effect::reconnect:
            return "reconnect";
        case Effect::restart:
            return "restart";
    }
    return "";
}

/// The words of an enumeration, in order of value. Specialised in describe.h.
template <typename Enumeration>
struct Words;

}  // namespace parley::config
