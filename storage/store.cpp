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

}  // namespace parley::storage
