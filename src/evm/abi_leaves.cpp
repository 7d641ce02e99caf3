#include "evm/abi_leaves.hpp"

#include <utility>

namespace valetkey {
namespace {

class Leaves {
 public:
  explicit Leaves(std::size_t most) : most_(most) {}

  // `word` is the place in the head; none inside dynamic types.
  void add(const AbiType& type, const std::string& path, std::optional<std::size_t> word) {
    if (found_.size() >= most_) return;
    const auto place = type.is_dynamic() ? std::nullopt : word;
    switch (type.kind) {
      case AbiKind::tuple:
        add_members(type.components, path, place);
        break;
      case AbiKind::fixed_array:
        for (std::size_t i = 0; i < type.length; ++i)
          add(type.components[0], element_path(path, i),
              place ? std::optional(*place + i * type.components[0].head_words()) : std::nullopt);
        break;
      case AbiKind::array:
        add(type.components[0], path + "[*]", std::nullopt);
        break;
      default:
        found_.push_back({path, type, place});
    }
  }

  void add_members(const std::vector<AbiType>& members, const std::string& path, std::optional<std::size_t> word) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      add(members[i], member_path(path, members[i].name, i), word);
      if (word) *word += members[i].head_words();
    }
  }

  std::vector<AbiLeaf> take() { return std::move(found_); }

 private:
  std::size_t most_;
  std::vector<AbiLeaf> found_;
};

}  // namespace

std::vector<AbiLeaf> abi_leaves(const std::vector<AbiType>& inputs, std::size_t most) {
  Leaves leaves(most);
  leaves.add_members(inputs, "", 0);
  return leaves.take();
}

}  // namespace valetkey
