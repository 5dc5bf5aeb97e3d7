#include "tools/parley/client.h"

#include <boost/json.hpp>
#include <curl/curl.h>

namespace parley::tools {

namespace {

constexpr long connect_seconds_max = 5;
constexpr long answer_seconds_max = 60;

std::size_t append(char* octets, std::size_t size, std::size_t count, void* to) {
    static_cast<std::string*>(to)->append(octets, size * count);
    return size * count;
}

struct Headers {
    curl_slist* list = nullptr;
    Headers() = default;
    ~Headers() { curl_slist_free_all(list); }
    Headers(const Headers&) = delete;
    Headers& operator=(const Headers&) = delete;
    void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

}  // namespace

struct Client::Handle {
    CURL* curl = curl_easy_init();
    Handle() = default;
    ~Handle() { curl_easy_cleanup(curl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
};

boost::json::object Answer::object() const {
    boost::system::error_code problem;
    const auto value = boost::json::parse(body, problem);
    return !problem && value.is_object() ? value.as_object() : boost::json::object();
}

Client::Client(std::string url, std::string key)
    : handle_(std::make_unique<Handle>()), url_(std::move(url)), key_(std::move(key)) {
    while (url_.ends_with('/'))
        url_.pop_back();
    if (handle_->curl == nullptr) throw ClientError("libcurl does not start");
}

Client::~Client() = default;

Answer Client::ask(std::string_view method, std::string_view path,
                   const std::optional<std::string>& body) {
    CURL* const curl = handle_->curl;
    curl_easy_reset(curl);
    Answer answer;
    Headers headers;
    if (!key_.empty()) headers.add("Authorization: Bearer " + key_);
    headers.add("Content-Type: application/json");
    const std::string url = url_ + std::string(path);
    const std::string verb(method);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds_max);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, answer_seconds_max);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    }
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        throw ClientError("no answer from " + url_ + ": " + curl_easy_strerror(code) +
                          ". Is parleyd running there? --url or PARLEY_URL names it");
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    if (answer.status == 401) {
        throw ClientError(key_.empty()
                              ? url_ + " wants an API key: give one by --key or PARLEY_KEY"
                              : url_ + " does not know this API key: see --key or PARLEY_KEY");
    }
    return answer;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || std::string_view("-._~+").find(c) != text.npos;
        if (plain) {
            out.push_back(c);
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(digits[octet >> 4U]);
        out.push_back(digits[octet & 0x0FU]);
    }
    return out;
}

}  // namespace parley::tools
