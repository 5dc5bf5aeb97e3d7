// Every golden file, through the framer and the dump. PARLEY_GOLDEN_WRITE=1 in the environment
// writes the .dump files anew; read what changed before you keep it.

#include "protocol/smpp/dump.h"
#include "protocol/smpp/framer.h"
#include "tests/golden/hex.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

std::string dump_stream(std::string_view octets) {
    Framer framer;
    framer.feed(octets);
    std::string text;
    while (const auto frame = framer.next())
        text += dump(*frame) + "\n";
    if (framer.error()) return text + "lost: " + framer.error().message() + "\n";
    if (framer.buffered() > 0) text += std::to_string(framer.buffered()) + " octets wait\n";
    return text;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsReadAsItsDumpSays) {
    const auto path = golden::folder() / (GetParam() + ".dump");
    const auto text = dump_stream(golden::octets(GetParam()));
    if (std::getenv("PARLEY_GOLDEN_WRITE")) std::ofstream(path) << text;
    EXPECT_EQ(text, golden::read_file(path));
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(golden::names()),
                         [](const auto& file) { return file.param; });

TEST(GoldenFiles, AreThere) {
    EXPECT_GE(golden::names().size(), 30u);
}

}  // namespace
}  // namespace parley::smpp
