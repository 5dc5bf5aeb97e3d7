// What a captured link keeps.

#include "engine/session/pdu_ring.h"

#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"

#include <gtest/gtest.h>

namespace parley::session {
namespace {

std::string enquire(std::uint32_t sequence) {
    std::string octets;
    smpp::encode(octets, smpp::EnquireLink{}, sequence);
    return octets;
}

TEST(PduRing, KeepsBothDirectionsOctetForOctet) {
    PduRing ring(10'000);
    const std::string sent = enquire(1);
    std::string answer;
    smpp::SubmitSmResp pdu;
    pdu.message_id = "4711";
    smpp::encode(answer, pdu, 0xFEDCBA98, smpp::Status::ESME_RTHROTTLED);
    ring.sent(Instant{}, 3, sent);
    smpp::Framer framer;
    framer.feed(answer);
    ring.received(Instant{} + std::chrono::seconds(1), 3, *framer.next());
    ASSERT_EQ(ring.kept().size(), 2u);
    EXPECT_EQ(ring.kept()[0].octets, sent);
    EXPECT_TRUE(ring.kept()[0].sent);
    EXPECT_EQ(ring.kept()[1].octets, answer);
    EXPECT_FALSE(ring.kept()[1].sent);
    EXPECT_EQ(ring.kept()[1].session, 3u);
}

TEST(PduRing, TheOldestGiveWayAndTheNewestStays) {
    PduRing ring(1'000);
    for (std::uint32_t n = 1; n <= 100; ++n)
        ring.sent(Instant{}, 1, enquire(n));
    EXPECT_LT(ring.kept().size(), 20u);
    EXPECT_EQ(ring.kept().back().octets, enquire(100));
    EXPECT_EQ(ring.kept().front().octets,
              enquire(101 - static_cast<std::uint32_t>(ring.kept().size())));
    ring.sent(Instant{}, 1, std::string(5'000, 'x'));
    EXPECT_EQ(ring.kept().size(), 1u);
}

}  // namespace
}  // namespace parley::session
