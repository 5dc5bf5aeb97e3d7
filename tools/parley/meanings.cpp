#include "tools/parley/meanings.h"

#include "protocol/smpp/message.h"
#include "protocol/smpp/status.h"
#include "protocol/smpp/time.h"
#include "protocol/smpp/version.h"

#include <array>
#include <cstdio>

namespace parley::tools {

namespace {

/// Words with ", " between them, empty ones left out.
std::string joined(std::initializer_list<std::string_view> words) {
    std::string out;
    for (const auto word : words) {
        if (word.empty()) continue;
        if (!out.empty()) out += ", ";
        out += word;
    }
    return out;
}

std::string_view mode(std::uint8_t esm_class) {
    constexpr std::array<std::string_view, 4> modes{"", "datagram", "transaction",
                                                    "store and forward"};
    return modes[esm_class & 0x03U];
}

std::string esm_class_words(std::uint8_t value) {
    const auto type = smpp::message_type(value);
    return joined({type == smpp::MessageType::normal ? std::string_view{}
                   : type                            ? smpp::name(*type)
                                                     : "reserved type",
                   mode(value), smpp::has_user_data_header(value) ? "user data header" : "",
                   smpp::has_reply_path(value) ? "reply path" : ""});
}

std::string registered_delivery_words(std::uint8_t value) {
    constexpr std::array<std::string_view, 4> receipts{"", "receipt", "receipt on failure",
                                                       "receipt on success"};
    const auto wanted = smpp::read_registered_delivery(value);
    return joined({receipts[static_cast<std::size_t>(wanted.receipt)],
                   wanted.delivery_acknowledgement ? "delivery acknowledgement" : "",
                   wanted.manual_acknowledgement ? "manual acknowledgement" : "",
                   wanted.intermediate_notification ? "intermediate notification" : ""});
}

std::string_view ton_word(std::uint32_t ton) {
    constexpr std::array<std::string_view, 7> words{
        "unknown",           "international", "national",   "network specific",
        "subscriber number", "alphanumeric",  "abbreviated"};
    return ton < words.size() ? words[ton] : std::string_view("reserved");
}

std::string_view npi_word(std::uint32_t npi) {
    switch (npi) {
        case 0:
            return "unknown";
        case 1:
            return "ISDN (E.164)";
        case 3:
            return "data (X.121)";
        case 4:
            return "telex (F.69)";
        case 6:
            return "land mobile (E.212)";
        case 8:
            return "national";
        case 9:
            return "private";
        case 10:
            return "ERMES";
        case 14:
            return "internet (IP)";
        case 18:
            return "WAP client id";
        default:
            return "reserved";
    }
}

std::string absolute_text(const smpp::AbsoluteTime& time) {
    using namespace std::chrono;
    const auto midnight = floor<days>(time.utc);
    const year_month_day date(midnight);
    const hh_mm_ss clock(floor<seconds>(time.utc) - midnight);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d UTC",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

std::string relative_text(const smpp::RelativeTime& time) {
    std::string out = "in";
    const auto add = [&out](unsigned count, const char* unit) {
        if (count > 0) out += " " + std::to_string(count) + " " + unit;
    };
    add(time.years, "y");
    add(time.months, "months");
    add(time.days, "d");
    add(time.hours, "h");
    add(time.minutes, "min");
    add(time.seconds, "s");
    return out == "in" ? "now" : out;
}

}  // namespace

std::string meaning_of(std::string_view field, std::uint32_t value) {
    const auto octet = static_cast<std::uint8_t>(value);
    if (field == "esm_class") return esm_class_words(octet);
    if (field == "registered_delivery" || field == "registered_delivery_flag")
        return registered_delivery_words(octet);
    if (field == "data_coding") return std::string(smpp::data_coding_name(octet));
    if (field == "message_state" || field == "message_status")
        return std::string(smpp::message_state_name(octet));
    if (field == "error_status_code" || field == "broadcast_error_status") {
        return smpp::name(smpp::Status{value});
    }
    if (field == "interface_version" || field == "sc_interface_version") {
        return "SMPP " + std::string(smpp::name(smpp::version_of(octet)));
    }
    if (field == "dest_flag") return value == 1 ? "address" : "distribution list";
    if (field.ends_with("_ton")) return std::string(ton_word(value));
    if (field.ends_with("_npi")) return std::string(npi_word(value));
    return {};
}

std::string meaning_of_time(std::string_view field, std::string_view value) {
    const bool holds_time = field == "schedule_delivery_time" || field == "validity_period" ||
                            field == "final_date" || field == "broadcast_end_time";
    if (!holds_time || value.empty()) return {};
    const auto time = smpp::read_time(value);
    if (!time) return "no SMPP time";
    if (const auto* absolute = std::get_if<smpp::AbsoluteTime>(&*time)) {
        return absolute_text(*absolute);
    }
    return relative_text(std::get<smpp::RelativeTime>(*time));
}

}  // namespace parley::tools
