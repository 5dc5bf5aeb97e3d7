#include "engine/io/http_request_reader.h"

#include <algorithm>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace parley::io {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using View = boost::beast::string_view;

constexpr std::uint32_t header_max = 16 * 1024;
/// A body's memory beyond this is given back after the request.
constexpr std::size_t body_kept_max = 16 * 1024;

std::string_view std_view(View text) {
    return {text.data(), text.size()};
}

/// What we keep of a request.
struct Parts {
    api::Method method = api::Method::other;
    std::string target;
    std::string authorization;
    std::string content_type;
    std::string last_event_id;
    std::string body;
    bool expects_continue = false;
    bool http_1_1 = true;

    void clear() {
        target.clear();
        authorization.clear();
        content_type.clear();
        last_event_id.clear();
        body.clear();
        if (body.capacity() > body_kept_max) body.shrink_to_fit();
        expects_continue = false;
    }
};

}  // namespace

class HttpRequestReader::Parser : public http::basic_parser<true> {
public:
    explicit Parser(Parts& parts) : parts_(parts) {}

private:
    void on_request_impl(http::verb, View method, View target, int version, error_code&) override {
        parts_.http_1_1 = version >= 11;
        parts_.method = api::method_of(std_view(method));
        parts_.target.assign(target.data(), target.size());
        drop_authority(parts_.target);
    }
    void on_response_impl(int, View, int, error_code&) override {}
    void on_field_impl(http::field name, View name_text, View value, error_code&) override {
        switch (name) {
            case http::field::authorization:
                keep(parts_.authorization, value);
                break;
            case http::field::content_type:
                keep(parts_.content_type, value);
                break;
            case http::field::expect:
                parts_.expects_continue = true;
                break;
            case http::field::unknown:  // Beast has no number for it.
                if (boost::beast::iequals(name_text, "Last-Event-ID"))
                    keep(parts_.last_event_id, value);
                break;
            default:
                break;
        }
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        // The length is a promise, not octets: memory follows what really comes.
        if (length) parts_.body.reserve(std::min<std::uint64_t>(*length, body_kept_max));
    }
    std::size_t on_body_impl(View part, error_code&) override {
        parts_.body.append(part.data(), part.size());
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View part, error_code& ec) override {
        return on_body_impl(part, ec);
    }
    void on_finish_impl(error_code&) override {}

    static void keep(std::string& kept, View value) { kept.assign(value.data(), value.size()); }

    /// "http://host/path" is "/path" (RFC 9112 §3.2.2).
    static void drop_authority(std::string& target) {
        if (target.empty() || target.front() == '/') return;
        const auto scheme_end = target.find("://");
        if (scheme_end == target.npos) return;
        const auto path = target.find('/', scheme_end + 3);
        target = path == target.npos ? "/" : target.substr(path);
    }

    Parts& parts_;
};

struct HttpRequestReader::Impl {
    explicit Impl(std::uint64_t limit) : body_max(limit) { restart(); }

    void restart() {
        parts.clear();
        parser.emplace(parts);
        parser->header_limit(header_max);
        parser->body_limit(body_max);
        parser->eager(true);
        ec = {};
    }

    std::uint64_t body_max;
    Parts parts;
    std::optional<Parser> parser;
    error_code ec;
    bool begun = false;
};

HttpRequestReader::HttpRequestReader(std::uint64_t body_max)
    : impl_(std::make_unique<Impl>(body_max)) {}
HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::State HttpRequestReader::feed(std::string_view octets, std::size_t& consumed) {
    auto& state = *impl_;
    state.begun = true;
    consumed = state.parser->put(boost::asio::buffer(octets.data(), octets.size()), state.ec);
    if (state.ec == http::error::need_more) {
        state.ec = {};
        return State::partial;
    }
    if (state.ec) return State::failed;
    if (!state.parser->is_done()) return State::partial;
    state.begun = false;
    return State::complete;
}

void HttpRequestReader::reset() {
    impl_->restart();
    impl_->begun = false;
}

bool HttpRequestReader::begun() const {
    return impl_->begun;
}

bool HttpRequestReader::take_expectation() {
    auto& state = *impl_;
    if (!state.parts.expects_continue || !state.parser->is_header_done()) return false;
    state.parts.expects_continue = false;
    return state.parts.body.empty() && !state.parser->is_done();
}

std::size_t HttpRequestReader::body_octets() const {
    return impl_->parts.body.size();
}

api::Request HttpRequestReader::request() const {
    const auto& parts = impl_->parts;
    return {parts.method,       parts.target,        parts.authorization,
            parts.content_type, parts.last_event_id, parts.body};
}

bool HttpRequestReader::keep_alive() const {
    // An HTTP/1.0 client would need our "Connection: keep-alive"; nobody who wants speed is one.
    return impl_->parts.http_1_1 && impl_->parser->keep_alive();
}

unsigned HttpRequestReader::failure_status() const {
    if (impl_->ec == http::error::header_limit) return 431;
    if (impl_->ec == http::error::body_limit) return 413;
    return 400;
}

std::string HttpRequestReader::failure_detail() const {
    if (impl_->ec == http::error::header_limit)
        return "The header is larger than " + std::to_string(header_max) + " octets";
    if (impl_->ec == http::error::body_limit)
        return "The body is larger than " + std::to_string(impl_->body_max) +
               " octets (http.body_max)";
    return "This is not an HTTP/1.1 request: " + impl_->ec.message();
}

}  // namespace parley::io
