#pragma once

#include <map>
#include <string>
#include <vector>

namespace cppkit {

/// "--name=value", "--name" and others of a command line; what comes behind "--" is no option.
class Options {
public:
    explicit Options(const std::vector<std::string>& arguments);

    bool has(const std::string& name) const;
    std::string text(const std::string& name, const std::string& fallback = "") const;
    /// Throws std::invalid_argument where the value is no whole number.
    int number(const std::string& name, int fallback = 0) const;
    const std::vector<std::string>& others() const { return others_; }

private:
    std::map<std::string, std::string> values_;
    std::vector<std::string> others_;
};

}  // namespace cppkit
