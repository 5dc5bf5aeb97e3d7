// docs/reference/openapi.yaml against the code: a path, method or code in one and not in the other
// is a defect of one of them.

#include "engine/api/problem.h"
#include "tests/support/api_bed.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace parley::api {
namespace {

std::string document() {
    const auto root = std::filesystem::path(__FILE__).parent_path() / "../../../..";
    std::ifstream file(root / "docs/reference/openapi.yaml");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// "GET /v1/messages/{}": of the paths, which stand at two spaces, and their methods at four.
std::set<std::string> documented() {
    std::set<std::string> found;
    const std::string text = document();
    const std::regex line(R"((?:^|\n)(?:  (/[^\s:]*):|    (get|put|post|patch|delete):)(?=\n))");
    std::string path;
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match) {
        if ((*match)[1].matched) {
            path = std::regex_replace((*match)[1].str(), std::regex(R"(\{[^}]*\})"), "{}");
            continue;
        }
        auto method = (*match)[2].str();
        std::transform(method.begin(), method.end(), method.begin(),
                       [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        found.insert(method + " " + path);
    }
    return found;
}

TEST(OpenApi, NamesEveryPathAndMethodAndNoOther) {
    parley::testing::MemoryBackend backend;
    RestApi rest(backend, Keyring(parley::testing::two_brands(), parley::testing::stand_in_digest));
    Router router;
    rest.mount(router);
    const auto list = router.list();
    EXPECT_EQ(documented(), std::set<std::string>(list.begin(), list.end()));
}

TEST(OpenApi, NamesEveryProblemCode) {
    const std::string text = document();
    std::vector<std::string> codes;
    for (auto problem = Problem::invalid_request; problem <= Problem::internal;
         problem = static_cast<Problem>(static_cast<int>(problem) + 1))
        codes.emplace_back(entry_of(problem).code);
    const auto list = text.substr(text.find("enum: [invalid_request"));
    for (const auto* code : {"request_timeout", "header_too_large", "overloaded"})
        codes.emplace_back(code);
    for (const auto& code : codes)
        EXPECT_TRUE(std::regex_search(list.substr(0, list.find(']') + 1),
                                      std::regex("[\\[ ]" + code + "[,\\]]")))
            << code;
}

}  // namespace
}  // namespace parley::api
