// Random PDUs and random octets against the laws that hold for all of them. A failing case names
// its seed; the same seed makes the same case.

#include "tests/fuzz/pdu_laws.h"
#include "tests/golden/hex.h"

#include <deque>
#include <random>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    std::size_t up_to(std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(0, most)(engine_);
    }
    std::string octets(std::size_t count, int lowest) {
        std::string text;
        while (text.size() < count)
            text += static_cast<char>(lowest + up_to(255 - lowest));
        return text;
    }

private:
    std::mt19937_64 engine_;
};

/// A walker over fields() that fills each with anything that encode() allows. Limits come up often,
/// because that is where mistakes live. Keeps the text that the PDU's views point to.
class Fill {
public:
    explicit Fill(Dice& dice) : dice_(dice) {}

    void c_string(std::string_view, std::string_view& value, std::size_t octets_max) {
        value = keep(dice_.octets(count(octets_max - 1), 1));
    }
    void secret(std::string_view field, std::string_view& value, std::size_t octets_max) {
        c_string(field, value, octets_max);
    }
    template <class Integer>
    void integer(std::string_view, Integer& value) {
        value = static_cast<Integer>(dice_.up_to(0xFFFFFFFF));
    }
    void choice(std::string_view, std::uint8_t& value, std::uint8_t min, std::uint8_t max) {
        value = static_cast<std::uint8_t>(min + dice_.up_to(max - min));
    }
    void counted_octets(std::string_view, std::string_view& value) {
        value = keep(dice_.octets(count(255), 0));
    }
    template <class List>
    void list(std::string_view, std::string_view, List& items) {
        items.resize(dice_.up_to(20) == 0 ? 255 : dice_.up_to(4));
        for (auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(Tlvs& tlvs) {
        tlvs.clear();
        for (auto left = dice_.up_to(6); left > 0; --left) {
            const auto value = keep(dice_.octets(dice_.up_to(20) == 0 ? 0xFFFF : count(80), 0));
            tlvs.add(static_cast<Tag>(dice_.up_to(0xFFFF)), value);
        }
    }

private:
    std::size_t count(std::size_t most) {
        const auto kind = dice_.up_to(3);
        return kind == 0 ? 0 : kind == 1 ? most : dice_.up_to(most);
    }
    std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

    Dice& dice_;
    std::deque<std::string> kept_;
};

/// A walker over fields() that notes each with its name.
struct Note {
    void c_string(std::string_view field, std::string_view value, std::size_t) {
        add(field, value);
    }
    void secret(std::string_view field, std::string_view value, std::size_t) { add(field, value); }
    void integer(std::string_view field, std::uint32_t value) { add(field, std::to_string(value)); }
    void choice(std::string_view field, std::uint8_t value, std::uint8_t, std::uint8_t) {
        integer(field, value);
    }
    void counted_octets(std::string_view field, std::string_view value) { add(field, value); }
    template <class List>
    void list(std::string_view count_field, std::string_view, const List& items) {
        integer(count_field, static_cast<std::uint32_t>(items.size()));
        for (const auto& item : items)
            List::value_type::fields(item, *this);
    }
    void tlvs(const Tlvs& tlvs) {
        for (const auto& [tag, value] : tlvs) {
            add(std::to_string(static_cast<std::uint16_t>(tag)), value);
        }
    }
    void add(std::string_view field, std::string_view value) { notes.emplace_back(field, value); }

    std::vector<std::pair<std::string, std::string>> notes;
};

template <class Pdu>
auto notes_on(const Pdu& pdu) {
    Note note;
    Pdu::fields(pdu, note);
    return note.notes;
}

TEST(AnyPdu, DecodesToWhatWasEncoded) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Dice dice(seed);
        for_each_pdu([&](auto pdu) {
            Fill fill(dice);
            decltype(pdu)::fields(pdu, fill);
            const auto sequence_number = static_cast<std::uint32_t>(dice.up_to(0xFFFFFFFF));
            const auto status = static_cast<Status>(dice.up_to(0xFFFFFFFF));
            std::string out;
            encode(out, pdu, sequence_number, status);

            Framer framer(1'000'000);
            framer.feed(out);
            const auto frame = framer.next();
            ASSERT_TRUE(frame) << "seed " << seed;
            ASSERT_EQ(framer.buffered(), 0u);
            ASSERT_EQ(frame->header.command_id, pdu.id);
            ASSERT_EQ(frame->header.command_status, status);
            ASSERT_EQ(frame->header.sequence_number, sequence_number);

            decltype(pdu) again;
            DecodeError error;
            ASSERT_TRUE(decode(*frame, again, error, false))
                << "seed " << seed << ": " << error.message(pdu.id);
            ASSERT_FALSE(error.code);
            ASSERT_EQ(notes_on(again), notes_on(pdu)) << "seed " << seed;
        });
    }
}

std::string random_stream(Dice& dice) {
    std::string stream;
    for (auto left = 1 + dice.up_to(30); left > 0; --left) {
        std::size_t skip = dice.up_to(std::tuple_size_v<EveryPdu> - 1);
        for_each_pdu([&](auto pdu) {
            if (skip-- != 0) return;
            Fill fill(dice);
            decltype(pdu)::fields(pdu, fill);
            const auto sequence_number = static_cast<std::uint32_t>(dice.up_to(0x7FFFFFFF));
            std::string one;
            encode(one, pdu, sequence_number);
            if (one.size() <= 70'000) stream += one;  // the framer's own limit
        });
    }
    return stream;
}

TEST(AnyStream, IsCutTheSameHoweverItArrives) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        std::vector<std::size_t> chunk_octets;
        chunk_octets.reserve(20);
        for (int i = 0; i < 20; ++i)
            chunk_octets.push_back(1 + dice.up_to(i % 4 == 0 ? 3 : 3000));
        laws::stream_holds(random_stream(dice), chunk_octets);
    }
}

/// Changes, drops, repeats or cuts a few octets; the length word is often kept right, so that the
/// damage reaches the decoder.
std::string damaged(std::string octets, Dice& dice) {
    for (auto left = 1 + dice.up_to(3); left > 0 && !octets.empty(); --left) {
        const auto at = dice.up_to(octets.size() - 1);
        switch (dice.up_to(3)) {
            case 0:
                octets[at] = static_cast<char>(dice.up_to(255));
                break;
            case 1:
                octets.erase(at, 1 + dice.up_to(4));
                break;
            case 2:
                octets.insert(at, octets.substr(at, 1 + dice.up_to(8)));
                break;
            default:
                octets.resize(at);
        }
    }
    if (octets.size() >= header_octets && dice.up_to(3) != 0) {
        detail::put(octets.data(), static_cast<std::uint32_t>(octets.size()));
    }
    return octets;
}

TEST(AnyDamage, IsReadWithoutHarm) {
    const auto names = golden::names();
    for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
        SCOPED_TRACE(seed);
        Dice dice(seed);
        const auto octets = golden::octets(names[dice.up_to(names.size() - 1)]);
        laws::stream_holds(damaged(octets, dice), {1 + dice.up_to(50), 1 + dice.up_to(50)});
    }
}

}  // namespace
}  // namespace parley::smpp
