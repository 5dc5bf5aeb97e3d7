#include "config/plan.h"

#include "config/pairs.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace parley::config {
namespace {

std::string write_list(const std::vector<std::string>& items, const About& about) {
    std::string list = "[";
    for (const std::string& item : items)
        list.append(list.size() > 1 ? ", " : "").append(write_value(item, about));
    return list + "]";
}

/// One part in one line: what it has that is not the default.
class Summary {
public:
    template <typename Part>
    static std::string of(Part& part) {
        Part usual{};
        return of(usual, part);
    }

    template <typename Field>
    void operator()(std::string_view name, Field& usual, Field& field, const About& about) {
        if constexpr (Described<Field>) {
            const std::string inside = Summary::of(usual, field);
            if (inside != "{  }") add(name, inside);
        } else {
            if (field != usual) add(name, write(field, about));
        }
    }
    template <Described Field>
    void operator()(std::string_view name, std::optional<Field>&, std::optional<Field>& field,
                    const About&) {
        if (field) add(name, Summary::of(*field));
    }
    template <Described Field>
    void operator()(std::string_view name, std::vector<Field>&, std::vector<Field>& field,
                    const About&) {
        std::string list;
        for (Field& each : field)
            list.append(list.empty() ? "" : ", ").append(Summary::of(each));
        if (!field.empty()) add(name, "[" + list + "]");
    }

private:
    template <typename Part>
    static std::string of(Part& usual, Part& part) {
        Summary summary;
        side_by_side(usual, part, summary);
        return "{ " + summary.text_ + " }";
    }
    template <typename Field>
    static std::string write(const Field& field, const About& about) {
        return write_value(field, about);
    }
    static std::string write(const std::vector<std::string>& field, const About& about) {
        return write_list(field, about);
    }
    static std::string write(const NamedValues& field, const About&) {
        std::string map;
        for (const NamedValue& each : field)
            map.append(map.empty() ? "" : ", ").append(each.name).append(": ").append(each.value);
        return "{ " + map + " }";
    }
    void add(std::string_view name, const std::string& value) {
        text_.append(text_.empty() ? "" : ", ").append(name).append(": ").append(value);
    }

    std::string text_;
};

class Planner {
public:
    Planner(std::vector<Change>& changes, std::string path, Effect outer)
        : changes_(changes), path_(std::move(path)), outer_(outer) {}

    // A single value.
    template <typename Field>
    void operator()(std::string_view name, Field& before, Field& after, const About& about) {
        if (before == after) return;
        changed(inside(name), write_value(before, about), write_value(after, about), about);
    }

    void operator()(std::string_view name, std::vector<std::string>& before,
                    std::vector<std::string>& after, const About& about) {
        if (before == after) return;
        if (about.shape != Shape::sender) {
            return changed(inside(name), write_list(before, about), write_list(after, about),
                           about);
        }
        // There may be thousands, and their order says nothing.
        const std::set<std::string> old(before.begin(), before.end());
        const std::set<std::string> now(after.begin(), after.end());
        for (const std::string& each : before) {
            if (!now.contains(each)) removed(inside(name) + "[" + each + "]", "", about);
        }
        for (const std::string& each : after) {
            if (!old.contains(each)) added(inside(name) + "[" + each + "]", "", about);
        }
    }

    void operator()(std::string_view name, NamedValues& before, NamedValues& after,
                    const About& about) {
        const auto value_in = [](const NamedValues& all, const std::string& key) {
            const auto found = std::ranges::find(all, key, &NamedValue::name);
            return found == all.end() ? std::nullopt : std::optional(found->value);
        };
        const std::string path = inside(name);
        for (const NamedValue& each : before) {
            const auto now = value_in(after, each.name);
            if (!now) {
                removed(path + "." + each.name, each.value, about);
            } else if (*now != each.value) {
                changed(path + "." + each.name, each.value, *now, about);
            }
        }
        for (const NamedValue& each : after) {
            if (!value_in(before, each.name)) added(path + "." + each.name, each.value, about);
        }
    }

    // Parts.
    template <Described Field>
    void operator()(std::string_view name, Field& before, Field& after, const About& about) {
        compare(inside(name), before, after, about);
    }
    template <Described Field>
    void operator()(std::string_view name, std::optional<Field>& before,
                    std::optional<Field>& after, const About& about) {
        if (before && after) return compare(inside(name), *before, *after, about);
        if (before) removed(inside(name), Summary::of(*before), about);
        if (after) added(inside(name), Summary::of(*after), about);
    }
    template <Described Field>
    void operator()(std::string_view name, std::vector<Field>& before, std::vector<Field>& after,
                    const About& about) {
        const std::vector<std::string> old = identities(before);
        const std::vector<std::string> now = identities(after);
        const auto path_of = [&](const std::string& identity) {
            return inside(name) + "[" + identity + "]";
        };
        std::vector<std::string> old_order;
        std::vector<std::string> new_order;
        for (std::size_t n = 0; n < old.size(); ++n) {
            if (std::ranges::find(now, old[n]) != now.end()) {
                old_order.push_back(old[n]);
            } else {
                removed(path_of(old[n]), Summary::of(before[n]), about);
            }
        }
        for (std::size_t n = 0; n < now.size(); ++n) {
            const auto found = std::ranges::find(old, now[n]);
            if (found == old.end()) {
                added(path_of(now[n]), Summary::of(after[n]), about);
                continue;
            }
            new_order.push_back(now[n]);
            compare(path_of(now[n]), before[static_cast<std::size_t>(found - old.begin())],
                    after[n], about);
        }
        if (old_order != new_order) {
            changed(inside(name) + " (order)", write_list(old_order, {}), write_list(new_order, {}),
                    about);
        }
    }

private:
    std::string inside(std::string_view name) const {
        return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    }

    template <typename Part>
    void compare(std::string path, Part& before, Part& after, const About& about) {
        Planner inner(changes_, std::move(path), effect_of(about, outer_));
        side_by_side(before, after, inner);
    }

    void changed(std::string setting, std::string before, std::string after, const About& about) {
        changes_.push_back({Change::Kind::changed, std::move(setting), std::move(before),
                            std::move(after), effect_of(about, outer_)});
    }
    void added(std::string setting, std::string after, const About& about) {
        changes_.push_back({Change::Kind::added, std::move(setting), "", std::move(after),
                            effect_of(about, outer_)});
    }
    void removed(std::string setting, std::string before, const About& about) {
        changes_.push_back({Change::Kind::removed, std::move(setting), std::move(before), "",
                            effect_of(about, outer_)});
    }

    std::vector<Change>& changes_;
    std::string path_;
    Effect outer_;
};

/// Puts the old value back where only a restart brings the new one.
class Keeper {
public:
    explicit Keeper(Effect outer) : outer_(outer) {}

    template <typename Field>
    void operator()(std::string_view, Field& running, Field& wanted, const About& about) {
        if constexpr (Described<Field>) {
            Keeper inner(effect_of(about, outer_));
            side_by_side(running, wanted, inner);
        } else {
            if (effect_of(about, outer_) == Effect::restart) wanted = running;
        }
    }
    template <Described Field>
    void operator()(std::string_view, std::optional<Field>& running, std::optional<Field>& wanted,
                    const About& about) {
        Keeper inner(effect_of(about, outer_));
        if (running && wanted) {
            side_by_side(*running, *wanted, inner);
        } else if (inner.outer_ == Effect::restart) {
            wanted = running;
        }
    }
    template <Described Field>
    void operator()(std::string_view, std::vector<Field>& running, std::vector<Field>& wanted,
                    const About& about) {
        Keeper inner(effect_of(about, outer_));
        if (inner.outer_ == Effect::restart) {
            wanted = running;
            return;
        }
        const std::vector<std::string> old = identities(running);
        const std::vector<std::string> now = identities(wanted);
        for (std::size_t n = 0; n < now.size(); ++n) {
            const auto found = std::ranges::find(old, now[n]);
            if (found == old.end()) continue;
            side_by_side(running[static_cast<std::size_t>(found - old.begin())], wanted[n], inner);
        }
    }

private:
    Effect outer_;
};

}  // namespace

std::string_view name(Change::Kind kind) {
    switch (kind) {
        case Change::Kind::changed:
            return "changed";
        case Change::Kind::added:
            return "added";
        case Change::Kind::removed:
            return "removed";
    }
    return "";
}

std::string to_text(const Change& change) {
    constexpr std::size_t width = 11;  // of the longest effect, and two spaces
    std::string text(name(change.effect));
    text.resize(width, ' ');
    text += change.setting + ": ";
    const auto with = [](std::string_view word, const std::string& value) {
        return value.empty() ? std::string(word) : std::string(word) + " " + value;
    };
    const auto or_empty = [](const std::string& value) {
        return value.empty() ? std::string("(empty)") : value;
    };
    switch (change.kind) {
        case Change::Kind::changed:
            return text + or_empty(change.before) + " -> " + or_empty(change.after);
        case Change::Kind::added:
            return text + with("added", change.after);
        case Change::Kind::removed:
            return text + with("removed", change.before);
    }
    return text;
}

std::vector<Change> plan(const Config& running, const Config& wanted) {
    Config before = running;  // describe() wants fields that it could write to
    Config after = wanted;
    std::vector<Change> changes;
    Planner planner(changes, "", Effect::restart);
    side_by_side(before, after, planner);
    return changes;
}

Config without_restart(const Config& running, Config wanted) {
    Config before = running;
    Keeper keeper(Effect::restart);
    side_by_side(before, wanted, keeper);
    return wanted;
}

}  // namespace parley::config
