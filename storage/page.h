#pragma once
// Settled messages that were born side by side as one value, with an index in front so that one of
// them is read without decoding the others. A page has 64 places of a section: a look-up reads and
// unpacks that many messages, and they still compress well together.
//
// page: version (1 octet), count (4, big-endian), count times {index, offset, octets} (4 each, by
//       rising index), the messages as in records.h.

#include "storage/ids.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

/// The first place of the page that has this place.
constexpr std::uint32_t page_of(std::uint32_t index) {
    constexpr std::uint32_t places = 64;
    return index - index % places;
}

/// Collects the messages of a section in any order, and is looked into before they are pages.
class PageBuilder {
public:
    /// The first place of a page, and the page.
    using Visitor = std::function<void(std::uint32_t first, std::string page)>;

    void add(std::uint32_t index, std::string_view message);
    std::optional<std::string_view> find(std::uint32_t index) const;
    bool empty() const { return entries_.empty(); }
    std::size_t octets() const;
    /// By rising place; none that is empty.
    void each_page(const Visitor& visit) const;

private:
    struct Entry {
        std::uint32_t index;
        std::uint32_t offset;
        std::uint32_t octets;
    };
    std::string build(std::span<const Entry> entries) const;

    std::vector<Entry> entries_;
    std::string messages_;
};

/// A view of a page. Never reads outside it, whatever is in there.
class PageReader {
public:
    struct Item {
        std::uint32_t index;
        std::string_view message;
    };

    explicit PageReader(std::string_view page);
    bool ok() const { return ok_; }
    std::size_t size() const { return count_; }
    Item item(std::size_t n) const;  // message is empty when the index lies
    std::optional<std::string_view> find(std::uint32_t index) const;

private:
    std::uint32_t number(std::size_t offset) const;

    std::string_view page_;
    std::size_t count_ = 0;
    bool ok_ = false;
};

}  // namespace parley::storage
