#include "tools/parley/dialect_learn.h"

#include "config/describe.h"
#include "engine/carrier/status_table.h"
#include "tools/parley/inputs.h"
#include "tools/parley/learned_ids.h"
#include "tools/parley/trace_facts.h"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace parley::tools {

namespace {

using text::MessageIdForm;

constexpr std::size_t config_octets_max = 1'024;  // of a TLV that a dialect names

std::string of(std::size_t part, std::size_t all) {
    return std::to_string(part) + " of " + std::to_string(all);
}

/// By how often it was seen, and how often not.
std::string_view confidence(std::size_t part, std::size_t all) {
    if (part >= 50 && part * 10 >= all * 9) return "high";
    return part >= 8 && part * 2 >= all ? "medium" : "low";
}

std::string in_hex(const char* format, unsigned number) {
    char text[16];
    std::snprintf(text, sizeof text, format, number);
    return text;
}

/// What carriers write goes into a comment on one line, whatever it is.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c >= 0x20 && c < 0x7F ? c : '.';
    return out;
}

class Block {
public:
    Block(const TraceFacts& facts, std::ostream& out) : facts_(facts), out_(out) {}

    void write() {
        comment("Learned by `parley dialect learn` from " + std::to_string(facts_.pdus) +
                " PDUs: " + of(facts_.taken.size(), facts_.submits_answered) +
                " answered submit_sm were taken,");
        comment("and " + std::to_string(facts_.receipts.size()) + " receipts came." +
                (facts_.unreadable == 0
                     ? ""
                     : " " + std::to_string(facts_.unreadable) + " PDUs could not be read."));
        ids();
        alphabet();
        accepted();
        password();
        statuses();
        receipts();
        vendor_tlvs();
        addresses();
        versions();
        // A file of comments alone is not a dialect, and this is one: the specification's.
        if (!says_something_) out_ << "{}\n";
    }

private:
    void comment(const std::string& text) { out_ << "# " << text << "\n"; }
    void say(const std::string& line) {
        out_ << line << "\n";
        says_something_ = true;
    }

    void ids() {
        const LearnedIds learned = learn_ids(facts_);
        out_ << "\n";
        if (!learned.proposal) {
            comment("message_id: nothing can be said; no form of ids explains enough receipts.");
            return;
        }
        const auto& [form, evidence, receipts] = *learned.proposal;
        form_ = form;
        comment(of(evidence, receipts) + " receipts " +
                (learned.by_thread ? "between the addresses of a message name exactly one so"
                                   : "name exactly one message so, whatever their addresses") +
                "; confidence: " + std::string(confidence(evidence, receipts)) + ".");
        if (form == MessageIdForm{}) {
            comment(
                "message_id: receipts have the ids of the responses, as the specification has "
                "it.");
        } else {
            say("message_id: " + text::to_yaml(form));
        }
    }

    void alphabet() {
        const AlphabetMarks& seen = facts_.from_carrier;
        out_ << "\n";
        if (seen.texts == 0) {
            comment("data_coding 0: no message from the carrier came under it.");
            return;
        }
        comment("data_coding 0: of " + marks(seen, "messages from the carrier"));
        if (facts_.to_carrier.texts != 0) comment("Of " + marks(facts_.to_carrier, "sent to it"));
        const std::size_t latin1 = seen.high - seen.utf8;
        if (seen.utf8 >= evidence_min && seen.utf8 > latin1) {
            comment("It looks like UTF-8, for which there is no setting.");
        } else if (latin1 >= evidence_min && seen.gsm7 == 0) {
            propose_alphabet("latin1", latin1);
        } else if (seen.ascii >= evidence_min && seen.gsm7 == 0 && seen.high == 0) {
            propose_alphabet("ascii", seen.ascii);
        } else if (seen.gsm7 >= evidence_min && seen.ascii == 0 && seen.high == 0) {
            comment("It is GSM 7, as without a dialect; confidence: " +
                    std::string(confidence(seen.gsm7, seen.gsm7)) + ".");
        } else {
            comment("That proves no alphabet.");
        }
    }

    static std::string marks(const AlphabetMarks& seen, std::string_view what) {
        return std::to_string(seen.texts) + " " + std::string(what) + " " +
               std::to_string(seen.gsm7) + " have octets that only GSM 7 has, " +
               std::to_string(seen.ascii) + " make sense in ASCII alone, " +
               std::to_string(seen.high) + " go beyond 0x7F (" + std::to_string(seen.utf8) +
               " as UTF-8).";
    }

    /// Texts must leave in an alphabet whose number the carrier is known to read.
    void propose_alphabet(const std::string& name, std::size_t evidence) {
        comment("It is " + name + "; confidence: " + std::string(confidence(evidence, evidence)) +
                ". Ask which number is GSM 7.");
        say("data_coding: { 0: " + name + " }");
        say("send_in: { gsm7: false, " + name + ": true }");
    }

    void accepted() {
        const LastWords words = last_words(facts_, form_);
        if (words.accepted + words.went_on == 0) return;
        out_ << "\n";
        comment("ACCEPTD was the last receipt of " + std::to_string(words.accepted) +
                " messages, and followed by another of " + std::to_string(words.went_on) +
                "; confidence: " +
                std::string(words.went_on == 0 ? confidence(words.accepted, words.accepted)
                                               : confidence(words.went_on, words.went_on)) +
                ".");
        if (words.went_on == 0 && words.accepted >= evidence_min) say("accepted_is_final: true");
    }

    void password() {
        if (facts_.passwords_long == 0) return;
        out_ << "\n";
        comment("The password of " + std::to_string(facts_.passwords_long) +
                " accepted binds was longer than 8 octets; confidence: high.");
        say("long_password: true");
    }

    void statuses() {
        if (facts_.refusals.empty()) return;
        out_ << "\n";
        comment("command_status of submit_sm_resp:");
        bool unknown = false;
        for (const auto& [status, times] : facts_.refusals) {
            const bool known = is_standard(status);
            unknown = unknown || !known;
            comment("  " + in_hex("0x%02X", static_cast<unsigned>(status)) + " " +
                    (known ? smpp::name(status) : "not of the specification") + ": " +
                    of(times, facts_.submits_answered) +
                    "; without a rule: " + std::string(word_of(carrier::reaction_to(status))));
        }
        if (!unknown) return;
        comment("Ask what the unknown ones mean, then:");
        comment("statuses:");
        for (const auto& [status, times] : facts_.refusals) {
            if (is_standard(status)) continue;
            comment("  - { status: " + in_hex("0x%02X", static_cast<unsigned>(status)) +
                    ", reaction: fail, name: its_name }");
        }
    }

    static std::string_view word_of(carrier::Reaction reaction) {
        return config::Words<carrier::Reaction>::list.at(static_cast<std::size_t>(reaction));
    }

    static bool is_standard(smpp::Status status) {
        return std::ranges::any_of(smpp::standard_statuses(),
                                   [status](const auto& info) { return info.status == status; });
    }

    void receipts() {
        if (facts_.receipts.empty()) return;
        const std::size_t all = facts_.receipts.size();
        out_ << "\n";
        comment("Receipts: " + of(facts_.receipts_with_parameter, all) +
                " with receipted_message_id, " + of(facts_.receipts_of_two_ids, all) +
                " with another id in the text.");
        counts("Fields in the order", facts_.field_orders);
        std::map<std::string, std::size_t> widths;
        for (const auto& [width, times] : facts_.date_widths)
            widths[std::to_string(width) + " characters"] = times;
        counts("Dates of", widths);
        counts("stat that nobody knows (read as on the way)", facts_.unknown_stats);
        counts("err of those that tell of failure (receipt_errors may name them)",
               facts_.failure_errors);
        if (facts_.receipts_without_class == 0) return;
        comment(of(facts_.receipts_without_class, all) + " came with the esm_class of a message.");
        if (facts_.receipts_without_class >= evidence_min) say("receipts_without_class: true");
    }

    void counts(const std::string& what, const std::map<std::string, std::size_t>& counted) {
        constexpr std::size_t shown_max = 20;
        std::vector<std::pair<std::size_t, std::string>> sorted;
        sorted.reserve(counted.size());
        for (const auto& [key, times] : counted)
            sorted.emplace_back(times, key);
        std::ranges::stable_sort(sorted, std::ranges::greater{},
                                 &std::pair<std::size_t, std::string>::first);
        if (sorted.size() > shown_max) sorted.resize(shown_max);
        for (const auto& [times, key] : sorted)
            comment("  " + what + " " + printable(key) + ": " + std::to_string(times) + " times");
    }

    void vendor_tlvs() {
        if (facts_.vendor_tlvs.empty()) return;
        out_ << "\n";
        comment("TLVs that are not of the specification:");
        for (const auto& [tag, seen] : facts_.vendor_tlvs) {
            std::string commands;
            for (const std::string& command : seen.commands)
                commands.append(commands.empty() ? "" : ", ").append(command);
            const std::string octets =
                seen.octets_min == seen.octets_max
                    ? std::to_string(seen.octets_min)
                    : std::to_string(seen.octets_min) + " to " + std::to_string(seen.octets_max);
            comment("  " + in_hex("0x%04X", static_cast<unsigned>(tag)) + ": " +
                    std::to_string(seen.times) + " times, " + octets + " octets, " +
                    (seen.printable ? "text" : "binary") + ", in " + commands);
        }
        comment("Their names are ours to choose; ask what they mean.");
        const bool any = std::ranges::any_of(facts_.vendor_tlvs, may_be_named);
        if (any) say("tlvs:");
        for (const auto& each : facts_.vendor_tlvs) {
            if (!may_be_named(each)) continue;
            const auto& [tag, seen] = each;
            const std::string number = in_hex("%04X", static_cast<unsigned>(tag));
            const std::string least = std::to_string(seen.octets_min);
            const std::string most = std::to_string(seen.octets_max);
            say("  - { tag: 0x" + number + ", name: tlv_" + number + ", type: " + type_of(seen) +
                ", length: " + (least == most ? most : least + "-" + most) + " }");
        }
    }

    static bool may_be_named(const std::pair<const smpp::Tag, VendorTlv>& each) {
        return each.second.octets_max <= config_octets_max;
    }

    /// Numbers are not told from octets by looking at them.
    static std::string type_of(const VendorTlv& seen) {
        if (seen.printable && seen.without_nul) return "text";
        return seen.printable && seen.nul_ended ? "c_string" : "octets";
    }

    void addresses() {
        if (facts_.addresses.empty()) return;
        out_ << "\n";
        comment("TON and NPI of what was taken:");
        std::string differing;
        std::size_t least = 0;  // evidence of what differs
        std::size_t written_with_plus = 0;
        std::size_t numbers = 0;
        for (const auto& [role, types] : facts_.addresses) {
            for (const auto& [type, use] : types) {
                comment("  " + std::string(name(role)) + " " + std::to_string(type.first) +
                        " and " + std::to_string(type.second) + ": " + std::to_string(use.times) +
                        " times");
            }
            const auto& [type, use] = *types.begin();
            const bool is_number = role == AddressRole::number || role == AddressRole::recipient;
            if (is_number && types.size() == 1) {
                numbers += use.times;
                written_with_plus += use.with_plus;
            }
            const bool consistent = types.size() == 1 && use.times >= evidence_min;
            if (!consistent || role == AddressRole::other || type == usual_type(role)) continue;
            if (!differing.empty()) differing += ", ";
            differing.append(name(role)).append(": { ton: ").append(std::to_string(type.first));
            differing.append(", npi: ").append(std::to_string(type.second)).append(" }");
            least = least == 0 ? use.times : std::min(least, use.times);
        }
        if (numbers >= evidence_min && written_with_plus == numbers) {
            differing += differing.empty() ? "plus: true" : ", plus: true";
            least = least == 0 ? numbers : std::min(least, numbers);
        }
        if (differing.empty()) return;
        comment("Always so; confidence: " + std::string(confidence(least, least)) + ".");
        say("addresses: { " + differing + " }");
    }

    /// Without a dialect. Of `other` there is none.
    static std::pair<int, int> usual_type(AddressRole role) {
        const config::Addresses usual;
        const auto pair_of = [](const config::NumberType& type) {
            return std::pair(static_cast<int>(type.ton), static_cast<int>(type.npi));
        };
        switch (role) {
            case AddressRole::number:
                return pair_of(usual.number);
            case AddressRole::short_code:
                return pair_of(usual.short_code);
            case AddressRole::name:
                return pair_of(usual.name);
            case AddressRole::recipient:
                return pair_of(usual.recipient);
            case AddressRole::other:
                break;
        }
        return {};
    }

    void versions() {
        if (facts_.versions.empty() && facts_.binds_without_version == 0) return;
        out_ << "\n";
        for (const auto& [version, times] : facts_.versions) {
            comment("sc_interface_version " + in_hex("0x%02X", version) + ": " +
                    std::to_string(times) + " binds");
        }
        if (facts_.binds_without_version != 0) {
            comment("No sc_interface_version: " + std::to_string(facts_.binds_without_version) +
                    " binds");
        }
    }

    const TraceFacts& facts_;
    std::ostream& out_;
    MessageIdForm form_;
    bool says_something_ = false;
};

}  // namespace

int learn_dialect(const LearnOptions& options, std::ostream& out, std::ostream& complaints) {
    TraceReader reader;
    std::vector<std::string> notes;
    const bool all_good =
        read_inputs(options.inputs, options.ports,
                    {.hear = [&](const SeenPdu& seen) { reader.hear(seen); },
                     .note = [&](const std::string& note) { notes.push_back(note); },
                     .complain =
                         [&](const std::string& text) {
                             complaints << "parley dialect learn: " << text << "\n";
                         }});
    for (const std::string& note : notes)
        out << "# Note: " << printable(note) << "\n";
    Block(reader.facts(), out).write();
    return all_good && out.flush() ? 0 : 1;
}

}  // namespace parley::tools
