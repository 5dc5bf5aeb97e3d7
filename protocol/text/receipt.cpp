#include "protocol/text/receipt.h"

#include "protocol/text/message_id.h"

#include <array>
#include <utility>

namespace parley::text {
namespace {

std::optional<MessageState> known_state(std::optional<std::uint8_t> number) {
    if (!number || *number > static_cast<std::uint8_t>(MessageState::skipped)) return std::nullopt;
    return static_cast<MessageState>(*number);
}

Agreement compare_ids(std::string_view parameter, std::string_view text) {
    if (parameter.empty() || text.empty()) return Agreement::unsaid;
    if (parameter == text) return Agreement::same;
    return same_message_id(parameter, text) ? Agreement::equivalent : Agreement::different;
}

Agreement compare_states(std::optional<MessageState> parameter, std::optional<MessageState> text) {
    if (!parameter || !text) return Agreement::unsaid;
    if (*parameter == *text) return Agreement::same;
    // Delivered is never the same as any other end.
    const bool one_delivered =
        *parameter == MessageState::delivered || *text == MessageState::delivered;
    if (one_delivered || is_final(*parameter) != is_final(*text)) return Agreement::different;
    return Agreement::equivalent;
}

void take_parameters(const ReceiptParameters& parameters, Receipt& receipt) {
    const std::string_view id = parameters.receipted_message_id;
    receipt.id = id.substr(0, id.find('\0'));
    receipt.raw_state = parameters.message_state;
    receipt.state = known_state(parameters.message_state);
    const std::string_view code = parameters.network_error_code;
    if (code.size() == 3) {
        receipt.network = static_cast<std::uint8_t>(code[0]);
        receipt.network_error = static_cast<std::uint16_t>(static_cast<std::uint8_t>(code[1]) << 8 |
                                                           static_cast<std::uint8_t>(code[2]));
    }
}

std::optional<MessageState> state_of(const ReceiptText& text, const ReceiptRules& rules) {
    for (const auto& [word, state] : rules.states) {
        if (same_stat(text.stat, word)) return state;
    }
    return text.state;
}

void take_text(const ReceiptText& text, const ReceiptRules& rules, Receipt& receipt) {
    const std::optional<MessageState> state = state_of(text, rules);
    receipt.ids = compare_ids(receipt.id, text.id);
    receipt.states = compare_states(receipt.state, state);
    if (receipt.id.empty()) {
        receipt.id = text.id;
    } else if (text.id != receipt.id) {
        receipt.other_id = text.id;
        if (rules.text_first && !text.id.empty()) std::swap(receipt.id, receipt.other_id);
    }
    const bool vague = !receipt.state || *receipt.state == MessageState::unknown;
    if ((vague || rules.text_first) && state) receipt.state = state;
    receipt.raw_stat = text.stat;
    receipt.error = text.err;
    receipt.submit_date = text.submit_date;
    receipt.done_date = text.done_date;
    receipt.text = text.text;
}

}  // namespace

std::string_view name(Agreement agreement) {
    constexpr std::array<std::string_view, 4> names = {"unsaid", "same", "equivalent", "different"};
    return names[static_cast<std::size_t>(agreement)];
}

std::optional<Receipt> join_receipt(const ReceiptParameters& parameters,
                                    std::string_view short_message, const ReceiptRules& rules) {
    Receipt receipt;
    take_parameters(parameters, receipt);
    if (const auto text = parse_receipt(short_message)) take_text(*text, rules, receipt);
    if (receipt.id.empty() && !receipt.raw_state && receipt.raw_stat.empty()) return std::nullopt;
    return receipt;
}

bool reads_as_receipt(const ReceiptParameters& parameters, std::string_view short_message) {
    if (!parameters.receipted_message_id.empty()) return true;
    const auto text = parse_receipt(short_message);
    return text && !text->id.empty() && !text->stat.empty();
}

}  // namespace parley::text
