#include "engine/queue/lanes.h"

#include <algorithm>

namespace parley::queue {

namespace {

std::size_t lane_of(const storage::Message& message) {
    switch (message.message_class) {
        case storage::MessageClass::opt_out_confirmation:
        case storage::MessageClass::opt_in_confirmation:
        case storage::MessageClass::help_answer:
            return 0;
        case storage::MessageClass::conversational:
            return 1;
        case storage::MessageClass::informational:
            return 2;
        case storage::MessageClass::promotional:
            return 3;
    }
    return 3;
}

}  // namespace

storage::Message* Lanes::front() const {
    for (const auto& lane : lanes_) {
        if (!lane.empty()) return lane.front();
    }
    return nullptr;
}

const storage::Message* Lanes::front(std::size_t lane) const {
    return lanes_[lane].empty() ? nullptr : lanes_[lane].front();
}

void Lanes::skip_holes(std::deque<storage::Message*>& lane) {
    while (!lane.empty() && lane.front() == nullptr)
        lane.pop_front();
}

void Lanes::pop_front() {
    for (std::size_t index = 0; index < count; ++index) {
        auto& lane = lanes_[index];
        if (lane.empty()) continue;
        lane.pop_front();
        --size_;
        --sizes_[index];
        skip_holes(lane);
        return;
    }
}

void Lanes::push_back(storage::Message* message) {
    const std::size_t lane = lane_of(*message);
    lanes_[lane].push_back(message);
    ++size_;
    ++sizes_[lane];
}

void Lanes::push_front(storage::Message* message) {
    const std::size_t lane = lane_of(*message);
    lanes_[lane].push_front(message);
    ++size_;
    ++sizes_[lane];
}

std::deque<storage::Message*> Lanes::clear() {
    std::deque<storage::Message*> all;
    for (auto& lane : lanes_) {
        for (storage::Message* message : lane) {
            if (message != nullptr) all.push_back(message);
        }
        lane.clear();
    }
    size_ = 0;
    sizes_ = {};
    return all;
}

bool Lanes::remove(const storage::Message* message) {
    const std::size_t index = lane_of(*message);
    auto& lane = lanes_[index];
    const auto found = std::find(lane.begin(), lane.end(), message);
    if (found == lane.end()) return false;
    *found = nullptr;
    --size_;
    --sizes_[index];
    skip_holes(lane);
    return true;
}

std::vector<storage::Message*> Lanes::expire(storage::UnixMs now, std::size_t budget) {
    std::vector<storage::Message*> expired;
    for (std::size_t looked = 0, lanes_left = lanes_.size(); looked < budget && lanes_left > 0;) {
        auto& lane = lanes_[swept_lane_];
        if (swept_place_ >= lane.size()) {
            swept_place_ = 0;
            swept_lane_ = (swept_lane_ + 1) % lanes_.size();
            --lanes_left;
            continue;
        }
        storage::Message*& message = lane[swept_place_++];
        ++looked;
        if (message == nullptr || message->expires_at == 0 || message->expires_at > now) continue;
        expired.push_back(message);
        message = nullptr;
        --size_;
        --sizes_[swept_lane_];
    }
    for (auto& lane : lanes_)
        skip_holes(lane);
    return expired;
}

}  // namespace parley::queue
