#pragma once
// What an operator may set: plain structs with defaults. load.h reads them from YAML through the
// describe() lists in describe.h, where every setting's help, unit and bounds stand once.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley::config {

using Millis = std::chrono::milliseconds;

enum class Durability : std::uint8_t { sync, async };
enum class BindMode : std::uint8_t { transceiver, transmitter_receiver, transmitter, receiver };
enum class HostOrder : std::uint8_t { failover, spread };
enum class TlsVerify : std::uint8_t { full, ca, none };
enum class TlsVersion : std::uint8_t { tls12, tls13 };
enum class OutbindMode : std::uint8_t { receiver, transceiver };
enum class OnUncertain : std::uint8_t { hold, resend, fail };
enum class SuppressionScope : std::uint8_t { brand, sender };
enum class Alphabet : std::uint8_t {
    gsm7,
    ucs2,
    latin1,
    binary,
    ascii,
    cyrillic,
    hebrew,
    jis,
    ksc5601
};
enum class IdBase : std::uint8_t { as_is, hex_to_decimal, decimal_to_hex };
enum class Segmentation : std::uint8_t { udh8, udh16, sar, payload };
enum class Reaction : std::uint8_t {
    sent,
    throttle,
    pause_link,
    pause_destination,
    retry,
    fail_over,
    fail,
    suppress,
    usual
};
enum class ReceiptReaction : std::uint8_t { fail, suppress, retry, fail_over };
/// message_state (SMPP 3.4 §5.2.28, 5.0 §4.7.15), in its order.
enum class ReceiptState : std::uint8_t {
    scheduled,
    enroute,
    delivered,
    expired,
    deleted,
    undeliverable,
    accepted,
    unknown,
    rejected,
    skipped,
};
enum class TlvType : std::uint8_t { integer, c_string, octets, text };
enum class RoutePick : std::uint8_t { order, weight, cost };
enum class ValidityForm : std::uint8_t { relative, absolute, none };

struct Node {
    std::string id = "a1";
    std::string data_dir = "./data";
    std::uint32_t shards = 0;  // 0: auto, one per core
    Durability durability = Durability::sync;
    std::uint64_t memory_budget = 1'073'741'824;  // octets, for everything the process holds
    Millis spill_after{10'000};  // an unsettled message older than this moves from memory to disk
    Millis drain_limit{10'000};
    Millis predecessor_wait{0};  // 0: a data_dir in use is an error at once
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

/// What data_coding 0 … 15 mean to a carrier; by default as SMPP 3.4 §5.2.19 has them.
struct DataCodings {
    std::array<Alphabet, 16> meaning = {
        Alphabet::gsm7,   Alphabet::ascii, Alphabet::binary,   Alphabet::latin1,
        Alphabet::binary, Alphabet::jis,   Alphabet::cyrillic, Alphabet::hebrew,
        Alphabet::ucs2,   Alphabet::gsm7,  Alphabet::jis,      Alphabet::gsm7,
        Alphabet::gsm7,   Alphabet::jis,   Alphabet::ksc5601,  Alphabet::gsm7};
    bool operator==(const DataCodings&) const = default;
};

/// The alphabets that a text may be sent in; the one that needs the fewest segments is taken.
struct SendIn {
    bool gsm7 = true;
    bool ascii = false;
    bool latin1 = false;
    bool cyrillic = false;
    bool hebrew = false;
    bool ucs2 = true;
    bool operator==(const SendIn&) const = default;
};

/// How a carrier writes message ids in submit_sm_resp and in receipts.
struct MessageIds {
    IdBase base = IdBase::as_is;
    bool drop_leading_zeros = false;
    bool fold_case = false;
    std::string response_prefix;
    std::string receipt_prefix;
    bool operator==(const MessageIds&) const = default;
};

/// A command_status; written "0x58", in decimal, or by its name in the specification.
struct StatusCode {
    std::uint32_t value = 0;
    bool operator==(const StatusCode&) const = default;
};

struct StatusRule {
    StatusCode status;
    Reaction reaction = Reaction::usual;  // the specification's
    Millis wait{0};                       // of throttle and retry; 0: the carrier's own
    std::string name;                     // what the carrier calls it
    bool operator==(const StatusRule&) const = default;
};

struct ReceiptRule {
    std::string error;  // "err" of the receipt, as written
    ReceiptReaction reaction = ReceiptReaction::fail;
    std::string name;
    Millis wait{0};  // of retry, the first; 0: the carrier's own
    bool operator==(const ReceiptRule&) const = default;
};

/// A word that a carrier writes after "stat:" where the specification has another.
struct ReceiptWord {
    std::string stat;  // in any case
    ReceiptState state = ReceiptState::undeliverable;
    bool operator==(const ReceiptWord&) const = default;
};

/// The tag of a TLV; written "0x1400" or in decimal.
struct TlvTag {
    std::uint32_t value = 0;
    bool operator==(const TlvTag&) const = default;
};

/// How many octets a value may have; written "4" or "1-30". A c_string's NUL counts.
struct TlvLength {
    std::uint32_t min = 0;
    std::uint32_t max = 255;
    bool operator==(const TlvLength&) const = default;
};

/// A TLV of a carrier's own.
struct TlvRule {
    TlvTag tag;
    std::string name;
    TlvType type = TlvType::text;
    TlvLength length;
    bool operator==(const TlvRule&) const = default;
};

/// An entry of a map whose names are not ours.
struct NamedValue {
    std::string name;
    std::string value;
    bool operator==(const NamedValue&) const = default;
};
using NamedValues = std::vector<NamedValue>;

/// TON and NPI (SMPP 3.4 §5.2.5, §5.2.6).
struct NumberType {
    std::uint32_t ton = 0;
    std::uint32_t npi = 0;
    bool operator==(const NumberType&) const = default;
};

struct Addresses {
    NumberType number{1, 1};
    NumberType short_code{3, 0};
    NumberType name{5, 0};
    NumberType recipient{1, 1};
    bool plus = false;  // numbers are written with it
    bool operator==(const Addresses&) const = default;
};

/// Where a carrier differs from the specification.
struct Dialect {
    std::string like;  // a ready dialect, or a file; what stands beside it changes it
    DataCodings data_coding;
    SendIn send_in;
    Segmentation segmentation = Segmentation::udh8;
    MessageIds message_id;
    bool accepted_is_final = false;  // ACCEPTD in a receipt is its last word
    bool id_on_last_part = false;    // and one receipt for all the parts of a long message
    bool long_password = false;      // beyond the 8 octets of the specification
    Addresses addresses;
    std::vector<StatusRule> statuses;  // the later one counts
    std::vector<ReceiptRule> receipt_errors;
    std::vector<ReceiptWord> receipt_states;
    bool receipt_text_first = false;      // its id and state count before the parameters'
    bool receipts_without_class = false;  // what reads as one is one, whatever esm_class says
    std::vector<TlvRule> tlvs;
    ValidityForm validity_period = ValidityForm::relative;
    bool operator==(const Dialect&) const = default;
};

/// What some of a carrier's traffic is held to, beside the carrier's own ceiling.
struct Limit {
    std::string name;
    std::vector<std::string> senders;  // together; empty: all
    std::string brand;                 // empty: all
    bool each_sender = false;          // every sender by itself
    double rate = 0;                   // segments per second; 0: unlimited
    std::uint32_t burst = 0;           // 0: a tenth of a second, at least 1
    std::uint32_t per_day = 0;         // segments; 0: unlimited
    std::uint32_t reserve = 5;         // percent of per_day that only answers may use
    std::string time_zone = "UTC";     // whose midnight begins a day
    bool operator==(const Limit&) const = default;
};

/// TLS towards a carrier. Files are read anew for each connection, so that a renewed certificate
/// needs no restart.
struct Tls {
    std::string ca_file;           // empty: the system's
    std::string certificate_file;  // ours, with its chain; empty: none
    std::string key_file;
    std::string key_password;
    std::string server_name;  // for SNI and the name check; empty: the host that is dialled
    TlsVerify verify = TlsVerify::full;
    TlsVersion min_version = TlsVersion::tls12;
    bool operator==(const Tls&) const = default;
};

/// TLS where a carrier connects to us.
struct ServerTls {
    std::string certificate_file;  // ours, with its chain
    std::string key_file;
    std::string key_password;
    std::string client_ca_file;  // that signs the carrier's certificate; empty: none asked for
    TlsVersion min_version = TlsVersion::tls12;
    bool operator==(const ServerTls&) const = default;
};

/// A carrier that connects to us and asks to be bound to.
struct Outbind {
    std::string listen;             // host:port of ours
    std::vector<std::string> from;  // addresses that may connect; empty: any
    std::optional<ServerTls> tls;
    std::string system_id;  // what the carrier calls itself; empty: anything
    std::string password;
    OutbindMode bind = OutbindMode::receiver;
    std::uint32_t links = 1;
    bool operator==(const Outbind&) const = default;
};

/// When a carrier is asked with query_sm (SMPP 3.4 §4.8) about a message without a receipt.
struct Query {
    Millis after{0};          // since its response, and since the question before; 0: off
    double rate = 1;          // questions per second over all links
    std::uint32_t times = 3;  // of one segment
    bool operator==(const Query&) const = default;
};

struct Carrier {
    std::string id;
    std::vector<std::string> address;  // host:port, each
    HostOrder hosts = HostOrder::failover;
    std::string source_address;  // ours, that we dial from; empty: the system chooses
    std::optional<Tls> tls;
    std::optional<Outbind> outbind;
    std::string system_id;
    std::string password;
    std::string system_type;
    BindMode bind = BindMode::transceiver;
    std::uint32_t links = 1;
    std::uint32_t extra_transmitters = 0;  // beside them
    std::uint32_t extra_receivers = 0;
    std::uint32_t sessions_max = 0;   // that the carrier allows; 0: not known
    std::uint32_t window = 10;        // requests in flight per link
    std::uint32_t uncertain_max = 0;  // segments with an intent and no result; 0: the windows
    double throughput = 0;            // segments per second over all links; 0: unlimited
    double link_throughput = 0;       // segments per second per link; 0: unlimited
    std::uint32_t burst = 0;          // tokens that an idle bucket holds; 0: a tenth of a second
    bool adaptive = true;             // below the ceiling when the carrier throttles
    std::vector<Limit> limits;
    std::uint8_t interface_version = 0x34;
    OnUncertain on_uncertain = OnUncertain::hold;
    Millis uncertain_hold{std::chrono::hours(1)};  // then an uncertain message ends as unknown
    Millis response_timeout{10'000};
    Millis enquire_link_every{30'000};
    Millis inactivity_timeout{0};    // 0: off
    std::uint32_t expiries_max = 3;  // requests in a row without an answer, before we ask
    Millis write_timeout{10'000};
    Millis unbind_timeout{5'000};
    Millis bind_timeout{10'000};
    Millis bind_every{100};  // between two attempts of all its links together
    Millis already_bound_wait{70'000};
    Millis refused_wait{60'000};
    Millis reconnect_min{1'000};
    Millis reconnect_max{60'000};
    Millis throttle_pause{1'000};
    std::uint32_t attempts_max = 5;  // temporary refusals before the next carrier or failure
    Millis retry_min{1'000};
    Millis retry_max{60'000};
    std::uint32_t retry_factor = 200;  // percent, from one wait to the next
    std::uint32_t retry_jitter = 50;   // percent of a wait that chance decides
    Millis retry_deadline{0};          // since a message could first go; 0: its validity
    Millis receipt_timeout{std::chrono::hours(72)};
    Query query;
    bool cancel_sm = false;         // the carrier takes it
    bool replace_sm = false;        // as well
    Millis failover_after{30'000};  // without a bound link; then the route's next carrier
    NamedValues tlvs;               // of every submit_sm
    Dialect dialect;
};

struct Brand {
    std::string id;
    std::vector<std::string> senders;
    NamedValues tlvs;  // of its messages, on carriers that know the name
    SuppressionScope suppression_scope = SuppressionScope::brand;
    std::string opt_out_confirmation =
        "You have been unsubscribed and will receive no more messages from us.";
    std::string opt_in_confirmation = "You have been subscribed again. Reply STOP to unsubscribe.";
    std::string help_answer = "Reply STOP to unsubscribe.";
};

/// Of a segment, in whatever currency: only compared.
struct Cost {
    double value = 0;
    bool operator==(const Cost&) const = default;
};

/// A carrier of a route. In the file its id alone will do.
struct RouteCarrier {
    RouteCarrier() = default;
    RouteCarrier(std::string carrier, std::uint32_t share = 1, double price = 0)
        : id(std::move(carrier)), weight(share), cost{price} {}
    RouteCarrier(const char* carrier) : id(carrier) {}

    std::string id;
    std::uint32_t weight = 1;  // its share; 0: only when no other is up
    Cost cost;
    bool operator==(const RouteCarrier&) const = default;
};

/// What a message must be for its carriers to be used. What is empty does not matter.
struct Route {
    std::string prefix = "+";
    std::vector<RouteCarrier> carriers;
    std::string name;
    std::string pattern;                 // of the whole number, "+" included
    std::vector<std::string> senders;    // exact, or the beginning of one and "*"
    std::vector<std::string> accounts;   // ids
    std::vector<std::string> brands;     // ids
    std::vector<std::string> classes;    // of messages, by their names in the API
    std::vector<std::string> operators;  // as the operator table names them
    RoutePick pick = RoutePick::order;
    Millis validity{0};        // the longest that a message may have; 0: whatever it asks for
    Millis failover_after{0};  // waiting for one carrier; 0: for as long as that one is up
    bool operator==(const Route&) const = default;
};

/// Whose number is whose, since numbers are ported.
struct OperatorTable {
    std::string file;          // empty: there is none
    Millis poll_every{2'000};  // from one look at the file to the next
};

struct AccountSmpp {
    std::string system_id;
    std::string password;
};

struct Account {
    std::string id;
    std::string brand;
    std::uint32_t weight = 1;           // its share of a carrier beside other accounts
    std::vector<std::string> api_keys;  // as written, or "sha256:<64 hex digits>"
    bool is_operator = false;
    AccountSmpp smpp;
};

struct Config {
    Node node;
    Http http;
    SmppServer smpp;
    std::vector<Carrier> carriers;
    std::vector<Brand> brands;
    OperatorTable operator_table;
    std::vector<Route> routes;
    std::vector<Account> accounts;
};

}  // namespace parley::config
