#include "engine/session/window.h"

#include "protocol/ensure.h"

#include <algorithm>
#include <bit>

namespace parley::session {
namespace {

// 2^32 divided by the golden ratio (Knuth, TAOCP vol. 3 §6.4): spreads consecutive sequence numbers
// evenly, so that they form no long runs.
constexpr std::uint32_t golden = 0x9E3779B9;

}  // namespace

Window::Window(std::size_t size_max) : size_max_(size_max), places_(size_max) {
    ENSURE(size_max >= 1 && size_max <= 65'535);
    const std::size_t entries = std::bit_ceil(size_max * 2);
    entries_.resize(entries);
    home_shift_ = 32U - static_cast<std::uint32_t>(std::countr_zero(entries));
    for (Place place = 0; place + 1 < size_max; ++place)
        places_[place].newer = place + 1;
}

void Window::resize(std::size_t size_max) {
    ENSURE(size_max >= 1 && size_max <= 65'535);
    if (size_max > places_.size()) {
        const std::vector<Request> in_flight = clear();
        *this = Window(size_max);
        for (const Request& request : in_flight)
            push(request);
    }
    size_max_ = size_max;
}

std::optional<Instant> Window::oldest_deadline() const {
    if (oldest_ == nowhere) return std::nullopt;
    return places_[oldest_].request.deadline;
}

std::optional<Instant> Window::oldest_sent() const {
    if (oldest_ == nowhere) return std::nullopt;
    return places_[oldest_].request.sent;
}

void Window::push(Request request) {
    ENSURE(!full());
    const Place place = free_;
    Placed& placed = places_[place];
    free_ = placed.newer;
    if (newest_ != nowhere)
        request.deadline = std::max(request.deadline, places_[newest_].request.deadline);
    placed = {.request = request, .older = newest_, .newer = nowhere};
    (newest_ == nowhere ? oldest_ : places_[newest_].newer) = place;
    newest_ = place;
    ++in_use_;

    const std::size_t mask = entries_.size() - 1;
    std::size_t entry = home_of(request.sequence);
    while (entries_[entry].place != nowhere) {
        ENSURE(entries_[entry].sequence != request.sequence);
        entry = (entry + 1) & mask;
    }
    entries_[entry] = {request.sequence, place};
}

const Window::Request* Window::find(std::uint32_t sequence) const {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t entry = home_of(sequence); entries_[entry].place != nowhere;
         entry = (entry + 1) & mask) {
        if (entries_[entry].sequence == sequence) return &places_[entries_[entry].place].request;
    }
    return nullptr;
}

std::optional<Window::Request> Window::answer(std::uint32_t sequence) {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t entry = home_of(sequence); entries_[entry].place != nowhere;
         entry = (entry + 1) & mask) {
        if (entries_[entry].sequence != sequence) continue;
        const Place place = entries_[entry].place;
        forget_entry(entry);
        return take(place);
    }
    return std::nullopt;
}

std::optional<Window::Request> Window::expire(Instant now) {
    if (oldest_ == nowhere || places_[oldest_].request.deadline > now) return std::nullopt;
    return answer(places_[oldest_].request.sequence);
}

std::vector<Window::Request> Window::clear() {
    std::vector<Request> all;
    all.reserve(in_use_);
    while (oldest_ != nowhere)
        all.push_back(*answer(places_[oldest_].request.sequence));
    return all;
}

std::size_t Window::home_of(std::uint32_t sequence) const {
    return static_cast<std::uint32_t>(sequence * golden) >> home_shift_;
}

// Moves later entries of the run into the hole (Knuth, TAOCP vol. 3 §6.4, algorithm R), so that no
// tombstones pile up.
void Window::forget_entry(std::size_t entry) {
    const std::size_t mask = entries_.size() - 1;
    std::size_t hole = entry;
    for (std::size_t next = (hole + 1) & mask; entries_[next].place != nowhere;
         next = (next + 1) & mask) {
        const std::size_t home = home_of(entries_[next].sequence);
        const bool reachable_past_hole = ((next - home) & mask) < ((next - hole) & mask);
        if (reachable_past_hole) continue;
        entries_[hole] = entries_[next];
        hole = next;
    }
    entries_[hole].place = nowhere;
}

Window::Request Window::take(Place place) {
    Placed& placed = places_[place];
    (placed.older == nowhere ? oldest_ : places_[placed.older].newer) = placed.newer;
    (placed.newer == nowhere ? newest_ : places_[placed.newer].older) = placed.older;
    placed.newer = free_;
    free_ = place;
    --in_use_;
    return placed.request;
}

}  // namespace parley::session
