#include "protocol/smpp/status.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace parley::smpp {

namespace {

struct Known {
    Status status;
    std::string_view name;
    std::string_view meaning;
};

#define KNOWN(status, meaning) \
    { Status::status, #status, meaning }
// In order of value: the look-up halves it.
constexpr Known all_known[] = {
    KNOWN(ESME_ROK, "No error."),
    KNOWN(ESME_RINVMSGLEN, "The message is too long."),
    KNOWN(ESME_RINVCMDLEN, "The PDU's length is wrong for its kind."),
    KNOWN(ESME_RINVCMDID, "The command is not known or not supported."),
    KNOWN(ESME_RINVBNDSTS, "The session is not bound in a way that allows this command."),
    KNOWN(ESME_RALYBND, "The account is already bound, or has no session left."),
    KNOWN(ESME_RINVPRTFLG, "The priority is not allowed."),
    KNOWN(ESME_RINVREGDLVFLG, "The kind of receipt asked for is not allowed."),
    KNOWN(ESME_RSYSERR, "The peer has an internal error."),
    KNOWN(ESME_RINVSRCADR, "The source address is not valid."),
    KNOWN(ESME_RINVDSTADR, "The destination address is not valid."),
    KNOWN(ESME_RINVMSGID, "The message id is not known."),
    KNOWN(ESME_RBINDFAIL, "The bind was refused."),
    KNOWN(ESME_RINVPASWD, "The password is wrong."),
    KNOWN(ESME_RINVSYSID, "The system_id is not known."),
    KNOWN(ESME_RCANCELFAIL, "The message could not be canceled."),
    KNOWN(ESME_RREPLACEFAIL, "The message could not be replaced."),
    KNOWN(ESME_RMSGQFUL, "The peer's message queue is full."),
    KNOWN(ESME_RINVSERTYP, "The service_type is not valid."),
    KNOWN(ESME_RINVNUMDESTS, "The number of destinations is not valid."),
    KNOWN(ESME_RINVDLNAME, "The distribution list is not known."),
    KNOWN(ESME_RINVDESTFLAG, "The destination flag is not valid."),
    KNOWN(ESME_RINVSUBREP, "Submit with replace is not allowed."),
    KNOWN(ESME_RINVESMCLASS, "The esm_class is not valid."),
    KNOWN(ESME_RCNTSUBDL, "A distribution list cannot be submitted to."),
    KNOWN(ESME_RSUBMITFAIL, "The message was refused without a further reason."),
    KNOWN(ESME_RINVSRCTON, "The source TON is not valid."),
    KNOWN(ESME_RINVSRCNPI, "The source NPI is not valid."),
    KNOWN(ESME_RINVDSTTON, "The destination TON is not valid."),
    KNOWN(ESME_RINVDSTNPI, "The destination NPI is not valid."),
    KNOWN(ESME_RINVSYSTYP, "The system_type is not valid."),
    KNOWN(ESME_RINVREPFLAG, "The replace_if_present_flag is not valid."),
    KNOWN(ESME_RINVNUMMSGS, "The number of messages is not valid."),
    KNOWN(ESME_RTHROTTLED, "We send faster than the peer allows."),
    KNOWN(ESME_RINVSCHED, "The scheduled delivery time is not valid."),
    KNOWN(ESME_RINVEXPIRY, "The validity period is not valid."),
    KNOWN(ESME_RINVDFTMSGID, "The predefined message is not known."),
    KNOWN(ESME_RX_T_APPN, "The receiver has a temporary error; deliver again later."),
    KNOWN(ESME_RX_P_APPN, "The receiver has a permanent error."),
    KNOWN(ESME_RX_R_APPN, "The receiver rejects this message."),
    KNOWN(ESME_RQUERYFAIL, "The query failed."),
    KNOWN(ESME_RINVTLVSTREAM, "The optional parameters are malformed."),
    KNOWN(ESME_RTLVNOTALLWD, "An optional parameter is not allowed here."),
    KNOWN(ESME_RINVTLVLEN, "A parameter has a wrong length."),
    KNOWN(ESME_RMISSINGTLV, "An optional parameter that the peer expects is missing."),
    KNOWN(ESME_RINVTLVVAL, "An optional parameter has a value that is not valid."),
    KNOWN(ESME_RDELIVERYFAILURE, "The message could not be delivered."),
    KNOWN(ESME_RUNKNOWNERR, "The peer names no error it knows."),
    KNOWN(ESME_RSERTYPUNAUTH, "The account may not use this service_type."),
    KNOWN(ESME_RPROHIBITED, "The account may not do this."),
    KNOWN(ESME_RSERTYPUNAVAIL, "The service_type is not available now."),
    KNOWN(ESME_RSERTYPDENIED, "The service_type is denied."),
    KNOWN(ESME_RINVDCS, "The data_coding is not valid."),
    KNOWN(ESME_RINVSRCADDRSUBUNIT, "The source subunit is not valid."),
    KNOWN(ESME_RINVDSTADDRSUBUNIT, "The destination subunit is not valid."),
};
#undef KNOWN

constexpr bool before(const Known& known, Status status) {
    return known.status < status;
}
static_assert(std::is_sorted(std::begin(all_known), std::end(all_known),
                             [](const Known& a, const Known& b) { return before(a, b.status); }));

const Known* find(Status status) {
    const Known* found =
        std::lower_bound(std::begin(all_known), std::end(all_known), status, before);
    return found != std::end(all_known) && found->status == status ? found : nullptr;
}

}  // namespace

std::string name(Status status) {
    if (const Known* known = find(status)) return std::string(known->name);
    const auto value = static_cast<std::uint32_t>(status);
    const bool vendor = value >= 0x400 && value <= 0x4FF;  // SMPP 3.4 §5.1.3
    char text[32];
    std::snprintf(text, sizeof text, "%s 0x%08X", vendor ? "vendor" : "reserved", value);
    return text;
}

std::string_view meaning(Status status) {
    const Known* known = find(status);
    return known ? known->meaning : std::string_view{};
}

}  // namespace parley::smpp
