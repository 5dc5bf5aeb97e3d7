// Which carriers a message may go to, by the TLVs that it asks for. A carrier that does not take
// one of them is passed over: they are never left out.

#include "engine/outbound.h"

#include <algorithm>

namespace parley {

bool Outbound::takes_tlvs(CarrierIndex carrier, const storage::Message& message) const {
    return message.tlvs.empty() || desk_.submit_tlvs()[carrier].takes(message.tlvs);
}

std::string Outbound::complaint_about_tlvs(const carrier::Route& route,
                                           const smpp::NamedTlvs& tlvs) const {
    const std::vector<carrier::Route::Choice>& list = route.carriers;
    const auto takes = [&](const smpp::NamedTlvs& asked) {
        return std::ranges::any_of(list, [&](const carrier::Route::Choice& choice) {
            return desk_.submit_tlvs()[choice.carrier].takes(asked);
        });
    };
    if (takes(tlvs)) return {};
    for (const smpp::NamedTlv& tlv : tlvs) {
        if (takes({tlv})) continue;
        // The carrier that knows the name has more to say about it than the others.
        const auto knows = std::ranges::find_if(list, [&](const carrier::Route::Choice& choice) {
            return desk_.submit_tlvs()[choice.carrier].knows(tlv.name);
        });
        const CarrierIndex carrier = (knows == list.end() ? list.front() : *knows).carrier;
        return "tlvs." + tlv.name + ": " + desk_.submit_tlvs()[carrier].complaint_about(tlv);
    }
    return "tlvs: each has a carrier on the route that takes it, and no carrier takes all of them: "
           "expected those of one carrier";
}

}  // namespace parley
