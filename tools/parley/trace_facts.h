#pragma once
// What a trace shows of a carrier: the ids that it gave, its receipts, its statuses, its vendor
// TLVs, what is written under data_coding 0. Collects; dialect_learn.cpp judges. Keeps no text.

#include "protocol/smpp/status.h"
#include "protocol/smpp/tlv.h"
#include "protocol/text/receipt_text.h"
#include "tools/parley/pdu_source.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace parley::tools {

/// Two addresses however they are written and whichever is the sender: their last seven digits, or
/// what they are when they have none.
std::string thread_of(std::string_view one, std::string_view other);

struct TakenSubmit {
    std::string id;  // of submit_sm_resp
    std::string thread;
};

struct SeenReceipt {
    std::string id;  // of receipted_message_id, else of the text
    std::string other_id;
    std::string thread;
    std::optional<text::MessageState> state;
    std::size_t taken_before = 0;  // submits that had been taken when it came
};

/// Texts under one data_coding by what their octets can mean.
struct AlphabetMarks {
    std::size_t texts = 0;
    std::size_t gsm7 = 0;   // have octets that only GSM 7 has
    std::size_t ascii = 0;  // have octets that make no sense in GSM 7: "a@b", "a_b", "$5"
    std::size_t high = 0;   // have octets from 0x80 on
    std::size_t utf8 = 0;   // and those are UTF-8
    void count(std::string_view octets);
};

struct VendorTlv {
    std::size_t times = 0;
    std::size_t octets_min = 0xFFFF;
    std::size_t octets_max = 0;
    bool printable = true;  // but for NULs
    bool nul_ended = true;  // each with one NUL, at its end
    bool without_nul = true;
    std::set<std::string> commands;
};

/// An address as submits have it that were taken.
struct AddressUse {
    std::size_t times = 0;
    std::size_t with_plus = 0;  // written so
};
enum class AddressRole : std::uint8_t { number, short_code, name, recipient, other };
std::string_view name(AddressRole role);  // as `addresses` of a dialect has it

struct TraceFacts {
    std::size_t pdus = 0;
    std::size_t unreadable = 0;
    std::vector<TakenSubmit> taken;
    std::size_t submits_answered = 0;
    std::map<smpp::Status, std::size_t> refusals;  // of submit_sm
    std::vector<SeenReceipt> receipts;
    std::size_t receipts_with_parameter = 0;
    std::size_t receipts_without_class = 0;           // esm_class 0, and their content says so
    std::size_t receipts_of_two_ids = 0;              // that differ
    std::map<std::string, std::size_t> field_orders;  // "id sub dlvrd …"
    std::map<std::size_t, std::size_t> date_widths;
    std::map<std::string, std::size_t> unknown_stats;
    std::map<std::string, std::size_t> failure_errors;  // err of those that say no
    std::map<smpp::Tag, VendorTlv> vendor_tlvs;
    AlphabetMarks from_carrier;  // messages under data_coding 0
    AlphabetMarks to_carrier;
    /// By TON and NPI.
    std::map<AddressRole, std::map<std::pair<int, int>, AddressUse>> addresses;
    std::size_t passwords_long = 0;  // beyond the 8 octets of the specification, in accepted binds
    std::map<std::uint32_t, std::size_t> versions;  // sc_interface_version
    std::size_t binds_without_version = 0;
};

class TraceReader {
public:
    void hear(const SeenPdu& seen);
    const TraceFacts& facts() const { return facts_; }

private:
    struct Address {
        AddressRole role = AddressRole::other;
        std::pair<int, int> type;
        bool plus = false;
    };
    struct Submit {
        std::string thread;
        Address source;
        Address destination;
    };
    static AddressRole role_of(std::uint8_t ton, std::uint8_t npi, std::string_view source);
    void count(const Address& address);
    // Input, connection, who asked, sequence_number.
    using Key = std::tuple<std::uint64_t, std::uint64_t, std::optional<Endpoint>, std::uint32_t>;

    void on_submit(const SeenPdu& seen);
    void on_submit_resp(const SeenPdu& seen);
    void on_message(const smpp::DeliverSm& pdu);
    void on_receipt(const smpp::DeliverSm& pdu);
    template <class Bind>
    void on_bind(const SeenPdu& seen);
    template <class Resp>
    void on_bind_resp(const SeenPdu& seen);
    void count_vendor_tlvs(std::string_view command, const smpp::Tlvs& tlvs);

    TraceFacts facts_;
    std::map<Key, Submit> open_;
    std::map<Key, bool> binds_;  // whether its password is long
};

}  // namespace parley::tools
