#include "protocol/smpp/operations.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

constexpr Version versions[] = {Version::v3_3, Version::v3_4, Version::v5_0};
constexpr Side sides[] = {Side::esme, Side::smsc};
constexpr SessionState states[] = {
    SessionState::open,      SessionState::outbound, SessionState::bound_tx, SessionState::bound_rx,
    SessionState::bound_trx, SessionState::unbound,  SessionState::closed};

std::vector<Command> all_commands() {
    std::vector<Command> commands;
    for (std::uint32_t id = 0; id <= 0x200; ++id) {
        for (const auto command : {Command{id}, Command{id | 0x80000000U}}) {
            if (is_known(command)) commands.push_back(command);
        }
    }
    return commands;
}

// SMPP 5.0 table 2-1, a row per PDU: states in its order (open, outbound, bound_tx, bound_rx,
// bound_trx, unbound), in each the ESME's column and the message centre's. x: may be sent.
const std::map<std::string, std::string> table_5_0{
    {"alert_notification", ".. .. .. .x .x .."},
    {"bind_receiver", "x. x. .. .. .. .."},
    {"bind_receiver_resp", ".x .x .. .. .. .."},
    {"bind_transceiver", "x. x. .. .. .. .."},
    {"bind_transceiver_resp", ".x .x .. .. .. .."},
    {"bind_transmitter", "x. x. .. .. .. .."},
    {"bind_transmitter_resp", ".x .x .. .. .. .."},
    {"broadcast_sm", ".. .. x. .. x. .."},
    {"broadcast_sm_resp", ".. .. .x .. .x .."},
    {"cancel_broadcast_sm", ".. .. x. .. x. .."},
    {"cancel_broadcast_sm_resp", ".. .. .x .. .x .."},
    {"cancel_sm", ".. .. x. .. x. .."},
    {"cancel_sm_resp", ".. .. .x .. .x .."},
    {"data_sm", ".. .. x. .x xx .."},
    {"data_sm_resp", ".. .. .x x. xx .."},
    {"deliver_sm", ".. .. .. .x .x .."},
    {"deliver_sm_resp", ".. .. .. x. x. .."},
    {"enquire_link", "xx xx xx xx xx xx"},
    {"enquire_link_resp", "xx xx xx xx xx xx"},
    {"generic_nack", "xx xx xx xx xx xx"},
    {"outbind", ".x .. .. .. .. .."},
    {"query_broadcast_sm", ".. .. x. .. x. .."},
    {"query_broadcast_sm_resp", ".. .. .x .. .x .."},
    {"query_sm", ".. .. x. .. x. .."},
    {"query_sm_resp", ".. .. .x .. .x .."},
    {"replace_sm", ".. .. x. .. x. .."},
    {"replace_sm_resp", ".. .. .x .. .x .."},
    {"submit_multi", ".. .. x. .. x. .."},
    {"submit_multi_resp", ".. .. .x .. .x .."},
    {"submit_sm", ".. .. x. .. x. .."},
    {"submit_sm_resp", ".. .. .x .. .x .."},
    {"unbind", ".. .. xx xx xx .."},
    {"unbind_resp", ".. .. xx xx xx .."},
};

// SMPP 3.3 §5.5.1 and §5.5.2, for what only it has: sent by an ESME that is bound as a transmitter.
const std::map<std::string, std::string> table_3_3{
    {"param_retrieve", ".. .. x. .. x. .."},    {"param_retrieve_resp", ".. .. .x .. .x .."},
    {"query_last_msgs", ".. .. x. .. x. .."},   {"query_last_msgs_resp", ".. .. .x .. .x .."},
    {"query_msg_details", ".. .. x. .. x. .."}, {"query_msg_details_resp", ".. .. .x .. .x .."},
};

// SMPP 3.4 table 2-1, for the rows that differ once the four readings of operations.h are made.
const std::map<std::string, std::string> table_3_4{
    {"data_sm", ".. .. xx xx xx .."},
    {"data_sm_resp", ".. .. xx xx xx .."},
};

bool in_row(const std::string& row, Side side, SessionState state) {
    if (state == SessionState::closed) return false;
    const auto column = static_cast<std::size_t>(state) * 3 + (side == Side::esme ? 0 : 1);
    return row.at(column) == 'x';
}

bool is_new_in_5_0(Command command) {
    return name(command).find("broadcast") != std::string_view::npos;
}
bool is_new_in_3_4(Command command) {
    for (const auto* begin : {"bind_transceiver", "data_sm", "outbind", "alert_notification"}) {
        if (name(command).starts_with(begin)) return true;
    }
    return false;
}

bool is_only_in_3_3(Command command) {
    return table_3_3.contains(std::string(name(command)));
}

/// What the tables say, and the one liberty that we take: in unbound what is open is answered.
bool expected(Version version, Side side, SessionState state, Command command) {
    if (version < Version::v5_0 && is_new_in_5_0(command)) return false;
    if (version < Version::v3_4 && is_new_in_3_4(command)) return false;
    if (version > Version::v3_3 && is_only_in_3_3(command)) return false;
    const std::string key(name(command));
    const bool differs = version < Version::v5_0 && table_3_4.contains(key);
    const auto& row = is_only_in_3_3(command) ? table_3_3.at(key)
                      : differs               ? table_3_4.at(key)
                                              : table_5_0.at(key);
    const bool answers = is_response(command) && state == SessionState::unbound;
    if (!answers) return in_row(row, side, state);
    return in_row(row, side, SessionState::unbound) || in_row(row, side, SessionState::bound_tx) ||
           in_row(row, side, SessionState::bound_rx) || in_row(row, side, SessionState::bound_trx);
}

TEST(OperationMatrix, IsThatOfTheSpecificationsInEveryCell) {
    EXPECT_EQ(all_commands().size(), table_5_0.size() + table_3_3.size());
    int allowed = 0;
    for (const auto version : versions) {
        for (const auto side : sides) {
            for (const auto state : states) {
                for (const auto command : all_commands()) {
                    const bool may = may_send(version, side, state, command);
                    EXPECT_EQ(may, expected(version, side, state, command))
                        << name(version) << ": " << name(side) << " sends " << name(command)
                        << " in " << name(state);
                    allowed += may ? 1 : 0;
                }
            }
        }
    }
    EXPECT_GT(allowed, 300) << "a matrix that allows nothing proves nothing";
}

TEST(OperationMatrix, AnswersRinvbndstsForAWrongStateAndRinvcmdidForAnUnknownCommand) {
    for (const auto version : versions) {
        for (const auto side : sides) {
            for (const auto state : states) {
                for (const auto command : all_commands()) {
                    const Status status = judge(version, side, state, command);
                    EXPECT_EQ(status == Status::ESME_ROK, may_send(version, side, state, command));
                    const bool unknown = (version < Version::v5_0 && is_new_in_5_0(command)) ||
                                         (version < Version::v3_4 && is_new_in_3_4(command)) ||
                                         (version > Version::v3_3 && is_only_in_3_3(command));
                    EXPECT_EQ(status == Status::ESME_RINVCMDID, unknown)
                        << name(version) << " " << name(command);
                }
                EXPECT_EQ(judge(version, side, state, Command{0x25}), Status::ESME_RINVCMDID);
            }
        }
    }
    EXPECT_EQ(judge(Version::v3_4, Side::esme, SessionState::bound_rx, Command::submit_sm),
              Status::ESME_RINVBNDSTS);
    EXPECT_EQ(judge(Version::v3_4, Side::esme, SessionState::open, Command::submit_sm),
              Status::ESME_RINVBNDSTS);
    EXPECT_EQ(judge(Version::v3_4, Side::smsc, SessionState::bound_tx, Command::deliver_sm),
              Status::ESME_RINVBNDSTS);
}

TEST(OperationMatrix, WhatOnly3_3HasIsUnknownToAnyLaterVersion) {
    for (const auto& [command, row] : table_3_3) {
        for (const auto id : all_commands()) {
            if (name(id) != command) continue;
            EXPECT_TRUE(is_defined(Version::v3_3, id)) << command;
            EXPECT_FALSE(is_defined(Version::v3_4, id)) << command;
            EXPECT_FALSE(is_defined(Version::v5_0, id)) << command;
        }
    }
    EXPECT_TRUE(is_defined(Version::v3_3, Command::submit_multi));
    EXPECT_FALSE(is_defined(Version::v3_3, Command::bind_transceiver));
    EXPECT_FALSE(is_defined(Version::v3_4, Command{0x25}));
}

TEST(OperationMatrix, ABindLeadsToItsState) {
    EXPECT_EQ(bound_by(Command::bind_transmitter), SessionState::bound_tx);
    EXPECT_EQ(bound_by(Command::bind_receiver), SessionState::bound_rx);
    EXPECT_EQ(bound_by(Command::bind_transceiver), SessionState::bound_trx);
    int binds = 0;
    for (const auto command : all_commands())
        binds += bound_by(command) ? 1 : 0;
    EXPECT_EQ(binds, 3);
}

TEST(OperationMatrix, EveryStateAndSideHasAName) {
    for (const auto state : states)
        EXPECT_FALSE(name(state).empty());
    EXPECT_NE(name(Side::esme), name(Side::smsc));
}

}  // namespace
}  // namespace parley::smpp
