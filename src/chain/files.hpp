// Text files, and approvals among them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "session/approval.hpp"

namespace valetkey {

inline constexpr std::size_t kLargestFile = 16u << 20u;  // bytes

// Errors: file_read. `-` is standard input.
Result<std::string> read_text(const std::filesystem::path& path);

// All of it or nothing: a file beside it takes the name. `-` is standard output. Error: file_write.
Result<void> write_text(const std::filesystem::path& path, std::string_view text);

// The message of an error names the file.
Result<Approval> read_approval(const std::filesystem::path& path);

}  // namespace valetkey
