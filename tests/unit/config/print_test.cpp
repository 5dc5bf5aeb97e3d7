#include "config/print.h"

#include "config/load.h"
#include "config/reference.h"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

Config example() {
    Config config;
    Carrier acme;
    acme.id = "acme";
    acme.address = {"127.0.0.1:2775"};
    acme.system_id = "parley";
    acme.throughput = 500;
    config.carriers = {acme, acme};
    config.carriers[1].id = "other";
    config.brands = {{.id = "demo", .senders = {"+15550001000", "A & B"}}};
    config.brands[0].opt_out_confirmation = "\"Bye\" \\ : # \n\t{now}";
    config.routes = {{.prefix = "+", .carriers = {"acme", "other"}}};
    config.accounts = {{.id = "shop", .brand = "demo"}};
    return config;
}

TEST(Print, WhatIsPrintedLoadsAsTheSameConfiguration) {
    const std::string text = to_yaml(example());
    const Loaded again = load_text(text, "printed");

    for (const Complaint& complaint : again.complaints)
        ADD_FAILURE() << to_text(complaint);
    ASSERT_TRUE(again.config) << text;
    EXPECT_EQ(to_yaml(*again.config), text);
    EXPECT_EQ(again.config->brands[0].opt_out_confirmation,
              example().brands[0].opt_out_confirmation);
    EXPECT_EQ(again.config->routes[0].carriers, example().routes[0].carriers);
}

TEST(Print, NoSecretIsEverShown) {
    Config config = example();
    config.carriers[0].password = "hidden-1";
    config.accounts[0].api_keys = {"hidden-2", "hidden-3"};
    config.accounts[0].smpp.password = "hidden-4";

    const std::string text = to_yaml(config);
    EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
    EXPECT_NE(text.find("********"), std::string::npos);
}

TEST(Reference, NamesEverySettingThatIsPrinted) {
    Config config = example();
    const std::string page = reference_markdown();
    std::string names = to_yaml(config);
    for (std::size_t at = 0; (at = names.find(':', at)) != std::string::npos; ++at) {
        const auto start = names.find_last_of(" \n", at);
        const std::string name = names.substr(start + 1, at - start - 1);
        const bool is_key =
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
        if (!is_key || name.empty()) continue;
        EXPECT_NE(page.find(name), std::string::npos) << name;
    }
    EXPECT_NE(page.find("| `window` | `10` | 1 … 65535 (requests) | live |"), std::string::npos)
        << page;
}

}  // namespace
}  // namespace parley::config
