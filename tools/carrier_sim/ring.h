#pragma once
// Containers that stop allocating once they have been as full as they get: a queue, a pool of
// places, and a queue by time.

#include "engine/clock.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace parley::carrier_sim {

/// First in, first out, with access by position from the front.
template <class T>
class Ring {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }
    const T& back() const { return (*this)[size_ - 1]; }
    T& operator[](std::size_t position) { return items_[place(position)]; }
    const T& operator[](std::size_t position) const { return items_[place(position)]; }

    void push(T item) {
        if (size_ == items_.size()) grow();
        items_[place(size_)] = std::move(item);
        ++size_;
    }
    T pop() {
        T item = std::move(front());
        first_ = (first_ + 1) & (items_.size() - 1);
        --size_;
        return item;
    }

private:
    std::size_t place(std::size_t position) const {
        return (first_ + position) & (items_.size() - 1);
    }
    void grow() {
        std::vector<T> larger(std::max<std::size_t>(16, items_.size() * 2));
        for (std::size_t i = 0; i < size_; ++i)
            larger[i] = std::move((*this)[i]);
        items_ = std::move(larger);
        first_ = 0;
    }

    std::vector<T> items_;  // its size is a power of two, or 0
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

/// Values under small numbers that stay theirs until released.
template <class T>
class Pool {
public:
    std::uint32_t take(T item) {
        if (free_.empty()) {
            items_.push_back(std::move(item));
            return static_cast<std::uint32_t>(items_.size() - 1);
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        items_[index] = std::move(item);
        return index;
    }
    void release(std::uint32_t index) { free_.push_back(index); }
    T& operator[](std::uint32_t index) { return items_[index]; }
    std::size_t in_use() const { return items_.size() - free_.size(); }

private:
    std::vector<T> items_;
    std::vector<std::uint32_t> free_;
};

/// Hands items out when they are due; those due together in the order they came. A fixed delay
/// makes every push the latest, which costs no more than a ring; only what is due before the last
/// one goes through a heap.
template <class T>
class DelayQueue {
public:
    void push(Instant due, T item) {
        Entry entry{due, pushed_++, std::move(item)};
        if (in_order_.empty() || in_order_.back().due <= due) {
            in_order_.push(std::move(entry));
        } else {
            heap_.push_back(std::move(entry));
            std::push_heap(heap_.begin(), heap_.end(), Later{});
        }
    }
    std::optional<Instant> next() const {
        if (empty()) return std::nullopt;
        return ring_is_next() ? in_order_.front().due : heap_.front().due;
    }
    std::optional<T> pop_due(Instant now) {
        if (empty() || *next() > now) return std::nullopt;
        if (ring_is_next()) return in_order_.pop().item;
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        T item = std::move(heap_.back().item);
        heap_.pop_back();
        return item;
    }
    bool empty() const { return in_order_.empty() && heap_.empty(); }
    std::size_t size() const { return in_order_.size() + heap_.size(); }

private:
    struct Entry {
        Instant due;
        std::uint64_t order = 0;
        T item{};
    };
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const {
            return std::pair(a.due, a.order) > std::pair(b.due, b.order);
        }
    };
    bool ring_is_next() const {
        if (in_order_.empty() || heap_.empty()) return heap_.empty();
        return Later{}(heap_.front(), in_order_.front());
    }

    Ring<Entry> in_order_;
    std::vector<Entry> heap_;
    std::uint64_t pushed_ = 0;
};

}  // namespace parley::carrier_sim
