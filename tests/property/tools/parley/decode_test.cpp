// Whatever octets, text or capture `parley decode` is given: it ends, its JSON is JSON, and no
// password of a bind is in what it says.

#include "tools/parley/decode.h"

#include "protocol/smpp/hex.h"
#include "tests/golden/hex.h"
#include "tests/support/capture_writer.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::tools {
namespace {

using Dice = std::mt19937_64;

std::string damaged(std::string octets, Dice& dice) {
    for (auto left = 1 + dice() % 4; left > 0 && !octets.empty(); --left) {
        const auto at = dice() % octets.size();
        switch (dice() % 4) {
            case 0:
                octets[at] = static_cast<char>(dice());
                break;
            case 1:
                octets.erase(at, 1 + dice() % 4);
                break;
            case 2:
                octets.insert(at, octets.substr(at, 1 + dice() % 8));
                break;
            default:
                octets.resize(at);
        }
    }
    return octets;
}

struct Said {
    int exit_code = 0;
    std::string out;
    std::string complaints;
};

Said decoded(const std::string& input, bool json) {
    std::ostringstream out;
    std::ostringstream complaints;
    const int exit_code = decode(
        {.inputs = {input}, .json = json, .session = true, .all_fields = true}, out, complaints);
    return {exit_code, out.str(), complaints.str()};
}

void expect_json(const std::string& lines) {
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) {
        boost::json::error_code error;
        boost::json::parse(line, error);
        ASSERT_FALSE(error) << line;
    }
}

TEST(AnyDigits, AreShownOrNamedAsWrong) {
    const auto names = golden::names();
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const auto octets = damaged(golden::octets(names[dice() % names.size()]), dice);
        const auto hex = "0x" + smpp::to_hex(octets);
        const auto text = decoded(hex, false);
        EXPECT_EQ(text.exit_code == 0, text.complaints.empty());
        const auto json = decoded(hex, true);
        EXPECT_EQ(json.exit_code, text.exit_code);
        expect_json(json.out);
    }
}

TEST(AnyDigits, OfABindNeverShowItsPassword) {
    for (const auto* name : {"bind_transmitter", "bind_receiver", "bind_transceiver", "outbind"}) {
        const auto whole = golden::octets(name);
        // Cut anywhere behind the header, its length made right again.
        for (std::size_t octets = 16; octets <= whole.size(); ++octets) {
            auto cut = whole.substr(0, octets);
            cut[3] = static_cast<char>(octets);
            for (const bool json : {false, true}) {
                const auto said = decoded(smpp::to_hex(cut), json);
                for (const auto* secret : {"secret", "736563", "longer", "6C6F6E676572"}) {
                    EXPECT_EQ((said.out + said.complaints).find(secret), std::string::npos)
                        << said.out << said.complaints;
                }
            }
        }
    }
}

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "decode_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string file(const std::string& octets) const {
        std::ofstream(path_ / "a.cap", std::ios::binary) << octets;
        return (path_ / "a.cap").string();
    }

private:
    std::filesystem::path path_;
};

std::string capture_of(const std::string& stream, test::CaptureWriter::Format format, Dice& dice) {
    using test::CaptureWriter;
    const CaptureWriter::Peer a{std::string("\x0A\0\0\x01", 4), 40000};
    const CaptureWriter::Peer b{std::string("\x0A\0\0\x02", 4), 2775};
    CaptureWriter capture(format);
    capture.tcp(1, a, b, 0, CaptureWriter::syn, "");
    for (std::size_t at = 0; at < stream.size();) {
        const auto octets = 1 + dice() % 60;
        capture.tcp(static_cast<std::int64_t>(at), a, b, static_cast<std::uint32_t>(1 + at),
                    CaptureWriter::ack, std::string_view(stream).substr(at, octets));
        at += octets;
    }
    return capture.octets();
}

TEST(AnyCapture, IsReadWithoutHarm) {
    const auto names = golden::names();
    const Folder folder;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        std::string stream;
        for (int i = 0; i < 3; ++i)
            stream += golden::octets(names[dice() % names.size()]);
        const auto format =
            seed % 2 == 0 ? test::CaptureWriter::Format::pcap : test::CaptureWriter::Format::pcapng;
        const auto capture = damaged(capture_of(stream, format, dice), dice);
        const auto said = decoded(folder.file(capture), true);
        EXPECT_EQ(said.exit_code == 0, said.complaints.empty());
        expect_json(said.out);
    }
}

}  // namespace
}  // namespace parley::tools
