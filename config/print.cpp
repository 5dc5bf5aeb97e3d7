#include "config/print.h"

#include "config/describe.h"
#include "config/value.h"

namespace parley::config {
namespace {

/// Double quotes make every text safe: YAML's own escapes cover the rest.
std::string quoted(const std::string& text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string out("\"");
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20 || octet == 0x7F) {
            out += "\\x";
            out += hex[octet >> 4U];
            out += hex[octet & 0xFU];
        } else {
            out += c;
        }
    }
    return out += '"';
}

class Printer {
public:
    explicit Printer(std::string& out, std::size_t depth = 0) : out_(out), depth_(depth) {}

    template <typename Field>
    void operator()(std::string_view name, Field& field, const About& about) {
        if (is_left_out(field, about)) return;
        key(name);
        print(field, about);
    }

    /// The next key continues a line that was begun with "- ".
    void begin_item() { in_item_ = true; }

private:
    template <typename Field>
    static bool is_left_out(const Field&, const About&) {
        return false;
    }
    /// Nothing is no id: it can only be left out.
    static bool is_left_out(const std::string& field, const About& about) {
        return field.empty() &&
               (about.shape == Shape::identifier || about.shape == Shape::reference);
    }
    template <Described Field>
    static bool is_left_out(const std::optional<Field>& field, const About&) {
        return !field;
    }

    void key(std::string_view name) {
        if (!in_item_) out_.append(depth_ * 2, ' ');
        in_item_ = false;
        out_ += name;
        out_ += ':';
    }
    void line(std::string_view value) { out_.append(" ").append(value).append("\n"); }

    template <typename Field>
    void print(const Field& field, const About& about) {
        line(write_value(field, about));
    }
    void print(const std::string& field, const About& about) {
        line(quoted(write_value(field, about)));
    }
    void print(const std::vector<std::string>& field, const About& about) {
        std::string list = "[";
        for (const std::string& item : field)
            list.append(list.size() > 1 ? ", " : "").append(quoted(write_value(item, about)));
        line(list + "]");
    }
    void print(const NamedValues& field, const About&) {
        std::string map = "{";
        for (const NamedValue& entry : field) {
            map.append(map.size() > 1 ? ", " : " ").append(quoted(entry.name));
            map.append(": ").append(quoted(entry.value));
        }
        line(map + (field.empty() ? "}" : " }"));
    }
    template <Described Field>
    void print(Field& field, const About&) {
        out_ += '\n';
        Printer inner(out_, depth_ + 1);
        describe(field, inner);
    }
    template <Described Field>
    void print(std::optional<Field>& field, const About& about) {
        print(*field, about);
    }
    template <Described Field>
    void print(std::vector<Field>& field, const About&) {
        if (field.empty()) return line("[]");
        out_ += '\n';
        for (Field& item : field) {
            out_.append(depth_ * 2 + 2, ' ').append("- ");
            Printer inner(out_, depth_ + 2);
            inner.begin_item();
            describe(item, inner);
        }
    }

    std::string& out_;
    std::size_t depth_;
    bool in_item_ = false;
};

}  // namespace

std::string to_yaml(const Config& config) {
    Config copy = config;  // describe() wants fields that it could write to
    std::string out;
    Printer printer(out);
    describe(copy, printer);
    return out;
}

}  // namespace parley::config
