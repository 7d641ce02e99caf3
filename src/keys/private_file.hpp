// Files that only their owner may read, written whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace valetkey {

enum class Overwrite : bool { no, yes };

// Makes the folder and those above it that are missing, with mode 0700. Error: keystore_io.
Result<void> make_private_folders(const std::filesystem::path& folder);

// Into a file beside it, mode 0600, which then takes the name; missing folders are made as above.
// Errors: key_exists (Overwrite::no), keystore_io.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view text, Overwrite overwrite);

// Errors: key_readable (others may read or write it), keystore_io.
Result<std::string> read_private_file(const std::filesystem::path& path);

}  // namespace valetkey
