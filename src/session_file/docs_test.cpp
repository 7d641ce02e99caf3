// docs/session-files.md compiles, and docs/session-file.schema.json knows the reader's keys and takes every good file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "session_file/case_file.hpp"
#include "session_file/test_files.hpp"
#include "session_file/vocabulary.hpp"
#include "session_file/yaml.hpp"

namespace valetkey {
namespace {

using namespace test;
using nlohmann::json;
using session_file::Node;

struct Snippet {
  std::string kind;  // of the fence: "yaml", "yaml part", "yaml wrong", "text"
  std::string text;
};

std::vector<Snippet> snippets() {
  std::vector<Snippet> found;
  std::istringstream lines(repository_file("docs/session-files.md"));
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) found.push_back({line.substr(3), ""});
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

// The top-level keys of a file, each with its lines.
std::vector<std::pair<std::string, std::string>> sections(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(' ')) found.emplace_back(line.substr(0, line.find(':')), "");
    found.back().second += line + "\n";
  }
  return found;
}

// A part of a file in place of the same keys of a whole one; keys that the whole one lacks come last.
std::string completed(const std::string& part) {
  auto whole = sections(R"yaml(valetkey: 1
chain: base
account: 0xacc0000000000000000000000000000000000001
keys: [bot]
from: now
until: 2027-12-31 00:00:00 UTC
contracts:
  usdc: {address: 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913, token: USDC, decimals: 6}
  weth: {address: 0x4200000000000000000000000000000000000006, token: WETH, decimals: 18, abi: ["function deposit() payable"]}
  router: {address: 0x2626664c2603336E57B271c5C0b26F421741e481}
  merchant: {address: 0x5e11e70000000000000000000000000000000001}
  forum: {address: 0xf0a0000000000000000000000000000000000001}
  sponsor: {address: 0x9a57e70000000000000000000000000000000002}
permissions:
  - any_function_of: forum
gas: {price: 2 gwei, fees: 0.01 ETH}
)yaml");
  std::string result;
  auto parts = sections(part);
  std::erase_if(whole, [&](const auto& section) {
    return std::ranges::any_of(parts, [&](const auto& other) { return other.first == section.first; });
  });
  for (const auto& [key, text] : whole) result += text;
  for (const auto& [key, text] : parts) result += text;
  return result;
}

SessionFileOptions options_for(const std::string& text) {
  Variables variables;
  for (const auto& [name, value] : {std::pair("user", to_hex(kAccount)),
                                    {"player", to_hex(kAccount)},
                                    {"merchant", std::string("router")},
                                    {"most", std::string("12.5")}}) {
    if (text.find("${" + std::string(name) + "}") != text.npos) variables[name] = {value, "--set"};
  }
  return options("session.yaml", variables);
}

TEST(Docs, EverySnippetCompiles) {
  std::size_t good = 0;
  std::size_t wrong = 0;
  const auto all = snippets();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Snippet& snippet = all[i];
    if (snippet.kind == "text") continue;
    if (snippet.kind == "yaml test") {
      const auto cases = read_case_file(snippet.text, "session.test.yaml");
      EXPECT_TRUE(cases) << (cases ? "" : to_string(cases.error()));
      continue;
    }
    const std::string text = snippet.kind == "yaml" ? snippet.text : completed(snippet.text);
    const auto built = compile(text, options_for(text));
    if (snippet.kind == "yaml wrong") {
      ++wrong;
      ASSERT_LT(i + 1, all.size());
      ASSERT_EQ(all[i + 1].kind, "text");
      ASSERT_FALSE(built) << text;
      EXPECT_EQ(to_string(built.error()) + "\n", all[i + 1].text) << text;
    } else {
      ++good;
      ASSERT_TRUE(snippet.kind == "yaml" || snippet.kind == "yaml part") << snippet.kind;
      EXPECT_TRUE(built) << (built ? "" : to_string(built.error())) << "\n" << text;
    }
  }
  EXPECT_GE(good, 9u);
  EXPECT_GE(wrong, 3u);
}

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.at("properties").items()) keys.insert(key);
  return keys;
}

std::set<std::string> set_of(std::span<const std::string_view> keys) {
  return {keys.begin(), keys.end()};
}

json schema() {
  return json::parse(repository_file("docs/session-file.schema.json"));
}

TEST(Schema, KnowsTheKeysOfTheReader) {
  const json root = schema();
  const json& definitions = root.at("definitions");
  EXPECT_EQ(keys_of(root), set_of(session_file::kSessionKeys));
  EXPECT_EQ(keys_of(definitions.at("keys").at("anyOf").at(1)), set_of(session_file::kKeysKeys));
  EXPECT_EQ(keys_of(definitions.at("contract")), set_of(session_file::kContractKeys));
  EXPECT_EQ(keys_of(definitions.at("gas").at("anyOf").at(1)), set_of(session_file::kGasKeys));
  EXPECT_EQ(keys_of(definitions.at("permission")), set_of(session_file::kPermissionKeys));
  EXPECT_EQ(keys_of(definitions.at("value").at("anyOf").at(2)), set_of(session_file::kValueKeys));
  EXPECT_EQ(keys_of(definitions.at("rule").at("anyOf").at(1)), set_of(session_file::kRuleKeys));
  EXPECT_EQ(keys_of(definitions.at("rule").at("anyOf").at(3)), set_of(session_file::kInsideKeys));
  EXPECT_EQ(keys_of(definitions.at("batchRule")), set_of(session_file::kBatchKeys));
  EXPECT_EQ(keys_of(definitions.at("policy")), set_of(session_file::kPolicyKeys));
}

// As an editor reads YAML: plain numbers and booleans have types.
json to_json(const Node& node) {
  if (node.is_list()) {
    json list = json::array();
    for (const Node& item : node.items) list.push_back(to_json(item));
    return list;
  }
  if (node.is_map()) {
    json map = json::object();
    for (const auto& [key, value] : node.entries) map[key.text] = to_json(value);
    return map;
  }
  if (std::regex_match(node.text, std::regex("-?[0-9]{1,18}"))) return std::stoll(node.text);
  if (node.text == "true" || node.text == "false") return node.text == "true";
  return node.text;
}

// The part of JSON Schema that the file uses. Returns the path of the first disagreement, or nothing.
class Validator {
 public:
  explicit Validator(json root) : root_(std::move(root)) {}
  std::optional<std::string> check(const json& value) const { return check(root_, value, ""); }

 private:
  static bool has_type(const json& value, const std::string& type) {
    return (type == "string" && value.is_string()) || (type == "integer" && value.is_number_integer()) ||
           (type == "boolean" && value.is_boolean()) || (type == "array" && value.is_array()) ||
           (type == "object" && value.is_object());
  }

  std::optional<std::string> check(const json& schema, const json& value, const std::string& path) const {
    static const std::set<std::string> kKnown{"$schema",
                                              "title",
                                              "description",
                                              "definitions",
                                              "$ref",
                                              "type",
                                              "const",
                                              "enum",
                                              "pattern",
                                              "minLength",
                                              "minimum",
                                              "maximum",
                                              "items",
                                              "minItems",
                                              "maxItems",
                                              "properties",
                                              "additionalProperties",
                                              "propertyNames",
                                              "required",
                                              "minProperties",
                                              "maxProperties",
                                              "dependencies",
                                              "anyOf",
                                              "oneOf",
                                              "allOf"};
    const auto size_within = [&](const char* least, const char* most, std::size_t size) {
      return size >= schema.value(least, std::size_t{0}) && size <= schema.value(most, ~std::size_t{0});
    };
    for (const auto& [word, rule] : schema.items()) {
      if (!kKnown.contains(word)) return path + ": the test does not know `" + word + "`";
      if (word == "$ref") {
        if (auto wrong = check(root_.at(json::json_pointer(rule.get<std::string>().substr(1))), value, path))
          return wrong;
      } else if (word == "type") {
        const auto types =
            rule.is_array() ? rule.get<std::vector<std::string>>() : std::vector{rule.get<std::string>()};
        if (std::ranges::none_of(types, [&](const std::string& type) { return has_type(value, type); }))
          return path + ": type";
      } else if (word == "const" && value != rule) {
        return path + ": const";
      } else if (word == "enum" && std::ranges::find(rule, value) == rule.end()) {
        return path + ": enum";
      } else if (word == "pattern" && value.is_string() &&
                 !std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()))) {
        return path + ": pattern";
      } else if (word == "minLength" && value.is_string() &&
                 value.get<std::string>().size() < rule.get<std::size_t>()) {
        return path + ": minLength";
      } else if ((word == "minimum" && value.is_number() && value < rule) ||
                 (word == "maximum" && value.is_number() && value > rule)) {
        return path + ": range";
      } else if (word == "required" && value.is_object()) {
        for (const json& key : rule) {
          if (!value.contains(key.get<std::string>())) return path + ": required " + key.get<std::string>();
        }
      } else if (word == "dependencies" && value.is_object()) {
        for (const auto& [key, needed] : rule.items()) {
          for (const json& other : needed) {
            if (value.contains(key) && !value.contains(other.get<std::string>())) return path + ": dependencies";
          }
        }
      } else if (word == "anyOf" || word == "oneOf" || word == "allOf") {
        std::size_t fitting = 0;
        for (const json& option : rule) {
          if (!check(option, value, path)) ++fitting;
        }
        if (word == "anyOf" ? fitting == 0 : fitting != (word == "oneOf" ? 1 : rule.size())) return path + ": " + word;
      }
    }
    if (value.is_array()) {
      if (!size_within("minItems", "maxItems", value.size())) return path + ": items";
      for (std::size_t i = 0; schema.contains("items") && i < value.size(); ++i) {
        if (auto wrong = check(schema.at("items"), value[i], path + "/" + std::to_string(i))) return wrong;
      }
    }
    if (!value.is_object()) return std::nullopt;
    if (!size_within("minProperties", "maxProperties", value.size())) return path + ": properties";
    for (const auto& [key, member] : value.items()) {
      const std::string below = path + "/" + key;
      if (schema.contains("propertyNames") && check(schema.at("propertyNames"), key, below)) return below + ": name";
      if (schema.contains("properties") && schema.at("properties").contains(key)) {
        if (auto wrong = check(schema.at("properties").at(key), member, below)) return wrong;
      } else if (schema.contains("additionalProperties")) {
        const json& rest = schema.at("additionalProperties");
        if (rest.is_boolean() && !rest.get<bool>()) return below + ": unknown";
        if (rest.is_object()) {
          if (auto wrong = check(rest, member, below)) return wrong;
        }
      }
    }
    return std::nullopt;
  }

  json root_;
};

std::optional<std::string> disagreement(const std::string& text) {
  return Validator(schema()).check(to_json(session_file::parse_yaml(text)));
}

TEST(Schema, TakesEveryExampleAndSnippet) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VALETKEY_SOURCE_DIR "/examples")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yaml") || name.ends_with(".test.yaml")) continue;
    ++files;
    EXPECT_EQ(disagreement(repository_file("examples/" + name)), std::nullopt) << name;
  }
  EXPECT_GE(files, 8u);
  for (const Snippet& snippet : snippets()) {
    if (snippet.kind != "yaml" && snippet.kind != "yaml part") continue;
    EXPECT_EQ(disagreement(snippet.kind == "yaml" ? snippet.text : completed(snippet.text)), std::nullopt)
        << snippet.text;
  }
}

TEST(Schema, RefusesWhatItCanSee) {
  const std::string good =
      completed("permissions:\n  - {call: usdc.transfer, where: {to: any, value: {at_most: 5 USDC}}}\n");
  EXPECT_EQ(disagreement(good), std::nullopt);
  const auto with = [&](const std::string& part) { return disagreement(completed(part)); };
  EXPECT_EQ(with("limit: {}\n"), "/limit: unknown");
  EXPECT_TRUE(with("for: 3d\n"));  // and until
  EXPECT_TRUE(with("from: 2026-12-01\n"));
  EXPECT_TRUE(with("keys: [a, b]\n"));
  EXPECT_TRUE(with("gas: {price: 2 gwei}\n"));
  EXPECT_TRUE(with("limits: {paid: 10 USDC per month}\n"));
  EXPECT_TRUE(with("permissions: []\n"));
  EXPECT_TRUE(with("permissions: [{call: a.b, exact: a.b()}]\n"));
  EXPECT_TRUE(with("permissions: [{call: a.b, where: {x: {at_moist: 5}}}]\n"));
  EXPECT_TRUE(with("contracts: {usdc: {address: 0x01, token: USDC}}\n"));
}

}  // namespace
}  // namespace valetkey
