#include "protocol/smpp/reference.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/message.h"
#include "protocol/smpp/operations.h"

#include <cstdio>

namespace parley::smpp {

namespace {

constexpr std::string_view introduction =
    R"(# SMPP

<!-- Written by parley-describe from protocol/smpp. Change it there; a test compares. -->

What Parley reads and writes: SMPP 3.3, 3.4 (Issue 1.2) and 5.0. It is strict in what it sends and
forgiving in what it reads: C-octet strings may be longer than their field (up to 255 octets),
responses may come without a body, with TLVs or with an unfinished one, and TLVs are kept on every
PDU, known or not, byte for byte and in order.
)";

template <class... Values>
std::string print(const char* format, Values... values) {
    char text[64];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string octets_text(std::uint32_t min, std::uint32_t max) {
    if (min == max) return std::to_string(min);
    return std::to_string(min) + "–" + std::to_string(max);
}

/// The walker over fields(): a row for each.
class Rows {
public:
    explicit Rows(std::string& out) : out_(out) {}

    void c_string(std::string_view field, std::string_view, std::size_t octets_max) {
        row(field, octets_text(1, static_cast<std::uint32_t>(octets_max)), "C-octet string", "");
    }
    void secret(std::string_view field, std::string_view, std::size_t octets_max) {
        row(field, octets_text(1, static_cast<std::uint32_t>(octets_max)), "C-octet string",
            "masked wherever it is shown");
    }
    template <class Integer>
    void integer(std::string_view field, Integer) {
        row(field, std::to_string(sizeof(Integer)), "integer", "");
    }
    void choice(std::string_view field, std::uint8_t, std::uint8_t min, std::uint8_t max) {
        row(field, "1", "integer", octets_text(min, max) + ": says what follows");
    }
    void counted_octets(std::string_view field, std::string_view) {
        row("sm_length", "1", "integer", "");
        row(field, "0–255", "octets", "3.4 allows 254");
    }
    template <class List>
    void list(std::string_view count_field, std::string_view field, const List&) {
        row(count_field, "1", "integer", "");
        const std::string outer = within_;
        within_ += std::string(field) + "[].";
        items<typename List::value_type>();
        within_ = outer;
    }
    void tlvs(const Tlvs&) {}

private:
    /// Of a destination both forms.
    template <class Item>
    void items() {
        Item item;
        Item::fields(item, *this);
        if constexpr (requires { item.dl_name; }) {
            row("dl_name", "1–21", "C-octet string", "instead of the address when dest_flag is 2");
        }
    }
    void row(std::string_view field, const std::string& octets, std::string_view type,
             std::string_view note) {
        out_ += "| `" + within_ + std::string(field) + "` | " + octets + " | " + std::string(type) +
                " | " + std::string(note) + " |\n";
    }

    std::string& out_;
    std::string within_;
};

constexpr SessionState states[] = {SessionState::open,      SessionState::outbound,
                                   SessionState::bound_tx,  SessionState::bound_rx,
                                   SessionState::bound_trx, SessionState::unbound};

bool only_in_3_3(Command command) {
    return !is_defined(Version::v3_4, command) && is_defined(Version::v3_3, command);
}

std::string versions_text(Command command) {
    if (only_in_3_3(command)) return "3.3 only";
    for (const auto version : {Version::v3_3, Version::v3_4}) {
        if (is_defined(version, command)) return "since " + std::string(name(version));
    }
    return "since " + std::string(name(Version::v5_0));
}

template <class Pdu>
void append_pdu(std::string& out, const Pdu& pdu) {
    out += "\n### " + std::string(name(Pdu::id)) + "\n\n" +
           print("`0x%08X`, ", static_cast<unsigned>(Pdu::id)) + versions_text(Pdu::id) + ".";
    std::string rows;
    Rows walker(rows);
    Pdu::fields(pdu, walker);
    if (rows.empty()) {
        out += " No field of its own.\n";
    } else {
        out += "\n\n| field | octets | type | |\n|---|---|---|---|\n" + rows;
    }
}

void append_matrix(std::string& out) {
    out += R"(
## Who may send what, and when

By SMPP 5.0 (table 2-1). E: the ESME, M: the message centre. After an unbind what is open is still
answered. A request in a wrong state is answered with `ESME_RINVBNDSTS`. 3.4 lets both sides send
`data_sm` in every bound state. The last six are of 3.3, and in no later version.

| PDU |)";
    for (const auto state : states)
        out += " " + std::string(name(state)) + " |";
    out += "\n|---|---|---|---|---|---|---|\n";
    for_each_pdu([&](const auto& pdu) {
        out += "| `" + std::string(name(pdu.id)) + "` |";
        const Version version = only_in_3_3(pdu.id) ? Version::v3_3 : Version::v5_0;
        for (const auto state : states) {
            const bool esme = may_send(version, Side::esme, state, pdu.id);
            const bool smsc = may_send(version, Side::smsc, state, pdu.id);
            out += std::string(esme ? " E" : "") + (smsc ? " M" : "") + " |";
        }
        out += "\n";
    });
}

void append_pdus(std::string& out) {
    out +=
        "\n## PDUs\n\nEach begins with `command_length`, `command_id`, `command_status` and "
        "`sequence_number` (4 octets each)\nand may end with TLVs. Octets are those that we "
        "send; a C-octet string's count includes its NUL.\n";
    for_each_pdu([&](const auto& pdu) { append_pdu(out, pdu); });
}

void append_tlvs(std::string& out) {
    out +=
        "\n## TLVs\n\n| tag | name | type | octets | values | since |\n|---|---|---|---|---|---|"
        "\n";
    for (const TlvInfo& info : standard_tlvs()) {
        const bool bounded = info.value_max != 0xFFFFFFFF;
        out += print("| `0x%04X` | `", static_cast<unsigned>(info.tag)) + std::string(info.name) +
               "` | " + std::string(name(info.type)) + " | " +
               octets_text(info.octets_min, info.octets_max) + " | " +
               (bounded ? octets_text(info.value_min, info.value_max) : "") + " | " +
               std::string(name(version_of(info.since))) + " |\n";
    }
    out += R"(
All others are kept and, where a carrier's dialect names them (`tlvs` in
[settings.md](settings.md)), asked for and shown by that name. The same tag means other things to
other carriers: `0x1400` is the entity in India's DLT registers and a customer's reference at
SMSPortal.
)";
}

void append_statuses(std::string& out) {
    out +=
        "\n## command_status\n\n`0x00000400` to `0x000004FF` are the vendor's: a carrier's "
        "table may name them.\n\n| value | name | meaning |\n|---|---|---|\n";
    for (const StatusInfo& info : standard_statuses()) {
        out += print("| `0x%08X` | `", static_cast<unsigned>(info.status)) +
               std::string(info.name) + "`";
        if (!info.name_in_3_4.empty()) out += " (3.4: `" + std::string(info.name_in_3_4) + "`)";
        out += " | " + std::string(info.meaning) + " |\n";
    }
}

void append_data_codings(std::string& out) {
    out += "\n## data_coding\n\n| value | meaning |\n|---|---|\n";
    for (unsigned value = 0; value < 0xC0; ++value) {
        const auto meaning = data_coding_name(static_cast<std::uint8_t>(value));
        if (!meaning.empty()) out += print("| `0x%02X` | ", value) + std::string(meaning) + " |\n";
    }
    out += "| `0xC0`–`0xDF` | " + std::string(data_coding_name(0xC0)) + " |\n";
    out += "| `0xF0`–`0xFF` | " + std::string(data_coding_name(0xF0)) + " |\n";
}

void append_message_states(std::string& out) {
    out +=
        "\n## message_state\n\n`ACCEPTED` is final in the specification, and in most receipts "
        "it is not: a setting of the carrier.\n\n| value | name | final |\n|---|---|---|\n";
    for (std::uint8_t state = 0; !message_state_name(state).empty(); ++state) {
        out += "| " + std::to_string(state) + " | `" + std::string(message_state_name(state)) +
               "` | " + (is_final_state(state, Accepted::is_final) ? "yes" : "no") + " |\n";
    }
}

}  // namespace

std::string reference_markdown() {
    std::string out(introduction);
    append_matrix(out);
    append_pdus(out);
    append_tlvs(out);
    append_statuses(out);
    append_data_codings(out);
    append_message_states(out);
    return out;
}

}  // namespace parley::smpp
