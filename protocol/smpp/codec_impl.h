#pragma once
// The three walkers over a PDU's fields() list behind encode() and decode(): one measures, one
// writes, one reads. Included by codec.h alone. They inline to straight code; what a well-formed
// PDU never needs is in codec.cpp.

#include "protocol/ensure.h"

#include <cstring>

namespace parley::smpp::detail {

inline char* put(char* at, std::uint8_t value) {
    *at = static_cast<char>(value);
    return at + 1;
}
inline char* put(char* at, std::uint16_t value) {
    return put(put(at, static_cast<std::uint8_t>(value >> 8)), static_cast<std::uint8_t>(value));
}
inline char* put(char* at, std::uint32_t value) {
    return put(put(at, static_cast<std::uint16_t>(value >> 16)), static_cast<std::uint16_t>(value));
}
inline char* put(char* at, std::string_view octets) {
    if (!octets.empty()) std::memcpy(at, octets.data(), octets.size());
    return at + octets.size();
}

/// Big-endian, as everything in SMPP. Requires sizeof(Integer) readable octets.
template <class Integer>
Integer take(const char* at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        value = value << 8 | static_cast<std::uint8_t>(at[i]);
    }
    return static_cast<Integer>(value);
}

inline char* put_header(char* at, std::uint32_t command_length, Command command_id,
                        Status command_status, std::uint32_t sequence_number) {
    at = put(at, command_length);
    at = put(at, static_cast<std::uint32_t>(command_id));
    at = put(at, static_cast<std::uint32_t>(command_status));
    return put(at, sequence_number);
}

/// Counts a body's octets and holds the caller to its promises before a byte is written.
template <bool with_tlvs>
class Measure {
public:
    explicit Measure(Strings strings) : strings_(strings) {}

    void c_string(std::string_view, std::string_view value, std::size_t octets_max) {
        if (strings_ == Strings::as_read) octets_max = c_string_octets_read_max;
        ENSURE(value.size() < octets_max);
        ENSURE(value.empty() || std::memchr(value.data(), 0, value.size()) == nullptr);
        octets_ += value.size() + 1;
    }
    void secret(std::string_view field, std::string_view value, std::size_t octets_max) {
        c_string(field, value, octets_max);
    }
    template <class Integer>
    void integer(std::string_view, Integer) {
        octets_ += sizeof(Integer);
    }
    void choice(std::string_view, std::uint8_t value, std::uint8_t min, std::uint8_t max) {
        ENSURE(value >= min && value <= max);
        octets_ += 1;
    }
    void counted_octets(std::string_view, std::string_view value) {
        ENSURE(value.size() <= 255);
        octets_ += 1 + value.size();
    }
    template <class List>
    void list(std::string_view, std::string_view, const List& items) {
        ENSURE(items.size() <= 255);
        octets_ += 1;
        for (const auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(const Tlvs& tlvs) {
        if constexpr (!with_tlvs) return;
        for (const Tlv& tlv : tlvs) {
            ENSURE(tlv.value.size() <= 0xFFFF);
            octets_ += 4 + tlv.value.size();
        }
    }
    std::size_t octets() const { return octets_; }

private:
    Strings strings_;
    std::size_t octets_ = 0;
};

/// Writes what Measure has counted; checks nothing any more.
template <bool with_tlvs>
class Writer {
public:
    explicit Writer(char* at) : at_(at) {}

    void c_string(std::string_view, std::string_view value, std::size_t) {
        at_ = put(put(at_, value), std::uint8_t{0});
    }
    void secret(std::string_view field, std::string_view value, std::size_t octets_max) {
        c_string(field, value, octets_max);
    }
    template <class Integer>
    void integer(std::string_view, Integer value) {
        at_ = put(at_, value);
    }
    void choice(std::string_view, std::uint8_t value, std::uint8_t, std::uint8_t) {
        at_ = put(at_, value);
    }
    void counted_octets(std::string_view, std::string_view value) {
        at_ = put(put(at_, static_cast<std::uint8_t>(value.size())), value);
    }
    template <class List>
    void list(std::string_view, std::string_view, const List& items) {
        at_ = put(at_, static_cast<std::uint8_t>(items.size()));
        for (const auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(const Tlvs& tlvs) {
        if constexpr (!with_tlvs) return;
        for (const Tlv& tlv : tlvs) {
            at_ = put(at_, static_cast<std::uint16_t>(tlv.tag));
            at_ = put(at_, static_cast<std::uint16_t>(tlv.value.size()));
            at_ = put(at_, tlv.value);
        }
    }

private:
    char* at_;
};

/// Reads a body. After the first failure every field that is left comes out empty, so a reused
/// struct never shows the PDU before.
class Reader {
public:
    Reader(const Frame& frame, bool response, DecodeError& error, bool tolerate_tlvs)
        : begin_(frame.body.data()),
          at_(begin_),
          end_(begin_ + frame.body.size()),
          error_(error),
          response_(response),
          refusal_(response_ && frame.header.command_status != Status::ESME_ROK),
          tolerate_tlvs_(tolerate_tlvs) {}

    void c_string(std::string_view field, std::string_view& value, std::size_t) {
        if (at_ < end_ && *at_ == 0) {  // most text fields of most PDUs are empty
            value = {};
            ++at_;
            return;
        }
        const std::size_t searched =
            left() < c_string_octets_read_max ? left() : c_string_octets_read_max;
        const void* nul = searched == 0 ? nullptr : std::memchr(at_, 0, searched);
        if (nul == nullptr) return without_nul(field, value);
        const auto* stop = static_cast<const char*>(nul);
        value = {at_, static_cast<std::size_t>(stop - at_)};
        at_ = stop + 1;
    }
    void secret(std::string_view field, std::string_view& value, std::size_t octets_max) {
        c_string(field, value, octets_max);
    }
    template <class Integer>
    void integer(std::string_view field, Integer& value) {
        if (left() < sizeof(Integer)) {
            value = {};
            return without_integer(field, sizeof(Integer));
        }
        value = take<Integer>(at_);
        at_ += sizeof(Integer);
    }
    void choice(std::string_view field, std::uint8_t& value, std::uint8_t min, std::uint8_t max) {
        integer(field, value);
        if (failed_ || (value >= min && value <= max)) return;
        --at_;
        stop(errc::unknown_choice, field, value);
        value = min;
    }
    void counted_octets(std::string_view field, std::string_view& value) {
        std::uint8_t octets = 0;
        integer(field, octets);
        if (left() < octets) {
            value = {};
            return stop(errc::truncated, field, octets);
        }
        value = {at_, octets};
        at_ += octets;
    }
    template <class List>
    void list(std::string_view count_field, std::string_view field, List& items) {
        items.clear();
        std::uint8_t count = 0;
        integer(count_field, count);
        const bool response = response_;
        response_ = false;  // a response may end before its fields, but not inside an item
        for (; count > 0 && !failed_; --count)
            read_item(field, items);
        response_ = response;
    }
    void tlvs(Tlvs& tlvs) {
        tlvs.clear();
        if (at_ != end_) read_tlvs(tlvs);
    }
    /// The verdict, once the walk is over.
    bool finish() const {
        return !failed_ || refusal_;  // what a refusal carries may be ignored (SMPP 5.0 §3.2.1.3)
    }

private:
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
    /// What was read before an item that does not hold together is kept.
    template <class List>
    void read_item(std::string_view field, List& items) {
        if (at_ == end_) return stop(errc::truncated, field, 1);
        List::value_type::fields(items.emplace_back(), *this);
        if (failed_) items.pop_back();
    }
    void without_integer(std::string_view field, std::uint32_t octets);
    void without_nul(std::string_view field, std::string_view& value);
    void read_tlvs(Tlvs& tlvs);
    void trailing_octets();
    void stop(errc code, std::string_view field, std::uint32_t promised);
    void note(errc code, std::string_view field, std::uint32_t promised);

    const char* begin_;
    const char* at_;
    const char* end_;  // moves to at_ when reading stops
    DecodeError& error_;
    bool response_;
    bool refusal_;
    bool tolerate_tlvs_;
    bool failed_ = false;
};

}  // namespace parley::smpp::detail

namespace parley::smpp {

template <class Pdu>
bool decode(const Frame& frame, Pdu& pdu, DecodeError& error, bool tolerate_tlvs) {
    error = {};
    detail::Reader reader(frame, is_response(Pdu::id), error, tolerate_tlvs);
    Pdu::fields(pdu, reader);
    return reader.finish();
}

namespace detail {

template <bool with_tlvs, class Pdu>
void encode_as(std::string& out, const Pdu& pdu, std::uint32_t sequence_number,
               Status command_status, Strings strings) {
    Measure<with_tlvs> measure(strings);
    Pdu::fields(pdu, measure);
    const std::size_t octets = header_octets + measure.octets();
    const std::size_t begin = out.size();
    out.resize(begin + octets);
    Writer<with_tlvs> writer(put_header(out.data() + begin, static_cast<std::uint32_t>(octets),
                                        Pdu::id, command_status, sequence_number));
    Pdu::fields(pdu, writer);
}

}  // namespace detail

template <class Pdu>
void encode(std::string& out, const Pdu& pdu, std::uint32_t sequence_number, Status command_status,
            Strings strings) {
    detail::encode_as<true>(out, pdu, sequence_number, command_status, strings);
}

template <class Pdu>
void encode_without_tlvs(std::string& out, const Pdu& pdu, std::uint32_t sequence_number,
                         Status command_status, Strings strings) {
    detail::encode_as<false>(out, pdu, sequence_number, command_status, strings);
}

}  // namespace parley::smpp
