#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace cppkit {

/// Keeps the values that were used last; the one that was not used for longest makes room.
template <typename Key, typename Value>
class Recent {
public:
    explicit Recent(std::size_t capacity) : capacity_(capacity) {
        if (capacity == 0) throw std::invalid_argument("a cache needs room");
    }

    void put(const Key& key, Value value) {
        const auto known = places_.find(key);
        if (known != places_.end()) {
            order_.erase(known->second);
            places_.erase(known);
        }
        order_.push_front({key, std::move(value)});
        places_[key] = order_.begin();
        if (order_.size() > capacity_) {
            places_.erase(order_.back().first);
            order_.pop_back();
        }
    }

    /// The value, which counts as used; nothing where it is not kept.
    std::optional<Value> get(const Key& key) {
        const auto known = places_.find(key);
        if (known == places_.end()) return std::nullopt;
        order_.splice(order_.begin(), order_, known->second);
        return known->second->second;
    }

    bool holds(const Key& key) const { return places_.find(key) != places_.end(); }

    std::size_t size() const { return order_.size(); }

private:
    std::size_t capacity_;
    std::list<std::pair<Key, Value>> order_;
    std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> places_;
};

}  // namespace cppkit
