#pragma once
// YAML in, structs out. Called before anything runs; reads the file, the secrets it points to and
// the environment, and nothing else. Complains about everything that is wrong at once.

#include "config/check.h"
#include "config/config.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::config {

/// One thing that is wrong, and where.
struct Complaint {
    std::string file;
    int line = 0;  // from 1; 0: about the file as a whole
    int column = 0;
    std::string setting;  // "carriers[0].window"; empty when no setting is to blame
    std::string text;
};
/// "parley.yaml:12:13: carriers[0].window: 70000 is out of bounds: expected 1 … 65535"
std::string to_text(const Complaint& complaint);

/// Where a setting stands in the file, from 1; 0: not known.
struct Place {
    int line = 0;
    int column = 0;
};
using Places = std::map<std::string, Place>;  // by setting, "carriers[0].window"

/// A complaint about a setting of this file; one that was left out stands where its part does.
Complaint locate(const std::string& file, const Places& places, std::string setting,
                 std::string text);

struct Loaded {
    std::optional<Config> config;       // exactly when there are no complaints
    std::vector<Complaint> complaints;  // in order of the file
    std::string file;
    Places places;  // for those who find out later that a setting does not do
};

/// What `${NAME}` stands for; empty: not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> process_environment(const std::string& name);

/// Finds what only others can know, such as whether a value fits its TLV. Asked when all else is
/// right.
using Examine = std::function<std::vector<Contradiction>(const Config&)>;

/// Values may hold `${NAME}` and `${NAME:-default}`; `$${` is a plain `${`. A secret may be given
/// as
/// `<name>_file: path`, relative to the configuration file, of which the first line counts (for a
/// list of secrets: every line).
Loaded load(const std::string& path, const Environment& environment = process_environment,
            const Examine& examine = {});
/// The same for a text already in memory; `name` stands for the file.
Loaded load_text(const std::string& text, const std::string& name,
                 const Environment& environment = process_environment, const Examine& examine = {});

struct LoadedDialect {
    std::optional<Dialect> dialect;  // exactly when there are no complaints
    std::vector<Complaint> complaints;
};
/// A ready dialect by its name or a file, as `like` has them, relative to the working directory.
LoadedDialect load_dialect(const std::string& like,
                           const Environment& environment = process_environment);

}  // namespace parley::config
