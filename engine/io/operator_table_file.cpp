#include "engine/io/operator_table_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <utility>

#include <sys/stat.h>

namespace parley::io {

namespace {

constexpr std::size_t piece_octets = 256 * 1'024;

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string unreadable(const std::string& file, int error) {
    return file + ": cannot be read: " + std::strerror(error);
}

}  // namespace

std::variant<OperatorTablePtr, std::string> read_operator_table(const std::string& file) {
    const std::unique_ptr<std::FILE, Closer> input(std::fopen(file.c_str(), "rb"));
    if (!input) return unreadable(file, errno);
    carrier::OperatorTableReader reader;
    std::string piece(piece_octets, '\0');
    while (!reader.complaint()) {
        const std::size_t octets = std::fread(piece.data(), 1, piece.size(), input.get());
        if (std::ferror(input.get()) != 0) return unreadable(file, errno);
        if (octets == 0) break;
        reader.feed(std::string_view(piece).substr(0, octets));
    }
    if (auto table = reader.finish())
        return std::make_shared<const carrier::OperatorTable>(std::move(*table));
    const auto& complaint = *reader.complaint();
    return file + ":" + std::to_string(complaint.line) + ":" + std::to_string(complaint.column) +
           ": " + complaint.text;
}

OperatorTableFile::OperatorTableFile(config::OperatorTable settings, Listener listener)
    : settings_(std::move(settings)), listener_(std::move(listener)) {}

OperatorTableFile::~OperatorTableFile() {
    stop();
}

OperatorTableFile::Mark OperatorTableFile::look() const {
    struct stat status {};
    if (::stat(settings_.file.c_str(), &status) != 0) return {};
    return {status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
            static_cast<std::uint64_t>(status.st_size), status.st_ino, true};
}

std::string OperatorTableFile::read_first() {
    read_ = look();
    auto read = read_operator_table(settings_.file);
    if (auto* why = std::get_if<std::string>(&read)) return std::move(*why);
    listener_.changed(std::get<OperatorTablePtr>(std::move(read)));
    return {};
}

void OperatorTableFile::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "operators");
        watch();
    });
}

void OperatorTableFile::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

/// A file that is being written is read when it has looked the same twice, so that half of one is
/// seldom complained of; who renames a whole one into place waits one look longer than he must.
void OperatorTableFile::watch() {
    Mark before = read_;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, settings_.poll_every, [this] { return stopping_; });
            if (stopping_) return;
        }
        const Mark now = look();
        const bool still = now == std::exchange(before, now);
        if (now == read_ || !still) continue;
        read_ = now;
        auto read = read_operator_table(settings_.file);
        if (const auto* why = std::get_if<std::string>(&read)) {
            listener_.refused(*why);
        } else {
            listener_.changed(std::get<OperatorTablePtr>(std::move(read)));
        }
    }
}

}  // namespace parley::io
