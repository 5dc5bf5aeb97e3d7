#include "protocol/smpp/status.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace parley::smpp {

namespace {

#define KNOWN(status, meaning) \
    { Status::status, #status, meaning, "" }
#define RENAMED(status, name_in_3_4, meaning) \
    { Status::status, #status, meaning, name_in_3_4 }
// In order of value: the look-up halves it.
constexpr StatusInfo all_known[] = {
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
    RENAMED(ESME_RINVTLVSTREAM, "ESME_RINVOPTPARSTREAM", "The optional parameters are malformed."),
    RENAMED(ESME_RTLVNOTALLWD, "ESME_ROPTPARNOTALLWD",
            "An optional parameter is not allowed here."),
    RENAMED(ESME_RINVTLVLEN, "ESME_RINVPARLEN", "A parameter has a wrong length."),
    RENAMED(ESME_RMISSINGTLV, "ESME_RMISSINGOPTPARAM",
            "An optional parameter that the peer expects is missing."),
    RENAMED(ESME_RINVTLVVAL, "ESME_RINVOPTPARAMVAL",
            "An optional parameter has a value that is not valid."),
    KNOWN(ESME_RDELIVERYFAILURE, "The message could not be delivered."),
    KNOWN(ESME_RUNKNOWNERR, "The peer names no error it knows."),
    KNOWN(ESME_RSERTYPUNAUTH, "The account may not use this service_type."),
    KNOWN(ESME_RPROHIBITED, "The account may not do this."),
    KNOWN(ESME_RSERTYPUNAVAIL, "The service_type is not available now."),
    KNOWN(ESME_RSERTYPDENIED, "The service_type is denied."),
    KNOWN(ESME_RINVDCS, "The data_coding is not valid."),
    KNOWN(ESME_RINVSRCADDRSUBUNIT, "The source subunit is not valid."),
    KNOWN(ESME_RINVDSTADDRSUBUNIT, "The destination subunit is not valid."),
    KNOWN(ESME_RINVBCASTFREQINT, "The interval between broadcasts is not valid."),
    KNOWN(ESME_RINVBCASTALIAS_NAME, "The name of the broadcast area is not known."),
    KNOWN(ESME_RINVBCASTAREAFMT, "The format of the broadcast area is not valid."),
    KNOWN(ESME_RINVNUMBCAST_AREAS, "The number of broadcast areas is not valid."),
    KNOWN(ESME_RINVBCASTCNTTYPE, "The broadcast content type is not valid."),
    KNOWN(ESME_RINVBCASTMSGCLASS, "The broadcast message class is not valid."),
    KNOWN(ESME_RBCASTFAIL, "The broadcast was refused without a further reason."),
    KNOWN(ESME_RBCASTQUERYFAIL, "The query of a broadcast failed."),
    KNOWN(ESME_RBCASTCANCELFAIL, "The broadcast could not be canceled."),
    KNOWN(ESME_RINVBCAST_REP, "The number of repeated broadcasts is not valid."),
    KNOWN(ESME_RINVBCASTSRVGRP, "The broadcast service group is not valid."),
    KNOWN(ESME_RINVBCASTCHANIND, "The broadcast channel indicator is not valid."),
};
#undef KNOWN
#undef RENAMED

constexpr bool before(const StatusInfo& known, Status status) {
    return known.status < status;
}
static_assert(std::is_sorted(std::begin(all_known), std::end(all_known),
                             [](const StatusInfo& a, const StatusInfo& b) {
                                 return before(a, b.status);
                             }));

const StatusInfo* find(Status status) {
    const StatusInfo* found =
        std::lower_bound(std::begin(all_known), std::end(all_known), status, before);
    return found != std::end(all_known) && found->status == status ? found : nullptr;
}

}  // namespace

std::string name(Status status) {
    if (const StatusInfo* known = find(status)) return std::string(known->name);
    const auto value = static_cast<std::uint32_t>(status);
    char text[32];
    std::snprintf(text, sizeof text, "%s 0x%08X", is_vendor(status) ? "vendor" : "reserved", value);
    return text;
}

std::string_view meaning(Status status) {
    const StatusInfo* known = find(status);
    return known ? known->meaning : std::string_view{};
}

std::span<const StatusInfo> standard_statuses() {
    return all_known;
}

CarrierStatuses::CarrierStatuses(std::vector<Entry> entries) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.status < b.status; });
    for (Entry& entry : entries) {
        if (!entries_.empty() && entries_.back().status == entry.status) entries_.pop_back();
        entries_.push_back(std::move(entry));
    }
}

const CarrierStatuses::Entry* CarrierStatuses::find(Status status) const {
    const auto found =
        std::lower_bound(entries_.begin(), entries_.end(), status,
                         [](const Entry& entry, Status value) { return entry.status < value; });
    return found != entries_.end() && found->status == status ? &*found : nullptr;
}

std::string CarrierStatuses::name(Status status) const {
    const Entry* own = find(status);
    return own && !own->name.empty() ? own->name : smpp::name(status);
}

std::string_view CarrierStatuses::meaning(Status status) const {
    const Entry* own = find(status);
    return own && !own->meaning.empty() ? std::string_view(own->meaning) : smpp::meaning(status);
}

}  // namespace parley::smpp
