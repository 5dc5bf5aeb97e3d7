#include "tools/parley/session_pairs.h"

#include <algorithm>
#include <cmath>

namespace parley::tools {

namespace {

/// outbind and alert_notification have no response (SMPP 3.4 §4.1.7, §4.12).
bool is_answered(smpp::Command request) {
    return request != smpp::Command::outbind && request != smpp::Command::alert_notification;
}

}  // namespace

std::map<SessionPairs::Key, SessionPairs::Request>::iterator SessionPairs::find(
    const Key& key, smpp::Command response) {
    const auto found = open_.find(key);
    if (found == open_.end() || response == smpp::Command::generic_nack) return found;
    return smpp::response_to(found->second.command) == response ? found : open_.end();
}

std::optional<Answered> SessionPairs::hear(const SeenPdu& seen) {
    const auto& header = seen.frame.header;
    if (!smpp::is_response(header.command_id)) {
        if (!is_answered(header.command_id)) return std::nullopt;
        const Key key{seen.input, seen.connection, seen.from, header.sequence_number};
        const Request request{seen.number, header.command_id, seen.time_ns};
        const auto [place, is_new] = open_.try_emplace(key, request);
        if (!is_new) {
            overwritten_.push_back(
                {place->second.number, place->second.command, header.sequence_number});
            place->second = request;
        }
        auto& summary = summaries_[header.command_id];
        summary.request = header.command_id;
        ++summary.requests;
        return std::nullopt;
    }
    const auto place =
        find(Key{seen.input, seen.connection, seen.to, header.sequence_number}, header.command_id);
    if (place == open_.end()) {
        ++responses_to_nothing_;
        return std::nullopt;
    }
    const Request request = place->second;
    open_.erase(place);
    Answered answered{request.number, request.command, std::nullopt};
    auto& summary = summaries_[request.command];
    ++summary.answered;
    summary.refused += header.command_status == smpp::Status::ESME_ROK ? 0 : 1;
    if (seen.time_ns != 0 && request.time_ns != 0) {
        answered.latency_ns = seen.time_ns - request.time_ns;
        summary.latencies_ns.push_back(*answered.latency_ns);
    }
    return answered;
}

std::int64_t SessionPairs::Summary::percentile_ns(double fraction) const {
    const auto rank =
        static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(latencies_ns.size())));
    return latencies_ns[std::clamp<std::size_t>(rank, 1, latencies_ns.size()) - 1];
}

std::vector<SessionPairs::Summary> SessionPairs::summaries() const {
    std::vector<Summary> all;
    for (const auto& [command, summary] : summaries_) {
        all.push_back(summary);
        std::ranges::sort(all.back().latencies_ns);
    }
    return all;
}

std::vector<SessionPairs::Open> SessionPairs::unanswered() const {
    auto all = overwritten_;
    for (const auto& [key, request] : open_)
        all.push_back({request.number, request.command, key.sequence_number});
    std::ranges::sort(all, {}, &Open::number);
    return all;
}

}  // namespace parley::tools
