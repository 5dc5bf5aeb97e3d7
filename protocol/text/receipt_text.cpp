#include "protocol/text/receipt_text.h"

#include <algorithm>
#include <array>

namespace parley::text {
namespace {

char upper(char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                                : character;
}

bool same_word(std::string_view word, std::string_view upper_case) {
    if (word.size() != upper_case.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (upper(word[i]) != upper_case[i]) return false;
    }
    return true;
}

// Controls too: receipts come with NULs and line breaks at the end.
bool is_blank(char character) {
    return static_cast<unsigned char>(character) <= ' ';
}
bool separates(char character) {
    return is_blank(character) || character == ',' || character == ';';
}

struct Key {
    std::string_view spelling;
    std::string_view ReceiptText::*field;
};
constexpr std::array<Key, 10> keys = {{{"ID:", &ReceiptText::id},
                                       {"SUB:", &ReceiptText::sub},
                                       {"DLVRD:", &ReceiptText::dlvrd},
                                       {"SUBMIT DATE:", &ReceiptText::submit_date},
                                       {"SUBMITDATE:", &ReceiptText::submit_date},
                                       {"DONE DATE:", &ReceiptText::done_date},
                                       {"DONEDATE:", &ReceiptText::done_date},
                                       {"STAT:", &ReceiptText::stat},
                                       {"ERR:", &ReceiptText::err},
                                       {"TEXT:", &ReceiptText::text}}};

// The letters that keys begin with: hardly a word of a receipt needs a closer look.
constexpr bool may_begin_key(char character) {
    return std::string_view("isdet").find(static_cast<char>(character | 0x20)) !=
           std::string_view::npos;
}

const Key* key_at(std::string_view text, std::size_t at) {
    if (at >= text.size() || !may_begin_key(text[at])) return nullptr;
    for (const auto& key : keys) {
        if (same_word(text.substr(at, key.spelling.size()), key.spelling)) return &key;
    }
    return nullptr;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && is_blank(text[at]))
        ++at;
    return at;
}

// One word, perhaps after blanks; empty when the next key follows at once.
std::string_view word_at(std::string_view text, std::size_t& at) {
    const std::size_t begin = skip_blanks(text, at);
    if (key_at(text, begin)) return {};
    at = begin;
    while (at < text.size() && !separates(text[at]))
        ++at;
    return text.substr(begin, at - begin);
}

struct Stat {
    std::string_view word;
    MessageState state;
};
// SMPP 3.4 appendix B first, then what carriers write instead (peers.md §5a). ACKED is Mblox for
// taken over by the next network, so not yet settled; Kannel reads it the same way.
constexpr std::array<Stat, 22> stats = {{{"DELIVRD", MessageState::delivered},
                                         {"EXPIRED", MessageState::expired},
                                         {"DELETED", MessageState::deleted},
                                         {"UNDELIV", MessageState::undeliverable},
                                         {"ACCEPTD", MessageState::accepted},
                                         {"UNKNOWN", MessageState::unknown},
                                         {"REJECTD", MessageState::rejected},
                                         {"ENROUTE", MessageState::enroute},
                                         {"DELIVERED", MessageState::delivered},
                                         {"UNDELIVERED", MessageState::undeliverable},
                                         {"UNDELIVERABLE", MessageState::undeliverable},
                                         {"FAILED", MessageState::undeliverable},
                                         {"ACCEPTED", MessageState::accepted},
                                         {"ACKED", MessageState::accepted},
                                         {"REJECTED", MessageState::rejected},
                                         {"DND_REJECTED", MessageState::rejected},
                                         {"BUFFRED", MessageState::enroute},
                                         {"BUFFERD", MessageState::enroute},
                                         {"BUFFERED", MessageState::enroute},
                                         {"SCHEDULED", MessageState::scheduled},
                                         {"SCHEDLD", MessageState::scheduled},
                                         {"SKIPPED", MessageState::skipped}}};

// ---- Vodafone's own form (peers.md §5a):
// status,status time,time of acceptance,error code,destination,origin,id

constexpr std::size_t csv_fields = 7;

std::optional<MessageState> state_from_csv(std::string_view status) {
    if (status == "00") return MessageState::delivered;
    if (status == "01") return MessageState::enroute;  // not delivered, will be tried again
    return std::nullopt;
}

bool is_csv_time(std::string_view field) {
    return field.size() == 10 &&
           std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<ReceiptText> parse_csv(std::string_view text) {
    std::array<std::string_view, csv_fields> fields;
    for (std::size_t i = 0; i + 1 < csv_fields; ++i) {
        const auto comma = text.find(',');
        if (comma == std::string_view::npos) return std::nullopt;
        fields[i] = text.substr(0, comma);
        text.remove_prefix(comma + 1);
    }
    std::size_t end = 0;
    while (end < text.size() && !separates(text[end]))
        ++end;
    fields[csv_fields - 1] = text.substr(0, end);
    if (!is_csv_time(fields[1]) || !is_csv_time(fields[2])) return std::nullopt;
    ReceiptText receipt;
    receipt.stat = fields[0];
    receipt.state = state_from_csv(fields[0]);
    receipt.done_date = fields[1];
    receipt.submit_date = fields[2];
    receipt.err = fields[3];
    receipt.id = fields[6];
    return receipt;
}

}  // namespace

std::string_view name(MessageState state) {
    constexpr std::array<std::string_view, 10> names = {
        "SCHEDULED",     "ENROUTE",  "DELIVERED", "EXPIRED",  "DELETED",
        "UNDELIVERABLE", "ACCEPTED", "UNKNOWN",   "REJECTED", "SKIPPED"};
    const auto index = static_cast<std::size_t>(state);
    return index < names.size() ? names[index] : "UNKNOWN";
}

bool is_final(MessageState state) {
    return state != MessageState::scheduled && state != MessageState::enroute &&
           state != MessageState::accepted;
}

std::optional<ReceiptText> parse_receipt(std::string_view short_message) {
    if (short_message.size() > 2 && short_message[2] == ',') {
        if (const auto receipt = parse_csv(short_message)) return receipt;
    }
    ReceiptText receipt;
    for (std::size_t at = 0; at < short_message.size();) {
        const Key* key = key_at(short_message, at);
        if (!key) {
            while (at < short_message.size() && !separates(short_message[at]))
                ++at;
            while (at < short_message.size() && separates(short_message[at]))
                ++at;
            continue;
        }
        at += key->spelling.size();
        auto& field = receipt.*key->field;
        if (key->field == &ReceiptText::text) {
            field = short_message.substr(at);  // a person's words, which may look like keys
            break;
        }
        const std::string_view word = word_at(short_message, at);
        if (field.empty()) field = word;
        while (at < short_message.size() && separates(short_message[at]))
            ++at;
    }
    if (receipt.id.empty() && receipt.stat.empty()) return std::nullopt;
    receipt.state = state_from_stat(receipt.stat);
    return receipt;
}

bool same_stat(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, upper, upper);
}

std::optional<MessageState> state_from_stat(std::string_view stat) {
    for (const auto& known : stats) {
        if (same_word(stat, known.word)) return known.state;
    }
    return std::nullopt;
}

}  // namespace parley::text
