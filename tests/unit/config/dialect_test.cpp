#include "config/dialects.h"
#include "config/load.h"
#include "config/print.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

std::string with(const std::string& dialect, const std::string& more = "") {
    return "carriers:\n  - id: acme\n    address: 127.0.0.1:2775\n    system_id: parley\n" + more +
           "    dialect: " + dialect + "\n";
}

Lines complaints(const std::string& text, const std::string& name = "p.yaml") {
    Lines lines;
    for (const Complaint& complaint : load_text(text, name).complaints)
        lines.push_back(to_text(complaint));
    return lines;
}

Dialect good(const std::string& text, const std::string& name = "p.yaml") {
    const Loaded loaded = load_text(text, name);
    for (const Complaint& complaint : loaded.complaints)
        ADD_FAILURE() << to_text(complaint);
    return loaded.config ? loaded.config->carriers.at(0).dialect : Dialect{};
}

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dialect_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }
    std::string at(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

TEST(DialectSettings, AnEmptyOneIsTheSpecification) {
    EXPECT_EQ(good(with("{}")), Dialect{});
    EXPECT_EQ(good(with("~")), Dialect{});
}

TEST(DialectSettings, ReadsEveryPart) {
    const Dialect dialect = good(with(R"(
      data_coding: { 0: ascii, 4: gsm7 }
      send_in: { latin1: true, ucs2: false }
      segmentation: sar
      message_id:
        { base: hex_to_decimal, drop_leading_zeros: true, fold_case: true,
          response_prefix: "0x", receipt_prefix: p }
      accepted_is_final: true
      addresses: { short_code: { ton: 0, npi: 1 }, plus: true }
      statuses:
        - { status: 0x401, reaction: fail_over, wait: 5s, name: out_of_credit }
        - { status: 88, reaction: throttle }
      receipt_errors: [{ error: "00B", reaction: suppress, name: dnd }]
      receipt_states: [{ stat: DLVRD, state: delivered }, { stat: PENDING, state: enroute }]
      receipt_text_first: true
      receipts_without_class: true
      tlvs:
        - { tag: 0x1400, name: dlt_entity_id, type: text, length: 1-30 }
        - { tag: 5377, name: kind, type: integer, length: 1 }
        - { tag: 0x1502, name: blob, type: octets }
)"));
    EXPECT_EQ(dialect.data_coding.meaning[0], Alphabet::ascii);
    EXPECT_EQ(dialect.data_coding.meaning[4], Alphabet::gsm7);
    EXPECT_EQ(dialect.data_coding.meaning[8], Alphabet::ucs2) << "what is not named stays";
    EXPECT_TRUE(dialect.send_in.latin1 && dialect.send_in.gsm7 && !dialect.send_in.ucs2);
    EXPECT_EQ(dialect.segmentation, Segmentation::sar);
    EXPECT_EQ(dialect.message_id, (MessageIds{IdBase::hex_to_decimal, true, true, "0x", "p"}));
    EXPECT_TRUE(dialect.accepted_is_final);
    EXPECT_EQ(dialect.addresses.short_code, (NumberType{0, 1}));
    EXPECT_EQ(dialect.addresses.number, (NumberType{1, 1}));
    EXPECT_EQ(dialect.statuses,
              (std::vector<StatusRule>{{{0x401}, Reaction::fail_over, 5s, "out_of_credit"},
                                       {{88}, Reaction::throttle, 0ms, ""}}));
    EXPECT_EQ(dialect.receipt_errors,
              (std::vector<ReceiptRule>{{"00B", ReceiptReaction::suppress, "dnd"}}));
    EXPECT_EQ(dialect.receipt_states,
              (std::vector<ReceiptWord>{{"DLVRD", ReceiptState::delivered},
                                        {"PENDING", ReceiptState::enroute}}));
    EXPECT_TRUE(dialect.receipt_text_first);
    EXPECT_TRUE(dialect.receipts_without_class);
    EXPECT_EQ(dialect.tlvs,
              (std::vector<TlvRule>{{{0x1400}, "dlt_entity_id", TlvType::text, {1, 30}},
                                    {{0x1501}, "kind", TlvType::integer, {1, 1}},
                                    {{0x1502}, "blob", TlvType::octets, {0, 255}}}));
}

TEST(DialectSettings, AStatusMayBeWrittenByItsName) {
    const Dialect dialect = good(with(
        "{ statuses: [{ status: ESME_RTHROTTLED, name: slow_down }, { status: RMSGQFUL, reaction: "
        "retry }, { status: ESME_RINVOPTPARAMVAL, reaction: fail }] }"));
    EXPECT_EQ(dialect.statuses,
              (std::vector<StatusRule>{{{0x58}, Reaction::usual, 0ms, "slow_down"},
                                       {{0x14}, Reaction::retry, 0ms, ""},
                                       {{0xC4}, Reaction::fail, 0ms, ""}}));
    EXPECT_EQ(complaints(with("{ statuses: [{ status: ESME_RTHROTLED }, { status: 0x14 }, { "
                              "status: ESME_RMSGQFUL }] }")),
              (Lines{"p.yaml:5:37: carriers[0].dialect.statuses[0].status: 'ESME_RTHROTLED' is not "
                     "a command_status: expected a number such as 0x58, or a name such as "
                     "ESME_RTHROTTLED; did you mean 'ESME_RTHROTTLED'?",
                     "p.yaml:5:83: carriers[0].dialect.statuses[2].status: stands twice in the "
                     "same list"}));
}

TEST(DialectSettings, ATlvIsItsCarriersOwn) {
    EXPECT_EQ(
        complaints(with(R"(
      tlvs:
        - { tag: 0x0424, name: dlt_entity_id, type: text }
        - { tag: 0x1400, name: callback_num, type: text }
        - { tag: 0x1401, name: dlt_entity_id, type: text }
        - { tag: 0x1401, name: 0x1402, type: text }
        - { tag: 0x10000, name: "a b", type: txt, length: 9-1 }
        - { tag: 0x1403, name: a, type: integer }
        - { tag: 0x1404, name: b, type: c_string, length: 0 }
        - { tag: 0x1405, name: c, type: octets, length: 1-2000 }
        - { name: d }
)")),
        (Lines{
            "p.yaml:7:18: carriers[0].dialect.tlvs[0].tag: 0x0424 is message_payload in the "
            "specification: expected a tag that it does not define",
            "p.yaml:8:32: carriers[0].dialect.tlvs[1].name: 'callback_num' is the specification's "
            "name of 0x0381: expected another",
            "p.yaml:9:32: carriers[0].dialect.tlvs[2].name: 'dlt_entity_id' is the name of 0x0424 "
            "already: expected another",
            "p.yaml:10:18: carriers[0].dialect.tlvs[3].tag: stands twice in the same list",
            "p.yaml:10:32: carriers[0].dialect.tlvs[3].name: '0x1402' looks like a tag: expected "
            "a name",
            "p.yaml:11:18: carriers[0].dialect.tlvs[4].tag: '0x10000' is not a tag: expected a "
            "number such as 0x1400, up to 0xFFFF",
            "p.yaml:11:33: carriers[0].dialect.tlvs[4].name: 'a b' does not fit: expected letters, "
            "digits, '.', '-' or '_'",
            "p.yaml:11:46: carriers[0].dialect.tlvs[4].type: 'txt' is not known: expected integer, "
            "c_string, octets or text; did you mean 'text'?",
            "p.yaml:11:59: carriers[0].dialect.tlvs[4].length: '9-1' is not a length: expected "
            "octets such as 4 or 1-30, up to 1024",
            "p.yaml:12:11: carriers[0].dialect.tlvs[5].length: 0-255 octets make no integer: "
            "expected 1 to 4, such as 1 or 2",
            "p.yaml:13:59: carriers[0].dialect.tlvs[6].length: leaves no room for the NUL: "
            "expected 1 octet or more",
            "p.yaml:14:57: carriers[0].dialect.tlvs[7].length: '1-2000' is not a length: expected "
            "octets such as 4 or 1-30, up to 1024",
            "p.yaml:15:11: carriers[0].dialect.tlvs[8].tag: is missing: expected a number such as "
            "0x1400, up to 0xFFFF",
            "p.yaml:15:11: carriers[0].dialect.tlvs[8].type: is missing: expected integer, "
            "c_string, octets or text",
        }));
}

TEST(DialectSettings, InheritedTlvsAreReplacedByTagAndTheirNamesStayTaken) {
    const Dialect dialect = good(
        with("{ like: india_dlt, tlvs: [{ tag: 0x1402, name: chain, type: text, length: 64 }] }"));
    ASSERT_EQ(dialect.tlvs.size(), 3U);
    EXPECT_EQ(dialect.tlvs[0].name, "dlt_entity_id");
    EXPECT_EQ(dialect.tlvs[2], (TlvRule{{0x1402}, "chain", TlvType::text, {64, 64}}));
    EXPECT_EQ(complaints(with("{ like: india_dlt, tlvs: [{ tag: 0x1500, name: dlt_entity_id, type: "
                              "text }] }")),
              Lines{"p.yaml:5:61: carriers[0].dialect.tlvs[0].name: 'dlt_entity_id' is the name of "
                    "0x1400 already: expected another"});
}

TEST(FixedTlvs, AreAMapOfACarrierOrABrand) {
    const Loaded loaded =
        load_text(with("{ like: india_dlt }", "    tlvs: { dlt_telemarketer_id: 1302 }\n") +
                      "brands:\n  - id: demo\n    senders: [DEMO]\n    tlvs: { dlt_entity_id: "
                      "\"${PE:-1101}\", 0x1501: FF }\n",
                  "p.yaml", [](const std::string&) { return std::nullopt; });
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->carriers[0].tlvs, (NamedValues{{"dlt_telemarketer_id", "1302"}}));
    EXPECT_EQ(loaded.config->brands[0].tlvs,
              (NamedValues{{"dlt_entity_id", "1101"}, {"0x1501", "FF"}}));
    EXPECT_EQ(complaints(with("{}", "    tlvs: { a b: 1, c: [2], c: 3 }\n")),
              (Lines{"p.yaml:5:13: carriers[0].tlvs.a b: 'a b' does not fit: expected letters, "
                     "digits, '.', '-' or '_'",
                     "p.yaml:5:24: carriers[0].tlvs.c: expected text, up to 512 octets, found a "
                     "list",
                     "p.yaml:5:29: carriers[0].tlvs.c: stands twice in the same map"}));
    EXPECT_EQ(complaints(with("{}", "    tlvs: [a]\n")),
              Lines{"p.yaml:5:11: carriers[0].tlvs: expected a map, found a list"});
}

TEST(DialectSettings, SlipsArePointedAtWithTheNearestName) {
    EXPECT_EQ(
        complaints(with(R"(
      data_codings: {}
      data_coding: { 16: gsm7, 1: gsm77 }
      statuses: [{ status: 0xZZ }, { status: 8, reaction: retri }, {}]
      accepted_is_final: maybe
)")),
        (Lines{"p.yaml:6:7: carriers[0].dialect.data_codings: there is no such setting; did you "
               "mean 'data_coding'?",
               "p.yaml:7:22: carriers[0].dialect.data_coding.16: there is no such setting; did "
               "you mean '1'?",
               "p.yaml:7:35: carriers[0].dialect.data_coding.1: 'gsm77' is not known: expected "
               "gsm7, ucs2, latin1, binary, ascii, cyrillic, hebrew, jis or ksc5601; did you mean "
               "'gsm7'?",
               "p.yaml:8:28: carriers[0].dialect.statuses[0].status: '0xZZ' is not a "
               "command_status: expected a number such as 0x58, or a name such as "
               "ESME_RTHROTTLED",
               "p.yaml:8:59: carriers[0].dialect.statuses[1].reaction: 'retri' is not known: "
               "expected sent, throttle, pause_link, pause_destination, retry, fail_over, fail, "
               "suppress or usual; did you mean 'retry'?",
               "p.yaml:8:68: carriers[0].dialect.statuses[2].status: is missing: expected a "
               "number such as 0x58, or a name such as ESME_RTHROTTLED",
               "p.yaml:9:26: carriers[0].dialect.accepted_is_final: 'maybe' is neither: expected "
               "true or false"}));
}

TEST(DialectSettings, AReadyOneIsTakenByNameAndChangedByWhatStandsBesideIt) {
    const Dialect dialect = good(with(
        "{ like: hollatags, data_coding: { 1: gsm7 }, statuses: [{ status: 0x401, reaction: retry "
        "}] }"));
    EXPECT_EQ(dialect.like, "hollatags");
    EXPECT_EQ(dialect.data_coding.meaning[1], Alphabet::gsm7);
    std::size_t found = 0;
    for (const StatusRule& rule : dialect.statuses) {
        if (rule.status.value == 0x401) {
            ++found;
            EXPECT_EQ(rule.reaction, Reaction::retry);
        }
        if (rule.status.value == 0x432) {
            EXPECT_EQ(rule.name, "spam");
        }
    }
    EXPECT_EQ(found, 1U);
    EXPECT_GT(dialect.statuses.size(), 5U);
}

TEST(DialectSettings, AnUnknownReadyOneNamesTheNearest) {
    const Lines found = complaints(with("{ like: infobib }"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].starts_with(
        "p.yaml:5:22: carriers[0].dialect.like: there is no ready dialect 'infobib': expected one "
        "of "))
        << found[0];
    EXPECT_TRUE(found[0].ends_with("; did you mean 'infobip'?")) << found[0];
}

TEST(DialectSettings, AFileIsReadBesideTheConfigurationAndMayBeLikeAnother) {
    const Folder folder;
    folder.write("ours.yaml", "like: vibes\nmessage_id: { fold_case: true }\n");
    const Dialect dialect =
        good(with("{ like: ours.yaml, accepted_is_final: true }"), folder.at("p.yaml"));
    EXPECT_EQ(dialect.data_coding.meaning[4], Alphabet::gsm7);
    EXPECT_TRUE(dialect.message_id.fold_case && dialect.accepted_is_final);
    EXPECT_EQ(dialect.like, "ours.yaml");
}

TEST(DialectSettings, MistakesInAFileAreToldWithItsName) {
    const Folder folder;
    folder.write("bad.yaml", "segmentation: udh9\n");
    EXPECT_EQ(complaints(with("{ like: ./bad.yaml }"), folder.at("p.yaml")),
              Lines{folder.at("bad.yaml") +
                    ":1:15: segmentation: 'udh9' is not known: expected udh8, udh16, sar or "
                    "payload; did you mean 'udh8'?"});
    EXPECT_EQ(complaints(with("{ like: none.yaml }"), folder.at("p.yaml")),
              Lines{folder.at("p.yaml") + ":5:22: carriers[0].dialect.like: cannot read '" +
                    folder.at("none.yaml") + "': expected a readable file"});
    folder.write("circle.yaml", "like: circle.yaml\n");
    EXPECT_EQ(complaints(with("{ like: circle.yaml }"), folder.at("p.yaml")),
              Lines{folder.at("circle.yaml") + ":1:7: like: leads from file to file without end"});
}

TEST(DialectSettings, AStatusStandsOnceInAList) {
    EXPECT_EQ(complaints(with("{ statuses: [{ status: 0x58 }, { status: 88 }] }")),
              Lines{"p.yaml:5:55: carriers[0].dialect.statuses[1].status: stands twice in the same "
                    "list"});
}

TEST(DialectSettings, ALongPasswordNeedsACarrierThatTakesIt) {
    const std::string password = "    password: 123456789\n";
    EXPECT_EQ(complaints(with("{}", password)),
              Lines{"p.yaml:5:15: carriers[0].password: the secret is 9 octets long: expected up "
                    "to 8 octets, or more with dialect.long_password: true"});
    good(with("{ long_password: true }", password));
    good(with("{ like: infobip }", password));
}

TEST(DialectSettings, SomeAlphabetMustBeLeft) {
    EXPECT_EQ(complaints(with("{ send_in: { gsm7: false, ucs2: false } }")),
              Lines{"p.yaml:5:25: carriers[0].dialect.send_in: leaves no alphabet to write in: "
                    "expected one that is true"});
}

TEST(DialectSettings, Smpp33HasNeitherTlvsNorTransceivers) {
    const std::string old = "    interface_version: 3.3\n";
    const std::string pairs = old + "    bind: transmitter_receiver\n";
    for (const std::string how : {"sar", "payload"}) {
        EXPECT_EQ(complaints(with("{ segmentation: " + how + " }", pairs)),
                  Lines{"p.yaml:7:30: carriers[0].dialect.segmentation: SMPP 3.3 has no optional "
                        "parameters: expected udh8 or udh16"});
        good(with("{ segmentation: " + how + " }"));
    }
    good(with("{ segmentation: udh16 }", pairs));
    EXPECT_EQ(complaints(with("{}", old)),
              Lines{"p.yaml:2:5: carriers[0].bind: SMPP 3.3 has no transceiver: expected "
                    "transmitter_receiver, transmitter or receiver"});
}

TEST(DialectSettings, WhatIsPrintedLoadsAsTheSame) {
    const Loaded first = load_text(
        with("{ like: hollatags, statuses: [{ status: 0x67, reaction: retry, wait: 2s "
             "}], receipt_errors: [{ error: \"1\" }], receipt_states: [{ stat: \"OK\", "
             "state: delivered }], receipt_text_first: true, tlvs: [{ tag: 0x1400, name: a, "
             "type: integer, length: 2-4 }] }",
             "    tlvs: { a: 7, \"0x1501\": ff }\n"),
        "p.yaml");
    ASSERT_TRUE(first.config);
    const std::string text = to_yaml(*first.config);
    const Loaded again = load_text(text, "printed");
    for (const Complaint& complaint : again.complaints)
        ADD_FAILURE() << to_text(complaint);
    ASSERT_TRUE(again.config);
    EXPECT_EQ(again.config->carriers[0].dialect, first.config->carriers[0].dialect);
    EXPECT_EQ(again.config->carriers[0].tlvs, first.config->carriers[0].tlvs);
}

TEST(ReadyDialects, EachLoadsAndDiffersFromTheSpecification) {
    ASSERT_GE(ready_dialects().size(), 8U);
    for (const ReadyDialect& ready : ready_dialects()) {
        SCOPED_TRACE(ready.name);
        Dialect dialect = good(with("{ like: " + std::string(ready.name) + " }"));
        EXPECT_TRUE(ready.text.starts_with("# ")) << "its source comes first";
        dialect.like.clear();
        EXPECT_NE(dialect, Dialect{});
    }
}

TEST(ReadyDialects, SayWhatTheirSourcesSay) {
    EXPECT_EQ(good(with("{ like: infobip }")).data_coding.meaning[1], Alphabet::gsm7);
    EXPECT_EQ(good(with("{ like: vibes }")).data_coding.meaning[0], Alphabet::ascii);
    EXPECT_EQ(good(with("{ like: vonage }")).message_id.base, IdBase::hex_to_decimal);
    const Dialect latin = good(with("{ like: sinch_cloud_latin1 }"));
    EXPECT_TRUE(latin.send_in.latin1 && !latin.send_in.gsm7);
    EXPECT_EQ(latin.data_coding.meaning[0], Alphabet::latin1);
    const Dialect india = good(with("{ like: india_dlt }"));
    ASSERT_EQ(india.tlvs.size(), 3U);
    EXPECT_EQ(good(with("{ like: smsportal }")).tlvs[1],
              (TlvRule{{0x1401}, "cost_centre_reference", TlvType::text, {1, 255}}))
        << "the same tag as India's template";
    EXPECT_EQ(india.tlvs[1], (TlvRule{{0x1401}, "dlt_template_id", TlvType::text, {1, 30}}));
}

}  // namespace
}  // namespace parley::config
