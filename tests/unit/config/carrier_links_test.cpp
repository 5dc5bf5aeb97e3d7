// Settings of how a carrier is reached: addresses, TLS, outbind, sessions and versions.

#include "config/load.h"
#include "config/print.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using namespace std::chrono_literals;

const std::string rest = R"(brands:
  - { id: demo, senders: ["+15550001000"] }
routes:
  - { prefix: "+", carriers: [acme] }
accounts:
  - { id: shop, brand: demo }
)";

/// One carrier whose settings, a line each, begin at line 3.
Loaded read(const std::string& settings) {
    std::string text = "carriers:\n  - id: acme\n";
    for (std::size_t at = 0; at < settings.size();) {
        const auto end = std::min(settings.find('\n', at), settings.size());
        text += "    " + settings.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return load_text(text + "    system_id: parley\n" + rest, "p.yaml");
}

Carrier good(const std::string& settings) {
    Loaded loaded = read(settings);
    for (const Complaint& complaint : loaded.complaints)
        ADD_FAILURE() << to_text(complaint);
    return loaded.config ? loaded.config->carriers.at(0) : Carrier{};
}

using Lines = std::vector<std::string>;

Lines complaints(const std::string& settings) {
    Lines lines;
    for (const Complaint& complaint : read(settings).complaints)
        lines.push_back(to_text(complaint));
    return lines;
}

TEST(CarrierLinks, AnAddressMayStandAloneOrInAList) {
    EXPECT_EQ(good("address: a.example:2775").address, (Lines{"a.example:2775"}));
    EXPECT_EQ(good("address: [a.example:2775, \"[2001:db8::1]:2775\"]").address,
              (Lines{"a.example:2775", "[2001:db8::1]:2775"}));
    EXPECT_EQ(complaints("address: [a.example:2775, nowhere]"),
              (Lines{"p.yaml:3:31: carriers[0].address[1]: 'nowhere' does not fit: expected "
                     "host:port, with a port of 1 … 65535"}));
    EXPECT_EQ(complaints("address: [a.example:2775, a.example:2775]"),
              (Lines{"p.yaml:3:31: carriers[0].address[1]: 'a.example:2775' stands already at "
                     "carriers[0].address[0]"}));
    EXPECT_EQ(
        complaints("address: {}"),
        (Lines{"p.yaml:3:14: carriers[0].address: expected a list, found a map",
               "p.yaml:3:14: carriers[0].address: is missing: expected host:port, with a port "
               "of 1 … 65535"}));
}

TEST(CarrierLinks, TlsIsThereWhenItStandsThere) {
    EXPECT_FALSE(good("address: a:1").tls);
    for (const char* written : {"address: a:1\ntls: {}", "address: a:1\ntls:"}) {
        const auto tls = good(written).tls;
        ASSERT_TRUE(tls);
        EXPECT_EQ(tls->verify, TlsVerify::full);
        EXPECT_EQ(tls->min_version, TlsVersion::tls12);
    }
}

TEST(CarrierLinks, TlsSettingsAreComplainedOfWhereTheyStand) {
    EXPECT_EQ(
        complaints("address: a:1\ntls:\n  ca_file: gone.pem\n  verify: everything\n  ca: x"),
        (Lines{"p.yaml:5:16: carriers[0].tls.ca_file: cannot read 'gone.pem': expected a "
               "readable file of PEM",
               "p.yaml:6:15: carriers[0].tls.verify: 'everything' is not known: expected full, ca "
               "or none",
               "p.yaml:7:7: carriers[0].tls.ca: there is no such setting"}));
}

TEST(CarrierLinks, ACertificateAndItsKeyBelongTogether) {
    const std::string file = ::testing::TempDir() + "carrier_links.pem";
    std::ofstream(file) << "-----BEGIN CERTIFICATE-----\n";
    EXPECT_EQ(
        complaints("address: a:1\ntls: { certificate_file: " + file + " }"),
        (Lines{"p.yaml:4:10: carriers[0].tls.key_file: is missing: certificate_file needs its "
               "key"}));
    EXPECT_EQ(
        complaints("address: a:1\ntls: { key_file: " + file + " }"),
        (Lines{"p.yaml:4:10: carriers[0].tls.certificate_file: is missing: key_file needs its "
               "certificate"}));
    EXPECT_EQ(complaints("address: a:1\ntls: { ca_file: " + file + ", verify: none }"),
              (Lines{"p.yaml:4:21: carriers[0].tls.ca_file: is not looked at with verify: none"}));
    std::remove(file.c_str());
}

TEST(CarrierLinks, OutbindOverTlsNeedsOurCertificateAndKey) {
    EXPECT_EQ(complaints("outbind: { listen: \"0.0.0.0:2776\", tls: {} }"),
              (Lines{"p.yaml:3:45: carriers[0].outbind.tls.certificate_file: is missing: expected "
                     "a file of PEM",
                     "p.yaml:3:45: carriers[0].outbind.tls.key_file: is missing: expected a "
                     "file of PEM"}));
}

TEST(CarrierLinks, ACarrierIsDialledOrDialsUs) {
    const Carrier carrier = good("outbind: { listen: \"0.0.0.0:2776\", from: [192.0.2.1] }");
    ASSERT_TRUE(carrier.outbind);
    EXPECT_EQ(carrier.outbind->bind, OutbindMode::receiver);
    EXPECT_EQ(carrier.outbind->links, 1u);
    EXPECT_EQ(complaints("links: 2"),
              (Lines{"p.yaml:2:5: carriers[0].address: is missing: expected host:port, with a port "
                     "of 1 … 65535"}));
    EXPECT_EQ(
        complaints("outbind: { from: [everywhere] }"),
        (Lines{"p.yaml:3:14: carriers[0].outbind.listen: is missing: expected host:port, with "
               "a port of 0 (any free one) … 65535",
               "p.yaml:3:23: carriers[0].outbind.from[0]: 'everywhere' does not fit: expected "
               "an IP address such as 192.0.2.1 or 2001:db8::1"}));
}

TEST(CarrierLinks, MoreSessionsThanTheCarrierAllowsAreRefused) {
    good("address: a:1\nlinks: 2\nbind: transmitter_receiver\nsessions_max: 4");
    EXPECT_EQ(
        complaints("address: a:1\nlinks: 2\nbind: transmitter_receiver\n"
                   "extra_receivers: 1\nsessions_max: 4"),
        (Lines{"p.yaml:7:19: carriers[0].sessions_max: 4 is less than the 5 sessions that are "
               "asked for"}));
    good("address: a:1\nlinks: 9\nbind: transmitter\nextra_receivers: 1\nsessions_max: 10");
}

TEST(CarrierLinks, AVersionIsNotAskedForWhatItDoesNotKnow) {
    EXPECT_EQ(good("address: a:1\ninterface_version: 5.0").interface_version, 0x50);
    EXPECT_EQ(
        good("address: a:1\ninterface_version: 3.3\nbind: transmitter_receiver").interface_version,
        0x33);
    EXPECT_EQ(complaints("address: a:1\ninterface_version: 3.3"),
              (Lines{"p.yaml:2:5: carriers[0].bind: SMPP 3.3 has no transceiver: expected "
                     "transmitter_receiver, transmitter or receiver"}));
    EXPECT_EQ(complaints("address: a:1\ninterface_version: 3.3\nbind: transmitter\n"
                         "dialect: { segmentation: sar }"),
              (Lines{"p.yaml:6:30: carriers[0].dialect.segmentation: SMPP 3.3 has no optional "
                     "parameters: expected udh8 or udh16"}));
}

TEST(CarrierLinks, WhatIsPrintedLoadsAgain) {
    Loaded loaded = read(
        "address: [a:1, b:2]\ntls: { server_name: smsc.example, verify: ca, min_version: 1.3 }\n"
        "outbind: { listen: \"127.0.0.1:0\", password: theirs }");
    ASSERT_TRUE(loaded.config);
    const std::string text = to_yaml(*loaded.config);
    EXPECT_EQ(text.find("theirs"), std::string::npos);
    const Loaded again = load_text(text, "printed");
    ASSERT_TRUE(again.config) << text;
    EXPECT_EQ(again.config->carriers[0].address, (Lines{"a:1", "b:2"}));
    EXPECT_EQ(again.config->carriers[0].tls, loaded.config->carriers[0].tls);
    ASSERT_TRUE(again.config->carriers[0].outbind);
}

}  // namespace
}  // namespace parley::config
