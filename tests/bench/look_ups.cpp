// How long look-ups by id take for a client that waits for nothing else: ids on standard input, one
// a line; one after the other over one connection. Prints milliseconds as JSON.
//
//   look_ups --port n --key api-key --status delivered[,queued …]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

struct Options {
    std::uint16_t port = 0;
    std::string key;
    std::string status;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(argv[i + 1]));
        if (name == "--key") options.key = argv[i + 1];
        if (name == "--status") options.status = std::string(",") + argv[i + 1] + ",";
    }
    return options;
}

class Client {
public:
    explicit Client(const Options& options) : options_(options), stream_(context_) {
        stream_.connect({asio::ip::address_v4::loopback(), options.port});
        stream_.socket().set_option(asio::ip::tcp::no_delay(true));
    }

    /// Milliseconds; throws when it is not there or has another status.
    double look_up(const std::string& id) {
        http::request<http::empty_body> request{http::verb::get, "/v1/messages/" + id, 11};
        request.set(http::field::host, "127.0.0.1");
        request.set(http::field::authorization, "Bearer " + options_.key);
        const auto begin = std::chrono::steady_clock::now();
        http::write(stream_, request);
        http::response<http::string_body> answer;
        http::read(stream_, buffer_, answer);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        if (answer.result() != http::status::ok || !is_as_wanted(answer.body()))
            throw std::runtime_error(id + ": " + std::to_string(answer.result_int()) + " " +
                                     answer.body());
        return took.count();
    }

private:
    bool is_as_wanted(const std::string& body) const {
        const boost::json::value message = boost::json::parse(body);
        const std::string status(message.at("status").as_string());
        return options_.status.find("," + status + ",") != std::string::npos;
    }

    const Options& options_;
    asio::io_context context_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    try {
        Client client(options);
        std::vector<double> times;
        for (std::string id; std::getline(std::cin, id);)
            times.push_back(client.look_up(id));
        std::ranges::sort(times);
        const auto at = [&](double share) {
            const auto n = static_cast<std::size_t>(static_cast<double>(times.size()) * share);
            return times.empty() ? 0 : times[std::min(n, times.size() - 1)];
        };
        std::cout << "{\"p50\":" << at(0.5) << ",\"p99\":" << at(0.99) << ",\"max\":" << at(1)
                  << "}\n";
    } catch (const std::exception& error) {
        std::cerr << "look_ups: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
