#include "cppkit/words.hpp"

#include <cctype>
#include <stdexcept>

namespace cppkit {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (auto end = text.find(separator); end != std::string::npos; end = text.find(separator, start)) {
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.push_back(text.substr(start));
    return parts;
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += separator;
        text += parts[i];
    }
    return text;
}

std::string trim(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string::npos) return "";
    const auto last = text.find_last_not_of(" \t\n");
    return text.substr(first, last - first + 1);
}

std::vector<std::string> wrap(const std::string& text, std::size_t width) {
    if (width == 0) throw std::invalid_argument("lines need room");
    std::vector<std::string> lines;
    for (const auto& word : split(text, ' ')) {
        if (word.empty()) continue;
        if (!lines.empty() && lines.back().size() + 1 + word.size() <= width) {
            lines.back() += " " + word;
        } else {
            lines.push_back(word);
        }
    }
    return lines;
}

std::string snake(const std::string& name) {
    std::string made;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto c = static_cast<unsigned char>(name[i]);
        if (std::isupper(c)) {
            if (i > 0 && name[i - 1] != '_') made += '_';
            made += static_cast<char>(std::tolower(c));
        } else {
            made += name[i];
        }
    }
    return made;
}

}  // namespace cppkit
