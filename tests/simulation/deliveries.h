#pragma once
// What tests of single deliveries have in common: an order, what became of it, another mood of the
// carrier "acme".

#include "protocol/smpp/codec.h"
#include "tests/simulation/look.h"
#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <cstdint>
#include <functional>
#include <string>

namespace parley::simulation {

inline const std::string demo = brand_number(1000);
inline const std::string anna = contact_number(1);

inline storage::Message message_of(World& world, std::size_t n) {
    return world.find(world.accepted().at(n)).value();
}
inline storage::Status status_of(World& world, std::size_t n) {
    return message_of(world, n).status;
}

/// A receipt by a carrier, in the words of SMPP 3.4 appendix B.
struct ReceiptTold {
    std::string id;
    std::string stat = "DELIVRD";
    std::string err = "000";
    std::string contact = anna;
    std::string carrier = "acme";
};
inline void tell_receipt(World& world, const ReceiptTold& told) {
    static std::uint32_t sequence = 20'000'000;  // of no request of the simulator's own
    smpp::DeliverSm pdu;
    pdu.esm_class = 0x04;
    pdu.source_addr_ton = pdu.dest_addr_ton = 1;
    pdu.source_addr = std::string_view(told.contact).substr(1);
    pdu.destination_addr = std::string_view(demo).substr(1);
    const std::string text = "id:" + told.id + " stat:" + told.stat + " err:" + told.err;
    pdu.short_message = text;
    std::string octets;
    encode(octets, pdu, ++sequence);
    carrier_sim::CarrierSim& carrier = world.carrier(told.carrier);
    carrier.inject(carrier.sessions().front(), octets);
    world.serve_carriers();
}

inline void change(World& world, const std::function<void(carrier_sim::Settings&)>& how) {
    carrier_sim::Settings settings = world.carrier("acme").settings();
    how(settings);
    world.carrier("acme").change(settings);
}

}  // namespace parley::simulation
