#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <thread>

#include "chain/client.hpp"
#include "chain/transport.hpp"

namespace valetkey {
namespace {

using namespace std::chrono_literals;

// Answers every connection on a free port of the loopback interface with the same bytes; an empty answer is silence.
class FakeServer {
 public:
  explicit FakeServer(std::string answer) : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = std::bit_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, plain, size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, plain, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    if (silent_ >= 0) close(silent_);
  }

  std::string url(std::string_view rest = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(rest);
  }

 private:
  void serve() {
    for (int peer = 0; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
      char request[4096];
      if (read(peer, request, sizeof request) < 0) break;
      if (answer_.empty()) {
        silent_ = peer;
        continue;
      }
      const auto sent = send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      static_cast<void>(sent);
      close(peer);
    }
  }

  std::string answer_;
  int listener_;
  int silent_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

std::string http(std::string_view body, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string code_of(const auto& result) {
  return result ? "no error" : std::string(result.error().code);
}

TEST(RedactUrl, KeepsHostAndPortOnly) {
  EXPECT_EQ(redact_url("https://base-mainnet.g.alchemy.com/v2/SECRET"), "https://base-mainnet.g.alchemy.com/…");
  EXPECT_EQ(redact_url("https://user:SECRET@node.example:8545"), "https://…@node.example:8545");
  EXPECT_EQ(redact_url("https://node.example?key=SECRET"), "https://node.example/…");
  EXPECT_EQ(redact_url("http://127.0.0.1:8545"), "http://127.0.0.1:8545");
  EXPECT_EQ(redact_url("http://127.0.0.1:8545/"), "http://127.0.0.1:8545");
  EXPECT_EQ(redact_url("SECRET"), "the RPC address");
}

TEST(HttpTransport, GivesTheBody) {
  const FakeServer server(http("hello"));
  HttpTransport transport(server.url());
  EXPECT_EQ(transport.post("{}").value(), "hello");
  EXPECT_EQ(transport.post("{}").value(), "hello");
}

TEST(HttpTransport, EndsALongAnswer) {
  const FakeServer server(http(std::string(5000, 'x')));
  HttpTransport transport(server.url(), {.most_answer = 4999});
  EXPECT_EQ(code_of(transport.post("{}")), "rpc_too_long");
  HttpTransport enough(server.url(), {.most_answer = 5000});
  EXPECT_TRUE(enough.post("{}"));
}

TEST(HttpTransport, DoesNotWaitForEver) {
  const FakeServer server("");
  HttpTransport transport(server.url(), {.timeout = 100ms});
  EXPECT_EQ(code_of(transport.post("{}")), "rpc_timeout");
}

TEST(HttpTransport, NamesTheHttpStatus) {
  const FakeServer server(http("go away", "401 Unauthorized"));
  HttpTransport transport(server.url());
  const auto answer = transport.post("{}");
  EXPECT_EQ(code_of(answer), "rpc_http_status");
  EXPECT_NE(answer.error().message.find("401"), std::string::npos);
}

TEST(HttpTransport, DoesNotFollowRedirects) {
  const FakeServer target(http("stolen"));
  const FakeServer server("HTTP/1.1 302 Found\r\nLocation: " + target.url() + "\r\nContent-Length: 0\r\n\r\n");
  HttpTransport transport(server.url());
  EXPECT_EQ(code_of(transport.post("{}")), "rpc_http_status");
}

TEST(HttpTransport, SpeaksHttpOnly) {
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense://x"}) {
    EXPECT_EQ(code_of(HttpTransport(url).post("{}")), "rpc_url") << url;
  }
}

TEST(HttpTransport, NoErrorTellsTheKey) {
  const FakeServer refusing(http("no", "403 Forbidden"));
  const FakeServer silent("");
  const FakeServer wrong(http("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}"));
  const FakeServer long_answer(http(std::string(100, 'x')));
  const HttpOptions options{.timeout = 100ms, .most_answer = 99};
  for (const std::string& url : {refusing.url("/v2/SECRET"), silent.url("/?k=SECRET"), wrong.url("/SECRET"),
                                 long_answer.url("/SECRET"), std::string("http://SECRET@127.0.0.1:1/SECRET")}) {
    const auto client = Client::connect(url, {}, options);
    ASSERT_FALSE(client);
    EXPECT_EQ(to_string(client.error()).find("SECRET"), std::string::npos) << to_string(client.error());
  }
}

}  // namespace
}  // namespace valetkey
