#pragma once
// The rules of the house that a program can read: who may include whom, where libraries live, what
// a source file looks like. Reads a source tree; changes nothing. docs/architecture.md has the
// picture.

#include <filesystem>
#include <string>
#include <vector>

namespace parley::structure {

struct Finding {
    std::string file;  // from the root of the tree
    int line = 0;
    std::string rule;
};
/// "engine/queue/x.cpp:3: engine/queue may not include engine/policy/gate.h …"
std::string to_text(const Finding& finding);

/// Every #include of engine/ protocol/ storage/ config/ metrics/ tools/ against the arrows and
/// fences.
std::vector<Finding> check_includes(const std::filesystem::path& root);
/// Clocks, chance, threads and sockets in rooms that are fed time and dice instead.
std::vector<Finding> check_purity(const std::filesystem::path& root);
/// Leftover notes to ourselves, long lines, headers that do not say what they are.
std::vector<Finding> check_style(const std::filesystem::path& root);

/// How many source files the three checks above look at: a tree without any proves nothing.
std::size_t count_sources(const std::filesystem::path& root);

}  // namespace parley::structure
