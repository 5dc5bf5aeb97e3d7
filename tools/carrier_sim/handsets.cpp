// What people do with their phones: they write, and they answer by script.

#include "protocol/smpp/address.h"
#include "protocol/text/charset.h"
#include "tools/carrier_sim/state.h"
#include "tools/carrier_sim/texts.h"

#include <algorithm>

namespace parley::carrier_sim {
namespace {

void replace_all(std::string& text, std::string_view word, std::string_view value) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + value.size()))
        text.replace(at, word.size(), value);
}

bool has_memory(const HandsetRule& rule) {
    return !rule.answers.empty() || rule.times_max > 0 || rule.stop_after > 0 ||
           rule.answer.find("{n}") != std::string::npos;
}

}  // namespace

MoId CarrierSim::State::send_mo(Now now, std::string_view from, std::string_view to,
                                std::string_view utf8, MoKind kind) {
    if (!text::valid_utf8(utf8)) return 0;
    text::Segmented cut =
        cut_text(utf8, settings.default_alphabet, settings.mo_parts, next_reference_++);
    if (cut.segments.empty()) return 0;
    const MoId id = next_mo_++;
    ++books.counts.mo_made;
    Mo& mo = mos[id];
    mo.record = {.id = id,
                 .from = std::string(from),
                 .to = std::string(to),
                 .text = std::string(utf8),
                 .kind = kind,
                 .made = now.at,
                 .segments = cut.segments.size()};
    if (kind == MoKind::opt_out) stops_.said(mo.record);
    if (settings.keep_books) {
        mo.book = books.mos.size();
        books.mos.push_back(mo.record);
    }
    hand_over(now, mo, std::move(cut));
    return id;
}

/// Part by part: some are lost, some come twice, each in its own time.
void CarrierSim::State::hand_over(Now now, Mo& mo, text::Segmented cut) {
    const MoId id = mo.record.id;
    const std::size_t total = cut.segments.size();
    const bool parts = total > 1;
    std::vector<Segment> handed_over;
    for (std::size_t i = 0; i < total; ++i) {
        if (parts && mo.record.kind == MoKind::plain &&
            chance(mo_dice_, settings.mo_part_lost_chance)) {
            ++mo.record.parts_lost;
            continue;
        }
        Segment segment{.mo = id,
                        .octets = std::move(cut.segments[i]),
                        .data_coding = cut.data_coding,
                        .udhi = cut.udhi,
                        .method = cut.method,
                        .reference = cut.reference,
                        .total = static_cast<std::uint8_t>(total),
                        .number = static_cast<std::uint8_t>(i + 1)};
        if (parts && chance(mo_dice_, settings.mo_part_duplicate_chance))
            handed_over.push_back(segment);
        handed_over.push_back(std::move(segment));
    }
    mo.segments_open = handed_over.size();
    if (settings.keep_books) books.mos[mo.book].parts_lost = mo.record.parts_lost;
    const std::uint16_t account = account_for(mo.record.to);
    if (handed_over.empty()) mos.erase(id);
    for (Segment& segment : handed_over) {
        const std::uint32_t place = segments.take(std::move(segment));
        const Duration delay = parts ? draw(mo_dice_, settings.mo_part_delay) : Duration::zero();
        deliver_at(now, now.at + delay, {.place = place, .account = account, .mo = true});
    }
}

/// The first account that hears this number; the first of all when none does.
std::uint16_t CarrierSim::State::account_for(std::string_view number) const {
    for (std::size_t i = 0; i < account_states_.size(); ++i) {
        const auto& numbers = account_states_[i].numbers;
        const auto hears = [&](const NumberPattern& each) { return each.matches(number); };
        if (numbers.empty() || std::ranges::any_of(numbers, hears))
            return static_cast<std::uint16_t>(i);
    }
    return 0;
}

void CarrierSim::State::let_handset_answer(Now now, const smpp::SubmitSm& pdu) {
    std::optional<std::string> text;  // read only when a rule asks for it
    for (std::size_t place = 0; place < settings.handsets.size(); ++place) {
        const HandsetRule& rule = settings.handsets[place];
        if (!handset_numbers_[place].matches(pdu.destination_addr)) continue;
        if (!rule.contains.empty()) {
            if (!text) {
                text = text_of(pdu.esm_class, pdu.data_coding, octets_of(pdu),
                               settings.default_alphabet);
            }
            if (text->find(rule.contains) == std::string::npos) continue;
        }
        if (!chance(rule.chance)) continue;
        if (auto answer = answer_of(place, pdu, text))
            handset_answers.push(now.at + draw(dice_, rule.delay), std::move(*answer));
        return;
    }
}

/// Empty: this handset has said all that it will say by this rule.
std::optional<CarrierSim::State::HandsetAnswer> CarrierSim::State::answer_of(
    std::size_t place, const smpp::SubmitSm& pdu, std::optional<std::string>& text) {
    const HandsetRule& rule = settings.handsets[place];
    HandsetAnswer answer{
        .from = smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr),
        .to = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
        .text = rule.answer,
        .kind = rule.kind};
    HandsetState unused;
    HandsetState& state =
        has_memory(rule) ? handset_states_[std::to_string(place) + " " + answer.from] : unused;
    ++state.received;
    if (state.stopped || (rule.times_max > 0 && state.answered == rule.times_max)) return {};
    if (!rule.answers.empty()) {
        const std::size_t size = rule.answers.size();
        answer.text = rule.answers[rule.shuffled ? dice_.below(size) : state.answered % size];
    }
    ++state.answered;
    if (rule.stop_after > 0 && state.answered == rule.stop_after) {
        state.stopped = true;
        answer.text = rule.stop_text;
        answer.kind = MoKind::opt_out;
    }
    if (answer.text.find('{') == std::string::npos) return answer;
    if (answer.text.find("{text}") != std::string::npos && !text)
        text = text_of(pdu.esm_class, pdu.data_coding, octets_of(pdu), settings.default_alphabet);
    replace_all(answer.text, "{n}", std::to_string(state.received));
    replace_all(answer.text, "{number}", answer.from);
    if (text) replace_all(answer.text, "{text}", *text);
    return answer;
}

}  // namespace parley::carrier_sim
