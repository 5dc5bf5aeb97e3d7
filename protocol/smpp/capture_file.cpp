#include "protocol/smpp/capture_file.h"

#include "protocol/smpp/mask.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace parley::smpp {

namespace {

// draft-ietf-opsawg-pcapng §4; link types: draft-ietf-opsawg-pcaplinktype.
constexpr std::uint32_t section_header = 0x0A0D0D0A;
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t enhanced_packet = 6;
constexpr std::uint16_t link_raw_ip = 101;
constexpr std::uint16_t option_if_name = 2;
constexpr std::uint16_t option_application = 4;

// RFC 5737: addresses for documentation. Ours is nobody's; a carrier that is configured by name has
// one as well.
constexpr std::array<std::uint8_t, 4> our_address{192, 0, 2, 1};
constexpr std::array<std::uint8_t, 4> carrier_address{198, 51, 100, 1};
constexpr std::uint16_t smpp_port = 2775;
constexpr std::uint32_t first_local_port = 49152;  // RFC 6335 §6
constexpr std::uint32_t local_ports = 16384;
constexpr std::size_t payload_max = 65'495;  // what an IPv4 packet holds beside two headers

struct Peer {
    std::array<std::uint8_t, 4> address;
    std::uint16_t port;
};

void little16(std::string& out, std::uint32_t value) {
    out.push_back(static_cast<char>(value));
    out.push_back(static_cast<char>(value >> 8U));
}
void little(std::string& out, std::uint32_t value) {
    little16(out, value);
    little16(out, value >> 16U);
}
void big16(std::string& out, std::uint32_t value) {
    out.push_back(static_cast<char>(value >> 8U));
    out.push_back(static_cast<char>(value));
}
void big(std::string& out, std::uint32_t value) {
    big16(out, value >> 16U);
    big16(out, value);
}
void pad(std::string& out) {
    out.append((4 - out.size() % 4) % 4, '\0');
}

void append_block(std::string& out, std::uint32_t type, std::string body) {
    pad(body);
    const auto length = static_cast<std::uint32_t>(body.size() + 12);
    little(out, type);
    little(out, length);
    out += body;
    little(out, length);
}

void append_option(std::string& out, std::uint16_t code, std::string_view value) {
    little16(out, code);
    little16(out, static_cast<std::uint32_t>(value.size()));
    out += value;
    pad(out);
}

/// RFC 1071.
std::uint32_t sum16(std::string_view octets, std::uint32_t sum = 0) {
    for (std::size_t at = 0; at < octets.size(); ++at) {
        const std::uint32_t octet = static_cast<std::uint8_t>(octets[at]);
        sum += at % 2 == 0 ? octet << 8U : octet;
        sum = (sum & 0xFFFFU) + (sum >> 16U);
    }
    return sum;
}
void set_checksum(std::string& octets, std::size_t at, std::uint32_t sum) {
    sum = ~sum;
    octets[at] = static_cast<char>(sum >> 8U);
    octets[at + 1] = static_cast<char>(sum);
}

std::string tcp_segment(const Peer& from, const Peer& to, std::uint32_t sequence,
                        std::uint32_t acknowledged, std::string_view payload) {
    std::string out;
    big16(out, from.port);
    big16(out, to.port);
    big(out, sequence);
    big(out, acknowledged);
    big16(out, 0x5018);  // 20 octets of header; PSH, ACK (RFC 9293 §3.1)
    big16(out, 0xFFFF);
    big(out, 0);  // checksum, urgent pointer
    out += payload;
    std::string pseudo(from.address.begin(), from.address.end());
    pseudo.append(to.address.begin(), to.address.end());
    big16(pseudo, 6);
    big16(pseudo, static_cast<std::uint32_t>(out.size()));
    set_checksum(out, 16, sum16(out, sum16(pseudo)));
    return out;
}

std::string ip_packet(const Peer& from, const Peer& to, const std::string& segment) {
    std::string out;
    big16(out, 0x4500);
    big16(out, static_cast<std::uint32_t>(20 + segment.size()));
    big(out, 0x00004000);  // not in fragments (RFC 791 §3.1)
    big16(out, 0x4006);    // 64 hops, TCP
    big16(out, 0);
    out.append(from.address.begin(), from.address.end());
    out.append(to.address.begin(), to.address.end());
    set_checksum(out, 10, sum16(out));
    return out + segment;
}

template <class Number>
bool read_number(std::string_view& text, Number& value, char behind) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (behind == '\0') return text.empty();
    if (!text.starts_with(behind)) return false;
    text.remove_prefix(1);
    return true;
}

Peer carrier_at(std::string_view address) {
    Peer peer{carrier_address, smpp_port};
    auto port = address.substr(std::min(address.rfind(':') + 1, address.size()));
    if (!read_number(port, peer.port, '\0')) peer.port = smpp_port;
    std::array<std::uint8_t, 4> ip{};
    const bool is_ip = read_number(address, ip[0], '.') && read_number(address, ip[1], '.') &&
                       read_number(address, ip[2], '.') && read_number(address, ip[3], ':');
    if (is_ip) peer.address = ip;
    return peer;
}

class Writer {
public:
    explicit Writer(const CapturedLink& captured) : carrier_(carrier_at(captured.address)) {
        std::string body;
        little(body, 0x1A2B3C4D);
        little16(body, 1);
        little16(body, 0);
        body.append(8, '\xFF');  // the section's length: not said
        append_option(body, option_application, "parley");
        little(body, 0);
        append_block(out_, section_header, std::move(body));
        body.clear();
        little16(body, link_raw_ip);
        little16(body, 0);
        little(body, 0);  // packets are never cut
        append_option(body, option_if_name, captured.link);
        little(body, 0);
        append_block(out_, interface_description, std::move(body));
    }

    void add(const CapturedPdu& pdu) {
        const Peer us{our_address,
                      static_cast<std::uint16_t>(first_local_port + pdu.session % local_ports)};
        auto& [ours, theirs] = sequences_.try_emplace(pdu.session, 1U, 1U).first->second;
        std::uint32_t& own = pdu.sent ? ours : theirs;
        const std::uint32_t other = pdu.sent ? theirs : ours;
        const Peer& from = pdu.sent ? us : carrier_;
        const Peer& to = pdu.sent ? carrier_ : us;
        for (std::string_view left = pdu.octets; !left.empty();) {
            const auto piece = left.substr(0, payload_max);
            packet(pdu.at_us, ip_packet(from, to, tcp_segment(from, to, own, other, piece)));
            own += static_cast<std::uint32_t>(piece.size());
            left.remove_prefix(piece.size());
        }
    }
    std::string take() { return std::move(out_); }

private:
    void packet(std::int64_t at_us, const std::string& octets) {
        const auto time = static_cast<std::uint64_t>(at_us);
        const auto size = static_cast<std::uint32_t>(octets.size());
        std::string body;
        little(body, 0);
        little(body, static_cast<std::uint32_t>(time >> 32U));
        little(body, static_cast<std::uint32_t>(time));
        little(body, size);
        little(body, size);
        append_block(out_, enhanced_packet, body + octets);
    }

    Peer carrier_;
    std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> sequences_;  // by session
    std::string out_;
};

}  // namespace

std::string write_capture(CapturedLink captured, bool mask_personal) {
    Writer writer(captured);
    for (CapturedPdu& pdu : captured.pdus) {
        mask(pdu.octets, mask_personal ? Mask::personal : Mask::secrets);
        writer.add(pdu);
    }
    return writer.take();
}

}  // namespace parley::smpp
