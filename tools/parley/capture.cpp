#include "tools/parley/capture.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <pcap/pcap.h>

namespace parley::tools {

namespace {

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint16_t ether_ipv4 = 0x0800, ether_ipv6 = 0x86DD;
constexpr std::uint16_t ether_vlan = 0x8100, ether_vlan_outer = 0x88A8;

std::uint8_t octet(std::string_view octets, std::size_t at) {
    return static_cast<std::uint8_t>(octets[at]);
}
std::uint16_t two_octets(std::string_view octets, std::size_t at) {
    return static_cast<std::uint16_t>(octet(octets, at) << 8 | octet(octets, at + 1));
}
std::uint32_t four_octets(std::string_view octets, std::size_t at) {
    return static_cast<std::uint32_t>(two_octets(octets, at)) << 16 | two_octets(octets, at + 2);
}

/// Ethernet payload by its type, VLAN tags passed over; empty when it is no IP.
std::string_view ip_of_ether(std::string_view frame, std::size_t type_at) {
    while (frame.size() >= type_at + 2) {
        const auto type = two_octets(frame, type_at);
        if (type == ether_ipv4 || type == ether_ipv6) return frame.substr(type_at + 2);
        if (type != ether_vlan && type != ether_vlan_outer) return {};
        type_at += 4;
    }
    return {};
}

/// What follows the link layer's header; empty when it is no IP.
std::string_view ip_of(int link_type, std::string_view frame) {
    const auto without = [frame](std::size_t octets) {
        return frame.size() > octets ? frame.substr(octets) : std::string_view{};
    };
    switch (link_type) {
        case DLT_EN10MB:
            return ip_of_ether(frame, 12);
        case DLT_LINUX_SLL:
            return ip_of_ether(frame, 14);
        case DLT_LINUX_SLL2:
            return ip_of_ether(frame, 0).empty() ? std::string_view{} : without(20);
        case DLT_NULL:
        case DLT_LOOP:
            return without(4);
        case DLT_RAW:
        case DLT_IPV4:
        case DLT_IPV6:
            return frame;
        default:
            return {};
    }
}

struct IpPayload {
    std::string from;
    std::string to;
    std::string_view tcp;
    bool cut_short = false;
};

std::optional<IpPayload> tcp_of_ipv4(std::string_view packet) {
    if (packet.size() < 20 || octet(packet, 9) != protocol_tcp) return std::nullopt;
    if ((two_octets(packet, 6) & 0x3FFFU) != 0) return std::nullopt;  // a fragment
    const std::size_t header = (octet(packet, 0) & 0x0FU) * 4U;
    // A length of 0 was left to the network card (segmentation offload): all that is there.
    const std::size_t total = two_octets(packet, 2) == 0 ? packet.size() : two_octets(packet, 2);
    if (header < 20 || total < header || packet.size() < header) return std::nullopt;
    return IpPayload{std::string(packet.substr(12, 4)), std::string(packet.substr(16, 4)),
                     packet.substr(0, total).substr(header), packet.size() < total};
}

std::optional<IpPayload> tcp_of_ipv6(std::string_view packet) {
    constexpr std::size_t header = 40;
    if (packet.size() < header) return std::nullopt;
    const std::size_t length = two_octets(packet, 4);
    const std::size_t total = length == 0 ? packet.size() : header + length;
    const bool cut_short = packet.size() < total;
    auto rest = packet.substr(0, total).substr(header);
    auto next = octet(packet, 6);
    while (next == 0 || next == 43 || next == 60) {  // hop-by-hop, routing, destination options
        if (rest.size() < 8) return std::nullopt;
        const std::size_t octets = (octet(rest, 1) + 1U) * 8U;
        if (rest.size() < octets) return std::nullopt;
        next = octet(rest, 0);
        rest.remove_prefix(octets);
    }
    if (next != protocol_tcp) return std::nullopt;
    return IpPayload{std::string(packet.substr(8, 16)), std::string(packet.substr(24, 16)), rest,
                     cut_short};
}

std::optional<IpPayload> tcp_of(std::string_view packet) {
    if (packet.empty()) return std::nullopt;
    switch (octet(packet, 0) >> 4) {
        case 4:
            return tcp_of_ipv4(packet);
        case 6:
            return tcp_of_ipv6(packet);
        default:
            return std::nullopt;
    }
}

std::optional<TcpSegment> segment_of(const IpPayload& ip) {
    if (ip.tcp.size() < 20) return std::nullopt;
    const std::size_t header = (octet(ip.tcp, 12) >> 4) * 4U;
    if (header < 20 || ip.tcp.size() < header) return std::nullopt;
    const auto flags = octet(ip.tcp, 13);
    return TcpSegment{.from = {ip.from, two_octets(ip.tcp, 0)},
                      .to = {ip.to, two_octets(ip.tcp, 2)},
                      .sequence = four_octets(ip.tcp, 4),
                      .syn = (flags & 0x02) != 0,
                      .fin = (flags & 0x01) != 0,
                      .rst = (flags & 0x04) != 0,
                      .payload = ip.tcp.substr(header)};
}

/// ts: of a capture in nanoseconds, which libpcap puts where microseconds would be. A damaged file
/// may claim any year; what does not fit is the latest that does.
std::int64_t nanoseconds(const timeval& ts) {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max() / second - 1;
    return std::clamp<std::int64_t>(ts.tv_sec, 0, latest) * second +
           std::clamp<std::int64_t>(ts.tv_usec, 0, second - 1);
}

}  // namespace

std::string Endpoint::text() const {
    char written[INET6_ADDRSTRLEN] = "";
    const bool v6 = address.size() == 16;
    inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), written, sizeof written);
    const auto host = v6 ? "[" + std::string(written) + "]" : std::string(written);
    return host + ":" + std::to_string(port);
}

bool is_capture(std::string_view first_octets) {
    for (const std::string_view magic : {"\xA1\xB2\xC3\xD4", "\xD4\xC3\xB2\xA1", "\xA1\xB2\x3C\x4D",
                                         "\x4D\x3C\xB2\xA1", "\x0A\x0D\x0D\x0A"}) {
        if (first_octets.starts_with(magic)) return true;
    }
    return false;
}

CaptureCounts read_capture(std::FILE* file, const std::function<void(const TcpSegment&)>& hear) {
    char fault[PCAP_ERRBUF_SIZE] = "";
    pcap_t* opened =
        pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, fault);
    if (opened == nullptr) {
        std::fclose(file);
        throw InputError(std::string("this is no capture file: ") + fault);
    }
    const std::unique_ptr<pcap_t, void (*)(pcap_t*)> capture(opened, pcap_close);
    const int link_type = pcap_datalink(capture.get());
    CaptureCounts counts;
    for (;;) {
        pcap_pkthdr* header = nullptr;
        const u_char* octets = nullptr;
        const int outcome = pcap_next_ex(capture.get(), &header, &octets);
        if (outcome == PCAP_ERROR_BREAK) return counts;
        if (outcome != 1) {
            throw InputError("the capture breaks off after " + std::to_string(counts.packets) +
                             " packets, at offset " + std::to_string(std::ftell(file)) + ": " +
                             pcap_geterr(capture.get()));
        }
        ++counts.packets;
        const std::string_view frame(reinterpret_cast<const char*>(octets), header->caplen);
        const auto ip = tcp_of(ip_of(link_type, frame));
        auto segment = ip ? segment_of(*ip) : std::nullopt;
        if (!segment) {
            ++counts.not_tcp;
            continue;
        }
        if (ip->cut_short) ++counts.cut_short;
        segment->time_ns = nanoseconds(header->ts);
        hear(*segment);
    }
}

}  // namespace parley::tools
