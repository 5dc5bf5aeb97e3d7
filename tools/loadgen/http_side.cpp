#include "tools/loadgen/http_side.h"

#include "tools/loadgen/answer_items.h"

#include <algorithm>

namespace parley::loadgen {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t check_every_ns = 100'000'000;
constexpr std::int64_t check_often_ns = 10'000'000;
constexpr std::int64_t backoff_min_ns = 20'000'000;
constexpr std::int64_t backoff_max_ns = 500'000'000;

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e9);
}

}  // namespace

HttpSide::HttpSide(const Options& options, Desk& desk)
    : options_(options),
      desk_(desk),
      address_(tools::resolve(options.target.endpoint)),
      tls_(options.target.tls ? std::make_unique<Tls>(options.target.endpoint.host, options.ca_file,
                                                      options.insecure)
                              : nullptr),
      accepted_ledger_(options.http.accepted_file),
      unanswered_ledger_(options.http.unanswered_file),
      bytes_({.host = options.target.text(),
              .key = options.http.key,
              .message_class = options.http.message_class,
              .array = options.http.array_size > 0},
             desk.mix),
      stream_(options, desk, options.http.connections),
      connections_(options.http.connections) {
    scratch_.resize(4 * read_at_least);
}

void HttpSide::start(std::int64_t now) {
    last_open_ns_ = now;
    if (options_.receipts) stream_.dial(address_, tls_.get());
    for (std::uint32_t i = 0; i < connections_.size() && desk_.complaint.empty(); ++i)
        dial(i, now);
}

// Connections.

void HttpSide::dial(std::uint32_t index, std::int64_t now) {
    auto& connection = connections_[index];
    ++not_ready_;
    connection.dialed_ns = now;
    if (!connection.wire().dial(address_, tls_.get()))
        return lost(index, now, connection.wire().trouble());
    connection.polls_writing = true;
    desk_.watch(connection.wire().fd(), index, true, false);
}

void HttpSide::on_event(std::uint32_t index, std::uint32_t events) {
    if (index == connections_.size()) return stream_.on_event(clock_ns());
    auto& connection = connections_[index];
    if (connection.wire().state() == Wire::State::closed) return;  // lost in this batch of events
    if (!connection.open()) return on_connecting(index);
    if ((events & EPOLLOUT) != 0) {
        if (!connection.flush()) return lost(index, clock_ns(), connection.wire().trouble());
        watch(index);
    }
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) on_readable(index);
}

void HttpSide::on_connecting(std::uint32_t index) {
    auto& connection = connections_[index];
    const auto now = clock_ns();
    if (!connection.wire().settle()) return lost(index, now, connection.wire().trouble());
    watch(index);
    if (!connection.open()) return;  // shaking hands
    if (connection.ever_open) desk_.tally.reconnected();
    connection.ever_open = true;
    connection.backoff_ns = 0;
    ++open_;
    --not_ready_;
    last_open_ns_ = now;
    mark_free(index);
    issue(now);
}

void HttpSide::on_readable(std::uint32_t index) {
    auto& connection = connections_[index];
    bool ended = false;
    const auto now = clock_ns();
    do {
        auto bytes = connection.read(scratch_, ended);
        while (!bytes.empty() && !ended) {
            Response response;
            const auto reading = reader_.take(bytes, response);
            if (reading == Reading::more) {
                connection.keep(bytes);
                break;
            }
            if (reading == Reading::garbage) {
                return desk_.complain(options_.target.text() +
                                      " does not speak our HTTP: " + reader_.complaint());
            }
            // An answer that nobody asked for is a server that says goodbye (408).
            ended = connection.in_flight().empty() || response.close;
            if (!connection.in_flight().empty()) on_response(connection, response, now);
        }
    } while (!ended && connection.wire().has_more());
    if (accepted_ledger_.wanted()) accepted_ledger_.flush();
    if (ended) {
        const auto& trouble = connection.wire().trouble();
        return lost(index, now, trouble.empty() ? "the connection was closed" : trouble);
    }
    mark_free(index);
    issue(now);
}

/// A connection that ends with nothing asked on it is only old; any other end is trouble.
void HttpSide::lost(std::uint32_t index, std::int64_t now, std::string_view reason) {
    const std::string why(reason);  // the wire's own words end with it
    auto& connection = connections_[index];
    const bool was_open = connection.open();
    const auto unanswered = connection.in_flight().size();
    if (was_open) {
        --open_;
        ++not_ready_;
        last_open_ns_ = now;
        if (connection.rest_until_ns != 0) --not_ready_;
    }
    connection.rest_until_ns = 0;
    for (const auto& request : connection.in_flight())
        give_up(request, now);
    connection.close();
    connection.backoff_ns = std::clamp(2 * connection.backoff_ns, backoff_min_ns, backoff_max_ns);
    connection.retry_at_ns = now + connection.backoff_ns;
    if (options_.reconnect || (was_open && unanswered == 0)) return;
    const auto target = options_.target.text();
    if (!was_open) return desk_.complain("cannot connect to " + target + ": " + why);
    desk_.complain(target + ": " + why + " with " + std::to_string(unanswered) +
                   " request(s) unanswered (--reconnect survives that)");
}

void HttpSide::watch(std::uint32_t index) {
    auto& connection = connections_[index];
    const bool wanted = connection.wire().wants_write();
    if (wanted == connection.polls_writing) return;
    connection.polls_writing = wanted;
    desk_.watch(connection.wire().fd(), index, wanted, true);
}

void HttpSide::mark_free(std::uint32_t index) {
    auto& connection = connections_[index];
    if (connection.listed_free || !connection.open() || connection.rest_until_ns != 0 ||
        connection.in_flight().size() >= options_.http.pipeline) {
        return;
    }
    connection.listed_free = true;
    free_.push_back(index);
}

// Requests.

void HttpSide::issue(std::int64_t now) {
    while (!free_.empty() && due(now)) {
        const auto index = free_.front();
        free_.pop_front();
        auto& connection = connections_[index];
        connection.listed_free = false;
        if (!connection.open() || connection.rest_until_ns != 0) continue;
        if (connection.unwritten().empty()) touched_.push_back(index);
        const auto request = next_request(now);
        bytes_.append(connection.unwritten(), request.first, request.count);
        connection.in_flight().push_back(request);
        ++in_flight_;
        mark_free(index);
    }
    for (const auto index : touched_) {
        auto& connection = connections_[index];
        if (connection.flush())
            watch(index);
        else
            lost(index, now, connection.wire().trouble());
    }
    touched_.clear();
}

bool HttpSide::due(std::int64_t now) const {
    return !again_.empty() || desk_.feed.due(now);
}

Request HttpSide::next_request(std::int64_t now) {
    if (!again_.empty()) {
        auto request = again_.front();
        again_.pop_front();
        request.sent_ns = now;
        desk_.tally.retried(request.count);
        return request;
    }
    const auto due = desk_.feed.take(now, std::max<std::uint32_t>(1, options_.http.array_size));
    desk_.tally.sent(due.count);
    return {.first = due.first, .count = due.count, .intended_ns = due.intended_ns, .sent_ns = now};
}

void HttpSide::on_response(Connection& connection, const Response& response, std::int64_t now) {
    const auto request = connection.in_flight().front();
    connection.in_flight().pop_front();
    --in_flight_;
    desk_.tally.answered(now - request.intended_ns, now - request.sent_ns);
    desk_.last_answer_ns = now;
    if (response.status == options_.http.stop_on_status) desk_.stop_wanted = true;
    if (response.status < 200 || response.status > 299) {
        desk_.tally.refused(std::to_string(response.status), request.count, response.body);
        if (options_.http.obey_retry_after && response.retry_after_s > 0) {
            if (connection.rest_until_ns == 0) ++not_ready_;
            connection.rest_until_ns = now + response.retry_after_s * second_ns;
        }
    } else if (options_.http.array_size == 0 && !accepted_ledger_.wanted() && !options_.receipts) {
        desk_.tally.accepted(1);
    } else {
        count_items(request, response.body);
    }
}

void HttpSide::count_items(const Request& request, std::string_view body) {
    AnswerItems items(body);
    AnswerItem item;
    std::uint32_t seen = 0;
    for (; seen < request.count && items.next(item); ++seen) {
        if (item.accepted())
            accepted(item.id, request.first + seen, request.sent_ns);
        else
            desk_.tally.refused(item.status.empty() ? item.code : item.status, 1, item.code);
    }
    if (seen < request.count) desk_.tally.refused("unreadable", request.count - seen, body);
}

void HttpSide::accepted(std::string_view id, std::uint64_t message, std::int64_t sent_ns) {
    desk_.tally.accepted(1);
    if (options_.receipts) stream_.expect(id, sent_ns);
    if (accepted_ledger_.wanted())
        accepted_ledger_.add(id, desk_.mix.recipient_of(message), marker_of(message));
}

void HttpSide::give_up(const Request& request, std::int64_t now) {
    --in_flight_;
    if (options_.http.retry && !desk_.closing) {
        again_.push_back(request);
        return;
    }
    desk_.tally.unanswered(request.count);
    desk_.tally.waited(now - request.intended_ns);
    if (!unanswered_ledger_.wanted()) return;
    for (auto message = request.first; message < request.first + request.count; ++message)
        unanswered_ledger_.add(desk_.mix.recipient_of(message), marker_of(message));
    unanswered_ledger_.flush();
}

// Time.

std::int64_t HttpSide::check(std::int64_t now) {
    for (std::uint32_t i = 0; i < connections_.size() && desk_.complaint.empty(); ++i)
        check(i, now);
    if (open_ == 0 && now > last_open_ns_ + to_ns(options_.give_up_after_s))
        desk_.complain("no connection to " + options_.target.text() + " within --give-up-after");
    return now + (not_ready_ > 0 ? check_often_ns : check_every_ns);
}

void HttpSide::check(std::uint32_t index, std::int64_t now) {
    const auto patience = to_ns(options_.answer_timeout_s);
    auto& connection = connections_[index];
    if (connection.wire().state() == Wire::State::closed) {
        const bool useful = !desk_.feed.ended(now) || !again_.empty();
        if (now < connection.retry_at_ns || !useful) return;
        --not_ready_;
        dial(index, now);
    } else if (!connection.open()) {
        if (now > connection.dialed_ns + patience) lost(index, now, "no answer");
    } else if (!connection.in_flight().empty() &&
               now > connection.in_flight().front().sent_ns + patience) {
        lost(index, now, "no answer within --answer-timeout");
    } else if (connection.rest_until_ns != 0 && now >= connection.rest_until_ns) {
        connection.rest_until_ns = 0;
        --not_ready_;
        mark_free(index);
    }
}

void HttpSide::abandon(std::int64_t now) {
    for (auto& connection : connections_) {
        for (const auto& request : connection.in_flight())
            give_up(request, now);
        connection.close();
    }
    in_flight_ += again_.size();  // give_up() counts them out
    for (const auto& request : again_)
        give_up(request, now);
    again_.clear();
    stream_.close();
    desk_.tally.receipts_unknown(stream_.book().early());
}

}  // namespace parley::loadgen
