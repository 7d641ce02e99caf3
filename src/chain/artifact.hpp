// Compiled contracts as tools/artifacts.mjs writes them: NAME.json.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "evm/types.hpp"

namespace valetkey {

struct Artifact {
  Bytes creation_code;
  Hash salt;  // for the deterministic deployer; zero where the file has none
};

// Errors: artifact_missing, artifact_form.
Result<Artifact> read_artifact(const std::filesystem::path& folder, std::string_view name);

}  // namespace valetkey
