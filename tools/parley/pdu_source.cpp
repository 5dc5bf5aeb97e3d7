#include "tools/parley/pdu_source.h"

#include "protocol/smpp/framer.h"
#include "protocol/smpp/hex.h"
#include "tools/parley/tcp_stream.h"

#include <algorithm>
#include <map>

namespace parley::tools {

namespace {

constexpr std::uint32_t length_max = 1 << 20;  // longer is no PDU but another protocol

std::string place(std::string_view text, std::size_t at) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return "offset " + std::to_string(at) + " (line " + std::to_string(line + 1) + ")";
}

std::string shown(char c) {
    if (c >= ' ' && c <= '~') return std::string("'") + c + "'";
    return "octet 0x" + smpp::to_hex({&c, 1});
}

bool is_between(char c) {
    return std::string_view(" \t\r\n:,-").find(c) != std::string_view::npos;
}

/// The four words of a header that could begin a PDU: a possible length, a known command.
bool begins_like_smpp(std::string_view octets) {
    if (octets.size() < smpp::header_octets) return false;
    const auto length = smpp::detail::take<std::uint32_t>(octets.data());
    const auto id = smpp::Command{smpp::detail::take<std::uint32_t>(octets.data() + 4)};
    return length >= smpp::header_octets && length <= length_max && smpp::is_known(id);
}

/// One direction of one TCP connection on its way to PDUs.
class Direction {
public:
    Direction(Endpoint from, Endpoint to, std::uint64_t connection, bool named)
        : from_(std::move(from)), to_(std::move(to)), connection_(connection), named_(named) {}

    TcpStream tcp;

    /// Hands on what is whole.
    void pump(std::uint64_t& number, const HearPdu& hear, std::vector<std::string>& notes) {
        while (const auto piece = tcp.next()) {
            if (state_ == State::lost) continue;
            if (piece->missing_before > 0) after_a_hole(piece->missing_before, notes);
            buffer_ += piece->octets;
            time_ns_ = piece->time_ns;
            if (state_ == State::unknown && !recognise(notes)) continue;
            cut(number, hear, notes);
        }
    }
    bool is_smpp() const { return state_ != State::unknown && state_ != State::other; }
    bool is_other() const { return state_ == State::other; }
    std::string text() const { return from_.text() + " > " + to_.text(); }
    void say_what_is_left(std::vector<std::string>& notes) const {
        if (state_ == State::reading && !buffer_.empty()) {
            notes.push_back(text() + ": " + std::to_string(buffer_.size()) + " octets at offset " +
                            std::to_string(offset_) +
                            " are the beginning of a PDU that is not whole");
        }
    }

private:
    enum class State { unknown, reading, other, lost };

    void after_a_hole(std::uint64_t missing, std::vector<std::string>& notes) {
        if (state_ == State::reading) {
            notes.push_back(text() + ": the capture lacks " + std::to_string(missing) +
                            " octets at offset " + std::to_string(offset_ + buffer_.size()));
        }
        offset_ += buffer_.size() + missing;
        buffer_.clear();
        if (state_ == State::reading) state_ = State::unknown;
        seek_ = true;
    }

    /// Whether this is SMPP is decided at its first header. A capture that begins in the middle of
    /// a connection may begin in the middle of a PDU: there the first that looks like one is
    /// sought.
    bool recognise(std::vector<std::string>& notes) {
        if (buffer_.size() < smpp::header_octets) return false;
        const bool may_seek = seek_ || !tcp.began_with_syn();
        std::size_t skipped = 0;
        while (!begins_like_smpp(std::string_view(buffer_).substr(skipped))) {
            if (!may_seek && !named_) {
                state_ = State::other;
                buffer_.clear();
                return false;
            }
            if (!may_seek) break;  // the port was named: let the framer say what is wrong
            if (++skipped + smpp::header_octets > buffer_.size()) return give_up_seeking();
        }
        if (skipped > 0) {
            notes.push_back(text() + ": " + std::to_string(skipped) + " octets at offset " +
                            std::to_string(offset_) + " passed over, up to the next PDU");
        }
        buffer_.erase(0, skipped);
        offset_ += skipped;
        state_ = State::reading;
        return true;
    }

    bool give_up_seeking() {
        constexpr std::size_t sought_max = 1 << 20;
        if (buffer_.size() > sought_max && !named_) {
            state_ = State::other;
            buffer_.clear();
        }
        return false;
    }

    void cut(std::uint64_t& number, const HearPdu& hear, std::vector<std::string>& notes) {
        smpp::Framer framer(length_max);
        framer.feed(buffer_);
        std::size_t taken = 0;
        while (const auto frame = framer.next()) {
            hear({.number = ++number,
                  .frame = *frame,
                  .offset = offset_ + taken,
                  .time_ns = time_ns_,
                  .from = from_,
                  .to = to_,
                  .connection = connection_});
            taken += frame->header.command_length;
        }
        offset_ += taken;
        buffer_.erase(0, taken);
        if (!framer.error()) return;
        notes.push_back(text() + ": no PDU at offset " + std::to_string(offset_) + ": " +
                        framer.error().message() + " (" +
                        std::to_string(framer.bad_header().command_length) +
                        "); the rest of this direction is lost");
        state_ = State::lost;
        buffer_.clear();
    }

    Endpoint from_;
    Endpoint to_;
    std::uint64_t connection_;
    bool named_;  // its port was named
    State state_ = State::unknown;
    bool seek_ = false;
    std::string buffer_;
    std::uint64_t offset_ = 0;  // of the buffer's first octet in the direction
    std::int64_t time_ns_ = 0;
};

/// All directions of a capture.
class Connections {
public:
    Connections(const std::vector<std::uint16_t>& ports, const HearPdu& hear)
        : ports_(ports), hear_(hear) {}

    void hear(const TcpSegment& segment) {
        const std::pair key(segment.from, segment.to);
        if (segment.syn) forget(key);
        const auto connection = connection_of(key);
        auto place = open_.find(key);
        if (place == open_.end()) {
            if (segment.payload.empty() && !segment.syn) return;
            place =
                open_.try_emplace(key, segment.from, segment.to, connection, named(segment)).first;
        }
        place->second.tcp.hear(segment.sequence, segment.syn, segment.payload, segment.time_ns);
        place->second.pump(number_, hear_, notes_);
    }

    std::vector<std::string> finish(const CaptureCounts& counts) {
        while (!open_.empty())
            forget(open_.begin()->first);
        if (others_ > 0) {
            notes_.push_back(std::to_string(others_) +
                             " directions of TCP connections that are no SMPP were left out");
        }
        if (counts.cut_short > 0) {
            notes_.push_back(std::to_string(counts.cut_short) + " of " +
                             std::to_string(counts.packets) +
                             " packets were captured in part; capture with a larger snap length");
        }
        return std::move(notes_);
    }

private:
    using Key = std::pair<Endpoint, Endpoint>;

    /// The end of a direction: of the file, or a new connection with the same addresses.
    void forget(Key key) {  // a copy: it may be that of the place that goes
        const auto place = open_.find(key);
        if (place == open_.end()) return;
        Direction& direction = place->second;
        direction.tcp.at_end();
        direction.pump(number_, hear_, notes_);
        direction.say_what_is_left(notes_);
        others_ += direction.is_other() ? 1 : 0;
        open_.erase(place);
        if (!open_.contains({key.second, key.first})) connections_.erase(unordered(key));
    }
    std::uint64_t connection_of(const Key& key) {
        const auto [place, is_new] = connections_.try_emplace(unordered(key), connections_total_);
        if (is_new) ++connections_total_;
        return place->second;
    }
    static Key unordered(const Key& key) {
        return key.first < key.second ? key : Key(key.second, key.first);
    }
    bool named(const TcpSegment& segment) const {
        return std::ranges::any_of(ports_, [&](std::uint16_t port) {
            return port == segment.from.port || port == segment.to.port;
        });
    }

    const std::vector<std::uint16_t>& ports_;
    const HearPdu& hear_;
    std::map<Key, Direction> open_;
    std::map<Key, std::uint64_t> connections_;
    std::uint64_t connections_total_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t others_ = 0;
    std::vector<std::string> notes_;
};

}  // namespace

std::string octets_of_hex_text(std::string_view text) {
    std::string octets;
    int high = -1;
    std::size_t high_at = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (is_between(c)) {
            continue;
        } else if (high < 0 && (text.substr(at, 2) == "0x" || text.substr(at, 2) == "\\x")) {
            ++at;
        } else if (const int digit = smpp::hex_digit(c); digit < 0) {
            throw InputError(shown(c) + " at " + place(text, at) + " is no hexadecimal digit");
        } else if (high < 0) {
            high = digit;
            high_at = at;
        } else {
            octets += static_cast<char>(high << 4 | digit);
            high = -1;
        }
    }
    if (high >= 0) {
        throw InputError("an odd number of hexadecimal digits: the one at " + place(text, high_at) +
                         " has no partner");
    }
    return octets;
}

void read_stream(std::string_view octets, const HearPdu& hear) {
    smpp::Framer framer(length_max);
    framer.feed(octets);
    std::uint64_t offset = 0;
    std::uint64_t number = 0;
    while (const auto frame = framer.next()) {
        hear({.number = ++number, .frame = *frame, .offset = offset});
        offset += frame->header.command_length;
    }
    const auto where = "at offset " + std::to_string(offset) + ": ";
    if (framer.error()) {
        throw InputError("no PDU " + where + framer.error().message() + " (" +
                         std::to_string(framer.bad_header().command_length) + ")");
    }
    const auto left = framer.buffered();
    if (left == 0) return;
    if (left < smpp::header_octets) {
        throw InputError("no whole PDU " + where + std::to_string(left) +
                         " octets are left, a header has 16");
    }
    const auto length =
        smpp::detail::take<std::uint32_t>(octets.data() + static_cast<std::size_t>(offset));
    throw InputError("no whole PDU " + where + std::to_string(left) + " of the " +
                     std::to_string(length) + " octets that its command_length promises");
}

std::vector<std::string> read_capture_pdus(std::FILE* file, const std::vector<std::uint16_t>& ports,
                                           const HearPdu& hear) {
    Connections connections(ports, hear);
    const auto counts =
        read_capture(file, [&](const TcpSegment& segment) { connections.hear(segment); });
    return connections.finish(counts);
}

}  // namespace parley::tools
