#pragma once
// Every setting, once: describe(part, setting) calls setting(name, field, about) for each field of
// the part, in the order of the reference page. What `setting` does with it is the caller's matter.

#include "config/config.h"
#include "config/setting.h"

namespace parley::config {

template <>
struct Words<Durability> {
    static constexpr std::array<std::string_view, 2> list{"sync", "async"};
};
template <>
struct Words<BindMode> {
    static constexpr std::array<std::string_view, 4> list{"transceiver", "transmitter_receiver",
                                                          "transmitter", "receiver"};
};
template <>
struct Words<HostOrder> {
    static constexpr std::array<std::string_view, 2> list{"failover", "spread"};
};
template <>
struct Words<TlsVerify> {
    static constexpr std::array<std::string_view, 3> list{"full", "ca", "none"};
};
template <>
struct Words<TlsVersion> {
    static constexpr std::array<std::string_view, 2> list{"1.2", "1.3"};
};
template <>
struct Words<OutbindMode> {
    static constexpr std::array<std::string_view, 2> list{"receiver", "transceiver"};
};
template <>
struct Words<OnUncertain> {
    static constexpr std::array<std::string_view, 3> list{"hold", "resend", "fail"};
};
template <>
struct Words<SuppressionScope> {
    static constexpr std::array<std::string_view, 2> list{"brand", "sender"};
};

template <>
struct Words<Alphabet> {
    static constexpr std::array<std::string_view, 9> list{
        "gsm7", "ucs2", "latin1", "binary", "ascii", "cyrillic", "hebrew", "jis", "ksc5601"};
};
template <>
struct Words<IdBase> {
    static constexpr std::array<std::string_view, 3> list{"as_is", "hex_to_decimal",
                                                          "decimal_to_hex"};
};
template <>
struct Words<Segmentation> {
    static constexpr std::array<std::string_view, 4> list{"udh8", "udh16", "sar", "payload"};
};
template <>
struct Words<Reaction> {
    static constexpr std::array<std::string_view, 9> list{
        "sent", "throttle", "pause_link", "pause_destination", "retry", "fail_over",
        "fail", "suppress", "usual"};
};
template <>
struct Words<ReceiptReaction> {
    static constexpr std::array<std::string_view, 4> list{"fail", "suppress", "retry", "fail_over"};
};
template <>
struct Words<ReceiptState> {
    static constexpr std::array<std::string_view, 10> list{
        "scheduled",     "enroute",  "delivered", "expired",  "deleted",
        "undeliverable", "accepted", "unknown",   "rejected", "skipped"};
};

template <>
struct Words<TlvType> {
    static constexpr std::array<std::string_view, 4> list{"integer", "c_string", "octets", "text"};
};

template <>
struct Words<RoutePick> {
    static constexpr std::array<std::string_view, 3> list{"order", "weight", "cost"};
};
template <>
struct Words<ValidityForm> {
    static constexpr std::array<std::string_view, 3> list{"relative", "absolute", "none"};
};

inline constexpr double second_ms = 1'000;
inline constexpr double minute_ms = 60 * second_ms;
inline constexpr double hour_ms = 60 * minute_ms;
inline constexpr double day_ms = 24 * hour_ms;
inline constexpr double kib = 1'024;
inline constexpr double mib = 1'024 * kib;
inline constexpr double gib = 1'024 * mib;

template <typename Setting>
void describe(Node& node, Setting& setting) {
    setting("id", node.id,
            {.help = "Name of this machine in logs and metrics",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier});
    setting("data_dir", node.data_dir,
            {.help = "Folder of the journal; made when missing, used by one process at a time",
             .min = 1,
             .max = 4'096,
             .shape = Shape::folder});
    setting("shards", node.shards,
            {.help = "Threads that share conversations and links; auto is one per core",
             .unit = "threads",
             .max = 256,
             .zero = "auto"});
    setting(
        "durability", node.durability,
        {.help = "sync: what was promised survives a power cut. async: a power cut may cost the "
                 "last milliseconds, the end of the process nothing"});
    setting("memory_budget", node.memory_budget,
            {.help = "All that the process may hold; beyond it, new messages are refused (429)",
             .unit = "octets",
             .min = 128 * mib,  // engine.cpp sets some 72 MiB of it aside
             .max = 1'024 * gib});
    setting("spill_after", node.spill_after,
            {.help = "A message still unsettled after this long moves from memory to disk",
             .min = 100,
             .max = hour_ms,
             .live = true});
    setting("drain_limit", node.drain_limit,
            {.help = "When told to stop, how long to wait for answers and for unbind_resp; up to a "
                     "quarter of it is for the latter",
             .max = 10 * minute_ms,
             .live = true});
    setting("predecessor_wait", node.predecessor_wait,
            {.help = "A start that finds data_dir in use waits so long for the process there to "
                     "leave, and takes over at once; 0: it is refused",
             .max = hour_ms,
             .zero = "no wait"});
    setting("retention", node.retention,
            {.help = "How long settled messages can be looked up",
             .min = hour_ms,
             .max = 3'650 * day_ms,
             .live = true});
}

template <typename Setting>
void describe(Http& http, Setting& setting) {
    setting("listen", http.listen,
            {.help = "Where the API, /metrics and the health checks are served",
             .min = 1,
             .shape = Shape::listen});
    setting("body_max", http.body_max,
            {.help = "A request with a longer body is refused (413)",
             .unit = "octets",
             .min = kib,
             .max = gib});
    setting("connections_max", http.connections_max,
            {.help = "Open connections of all shards together; further ones are refused (503)",
             .unit = "connections",
             .min = 1,
             .max = 1'000'000});
    setting("idle_timeout", http.idle_timeout,
            {.help = "A connection without a request for this long is closed",
             .min = 100,
             .max = hour_ms});
    setting("request_timeout", http.request_timeout,
            {.help = "From the first octet of a request to its last; slower clients are cut off",
             .min = 100,
             .max = 10 * minute_ms});
}

template <typename Setting>
void describe(SmppServer& smpp, Setting& setting) {
    setting("listen", smpp.listen,
            {.help = "Where accounts bind to us; empty is off", .shape = Shape::listen});
}

template <typename Setting>
void describe(DataCodings& codings, Setting& setting) {
    static constexpr std::array<std::string_view, 16> names{
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"};
    for (std::size_t i = 0; i < names.size(); ++i)
        setting(names[i], codings.meaning[i], {.help = "The alphabet of what comes under it"});
}

template <typename Setting>
void describe(SendIn& send_in, Setting& setting) {
    setting("gsm7", send_in.gsm7, {.help = "The GSM default alphabet, one octet a septet"});
    setting("ascii", send_in.ascii, {.help = "IA5"});
    setting("latin1", send_in.latin1, {.help = "ISO-8859-1"});
    setting("cyrillic", send_in.cyrillic, {.help = "ISO-8859-5"});
    setting("hebrew", send_in.hebrew, {.help = "ISO-8859-8"});
    setting("ucs2", send_in.ucs2, {.help = "UTF-16; without it some texts cannot be sent"});
}

template <typename Setting>
void describe(MessageIds& ids, Setting& setting) {
    setting("base", ids.base,
            {.help = "hex_to_decimal: hexadecimal in submit_sm_resp, decimal in the receipt; zeros "
                     "in front and case do not count then"});
    setting("drop_leading_zeros", ids.drop_leading_zeros,
            {.help = "Zeros in front of an id do not count"});
    setting("fold_case", ids.fold_case, {.help = "Upper and lower case letters are the same"});
    setting("response_prefix", ids.response_prefix,
            {.help = "Stands before the id in submit_sm_resp, and in no receipt", .max = 64});
    setting("receipt_prefix", ids.receipt_prefix,
            {.help = "Stands before the id in receipts alone", .max = 64});
}

template <typename Setting>
void describe(NumberType& type, Setting& setting) {
    setting("ton", type.ton, {.help = "Type of number", .max = 255});
    setting("npi", type.npi, {.help = "Numbering plan", .max = 255});
}

template <typename Setting>
void describe(Addresses& addresses, Setting& setting) {
    setting("number", addresses.number, {.help = "Senders that are international numbers"});
    setting("short_code", addresses.short_code, {.help = "Senders that are short codes"});
    setting("name", addresses.name, {.help = "Senders that are names"});
    setting("recipient", addresses.recipient, {.help = "Whom we write to"});
    setting("plus", addresses.plus, {.help = "International numbers are written with their +"});
}

template <typename Setting>
void describe(StatusRule& rule, Setting& setting) {
    setting("status", rule.status, {.help = "command_status of submit_sm_resp", .required = true});
    setting(
        "reaction", rule.reaction,
        {.help = "sent: it was taken. throttle: slower, then again; spends no attempt. pause_link: "
                 "only this link rests. pause_destination: only this message does. retry: again "
                 "after a growing wait. fail_over: the route's next carrier. suppress: "
                 "fails, and the contact counts as opted out. usual: as for what is not listed, so "
                 "that a status may only be named"});
    setting(
        "wait", rule.wait,
        {.help = "Of throttle and pause_link, or the first of pause_destination and retry; auto is "
                 "the carrier's throttle_pause or retry_min",
         .max = hour_ms,
         .zero = "auto"});
    setting("name", rule.name,
            {.help = "What the carrier calls it; stands in the reason of a message that fails by "
                     "it, in logs and in answers",
             .max = 32});
}

template <typename Setting>
void describe(ReceiptRule& rule, Setting& setting) {
    setting("error", rule.error,
            {.help = "err of a receipt that tells of failure, as written",
             .min = 1,
             .max = 16,
             .required = true});
    setting("reaction", rule.reaction,
            {.help = "fail: the message ends. suppress: and the contact counts as opted out from "
                     "then on. retry: it is sent again after a growing wait, attempts_max times, "
                     "then by the route's next carrier. fail_over: by the route's next carrier. "
                     "Sent again is a message of which no part arrived, and only while it is valid "
                     "and retry_deadline has not passed; when the receipt was wrong it arrives "
                     "twice"});
    setting("name", rule.name,
            {.help = "What the carrier calls it; stands in the reason", .max = 32});
    setting("wait", rule.wait,
            {.help = "The first of retry; auto is the carrier's retry_min",
             .max = day_ms,
             .zero = "auto"});
}

template <typename Setting>
void describe(ReceiptWord& word, Setting& setting) {
    setting("stat", word.stat,
            {.help = "What the carrier writes after stat:, in any case",
             .min = 1,
             .max = 32,
             .required = true});
    setting("state", word.state,
            {.help = "What it means. scheduled, enroute and accepted: another receipt will follow",
             .required = true});
}

template <typename Setting>
void describe(TlvRule& rule, Setting& setting) {
    setting("tag", rule.tag,
            {.help = "One that the specification does not define", .required = true});
    setting("name", rule.name,
            {.help = "What we call it: in this file, in the API and with what comes in",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier,
             .required = true});
    setting("type", rule.type,
            {.help = "integer: big-endian, written with the most octets of its length. c_string: "
                     "text that ends with a NUL. octets: in hexadecimal. text: characters as they "
                     "are, in UTF-8",
             .required = true});
    setting("length", rule.length,
            {.help = "Octets of a value; a c_string's NUL counts. An integer has 1 to 4",
             .unit = "octets",
             .max = 1'024});
}

template <typename Setting>
void describe(Dialect& dialect, Setting& setting) {
    setting("like", dialect.like,
            {.help = "A ready dialect of config/dialects by its name, or a file, relative to this "
                     "one, when there is a slash or .yaml in it; what stands beside it changes it",
             .max = 4'096});
    setting("data_coding", dialect.data_coding,
            {.help = "What the numbers mean, both ways; a text is sent under 0 if that means its "
                     "alphabet, else under the number of the specification if that does, else "
                     "under the lowest that does"});
    setting("send_in", dialect.send_in,
            {.help = "Alphabets that a text may be sent in; of those that hold it, the one that "
                     "needs the fewest segments"});
    setting("segmentation", dialect.segmentation,
            {.help = "How the parts of a long text are told apart: a header with an 8-bit or a "
                     "16-bit reference, the sar_* parameters, or one message_payload that the "
                     "carrier cuts"});
    setting("message_id", dialect.message_id,
            {.help = "How ids are written in submit_sm_resp and in receipts"});
    setting("accepted_is_final", dialect.accepted_is_final,
            {.help = "A receipt that says ACCEPTD is the last one, and means delivered"});
    setting("id_on_last_part", dialect.id_on_last_part,
            {.help = "Of a long message the carrier gives the last part alone an id, and sends one "
                     "receipt, which speaks of all parts; the others are answered with an empty "
                     "id"});
    setting("long_password", dialect.long_password,
            {.help = "The carrier's password may be longer than the 8 octets of the "
                     "specification"});
    setting("addresses", dialect.addresses, {.help = "TON and NPI by kind of address"});
    setting("statuses", dialect.statuses,
            {.help = "What to do about a command_status. What is not listed: 0x58 throttle, "
                     "0x14 pause_destination, 0x04, 0x08 and 0x64 retry, all others fail"});
    setting("receipt_errors", dialect.receipt_errors,
            {.help = "What to do about the err of a receipt that tells of failure"});
    setting("receipt_states", dialect.receipt_states,
            {.help = "Words of its own after stat:, before those of the specification and what is "
                     "often written instead. A word that nobody knows counts as enroute"});
    setting("receipt_text_first", dialect.receipt_text_first,
            {.help = "Where a receipt's text and its parameters differ, the text's id and state "
                     "count; else receipted_message_id and message_state do"});
    setting("receipts_without_class", dialect.receipts_without_class,
            {.help = "Receipts come with the esm_class of a message (0): one that has a "
                     "receipted_message_id, or whose text has an id: and a stat:, is a receipt. A "
                     "person who writes such words is then not heard"});
    setting("validity_period", dialect.validity_period,
            {.help = "How the carrier is told how long a message is worth sending, when that was "
                     "asked for by the message or its route"});
    setting("tlvs", dialect.tlvs,
            {.help = "The carrier's own optional parameters, so that messages can ask for them by "
                     "name and what comes in is shown by name. The same tag means other things to "
                     "other carriers"});
}

template <typename Setting>
void describe(Limit& limit, Setting& setting) {
    setting("name", limit.name,
            {.help = "Our name for it, such as the campaign's; unique in its carrier",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier,
             .required = true});
    setting("senders", limit.senders,
            {.help = "Whose traffic counts, together; none named: every sender's",
             .shape = Shape::sender});
    setting("brand", limit.brand,
            {.help = "Only what this brand sends counts", .shape = Shape::reference});
    setting("each_sender", limit.each_sender, {.help = "Every sender has the limit to itself"});
    setting("rate", limit.rate,
            {.help = "Ceiling; 75/m is 75 a minute",
             .unit = "segments/s",
             .max = 1'000'000,
             .zero = "unlimited"});
    setting("burst", limit.burst,
            {.help = "What may go at once after a rest; auto is a tenth of a second's worth",
             .unit = "segments",
             .max = 1'000'000,
             .zero = "auto"});
    setting("per_day", limit.per_day,
            {.help = "From midnight to midnight; what is spent is remembered over restarts",
             .unit = "segments",
             .max = 1'000'000'000,
             .zero = "unlimited"});
    setting("reserve", limit.reserve,
            {.help = "Of per_day, rounded down, what only conversational messages and the engine's "
                     "own answers to STOP, START and HELP may use, so that a morning of bulk "
                     "leaves room for them",
             .unit = "%",
             .max = 100});
    setting("time_zone", limit.time_zone,
            {.help = "Whose midnight, by the name of the IANA database",
             .max = 64,
             .shape = Shape::time_zone});
}

template <typename Setting>
void describe(Tls& tls, Setting& setting) {
    setting("ca_file", tls.ca_file,
            {.help = "The only certificate authorities, as PEM, that may vouch for the carrier; "
                     "empty: those that the system trusts",
             .max = 4'096,
             .shape = Shape::pem});
    setting("certificate_file", tls.certificate_file,
            {.help = "Our certificate and its chain as PEM, for carriers that ask for one",
             .max = 4'096,
             .shape = Shape::pem});
    setting("key_file", tls.key_file,
            {.help = "Its private key as PEM", .max = 4'096, .shape = Shape::pem});
    setting("key_password", tls.key_password,
            {.help = "When the key is encrypted", .max = 1'024, .secret = true});
    setting("server_name", tls.server_name,
            {.help = "The name that we ask for (SNI) and that the certificate must bear; empty: "
                     "the host of the address",
             .max = 253,
             .shape = Shape::host});
    setting("verify", tls.verify,
            {.help = "full: the certificate is valid and bears the name. ca: valid, whatever its "
                     "name. none: anybody may pretend to be the carrier"});
    setting("min_version", tls.min_version, {.help = "Of TLS"});
}

template <typename Setting>
void describe(ServerTls& tls, Setting& setting) {
    setting("certificate_file", tls.certificate_file,
            {.help = "Our certificate and its chain as PEM, read anew for each connection",
             .min = 1,
             .max = 4'096,
             .shape = Shape::pem,
             .required = true});
    setting("key_file", tls.key_file,
            {.help = "Its private key as PEM",
             .min = 1,
             .max = 4'096,
             .shape = Shape::pem,
             .required = true});
    setting("key_password", tls.key_password,
            {.help = "When the key is encrypted", .max = 1'024, .secret = true});
    setting("client_ca_file", tls.client_ca_file,
            {.help = "The carrier must show a certificate of these authorities, as PEM; empty: it "
                     "is not asked for one",
             .max = 4'096,
             .shape = Shape::pem});
    setting("min_version", tls.min_version, {.help = "Of TLS"});
}

template <typename Setting>
void describe(Outbind& outbind, Setting& setting) {
    setting("listen", outbind.listen,
            {.help = "Where the carrier connects to",
             .min = 1,
             .shape = Shape::listen,
             .required = true});
    setting("from", outbind.from,
            {.help = "IP addresses that may connect; empty: any. Who passes system_id and password "
                     "gets our bind, with our password",
             .shape = Shape::ip});
    setting("tls", outbind.tls, {.help = "The carrier must speak TLS; left out, there is none"});
    setting("system_id", outbind.system_id,
            {.help = "What the carrier's outbind must say; empty: anything", .max = 15});
    setting("password", outbind.password,
            {.help = "As well; empty: anything", .max = 255, .secret = true});
    setting("bind", outbind.bind, {.help = "How we answer"});
    setting("links", outbind.links,
            {.help = "Connections at once; further ones are closed",
             .unit = "links",
             .min = 1,
             .max = 64});
}

template <typename Setting>
void describe(Query& query, Setting& setting) {
    setting("after", query.after,
            {.help = "Without a final receipt for this long since the response, and since the last "
                     "question, the carrier is asked; needs a carrier that answers query_sm",
             .max = 30 * day_ms,
             .zero = "off"});
    setting("rate", query.rate,
            {.help = "Questions over all links together. They take no part of throughput, and no "
                     "last place in a window",
             .unit = "questions/s",
             .min = 0.01,
             .max = 1'000});
    setting("times", query.times,
            {.help = "Questions about one segment; none after ESME_RQUERYFAIL",
             .unit = "questions",
             .min = 1,
             .max = 255});  // Inquiry.times is one octet on disk
}

// A carrier in four parts, only to keep each readable.
template <typename Setting>
void describe_identity(Carrier& carrier, Setting& setting) {
    setting("id", carrier.id,
            {.help = "Our name for it: in routes, logs and metrics",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier,
             .required = true});
    setting("address", carrier.address,
            {.help = "host:port that we connect to, or a list of them; needed unless there is "
                     "outbind",
             .shape = Shape::endpoint,
             .one_will_do = true,
             .reconnect = true});
    setting("hosts", carrier.hosts,
            {.help = "With several addresses: every link begins with the first, or each with its "
                     "own. Either way the next one follows a failed attempt or a lost session",
             .reconnect = true});
    setting("source_address", carrier.source_address,
            {.help = "IP address of ours that we dial from; empty: the system chooses",
             .shape = Shape::ip,
             .reconnect = true});
    setting("tls", carrier.tls,
            {.help = "TLS towards the carrier; left out, there is none", .reconnect = true});
    setting("outbind", carrier.outbind,
            {.help = "For a carrier that connects to us and sends outbind; left out, nobody "
                     "listens. Its links come beside those that dial",
             .reconnect = true});
    setting("system_id", carrier.system_id,  // C-octet string of 16: SMPP 3.4 §4.1.1
            {.help = "Who we are to the carrier",
             .min = 1,
             .max = 15,
             .required = true,
             .reconnect = true});
    setting("password", carrier.password,  // C-octet string of 9
            {.help = "For the bind; longer than 8 octets only with dialect.long_password",
             .max = 255,
             .secret = true,
             .reconnect = true});
    setting("system_type", carrier.system_type,  // C-octet string of 13
            {.help = "For the bind; most carriers want it empty", .max = 12, .reconnect = true});
    setting("bind", carrier.bind,
            {.help = "transceiver: one session per link. transmitter_receiver: two, for carriers "
                     "that keep the directions apart. transmitter, receiver: one, for that "
                     "direction alone",
             .reconnect = true});
    setting("interface_version", carrier.interface_version,
            {.help = "SMPP version that we name in the bind; 3.3 knows no transceiver and no TLVs",
             .reconnect = true});
    setting("dialect", carrier.dialect,
            {.help = "Where the carrier differs from the specification"});
    setting("tlvs", carrier.tlvs,
            {.help = "Go with every submit_sm to it: by a name of its dialect, by a standard name "
                     "such as callback_num, or by a tag such as 0x1501 with octets in hexadecimal",
             .max = 512});
}

template <typename Setting>
void describe_limits(Carrier& carrier, Setting& setting) {
    setting("links", carrier.links,
            {.help = "Links to keep up; never more than the carrier allows",
             .unit = "links",
             .min = 1,
             .max = 64,
             .live = true});
    setting("extra_transmitters", carrier.extra_transmitters,
            {.help = "Transmitter sessions beside the links",
             .unit = "links",
             .max = 64,
             .live = true});
    setting(
        "extra_receivers", carrier.extra_receivers,
        {.help = "Receiver sessions beside the links", .unit = "links", .max = 64, .live = true});
    setting("sessions_max", carrier.sessions_max,
            {.help = "Sessions that the carrier allows; a configuration with more is refused",
             .unit = "sessions",
             .max = 1'024,
             .zero = "unknown",
             .live = true});
    setting("window", carrier.window,
            {.help = "submit_sm in flight per link before we wait for an answer",
             .unit = "requests",
             .min = 1,
             .max = 65'535,
             .live = true});
    setting("uncertain_max", carrier.uncertain_max,
            {.help = "Segments whose intent is journaled and whose result is not yet: as many can "
                     "a crash leave uncertain. auto: as many as the windows of the bound links "
                     "hold. Where a commit takes longer than the carrier's answer, more than that "
                     "keeps the windows full while results wait for the disk",
             .unit = "segments",
             .max = 1'000'000,
             .zero = "auto",
             .live = true});
    setting("throughput", carrier.throughput,
            {.help = "Ceiling over all links",
             .unit = "segments/s",
             .max = 1'000'000,
             .zero = "unlimited",
             .live = true});
    setting("link_throughput", carrier.link_throughput,
            {.help = "Ceiling per link",
             .unit = "segments/s",
             .max = 1'000'000,
             .zero = "unlimited",
             .live = true});
    setting("burst", carrier.burst,
            {.help = "What an idle carrier may get at once; auto is a tenth of a second's worth",
             .unit = "segments",
             .max = 1'000'000,
             .zero = "auto",
             .live = true});
    setting(
        "adaptive", carrier.adaptive,
        {.help = "When the carrier answers that we are too fast: true finds the rate that it takes "
                 "and stays just below it; false rests for throttle_pause"});
    setting("limits", carrier.limits,
            {.help = "Of single senders, campaigns and brands, beside the carrier's own ceiling"});
}

template <typename Setting>
void describe_timers(Carrier& carrier, Setting& setting) {
    setting("response_timeout", carrier.response_timeout,
            {.help = "A request unanswered for this long is given up on",
             .min = 100,
             .max = 10 * minute_ms,
             .live = true});
    setting("enquire_link_every", carrier.enquire_link_every,
            {.help = "Silence after which we ask whether the link is alive",
             .min = 100,
             .max = hour_ms,
             .live = true});
    setting(
        "inactivity_timeout", carrier.inactivity_timeout,
        {.help = "Bound and without a message either way for this long: unbinds, and binds anew",
         .max = 24 * hour_ms,
         .zero = "off",
         .live = true});
    setting("expiries_max", carrier.expiries_max,
            {.help = "After so many requests in a row without an answer we send no more and ask "
                     "whether the link is alive. It is left if that is not answered either, or if "
                     "so many requests after that are not",
             .unit = "requests",
             .min = 1,
             .max = 65'535,
             .live = true});
    setting("write_timeout", carrier.write_timeout,
            {.help = "A link that takes none of our octets for this long is left",
             .min = 100,
             .max = 10 * minute_ms,
             .live = true});
    setting("unbind_timeout", carrier.unbind_timeout,
            {.help = "How long to wait for unbind_resp before closing",
             .min = 100,
             .max = 10 * minute_ms,
             .live = true});
    setting("bind_timeout", carrier.bind_timeout,
            {.help = "For connecting, TLS and binding together; for outbind and binding likewise",
             .min = 100,
             .max = 10 * minute_ms,
             .live = true});
    setting("bind_every", carrier.bind_every,
            {.help = "From one attempt to bind to the next, over all links; there is never more "
                     "than one at a time",
             .max = 10 * minute_ms,
             .live = true});
    setting(
        "already_bound_wait", carrier.already_bound_wait,
        {.help = "After ESME_RALYBND no link tries again for this long, unless one of ours ends "
                 "before; longer than the carrier's inactivity timer, so that it has forgotten "
                 "a lost session",
         .min = 100,
         .max = hour_ms,
         .live = true});
    setting("refused_wait", carrier.refused_wait,
            {.help = "After a refused system_id, password or system_type no link tries again for "
                     "about this long, then at the next address; it never gives up. After "
                     "ESME_RBINDFAIL likewise, unless one of ours ends before",
             .min = 100,
             .max = 24 * hour_ms,
             .live = true});
    setting("reconnect_min", carrier.reconnect_min,
            {.help = "First wait before a new attempt; doubles, with jitter",
             .min = 10,
             .max = hour_ms,
             .live = true});
    setting("reconnect_max", carrier.reconnect_max,
            {.help = "Longest wait before a new attempt",
             .min = 10,
             .max = 24 * hour_ms,
             .live = true});
    setting(
        "throttle_pause", carrier.throttle_pause,
        {.help = "Rest after ESME_RTHROTTLED without `adaptive`, and of a link after pause_link",
         .max = 10 * minute_ms,
         .live = true});
}

template <typename Setting>
void describe_failure(Carrier& carrier, Setting& setting) {
    setting("attempts_max", carrier.attempts_max,
            {.help = "Temporary refusals before the route's next carrier, or failure. "
                     "ESME_RTHROTTLED and ESME_RMSGQFUL are none, whatever the dialect makes of "
                     "them",
             .unit = "attempts",
             .min = 1,
             .max = 255,  // Segment.attempts is one octet on disk
             .live = true});
    setting("retry_min", carrier.retry_min,
            {.help = "First wait after a temporary refusal; grows by retry_factor",
             .min = 10,
             .max = hour_ms,
             .live = true});
    setting("retry_max", carrier.retry_max,
            {.help = "Longest wait after a temporary refusal",
             .min = 10,
             .max = 24 * hour_ms,
             .live = true});
    setting("retry_factor", carrier.retry_factor,
            {.help = "Of each wait to the one before",
             .unit = "%",
             .min = 100,
             .max = 1'000,
             .live = true});
    setting("retry_jitter", carrier.retry_jitter,
            {.help = "The part of a wait that chance decides, so that what was refused together "
                     "does not come back together",
             .unit = "%",
             .max = 100,
             .live = true});
    setting("retry_deadline", carrier.retry_deadline,
            {.help = "A message that is still refused for now, this long after it could first go, "
                     "ends as failed, reason retry_deadline. The validity that its sender gave it "
                     "counts instead, where there is one",
             .max = 30 * day_ms,
             .zero = "off",
             .live = true});
    setting(
        "failover_after", carrier.failover_after,
        {.help = "Without a bound link for this long, what waits goes to the best carrier of its "
                 "route that is up",
         .max = 24 * hour_ms,
         .live = true});
    setting("on_uncertain", carrier.on_uncertain,
            {.help = "A message whose answer a crash or a lost link swallowed: hold waits for its "
                     "receipt, resend risks a second copy, fail ends it",
             .live = true});
    setting("uncertain_hold", carrier.uncertain_hold,
            {.help = "How long hold waits; then the message ends as unknown",
             .min = second_ms,
             .max = 30 * day_ms,
             .live = true});
    setting(
        "receipt_timeout", carrier.receipt_timeout,
        {.help =
             "A message without a final receipt for this long after it was sent ends as unknown",
         .min = second_ms,
         .max = 30 * day_ms,
         .live = true});
    setting("query", carrier.query,
            {.help = "Asks the carrier what became of a message whose receipt stays away"});
    setting("cancel_sm", carrier.cancel_sm,
            {.help = "DELETE of a message that the carrier has asks it to cancel it; needs a "
                     "carrier that takes cancel_sm",
             .live = true});
    setting("replace_sm", carrier.replace_sm,
            {.help = "PATCH of a message that the carrier has asks it to replace it; needs a "
                     "carrier that takes replace_sm",
             .live = true});
}

template <typename Setting>
void describe(Carrier& carrier, Setting& setting) {
    describe_identity(carrier, setting);
    describe_limits(carrier, setting);
    describe_timers(carrier, setting);
    describe_failure(carrier, setting);
}

template <typename Setting>
void describe(Brand& brand, Setting& setting) {
    setting("id", brand.id,
            {.help = "The legal sender, as accounts name it",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier,
             .required = true});
    setting("senders", brand.senders,
            {.help = "Numbers, short codes and names that belong to it, and to it alone",
             .min = 1,
             .shape = Shape::sender,
             .required = true,
             .live = true});
    setting("tlvs", brand.tlvs,
            {.help = "Go with the brand's messages to every carrier whose dialect has the name, "
                     "such as India's dlt_entity_id; the carrier's give way to them, and they to "
                     "those of a message",
             .max = 512});
    setting("suppression_scope", brand.suppression_scope,
            {.help = "What an opt-out covers: all senders of the brand, or the one written to",
             .restart = true});
    setting("opt_out_confirmation", brand.opt_out_confirmation,
            {.help = "The one message that a contact still gets after opting out",
             .min = 1,
             .max = 1'600,
             .live = true});
    setting("opt_in_confirmation", brand.opt_in_confirmation,
            {.help = "The answer to START from a contact who had opted out; empty sends none",
             .max = 1'600,
             .live = true});
    setting("help_answer", brand.help_answer,
            {.help = "The answer to HELP, also for those who opted out; empty sends none",
             .max = 1'600,
             .live = true});
}

template <typename Setting>
void describe(RouteCarrier& carrier, Setting& setting) {
    setting("id", carrier.id,
            {.help = "One of carriers",
             .min = 1,
             .shape = Shape::reference,
             .required = true,
             .live = true});
    setting("weight", carrier.weight,
            {.help = "With pick: weight, its share beside the others'; 0: only when no other is up",
             .max = 1'000'000,
             .live = true});
    setting(
        "cost", carrier.cost,
        {.help = "With pick: cost, of a segment, in any currency", .max = 1'000'000, .live = true});
}

template <typename Setting>
void describe(Route& route, Setting& setting) {
    setting("prefix", route.prefix,
            {.help = "Recipients that begin with this; the longest that a route has decides",
             .min = 1,
             .max = 16,
             .shape = Shape::prefix,
             .live = true});
    setting("carriers", route.carriers,
            {.help = "In order of preference, at least one: the id of each, or a map",
             .shape = Shape::reference,
             .required = true,
             .live = true});
    setting("name", route.name,
            {.help = "Our name for it, in what explains routes; empty is its place, routes[2]",
             .max = 32,
             .shape = Shape::identifier,
             .live = true});
    setting("pattern", route.pattern,
            {.help = "Regular expression (RE2) that the whole number matches, '+' included, such "
                     "as `\\+1212\\d{7}`",
             .max = 256,
             .live = true});
    setting("senders", route.senders,
            {.help = "Only messages from these; +1555* is every one that begins so",
             .shape = Shape::senders,
             .live = true});
    setting("accounts", route.accounts,
            {.help = "Only messages of these", .shape = Shape::reference, .live = true});
    setting("brands", route.brands,
            {.help = "Only messages of these", .shape = Shape::reference, .live = true});
    setting("classes", route.classes,
            {.help = "Only messages of these classes; the last three are the engine's own answers",
             .shape = Shape::message_class,
             .live = true});
    setting("operators", route.operators,
            {.help = "Only numbers that operator_table gives to these",
             .min = 1,
             .max = 64,
             .live = true});
    setting("pick", route.pick,
            {.help = "Of the carriers that are up. order: the first. weight: shares by weight, a "
                     "conversation always the same one. cost: the cheapest, of equal ones the "
                     "first",
             .live = true});
    setting("validity", route.validity,
            {.help = "For how long a message is worth sending: what one has that asks for nothing, "
                     "and the most that one gets; auto is 48h, or whatever it asks for",
             .max = 31 * day_ms,
             .zero = "auto",
             .live = true});
    setting("failover_after", route.failover_after,
            {.help = "A message that has waited so long for one carrier goes to the next that is "
                     "up; never: as long as its carrier is up",
             .max = 31 * day_ms,
             .zero = "never",
             .live = true});
}

template <typename Setting>
void describe(OperatorTable& table, Setting& setting) {
    setting("file", table.file,
            {.help = "Lines of prefix,operator or number,operator, each with its +, relative to "
                     "this file; the longest that a number begins with counts. Empty: there is "
                     "none. Read again when it changes",
             .max = 4'096,
             .shape = Shape::file});
    setting(
        "poll_every", table.poll_every,
        {.help = "From one look whether it has changed to the next", .min = 100, .max = hour_ms});
}

template <typename Setting>
void describe(AccountSmpp& smpp, Setting& setting) {
    setting("system_id", smpp.system_id,
            {.help = "With which the account binds to our SMPP server", .max = 15, .live = true});
    setting("password", smpp.password,
            {.help = "For the account's bind", .max = 8, .secret = true, .live = true});
}

template <typename Setting>
void describe(Account& account, Setting& setting) {
    setting("id", account.id,
            {.help = "The customer's name in logs and metrics",
             .min = 1,
             .max = 32,
             .shape = Shape::identifier,
             .required = true});
    setting("brand", account.brand,
            {.help = "On whose behalf it sends", .shape = Shape::reference, .required = true});
    setting("weight", account.weight,
            {.help = "Its share where accounts wait for the same carrier: 2 gets twice what 1 gets",
             .min = 1,
             .max = 1'000});
    setting("api_keys", account.api_keys,
            {.help = "For the API, as written or as sha256:<64 hex digits>; 8 octets or more",
             .min = 8,
             .max = 256,
             .secret = true,
             .live = true});
    setting("operator", account.is_operator,
            {.help = "Its keys see the messages of all accounts and what goes over the links",
             .live = true});
    setting("smpp", account.smpp, {.help = "For accounts that speak SMPP"});
}

template <typename Setting>
void describe(Config& config, Setting& setting) {
    setting("node", config.node, {.help = "This machine"});
    setting("http", config.http, {.help = "The HTTP side"});
    setting("smpp", config.smpp, {.help = "The SMPP server, for accounts"});
    setting("carriers", config.carriers, {.help = "Companies that we bind to", .live = true});
    setting("brands", config.brands,
            {.help = "Legal senders; consent is kept per brand", .live = true});
    setting("operator_table", config.operator_table,
            {.help = "Whose number is whose: for routes by operator, where numbers are ported"});
    setting("routes", config.routes,
            {.help = "Which carriers serve which messages. Of the routes that fit one, that wins "
                     "which has the longest prefix (for a route with operators, the row of the "
                     "operator table if that is longer), then the one with the most other "
                     "conditions, then the first",
             .live = true});
    setting("accounts", config.accounts, {.help = "Customers of ours", .live = true});
}

/// A part with a describe() list of its own, as opposed to a single value.
struct AnySetting {
    template <typename Field>
    void operator()(std::string_view, Field&, const About&) {}
};
template <typename Part>
concept Described = requires(Part& part, AnySetting& setting) {
    describe(part, setting);
};

}  // namespace parley::config
