#pragma once
// What a delivery receipt says: message ids in their forms, the text of SMPP 3.4 appendix B or of a
// carrier's own format, and the record that waits for its moment. Builds into fixed buffers: a
// receipt costs no allocation.

#include "engine/clock.h"
#include "protocol/smpp/version.h"
#include "tools/carrier_sim/settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier_sim {

/// Text in place, cut at its size.
template <std::size_t Size>
class ShortText {
public:
    ShortText() = default;
    explicit ShortText(std::string_view text) { append(text); }
    void append(std::string_view text) {
        const std::size_t taken = std::min(text.size(), Size - size_);
        // An empty view may point nowhere, which memcpy must not be given.
        if (taken != 0) std::memcpy(octets_.data() + size_, text.data(), taken);
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
    std::uint32_t book = 0;     // place in Books::receipts, and one; 0: not in there
    text::MessageState state = text::MessageState::delivered;
    bool other_session = false;
    ShortAddress source;  // of the submit; a receipt swaps them (SMPP 5.0 §4.3.5.1)
    ShortAddress destination;
    ShortText<20> text;
    ShortText<7> error;  // empty: the usual one of the state
};

using IdText = ShortText<40>;
/// The same message in any form: 1000000001, 3B9ACA01, or a UUID that only this carrier could make.
/// In 3.3 always eight hexadecimal digits (SMPP 3.4 §3.4).
IdText id_text(std::uint64_t message, IdForm form, smpp::Version version = smpp::Version::v3_4);

using ReceiptText = ShortText<250>;
/// "id:… sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:…"
ReceiptText receipt_text(const Receipt& receipt, UnixMs done, std::string_view id);

/// A carrier's own text, taken apart once: what stands between the values, and which they are. An
/// unknown {word} is text.
class ReceiptFormat {
public:
    ReceiptFormat() = default;
    explicit ReceiptFormat(std::string_view written);
    bool empty() const { return pieces_.empty(); }
    ReceiptText text(const Receipt& receipt, UnixMs done, std::string_view id) const;

private:
    enum class Value : std::uint8_t {
        none,
        id,
        submit,
        submit_s,
        done,
        done_s,
        stat,
        err,
        text,
        dlvrd
    };
    struct Piece {
        std::string before;
        Value value = Value::none;
    };
    std::vector<Piece> pieces_;
};

/// DELIVRD, EXPIRED, UNDELIV …
std::string_view stat_word(text::MessageState state);

}  // namespace parley::carrier_sim
