// parley: what an operator does from a command line.

#include "tools/parley/decode.h"
#include "tools/parley/dialect_learn.h"
#include "tools/parley/operate.h"

#include <functional>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

namespace {

using namespace parley::tools;

void describe_decode(CLI::App& decode, DecodeOptions& options) {
    decode.add_option("input", options.inputs,
                      "Files (hexadecimal text, pcap or pcapng), or the hexadecimal digits "
                      "themselves; standard input when there are none, or for '-'");
    decode.add_flag("--json", options.json, "One JSON object a line");
    decode.add_flag("--session", options.session,
                    "Say which response answers which request, after how long, and what was not "
                    "answered");
    decode.add_flag("--all", options.all_fields, "Show fields that are empty or 0 as well");
    decode.add_option(
        "--dialect", options.dialect,
        "Name TLVs and statuses and read texts as a carrier does: a ready dialect such "
        "as india_dlt, or a file of dialect settings");
    decode
        .add_option("--port", options.ports,
                    "A TCP port that carries SMPP; needed only where a connection does not begin "
                    "with a PDU. May be repeated")
        ->allow_extra_args(false);
    decode.footer(
        "Passwords are masked. Ends with 1 when something could not be read, after a sentence\n"
        "on standard error that says what and where.");
}

void describe_learn(CLI::App& learn, LearnOptions& options) {
    learn.add_option("input", options.inputs,
                     "Files (pcap, pcapng or hexadecimal text) with the traffic of one carrier; "
                     "standard input when there are none, or for '-'");
    learn.add_option("--port", options.ports, "As for decode. May be repeated")
        ->allow_extra_args(false);
    learn.footer(
        "Writes a block for `dialect:` of a carrier, or for a file that `dialect: { like: FILE }`\n"
        "names, with what speaks for each line. Read it before you use it. No number, text or\n"
        "password of the trace stands in it; prefixes of ids do.");
}
/// The commands that ask an engine, each with what it takes.
class EngineCommands {
public:
    explicit EngineCommands(CLI::App& app) : app_(app) {
        add(app, "status", "Is it well? Links, queue and memory in a few lines",
            [](Operator& by) { return by.status(); });
        add(app, "links", "SMPP sessions with the carriers",
            [](Operator& by) { return by.links(); });
        add(app, "queue", "What waits, for which carrier and since when",
            [](Operator& by) { return by.queue(); });
        add(app, "limits", "What senders, campaigns and brands have used of their limits",
            [](Operator& by) { return by.limits(); });
        describe_messages();
        describe_lists();
        describe_receipts();
        describe_route();
        describe_capture();
        auto& reload = add(app, "reload", "Has the engine read its configuration again; operators",
                           [this](Operator& by) { return by.reload(dry_run_); });
        reload.add_flag("--dry-run", dry_run_, "Only tell what would change, and how");
    }

    /// Empty when the command line named none of these.
    std::function<int(Operator&)> chosen() const {
        for (const auto& [command, run] : runs_) {
            if (command->parsed()) return run;
        }
        return {};
    }
    const EngineOptions& engine() const { return engine_; }

private:
    using Run = std::function<int(Operator&)>;

    CLI::App& add(CLI::App& to, const char* name, const char* what, Run run) {
        auto* command = to.add_subcommand(name, what);
        command->add_option("--url", engine_.url, "Where the engine's HTTP API is")
            ->envname("PARLEY_URL")
            ->capture_default_str();
        command->add_option("--key", engine_.key, "An API key of an account")
            ->envname("PARLEY_KEY");
        command->add_flag("--json", engine_.json, "The answer as JSON, for programs");
        command->footer(
            "Ends with 1 when the engine says no, with 2 when it does not answer or does not know\n"
            "the key.");
        runs_.emplace_back(command, std::move(run));
        return *command;
    }

    void describe_messages() {
        auto& trace = add(app_, "trace", "The story of a message: gate, queue, PDUs, receipts",
                          [this](Operator& by) { return by.trace(id_); });
        trace.add_option("id", id_, "Such as msg_0000000000100000")->required();
        auto& send =
            add(app_, "send", "Sends a message", [this](Operator& by) { return by.send(send_); });
        send.add_option("--from", send_.from, "One of the brand's senders")->required();
        send.add_option("--to", send_.to, "E.164, such as +15551234567")->required();
        send.add_option("text", send_.text)->required();
        send.add_option("--class", send_.message_class,
                        "conversational, informational or promotional");
        send.add_option("--client-ref", send_.client_ref, "A reference of yours");
        send.add_option("--validity", send_.validity, "For how long it is worth sending: PT2H");
        send.add_option("--at", send_.send_at, "Not before this moment: 2026-11-24T09:30:00Z");
        auto& change = add(app_, "change", "Gives a message another text", [this](Operator& by) {
            return by.change(id_, send_.text, send_.validity);
        });
        change.add_option("id", id_)->required();
        change.add_option("text", send_.text)->required();
        change.add_option("--validity", send_.validity, "From now on: PT2H");
        auto& cancel =
            add(app_, "cancel",
                "Cancels messages: before they leave, or where the carrier lets go of them",
                [this](Operator& by) { return by.cancel(ids_); });
        cancel.add_option("id", ids_)->required();
        auto& resend = add(app_, "resend", "Sends dead letters again, each as a new message",
                           [this](Operator& by) { return by.resend(ids_); });
        resend.add_option("id", ids_)->required();
    }

    void filter(CLI::App& command, const char* option, const char* parameter, const char* what) {
        command.add_option(option, filters_[parameter], what);
    }

    void describe_lists() {
        const auto list = [this](const char* path) {
            return [this, path](Operator& by) {
                list_.filters.assign(filters_.begin(), filters_.end());
                return by.list(path, list_);
            };
        };
        auto& dead = add(app_, "dead-letters", "Messages that ended otherwise than delivered",
                         list("/v1/dead-letters"));
        filter(dead, "--status", "status",
               "undelivered, failed, expired, unknown; several with commas between");
        filter(dead, "--reason", "reason", "Such as retries_exhausted");
        auto& uncertain =
            add(app_, "uncertain", "Messages that were sent perhaps: an intent and no answer",
                list("/v1/uncertain"));
        for (CLI::App* command : {&dead, &uncertain}) {
            filter(*command, "--carrier", "carrier", "The last one tried");
            filter(*command, "--to", "to", "The contact");
            filter(*command, "--since", "accepted_from", "Accepted at this moment or later");
            filter(*command, "--until", "accepted_before", "Accepted before this moment");
            filter(*command, "--account", "account", "For operators: of this account alone");
            command->add_option("--limit", list_.limit, "Messages at most")->capture_default_str();
        }
    }

    void describe_receipts() {
        auto& receipts =
            add(app_, "receipts", "Receipts without a message, the newest first; for operators",
                [this](Operator& by) {
                    receipts_.filters.assign(receipt_filters_.begin(), receipt_filters_.end());
                    return by.receipts(receipts_);
                });
        receipts.add_option("--carrier", receipt_filters_["carrier"], "Of this one alone");
        receipts.add_option("--reason", receipt_filters_["reason"],
                            "waiting, never_came, table_full, no_id or unreadable");
        receipts.add_option("--limit", receipts_.limit, "Receipts at most, up to 200")
            ->capture_default_str();
        receipts.add_flag("--mask", receipts_.mask, "Hide numbers");
    }

    void describe_route() {
        auto* route = app_.add_subcommand("route", "Where messages go");
        route->require_subcommand(1);
        auto& explain = add(*route, "explain", "What would happen to a message, and why",
                            [this](Operator& by) { return by.explain(route_); });
        explain.add_option("to", route_.to, "The contact's number")->required();
        explain.add_option("--from", route_.from, "Else the brand's first sender");
        explain.add_option("--text", route_.text, "To see its segments");
        explain.add_option("--class", route_.message_class,
                           "conversational, informational or promotional");
        explain.add_option("--account", route_.account,
                           "For operators: as if this one sent it, with --from");
        explain.add_option("--tlv", route_.tlvs,
                           "NAME=VALUE that the message asks for; may be given several times");
    }

    void describe_capture() {
        auto& capture = add(app_, "capture", "The last PDUs of a link as pcapng, for operators",
                            [this](Operator& by) { return by.capture(capture_); });
        capture.add_option("link", capture_.link, "Such as acme-1; see parley links")->required();
        capture.add_flag("--start", capture_.start, "Keep the PDUs of this link from now on");
        capture.add_flag("--stop", capture_.stop, "No longer; with -o after having written them");
        capture.add_option("-o,--output", capture_.file, "A file; else standard output");
        capture.add_flag("--mask", capture_.mask, "Hide numbers and texts");
    }

    CLI::App& app_;
    EngineOptions engine_;
    std::vector<std::pair<CLI::App*, Run>> runs_;
    std::string id_;
    std::vector<std::string> ids_;
    SendOptions send_;
    std::map<std::string, std::string> filters_;
    ListOptions list_;
    std::map<std::string, std::string> receipt_filters_;
    ReceiptOptions receipts_;
    RouteOptions route_;
    CaptureOptions capture_;
    bool dry_run_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    CLI::App app("Parley's command line");
    app.require_subcommand(1);
    DecodeOptions decode_options;
    auto* decode = app.add_subcommand("decode", "Shows SMPP PDUs as people read them");
    describe_decode(*decode, decode_options);
    LearnOptions learn_options;
    auto* dialect = app.add_subcommand("dialect", "How a carrier differs from the specification");
    dialect->require_subcommand(1);
    auto* learn = dialect->add_subcommand("learn", "Proposes a dialect from a trace");
    describe_learn(*learn, learn_options);
    EngineCommands commands(app);
    CLI11_PARSE(app, argc, argv);
    if (dialect->parsed()) return learn_dialect(learn_options, std::cout, std::cerr);
    const auto run = commands.chosen();
    if (!run) return parley::tools::decode(decode_options, std::cout, std::cerr);
    Operator by(commands.engine(), std::cout, std::cerr);
    return run(by);
}
