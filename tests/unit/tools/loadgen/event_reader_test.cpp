#include "tools/loadgen/event_reader.h"

#include <vector>

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::string_view stream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: parley\n\n"
    "id: 1-5\nevent: message.sent\ndata: {\"type\":\"message.sent\",\"message_id\":\"msg_07\"}\n\n"
    ": still here\n\n"
    "id: 1-6\nevent: reset\ndata: {}\n\n"
    "event: message.delivered\ndata: {\"message_id\":\"msg_08\",\"text\":\"\\n\\n\"}\n\n";

std::vector<std::string> events(std::size_t at_once) {
    EventReader reader;
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size(); at += at_once) {
        reader.feed(stream.substr(at, at_once));
        EventReader::Event event;
        while (reader.status() == 200 && reader.next(event))
            found.push_back(std::string(event.name) + " " + std::string(event.message_id));
    }
    return found;
}

TEST(EventReader, ReadsNamesAndMessagesHoweverTheBytesCome) {
    const std::vector<std::string> told{"message.sent msg_07", "reset ",
                                        "message.delivered msg_08"};
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{7}, stream.size()})
        EXPECT_EQ(events(at_once), told) << at_once << " octets at once";
}

TEST(EventReader, SaysHowTheRequestWasAnswered) {
    EventReader refused;
    refused.feed("HTTP/1.1 401 Unauthorized\r\n");
    EXPECT_EQ(refused.status(), 0) << "not whole yet";
    refused.feed("Content-Length: 0\r\n\r\n");
    EXPECT_EQ(refused.status(), 401);
    EventReader garbage;
    garbage.feed("+OK pop3 ready\r\n");
    EXPECT_EQ(garbage.status(), -1);
    EventReader endless;
    endless.feed("HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x'));
    EXPECT_EQ(endless.status(), -1);
}

}  // namespace
}  // namespace parley::loadgen
