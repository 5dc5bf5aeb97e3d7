#include "protocol/http/json_reader.h"
#include "protocol/http/json_writer.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

std::string quoted(std::string_view value) {
    std::string out;
    JsonWriter(out).string(value);
    return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.text("a", "x");
    json.key("b");
    json.begin_array();
    json.integer(1);
    json.begin_object();
    json.end_object();
    json.boolean(false);
    json.end_array();
    json.optional_text("c", "");
    json.number("d", -7);
    json.optional_time("e", 0);
    json.time("f", 0);
    json.end_object();
    EXPECT_EQ(out, R"({"a":"x","b":[1,{},false],"d":-7,"f":"1970-01-01T00:00:00.000Z"})");
}

TEST(JsonWriter, EscapesWhatJsonDemands) {
    EXPECT_EQ(quoted("a\"b\\c\n\r\t\x01"), R"("a\"b\\c\n\r\t\u0001")");
    EXPECT_EQ(quoted("Grüße 😀"), "\"Grüße 😀\"");
}

TEST(JsonWriter, OctetsThatAreNoUtf8BecomeReplacementCharacters) {
    EXPECT_EQ(quoted("id\xFF!"), "\"id\xEF\xBF\xBD!\"");
}

TEST(JsonReader, KeepsEveryFieldAsItWasGiven) {
    JsonReader reader;
    ASSERT_TRUE(
        reader.read(R"({"a":"x\n","b":-12,"c":1.5e3,"d":true,"e":null,"f":{},"g":[[]]})", 1));
    EXPECT_FALSE(reader.is_array());
    const auto fields = reader.item(0).fields;
    ASSERT_EQ(fields.size(), 7u);
    EXPECT_EQ(fields[0].text, "x\n");
    EXPECT_EQ(fields[1].kind, JsonKind::integer);
    EXPECT_EQ(fields[1].integer, -12);
    EXPECT_EQ(fields[2].kind, JsonKind::number);
    EXPECT_EQ(fields[2].text, "1.5e3");
    EXPECT_EQ(fields[3].kind, JsonKind::boolean);
    EXPECT_EQ(fields[4].kind, JsonKind::null);
    EXPECT_EQ(fields[5].kind, JsonKind::object);
    EXPECT_EQ(fields[6].kind, JsonKind::array);
}

TEST(JsonReader, WhatIsNestedDoesNotLeakIntoTheItem) {
    JsonReader reader;
    ASSERT_TRUE(reader.read(R"([{"a":{"b":"deep","c":[{"d":1}]},"e":"x"},[{"f":1}],7])", 3));
    ASSERT_EQ(reader.size(), 3u);
    ASSERT_EQ(reader.item(0).fields.size(), 2u);
    EXPECT_EQ(reader.item(0).fields[1].name, "e");
    EXPECT_EQ(reader.item(0).fields[1].text, "x");
    EXPECT_EQ(reader.item(1).kind, JsonKind::array);
    EXPECT_TRUE(reader.item(1).fields.empty());
    EXPECT_EQ(reader.item(2).text, "7");
}

TEST(JsonReader, ARepeatedNameIsMarkedWithinItsObjectOnly) {
    JsonReader reader;
    ASSERT_TRUE(reader.read(R"([{"a":1,"b":2,"a":3},{"a":4}])", 2));
    EXPECT_FALSE(reader.item(0).fields[0].repeated);
    EXPECT_TRUE(reader.item(0).fields[2].repeated);
    EXPECT_FALSE(reader.item(1).fields[0].repeated);
}

TEST(JsonReader, AFieldMayBeAFlatObject) {
    JsonReader reader;
    ASSERT_TRUE(reader.read(
        R"([{"a":1,"tlvs":{"x":"1","y":2,"x":null,"deep":{"no":[1]},"list":[{"b":1}]},"z":3},
            {"tlvs":{}},{"other":{"w":"last"},"a":"b"}])",
        3));
    const auto fields = reader.item(0).fields;
    ASSERT_EQ(fields.size(), 3u);
    EXPECT_EQ(fields[0].member_count, 0u);
    EXPECT_EQ(fields[2].name, "z");
    const std::span members(fields[1].members, fields[1].member_count);
    ASSERT_EQ(members.size(), 5u);
    EXPECT_EQ(members[0].name, "x");
    EXPECT_EQ(members[0].text, "1");
    EXPECT_EQ(members[1].integer, 2);
    EXPECT_TRUE(members[2].repeated);
    EXPECT_FALSE(members[1].repeated);
    EXPECT_EQ(members[3].kind, JsonKind::object);
    EXPECT_EQ(members[3].member_count, 0u) << "one level, not a tree";
    EXPECT_EQ(members[4].kind, JsonKind::array);
    EXPECT_EQ(reader.item(1).fields[0].kind, JsonKind::object);
    EXPECT_EQ(reader.item(1).fields[0].member_count, 0u);
    ASSERT_EQ(reader.item(2).fields[0].member_count, 1u);
    EXPECT_EQ(reader.item(2).fields[0].members[0].text, "last");
    ASSERT_EQ(reader.item(2).fields.size(), 2u);

    ASSERT_TRUE(reader.read(R"({"a":{"b":"c"}})", 1));
    EXPECT_EQ(reader.item(0).fields[0].members[0].name, "b") << "nothing of the body before";
}

TEST(JsonReader, NamesThePlaceOfAnError) {
    JsonReader reader;
    EXPECT_FALSE(reader.read("{\n  \"a\": tru }", 1));
    EXPECT_EQ(reader.error().find("line 2, column "), 0u) << reader.error();
    EXPECT_FALSE(reader.read("{\"a\":", 1));
    EXPECT_EQ(reader.error().find("line 1, column 6: "), 0u) << reader.error();
}

TEST(JsonReader, AnErrorLeavesNothingBehind) {
    JsonReader reader;
    EXPECT_FALSE(reader.read(R"([{"a":"half)", 5));
    ASSERT_TRUE(reader.read(R"({"b":"whole"})", 1));
    EXPECT_EQ(reader.size(), 1u);
    EXPECT_FALSE(reader.is_array());
    ASSERT_EQ(reader.item(0).fields.size(), 1u);
    EXPECT_EQ(reader.item(0).fields[0].text, "whole");
}

TEST(JsonReader, BoundsHold) {
    JsonReader reader;
    EXPECT_FALSE(reader.read("[1,2,3]", 2));
    EXPECT_NE(reader.error().find("more items"), std::string::npos);
    std::string many = "{";
    for (std::size_t i = 0; i <= JsonReader::fields_max; ++i)
        many += (i ? ",\"" : "\"") + std::to_string(i) + "\":1";
    EXPECT_FALSE(reader.read(many + "}", 1));
    EXPECT_FALSE(reader.read("{\"tlvs\":" + many + "}}", 1));
    EXPECT_FALSE(reader.read(std::string(100'000, '['), 1'000));
    EXPECT_FALSE(reader.read(R"({"a":1e999999999999})", 1));
}

}  // namespace
}  // namespace parley::http
