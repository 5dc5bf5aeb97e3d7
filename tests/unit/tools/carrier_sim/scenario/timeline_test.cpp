// A timeline in virtual time: what is done when, and what is undone.

#include "tools/carrier_sim/scenario/timeline.h"

#include "tests/support/raw_esme.h"
#include "tools/carrier_sim/scenario/read.h"
#include "tools/carrier_sim/scenario/settings_text.h"

#include <gtest/gtest.h>

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;

/// Carriers "a" and "b", and what a scenario does to them.
class TimelineTest : public ::testing::Test {
protected:
    void run(const std::string& text) {
        LoadedScenario loaded = read_scenario(
            "carriers: [{ id: a }, { id: b, listen: 127.0.0.1:1 }]\n" + text, "s.yaml");
        for (const config::Complaint& complaint : loaded.complaints)
            FAIL() << config::to_text(complaint);
        timeline.emplace(std::move(*loaded.scenario),
                         std::vector<Stage>{{"a", &a, &bursts_a}, {"b", &b, &bursts_b}}, now.at);
        timeline->run(now);
    }
    void pass(Duration time) {
        const Instant until = now.at + time;
        for (auto next = timeline->next_deadline(); next && *next <= until;
             next = timeline->next_deadline()) {
            now.at = std::max(now.at, *next);
            timeline->run(now);
        }
        now.at = until;
    }

    Now now{Instant(1h), 1'760'000'000'000};
    CarrierSim a{Settings{}, Dice(1)};
    CarrierSim b{Settings{}, Dice(2)};
    MoBursts bursts_a;
    MoBursts bursts_b;
    std::optional<Timeline> timeline;
};

TEST_F(TimelineTest, WhatLastsIsUndoneWhenItsTimeIsOver) {
    run("timeline:\n"
        "  - { at: 10s, do: throttle to 50/s for 20s }\n"
        "  - { at: 15s, for: 5s, on: b, set: { response_delay: 2s, window_max: 7 } }\n");
    pass(9s);
    EXPECT_EQ(a.settings().throttle_above, 0u);
    pass(7s);
    EXPECT_EQ(a.settings().throttle_above, 50u);
    EXPECT_EQ(b.settings().response_delay.min, 2s);
    EXPECT_EQ(b.settings().window_max, 7u);
    EXPECT_EQ(a.settings().window_max, 0u) << "the step was on b";
    pass(5s);
    EXPECT_EQ(b.settings().window_max, 0u);
    EXPECT_EQ(b.settings().throttle_above, 50u) << "only what the step had set is taken back";
    pass(9s);
    EXPECT_EQ(b.settings().throttle_above, 0u);
    EXPECT_TRUE(timeline->is_over());
    EXPECT_EQ(timeline->take_told().back(), "30s s: the timeline is over");
}

TEST_F(TimelineTest, WhatWasBeforeComesBackAndNotTheDefault) {
    Settings settings;
    settings.throttle_above = 300;
    a.change(settings);
    run("timeline: [{ at: 1s, on: a, do: throttle to 50/s for 1s }]\n");
    pass(1s);
    EXPECT_EQ(a.settings().throttle_above, 50u);
    pass(1s);
    EXPECT_EQ(a.settings().throttle_above, 300u);
}

TEST_F(TimelineTest, AStepRepeatsAsOftenAsItSays) {
    run("timeline: [{ at: 1s, every: 2s, times: 3, on: a, do: write hi from +1555 to +1666 }]\n");
    pass(4s);
    EXPECT_EQ(a.books().counts.mo_made, 2u);
    pass(1h);
    EXPECT_EQ(a.books().counts.mo_made, 3u);
    EXPECT_EQ(b.books().counts.mo_made, 0u);
}

TEST_F(TimelineTest, AnEndlessStepEndsWithTheScenario) {
    run("length: 10s\ntimeline: [{ at: 1s, every: 2s, do: write hi from +1555 to +1666 }]\n");
    pass(1h);
    EXPECT_EQ(a.books().counts.mo_made, 5u) << "at 1, 3, 5, 7 and 9 s";
}

TEST_F(TimelineTest, RepeatBeginsAgainAsTheFirstRoundDid) {
    run("length: 10s\nat_end: repeat\n"
        "timeline: [{ at: 8s, do: refuse binds with ESME_RALYBND for 5s }]\n");
    pass(9s);
    test::RawEsme refused(a, now);
    EXPECT_EQ(refused.bind(), smpp::Status::ESME_RALYBND);
    pass(2s);
    test::RawEsme accepted(a, now);
    EXPECT_EQ(accepted.bind(), smpp::Status::ESME_ROK) << "it ended with the round";
    pass(8s);
    test::RawEsme again(a, now);
    EXPECT_EQ(again.bind(), smpp::Status::ESME_RALYBND);
    EXPECT_FALSE(timeline->is_over());
}

TEST_F(TimelineTest, EveryDeedReachesItsCarrier) {
    run("timeline:\n"
        "  - { at: 1s, do: refuse submits with ESME_RSYSERR }\n"
        "  - { at: 2s, do: freeze for 1s }\n"
        "  - { at: 4s, do: stop listening for 1s }\n"
        "  - { at: 6s, do: outbind to 127.0.0.1:9 }\n"
        "  - { at: 7s, do: burst of 5 messages at 5/s from +1555701 to +15550001000 }\n"
        "  - { at: 8s, do: send 10 octets of garbage }\n"
        "  - { at: 9s, do: send an unknown command }\n"
        "  - { at: 10s, do: leave connections half open }\n"
        "  - { at: 11s, do: cut connections }\n");
    test::RawEsme esme(a, now);
    esme.bind();
    pass(1s);
    esme.submit("15550002000", "hello");
    EXPECT_EQ(esme.hear().at(0).header.command_status, smpp::Status::ESME_RSYSERR);
    pass(1s);
    EXPECT_TRUE(a.frozen());
    pass(1s);
    EXPECT_FALSE(a.frozen());
    pass(1s);
    EXPECT_FALSE(a.listens());
    pass(1s);
    EXPECT_TRUE(a.listens());
    pass(1s);
    EXPECT_EQ(a.take_outbinds(), std::vector<std::string>{"127.0.0.1:9"});
    pass(1s);
    EXPECT_EQ(bursts_a.running().size(), 1u);
    pass(1s);
    EXPECT_EQ(a.books().counts.garbage_octets, 10u);
    pass(1s);
    EXPECT_EQ(a.output(esme.id()).size(), 26u);
    pass(1s);
    EXPECT_TRUE(a.output(esme.id()).empty());
    EXPECT_EQ(a.books().counts.sessions_ended, 1u);
    pass(1s);
    EXPECT_TRUE(a.wants_close(esme.id()));
}

TEST_F(TimelineTest, AnyoneMayGiveAnOrderInBetween) {
    run("length: 1m\n");
    Order order{.deed = RefuseBinds{smpp::Status::ESME_RALYBND}, .lasts = 10s, .words = "refuse"};
    timeline->give(now, order, {"b"});
    test::RawEsme on_a(a, now);
    test::RawEsme on_b(b, now);
    EXPECT_EQ(on_a.bind(), smpp::Status::ESME_ROK);
    EXPECT_EQ(on_b.bind(), smpp::Status::ESME_RALYBND);
    pass(10s);
    test::RawEsme later(b, now);
    EXPECT_EQ(later.bind(), smpp::Status::ESME_ROK);
}

TEST(SettingsText, OneSettingIsTakenOverAndNothingElse) {
    for (const std::string& name : setting_names()) {
        Settings from;
        from.system_id = "x";
        from.handsets = {{.answer = "hi"}};
        from.throttle_above = 9;
        from.interface_version = 0x50;
        Settings to;
        copy_setting(from, to, name);
        Settings expected;
        if (name == "system_id") expected.system_id = "x";
        if (name == "throttle_above") expected.throttle_above = 9;
        if (name == "interface_version") expected.interface_version = 0x50;
        EXPECT_EQ(to.system_id, expected.system_id) << name;
        EXPECT_EQ(to.throttle_above, expected.throttle_above) << name;
        EXPECT_EQ(to.interface_version, expected.interface_version) << name;
        EXPECT_EQ(to.handsets.size(), name == "handsets" ? 1u : 0u) << name;
    }
}

TEST(SettingsText, ABadFlagIsRefusedInOneSentence) {
    const auto refusal = [](std::string_view name, std::string_view value) -> std::string {
        Settings settings;
        try {
            set_from_text(settings, name, value);
        } catch (const SettingError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refusal("response_delay", "5"),
              "response_delay: '5' given, expected a delay such as 20ms, 10ms..50ms or 80ms~2s");
    EXPECT_TRUE(refusal("respnse_delay", "5ms")
                    .starts_with("'respnse_delay' is no setting; did you mean 'response_delay'?"));
    EXPECT_EQ(refusal("handsets", R"([{"answr":"hi"}])"),
              "handsets[0].answr: there is no such setting; did you mean 'answer'?");
    EXPECT_EQ(refusal("handsets", R"([{"answer":"hi","delay":"1s..2s"}])"), "");
}

}  // namespace
}  // namespace parley::carrier_sim
