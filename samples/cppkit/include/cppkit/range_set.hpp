#pragma once

#include <algorithm>
#include <iterator>
#include <map>

namespace cppkit {

/// Whole numbers as ranges that do not touch: low → the first number behind.
class RangeSet {
public:
    void add(int low, int high) {
        if (low >= high) return;
        auto first = ranges_.lower_bound(low);
        if (first != ranges_.begin() && std::prev(first)->second >= low) --first;
        while (first != ranges_.end() && first->first <= high) {
            low = std::min(low, first->first);
            high = std::max(high, first->second);
            first = ranges_.erase(first);
        }
        ranges_[low] = high;
    }

    bool contains(int number) const {
        auto next = ranges_.upper_bound(number);
        if (next == ranges_.begin()) return false;
        return number < std::prev(next)->second;
    }

    int count() const {
        int sum = 0;
        for (const auto& range : ranges_) sum += range.second - range.first;
        return sum;
    }

    /// The least number from `from` on that is not in the set.
    int first_gap(int from) const {
        auto next = ranges_.upper_bound(from);
        if (next == ranges_.begin()) return from;
        const int end = std::prev(next)->second;
        return from < end ? end : from;
    }

    std::size_t pieces() const { return ranges_.size(); }

private:
    std::map<int, int> ranges_;
};

}  // namespace cppkit
