#include "engine/conversation/directory.h"

namespace parley::conversation {

Directory::Directory(const config::Config& config, const Directory* before) {
    for (const config::Account& account : config.accounts) {
        accounts_.emplace(account.id, &account);
    }
    for (const config::Brand& brand : config.brands) {
        std::string account;
        for (const config::Account& candidate : config.accounts) {
            if (candidate.brand == brand.id && account.empty()) account = candidate.id;
        }
        for (const std::string& address : brand.senders) {
            const bool by_brand = brand.suppression_scope == config::SuppressionScope::brand;
            senders_.emplace(address,
                             Sender{address, by_brand ? "brand:" + brand.id : "sender:" + address,
                                    &brand, account});
        }
    }
    if (before == nullptr) return;
    former_ = before->former_;
    for (const auto& [address, sender] : before->senders_)
        former_.insert_or_assign(address, sender.scope);
    for (const auto& [address, sender] : senders_)
        former_.erase(address);
}

const Sender* Directory::find_sender(std::string_view address) const {
    const auto found = senders_.find(std::string(address));
    return found == senders_.end() ? nullptr : &found->second;
}

const config::Account* Directory::find_account(std::string_view id) const {
    const auto found = accounts_.find(std::string(id));
    return found == accounts_.end() ? nullptr : found->second;
}

std::string Directory::scope_of(std::string_view address) const {
    const Sender* sender = find_sender(address);
    if (sender != nullptr) return sender->scope;
    const auto former = former_.find(std::string(address));
    return former != former_.end() ? former->second : "sender:" + std::string(address);
}

}  // namespace parley::conversation
