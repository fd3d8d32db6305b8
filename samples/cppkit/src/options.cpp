#include "cppkit/options.hpp"

#include <stdexcept>

namespace cppkit {

Options::Options(const std::vector<std::string>& arguments) {
    bool ended = false;
    for (const auto& argument : arguments) {
        if (ended || argument.rfind("--", 0) != 0) {
            others_.push_back(argument);
            continue;
        }
        if (argument == "--") {
            ended = true;
            continue;
        }
        const auto equals = argument.find('=');
        if (equals == std::string::npos) {
            values_[argument.substr(2)] = "";
        } else {
            values_[argument.substr(2, equals - 2)] = argument.substr(equals + 1);
        }
    }
}

bool Options::has(const std::string& name) const {
    return values_.count(name) > 0;
}

std::string Options::text(const std::string& name, const std::string& fallback) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : found->second;
}

int Options::number(const std::string& name, int fallback) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return fallback;
    std::size_t read = 0;
    const int value = std::stoi(found->second, &read);
    if (read != found->second.size()) throw std::invalid_argument(name + " is no number");
    return value;
}

}  // namespace cppkit
