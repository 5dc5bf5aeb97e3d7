#pragma once
// The English phrases with which people ask to be left alone, and the doubtful ones that a person
// should see. opt_out.cpp asks it last, when no keyword fits.

#include "engine/policy/opt_out.h"

#include <string_view>

namespace parley::policy {

/// Rule::phrase (they want out), Rule::review or Rule::none. Takes what normalise_words returned.
Rule judge_phrases(std::string_view words);

}  // namespace parley::policy
