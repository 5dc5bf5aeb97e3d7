#include "storage/retirer.h"

#include "storage/by_section.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley::storage {

void Retirer::add(SectionId section, std::uint32_t pins) {
    assert(section > newest());
    sections_.push_back({section, pins, {}});
    memory_octets_ += sizeof(Known);
}

void Retirer::pin(SectionId section) {
    if (Known* found = known(section)) ++found->pins;
}

void Retirer::release(SectionId section, std::uint32_t count) {
    Known* found = known(section);
    assert(found != nullptr && found->pins >= count);
    if (found != nullptr) found->pins -= std::min(found->pins, count);
}

void Retirer::settle(MessageId id, std::string_view message) {
    Known* found = known(id.section());
    if (found == nullptr) return;
    const std::size_t before = found->settled.octets();
    found->settled.add(id.index(), message);
    memory_octets_ += found->settled.octets() - before;
}

std::optional<std::string_view> Retirer::find(MessageId id) const {
    const Known* found = known(id.section());
    return found == nullptr ? std::nullopt : found->settled.find(id.index());
}

std::size_t Retirer::ready(std::size_t page_octets_max, bool another_follows) const {
    std::size_t octets = 0;
    std::size_t count = 0;
    const std::size_t kept = another_follows ? 0 : 1;
    while (count + kept < sections_.size() && sections_[count].pins == 0 &&
           octets <= page_octets_max) {
        octets += sections_[count++].settled.octets();
    }
    return count;
}

void Retirer::retire(std::size_t n) {
    for (; n > 0; --n) {
        memory_octets_ -= sizeof(Known) + sections_.front().settled.octets();
        sections_.pop_front();
    }
}

const Retirer::Known* Retirer::known(SectionId section) const {
    const auto found = find_section(sections_, section);
    return found == sections_.end() ? nullptr : &*found;
}

Retirer::Known* Retirer::known(SectionId section) {
    return const_cast<Known*>(std::as_const(*this).known(section));
}

}  // namespace parley::storage
