#pragma once
// The commands that ask a running engine: tables for people, the engine's own JSON for programs.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace parley::tools {

struct EngineOptions {
    std::string url = "http://127.0.0.1:8080";
    std::string key;
    bool json = false;  // the answer as it came
};

struct SendOptions {
    std::string from;
    std::string to;
    std::string text;
    std::string message_class;
    std::string client_ref;
    std::string validity;  // ISO 8601
    std::string send_at;   // RFC 3339
};
struct ListOptions {
    std::vector<std::pair<std::string, std::string>> filters;  // parameter, value; empty: not given
    std::size_t limit = 50;                                    // messages at most
};
struct ReceiptOptions {
    std::vector<std::pair<std::string, std::string>> filters;  // as above
    std::size_t limit = 50;
    bool mask = false;
};
struct RouteOptions {
    std::string to;
    std::string from;
    std::string text;
    std::string message_class;
    std::string account;
    std::vector<std::string> tlvs;  // "name=value"
};
struct CaptureOptions {
    std::string link;
    std::string file;  // empty or "-": standard output
    bool start = false;
    bool stop = false;
    bool mask = false;
};

/// What a command ends with.
enum Ending : int { done = 0, refused = 1, no_answer = 2 };

class Operator {
public:
    Operator(EngineOptions options, std::ostream& out, std::ostream& complaints);

    int status();
    int links();
    int queue();
    int limits();
    int trace(const std::string& id);
    int send(const SendOptions& options);
    int cancel(const std::vector<std::string>& ids);
    int change(const std::string& id, const std::string& text, const std::string& validity);
    int resend(const std::vector<std::string>& ids);
    /// path: "/v1/dead-letters" or "/v1/uncertain".
    int list(const std::string& path, const ListOptions& options);
    int receipts(const ReceiptOptions& options);
    int explain(const RouteOptions& options);
    int capture(const CaptureOptions& options);
    int reload(bool dry_run);

private:
    int guarded(const std::function<int()>& work);

    EngineOptions options_;
    std::ostream& out_;
    std::ostream& complaints_;
};

}  // namespace parley::tools
