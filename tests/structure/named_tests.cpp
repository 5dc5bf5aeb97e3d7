#include "tests/structure/named_tests.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace parley::structure {

namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

/// All C++ tests of a kind, one after another.
std::string sources_of(const fs::path& folder) {
    std::string all;
    if (!fs::is_directory(folder)) return all;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().string().ends_with("_test.cpp")) all += read_file(entry.path());
    }
    return all;
}

bool has_test(const std::string& sources, const std::string& name) {
    const std::size_t dot = name.find('.');
    const std::string arguments = "(" + name.substr(0, dot) + ", " + name.substr(dot + 1) + ")";
    // A long name stands on a line of its own.
    const std::string wrapped = name.substr(0, dot) + ",";
    std::size_t at = sources.find(arguments);
    if (at != std::string::npos) return true;
    for (at = sources.find(wrapped); at != std::string::npos; at = sources.find(wrapped, at + 1)) {
        const std::size_t next = sources.find_first_not_of(" \n", at + wrapped.size());
        if (sources.compare(next, name.size() - dot, name.substr(dot + 1) + ")") == 0) return true;
    }
    return false;
}

std::string complaint_about(const fs::path& tests, const NamedTest& test,
                            std::map<std::string, std::string>& sources) {
    const fs::path folder = tests / test.kind;
    if (test.name.find('.') != std::string::npos) {
        if (!sources.contains(test.kind)) sources[test.kind] = sources_of(folder);
        return has_test(sources[test.kind], test.name) ? "" : "no such test";
    }
    const fs::path script = folder / (test.name + "_test.mjs");
    if (!fs::is_regular_file(script)) return "no such script";
    // Its CMakeLists.txt has the names in a list, or as kind:name.
    const std::regex listed("[ :]" + test.name + "[ )\n]");
    if (!std::regex_search(read_file(folder / "CMakeLists.txt"), listed))
        return "ctest is not told of this script";
    const bool there = read_file(script).find("'" + test.title) != std::string::npos;
    return test.title.empty() || there ? "" : "no such title in its script";
}

}  // namespace

std::vector<NamedTest> read_named_tests(const std::string& page) {
    static const std::regex named("`([a-z]+):([A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)?)`( \"([^\"]+)\")?");
    std::vector<NamedTest> tests;
    std::istringstream lines(page);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        for (std::sregex_iterator each(line.begin(), line.end(), named), end; each != end; ++each)
            tests.push_back({number, (*each)[1], (*each)[2], (*each)[5]});
    }
    return tests;
}

std::vector<Finding> check_named_tests(const fs::path& root, const std::string& file) {
    std::vector<Finding> findings;
    std::map<std::string, std::string> sources;
    for (const NamedTest& test : read_named_tests(read_file(root / file))) {
        const std::string complaint = complaint_about(root / "tests", test, sources);
        if (complaint.empty()) continue;
        const std::string title = test.title.empty() ? "" : " \"" + test.title + "\"";
        findings.push_back(
            {file, test.line, test.kind + ":" + test.name + title + ": " + complaint});
    }
    return findings;
}

}  // namespace parley::structure
