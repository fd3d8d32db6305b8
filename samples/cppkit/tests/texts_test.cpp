#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "cppkit/options.hpp"
#include "cppkit/roman.hpp"
#include "cppkit/words.hpp"

using namespace cppkit;
using Texts = std::vector<std::string>;

TEST(Roman, WritesSmallNumbers) {
    EXPECT_EQ(to_roman(1), "I");
    EXPECT_EQ(to_roman(3), "III");
    EXPECT_EQ(to_roman(8), "VIII");
}

TEST(Roman, WritesOneBelow) {
    EXPECT_EQ(to_roman(4), "IV");
    EXPECT_EQ(to_roman(1994), "MCMXCIV");
}

TEST(Roman, RefusesWhatHasNone) {
    EXPECT_THROW(to_roman(0), std::out_of_range);
    EXPECT_THROW(to_roman(4000), std::out_of_range);
    EXPECT_EQ(to_roman(3999), "MMMCMXCIX");
}

TEST(Roman, Reads) {
    EXPECT_EQ(from_roman("XIV"), 14);
    EXPECT_EQ(from_roman("MMXXVI"), 2026);
}

TEST(Roman, RefusesOtherTexts) {
    EXPECT_THROW(from_roman("IIII"), std::invalid_argument);
    EXPECT_THROW(from_roman(""), std::invalid_argument);
    EXPECT_THROW(from_roman("XA"), std::invalid_argument);
}

class Numbers : public testing::TestWithParam<int> {};

TEST_P(Numbers, ComeBack) {
    EXPECT_EQ(from_roman(to_roman(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Some, Numbers, testing::Values(1, 49, 944, 3999));

TEST(Words, Split) {
    EXPECT_EQ(split("a,b,,c", ','), (Texts{"a", "b", "", "c"}));
    EXPECT_EQ(split("", ','), Texts{""});
}

TEST(Words, SplitKeepsTheLastOne) {
    EXPECT_EQ(split("a,", ','), (Texts{"a", ""}));
}

TEST(Words, Join) {
    EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(Words, Trim) {
    EXPECT_EQ(trim("  a b\n"), "a b");
    EXPECT_EQ(trim(" \t"), "");
    EXPECT_EQ(trim("x"), "x");
}

TEST(Words, Wrap) {
    EXPECT_EQ(wrap("aa bb cc", 5), (Texts{"aa bb", "cc"}));
    EXPECT_EQ(wrap("aa  bb", 4), (Texts{"aa", "bb"}));
}

TEST(Words, WrapLeavesLongWordsWhole) {
    EXPECT_EQ(wrap("abcdef g", 3), (Texts{"abcdef", "g"}));
    EXPECT_THROW(wrap("a", 0), std::invalid_argument);
}

TEST(Words, Snake) {
    EXPECT_EQ(snake("someName"), "some_name");
    EXPECT_EQ(snake("SomeName"), "some_name");
    EXPECT_EQ(snake("some_Name"), "some_name");
}

TEST(Options, Values) {
    const Options options({"--name=a=b", "--quiet"});
    EXPECT_EQ(options.text("name"), "a=b");
    EXPECT_TRUE(options.has("quiet"));
    EXPECT_FALSE(options.has("loud"));
}

TEST(Options, Fallbacks) {
    const Options options({"--size=4"});
    EXPECT_EQ(options.number("size", 9), 4);
    EXPECT_EQ(options.number("count", 9), 9);
    EXPECT_EQ(options.text("name", "none"), "none");
    EXPECT_EQ(options.number("depth"), 0);
}

TEST(Options, Numbers) {
    EXPECT_EQ(Options({"--size=-12"}).number("size"), -12);
    EXPECT_THROW(Options({"--size=4x"}).number("size"), std::invalid_argument);
}

TEST(Options, Others) {
    const Options options({"a", "--x", "--", "--y", "-z"});
    EXPECT_EQ(options.others(), (Texts{"a", "--y", "-z"}));
    EXPECT_FALSE(options.has("y"));
}
