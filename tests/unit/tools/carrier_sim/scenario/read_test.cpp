// Scenario files: what is read, and every way to be refused, with file, line and column.

#include "tools/carrier_sim/scenario/read.h"

#include "tools/carrier_sim/scenario/ready.h"

#include <gtest/gtest.h>

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> complaints_of(const std::string& text) {
    const LoadedScenario loaded = read_scenario(text, "s.yaml");
    EXPECT_EQ(loaded.scenario.has_value(), loaded.complaints.empty());
    std::vector<std::string> texts;
    for (const config::Complaint& complaint : loaded.complaints)
        texts.push_back(config::to_text(complaint));
    return texts;
}

std::string only_complaint_of(const std::string& text) {
    const auto texts = complaints_of(text);
    EXPECT_EQ(texts.size(), 1u) << text;
    return texts.empty() ? "" : texts.front();
}

Scenario scenario_of(const std::string& text) {
    const LoadedScenario loaded = read_scenario(text, "dir/s.yaml");
    for (const config::Complaint& complaint : loaded.complaints)
        ADD_FAILURE() << config::to_text(complaint);
    return loaded.scenario.value_or(Scenario());
}

TEST(ScenarioFile, SaysCarriersAndWhatHappens) {
    const Scenario scenario = scenario_of(R"(
about: two carriers
seed: 7
length: 5m
at_end: repeat
carriers:
  - id: acme
    listen: [127.0.0.1:2775, 127.0.0.1:2776]
    interface_version: 5.0
    accounts:
      - { system_id: shop, password: 1234, binds: [transmitter, receiver], throughput: 600/m }
    response_delay: 20ms~150ms
    receipt_states: { DELIVRD: 95%, UNDELIV/069: 5% }
    throttle_above: 500/s
    refusals: [{ number: +1999*, status: 0x0401, chance: 50% }]
    handsets:
      - { answers: [Yes, "No"], delay: 1s..5s, chance: 0.3, stop_after: 4 }
  - { id: beta, listen: 127.0.0.1:2785, keep_books: true, congestion_state: 70 }
timeline:
  - { at: 30s, do: throttle to 50/s for 20s }
  - { at: 1m, every: 10s, times: 3, on: acme, do: [cut connections, unbind] }
  - { at: 2m, for: 20s, on: [beta], set: { response_delay: 2s, window_max: 10 } }
)");
    EXPECT_EQ(scenario.name, "s");
    EXPECT_EQ(scenario.seed, 7u);
    EXPECT_EQ(scenario.length, 5min);
    EXPECT_EQ(scenario.at_end, AtEnd::repeat);
    ASSERT_EQ(scenario.carriers.size(), 2u);
    const CarrierSpec& acme = scenario.carriers[0];
    EXPECT_EQ(acme.listen.size(), 2u);
    EXPECT_EQ(acme.behaviour.interface_version, 0x50);
    ASSERT_EQ(acme.behaviour.accounts.size(), 1u);
    EXPECT_EQ(acme.behaviour.accounts[0].password, "1234");
    EXPECT_EQ(acme.behaviour.accounts[0].throughput, 10u);
    EXPECT_EQ(acme.behaviour.accounts[0].binds.size(), 2u);
    EXPECT_TRUE(acme.behaviour.response_delay.log_normal);
    EXPECT_EQ(acme.behaviour.response_delay.max, 150ms);
    ASSERT_EQ(acme.behaviour.receipt_states.size(), 2u);
    EXPECT_EQ(acme.behaviour.receipt_states[1].error, "069");
    EXPECT_EQ(acme.behaviour.throttle_above, 500u);
    EXPECT_EQ(acme.behaviour.refusals.at(0).status, static_cast<smpp::Status>(0x401));
    EXPECT_EQ(acme.behaviour.handsets.at(0).stop_after, 4u);
    EXPECT_EQ(scenario.carriers[1].behaviour.congestion_state, 70);
    ASSERT_EQ(scenario.timeline.size(), 3u);
    EXPECT_EQ(scenario.timeline[0].orders.at(0).lasts, 20s);
    EXPECT_EQ(scenario.timeline[1].orders.size(), 2u);
    EXPECT_EQ(scenario.timeline[1].times, 3u);
    EXPECT_EQ(scenario.timeline[2].orders.at(1).words, "set window_max to 10 for 20s");
    EXPECT_EQ(scenario.timeline[2].orders.at(1).lasts, 20s);
}

TEST(ScenarioFile, WithoutCarriersThereIsAKindOne) {
    const Scenario scenario = scenario_of("about: nothing much\n");
    ASSERT_EQ(scenario.carriers.size(), 1u);
    EXPECT_EQ(scenario.carriers[0].id, "carrier");
}

TEST(ScenarioFile, AnUnknownKeyIsRefusedWithTheNearestOne) {
    EXPECT_EQ(only_complaint_of("carriers:\n  - id: a\n    respone_delay: 2s\n"),
              "s.yaml:3:5: carriers[0].respone_delay: there is no such setting; did you mean "
              "'response_delay'?");
    EXPECT_EQ(only_complaint_of("timelin: []\n"),
              "s.yaml:1:1: timelin: there is no such setting; did you mean 'timeline'?");
    EXPECT_EQ(only_complaint_of("carriers:\n  - handsets: [{ anser: hi }]\n"),
              "s.yaml:2:18: carriers[0].handsets[0].anser: there is no such setting; did you mean "
              "'answer'?");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, frequency: 2, do: unbind }\n"),
              "s.yaml:2:15: timeline[0].frequency: there is no such setting");
}

TEST(ScenarioFile, AWrongUnitIsRefusedWithWhatWasExpected) {
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - response_delay: 20 minutes\n"),
        "s.yaml:2:21: carriers[0].response_delay: '20 minutes' given, expected a delay such as "
        "20ms, 10ms..50ms or 80ms~2s");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - response_delay: 50ms..10ms\n"),
        "s.yaml:2:21: carriers[0].response_delay: '50ms..10ms' given, expected a delay such as "
        "20ms, 10ms..50ms or 80ms~2s");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - throttle_above: 50/d\n"),
        "s.yaml:2:21: carriers[0].throttle_above: '50/d' given, expected a rate such as 50/s or "
        "3000/m");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - response_lost_chance: 150%\n"),
        "s.yaml:2:27: carriers[0].response_lost_chance: '150%' given, expected a chance such as "
        "0.05 or 5%");
    EXPECT_EQ(only_complaint_of("length: 5\n"),
              "s.yaml:1:9: length: '5' given, expected a time such as 20ms, 2s, 500us, 1m or 24h");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - receipt_data_coding: 300\n"),
        "s.yaml:2:26: carriers[0].receipt_data_coding: '300' given, expected a whole number of 0 "
        "to 255");
    EXPECT_EQ(only_complaint_of("carriers:\n  - interface_version: 3.9\n"),
              "s.yaml:2:24: carriers[0].interface_version: '3.9' given, expected 3.3, 3.4, 5.0, an "
              "octet such as 0x51, or none");
    EXPECT_EQ(only_complaint_of("carriers:\n  - keep_books: yes\n"),
              "s.yaml:2:17: carriers[0].keep_books: 'yes' given, expected true or false");
    EXPECT_EQ(only_complaint_of("carriers:\n  - receipt_states: DELIVRD:a\n"),
              "s.yaml:2:21: carriers[0].receipt_states: 'DELIVRD:a' given, expected shares such as "
              "DELIVRD:95,UNDELIV:5 or a map { DELIVRD: 95, UNDELIV: 5 }");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - receipt_states: { DELIVRED: 95 }\n"),
        "s.yaml:2:33: carriers[0].receipt_states.DELIVRED: '95' given, expected shares such as "
        "DELIVRD:95,UNDELIV:5 or a map { DELIVRD: 95, UNDELIV: 5 }");
}

TEST(ScenarioFile, AWrongWordIsRefusedWithTheNearestOne) {
    EXPECT_EQ(only_complaint_of("carriers:\n  - id_in_response: hexa\n"),
              "s.yaml:2:21: carriers[0].id_in_response: 'hexa' given, expected decimal, hex, uuid, "
              "hex_lower or padded; did you mean 'hex'?");
    EXPECT_EQ(
        only_complaint_of("carriers:\n  - window_status: ESME_THROTTLED\n"),
        "s.yaml:2:20: carriers[0].window_status: 'ESME_THROTTLED' given, expected a status such "
        "as ESME_RTHROTTLED, 88 or 0x0401; did you mean 'ESME_RTHROTTLED'?");
}

TEST(ScenarioFile, AWrongShapeIsRefused) {
    EXPECT_EQ(only_complaint_of("carriers: acme\n"),
              "s.yaml:1:11: carriers: 'acme' given, expected a list of maps");
    EXPECT_EQ(only_complaint_of("carriers: [acme]\n"),
              "s.yaml:1:12: carriers[0]: 'acme' given, expected a map");
    EXPECT_EQ(only_complaint_of("carriers:\n  - handsets: { answer: hi }\n"),
              "s.yaml:2:15: carriers[0].handsets: a map given, expected a list of maps");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, set: unbind }\n"),
              "s.yaml:2:20: timeline[0].set: 'unbind' given, expected a map of settings");
}

TEST(ScenarioFile, AStepSaysWhenAndWhatOnce) {
    EXPECT_EQ(only_complaint_of("timeline:\n  - { do: unbind }\n"),
              "s.yaml:2:5: timeline[0].at: is missing");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s }\n"),
              "s.yaml:2:5: timeline[0]: expected either 'do' or 'set'");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, do: unbind, set: { window_max: 3 } }\n"),
              "s.yaml:2:5: timeline[0]: expected either 'do' or 'set'");
    EXPECT_EQ(
        only_complaint_of("timeline:\n  - { at: 1s, for: 2s, do: freeze }\n"),
        "s.yaml:2:20: timeline[0].for: belongs to 'set'; in a sentence it is said at the end");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, set: { window: 3 } }\n"),
              "s.yaml:2:22: timeline[0].set.window: there is no such setting");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, set: { accounts: [] } }\n"),
              "s.yaml:2:22: timeline[0].set.accounts: accounts are fixed at the start");
}

TEST(ScenarioFile, AnImpossibleTimelineIsRefused) {
    EXPECT_EQ(
        only_complaint_of("timeline:\n  - { at: 30s, do: unbind }\n  - { at: 10s, do: unbind }\n"),
        "s.yaml:3:11: timeline[1].at: 10s comes before the step above it (30s)");
    EXPECT_EQ(only_complaint_of("length: 1m\ntimeline:\n  - { at: 90s, do: unbind }\n"),
              "s.yaml:3:11: timeline[0].at: 1m30s never comes: the scenario ends at 1m");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, times: 3, do: unbind }\n"),
              "s.yaml:2:22: timeline[0].times: means nothing without 'every'");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 1s, every: 5s, do: freeze for 10s }\n"),
              "s.yaml:2:30: timeline[0]: 'freeze for 10s' lasts 10s and comes again every 5s")
        << "the complaint points at the sentence";
    EXPECT_EQ(
        only_complaint_of("at_end: exit\ntimeline:\n  - { at: 1s, every: 5s, do: unbind }\n"),
        "s.yaml:3:22: timeline[0].every: without an end: expected 'times', or a 'length' of the "
        "scenario");
    EXPECT_EQ(
        only_complaint_of("timeline:\n"
                          "  - { at: 30s, do: throttle to 50/s for 20s }\n"
                          "  - { at: 40s, set: { throttle_above: 10/s } }\n"),
        "s.yaml:3:23: timeline[1]: 'set throttle_above to 10/s' comes at 40s, while 'throttle "
        "to 50/s for 20s' (line 2) holds throttle_above until 50s");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 5s, do: resume }\n"),
              "s.yaml:2:19: timeline[0]: 'resume' has nothing to end at 5s");
    EXPECT_EQ(only_complaint_of("timeline:\n  - { at: 5s, do: listen again }\n"),
              "s.yaml:2:19: timeline[0]: 'listen again' has nothing to end at 5s");
}

TEST(ScenarioFile, StepsThatOnlyTouchAreNoContradiction) {
    EXPECT_TRUE(complaints_of("timeline:\n"
                              "  - { at: 30s, do: throttle to 50/s for 20s }\n"
                              "  - { at: 50s, do: throttle to 10/s for 20s }\n"
                              "  - { at: 55s, do: refuse binds with ESME_RALYBND for 20s }\n")
                    .empty());
    EXPECT_TRUE(complaints_of("carriers: [{ id: a }, { id: b, listen: 127.0.0.1:1 }]\n"
                              "timeline:\n"
                              "  - { at: 30s, on: a, do: freeze for 20s }\n"
                              "  - { at: 40s, on: b, do: freeze for 20s }\n")
                    .empty());
}

TEST(ScenarioFile, CarriersAreToldApart) {
    EXPECT_EQ(only_complaint_of("carriers: [{ id: a }, { id: a, listen: 127.0.0.1:1 }]\n"),
              "s.yaml:1:29: carriers[1].id: 'a' is another carrier's as well");
    EXPECT_EQ(
        only_complaint_of("carriers: [{ id: a b }]\n"),
        "s.yaml:1:18: carriers[0].id: 'a b' given, expected letters, digits, '.', '-' or '_'");
    EXPECT_EQ(only_complaint_of("carriers: [{ id: a }, { id: b }]\n"),
              "s.yaml:1:29: carriers[1]: listens nowhere: expected listen or tls_listen");
    EXPECT_EQ(only_complaint_of("carriers: [{ listen: 127.0.0.1 }]\n"),
              "s.yaml:1:22: carriers[0].listen: '127.0.0.1' given, expected host:port");
    EXPECT_EQ(only_complaint_of("carriers: [{ listen: h:1 }, { id: b, listen: h:1 }]\n"),
              "s.yaml:1:46: carriers[1].listen: h:1 is carrier's already");
    EXPECT_EQ(only_complaint_of("carriers: [{ tls_listen: h:1, key: k.pem }]\n"),
              "s.yaml:1:36: carriers[0]: expected certificate and key, or neither");
    EXPECT_EQ(only_complaint_of("carriers: [{ id: acme }]\n"
                                "timeline: [{ at: 1s, on: acne, do: unbind }]\n"),
              "s.yaml:2:26: timeline[0].on: there is no carrier 'acne'; did you mean 'acme'?");
}

TEST(ScenarioFile, EverythingWrongIsSaidAtOnceInOrderOfTheFile) {
    const auto texts = complaints_of(
        "sed: 3\ncarriers:\n  - response_delay: x\n    windows_max: 3\ntimeline:\n"
        "  - { at: soon, do: dance }\n");
    ASSERT_EQ(texts.size(), 5u);
    EXPECT_TRUE(texts[0].starts_with("s.yaml:1:1: sed:"));
    EXPECT_TRUE(texts[1].starts_with("s.yaml:3:21: "));
    EXPECT_TRUE(texts[2].starts_with("s.yaml:4:5: "));
    EXPECT_TRUE(texts[3].starts_with("s.yaml:6:11: "));
    EXPECT_TRUE(texts[4].starts_with("s.yaml:6:21: "));
}

TEST(ScenarioFile, ANameThatIsNotReadyIsRefusedWithTheNearest) {
    const LoadedScenario loaded = load_scenario("bad-dya");
    ASSERT_EQ(loaded.complaints.size(), 1u);
    EXPECT_EQ(config::to_text(loaded.complaints[0]),
              "bad-dya: there is no ready scenario of this name: expected one of bad-day, "
              "black-friday, calm, flaky-link, hex-ids, late-receipts, throttled, or the path of a "
              "file; did you mean 'bad-day'?");
    EXPECT_EQ(config::to_text(load_scenario("/nowhere/x.yaml").complaints.at(0)),
              "/nowhere/x.yaml: cannot be read: expected a readable file");
}

TEST(ReadyScenarios, AllReadAndAllSayWhatTheyShow) {
    std::vector<std::string> names;
    for (const ReadyScenario& ready : ready_scenarios()) {
        names.emplace_back(ready.name);
        const LoadedScenario loaded = load_scenario(std::string(ready.name));
        for (const config::Complaint& complaint : loaded.complaints)
            ADD_FAILURE() << config::to_text(complaint);
        ASSERT_TRUE(loaded.scenario) << ready.name;
        EXPECT_FALSE(loaded.scenario->about.empty()) << ready.name;
        EXPECT_TRUE(loaded.scenario->carriers.at(0).behaviour.keep_books) << ready.name;
        EXPECT_NE(ready.text.find("How an engine should look:"), std::string_view::npos)
            << ready.name;
    }
    EXPECT_EQ(names, (std::vector<std::string>{"bad-day", "black-friday", "calm", "flaky-link",
                                               "hex-ids", "late-receipts", "throttled"}));
}

}  // namespace
}  // namespace parley::carrier_sim
