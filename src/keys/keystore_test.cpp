#include "keys/keystore.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace valetkey {
namespace {

namespace fs = std::filesystem;

std::string code_of(const auto& result) {
  return result ? "no error" : std::string(result.error().code);
}

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777u : 0;
}

class KeystoreTest : public testing::Test {
 protected:
  KeystoreTest() {
    std::string name = (fs::temp_directory_path() / "valetkey-keys-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~KeystoreTest() override { fs::remove_all(root_); }

  Result<Address> add(std::string_view name) {
    const SecretKey key = std::move(*new_key());
    VALETKEY_CHECK(store().save(name, key, Password("secret"), kLightScrypt));
    return key.address();
  }
  Keystore store() const { return Keystore(root_ / "home" / "keys"); }

  fs::path root_;
};

TEST_F(KeystoreTest, FilesAreTheOwnersAlone) {
  ASSERT_TRUE(add("bot"));
  EXPECT_EQ(mode_of(store().folder() / "bot.json"), 0600u);
  EXPECT_EQ(mode_of(store().folder()), 0700u);
  EXPECT_EQ(mode_of(root_ / "home"), 0700u);
}

TEST_F(KeystoreTest, RefusesAFileThatOthersMayRead) {
  ASSERT_TRUE(add("bot"));
  for (const mode_t mode : {0640u, 0604u, 0660u}) {
    chmod((store().folder() / "bot.json").c_str(), mode);
    EXPECT_EQ(code_of(store().open("bot", Password("secret"))), "key_readable");
  }
}

TEST_F(KeystoreTest, OpensWhatItSaved) {
  const auto address = add("bot");
  ASSERT_TRUE(address);
  EXPECT_EQ(store().open("bot", Password("secret")).value().address(), *address);
  EXPECT_EQ(code_of(store().open("bot", Password("Secret"))), "wrong_password");
  EXPECT_EQ(code_of(store().open("other", Password("secret"))), "key_missing");
}

TEST_F(KeystoreTest, NeverWritesOverAKey) {
  const auto address = add("bot");
  EXPECT_EQ(code_of(add("bot")), "key_exists");
  EXPECT_EQ(store().address("bot").value(), *address);
}

TEST_F(KeystoreTest, LeavesNothingBesideTheKey) {
  ASSERT_TRUE(add("bot"));
  EXPECT_EQ(std::distance(fs::directory_iterator(store().folder()), fs::directory_iterator()), 1);
}

TEST_F(KeystoreTest, ListsByName) {
  EXPECT_TRUE(store().list().value().empty());
  ASSERT_TRUE(add("watchdog"));
  ASSERT_TRUE(add("billing/anna"));
  const auto keys = store().list().value();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].name, "billing/anna");
  EXPECT_EQ(keys[1].name, "watchdog");
}

TEST_F(KeystoreTest, NamesCantLeaveTheFolder) {
  for (const std::string_view name : {"", "../bot", "a/../b", "/etc/bot", ".hidden", "a//b", "a/", "a b", "a\nb"}) {
    EXPECT_EQ(code_of(add(name)), "key_name") << name;
  }
}

TEST_F(KeystoreTest, NoticesASwappedFile) {
  ASSERT_TRUE(add("bot"));
  const auto other = add("other");
  const fs::path path = store().folder() / "bot.json";
  std::string text;
  std::getline(std::ifstream(path), text, '\0');
  const auto place = text.find("\"address\": \"") + 12;
  text.replace(place, 40, to_hex(*other).substr(2));
  std::ofstream(path) << text;
  EXPECT_EQ(code_of(store().open("bot", Password("secret"))), "keystore_form");
}

TEST_F(KeystoreTest, NamesTheFileThatIsBroken) {
  ASSERT_TRUE(add("bot"));
  std::ofstream(store().folder() / "bot.json") << "{}";
  const auto keys = store().list();
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message.find("bot.json"), std::string::npos) << keys.error().message;
}

TEST_F(KeystoreTest, PasswordFileIsItsFirstLine) {
  const fs::path path = root_ / "password";
  std::ofstream(path) << "correct horse\nbattery\n";
  EXPECT_TRUE(read_password_file(path).value() == Password("correct horse"));
  EXPECT_EQ(code_of(read_password_file(root_ / "nothing")), "password_file");
}

}  // namespace
}  // namespace valetkey
