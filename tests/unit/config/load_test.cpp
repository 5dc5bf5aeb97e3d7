#include "config/load.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using namespace std::chrono_literals;

// A whole configuration of which a test replaces the part that it is about.
const std::string carriers = R"(carriers:
  - id: acme
    address: 127.0.0.1:2775
    system_id: parley
)";
const std::string rest = R"(brands:
  - { id: demo, senders: ["+15550001000"] }
routes:
  - { prefix: "+", carriers: [acme] }
accounts:
  - { id: shop, brand: demo, api_keys: [0123456789] }
)";

Environment environment(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

Loaded read(const std::string& text, std::map<std::string, std::string> variables = {}) {
    return load_text(text, "p.yaml", environment(std::move(variables)));
}

std::vector<std::string> complaints(const std::string& text,
                                    std::map<std::string, std::string> variables = {}) {
    std::vector<std::string> lines;
    for (const Complaint& complaint : read(text, std::move(variables)).complaints)
        lines.push_back(to_text(complaint));
    return lines;
}

using Lines = std::vector<std::string>;

Config good(const std::string& text, std::map<std::string, std::string> variables = {}) {
    Loaded loaded = read(text, std::move(variables));
    for (const Complaint& complaint : loaded.complaints)
        ADD_FAILURE() << to_text(complaint);
    return loaded.config.value_or(Config{});
}

/// A folder of its own, gone with the test.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "config_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return (path_ / name).string();
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

TEST(Load, ReadsTheMinimumShapeOfTheDesign) {
    const Config config = good(R"(
node:     { id: a1, data_dir: ./data, shards: auto, durability: sync }
http:     { listen: 127.0.0.1:8080 }
smpp:     { listen: 127.0.0.1:2776 }
carriers:
  - id: acme
    address: 127.0.0.1:2775
    system_id: parley
    password: ${ACME_PASSWORD:-secret}
    bind: transmitter_receiver
    links: 2
    window: 100
    throughput: 500/s
    dialect: {}
brands:
  - id: demo
    senders: ["+15550001000"]
    suppression_scope: sender
routes:
  - { prefix: "+", carriers: [acme] }
accounts:
  - { id: shop, brand: demo, api_keys: [key-of-shop], smpp: { system_id: shop, password: pw } }
)");

    EXPECT_EQ(config.node.shards, 0U);
    EXPECT_EQ(config.smpp.listen, "127.0.0.1:2776");
    ASSERT_EQ(config.carriers.size(), 1U);
    EXPECT_EQ(config.carriers[0].password, "secret");
    EXPECT_EQ(config.carriers[0].bind, BindMode::transmitter_receiver);
    EXPECT_EQ(config.carriers[0].links, 2U);
    EXPECT_EQ(config.carriers[0].throughput, 500.0);
    EXPECT_EQ(config.brands[0].suppression_scope, SuppressionScope::sender);
    EXPECT_EQ(config.routes[0].carriers, std::vector<RouteCarrier>{"acme"});
    EXPECT_EQ(config.accounts[0].smpp.system_id, "shop");
}

TEST(Load, WhatIsLeftOutKeepsItsDefault) {
    const Config config = good(carriers + rest);
    const Carrier untouched;

    EXPECT_EQ(config.node.durability, Durability::sync);
    EXPECT_EQ(config.carriers[0].window, untouched.window);
    EXPECT_EQ(config.carriers[0].receipt_timeout, 72h);
    EXPECT_TRUE(config.smpp.listen.empty());
}

TEST(Load, AHeadingWithNothingUnderItIsNoMistake) {
    EXPECT_EQ(good("node:\nhttp: ~\n" + carriers + rest).node.id, "a1");
}

TEST(Load, ReadsSizesDurationsRatesAndVersionsInTheirUnits) {
    const Config config = good(
        "node: { memory_budget: 512MiB, spill_after: 500ms, drain_limit: 0, "
        "retention: 1d12h, shards: 4 }\nhttp: { body_max: 2097152 }\n" +
        carriers +
        "    throughput: 1200/m\n    link_throughput: 2.5\n"
        "    interface_version: 5.0\n    retry_max: 1h30m\n" +
        rest);

    EXPECT_EQ(config.node.memory_budget, 512ULL << 20U);
    EXPECT_EQ(config.node.spill_after, 500ms);
    EXPECT_EQ(config.node.drain_limit, 0ms);
    EXPECT_EQ(config.node.retention, 36h);
    EXPECT_EQ(config.node.shards, 4U);
    EXPECT_EQ(config.http.body_max, 2'097'152U);
    EXPECT_EQ(config.carriers[0].throughput, 20.0);
    EXPECT_EQ(config.carriers[0].link_throughput, 2.5);
    EXPECT_EQ(config.carriers[0].interface_version, 0x50);
    EXPECT_EQ(config.carriers[0].retry_max, 90min);
}

TEST(Load, ANumberOutOfBoundsIsNamedWithItsPlaceAndItsBounds) {
    EXPECT_EQ(complaints(carriers + "    window: 70000\n" + rest),
              Lines{"p.yaml:5:13: carriers[0].window: 70000 is out of bounds: expected 1 … 65535"});
}

TEST(Load, EachOfTheThreeAnswersOfABrandCanBeWorded) {
    const Config config = good(carriers + R"(brands:
  - id: demo
    senders: ["+15550001000"]
    opt_out_confirmation: You are out.
    opt_in_confirmation: You are in.
    help_answer: ""
routes:
  - { prefix: "+", carriers: [acme] }
)");
    EXPECT_EQ(config.brands[0].opt_out_confirmation, "You are out.");
    EXPECT_EQ(config.brands[0].opt_in_confirmation, "You are in.");
    EXPECT_EQ(config.brands[0].help_answer, "");
}

// The engine sets aside 56 MiB for itself and 16 for the store: with 64 it would refuse everything.
TEST(Load, AMemoryBudgetLeavesRoomForMessages) {
    EXPECT_EQ(
        complaints("node: { memory_budget: 64MiB }\n" + carriers + rest),
        Lines{"p.yaml:1:24: node.memory_budget: '64MiB' is out of bounds: expected a size such "
              "as 64MiB, 128MiB … 1TiB"});
    EXPECT_EQ(good("node: { memory_budget: 128MiB }\n" + carriers + rest).node.memory_budget,
              128ULL << 20U);
}

TEST(Load, AnUnknownSettingIsNamedWithTheNearestOne) {
    EXPECT_EQ(
        complaints(carriers + "    widnow: 7\n    qqqqqqqqq: 1\n" + rest),
        (Lines{"p.yaml:5:5: carriers[0].widnow: there is no such setting; did you mean 'window'?",
               "p.yaml:6:5: carriers[0].qqqqqqqqq: there is no such setting"}));
    EXPECT_EQ(complaints("carrier: []\n" + carriers + rest),
              Lines{"p.yaml:1:1: carrier: there is no such setting; did you mean 'carriers'?"});
}

TEST(Load, EveryMistakeIsToldAtOnceInOrderOfTheFile) {
    const auto found = complaints(R"(node: { shards: many, durability: synk }
http: { idle_timeout: 10, body_max: 1MegaByte }
carriers:
  - id: acme
    address: nowhere
    system_id: much-too-long-a-system-id
    throughput: fast
routes:
  - { prefix: "1", carriers: [] }
)");
    EXPECT_EQ(
        found,
        (Lines{
            "p.yaml:1:17: node.shards: 'many' is not a whole number: expected 0 … 256 or auto",
            "p.yaml:1:35: node.durability: 'synk' is not known: expected sync or async; did you "
            "mean "
            "'sync'?",
            "p.yaml:2:23: http.idle_timeout: '10' is not a duration: expected a duration such as "
            "10s, "
            "100ms … 1h",
            "p.yaml:2:37: http.body_max: '1MegaByte' is not a size: expected a size such as 64MiB, "
            "1KiB … 1GiB",
            "p.yaml:5:14: carriers[0].address: 'nowhere' does not fit: expected host:port, with a "
            "port of 1 … 65535",
            "p.yaml:6:16: carriers[0].system_id: 'much-too-long-a-system-id' is 25 octets long: "
            "expected text, 1 … 15 octets",
            "p.yaml:7:17: carriers[0].throughput: 'fast' is not a rate: expected a rate such as "
            "500/s, 0 … 1000000 or unlimited",
            "p.yaml:9:15: routes[0].prefix: '1' does not fit: expected '+' and up to 15 digits",
            "p.yaml:9:30: routes[0].carriers: is empty: expected at least one",
        }));
}

TEST(Load, WhatIsRequiredAndMissingIsNamedWhereItsPartStands) {
    EXPECT_EQ(
        complaints("carriers:\n  - id: acme\n    system_id: parley\n" + rest),
        Lines{"p.yaml:2:5: carriers[0].address: is missing: expected host:port, with a port of "
              "1 … 65535"});
}

TEST(Load, WrongKindsOfValueSayWhatWasFound) {
    EXPECT_EQ(
        complaints("node: here\nhttp: { listen: [1] }\ncarriers: acme\nbrands: ~\n"),
        (Lines{"p.yaml:1:7: node: expected a map, found a single value",
               "p.yaml:2:17: http.listen: expected host:port, with a port of 0 (any free one) "
               "… 65535, found a list",
               "p.yaml:3:11: carriers: expected a list, found a single value"}));
}

TEST(Load, ASettingWithoutValueIsNotTakenForEmptyText) {
    const auto found = complaints(carriers + "    password:\n" + rest);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find("carriers[0].password: expected text, up to 255 octets, found nothing"),
              std::string::npos)
        << found[0];
}

TEST(Load, AKeyThatStandsTwiceIsRefusedInsteadOfHalfBelieved) {
    EXPECT_EQ(complaints(carriers + "    window: 5\n    window: 6\n" + rest),
              Lines{"p.yaml:6:5: carriers[0].window: stands twice in the same map"});
}

TEST(Load, IdsAndSendersStandOnlyOnce) {
    EXPECT_EQ(complaints(R"(carriers:
  - { id: acme, address: "h:1", system_id: a }
  - { id: acme, address: "h:1", system_id: a }
brands:
  - { id: x, senders: ["+15550001000", "+1 (555) 000-1000"] }
accounts:
  - { id: one, brand: x, api_keys: [very-secret-key] }
  - { id: two, brand: x, api_keys: [very-secret-key] }
)"),
              (Lines{"p.yaml:3:11: carriers[1].id: 'acme' stands already at carriers[0].id",
                     "p.yaml:5:40: brands[0].senders[1]: '+15550001000' stands already at "
                     "brands[0].senders[0]",
                     "p.yaml:8:37: accounts[1].api_keys[0]: the secret stands already at "
                     "accounts[0].api_keys[0]"}));
}

TEST(Load, ReferencesToNobodyNameTheNearestOne) {
    EXPECT_EQ(
        complaints(carriers + R"(brands: [{ id: demo, senders: [DEMO] }]
routes: [{ carriers: [acmee, other] }]
accounts: [{ id: shop, brand: dmeo }]
)"),
        (Lines{"p.yaml:6:23: routes[0].carriers[0]: there is no carrier 'acmee'; did you mean "
               "'acme'?",
               "p.yaml:6:30: routes[0].carriers[1]: there is no carrier 'other'",
               "p.yaml:7:31: accounts[0].brand: there is no brand 'dmeo'; did you mean 'demo'?"}));
}

TEST(Load, AWaitThatShrinksIsRefused) {
    EXPECT_EQ(
        complaints(carriers + "    reconnect_max: 500ms\n" + rest),
        Lines{"p.yaml:5:20: carriers[0].reconnect_max: 500ms is shorter than reconnect_min, 1s"});
}

TEST(Load, SendersAreNormalisedAndNonsenseIsRefused) {
    const Config config = good(carriers + R"(brands:
  - { id: demo, senders: ["+1 (555) 000-1000", 0015550001001, "72345", Parley, "A & B"] }
)");
    EXPECT_EQ(config.brands[0].senders, (std::vector<std::string>{"+15550001000", "+15550001001",
                                                                  "72345", "Parley", "A & B"}));

    const auto found = complaints(
        carriers + "brands: [{ id: d, senders: [15550001000, TwelveLetter, +0123, ''] }]");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_NE(found[0].find("did you mean '+15550001000'?"), std::string::npos) << found[0];
}

TEST(Load, TheEnvironmentFillsInAndIsMissedByName) {
    const std::string text =
        carriers + "    password: ${PW}\n    system_type: a${B:-b}$${C}\n" + rest;
    const Config config = good(text, {{"PW", "hidden"}});

    EXPECT_EQ(config.carriers[0].password, "hidden");
    EXPECT_EQ(config.carriers[0].system_type, "ab${C}");
    EXPECT_EQ(
        complaints(text),
        Lines{"p.yaml:5:15: carriers[0].password: the environment has no PW: set it, or write "
              "${PW:-default}"});
    EXPECT_EQ(complaints(carriers + "    password: ${PW\n" + rest, {{"PW", "hidden"}}),
              Lines{"p.yaml:5:15: carriers[0].password: after '${' expected a name and '}', as in "
                    "${NAME:-default}"});
}

TEST(Load, ASecretIsNeverRepeatedInAComplaint) {
    const auto found = complaints(carriers + "    password: hunter2hunter2\n" + rest);
    EXPECT_EQ(found,
              Lines{"p.yaml:5:15: carriers[0].password: the secret is 14 octets long: expected up "
                    "to 8 octets, or more with dialect.long_password: true"});
}

TEST(Load, SecretsMayBeKeptInFilesBesideTheConfiguration) {
    const Folder folder;
    folder.write("acme.password", "from-fil\nsecond line\n");
    folder.write("keys", "first-key\r\n\nsecond-key\n");
    const std::string path =
        folder.write("p.yaml", carriers + "    password_file: acme.password\n" +
                                   "brands: [{ id: demo, senders: [DEMO] }]\n"
                                   "accounts: [{ id: shop, brand: demo, api_keys_file: keys }]\n");

    const Loaded loaded = load(path);
    for (const Complaint& complaint : loaded.complaints)
        ADD_FAILURE() << to_text(complaint);
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->carriers[0].password, "from-fil");
    EXPECT_EQ(loaded.config->accounts[0].api_keys,
              (std::vector<std::string>{"first-key", "second-key"}));
}

TEST(Load, ASecretFileThatIsMissingEmptyOrGivenTwiceIsRefused) {
    const Folder folder;
    folder.write("empty", "");
    folder.write("good", "pw\n");
    const auto only = [&](const std::string& lines) {
        const Loaded loaded = load(folder.write("p.yaml", carriers + lines + rest));
        return loaded.complaints.size() == 1 ? loaded.complaints[0].text : "not one complaint";
    };
    EXPECT_EQ(only("    password_file: none\n"),
              "cannot read a secret from '" + folder.path() +
                  "/none': expected a readable file of 1 … 65535 octets");
    EXPECT_TRUE(only("    password_file: empty\n").starts_with("cannot read a secret"));
    EXPECT_TRUE(only("    password_file: /dev/zero\n").starts_with("cannot read a secret"));
    EXPECT_EQ(only("    password: x\n    password_file: good\n"),
              "stands beside password: give only one");
}

TEST(Load, LimitsOfSendersBrandsAndDaysAreRead) {
    const Config config = good(carriers + R"(    limits:
      - { name: campaign, senders: ["+1 (555) 000-1000"], rate: 75/m, burst: 5 }
      - { name: daily, brand: demo, per_day: 2000, time_zone: America/Los_Angeles }
      - { name: each, each_sender: true, rate: 1/s }
)" + rest);
    const std::vector<Limit> expected{
        {.name = "campaign", .senders = {"+15550001000"}, .rate = 1.25, .burst = 5},
        {.name = "daily", .brand = "demo", .per_day = 2000, .time_zone = "America/Los_Angeles"},
        {.name = "each", .each_sender = true, .rate = 1}};
    EXPECT_EQ(config.carriers.at(0).limits, expected);
}

TEST(Load, ALimitOfNobodyOrNothingIsRefusedWithItsPlace) {
    EXPECT_EQ(
        complaints(carriers + R"(    limits:
      - { name: one, senders: ["+15550001001"], rate: 1/s }
      - { name: one, brand: dema, rate: 1/s }
      - { name: two }
      - { name: three, per_day: 5, time_zone: PST }
)" + rest),
        (Lines{
            "p.yaml:6:32: carriers[0].limits[0].senders[0]: no brand has a sender "
            "'+15550001001'; did you mean '+15550001000'?",
            "p.yaml:7:17: carriers[0].limits[1].name: 'one' stands already at "
            "carriers[0].limits[0].name",
            "p.yaml:7:29: carriers[0].limits[1].brand: there is no brand 'dema'; did you mean "
            "'demo'?",
            "p.yaml:8:9: carriers[0].limits[2]: limits nothing: expected a rate or per_day",
            "p.yaml:9:47: carriers[0].limits[3].time_zone: 'PST' does not fit: expected UTC, "
            "or a place of the IANA time zone database such as America/Los_Angeles",
        }));
}

TEST(Load, HalfWrittenYamlIsRefusedWithItsPlace) {
    const auto found = complaints("node: { id: a1\ncarriers:\n  - id: acme\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].starts_with("p.yaml:2:")) << found[0];
    EXPECT_NE(found[0].find("is not YAML"), std::string::npos) << found[0];
}

TEST(Load, AnEmptyFileASecondDocumentAndAMissingFileAreRefused) {
    EXPECT_EQ(complaints(""), Lines{"p.yaml: is empty: expected settings"});
    EXPECT_EQ(complaints("# nothing yet\n"), Lines{"p.yaml: is empty: expected settings"});
    EXPECT_EQ(complaints("node: {}\n---\nnode: {}\n"),
              Lines{"p.yaml:3:1: a second YAML document: expected one"});
    EXPECT_EQ(to_text(load("/nowhere/p.yaml").complaints.at(0)),
              "/nowhere/p.yaml: cannot be read: expected a readable file");
    EXPECT_EQ(to_text(load("/tmp").complaints.at(0)),
              "/tmp: cannot be read: expected a readable file");
}

TEST(Load, AnyPrefixOfAGoodFileIsReadOrRefusedButNeverBreaksTheLoader) {
    const std::string whole = carriers + "    password: ${PW:-x}\n    throughput: 500/s\n" + rest;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const Loaded loaded = read(whole.substr(0, length));
        EXPECT_NE(loaded.config.has_value(), !loaded.complaints.empty()) << length;
    }
}

TEST(Load, NumbersTooLargeForTheMachineAreOutOfReachNotWrappedAround) {
    const auto found = complaints(
        "node: { memory_budget: 99999999999TiB, retention: 99999999999999d }\n"
        "http: { connections_max: 99999999999999999999 }\n" +
        carriers + rest);
    EXPECT_EQ(found.size(), 3U);
}

}  // namespace
}  // namespace parley::config
