#include "base/result.hpp"

namespace valetkey {

std::string to_string(const Error& error) {
  return error.fix.empty() ? error.message : error.message + '\n' + error.fix;
}

}  // namespace valetkey
