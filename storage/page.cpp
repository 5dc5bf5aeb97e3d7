#include "storage/page.h"

#include <algorithm>

namespace parley::storage {

namespace {

constexpr char version = 1;
constexpr std::size_t header_octets = 5;
constexpr std::size_t entry_octets = 12;

void append_number(std::string& out, std::uint32_t value) {
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> (shift - 8) & 0xFFU));
    }
}

}  // namespace

void PageBuilder::add(std::uint32_t index, std::string_view message) {
    entries_.push_back({index, static_cast<std::uint32_t>(messages_.size()),
                        static_cast<std::uint32_t>(message.size())});
    messages_.append(message);
}

std::optional<std::string_view> PageBuilder::find(std::uint32_t index) const {
    const auto found = std::ranges::find(entries_, index, &Entry::index);
    if (found == entries_.end()) return {};
    return std::string_view(messages_).substr(found->offset, found->octets);
}

std::size_t PageBuilder::octets() const {
    if (empty()) return 0;  // whatever an empty string may call its capacity
    return messages_.capacity() + entries_.capacity() * sizeof(Entry);
}

void PageBuilder::each_page(const Visitor& visit) const {
    std::vector<Entry> sorted = entries_;
    std::ranges::sort(sorted, {}, &Entry::index);
    for (auto begin = sorted.cbegin(); begin != sorted.cend();) {
        const std::uint32_t first = page_of(begin->index);
        const auto end = std::find_if(
            begin, sorted.cend(), [&](const Entry& each) { return page_of(each.index) != first; });
        visit(first, build({begin, end}));
        begin = end;
    }
}

std::string PageBuilder::build(std::span<const Entry> entries) const {
    auto offset = static_cast<std::uint32_t>(header_octets + entries.size() * entry_octets);
    std::size_t octets = offset;
    for (const Entry& entry : entries)
        octets += entry.octets;
    std::string page;
    page.reserve(octets);
    page.push_back(version);
    append_number(page, static_cast<std::uint32_t>(entries.size()));
    for (const Entry& entry : entries) {
        append_number(page, entry.index);
        append_number(page, offset);
        append_number(page, entry.octets);
        offset += entry.octets;
    }
    for (const Entry& entry : entries)
        page.append(messages_, entry.offset, entry.octets);
    return page;
}

PageReader::PageReader(std::string_view page) : page_(page) {
    if (page.size() < header_octets || page[0] != version) return;
    count_ = number(1);
    ok_ = count_ <= (page.size() - header_octets) / entry_octets;
    if (!ok_) count_ = 0;
}

PageReader::Item PageReader::item(std::size_t n) const {
    const std::size_t at = header_octets + n * entry_octets;
    const std::size_t offset = number(at + 4);
    const std::size_t octets = number(at + 8);
    if (offset > page_.size() || octets > page_.size() - offset) return {number(at), {}};
    return {number(at), page_.substr(offset, octets)};
}

std::optional<std::string_view> PageReader::find(std::uint32_t index) const {
    std::size_t low = 0;
    std::size_t high = count_;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const Item found = item(middle);
        if (found.index == index) return found.message;
        if (found.index < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return {};
}

std::uint32_t PageReader::number(std::size_t offset) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<std::uint8_t>(page_[offset + i]);
    }
    return value;
}

}  // namespace parley::storage
