// Osmocom's libsmpp34 (Debian) unpacks what we encode and shows the same fields; what it packs from
// them we decode to the same again. All PDUs that it knows: 3.4 without broadcasts.
//
// Where libsmpp34 1.14.1 is wrong, or speaks 3.4 alone:
// - submit_multi and its response (3.4 §4.5): it turns their lists round, so their fields are
//   compared in any order, and their octets after it has packed them twice;
// - ms_validity and alert_on_message_delivery have a longer form since 5.0 (§4.8.4.41, §4.8.4.2),
//   which it does not read: it is not asked about them;
// - it writes a log of each field into 2,048 octets of its own without looking how long they are,
//   so the one PDU with all TLVs would overwrite our memory: it is asked about one TLV at a time.

// Ours come first: the library's header makes macros of the names of statuses.
#include "protocol/smpp/framer.h"
#include "protocol/smpp/hex.h"
#include "tests/oracle/every_pdu.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <type_traits>

#include <gtest/gtest.h>

// The library's own order: its headers do not stand alone.
// clang-format off
extern "C" {
#include <smpp34_structs.h>
#include <smpp34.h>
#include <smpp34_params.h>
}
// clang-format on
#undef U32
#undef U16
#undef U08
#undef O_C_OCTET
#undef C_OCTET
#undef OCTET8
#undef OCTET16
#undef TLV
#undef DAD
#undef UDAD
#undef UU2
#undef UUU
#undef instancia

namespace parley::oracle {
namespace {

using Notes = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const std::uint8_t* value) {
    return reinterpret_cast<const char*>(value);
}
std::string octets_of(const std::uint8_t* value, std::size_t octets) {
    return smpp::to_hex({reinterpret_cast<const char*>(value), octets});
}

/// Its TLV values are in a union by the type that it thinks a tag has.
std::string value_of(const tlv_t& tlv) {
    switch (tlv.tag) {
        case TLVID_user_message_reference:
        case TLVID_source_port:
        case TLVID_destination_port:
        case TLVID_sar_msg_ref_num:
        case TLVID_sms_signal:
        case TLVID_its_session_info:
        case TLVID_dest_telematics_id: {
            const char big[] = {static_cast<char>(tlv.value.val16 >> 8),
                                static_cast<char>(tlv.value.val16)};
            if (tlv.length == 2) return smpp::to_hex({big, 2});
            break;
        }
        case TLVID_qos_time_to_live: {
            char big[4];
            smpp::detail::put(big, static_cast<std::uint32_t>(tlv.value.val32));
            return smpp::to_hex({big, 4});
        }
        default:
            break;
    }
    return octets_of(tlv.value.octet, tlv.length);
}

// The library's own lists of fields, expanded to notes on each.
#define instancia pdu->
#define U32(inst, par, _) notes.emplace_back(#par, std::to_string(inst par))
#define U16(inst, par, _) notes.emplace_back(#par, std::to_string(inst par))
#define U08(inst, par, _) notes.emplace_back(#par, std::to_string(inst par))
#define C_OCTET(inst, par, _) notes.emplace_back(#par, text_of(inst par))
#define O_C_OCTET(inst, par, _) notes.emplace_back(#par, text_of(inst par))
#define OCTET8(inst, par, _, length) notes.emplace_back(#par, octets_of(inst par, length))
#define TLV(inst, par, _)                                              \
    for (const tlv_t* one = inst par; one != nullptr; one = one->next) \
    notes.emplace_back("tlv " + std::to_string(one->tag), value_of(*one))
#define DAD(inst, par, _)                                                                  \
    for (const dad_t* one = inst par; one != nullptr; one = one->next) {                   \
        notes.emplace_back("dest_flag", std::to_string(one->dest_flag));                   \
        if (one->dest_flag == DFID_Distribution_List_Name) {                               \
            notes.emplace_back("dl_name", text_of(one->value.dl_name));                    \
            continue;                                                                      \
        }                                                                                  \
        notes.emplace_back("dest_addr_ton", std::to_string(one->value.sme.dest_addr_ton)); \
        notes.emplace_back("dest_addr_npi", std::to_string(one->value.sme.dest_addr_npi)); \
        notes.emplace_back("destination_addr", text_of(one->value.sme.destination_addr));  \
    }
#define UDAD(inst, par, _)                                                               \
    for (const udad_t* one = inst par; one != nullptr; one = one->next) {                \
        notes.emplace_back("dest_addr_ton", std::to_string(one->dest_addr_ton));         \
        notes.emplace_back("dest_addr_npi", std::to_string(one->dest_addr_npi));         \
        notes.emplace_back("destination_addr", text_of(one->destination_addr));          \
        notes.emplace_back("error_status_code", std::to_string(one->error_status_code)); \
    }

Notes notes_on(const bind_transmitter_t* pdu) {
    Notes notes;
#include "def_frame/bind_transmitter.frame"
    return notes;
}
Notes notes_on(const bind_receiver_t* pdu) {
    Notes notes;
#include "def_frame/bind_receiver.frame"
    return notes;
}
Notes notes_on(const bind_transceiver_t* pdu) {
    Notes notes;
#include "def_frame/bind_transceiver.frame"
    return notes;
}
Notes notes_on(const bind_transmitter_resp_t* pdu) {
    Notes notes;
#include "def_frame/bind_transmitter_resp.frame"
    return notes;
}
Notes notes_on(const bind_receiver_resp_t* pdu) {
    Notes notes;
#include "def_frame/bind_receiver_resp.frame"
    return notes;
}
Notes notes_on(const bind_transceiver_resp_t* pdu) {
    Notes notes;
#include "def_frame/bind_transceiver_resp.frame"
    return notes;
}
Notes notes_on(const outbind_t* pdu) {
    Notes notes;
#include "def_frame/outbind.frame"
    return notes;
}
Notes notes_on(const submit_sm_t* pdu) {
    Notes notes;
#include "def_frame/submit_sm.frame"
    return notes;
}
Notes notes_on(const submit_sm_resp_t* pdu) {
    Notes notes;
#include "def_frame/submit_sm_resp.frame"
    return notes;
}
Notes notes_on(const submit_multi_t* pdu) {
    Notes notes;
#include "def_frame/submit_multi.frame"
    return notes;
}
Notes notes_on(const submit_multi_resp_t* pdu) {
    Notes notes;
#include "def_frame/submit_multi_resp.frame"
    return notes;
}
Notes notes_on(const deliver_sm_t* pdu) {
    Notes notes;
#include "def_frame/deliver_sm.frame"
    return notes;
}
Notes notes_on(const deliver_sm_resp_t* pdu) {
    Notes notes;
#include "def_frame/deliver_sm_resp.frame"
    return notes;
}
Notes notes_on(const data_sm_t* pdu) {
    Notes notes;
#include "def_frame/data_sm.frame"
    return notes;
}
Notes notes_on(const data_sm_resp_t* pdu) {
    Notes notes;
#include "def_frame/data_sm_resp.frame"
    return notes;
}
Notes notes_on(const query_sm_t* pdu) {
    Notes notes;
#include "def_frame/query_sm.frame"
    return notes;
}
Notes notes_on(const query_sm_resp_t* pdu) {
    Notes notes;
#include "def_frame/query_sm_resp.frame"
    return notes;
}
Notes notes_on(const cancel_sm_t* pdu) {
    Notes notes;
#include "def_frame/cancel_sm.frame"
    return notes;
}
Notes notes_on(const replace_sm_t* pdu) {
    Notes notes;
#include "def_frame/replace_sm.frame"
    return notes;
}
Notes notes_on(const alert_notification_t* pdu) {
    Notes notes;
#include "def_frame/alert_notification.frame"
    return notes;
}

/// A walker over our fields() that notes what the library notes.
struct Ours {
    void c_string(std::string_view field, std::string_view value, std::size_t) {
        notes.emplace_back(field, value);
    }
    void secret(std::string_view field, std::string_view value, std::size_t) {
        notes.emplace_back(field, value);
    }
    void integer(std::string_view field, std::uint32_t value) {
        notes.emplace_back(field, std::to_string(value));
    }
    void choice(std::string_view field, std::uint8_t value, std::uint8_t, std::uint8_t) {
        integer(field, value);
    }
    void counted_octets(std::string_view field, std::string_view value) {
        integer("sm_length", static_cast<std::uint32_t>(value.size()));
        notes.emplace_back(field, smpp::to_hex(value));
    }
    template <class List>
    void list(std::string_view count_field, std::string_view, const List& items) {
        integer(count_field, static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(const smpp::Tlvs& tlvs) {
        for (const auto& tlv : tlvs) {
            notes.emplace_back("tlv " + std::to_string(static_cast<int>(tlv.tag)),
                               smpp::to_hex(tlv.value));
        }
    }
    Notes notes;
};

Notes ours_on(std::string_view octets) {
    smpp::Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    Ours ours;
    if (!frame) return ours.notes;
    const smpp::Frame lasting{frame->header, octets.substr(smpp::header_octets)};
    smpp::with_pdu(frame->header.command_id, [&](auto pdu) {
        smpp::DecodeError error;
        EXPECT_TRUE(decode(lasting, pdu, error, false)) << error.message(pdu.id);
        decltype(pdu)::fields(pdu, ours);
    });
    return ours.notes;
}

smpp::Command command_of(std::string_view octets) {
    return smpp::Command{smpp::detail::take<std::uint32_t>(octets.data() + 4)};
}

/// What it unpacks; gone with its lists.
template <class Theirs>
class Unpacked {
public:
    explicit Unpacked(std::string_view octets) {
        std::memset(static_cast<void*>(&pdu_), 0, sizeof pdu_);
        EXPECT_EQ(smpp34_unpack2(&pdu_, reinterpret_cast<const std::uint8_t*>(octets.data()),
                                 static_cast<int>(octets.size())),
                  0)
            << smpp34_strerror;
    }
    ~Unpacked() {
        if constexpr (requires { pdu_.tlv; }) destroy_tlv(pdu_.tlv);
        if constexpr (requires { pdu_.dest_addr_def; }) destroy_dad(pdu_.dest_addr_def);
        if constexpr (requires { pdu_.unsuccess_smes; }) destroy_udad(pdu_.unsuccess_smes);
    }
    Unpacked(const Unpacked&) = delete;
    Unpacked& operator=(const Unpacked&) = delete;

    const Theirs& pdu() const { return pdu_; }
    std::string packed() {
        std::uint8_t octets[4096];
        int count = 0;
        EXPECT_EQ(smpp34_pack2(octets, sizeof octets, &count, &pdu_), 0) << smpp34_strerror;
        return {reinterpret_cast<const char*>(octets), static_cast<std::size_t>(count)};
    }

private:
    Theirs pdu_;
};

template <class Theirs>
constexpr bool turns_its_list =
    std::is_same_v<Theirs, submit_multi_t> || std::is_same_v<Theirs, submit_multi_resp_t>;

/// Both directions for one PDU.
template <class Theirs>
void agree(const std::string& octets) {
    SCOPED_TRACE(smpp::name(command_of(octets)));
    SCOPED_TRACE(smpp::to_hex(octets));
    Unpacked<Theirs> theirs(octets);
    EXPECT_EQ(theirs.pdu().command_length, octets.size());
    EXPECT_EQ(theirs.pdu().command_id, static_cast<std::uint32_t>(command_of(octets)));
    if constexpr (requires { notes_on(&theirs.pdu()); }) {
        auto shown = notes_on(&theirs.pdu());
        auto ours = ours_on(octets);
        if (turns_its_list<Theirs>) {
            std::ranges::sort(shown);
            std::ranges::sort(ours);
        }
        EXPECT_EQ(shown, ours);
    }
    auto again = theirs.packed();
    if (turns_its_list<Theirs>) again = Unpacked<Theirs>(again).packed();
    EXPECT_EQ(smpp::to_hex(again), smpp::to_hex(octets));
    EXPECT_EQ(ours_on(again), ours_on(octets));
}

using Agree = void (*)(const std::string&);

const std::map<smpp::Command, Agree>& known() {
    using smpp::Command;
    static const std::map<Command, Agree> all{
        {Command::bind_transmitter, agree<bind_transmitter_t>},
        {Command::bind_receiver, agree<bind_receiver_t>},
        {Command::bind_transceiver, agree<bind_transceiver_t>},
        {Command::bind_transmitter_resp, agree<bind_transmitter_resp_t>},
        {Command::bind_receiver_resp, agree<bind_receiver_resp_t>},
        {Command::bind_transceiver_resp, agree<bind_transceiver_resp_t>},
        {Command::outbind, agree<outbind_t>},
        {Command::unbind, agree<unbind_t>},
        {Command::unbind_resp, agree<unbind_resp_t>},
        {Command::submit_sm, agree<submit_sm_t>},
        {Command::submit_sm_resp, agree<submit_sm_resp_t>},
        {Command::submit_multi, agree<submit_multi_t>},
        {Command::submit_multi_resp, agree<submit_multi_resp_t>},
        {Command::deliver_sm, agree<deliver_sm_t>},
        {Command::deliver_sm_resp, agree<deliver_sm_resp_t>},
        {Command::data_sm, agree<data_sm_t>},
        {Command::data_sm_resp, agree<data_sm_resp_t>},
        {Command::query_sm, agree<query_sm_t>},
        {Command::query_sm_resp, agree<query_sm_resp_t>},
        {Command::cancel_sm, agree<cancel_sm_t>},
        {Command::cancel_sm_resp, agree<cancel_sm_resp_t>},
        {Command::replace_sm, agree<replace_sm_t>},
        {Command::replace_sm_resp, agree<replace_sm_resp_t>},
        {Command::alert_notification, agree<alert_notification_t>},
        {Command::enquire_link, agree<enquire_link_t>},
        {Command::enquire_link_resp, agree<enquire_link_t>},
        {Command::generic_nack, agree<generic_nack_t>},
    };
    return all;
}

/// A data_sm with one of the TLVs in the form that only 5.0 has.
bool is_a_5_0_form(std::string_view octets) {
    const auto has = [octets](std::string_view header_and_value) {
        return command_of(octets) == smpp::Command::data_sm && octets.ends_with(header_and_value);
    };
    return has(std::string_view("\x12\x04\0\4\1"
                                "234",
                                8)) ||
           has(std::string_view("\x13\x0C\0\1\1", 5));
}

constexpr std::size_t octets_max = 256;  // of a PDU whose log fits

TEST(Libsmpp34, UnpacksWhatWeEncodeAndPacksWhatWeDecode) {
    int asked = 0;
    for (const auto& octets : every_pdu()) {
        const auto ask = known().find(command_of(octets));
        if (ask == known().end() || is_a_5_0_form(octets) || octets.size() > octets_max) continue;
        ask->second(octets);
        ++asked;
    }
    EXPECT_EQ(known().size(), 27u) << "33 PDUs without the six of broadcasting";
    EXPECT_EQ(asked, 27 + 62) << "every PDU, and a data_sm per TLV";
}

}  // namespace
}  // namespace parley::oracle
