#pragma once
// All settled messages of one section as one value, with an index in front so that one of them is
// read without decoding the others.
//
// page: version (1 octet), count (4, big-endian), count times {index, offset, octets} (4 each, by
//       rising index), the messages as in records.h.

#include "storage/ids.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

/// Collects in any order, and is looked into before it is a page.
class PageBuilder {
public:
    void add(std::uint32_t index, std::string_view message);
    std::optional<std::string_view> find(std::uint32_t index) const;
    bool empty() const { return entries_.empty(); }
    std::size_t octets() const;
    std::string build() const;

private:
    struct Entry {
        std::uint32_t index;
        std::uint32_t offset;
        std::uint32_t octets;
    };
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
