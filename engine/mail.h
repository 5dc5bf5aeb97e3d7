#pragma once
// What shards say to each other. Everything that travels per message has a type of its own; rare
// questions travel as a Call. Mail between two shards arrives in the order in which it was posted.

#include "engine/api/backend.h"
#include "engine/clock.h"
#include "storage/message.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parley {

class Shard;

/// Position of a carrier in Config::carriers.
using CarrierIndex = std::uint16_t;

/// Messages to accept, from the shard that took the HTTP request to the contact's shard.
struct AcceptMail {
    std::uint32_t origin = 0;
    std::uint64_t ticket = 0;
    std::vector<std::pair<std::uint32_t, api::SendRequest>> requests;  // place in the answer
};
struct AcceptAnswer {
    std::uint64_t ticket = 0;
    std::vector<std::pair<std::uint32_t, api::SendOutcome>> outcomes;
};

/// A message whose turn it is in its conversation, to the home shard of the carrier.
struct DispatchMail {
    CarrierIndex carrier = 0;
    std::unique_ptr<storage::Message> message;
};
/// A message that its receipts say did not arrive, back to the contact's shard: it takes its turn
/// again, at this moment or later.
struct ReturnMail {
    storage::UnixMs at = 0;
    std::unique_ptr<storage::Message> message;
};
/// Every segment has its answer (or none will come): the conversation may go on.
struct AnsweredMail {
    storage::ConversationId conversation;
    storage::MessageId message;
};

/// Which deliver_sm waits for its response.
struct DeliverTicket {
    std::uint32_t shard = 0;
    std::uint32_t link = 0;
    std::uint32_t epoch = 0;
    std::uint32_t sequence = 0;
    bool data_sm = false;
    Instant arrived{};
};
/// A mobile-originated message, from the link's shard to the contact's.
struct InboundMail {
    DeliverTicket ticket;
    CarrierIndex carrier = 0;
    std::string source;       // normalised
    std::string destination;  // normalised
    std::uint8_t esm_class = 0;
    std::uint8_t data_coding = 0;
    std::string octets;
    // From the SAR TLVs when all three are present (SMPP 3.4 §5.2.12); total 0: none.
    std::uint16_t sar_reference = 0;
    std::uint8_t sar_total = 0;
    std::uint8_t sar_part = 0;
    smpp::NamedTlvs tlvs;  // the carrier's own
};
/// Storage has said yes (or the message is refused): thank the carrier.
struct DeliverAnswer {
    DeliverTicket ticket;
    std::uint32_t command_status = 0;
};

/// A carrier can, or can no longer, take submits.
struct CarrierUpMail {
    CarrierIndex carrier = 0;
    bool up = false;
};

/// A question or order that is not worth a type.
struct Call {
    std::function<void(Shard&, Now)> run;
};

using Mail = std::variant<AcceptMail, AcceptAnswer, DispatchMail, ReturnMail, AnsweredMail,
                          InboundMail, DeliverAnswer, CarrierUpMail, Call>;

}  // namespace parley
