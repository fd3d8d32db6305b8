#pragma once

#include <string>

namespace cppkit {

/// Numbers from 1 to 3999; throws std::out_of_range for others.
std::string to_roman(int number);

/// Throws std::invalid_argument where the text is no Roman numeral as to_roman writes it.
int from_roman(const std::string& text);

}  // namespace cppkit
