#include "config/check.h"

#include "config/value.h"

#include <algorithm>
#include <map>

namespace parley::config {
namespace {

std::string at(std::string_view list, std::size_t place, std::string_view field) {
    return std::string(list) + "[" + std::to_string(place) + "]." + std::string(field);
}

class Checker {
public:
    explicit Checker(const Config& config) : config_(config) {}

    std::vector<Contradiction> run() {
        ids_stand_once("carriers", config_.carriers);
        ids_stand_once("brands", config_.brands);
        ids_stand_once("accounts", config_.accounts);
        senders_have_one_brand();
        routes_differ();
        keys_name_one_account();
        system_ids_name_one_account();
        routes_lead_somewhere();
        accounts_have_brands();
        waits_grow();
        passwords_fit();
        dialects_can_write();
        limits_are_of_something();
        carriers_are_reached();
        tls_is_whole();
        sessions_are_allowed();
        versions_know_what_is_asked();
        return std::move(found_);
    }

private:
    using Seen = std::map<std::string, std::string, std::less<>>;

    /// Empty values were complained of where they were read. Secrets are not repeated.
    void once(Seen& seen, const std::string& value, const std::string& setting,
              bool secret = false) {
        if (value.empty()) return;
        const auto [first, is_new] = seen.emplace(value, setting);
        if (is_new) return;
        const std::string shown = secret ? "the secret" : "'" + value + "'";
        found_.push_back({setting, shown + " stands already at " + first->second});
    }

    template <typename Parts>
    void ids_stand_once(std::string_view list, const Parts& parts) {
        Seen seen;
        for (std::size_t i = 0; i < parts.size(); ++i)
            once(seen, parts[i].id, at(list, i, "id"));
    }

    void senders_have_one_brand() {
        Seen seen;
        for (std::size_t i = 0; i < config_.brands.size(); ++i) {
            const auto& senders = config_.brands[i].senders;
            for (std::size_t j = 0; j < senders.size(); ++j)
                once(seen, senders[j], at("brands", i, "senders[" + std::to_string(j) + "]"));
        }
    }

    /// All that a route asks of a message, whatever the order in which it is written.
    static std::string conditions_of(const Route& route) {
        std::string text = route.pattern;
        for (const auto* list :
             {&route.senders, &route.accounts, &route.brands, &route.classes, &route.operators}) {
            std::vector<std::string> sorted = *list;
            std::ranges::sort(sorted);
            text += '\n';
            for (const std::string& item : sorted)
                text.append(item).append("\t");
        }
        return text;
    }

    /// The later of two that ask the same would never be used.
    void routes_differ() {
        static const std::string nothing = conditions_of(Route());
        Seen names;
        Seen prefixes;
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < config_.routes.size(); ++i) {
            const Route& route = config_.routes[i];
            once(names, route.name, at("routes", i, "name"));
            const std::string conditions = conditions_of(route);
            if (conditions == nothing) {
                once(prefixes, route.prefix, at("routes", i, "prefix"));
                continue;
            }
            const auto [first, is_new] = seen.emplace(route.prefix + "\n" + conditions, i);
            if (!is_new)
                found_.push_back(
                    {"routes[" + std::to_string(i) + "]", "asks the same of a message as routes[" +
                                                              std::to_string(first->second) +
                                                              "], and would never be used"});
        }
    }

    void keys_name_one_account() {
        Seen seen;
        for (std::size_t i = 0; i < config_.accounts.size(); ++i) {
            const auto& keys = config_.accounts[i].api_keys;
            for (std::size_t j = 0; j < keys.size(); ++j)
                once(seen, keys[j], at("accounts", i, "api_keys[" + std::to_string(j) + "]"), true);
        }
    }

    void system_ids_name_one_account() {
        Seen seen;
        for (std::size_t i = 0; i < config_.accounts.size(); ++i)
            once(seen, config_.accounts[i].smpp.system_id, at("accounts", i, "smpp.system_id"));
    }

    template <typename Parts>
    void must_exist(const std::string& id, const Parts& parts, std::string_view kind,
                    const std::string& setting) {
        if (id.empty()) return;
        std::vector<std::string> ids;
        for (const auto& part : parts) {
            if (part.id == id) return;
            ids.push_back(part.id);
        }
        std::string text = "there is no " + std::string(kind) + " '" + id + "'";
        if (const auto near = nearest(id, ids)) text += "; did you mean '" + *near + "'?";
        found_.push_back({setting, text});
    }

    void routes_lead_somewhere() {
        for (std::size_t i = 0; i < config_.routes.size(); ++i) {
            const auto& carriers = config_.routes[i].carriers;
            Seen seen;
            for (std::size_t j = 0; j < carriers.size(); ++j) {
                const std::string setting = at("routes", i, "carriers[" + std::to_string(j) + "]");
                must_exist(carriers[j].id, config_.carriers, "carrier", setting);
                once(seen, carriers[j].id, setting);
            }
            route_asks_for_what_there_is(i);
        }
    }

    void route_asks_for_what_there_is(std::size_t i) {
        const Route& route = config_.routes[i];
        const auto each = [&](std::string_view name, const std::vector<std::string>& list,
                              auto judge) {
            Seen seen;
            for (std::size_t j = 0; j < list.size(); ++j) {
                const std::string setting =
                    at("routes", i, std::string(name) + "[" + std::to_string(j) + "]");
                judge(list[j], setting);
                once(seen, list[j], setting);
            }
        };
        each("accounts", route.accounts, [&](const std::string& id, const std::string& setting) {
            must_exist(id, config_.accounts, "account", setting);
        });
        each("brands", route.brands, [&](const std::string& id, const std::string& setting) {
            must_exist(id, config_.brands, "brand", setting);
        });
        each("senders", route.senders, [&](const std::string& sender, const std::string& setting) {
            if (!sender.ends_with('*')) return is_a_sender(sender, setting);
            begins_a_sender(sender.substr(0, sender.size() - 1), setting);
        });
        each("classes", route.classes, [](const std::string&, const std::string&) {});
        each("operators", route.operators, [](const std::string&, const std::string&) {});
        if (!route.operators.empty() && config_.operator_table.file.empty())
            found_.push_back({at("routes", i, "operators"),
                              "nothing tells whose number is whose: expected operator_table"});
    }

    void begins_a_sender(const std::string& beginning, const std::string& setting) {
        for (const Brand& brand : config_.brands) {
            const auto begins = [&](const std::string& sender) {
                return sender.starts_with(beginning);
            };
            if (std::ranges::any_of(brand.senders, begins)) return;
        }
        found_.push_back({setting, "no brand has a sender that begins with '" + beginning + "'"});
    }

    void accounts_have_brands() {
        for (std::size_t i = 0; i < config_.accounts.size(); ++i)
            must_exist(config_.accounts[i].brand, config_.brands, "brand",
                       at("accounts", i, "brand"));
    }

    void in_order(Millis shorter, Millis longer, std::string_view than,
                  const std::string& setting) {
        if (shorter <= longer) return;
        found_.push_back({setting, write_value(longer, {}) + " is shorter than " +
                                       std::string(than) + ", " + write_value(shorter, {})});
    }

    void waits_grow() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const Carrier& carrier = config_.carriers[i];
            in_order(carrier.reconnect_min, carrier.reconnect_max, "reconnect_min",
                     at("carriers", i, "reconnect_max"));
            in_order(carrier.retry_min, carrier.retry_max, "retry_min",
                     at("carriers", i, "retry_max"));
        }
    }

    void passwords_fit() {
        constexpr std::size_t specified = 8;  // C-octet string of 9: SMPP 3.4 §4.1.1
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const Carrier& carrier = config_.carriers[i];
            if (carrier.password.size() <= specified || carrier.dialect.long_password) continue;
            found_.push_back({at("carriers", i, "password"),
                              "the secret is " + std::to_string(carrier.password.size()) +
                                  " octets long: expected up to 8 octets, or more with "
                                  "dialect.long_password: true"});
        }
    }

    void dialects_can_write() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const SendIn& may = config_.carriers[i].dialect.send_in;
            if (may.gsm7 || may.ascii || may.latin1 || may.cyrillic || may.hebrew || may.ucs2)
                continue;
            found_.push_back({at("carriers", i, "dialect.send_in"),
                              "leaves no alphabet to write in: expected one that is true"});
        }
    }

    void limits_are_of_something() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const std::vector<Limit>& limits = config_.carriers[i].limits;
            Seen names;
            for (std::size_t j = 0; j < limits.size(); ++j) {
                const std::string place = at("carriers", i, "limits[" + std::to_string(j) + "]");
                const Limit& limit = limits[j];
                once(names, limit.name, place + ".name");
                must_exist(limit.brand, config_.brands, "brand", place + ".brand");
                for (std::size_t k = 0; k < limit.senders.size(); ++k)
                    is_a_sender(limit.senders[k], place + ".senders[" + std::to_string(k) + "]");
                if (limit.rate == 0 && limit.per_day == 0)
                    found_.push_back({place, "limits nothing: expected a rate or per_day"});
            }
        }
    }

    void is_a_sender(const std::string& sender, const std::string& setting) {
        std::vector<std::string> all;
        for (const Brand& brand : config_.brands)
            all.insert(all.end(), brand.senders.begin(), brand.senders.end());
        if (sender.empty() || std::ranges::find(all, sender) != all.end()) return;
        std::string text = "no brand has a sender '" + sender + "'";
        if (const auto near = nearest(sender, all)) text += "; did you mean '" + *near + "'?";
        found_.push_back({setting, text});
    }

    void carriers_are_reached() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const Carrier& carrier = config_.carriers[i];
            if (carrier.address.empty() && !carrier.outbind) {
                found_.push_back({at("carriers", i, "address"),
                                  "is missing: expected host:port, with a port of 1 … 65535"});
            }
            Seen seen;
            for (std::size_t j = 0; j < carrier.address.size(); ++j)
                once(seen, carrier.address[j],
                     at("carriers", i, "address[" + std::to_string(j) + "]"));
        }
    }

    void tls_is_whole() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const auto& tls = config_.carriers[i].tls;
            if (!tls) continue;
            if (tls->certificate_file.empty() != tls->key_file.empty()) {
                const bool key = tls->key_file.empty();
                found_.push_back(
                    {at("carriers", i, key ? "tls.key_file" : "tls.certificate_file"),
                     std::string("is missing: ") + (key ? "certificate_file needs its key"
                                                        : "key_file needs its certificate")});
            }
            if (!tls->ca_file.empty() && tls->verify == TlsVerify::none) {
                found_.push_back(
                    {at("carriers", i, "tls.ca_file"), "is not looked at with verify: none"});
            }
        }
    }

    static std::uint32_t sessions_of(const Carrier& carrier) {
        const std::uint32_t dialled = carrier.address.empty() ? 0 : carrier.links;
        const std::uint32_t each = carrier.bind == BindMode::transmitter_receiver ? 2 : 1;
        return dialled * each + carrier.extra_transmitters + carrier.extra_receivers +
               (carrier.outbind ? carrier.outbind->links : 0);
    }

    void sessions_are_allowed() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const Carrier& carrier = config_.carriers[i];
            const std::uint32_t sessions = sessions_of(carrier);
            if (carrier.sessions_max == 0 || sessions <= carrier.sessions_max) continue;
            found_.push_back({at("carriers", i, "sessions_max"),
                              std::to_string(carrier.sessions_max) + " is less than the " +
                                  std::to_string(sessions) + " sessions that are asked for"});
        }
    }

    /// 3.3 came before bind_transceiver and before optional parameters (3.4 §1.4, §3.4).
    void versions_know_what_is_asked() {
        for (std::size_t i = 0; i < config_.carriers.size(); ++i) {
            const Carrier& carrier = config_.carriers[i];
            if (carrier.interface_version >= 0x34) continue;
            const bool dials_trx =
                !carrier.address.empty() && carrier.bind == BindMode::transceiver;
            if (dials_trx) {
                found_.push_back({at("carriers", i, "bind"),
                                  "SMPP 3.3 has no transceiver: expected transmitter_receiver, "
                                  "transmitter or receiver"});
            }
            if (carrier.outbind && carrier.outbind->bind == OutbindMode::transceiver) {
                found_.push_back({at("carriers", i, "outbind.bind"),
                                  "SMPP 3.3 has no transceiver: expected receiver"});
            }
            const Segmentation cut = carrier.dialect.segmentation;
            if (cut == Segmentation::sar || cut == Segmentation::payload) {
                found_.push_back({at("carriers", i, "dialect.segmentation"),
                                  "SMPP 3.3 has no optional parameters: expected udh8 or udh16"});
            }
        }
    }

    const Config& config_;
    std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> check(const Config& config) {
    return Checker(config).run();
}

}  // namespace parley::config
