#include "engine/api/views.h"
#include "tests/support/api_bed.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

constexpr auto inbound = storage::Direction::inbound;
constexpr auto outbound = storage::Direction::outbound;

class InboxApi : public ::testing::Test, public parley::testing::ApiBed {
protected:
    const std::string ours = "+15550001000";
    const std::string anna = "+15557000001";
    const std::string thread_path = "/v1/conversations/" +
                                    storage::to_text(storage::ConversationId::of(ours, anna)) +
                                    "/messages";

    std::vector<std::string> texts() const {
        std::vector<std::string> list;
        const auto object = json();
        for (const auto& message : object.at("messages").as_array())
            list.emplace_back(message.at("text").as_string());
        return list;
    }
};

using Texts = std::vector<std::string>;

TEST_F(InboxApi, ListsConversationsNewestFirstAndPages) {
    backend.add_message(outbound, "shop", ours, anna, "to anna");
    backend.add_message(outbound, "shop", ours, "+15557000002", "to ben");
    backend.add_message(inbound, "shop", anna, ours, "from anna");
    backend.add_message(outbound, "partner", ours, "+15557000003", "not ours");
    EXPECT_EQ(get("/v1/conversations?limit=1").status, 200u);
    const auto first = json();
    ASSERT_EQ(first.at("conversations").as_array().size(), 1u);
    const auto& anna_first = first.at("conversations").at(0);
    EXPECT_EQ(anna_first.at("sender").as_string(), ours);
    EXPECT_EQ(anna_first.at("contact").as_string(), anna);
    EXPECT_EQ(anna_first.at("last_message").at("text").as_string(), "from anna");
    get("/v1/conversations?limit=1&cursor=" + text("next"));
    EXPECT_EQ(json().at("conversations").at(0).at("last_message").at("text").as_string(), "to ben");
}

TEST_F(InboxApi, AThreadIsReadPageByPageUntilItEnds) {
    for (const auto* words : {"one", "two", "three"})
        backend.add_message(inbound, "shop", anna, ours, words);
    get(thread_path + "?limit=2");
    EXPECT_EQ(texts(), (Texts{"three", "two"}));
    EXPECT_EQ(text("newest"), "msg_0000000000300000");
    get(thread_path + "?limit=2&cursor=" + text("next"));
    EXPECT_EQ(texts(), Texts{"one"});
    EXPECT_FALSE(json().contains("next"));
    EXPECT_EQ(get(thread_path + "?cursor=" + cursor_of(storage::ItemId::of(1, 0))).status, 200u);
    EXPECT_EQ(texts(), Texts{});
}

TEST_F(InboxApi, AThreadShowsTheContactsWordsButNotAnotherAccountsMessages) {
    backend.add_message(outbound, "partner", ours, anna, "from partner");
    backend.add_message(inbound, "partner", anna, ours, "from anna");
    EXPECT_EQ(get(thread_path).status, 200u);
    EXPECT_EQ(texts(), Texts{"from anna"});
    key = "loud-key";
    EXPECT_EQ(get(thread_path).status, 404u);
}

TEST_F(InboxApi, UnknownConversationsAreNotFound) {
    EXPECT_EQ(get(thread_path).status, 404u);
    EXPECT_EQ(get("/v1/conversations/nonsense/messages").status, 404u);
    EXPECT_EQ(post(thread_path, R"({"text":"hello"})").status, 404u);
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(InboxApi, BadQueriesAreNamed) {
    for (const auto* query : {"limit=0", "limit=201", "limit=-1", "limit=2x", "limit=", "cursor=!",
                              "cursor=0", "page=2", "limit=1&limit=2", "limit=%zz"}) {
        EXPECT_EQ(get("/v1/conversations?" + std::string(query)).status, 400u) << query;
        const auto object = json();
        const auto& error = object.at("errors").at(0);
        EXPECT_EQ(error.at("in").as_string(), "query");
        EXPECT_EQ(std::string(query).find(std::string(error.at("parameter").as_string())), 0u);
    }
}

TEST_F(InboxApi, AReplyGoesToTheContactFromTheThreadsSender) {
    backend.add_message(inbound, "shop", anna, ours, "hello?");
    post(thread_path, R"({"text":"hi","seen_up_to":"msg_0000000000100000","client_ref":"r",
                           "lookalikes":"replace"})");
    EXPECT_EQ(answer->status, 202u) << answer->body;
    ASSERT_EQ(backend.sent.size(), 1u);
    const auto& sent = backend.sent[0];
    EXPECT_EQ(sent.account, "shop");
    EXPECT_EQ(sent.from, ours);
    EXPECT_EQ(sent.to, anna);
    EXPECT_EQ(sent.text, "hi");
    EXPECT_EQ(sent.client_ref, "r");
    EXPECT_TRUE(sent.replace_lookalikes);
    EXPECT_EQ(sent.seen_up_to, storage::ItemId::of(1, 0));
}

TEST_F(InboxApi, AReplyToAThreadThatMovedOnIsRefusedWithTheNewest) {
    backend.add_message(inbound, "shop", anna, ours, "one");
    backend.add_message(inbound, "shop", anna, ours, "two");
    backend.outcomes.push_back({.problem = Problem::conversation_moved, .detail = "moved"});
    post(thread_path, R"({"text":"hi","seen_up_to":"msg_0000000000100000"})");
    EXPECT_EQ(answer->status, 409u);
    EXPECT_EQ(text("code"), "conversation_moved");
    EXPECT_EQ(text("newest"), "msg_0000000000200000");
}

TEST_F(InboxApi, ARefusedReplySaysWhy) {
    backend.add_message(inbound, "shop", anna, ours, "stop");
    backend.outcomes.push_back({.problem = Problem::suppressed, .detail = "opted out"});
    EXPECT_EQ(post(thread_path, R"({"text":"but wait"})").status, 403u);
    EXPECT_EQ(text("detail"), "opted out");
}

TEST_F(InboxApi, BadRepliesAreNamed) {
    backend.add_message(inbound, "shop", anna, ours, "hello?");
    for (const auto* body :
         {R"({})", R"([{"text":"x"}])", R"({"text":"x","seen_up_to":"7"})",
          R"({"text":"x","seen_up_to":7})", R"({"text":"x","to":"+1"})", R"("text")"})
        EXPECT_EQ(post(thread_path, body).status, 400u) << body;
    EXPECT_TRUE(backend.sent.empty());
}

TEST_F(InboxApi, AStreamBeginsWhereTheClientLeftOff) {
    last_event_id = "41";
    get("/v1/stream?last_event_id=7");
    EXPECT_EQ(answer->content_type, "text/event-stream");
    ASSERT_TRUE(answer->subscribe);
    EXPECT_TRUE(backend.subscriptions.empty()) << "only when the server can deliver";
    int delivered = 0;
    const auto handle = answer->subscribe([&](const StreamEvent&) { ++delivered; });
    EXPECT_EQ(backend.subscriptions, Texts{"shop from 41"}) << "the header is the newer word";
    backend.subscribers.at(0).second({.id = "42"});
    EXPECT_EQ(delivered, 1);
}

TEST_F(InboxApi, AReloadEndsTheStreamsWhoseKeyOpensThemNoMoreAndNoOthers) {
    struct Stream {
        std::shared_ptr<void> handle;
        int events = 0;
        bool over = false;
    };
    std::array<Stream, 4> streams;  // the last of them was left by its reader
    const std::array<std::string, 4> keys{"shop-key", "partner-key", "ops-key", "shop-key"};
    for (std::size_t n = 0; n < streams.size(); ++n) {
        key = keys[n];
        get("/v1/stream");
        streams[n].handle = answer->subscribe([&stream = streams[n]](const StreamEvent& event) {
            stream.over = stream.over || event.last;
            stream.events += event.last ? 0 : 1;
        });
    }
    key = "loud-key";
    get("/v1/stream");
    const Subscribe late = answer->subscribe;
    streams[3].handle.reset();
    config::Config config = parley::testing::two_brands();
    config.accounts[1].api_keys = {"another"};  // partner's
    std::swap(config.accounts[2].brand, config.accounts[3].brand);
    std::swap(config.accounts[2].api_keys, config.accounts[3].api_keys);
    set_accounts(config);
    EXPECT_FALSE(streams[0].over);
    EXPECT_TRUE(streams[1].over) << "the key is nobody's";
    EXPECT_TRUE(streams[2].over) << "the key is another account's";
    EXPECT_FALSE(streams[3].over) << "nobody is there";
    bool refused = false;
    EXPECT_EQ(late([&](const StreamEvent& event) { refused = event.last; }), nullptr);
    EXPECT_TRUE(refused);
    config.accounts.erase(config.accounts.begin());
    set_accounts(config);
    EXPECT_TRUE(streams[0].over) << "its account has gone";
    EXPECT_EQ(streams[0].events, 0);
}

TEST_F(InboxApi, AStreamNeedsAKeyToo) {
    key.clear();
    EXPECT_EQ(get("/v1/stream").status, 401u);
    EXPECT_FALSE(answer->subscribe);
}

TEST(AppendEvent, EveryLineOfDataIsAFieldOfItsOwn) {
    std::string out;
    append_event(out, {"7", "message.received", "{\"a\":\n1}"});
    EXPECT_EQ(out, "id: 7\nevent: message.received\ndata: {\"a\":\ndata: 1}\n\n");
}

TEST(Cursor, ComesBackAsItWas) {
    for (const std::uint64_t value : {std::uint64_t{1}, std::uint64_t{1} << 20U, ~std::uint64_t{0}})
        EXPECT_EQ(parse_cursor(cursor_of({value})), storage::MessageId{value});
    EXPECT_FALSE(parse_cursor(""));
    EXPECT_FALSE(parse_cursor("-1"));
    EXPECT_FALSE(parse_cursor("zzzzzzzzzzzzzzzzzzzzzz"));
}

}  // namespace
}  // namespace parley::api
