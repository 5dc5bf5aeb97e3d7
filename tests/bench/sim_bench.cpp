// How many submit_sm a second parley-sim answers on one core: a flood of prebuilt PDUs at a fixed
// window against the built program, which is held on one core while this runs on another. Prints
// one JSON object per run. Run by hand: build/tests/bench/sim_bench [--seconds 5] [--sessions 1]
// [--window 1000]; PARLEY_SIM names the program.

#include "protocol/smpp/codec.h"
#include "tools/support/flags.h"
#include "tools/support/socket.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

namespace parley::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Run {
    std::string name;
    bool receipts = false;
    std::vector<std::string> flags;
};

void hold_on_core(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(core), &set);
    ::sched_setaffinity(0, sizeof set, &set);  // one core only: then they share it
}

std::uint32_t read32(const char* at) {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}
void write32(char* at, std::uint32_t value) {
    value = __builtin_bswap32(value);
    std::memcpy(at, &value, sizeof value);
}

/// The program under test, on the last core.
class Simulator {
public:
    Simulator(const std::string& program, const std::vector<std::string>& flags) {
        int out[2];
        if (::pipe(out) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ == 0) {
            hold_on_core(static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)) - 1);
            ::dup2(out[1], STDOUT_FILENO);
            std::vector<const char*> words{program.c_str(), "--listen", "127.0.0.1:0", "--control",
                                           "127.0.0.1:0"};
            for (const std::string& flag : flags)
                words.push_back(flag.c_str());
            words.push_back(nullptr);
            ::execv(program.c_str(), const_cast<char* const*>(words.data()));
            ::_exit(127);
        }
        ::close(out[1]);
        out_ = out[0];
        const std::string line = read_line();
        const auto at = line.find("127.0.0.1:");
        if (at == std::string::npos) throw std::runtime_error("parley-sim did not start: " + line);
        port_ = static_cast<std::uint16_t>(std::atoi(line.c_str() + at + 10));
    }
    ~Simulator() {
        if (process_ > 0) stop();
        ::close(out_);
    }
    /// As Ctrl-C does it; the submits that its summary says were taken.
    std::uint64_t stop() {
        ::kill(process_, SIGINT);
        std::string summary;
        for (std::string line = read_line(); !line.empty(); line = read_line())
            summary = std::move(line);
        ::waitpid(std::exchange(process_, 0), nullptr, 0);
        constexpr std::string_view word = "\"accepted\":";
        const auto at = summary.find(word);
        if (at == std::string::npos) throw std::runtime_error("no summary: " + summary);
        return std::strtoull(summary.c_str() + at + word.size(), nullptr, 10);
    }
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;
    std::uint16_t port() const { return port_; }
    /// User and system time so far, in seconds (proc(5), fields 14 and 15).
    double cpu_seconds() const {
        std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
        std::string text((std::istreambuf_iterator<char>(file)), {});
        text.erase(0, text.rfind(')') + 2);
        const char* at = text.c_str();
        for (int field = 3; field < 14; ++field)
            at = std::strchr(at, ' ') + 1;
        char* end = nullptr;
        const auto user = std::strtoull(at, &end, 10);
        return static_cast<double>(user + std::strtoull(end, nullptr, 10)) /
               static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

private:
    std::string read_line() const {
        std::string line;
        char c = 0;
        while (::read(out_, &c, 1) == 1 && c != '\n')
            line += c;
        return line;
    }

    pid_t process_ = 0;
    int out_ = -1;
    std::uint16_t port_ = 0;
};

/// One bound session that keeps its window full.
class Flood {
public:
    Flood(std::uint16_t port, std::uint32_t window, bool receipts) : window_(window) {
        const auto address = tools::resolve({"127.0.0.1", port});
        socket_ = tools::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::connect(socket_.get(), address.get(), address.length) != 0)
            throw std::runtime_error("cannot connect: " + tools::reason(errno));
        tools::send_without_delay(socket_);
        smpp::BindTransceiver bind;
        bind.system_id = "bench";
        std::string octets;
        smpp::encode(octets, bind, 1);
        send_all(octets);
        smpp::SubmitSm pdu;
        pdu.source_addr_ton = 1;
        pdu.source_addr = "15550001000";
        pdu.dest_addr_ton = 1;
        pdu.destination_addr = "15557000001";
        pdu.registered_delivery = receipts ? 1 : 0;
        const std::string text(160, 'x');
        pdu.short_message = text;
        smpp::encode(submit_, pdu, 0);
        in_.resize(1 << 20);
        if (::recv(socket_.get(), in_.data(), in_.size(), 0) < 16)
            throw std::runtime_error("no bind_resp");
    }

    int fd() const { return socket_.get(); }
    void fill() {
        for (; open_ < window_; ++open_) {
            const auto at = out_.size();
            out_ += submit_;
            write32(out_.data() + at + 12, ++sequence_);
        }
        if (out_.empty()) return;
        const auto n = ::send(socket_.get(), out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) out_.erase(0, static_cast<std::size_t>(n));
    }
    void read() {
        const auto n = ::recv(socket_.get(), in_.data() + left_, in_.size() - left_, MSG_DONTWAIT);
        if (n == 0) throw std::runtime_error("the simulator closed the connection");
        if (n < 0) return;
        const std::size_t size = left_ + static_cast<std::size_t>(n);
        std::size_t at = 0;
        while (size - at >= 16) {
            const std::uint32_t length = read32(in_.data() + at);
            if (size - at < length) break;
            take(in_.data() + at);
            at += length;
        }
        left_ = size - at;
        std::memmove(in_.data(), in_.data() + at, left_);
    }

    std::uint64_t answered = 0;
    std::uint64_t receipts = 0;
    std::uint64_t refused = 0;

private:
    void take(const char* pdu) {
        const auto command = static_cast<smpp::Command>(read32(pdu + 4));
        if (command == smpp::Command::submit_sm_resp) {
            ++answered;
            --open_;
            if (read32(pdu + 8) != 0) ++refused;
        } else if (command == smpp::Command::deliver_sm) {
            ++receipts;
            const auto at = out_.size();
            out_.resize(at + 17);  // deliver_sm_resp with its empty message_id
            write32(out_.data() + at, 17);
            write32(out_.data() + at + 4,
                    static_cast<std::uint32_t>(smpp::Command::deliver_sm_resp));
            write32(out_.data() + at + 8, 0);
            std::memcpy(out_.data() + at + 12, pdu + 12, 4);
            out_[at + 16] = '\0';
        }
    }
    void send_all(std::string_view octets) const {
        if (::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0)
            throw std::runtime_error("cannot send: " + tools::reason(errno));
    }

    tools::Descriptor socket_;
    std::uint32_t window_;
    std::string submit_;
    std::string out_;
    std::string in_;
    std::size_t left_ = 0;
    std::uint32_t open_ = 0;
    std::uint32_t sequence_ = 1;
};

struct Measured {
    std::uint64_t answered = 0;
    std::uint64_t receipts = 0;
    std::uint64_t refused = 0;
};
Measured sum(const std::vector<Flood>& floods) {
    Measured all;
    for (const Flood& flood : floods) {
        all.answered += flood.answered;
        all.receipts += flood.receipts;
        all.refused += flood.refused;
    }
    return all;
}

void flood_until(std::vector<Flood>& floods, Clock::time_point end) {
    std::vector<pollfd> polls;
    polls.reserve(floods.size());
    for (const Flood& flood : floods)
        polls.push_back({flood.fd(), POLLIN, 0});
    while (Clock::now() < end) {
        for (Flood& flood : floods)
            flood.fill();
        ::poll(polls.data(), polls.size(), 10);
        for (Flood& flood : floods)
            flood.read();
    }
}

void measure(const std::string& program, const Run& run, double seconds, std::uint32_t sessions,
             std::uint32_t window) {
    Simulator simulator(program, run.flags);
    std::vector<Flood> floods;
    floods.reserve(sessions);
    for (std::uint32_t n = 0; n < sessions; ++n)
        floods.emplace_back(simulator.port(), window, run.receipts);
    flood_until(floods,
                Clock::now() + std::chrono::milliseconds(500));  // caches, congestion window
    const Measured before = sum(floods);
    const double cpu_before = simulator.cpu_seconds();
    const auto started = Clock::now();
    flood_until(floods, started + std::chrono::microseconds(static_cast<long>(seconds * 1e6)));
    const double took = std::chrono::duration<double>(Clock::now() - started).count();
    const double cpu = simulator.cpu_seconds() - cpu_before;
    const Measured after = sum(floods);
    // What is still on its way when we look was taken, and not yet read here.
    const std::uint64_t taken = simulator.stop();
    if (taken < after.answered || taken > after.answered + std::uint64_t{sessions} * window)
        throw std::runtime_error("the books disagree: " + std::to_string(taken) + " taken, " +
                                 std::to_string(after.answered) + " answered");
    const auto answered = static_cast<double>(after.answered - before.answered);
    const auto receipts = static_cast<double>(after.receipts - before.receipts);
    std::printf(
        "{\"bench\":\"%s\",\"sessions\":%u,\"window\":%u,\"seconds\":%.2f,"
        "\"submits_per_second\":%.0f,\"receipts_per_second\":%.0f,\"refused\":%llu,"
        "\"simulator_cores\":%.2f}\n",
        run.name.c_str(), sessions, window, took, answered / took, receipts / took,
        static_cast<unsigned long long>(after.refused), cpu / took);
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    double seconds = 5;
    std::uint32_t sessions = 1;
    std::uint32_t window = 1000;
    tools::Flags flags("sim_bench floods parley-sim (PARLEY_SIM, or build/parley-sim)");
    flags.number("seconds", "S", "each run (5)", seconds, 0.1, 600);
    flags.number("sessions", "N", "bound at once (1)", sessions, 1, 1000);
    flags.number("window", "N", "unanswered submits per session (1000)", window, 1, 100'000);
    if (!flags.parse(argc, argv)) {
        std::fputs(flags.help().c_str(), stdout);
        return 0;
    }
    const char* given = std::getenv("PARLEY_SIM");
    const std::string program = given == nullptr ? "build/parley-sim" : given;
    hold_on_core(0);
    measure(program, {"submit_sm, no receipt", false, {}}, seconds, sessions, window);
    measure(program, {"submit_sm, a receipt for each", true, {}}, seconds, sessions, window);
    return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
    try {
        return parley::bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sim_bench: %s\n", error.what());
        return 1;
    }
}
