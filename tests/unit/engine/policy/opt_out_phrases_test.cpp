// Judges every line of tests/data/opt_out_phrases.tsv.

#include "engine/policy/opt_out.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::policy {
namespace {

struct Line {
    std::string text;
    std::string intent;
    std::string rule;
};

std::string_view intent_name(Intent intent) {
    constexpr std::string_view names[] = {"none", "opt_out", "opt_in", "help"};
    return names[static_cast<std::size_t>(intent)];
}

std::string with_line_breaks(std::string text) {
    for (auto at = text.find("\\n"); at != std::string::npos; at = text.find("\\n")) {
        text.replace(at, 2, "\n");
    }
    return text;
}

std::vector<Line> read_set(const std::string& wanted) {
    const auto folder = std::filesystem::path(__FILE__).parent_path();
    std::ifstream file(folder / "../../../data/opt_out_phrases.tsv");
    EXPECT_TRUE(file) << "tests/data/opt_out_phrases.tsv cannot be read";
    std::vector<Line> lines;
    std::string set;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("# set: ")) set = line.substr(7);
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        if (line.starts_with('#') || second == std::string::npos || set != wanted) continue;
        lines.push_back({with_line_breaks(line.substr(0, first)),
                         line.substr(first + 1, second - first - 1), line.substr(second + 1)});
    }
    return lines;
}

void expect_as_listed(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
        const Judgement judgement = judge(line.text);
        EXPECT_EQ(intent_name(judgement.intent), line.intent) << line.text;
        EXPECT_EQ(name(judgement.rule), line.rule) << line.text;
    }
}

TEST(OptOutPhrases, EveryListedPhraseIsJudgedByItsRule) {
    const auto lines = read_set("listed");
    ASSERT_GE(lines.size(), 60u);
    expect_as_listed(lines);
}

TEST(OptOutPhrases, NothingFiresThatMustNotFire) {
    const auto lines = read_set("must_not_fire");
    ASSERT_GE(lines.size(), 30u);
    for (const Line& line : lines)
        ASSERT_EQ(line.intent, "none") << line.text;
    expect_as_listed(lines);
}

// Written before the detector and never tuned for. The bounds are the score of its first run: they
// hold what was reached, they do not claim that it is enough.
TEST(OptOutPhrases, TheHeldOutScoreDoesNotFall) {
    std::size_t wishes = 0, understood = 0, others = 0, false_alarms = 0;
    for (const Line& line : read_set("held_out")) {
        const bool wish = line.intent == "opt_out";
        const Judgement judgement = judge(line.text);
        const bool fired = judgement.intent == Intent::opt_out;
        (wish ? wishes : others) += 1;
        understood += wish && fired;
        false_alarms += !wish && fired;
        if (wish != fired) {
            std::cout << "held out, " << (wish ? "missed" : "false alarm") << " ("
                      << name(judgement.rule) << "): " << line.text << "\n";
        }
    }
    std::cout << "held-out phrases: " << understood << " of " << wishes << " opt-outs understood, "
              << false_alarms << " of " << others << " others taken for one\n";
    ASSERT_EQ(wishes + others, 71u);
    EXPECT_GE(understood, 31u);
    EXPECT_EQ(false_alarms, 0u);
}

}  // namespace
}  // namespace parley::policy
