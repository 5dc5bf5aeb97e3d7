#pragma once
// The operator table's file: reads it, and reads it again when it has changed. Has a thread of its
// own, so that neither a slow disk nor a million lines hold up a shard.

#include "config/config.h"
#include "engine/carrier/operator_table.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

namespace parley::io {

using OperatorTablePtr = std::shared_ptr<const carrier::OperatorTable>;

/// The table, or why there is none: "operators.csv:12:1: …".
std::variant<OperatorTablePtr, std::string> read_operator_table(const std::string& file);

class OperatorTableFile {
public:
    struct Listener {
        /// A good new table. On the watching thread.
        std::function<void(OperatorTablePtr)> changed;
        /// The file has become one that cannot be used; the last table stays. On that thread.
        std::function<void(const std::string& why)> refused;
    };

    OperatorTableFile(config::OperatorTable settings, Listener listener);
    ~OperatorTableFile();
    OperatorTableFile(const OperatorTableFile&) = delete;
    OperatorTableFile& operator=(const OperatorTableFile&) = delete;

    /// Reads it now. Empty: the listener has the table. Otherwise why not.
    std::string read_first();
    /// Begins to watch.
    void start();
    void stop();

private:
    /// What tells one state of a file from another.
    struct Mark {
        std::int64_t modified_ns = 0;
        std::uint64_t size = 0;
        std::uint64_t inode = 0;
        bool there = false;
        bool operator==(const Mark&) const = default;
    };
    Mark look() const;
    void watch();

    config::OperatorTable settings_;
    Listener listener_;
    Mark read_;  // as it was when it was last read
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace parley::io
