#include "tools/loadgen/response_reader.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

constexpr std::string_view accepted =
    "HTTP/1.1 202 Accepted\r\nServer: x\r\nContent-Length: 4\r\n\r\nbody";

TEST(ResponseReader, ReadsStatusAndBodyAndTakesThemOff) {
    ResponseReader reader;
    std::string twice = std::string(accepted) + std::string(accepted) + "HTTP";
    std::string_view bytes = twice;
    for (int i = 0; i < 2; ++i) {
        Response response;
        ASSERT_EQ(reader.take(bytes, response), Reading::whole);
        EXPECT_EQ(response.status, 202);
        EXPECT_EQ(response.body, "body");
        EXPECT_FALSE(response.close);
    }
    Response response;
    EXPECT_EQ(reader.take(bytes, response), Reading::more);
    EXPECT_EQ(bytes, "HTTP");
}

TEST(ResponseReader, EveryCutAsksForMoreAndTakesNothing) {
    for (std::size_t size = 0; size < accepted.size(); ++size) {
        ResponseReader reader;
        Response response;
        auto bytes = accepted.substr(0, size);
        EXPECT_EQ(reader.take(bytes, response), Reading::more) << size << " octets";
        EXPECT_EQ(bytes.size(), size);
    }
}

TEST(ResponseReader, FieldNamesHaveNoCaseAndValuesMayHaveRoom) {
    ResponseReader reader;
    Response response;
    std::string_view bytes =
        "HTTP/1.1 429 Too Many Requests\r\ncONTENT-length:  0 \r\nretry-AFTER:\t17\r\n"
        "Connection: Close\r\n\r\n";
    ASSERT_EQ(reader.take(bytes, response), Reading::whole);
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.retry_after_s, 17u);
    EXPECT_TRUE(response.close);
}

TEST(ResponseReader, RetryAfterDoesNotOutliveItsAnswer) {
    ResponseReader reader;
    Response response;
    std::string both = "HTTP/1.1 503 No\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n";
    both += accepted;
    std::string_view bytes = both;
    reader.take(bytes, response);
    ASSERT_EQ(reader.take(bytes, response), Reading::whole);
    EXPECT_EQ(response.retry_after_s, 0u);
}

TEST(ResponseReader, AnAnswerWithoutContentHasNoLengthToSay) {
    ResponseReader reader;
    Response response;
    std::string_view bytes = "HTTP/1.1 204 No Content\r\n\r\n";
    ASSERT_EQ(reader.take(bytes, response), Reading::whole);
    EXPECT_TRUE(response.body.empty());
}

TEST(ResponseReader, AVersionOneZeroServerCloses) {
    ResponseReader reader;
    Response response;
    std::string_view bytes = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n";
    ASSERT_EQ(reader.take(bytes, response), Reading::whole);
    EXPECT_TRUE(response.close);
}

std::string complaint_about(std::string_view bytes) {
    ResponseReader reader;
    Response response;
    return reader.take(bytes, response) == Reading::garbage ? reader.complaint() : "";
}

TEST(ResponseReader, AnotherProtocolIsNamedAtItsFirstOctets) {
    EXPECT_EQ(complaint_about("SSH-2.0-x\r\n"),
              "the answer does not start with HTTP/1.: \"SSH-2.0-x..\"");
    EXPECT_NE(complaint_about(std::string_view("\0\0\0\x10", 4)), "");
}

TEST(ResponseReader, ABodyWithoutAKnownLengthIsRefused) {
    EXPECT_NE(complaint_about("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              "");
    EXPECT_NE(complaint_about("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), "");
}

TEST(ResponseReader, AStatusThatIsNoNumberIsRefused) {
    EXPECT_NE(complaint_about("HTTP/1.1 OK fine\r\nContent-Length: 0\r\n\r\n"), "");
    EXPECT_NE(complaint_about("HTTP/1.1\r\n\r\n"), "");
}

TEST(ResponseReader, AHeadThatNeverEndsIsRefused) {
    EXPECT_EQ(complaint_about("HTTP/1.1 200 OK\r\nX: y"), "");
    EXPECT_NE(complaint_about("HTTP/1.1 200 OK\r\nX: " + std::string(response_head_max, 'y')), "");
}

}  // namespace
}  // namespace parley::loadgen
