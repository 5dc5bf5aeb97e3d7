#pragma once
// Appends to and reads from stored octets: little-endian varints and counted strings. The writer is
// on the shards' hot path; the reader meets whatever a disk gives it.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace parley::storage {

/// Appends to a string, which has its final size again when the writer is gone.
class Writer {
public:
    static constexpr std::size_t varint_octets_max = 10;
    static constexpr std::size_t text_octets_max(std::string_view text) {
        return text.size() + varint_octets_max;
    }

    /// Requires that no more than octets_max are written: room is made once, not at each call.
    Writer(std::string& out, std::size_t octets_max) : out_(out) {
        const std::size_t old = out.size();
        out.resize(old + octets_max);
        at_ = out.data() + old;
    }
    ~Writer() {
        const auto octets = static_cast<std::size_t>(at_ - out_.data());
        assert(octets <= out_.size());
        out_.resize(octets);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void octet(std::uint8_t value) { *at_++ = static_cast<char>(value); }
    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            octet(static_cast<std::uint8_t>(value | 0x80));
            value >>= 7;
        }
        octet(static_cast<std::uint8_t>(value));
    }
    void text(std::string_view value) {
        varint(value.size());
        raw(value);
    }
    void raw(std::string_view value) {
        std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }
    void enumeration(auto value) { octet(static_cast<std::uint8_t>(value)); }
    void time(std::int64_t value) { varint(static_cast<std::uint64_t>(value)); }

private:
    std::string& out_;
    char* at_;
};

/// After the first thing that is not as promised everything reads as zero and ok() is false.
class Reader {
public:
    explicit Reader(std::string_view octets) : all_(octets) {}

    bool ok() const { return ok_; }
    bool done() const { return ok_ && at_ == all_.size(); }
    std::size_t offset() const { return at_; }
    void fail() {
        ok_ = false;
        at_ = all_.size();
    }

    std::uint8_t octet() {
        if (at_ == all_.size()) {
            fail();
            return 0;
        }
        return static_cast<std::uint8_t>(all_[at_++]);
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t next = octet();
            value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
            if (next < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::string_view text() { return raw(varint()); }
    std::string_view raw(std::uint64_t octets) {
        if (octets > all_.size() - at_) {
            fail();
            return {};
        }
        const std::string_view value = all_.substr(at_, octets);
        at_ += octets;
        return value;
    }
    template <typename Enumeration>
    Enumeration enumeration(Enumeration last) {
        const std::uint8_t value = octet();
        if (value > static_cast<std::uint8_t>(last)) fail();
        return ok_ ? static_cast<Enumeration>(value) : Enumeration{};
    }
    /// A number that fits the type; for counts and small fields.
    template <typename Integer>
    Integer integer() {
        const std::uint64_t value = varint();
        if (value > static_cast<Integer>(-1)) fail();
        return ok_ ? static_cast<Integer>(value) : Integer{};
    }
    bool flag() {
        const std::uint8_t value = octet();
        if (value > 1) fail();
        return value == 1;
    }
    std::int64_t time() { return static_cast<std::int64_t>(varint()); }

private:
    std::string_view all_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace parley::storage
