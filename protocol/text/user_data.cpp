#include "protocol/text/user_data.h"

#include <initializer_list>

namespace parley::text {
namespace {

std::uint8_t octet_at(std::string_view octets, std::size_t at) {
    return static_cast<std::uint8_t>(octets[at]);
}
std::uint16_t pair_at(std::string_view octets, std::size_t at) {
    return static_cast<std::uint16_t>(octet_at(octets, at) << 8 | octet_at(octets, at + 1));
}

void append_octets(std::initializer_list<int> octets, std::string& out) {
    for (const int octet : octets)
        out.push_back(static_cast<char>(octet & 0xFF));
}

void read_concatenation(const Concatenation& found, UserData& result) {
    if (found.total == 0 || found.part == 0 || found.part > found.total) return;
    result.concatenation = found;
}

// An element of another length than its own is as good as unknown.
void read_element(std::uint8_t id, std::string_view data, UserData& result) {
    const auto is = [&](std::uint8_t known, std::size_t length) {
        return id == known && data.size() == length;
    };
    if (is(element::concatenation_8, 3)) {
        read_concatenation({octet_at(data, 0), octet_at(data, 1), octet_at(data, 2), false},
                           result);
    } else if (is(element::concatenation_16, 4)) {
        read_concatenation({pair_at(data, 0), octet_at(data, 2), octet_at(data, 3), true}, result);
    } else if (is(element::single_shift, 1)) {
        result.tables.single = language_of(octet_at(data, 0));
    } else if (is(element::locking_shift, 1)) {
        result.tables.locking = language_of(octet_at(data, 0));
    } else if (is(element::ports_8, 2)) {
        result.ports = Ports{octet_at(data, 0), octet_at(data, 1), false};
    } else if (is(element::ports_16, 4)) {
        result.ports = Ports{pair_at(data, 0), pair_at(data, 2), true};
    }
}

}  // namespace

UserData parse_user_data(std::string_view octets) {
    UserData result{.concatenation = {}, .body = octets};
    if (octets.empty() || octet_at(octets, 0) >= octets.size()) {
        result.broken = true;
        return result;
    }
    std::string_view header = octets.substr(1, octet_at(octets, 0));
    result.body = octets.substr(1 + header.size());
    result.fill_bits = fill_bits_after(1 + header.size());
    while (header.size() >= 2 && octet_at(header, 1) <= header.size() - 2) {
        const std::uint8_t length = octet_at(header, 1);
        read_element(octet_at(header, 0), header.substr(2, length), result);
        header.remove_prefix(2 + std::size_t{length});
    }
    return result;
}

Detached detach(const UserData& data, std::uint8_t data_coding, const Dialect& dialect) {
    const bool gsm7 = read_data_coding(data_coding, dialect).encoding == Encoding::gsm7;
    if (!gsm7 || (data.tables == ShiftTables{} && !dialect.packed))
        return {std::string(data.body), data_coding};
    const Decoded decoded = decode(data_coding, data.body, dialect, data.tables, data.fill_bits);
    return {encode_ucs2(decoded.text), data_coding_of(Encoding::ucs2, dialect)};
}

void append_concatenation(const Concatenation& place, std::string& out) {
    if (place.wide) {
        append_octets({element::concatenation_16, 4, place.reference >> 8, place.reference,
                       place.total, place.part},
                      out);
    } else {
        append_octets({element::concatenation_8, 3, place.reference, place.total, place.part}, out);
    }
}

void append_shift(ShiftTables tables, std::string& out) {
    if (tables.single != Language::none)
        append_octets({element::single_shift, 1, static_cast<int>(tables.single)}, out);
    if (tables.locking != Language::none)
        append_octets({element::locking_shift, 1, static_cast<int>(tables.locking)}, out);
}

void append_ports(const Ports& ports, std::string& out) {
    if (ports.wide) {
        append_octets({element::ports_16, 4, ports.destination >> 8, ports.destination,
                       ports.source >> 8, ports.source},
                      out);
    } else {
        append_octets({element::ports_8, 2, ports.destination, ports.source}, out);
    }
}

}  // namespace parley::text
