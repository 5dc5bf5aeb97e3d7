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
    // As an engine before there was a history left it: the answer is an earlier try's.
    EXPECT_EQ(
        lines,
        (std::vector<std::string>{
            "1|accepted|2 segment(s) gsm7, promotional, on disk, msg_0000000000100000 again",
            "1|submit_sm_resp|ESME_RMSGQFUL from acme of segment 1/2, to an earlier try",
            "2|submit_sm|to acme of segment 1/2: intent on disk",
            "|uncertain|no answer came of segment 1/2: it may have been sent", "|now|sending"}));
}

TEST(Story, EveryTryIsToldWithItsCarrierAndItsAnswer) {
    EXPECT_EQ(told(R"({"direction":"outbound","status":"delivered","encoding":"gsm7",
        "class":"conversational","carrier":"beta","accepted_at":"1T","settled_at":"9T",
        "decisions":[{"look":"intake","verdict":"go","rule":"all_passed","at":"1T"},
                     {"look":"window","verdict":"go","rule":"all_passed","at":"2T"},
                     {"look":"window","verdict":"go","rule":"all_passed","at":"4T"},
                     {"look":"window","verdict":"go","rule":"all_passed","at":"8T"}],
        "segments":[{"number":1,"phase":"settled","intended_at":"7T","answered_at":"8T",
                     "receipt_at":"9T","settled_at":"9T","state":"DELIVERED","error":"000",
                     "carrier_message_id":"b1"}],
        "history":[{"what":"taken_back","segment":1,"carrier":"acme","at":"1T"},
                   {"what":"submit_sm","segment":1,"carrier":"acme","at":"1T"},
                   {"what":"submit_sm","segment":1,"carrier":"acme","at":"2T","answered_at":"3T",
                    "command_status":"0x00000058"},
                   {"what":"submit_sm","segment":1,"carrier":"acme","at":"4T","answered_at":"5T",
                    "command_status":"0x00000008"},
                   {"what":"handed_over","carrier":"beta","from_carrier":"acme","at":"6T"}]})"),
              (std::vector<std::string>{
                  "1|accepted|1 segment(s) gsm7, conversational, on disk",
                  "1|gate|go, rule all_passed (at intake)",
                  "1|submit_sm|to acme: intent on disk",
                  "1|taken back|written to nobody: it waits for its turn again",
                  "2|submit_sm|to acme: intent on disk, for the 2. time",
                  "2|gate|go, rule all_passed (last look, at the window)",
                  "3|submit_sm_resp|ESME_RTHROTTLED from acme",
                  "4|submit_sm|to acme: intent on disk, for the 3. time",
                  "4|gate|go, rule all_passed (last look, at the window)",
                  "5|submit_sm_resp|ESME_RSYSERR from acme",
                  "6|handed over|from acme to beta",
                  "7|submit_sm|to beta: intent on disk, for the 4. time",
                  "8|gate|go, rule all_passed (last look, at the window)",
                  "8|submit_sm_resp|ESME_ROK from beta, its id is b1",
                  "9|receipt|DELIVERED, err:000",
                  "9|delivered|",
              }));
}

TEST(Story, AResponseThatNeverCameIsNotTold) {
    EXPECT_EQ(told(R"({"direction":"outbound","status":"sent","encoding":"gsm7",
        "class":"conversational","carrier":"acme","accepted_at":"1T","decisions":[],
        "segments":[{"number":1,"phase":"sent","intended_at":"2T","receipt_at":"6T",
                     "state":"ACCEPTED","error":"000","carrier_message_id":"17"}],
        "history":[{"what":"uncertain","segment":1,"carrier":"acme","at":"3T"},
                   {"what":"receipt","segment":1,"carrier":"acme","at":"5T","state":"ENROUTE",
                    "error":"000"}]})"),
              (std::vector<std::string>{
                  "1|accepted|1 segment(s) gsm7, conversational, on disk",
                  "2|submit_sm|to acme: intent on disk",
                  "3|uncertain|no answer came: it may have been sent",
                  "5|receipt|ENROUTE, err:000; it did leave, though no submit_sm_resp came: its id "
                  "is 17",
                  "6|receipt|ACCEPTED, err:000",
                  "|now|sent",
              }));
}

TEST(Story, WhatWasAskedForIsNoReceiptAndARepeatedOneChangesNothing) {
    EXPECT_EQ(told(R"({"direction":"outbound","status":"sent","encoding":"gsm7",
        "class":"conversational","carrier":"acme","accepted_at":"1T","decisions":[],
        "segments":[{"number":1,"phase":"settled","intended_at":"2T","answered_at":"2T",
                     "receipt_at":"6T","settled_at":"6T","state":"DELIVERED","error":"000",
                     "carrier_message_id":"17"},
                    {"number":2,"phase":"sent","intended_at":"2T","answered_at":"2T",
                     "carrier_message_id":"18"}],
        "inquiries":[{"operation":"query_sm","segment":1,"times":2,"asked_at":"5T",
                      "answered_at":"6T","state":"DELIVERED"}],
        "history":[{"what":"receipt","segment":1,"carrier":"acme","at":"4T","state":"ENROUTE",
                    "error":"000"},
                   {"what":"query_sm","segment":1,"carrier":"acme","at":"3T","answered_at":"4T",
                    "state":"ENROUTE"},
                   {"what":"left_out","count":3},
                   {"what":"repeated_receipt","segment":1,"carrier":"acme","at":"7T",
                    "state":"UNDELIVERABLE","error":"001"},
                   {"what":"changed","carrier":"acme","at":"8T"}]})"),
              (std::vector<std::string>{
                  "1|accepted|2 segment(s) gsm7, conversational, on disk",
                  "2|submit_sm|to acme of segment 1/2: intent on disk",
                  "2|submit_sm_resp|ESME_ROK from acme of segment 1/2, its id is 17",
                  "2|submit_sm|to acme of segment 2/2: intent on disk",
                  "2|submit_sm_resp|ESME_ROK from acme of segment 2/2, its id is 18",
                  "3|query_sm|to acme of segment 1/2",
                  "4|query_sm_resp|ESME_ROK from acme of segment 1/2, ENROUTE",
                  "|…|3 more happenings, which are not kept",
                  "4|told|ENROUTE, err:000 of segment 1/2",
                  "5|query_sm|to acme of segment 1/2, for the 2. time",
                  "6|query_sm_resp|ESME_ROK from acme of segment 1/2, DELIVERED",
                  "6|told|DELIVERED, err:000 of segment 1/2",
                  "7|receipt|UNDELIVERABLE, err:001 of segment 1/2, after the final one: nothing "
                  "follows from it",
                  "8|changed|another text, also at acme",
                  "|now|sent",
              }));
}

TEST(Story, WhatWaitedIsToldSinceWhenAndForHowLong) {
    const auto lines = [](const char* json) {
        std::vector<std::string> texts;
        for (const StoryLine& line : story_of(boost::json::parse(json).as_object()))
            texts.push_back(line.what + "|" + line.detail);
        return texts;
    };
    EXPECT_EQ(lines(R"({"direction":"outbound","status":"sending","encoding":"gsm7",
        "class":"conversational","carrier":"acme","accepted_at":"2026-11-26T23:59:59.990Z",
        "decisions":[],"segments":[{"number":1,"phase":"intended",
                                    "intended_at":"2026-11-27T00:01:00.003Z"}]})")
                  .at(1),
              "queued|its turn after 60.013 s");
    const char* const held = R"({"direction":"outbound","status":"held","encoding":"gsm7",
        "class":"conversational","carrier":"acme","accepted_at":"2026-11-26T10:00:00.000Z",
        "send_at":"2026-11-26T11:00:00.000Z","decisions":[],
        "segments":[{"number":1,"phase":"waiting"}]})";
    EXPECT_EQ(lines(held).size(), 2u) << "accepted, and now held";
    std::string due = held;
    due.replace(due.find("held"), 4, "queued");
    EXPECT_EQ(lines(due.c_str()).at(1), "queued|its send_at has come");
    std::string canceled = held;
    canceled.replace(canceled.find("\"held\""), 6,
                     "\"canceled\",\"settled_at\":\"2026-11-26T10:30:00.000Z\"");
    EXPECT_EQ(lines(canceled.c_str()).size(), 2u);
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
