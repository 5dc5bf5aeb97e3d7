#pragma once
// Which links a carrier's settings ask for, and what each is made of. Values: knows no session.

#include "config/config.h"
#include "engine/session/esme_session.h"

#include <optional>
#include <string>
#include <vector>

namespace parley {

struct LinkPlan {
    std::string name;  // "acme-1", "acme-1-tx"; unique in the process
    session::EsmeSettings session{};
    std::vector<std::string> hosts{};  // by EsmeSession::host(); of outbind: where we listen
    std::string source_address{};
    std::optional<config::Tls> tls{};
};

/// In order of their names' numbers.
std::vector<LinkPlan> links_of(const config::Carrier& carrier);

/// Whether a session that was made by `old` has to end before it is as `wanted` asks for.
bool needs_new_session(const LinkPlan& old, const LinkPlan& wanted);

/// What a session that was made by `old` goes by until it ends: the window and the timers that
/// `wanted` asks for, and all else as it was.
session::EsmeSettings until_renewed(const LinkPlan& old, const LinkPlan& wanted);

}  // namespace parley
