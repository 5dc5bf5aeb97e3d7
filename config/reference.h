#pragma once
// The page docs/reference/settings.md, from the describe() lists. tools/describe writes it; a test
// fails when the file in the repository says something else.

#include <string>

namespace parley::config {

std::string reference_markdown();

}  // namespace parley::config
