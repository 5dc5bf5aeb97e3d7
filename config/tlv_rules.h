#pragma once
// What a list of a carrier's own TLVs must be, beyond what each entry says: tags and names that are
// free, lengths that fit their type. Called by the loader for each map that has such a list.

#include "config/check.h"

namespace parley::config {

/// `own_from`: the first that stands in the map itself; those before it are inherited and not
/// complained of. Settings are relative to the map and count its own: "tlvs[0].name".
std::vector<Contradiction> check_tlvs(const std::vector<TlvRule>& rules, std::size_t own_from);

}  // namespace parley::config
