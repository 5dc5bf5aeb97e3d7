#include "storage/history.h"

#include <utility>

namespace parley::storage {

using What = Happening::What;

std::string_view name(What what) {
    switch (what) {
        case What::submit:
            return "submit_sm";
        case What::uncertain:
            return "uncertain";
        case What::taken_back:
            return "taken_back";
        case What::handed_over:
            return "handed_over";
        case What::receipt:
            return "receipt";
        case What::query:
            return "query_sm";
        case What::cancel:
            return "cancel_sm";
        case What::replace:
            return "replace_sm";
        case What::changed:
            return "changed";
        case What::repeated_receipt:
            return "repeated_receipt";
    }
    return "unknown";
}

void History::add(Happening happening) {
    if (!kept_) kept_ = std::make_unique<Kept>();
    if (happening.text.size() > text_max) happening.text.resize(text_max);
    std::vector<Happening>& list = kept_->list;
    if (list.size() == kept_max) {
        list.erase(list.begin() + first_kept);
        if (kept_->left_out < UINT32_MAX) ++kept_->left_out;
    }
    list.push_back(std::move(happening));
}

void History::restore(std::uint32_t left_out, std::vector<Happening> list) {
    kept_ = std::make_unique<Kept>(Kept{left_out, std::move(list)});
}

}  // namespace parley::storage
