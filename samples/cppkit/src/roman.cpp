#include "cppkit/roman.hpp"

#include <stdexcept>
#include <utility>

namespace cppkit {

namespace {

const std::pair<int, const char*> kSigns[] = {
    {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
};

}  // namespace

std::string to_roman(int number) {
    if (number < 1 || number > 3999) throw std::out_of_range("no Roman numeral");
    std::string text;
    for (const auto& [value, sign] : kSigns) {
        while (number >= value) {
            text += sign;
            number -= value;
        }
    }
    return text;
}

int from_roman(const std::string& text) {
    int number = 0;
    std::size_t place = 0;
    for (const auto& [value, sign] : kSigns) {
        const std::string wanted = sign;
        while (text.compare(place, wanted.size(), wanted) == 0) {
            number += value;
            place += wanted.size();
        }
    }
    if (number < 1 || number > 3999 || to_roman(number) != text) throw std::invalid_argument("no Roman numeral: " + text);
    return number;
}

}  // namespace cppkit
