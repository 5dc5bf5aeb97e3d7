#pragma once
// Keeps the books of the journal: how many live items pin each record, and which settled messages
// wait for their page. It decides which records may go, oldest first; it touches no disk.
//
// A record goes only when all before it have gone: a later one may hold the end of an item that an
// earlier one begins. The newest stays, so that the journal itself says where numbering goes on.

#include "storage/ids.h"
#include "storage/page.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace parley::storage {

class Retirer {
public:
    /// A record of the journal. Requires a number above all before.
    void add(SectionId section, std::uint32_t pins);
    void pin(SectionId section);
    void release(SectionId section, std::uint32_t count);
    bool knows(SectionId section) const { return known(section) != nullptr; }
    std::size_t size() const { return sections_.size(); }
    SectionId newest() const { return sections_.empty() ? 0 : sections_.back().id; }

    /// A settled message that was born in a known section, encoded.
    void settle(MessageId id, std::string_view message);
    std::optional<std::string_view> find(MessageId id) const;

    /// How many of the oldest records may go now; no more than about page_octets_max of pages. The
    /// newest may go only when another follows in the same commit.
    std::size_t ready(std::size_t page_octets_max, bool another_follows) const;
    SectionId section(std::size_t n) const { return sections_[n].id; }
    /// What was born in the nth and has settled in time.
    const PageBuilder& settled(std::size_t n) const { return sections_[n].settled; }
    /// The oldest n are gone.
    void retire(std::size_t n);

    std::size_t memory_octets() const { return memory_octets_; }

private:
    struct Known {
        SectionId id;
        std::uint32_t pins;
        PageBuilder settled;
    };
    const Known* known(SectionId section) const;
    Known* known(SectionId section);

    std::deque<Known> sections_;  // by rising number
    std::size_t memory_octets_ = 0;
};

}  // namespace parley::storage
