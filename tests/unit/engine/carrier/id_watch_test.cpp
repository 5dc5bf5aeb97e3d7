#include "engine/carrier/id_watch.h"

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using Form = text::MessageIdForm;
using Base = Form::Base;

std::string decimal(unsigned n) {
    return std::to_string(910'000'000 + 7919 * n);
}
std::string hex(unsigned n) {
    return *text::decimal_to_hex(decimal(n));
}

TEST(IdWatch, AdvisesOnceAndKeepsCounting) {
    IdWatch watch;
    unsigned told = 0;
    for (unsigned n = 0; n < 97; ++n)
        told += watch.hear({hex(n), hex(n + 1)}, decimal(n), {}) ? 1 : 0;
    for (unsigned n = 0; n < 3; ++n)
        told += watch.hear({hex(n)}, "of somebody else", {}) ? 1 : 0;
    EXPECT_EQ(told, 1u);
    EXPECT_EQ(watch.advice(),
              "message_id: { base: hex_to_decimal } would match 97 of 100 unmatched receipts");
}

TEST(IdWatch, HasNoAdviceForStrangersOrTooFewOrWhatIsConfigured) {
    IdWatch watch;
    for (unsigned n = 0; n < 7; ++n)
        EXPECT_FALSE(watch.hear({hex(n)}, decimal(n), {}));
    for (unsigned n = 0; n < 500; ++n)
        EXPECT_FALSE(watch.hear({"stranger" + std::to_string(n)}, decimal(n), {}));
    EXPECT_FALSE(watch.hear({}, decimal(1), {}));
    EXPECT_FALSE(watch.hear({hex(1)}, "", {}));
    EXPECT_EQ(watch.advice(), "");

    IdWatch configured(Form{.base = Base::hex_to_decimal});
    for (unsigned n = 0; n < 50; ++n)
        EXPECT_FALSE(configured.hear({hex(n)}, decimal(n), {}));
    EXPECT_EQ(configured.advice(), "") << "they would have been matched: these are late";
}

TEST(IdWatch, TrustsIdsOnceOneHasFoundItsMessageAndWhileNothingSpeaksAgainstIt) {
    IdWatch watch;
    EXPECT_FALSE(watch.confirmed());
    EXPECT_TRUE(watch.confirm());
    EXPECT_FALSE(watch.confirm()) << "no news";
    EXPECT_TRUE(watch.confirmed());
    for (unsigned n = 0; n < 20; ++n)
        watch.hear({hex(n)}, decimal(n), {});
    EXPECT_FALSE(watch.confirmed());
}

TEST(IdWatch, TakesAdviceBackWhenItNoLongerHolds) {
    IdWatch watch;
    for (unsigned n = 0; n < IdWatch::receipts_max; ++n)
        watch.hear({hex(n)}, decimal(n), {});
    EXPECT_NE(watch.advice(), "");
    for (unsigned n = 0; n < IdWatch::receipts_max; ++n)
        watch.hear({hex(n)}, "stranger" + std::to_string(n), {});
    EXPECT_EQ(watch.advice(), "");
    bool told = false;
    for (unsigned n = 0; n < 20; ++n)
        told = watch.hear({decimal(n)}, hex(n), {}) || told;
    EXPECT_TRUE(told) << "another form is news";
    EXPECT_NE(watch.advice().find("decimal_to_hex"), std::string::npos);
}

}  // namespace
}  // namespace parley::carrier
