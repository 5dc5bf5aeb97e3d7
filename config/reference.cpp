#include "config/reference.h"

#include "config/describe.h"
#include "config/value.h"

namespace parley::config {
namespace {

constexpr std::string_view introduction =
    R"(# Settings

<!-- Written by parley-describe from config/describe.h. Change it there; a test compares. -->

One YAML file holds all of them. Everything has a default but the settings marked *required*.
Durations are written `500ms`, `10s`, `2m`, `72h`, `30d` or joined as `1h30m`; sizes `64KiB`,
`512MiB`, `1GiB`; rates `500/s`, `30/m` or a bare number per second.

A value may hold `${NAME}` or `${NAME:-default}` from the environment (`$${` is a plain `${`). A
*secret* is masked wherever it is shown, and may be kept in a file of its own: instead of `password`
write `password_file`, a path relative to the configuration file.

The file is read when the engine starts, and again on `SIGHUP`, `parley reload` and `POST
/v1/config/reload` ([operating](../operating.md)). *change* says how a running engine takes another
value over then: **live**, at once; **reconnect**, the carrier's links finish what is in flight and
bind anew, one after another; **restart**, not before the process starts again. Carriers, brands,
routes and accounts are added and removed live.
)";

std::string in_code(const std::string& text) {
    return text.empty() ? "empty" : "`" + text + "`";
}

/// One table per part; parts inside come after it, each under its full path.
class Page {
public:
    Page(std::string& out, std::string path, Effect outer)
        : out_(out), path_(std::move(path)), outer_(outer) {}

    template <typename Field>
    void operator()(std::string_view name, Field& field, const About& about) {
        add(name, field, about);
    }

    void finish() {
        if (!rows_.empty())
            out_ +=
                "\n| setting | default | expected | change | |\n|---|---|---|---|---|\n" + rows_;
        out_ += parts_;
    }

private:
    void row(std::string_view name, const About& about, const std::string& value,
             const std::string& wanted) {
        std::string help(about.help);
        if (about.secret) help += " (secret)";
        const std::string shown = about.required ? "*required*" : value;
        std::string what = wanted;
        if (!about.unit.empty() && about.unit != "octets")
            what += " (" + std::string(about.unit) + ")";
        rows_ += "| `" + std::string(name) + "` | " + shown + " | " + what + " | " +
                 std::string(config::name(effect_of(about, outer_))) + " | " + help + " |\n";
    }

    template <typename Field>
    void add(std::string_view name, Field& field, const About& about) {
        row(name, about, in_code(write_value(field, about)), expected(field, about));
    }
    void add(std::string_view name, std::vector<std::string>& field, const About& about) {
        row(name, about, "`[]`", expected(field, about));
    }
    void add(std::string_view name, NamedValues& field, const About& about) {
        row(name, about, "`{}`", expected(field, about));
    }
    template <Described Field>
    void add(std::string_view name, Field& field, const About& about) {
        part(path_ + std::string(name), field, about);
    }
    template <Described Field>
    void add(std::string_view name, std::optional<Field>&, const About& about) {
        Field example;
        part(path_ + std::string(name), example, about);
    }
    template <Described Field>
    void add(std::string_view name, std::vector<Field>&, const About& about) {
        Field example;
        part(path_ + std::string(name) + "[]", example, about);
    }
    template <typename Field>
    void part(const std::string& path, Field& field, const About& about) {
        parts_ += "\n## `" + path + "`\n\n" + std::string(about.help) + ".\n";
        Page inner(parts_, path + ".", effect_of(about, outer_));
        describe(field, inner);
        inner.finish();
    }

    std::string& out_;
    std::string path_;
    Effect outer_;
    std::string rows_;
    std::string parts_;
};

}  // namespace

std::string reference_markdown() {
    std::string out(introduction);
    Config defaults;
    Page page(out, "", Effect::restart);
    describe(defaults, page);
    page.finish();
    return out;
}

}  // namespace parley::config
