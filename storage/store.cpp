#include "storage/store.h"

namespace parley::storage {

namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "parley.storage"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::io_error:
                return "the disk failed";
            case errc::disk_full:
                return "the disk is full";
            case errc::corrupt:
                return "stored data is damaged";
            case errc::locked:
                return "another process uses the data folder";
            case errc::wrong_format:
                return "the data folder is of another format";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& store_category() {
    static const Category category;
    return category;
}

EvictedPiece walk_evicted(Store& store, MessageId after, UnixMs accepted_before,
                          const EvictedLimits& limits,
                          const std::function<bool(const Message&)>& wanted) {
    EvictedPiece piece;
    std::size_t looked_at = 0;
    store.each_evicted(after, accepted_before, [&](Message&& message) {
        piece.up_to = message.id;
        if (wanted(message)) piece.wanted.push_back(std::move(message));
        piece.more = ++looked_at == limits.looked_at || piece.wanted.size() == limits.wanted;
        return !piece.more;
    });
    return piece;
}

}  // namespace parley::storage
