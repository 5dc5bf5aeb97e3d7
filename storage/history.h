#pragma once
// What became of a message beside what its last values tell: earlier tries, earlier receipts,
// doubts, other carriers. Empty for a plain life (sent once, answered once, one receipt), which its
// segments tell whole; then it costs one null pointer in memory and nothing on disk.

#include "protocol/text/receipt_text.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

using UnixMs = std::int64_t;  // milliseconds since 1970-01-01T00:00Z

struct Happening {
    /// The numbers are on disk: never renumber.
    enum class What : std::uint8_t {
        submit = 0,       // a try: intended at, answered_at with command_status
        uncertain = 1,    // no answer came to the try in its time
        taken_back = 2,   // the try was written to nobody, and the segment waits again
        handed_over = 3,  // the message: to carrier, from the one in text
        receipt = 4,      // that another one followed: state, its "err" in text
        query = 5,        // that the carrier was asked, before it was asked again: as Inquiry
        cancel = 6,
        replace = 7,
        changed = 8,           // its caller gave it another text
        repeated_receipt = 9,  // after the final one, whatever it says: nothing follows from it
    };
    What what{};
    std::uint8_t segment = 0;  // not of handed_over and changed
    text::MessageState state{};
    std::uint32_t command_status = 0;
    UnixMs at = 0;           // 0: an earlier version did not keep it
    UnixMs answered_at = 0;  // of submit, query, cancel, replace; 0: no answer
    std::string carrier;
    std::string text;
};
/// As the API has it: "submit_sm", "handed_over" …
std::string_view name(Happening::What what);
/// Whether it is of one segment.
constexpr bool is_of_a_segment(Happening::What what) {
    return what != Happening::What::handed_over && what != Happening::What::changed;
}

/// Bounded: the first few and the newest stay, what was between is counted.
class History {
public:
    static constexpr std::size_t kept_max = 64;
    static constexpr std::size_t first_kept = 16;
    static constexpr std::size_t text_max = 64;  // octets of a text that a carrier chose

    History() = default;
    History(const History& other)
        : kept_(other.kept_ ? std::make_unique<Kept>(*other.kept_) : nullptr) {}
    History(History&&) = default;
    History& operator=(const History& other) {
        if (this != &other) *this = History(other);
        return *this;
    }
    History& operator=(History&&) = default;
    ~History() = default;

    bool empty() const { return !kept_; }
    /// In the order in which it became known.
    std::span<const Happening> list() const {
        return kept_ ? std::span<const Happening>(kept_->list) : std::span<const Happening>();
    }
    /// So many stood behind the first_kept first of the list.
    std::uint32_t left_out() const { return kept_ ? kept_->left_out : 0; }
    /// Of memory, allocator included; 0 while it is empty.
    std::size_t octets() const {
        return kept_ ? sizeof(Kept) + 32 + kept_->list.size() * (sizeof(Happening) + 32) : 0;
    }
    void add(Happening happening);
    /// As it was read from disk.
    void restore(std::uint32_t left_out, std::vector<Happening> list);

private:
    struct Kept {
        std::uint32_t left_out = 0;
        std::vector<Happening> list;
    };
    std::unique_ptr<Kept> kept_;
};

}  // namespace parley::storage
