#include "protocol/smpp/mask.h"

#include "protocol/smpp/codec.h"
#include "protocol/smpp/every_pdu.h"
#include "protocol/text/receipt_text.h"

#include <algorithm>

namespace parley::smpp {

namespace {

constexpr char star = '*';
constexpr std::size_t digits_shown = 2;
constexpr std::uint16_t first_vendor_tag = 0x1400;  // SMPP 3.4 §5.3.1
constexpr std::uint32_t ucs2 = 0x08;
constexpr std::uint32_t udhi = 0x40;
constexpr std::string_view separators(" ,;\t\r\n\0", 7);  // of a receipt's words

std::uint32_t number_at(std::string_view octets, std::size_t at) {
    return read_integer(octets.substr(at, 4)).value_or(0);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_personal(Tag tag) {
    switch (tag) {
        case Tag::callback_num:
        case Tag::callback_num_atag:
        case Tag::source_subaddress:
        case Tag::dest_subaddress:
        case Tag::additional_status_info_text:
            return true;
        default:
            return static_cast<std::uint16_t>(tag) >= first_vendor_tag;
    }
}

/// The walker over fields(). Their views point into the octets, which it changes.
class Masker {
public:
    Masker(std::string& octets, Mask what) : octets_(octets), what_(what) {}

    void c_string(std::string_view field, std::string_view value, std::size_t) {
        const bool number = field == "source_addr" || field == "destination_addr" ||
                            field == "esme_addr" || field == "dl_name";
        if (!number || what_ != Mask::personal) return;
        mask_number(octets_of(value));
    }
    void secret(std::string_view, std::string_view value, std::size_t) { fill(value); }
    void integer(std::string_view field, std::uint32_t value) {
        if (field == "esm_class") esm_class_ = value;
        if (field == "data_coding") data_coding_ = value;
    }
    void choice(std::string_view, std::uint8_t, std::uint8_t, std::uint8_t) {}
    void counted_octets(std::string_view, std::string_view value) { text(value); }
    template <class List>
    void list(std::string_view, std::string_view, const List& items) {
        for (const auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(const Tlvs& tlvs) {
        for (const Tlv& tlv : tlvs) {
            if (tlv.tag == Tag::message_payload) {
                text(tlv.value);
            } else if (is_personal(tlv.tag) && what_ == Mask::personal) {
                fill(tlv.value);
            }
        }
    }

private:
    std::span<char> octets_of(std::string_view value) {
        // An empty view may point anywhere.
        if (value.empty()) return {};
        return {octets_.data() + (value.data() - octets_.data()), value.size()};
    }
    void fill(std::string_view value) {
        for (char& c : octets_of(value))
            c = star;
    }
    void text(std::string_view value) {
        if (what_ != Mask::personal) return;
        if ((esm_class_ & udhi) != 0 && !value.empty()) {
            const std::size_t header = 1U + static_cast<std::uint8_t>(value.front());
            value.remove_prefix(std::min(header, value.size()));
        }
        const bool receipt = (esm_class_ & 0x3CU) == 0x04;
        if (receipt && fill_receipt(value)) return;
        fill(value);
        if (data_coding_ != ucs2) return;
        const std::span<char> octets = octets_of(value);
        for (std::size_t high = 0; high < octets.size(); high += 2)
            octets[high] = '\0';
    }
    /// All but what tells of the message's fate (SMPP 3.4 appendix B): carriers label their copy of
    /// its words in many ways, or not at all. False, and nothing is done: nothing of it tells that.
    bool fill_receipt(std::string_view value) {
        std::size_t from = 0;
        for (const std::string_view part : text::fate_in(value)) {
            const auto at = static_cast<std::size_t>(part.data() - value.data());
            fill(trimmed(value.substr(from, at - from)));
            from = at + part.size();
        }
        if (from == 0) return false;
        fill(trimmed(value.substr(from)));
        return true;
    }
    static std::string_view trimmed(std::string_view words) {
        const auto first = words.find_first_not_of(separators);
        if (first == words.npos) return {};
        return words.substr(first, words.find_last_not_of(separators) - first + 1);
    }

    std::string& octets_;
    Mask what_;
    std::uint32_t esm_class_ = 0;
    std::uint32_t data_coding_ = 0;
};

}  // namespace

void mask_number(std::span<char> number) {
    auto left = static_cast<std::size_t>(std::ranges::count_if(number, is_digit));
    for (char& c : number) {
        if (is_digit(c) && left-- > digits_shown) c = star;
    }
}

void mask(std::string& octets, Mask what) {
    if (octets.size() <= header_octets) return;
    const std::string_view all = octets;
    const Frame frame{{.command_length = number_at(all, 0),
                       .command_id = static_cast<Command>(number_at(all, 4)),
                       .command_status = static_cast<Status>(number_at(all, 8)),
                       .sequence_number = number_at(all, 12)},
                      all.substr(header_octets)};
    bool whole = false;
    with_pdu(frame.header.command_id, [&](auto pdu) {
        DecodeError error;
        whole = decode(frame, pdu, error) && !error.code;
        if (!whole) return;
        Masker masker(octets, what);
        pdu.fields(pdu, masker);
    });
    if (whole || what != Mask::personal) return;
    std::fill(octets.begin() + header_octets, octets.end(), star);
}

}  // namespace parley::smpp
