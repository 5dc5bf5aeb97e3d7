// Whole lives per second through the store on a real disk: accept → intend → answer → receipt and
// settle, in groups, every commit synced. Prints one line a second and a summary.
//
//   store_bench [--lives n] [--group n] [--folder path] [--async]

#include "storage/store.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

namespace {

using namespace parley;
using Clock = std::chrono::steady_clock;

struct Options {
    std::size_t lives = 2'000'000;
    std::size_t group = 256;
    std::string folder = "./store_bench.data";
    bool sync = true;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
        if (name == "--lives") options.lives = std::strtoull(value(), nullptr, 10);
        if (name == "--group") options.group = std::strtoull(value(), nullptr, 10);
        if (name == "--folder") options.folder = value();
        if (name == "--async") options.sync = false;
    }
    return options;
}

double cpu_seconds(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

storage::Message make_message(std::size_t n) {
    storage::Message message;
    message.account = "shop";
    message.brand = "demo";
    message.from = "+15550001000";
    message.to = "+1555" + std::to_string(1'000'000 + n * 7919 % 9'000'000);
    message.text.assign(160, static_cast<char>('a' + n % 26));
    for (std::size_t i = 0; i < 160; i += 7)
        message.text[i] = static_cast<char>('a' + n * i % 23);
    message.accepted_at = 1'700'000'000'000 + static_cast<std::int64_t>(n / 100);
    message.expires_at = message.accepted_at + 86'400'000;
    message.segments.resize(1);
    message.decisions.push_back(
        {storage::Look::intake, storage::Verdict::go, "all_passed", message.accepted_at});
    return message;
}

using Group = std::vector<std::unique_ptr<storage::Message>>;

/// A pipeline four groups deep: each commit accepts one group, intends the one before it, answers
/// the one before that and settles the oldest, as a busy engine does.
class Pipeline {
public:
    Pipeline(storage::Store& store, storage::SectionId next, std::size_t group)
        : store_(store), next_(next), group_(group) {}

    bool turn(std::size_t births) {
        const auto begin = Clock::now();
        if (groups_.size() == 4) settle(groups_.back());
        if (groups_.size() >= 3) answer(groups_[2]);
        if (groups_.size() >= 2) intend(groups_[1]);
        const auto filled = Clock::now();
        Group fresh = spare_.empty() ? Group() : std::move(spare_);
        spare_.clear();
        while (fresh.size() < std::min(group_, births)) {
            fresh.push_back(std::make_unique<storage::Message>());
        }
        for (auto& message : fresh)
            *message = make_message(made_++);
        const auto made = Clock::now();
        for (auto& message : fresh)
            section_.accept(*message);
        groups_.push_front(std::move(fresh));
        section_.seal(next_++);
        const auto sealed = Clock::now();
        storage::Section* const one[] = {&section_};
        const auto error = store_.commit(one);
        commits.push_back(Clock::now() - sealed);
        section_time += (filled - begin) + (sealed - made);
        if (error) {
            std::cerr << error->text << '\n';
            return false;
        }
        section_.clear();
        if (groups_.size() == 5) {
            settled += groups_.back().size();
            spare_ = std::move(groups_.back());
            groups_.pop_back();
        }
        return true;
    }

    std::vector<Clock::duration> commits;
    Clock::duration section_time{};
    std::size_t settled = 0;

private:
    void intend(Group& group) {
        for (auto& message : group) {
            message->carrier = "acme";
            message->status = storage::Status::sending;
            message->segments[0].phase = storage::Phase::intended;
            message->segments[0].intended_at = message->accepted_at + 3;
            message->decisions.push_back({storage::Look::window, storage::Verdict::go, "all_passed",
                                          message->accepted_at + 3});
            section_.decide(*message);
            section_.intend(*message, 0);
        }
    }
    void answer(Group& group) {
        for (auto& message : group) {
            message->status = storage::Status::sent;
            message->segments[0].phase = storage::Phase::sent;
            message->segments[0].carrier_message_id = std::to_string(message->id.value);
            message->segments[0].answered_at = message->accepted_at + 9;
            section_.answer(*message, 0);
        }
    }
    void settle(Group& group) {
        for (auto& message : group) {
            message->segments[0].phase = storage::Phase::settled;
            message->segments[0].state = text::MessageState::delivered;
            message->segments[0].error = "000";
            message->segments[0].settled_at = message->accepted_at + 900;
            section_.receipt(*message, 0);
            message->status = storage::Status::delivered;
            message->settled_at = message->accepted_at + 900;
            section_.settle(*message);
        }
    }

    storage::Store& store_;
    storage::SectionId next_;
    std::size_t group_;
    std::size_t made_ = 0;
    storage::Section section_;
    std::deque<Group> groups_;
    Group spare_;
};

double ms(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

void summarise(Pipeline& pipeline, double seconds, double all_cpu, double own_cpu) {
    auto& commits = pipeline.commits;
    std::ranges::sort(commits);
    const auto lives = static_cast<double>(pipeline.settled);
    std::cout << "lives_per_second " << static_cast<long>(lives / seconds) << "\ncommit_ms p50 "
              << ms(commits[commits.size() / 2]) << " p99 "
              << ms(commits[commits.size() * 99 / 100]) << " max " << ms(commits.back())
              << "\ncpu_us_per_life " << all_cpu * 1e6 / lives << " (own thread "
              << own_cpu * 1e6 / lives << ")\nsection_ns_per_life "
              << static_cast<long>(ms(pipeline.section_time) * 1e6 / lives)
              << " (five entries, building excluded)\n";
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    std::filesystem::remove_all(options.folder);
    storage::Recovered recovered;
    auto store =
        storage::open_rocksdb_store({.folder = options.folder, .sync = options.sync}, recovered);
    if (!store) {
        std::cerr << store.error().text << '\n';
        return 1;
    }
    Pipeline pipeline(**store, recovered.next_section, options.group);
    const auto begin = Clock::now();
    const double cpu = cpu_seconds(RUSAGE_SELF);
    const double own = cpu_seconds(RUSAGE_THREAD);
    auto tell_at = begin + std::chrono::seconds(1);
    std::size_t told = 0;
    while (pipeline.settled < options.lives) {
        if (!pipeline.turn(options.group)) return 1;
        if (Clock::now() < tell_at) continue;
        std::cout << pipeline.settled - told << " lives in this second, held in memory "
                  << (*store)->memory_octets() << " octets" << std::endl;
        told = pipeline.settled;
        tell_at += std::chrono::seconds(1);
    }
    const double seconds = ms(Clock::now() - begin) / 1000;
    summarise(pipeline, seconds, cpu_seconds(RUSAGE_SELF) - cpu, cpu_seconds(RUSAGE_THREAD) - own);
    store->reset();
    std::filesystem::remove_all(options.folder);
    return 0;
}
