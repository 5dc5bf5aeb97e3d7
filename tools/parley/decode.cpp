#include "tools/parley/decode.h"

#include "config/load.h"
#include "engine/carrier/dialect.h"
#include "tools/parley/inputs.h"
#include "tools/parley/pdu_text.h"
#include "tools/parley/session_pairs.h"

#include <ostream>

namespace parley::tools {

namespace {

class Printer {
public:
    Printer(const DecodeOptions& options, const config::Dialect& dialect, std::ostream& out)
        : options_(options), out_(out) {
        style_.all_fields = options.all_fields;
        style_.names = {carrier::dictionary_of(dialect), carrier::statuses_of(dialect)};
        style_.codings = carrier::Dialect(dialect).codings();
    }

    void hear(const SeenPdu& seen) {
        const auto answered = options_.session ? pairs_.hear(seen) : std::nullopt;
        if (options_.json) {
            print_json(seen, answered);
        } else {
            print_text(seen, answered);
        }
    }
    void note(const std::string& note) {
        if (!options_.json) {
            out_ << "note: " << note << "\n";
            return;
        }
        line([&](http::JsonWriter& json) { json.text("note", note); });
    }
    void finish() {
        if (!options_.session) return;
        if (options_.json) {
            line([&](http::JsonWriter& json) { summary_json(json); });
        } else {
            summary_text();
        }
    }

private:
    void print_text(const SeenPdu& seen, const std::optional<Answered>& answered) {
        out_ << pdu_text(seen, style_);
        if (answered) {
            out_ << "    answers                 #" << answered->request_number;
            if (answered->latency_ns) out_ << " after " << duration_text(*answered->latency_ns);
            out_ << "\n";
        }
        out_ << "\n";
    }

    void print_json(const SeenPdu& seen, const std::optional<Answered>& answered) {
        line([&](http::JsonWriter& json) {
            json.number("number", static_cast<std::int64_t>(seen.number));
            json.number("offset", static_cast<std::int64_t>(seen.offset));
            if (seen.from) {
                json.text("time", time_text(seen.time_ns));
                json.text("from", seen.from->text());
                json.text("to", seen.to->text());
            }
            http::add_pdu(json, seen.frame, style_.names);
            json.optional_text("text", message_text(seen.frame, style_.codings));
            if (!answered) return;
            json.number("answers", static_cast<std::int64_t>(answered->request_number));
            if (answered->latency_ns) json.number("latency_us", *answered->latency_ns / 1000);
        });
    }

    void summary_text() {
        out_ << "session\n";
        for (const auto& one : pairs_.summaries()) {
            out_ << "    " << smpp::name(one.request) << ": " << one.requests << " sent, "
                 << one.answered << " answered, " << one.refused << " of them refused";
            if (!one.latencies_ns.empty()) {
                out_ << "; latency min " << duration_text(one.latencies_ns.front()) << ", median "
                     << duration_text(one.percentile_ns(0.5)) << ", p99 "
                     << duration_text(one.percentile_ns(0.99)) << ", max "
                     << duration_text(one.latencies_ns.back());
            }
            out_ << "\n";
        }
        for (const auto& open : pairs_.unanswered()) {
            out_ << "    #" << open.number << " " << smpp::name(open.request) << " seq "
                 << open.sequence_number << " was not answered\n";
        }
        if (pairs_.responses_to_nothing() > 0) {
            out_ << "    " << pairs_.responses_to_nothing()
                 << " responses answer no request that was seen\n";
        }
    }

    void summary_json(http::JsonWriter& json) {
        json.key("session");
        json.begin_array();
        for (const auto& one : pairs_.summaries()) {
            json.begin_object();
            json.text("request", smpp::name(one.request));
            json.number("requests", static_cast<std::int64_t>(one.requests));
            json.number("answered", static_cast<std::int64_t>(one.answered));
            json.number("refused", static_cast<std::int64_t>(one.refused));
            if (!one.latencies_ns.empty()) {
                json.number("latency_min_us", one.latencies_ns.front() / 1000);
                json.number("latency_median_us", one.percentile_ns(0.5) / 1000);
                json.number("latency_p99_us", one.percentile_ns(0.99) / 1000);
                json.number("latency_max_us", one.latencies_ns.back() / 1000);
            }
            json.end_object();
        }
        json.end_array();
        json.key("unanswered");
        json.begin_array();
        for (const auto& open : pairs_.unanswered())
            json.integer(static_cast<std::int64_t>(open.number));
        json.end_array();
        json.number("responses_to_nothing",
                    static_cast<std::int64_t>(pairs_.responses_to_nothing()));
    }

    template <class Fill>
    void line(Fill fill) {
        std::string text;
        http::JsonWriter json(text);
        json.begin_object();
        fill(json);
        json.end_object();
        out_ << text << "\n";
    }

    const DecodeOptions& options_;
    std::ostream& out_;
    TextStyle style_;
    SessionPairs pairs_;
};

}  // namespace

int decode(const DecodeOptions& options, std::ostream& out, std::ostream& complaints) {
    const auto complain = [&](const std::string& text) {
        out.flush();
        complaints << "parley decode: " << text << "\n";
    };
    config::Dialect dialect;
    if (!options.dialect.empty()) {
        config::LoadedDialect loaded = config::load_dialect(options.dialect);
        for (const config::Complaint& complaint : loaded.complaints)
            complain(config::to_text(complaint));
        if (!loaded.dialect) return 1;
        dialect = std::move(*loaded.dialect);
    }
    Printer printer(options, dialect, out);
    const bool all_good = read_inputs(options.inputs, options.ports,
                                      {.hear = [&](const SeenPdu& seen) { printer.hear(seen); },
                                       .note = [&](const std::string& note) { printer.note(note); },
                                       .complain = complain});
    printer.finish();
    return all_good && out.flush() ? 0 : 1;
}

}  // namespace parley::tools
