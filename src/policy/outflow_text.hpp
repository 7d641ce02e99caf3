// One figure of an exposure in words. For the folder's own use.
#pragma once

#include <string>

#include "policy/explain.hpp"
#include "policy/names.hpp"

namespace valetkey {

// `usdc: at most 360 USDC in total, until 2027-…; 30 USDC per 30 days, 12 times`
std::string outflow_text(const Outflow& outflow, const NameBook& book, const Session& session);

std::string_view outflow_name(Outflow::Kind kind);

// The unit of its amounts.
std::optional<Unit> outflow_unit(const Outflow& outflow, const NameBook& book);

}  // namespace valetkey
