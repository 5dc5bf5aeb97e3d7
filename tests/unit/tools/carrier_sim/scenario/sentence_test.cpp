// The sentences of a timeline: each is understood, and a wrong word is pointed at.

#include "tools/carrier_sim/scenario/sentence.h"

#include <gtest/gtest.h>

namespace parley::carrier_sim {
namespace {

using namespace std::chrono_literals;

struct Read {
    std::optional<Order> order;
    std::string complaint;  // "column: text"
};

Read read_one(const std::string& words) {
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = words;
    node.place = {1, 1};
    std::vector<config::Complaint> complaints;
    Read read;
    read.order = read_sentence(Reading("s", complaints), node);
    if (!complaints.empty())
        read.complaint = std::to_string(complaints[0].column) + ": " + complaints[0].text;
    return read;
}

template <class What>
What deed_of(const std::string& words, Duration lasts = Duration::zero()) {
    const Read read = read_one(words);
    EXPECT_EQ(read.complaint, "") << words;
    if (!read.order || !std::holds_alternative<What>(read.order->deed)) {
        ADD_FAILURE() << words << " is something else";
        return {};
    }
    EXPECT_EQ(read.order->lasts, lasts) << words;
    EXPECT_EQ(read.order->words, words);
    return std::get<What>(read.order->deed);
}

TEST(Sentences, AreUnderstood) {
    EXPECT_EQ(deed_of<SetOne>("throttle to 50/s for 20s", 20s).value.throttle_above, 50u);
    EXPECT_EQ(deed_of<SetOne>("stop throttling").value.throttle_above, 0u);
    EXPECT_EQ(deed_of<RefuseSubmits>("refuse submits with ESME_RMSGQFUL for 1m", 1min).status,
              smpp::Status::ESME_RMSGQFUL);
    EXPECT_FALSE(deed_of<RefuseSubmits>("accept submits").status);
    EXPECT_EQ(deed_of<RefuseBinds>("refuse binds with 0x0401").status,
              static_cast<smpp::Status>(0x401));
    EXPECT_FALSE(deed_of<RefuseBinds>("accept binds").status);
    const auto set = deed_of<SetOne>("set response_delay to 10ms..2s for 90s", 90s);
    EXPECT_EQ(set.name, "response_delay");
    EXPECT_EQ(set.value.response_delay.max, 2s);
    deed_of<CutConnections>("cut connections");
    deed_of<HalfOpen>("leave connections half open");
    deed_of<UnbindAll>("unbind");
    EXPECT_TRUE(deed_of<Freeze>("freeze for 500ms", 500ms).on);
    EXPECT_FALSE(deed_of<Freeze>("resume").on);
    EXPECT_FALSE(deed_of<Listen>("stop listening for 10s", 10s).on);
    EXPECT_TRUE(deed_of<Listen>("listen again").on);
    EXPECT_EQ(deed_of<Garbage>("send 64 octets of garbage").octets, 64u);
    deed_of<UnknownPdu>("send an unknown command");
    EXPECT_EQ(deed_of<Outbind>("outbind to 127.0.0.1:9000").address, "127.0.0.1:9000");
    const auto mo = deed_of<SendMo>("write \"Is it ready?\" from +15557000001 to 40400");
    EXPECT_EQ(mo.text, "Is it ready?");
    EXPECT_EQ(mo.from, "+15557000001");
    EXPECT_EQ(mo.to, "40400");
}

TEST(Sentences, ABurstHasWhatMayBeLeftOut) {
    const auto plain =
        deed_of<MoBurst>("burst of 500 messages at 50/s from +1555701 to +15550001000");
    EXPECT_EQ(plain.count, 500u);
    EXPECT_EQ(plain.rate, 50);
    EXPECT_EQ(plain.from_prefix, "+1555701");
    EXPECT_EQ(plain.to, std::vector<std::string>{"+15550001000"});
    const auto full = deed_of<MoBurst>(
        "burst of 500 messages at 50/s from +1555701 to +15550001000 saying \"Hello {n}\" with 5% "
        "stops");
    EXPECT_EQ(full.texts, std::vector<std::string>{"Hello {n}"});
    EXPECT_DOUBLE_EQ(full.stop_share, 0.05);
    const auto stops = deed_of<MoBurst>(
        "burst of 5 messages at 5/s from +1555701 to +15550001000 with 100% stops");
    EXPECT_DOUBLE_EQ(stops.stop_share, 1);
}

TEST(Sentences, EveryOneOfTheTableCanBeSaid) {
    for (const SentenceHelp& help : sentences()) {
        EXPECT_FALSE(help.help.empty());
        const Read read = read_one(std::string(help.form.substr(0, help.form.find(' '))));
        EXPECT_TRUE(read.order || !read.complaint.empty());
    }
}

TEST(Sentences, AWrongWordIsPointedAt) {
    EXPECT_EQ(read_one("throttle to fast").complaint,
              "13: 'fast' given, expected a rate such as 50/s or 3000/m");
    EXPECT_EQ(read_one("throttle at 50/s").complaint,
              "10: 'at' given, expected to as in 'throttle to RATE'");
    EXPECT_EQ(read_one("throttle to").complaint,
              "12: the end given, expected RATE as in 'throttle to RATE'");
    EXPECT_EQ(read_one("throttel to 50/s").complaint,
              "1: 'throttel to 50/s' is nothing that a carrier can do; did you mean 'throttle to "
              "RATE'?");
    EXPECT_EQ(read_one("dance").complaint, "1: 'dance' is nothing that a carrier can do");
    EXPECT_EQ(
        read_one("refuse submits with ESME_RTROTTLED").complaint,
        "21: 'ESME_RTROTTLED' given, expected a status such as ESME_RTHROTTLED, 88 or 0x0401; "
        "did you mean 'ESME_RTHROTTLED'?");
    EXPECT_EQ(read_one("set respons_delay to 2s").complaint,
              "5: 'respons_delay' is no setting; did you mean 'response_delay'?");
    EXPECT_EQ(read_one("set response_delay to 2").complaint,
              "23: '2' given, expected a delay such as 20ms, 10ms..50ms or 80ms~2s");
    EXPECT_EQ(read_one("set accounts to none").complaint, "5: accounts are fixed at the start");
    EXPECT_EQ(read_one("send 0 octets of garbage").complaint,
              "6: '0' given, expected a whole number of 1 to 65536");
    EXPECT_EQ(read_one("outbind to nowhere").complaint, "12: 'nowhere' given, expected host:port");
    EXPECT_EQ(read_one("write hi from Anna to +15550001000").complaint,
              "15: 'Anna' given, expected a number such as +15550001000");
    EXPECT_EQ(read_one("burst of 5 messages at 0/s from +1555 to +15550001000").complaint,
              "24: '0/s' given, expected a rate of 1/s or more");
    EXPECT_EQ(
        read_one("burst of 5 messages at 1/s from +1555 to +15550001000 with 500% stops").complaint,
        "60: '500%' given, expected a chance such as 0.05 or 5%");
}

TEST(Sentences, HowLongIsSaidAtTheEndAndOnlyOfWhatLasts) {
    EXPECT_EQ(read_one("cut connections for 20s").complaint,
              "17: 'cut connections' happens at once: 'for' means nothing");
    EXPECT_EQ(read_one("throttle to 50/s until 20s").complaint,
              "18: 'until' given, expected 'for TIME' or the end as in 'throttle to RATE'");
    EXPECT_EQ(read_one("unbind now").complaint, "8: 'now' given, expected the end as in 'unbind'");
    EXPECT_EQ(read_one("freeze for 20").complaint,
              "12: '20' given, expected a time such as 20ms, 2s, 500us, 1m or 24h, more than 0s");
    EXPECT_EQ(read_one("freeze for 0s").complaint,
              "12: '0s' given, expected a time such as 20ms, 2s, 500us, 1m or 24h, more than 0s");
}

}  // namespace
}  // namespace parley::carrier_sim
