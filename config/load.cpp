#include "config/load.h"

#include "config/check.h"
#include "config/describe.h"
#include "config/dialects.h"
#include "config/tlv_rules.h"
#include "config/value.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>
#include <type_traits>

#include <yaml-cpp/yaml.h>

namespace parley::config {
namespace {

/// What one run of the loader shares: where complaints go, and where each setting stood.
class Run {
public:
    Run(std::string file, const Environment& environment)
        : file_(std::move(file)), environment_(environment) {}

    void complain(const YAML::Mark& mark, std::string setting, std::string text) {
        const bool known = !mark.is_null();
        complaints_.push_back({file_, known ? mark.line + 1 : 0, known ? mark.column + 1 : 0,
                               std::move(setting), std::move(text)});
    }
    void remember(const std::string& setting, const YAML::Mark& mark) {
        places_[setting] = mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
    }

    void complain(Contradiction found) {
        complaints_.push_back(
            locate(file_, places_, std::move(found.setting), std::move(found.text)));
    }

    /// `${NAME}` and `${NAME:-default}` replaced; empty after a complaint.
    std::optional<std::string> expand(const std::string& text, const YAML::Mark& mark,
                                      const std::string& setting);
    /// The file that a secret is kept in; empty after a complaint.
    std::optional<std::string> read_secret(const std::string& path, const YAML::Mark& mark,
                                           const std::string& setting);

    /// Text of a file beside this one; empty when it cannot be read.
    std::optional<std::string> read_beside(const std::string& path) const;
    std::string beside(const std::string& path) const {
        return (std::filesystem::path(file_).parent_path() / path).lexically_normal().string();
    }
    const Environment& environment() const { return environment_; }
    /// Of another file that this one names; they come last.
    void take_over(std::vector<Complaint> complaints) {
        elsewhere_.insert(elsewhere_.end(), std::make_move_iterator(complaints.begin()),
                          std::make_move_iterator(complaints.end()));
    }
    /// How many files lead here, each by naming the next.
    std::size_t depth() const { return depth_; }
    void set_depth(std::size_t depth) { depth_ = depth; }

    bool complained() const { return !complaints_.empty() || !elsewhere_.empty(); }
    Places take_places() { return std::move(places_); }

    std::vector<Complaint> take_complaints() {
        std::ranges::stable_sort(complaints_, [](const Complaint& left, const Complaint& right) {
            return std::pair(left.line, left.column) < std::pair(right.line, right.column);
        });
        take_over_elsewhere();
        return std::move(complaints_);
    }

private:
    void take_over_elsewhere() {
        complaints_.insert(complaints_.end(), std::make_move_iterator(elsewhere_.begin()),
                           std::make_move_iterator(elsewhere_.end()));
    }

    std::size_t depth_ = 0;
    std::vector<Complaint> elsewhere_;
    std::string file_;
    const Environment& environment_;
    std::vector<Complaint> complaints_;
    Places places_;
};

bool is_variable_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && std::ranges::all_of(name, allowed);
}

std::optional<std::string> Run::expand(const std::string& text, const YAML::Mark& mark,
                                       const std::string& setting) {
    std::string expanded;
    std::size_t at = 0;
    for (;;) {
        const auto open = text.find("${", at);
        if (open == std::string::npos) return expanded.append(text, at);
        expanded.append(text, at, open - at);
        if (expanded.ends_with('$')) {  // "$${"
            expanded += '{';
            at = open + 2;
            continue;
        }
        const auto close = text.find('}', open);
        const std::string inside =
            text.substr(open + 2, close == std::string::npos ? close : close - open - 2);
        const auto colon = inside.find(":-");
        const std::string name = inside.substr(0, colon);
        if (close == std::string::npos || !is_variable_name(name)) {
            complain(mark, setting, "after '${' expected a name and '}', as in ${NAME:-default}");
            return std::nullopt;
        }
        if (auto value = environment_(name)) {
            expanded += *value;
        } else if (colon != std::string::npos) {
            expanded += inside.substr(colon + 2);
        } else {
            complain(
                mark, setting,
                "the environment has no " + name + ": set it, or write ${" + name + ":-default}");
            return std::nullopt;
        }
        at = close + 1;
    }
}

std::optional<std::string> Run::read_secret(const std::string& path, const YAML::Mark& mark,
                                            const std::string& setting) {
    const auto full = std::filesystem::path(file_).parent_path() / path;
    std::ifstream file(full);
    std::string text;
    constexpr std::size_t size_max =
        64 * 1024;  // a device or a log given by mistake must not fill memory
    text.resize(size_max);
    if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (text.empty() || text.size() == size_max) {
        complain(mark, setting,
                 "cannot read a secret from '" + full.string() +
                     "': expected a readable file of 1 … 65535 octets");
        return std::nullopt;
    }
    return text;
}

std::optional<std::string> Run::read_beside(const std::string& path) const {
    const std::string full = beside(path);
    std::ifstream file(full, std::ios::binary);
    std::ostringstream text;
    std::error_code ignored;
    if (!file || std::filesystem::is_directory(full, ignored)) return std::nullopt;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

std::string_view kind_of(const YAML::Node& node) {
    if (node.IsMap()) return "a map";
    if (node.IsSequence()) return "a list";
    return node.IsNull() ? "nothing" : "a single value";
}

/// One map of the file, met by a describe() list. Tells apart what is read, missing and unknown.
class Part {
public:
    Part(Run& run, const YAML::Node& node, std::string path)
        : run_(run), node_(node), path_(std::move(path)) {
        run_.remember(path_, node_.Mark());
        if (node_.IsNull()) return;  // a heading with nothing under it
        if (!node_.IsMap()) {
            run_.complain(node_.Mark(), path_,
                          "expected a map, found " + std::string(kind_of(node_)));
            readable_ = false;
            return;
        }
        refuse_repeated_keys();
    }

    template <typename Field>
    void operator()(std::string_view name, Field& field, const About& about) {
        names_.emplace_back(name);
        if (!readable_) return;
        const YAML::Node value = find(names_.back());
        if (about.secret && read_from_file(std::string(name), value.IsDefined(), field, about))
            return;
        if (value.IsDefined()) {
            read(value, inside(name), field, about);
        } else if (about.required) {
            run_.complain(node_.Mark(), inside(name),
                          "is missing: expected " + wanted(field, about));
        }
    }

    void read_dialect(Dialect& dialect) {
        if (readable_) begin_like(dialect);
        const std::size_t statuses = dialect.statuses.size();
        const std::size_t errors = dialect.receipt_errors.size();
        const std::size_t words = dialect.receipt_states.size();
        const std::size_t tlvs = dialect.tlvs.size();
        describe(dialect, *this);
        refuse_unknown_keys();
        put_over(dialect.statuses, statuses, &StatusRule::status, "statuses", "status");
        put_over(dialect.receipt_errors, errors, &ReceiptRule::error, "receipt_errors", "error");
        put_over(dialect.receipt_states, words, &ReceiptWord::stat, "receipt_states", "stat");
        const std::size_t own = dialect.tlvs.size() - tlvs;
        put_over(dialect.tlvs, tlvs, &TlvRule::tag, "tlvs", "tag");
        for (const Contradiction& found : check_tlvs(dialect.tlvs, dialect.tlvs.size() - own))
            run_.complain({inside(found.setting), found.text});
    }

    /// A map whose names are not ours.
    void read_entries(NamedValues& field, const About& about) {
        if (!readable_ || !node_.IsMap()) return;
        for (const auto& entry : node_) {
            const About name{.min = 1, .max = 32, .shape = Shape::identifier};
            const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
            NamedValue& read_in = field.emplace_back();
            note(read_value(key, read_in.name, name), entry.first.Mark(), inside(key));
            read(entry.second, inside(key), read_in.value, about);
        }
    }

    /// After the list was walked: whatever it did not name is unknown.
    void refuse_unknown_keys() {
        if (!readable_ || !node_.IsMap()) return;
        for (const auto& entry : node_) {
            const std::string& name = entry.first.Scalar();
            if (entry.first.IsScalar() && std::ranges::find(names_, name) != names_.end()) continue;
            std::string text = "there is no such setting";
            if (const auto near = nearest(name, names_)) text += "; did you mean '" + *near + "'?";
            run_.complain(entry.first.Mark(), inside(entry.first.IsScalar() ? name : "?"), text);
        }
    }

private:
    std::string inside(std::string_view name) const {
        return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    }

    /// Rules from `own` on are this map's: they replace inherited ones with the same key.
    template <typename Rule, typename Key>
    void put_over(std::vector<Rule>& rules, std::size_t own, Key Rule::*key, std::string_view list,
                  std::string_view name) {
        const auto middle = rules.begin() + static_cast<std::ptrdiff_t>(own);
        for (auto rule = middle; rule != rules.end(); ++rule) {
            const bool missing = (*rule).*key == Key{};  // and complained of
            const bool twice = std::any_of(
                middle, rule, [&](const Rule& earlier) { return earlier.*key == (*rule).*key; });
            if (twice && !missing)
                run_.complain(
                    {inside(list) + "[" + std::to_string(rule - middle) + "]." + std::string(name),
                     "stands twice in the same list"});
        }
        const auto replaced = [&](const Rule& inherited) {
            return std::any_of(middle, rules.end(),
                               [&](const Rule& rule) { return rule.*key == inherited.*key; });
        };
        rules.erase(std::remove_if(rules.begin(), middle, replaced), middle);
    }

    /// By hand: Node::operator[] on a Null or shared node would change it.
    YAML::Node find(const std::string& name) const {
        if (node_.IsMap()) {
            for (const auto& entry : node_) {
                if (entry.first.IsScalar() && entry.first.Scalar() == name) return entry.second;
            }
        }
        return YAML::Node(YAML::NodeType::Undefined);
    }

    void refuse_repeated_keys() {
        std::vector<std::string> seen;
        for (const auto& entry : node_) {
            if (!entry.first.IsScalar()) continue;
            const std::string& name = entry.first.Scalar();
            if (std::ranges::find(seen, name) != seen.end())
                run_.complain(entry.first.Mark(), inside(name), "stands twice in the same map");
            seen.push_back(name);
        }
    }

    template <typename Field>
    static std::string wanted(const Field& field, const About& about) {
        if constexpr (requires { expected(field, about); }) {
            return expected(field, about);
        } else {
            return "a list of maps";
        }
    }

    // Secrets in files: only texts and lists of texts are ever secret.
    template <typename Field>
    bool read_from_file(const std::string&, bool, Field&, const About&) {
        return false;
    }
    bool read_from_file(const std::string& name, bool also_inline, std::string& field,
                        const About& about) {
        const auto found = secret_lines(name, also_inline);
        if (!found) return false;
        const auto& [mark, lines] = *found;
        if (lines.empty()) return true;
        note(read_value(lines.front(), field, about), mark, inside(name + "_file"));
        return true;
    }
    bool read_from_file(const std::string& name, bool also_inline, std::vector<std::string>& field,
                        const About& about) {
        const auto found = secret_lines(name, also_inline);
        if (!found) return false;
        const auto& [mark, lines] = *found;
        field.clear();
        for (const std::string& line : lines) {
            field.emplace_back();
            note(read_value(line, field.back(), about), mark, inside(name + "_file"));
        }
        return true;
    }

    /// Empty when the setting is not given by file; no lines after a complaint.
    std::optional<std::pair<YAML::Mark, std::vector<std::string>>> secret_lines(
        const std::string& name, bool also_inline) {
        const std::string key = name + "_file";
        names_.push_back(key);
        const YAML::Node value = find(key);
        if (!value.IsDefined()) return std::nullopt;
        std::pair<YAML::Mark, std::vector<std::string>> found(value.Mark(), {});
        std::string path;
        read(value, inside(key), path, {.min = 1, .max = 4'096, .shape = Shape::folder});
        if (path.empty()) return found;
        if (also_inline) {
            run_.complain(value.Mark(), inside(key), "stands beside " + name + ": give only one");
        } else if (const auto text = run_.read_secret(path, value.Mark(), inside(key))) {
            found.second = lines_of(*text);
        }
        return found;
    }

    // A single value.
    template <typename Field>
    void read(const YAML::Node& node, const std::string& path, Field& field, const About& about) {
        run_.remember(path, node.Mark());
        if (!node.IsScalar()) {
            run_.complain(
                node.Mark(), path,
                "expected " + wanted(field, about) + ", found " + std::string(kind_of(node)));
            return;
        }
        const auto text = run_.expand(node.Scalar(), node.Mark(), path);
        if (!text) return;
        note(read_value(*text, field, about), node.Mark(), path);
        if constexpr (std::is_same_v<Field, std::string>) {
            if (about.shape == Shape::pem && !field.empty()) read_pem(node, path, field);
            if (about.shape == Shape::file && !field.empty()) field = run_.beside(field);
        }
    }

    /// What is in it, only the engine can judge; that it is there and PEM is seen here.
    void read_pem(const YAML::Node& node, const std::string& path, std::string& file) {
        const auto text = run_.read_beside(file);
        file = run_.beside(file);
        if (!text) {
            run_.complain(node.Mark(), path,
                          "cannot read '" + file + "': expected a readable file of PEM");
        } else if (text->find("-----BEGIN ") == std::string::npos) {
            run_.complain(node.Mark(), path,
                          "'" + file + "' holds no PEM: expected a line -----BEGIN …-----");
        }
    }

    void read(const YAML::Node& node, const std::string& path, std::vector<std::string>& field,
              const About& about) {
        each(node, path, about, [&](const YAML::Node& item, const std::string& item_path) {
            field.emplace_back();
            read(item, item_path, field.back(), about);
        });
    }

    void read(const YAML::Node& node, const std::string& path, NamedValues& field,
              const About& about) {
        Part(run_, node, path).read_entries(field, about);
    }

    template <Described Field>
    void read(const YAML::Node& node, const std::string& path, Field& field, const About&) {
        Part part(run_, node, path);
        if constexpr (std::is_same_v<Field, Dialect>) {
            part.read_dialect(field);
        } else {
            describe(field, part);
            part.refuse_unknown_keys();
        }
    }

    /// The id alone, or a map.
    void read(const YAML::Node& node, const std::string& path, RouteCarrier& field,
              const About& about) {
        if (node.IsScalar()) return read(node, path, field.id, about);
        Part part(run_, node, path);
        describe(field, part);
        part.refuse_unknown_keys();
    }

    /// That it stands there at all says something.
    template <Described Field>
    void read(const YAML::Node& node, const std::string& path, std::optional<Field>& field,
              const About& about) {
        field.emplace();
        read(node, path, *field, about);
    }

    /// What it is like comes first, and this map over it.
    void begin_like(Dialect& dialect);

    template <Described Field>
    void read(const YAML::Node& node, const std::string& path, std::vector<Field>& field,
              const About& about) {
        each(node, path, about, [&](const YAML::Node& item, const std::string& item_path) {
            field.emplace_back();
            read(item, item_path, field.back(), about);
        });
    }

    template <typename Visit>
    void each(const YAML::Node& node, const std::string& path, const About& about, Visit visit) {
        run_.remember(path, node.Mark());
        if (about.one_will_do && node.IsScalar()) {
            visit(node, path);
            return;
        }
        if (node.IsSequence()) {
            for (std::size_t i = 0; i < node.size(); ++i)
                visit(node[i], path + "[" + std::to_string(i) + "]");
        } else if (!node.IsNull()) {
            run_.complain(node.Mark(), path,
                          "expected a list, found " + std::string(kind_of(node)));
            return;
        }
        if (about.required && (node.IsNull() || node.size() == 0))
            run_.complain(node.Mark(), path, "is empty: expected at least one");
    }

    void note(std::string problem, const YAML::Mark& mark, std::string path) {
        if (!problem.empty()) run_.complain(mark, std::move(path), std::move(problem));
    }

    Run& run_;
    YAML::Node node_;
    std::string path_;
    std::vector<std::string> names_;  // all that the describe() list named
    bool readable_ = true;
};

/// A ready dialect is named, a file has a path: a slash, or .yaml at its end.
bool is_path(const std::string& like) {
    return like.find('/') != std::string::npos || like.ends_with(".yaml");
}

std::string no_dialect(const std::string& name) {
    std::vector<std::string> names;
    std::string list;
    for (const ReadyDialect& ready : ready_dialects()) {
        names.emplace_back(ready.name);
        list.append(list.empty() ? "" : ", ").append(ready.name);
    }
    std::string text = "there is no ready dialect '" + name + "': expected one of " + list +
                       ", or the path of a file";
    if (const auto near = nearest(name, names)) text += "; did you mean '" + *near + "'?";
    return text;
}

/// A file that holds the settings of a dialect and nothing else.
void read_dialect_text(Run& run, const std::string& text, Dialect& dialect) {
    try {
        const YAML::Node node = YAML::Load(text);
        Part(run, node, "").read_dialect(dialect);
    } catch (const YAML::Exception& error) {
        run.complain(error.mark, "", "is not YAML: " + error.msg);
    }
}

void Part::begin_like(Dialect& dialect) {
    const YAML::Node value = find("like");
    if (!value.IsDefined() || !value.IsScalar()) return;  // describe() complains of the latter
    const auto like = run_.expand(value.Scalar(), value.Mark(), inside("like"));
    if (!like || like->empty()) return;
    const auto refuse = [&](std::string why) {
        run_.complain(value.Mark(), inside("like"), std::move(why));
    };
    constexpr std::size_t depth_max = 8;
    if (run_.depth() == depth_max) return refuse("leads from file to file without end");
    std::optional<std::string> text;
    std::string file = *like;
    if (is_path(*like)) {
        file = run_.beside(*like);
        text = run_.read_beside(*like);
        if (!text) return refuse("cannot read '" + file + "': expected a readable file");
    } else if (const auto ready = ready_dialect(*like)) {
        file = "dialects/" + *like + ".yaml";
        text = *ready;
    } else {
        return refuse(no_dialect(*like));
    }
    Run inner(file, run_.environment());
    inner.set_depth(run_.depth() + 1);
    read_dialect_text(inner, *text, dialect);
    run_.take_over(inner.take_complaints());
}

void read_document(Run& run, const std::string& text, Config& config, const Examine& examine) {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
        run.complain(documents[1].Mark(), "", "a second YAML document: expected one");
        return;
    }
    if (documents.empty() || documents[0].IsNull()) {
        run.complain(YAML::Mark::null_mark(), "", "is empty: expected settings");
        return;
    }
    Part part(run, documents[0], "");
    describe(config, part);
    part.refuse_unknown_keys();
    for (Contradiction& found : check(config))
        run.complain(std::move(found));
    if (!examine || run.complained()) return;
    for (Contradiction& found : examine(config))
        run.complain(std::move(found));
}

}  // namespace

Complaint locate(const std::string& file, const Places& places, std::string setting,
                 std::string text) {
    std::string path = setting;
    while (!path.empty() && !places.contains(path)) {
        const auto cut = path.find_last_of(".[");
        path.resize(cut == std::string::npos ? 0 : cut);
    }
    const auto found = places.find(path);
    const Place place = found == places.end() ? Place{} : found->second;
    return {file, place.line, place.column, std::move(setting), std::move(text)};
}

std::string to_text(const Complaint& complaint) {
    std::string text = complaint.file;
    if (complaint.line > 0)
        text += ":" + std::to_string(complaint.line) + ":" + std::to_string(complaint.column);
    text += ": ";
    if (!complaint.setting.empty()) text += complaint.setting + ": ";
    return text + complaint.text;
}

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Loaded load_text(const std::string& text, const std::string& name, const Environment& environment,
                 const Examine& examine) {
    Run run(name, environment);
    Config config;
    try {
        read_document(run, text, config, examine);
    } catch (const YAML::Exception& error) {  // the library reports bad syntax only by throwing
        run.complain(error.mark, "", "is not YAML: " + error.msg);
    }
    Loaded loaded{.config = std::nullopt,
                  .complaints = run.take_complaints(),
                  .file = name,
                  .places = run.take_places()};
    if (loaded.complaints.empty()) loaded.config = std::move(config);
    return loaded;
}

Loaded load(const std::string& path, const Environment& environment, const Examine& examine) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    std::error_code ignored;
    if (!file || !text || std::filesystem::is_directory(path, ignored)) {
        const Complaint complaint{.file = path, .text = "cannot be read: expected a readable file"};
        return {.config = std::nullopt, .complaints = {complaint}, .file = path, .places = {}};
    }
    return load_text(text.str(), path, environment, examine);
}

LoadedDialect load_dialect(const std::string& like, const Environment& environment) {
    const bool file = is_path(like);
    Run run(file ? like : "dialects/" + like + ".yaml", environment);
    const auto text = file ? run.read_beside(std::filesystem::path(like).filename().string())
                           : ready_dialect(like);
    Dialect dialect;
    if (text) {
        read_dialect_text(run, *text, dialect);
    } else if (file) {
        run.complain(YAML::Mark::null_mark(), "", "cannot be read: expected a readable file");
    } else {
        run.complain(YAML::Mark::null_mark(), "", no_dialect(like));
    }
    LoadedDialect loaded{.dialect = std::nullopt, .complaints = run.take_complaints()};
    if (loaded.complaints.empty()) loaded.dialect = std::move(dialect);
    return loaded;
}

}  // namespace parley::config
