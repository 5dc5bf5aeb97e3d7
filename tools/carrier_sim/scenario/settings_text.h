#pragma once
// The settings of a simulated carrier under their names, for flags, --set, POST /settings and the
// steps of a timeline: read from text or JSON, written as JSON. A bad one throws a sentence that
// names the setting, the value and what was expected. Pure.

#include "config/document.h"
#include "tools/carrier_sim/settings.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

namespace parley::carrier_sim {

struct SettingError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct SettingHelp {
    std::string name;
    std::string help;
    std::string value;       // the default, as JSON
    std::string expected;    // in words
    bool is_switch = false;  // true or false
};
std::vector<SettingHelp> setting_help();
std::vector<std::string> setting_names();

/// value as on a command line: 12, 0.05, true, "20ms", "10ms..50ms", ESME_RTHROTTLED,
/// "DELIVRD:95,UNDELIV:5"; lists of rules as YAML or JSON.
void set_from_text(Settings& settings, std::string_view name, std::string_view value);
/// Every member of the object; nothing is changed unless all are good.
void set_from_json(Settings& settings, const boost::json::value& members);
boost::json::object to_json(const Settings& settings);

/// Reads one setting of a scenario; complaints go where `at` says. False: there is none of this
/// name.
class Reading;
bool set_from_node(const Reading& at, Settings& settings, std::string_view name,
                   const config::YamlNode& value);
/// Takes one setting over from another carrier's.
void copy_setting(const Settings& from, Settings& to, std::string_view name);

// Single values that orders use too.
smpp::Status status_from(std::string_view name, const boost::json::value& value);
MoKind mo_kind_from(std::string_view name, const boost::json::value& value);
std::string_view name_of(MoKind kind);

}  // namespace parley::carrier_sim
