#pragma once
// A peer of a CarrierSim that says exactly what a test tells it to, and reads what comes back.

#include "tests/support/pdu_bytes.h"
#include "tools/carrier_sim/behaviour.h"

namespace parley::test {

class RawEsme {
public:
    RawEsme(carrier_sim::CarrierSim& carrier, const Now& now)
        : carrier_(carrier), now_(now), session_(carrier.open(now)) {}

    void say(std::string_view octets) { carrier_.on_bytes(now_, session_, octets); }
    /// Everything the carrier has said since the last call.
    std::vector<Said> hear() {
        auto said = all_pdus(carrier_.output(session_));
        carrier_.on_written(now_, session_, carrier_.output(session_).size());
        return said;
    }
    /// The status of the bind_resp; what else came with it is left in after_bind.
    smpp::Status bind(std::string_view system_id = "parley", std::string_view password = "") {
        smpp::BindTransceiver pdu;
        pdu.system_id = system_id;
        pdu.password = password;
        return bind_as(pdu);
    }
    template <class Bind>
    smpp::Status bind_as(const Bind& pdu) {
        say(bytes(pdu, ++sequence_));
        after_bind = hear();
        const auto status = after_bind.at(0).header.command_status;
        after_bind.erase(after_bind.begin());
        return status;
    }
    void submit(std::string_view digits, std::string_view text, bool receipt = false) {
        say(bytes(submit_to(digits, text, receipt), ++sequence_));
    }
    void answer(const Said& deliver, smpp::Status status = smpp::Status::ESME_ROK) {
        say(header_bytes(smpp::response_to(deliver.header.command_id),
                         deliver.header.sequence_number, status));
    }
    void close() { carrier_.on_closed(now_, session_); }
    carrier_sim::SessionId id() const { return session_; }

    std::vector<Said> after_bind;

private:
    carrier_sim::CarrierSim& carrier_;
    const Now& now_;
    carrier_sim::SessionId session_;
    std::uint32_t sequence_ = 0;
};

}  // namespace parley::test
