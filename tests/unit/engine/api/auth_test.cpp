#include "engine/api/auth.h"

#include "tests/support/api_bed.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace parley::api {
namespace {

using parley::testing::stand_in_digest;
using parley::testing::two_brands;

std::string hex_of(const Digest& digest) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const auto octet : digest) {
        text += hex[octet >> 4U];
        text += hex[octet & 0x0FU];
    }
    return text;
}

TEST(Keyring, ABearerKeyNamesItsAccount) {
    Keyring keyring(two_brands(), stand_in_digest);
    const auto caller = keyring.find("Bearer shop-key");
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->account, "shop");
    EXPECT_EQ(caller->brand, "demo");
}

TEST(Keyring, TheSchemeIsReadInAnyCase) {
    Keyring keyring(two_brands(), stand_in_digest);
    EXPECT_TRUE(keyring.find("bearer shop-key"));
    EXPECT_TRUE(keyring.find("BEARER  shop-key"));
}

TEST(Keyring, BasicTakesTheKeyAsUserName) {
    Keyring keyring(two_brands(), stand_in_digest);
    const auto caller = keyring.find("Basic c2hvcC1rZXk6aWdub3JlZA==");  // shop-key:ignored
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->account, "shop");
    EXPECT_FALSE(keyring.find("Basic !!!!"));
}

TEST(Keyring, NobodyElseGetsIn) {
    Keyring keyring(two_brands(), stand_in_digest);
    for (const auto* given : {"", "Bearer", "Bearer ", "Bearer shop-ke", "Bearer shop-keyy",
                              "shop-key", "Digest shop-key", "Bearer sha256:00"})
        EXPECT_FALSE(keyring.find(given)) << given;
}

TEST(Keyring, AHashedKeyWorksWithoutBeingWrittenDown) {
    auto config = two_brands();
    config.accounts[0].api_keys = {"sha256:" + hex_of(stand_in_digest("secret"))};
    Keyring keyring(config, stand_in_digest);
    EXPECT_TRUE(keyring.find("Bearer secret"));
    EXPECT_FALSE(keyring.find("Bearer " + config.accounts[0].api_keys[0]))
        << "whoever reads the configuration must not be able to call";
}

TEST(Keyring, ARightKeyIsHashedOnce) {
    int hashed = 0;
    Keyring keyring(two_brands(), [&](std::string_view key) {
        ++hashed;
        return stand_in_digest(key);
    });
    hashed = 0;
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(keyring.find("Bearer shop-key"));
    EXPECT_EQ(hashed, 1);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(keyring.find("Bearer wrong"));
    EXPECT_EQ(hashed, 6) << "wrong keys are not remembered, so nobody can fill the memory";
}

TEST(Keyring, RefusesKeysThatCannotWork) {
    auto malformed = two_brands();
    malformed.accounts[1].api_keys = {"sha256:1234"};
    try {
        Keyring keyring(malformed, stand_in_digest);
        FAIL() << "a digest of four digits was taken";
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("accounts.partner.api_keys"), std::string::npos);
    }
    auto shared = two_brands();
    shared.accounts[1].api_keys = shared.accounts[0].api_keys;
    EXPECT_THROW(Keyring(shared, stand_in_digest), std::invalid_argument);
}

TEST(Keyring, ScopesFollowTheBrand) {
    Keyring keyring(two_brands(), stand_in_digest);
    EXPECT_EQ(keyring.find("Bearer shop-key")->suppression_scopes,
              std::vector<std::string>{"brand:demo"});
    EXPECT_EQ(keyring.find("Bearer loud-key")->suppression_scopes,
              (std::vector<std::string>{"sender:+15550002000", "sender:+15550002001"}));
}

TEST(EqualInConstantTime, ComparesEveryOctet) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("xbc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

}  // namespace
}  // namespace parley::api
