#include "tools/carrier_sim/receipts.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace parley::carrier_sim {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

/// Looks random, is not: the same message always has the same UUID.
IdText uuid_of(std::uint64_t message) {
    Dice dice(message);
    IdText text;
    std::uint64_t octets = dice.next();
    for (int place = 0; place < 32; ++place) {
        if (place == 8 || place == 12 || place == 16 || place == 20) text.append("-");
        if (place == 16) octets = dice.next();
        std::string_view digit = hex_digits.substr(octets & 0xFU, 1);
        if (place == 12) digit = "4";  // a version 4 UUID (RFC 9562 §5.4)
        text.append(digit);
        octets >>= 4U;
    }
    return text;
}

void append_two_digits(ShortText<10>& text, unsigned value) {
    const char digits[2] = {static_cast<char>('0' + value / 10 % 10),
                            static_cast<char>('0' + value % 10)};
    text.append({digits, 2});
}

ShortText<10> date_of(std::int64_t minute) {
    using namespace std::chrono;
    const sys_time<minutes> at{minutes(minute)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const auto within = at - day;
    ShortText<10> text;
    append_two_digits(text, static_cast<unsigned>(static_cast<int>(date.year()) % 100));
    append_two_digits(text, static_cast<unsigned>(date.month()));
    append_two_digits(text, static_cast<unsigned>(date.day()));
    append_two_digits(text, static_cast<unsigned>(within / hours(1)));
    append_two_digits(text, static_cast<unsigned>(within / minutes(1) % 60));
    return text;
}

std::string_view error_code(text::MessageState state) {
    switch (state) {
        case text::MessageState::delivered:
            return "000";
        case text::MessageState::expired:
            return "027";
        case text::MessageState::rejected:
            return "088";
        default:
            return "001";
    }
}

}  // namespace

IdText id_text(std::uint64_t message, IdForm form) {
    if (form == IdForm::uuid) return uuid_of(message);
    char digits[20];
    const auto end =
        std::to_chars(digits, digits + sizeof digits, message, form == IdForm::hex ? 16 : 10);
    std::transform(digits, end.ptr, digits,
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    return IdText({digits, static_cast<std::size_t>(end.ptr - digits)});
}

ReceiptText receipt_text(const Receipt& receipt, UnixMs done, IdForm form) {
    const bool delivered = receipt.state == text::MessageState::delivered;
    ReceiptText text("id:");
    text.append(id_text(receipt.message, form).view());
    text.append(delivered ? " sub:001 dlvrd:001 submit date:" : " sub:001 dlvrd:000 submit date:");
    text.append(date_of(receipt.submitted / 60'000).view());
    text.append(" done date:");
    text.append(date_of(done / 60'000).view());
    text.append(" stat:");
    text.append(stat_word(receipt.state));
    text.append(" err:");
    text.append(error_code(receipt.state));
    text.append(" text:");
    text.append(receipt.text.view());
    return text;
}

std::string_view stat_word(text::MessageState state) {
    switch (state) {
        case text::MessageState::scheduled:
            return "SCHEDLD";
        case text::MessageState::enroute:
            return "ENROUTE";
        case text::MessageState::delivered:
            return "DELIVRD";
        case text::MessageState::expired:
            return "EXPIRED";
        case text::MessageState::deleted:
            return "DELETED";
        case text::MessageState::undeliverable:
            return "UNDELIV";
        case text::MessageState::accepted:
            return "ACCEPTD";
        case text::MessageState::unknown:
            return "UNKNOWN";
        case text::MessageState::rejected:
            return "REJECTD";
        case text::MessageState::skipped:
            return "SKIPPED";
    }
    return "UNKNOWN";
}

}  // namespace parley::carrier_sim
