#include <curl/curl.h>
#include <fmt/format.h>

#include <mutex>

#include "chain/transport.hpp"

namespace valetkey {
namespace {

struct Answer {
  std::string body = {};
  std::size_t most = 0;
  bool too_long = false;
};

std::size_t receive(const char* data, std::size_t, std::size_t size, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  if (size > answer.most - answer.body.size()) {
    answer.too_long = true;
    return 0;
  }
  answer.body.append(data, size);
  return size;
}

Error transfer_error(CURLcode code, const Answer& answer, const std::string& where, const HttpOptions& options) {
  if (answer.too_long) {
    return {"rpc_too_long", fmt::format("the answer of {} is longer than {} bytes", where, options.most_answer),
            "ask for less at once, e.g. fewer blocks of logs"};
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {"rpc_timeout", fmt::format("{} did not answer within {} ms", where, options.timeout.count()),
              "try again, or use another RPC address"};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {"rpc_url", fmt::format("`{}` is not an http or https address", where),
              "write it as https://host/path or http://127.0.0.1:8545"};
    default:
      return {"rpc_unreachable", fmt::format("can't reach {}: {}", where, curl_easy_strerror(code)),
              "check the RPC address and that the node runs"};
  }
}

}  // namespace

HttpTransport::HttpTransport(std::string url, HttpOptions options) : url_(std::move(url)), options_(options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  curl_ = curl_easy_init();
}

HttpTransport::~HttpTransport() {
  curl_easy_cleanup(curl_);
}

Result<std::string> HttpTransport::post(const std::string& body) {
  const std::string where = redact_url(url_);
  if (curl_ == nullptr) return fail("rpc_unreachable", "libcurl can't start", "check the memory of this machine");
  Answer answer{.most = options_.most_answer};
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer);
  const CURLcode code = curl_easy_perform(curl_);
  curl_slist_free_all(headers);
  if (code != CURLE_OK) return fail(transfer_error(code, answer, where, options_));
  long status = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  // Some nodes answer JSON-RPC errors with 4xx and a JSON body: those are read as answers.
  if (status != 200 && !answer.body.starts_with('{')) {
    return fail("rpc_http_status", fmt::format("{} answered with HTTP status {}", where, status),
                status == 401 || status == 403 ? "check the key in the RPC address"
                : status == 429                ? "too many requests: wait, or use another RPC address"
                                               : "check the RPC address");
  }
  return std::move(answer.body);
}

std::string redact_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "the RPC address";
  std::string_view rest = url.substr(scheme + 3);
  const std::size_t path = rest.find_first_of("/?#");
  std::string_view host = rest.substr(0, path);
  const std::size_t user = host.rfind('@');
  std::string result(url.substr(0, scheme + 3));
  if (user != std::string_view::npos) {
    result += "…@";
    host.remove_prefix(user + 1);
  }
  result += host;
  if (path != std::string_view::npos && rest.substr(path) != "/") result += "/…";
  return result;
}

}  // namespace valetkey
