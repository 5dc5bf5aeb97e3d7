#pragma once
// One setting's value: read from a node of YAML or JSON, with a complaint that has a place; written
// as JSON; and what is expected, in words. Knows no carrier and no file.

#include "config/document.h"
#include "tools/carrier_sim/scenario/settings_list.h"

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace parley::carrier_sim {

using Node = config::YamlNode;

/// Where one value stands, and where its complaints go. Cheap to make for every field.
class Reading {
public:
    Reading(std::string file, std::vector<config::Complaint>& complaints)
        : file_(std::move(file)), complaints_(&complaints) {}

    Reading inside(std::string_view name) const {
        Reading inner = *this;
        inner.path_ += (path_.empty() ? "" : ".") + std::string(name);
        return inner;
    }
    Reading at(std::size_t place) const {
        Reading inner = *this;
        inner.path_ += "[" + std::to_string(place) + "]";
        return inner;
    }
    void complain(config::Place place, std::string text) const {
        complaints_->push_back({file_, place.line, place.column, path_, std::move(text)});
    }
    /// "'70x' given, expected a time such as …"
    void refuse(const Node& node, std::string_view expected) const;
    const std::string& path() const { return path_; }
    std::size_t complaints() const { return complaints_->size(); }

private:
    std::string file_;
    std::string path_;
    std::vector<config::Complaint>* complaints_;
};

std::optional<Duration> duration_from(std::string_view text);
std::string duration_text(Duration value);
/// By name, or a number as 88 or 0x58.
std::optional<smpp::Status> status_from_text(std::string_view text);
std::optional<std::uint32_t> rate_from(std::string_view text);
std::string with_suggestion(std::string text, std::string_view given,
                            const std::vector<std::string>& known);

// The words of enumerations, in order of value.
template <class Enumeration>
struct WordsOf;
template <>
struct WordsOf<MoKind> {
    static constexpr std::array<std::string_view, 3> list{"plain", "opt_out", "opt_in"};
};
template <>
struct WordsOf<IdForm> {
    static constexpr std::array<std::string_view, 5> list{"decimal", "hex", "uuid", "hex_lower",
                                                          "padded"};
};
template <>
struct WordsOf<DefaultAlphabet> {
    static constexpr std::array<std::string_view, 4> list{"gsm7", "gsm7_packed", "latin1", "ascii"};
};
template <>
struct WordsOf<Parts> {
    static constexpr std::array<std::string_view, 4> list{"udh8", "udh16", "sar", "payload"};
};
template <>
struct WordsOf<SessionEnd> {
    static constexpr std::array<std::string_view, 4> list{"cut", "mid_pdu", "half_open", "unbind"};
};
template <>
struct WordsOf<BindKind> {
    static constexpr std::array<std::string_view, 3> list{"transmitter", "receiver", "transceiver"};
};
template <class T>
concept Worded = requires {
    WordsOf<T>::list;
};
template <Worded T>
std::string_view word_of(T value) {
    return WordsOf<T>::list.at(static_cast<std::size_t>(value));
}

struct AnyField {
    void operator()(std::string_view, auto&&, std::string_view) {}
};
template <class T>
concept Described = requires(T& part, AnyField& any) {
    describe(part, any);
};
template <class T>
concept Whole = std::is_unsigned_v<T> && !std::is_same_v<T, bool>;

// What is expected, for complaints and the reference page.
std::string one_of(std::span<const std::string_view> words);
std::string whole_number_to(std::uint64_t most);
inline std::string expected(const std::string&) {
    return "a text";
}
inline std::string expected(bool) {
    return "true or false";
}
inline std::string expected(double) {
    return "a chance such as 0.05 or 5%";
}
inline std::string expected(Duration) {
    return "a time such as 20ms, 2s, 500us, 1m or 24h";
}
inline std::string expected(const DelayRange&) {
    return "a delay such as 20ms, 10ms..50ms or 80ms~2s";
}
inline std::string expected(smpp::Status) {
    return "a status such as ESME_RTHROTTLED, 88 or 0x0401";
}
inline std::string expected(const std::vector<StateShare>&) {
    return "shares such as DELIVRD:95,UNDELIV:5 or a map { DELIVRD: 95, UNDELIV: 5 }";
}
inline std::string expected(const std::vector<std::string>&) {
    return "a text or a list of texts";
}
inline std::string expected(const std::optional<std::uint8_t>&) {
    return "0 to 99, or none";
}
template <Worded T>
std::string expected(T) {
    return one_of(WordsOf<T>::list);
}
template <Worded T>
std::string expected(const std::vector<T>&) {
    return "a list of " + one_of(WordsOf<T>::list);
}
template <Whole T>
std::string expected(T) {
    return whole_number_to(std::numeric_limits<T>::max());
}
template <class T>
std::string expected(PerSecond<T>) {
    return "a rate such as 50/s or 3000/m";
}
template <class T>
std::string expected(VersionOctet<T>) {
    return "3.3, 3.4, 5.0, an octet such as 0x51, or none";
}
template <Described T>
std::string expected(const std::vector<T>&) {
    return "a list of maps";
}

// Node to value. The target is untouched after a complaint.
void read(const Reading& at, const Node& node, std::string& target);
void read(const Reading& at, const Node& node, bool& target);
void read(const Reading& at, const Node& node, double& target);
void read(const Reading& at, const Node& node, Duration& target);
void read(const Reading& at, const Node& node, DelayRange& target);
void read(const Reading& at, const Node& node, smpp::Status& target);
void read(const Reading& at, const Node& node, std::vector<StateShare>& target);
void read(const Reading& at, const Node& node, std::vector<std::string>& target);
void read(const Reading& at, const Node& node, std::optional<std::uint8_t>& target);
void read(const Reading& at, const Node& node, PerSecond<std::uint32_t> target);
void read(const Reading& at, const Node& node, VersionOctet<std::optional<std::uint8_t>> target);
/// The place of the word in the list; empty after a complaint.
std::optional<std::size_t> read_word(const Reading& at, const Node& node,
                                     std::span<const std::string_view> words);
std::optional<std::uint64_t> read_whole(const Reading& at, const Node& node, std::uint64_t most);

template <Worded T>
void read(const Reading& at, const Node& node, T& target) {
    if (const auto place = read_word(at, node, WordsOf<T>::list)) target = static_cast<T>(*place);
}
template <Whole T>
void read(const Reading& at, const Node& node, T& target) {
    if (const auto number = read_whole(at, node, std::numeric_limits<T>::max()))
        target = static_cast<T>(*number);
}

/// A map met by a describe() list: tells apart what is read and what nobody knows.
class MapReading {
public:
    MapReading(Reading at, const Node& node) : at_(std::move(at)), node_(node) {
        is_map_ = node.kind == Node::Kind::map;
        if (!is_map_) at_.refuse(node, "a map");
    }
    /// The member of this name, which is known from now on.
    const Node* take(std::string_view name) {
        names_.emplace_back(name);
        return is_map_ ? node_.find(name) : nullptr;
    }
    template <class Field>
    void operator()(std::string_view name, Field&& field, std::string_view) {
        if (const Node* value = take(name)) read(at_.inside(name), *value, field);
    }
    const Reading& at() const { return at_; }
    const Node& node() const { return node_; }
    void refuse_unknown();

private:
    Reading at_;
    const Node& node_;
    bool is_map_ = false;
    std::vector<std::string> names_;
};

template <Described T>
void read(const Reading& at, const Node& node, T& target) {
    MapReading map(at, node);
    describe(target, map);
    map.refuse_unknown();
}
template <class T>
requires Described<T> || Worded<T>
void read(const Reading& at, const Node& node, std::vector<T>& target) {
    if (node.kind != Node::Kind::list) return at.refuse(node, expected(target));
    std::vector<T> list(node.items.size());
    const std::size_t before = at.complaints();
    for (std::size_t i = 0; i < list.size(); ++i)
        read(at.at(i), node.items[i], list[i]);
    if (at.complaints() == before) target = std::move(list);
}

// Value to JSON, as read() takes it.
boost::json::value write(const std::string& value);
boost::json::value write(bool value);
boost::json::value write(double value);
boost::json::value write(Duration value);
boost::json::value write(const DelayRange& value);
boost::json::value write(smpp::Status value);
boost::json::value write(const std::vector<StateShare>& value);
boost::json::value write(const std::vector<std::string>& value);
boost::json::value write(const std::optional<std::uint8_t>& value);
boost::json::value write(PerSecond<const std::uint32_t> value);
boost::json::value write(VersionOctet<const std::optional<std::uint8_t>> value);
template <Whole T>
boost::json::value write(T value) {
    return std::uint64_t{value};
}
template <Worded T>
boost::json::value write(T value) {
    return boost::json::value(word_of(value));
}
template <Described T>
boost::json::value write(const T& part);
template <class T>
requires Described<T> || Worded<T> boost::json::value write(const std::vector<T>& list) {
    boost::json::array all;
    for (const T& item : list)
        all.push_back(write(item));
    return all;
}
template <Described T>
boost::json::value write(const T& part) {
    boost::json::object members;
    describe(part, [&](std::string_view name, const auto& field, std::string_view) {
        members[name] = write(field);
    });
    return members;
}

}  // namespace parley::carrier_sim
