#include "protocol/http/response_head.h"

#include "protocol/http/rest_json.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(ResponseHead, IsWrittenWithEveryPart) {
    std::string out;
    append_head(out, {.status = 429,
                      .content_type = "application/problem+json",
                      .extra = "Retry-After: 1\r\n",
                      .date = "Sun, 06 Nov 1994 08:49:37 GMT",
                      .content_length = 7,
                      .close = true});
    EXPECT_EQ(out,
              "HTTP/1.1 429 Too Many Requests\r\n"
              "Content-Type: application/problem+json\r\n"
              "Content-Length: 7\r\n"
              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Retry-After: 1\r\n"
              "Connection: close\r\n\r\n");
}

TEST(ResponseHead, WithoutABodyHasNoLength) {
    std::string out;
    append_head(out, {.status = 204});
    EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(Shortened, CutsBetweenCharacters) {
    EXPECT_EQ(shortened("short"), "short");
    const auto cut = shortened(std::string(39, 'x') + "üüü");
    EXPECT_EQ(cut, std::string(39, 'x') + "…");
}

}  // namespace
}  // namespace parley::http
