#pragma once
// Writes capture files of TCP over Ethernet, pcap or pcapng, so that tests and oracles have some
// with exactly the segments that they want.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::test {

class CaptureWriter {
public:
    enum class Format { pcap, pcapng };
    enum Flags : std::uint8_t { fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10 };
    struct Peer {
        std::string address;  // 4 or 16 octets
        std::uint16_t port = 0;
    };

    explicit CaptureWriter(Format format = Format::pcap) : format_(format) {
        if (format_ == Format::pcap) {
            out_ = little(0xA1B23C4D) + little16(2) + little16(4) + little(0) + little(0) +
                   little(snap_octets) + little(link_ethernet);
            return;
        }
        block(0x0A0D0D0A, little(0x1A2B3C4D) + little16(1) + little16(0) + std::string(8, '\xFF'));
        // if_tsresol 9: nanoseconds
        block(1, little16(link_ethernet) + little16(0) + little(snap_octets) + little16(9) +
                     little16(1) + std::string("\x09\0\0\0", 4) + little(0));
    }

    void tcp(std::int64_t time_ns, const Peer& from, const Peer& to, std::uint32_t sequence,
             std::uint8_t flags, std::string_view payload) {
        frame(time_ns, ethernet(ip(from, to, segment(from, to, sequence, flags, payload)),
                                from.address.size() == 16));
    }
    /// A frame as it is.
    void frame(std::int64_t time_ns, const std::string& octets) {
        const auto size = static_cast<std::uint32_t>(octets.size());
        const auto time = static_cast<std::uint64_t>(time_ns);
        if (format_ == Format::pcap) {
            out_ += little(static_cast<std::uint32_t>(time / 1'000'000'000)) +
                    little(static_cast<std::uint32_t>(time % 1'000'000'000)) + little(size) +
                    little(size) + octets;
            return;
        }
        block(6, little(0) + little(static_cast<std::uint32_t>(time >> 32)) +
                     little(static_cast<std::uint32_t>(time)) + little(size) + little(size) +
                     octets + std::string((4 - octets.size() % 4) % 4, '\0'));
    }
    const std::string& octets() const { return out_; }

private:
    static constexpr std::uint32_t snap_octets = 1 << 18;
    static constexpr std::uint16_t link_ethernet = 1;

    static std::string big16(std::uint32_t value) {
        return {static_cast<char>(value >> 8), static_cast<char>(value)};
    }
    static std::string big(std::uint32_t value) { return big16(value >> 16) + big16(value); }
    static std::string little16(std::uint32_t value) {
        return {static_cast<char>(value), static_cast<char>(value >> 8)};
    }
    static std::string little(std::uint32_t value) {
        return little16(value) + little16(value >> 16);
    }
    static std::string segment(const Peer& from, const Peer& to, std::uint32_t sequence,
                               std::uint8_t flags, std::string_view payload) {
        return big16(from.port) + big16(to.port) + big(sequence) + big(0) + '\x50' +
               static_cast<char>(flags) + big16(0xFFFF) + big16(0) + big16(0) +
               std::string(payload);
    }
    static std::string ip(const Peer& from, const Peer& to, const std::string& tcp) {
        if (from.address.size() == 16) {
            return big(0x60000000) + big16(static_cast<std::uint32_t>(tcp.size())) + "\x06\x40" +
                   from.address + to.address + tcp;
        }
        return std::string("\x45\0", 2) + big16(static_cast<std::uint32_t>(20 + tcp.size())) +
               big(0) + "\x40\x06" + big16(0) + from.address + to.address + tcp;
    }
    static std::string ethernet(const std::string& packet, bool v6) {
        return std::string(12, '\x02') + big16(v6 ? 0x86DD : 0x0800) + packet;
    }
    void block(std::uint32_t type, const std::string& body) {
        const auto octets = static_cast<std::uint32_t>(body.size() + 12);
        out_ += little(type) + little(octets) + body + little(octets);
    }

    Format format_;
    std::string out_;
};

}  // namespace parley::test
