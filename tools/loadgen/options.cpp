#include "tools/loadgen/options.h"

#include "tools/loadgen/figures.h"
#include "tools/support/flags.h"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>

namespace parley::loadgen {
namespace {

using tools::UsageError;

constexpr double seconds_usual = 10;
constexpr double seconds_max = 1e7;
constexpr double rate_max = 1e8;
constexpr std::size_t system_id_max = 15;  // octets without the NUL, SMPP 3.4 §5.2.1 to 3
constexpr std::size_t system_type_max = 12;
constexpr std::size_t password_max = 254;  // some carriers hand out more than the 8 of §5.2.2

/// What was written, before it is looked at as a whole.
struct Written {
    std::string target = "http://127.0.0.1:8080";
    std::string bind = "transceiver";
    std::string mode = "single";
    std::uint32_t batch = 100;
    std::string spacing = "even";
    std::string trace;
    std::uint64_t seed = 1;
    std::string senders = "+15550001000";
    std::string to;
    std::string to_prefix = "+1556";
    std::string to_file;
    std::uint64_t contacts = 0;
    std::string pick = "in-turn";
    std::string text_length = "160";
    std::string parts;
    std::string alphabet = "gsm7";
    std::string concat = "udh";
    std::string receipts = "auto";
    std::string receipt_ids = "as-is";
    std::vector<std::string> objectives;
    std::string live = "auto";
};

std::vector<std::string> words_of(std::string_view list) {
    std::vector<std::string> words;
    for (bool more = true; more;) {
        const auto comma = list.find(',');
        words.emplace_back(list.substr(0, comma));
        more = comma != list.npos;
        if (more) list.remove_prefix(comma + 1);
    }
    return words;
}

CLI::Range from_to(double min, double max) {
    return {min, max};
}

void declare_target(CLI::App& app, Options& options, Written& written) {
    const auto* group = "Target";
    app.add_option("target,--url", written.target,
                   "smpp://host:port, smpps://…, http://host:port or https://…; over HTTP the "
                   "messages go to POST /v1/messages")
        ->type_name("URL")
        ->capture_default_str()
        ->group(group);
    app.add_option("--ca", options.ca_file,
                   "PEM file of the authorities to trust in TLS; without it the system's own")
        ->type_name("FILE")
        ->group(group);
    app.add_flag("--insecure", options.insecure, "Take any certificate")->group(group);
}

void declare_smpp(CLI::App& app, Options& options, Written& written) {
    auto& smpp = options.smpp;
    const auto* group = "SMPP";
    app.add_option("--system-id", smpp.system_id)->capture_default_str()->group(group);
    app.add_option("--password", smpp.password, "Better in the environment than here")
        ->envname("PARLEY_LOAD_PASSWORD")
        ->group(group);
    app.add_option("--system-type", smpp.system_type)->group(group);
    app.add_option("--bind", written.bind, "transceiver or transmitter")
        ->check(CLI::IsMember({"transceiver", "transmitter"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--sessions", smpp.sessions)
        ->check(from_to(1, 10'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--receivers", smpp.receivers, "Sessions bound for receiving alone, besides")
        ->check(from_to(0, 1'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--window", smpp.window, "submit_sm without an answer, of each session")
        ->check(from_to(1, 65'535))
        ->capture_default_str()
        ->group(group);
    app.add_option("--concat", written.concat, "How long texts go: udh, sar or payload")
        ->check(CLI::IsMember({"udh", "sar", "payload"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--receipt-ids", written.receipt_ids,
                   "How receipts write the ids of responses: as-is, hex-to-decimal (hexadecimal "
                   "in the response) or decimal-to-hex")
        ->check(CLI::IsMember({"as-is", "hex-to-decimal", "decimal-to-hex"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--bind-timeout", smpp.bind_timeout_s)
        ->type_name("SECONDS")
        ->check(from_to(0.001, 1e6))
        ->capture_default_str()
        ->group(group);
    app.add_option("--enquire-link", smpp.enquire_link_s, "After so long a silence")
        ->type_name("SECONDS")
        ->check(from_to(0.1, 1e6))
        ->capture_default_str()
        ->group(group);
}

void declare_http(CLI::App& app, Options& options, Written& written) {
    auto& http = options.http;
    const auto* group = "HTTP";
    app.add_option("--key", http.key, "API key, sent as a bearer token")
        ->envname("PARLEY_LOAD_KEY")
        ->group(group);
    app.add_option("--mode", written.mode, "single (one message a request) or array (--batch)")
        ->check(CLI::IsMember({"single", "array"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--batch", written.batch, "Messages per array")
        ->check(from_to(1, 1'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--connections", http.connections, "Kept alive")
        ->check(from_to(1, 10'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--pipeline", http.pipeline, "Requests in flight per connection")
        ->check(from_to(1, 1'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--class", http.message_class,
                   "conversational, informational or promotional; without it the server's default")
        ->check(CLI::IsMember({"conversational", "informational", "promotional"}))
        ->group(group);
    app.add_flag("--retry", http.retry, "Send requests without an answer again")->group(group);
    app.add_flag("--obey-retry-after", http.obey_retry_after,
                 "A connection rests as long as a 429 or 503 says")
        ->group(group);
    app.add_option("--stop-on", http.stop_on_status, "End at the first answer with this status")
        ->type_name("STATUS")
        ->check(from_to(100, 599))
        ->group(group);
    app.add_option("--accepted-file", http.accepted_file,
                   "Append 'id to marker' of every accepted message")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--unanswered-file", http.unanswered_file,
                   "Append 'to marker' of every message without an answer")
        ->type_name("FILE")
        ->group(group);
}

void declare_arrival(CLI::App& app, Options& options, Written& written) {
    auto& plan = options.arrivals;
    const auto* group = "Arrival";
    app.add_option("--rate", plan.rate,
                   "Messages a second, sent on schedule whatever the answers (open loop): latency "
                   "counts from the schedule. Without it: as fast as windows allow (closed loop)")
        ->check(from_to(0, rate_max))
        ->group(group);
    app.add_option("--rate-to", plan.rate_to, "The rate grows or falls to this, over --ramp")
        ->check(from_to(0.001, rate_max))
        ->group(group);
    app.add_option("--ramp", plan.ramp_s, "How long that takes; without it all the --seconds")
        ->type_name("SECONDS")
        ->check(from_to(0.001, seconds_max))
        ->group(group);
    app.add_option("--spacing", written.spacing,
                   "even, poisson (as independent people write) or burst (--burst at once)")
        ->check(CLI::IsMember({"even", "poisson", "burst"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--burst", plan.burst, "Messages that come at once")
        ->check(from_to(1, 1e9))
        ->capture_default_str()
        ->group(group);
    app.add_option("--trace", written.trace,
                   "File of moments, in seconds since the start, one a line: instead of a rate")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--seconds", options.seconds, "End after so long (10, unless --messages)")
        ->check(from_to(0.001, seconds_max))
        ->group(group);
    app.add_option("--messages", options.messages, "End after so many")
        ->check(from_to(1, 1e18))
        ->group(group);
    app.add_option("--seed", written.seed, "Of all chance: the same seed sends the same messages")
        ->capture_default_str()
        ->group(group);
}

void declare_messages(CLI::App& app, Options& options, Written& written) {
    const auto* group = "Messages (a list may have weights: 20:3,160:1)";
    app.add_option("--from", written.senders, "Sender; a list is shared out among the contacts")
        ->capture_default_str()
        ->group(group);
    app.add_option("--to", written.to, "Recipients: each # is a digit of the contact's number")
        ->type_name("PATTERN")
        ->group(group);
    app.add_option("--to-prefix", written.to_prefix, "The same, with # to make 11 digits")
        ->capture_default_str()
        ->group(group);
    app.add_option("--to-file", written.to_file, "Recipients, one a line")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--contacts", written.contacts,
                   "So many different recipients, again and again, so that conversations form; "
                   "without it all there are")
        ->type_name("N")
        ->group(group);
    app.add_option("--pick", written.pick, "Whose turn it is: in-turn or at-random")
        ->check(CLI::IsMember({"in-turn", "at-random"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--text-length", written.text_length,
                   "Characters, the marker n=000000123 included")
        ->type_name("LIST")
        ->capture_default_str()
        ->group(group);
    app.add_option("--parts", written.parts, "Segments, filled up: instead of --text-length")
        ->type_name("LIST")
        ->group(group);
    app.add_option("--alphabet", written.alphabet, "gsm7, latin1, ucs2")
        ->type_name("LIST")
        ->capture_default_str()
        ->group(group);
    app.add_option("--first-marker", options.first_marker, "Number of the first message")
        ->check(from_to(0, 999'999'999))
        ->capture_default_str()
        ->group(group);
}

void declare_receipts(CLI::App& app, Options& options, Written& written) {
    const auto* group = "Receipts and trouble";
    app.add_option(
           "--receipts", written.receipts,
           "on: ask for receipts and match them (over HTTP by GET /v1/stream); auto: over SMPP, "
           "where a session is bound for receiving")
        ->check(CLI::IsMember({"auto", "on", "off"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("--receipt-wait", options.receipt_wait_s, "So long after the last answer")
        ->type_name("SECONDS")
        ->check(from_to(0, seconds_max))
        ->capture_default_str()
        ->group(group);
    app.add_option("--answer-timeout", options.answer_timeout_s, "Then it is unanswered")
        ->type_name("SECONDS")
        ->check(from_to(0.001, 1e6))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--reconnect", options.reconnect, "Survive lost connections")->group(group);
    app.add_option("--give-up-after", options.give_up_after_s,
                   "With --reconnect: no connection for so long")
        ->type_name("SECONDS")
        ->check(from_to(0.001, 1e6))
        ->capture_default_str()
        ->group(group);
}

void declare_report(CLI::App& app, Options& options, Written& written) {
    const auto* group = "Report";
    app.add_option("--slo", written.objectives,
                   "An objective, such as 'submit p99 < 50ms', 'receipts > 99.9%', 'errors = 0', "
                   "'rate > 45000/s'; a missed one ends with status 4. May be repeated")
        ->type_name("OBJECTIVE")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--html", options.html_file, "Write a page with charts")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--json", options.json_file, "Write all figures, with the timeline")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--title", options.title, "Of the report")->group(group);
    app.add_option("--live", written.live,
                   "While it runs: view (a terminal's), lines (one a second), none")
        ->check(CLI::IsMember({"auto", "view", "lines", "none"}))
        ->capture_default_str()
        ->group(group);
}

// Looking at it as a whole.

void settle_arrival(Options& options, const Written& written) {
    auto& plan = options.arrivals;
    plan.seed = written.seed;
    plan.spacing = written.spacing == "poisson" ? Spacing::poisson
                   : written.spacing == "burst" ? Spacing::burst
                                                : Spacing::even;
    if (!written.trace.empty()) {
        if (plan.rate > 0 || plan.rate_to > 0)
            throw UsageError("--trace says every moment: expected no --rate beside it");
        plan.trace_ns = read_trace(written.trace);
    }
    if (!plan.open_loop() && plan.spacing != Spacing::even) {
        throw UsageError("--spacing " + written.spacing + " is of an open loop: expected --rate");
    }
    if (plan.ramp_s > 0 && plan.rate_to <= 0)
        throw UsageError("--ramp needs --rate-to: where it leads");
    const bool by_trace = !plan.trace_ns.empty();
    if (options.seconds == 0 && options.messages == 0 && !by_trace) options.seconds = seconds_usual;
    if (plan.rate_to > 0 && plan.ramp_s == 0) {
        if (options.seconds == 0) throw UsageError("--rate-to needs --ramp or --seconds");
        plan.ramp_s = options.seconds;
    }
}

void settle_mix(Options& options, const Written& written) {
    auto& mix = options.mix;
    mix.seed = written.seed;
    mix.contacts = written.contacts;
    mix.pick = written.pick == "at-random" ? Pick::at_random : Pick::in_turn;
    mix.senders = words_of(written.senders);
    for (const auto& sender : mix.senders) {
        if (sender.empty() || sender.size() > 20)
            throw UsageError("--from: '" + sender + "' is no sender: expected 1 to 20 characters");
    }
    if (!written.to_file.empty() && !written.to.empty())
        throw UsageError("--to and --to-file both say who gets the messages: expected one");
    mix.destinations = !written.to_file.empty() ? Destinations::from_file(written.to_file)
                       : !written.to.empty()    ? Destinations::from_pattern(written.to)
                                                : Destinations::from_prefix(written.to_prefix);
    const auto alphabets =
        read_weighted<text::Encoding>("--alphabet", written.alphabet, read_alphabet);
    const bool by_parts = !written.parts.empty();
    const auto sizes = read_weighted<std::uint32_t>(
        by_parts ? "--parts" : "--text-length", by_parts ? written.parts : written.text_length,
        [&](std::string_view size) {
            return by_parts ? tools::read_number<std::uint32_t>("--parts", size, 1, 255)
                            : tools::read_number<std::uint32_t>("--text-length", size,
                                                                text_length_min, text_length_max);
        });
    // Every size in every alphabet, with the product of their shares.
    for (std::size_t a = 0; a < alphabets.size(); ++a) {
        for (std::size_t s = 0; s < sizes.size(); ++s) {
            mix.texts.add(by_parts
                              ? sample_text_of_parts(alphabets[a], sizes[s], options.smpp.method)
                              : sample_text(alphabets[a], sizes[s]),
                          alphabets.weight(a) * sizes.weight(s));
        }
    }
}

void settle_smpp(Options& options, const Written& written) {
    auto& smpp = options.smpp;
    smpp.bind = written.bind == "transmitter" ? session::BindType::transmitter
                                              : session::BindType::transceiver;
    const auto fits = [](std::string_view flag, const std::string& value, std::size_t most) {
        if (value.size() <= most) return;
        throw UsageError(std::string(flag) + " has " + std::to_string(value.size()) +
                         " octets: expected at most " + std::to_string(most));
    };
    fits("--system-id", smpp.system_id, system_id_max);
    fits("--system-type", smpp.system_type, system_type_max);
    fits("--password", smpp.password, password_max);
    using Base = text::MessageIdForm::Base;
    smpp.receipt_ids.base = written.receipt_ids == "hex-to-decimal"   ? Base::hex_to_decimal
                            : written.receipt_ids == "decimal-to-hex" ? Base::decimal_to_hex
                                                                      : Base::as_is;
    const bool receives = smpp.bind == session::BindType::transceiver || smpp.receivers > 0;
    options.receipts = written.receipts == "on" || (written.receipts == "auto" && receives);
    if (options.receipts && !receives) {
        throw UsageError(
            "--receipts on: no session is bound for receiving; expected --bind transceiver or "
            "--receivers");
    }
    if (options.http.retry) throw UsageError("--retry is for HTTP; SMPP cannot know what arrived");
}

/// Flags that only the other protocol knows would be ignored, and somebody would trust them.
void check_groups(const CLI::App& app, const Options& options) {
    const std::string other = options.target.smpp ? "HTTP" : "SMPP";
    for (const auto* option : app.get_options()) {
        if (option->get_group() != other || option->count() == 0) continue;
        if (!option->get_envname().empty()) continue;  // may be set for another run
        throw UsageError("--" + option->get_single_name() + " is of " + other + ", and " +
                         options.target.url + " is not");
    }
}

void note_settings(const CLI::App& app, Options& options) {
    auto& list = options.settings;
    list.emplace_back("target", options.target.url);
    for (const auto* option : app.get_options()) {
        const auto name = option->get_single_name();
        if (name == "target" || name == "url" || option->count() == 0) continue;
        std::string value;
        for (const auto& word : option->results())
            value += (value.empty() ? "" : "; ") + word;
        const bool secret = name == "password" || name == "key";
        list.emplace_back("--" + name, secret ? "(kept secret)" : value);
    }
}

}  // namespace

std::optional<Options> read_options(int argc, const char* const* argv) {
    Options options;
    Written written;
    CLI::App app(
        "parley-load sends messages over SMPP or HTTP and measures the answers, the receipts and "
        "itself.\nProgress and summary go to standard error, the summary as JSON to standard "
        "output unless that is a terminal.",
        "parley-load");
    app.footer(
        "Ends with 0 when all went well, 1 when the target failed, 2 for a bad command line,\n"
        "3 when nothing was accepted, 4 when an objective was missed. Ctrl-C ends a run politely, "
        "twice at once;\nthe summary is printed either way.");
    declare_target(app, options, written);
    declare_arrival(app, options, written);
    declare_messages(app, options, written);
    declare_smpp(app, options, written);
    declare_http(app, options, written);
    declare_receipts(app, options, written);
    declare_report(app, options, written);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::fputs(app.help().c_str(), stdout);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        throw UsageError(std::string(error.what()) + " (see --help)");
    }
    options.target = read_target(written.target);
    check_groups(app, options);
    options.smpp.method = written.concat == "sar"       ? text::Method::sar
                          : written.concat == "payload" ? text::Method::payload
                                                        : text::Method::udh8;
    settle_arrival(options, written);
    settle_mix(options, written);
    if (options.target.smpp)
        settle_smpp(options, written);
    else
        options.receipts = written.receipts == "on";
    if (written.mode == "array") options.http.array_size = written.batch;
    for (const auto& objective : written.objectives)
        options.objectives.push_back(read_objective(objective));
    options.live = written.live == "view"    ? Live::view
                   : written.live == "lines" ? Live::lines
                   : written.live == "none"  ? Live::none
                                             : Live::automatic;
    if (options.title.empty())
        options.title =
            (options.target.smpp ? "SMPP load on " : "HTTP load on ") + options.target.text();
    note_settings(app, options);
    return options;
}

}  // namespace parley::loadgen
