// How a JSON-RPC request gets to a node and its answer back.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace valetkey {

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // The body of the answer to one POST of `body`.
  virtual Result<std::string> post(const std::string& body) = 0;
};

struct HttpOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};      // of one request, from the first byte to the last
  std::size_t most_answer = 32u * 1024u * 1024u;  // bytes; a longer answer is an error
};

// One connection, kept open between requests. Not thread-safe.
// Errors: rpc_url (not http or https), rpc_unreachable, rpc_timeout, rpc_too_long, rpc_http_status. None of them tells
// more of the address than redact_url does.
class HttpTransport final : public Transport {
 public:
  explicit HttpTransport(std::string url, HttpOptions options = {});
  ~HttpTransport() override;

  Result<std::string> post(const std::string& body) override;

 private:
  std::string url_;
  HttpOptions options_;
  void* curl_;
};

// Scheme, host and port; what providers put their keys into (user, path, query) becomes `…`.
std::string redact_url(std::string_view url);

}  // namespace valetkey
