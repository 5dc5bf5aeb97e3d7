#include "tools/carrier_sim/behaviour.h"

#include "tools/carrier_sim/state.h"

#include <algorithm>
#include <utility>

namespace parley::carrier_sim {

CarrierSim::CarrierSim(Settings settings, Dice dice)
    : state_(std::make_unique<State>(std::move(settings), dice)) {}
CarrierSim::~CarrierSim() = default;
CarrierSim::CarrierSim(CarrierSim&&) noexcept = default;
CarrierSim& CarrierSim::operator=(CarrierSim&&) noexcept = default;

SessionId CarrierSim::open(Now now) {
    return state_->open(now);
}

void CarrierSim::on_bytes(Now now, SessionId session, std::string_view bytes) {
    state_->on_bytes(now, session, bytes);
}

void CarrierSim::on_written(Now now, SessionId session, std::size_t n) {
    state_->on_written(now, session, n);
    if (!state_->frozen) state_->deliver_waiting(now);
}

void CarrierSim::on_closed(Now now, SessionId session) {
    state_->on_closed(session);
    if (!state_->frozen) state_->deliver_waiting(now);
}

void CarrierSim::on_deadline(Now now) {
    if (state_->frozen) return;
    state_->send_due_responses(now);
    state_->send_due_delivers(now);
    state_->link_deadlines(now);
}

std::string_view CarrierSim::output(SessionId session) const {
    const Session* found = state_->find(session);
    if (found == nullptr) return {};
    return state_->output(*found);
}

bool CarrierSim::wants_close(SessionId session) const {
    const Session* found = state_->find(session);
    return found != nullptr && found->closing;
}

bool CarrierSim::accepts_input(SessionId session) const {
    const Session* found = state_->find(session);
    return found != nullptr && found->takes_input() && !state_->frozen;
}

std::size_t CarrierSim::read_octets_max() const {
    const std::uint32_t rate = state_->settings.read_rate;
    return rate == 0 ? 0 : std::max<std::size_t>(1, rate / 20);
}

void CarrierSim::take_touched(std::vector<SessionId>& touched) {
    for (const SessionId id : state_->touched) {
        if (Session* session = state_->find(id)) session->touched = false;
    }
    touched.clear();
    touched.swap(state_->touched);
}

std::optional<Instant> CarrierSim::next_deadline() const {
    if (state_->frozen) return std::nullopt;
    Instant next = state_->next_link_deadline();
    const auto also = [&next](std::optional<Instant> at) {
        next = std::min(next, at.value_or(next));
    };
    also(state_->responses.next());
    also(state_->delivers.next());
    also(state_->handset_answers.next());
    if (next == Instant::max()) return std::nullopt;
    return next;
}

MoId CarrierSim::send_mo(Now now, std::string_view from, std::string_view to, std::string_view utf8,
                         MoKind kind) {
    return state_->send_mo(now, from, to, utf8, kind);
}

void CarrierSim::freeze() {
    state_->frozen = true;
    for (Session* session : state_->in_order())
        state_->touch(*session);
}

void CarrierSim::resume(Now now) {
    state_->frozen = false;
    for (Session* session : state_->in_order()) {
        state_->touch(*session);
        state_->read(now, *session);
    }
    state_->deliver_waiting(now);
}

bool CarrierSim::frozen() const {
    return state_->frozen;
}

void CarrierSim::refuse_submits(std::optional<smpp::Status> status) {
    state_->refuse_submits = status;
}

void CarrierSim::refuse_binds(std::optional<smpp::Status> status) {
    state_->refuse_binds = status;
}

void CarrierSim::throttle(std::uint32_t submits_per_second) {
    state_->settings.throttle_above = submits_per_second;
}

void CarrierSim::drop_connections() {
    state_->drop_connections();
}

void CarrierSim::unbind_all(Now now) {
    state_->unbind_all(now);
}

void CarrierSim::leave_half_open() {
    state_->leave_half_open();
}

void CarrierSim::send_garbage(std::size_t octets) {
    state_->send_garbage(octets);
}

void CarrierSim::send_unknown_pdu(Now now) {
    state_->send_unknown_pdu(now);
}

void CarrierSim::listen(bool on) {
    state_->listens = on;
}

bool CarrierSim::listens() const {
    return state_->listens;
}

void CarrierSim::ask_outbind(std::string address) {
    state_->outbinds.push_back(std::move(address));
}

std::vector<std::string> CarrierSim::take_outbinds() {
    return std::exchange(state_->outbinds, {});
}

SessionId CarrierSim::open_outbind(Now now) {
    return state_->open_outbind(now);
}

void CarrierSim::inject(SessionId session, std::string_view octets) {
    Session* found = state_->find(session);
    if (found == nullptr) return;
    found->output.append(octets);
    state_->touch(*found);
}

const Settings& CarrierSim::settings() const {
    return state_->settings;
}

void CarrierSim::change(Settings settings) {
    state_->settings = std::move(settings);
    state_->settings_changed();
}

const Books& CarrierSim::books() const {
    return state_->books;
}

void CarrierSim::clear_books() {
    std::vector<StopRecord> stops = std::move(state_->books.stops);
    state_->books = Books();
    state_->books.stops = std::move(stops);
}

std::size_t CarrierSim::sessions_open() const {
    return state_->in_order().size();
}

std::size_t CarrierSim::sessions_bound() const {
    const auto all = state_->in_order();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const Session* s) { return s->is_bound(); }));
}

std::size_t CarrierSim::delivers_open() const {
    return state_->receipts.in_use() + state_->segments.in_use();
}

std::vector<SessionId> CarrierSim::sessions() const {
    std::vector<SessionId> ids;
    for (const Session* session : state_->in_order())
        ids.push_back(session->id);
    return ids;
}

}  // namespace parley::carrier_sim
