#include "tools/parley/decode.h"

#include "config/load.h"
#include "engine/carrier/dialect.h"
#include "tools/parley/pdu_text.h"
#include "tools/parley/session_pairs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
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

std::string read_all(std::FILE* file, const std::string& name) {
    std::string text;
    std::array<char, 1 << 16> chunk{};
    while (const auto octets = std::fread(chunk.data(), 1, chunk.size(), file))
        text.append(chunk.data(), octets);
    if (std::ferror(file) != 0) throw InputError(name + ": " + std::strerror(errno));
    return text;
}

void read_content(std::string content, const DecodeOptions& options, Printer& printer) {
    const auto hear = [&](const SeenPdu& seen) { printer.hear(seen); };
    if (!is_capture(content)) return read_stream(octets_of_hex_text(content), hear);
    std::FILE* file = fmemopen(content.data(), content.size(), "rb");
    if (file == nullptr) throw InputError(std::strerror(errno));
    for (const auto& note : read_capture_pdus(file, options.ports, hear))
        printer.note(note);
}

/// A capture is read as it comes, however large.
void read_file(const std::string& path, const DecodeOptions& options, Printer& printer) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                         std::fclose);
    if (!file) throw InputError(std::strerror(errno));
    std::array<char, 4> magic{};
    const auto octets = std::fread(magic.data(), 1, magic.size(), file.get());
    std::rewind(file.get());
    if (!is_capture({magic.data(), octets})) {
        return read_content(read_all(file.get(), path), options, printer);
    }
    const auto hear = [&](const SeenPdu& seen) { printer.hear(seen); };
    for (const auto& note : read_capture_pdus(file.release(), options.ports, hear))
        printer.note(note);
}

bool is_file(const std::string& input) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(input, ignored) ||
           std::filesystem::is_fifo(input, ignored);
}

void read_input(const std::string& input, const DecodeOptions& options, Printer& printer) {
    if (input == "-") return read_content(read_all(stdin, "standard input"), options, printer);
    if (!is_file(input)) {
        const bool looks_like_a_path = input.find_first_of("/.") != std::string::npos;
        if (looks_like_a_path) throw InputError(input + ": there is no such file");
        return read_content(input, options, printer);
    }
    try {
        read_file(input, options, printer);
    } catch (const InputError& error) {
        throw InputError(input + ": " + error.what());
    }
}

/// Digits that a shell has cut at their blanks are one input again.
std::vector<std::string> joined_digits(const std::vector<std::string>& words) {
    std::vector<std::string> inputs;
    bool digits_before = false;
    for (const auto& word : words) {
        const bool digits = word != "-" && !is_file(word);
        if (digits && digits_before) {
            inputs.back() += " " + word;
        } else {
            inputs.push_back(word);
        }
        digits_before = digits;
    }
    if (inputs.empty()) inputs.emplace_back("-");
    return inputs;
}

}  // namespace

int decode(const DecodeOptions& options, std::ostream& out, std::ostream& complaints) {
    config::Dialect dialect;
    if (!options.dialect.empty()) {
        config::LoadedDialect loaded = config::load_dialect(options.dialect);
        for (const config::Complaint& complaint : loaded.complaints)
            complaints << "parley decode: " << config::to_text(complaint) << "\n";
        if (!loaded.dialect) return 1;
        dialect = std::move(*loaded.dialect);
    }
    Printer printer(options, dialect, out);
    bool all_good = true;
    for (const auto& input : joined_digits(options.inputs)) {
        try {
            read_input(input, options, printer);
        } catch (const InputError& error) {
            out.flush();
            complaints << "parley decode: " << error.what() << "\n";
            all_good = false;
        }
    }
    printer.finish();
    return all_good && out.flush() ? 0 : 1;
}

}  // namespace parley::tools
