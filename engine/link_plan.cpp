#include "engine/link_plan.h"

#include "engine/carrier/dialect.h"

#include <algorithm>
#include <tuple>

namespace parley {

using session::BindType;

namespace {

session::EsmeSettings session_settings(const config::Carrier& carrier, BindType bind,
                                       std::uint32_t number) {
    session::EsmeSettings settings;
    settings.system_id = carrier.system_id;
    settings.password = carrier.password;
    settings.system_type = carrier.system_type;
    settings.interface_version = carrier.interface_version;
    settings.bind = bind;
    settings.window = carrier.window;
    settings.bind_timeout = carrier.bind_timeout;
    settings.response_timeout = carrier.response_timeout;
    settings.enquire_link_every = carrier.enquire_link_every;
    settings.inactivity_timeout = carrier.inactivity_timeout;
    settings.expiries_max = carrier.expiries_max;
    settings.write_timeout = carrier.write_timeout;
    settings.unbind_timeout = carrier.unbind_timeout;
    settings.reconnect_min = carrier.reconnect_min;
    settings.reconnect_max = carrier.reconnect_max;
    settings.already_bound_wait = carrier.already_bound_wait;
    settings.refused_wait = carrier.refused_wait;
    settings.statuses = carrier::statuses_of(carrier.dialect);
    settings.hosts = std::max<std::size_t>(1, carrier.address.size());
    if (carrier.hosts == config::HostOrder::spread)
        settings.first_host = (number - 1) % settings.hosts;
    return settings;
}

session::EsmeSettings outbind_settings(const config::Carrier& carrier) {
    const config::Outbind& outbind = *carrier.outbind;
    const bool both = outbind.bind == config::OutbindMode::transceiver;
    session::EsmeSettings settings =
        session_settings(carrier, both ? BindType::transceiver : BindType::receiver, 1);
    settings.hosts = 1;
    settings.first_host = 0;
    settings.awaits_outbind = true;
    settings.outbind_system_id = outbind.system_id;
    settings.outbind_password = outbind.password;
    return settings;
}

/// What has to be as it was for a session to live on. Of settings, const or not.
template <class Settings>
auto identity(Settings& settings) {
    return std::tie(settings.system_id, settings.password, settings.system_type,
                    settings.interface_version, settings.bind, settings.hosts, settings.first_host,
                    settings.awaits_outbind, settings.outbind_system_id, settings.outbind_password);
}

}  // namespace

std::vector<LinkPlan> links_of(const config::Carrier& carrier) {
    std::vector<LinkPlan> links;
    const auto add = [&](std::uint32_t number, BindType bind, const char* suffix) {
        links.push_back({.name = carrier.id + "-" + std::to_string(number) + suffix,
                         .session = session_settings(carrier, bind, number),
                         .hosts = carrier.address,
                         .source_address = carrier.source_address,
                         .tls = carrier.tls});
    };
    const auto mode = carrier.bind;
    const bool pairs = mode == config::BindMode::transmitter_receiver;
    std::uint32_t number = 0;
    while (!carrier.address.empty() && number < carrier.links) {
        ++number;
        if (mode == config::BindMode::transceiver) add(number, BindType::transceiver, "");
        if (pairs || mode == config::BindMode::transmitter)
            add(number, BindType::transmitter, "-tx");
        if (pairs || mode == config::BindMode::receiver) add(number, BindType::receiver, "-rx");
    }
    if (!carrier.address.empty()) {
        for (std::uint32_t n = 0; n < carrier.extra_transmitters; ++n)
            add(++number, BindType::transmitter, "-tx");
        for (std::uint32_t n = 0; n < carrier.extra_receivers; ++n)
            add(++number, BindType::receiver, "-rx");
    }
    for (std::uint32_t n = 1; carrier.outbind && n <= carrier.outbind->links; ++n) {
        links.push_back({.name = carrier.id + "-in-" + std::to_string(n),
                         .session = outbind_settings(carrier),
                         .hosts = {carrier.outbind->listen}});
    }
    return links;
}

bool needs_new_session(const LinkPlan& old, const LinkPlan& wanted) {
    return identity(old.session) != identity(wanted.session) || old.hosts != wanted.hosts ||
           old.source_address != wanted.source_address || old.tls != wanted.tls;
}

session::EsmeSettings until_renewed(const LinkPlan& old, const LinkPlan& wanted) {
    session::EsmeSettings settings = wanted.session;
    identity(settings) = identity(old.session);
    return settings;
}

}  // namespace parley
