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
               "command_status: expected a number such as 0x58",
               "p.yaml:8:59: carriers[0].dialect.statuses[1].reaction: 'retri' is not known: "
               "expected sent, throttle, pause_link, pause_destination, retry, fail_over, "
               "fail or suppress; did you mean "
               "'retry'?",
               "p.yaml:8:68: carriers[0].dialect.statuses[2].status: is missing: expected a "
               "number such as 0x58",
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

TEST(DialectSettings, WhatIsPrintedLoadsAsTheSame) {
    const Loaded first =
        load_text(with("{ like: hollatags, statuses: [{ status: 0x67, reaction: retry, wait: 2s "
                       "}], receipt_errors: [{ error: \"1\" }] }"),
                  "p.yaml");
    ASSERT_TRUE(first.config);
    const std::string text = to_yaml(*first.config);
    const Loaded again = load_text(text, "printed");
    for (const Complaint& complaint : again.complaints)
        ADD_FAILURE() << to_text(complaint);
    ASSERT_TRUE(again.config);
    EXPECT_EQ(again.config->carriers[0].dialect, first.config->carriers[0].dialect);
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
}

}  // namespace
}  // namespace parley::config
