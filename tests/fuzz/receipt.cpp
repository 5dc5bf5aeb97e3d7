// libFuzzer: whatever a carrier writes into a receipt, the laws of text_laws.h hold.

#include "tests/fuzz/text_laws.h"

#include <cstddef>
#include <cstdint>

namespace {

using namespace parley::text;

/// A form from the first octet, its prefixes from the front of the text.
MessageIdForm form_of(std::uint8_t choice, std::string_view text) {
    MessageIdForm form{.base = static_cast<MessageIdForm::Base>(choice % 3)};
    form.drop_leading_zeros = (choice & 0x40) != 0;
    form.fold_case = (choice & 0x80) != 0;
    form.response_prefix = text.substr(0, choice >> 2 & 3);
    form.receipt_prefix = text.substr(0, choice >> 4 & 3);
    return form;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    if (octets == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data + 1), octets - 1);
    laws::receipt_holds(rest);
    // Ids are 64 octets at most on the wire (3.4 §5.2.23); a few more do no harm.
    const std::string_view id = rest.substr(0, 100);
    laws::message_id_holds(id, form_of(data[0], rest));
    if (const auto receipt = parse_receipt(rest))
        laws::message_id_holds(receipt->id.substr(0, 100), form_of(data[0], receipt->id));
    return 0;
}
