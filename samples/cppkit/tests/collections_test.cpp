#include <gtest/gtest.h>

#include <string>

#include "cppkit/range_set.hpp"
#include "cppkit/recent.hpp"

using cppkit::RangeSet;
using cppkit::Recent;

TEST(Recent, ReturnsWhatWasPut) {
    Recent<std::string, int> recent(2);
    recent.put("a", 1);
    EXPECT_EQ(recent.get("a").value_or(-1), 1);
}

TEST(Recent, HasNothingElse) {
    Recent<std::string, int> recent(2);
    recent.put("a", 1);
    EXPECT_FALSE(recent.get("b").has_value());
    EXPECT_FALSE(recent.holds("b"));
}

TEST(Recent, DropsTheOldest) {
    Recent<std::string, int> recent(2);
    recent.put("a", 1);
    recent.put("b", 2);
    recent.put("c", 3);
    EXPECT_EQ(recent.size(), 2u);
    EXPECT_FALSE(recent.holds("a"));
    EXPECT_TRUE(recent.holds("b"));
}

TEST(Recent, UseKeeps) {
    Recent<std::string, int> recent(2);
    recent.put("a", 1);
    recent.put("b", 2);
    recent.get("a");
    recent.put("c", 3);
    EXPECT_TRUE(recent.holds("a"));
    EXPECT_FALSE(recent.holds("b"));
}

TEST(Recent, PutReplaces) {
    Recent<std::string, int> recent(2);
    recent.put("a", 1);
    recent.put("a", 5);
    EXPECT_EQ(recent.size(), 1u);
    EXPECT_EQ(recent.get("a").value_or(-1), 5);
}

TEST(Recent, NeedsRoom) {
    EXPECT_THROW((Recent<int, int>(0)), std::invalid_argument);
}

TEST(RangeSet, ContainsItsNumbers) {
    RangeSet set;
    set.add(3, 6);
    EXPECT_TRUE(set.contains(3));
    EXPECT_TRUE(set.contains(5));
    EXPECT_FALSE(set.contains(6));
    EXPECT_FALSE(set.contains(2));
}

TEST(RangeSet, EmptyRangesAddNothing) {
    RangeSet set;
    set.add(4, 4);
    set.add(9, 5);
    EXPECT_EQ(set.pieces(), 0u);
}

TEST(RangeSet, JoinsWhatOverlaps) {
    RangeSet set;
    set.add(1, 4);
    set.add(8, 9);
    set.add(3, 8);
    EXPECT_EQ(set.pieces(), 1u);
    EXPECT_EQ(set.count(), 8);
}

TEST(RangeSet, JoinsWhatTouches) {
    RangeSet set;
    set.add(1, 4);
    set.add(4, 6);
    EXPECT_EQ(set.pieces(), 1u);
}

TEST(RangeSet, KeepsWhatIsApart) {
    RangeSet set;
    set.add(1, 4);
    set.add(5, 6);
    EXPECT_EQ(set.pieces(), 2u);
    EXPECT_EQ(set.count(), 4);
}

TEST(RangeSet, ALongerRangeStays) {
    RangeSet set;
    set.add(1, 10);
    set.add(3, 5);
    EXPECT_EQ(set.count(), 9);
}

TEST(RangeSet, FindsGaps) {
    RangeSet set;
    set.add(3, 6);
    EXPECT_EQ(set.first_gap(1), 1);
    EXPECT_EQ(set.first_gap(3), 6);
    EXPECT_EQ(set.first_gap(7), 7);
}
