#include "engine/carrier/dialect.h"

#include "protocol/smpp/message.h"
#include "protocol/text/receipt_tlvs.h"

#include <algorithm>
#include <cstdio>

namespace parley::carrier {

namespace {

constexpr bool same(config::Alphabet alphabet, text::Encoding encoding) {
    return static_cast<int>(alphabet) == static_cast<int>(encoding);
}
static_assert(same(config::Alphabet::gsm7, text::Encoding::gsm7) &&
              same(config::Alphabet::ucs2, text::Encoding::ucs2) &&
              same(config::Alphabet::latin1, text::Encoding::latin1) &&
              same(config::Alphabet::binary, text::Encoding::binary) &&
              same(config::Alphabet::ascii, text::Encoding::ascii) &&
              same(config::Alphabet::cyrillic, text::Encoding::cyrillic) &&
              same(config::Alphabet::hebrew, text::Encoding::hebrew) &&
              same(config::Alphabet::jis, text::Encoding::jis) &&
              same(config::Alphabet::ksc5601, text::Encoding::ksc5601));
static_assert(static_cast<int>(config::Segmentation::payload) ==
              static_cast<int>(text::Method::payload));
static_assert(
    static_cast<int>(config::TlvType::integer) == static_cast<int>(smpp::TlvType::integer) &&
    static_cast<int>(config::TlvType::c_string) == static_cast<int>(smpp::TlvType::c_string) &&
    static_cast<int>(config::TlvType::octets) == static_cast<int>(smpp::TlvType::octets) &&
    static_cast<int>(config::TlvType::text) == static_cast<int>(smpp::TlvType::text));
static_assert(static_cast<int>(config::IdBase::decimal_to_hex) ==
              static_cast<int>(text::MessageIdForm::Base::decimal_to_hex));

static_assert(static_cast<int>(config::ReceiptState::skipped) ==
              static_cast<int>(text::MessageState::skipped));
static_assert(static_cast<int>(config::ReceiptState::undeliverable) ==
              static_cast<int>(text::MessageState::undeliverable));

text::ReceiptRules receipts_of(const config::Dialect& settings) {
    text::ReceiptRules rules;
    rules.text_first = settings.receipt_text_first;
    for (const config::ReceiptWord& word : settings.receipt_states)
        rules.states.emplace_back(word.stat, static_cast<text::MessageState>(word.state));
    return rules;
}

text::Rules rules_of(const config::Dialect& settings) {
    const config::SendIn& may = settings.send_in;
    text::Rules rules;
    rules.gsm7 = may.gsm7;
    rules.ascii = may.ascii;
    rules.latin1 = may.latin1;
    rules.cyrillic = may.cyrillic;
    rules.hebrew = may.hebrew;
    rules.ucs2 = may.ucs2;
    rules.method = static_cast<text::Method>(settings.segmentation);
    return rules;
}

/// 0, the carrier's own alphabet, before all others: that one it surely reads.
std::uint8_t data_coding_for(text::Encoding encoding, const text::Dialect& codings) {
    return codings.codings[0] == encoding ? 0 : text::data_coding_of(encoding, codings);
}

std::string big_endian(std::uint16_t value) {
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}

}  // namespace

smpp::TlvDictionary dictionary_of(const config::Dialect& settings) {
    std::vector<smpp::TlvDefinition> definitions;
    for (const config::TlvRule& rule : settings.tlvs) {
        definitions.push_back({.tag = static_cast<smpp::Tag>(rule.tag.value),
                               .name = rule.name,
                               .type = static_cast<smpp::TlvType>(rule.type),
                               .octets_min = static_cast<std::uint16_t>(rule.length.min),
                               .octets_max = static_cast<std::uint16_t>(rule.length.max)});
    }
    return smpp::TlvDictionary(std::move(definitions));
}

smpp::CarrierStatuses statuses_of(const config::Dialect& settings) {
    std::vector<smpp::CarrierStatuses::Entry> entries;
    for (const config::StatusRule& rule : settings.statuses) {
        if (rule.name.empty()) continue;
        entries.push_back({static_cast<smpp::Status>(rule.status.value), rule.name, ""});
    }
    return smpp::CarrierStatuses(std::move(entries));
}

Dialect::Dialect(const config::Dialect& settings)
    : rules_(rules_of(settings)),
      usual_(settings.send_in == config::SendIn{} &&
             settings.segmentation == config::Segmentation::udh8),
      ids_{.base = static_cast<text::MessageIdForm::Base>(settings.message_id.base),
           .drop_leading_zeros = settings.message_id.drop_leading_zeros,
           .fold_case = settings.message_id.fold_case,
           .response_prefix = settings.message_id.response_prefix,
           .receipt_prefix = settings.message_id.receipt_prefix},
      addresses_(settings.addresses),
      statuses_(settings.statuses),
      errors_(settings.receipt_errors),
      accepted_is_final_(settings.accepted_is_final),
      id_on_last_part_(settings.id_on_last_part),
      receipts_(receipts_of(settings)),
      receipts_without_class_(settings.receipts_without_class),
      validity_form_(settings.validity_period),
      tlvs_(dictionary_of(settings)) {
    for (std::size_t i = 0; i < codings_.codings.size(); ++i)
        codings_.codings[i] = static_cast<text::Encoding>(settings.data_coding.meaning[i]);
    for (std::size_t i = 0; i < sent_as_.size(); ++i)
        sent_as_[i] = data_coding_for(static_cast<text::Encoding>(i), codings_);
    std::ranges::sort(statuses_, {},
                      [](const config::StatusRule& rule) { return rule.status.value; });
}

Measure Dialect::count(std::string_view utf8) const {
    if (usual_) return {text::count(utf8)};
    const text::Choice choice = text::choose(utf8, rules_);
    const bool whole = choice.segments > 1 && rules_.method == text::Method::payload;
    return {{choice.layout.encoding, whole ? 1 : choice.segments, choice.units},
            whole ? choice.segments : 0};
}

std::optional<Written> Dialect::write(std::string_view utf8, text::Encoding encoding,
                                      std::uint8_t reference, std::size_t index) const {
    Written written;
    if (usual_) {
        const auto head = text::write_segment(utf8, reference, index, written.octets);
        if (!head) return std::nullopt;
        written.segments = head->segments;
        written.encoding = head->encoding;
        written.udhi = head->udhi;
    } else {
        const text::Layout layout{.encoding = encoding, .method = rules_.method};
        text::Segmented cut = text::split(utf8, layout, reference);
        if (index >= cut.segments.size()) return std::nullopt;
        written.segments = cut.segments.size();
        written.encoding = cut.encoding;
        written.udhi = cut.udhi;
        written.octets = std::move(cut.segments[index]);
        const std::size_t total = cut.segments.size();
        // A text that fits needs neither.
        written.payload =
            cut.method == text::Method::payload && text::measure(utf8, layout).segments > 1;
        if (cut.method == text::Method::sar && total > 1) {
            written.sar = {big_endian(cut.reference), std::string(1, static_cast<char>(total)),
                           std::string(1, static_cast<char>(index + 1))};
        }
    }
    written.data_coding = sent_as_[static_cast<std::size_t>(written.encoding)];
    return written;
}

smpp::WireAddress Dialect::as(config::NumberType type, std::string_view stored) const {
    smpp::WireAddress address = smpp::to_wire(stored);
    address.ton = static_cast<std::uint8_t>(type.ton);
    address.npi = static_cast<std::uint8_t>(type.npi);
    if (addresses_.plus && smpp::kind_of(stored) == smpp::AddressKind::international)
        address.digits.insert(0, 1, '+');
    return address;
}

smpp::WireAddress Dialect::source(std::string_view stored) const {
    switch (smpp::kind_of(stored)) {
        case smpp::AddressKind::international:
            return as(addresses_.number, stored);
        case smpp::AddressKind::short_code:
            return as(addresses_.short_code, stored);
        case smpp::AddressKind::alphanumeric:
            return as(addresses_.name, stored);
    }
    return smpp::to_wire(stored);
}

smpp::WireAddress Dialect::destination(std::string_view stored) const {
    return as(addresses_.recipient, stored);
}

const config::StatusRule* Dialect::rule_for(smpp::Status status) const {
    const auto found =
        std::ranges::lower_bound(statuses_, static_cast<std::uint32_t>(status), {},
                                 [](const config::StatusRule& rule) { return rule.status.value; });
    const bool its =
        found != statuses_.end() && found->status.value == static_cast<std::uint32_t>(status);
    return its ? &*found : nullptr;
}

std::optional<smpp::TimeText> Dialect::validity_period(UnixMs now, UnixMs until) const {
    using std::chrono::milliseconds;
    if (validity_form_ == config::ValidityForm::none) return std::nullopt;
    const std::chrono::seconds left =
        std::max(std::chrono::floor<std::chrono::seconds>(milliseconds(until - now)),
                 std::chrono::seconds(1));  // 0 would mean the default
    const auto relative = smpp::relative_of(left);
    if (validity_form_ == config::ValidityForm::relative && relative)
        return smpp::write_time(*relative);
    constexpr UnixMs year_2100 = 4'102'444'800'000;
    if (until >= year_2100) return std::nullopt;
    const std::chrono::sys_time<milliseconds> moment{milliseconds(now) + left};
    return smpp::write_time(
        smpp::AbsoluteTime{.utc = std::chrono::floor<smpp::Tenths>(moment), .quarter_hours = 0});
}

Reaction Dialect::reaction_to(smpp::Status status) const {
    const config::StatusRule* rule = rule_for(status);
    if (rule == nullptr || rule->reaction == Reaction::usual) return carrier::reaction_to(status);
    return rule->reaction;
}

config::Millis Dialect::wait_for(smpp::Status status) const {
    const config::StatusRule* rule = rule_for(status);
    return rule == nullptr ? config::Millis{0} : rule->wait;
}

std::string_view Dialect::name_of(smpp::Status status) const {
    const config::StatusRule* rule = rule_for(status);
    return rule == nullptr ? std::string_view() : rule->name;
}

std::string Dialect::status_text(smpp::Status status) const {
    const std::string_view own = name_of(status);
    if (own.empty()) return smpp::name(status);
    char number[16];
    std::snprintf(number, sizeof number, " (0x%08X)", static_cast<unsigned>(status));
    return std::string(own) + number;
}

const config::ReceiptRule* Dialect::rule_for(std::string_view receipt_error) const {
    const auto found = std::ranges::find(errors_, receipt_error, &config::ReceiptRule::error);
    return found == errors_.end() ? nullptr : &*found;
}

config::ReceiptReaction Dialect::reaction_to_error(std::string_view receipt_error) const {
    const config::ReceiptRule* rule = rule_for(receipt_error);
    return rule == nullptr ? config::ReceiptReaction::fail : rule->reaction;
}

config::Millis Dialect::wait_for_error(std::string_view receipt_error) const {
    const config::ReceiptRule* rule = rule_for(receipt_error);
    return rule == nullptr ? config::Millis{0} : rule->wait;
}

std::string_view Dialect::name_of_error(std::string_view receipt_error) const {
    const config::ReceiptRule* rule = rule_for(receipt_error);
    return rule == nullptr ? std::string_view() : rule->name;
}

bool Dialect::is_receipt(const smpp::DeliverSm& pdu) const {
    const auto type = smpp::message_type(pdu.esm_class);
    if (type == smpp::MessageType::receipt || type == smpp::MessageType::intermediate_notification)
        return true;
    return receipts_without_class_ && pdu.esm_class == 0 &&
           text::reads_as_receipt(text::receipt_parameters(pdu.tlvs),
                                  smpp::message_octets(pdu.short_message, pdu.tlvs));
}

bool Dialect::is_final(text::MessageState state) const {
    return text::is_final(state) || (accepted_is_final_ && state == text::MessageState::accepted);
}

}  // namespace parley::carrier
