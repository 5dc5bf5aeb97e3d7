#include "tools/carrier_sim/receipts.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

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

using DateText = ShortText<12>;

void append_two_digits(DateText& text, unsigned value) {
    const char digits[2] = {static_cast<char>('0' + value / 10 % 10),
                            static_cast<char>('0' + value % 10)};
    text.append({digits, 2});
}

/// YYMMDDhhmm, or with seconds.
DateText date_of(UnixMs when, bool with_seconds = false) {
    using namespace std::chrono;
    const sys_time<seconds> at{seconds(when / 1000)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const auto within = at - day;
    DateText text;
    append_two_digits(text, static_cast<unsigned>(static_cast<int>(date.year()) % 100));
    append_two_digits(text, static_cast<unsigned>(date.month()));
    append_two_digits(text, static_cast<unsigned>(date.day()));
    append_two_digits(text, static_cast<unsigned>(within / hours(1)));
    append_two_digits(text, static_cast<unsigned>(within / minutes(1) % 60));
    if (with_seconds) append_two_digits(text, static_cast<unsigned>(within / seconds(1) % 60));
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

std::string_view error_of(const Receipt& receipt) {
    return receipt.error.view().empty() ? error_code(receipt.state) : receipt.error.view();
}

}  // namespace

IdText id_text(std::uint64_t message, IdForm form, smpp::Version version) {
    if (version == smpp::Version::v3_3)
        return IdText(smpp::message_id_3_3(static_cast<std::uint32_t>(message)));
    if (form == IdForm::uuid) return uuid_of(message);
    const bool hex = form == IdForm::hex || form == IdForm::hex_lower;
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, message, hex ? 16 : 10);
    if (form == IdForm::hex)
        std::transform(digits, end.ptr, digits,
                       [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
    constexpr std::string_view zeros = "0000000000";
    if (form != IdForm::padded || text.size() >= zeros.size()) return IdText(text);
    IdText padded(zeros.substr(text.size()));
    padded.append(text);
    return padded;
}

ReceiptText receipt_text(const Receipt& receipt, UnixMs done, std::string_view id) {
    const bool delivered = receipt.state == text::MessageState::delivered;
    ReceiptText text("id:");
    text.append(id);
    text.append(delivered ? " sub:001 dlvrd:001 submit date:" : " sub:001 dlvrd:000 submit date:");
    text.append(date_of(receipt.submitted).view());
    text.append(" done date:");
    text.append(date_of(done).view());
    text.append(" stat:");
    text.append(stat_word(receipt.state));
    text.append(" err:");
    text.append(error_of(receipt));
    text.append(" text:");
    text.append(receipt.text.view());
    return text;
}

ReceiptFormat::ReceiptFormat(std::string_view written) {
    constexpr std::pair<std::string_view, Value> words[] = {
        {"{id}", Value::id},     {"{submit}", Value::submit}, {"{submit_s}", Value::submit_s},
        {"{done}", Value::done}, {"{done_s}", Value::done_s}, {"{stat}", Value::stat},
        {"{err}", Value::err},   {"{text}", Value::text},     {"{dlvrd}", Value::dlvrd}};
    Piece piece;
    while (!written.empty()) {
        const auto known = std::find_if(std::begin(words), std::end(words), [&](const auto& word) {
            return written.starts_with(word.first);
        });
        if (known == std::end(words)) {
            piece.before += written.front();
            written.remove_prefix(1);
            continue;
        }
        piece.value = known->second;
        pieces_.push_back(std::exchange(piece, {}));
        written.remove_prefix(known->first.size());
    }
    if (!piece.before.empty()) pieces_.push_back(std::move(piece));
}

ReceiptText ReceiptFormat::text(const Receipt& receipt, UnixMs done, std::string_view id) const {
    ReceiptText text;
    for (const Piece& piece : pieces_) {
        text.append(piece.before);
        switch (piece.value) {
            case Value::none:
                break;
            case Value::id:
                text.append(id);
                break;
            case Value::submit:
            case Value::submit_s:
                text.append(date_of(receipt.submitted, piece.value == Value::submit_s).view());
                break;
            case Value::done:
            case Value::done_s:
                text.append(date_of(done, piece.value == Value::done_s).view());
                break;
            case Value::stat:
                text.append(stat_word(receipt.state));
                break;
            case Value::err:
                text.append(error_of(receipt));
                break;
            case Value::text:
                text.append(receipt.text.view());
                break;
            case Value::dlvrd:
                text.append(receipt.state == text::MessageState::delivered ? "001" : "000");
                break;
        }
    }
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
