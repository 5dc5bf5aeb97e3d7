#include "engine/policy/opt_out.h"

#include <string>

#include <gtest/gtest.h>

namespace parley::policy {
namespace {

Intent intent_of(std::string_view text) {
    return judge(text).intent;
}
Rule rule_of(std::string_view text) {
    return judge(text).rule;
}

TEST(OptOutNormalise, KeepsLettersAndDigitsAndOneSpaceBetweenWords) {
    EXPECT_EQ(normalise_words("  “Stop”,\t100 %\n NOW!! "), "stop 100 now");
    EXPECT_EQ(normalise_words(""), "");
    EXPECT_EQ(normalise_words(" ?! 🛑 "), "");
}

TEST(OptOutNormalise, DropsAccentsWrittenEitherWay) {
    EXPECT_EQ(normalise_words("Arrêté"), "arrete");
    EXPECT_EQ(normalise_words("Arre\u0302t"), "arret");
    EXPECT_EQ(normalise_words("ÑŁŽÿøß"), "nlzyos");
}

TEST(OptOutNormalise, SqueezesRunsOfThreeLettersButNotOfTwoNorDigits) {
    EXPECT_EQ(normalise_words("Stoooop good 1000"), "stop good 1000");
    EXPECT_EQ(normalise_words("a aa aaa aaaa"), "a aa a a");
}

TEST(OptOutNormalise, SeesThroughDisguises) {
    EXPECT_EQ(normalise_words("ＳＴＯＰ"), "stop");
    EXPECT_EQ(normalise_words("𝐒𝐓𝐎𝐏"), "stop");
    EXPECT_EQ(normalise_words("Ⓢⓣⓞⓟ"), "stop");
    EXPECT_EQ(normalise_words("S\u200BT\u00ADO\uFE0FP"), "stop");
}

TEST(OptOutNormalise, KeepsWordsOfOtherScriptsSoThatTheyAreNotTakenForSilence) {
    EXPECT_EQ(normalise_words("не stop"), "не stop");
    EXPECT_EQ(intent_of("не stop"), Intent::none);
}

TEST(OptOutNormalise, TakesAnyOctets) {
    EXPECT_EQ(normalise_words("st\xFFop\xC3"), "st op");
}

TEST(OptOut, PolitenessDoesNotHideAKeyword) {
    EXPECT_EQ(rule_of("Stop. Thank you"), Rule::keyword_filler);
    EXPECT_EQ(intent_of("Stop. Thank you"), Intent::opt_out);
    EXPECT_EQ(intent_of("ok please opt out thanks"), Intent::opt_out);
}

TEST(OptOut, ThePlaceToStopByIsNoOptOutAndNeedsNoReview) {
    EXPECT_EQ(intent_of("stop by the store tomorrow"), Intent::none);
    EXPECT_EQ(rule_of("stop by the store tomorrow"), Rule::none);
}

TEST(OptOut, ANegatedWishIsShownToAPersonInsteadOfObeyed) {
    for (const auto* text :
         {"please don't stop texting me", "I never meant to unsubscribe", "did you opt me out?",
          "do not remove my number", "please don't text me before 9am", "they don't text me"}) {
        EXPECT_EQ(intent_of(text), Intent::none) << text;
        EXPECT_EQ(rule_of(text), Rule::review) << text;
    }
}

TEST(OptOut, FailingToOptOutIsAWishToOptOut) {
    EXPECT_EQ(intent_of("I can't unsubscribe from this"), Intent::opt_out);
}

TEST(OptOut, AKeywordOnALineOfItsOwnCountsAboveASignature) {
    EXPECT_EQ(intent_of("STOP\nSent from my phone"), Intent::opt_out);
    EXPECT_EQ(intent_of("I do not know you. Stop."), Intent::opt_out);
    EXPECT_EQ(intent_of("See www.example.stop"), Intent::none);
    EXPECT_EQ(intent_of("Cancel. I will order again later"), Intent::none);
}

TEST(OptOut, AWishToEndItAllIsForAPersonToSee) {
    EXPECT_EQ(intent_of("just end it all now"), Intent::none);
    EXPECT_EQ(rule_of("just end it all now"), Rule::review);
}

TEST(OptOut, StartAloneOrPolitelyOptsInButStartItDoesNot) {
    EXPECT_EQ(intent_of(" Start! "), Intent::opt_in);
    EXPECT_EQ(intent_of("start please"), Intent::opt_in);
    EXPECT_EQ(intent_of("start it now"), Intent::none);
    EXPECT_EQ(intent_of("start stop"), Intent::none);
    EXPECT_EQ(intent_of("yes"), Intent::none);
}

TEST(OptOut, AReactionQuotingOurInstructionsIsNoOptOut) {
    EXPECT_EQ(intent_of("Liked “Big sale. Stop. Reply STOP to opt out”"), Intent::none);
    EXPECT_EQ(intent_of("Liked it, now stop texting me"), Intent::opt_out);
}

TEST(OptOut, EveryRuleHasItsName) {
    EXPECT_EQ(name(Rule::none), "none");
    EXPECT_EQ(name(Rule::keyword_exact), "keyword_exact");
    EXPECT_EQ(name(Rule::keyword_filler), "keyword_filler");
    EXPECT_EQ(name(Rule::phrase), "phrase");
    EXPECT_EQ(name(Rule::review), "review");
}

TEST(OptOut, AVeryLongTextIsJudgedToo) {
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "stop by the store ";
    EXPECT_EQ(intent_of(text), Intent::none);
    EXPECT_EQ(intent_of(text + "or better stop texting me"), Intent::opt_out);
}

}  // namespace
}  // namespace parley::policy
