// Inputs to begin with, made from the model, so that they are whole however the encodings change. Texts are in corpus/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace valetkey::fuzz {

// Empty for targets whose seeds are files.
std::vector<std::string> seeds_of(std::string_view target);

}  // namespace valetkey::fuzz
