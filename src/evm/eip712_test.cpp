#include "evm/eip712.hpp"

#include <gtest/gtest.h>

namespace valetkey {
namespace {

// The example of EIP-712.
constexpr std::string_view kMail =
    R"({"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],"Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},"primaryType":"Mail","domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},"message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},"to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}})";

TEST(Eip712, TheStandardsExample) {
  const auto data = parse_typed_data(kMail);
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(encode_type_text(data->types, "Mail").value(),
            "Mail(Person from,Person to,string contents)Person(string name,address wallet)");
  EXPECT_EQ(domain_separator(data->domain), "0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"_hash);
  EXPECT_EQ(hash_struct(data->types, "Mail", data->message).value(),
            "0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"_hash);
  EXPECT_EQ(typed_data_digest(*data).value(),
            "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"_hash);
}

// Every kind of type: a recursive struct, nested arrays, signed and fixed bytes.
constexpr std::string_view kRootTypes =
    R"("types":{"Node":[{"name":"label","type":"string"},{"name":"children","type":"Node[]"},{"name":"blob","type":"bytes"}],"Root":[{"name":"node","type":"Node"},{"name":"delta","type":"int64"},{"name":"flags","type":"bool[2]"},{"name":"tag","type":"bytes4"},{"name":"grid","type":"uint16[][2]"},{"name":"who","type":"address"}]})";
constexpr std::string_view kRootMessage =
    R"("message":{"node":{"label":"a","children":[{"label":"b","children":[],"blob":"0x"}],"blob":"0x01ff"},"delta":-5,"flags":[true,false],"tag":"0xdeadbeef","grid":[["1",2],[]],"who":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"})";
constexpr std::string_view kRootDomain =
    R"("domain":{"name":"x","version":"2","chainId":"0x2105","verifyingContract":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","salt":"0x1111111111111111111111111111111111111111111111111111111111111111"})";

std::string root_json(std::string_view message = kRootMessage) {
  return '{' + std::string(kRootTypes) + R"(,"primaryType":"Root",)" + std::string(kRootDomain) + ',' +
         std::string(message) + '}';
}

// Digest computed with viem 2.57.
TEST(Eip712, EveryKindOfType) {
  const auto data = parse_typed_data(root_json());
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(typed_data_digest(*data).value(),
            "0x99420a51ed16afc74addaefcba1ac80e7800d2bd0ead8a8037385ad3960cef2c"_hash);
}

TEST(Eip712, DomainHasOnlyTheFieldsThatAreSet) {
  auto data = parse_typed_data(root_json()).value();
  const Value node = (*data.message.list())[0];
  const TypedData small{{.name = "only"}, data.types, "Node", node};
  EXPECT_EQ(typed_data_digest(small).value(),
            "0xbea7c4e86dd30dc8cbdbb791270e7b9506881c0cc339b4b15737bc5a7f180010"_hash);
}

TEST(Eip712Json, OneForm) {
  const auto mail = parse_typed_data(kMail).value();
  EXPECT_EQ(to_json(mail).value(), kMail);
  const auto root = parse_typed_data(root_json()).value();
  const std::string json = to_json(root).value();
  EXPECT_EQ(parse_typed_data(json).value(), root);
  EXPECT_EQ(to_json(parse_typed_data(json).value()).value(), json);
  EXPECT_NE(json.find(R"("chainId":8453,)"), std::string::npos);
  EXPECT_NE(json.find(R"("delta":"-5","flags":[true,false],"tag":"0xdeadbeef","grid":[["1","2"],[]])"),
            std::string::npos);
}

TEST(Eip712Json, EscapesText) {
  const TypedData data{{.name = "q\"\\\n\x01"}, {{"T", {{"t", "string"}}}}, "T", Value::List{"é\t"}};
  const std::string json = to_json(data).value();
  EXPECT_NE(json.find(R"("name":"q\"\\\n\u0001")"), std::string::npos);
  EXPECT_NE(json.find(R"("t":"é\t")"), std::string::npos);
  EXPECT_EQ(parse_typed_data(json).value(), data);
  const TypedData bad{{}, data.types, "T", Value::List{"\xff"}};
  EXPECT_EQ(to_json(bad).error().code, "typed_data_value");
}

std::string with(std::string_view from, std::string_view to, std::string_view json = kMail) {
  std::string changed(json);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return changed.replace(at, from.size(), to);
}

std::string code_of(const std::string& json) {
  const auto data = parse_typed_data(json);
  return data ? "ok" : std::string(data.error().code);
}

TEST(Eip712Json, RefusesWhatIsNotExact) {
  EXPECT_EQ(code_of("nope"), "json_syntax");
  EXPECT_EQ(code_of("[]"), "json_syntax");
  EXPECT_EQ(code_of("{}"), "typed_data_json");
  EXPECT_EQ(code_of(with(R"("primaryType":"Mail")", R"("primaryType":"Male")")), "typed_data_json");
  EXPECT_EQ(code_of(with(R"({"name":"version","type":"string"},)", "")), "typed_data_json");
  EXPECT_EQ(code_of(with(R"("chainId":1)", R"("chainId":1.5)")), "typed_data_json");
  EXPECT_EQ(code_of(with(R"("version":"1")", R"("version":1)")), "typed_data_json");
  EXPECT_EQ(code_of(with(R"("contents":"Hello, Bob!")", R"("contents":"a","x":1)")), "typed_data_value");
  EXPECT_EQ(code_of(with(R"("contents":"Hello, Bob!")", R"("contents":"a","contents":"b")")), "typed_data_value");
  EXPECT_EQ(code_of(with(R"(,"contents":"Hello, Bob!")", "")), "typed_data_value");
  EXPECT_EQ(code_of(with(R"("contents":"Hello, Bob!")", R"("contents":7)")), "typed_data_value");
  EXPECT_EQ(code_of(with(R"("wallet":"0xCD2a)", R"("wallet":"0xCd2a)")), "typed_data_value");
  EXPECT_EQ(code_of(with(R"("type":"Person"},{"name":"to")", R"("type":"Persona"},{"name":"to")")), "typed_data_type");
  EXPECT_EQ(code_of(with(R"({"name":"contents","type":"string"})", R"({"name":"contents","type":"uint"})")),
            "typed_data_type");
  const std::string root = root_json();
  EXPECT_EQ(code_of(with("[true,false]", "[true]", root)), "typed_data_value");
  EXPECT_EQ(code_of(with("[true,false]", "[true,0]", root)), "typed_data_value");
  EXPECT_EQ(code_of(with("[true,false]", "[true,\"false\"]", root)), "typed_data_value");
  EXPECT_EQ(code_of(with("0xdeadbeef", "0xdeadbe", root)), "typed_data_value");
  EXPECT_EQ(code_of(with("[[\"1\",2]", "[[\"65536\",2]", root)), "typed_data_value");
}

TEST(Eip712, ValuesNameTheirPlace) {
  const std::vector<TypedStruct> types = {{"T", {{"xs", "uint8[]"}}}};
  const auto hash = hash_struct(types, "T", Value::List{Value(Value::List{1, 256})});
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, "typed_data_value");
  EXPECT_NE(hash.error().message.find("`xs[1]`"), std::string::npos);
  EXPECT_EQ(hash_struct(types, "T", Value::List{}).error().code, "typed_data_value");
  EXPECT_EQ(hash_struct(types, "T", 1).error().code, "typed_data_value");
  EXPECT_EQ(hash_struct(types, "U", Value::List{}).error().code, "typed_data_type");
}

TEST(Eip712, DeepMessagesAreRefused) {
  const std::vector<TypedStruct> types = {{"N", {{"children", "N[]"}}}};
  Value value = Value::List{Value(Value::List{})};
  for (int i = 0; i < 100; ++i) value = Value::List{Value(Value::List{value})};
  EXPECT_EQ(hash_struct(types, "N", value).error().code, "typed_data_depth");
}

}  // namespace
}  // namespace valetkey
