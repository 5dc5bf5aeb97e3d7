#include "tools/loadgen/options.h"

#include "tools/support/flags.h"

#include <cstdio>

namespace parley::loadgen {
namespace {

using tools::Flags;
using tools::UsageError;

tools::Endpoint read_url(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) {
        throw UsageError("--url: '" + std::string(url) +
                         "' does not start with http:// (TLS is not spoken here)");
    }
    auto rest = url.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find('/') != rest.npos) {
        throw UsageError("--url: '" + std::string(url) +
                         "' has a path; expected http://host:port, the path is /v1/messages");
    }
    const auto port_at = rest.find(':', rest.starts_with('[') ? rest.find(']') : 0);
    return tools::parse_endpoint(port_at == rest.npos ? std::string(rest) + ":80"
                                                      : std::string(rest));
}

void read_prefix(std::string& target, std::string_view prefix) {
    const auto digits = prefix.substr(prefix.starts_with('+') ? 1 : 0);
    if (!prefix.starts_with('+') || digits.empty() || digits.size() > 11 ||
        digits.find_first_not_of("0123456789") != digits.npos) {
        throw UsageError("--to-prefix: '" + std::string(prefix) +
                         "' is not a plus sign and 1 to 11 digits");
    }
    target = prefix;
}

void read_class(std::string& target, std::string_view name) {
    if (name != "conversational" && name != "informational" && name != "promotional") {
        throw UsageError("--class: '" + std::string(name) +
                         "' is none of conversational, informational, promotional");
    }
    target = name;
}

void declare_messages(Flags& flags, Options& options) {
    auto& shape = options.shape;
    flags.text("key", "K", "API key, sent as a bearer token", shape.key);
    flags.text("from", "NUMBER", "sender of every message (+15550001000)", shape.from);
    flags.value("to-prefix", "PREFIX", "recipients are PREFIX and digits, 11 in all (+1556)",
                [&](auto given) { read_prefix(shape.to_prefix, given); });
    flags.number("contacts", "N", "distinct recipients, in turn; 0: each message its own (0)",
                 shape.contacts);
    flags.number("text-length", "N", "characters, the marker n=000000123 included (160)",
                 shape.text_length, text_length_min, 10'000);
    flags.value("class", "NAME", "conversational, informational or promotional",
                [&](auto given) { read_class(shape.message_class, given); });
    flags.number("first-marker", "N", "marker of the first message (0)", options.first_marker, 0,
                 999'999'999);
}

void declare_load(Flags& flags, Options& options, std::string& mode, std::uint32_t& batch) {
    flags.value("url", "URL", "where the engine listens (http://127.0.0.1:8080)",
                [&](auto given) { options.target = read_url(given); });
    flags.text("mode", "single|array", "one message a request, or --batch of them (single)", mode);
    flags.number("batch", "N", "messages per array (100)", batch, 1, 1000);
    flags.number("connections", "N", "kept alive (16)", options.connections, 1, 10'000);
    flags.number("pipeline", "N", "requests in flight per connection (1)", options.pipeline, 1,
                 1000);
    flags.number("rate", "R",
                 "messages per second, sent on schedule whatever the answers; latency counts from "
                 "the schedule. Without it: as fast as answers come",
                 options.rate, 0, 1e8);
    flags.number("seconds", "S", "stop after so long (10 unless --messages)", options.seconds, 0,
                 1e7);
    flags.number("messages", "N", "stop after so many", options.messages, 1);
}

void declare_trouble(Flags& flags, Options& options) {
    flags.on("reconnect", "survive restarts of the engine", options.reconnect);
    flags.on("retry", "send requests without an answer again", options.retry);
    flags.on("obey-retry-after", "a connection rests as long as a 429 or 503 says",
             options.obey_retry_after);
    flags.number("stop-on", "STATUS", "stop at the first answer with this HTTP status",
                 options.stop_on_status, 100, 599);
    flags.number("answer-timeout", "S", "no answer for so long: unanswered (30)",
                 options.answer_timeout_s, 0.001, 1e6);
    flags.number("give-up-after", "S", "with --reconnect: no connection for so long (60)",
                 options.give_up_after_s, 0.001, 1e6);
    flags.text("accepted-file", "F", "append 'id to marker' of every accepted message",
               options.accepted_file);
    flags.text("unanswered-file", "F", "append 'to marker' of every message without an answer",
               options.unanswered_file);
}

void check_together(Options& options) {
    if (options.seconds == 0 && options.messages == 0) options.seconds = 10;
    std::uint64_t numbers = 1;
    for (auto digits = recipient_digits(options.shape.to_prefix); digits > 0; --digits) {
        numbers *= 10;
    }
    if (options.shape.contacts > numbers) {
        throw UsageError("--contacts: " + std::to_string(options.shape.contacts) +
                         " do not fit behind --to-prefix " + options.shape.to_prefix +
                         ": expected at most " + std::to_string(numbers));
    }
    options.shape.host = options.target.text();
}

}  // namespace

std::optional<Options> read_options(int argc, const char* const* argv) {
    Options options;
    std::string mode = "single";
    std::uint32_t batch = 100;
    Flags flags(
        "parley-load sends messages through POST /v1/messages and measures the answers.\n"
        "One line a second goes to stderr, the summary as JSON to stdout.");
    declare_load(flags, options, mode, batch);
    declare_messages(flags, options);
    declare_trouble(flags, options);
    if (!flags.parse(argc, argv)) {
        std::fputs(flags.help().c_str(), stdout);
        return std::nullopt;
    }
    if (mode != "single" && mode != "array") {
        throw UsageError("--mode: '" + mode + "' is neither single nor array");
    }
    if (mode == "array") options.array_size = batch;
    check_together(options);
    return options;
}

}  // namespace parley::loadgen
