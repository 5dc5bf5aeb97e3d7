#include "tools/loadgen/options.h"

#include "tools/support/flags.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using tools::UsageError;

Options read(std::vector<const char*> words) {
    words.insert(words.begin(), "parley-load");
    return *read_options(static_cast<int>(words.size()), words.data());
}

std::string complaint_of(std::vector<const char*> words) {
    try {
        read(std::move(words));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

TEST(Target, SaysProtocolTlsAndPort) {
    const auto smpp = read_target("smpp://127.0.0.1");
    EXPECT_TRUE(smpp.smpp);
    EXPECT_FALSE(smpp.tls);
    EXPECT_EQ(smpp.text(), "127.0.0.1:2775");
    EXPECT_EQ(read_target("smpps://smsc.example.com:3550/").url, "smpps://smsc.example.com:3550");
    EXPECT_TRUE(read_target("smpps://a").tls);
    EXPECT_EQ(read_target("http://localhost").endpoint.port, 80);
    EXPECT_EQ(read_target("https://localhost").endpoint.port, 443);
    EXPECT_EQ(read_target("http://[::1]:8080").endpoint.host, "::1");
    EXPECT_EQ(read_target("http://[::1]").endpoint.port, 80);
}

TEST(Target, ABadOneIsRefused) {
    for (const char* bad : {"", "127.0.0.1:2775", "ftp://a", "smpp://", "smpp://a:b",
                            "smpp://a:99999", "http://a/v1/messages", "smpp://me:secret@a:2775"}) {
        EXPECT_THROW(read_target(bad), UsageError) << bad;
    }
    EXPECT_EQ(complaint_of({"smpp://me:secret@a:2775"}).find("--system-id") == std::string::npos,
              false);
}

TEST(Options, TheOldCallStillMeansTheSame) {
    const auto options = read({"--url",         "http://127.0.0.1:8081",
                               "--key",         "k",
                               "--from",        "+15550001000",
                               "--mode",        "array",
                               "--batch",       "10",
                               "--connections", "4",
                               "--rate",        "3000",
                               "--seconds",     "5",
                               "--contacts",    "500",
                               "--text-length", "200",
                               "--retry",       "--reconnect"});
    EXPECT_FALSE(options.target.smpp);
    EXPECT_EQ(options.http.array_size, 10u);
    EXPECT_EQ(options.http.connections, 4u);
    EXPECT_DOUBLE_EQ(options.arrivals.rate, 3000);
    EXPECT_TRUE(options.http.retry);
    EXPECT_FALSE(options.receipts);
    EXPECT_EQ(options.mix.texts[0].utf8.size(), 200u);
}

TEST(Options, WithoutAnEndItRunsForTenSeconds) {
    EXPECT_DOUBLE_EQ(read({"smpp://a"}).seconds, 10);
    EXPECT_DOUBLE_EQ(read({"smpp://a", "--messages", "5"}).seconds, 0);
}

TEST(Options, ReceiptsAreExpectedWhereTheyCanCome) {
    EXPECT_TRUE(read({"smpp://a"}).receipts);
    EXPECT_FALSE(read({"smpp://a", "--bind", "transmitter"}).receipts);
    EXPECT_TRUE(read({"smpp://a", "--bind", "transmitter", "--receivers", "1"}).receipts);
    EXPECT_FALSE(read({"smpp://a", "--receipts", "off"}).receipts);
    EXPECT_NE(complaint_of({"smpp://a", "--bind", "transmitter", "--receipts", "on"}), "");
    EXPECT_FALSE(read({"http://a"}).receipts) << "they cost the engine a subscriber";
    EXPECT_TRUE(read({"http://a", "--receipts", "on"}).receipts);
}

TEST(Options, AMixIsEverySizeInEveryAlphabet) {
    const auto options =
        read({"smpp://a", "--text-length", "20:3,160:1", "--alphabet", "gsm7:4,ucs2:1"});
    ASSERT_EQ(options.mix.texts.size(), 4u);
    EXPECT_EQ(options.mix.texts.weight(0), 12u);
    EXPECT_EQ(options.mix.texts.weight(3), 1u);
    EXPECT_EQ(options.mix.texts[3].alphabet, text::Encoding::ucs2);
}

TEST(Options, ARampTakesAllTheTimeUnlessToldOtherwise) {
    const auto options = read({"smpp://a", "--rate", "10", "--rate-to", "100", "--seconds", "30"});
    EXPECT_DOUBLE_EQ(options.arrivals.ramp_s, 30);
    EXPECT_NE(complaint_of({"smpp://a", "--rate-to", "100", "--messages", "5"}), "");
    EXPECT_NE(complaint_of({"smpp://a", "--rate", "5", "--ramp", "5"}), "");
}

TEST(Options, WhatMakesNoSenseIsRefusedByName) {
    const auto names = [](std::vector<const char*> words, const char* name) {
        const auto complaint = complaint_of(std::move(words));
        EXPECT_NE(complaint.find(name), std::string::npos) << complaint;
    };
    names({"smpp://a", "--window", "0"}, "--window");
    names({"smpp://a", "--window", "many"}, "--window");
    names({"smpp://a", "--unheard-of"}, "--unheard-of");
    names({"smpp://a", "--spacing", "poisson"}, "--rate");
    names({"smpp://a", "--spacing", "random"}, "--spacing");
    names({"smpp://a", "--text-length", "5"}, "--text-length");
    names({"smpp://a", "--parts", "256"}, "--parts");
    names({"smpp://a", "--alphabet", "klingon"}, "--alphabet");
    names({"smpp://a", "--system-id", "much-too-long-a-name"}, "--system-id");
    names({"smpp://a", "--slo", "be fast"}, "--slo");
    names({"smpp://a", "--mode", "array"}, "--mode");
    names({"smpp://a", "--retry"}, "--retry");
    names({"http://a", "--window", "10"}, "--window");
    names({"smpp://a", "--to", "+1556#", "--to-file", "f"}, "--to-file");
}

TEST(Options, SecretsStayOutOfTheReport) {
    const auto options = read({"smpp://a", "--password", "hunter2", "--rate", "5"});
    EXPECT_EQ(options.smpp.password, "hunter2");
    for (const auto& [name, value] : options.settings) {
        EXPECT_EQ(value.find("hunter2"), std::string::npos) << name;
    }
    const auto rate = std::ranges::find(options.settings, std::string("--rate"),
                                        &std::pair<std::string, std::string>::first);
    ASSERT_NE(rate, options.settings.end());
    EXPECT_EQ(rate->second, "5");
}

}  // namespace
}  // namespace parley::loadgen
