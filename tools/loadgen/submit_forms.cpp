#include "tools/loadgen/submit_forms.h"

#include "protocol/smpp/address.h"

namespace parley::loadgen {
namespace {

constexpr std::uint8_t udhi = 0x40;
constexpr std::size_t udh8_reference_at = 3;  // 05 00 03 reference total number

std::string octet(std::size_t value) {
    return {static_cast<char>(static_cast<unsigned char>(value))};
}

/// Octets before the digits of the marker: "n=" in the encoding, behind a header if there is one.
std::uint32_t marker_offset(const text::Segmented& cut, std::uint32_t step) {
    const auto& first = cut.segments.front();
    const std::uint32_t header = cut.udhi ? 1U + static_cast<unsigned char>(first.front()) : 0U;
    return header + step * static_cast<std::uint32_t>(marker_prefix.size());
}

}  // namespace

SubmitForm::SubmitForm(const text::Segmented& cut, std::size_t part, std::string_view sender,
                       const SubmitStyle& style)
    : octets_(cut.segments[part]), service_type_(style.service_type) {
    auto source = smpp::to_wire(sender);
    source_ = std::move(source.digits);
    pdu_.service_type = service_type_;
    pdu_.source_addr_ton = source.ton;
    pdu_.source_addr_npi = source.npi;
    pdu_.source_addr = source_;
    pdu_.registered_delivery = style.receipts ? 1 : 0;
    pdu_.data_coding = cut.data_coding;
    pdu_.esm_class = cut.udhi ? udhi : 0;
    if (part == 0) {
        marker_step_ = cut.encoding == text::Encoding::ucs2 ? 2 : 1;
        marker_at_ = marker_offset(cut, marker_step_);
    }
    const bool parted = cut.segments.size() > 1;
    udh_reference_ = parted && cut.udhi;
    if (parted && cut.method == text::Method::sar) {
        sar_reference_.assign(2, '\0');
        sar_total_ = octet(cut.segments.size());
        sar_number_ = octet(part + 1);
        pdu_.tlvs.add(smpp::Tag::sar_msg_ref_num, sar_reference_);
        pdu_.tlvs.add(smpp::Tag::sar_total_segments, sar_total_);
        pdu_.tlvs.add(smpp::Tag::sar_segment_seqnum, sar_number_);
    }
    if (cut.method == text::Method::payload)
        pdu_.tlvs.add(smpp::Tag::message_payload, octets_);
    else
        pdu_.short_message = octets_;
}

const smpp::SubmitSm& SubmitForm::fill(std::string_view to, std::uint64_t message) {
    const bool international = to.starts_with('+');
    pdu_.dest_addr_ton = international ? 1 : 0;
    pdu_.dest_addr_npi = 1;
    pdu_.destination_addr = to.substr(international ? 1 : 0);
    if (marker_step_ != 0) {
        char* digit = octets_.data() + marker_at_ + marker_step_ * marker_digits - 1;
        auto left = message;
        for (std::uint32_t i = 0; i < marker_digits; ++i, digit -= marker_step_, left /= 10)
            *digit = static_cast<char>('0' + left % 10);
    }
    const auto low = static_cast<char>(message & 0xFFU);
    if (udh_reference_) octets_[udh8_reference_at] = low;
    if (!sar_reference_.empty()) {
        sar_reference_[0] = static_cast<char>((message >> 8U) & 0xFFU);
        sar_reference_[1] = low;
    }
    return pdu_;
}

SubmitForms::SubmitForms(const MessageMix& mix, const SubmitStyle& style) {
    for (std::size_t text = 0; text < mix.texts(); ++text) {
        const auto& sample = mix.text(text);
        text::Layout layout{.encoding = sample.alphabet, .method = text::Method::udh8};
        // One segment needs neither header nor payload.
        if (text::measure(sample.utf8, layout).segments != 1) layout.method = style.method;
        const auto cut = text::split(sample.utf8, layout, 0);
        if (cut.segments.empty()) {
            throw tools::UsageError("a text of " + std::to_string(sample.utf8.size()) +
                                    " octets needs more than 255 segments: make it shorter");
        }
        begins_.push_back(forms_.size());
        parts_.push_back(static_cast<std::uint32_t>(cut.segments.size()));
        for (const auto& sender : mix.senders()) {
            for (std::size_t part = 0; part < cut.segments.size(); ++part)
                forms_.push_back(std::make_unique<SubmitForm>(cut, part, sender, style));
        }
    }
}

}  // namespace parley::loadgen
