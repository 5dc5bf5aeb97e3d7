// Where a run goes, as a person writes it.

#include "tools/loadgen/options.h"
#include "tools/support/flags.h"

#include <array>
#include <stdexcept>

namespace parley::loadgen {
namespace {

struct Scheme {
    std::string_view begin;
    bool smpp;
    bool tls;
    std::uint16_t port;
};
// 2775 is IANA's port of SMPP; 3550 is what message centres mostly use for SMPP in TLS.
constexpr std::array<Scheme, 4> schemes{{
    {"smpp://", true, false, 2775},
    {"smpps://", true, true, 3550},
    {"http://", false, false, 80},
    {"https://", false, true, 443},
}};

[[noreturn]] void fail(std::string_view url, std::string_view what) {
    throw tools::UsageError("the target '" + std::string(url) + "' " + std::string(what));
}

}  // namespace

Target read_target(std::string_view url) {
    const Scheme* scheme = nullptr;
    for (const auto& known : schemes) {
        if (url.starts_with(known.begin)) scheme = &known;
    }
    if (scheme == nullptr) {
        fail(url, "is no URL: expected smpp://host:port, smpps://…, http://… or https://…");
    }
    auto rest = url.substr(scheme->begin.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find('/') != rest.npos)
        fail(url, scheme->smpp ? "has a path" : "has a path: that is always /v1/messages");
    if (rest.find('@') != rest.npos)
        fail(url, "has a user in it: give --system-id and --password, or --key");
    const auto bracket = rest.find(']');
    const auto colon = rest.find(':', rest.starts_with('[') && bracket != rest.npos ? bracket : 0);
    Target target{.smpp = scheme->smpp, .tls = scheme->tls};
    try {
        target.endpoint = tools::parse_endpoint(
            colon == rest.npos ? std::string(rest) + ":" + std::to_string(scheme->port)
                               : std::string(rest));
    } catch (const std::runtime_error& error) {
        fail(url, std::string("has no good address: ") + error.what());
    }
    target.url = std::string(scheme->begin) + target.text();
    return target;
}

}  // namespace parley::loadgen
