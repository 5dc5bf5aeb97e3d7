// parley: what an operator does from a command line.

#include "tools/parley/decode.h"
#include "tools/parley/dialect_learn.h"

#include <iostream>

#include <CLI/CLI.hpp>

namespace {

using parley::tools::DecodeOptions;
using parley::tools::LearnOptions;

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
    CLI11_PARSE(app, argc, argv);
    if (dialect->parsed()) return parley::tools::learn_dialect(learn_options, std::cout, std::cerr);
    return parley::tools::decode(decode_options, std::cout, std::cerr);
}
