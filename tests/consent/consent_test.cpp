// What the owner signs is what is enforced: the contract's hash, ours and viem's are one, and nothing of a session is left out of it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "evm/abi_codec.hpp"
#include "evm/abi_type.hpp"
#include "node.hpp"
#include "protocol/contract.hpp"
#include "random_rules.hpp"
#include "random_session.hpp"
#include "session/encoding.hpp"
#include "session/typed_data.hpp"
#include "session_file/session_file.hpp"

namespace valetkey::testing {
namespace {

using nlohmann::json;

constexpr std::size_t kRandomSessions = 300;
constexpr std::size_t kRichSessions = 200;  // with rules on dynamic arguments, calls inside calls, batch rules, policies
constexpr std::size_t kSampled = 24;    // edits of each random session
constexpr std::size_t kWholeRich = 3;   // of which every bit is flipped
constexpr std::size_t kBatch = 400;
constexpr Seconds kNow = 1'795'251'600;  // 2026-11-21 09:00:00 UTC
constexpr ChainId kChain{8453};

struct Named {
  std::string name;
  PlacedSession placed;
};

struct Described {
  std::optional<Refusal> refusal;
  SessionId id;
  Hash hash;
};

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(VALETKEY_TEST_ROOT "/examples/") + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

PlacedSession example(const std::string& name, const Address& validator) {
  const std::string text = file_text(name);
  SessionFileOptions options;
  options.path = name;
  for (const char* variable : {"user", "player"}) {
    if (text.find(std::string("${") + variable + "}") != std::string::npos) {
      options.variables[variable] = {"0xacc0000000000000000000000000000000000001", "--set"};
    }
  }
  options.find_key = [](std::string_view key) -> Result<Address> {
    Address address = "0xb070000000000000000000000000000000000000"_address;
    for (std::size_t i = 0; i < key.size(); ++i) address.bytes[2 + i % 18] ^= static_cast<std::uint8_t>(static_cast<unsigned char>(key[i]) + i);
    return address;
  };
  options.read_file = [](std::string_view path) -> Result<std::string> { return file_text(std::string(path)); };
  const auto draft = read_session_file(text, options);
  if (!draft) throw std::runtime_error(name + ": " + to_string(draft.error()));
  auto built = build_session(*draft, {.now = kNow, .epoch = 0x51c3, .serial = 7301, .validator = validator});
  if (!built) throw std::runtime_error(name + ": " + to_string(built.error()));
  built->placed.place.chain = kChain;
  return built->placed;
}

class Consent : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    node_ = std::make_unique<Node>(kChain);
    validator_ = node_->deploy("Valetkey");
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(VALETKEY_TEST_ROOT "/examples")) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".yaml") && !name.ends_with(".test.yaml")) names.insert(name);
    }
    for (const std::string& name : names) examples_.push_back({name, example(name, validator_)});
    Random random(1);
    for (std::size_t i = 0; i < kRandomSessions; ++i) {
      const SessionPlace place{kChain, random.address(), validator_};
      random_.push_back({"random session " + std::to_string(i), {random_session(random, place), place}});
    }
    for (std::size_t i = 0; i < kRichSessions; ++i) {
      const SessionPlace place{kChain, random.address(), validator_};
      random_.push_back({"random rich session " + std::to_string(i), {random_rich_session(random, place), place}});
    }
  }
  static void TearDownTestSuite() { node_.reset(); }

  static std::vector<Named> all() {
    std::vector<Named> list = examples_;
    list.insert(list.end(), random_.begin(), random_.end());
    return list;
  }

  static std::vector<Described> describe(const Address& account, std::span<const Bytes> sessions) {
    static const AbiFunction function = *parse_function("describe(address,bytes)");
    std::vector<Described> answers;
    for (std::size_t start = 0; start < sessions.size(); start += kBatch) {
      std::vector<json> requests;
      for (const Bytes& full : sessions.subspan(start, std::min(kBatch, sessions.size() - start))) {
        const std::vector<Value> arguments{account, full};
        requests.push_back({{{"to", to_hex(validator_)}, {"data", to_hex(*build_call(function, arguments))}, {"gas", "0xe00000"}}, "latest"});
      }
      for (const json& answer : node_->ask_all("eth_call", requests)) answers.push_back(read(answer));
    }
    return answers;
  }

  // viem's hashes, and whether every leaf of every message matters where `leaves` is asked for.
  static std::vector<std::string> viem(const std::vector<std::string>& typed_data, bool leaves) {
    std::array<char, 32> path{"/tmp/valetkey-consent-XXXXXX"};
    const int file = mkstemp(path.data());
    EXPECT_GE(file, 0);
    {
      std::ofstream out(path.data());
      for (const std::string& one : typed_data) out << one << "\n";
    }
    const std::string command = std::string("node " VALETKEY_TEST_ROOT "/tests/consent/hash.mjs ") + path.data() + (leaves ? " --leaves" : "");
    FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer;
    for (std::size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) != 0;) text.append(buffer.data(), size);
    EXPECT_EQ(pclose(pipe), 0) << "tests/consent/hash.mjs";
    std::filesystem::remove(path.data());
    std::vector<std::string> hashes;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) hashes.push_back(line);
    return hashes;
  }

  static Hash approval_digest_on_chain(std::span<const Hash> hashes) {
    static const AbiFunction function = *parse_function("approvalDigest(bytes32[])");
    Value::List list;
    for (const Hash& hash : hashes) list.push_back(hash);
    const std::vector<Value> arguments{Value(std::move(list))};
    return read_fixed<Hash>(node_->client().read(validator_, *build_call(function, arguments)).value());
  }

  // Every edit is refused, or has another id and another hash. `seen` holds what has that hash.
  static void expect_other_hashes(const Named& named, const std::vector<Bytes>& edited, std::map<Hash, Bytes>& seen) {
    const Bytes full = encode_session(named.placed.session);
    const std::vector<Described> answers = describe(named.placed.place.account, edited);
    std::size_t refused = 0;
    for (std::size_t i = 0; i < edited.size(); ++i) {
      if (answers[i].refusal) {
        ++refused;
        continue;
      }
      const auto [found, fresh] = seen.emplace(answers[i].hash, edited[i]);
      EXPECT_EQ(found->second, edited[i]) << named.name << ": two encodings of one message, " << to_hex(found->second) << " and " << to_hex(edited[i]);
    }
    EXPECT_LT(refused, edited.size()) << named.name;
  }

  static std::unique_ptr<Node> node_;
  static Address validator_;
  static std::vector<Named> examples_;
  static std::vector<Named> random_;

 private:
  static Described read(const json& answer) {
    Described described;
    if (answer.contains("result")) {
      const Bytes bytes = parse_hex(answer["result"].get<std::string>()).value();
      if (bytes.size() != 64) throw std::runtime_error(answer.dump());
      described.id = read_fixed<SessionId>(bytes);
      described.hash = read_fixed<Hash>(ByteView(bytes).subspan(32));
      return described;
    }
    described.refusal = decode_refused(parse_hex(answer.at("error").value("data", "0x")).value_or(Bytes{}));
    if (!described.refusal) throw std::runtime_error(answer.dump());
    return described;
  }
};

std::unique_ptr<Node> Consent::node_;
Address Consent::validator_;
std::vector<Named> Consent::examples_;
std::vector<Named> Consent::random_;

// Seen of one session: its own encoding to begin with.
std::map<Hash, Bytes> own_hash(const Named& named) {
  return {{session_struct_hash(named.placed.session, named.placed.place), encode_session(named.placed.session)}};
}

TEST_F(Consent, TheContractsHashIsOursAndTheWallets) {
  ASSERT_GE(examples_.size(), 8u);
  std::vector<std::string> typed_data;
  std::vector<std::string> digests;
  for (const Named& named : all()) {
    const auto& [session, place] = named.placed;
    const Described described = describe(place.account, std::vector<Bytes>(1, encode_session(session))).front();
    ASSERT_FALSE(described.refusal) << named.name << " " << refusal_name(described.refusal->code);
    EXPECT_EQ(described.id, session_id(session)) << named.name;
    const Hash hash = session_struct_hash(session, place);
    EXPECT_EQ(described.hash, hash) << named.name;
    const Hash digest = approval_digest(std::span(&hash, 1), validator_);
    EXPECT_EQ(approval_digest_on_chain(std::span(&hash, 1)), digest) << named.name;
    typed_data.push_back(approval_typed_data_json(std::span(&named.placed, 1)));
    digests.push_back(to_hex(digest));
  }
  EXPECT_EQ(viem(typed_data, false), digests);
}

TEST_F(Consent, ApprovalsOfSeveralSessions) {
  std::vector<std::string> typed_data;
  std::vector<std::string> digests;
  for (const std::size_t count : {2u, 3u, 16u}) {
    std::vector<PlacedSession> sessions;
    std::vector<Hash> hashes;
    for (std::size_t i = 0; i < count; ++i) {
      PlacedSession placed = random_.at(count * 10 + i).placed;
      placed.place.chain.value += i;
      hashes.push_back(session_struct_hash(placed.session, placed.place));
      sessions.push_back(placed);
    }
    digests.push_back(to_hex(approval_digest_on_chain(hashes)));
    typed_data.push_back(approval_typed_data_json(sessions));
  }
  EXPECT_EQ(viem(typed_data, false), digests);
}

TEST_F(Consent, EveryLeafOfTheMessageMatters) {
  std::vector<std::string> typed_data;
  for (const Named& named : examples_) typed_data.push_back(approval_typed_data_json(std::span(&named.placed, 1)));
  for (std::size_t i = 0; i < 12; ++i) {
    typed_data.push_back(approval_typed_data_json(std::span(&random_[i].placed, 1)));
    typed_data.push_back(approval_typed_data_json(std::span(&random_[kRandomSessions + i].placed, 1)));
  }
  EXPECT_EQ(viem(typed_data, true).size(), typed_data.size());
}

TEST_F(Consent, EveryBitOfTheExamplesAndOfSomeRichSessionsIsRefusedOrShown) {
  std::vector<Named> whole = examples_;
  whole.insert(whole.end(), random_.begin() + kRandomSessions, random_.begin() + kRandomSessions + kWholeRich);
  for (const Named& named : whole) {
    const Bytes full = encode_session(named.placed.session);
    std::vector<Bytes> edited;
    for (std::size_t bit = 0; bit < 8 * full.size(); ++bit) {
      Bytes copy = full;
      copy[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      edited.push_back(std::move(copy));
    }
    auto seen = own_hash(named);
    expect_other_hashes(named, edited, seen);
  }
}

TEST_F(Consent, BitsBytesAndLengthsOfRandomSessionsAreRefusedOrShown) {
  Random random(2);
  for (const Named& named : random_) {
    const Bytes full = encode_session(named.placed.session);
    std::set<Bytes> edited;
    while (edited.size() < kSampled) {
      Bytes copy = full;
      const auto at = [&] { return random.below(copy.size()); };
      const auto pair = [&] { return at(); };
      switch (random.below(5)) {
        case 0: copy[at()] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
        case 1: copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(at()), static_cast<std::uint8_t>(random.chance(50) ? 0 : random.bits())); break;
        case 2: copy.erase(copy.begin() + static_cast<std::ptrdiff_t>(at())); break;
        case 3: std::swap(copy[pair()], copy[pair()]); break;
        default:  // a length and what it measures
          const std::size_t i = at();
          ++copy[i];
          copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(random.below(std::min<std::size_t>(copy.size() - i, 40)) + i + 1), 0);
          break;
      }
      if (copy != full) edited.insert(std::move(copy));
    }
    auto seen = own_hash(named);
    const std::vector<Bytes> list(edited.begin(), edited.end());
    const std::vector<Described> answers = describe(named.placed.place.account, list);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (answers[i].refusal) continue;
      const auto [found, fresh] = seen.emplace(answers[i].hash, list[i]);
      EXPECT_EQ(found->second, list[i]) << named.name << ": two encodings of one message, " << to_hex(found->second) << " and " << to_hex(list[i]);
    }
  }
}

TEST_F(Consent, NoTwoSessionsShareTypedData) {
  std::map<std::string, std::string> seen;
  for (const Named& named : all()) {
    const auto [found, fresh] = seen.emplace(approval_typed_data_json(std::span(&named.placed, 1)), named.name);
    EXPECT_TRUE(fresh) << named.name << " and " << found->second;
  }
}

}  // namespace
}  // namespace valetkey::testing
