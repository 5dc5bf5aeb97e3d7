#pragma once
// How one carrier differs from the specification, ready for use: what its data_coding values mean,
// how it writes ids, what its statuses ask for. Built once from the configuration; never changes.

#include "config/config.h"
#include "engine/carrier/status_table.h"
#include "engine/clock.h"
#include "protocol/smpp/address.h"
#include "protocol/smpp/pdu.h"
#include "protocol/smpp/time.h"
#include "protocol/smpp/tlv_dictionary.h"
#include "protocol/text/choose.h"
#include "protocol/text/message_id.h"
#include "protocol/text/receipt.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier {

/// The carrier's own TLVs by tag and name. Requires what config::load() makes sure of: no tag and
/// no name of the specification, none twice.
smpp::TlvDictionary dictionary_of(const config::Dialect& settings);
/// What the carrier calls its statuses.
smpp::CarrierStatuses statuses_of(const config::Dialect& settings);

/// Octets and further fields of one submit_sm. Views into it go with it.
struct Written {
    std::string octets;
    std::size_t segments = 1;  // of the whole text: submit_sm's
    text::Encoding encoding = text::Encoding::gsm7;
    std::uint8_t data_coding = 0;
    bool udhi = false;
    bool payload = false;                           // the octets are for message_payload
    std::optional<std::array<std::string, 3>> sar;  // reference, total, number; as on the wire
};

/// A text as this carrier is sent it: segments are submit_sm's.
struct Measure : text::SegmentCount {
    /// Segments that the carrier cuts the one submit_sm into, and counts; 0: that is not its to do.
    std::size_t cut_by_carrier = 0;
};

class Dialect {
public:
    explicit Dialect(const config::Dialect& settings = {});

    // Text.
    const text::Dialect& codings() const { return codings_; }
    /// Writes GSM 7 or UCS-2 with 8-bit references, as text::count() and text::write_segment() do.
    bool writes_as_usual() const { return usual_; }
    /// No segments: too long, or no alphabet holds it.
    Measure count(std::string_view utf8) const;
    /// Segment `index` of a text that count() has measured. Empty when there is no such segment.
    std::optional<Written> write(std::string_view utf8, text::Encoding encoding,
                                 std::uint8_t reference, std::size_t index) const;

    // Addresses.
    smpp::WireAddress source(std::string_view stored) const;
    smpp::WireAddress destination(std::string_view stored) const;

    /// For validity_period of a message that is worth sending until then; empty: the carrier is not
    /// told, or cannot be (years after 2099).
    std::optional<smpp::TimeText> validity_period(UnixMs now, UnixMs until) const;

    // Ids, statuses, receipts.
    const text::MessageIdForm& ids() const { return ids_; }
    Reaction reaction_to(smpp::Status status) const;
    /// Of throttle and retry; 0: the carrier's usual.
    config::Millis wait_for(smpp::Status status) const;
    /// What the carrier calls it; empty when it has no name.
    std::string_view name_of(smpp::Status status) const;
    /// For logs and answers: "out_of_credit (0x00000401)", or as the specification has it.
    std::string status_text(smpp::Status status) const;
    config::ReceiptReaction reaction_to_error(std::string_view receipt_error) const;
    /// Of retry; 0: the carrier's usual.
    config::Millis wait_for_error(std::string_view receipt_error) const;
    std::string_view name_of_error(std::string_view receipt_error) const;
    bool is_final(text::MessageState state) const;
    /// Parts of a long message that were answered without an id share the receipt of the one that
    /// has one.
    bool id_on_last_part() const { return id_on_last_part_; }
    const text::ReceiptRules& receipts() const { return receipts_; }
    /// A receipt of this carrier, by its esm_class or, where the carrier sets none, by what is in
    /// it.
    bool is_receipt(const smpp::DeliverSm& pdu) const;

    const smpp::TlvDictionary& tlvs() const { return tlvs_; }

private:
    const config::StatusRule* rule_for(smpp::Status status) const;
    const config::ReceiptRule* rule_for(std::string_view receipt_error) const;
    smpp::WireAddress as(config::NumberType type, std::string_view stored) const;

    text::Dialect codings_;
    text::Rules rules_;
    bool usual_ = true;
    std::array<std::uint8_t, static_cast<std::size_t>(text::last_encoding) + 1> sent_as_{};
    text::MessageIdForm ids_;
    config::Addresses addresses_;
    std::vector<config::StatusRule> statuses_;  // in order of status
    std::vector<config::ReceiptRule> errors_;
    bool accepted_is_final_ = false;
    bool id_on_last_part_ = false;
    text::ReceiptRules receipts_;
    bool receipts_without_class_ = false;
    config::ValidityForm validity_form_ = config::ValidityForm::relative;
    smpp::TlvDictionary tlvs_;
};

}  // namespace parley::carrier
