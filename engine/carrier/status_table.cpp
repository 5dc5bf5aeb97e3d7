#include "engine/carrier/status_table.h"

namespace parley::carrier {

Reaction reaction_to(smpp::Status status) {
    switch (status) {
        case smpp::Status::ESME_ROK:
            return Reaction::sent;
        case smpp::Status::ESME_RTHROTTLED:
            return Reaction::throttle;
        case smpp::Status::ESME_RMSGQFUL:
            return Reaction::pause_destination;
        case smpp::Status::ESME_RSYSERR:
        case smpp::Status::ESME_RX_T_APPN:
        case smpp::Status::ESME_RINVBNDSTS:
            return Reaction::retry;
        default:
            return Reaction::fail;
    }
}

}  // namespace parley::carrier
