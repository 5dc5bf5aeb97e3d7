#include "storage/ids.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

TEST(Ids, SortByTimeAndCarrySectionAndIndex) {
    const ItemId id = ItemId::of(7, 42);
    EXPECT_EQ(id.section(), 7u);
    EXPECT_EQ(id.index(), 42u);
    EXPECT_LT(ItemId::of(7, items_per_section_max - 1), ItemId::of(8, 0));
    EXPECT_FALSE(ItemId{});
    EXPECT_TRUE(ItemId::of(1, 0));
}

TEST(Ids, AMessageIdIsReadBackAsWritten) {
    EXPECT_EQ(to_text(ItemId::of(1, 0)), "msg_0000000000100000");
    for (const std::uint64_t value : {1ULL, 0x100000ULL, 0x0123456789ABCDEFULL, ~0ULL}) {
        EXPECT_EQ(parse_message_id(to_text(MessageId{value})), MessageId{value});
    }
}

TEST(Ids, AMessageIdHasOneSpelling) {
    for (const char* text : {"", "msg_", "msg_000000000010000", "msg_00000000001000000",
                             "MSG_0000000000100000", "msg_0000000000ABCDEF", "msg_000000000010000g",
                             "conv_000000000010000", " msg_00000000001000"}) {
        EXPECT_FALSE(parse_message_id(text)) << text;
    }
}

TEST(Ids, AConversationIsItsSenderAndItsContact) {
    const auto id = ConversationId::of("+15550001000", "+15550002000");
    EXPECT_EQ(id, ConversationId::of("+15550001000", "+15550002000"));
    EXPECT_NE(id, ConversationId::of("+15550002000", "+15550001000"));
    EXPECT_NE(ConversationId::of("ab", "c"), ConversationId::of("a", "bc"));
    EXPECT_EQ(parse_conversation_id(to_text(id)), id);
    EXPECT_EQ(to_text(id).size(), 37u);
    EXPECT_FALSE(parse_conversation_id(to_text(id).substr(1)));
    EXPECT_FALSE(parse_conversation_id("conv_" + std::string(32, 'G')));
}

TEST(Ids, TheHashOfAConversationOnDiskNeverChanges) {
    // Keys of the thread index: a different hash would hide every old conversation.
    EXPECT_EQ(to_text(ConversationId::of("+15550001000", "+15550002000")),
              "conv_814014af4007cd801f71e1d9b028a012");
}

TEST(Ids, ContactsSpreadOverShards) {
    std::set<std::uint32_t> shards;
    for (int i = 0; i < 100; ++i) {
        const auto shard = shard_of_contact("+1555000" + std::to_string(1000 + i), 4);
        ASSERT_LT(shard, 4u);
        shards.insert(shard);
    }
    EXPECT_EQ(shards.size(), 4u);
    EXPECT_EQ(shard_of_contact("+15550002000", 1), 0u);
}

}  // namespace
}  // namespace parley::storage
