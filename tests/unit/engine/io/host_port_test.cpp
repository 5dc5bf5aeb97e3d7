#include "engine/io/host_port.h"

#include <gtest/gtest.h>

namespace parley::io {
namespace {

TEST(HostPort, NamesAndAddressesAreTakenApartAndBracketsFall) {
    const auto check = [](std::string_view text, const char* host, const char* port) {
        const auto found = split_host_port(text);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(found->host, host);
        EXPECT_EQ(found->port, port);
    };
    check("smsc.example:2775", "smsc.example", "2775");
    check("127.0.0.1:0", "127.0.0.1", "0");
    check("[2001:db8::1]:2775", "2001:db8::1", "2775");
}

TEST(HostPort, WithoutAPortItIsNone) {
    EXPECT_FALSE(split_host_port("smsc.example"));
    EXPECT_FALSE(split_host_port("smsc.example:"));
    EXPECT_FALSE(split_host_port(""));
}

}  // namespace
}  // namespace parley::io
