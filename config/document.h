#pragma once
// YAML as a plain tree that remembers where everything stood, for whoever has files of a shape that
// describe.h cannot say (the simulator's scenarios). Knows no setting.

#include "config/load.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::config {

/// From 1; 0: nowhere.
struct Place {
    int line = 0;
    int column = 0;
};

struct YamlMember;
struct YamlNode {
    enum class Kind : std::uint8_t { nothing, scalar, list, map };
    Kind kind = Kind::nothing;
    Place place;
    std::string text;                 // of a scalar
    bool quoted = false;              // a scalar that can only be a text
    std::vector<YamlNode> items;      // of a list
    std::vector<YamlMember> members;  // of a map, in order of the file

    const YamlNode* find(std::string_view name) const;
};
struct YamlMember {
    std::string name;
    Place place;
    YamlNode value;
};
/// "a map", "a list", "nothing" or "a single value".
std::string_view kind_of(const YamlNode& node);

struct Document {
    std::optional<YamlNode> root;  // exactly when there are no complaints
    std::vector<Complaint> complaints;
};
/// One document. Refused: what is not YAML, a second document, a key that stands twice in one map
/// or is no single value. name stands for the file in complaints.
Document read_document(const std::string& text, const std::string& name);
/// A file's text; empty when it cannot be read.
std::optional<std::string> read_text_file(const std::string& path);

}  // namespace parley::config
