#pragma once
// What a delivery receipt says: message ids in their forms, the text of SMPP 3.4 appendix B, and
// the record that waits for its moment. Builds into fixed buffers: a receipt costs no allocation.

#include "engine/clock.h"
#include "tools/carrier_sim/settings.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace parley::carrier_sim {

/// Text in place, cut at its size.
template <std::size_t Size>
class ShortText {
public:
    ShortText() = default;
    explicit ShortText(std::string_view text) { append(text); }
    void append(std::string_view text) {
        const std::size_t taken = std::min(text.size(), Size - size_);
        std::memcpy(octets_.data() + size_, text.data(), taken);
        size_ = static_cast<std::uint8_t>(size_ + taken);
    }
    std::string_view view() const { return {octets_.data(), size_}; }

private:
    static_assert(Size <= 255);
    std::array<char, Size> octets_;
    std::uint8_t size_ = 0;
};

struct ShortAddress {
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    ShortText<20> digits;
};

struct Receipt {
    std::uint64_t message = 0;
    UnixMs submitted = 0;
    std::uint32_t session = 0;  // that the submit came on
    text::MessageState state = text::MessageState::delivered;
    bool other_session = false;
    ShortAddress source;  // of the submit; a receipt swaps them (SMPP 5.0 §4.3.5.1)
    ShortAddress destination;
    ShortText<20> text;
};

using IdText = ShortText<40>;
/// The same message in any form: 1000000001, 3B9ACA01, or a UUID that only this carrier could make.
IdText id_text(std::uint64_t message, IdForm form);

using ReceiptText = ShortText<250>;
/// "id:… sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:…"
ReceiptText receipt_text(const Receipt& receipt, UnixMs done, IdForm form);

/// DELIVRD, EXPIRED, UNDELIV …
std::string_view stat_word(text::MessageState state);

}  // namespace parley::carrier_sim
