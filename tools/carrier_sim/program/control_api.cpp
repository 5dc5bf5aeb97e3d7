#include "tools/carrier_sim/program/control_api.h"

#include "tools/carrier_sim/program/books_json.h"
#include "tools/carrier_sim/scenario/sentence.h"
#include "tools/carrier_sim/scenario/settings_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

namespace json = boost::json;

constexpr std::string_view contents =
    R"json({"get":{
"/books":"counters and sessions",
"/books/submits?since=0&limit=10000":"every submit (with keep_books)",
"/books/receipts?since=0&limit=10000":"every receipt: made, sent, answered (keep_books)",
"/books/message/{message_id}":"a submit and its receipts (keep_books)",
"/books/reconciliation?limit=20":"submits against receipts, and what does not add up (keep_books)",
"/books/mos?since=0&limit=10000":"every inbound message (with keep_books)",
"/books/destination/{number}?limit=1000":"submits to one number (with keep_books)",
"/books/duplicates?limit=20":"accepted submits that the same handset got before (keep_books)",
"/stops?after=0":"who said STOP, and the submits after its acknowledgement",
"/bursts":"bursts under way",
"/settings":"as they are now",
"/carriers":"all of them; /carriers/{id} before any path above or below is for that one",
"/timeline":"what the scenario does when",
"/metrics":"for Prometheus"},
"post":{
"/mo":"{from,to,text,kind?}",
"/mo_burst":"{rate,count,from_prefix,to,texts?,stop_share?,stop_text?,first?}",
"/orders":"{stop:true} {resume:true} {throttle:n} )json"
    R"json({refuse:status|null} {refuse_binds:status|null} )json"
    R"json({drop:true} {unbind:true} {cancel_bursts:true} {clear_books:true}",
"/do":"a sentence of a timeline: throttle to 50/s for 20s, or {do,on}",
"/settings":"any of them, at once"}})json";

struct NotFound {};
struct WrongMethod {};

/// Members of a JSON object, each to be asked for; what nobody asked for is an error.
class Reader {
public:
    explicit Reader(std::string_view body) {
        boost::system::error_code error;
        value_ = json::parse(body, error);
        if (error) throw SettingError("the body is not JSON: " + error.message());
        if (!value_.is_object()) throw SettingError("the body is not a JSON object");
    }

    const json::value* find(std::string_view name) {
        asked_.emplace(name);
        return value_.get_object().if_contains(name);
    }
    /// Only its presence with true counts.
    bool says(std::string_view name) {
        const auto* value = find(name);
        if (value == nullptr) return false;
        if (!value->is_bool()) fail(name, "true or false");
        return value->get_bool();
    }
    std::string text(std::string_view name) {
        const auto* value = find(name);
        if (value == nullptr || !value->is_string() || value->get_string().empty()) {
            fail(name, "a text");
        }
        return std::string(value->get_string());
    }
    std::string text(std::string_view name, std::string otherwise) {
        return find(name) == nullptr ? std::move(otherwise) : text(name);
    }
    std::vector<std::string> texts(std::string_view name, std::vector<std::string> otherwise) {
        const auto* value = find(name);
        if (value == nullptr) return otherwise;
        if (value->is_string()) return {text(name)};
        if (!value->is_array() || value->get_array().empty())
            fail(name, "a text or a list of texts");
        std::vector<std::string> list;
        for (const auto& item : value->get_array()) {
            if (!item.is_string()) fail(name, "a text or a list of texts");
            list.emplace_back(item.get_string());
        }
        return list;
    }
    template <class Number>
    Number number(std::string_view name, Number min, Number max, Number otherwise) {
        const auto* value = find(name);
        if (value == nullptr) return otherwise;
        boost::system::error_code error;
        const auto given = value->to_number<Number>(error);
        if (error || !(given >= min && given <= max)) {
            fail(name, "a number of " + json::serialize(json::value(min)) + " to " +
                           json::serialize(json::value(max)));
        }
        return given;
    }
    void finish() const {
        for (const auto& member : value_.get_object()) {
            if (asked_.contains(member.key())) continue;
            std::string names;
            for (const auto& name : asked_)
                names += (names.empty() ? "" : ", ") + name;
            throw SettingError("'" + std::string(member.key()) +
                               "' is unknown; known are: " + names);
        }
    }

private:
    [[noreturn]] void fail(std::string_view name, std::string_view expected) {
        const auto* value = value_.get_object().if_contains(name);
        throw SettingError(std::string(name) + ": " +
                           (value == nullptr ? "missing" : json::serialize(*value) + " given") +
                           ", expected " + std::string(expected));
    }

    json::value value_;
    std::set<std::string, std::less<>> asked_;
};

std::uint64_t query_number(std::string_view query, std::string_view name, std::uint64_t otherwise) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (!part.starts_with(name) || part.size() <= name.size() || part[name.size()] != '=')
            continue;
        const auto digits = part.substr(name.size() + 1);
        std::uint64_t number = 0;
        const auto last = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), last, number);
        if (error != std::errc{} || stop != last || digits.empty()) {
            throw SettingError(std::string(name) + ": '" + std::string(digits) +
                               "' given, expected a whole number");
        }
        return number;
    }
    return otherwise;
}

/// In a path a plus sign stands for itself; clients write it as %2B as well.
std::string number_in_path(std::string_view written) {
    if (written.starts_with("%2B") || written.starts_with("%2b")) {
        return "+" + std::string(written.substr(3));
    }
    return std::string(written);
}

std::string send_mo(Now now, CarrierSim& carrier, std::string_view body) {
    Reader reader(body);
    const auto from = reader.text("from");
    const auto to = reader.text("to");
    const auto text = reader.text("text");
    const auto* kind = reader.find("kind");
    reader.finish();
    const auto mo = carrier.send_mo(
        now, from, to, text, kind == nullptr ? guess_kind(text) : mo_kind_from("kind", *kind));
    return json::serialize(json::object{{"mo", mo}});
}

std::string start_burst(Now now, MoBursts& bursts, std::string_view body) {
    Reader reader(body);
    MoBurst burst;
    burst.rate = reader.number<double>("rate", 0.001, 1e7, burst.rate);
    burst.count = reader.number<std::uint64_t>("count", 1, 1'000'000'000, burst.count);
    burst.first = reader.number<std::uint64_t>("first", 0, 1'000'000'000, 0);
    burst.from_prefix = reader.text("from_prefix");
    burst.to = reader.texts("to", {});
    if (burst.to.empty()) throw SettingError("to: missing, expected one of our numbers or a list");
    burst.texts = reader.texts("texts", {});
    if (burst.texts.empty()) burst.texts = {reader.text("text", "Is it ready? n={n}")};
    burst.stop_share = reader.number<double>("stop_share", 0, 1, 0);
    burst.stop_text = reader.text("stop_text", burst.stop_text);
    reader.finish();
    const auto count = burst.count;
    const auto running = bursts.start(now, std::move(burst));
    return json::serialize(json::object{{"count", count}, {"running", running}});
}

std::optional<smpp::Status> status_or_null(std::string_view name, const json::value& value) {
    if (value.is_null()) return std::nullopt;
    return status_from(name, value);
}

std::string obey(Now now, CarrierSim& carrier, MoBursts& bursts, std::string_view body) {
    Reader reader(body);
    // Everything is read before anything is done: half an order would be worse than none.
    const bool stop = reader.says("stop");
    const bool resume = reader.says("resume");
    const bool drop = reader.says("drop");
    const bool unbind = reader.says("unbind");
    const bool cancel_bursts = reader.says("cancel_bursts");
    const bool clear_books = reader.says("clear_books");
    std::optional<std::uint32_t> throttle;
    if (reader.find("throttle") != nullptr) {
        throttle = reader.number<std::uint32_t>("throttle", 0, 100'000'000, 0);
    }
    std::optional<std::optional<smpp::Status>> refuse;
    if (const auto* value = reader.find("refuse")) refuse = status_or_null("refuse", *value);
    std::optional<std::optional<smpp::Status>> refuse_binds;
    if (const auto* value = reader.find("refuse_binds")) {
        refuse_binds = status_or_null("refuse_binds", *value);
    }
    reader.finish();

    if (throttle) carrier.throttle(*throttle);
    if (refuse) carrier.refuse_submits(*refuse);
    if (refuse_binds) carrier.refuse_binds(*refuse_binds);
    if (clear_books) carrier.clear_books();
    if (cancel_bursts) bursts.cancel();
    if (unbind) carrier.unbind_all(now);
    if (drop) carrier.drop_connections();
    if (stop) carrier.freeze();
    if (resume) carrier.resume(now);
    return json::serialize(json::object{{"frozen", carrier.frozen()}});
}

std::string bursts_json(const MoBursts& bursts) {
    json::array list;
    for (const auto& progress : bursts.running()) {
        list.push_back(json::object{
            {"count", progress.burst.count}, {"made", progress.made}, {"stops", progress.stops}});
    }
    return json::serialize(json::object{{"running", std::move(list)}, {"made", bursts.made()}});
}

std::string carriers_json(const AllRunning& carriers) {
    json::array list;
    for (const auto& each : carriers) {
        const CarrierSim& carrier = each->carrier;
        list.push_back(json::object{{"id", each->id},
                                    {"sessions_open", carrier.sessions_open()},
                                    {"sessions_bound", carrier.sessions_bound()},
                                    {"submits", carrier.books().counts.submits},
                                    {"listens", carrier.listens()},
                                    {"frozen", carrier.frozen()}});
    }
    return json::serialize(json::object{{"carriers", std::move(list)}});
}

std::string timeline_json(const Timeline& timeline, Now now) {
    const Scenario& scenario = timeline.scenario();
    json::array steps;
    for (const Step& step : scenario.timeline) {
        for (const Order& order : step.orders) {
            steps.push_back(json::object{{"at", duration_text(step.at)},
                                         {"on", json::array(step.on.begin(), step.on.end())},
                                         {"do", order.words}});
        }
    }
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(timeline.elapsed(now));
    return json::serialize(json::object{{"scenario", scenario.name},
                                        {"about", scenario.about},
                                        {"seed", scenario.seed},
                                        {"elapsed", duration_text(elapsed)},
                                        {"over", timeline.is_over()},
                                        {"steps", std::move(steps)}});
}

/// A sentence as in a timeline, alone or as {"do": ..., "on": [...]}.
std::string do_sentence(Now now, Timeline& timeline, std::string_view body) {
    std::string words(body.substr(0, body.find_last_not_of("\r\n") + 1));
    std::vector<std::string> on;
    if (body.starts_with('{')) {
        Reader reader(body);
        words = reader.text("do");
        on = reader.texts("on", {});
        reader.finish();
    }
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = words;
    std::vector<config::Complaint> complaints;
    const auto order = read_sentence(Reading("", complaints), node);
    if (!order) throw SettingError(complaints.front().text);
    for (const std::string& id : on) {
        const auto& specs = timeline.scenario().carriers;
        if (std::ranges::find(specs, id, &CarrierSpec::id) == specs.end())
            throw SettingError("on: there is no carrier '" + id + "'");
    }
    timeline.give(now, *order, on);
    return json::serialize(json::object{{"done", words}});
}

std::string sentence(std::string_view text) {
    return json::serialize(json::object{{"error", text}});
}

}  // namespace

ControlAnswer ControlApi::answer(Now now, std::string_view method, std::string_view target,
                                 std::string_view body) {
    const auto mark = target.find('?');
    const auto path = target.substr(0, mark);
    const auto query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
    try {
        if (method == "GET" && path == "/metrics")
            return {200, metrics_->exposition(), "text/plain; version=0.0.4"};
        if (method == "GET") return {200, look(now, path, query)};
        if (method == "POST") return {200, order(now, path, body)};
        throw WrongMethod{};
    } catch (const SettingError& error) {
        return {400, sentence(error.what())};
    } catch (const NotFound&) {
        return {404, sentence("nothing here; GET / lists what there is")};
    } catch (const WrongMethod&) {
        return {405, sentence("only GET and POST are known here")};
    }
}

/// Takes "/carriers/ID" off the path.
Running& ControlApi::carrier_in(std::string_view& path) const {
    constexpr std::string_view prefix = "/carriers/";
    if (!path.starts_with(prefix)) return *carriers_->front();
    path.remove_prefix(prefix.size());
    const auto end = std::min(path.find('/'), path.size());
    const auto id = path.substr(0, end);
    for (const auto& each : *carriers_) {
        if (each->id != id) continue;
        path.remove_prefix(end);
        return *each;
    }
    throw NotFound{};
}

std::string ControlApi::look(Now now, std::string_view path, std::string_view query) {
    if (path == "/") return std::string(contents);
    if (path == "/carriers") return carriers_json(*carriers_);
    if (path == "/timeline") return timeline_json(*timeline_, now);
    Running& running = carrier_in(path);
    if (path == "/books") {
        return books_summary(running.carrier,
                             std::chrono::duration<double>(now.at - started_).count());
    }
    if (path == "/bursts") return bursts_json(running.bursts);
    if (path == "/settings") return json::serialize(to_json(running.carrier.settings()));
    return look_into_books(running, path, query);
}

std::string ControlApi::look_into_books(const Running& running, std::string_view path,
                                        std::string_view query) const {
    constexpr std::string_view one_number = "/books/destination/";
    constexpr std::string_view one_message = "/books/message/";
    const auto& books = running.carrier.books();
    const auto asked = [&](std::string_view name, std::uint64_t otherwise) {
        return query_number(query, name, otherwise);
    };
    if (path == "/books/submits")
        return submits_since(books, asked("since", 0), asked("limit", 10'000));
    if (path == "/books/receipts")
        return receipts_since(books, asked("since", 0), asked("limit", 10'000));
    if (path == "/books/mos") return mos_since(books, asked("since", 0), asked("limit", 10'000));
    if (path == "/books/reconciliation") return reconciliation(books, asked("limit", 20));
    if (path == "/books/duplicates") return duplicates(books, asked("limit", 20));
    if (path.starts_with(one_number)) {
        return submits_to(books, number_in_path(path.substr(one_number.size())),
                          asked("limit", 1'000));
    }
    if (path.starts_with(one_message)) {
        auto found = message_of(books, path.substr(one_message.size()));
        if (found.empty()) throw NotFound{};
        return found;
    }
    if (path == "/stops") return stops(books, asked("after", 0));
    throw NotFound{};
}

std::string ControlApi::order(Now now, std::string_view path, std::string_view body) {
    if (path == "/do") return do_sentence(now, *timeline_, body);
    Running& running = carrier_in(path);
    CarrierSim& carrier = running.carrier;
    if (path == "/mo") return send_mo(now, carrier, body);
    if (path == "/mo_burst") return start_burst(now, running.bursts, body);
    if (path == "/orders") return obey(now, carrier, running.bursts, body);
    if (path == "/settings") {
        boost::system::error_code error;
        const auto members = json::parse(body, error);
        if (error) throw SettingError("the body is not JSON: " + error.message());
        auto changed = carrier.settings();
        set_from_json(changed, members);
        carrier.change(std::move(changed));
        return json::serialize(to_json(carrier.settings()));
    }
    throw NotFound{};
}

}  // namespace parley::carrier_sim
