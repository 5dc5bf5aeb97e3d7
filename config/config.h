#pragma once
// What an operator may set: plain structs with defaults. load.h reads them from YAML through the
// describe() lists in describe.h, where every setting's help, unit and bounds stand once.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::config {

using Millis = std::chrono::milliseconds;

enum class Durability : std::uint8_t { sync, async };
enum class BindMode : std::uint8_t { transceiver, transmitter_receiver };
enum class OnUncertain : std::uint8_t { hold, resend, fail };
enum class SuppressionScope : std::uint8_t { brand, sender };

struct Node {
    std::string id = "a1";
    std::string data_dir = "./data";
    std::uint32_t shards = 0;  // 0: auto, one per core
    Durability durability = Durability::sync;
    std::uint64_t memory_budget = 1'073'741'824;  // octets, for everything the process holds
    Millis spill_after{10'000};  // an unsettled message older than this moves from memory to disk
    Millis drain_limit{10'000};
    Millis retention{std::chrono::hours(24 * 30)};
};

struct Http {
    std::string listen = "127.0.0.1:8080";
    std::uint64_t body_max = 4 * 1024 * 1024;  // octets
    std::uint32_t connections_max = 10'000;
    Millis idle_timeout{60'000};
    Millis request_timeout{15'000};  // from the first octet of a request to its last
};

/// The SMPP server for accounts.
struct SmppServer {
    std::string listen;  // empty: off
};

struct Carrier {
    std::string id;
    std::string address;  // host:port
    std::string system_id;
    std::string password;
    std::string system_type;
    BindMode bind = BindMode::transceiver;
    std::uint32_t links = 1;
    std::uint32_t window = 10;   // requests in flight per link
    double throughput = 0;       // segments per second over all links; 0: unlimited
    double link_throughput = 0;  // segments per second per link; 0: unlimited
    std::uint32_t burst = 0;     // tokens that an idle bucket holds; 0: a tenth of a second
    std::uint8_t interface_version = 0x34;
    OnUncertain on_uncertain = OnUncertain::hold;
    Millis uncertain_hold{std::chrono::hours(1)};  // then an uncertain message ends as unknown
    Millis response_timeout{10'000};
    Millis enquire_link_every{30'000};
    Millis bind_timeout{10'000};
    Millis reconnect_min{1'000};
    Millis reconnect_max{60'000};
    Millis throttle_pause{1'000};
    std::uint32_t attempts_max = 5;  // temporary refusals before the next carrier or failure
    Millis retry_min{1'000};
    Millis retry_max{60'000};
    Millis receipt_timeout{std::chrono::hours(72)};
    Millis failover_after{30'000};  // without a bound link; then the route's next carrier
};

struct Brand {
    std::string id;
    std::vector<std::string> senders;
    SuppressionScope suppression_scope = SuppressionScope::brand;
    std::string opt_out_confirmation =
        "You have been unsubscribed and will receive no more messages from us.";
    std::string opt_in_confirmation = "You have been subscribed again. Reply STOP to unsubscribe.";
    std::string help_answer = "Reply STOP to unsubscribe.";
};

struct Route {
    std::string prefix = "+";
    std::vector<std::string> carriers;
};

struct AccountSmpp {
    std::string system_id;
    std::string password;
};

struct Account {
    std::string id;
    std::string brand;
    std::vector<std::string> api_keys;  // as written, or "sha256:<64 hex digits>"
    AccountSmpp smpp;
};

struct Config {
    Node node;
    Http http;
    SmppServer smpp;
    std::vector<Carrier> carriers;
    std::vector<Brand> brands;
    std::vector<Route> routes;
    std::vector<Account> accounts;
};

}  // namespace parley::config
