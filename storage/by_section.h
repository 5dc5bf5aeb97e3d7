#pragma once
// Finding a section among others that are sorted by their number.

#include "storage/ids.h"

#include <algorithm>
#include <cstddef>

namespace parley::storage {

/// Of a random-access range whose elements have an `id`, by rising number; the end when it is not
/// there. Numbers are given one by one, so a section is nearly always where its distance says.
template <typename Sections>
auto find_section(Sections& sections, SectionId id) {
    if (sections.empty() || id < sections.front().id) return sections.end();
    const std::size_t guess = id - sections.front().id;
    if (guess < sections.size() && sections[guess].id == id)
        return sections.begin() + static_cast<std::ptrdiff_t>(guess);
    const auto found = std::ranges::lower_bound(
        sections, id, {}, [](const auto& section) -> SectionId { return section.id; });
    return found != sections.end() && found->id == id ? found : sections.end();
}

}  // namespace parley::storage
