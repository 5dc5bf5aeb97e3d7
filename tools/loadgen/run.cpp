#include "tools/loadgen/run.h"

#include "tools/loadgen/http_side.h"
#include "tools/loadgen/live_view.h"
#include "tools/loadgen/smpp_side.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>

#include <sys/ioctl.h>
#include <sys/resource.h>

namespace parley::loadgen {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
/// Arrivals closer than this leave in one wake-up: at 40,000/s that saves three of four wake-ups
/// and is still charged to the latency.
constexpr std::int64_t nap_min_ns = 100'000;
constexpr std::int64_t goodbye_ns = 2 * second_ns;
constexpr std::int64_t interrupted_wait_ns = second_ns;
constexpr std::int64_t view_every_ns = 250'000'000;

volatile std::sig_atomic_t stops_asked = 0;

std::int64_t to_ns(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e9);
}

double cpu_seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

rusage usage() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used;
}

double cpu_of(const rusage& used) {
    return cpu_seconds(used.ru_utime) + cpu_seconds(used.ru_stime);
}

std::string rfc3339_now() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::size_t terminal_columns() {
    winsize size{};
    constexpr std::size_t usual = 80;
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return size.ws_col;
}

std::unique_ptr<Side> make_side(const Options& options, Desk& desk) {
    if (options.target.smpp) return std::make_unique<SmppSide>(options, desk);
    return std::make_unique<HttpSide>(options, desk);
}

}  // namespace

std::int64_t clock_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * second_ns + now.tv_nsec;
}

Run::Run(Options options)
    : options_(std::move(options)),
      desk_{.feed = Feed(options_.arrivals, options_.first_marker, options_.messages,
                         to_ns(options_.seconds)),
            .mix = MessageMix(options_.mix),
            .tally = Tally(options_.seconds)},
      side_(make_side(options_, desk_)),
      phase_ends_ns_(Feed::never) {
    view_ = options_.live == Live::view ||
            (options_.live == Live::automatic && ::isatty(STDERR_FILENO) == 1);
    show_every_ns_ = view_ ? view_every_ns : second_ns;
}

Run::~Run() = default;

void Run::ask_to_stop() {
    stops_asked = stops_asked + 1;
}

Ending Run::go() {
    began_at_ = rfc3339_now();
    cpu_before_s_ = cpu_of(usage());
    auto now = clock_ns();
    desk_.tally.start(now);
    side_->start(now);
    while (phase_ != Phase::over) {
        turn(now);
        now = clock_ns();
        advance(now);
    }
    finish(now);
    return report(results(now));
}

/// Sends what is due, then sleeps until something happens, and takes it.
void Run::turn(std::int64_t now) {
    std::array<epoll_event, 256> events;
    side_->issue(now);
    const auto wait = std::max<std::int64_t>(0, wait_until(now) - now);
    const timespec timeout{wait / second_ns, wait % second_ns};
    const int count = ::epoll_pwait2(desk_.epoll.get(), events.data(),
                                     static_cast<int>(events.size()), &timeout, nullptr);
    for (int i = 0; i < count && desk_.complaint.empty(); ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        side_->on_event(event.data.u32, event.events);
    }
}

std::int64_t Run::wait_until(std::int64_t now) const {
    auto until = std::min({next_check_ns_, phase_ends_ns_});
    if (!desk_.feed.started()) return until;
    until = std::min({until, desk_.tally.row_ends_ns(), next_show_ns_});
    if (phase_ != Phase::sending) return until;
    until = std::min(until, desk_.feed.end_ns());
    if (side_->has_room() && desk_.feed.open_loop() && desk_.feed.next_ns() != Feed::never)
        until = std::min(until, std::max(desk_.feed.next_ns(), now + nap_min_ns));
    return until;
}

/// What time brings.
void Run::advance(std::int64_t now) {
    if (now >= next_check_ns_) next_check_ns_ = side_->check(now);
    if (!desk_.complaint.empty() || stops_asked > 1) phase_ = Phase::over;
    if (desk_.feed.started() && now >= desk_.tally.row_ends_ns()) {
        desk_.tally.close_row(now, wanted_by(now), side_->in_flight(),
                              side_->receipts_outstanding());
    }
    if (desk_.feed.started() && now >= next_show_ns_) show(now);
    switch (phase_) {
        case Phase::connecting:
            if (stops_asked > 0) return enter(Phase::goodbye, now + goodbye_ns);
            if (!side_->ready()) return;
            desk_.feed.start(now);
            desk_.tally.start(now);
            next_show_ns_ = now + show_every_ns_;
            return enter(Phase::sending, Feed::never);
        case Phase::sending:
            if (stops_asked > 0 || desk_.stop_wanted || desk_.feed.ended(now)) end_sending(now);
            return;
        case Phase::answers:
            if (stops_asked > 0)
                phase_ends_ns_ = std::min(phase_ends_ns_, now + interrupted_wait_ns);
            if (side_->in_flight() > 0 && now < phase_ends_ns_) return;
            desk_.closing = true;
            return enter(Phase::receipts,
                         stops_asked > 0 ? now : now + to_ns(options_.receipt_wait_s));
        case Phase::receipts:
            if (stops_asked == 0 && side_->receipts_outstanding() > 0 && now < phase_ends_ns_)
                return;
            side_->say_goodbye(now);
            return enter(Phase::goodbye, now + goodbye_ns);
        case Phase::goodbye:
            desk_.closing = true;
            if (side_->gone() || now >= phase_ends_ns_) phase_ = Phase::over;
            return;
        case Phase::over:
            return;
    }
}

/// In a closed loop, what was sent.
std::uint64_t Run::wanted_by(std::int64_t now) {
    if (!desk_.feed.open_loop()) return desk_.tally.counts().sent;
    return desk_.feed.wanted_by(now,
                                [this](std::uint64_t message) { return side_->parts_of(message); });
}

void Run::enter(Phase phase, std::int64_t until_ns) {
    phase_ = phase;
    phase_ends_ns_ = until_ns;
    next_check_ns_ = 0;
}

void Run::end_sending(std::int64_t now) {
    stop_ns_ = std::min(now, desk_.feed.end_ns());
    // A run that has sent all that it was to send waits for every answer, however long a target
    // that is restarted meanwhile needs; only an end by time or by word sets a limit.
    const bool by_count = stops_asked == 0 && !desk_.stop_wanted && now < desk_.feed.end_ns();
    auto until = by_count ? Feed::never : now + to_ns(options_.answer_timeout_s);
    if (stops_asked > 0) until = now + interrupted_wait_ns;
    Feed::Due missed;
    while (desk_.feed.take_missed(now, missed)) {
        desk_.tally.unsent(side_->parts_of(missed.first));
        desk_.tally.waited(stop_ns_ - missed.intended_ns);
    }
    desk_.feed.stop();
    enter(Phase::answers, until);
}

void Run::show(std::int64_t now) {
    next_show_ns_ = now + show_every_ns_ - (now - next_show_ns_) % show_every_ns_;
    if (options_.live == Live::none) return;
    constexpr std::array<std::string_view, 6> phases{
        "connecting", "sending", "waiting for answers", "waiting for receipts", "closing", "over"};
    const Moment moment{.target = options_.target.url,
                        .elapsed_s = static_cast<double>(now - desk_.feed.start_ns()) / 1e9,
                        .planned_s = options_.seconds,
                        .planned_messages = options_.messages,
                        .wanted = wanted_by(now),
                        .wanted_before = shown_wanted_,
                        .in_flight = side_->in_flight(),
                        .open_loop = desk_.feed.open_loop(),
                        .receipts = options_.receipts,
                        .phase = phases[static_cast<std::size_t>(phase_)],
                        .recent = desk_.tally.take_recent(now),
                        .tally = &desk_.tally};
    shown_wanted_ = moment.wanted;
    if (!view_) {
        std::fprintf(stderr, "%s\n", live_line(moment).c_str());
        return;
    }
    const auto view = live_view(moment, terminal_columns());
    std::fprintf(stderr, "%s%s", erase_lines(view_lines_).c_str(), view.c_str());
    view_lines_ = static_cast<std::size_t>(std::ranges::count(view, '\n'));
}

void Run::finish(std::int64_t now) {
    desk_.closing = true;
    if (phase_ == Phase::over && stop_ns_ == 0 && desk_.feed.started()) end_sending(now);
    side_->abandon(now);
    if (desk_.feed.started())
        desk_.tally.close_row(now, wanted_by(now), 0, side_->receipts_outstanding());
}

Results Run::results(std::int64_t now) {
    Results results;
    results.title = options_.title;
    results.target = options_.target.url;
    results.mode = options_.target.smpp            ? "smpp"
                   : options_.http.array_size == 0 ? "single"
                                                   : "array";
    results.open_loop = desk_.feed.open_loop();
    results.receipts = options_.receipts;
    results.interrupted = stops_asked > 0;
    results.complaint = desk_.complaint;
    results.began_at = began_at_;
    results.wanted = wanted_by(now);
    const auto used = usage();
    results.cpu_user_s = cpu_seconds(used.ru_utime);
    results.cpu_system_s = cpu_seconds(used.ru_stime);
    if (desk_.feed.started()) {
        // Answers that came after the last request count, and so does the time they took.
        const auto end = std::max(stop_ns_, desk_.last_answer_ns);
        results.seconds = static_cast<double>(end - desk_.feed.start_ns()) / 1e9;
        const auto took = static_cast<double>(now - desk_.feed.start_ns()) / 1e9;
        results.cpu_busy = took > 0 ? std::min(1.0, (cpu_of(used) - cpu_before_s_) / took) : 0;
    }
    results.settings = options_.settings;
    results.tally = &desk_.tally;
    for (const auto& objective : options_.objectives) {
        results.verdicts.push_back(
            judge(objective, [&](const Objective& asked) { return measured(results, asked); }));
    }
    return results;
}

}  // namespace parley::loadgen
