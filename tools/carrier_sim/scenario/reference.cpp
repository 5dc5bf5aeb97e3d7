#include "tools/carrier_sim/scenario/read.h"
#include "tools/carrier_sim/scenario/ready.h"
#include "tools/carrier_sim/scenario/sentence.h"
#include "tools/carrier_sim/scenario/settings_text.h"
#include "tools/carrier_sim/scenario/shape.h"

#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

constexpr std::string_view introduction =
    R"(# Scenarios

<!-- Written by parley-describe from tools/carrier_sim/scenario; a test compares. -->

A scenario is a YAML file that says which carriers `parley-sim` plays, how they behave, and what
happens when:

```yaml
about: a carrier that is throttled now and then
seed: 7
carriers:
  - id: acme
    listen: 127.0.0.1:2775
    response_delay: 20ms~150ms
    receipt_states: { DELIVRD: 95, UNDELIV: 5 }
    handsets:
      - { contains: "?", answers: ["Yes", "No"], delay: 1s..5s, chance: 30%, stop_after: 4 }
timeline:
  - { at: 30s, do: throttle to 50/s for 20s }
  - { at: 1m, every: 10s, times: 3, do: cut connections }
  - { at: 2m, for: 20s, on: acme, set: { response_delay: 2s, receipt_missing_chance: 10% } }
```

`parley-sim --scenario FILE` runs it, `parley-sim --check FILE` says what is wrong with it, with
file, line and column. The same seed draws the same chances in the same order of submits.

Times are written `500us`, `20ms`, `2s`, `1m30s`, `24h`; where a delay is drawn, `10ms..50ms` is
even between the two, and `20ms~150ms` log-normal with that median and 99th percentile. A chance is
`5%` or `0.05`. A rate is `50/s` or `3000/m`. A number matches as `+15550002000`, as a prefix
`+1555*`, or empty for all.
)";

std::string in_cell(std::string text) {
    for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2))
        text.insert(at, "\\");
    return text;
}

/// One table; the parts inside come after it.
class Table {
public:
    explicit Table(std::string& out) : out_(out) {
        out_ += "\n| key | default | expected | |\n|---|---|---|---|\n";
    }
    template <class Field>
    void operator()(std::string_view name, const Field& field, std::string_view help) {
        row(name, boost::json::serialize(write(field)), expected(field), help);
    }
    void row(std::string_view name, std::string value, const std::string& wanted,
             std::string_view help) {
        std::erase(value, '"');
        const bool said = !value.empty() && value != "null" && value != "[]";
        out_ += "| `" + std::string(name) + "` | " + (said ? "`" + in_cell(value) + "`" : "") +
                " | " + in_cell(wanted) + " | " + in_cell(std::string(help)) + " |\n";
    }

private:
    std::string& out_;
};

template <class Part>
void add_part(std::string& out, const std::string& title, const std::string& text,
              const Part& part) {
    out += "\n## " + title + "\n\n" + text + "\n";
    Table table(out);
    describe(part, table);
}

}  // namespace

std::string scenario_reference_markdown() {
    std::string out(introduction);
    add_part(out, "The file", "Beside these: `carriers` and `timeline`, each a list.", Scenario());
    add_part(out, "`carriers[]`",
             "Ports first, then every setting; the settings are also flags (`--response-delay`), "
             "members of `POST /settings` and what `set` of a timeline knows.",
             CarrierSpec());
    add_part(out, "`carriers[].accounts[]`",
             "Who may bind. Receipts and handsets' messages stay with their account.", Account());
    add_part(out, "`carriers[].handsets[]`",
             "People who answer. Judged submit by submit; the first rule that matches and wins its "
             "chance answers, and only that one.",
             HandsetRule());
    add_part(out, "`carriers[].refusals[]`", "Submits that are refused.", RefusalRule());
    add_part(out, "`timeline[]`",
             "Steps, in order of time. Each has `at` and either `do`, a sentence or a list of "
             "them, or `set`, a map of settings, with `for` when they are to be taken back.",
             Step());
    out +=
        "\n## Sentences\n\nWords in capitals stand for values; what is in brackets may be left "
        "out. Where *for* is marked, `for TIME` may follow, and then it is undone.\n\n"
        "| sentence | for | |\n|---|---|---|\n";
    for (const SentenceHelp& sentence : sentences())
        out += "| `" + std::string(sentence.form) + "` | " + (sentence.lasts ? "for" : "") + " | " +
               in_cell(std::string(sentence.help)) + " |\n";
    out +=
        "\n## Ready ones\n\n`parley-sim --scenario NAME`; `parley-sim --show NAME` prints one, "
        "with what it shows and how an engine should look.\n\n| name | |\n|---|---|\n";
    for (const ReadyScenario& ready : ready_scenarios()) {
        const auto loaded = read_scenario(std::string(ready.text), std::string(ready.name));
        out += "| `" + std::string(ready.name) + "` | " +
               (loaded.scenario ? in_cell(loaded.scenario->about) : "broken") + " |\n";
    }
    return out;
}

}  // namespace parley::carrier_sim
