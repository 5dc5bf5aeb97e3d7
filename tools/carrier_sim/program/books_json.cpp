#include "tools/carrier_sim/program/books_json.h"

#include "tools/carrier_sim/scenario/settings_text.h"

#include <algorithm>
#include <unordered_map>

#include <boost/algorithm/hex.hpp>
#include <boost/json.hpp>

namespace parley::carrier_sim {
namespace {

namespace json = boost::json;

std::int64_t us(Instant at) {
    return at.time_since_epoch().count();
}

json::object counts_json(const Counts& counts) {
    return {
        {"sessions", counts.sessions},
        {"binds", counts.binds},
        {"binds_refused", counts.binds_refused},
        {"unbinds", counts.unbinds},
        {"enquire_links", counts.enquire_links},
        {"pdus", counts.pdus},
        {"nacks", counts.nacks},
        {"nacked", counts.nacked},
        {"submits", counts.submits},
        {"submit_octets", counts.submit_octets},
        {"accepted", counts.accepted},
        {"throttled", counts.throttled},
        {"queries", counts.queries},
        {"window_exceeded", counts.window_exceeded},
        {"responses_lost", counts.responses_lost},
        {"responses_unsent", counts.responses_unsent},
        {"receipts_missing", counts.receipts_missing},
        {"receipts_made", counts.receipts_made},
        {"receipts_sent", counts.receipts_sent},
        {"receipts_acked", counts.receipts_acked},
        {"receipts_refused", counts.receipts_refused},
        {"mo_made", counts.mo_made},
        {"mo_segments_sent", counts.mo_segments_sent},
        {"mo_segments_acked", counts.mo_segments_acked},
        {"mo_segments_refused", counts.mo_segments_refused},
        {"mo_acked", counts.mo_acked},
        {"delivers_repeated", counts.delivers_repeated},
        {"delivers_dropped", counts.delivers_dropped},
        {"odd_responses", counts.odd_responses},
        {"sessions_ended", counts.sessions_ended},
        {"outbinds", counts.outbinds},
        {"garbage_octets", counts.garbage_octets},
        {"window_highest", counts.window_highest},
        {"busiest_second", counts.busiest_second},
    };
}

json::object stops_short(const std::vector<StopRecord>& stops) {
    std::uint64_t acked = 0;
    std::uint64_t after = 0;
    std::uint64_t after_most = 0;
    for (const auto& stop : stops) {
        if (stop.acked) ++acked;
        after += stop.submits_after;
        after_most = std::max(after_most, stop.submits_after);
    }
    return {{"made", stops.size()},
            {"acked", acked},
            {"submits_after", after},
            {"submits_after_most", after_most}};
}

json::object submit_json(std::size_t index, const SubmitRecord& record) {
    return {
        {"index", index},
        {"at_us", us(record.at)},
        {"wall_ms", record.wall},
        {"session", record.session},
        {"sequence", record.sequence},
        {"status", smpp::name(record.status)},
        {"response_lost", record.response_lost},
        {"source", record.source},
        {"destination", record.destination},
        {"esm_class", record.esm_class},
        {"data_coding", record.data_coding},
        {"registered_delivery", record.registered_delivery},
        {"octets", boost::algorithm::hex_lower(record.octets)},
        {"text", record.text()},
        {"message_id", record.message_id},
    };
}

json::value us_or_null(const std::optional<Instant>& at) {
    return at ? json::value(us(*at)) : json::value(nullptr);
}

json::object receipt_json(const Books& books, std::size_t index, const ReceiptRecord& record) {
    const bool known = record.submit < books.submits.size();
    return {
        {"index", index},
        {"message_id", known ? books.submits[record.submit].message_id : std::string()},
        {"state", text::name(record.state)},
        {"made_us", us(record.made)},
        {"missing", record.missing},
        {"sent_us", us_or_null(record.sent)},
        {"sends", record.sends},
        {"session", record.session},
        {"acked_us", us_or_null(record.acked)},
        {"refusals", record.refusals},
    };
}

json::object mo_json(const MoRecord& record) {
    return {
        {"mo", record.id},
        {"from", record.from},
        {"to", record.to},
        {"text", record.text},
        {"kind", name_of(record.kind)},
        {"made_us", us(record.made)},
        {"segments", record.segments},
        {"acked_us", record.acked ? json::value(us(*record.acked)) : json::value(nullptr)},
        {"refused", record.refused},
    };
}

json::object stop_json(const StopRecord& stop) {
    json::array after;
    for (const auto& submit : stop.after) {
        SubmitRecord record;
        record.esm_class = submit.esm_class;
        record.data_coding = submit.data_coding;
        record.octets = submit.octets;
        after.push_back(json::object{{"at_us", us(submit.at)},
                                     {"session", submit.session},
                                     {"sequence", submit.sequence},
                                     {"source", submit.source},
                                     {"text", record.text()}});
    }
    return {
        {"handset", stop.handset},
        {"number", stop.number},
        {"mo", stop.mo},
        {"made_us", us(stop.made)},
        {"acked_us", stop.acked ? json::value(us(*stop.acked)) : json::value(nullptr)},
        {"acked_on", stop.acked_on ? json::value(*stop.acked_on) : json::value(nullptr)},
        {"ended", stop.ended},
        {"submits_after", stop.submits_after},
        {"after", std::move(after)},
    };
}

/// since is a position in a list that only grows, so pages never overlap or miss.
template <class Records>
std::string page(std::string_view name, const Records& records, std::uint64_t since,
                 std::uint64_t limit, auto&& to_object) {
    const auto first = std::min<std::size_t>(since, records.size());
    const auto end = first + std::min<std::size_t>(limit, records.size() - first);
    json::array list;
    list.reserve(end - first);
    for (auto i = first; i < end; ++i)
        list.push_back(to_object(i, records[i]));
    return json::serialize(
        json::object{{name, std::move(list)}, {"next", end}, {"total", records.size()}});
}

}  // namespace

std::string books_summary(const CarrierSim& carrier, double seconds) {
    const auto& books = carrier.books();
    json::object answers;
    for (const auto& [status, count] : books.answers)
        answers[smpp::name(status)] = count;
    // Whole milliseconds: Boost.JSON writes fractions as 1.5E0.
    return json::serialize(json::object{
        {"uptime_ms", static_cast<std::int64_t>(seconds * 1000)},
        {"counts", counts_json(books.counts)},
        {"answers", std::move(answers)},
        {"stops", stops_short(books.stops)},
        {"sessions_open", carrier.sessions_open()},
        {"sessions_bound", carrier.sessions_bound()},
        {"delivers_open", carrier.delivers_open()},
        {"frozen", carrier.frozen()},
    });
}

std::string submits_since(const Books& books, std::uint64_t since, std::uint64_t limit) {
    return page("submits", books.submits, since, limit, submit_json);
}

std::string mos_since(const Books& books, std::uint64_t since, std::uint64_t limit) {
    return page("mos", books.mos, since, limit,
                [](std::size_t, const MoRecord& record) { return mo_json(record); });
}

std::string receipts_since(const Books& books, std::uint64_t since, std::uint64_t limit) {
    return page("receipts", books.receipts, since, limit,
                [&](std::size_t index, const ReceiptRecord& record) {
                    return receipt_json(books, index, record);
                });
}

std::string message_of(const Books& books, std::string_view message_id) {
    const auto found = books.submits_by_id.find(message_id);
    if (found == books.submits_by_id.end()) return {};
    json::array receipts;
    for (std::size_t i = 0; i < books.receipts.size(); ++i) {
        if (books.receipts[i].submit == found->second)
            receipts.push_back(receipt_json(books, i, books.receipts[i]));
    }
    return json::serialize(
        json::object{{"submit", submit_json(found->second, books.submits[found->second])},
                     {"receipts", std::move(receipts)}});
}

std::string reconciliation(const Books& books, std::uint64_t limit) {
    struct Story {
        bool final_made = false;
        bool missing = false;
        bool acked = false;
    };
    std::vector<Story> stories(books.submits.size());
    for (const ReceiptRecord& receipt : books.receipts) {
        if (receipt.submit >= stories.size() || !text::is_final(receipt.state)) continue;
        Story& story = stories[receipt.submit];
        story.missing = story.missing || receipt.missing;
        story.final_made = story.final_made || !receipt.missing;
        story.acked = story.acked || receipt.acked.has_value();
    }
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t unasked = 0;
    std::uint64_t acked = 0;
    std::uint64_t missing = 0;
    std::uint64_t open = 0;
    json::array open_ids;
    for (std::size_t i = 0; i < stories.size(); ++i) {
        const Story& story = stories[i];
        if (books.submits[i].status != smpp::Status::ESME_ROK) {
            ++refused;
            continue;
        }
        ++accepted;
        if (story.acked) {
            ++acked;
        } else if (story.final_made) {
            ++open;
            if (open_ids.size() < limit)
                open_ids.push_back(json::string(books.submits[i].message_id));
        } else if (story.missing) {
            ++missing;
        } else {
            ++unasked;
        }
    }
    return json::serialize(json::object{{"submits", books.submits.size()},
                                        {"refused", refused},
                                        {"accepted", accepted},
                                        {"receipt_acknowledged", acked},
                                        {"receipt_open", open},
                                        {"receipt_missing_on_purpose", missing},
                                        {"no_receipt_due", unasked},
                                        {"open_message_ids", std::move(open_ids)}});
}

std::string submits_to(const Books& books, std::string_view number, std::uint64_t limit) {
    const auto counted = books.submits_by_destination.find(number);
    const std::uint64_t count = counted == books.submits_by_destination.end() ? 0 : counted->second;
    std::vector<std::size_t> found;
    for (auto i = books.submits.size(); i > 0 && found.size() < std::min(limit, count); --i) {
        if (books.submits[i - 1].destination == number) found.push_back(i - 1);
    }
    json::array list;
    for (auto i = found.rbegin(); i != found.rend(); ++i) {
        list.push_back(submit_json(*i, books.submits[*i]));
    }
    return json::serialize(
        json::object{{"destination", number}, {"count", count}, {"submits", std::move(list)}});
}

std::string duplicates(const Books& books, std::uint64_t limit) {
    std::unordered_map<std::string, std::size_t> first;
    first.reserve(books.submits.size());
    std::uint64_t accepted = 0;
    json::array examples;
    for (std::size_t i = 0; i < books.submits.size(); ++i) {
        const auto& record = books.submits[i];
        if (record.status != smpp::Status::ESME_ROK) continue;
        ++accepted;
        // The text without its header: a segment that is sent again may get a new reference.
        const auto [known, is_new] =
            first.emplace(record.source + '\n' + record.destination + '\n' + record.text(), i);
        if (is_new || examples.size() >= limit) continue;
        examples.push_back(json::array{submit_json(known->second, books.submits[known->second]),
                                       submit_json(i, record)});
    }
    return json::serialize(json::object{{"accepted", accepted},
                                        {"distinct", first.size()},
                                        {"duplicates", accepted - first.size()},
                                        {"examples", std::move(examples)}});
}

std::string stops(const Books& books, std::uint64_t after_min) {
    json::array list;
    for (const auto& stop : books.stops) {
        if (stop.submits_after >= after_min) list.push_back(stop_json(stop));
    }
    return json::serialize(json::object{{"total", books.stops.size()}, {"stops", std::move(list)}});
}

}  // namespace parley::carrier_sim
