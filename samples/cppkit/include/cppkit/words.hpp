#pragma once

#include <string>
#include <vector>

namespace cppkit {

std::vector<std::string> split(const std::string& text, char separator);
std::string join(const std::vector<std::string>& parts, const std::string& separator);
std::string trim(const std::string& text);
/// Lines of at most `width` characters, broken at spaces; a longer word has a line of its own.
std::vector<std::string> wrap(const std::string& text, std::size_t width);
/// "someName" and "SomeName" become "some_name".
std::string snake(const std::string& name);

}  // namespace cppkit
