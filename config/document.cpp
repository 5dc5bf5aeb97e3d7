#include "config/document.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <yaml-cpp/yaml.h>

namespace parley::config {
namespace {

constexpr int depth_max = 32;  // an alias may lead into itself

Place place_of(const YAML::Mark& mark) {
    return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

class Walk {
public:
    explicit Walk(std::string file) : file_(std::move(file)) {}

    void complain(Place place, std::string setting, std::string text) {
        complaints_.push_back(
            {file_, place.line, place.column, std::move(setting), std::move(text)});
    }

    YamlNode copy(const YAML::Node& from, int depth = 0) {
        YamlNode node;
        node.place = place_of(from.Mark());
        if (depth > depth_max) {
            complain(node.place, "", "is nested too deep");
        } else if (from.IsScalar()) {
            node.kind = YamlNode::Kind::scalar;
            node.text = from.Scalar();
            node.quoted = from.Tag() == "!";
        } else if (from.IsSequence()) {
            node.kind = YamlNode::Kind::list;
            for (const auto& item : from)
                node.items.push_back(copy(item, depth + 1));
        } else if (from.IsMap()) {
            copy_members(from, node, depth);
        }
        return node;
    }

    std::vector<Complaint> take_complaints() { return std::move(complaints_); }

private:
    void copy_members(const YAML::Node& from, YamlNode& node, int depth) {
        node.kind = YamlNode::Kind::map;
        for (const auto& entry : from) {
            const Place place = place_of(entry.first.Mark());
            if (!entry.first.IsScalar()) {
                complain(place, "", "a key is a single word");
                continue;
            }
            if (node.find(entry.first.Scalar()) != nullptr)
                complain(place, entry.first.Scalar(), "stands twice in the same map");
            node.members.push_back({entry.first.Scalar(), place, copy(entry.second, depth + 1)});
        }
    }

    std::string file_;
    std::vector<Complaint> complaints_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &YamlMember::name);
    return found == members.end() ? nullptr : &found->value;
}

std::string_view kind_of(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::map:
            return "a map";
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::scalar:
            return "a single value";
        case YamlNode::Kind::nothing:
            break;
    }
    return "nothing";
}

Document read_document(const std::string& text, const std::string& name) {
    Walk walk(name);
    Document document;
    YamlNode root;
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(text);
        if (documents.empty() || documents[0].IsNull()) {
            walk.complain({}, "", "is empty");
        } else if (documents.size() > 1) {
            walk.complain(place_of(documents[1].Mark()), "",
                          "a second YAML document: expected one");
        } else {
            root = walk.copy(documents[0]);
        }
    } catch (const YAML::Exception& error) {  // the library reports bad syntax only by throwing
        walk.complain(place_of(error.mark), "", "is not YAML: " + error.msg);
    }
    document.complaints = walk.take_complaints();
    if (document.complaints.empty()) document.root = std::move(root);
    return document;
}

std::optional<std::string> read_text_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    std::error_code ignored;
    if (!file || !text || std::filesystem::is_directory(path, ignored)) return std::nullopt;
    return text.str();
}

}  // namespace parley::config
