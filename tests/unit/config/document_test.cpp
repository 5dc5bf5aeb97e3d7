// YAML as a tree with places: what is where, and what is refused.

#include "config/document.h"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

std::string complaint_of(const std::string& text) {
    const Document document = read_document(text, "x.yaml");
    if (document.complaints.empty()) return "";
    EXPECT_FALSE(document.root);
    return to_text(document.complaints.front());
}

TEST(DocumentOfYaml, RemembersWhereEverythingStood) {
    const Document document = read_document("a: 1\nlist:\n  - x\n  - { k: \"2\" }\n", "x.yaml");
    ASSERT_TRUE(document.root);
    const YamlNode* list = document.root->find("list");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items.size(), 2u);
    EXPECT_EQ(list->items[0].text, "x");
    EXPECT_EQ(list->items[0].place.line, 3);
    EXPECT_EQ(list->items[0].place.column, 5);
    EXPECT_FALSE(list->items[0].quoted);
    const YamlNode* value = list->items[1].find("k");
    ASSERT_NE(value, nullptr);
    EXPECT_TRUE(value->quoted);
    EXPECT_EQ(value->place.column, 10);
    EXPECT_EQ(document.root->find("b"), nullptr);
}

TEST(DocumentOfYaml, BadSyntaxIsRefusedWithItsPlace) {
    EXPECT_TRUE(complaint_of("a: [1, 2\nb: 3\n").starts_with("x.yaml:2:"));
}

TEST(DocumentOfYaml, AKeyThatStandsTwiceIsRefused) {
    EXPECT_EQ(complaint_of("a: 1\na: 2\n"), "x.yaml:2:1: a: stands twice in the same map");
}

TEST(DocumentOfYaml, AKeyThatIsNoWordIsRefused) {
    EXPECT_EQ(complaint_of("[a, b]: 1\n"), "x.yaml:1:1: a key is a single word");
}

TEST(DocumentOfYaml, NothingAndASecondDocumentAreRefused) {
    EXPECT_EQ(complaint_of(""), "x.yaml: is empty");
    EXPECT_EQ(complaint_of("a: 1\n---\nb: 2\n"),
              "x.yaml:3:1: a second YAML document: expected one");
}

TEST(DocumentOfYaml, NestingHasABottom) {
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep += "[";
    deep += std::string(100, ']');
    EXPECT_NE(complaint_of(deep).find("nested too deep"), std::string::npos);
}

}  // namespace
}  // namespace parley::config
