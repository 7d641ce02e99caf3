// Rules on the arguments of a permission's function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session_file/arguments.hpp"
#include "session_file/permission.hpp"

namespace valetkey::session_file {

// Fills rules, counts, calls inside and units of a permission whose function is known. Throws FileFailure.
class RuleReader {
 public:
  RuleReader(const Scope& scope, const Contract& contract, FilePermission& permission)
      : scope_(scope), contract_(contract), permission_(permission) {}

  // `where:`: every argument has a rule or is given away. `where` is nullptr where the permission has none.
  void read_where(const Node& permission, const Node* where);

  // `is` rules for all that an argument holds; arrays and `bytes` with their lengths.
  void read_exact(const Node& node, const Argument& argument, std::string_view text);

 private:
  struct RuleValue {
    Word word;
    bool account = false;
    bool until_end = false;
  };

  void read_argument(const Argument& argument, const Node& node);
  void read_word(const Argument& word, const Node& node);
  void read_comparison(const Argument& word, const Node& key, const Node& node, const Node* of);
  void read_ratio(const Argument& word, Comparison comparison, const Node& node, const Node* of);
  void read_counts(const Argument& word, const Node& counts);
  void read_bytes(const Argument& contents, const Node& node);
  void read_whole(const Argument& contents, const Node& node, std::string_view text);
  void read_inside(const Argument& contents, const Node& node);
  std::optional<Argument> ratio_base(const Argument& word, const Node& of) const;
  void check_all_mentioned(const Node& where) const;
  void check_once(const Node& where) const;
  void check_some_once(const Argument& word, FilePosition where);
  Argument argument_of(const Node& key) const;
  void mention(std::string_view path);

  RuleValue read_value(const Argument& word, const Node& node, std::string_view text);
  Word read_number(const Argument& word, const Node& node, std::string_view text);
  void check_amount_unit(const Argument& word, const Node& node, std::string_view text, const AmountUnit& unit,
                         bool zero) const;
  void add_rule(FilePosition where, const Argument& word, Comparison comparison, const std::vector<RuleValue>& values,
                const Node& node);
  void note_unit(const Argument& word, const AmountUnit& unit);

  const Scope& scope_;
  const Contract& contract_;
  FilePermission& permission_;
  std::vector<std::string> leaves_;
  std::vector<bool> mentioned_;     // of each leaf
  std::vector<Path> some_arrays_;  // that have a rule on `[some]`, up to that step
};

// The type of a rule on such a word.
ValueType value_type(const AbiType& type);

}  // namespace valetkey::session_file
