// Fills a store, so that a bench or a person can see what an engine is like that has worked for
// long: messages that wait, messages that have ended, opt-outs. Prints what it wrote and how fast,
// with the ids of some messages of each kind, as JSON.
//
//   growth_store --folder path [--queued n] [--settled n] [--suppressions n] [--ids n]

#include "tests/bench/lives.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace {

using namespace parley;
using bench::Clock;

constexpr std::size_t per_commit = 1'000;

struct Options {
    std::string folder;
    std::size_t queued = 0;
    std::size_t settled = 0;
    std::size_t suppressions = 0;
    std::size_t ids = 1'000;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const auto number = [&] { return std::strtoull(argv[i + 1], nullptr, 10); };
        if (name == "--folder") options.folder = argv[i + 1];
        if (name == "--queued") options.queued = number();
        if (name == "--settled") options.settled = number();
        if (name == "--suppressions") options.suppressions = number();
        if (name == "--ids") options.ids = number();
    }
    return options;
}

storage::UnixMs now_ms() {
    using std::chrono::duration_cast;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return duration_cast<std::chrono::milliseconds>(now).count();
}

class Filler {
public:
    Filler(storage::Store& store, storage::SectionId next, const Options& options)
        : store_(store), next_(next), options_(options) {}

    bool settle() {
        if (options_.settled == 0) return true;
        // They have ended by now, the last of them a minute ago.
        const auto took = static_cast<storage::UnixMs>(options_.settled / 100);
        bench::Pipeline pipeline(store_, next_, per_commit, now_ms() - took - 60'000);
        for (std::size_t born = 0; pipeline.settled < options_.settled;) {
            const std::size_t births = std::min(per_commit, options_.settled - born);
            if (!pipeline.turn(births)) return false;
            if (births != 0)
                note(settled_, pipeline.groups().front().front()->id, born, options_.settled);
            born += births;
        }
        next_ = pipeline.next();
        return true;
    }
    /// As an engine leaves them that takes 100,000 a second: of what has waited for spill_after,
    /// 10 s, there is a copy, and the journal is gone.
    bool queue() {
        constexpr std::size_t in_journal = 1'000'000;
        storage::Section section;
        const storage::UnixMs begin = now_ms();
        std::vector<storage::Message> messages(per_commit);
        for (std::size_t born = 0; born < options_.queued;) {
            const std::size_t births = std::min(per_commit, options_.queued - born);
            for (std::size_t n = 0; n < births; ++n) {
                messages[n] = bench::make_message(born + n, begin);
                section.accept(messages[n]);
            }
            if (!commit(section)) return false;
            note(queued_, messages.front().id, born, options_.queued);
            born += births;
            if (born + in_journal > options_.queued) continue;
            for (std::size_t n = 0; n < births; ++n)
                section.snapshot(messages[n]);
            if (!commit(section)) return false;
        }
        return true;
    }
    /// Of numbers that no message goes to.
    bool suppress() {
        storage::Section section;
        for (std::size_t n = 0; n < options_.suppressions;) {
            const std::size_t end = std::min(options_.suppressions, n + per_commit);
            for (; n < end; ++n) {
                section.suppress({.scope = "brand:demo",
                                  .contact = "+49" + std::to_string(1'000'000'000 + n),
                                  .rule = "keyword_exact",
                                  .text = "STOP",
                                  .actor = "contact",
                                  .at = 1'700'000'000'000});
            }
            if (!commit(section)) return false;
        }
        return true;
    }
    void tell(double seconds) const {
        std::cout << "{\"queued\":" << options_.queued << ",\"settled\":" << options_.settled
                  << ",\"suppressions\":" << options_.suppressions << ",\"seconds\":" << seconds;
        tell("queued_ids", queued_);
        tell("settled_ids", settled_);
        std::cout << "}\n";
    }

private:
    bool commit(storage::Section& section) {
        section.seal(next_++);
        storage::Section* const one[] = {&section};
        if (const auto error = store_.commit(one)) {
            std::cerr << error->text << '\n';
            return false;
        }
        section.clear();
        return true;
    }
    /// So that they are spread evenly over all.
    void note(std::vector<std::string>& ids, storage::MessageId id, std::size_t n,
              std::size_t all) const {
        if (n * options_.ids >= ids.size() * all) ids.push_back(storage::to_text(id));
    }
    static void tell(std::string_view name, const std::vector<std::string>& ids) {
        std::cout << ",\"" << name << "\":[";
        for (std::size_t n = 0; n < ids.size(); ++n)
            std::cout << (n == 0 ? "\"" : ",\"") << ids[n] << '"';
        std::cout << ']';
    }

    storage::Store& store_;
    storage::SectionId next_;
    const Options& options_;
    std::vector<std::string> queued_;
    std::vector<std::string> settled_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    if (options.folder.empty()) {
        std::cerr << "growth_store: expected --folder PATH\n";
        return 2;
    }
    std::filesystem::create_directories(options.folder);
    storage::Recovered recovered;
    auto store = storage::open_rocksdb_store({.folder = options.folder, .sync = false}, recovered);
    if (!store) {
        std::cerr << store.error().text << '\n';
        return 1;
    }
    const auto begin = Clock::now();
    Filler filler(**store, recovered.next_section, options);
    if (!filler.settle() || !filler.suppress() || !filler.queue()) return 1;
    filler.tell(std::chrono::duration<double>(Clock::now() - begin).count());
    return 0;
}
