#pragma once
// command_status (SMPP 3.4 §5.1.3, 5.0 §4.7.6): name and plain meaning. What a sender does about
// one is the carrier's business (engine/carrier), not the protocol's.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::smpp {

enum class Status : std::uint32_t {
    ESME_ROK = 0x00,
    ESME_RINVMSGLEN = 0x01,
    ESME_RINVCMDLEN = 0x02,
    ESME_RINVCMDID = 0x03,
    ESME_RINVBNDSTS = 0x04,
    ESME_RALYBND = 0x05,
    ESME_RINVPRTFLG = 0x06,
    ESME_RINVREGDLVFLG = 0x07,
    ESME_RSYSERR = 0x08,
    ESME_RINVSRCADR = 0x0A,
    ESME_RINVDSTADR = 0x0B,
    ESME_RINVMSGID = 0x0C,
    ESME_RBINDFAIL = 0x0D,
    ESME_RINVPASWD = 0x0E,
    ESME_RINVSYSID = 0x0F,
    ESME_RCANCELFAIL = 0x11,
    ESME_RREPLACEFAIL = 0x13,
    ESME_RMSGQFUL = 0x14,
    ESME_RINVSERTYP = 0x15,
    ESME_RINVNUMDESTS = 0x33,
    ESME_RINVDLNAME = 0x34,
    ESME_RINVDESTFLAG = 0x40,
    ESME_RINVSUBREP = 0x42,
    ESME_RINVESMCLASS = 0x43,
    ESME_RCNTSUBDL = 0x44,
    ESME_RSUBMITFAIL = 0x45,
    ESME_RINVSRCTON = 0x48,
    ESME_RINVSRCNPI = 0x49,
    ESME_RINVDSTTON = 0x50,
    ESME_RINVDSTNPI = 0x51,
    ESME_RINVSYSTYP = 0x53,
    ESME_RINVREPFLAG = 0x54,
    ESME_RINVNUMMSGS = 0x55,
    ESME_RTHROTTLED = 0x58,
    ESME_RINVSCHED = 0x61,
    ESME_RINVEXPIRY = 0x62,
    ESME_RINVDFTMSGID = 0x63,
    ESME_RX_T_APPN = 0x64,
    ESME_RX_P_APPN = 0x65,
    ESME_RX_R_APPN = 0x66,
    ESME_RQUERYFAIL = 0x67,
    ESME_RINVTLVSTREAM = 0xC0,
    ESME_RTLVNOTALLWD = 0xC1,
    ESME_RINVTLVLEN = 0xC2,
    ESME_RMISSINGTLV = 0xC3,
    ESME_RINVTLVVAL = 0xC4,
    ESME_RDELIVERYFAILURE = 0xFE,
    ESME_RUNKNOWNERR = 0xFF,
    ESME_RSERTYPUNAUTH = 0x100,  // from here on SMPP 5.0 only
    ESME_RPROHIBITED = 0x101,
    ESME_RSERTYPUNAVAIL = 0x102,
    ESME_RSERTYPDENIED = 0x103,
    ESME_RINVDCS = 0x104,
    ESME_RINVSRCADDRSUBUNIT = 0x105,
    ESME_RINVDSTADDRSUBUNIT = 0x106,
    ESME_RINVBCASTFREQINT = 0x107,
    ESME_RINVBCASTALIAS_NAME = 0x108,
    ESME_RINVBCASTAREAFMT = 0x109,
    ESME_RINVNUMBCAST_AREAS = 0x10A,
    ESME_RINVBCASTCNTTYPE = 0x10B,
    ESME_RINVBCASTMSGCLASS = 0x10C,
    ESME_RBCASTFAIL = 0x10D,
    ESME_RBCASTQUERYFAIL = 0x10E,
    ESME_RBCASTCANCELFAIL = 0x10F,
    ESME_RINVBCAST_REP = 0x110,
    ESME_RINVBCASTSRVGRP = 0x111,
    ESME_RINVBCASTCHANIND = 0x112,
};

/// SMPP 3.4 §5.1.3: 0x400 to 0x4FF are the vendor's, 0x100 to 0x3FF wait for later versions.
constexpr bool is_vendor(Status status) {
    const auto value = static_cast<std::uint32_t>(status);
    return value >= 0x400 && value <= 0x4FF;
}

/// "ESME_RTHROTTLED", "vendor 0x00000401", "reserved 0x…".
std::string name(Status status);
/// One plain sentence for a person; empty when we know nothing of the value.
std::string_view meaning(Status status);

struct StatusInfo {
    Status status{};
    std::string_view name;
    std::string_view meaning;
    std::string_view name_in_3_4;  // only where 5.0 gave it a new one
};
/// All that 3.4 and 5.0 define, in order of value.
std::span<const StatusInfo> standard_statuses();

/// What one carrier says of a status: names for its own range, and other meanings of standard ones
/// (0x45 is "number blocked" for some; peers.md §5c). Filled by the caller, from its configuration.
class CarrierStatuses {
public:
    struct Entry {
        Status status{};
        std::string name;     // empty: as the specification has it
        std::string meaning;  // one sentence; empty: as the specification has it
    };

    CarrierStatuses() = default;
    /// Of two entries with the same status the later one counts.
    explicit CarrierStatuses(std::vector<Entry> entries);

    std::string name(Status status) const;
    std::string_view meaning(Status status) const;
    bool empty() const { return entries_.empty(); }

private:
    const Entry* find(Status status) const;

    std::vector<Entry> entries_;  // in order of status
};

}  // namespace parley::smpp
