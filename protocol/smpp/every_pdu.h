#pragma once
// From a command_id to the struct that reads it: for the dump, the fuzzer and the tests, which
// treat all PDUs alike. Sessions switch on the commands that they expect instead.

#include "protocol/smpp/pdu.h"

#include <tuple>
#include <type_traits>

namespace parley::smpp {

using EveryPdu =
    std::tuple<BindTransmitter, BindReceiver, BindTransceiver, BindTransmitterResp,
               BindReceiverResp, BindTransceiverResp, Outbind, Unbind, UnbindResp, SubmitSm,
               SubmitSmResp, SubmitMulti, SubmitMultiResp, DeliverSm, DeliverSmResp, DataSm,
               DataSmResp, QuerySm, QuerySmResp, CancelSm, CancelSmResp, ReplaceSm, ReplaceSmResp,
               BroadcastSm, BroadcastSmResp, QueryBroadcastSm, QueryBroadcastSmResp,
               CancelBroadcastSm, CancelBroadcastSmResp, AlertNotification, EnquireLink,
               EnquireLinkResp, GenericNack, QueryLastMsgs, QueryLastMsgsResp, QueryMsgDetails,
               QueryMsgDetailsResp, ParamRetrieve, ParamRetrieveResp>;

/// Calls act with an empty PDU of each kind.
template <class Act>
void for_each_pdu(Act act) {
    [&]<class... Pdu>(std::type_identity<std::tuple<Pdu...>>) {
        (act(Pdu{}), ...);
    }(std::type_identity<EveryPdu>{});
}

/// Calls act with an empty PDU of this command's struct. False: we have none for it.
template <class Act>
bool with_pdu(Command command, Act act) {
    return [&]<class... Pdu>(std::type_identity<std::tuple<Pdu...>>) {
        return ((Pdu::id == command && (act(Pdu{}), true)) || ...);
    }(std::type_identity<EveryPdu>{});
}

}  // namespace parley::smpp
