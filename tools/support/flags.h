#pragma once
// Command lines of the tools' programs: "--name value", "--name=value" and "--name" for switches,
// each declared once with its help and bounds. A bad one throws a sentence that names the flag, the
// value and what was expected.

#include <charconv>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace parley::tools {

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The whole text as a number within bounds; throws UsageError naming it.
template <class Number>
Number read_number(std::string_view name, std::string_view value, Number min, Number max) {
    Number number{};
    const auto end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    if (value.empty() || error != std::errc{} || stop != end || !(number >= min && number <= max)) {
        const auto text = [](Number bound) {
            auto written = std::to_string(bound);
            if (written.find('.') != written.npos) {
                written.erase(written.find_last_not_of('0') + 1);
                if (written.back() == '.') written.pop_back();
            }
            return written;
        };
        const bool open = max == std::numeric_limits<Number>::max();
        throw UsageError(std::string(name) + ": '" + std::string(value) + "' is not a number of " +
                         text(min) + (open ? " or more" : " to " + text(max)));
    }
    return number;
}

class Flags {
public:
    using Set = std::function<void(std::string_view)>;

    /// The first line of the help.
    explicit Flags(std::string about) : about_(std::move(about)) {}

    void value(std::string name, std::string value_name, std::string help, Set set) {
        flags_.push_back({std::move(name), std::move(value_name), std::move(help), std::move(set)});
    }
    void text(std::string name, std::string value_name, std::string help, std::string& target) {
        value(std::move(name), std::move(value_name), std::move(help),
              [&target](std::string_view given) { target = given; });
    }
    template <class Number>
    void number(const std::string& name, std::string value_name, std::string help, Number& target,
                std::type_identity_t<Number> min = 0,
                std::type_identity_t<Number> max = std::numeric_limits<Number>::max()) {
        value(name, std::move(value_name), std::move(help),
              [&target, name, min, max](std::string_view given) {
                  target = read_number<Number>("--" + name, given, min, max);
              });
    }
    void on(std::string name, std::string help, bool& target) {
        value(std::move(name), "", std::move(help), [&target](std::string_view) { target = true; });
    }

    /// False when only the help was asked for.
    bool parse(int argc, const char* const* argv) const {
        for (int i = 1; i < argc; ++i) {
            std::string_view word = argv[i];
            if (word == "--help" || word == "-h") return false;
            if (!word.starts_with("--")) {
                throw UsageError("'" + std::string(word) + "' is no flag (see --help)");
            }
            word.remove_prefix(2);
            const auto equals = word.find('=');
            const auto& flag = find(word.substr(0, equals));
            if (flag.value_name.empty()) {
                if (equals != word.npos) throw UsageError("--" + flag.name + " takes no value");
                flag.set({});
            } else if (equals != word.npos) {
                flag.set(word.substr(equals + 1));
            } else if (i + 1 < argc) {
                flag.set(argv[++i]);
            } else {
                throw UsageError("--" + flag.name + " needs a value: " + flag.value_name);
            }
        }
        return true;
    }

    std::string help() const {
        std::string out = about_ + "\n\n";
        for (const auto& flag : flags_) {
            auto line = "  --" + flag.name + (flag.value_name.empty() ? "" : " ") + flag.value_name;
            line.resize(std::max<std::size_t>(line.size() + 2, 32), ' ');
            out += line + flag.help + "\n";
        }
        return out;
    }

private:
    struct Flag {
        std::string name;
        std::string value_name;  // empty: a switch
        std::string help;
        Set set;
    };

    const Flag& find(std::string_view name) const {
        for (const auto& flag : flags_) {
            if (flag.name == name) return flag;
        }
        throw UsageError("--" + std::string(name) + " is unknown (see --help)");
    }

    std::string about_;
    std::vector<Flag> flags_;
};

}  // namespace parley::tools
