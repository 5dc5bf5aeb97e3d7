#include "tools/carrier_sim/scenario/read.h"

#include "tools/carrier_sim/scenario/check.h"
#include "tools/carrier_sim/scenario/ready.h"
#include "tools/carrier_sim/scenario/sentence.h"
#include "tools/carrier_sim/scenario/settings_text.h"
#include "tools/carrier_sim/scenario/shape.h"

#include <algorithm>
#include <set>

namespace parley::carrier_sim {
namespace {

/// `set: { response_delay: 2s, window_max: 10 }`: one order each.
void read_set(const Reading& at, const Node& node, Duration lasts, std::vector<Order>& orders) {
    if (node.kind != Node::Kind::map) return at.refuse(node, "a map of settings");
    for (const config::YamlMember& member : node.members) {
        SetOne set{.name = member.name, .value = {}};
        if (member.name == "accounts") {
            at.inside(member.name).complain(member.place, "accounts are fixed at the start");
        } else if (!set_from_node(at.inside(member.name), set.value, member.name, member.value)) {
            at.inside(member.name)
                .complain(member.place, with_suggestion("there is no such setting", member.name,
                                                        setting_names()));
        } else {
            std::string words = "set " + member.name;
            if (member.value.kind == Node::Kind::scalar) words += " to " + member.value.text;
            if (lasts > Duration::zero()) words += " for " + duration_text(lasts);
            orders.push_back({.deed = std::move(set),
                              .lasts = lasts,
                              .words = std::move(words),
                              .place = member.place});
        }
    }
}

void read_do(const Reading& at, const Node& node, std::vector<Order>& orders) {
    if (node.kind != Node::Kind::list) {
        if (auto order = read_sentence(at, node)) orders.push_back(std::move(*order));
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (auto order = read_sentence(at.at(i), node.items[i]))
            orders.push_back(std::move(*order));
    }
}

void read_step(const Reading& at, const Node& node, Step& step) {
    MapReading map(at, node);
    step.place = node.place;
    describe(step, map);
    Duration lasts{0};
    const Node* lasts_node = map.take("for");
    if (lasts_node != nullptr) read(at.inside("for"), *lasts_node, lasts);
    const Node* sentence = map.take("do");
    const Node* set = map.take("set");
    map.refuse_unknown();
    if (node.kind != Node::Kind::map) return;
    if (node.find("at") == nullptr) at.inside("at").complain(node.place, "is missing");
    if ((sentence == nullptr) == (set == nullptr))
        at.complain(node.place, "expected either 'do' or 'set'");
    if (lasts_node != nullptr && set == nullptr)
        at.inside("for").complain(lasts_node->place,
                                  "belongs to 'set'; in a sentence it is said at the end");
    if (sentence != nullptr) read_do(at.inside("do"), *sentence, step.orders);
    if (set != nullptr) read_set(at.inside("set"), *set, lasts, step.orders);
}

void read_carrier(const Reading& at, const Node& node, CarrierSpec& carrier) {
    MapReading map(at, node);
    describe(carrier, map);
    map.refuse_unknown();
}

void read_top(const Reading& at, const Node& node, Scenario& scenario) {
    MapReading map(at, node);
    describe(scenario, map);
    const auto each = [&](std::string_view name, auto& list, auto read_item) {
        const Node* items = map.take(name);
        if (items == nullptr || items->kind == Node::Kind::nothing) return;
        if (items->kind != Node::Kind::list)
            return at.inside(name).refuse(*items, "a list of maps");
        list.resize(items->items.size());
        for (std::size_t i = 0; i < list.size(); ++i)
            read_item(at.inside(name).at(i), items->items[i], list[i]);
    };
    each("carriers", scenario.carriers, read_carrier);
    each("timeline", scenario.timeline, read_step);
    map.refuse_unknown();
}

std::string file_name(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    return name.substr(0, name.rfind('.'));
}

}  // namespace

LoadedScenario read_scenario(const std::string& text, const std::string& file) {
    LoadedScenario loaded;
    config::Document document = config::read_document(text, file);
    loaded.complaints = std::move(document.complaints);
    if (!document.root) return loaded;
    Scenario scenario;
    scenario.name = file_name(file);
    const Reading top(file, loaded.complaints);
    read_top(top, *document.root, scenario);
    if (scenario.carriers.empty()) scenario.carriers.emplace_back();
    check(top, *document.root, scenario);
    std::ranges::stable_sort(loaded.complaints, [](const auto& left, const auto& right) {
        return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    if (loaded.complaints.empty()) loaded.scenario = std::move(scenario);
    return loaded;
}

LoadedScenario load_scenario(const std::string& name_or_path) {
    const bool path = name_or_path.find('/') != std::string::npos ||
                      name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml");
    if (!path) {
        std::vector<std::string> names;
        for (const ReadyScenario& ready : ready_scenarios()) {
            if (ready.name == name_or_path)
                return read_scenario(std::string(ready.text), name_or_path + ".yaml");
            names.emplace_back(ready.name);
        }
        std::string text = "there is no ready scenario of this name: expected one of ";
        for (const std::string& name : names)
            text += name + ", ";
        return {std::nullopt,
                {{.file = name_or_path,
                  .text = with_suggestion(text + "or the path of a file", name_or_path, names)}}};
    }
    const auto text = config::read_text_file(name_or_path);
    if (text) return read_scenario(*text, name_or_path);
    return {std::nullopt,
            {{.file = name_or_path, .text = "cannot be read: expected a readable file"}}};
}

}  // namespace parley::carrier_sim
