#include "tools/carrier_sim/scenario/settings_text.h"

#include "tools/carrier_sim/scenario/fields.h"

#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

namespace json = boost::json;

/// The same tree that YAML gives, without places.
Node node_of(const json::value& value) {
    Node node;
    if (value.is_object()) {
        node.kind = Node::Kind::map;
        for (const auto& member : value.get_object())
            node.members.push_back({member.key(), {}, node_of(member.value())});
    } else if (value.is_array()) {
        node.kind = Node::Kind::list;
        for (const auto& item : value.get_array())
            node.items.push_back(node_of(item));
    } else if (!value.is_null()) {
        node.kind = Node::Kind::scalar;
        node.quoted = value.is_string();
        node.text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    }
    if (value.is_double()) {  // Boost.JSON writes 5E-2, which no person does
        node.text = std::to_string(value.get_double());
    }
    return node;
}

Node node_of(std::string_view name, std::string_view text) {
    if (text.starts_with('[') || text.starts_with('{')) {
        auto document = config::read_document(std::string(text), std::string(name));
        if (!document.root) throw SettingError(config::to_text(document.complaints.front()));
        return std::move(*document.root);
    }
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = text;
    return node;
}

[[noreturn]] void throw_unknown(std::string_view name) {
    std::string names;
    for (const std::string& known : setting_names())
        names += (names.empty() ? "" : ", ") + known;
    throw SettingError(
        with_suggestion("'" + std::string(name) + "' is no setting", name, setting_names()) +
        "; there are: " + names);
}

void set_one(Settings& settings, std::string_view name, const Node& value) {
    std::vector<config::Complaint> complaints;
    if (!set_from_node(Reading("", complaints).inside(name), settings, name, value))
        throw_unknown(name);
    if (complaints.empty()) return;
    throw SettingError(complaints.front().setting + ": " + complaints.front().text);
}

template <class Value>
Value value_from(std::string_view name, const json::value& given) {
    std::vector<config::Complaint> complaints;
    Value value{};
    read(Reading("", complaints).inside(name), node_of(given), value);
    if (!complaints.empty()) throw SettingError(std::string(name) + ": " + complaints[0].text);
    return value;
}

}  // namespace

std::vector<SettingHelp> setting_help() {
    std::vector<SettingHelp> list;
    const Settings defaults;
    describe(defaults, [&](std::string_view name, const auto& field, std::string_view help) {
        const auto value = write(field);
        list.push_back({std::string(name), std::string(help), json::serialize(value),
                        expected(field), value.is_bool()});
    });
    return list;
}

std::vector<std::string> setting_names() {
    std::vector<std::string> names;
    const Settings defaults;
    describe(defaults, [&](std::string_view name, const auto&, std::string_view) {
        names.emplace_back(name);
    });
    return names;
}

void set_from_text(Settings& settings, std::string_view name, std::string_view value) {
    set_one(settings, name, node_of(name, value));
}

void set_from_json(Settings& settings, const json::value& members) {
    if (!members.is_object()) throw SettingError("expected an object of settings");
    auto changed = settings;
    for (const auto& member : members.get_object())
        set_one(changed, member.key(), node_of(member.value()));
    settings = std::move(changed);
}

json::object to_json(const Settings& settings) {
    return write(settings).as_object();
}

bool set_from_node(const Reading& at, Settings& settings, std::string_view name,
                   const config::YamlNode& value) {
    bool found = false;
    describe(settings, [&](std::string_view candidate, auto&& field, std::string_view) {
        if (candidate != name) return;
        found = true;
        read(at, value, field);
    });
    return found;
}

void copy_setting(const Settings& from, Settings& to, std::string_view name) {
    describe(to, [&](std::string_view candidate, auto&& field, std::string_view) {
        if (candidate != name) return;
        describe(from, [&](std::string_view other, const auto& value, std::string_view) {
            if (other != candidate) return;
            using Field = std::decay_t<decltype(field)>;
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Field, Value>) {
                field = value;
            } else if constexpr (requires { field.value = value.value; }) {
                field.value = value.value;
            }
        });
    });
}

smpp::Status status_from(std::string_view name, const json::value& value) {
    return value_from<smpp::Status>(name, value);
}

MoKind mo_kind_from(std::string_view name, const json::value& value) {
    return value_from<MoKind>(name, value);
}

std::string_view name_of(MoKind kind) {
    return word_of(kind);
}

}  // namespace parley::carrier_sim
