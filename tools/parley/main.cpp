// parley: what an operator does from a command line.

#include "tools/parley/decode.h"

#include <iostream>

#include <CLI/CLI.hpp>

namespace {

using parley::tools::DecodeOptions;

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

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    CLI::App app("Parley's command line");
    app.require_subcommand(1);
    DecodeOptions decode_options;
    auto* decode = app.add_subcommand("decode", "Shows SMPP PDUs as people read them");
    describe_decode(*decode, decode_options);
    CLI11_PARSE(app, argc, argv);
    return parley::tools::decode(decode_options, std::cout, std::cerr);
}
