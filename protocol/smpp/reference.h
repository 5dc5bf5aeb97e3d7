#pragma once
// The page docs/reference/smpp.md, from the tables and fields() lists of this folder.
// tools/describe writes it; a test fails when the file in the repository says something else.

#include <string>

namespace parley::smpp {

std::string reference_markdown();

}  // namespace parley::smpp
