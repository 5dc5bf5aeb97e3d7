#pragma once
// The submit_sm of a run, cut and encoded once for every text and sender; a message is one of them
// with its destination, its marker and its reference patched in place. Sending allocates nothing.

#include "protocol/smpp/pdu.h"
#include "protocol/text/segments.h"
#include "tools/loadgen/message_mix.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

struct SubmitStyle {
    text::Method method = text::Method::udh8;  // how long texts go
    bool receipts = true;                      // registered_delivery 1
    std::string service_type;
};

/// One segment of one text from one sender.
class SubmitForm {
public:
    SubmitForm(const text::Segmented& cut, std::size_t part, std::string_view sender,
               const SubmitStyle& style);
    SubmitForm(const SubmitForm&) = delete;  // the PDU points into it
    SubmitForm& operator=(const SubmitForm&) = delete;

    /// The PDU of this message; it points into to and into this, until the next call.
    const smpp::SubmitSm& fill(std::string_view to, std::uint64_t message);

private:
    std::string octets_;  // short_message or message_payload
    std::string source_;
    std::string service_type_;
    std::string sar_reference_, sar_total_, sar_number_;
    std::uint32_t marker_at_ = 0;
    std::uint32_t marker_step_ = 0;  // octets a digit takes; 0: no marker in this part
    bool udh_reference_ = false;
    smpp::SubmitSm pdu_;
};

class SubmitForms {
public:
    /// Every text must be writable in some alphabet; UsageError when one has too many parts.
    SubmitForms(const MessageMix& mix, const SubmitStyle& style);

    std::uint32_t parts(std::size_t text) const { return parts_[text]; }
    SubmitForm& form(std::size_t text, std::size_t sender, std::uint32_t part) {
        return *forms_[(begins_[text] + sender * parts_[text]) + part];
    }

private:
    std::vector<std::unique_ptr<SubmitForm>> forms_;
    std::vector<std::size_t> begins_;
    std::vector<std::uint32_t> parts_;
};

}  // namespace parley::loadgen
