#include "tools/loadgen/load.h"

#include "tools/loadgen/answer_items.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <limits>

#include <sys/epoll.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t check_every_ns = 100'000'000;
constexpr std::int64_t check_often_ns = 10'000'000;
/// Arrivals closer than this leave in one wake-up: at 40,000/s that saves three of four wake-ups
/// and is still charged to the latency.
constexpr std::int64_t nap_min_ns = 100'000;
constexpr std::int64_t backoff_min_ns = 20'000'000;
constexpr std::int64_t backoff_max_ns = 500'000'000;

volatile std::sig_atomic_t stops_asked = 0;

std::int64_t clock_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * second_ns + now.tv_nsec;
}

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e9);
}

}  // namespace

Load::Load(Options options)
    : options_(std::move(options)),
      target_(tools::resolve(options_.target)),
      accepted_ledger_(options_.accepted_file),
      unanswered_ledger_(options_.unanswered_file),
      started_ns_(clock_ns()),
      tally_(started_ns_),
      usual_request_(options_.shape, options_.array_size),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      connections_(options_.connections),
      last_open_ns_(started_ns_),
      next_message_(options_.first_marker),
      end_message_(options_.messages == 0 ? std::numeric_limits<std::uint64_t>::max()
                                          : options_.first_marker + options_.messages) {
    scratch_.resize(4 * read_at_least);
}

void Load::ask_to_stop() {
    stops_asked = stops_asked + 1;
}

int Load::run() {
    next_line_ns_ = started_ns_ + second_ns;
    for (std::uint32_t i = 0; i < connections_.size() && complaint_.empty(); ++i) {
        dial(i, started_ns_);
    }
    std::array<epoll_event, 256> events;
    for (auto now = started_ns_; !finished(now); now = clock_ns()) {
        issue(now);
        const auto wait = wait_ns(now);
        const timespec timeout{wait / second_ns, wait % second_ns};
        const int count = ::epoll_pwait2(epoll_.get(), events.data(),
                                         static_cast<int>(events.size()), &timeout, nullptr);
        for (int i = 0; i < count && complaint_.empty(); ++i) {
            on_event(events[static_cast<std::size_t>(i)].data.u32,
                     events[static_cast<std::size_t>(i)].events);
        }
        housekeeping(clock_ns());
    }
    finish();
    if (!complaint_.empty()) return 1;
    return tally_.accepted() == 0 && tally_.sent() > 0 ? 3 : 0;
}

// Connections.

void Load::dial(std::uint32_t index, std::int64_t now) {
    auto& connection = connections_[index];
    ++not_ready_;
    connection.dialed_ns = now;
    if (!connection.dial(target_)) return lost(index, now, tools::reason(errno));
    epoll_event event{.events = EPOLLOUT, .data = {.u32 = index}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.fd(), &event);
}

void Load::on_event(std::uint32_t index, std::uint32_t events) {
    auto& connection = connections_[index];
    switch (connection.state()) {
        case Connection::State::closed:
            return;  // lost earlier in this batch of events
        case Connection::State::connecting:
            return on_connected(index);
        case Connection::State::open:
            break;
    }
    if ((events & EPOLLOUT) != 0) {
        if (!connection.flush()) return lost(index, clock_ns(), tools::reason(errno));
        watch(index);
    }
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) on_readable(index);
}

void Load::on_connected(std::uint32_t index) {
    auto& connection = connections_[index];
    const auto now = clock_ns();
    const int error = connection.settle_connect();
    if (error != 0) return lost(index, now, tools::reason(error));
    if (connection.ever_open) tally_.reconnected();
    connection.ever_open = true;
    connection.backoff_ns = 0;
    connection.wants_write_event = true;  // as dialled; watch() takes it back
    ++open_;
    --not_ready_;
    last_open_ns_ = now;
    watch(index);
    mark_free(index);
    issue(now);
}

void Load::on_readable(std::uint32_t index) {
    auto& connection = connections_[index];
    bool ended = false;
    auto bytes = connection.read(scratch_, ended);
    const auto now = clock_ns();
    while (!bytes.empty() && !ended) {
        Response response;
        const auto reading = reader_.take(bytes, response);
        if (reading == Reading::more) {
            connection.keep(bytes);
            break;
        }
        if (reading == Reading::garbage) {
            return complain(options_.target.text() +
                            " does not speak our HTTP: " + reader_.complaint());
        }
        // An answer that nobody asked for is a server that says goodbye (408).
        ended = connection.in_flight().empty() || response.close;
        if (!connection.in_flight().empty()) on_response(connection, response, now);
    }
    if (accepted_ledger_.wanted()) accepted_ledger_.flush();
    if (ended) return lost(index, now, "the connection was closed");
    mark_free(index);
    issue(now);
}

/// A connection that ends with nothing asked on it is only old; any other end is trouble.
void Load::lost(std::uint32_t index, std::int64_t now, std::string_view why) {
    auto& connection = connections_[index];
    const bool was_open = connection.state() == Connection::State::open;
    const auto unanswered = connection.in_flight().size();
    if (was_open) {
        --open_;
        ++not_ready_;
        last_open_ns_ = now;
        if (connection.rest_until_ns != 0) --not_ready_;
    }
    connection.rest_until_ns = 0;
    for (const auto& request : connection.in_flight())
        give_up(request);
    connection.close();
    connection.backoff_ns = std::clamp(2 * connection.backoff_ns, backoff_min_ns, backoff_max_ns);
    connection.retry_at_ns = now + connection.backoff_ns;
    if (options_.reconnect || (was_open && unanswered == 0)) return;
    const auto target = options_.target.text();
    if (!was_open) return complain("cannot connect to " + target + ": " + std::string(why));
    complain(target + ": " + std::string(why) + " with " + std::to_string(unanswered) +
             " request(s) unanswered (--reconnect survives that)");
}

void Load::watch(std::uint32_t index) {
    auto& connection = connections_[index];
    const bool wanted = !connection.unwritten().empty();
    if (wanted == connection.wants_write_event) return;
    connection.wants_write_event = wanted;
    epoll_event event{.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, .data = {.u32 = index}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.fd(), &event);
}

void Load::mark_free(std::uint32_t index) {
    auto& connection = connections_[index];
    if (connection.listed_free || connection.state() != Connection::State::open ||
        connection.rest_until_ns != 0 || connection.in_flight().size() >= options_.pipeline) {
        return;
    }
    connection.listed_free = true;
    free_.push_back(index);
}

// Requests.

void Load::issue(std::int64_t now) {
    while (!free_.empty() && due(now)) {
        const auto index = free_.front();
        free_.pop_front();
        auto& connection = connections_[index];
        connection.listed_free = false;
        if (connection.state() != Connection::State::open || connection.rest_until_ns != 0)
            continue;
        if (connection.unwritten().empty()) touched_.push_back(index);
        const auto request = next_request(now);
        bytes_for(request.count).append(connection.unwritten(), request.first);
        connection.in_flight().push_back(request);
        ++in_flight_;
        mark_free(index);
    }
    for (const auto index : touched_) {
        auto& connection = connections_[index];
        if (connection.flush())
            watch(index);
        else
            lost(index, now, tools::reason(errno));
    }
    touched_.clear();
}

bool Load::due(std::int64_t now) const {
    if (!again_.empty()) return true;
    if (stop_ns_ != 0 || exhausted()) return false;
    return options_.rate == 0 || intended_ns(next_message_) <= now;
}

bool Load::exhausted() const {
    return next_message_ >= end_message_;
}

std::int64_t Load::intended_ns(std::uint64_t message) const {
    const auto nth = static_cast<double>(message - options_.first_marker);
    return started_ns_ + to_ns(nth / options_.rate);
}

Request Load::next_request(std::int64_t now) {
    if (!again_.empty()) {
        auto request = again_.front();
        again_.pop_front();
        request.sent_ns = now;
        tally_.retried(request.count);
        return request;
    }
    const auto wanted = std::max<std::uint64_t>(1, options_.array_size);
    const auto count = static_cast<std::uint32_t>(std::min(wanted, end_message_ - next_message_));
    const Request request{.first = next_message_,
                          .count = count,
                          .intended_ns = options_.rate == 0 ? now : intended_ns(next_message_),
                          .sent_ns = now};
    next_message_ += count;
    tally_.sent(count);
    return request;
}

const RequestBytes& Load::bytes_for(std::uint32_t count) {
    if (count == usual_request_.count()) return usual_request_;
    if (last_request_.empty()) last_request_.emplace_back(options_.shape, count);
    return last_request_.front();
}

void Load::on_response(Connection& connection, const Response& response, std::int64_t now) {
    const auto request = connection.in_flight().front();
    connection.in_flight().pop_front();
    --in_flight_;
    tally_.answered(now - request.intended_ns);
    last_answer_ns_ = now;
    if (response.status == options_.stop_on_status) note_stop(now);
    if (response.status < 200 || response.status > 299) {
        tally_.refused(std::to_string(response.status), request.count, response.body);
        if (options_.obey_retry_after && response.retry_after_s > 0) {
            if (connection.rest_until_ns == 0) ++not_ready_;
            connection.rest_until_ns = now + response.retry_after_s * second_ns;
        }
    } else if (options_.array_size == 0 && !accepted_ledger_.wanted()) {
        tally_.accepted(1);
    } else {
        count_items(request, response.body);
    }
}

void Load::count_items(const Request& request, std::string_view body) {
    AnswerItems items(body);
    AnswerItem item;
    std::uint32_t seen = 0;
    for (; seen < request.count && items.next(item); ++seen) {
        if (item.accepted())
            accepted(item.id, request.first + seen);
        else
            tally_.refused(item.status.empty() ? item.code : item.status, 1, item.code);
    }
    if (seen < request.count) tally_.refused("unreadable", request.count - seen, body);
}

void Load::accepted(std::string_view id, std::uint64_t message) {
    tally_.accepted(1);
    if (accepted_ledger_.wanted()) {
        accepted_ledger_.add(id, recipient_of(options_.shape, message), marker_of(message));
    }
}

void Load::give_up(const Request& request) {
    --in_flight_;
    if (options_.retry && drain_ns_ == 0) {
        again_.push_back(request);
        return;
    }
    tally_.unanswered(request.count);
    if (!unanswered_ledger_.wanted()) return;
    for (std::uint32_t i = 0; i < request.count; ++i) {
        unanswered_ledger_.add(recipient_of(options_.shape, request.first + i),
                               marker_of(request.first + i));
    }
    unanswered_ledger_.flush();
}

// Time.

void Load::housekeeping(std::int64_t now) {
    if (now >= next_line_ns_) {
        std::fprintf(stderr, "%s\n", tally_.line(now, in_flight_).c_str());
        next_line_ns_ = now + second_ns - (now - next_line_ns_) % second_ns;
    }
    if (stop_ns_ == 0 && (stops_asked > 0 ||
                          (options_.seconds > 0 && now >= started_ns_ + to_ns(options_.seconds)))) {
        note_stop(now);
    }
    if (now < next_check_ns_) return;
    next_check_ns_ = now + (not_ready_ > 0 ? check_often_ns : check_every_ns);
    const auto patience = to_ns(options_.answer_timeout_s);
    for (std::uint32_t i = 0; i < connections_.size() && complaint_.empty(); ++i) {
        auto& connection = connections_[i];
        if (connection.state() == Connection::State::closed) {
            if (now < connection.retry_at_ns || (stop_ns_ != 0 && again_.empty())) continue;
            --not_ready_;
            dial(i, now);
        } else if (connection.state() == Connection::State::connecting) {
            if (now > connection.dialed_ns + patience) lost(i, now, "no answer");
        } else if (!connection.in_flight().empty() &&
                   now > connection.in_flight().front().sent_ns + patience) {
            lost(i, now, "no answer within --answer-timeout");
        } else if (connection.rest_until_ns != 0 && now >= connection.rest_until_ns) {
            connection.rest_until_ns = 0;
            --not_ready_;
            mark_free(i);
        }
    }
    if (open_ == 0 && complaint_.empty() && now > last_open_ns_ + to_ns(options_.give_up_after_s)) {
        complain("no connection to " + options_.target.text() + " within --give-up-after");
    }
}

void Load::note_stop(std::int64_t now) {
    if (stop_ns_ != 0) return;
    stop_ns_ = now;
    drain_ns_ = now + (stops_asked > 0 ? second_ns : to_ns(options_.answer_timeout_s));
    if (options_.rate == 0) return;
    auto end_ns = now;
    if (options_.seconds > 0) end_ns = std::min(now, started_ns_ + to_ns(options_.seconds));
    // Whole requests whose moment came before the end.
    const auto batch = std::max<std::uint64_t>(1, options_.array_size);
    const double messages = static_cast<double>(end_ns - started_ns_) / 1e9 * options_.rate;
    const auto requests = static_cast<std::uint64_t>(messages / static_cast<double>(batch));
    const auto end = std::min(end_message_, options_.first_marker + requests * batch);
    if (end > next_message_) tally_.unsent(end - next_message_);
}

std::int64_t Load::wait_ns(std::int64_t now) const {
    auto until = std::min(next_line_ns_, next_check_ns_);
    if (options_.rate > 0 && !free_.empty() && stop_ns_ == 0 && !exhausted()) {
        until = std::min(until, std::max(intended_ns(next_message_), now + nap_min_ns));
    }
    if (stop_ns_ == 0 && options_.seconds > 0) {
        until = std::min(until, started_ns_ + to_ns(options_.seconds));
    }
    return std::max<std::int64_t>(0, until - now);
}

bool Load::finished(std::int64_t now) const {
    if (!complaint_.empty() || stops_asked > 1) return true;
    if (stop_ns_ == 0 && !exhausted()) return false;
    return (in_flight_ == 0 && again_.empty()) || (drain_ns_ != 0 && now >= drain_ns_);
}

void Load::complain(std::string sentence) {
    if (complaint_.empty()) complaint_ = std::move(sentence);
}

void Load::finish() {
    const auto now = clock_ns();
    drain_ns_ = now;  // from here on nothing is sent again
    for (auto& connection : connections_) {
        for (const auto& request : connection.in_flight())
            give_up(request);
        connection.close();
    }
    in_flight_ += again_.size();  // give_up() counts them out
    for (const auto& request : again_)
        give_up(request);
    // Answers that came after the last request count, and so does the time they took.
    const auto end = std::max(stop_ns_, last_answer_ns_);
    std::printf("%s\n",
                tally_
                    .summary(end == 0 ? now : end, options_.array_size == 0 ? "single" : "array",
                             options_.rate > 0, complaint_)
                    .c_str());
    if (!complaint_.empty()) {
        std::fprintf(stderr, "parley-load: %s\n", complaint_.c_str());
    } else if (tally_.accepted() == 0 && tally_.sent() > 0) {
        std::fprintf(stderr, "parley-load: nothing was accepted; the first answer was: %s\n",
                     tally_.refused() > 0 ? tally_.first_refusal().c_str() : "none");
    }
}

}  // namespace parley::loadgen
