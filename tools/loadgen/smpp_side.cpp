#include "tools/loadgen/smpp_side.h"

#include <algorithm>

namespace parley::loadgen {
namespace {

constexpr std::size_t read_at_once = 256 * 1024;
constexpr std::size_t first_octets_max = 32;
constexpr std::int64_t check_every_ns = 20'000'000;
constexpr Duration goodbye_max = std::chrono::milliseconds(1500);

Duration duration(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

session::EsmeSettings settings_of(const Options& options, session::BindType bind) {
    const auto& smpp = options.smpp;
    session::EsmeSettings settings;
    settings.system_id = smpp.system_id;
    settings.password = smpp.password;
    settings.system_type = smpp.system_type;
    settings.bind = bind;
    settings.window = smpp.window;
    settings.bind_timeout = duration(smpp.bind_timeout_s);
    settings.response_timeout = duration(options.answer_timeout_s);
    settings.write_timeout = settings.response_timeout;
    settings.enquire_link_every = duration(smpp.enquire_link_s);
    settings.reconnect_min = std::chrono::milliseconds(50);
    settings.reconnect_max = std::chrono::milliseconds(500);
    settings.already_bound_wait = std::chrono::seconds(1);
    settings.refused_wait = std::chrono::seconds(1);
    settings.unbind_timeout = std::chrono::seconds(1);
    // Only silence ends a session: a peer that loses answers is what is to be measured.
    settings.expiries_max = std::max<std::uint32_t>(3, smpp.window);
    settings.leaves_unanswered = false;
    return settings;
}

}  // namespace

SmppSide::Link::Link(std::uint32_t place, session::EsmeSettings settings, std::int64_t now)
    : number(place + 1),
      session(std::move(settings), Dice(place), moment_of(now)),
      sends(session.can_send()) {}

SmppSide::SmppSide(const Options& options, Desk& desk)
    : options_(options),
      desk_(desk),
      address_(tools::resolve(options.target.endpoint)),
      tls_(options.target.tls ? std::make_unique<Tls>(options.target.endpoint.host, options.ca_file,
                                                      options.insecure)
                              : nullptr),
      forms_(desk.mix,
             {.method = options.smpp.method, .receipts = options.receipts, .service_type = ""}),
      book_(options.smpp.receipt_ids) {
    scratch_.resize(read_at_once);
}

void SmppSide::start(std::int64_t now) {
    const auto& smpp = options_.smpp;
    const auto add = [&](session::BindType bind) {
        links_.push_back(std::make_unique<Link>(static_cast<std::uint32_t>(links_.size()),
                                                settings_of(options_, bind), now));
    };
    for (std::uint32_t i = 0; i < smpp.receivers; ++i)
        add(session::BindType::receiver);
    for (std::uint32_t i = 0; i < smpp.sessions; ++i)
        add(smpp.bind);
    sent_.resize(static_cast<std::size_t>(smpp.sessions) * smpp.window);
    for (auto token = static_cast<std::uint32_t>(sent_.size()); token > 0; --token)
        free_.push_back(token - 1);
    last_bound_ns_ = now;
    for (auto& link : links_) {
        if (desk_.complaint.empty()) serve(*link, now);
    }
}

// Wires.

/// After whatever happened on a link: hears its session out and does what it wants.
void SmppSide::serve(Link& link, std::int64_t now) {
    take_events(link, now);
    if (link.session.wants_close()) closed(link, now);
    if (link.session.wants_connect(moment_of(now))) dial(link, now);
    flush(link, now);
}

void SmppSide::dial(Link& link, std::int64_t now) {
    link.first_octets.clear();
    link.trouble.clear();
    link.oddity.clear();
    if (!link.wire.dial(address_, tls_.get())) {
        link.trouble = link.wire.trouble();
        link.session.on_connect_failed(moment_of(now));
        return take_events(link, now);
    }
    link.polls_writing = true;
    desk_.watch(link.wire.fd(), link.number - 1, true, false);
}

void SmppSide::on_event(std::uint32_t token, std::uint32_t events) {
    auto& link = *links_[token];
    const auto now = clock_ns();
    if (link.wire.state() == Wire::State::closed) return;
    if (!link.wire.open()) return settle(link, now);
    if ((events & EPOLLOUT) != 0) flush(link, now);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 && link.wire.open())
        read(link, clock_ns());
}

void SmppSide::settle(Link& link, std::int64_t now) {
    if (!link.wire.settle()) {
        link.trouble = link.wire.trouble();
        link.wire.close();
        link.session.on_connect_failed(moment_of(now));
    } else if (link.wire.open()) {
        link.session.on_connected(moment_of(now));
    }
    serve(link, now);
    watch(link);
}

void SmppSide::read(Link& link, std::int64_t now) {
    do {
        const auto n = link.wire.read(scratch_.data(), scratch_.size());
        if (n < 0) {
            link.trouble = link.wire.trouble();
            link.session.on_closed(moment_of(now));
            closed(link, now);
            break;
        }
        if (n == 0) break;
        const std::string_view bytes(scratch_.data(), static_cast<std::size_t>(n));
        if (link.first_octets.size() < first_octets_max)
            link.first_octets += bytes.substr(0, first_octets_max - link.first_octets.size());
        link.session.on_bytes(moment_of(now), bytes);
        take_events(link, now);
    } while (link.wire.has_more() && desk_.complaint.empty());
    // What was answered makes room for more, and both leave in one write.
    link.written = true;
    issue(now);
    serve(link, now);
}

void SmppSide::flush(Link& link, std::int64_t now) {
    link.written = false;
    if (!link.wire.open()) return;
    const auto output = link.session.output();
    if (!output.empty()) {
        const auto n = link.wire.write(output);
        if (n < 0) {
            link.trouble = link.wire.trouble();
            link.session.on_closed(moment_of(now));
            return closed(link, now);
        }
        link.session.on_written(moment_of(now), static_cast<std::size_t>(n));
    }
    if (link.session.wants_close()) return closed(link, now);
    watch(link);
}

void SmppSide::closed(Link& link, std::int64_t now) {
    link.wire.close();
    take_events(link, now);
}

void SmppSide::watch(Link& link) {
    if (link.wire.state() == Wire::State::closed) return;
    const bool wanted = link.wire.wants_write();
    if (wanted == link.polls_writing) return;
    link.polls_writing = wanted;
    desk_.watch(link.wire.fd(), link.number - 1, wanted, true);
}

std::int64_t SmppSide::check(std::int64_t now) {
    const auto give_up_ns = static_cast<std::int64_t>(options_.give_up_after_s * 1e9);
    for (auto& link : links_) {
        if (!desk_.complaint.empty()) break;
        const auto deadline = link->session.next_deadline();
        if (deadline && *deadline <= moment_of(now).at) link->session.on_deadline(moment_of(now));
        serve(*link, now);
    }
    if (bound_ > 0) {
        last_bound_ns_ = now;
    } else if (!desk_.closing && now > last_bound_ns_ + give_up_ns) {
        const auto& link = *links_.back();
        desk_.complain("no session with " + options_.target.text() + " within --give-up-after" +
                       (link.last_end.empty() ? "" : "; the last trouble: " + link.last_end));
    }
    return now + check_every_ns;
}

// Sending.

void SmppSide::issue(std::int64_t now) {
    has_room_ = false;
    if (ready_ && !desk_.closing) {
        while (auto* link = next_with_room()) {
            if (parts_left_ == 0) {
                has_room_ = true;
                if (!desk_.feed.due(now)) break;
                begin_message(desk_.feed.take(now));
            }
            // The parts of a message stay together while there is room.
            do {
                send_part(*link, now);
            } while (parts_left_ > 0 && link->session.can_submit());
            has_room_ = false;
        }
    }
    for (auto& link : links_) {
        if (link->written) flush(*link, now);
    }
}

SmppSide::Link* SmppSide::next_with_room() {
    for (std::size_t i = 0; i < links_.size(); ++i) {
        auto& link = *links_[next_link_];
        next_link_ = next_link_ + 1 == links_.size() ? 0 : next_link_ + 1;
        if (link.sends && link.session.can_submit()) return &link;
    }
    return nullptr;
}

void SmppSide::begin_message(const Feed::Due& due) {
    message_ = due;
    text_ = desk_.mix.text_of(due.first);
    sender_ = desk_.mix.sender_of(due.first);
    parts_ = parts_left_ = forms_.parts(text_);
}

void SmppSide::send_part(Link& link, std::int64_t now) {
    const auto token = free_.back();
    free_.pop_back();
    sent_[token] = {.intended_ns = message_.intended_ns, .sent_ns = now};
    auto& form = forms_.form(text_, sender_, parts_ - parts_left_);
    link.session.submit(moment_of(now), token,
                        form.fill(desk_.mix.recipient_of(message_.first), message_.first));
    link.written = true;
    --parts_left_;
    ++in_flight_;
    desk_.tally.sent(1);
}

// The end.

void SmppSide::say_goodbye(std::int64_t now) {
    for (auto& link : links_) {
        link->session.drain(moment_of(now), goodbye_max);
        serve(*link, now);
    }
}

bool SmppSide::gone() const {
    return std::ranges::all_of(links_, [](const auto& link) {
        return link->session.state() == session::LinkState::stopped &&
               link->wire.state() == Wire::State::closed;
    });
}

void SmppSide::abandon(std::int64_t now) {
    for (auto& link : links_) {
        link->session.on_closed(moment_of(now));
        closed(*link, now);
    }
    desk_.tally.unsent(parts_left_);  // of a message that had begun
    desk_.tally.receipts_unknown(book_.early());
}

}  // namespace parley::loadgen
