#pragma once
// The engine's HTTP API, asked one question at a time by the operator's commands.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace parley::tools {

/// Why there is no answer worth reading, in a sentence that says what to do.
struct ClientError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Answer {
    long status = 0;
    std::string body;

    bool good() const { return status >= 200 && status < 300; }
    /// An empty object when the body is none.
    boost::json::object object() const;
};

class Client {
public:
    /// url: "http://host:port", a path of a proxy behind it is kept.
    Client(std::string url, std::string key);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Throws ClientError when nobody answers, or the key is not accepted. Every other answer, a
    /// refusal included, is the caller's.
    Answer ask(std::string_view method, std::string_view path,
               const std::optional<std::string>& body = {});
    Answer get(std::string_view path) { return ask("GET", path); }

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
    std::string url_;
    std::string key_;
};

/// For a path or a query.
std::string percent_encoded(std::string_view text);

}  // namespace parley::tools
