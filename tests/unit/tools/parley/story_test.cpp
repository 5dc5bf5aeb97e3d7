// A message as the API shows it, told in order.

#include "tools/parley/story.h"

#include "tools/parley/client.h"
#include "tools/parley/table.h"

#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::tools {
namespace {

std::vector<std::string> told(const char* json) {
    std::vector<std::string> lines;
    for (const StoryLine& line : story_of(boost::json::parse(json).as_object()))
        lines.push_back(line.at.substr(0, line.at.find('T')) + "|" + line.what + "|" + line.detail);
    return lines;
}

TEST(Story, ADeliveredMessageIsToldInOrderOfTime) {
    EXPECT_EQ(told(R"({"direction":"outbound","status":"delivered","encoding":"gsm7",
                       "class":"conversational","carrier":"acme","accepted_at":"1T",
                       "settled_at":"6T",
                       "decisions":[{"look":"intake","verdict":"go","rule":"all_passed","at":"1T"},
                                    {"look":"window","verdict":"go","rule":"all_passed","at":"3T"}],
                       "segments":[{"number":1,"phase":"settled","intended_at":"2T",
                                    "answered_at":"4T","settled_at":"5T","state":"DELIVRD",
                                    "error":"000","carrier_message_id":"4711"}]})"),
              (std::vector<std::string>{
                  "1|accepted|1 segment(s) gsm7, conversational, on disk",
                  "1|gate|go, rule all_passed (at intake)",
                  "2|submit_sm|to acme: intent on disk",
                  "3|gate|go, rule all_passed (last look, at the window)",
                  "4|submit_sm_resp|ESME_ROK from acme, its id is 4711",
                  "5|receipt|DELIVRD, err:000",
                  "6|delivered|",
              }));
}

TEST(Story, WhatTheCarrierWasAskedIsPartOfIt) {
    EXPECT_EQ(told(R"({"direction":"outbound","status":"delivered","encoding":"gsm7",
                       "class":"conversational","carrier":"acme","accepted_at":"1T",
                       "settled_at":"6T","decisions":[],
                       "segments":[{"number":1,"phase":"settled","settled_at":"6T",
                                    "state":"DELIVERED","error":"000"}],
                       "inquiries":[{"operation":"cancel_sm","segment":1,"times":1,
                                     "asked_at":"2T","answered_at":"3T",
                                     "command_status":"0x00000011"},
                                    {"operation":"query_sm","segment":1,"times":2,
                                     "asked_at":"4T","answered_at":"5T","state":"DELIVERED",
                                     "final_at":"2T"},
                                    {"operation":"replace_sm","segment":1,"times":1,
                                     "asked_at":"7T"}]})"),
              (std::vector<std::string>{
                  "1|accepted|1 segment(s) gsm7, conversational, on disk",
                  "2|cancel_sm|to acme",
                  "3|cancel_sm_resp|ESME_RCANCELFAIL from acme",
                  "4|query_sm|to acme, for the 2. time",
                  "5|query_sm_resp|ESME_ROK from acme, DELIVERED since 2 ",
                  "6|receipt|DELIVERED, err:000",
                  "7|replace_sm|to acme; no answer",
                  "6|delivered|",
              }));
}

TEST(Story, WhatIsInDoubtSaysSo) {
    const auto lines = told(R"({"direction":"outbound","status":"sending","encoding":"gsm7",
        "class":"promotional","carrier":"acme","accepted_at":"1T","decisions":[],
        "resend_of":"msg_0000000000100000",
        "segments":[{"number":1,"phase":"uncertain","intended_at":"2T","attempts":2,
                     "answered_at":"1T","command_status":"0x00000014"},
                    {"number":2,"phase":"waiting"}]})");
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[0], "|uncertain|no answer came of segment 1/2: it may have been sent");
    EXPECT_EQ(lines[1],
              "1|accepted|2 segment(s) gsm7, promotional, on disk, msg_0000000000100000 again");
    EXPECT_EQ(lines[2],
              "1|submit_sm_resp|ESME_RMSGQFUL from acme of segment 1/2, temporary "
              "refusals so far: 2");
    EXPECT_EQ(lines.back(), "|now|sending");
}

TEST(Story, AnInboundMessageIsOneLine) {
    EXPECT_EQ(told(R"({"direction":"inbound","status":"received","from":"+15557654321",
                       "carrier":"acme","received_at":"1T"})"),
              std::vector<std::string>{"1|received|from +15557654321 over acme"});
}

TEST(Table, NumbersStandToTheRightAndTextsToTheLeft) {
    Table table({"name", "count"});
    table.add({"é", "7"});
    table.add({"longer\nname", "1200"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "name         count\né                7\nlonger name   1200\n");
}

TEST(Client, APathKeepsWhatIsPlain) {
    EXPECT_EQ(percent_encoded("+1555 a/b&c=é"), "+1555%20a%2Fb%26c%3D%C3%A9");
}

}  // namespace
}  // namespace parley::tools
