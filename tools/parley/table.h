#pragma once
// Rows in columns that stand under each other, for people.

#include <iosfwd>
#include <string>
#include <vector>

namespace parley::tools {

class Table {
public:
    explicit Table(std::vector<std::string> titles) : rows_{std::move(titles)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.size() == 1; }
    /// Titles only if there are any. Numbers stand to the right. Control characters of a text
    /// become blanks.
    void print(std::ostream& out) const;

private:
    std::vector<std::vector<std::string>> rows_;  // the titles first
};

}  // namespace parley::tools
