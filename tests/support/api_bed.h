#pragma once
// The native API on a backend of memory: what the API's tests stand on. One call in, one answer
// out.

#include "engine/api/rest_api.h"
#include "tests/support/memory_backend.h"

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace parley::testing {

/// Stands for SHA-256 where only "equal in, equal out" matters.
inline api::Digest stand_in_digest(std::string_view text) {
    api::Digest digest{};
    std::uint64_t state = 0xCBF29CE484222325ULL;
    for (auto& octet : digest) {
        for (const char c : text)
            state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
        state = (state ^ 0xFFU) * 0x100000001B3ULL;
        octet = static_cast<std::uint8_t>(state >> 32U);
    }
    return digest;
}

/// shop and partner share the brand demo; loud has a brand whose opt-outs are kept per sender.
inline config::Config two_brands() {
    config::Config config;
    config.brands.push_back({.id = "demo", .senders = {"+15550001000", "+15550001001"}});
    config.brands.push_back({.id = "loud",
                             .senders = {"+15550002000", "+15550002001"},
                             .suppression_scope = config::SuppressionScope::sender});
    config.accounts.push_back({.id = "shop", .brand = "demo", .api_keys = {"shop-key"}});
    config.accounts.push_back({.id = "partner", .brand = "demo", .api_keys = {"partner-key"}});
    config.accounts.push_back(
        {.id = "ops", .brand = "demo", .api_keys = {"ops-key"}, .is_operator = true});
    config.accounts.push_back({.id = "loud", .brand = "loud", .api_keys = {"loud-key"}});
    return config;
}

class ApiBed {
public:
    ApiBed() { rest_.mount(router_); }

    std::string key = "shop-key";
    std::string content_type = "application/json";
    std::string last_event_id;
    MemoryBackend backend;

    /// Empty until the backend has answered.
    std::optional<api::Response> answer;
    int answers = 0;

    const api::Response& call(api::Method method, std::string_view target,
                              std::string_view body = {}) {
        start(method, target, body);
        return answer.value();
    }
    void start(api::Method method, std::string_view target, std::string_view body = {}) {
        const auto authorization = key.empty() ? std::string() : "Bearer " + key;
        answer.reset();
        answers = 0;
        router_.handle({method, target, authorization, content_type, last_event_id, body},
                       [this](api::Response response) {
                           answer = std::move(response);
                           ++answers;
                       });
    }

    /// As a reload does it.
    void set_accounts(const config::Config& config) {
        rest_.set_keyring(api::Keyring(config, stand_in_digest));
    }

    const api::Response& get(std::string_view target) { return call(api::Method::get, target); }
    const api::Response& post(std::string_view target, std::string_view body) {
        return call(api::Method::post, target, body);
    }
    /// The last answer's body.
    boost::json::object json() const { return boost::json::parse(answer.value().body).as_object(); }
    std::string text(std::string_view member) const {
        const auto object = json();
        const auto* value = object.if_contains(member);
        return value && value->is_string() ? std::string(value->get_string()) : std::string();
    }

private:
    api::RestApi rest_{backend, api::Keyring(two_brands(), stand_in_digest)};
    api::Router router_;
};

}  // namespace parley::testing
