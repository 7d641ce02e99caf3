#include "chain/artifact.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "chain/rpc.hpp"

namespace valetkey {

Result<Artifact> read_artifact(const std::filesystem::path& folder, std::string_view name) {
  const std::filesystem::path path = folder / (std::string(name) + ".json");
  std::ifstream file(path);
  if (!file) {
    return fail("artifact_missing", fmt::format("there is no `{}`", path.string()),
                "compile the contracts with `node tools/artifacts.mjs`, or name their folder with VALETKEY_ARTIFACTS");
  }
  const auto json = nlohmann::json::parse(file, nullptr, false);
  const auto creation = read_bytes(member(json, "creationCode"), "");
  const auto& salt_text = member(json, "salt");
  const auto salt = salt_text.is_null() ? Result<Hash>(Hash{}) : read_hash(salt_text, "");
  if (!creation || !salt) {
    return fail("artifact_form", fmt::format("`{}` is no compiled contract", path.string()),
                "compile the contracts again with `node tools/artifacts.mjs`");
  }
  return Artifact{*creation, *salt};
}

}  // namespace valetkey
