#pragma once
// Pages that name tests: whether each test is there.

#include "tests/structure/rules.h"

#include <filesystem>
#include <string>
#include <vector>

namespace parley::structure {

/// A test as a page names it: `kind:Suite.Name`, or `kind:script` with its title in quotes.
struct NamedTest {
    int line = 0;
    std::string kind;   // "unit", "interop" …
    std::string name;   // "Suite.Name", or the script's
    std::string title;  // of the test within the script; may be empty
};
std::vector<NamedTest> read_named_tests(const std::string& page);
/// Those that no source under tests/ has, and scripts that ctest is not told of.
std::vector<Finding> check_named_tests(const std::filesystem::path& root, const std::string& file);

}  // namespace parley::structure
